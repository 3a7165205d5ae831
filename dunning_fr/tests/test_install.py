"""Installing on a database in use, and leaving it again."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

SCRIPT = Path(__file__).with_name("process_install.py")
COMMANDS = Path(__file__).resolve().parents[2] / "bin" / "_newdb.py"
MARK = "ANSWER "
KINDS = ["consumer", "non_professional", "professional", "public"]


@unittest.skipUnless(COMMANDS.exists(), "needs the commands of the repository")
@tagged("post_install", "-at_install")
class TestInstall(BaseCase):
    """Four processes on a database of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_install"
        cls.addClassCleanup(cls.step, "drop")
        cls.step("before")
        cls.installed = cls.step("install")

    @classmethod
    def step(cls, name):
        done = subprocess.run(
            [sys.executable, SCRIPT, name, cls.database],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        answers = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
        if done.returncode or not answers:
            raise AssertionError(f"{name}: {done.stdout}{done.stderr}")
        return json.loads(answers[-1][len(MARK) :])

    def test_install_then_uninstall(self):
        self._check_installed(self.installed)
        self.step("uninstall")
        after = self.step("after")
        self.assertEqual(after["posted"], "posted")
        self.assertEqual(after["left"], {})

    def _check_installed(self, found):
        policies = found["policies"]
        self.assertEqual(policies[found["company"]], KINDS)
        self.assertEqual(policies["Sans plan"], KINDS, "French, its chart comes later")
        self.assertEqual(policies["Abroad"], [])
        self.assertEqual(found["notices"], 1, "the older invoice is reminded at once")
        self.assertEqual(found["after_chart"]["policies"], len(KINDS), "no second set")
        self.assertGreater(found["after_chart"]["excluded"], 0)
