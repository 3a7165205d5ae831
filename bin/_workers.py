"""A pytest plugin: each worker of pytest-xdist has a database of its own.

bin/test makes them beforehand; pytest-odoo would copy them with PostgreSQL's command
line tools, which this repository does without.
"""

import os

import pytest


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_cmdline_main(config):
    worker = os.environ.pop("PYTEST_XDIST_WORKER", None)
    if worker:
        config.option.odoo_database += f"_{worker}"
    yield
