"""Databases for bin/newdb, bin/test and bin/lint.

Each is a copy of a copy: a template with the accounts installed, made once per Odoo,
then the same with dunning_fr, made once per state of its files. What is asked for
beyond that is installed on the copy.
"""

import argparse
import contextlib
import hashlib
import logging
import os
import shutil
import sys
from pathlib import Path

import psycopg2
from psycopg2 import sql

import odoo.modules.registry
import odoo.release
import odoo.service.db
import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules import Manifest
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).parent))
import _company

ADDON = Path(__file__).resolve().parent.parent / "dunning_fr"
TEMPLATE_MODULES = ["account", "l10n_fr_account"]
RECIPE = "1"  # raise it when build_template makes something else
# kind -> (language of the administrator, further languages)
KINDS = {"fr": ("fr_FR", []), "test": ("en_US", ["fr_FR"])}


def say(text):
    print(f"dunning_fr: {text}", file=sys.stderr, flush=True)


def digest(*parts):
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:10]


class Server:
    """The PostgreSQL server of the configuration, outside any transaction."""

    def __init__(self):
        _name, info = odoo.sql_db.connection_info_for("postgres")
        self.connection = psycopg2.connect(**info)
        self.connection.autocommit = True

    def run(self, statement, *names):
        identifiers = [sql.Identifier(name) for name in names]
        with self.connection.cursor() as cr:
            cr.execute(sql.SQL(statement).format(*identifiers))

    def comment(self, name):
        """The comment of a database, or None where there is no such database."""
        with self.connection.cursor() as cr:
            cr.execute(
                "SELECT coalesce(shobj_description(oid, 'pg_database'), '')"
                " FROM pg_database WHERE datname = %s",
                [name],
            )
            row = cr.fetchone()
            return row and row[0]

    def drop(self, name):
        odoo.modules.registry.Registry.delete(name)
        odoo.sql_db.close_db(name)
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        shutil.rmtree(config.filestore(name), ignore_errors=True)

    def copy(self, source, target):
        self.drop(target)
        self.run("CREATE DATABASE {} TEMPLATE {}", target, source)
        if os.path.exists(config.filestore(source)):
            shutil.copytree(config.filestore(source), config.filestore(target))

    def keep(self, draft, name, comment):
        """The finished draft becomes a template that nobody connects to by accident:
        only so can it always be copied."""
        odoo.modules.registry.Registry.delete(draft)
        odoo.sql_db.close_db(draft)
        self.drop(name)
        if os.path.exists(config.filestore(draft)):
            shutil.move(config.filestore(draft), config.filestore(name))
        self.run("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", draft)
        with self.connection.cursor() as cr:
            cr.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(draft), sql.Literal(comment)
                )
            )
        self.run("ALTER DATABASE {} RENAME TO {}", draft, name)

    @contextlib.contextmanager
    def lock(self, name):
        """One at a time, whatever the checkout or the machine."""
        key = int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)
        with self.connection.cursor() as cr:
            cr.execute("SELECT pg_advisory_lock(%s)", [key])
            try:
                yield
            finally:
                cr.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextlib.contextmanager
def environment(name):
    registry = odoo.modules.registry.Registry(name)
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


def install(name, modules):
    """Install the modules, and stop when Odoo did not."""
    say(f"installing {','.join(modules)}")
    registry = odoo.modules.registry.Registry.new(
        name, update_module=True, install_modules=modules
    )
    with registry.cursor() as cr:
        cr.execute(
            "SELECT name FROM ir_module_module"
            " WHERE name = ANY(%s) AND state = 'installed'",
            [list(modules)],
        )
        missing = set(modules) - {row[0] for row in cr.fetchall()}
    if missing:
        sys.exit(f"not installed, see the log above: {', '.join(sorted(missing))}")


def template(server, kind):
    """The name of the database with the accounts; it serves as long as Odoo and this
    recipe are the same."""
    facts = [odoo.release.version, kind, RECIPE, *TEMPLATE_MODULES]
    for path in odoo.release.__file__, odoo.service.db.__file__:
        facts += [str(Path(path).resolve()), str(os.stat(path).st_mtime_ns)]
    name = f"dunning_template_{kind}_{digest(*facts)}"
    with server.lock(name):
        if server.comment(name) is None:
            build_template(server, name, kind)
    return name


def build_template(server, name, kind):
    """Country first: a company gets the French chart only if it is in France before
    ``account`` is installed."""
    say(f"building the template database {name} (once, about a minute)")
    language, others = KINDS[kind]
    draft = f"{name}_new"
    server.drop(draft)
    server.run(
        "CREATE DATABASE {} ENCODING 'unicode' LC_COLLATE 'C' TEMPLATE template0", draft
    )
    odoo.service.db._initialize_db(draft, False, language, "admin", "admin", "FR")
    with environment(draft) as env:
        for other in others:
            env["res.lang"]._activate_lang(other)
            env["ir.module.module"].search(
                [("state", "=", "installed")]
            )._update_translations(other)
    install(draft, TEMPLATE_MODULES)
    with environment(draft) as env:
        if env.company.chart_template != "fr":
            sys.exit(f"{draft}: the French chart of accounts did not come up")
    server.keep(draft, name, "accounts")


def addon_digest(base):
    """Changes with every file that an installation reads."""
    files = sorted(
        path
        for addon in sorted(ADDON.parent.glob(f"{ADDON.name}*"))  # and its glue
        for path in addon.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and path.relative_to(addon).parts[0] != "tests"
    )
    contents = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return digest(base, *map(str, files), *contents, *config["addons_path"])


def copy_with_addon(server, name, kind):
    """A copy with dunning_fr installed."""
    base = template(server, kind)
    ready = f"dunning_ready_{kind}_{digest(str(ADDON))}"
    state = addon_digest(base)
    with server.lock(ready):
        if server.comment(ready) != state:
            draft = f"{ready}_new"
            server.copy(base, draft)
            install(draft, [ADDON.name])
            server.keep(draft, ready, state)
        server.copy(ready, name)


def new_database(server, name, modules, kind):
    copy_with_addon(server, name, kind)
    if modules:
        install(name, modules)
    with environment(name) as env:
        # its own identity, not the template's
        env["ir.config_parameter"].init(force=True)
        if kind == "fr":
            _company.complete(env)


def update_database(name):
    """DUNNING_REUSE_DB: what earlier runs left in the database stays."""
    say(f"updating {ADDON.name} in {name}")
    odoo.modules.registry.Registry.new(
        name, update_module=True, upgrade_modules=[ADDON.name]
    )


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("modules", nargs="?", default="")
    parser.add_argument("--kind", choices=KINDS, default="fr")
    parser.add_argument("--reuse", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    modules = [name for name in arguments.modules.split(",") if name]
    config.parse_config(["--log-level=warn"], setup_logging=True)
    # Said by Odoo of itself at every installation; nothing a reader could act on.
    logging.getLogger("odoo.modules.loading").setLevel(logging.ERROR)
    unknown = [name for name in modules if not Manifest.for_addon(name)]
    if unknown:
        sys.exit(f"dunning_fr: ERROR: no such add-on: {', '.join(unknown)}")
    server = Server()
    if arguments.reuse and server.comment(arguments.name) is not None:
        update_database(arguments.name)
    else:
        new_database(server, arguments.name, modules, arguments.kind)


if __name__ == "__main__":
    main()
