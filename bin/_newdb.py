"""Databases for bin/newdb and bin/test.

A database is copied from a template with the accounts installed, made once per Odoo
and kind; the add-on and the named modules are installed on the copy.
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
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).parent))
import _company  # noqa: E402

TEMPLATE_MODULES = ["account", "l10n_fr_account"]
RECIPE = "1"  # raise it when build_template makes something else
# kind -> (language of the administrator, further languages)
KINDS = {"fr": ("fr_FR", []), "test": ("en_US", ["fr_FR"])}


def say(text):
    print(f"dunning_fr: {text}", file=sys.stderr, flush=True)


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

    def exists(self, name):
        with self.connection.cursor() as cr:
            cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return bool(cr.fetchone())

    def drop(self, name):
        odoo.sql_db.close_db(name)
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        shutil.rmtree(config.filestore(name), ignore_errors=True)

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


def template_name(kind):
    """A template serves as long as Odoo and this recipe are the same."""
    facts = [odoo.release.version, kind, RECIPE, *TEMPLATE_MODULES]
    for path in odoo.release.__file__, odoo.service.db.__file__:
        facts += [str(Path(path).resolve()), str(os.stat(path).st_mtime_ns)]
    digest = hashlib.sha256("|".join(facts).encode()).hexdigest()[:10]
    return f"dunning_template_{kind}_{digest}"


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
    odoo.modules.registry.Registry.delete(draft)
    odoo.sql_db.close_db(draft)
    server.run("ALTER DATABASE {} RENAME TO {}", draft, name)
    move_filestore(draft, name, shutil.move)
    # Nobody connects to it by accident, so it can always be copied.
    server.run("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", name)


def move_filestore(source, target, how):
    source, target = config.filestore(source), config.filestore(target)
    shutil.rmtree(target, ignore_errors=True)
    if os.path.exists(source):
        how(source, target)


@contextlib.contextmanager
def environment(name):
    registry = odoo.modules.registry.Registry(name)
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})


def install(name, modules):
    """Install the modules, and stop when Odoo did not."""
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


def copy_template(server, name, kind):
    template = template_name(kind)
    with server.lock(template):
        if not server.exists(template):
            build_template(server, template, kind)
    server.drop(name)
    server.run("CREATE DATABASE {} TEMPLATE {}", name, template)
    move_filestore(template, name, shutil.copytree)


def update_database(name, modules):
    """DUNNING_REUSE_DB: quicker than a new one while working on data files."""
    say(f"updating {','.join(modules)} in {name}")
    odoo.modules.registry.Registry.new(
        name, update_module=True, upgrade_modules=modules
    )


def new_database(name, modules, kind):
    server = Server()
    copy_template(server, name, kind)
    if modules:
        say(f"installing {','.join(modules)}")
        install(name, modules)
    with environment(name) as env:
        # its own identity, not the template's
        env["ir.config_parameter"].init(force=True)
        if kind == "fr":
            _company.complete(env)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("modules", nargs="?", default="")
    parser.add_argument("--kind", choices=KINDS, default="fr")
    parser.add_argument("--reuse", action="store_true")
    arguments = parser.parse_args()
    addon = Path(__file__).parent.parent / "dunning_fr" / "__manifest__.py"
    modules = [name for name in arguments.modules.split(",") if name]
    if addon.exists():
        modules.insert(0, addon.parent.name)
    arguments.modules = list(dict.fromkeys(modules))
    return arguments


def main():
    arguments = parse_arguments()
    config.parse_config(["--log-level=warn"], setup_logging=True)
    # Said by Odoo of itself at every installation; nothing a reader could act on.
    logging.getLogger("odoo.modules.loading").setLevel(logging.ERROR)
    if arguments.reuse and Server().exists(arguments.name):
        update_database(arguments.name, arguments.modules)
    else:
        new_database(arguments.name, arguments.modules, arguments.kind)


if __name__ == "__main__":
    main()
