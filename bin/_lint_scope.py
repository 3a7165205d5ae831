"""A pytest plugin for bin/lint: Odoo's test_lint over this add-on alone.

Its tests walk every add-on on the path and complain partly by raising, partly by
logging; here they walk dunning_fr, and both count.
"""

import inspect
import logging

import pytest

from odoo.modules import Manifest

import odoo.addons.base  # noqa: F401  (odoo.addons is complete from here on)

ADDON = "dunning_fr"


class Complaints(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


@pytest.fixture(autouse=True)
def only_this_addon(request, monkeypatch):
    monkeypatch.setattr(
        Manifest, "all_addon_manifests", lambda: [Manifest.for_addon(ADDON)]
    )
    module = request.module
    if hasattr(module, "get_modules"):
        monkeypatch.setattr(module, "get_modules", lambda: [ADDON])
    if hasattr(module, "MODULES_TO_LINT"):
        monkeypatch.setattr(module, "MODULES_TO_LINT", (ADDON,))
    complaints = Complaints()
    logger = logging.getLogger(module.__name__)
    monkeypatch.setattr(logger, "level", logging.INFO)
    logger.addHandler(complaints)
    yield
    logger.removeHandler(complaints)
    # what the test of a test says about its own bad examples is no complaint
    about = "test_directives_regex", "test_regular_expression"
    if not request.node.name.startswith(about):
        assert not complaints.lines, inspect.cleandoc("\n".join(complaints.lines))
