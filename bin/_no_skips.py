"""A pytest plugin: a skipped test is a failed one.

Odoo skips browser tests when it finds no browser, and pytest-odoo skips them without
--odoo-http; a green run would then prove less than it says.
"""

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if report.longrepr else "no reason given"
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} would have been skipped: {reason}"
