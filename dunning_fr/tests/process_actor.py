"""A real Odoo process that runs what it is told, one line of JSON after the other.

``python process_actor.py -d DATABASE …``: each line on stdin is a number and code;
each line on stdout that begins with the mark is the number and its answer. Every
piece of code has a transaction of its own, and the names of ``process_prelude.py``.
"""

import json
import sys
import traceback
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.tools import config

MARK = "ANSWER "
PRELUDE = compile(
    Path(__file__).with_name("process_prelude.py").read_text(), "prelude", "exec"
)


def run(registry, code):
    """Run ``code``; return {"value": what it gave to ``result``} or {"error": text}."""
    answer = {"value": None}

    def result(value):
        answer["value"] = value

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        names = {"env": env, "odoo": odoo, "result": result}
        try:
            exec(PRELUDE, names)
            exec(code, names)
        except Exception:
            cr.rollback()
            return {"error": traceback.format_exc()}
    return answer


def main():
    config.parse_config(sys.argv[1:], setup_logging=True)
    load_server_wide_modules()
    registry = Registry(config["db_name"][0])
    for line in sys.stdin:
        number, code = json.loads(line)
        answer = [number, run(registry, code)]
        sys.stdout.write(f"{MARK}{json.dumps(answer, default=str)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
