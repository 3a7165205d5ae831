"""What a policy would send: the same as runs really do, and nothing is written."""

from collections import Counter
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user

from .common_send import SendCommon

TODAY = date(2026, 6, 22)
# What a run would write to
TABLES = (
    "dunning_notice",
    "dunning_notice_line",
    "dunning_debtor",
    "dunning_run",
    "dunning_dispatch",
    "account_move",
    "account_move_line",
    "mail_message",
    "ir_cron_trigger",
)


class TestSimulation(SendCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.policy = cls.policies["professional"]
        cls.simulation = cls.env["dunning.simulation"]
        cls.beta = cls._customer("Beta", "professional")
        for days, amount, partner in (
            (100, 1000, cls.pro),
            (80, 70, cls.pro),
            (60, 300, cls.beta),
            (20, 45, cls.beta),
            (3, 99, cls.beta),
            (30, 500, cls._customer("Anna", "consumer")),
        ):
            cls._invoice(amount, TODAY - timedelta(days=days), partner)

    def _open(self, user=None, **values):
        wizard = self.env["dunning.simulation.wizard"].with_user(user or self.collector)
        return wizard.create({"policy_id": self.policy.id, **values})

    def _written(self):
        """Return how many rows this transaction has changed, by table."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del"
            " FROM pg_stat_xact_user_tables ORDER BY relname"
        )
        return self.env.cr.fetchall()

    def _content(self):
        """Return a digest of what a run would touch."""
        digests = {}
        for table in TABLES:
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t.id))"
                f" FROM {table} t"
            )
            digests[table] = self.env.cr.fetchone()
        return digests

    def test_a_day_is_what_a_run_makes_of_it(self):
        sent = self.simulation._of_day(self.policy, "professional", TODAY)
        found = {
            (p.partner_id, p.level.id): float(
                sum(line.owed for line in p.lines if line.claimed)
            )
            for _day, p in sent
        }
        run = self._run(TODAY)
        real = {
            (n.partner_id.id, n.level_id.id): n.amount_principal
            for n in run.notice_ids
            if n.policy_id == self.policy
        }
        self.assertEqual(found, real)
        self.assertEqual(len(real), 2)
        # its drafts hide nothing
        again = self.simulation._of_day(self.policy, "professional", TODAY)
        self.assertEqual(len(again), len(sent))

    def test_it_writes_nothing(self):
        self.env.flush_all()
        self._open()  # sequences and caches
        before, content = self._written(), self._content()
        for kind in ("professional", "consumer", False):
            self.simulation._of_day(self.policy, kind, TODAY)
            self.simulation._of_period(
                self.policy, kind, TODAY - timedelta(days=364), TODAY
            )
        self.assertEqual(self._written(), before)
        self.assertEqual(self._content(), content)

    def test_a_period_is_what_weekly_runs_would_have_sent(self):
        """Real runs, one a week, each sent and paid as it came: the same notices."""
        paid = self.env["account.move"].search(
            [("partner_id", "=", self.beta.id), ("amount_total", "=", 300)]
        )
        self._pay(paid, 300, TODAY - timedelta(days=30))
        first = TODAY - timedelta(days=112)
        sent = self.simulation._of_period(self.policy, "professional", first, TODAY)
        simulated = Counter(
            (p.partner_id, p.level.id if p.level else False, day) for day, p in sent
        )
        self.assertGreater(len(simulated), 5)
        paid.line_ids.remove_move_reconcile()
        payment = self.env["account.move.line"].search(
            [("partner_id", "=", self.beta.id), ("balance", "=", -300),
             ("account_type", "=", "asset_receivable")]
        )  # fmt: skip
        self.assertEqual(len(payment), 1)
        self.assertEqual(self._real(first, paid, payment), simulated)

    def _real(self, first, paid, payment):
        real, day = Counter(), first
        while day <= TODAY:
            if day >= payment.date and not payment.reconciled:
                same = payment.account_id
                owed = paid.line_ids.filtered(lambda ln, a=same: ln.account_id == a)
                (owed | payment).reconcile()
            notices = self._run_with_drafts(day, payment)
            for notice in notices:
                real[notice.partner_id.id, notice.level_id.id, day] += 1
            day += timedelta(days=7)
        return real

    def _run_with_drafts(self, day, payment):
        """Send the run of ``day``; a formal notice is presented at once."""
        with freeze_time(f"{day} 10:00:00"):
            hidden = payment if day < payment.date else payment.browse()
            hidden.with_context(check_move_validity=False).partner_id = False
            run = self._run(day)
            hidden.partner_id = self.beta
            own = run.notice_ids.filtered(lambda n: n.policy_id == self.policy)
            trusted = own.sudo()._proof_unlocked()
            trusted.write({"state": "sent", "sent_date": day})
            for notice in trusted.filtered("is_formal_notice"):
                notice.presented_date = day
            run.action_cancel()
        return own

    def test_days_to_come_and_days_gone(self):
        later = TODAY + timedelta(days=60)
        sent = self.simulation._of_day(self.policy, "professional", later)
        self.assertEqual({s.day for s in sent}, {later})
        with self.assertRaises(UserError):
            self._open(date=TODAY - timedelta(days=1)).read(["headline"])

    def test_as_if_it_were_another_kinds_policy(self):
        consumers = self.policies["consumer"]
        self.assertFalse(self.simulation._of_day(self.policy, "public", TODAY))
        plain = self.simulation._of_day(consumers, "consumer", TODAY)
        other = self.simulation._of_day(consumers, "professional", TODAY)
        self.assertEqual(len(plain), 1)
        people = {p.partner_id for _day, p in other}
        self.assertEqual(people, {self.pro.id, self.beta.id})

    def test_queries_do_not_grow_with_the_days_nor_the_debtors(self):
        def count(step):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.simulation._of_period(
                self.policy, "professional", TODAY - timedelta(days=112), TODAY, step
            )
            return self.env.cr.sql_log_count - before

        count(28)
        few = count(28)
        self.assertLessEqual(count(4), few + 10)
        for number in range(10):
            partner = self._customer(f"Many{number}", "professional")
            self._invoice(100 + number, TODAY - timedelta(days=50), partner)
        count(28)
        self.assertLessEqual(count(28), few + 10)

    def test_the_wizard_shows_levels_months_and_examples(self):
        wizard = self._open(period="year")
        levels, months, examples = wizard.result
        self.assertTrue(levels["rows"])
        names = [r["cells"][0] for r in months["rows"]]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(examples["rows"][0]["cells"][1], "Durand SARL")
        self.assertIn("Nothing was written", wizard.headline)
        day = self._open()
        self.assertEqual(day.kind, "professional")
        self.assertEqual(len(day.result), 2)
        self.assertIn("2 notices to 2 debtors", day.headline)

    def test_another_companys_policy_is_not_simulated(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = new_test_user(
            self.env,
            login="sim_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self._open(stranger).read(["headline"])
