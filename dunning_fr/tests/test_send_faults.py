import time
from collections import Counter

from .process_case import ProcessCase

# What every test here begins with: customers, one invoice each, queued.
MIXED = """
post = policy("letter")
partners = [customer(name) for name in MAILS]
partners += [customer(name, through=post) for name in PAPERS]
moves = {partner.name: invoice(partner) for partner in partners}
queue(*partners)
"""
TWO_CLICKS = """
import time
from odoo.service.model import dispatch
user = env["res.users"].search([("login", "=", "admin")])
time.sleep(max(0, START - time.time()))
call = [env.cr.dbname, user.id, "admin", MODEL, METHOD, IDS]
dispatch("execute_kw", call)
"""


class TestSendFaults(ProcessCase):
    """What a fault may cost: never a notice twice, never one lost silently."""

    def _queued(self, mails=(), papers=()):
        return f"MAILS, PAPERS = {tuple(mails)}, {tuple(papers)}\n{MIXED}"

    def _told(self, *names):
        return self.main.run(f"result(told(*{names}))")

    def _states(self, told, channel):
        """Return {customer: state of its dispatch through ``channel``}."""
        return {name: n["dispatches"][channel]["state"] for name, n in told.items()}

    def _end(self, processes, ends=(0,)):
        for process in processes:
            self.assertIn(self.main.wait(process), ends)

    # ------------------------------------------------------------- many workers

    def test_three_lanes_share_one_run(self):
        mails = [f"Lane{number:02}" for number in range(45)]
        papers = [f"Page{number:02}" for number in range(15)]
        self.main.run(self._queued(mails, papers))
        self.sink.pause = 0.02
        self._end([self.main.fork("serve()") for _lane in range(3)])
        self._end([self.main.fork("serve()")])  # what each left to another
        told = self._told(*mails, *papers)
        sent = {name: told[name]["dispatches"]["email"] for name in mails}
        self.assertEqual({d["state"] for d in sent.values()}, {"sent"})
        self.assertEqual(
            Counter(self.sink.message_ids()),
            Counter(dispatch["message_id"] for dispatch in sent.values()),
            "each notice once, and none beside",
        )
        self.assertGreater(len(self.sink.sessions), 1, "the lanes shared the run")
        posted = {name: told[name] for name in papers}
        self.assertEqual(set(self._states(posted, "letter").values()), {"ready"})
        self.assertTrue(all(notice["letter"] for notice in posted.values()))
        self.assertTrue(all(notice["intact"] for notice in told.values()))

    def test_two_users_press_at_once(self):
        """Over RPC, in two processes: Odoo runs the slower one again."""
        names = [f"Click{number}" for number in range(8)]
        runs = self.main.run(
            f"forget()\nfor name in {names}:\n    invoice(customer(name))\n"
            'result(env["dunning.run"].create([{"date": DAY}, {"date": DAY}]).ids)'
        )
        self._press("dunning.run", "action_prepare", [runs[0]], [runs[1]])
        notices = self._own_notices(runs, names, "draft")
        self._press("dunning.notice", "action_send", notices, notices)
        self._own_notices(runs, names, "queued")
        self._end([self.main.fork("serve()")])
        self.assertEqual(
            Counter(self.sink.recipients()),
            Counter(f"{name.lower()}@client.example" for name in names),
        )

    def _press(self, model, method, *users):
        """Call ``method`` on the ids of each user, at the same moment."""
        begin = f"START, MODEL, METHOD = {time.time() + 1}, {model!r}, {method!r}"
        clicks = [f"{begin}\nIDS = [{ids}]\n{TWO_CLICKS}" for ids in users]
        # the slower one may be told that there is nothing left to do
        self._end([self.main.fork(click) for click in clicks], (0, 1))

    def _own_notices(self, runs, names, state):
        """Check that each of ``names`` has one notice, in ``state``; return the ids."""
        drawn = self.main.run(
            f'notices = env["dunning.run"].browse({runs}).notice_ids\n'
            f"own = notices.filtered(lambda n: n.partner_id.name in {names})\n"
            "(notices - own)._cancel_with_reason('not of this test')\n"
            "result([(n.partner_id.name, n.state, n.id) for n in own])"
        )
        found = sorted([name, now] for name, now, _id in drawn)
        self.assertEqual(found, [[name, state] for name in names])
        return [notice_id for _name, _state, notice_id in drawn]

    # ------------------------------------------------------------------- ledger

    def test_what_the_ledger_says_last_decides(self):
        """Paid, credited or un-reconciled after approval: not sent, and said why."""
        names = ("Credited", "Unmatched", "Settled", "Owing")
        told = self.main.run(
            """
partners = [customer(name) for name in NAMES]
moves = {partner.name: invoice(partner) for partner in partners}
pay(moves["Unmatched"], 400)
queue(*partners)
moves["Credited"]._reverse_moves([{"date": "2026-03-12"}], cancel=True)
moves["Unmatched"].line_ids.remove_move_reconcile()
pay(moves["Settled"])
serve()
result(told(*NAMES))
""".replace("NAMES", repr(names))
        )
        self.assertEqual(self.sink.recipients(), ["owing@client.example"])
        for name in names[:3]:
            self.assertEqual(told[name]["state"], "draft", name)
            self.assertTrue(told[name]["reason"])

    # -------------------------------------------------------------- mail server

    def test_a_slow_server_is_not_waited_for(self):
        """Silent before the message: later; silent after it: unknown."""
        told = self.main.run(
            f"""
from odoo.addons.base.models import ir_mail_server
{self._queued(("Stall", "Hold", "Quick"))}
try:
    ir_mail_server.SMTP_TIMEOUT = 2
    serve()
    serve()
finally:
    ir_mail_server.SMTP_TIMEOUT = 60
result(told("Stall", "Hold", "Quick"))
"""
        )
        self.assertEqual(
            self._states(told, "email"),
            {"Stall": "ready", "Hold": "unknown", "Quick": "sent"},
        )
        self.assertEqual(
            self.sink.recipients(), ["hold@client.example", "quick@client.example"]
        )
        self.assertIn("timed out", told["Stall"]["reason"])

    def test_a_server_that_dies_half_way_gets_the_rest_later(self):
        names = [f"Half{number}" for number in range(12)]
        self.main.run(self._queued(names))
        self.sink.pause = 0.1
        worker = self.main.fork("serve()")
        self.wait_for(lambda: len(self.sink.received) >= 4)
        self.sink.stop()
        self._end([worker])
        before = dict(self.sink.received)
        states = Counter(self._states(self._told(*names), "email").values())
        self.assertGreaterEqual(states["sent"], 3)
        self.assertLessEqual(states["unknown"], 1, "only the one under way")
        self.assertEqual(states["ready"], 12 - states["sent"] - states["unknown"])
        self.sink.start()
        self._end([self.main.fork("serve()")])
        self.assertFalse(set(before) & set(self.sink.recipients()), "none twice")
        after = Counter(self._states(self._told(*names), "email").values())
        self.assertEqual(
            after, states - Counter(ready=99) + Counter(sent=states["ready"])
        )

    # ------------------------------------------------------- PDF engine and disk

    def test_an_engine_that_crashes_on_one_letter_stops_that_one_only(self):
        self.engine(
            'for file in "$@"; do\n'
            '    [ -f "$file" ] && grep -q Crash "$file" && kill -SEGV $$\n'
            'done\nexec {real} "$@"'
        )
        names = ("Whole", "Crash", "Other")
        told = self.main.run(
            f"{self._queued((), names)}serve()\nresult(told(*{names}))"
        )
        self.assertEqual(
            self._states(told, "letter"),
            {"Whole": "ready", "Crash": "failed", "Other": "ready"},
        )
        self.assertIn(told["Crash"]["name"], told["Crash"]["reason"])
        self._check_recovers("Crash")

    def test_a_full_disk_fails_letters_and_says_so(self):
        """No room to render, or no room to keep what was rendered."""
        full = "prlimit --pid $PPID --fsize=1000:unlimited"
        for name, script in {
            "Room": f'{full}\nexec {{real}} "$@"',  # when the next letter is written
            "Keep": f'{{real}} "$@"\nend=$?\n{full}\nexit $end',
        }.items():
            with self.subTest(name):
                self.engine(script)
                process = self.main.fork(
                    self._queued((f"Mail{name}",), (name, f"{name}Too")) + "serve()"
                )
                self._end([process])
                told = self._told(name, f"{name}Too", f"Mail{name}")
                self.assertEqual(told[f"Mail{name}"]["state"], "sent")
                for paper in (name, f"{name}Too"):
                    self.assertEqual(told[paper]["state"], "failed")
                    self.assertFalse(told[paper]["letter"])
                    self.assertIn("File too large", told[paper]["reason"])
                self._check_recovers(name, f"{name}Too")

    def _check_recovers(self, *names):
        """The cause is gone, a person tries again: the letter is there and whole."""
        self.engine('exec {real} "$@"')
        told = self.main.run(
            f"for name in {names}:\n    last(name).action_retry()\n"
            f"serve()\nresult(told(*{names}))"
        )
        self.assertEqual(set(self._states(told, "letter").values()), {"ready"})
        self.assertTrue(all(n["letter"] and n["intact"] for n in told.values()))
