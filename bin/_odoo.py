"""Odoo's command line (what odoo-bin does), for the Odoo that bin/setup found."""

import sys

import odoo.cli
import odoo.cli.server

# The embedded set-up is for development and for CI, where root is no accident.
odoo.cli.server.check_root_user = lambda: None

if __name__ == "__main__":
    sys.argv[0] = "odoo"
    odoo.cli.main()
