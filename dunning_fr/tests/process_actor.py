"""A real Odoo process that runs what it is told, one line of JSON after the other.

``python process_actor.py -d DATABASE …``: each line on stdin is a number, an order and
its argument; each line on stdout that begins with the mark is the number and its
answer. Orders: ``run`` code, ``fork`` a process that runs code, ``wait`` for a process.
Every piece of code has a transaction of its own, and the names of
``process_prelude.py``.
"""

import json
import os
import sys
import traceback
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.tools import config

MARK = "ANSWER "
PRELUDE = compile(
    Path(__file__).with_name("process_prelude.py").read_text(), "prelude", "exec"
)


def run(code):
    """Run ``code``; return {"value": what it gave to ``result``} or {"error": text}."""
    answer = {"value": None}

    def result(value):
        answer["value"] = value

    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        names = {"env": env, "odoo": odoo, "result": result}
        try:
            exec(PRELUDE, names)
            exec(code, names)
        except Exception:
            cr.rollback()
            return {"error": traceback.format_exc()}
    return answer


def fork(code):
    """Run ``code`` in a new process, made as Odoo's own server makes its workers."""
    sql_db.close_all()  # each process has sessions of its own
    pid = os.fork()
    if pid:
        return {"value": pid}
    answer = {"error": "the process did not come up"}
    try:
        answer = run(code)
    finally:
        if "error" in answer:
            sys.stderr.write(answer["error"])
            sys.stderr.flush()
        os._exit("error" in answer)
    return answer


def wait(pid):
    """Return how a process made by ``fork`` ended, negative if by a signal."""
    return {"value": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}


ORDERS = {"fork": fork, "run": run, "wait": wait}


def main():
    config.parse_config(sys.argv[1:], setup_logging=True)
    load_server_wide_modules()
    Registry(config["db_name"][0])
    for line in sys.stdin:
        number, order, argument = json.loads(line)
        answer = [number, ORDERS[order](argument)]
        sys.stdout.write(f"{MARK}{json.dumps(answer, default=str)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
