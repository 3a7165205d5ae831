"""Builds the database of bin/demo and says what its last run did."""

import argparse
import logging
import os
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _newdb

from odoo.tools import config

# the table speaks the terminal's language, if it is one of the two
LANGUAGES = {"fr": "fr_FR", "en": "en_US"}


def terminal_language():
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next(filter(None, map(os.environ.get, names)), "")
    return "fr" if chosen.startswith("fr") else "en"


def say(text):
    print(f"dunning_fr: {text}", file=sys.stderr, flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--date", type=date.fromisoformat)
    return parser.parse_args()


def quiet():
    config.parse_config(["--log-level=warn"], setup_logging=True)
    # Said by Odoo of itself at every installation; nothing a reader could act on.
    logging.getLogger("odoo.modules.loading").setLevel(logging.ERROR)
    # wkhtmltopdf's complaints about fonts and SSL; a PDF that fails is an error.
    logging.getLogger("odoo.addons.base.models.ir_actions_report").setLevel(
        logging.ERROR
    )
    # The mail server of the demo refuses one address on purpose; the table says it.
    logging.getLogger("odoo.addons.dunning_fr.models").setLevel(logging.ERROR)


def mail_to_spool(env, port):
    """Make the local spool the only mail server of the database."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Demo: files in out/mail",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
        }
    )


def run_day(env, wanted):
    """Return the day of the last run: today, or the last one with rates."""
    today = env.company._dunning_today()
    if wanted and wanted > today:
        sys.exit(f"--date {wanted}: a run cannot be dated in the future")
    day = wanted or today
    last = env["dunning.rate"]._rate_table().last_day
    if day <= last:
        return day
    say(f"the rates that come with the add-on end on {last}: the run is dated that day")
    return last


def main():
    arguments = parse_arguments()
    quiet()
    _newdb.new_database(_newdb.Server(), arguments.name, [], "fr")
    with _newdb.environment(arguments.name) as env:
        # only now: the add-on's code comes with its registry
        from odoo.addons.dunning_fr.demo import charges, story, summary

        admin = env.ref("base.user_admin")
        env = env(user=admin, context={"lang": "fr_FR", "tz": "Europe/Paris"})
        mail_to_spool(env, arguments.smtp_port)
        day = run_day(env, arguments.date)
        run = story.Story(env, day, say).play()
        summary.write_letters(env, arguments.out / "letters")
        language = terminal_language()
        run = run.with_context(lang=LANGUAGES[language])
        print(summary.table(run, language), flush=True)
        print(charges.table(run.env, language), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
