import os
import random
import signal
import sys
import time
from collections import Counter

from .process_case import ProcessCase

# ./bin/bench faults asks for more; a seed given again repeats the moments.
KILLS = int(os.environ.get("DUNNING_KILLS", "20"))
# Of these, how many at least fall on the preparation of a run.
PREPARING = KILLS // 4
SEED = int(os.environ.get("DUNNING_SEED") or random.randrange(10**6))
MAILS, PAPERS, BOTH = 7, 2, 2  # customers of one run, by channel

NEW_RUN = """
through = [policy("email")] * MAILS + [policy("letter")] * PAPERS
through += [policy("email", "letter")] * BOTH
for number, chosen in enumerate(through):
    invoice(customer(f"{PREFIX}{number}", through=chosen), amount=1000 + number)
result(env["dunning.run"].create({"date": DAY}).id)
"""
PREPARE = """
run = env["dunning.run"].browse(RUN)
if run.state == "draft":
    run.action_prepare()
    env.cr.commit()
"""
# What people and the scheduled action do, taken up wherever it was stopped.
WORK = """
run = env["dunning.run"].browse(RUN)
if run.state == "draft":
    run.action_prepare()
    env.cr.commit()
failed = run.notice_ids.filtered(lambda notice: notice.state == "failed")
if failed:
    failed.action_retry()
if run.state == "prepared":
    run.action_send()
env.cr.commit()
serve()
"""
LEFT = """
run = env["dunning.run"].browse(RUN)
pending = env["dunning.dispatch"]._pending_domain()
states = run.notice_ids.mapped("state")
step = "prepare" if run.state == "draft" else "approve" if "draft" in states else "send"
left = run.notice_ids.dispatch_ids.filtered_domain(pending)
if step == "send" and "queued" in left.mapped("state"):
    step = "render"
if not left and step == "send":
    step = "failed" if "failed" in states else None
result(step)
"""
FACTS = """
def facts(notice):
    emails = notice.dispatch_ids.filtered(lambda d: d.channel_code == "email")
    logged = notice.line_ids.move_line_id.move_id.message_ids.filtered(
        lambda message: notice.name in (message.body or "")
    )
    letters = env["ir.attachment"].search(
        [("res_model", "=", "dunning.notice"), ("res_id", "=", notice.id)]
    )
    return {
        "state": notice.state,
        "total": notice.amount_total,
        "level": notice.level_id.sequence,
        "lines": len(notice.line_ids),
        "dispatches": sorted(notice.dispatch_ids.mapped(
            lambda d: (d.channel_code, d.state)
        )),
        "message_ids": emails.mapped("message_id"),
        "mails": len(emails.mail_message_id),
        "letters": len(letters),
        "intact": notice._is_untampered(),
        "logged": len(logged),
    }

found = {}
domain = [("partner_id.name", "=like", PREFIX + "%")]
for notice in Notice.search(domain, order="id"):
    number = notice.partner_id.name.removeprefix(PREFIX)
    found.setdefault(number, []).append(facts(notice))
result(found)
"""


class TestSendKills(ProcessCase):
    """``kill -9`` at any moment costs nothing but an outcome shown as unknown."""

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.killed = Counter()  # by the step that the worker was at
        self.unknown = 0

    def _new_run(self, prefix):
        sizes = f"MAILS, PAPERS, BOTH = {MAILS}, {PAPERS}, {BOTH}"
        run = self.main.run(f"PREFIX = {prefix!r}\n{sizes}\n{NEW_RUN}")
        self.sink.pause = 0.05
        return run

    def _work(self, run, work=WORK):
        """Work on ``run`` undisturbed; return how long it took."""
        begun = time.monotonic()
        self.assertEqual(self.main.wait(self.main.fork(f"RUN = {run}\n{work}")), 0)
        return time.monotonic() - begun

    def _kill_while_working(self, run, seconds):
        """Return whether a worker was alive until it was killed."""
        worker = self.main.fork(f"RUN = {run}\n{WORK}")
        time.sleep(seconds * self.random.random())
        os.kill(worker, signal.SIGKILL)
        return self.main.wait(worker) == -signal.SIGKILL

    def _left(self, run):
        return self.main.run(f"RUN = {run}\n{LEFT}")

    def _facts(self, prefix):
        return self.main.run(f"PREFIX = {prefix!r}\n{FACTS}")

    def test_killed_at_random_moments(self):
        """The end is the one of an undisturbed run, but for what is unknown."""
        run = self._new_run("Calm")
        preparing = self._work(run, PREPARE)
        working = self._work(run)
        self.assertIsNone(self._left(run))
        calm = self._facts("Calm")
        self.assertEqual(len(calm), MAILS + PAPERS + BOTH)
        batch = 0
        while not self._enough():
            batch += 1
            prefix = f"Killed{batch}x"
            run = self._new_run(prefix)
            self._kill(run, preparing, working)
            self._work(run)
            if self._left(run):  # what a dying session had still locked
                self._work(run)
            self.assertIsNone(self._left(run), self._seed())
            self._check_like(calm, self._facts(prefix))
        sys.stdout.write(
            f"{sum(self.killed.values())} kills, {self._seed()}:"
            f" {dict(self.killed)}, {self.unknown} unknown\n"
        )

    def _enough(self):
        prepared = self.killed["prepare"] >= PREPARING
        return prepared and sum(self.killed.values()) >= KILLS

    def _kill(self, run, preparing, working):
        """Kill the workers of ``run`` until it is done, or enough have died."""
        while not self._enough() and (step := self._left(run)):
            seconds = working * self.random.choice((0.15, 0.4, 0.8))
            if step == "prepare" and self.killed["prepare"] < KILLS // 2:
                seconds = preparing  # while its drafts are made
            if self._kill_while_working(run, seconds):
                self.killed[self._left(run) or "end"] += 1

    def _seed(self):
        return f"DUNNING_SEED={SEED}"

    def _check_like(self, calm, killed):
        """Compare what became of the notices of two runs, customer by customer."""
        received = Counter(self.sink.message_ids())
        self.assertEqual(calm.keys(), killed.keys(), self._seed())
        for number, [expected] in calm.items():
            self.assertEqual(len(killed[number]), 1, f"one notice; {self._seed()}")
            [found] = killed[number]
            unknown = ["email", "unknown"] in found["dispatches"]
            self.unknown += unknown
            for message_id in found.pop("message_ids"):
                least = 0 if unknown else 1
                self.assertIn(received[message_id], {least, 1}, self._seed())
            expected = dict(expected)
            expected.pop("message_ids")
            if unknown:
                expected["state"] = "unknown"
                expected["logged"] = found["logged"]
                expected["dispatches"] = [
                    [code, "unknown" if code == "email" else state]
                    for code, state in expected["dispatches"]
                ]
            self.assertEqual(found, expected, f"customer {number}; {self._seed()}")
