"""How a debtor pays: from the ledger, in words, in lists and within its company."""

import json
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"
DAY = date(2026, 11, 20)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestDebtorBehaviour(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "behaviour_collector",
            "dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.debtor = cls._debtor(cls.pro)
        cls.table = cls.env["dunning.behaviour"].sudo()

    @classmethod
    def _paid(cls, amount, due, day, partner=None):
        invoice = cls._invoice(amount, due, partner)
        cls._pay(invoice, amount, day)
        return invoice

    def _seen(self, debtor=None):
        """Derive the table as the cron does; return the row of the debtor."""
        debtor = debtor or self.debtor
        self.table._refresh(self.company, DAY)
        return self.table.search(
            [
                ("partner_id", "=", debtor.partner_id.id),
                ("company_id", "=", debtor.company_id.id),
            ]
        )

    def test_the_example_of_the_page(self):
        for number in range(12):
            self._paid(100, f"2026-0{1 + number % 9}-01", f"2026-0{1 + number % 9}-18")
        row = self._seen()
        self.assertEqual((row.documents, row.average_days), (12, 17))
        self.assertEqual((row.late_share, row.profile), (1, "slow"))
        self.assertIn(
            "12 invoices paid in 12 months, on average 17 days late",
            self.debtor.behaviour_text,
        )
        self.assertIn("good up to 10 days", self.debtor.behaviour_text)
        self.assertEqual(self.debtor.behaviour_date, DAY)

    def test_partial_payments_weigh_what_they_paid(self):
        invoice = self._invoice(1000, "2026-09-01")
        self._pay(invoice, 750, "2026-09-01")
        self._pay(invoice, 250, "2026-09-21")
        row = self._seen()
        self.assertEqual((row.documents, row.average_days), (1, 5))
        self.assertEqual(row.late_share, 0.25)
        self.assertEqual(row.overdue_count, 0)

    def test_a_credit_note_is_no_payment(self):
        invoice = self._invoice(1000, "2026-06-01")
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": "2026-10-01"})
        )
        refund = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        refund.action_post()
        lines = self._items(invoice | refund)
        if not invoice.line_ids.matched_credit_ids:
            lines.reconcile()
        self.assertTrue(self._items(invoice).reconciled)
        row = self._seen()
        self.assertEqual((row.documents, row.average_days, row.profile), (0, 0, "new"))

    def test_a_loss_is_no_payment(self):
        invoice = self._invoice(500, "2026-06-01")
        item = self._items(invoice)
        loss = self.env["account.account"].create(
            {"name": "Pertes", "code": "654999", "account_type": "expense"}
        )
        entry = self.env["account.move"].create(
            {
                "date": "2026-10-01",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": loss.id, "debit": 500}),
                    Command.create(
                        {
                            "account_id": item.account_id.id,
                            "partner_id": self.pro.id,
                            "credit": 500,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (item | entry.line_ids[1]).reconcile()
        self.assertTrue(item.reconciled)
        self.assertEqual(self._seen().documents, 0)

    def test_what_is_late_now_counts_unless_disputed(self):
        for _number in range(3):
            invoice = self._invoice(100, "2026-09-21")  # 60 days
        row = self._seen()
        self.assertEqual((row.overdue_count, row.overdue_days), (3, 60))
        self.assertEqual(row.profile, "chronic", "who pays nothing is not new")
        self.assertIn("Nothing paid in 12 months", self.debtor.behaviour_text)
        hold = {"debtor_id": self.debtor.id, "kind": "dispute", "date_from": TODAY}
        one = self.env["dunning.hold"].create(
            {**hold, "move_ids": [Command.set(invoice.ids)]}
        )
        self.assertEqual(self._seen().overdue_count, 2)
        one.action_release()
        self.assertEqual(self._seen().overdue_count, 3)
        self.env["dunning.hold"].create(hold)
        self.assertEqual(self._seen().overdue_count, 0)

    def test_disputes_on_both_sides(self):
        hold = {"debtor_id": self.debtor.id, "kind": "dispute", "state": "released"}
        days = ("2025-11-19", "2025-11-20", "2026-01-01", "2026-11-20")
        holds = self.env["dunning.hold"]
        for day in days[:3]:
            holds.create({**hold, "date_from": day})
        row = self._seen()
        self.assertEqual((row.disputes, row.profile), (2, "new"))
        holds.create({**hold, "date_from": days[3]})
        row = self._seen()
        self.assertEqual((row.disputes, row.profile), (3, "disputes"))
        self.assertIn("3 disputes in 12 months", self.debtor.behaviour_text)
        self.company.dunning_profile_disputes = 0
        self.assertEqual(self._seen().profile, "new", "0 = no such profile")

    def test_thresholds_are_the_companys(self):
        for _number in range(3):
            self._paid(100, "2026-09-01", "2026-09-16")
        self.assertEqual(self._seen().profile, "slow")
        self.company.dunning_profile_slow_days = 15
        self.assertEqual(self._seen().profile, "good")
        self.company.write(
            {"dunning_profile_slow_days": 5, "dunning_profile_chronic_days": 14}
        )
        self.assertEqual(self._seen().profile, "chronic")
        self.company.dunning_profile_min_invoices = 4
        self.assertEqual(self._seen().profile, "new")
        self.company.dunning_profile_months = 2
        self.assertEqual(self._seen().documents, 0)

    def test_trend_and_chart(self):
        self._paid(100, "2026-05-01", "2026-05-05")
        self._paid(100, "2026-10-01", "2026-10-21")
        self.assertEqual(self._seen().trend, "worse")
        self.assertEqual(self.debtor.payment_trend, "worse")
        [chart] = json.loads(self.debtor.behaviour_graph)
        values = [point["value"] for point in chart["values"]]
        self.assertEqual(values, [0, 0, 0, 0, 0, 4, 0, 20])
        labels = [point["label"] for point in chart["values"]]
        self.assertEqual(labels[-1], ["Q4 26", "20"], "the days are read, not guessed")
        self.assertEqual([days for _quarter, days in labels], [*"–––––4–", "20"])

    def test_lists_filter_sort_and_group(self):
        good = self._debtor(self._customer("Bon SARL", "professional"))
        none = self._debtor(self._customer("Sans SARL", "professional"))
        for _number in range(3):
            self._paid(100, "2026-09-01", "2026-09-01", good.partner_id)
            self._paid(100, "2026-09-01", "2026-10-31")
        self._seen()
        self.table.search([("partner_id", "=", none.partner_id.id)]).unlink()
        debtors = self.env["dunning.debtor"]
        some = [("id", "in", (good + self.debtor + none).ids)]

        def found(*leaf):
            return debtors.search([*some, leaf])

        self.assertEqual(found("payment_profile", "=", "chronic"), self.debtor)
        self.assertEqual(found("payment_profile", "in", ["good"]), good)
        self.assertEqual(found("payment_profile", "=", False), none)
        self.assertEqual(found("average_days_late", ">", 59), self.debtor)
        self.assertEqual(found("average_days_late", ">", 60), debtors)
        self.assertEqual(found("late_share", ">=", 1), self.debtor)
        self.assertEqual(found("behaviour_date", "=", TODAY), good + self.debtor)
        groups = dict(debtors._read_group(some, ["payment_profile"], ["__count"]))
        self.assertEqual(groups, {"chronic": 1, "good": 1, False: 1})
        rows = debtors.web_read_group(some, ["payment_profile"], limit=80)["groups"]
        self.assertEqual(len(rows), 3)
        worst = debtors.search(some, order="average_days_late desc nulls last", limit=1)
        self.assertEqual(worst, self.debtor)

    def test_before_the_first_night(self):
        debtor = self._debtor(self._customer("Neuf SARL", "professional"))
        self.assertFalse(debtor.payment_profile)
        self.assertFalse(debtor.behaviour_date)
        self.assertIn("Not computed yet", debtor.behaviour_text)
        debtor.with_user(self.collector).action_refresh_behaviour()
        self.assertEqual(debtor.payment_profile, "new")
        self.assertIn("too few to tell", debtor.behaviour_text)
        with Form(debtor.with_user(self.collector)) as form:
            self.assertEqual(form.payment_profile, "new")

    def test_the_cron_takes_every_company(self):
        self._paid(100, "2026-09-01", "2026-09-16")
        self.table.search([]).unlink()
        self.env["dunning.behaviour"]._cron_refresh()
        self.assertEqual(self.debtor.behaviour_date, DAY)

    def test_rights(self):
        self._seen()
        row = self.table.search([("partner_id", "=", self.pro.id)])
        mine = row.with_user(self.collector)
        self.assertTrue(mine.read(["profile"]))
        for attempt in (lambda: mine.write({"profile": "good"}), mine.unlink):
            with self.assertRaises(AccessError):
                attempt()
        reader = new_test_user(
            self.env, "behaviour_reader", "account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.debtor.with_user(reader).action_refresh_behaviour()

    def test_another_company_sees_its_own(self):
        self._paid(100, "2026-09-01", "2026-09-16")
        self._seen()
        other = self.setup_other_company(name="Autre SAS")["company"]
        theirs = self._debtor(self.pro, other)
        self.table._refresh(other, DAY)
        self.assertEqual(theirs.average_days_late, 0)
        self.assertEqual(self.debtor.average_days_late, 15)
        self.collector.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        rows = self.env["dunning.behaviour"].with_user(self.collector).search([])
        self.assertEqual(rows.company_id, other)

    def test_deriving_is_constant_in_debtors(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.table._refresh(self.company, DAY)
            return self.env.cr.sql_log_count - before

        self._paid(100, "2026-09-01", "2026-09-16")
        cost()  # caches
        few = cost()
        for number in range(10):
            partner = self._customer(f"P{number} SARL", "professional")
            self._debtor(partner)
            self._paid(100, "2026-09-01", "2026-09-16", partner)
            self._invoice(100, "2026-09-01", partner)
        self.assertEqual(cost(), few)
