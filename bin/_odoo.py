"""Odoo's command line (what odoo-bin does), for the Odoo that bin/setup found."""

import sys


def main():
    sys.argv[0] = "odoo"  # the name that its help texts show
    import odoo.cli
    import odoo.cli.server

    # The embedded set-up is for development and for CI, where root is no accident.
    odoo.cli.server.check_root_user = lambda: None
    odoo.cli.main()


if __name__ == "__main__":
    main()
