"""PostgreSQL crashes while notices are prepared and sent.

A server of its own, in a temporary folder: the one that others use is left alone.
"""

import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from odoo.tools import config

from odoo.addons.dunning_fr.tests.process_case import ProcessCase

CLUSTER = Path(__file__).with_name("cluster.sh")
RUN = """
post = policy("letter")
partners = [customer(name) for name in MAILS]
partners += [customer(name, through=post) for name in PAPERS]
for partner in partners:
    invoice(partner)
queue(*partners)
"""


class TestPostgres(ProcessCase):
    """Committed is committed; what was not is done again, what may have left is not."""

    @classmethod
    def _make_database(cls):
        super()._make_database()
        # the server is not root's, and its socket's path must be short
        cls.cluster = tempfile.mkdtemp(prefix="faults-")
        Path(cls.cluster).chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.cluster, ignore_errors=True)
        cls._server("start")
        cls.addClassCleanup(cls._server, "stop")
        programs = Path(config["pg_path"])
        there = ["-h", cls.cluster, "-p", "5432", "-U", "odoo"]
        here = ["-h", config["db_host"], "-p", str(config["db_port"]), "-U", "odoo"]
        cls._run(programs / "createdb", *there, cls.database)
        with tempfile.NamedTemporaryFile(suffix=".sql") as dump:
            cls._run(programs / "pg_dump", *here, "-f", dump.name, cls.database)
            cls._run(programs / "psql", *there, "-qXf", dump.name, cls.database)
        cls.options = [f"--db_host={cls.cluster}", "--db_port=5432", "--db_user=odoo"]

    @classmethod
    def _server(cls, order):
        cls._run("bash", CLUSTER, cls.cluster, order)

    @staticmethod
    def _run(*command):
        subprocess.run(
            list(map(str, command)), check=True, stdout=subprocess.DEVNULL, timeout=120
        )

    def _queued(self, prefix, mails, papers):
        names = [f"{prefix}{number}" for number in range(mails + papers)]
        values = f"MAILS, PAPERS = {names[:mails]}, {names[mails:]}"
        self.main.run(f"{values}\n{RUN}")
        return names

    def _restart(self):
        """Crash the server; the worker loses its session, the machine goes on."""
        self._server("crash")
        self._server("start")
        self.replace_main()

    def _finish(self, names):
        self.main.run("serve()\nserve()")
        return self.main.run(f"result(told(*{names}))")

    def test_crash_while_mails_leave(self):
        names = self._queued("Mail", 12, 0)
        self.sink.pause = 0.1
        self.main.send("serve()")
        self.wait_for(lambda: len(self.sink.received) >= 4)
        self._restart()
        told = self._finish(names)
        dispatches = [notice["dispatches"]["email"] for notice in told.values()]
        states = Counter(dispatch["state"] for dispatch in dispatches)
        self.assertEqual(states["sent"] + states["unknown"], 12, states)
        self.assertLessEqual(states["unknown"], 1, "only the one under way")
        received = Counter(self.sink.message_ids())
        for dispatch in dispatches:
            least = 1 if dispatch["state"] == "sent" else 0
            self.assertIn(received[dispatch["message_id"]], {least, 1})
        self.assertTrue(all(notice["intact"] for notice in told.values()))

    def test_crash_while_letters_are_rendered(self):
        names = self._queued("Page", 2, 3)
        mark = Path(self.folder, "rendering")
        self.engine(f'touch {mark}\nsleep 1\nexec {{real}} "$@"')
        self.main.send("serve()")
        self.wait_for(mark.exists)
        self._restart()
        self.assertEqual(self.sink.received, [], "nothing leaves before its commit")
        self.engine('exec {real} "$@"')
        told = self._finish(names)
        self.assertEqual(len(set(self.sink.message_ids())), 2)
        self.assertEqual(len(self.sink.received), 2)
        for name in names[2:]:
            self.assertEqual(told[name]["dispatches"]["letter"]["state"], "ready")
            self.assertTrue(told[name]["letter"] and told[name]["intact"])
