from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common_ledger import LedgerCommon

TODAY = date(2026, 9, 10)


@tagged("post_install_l10n", "post_install", "-at_install")
class CreditCase(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))

    @classmethod
    def _receipt(cls, amount, company=None):
        """Book money of the customer that nobody has matched yet."""
        company = company or cls.company
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "date": "2026-09-01",
                    "company_id": company.id,
                    "journal_id": cls.company_data["default_journal_misc"].id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "partner_id": cls.pro.id,
                                "balance": balance,
                            }
                        )
                        for account, balance in (
                            (cls.company_data["default_account_receivable"], -amount),
                            (cls.company_data["default_account_revenue"], amount),
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move


class TestTwoPolicies(CreditCase):
    """One credit of a debtor under two policies is deducted once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(1000, "2026-08-25")
        cls.second = cls._invoice(
            2000, "2026-08-25", dunning_policy_id=cls.policies["non_professional"].id
        )
        cls._receipt(100)

    def _totals(self, notices):
        return sum(notices.mapped("amount_principal"))

    def test_drafted_together_sent_on_different_days(self):
        notices = self._run(TODAY).notice_ids
        self.assertEqual(len(notices), 2)
        self.assertEqual(self._totals(notices), 2900)
        for notice in notices.sorted("amount_principal"):
            notice.action_send()
            self.assertEqual(notice.state, "queued", notice.failure_reason)
            notice.sudo().dispatch_ids._move("ready")
            notice.sudo().dispatch_ids._move("sent")
        self.assertEqual(self._totals(notices), 2900)

    def test_a_later_run_leaves_it_where_it_was(self):
        notices = self._run(TODAY).notice_ids
        with_credit = notices.filtered(
            lambda n: n.line_ids.filtered(lambda line: line.residual < 0)
        )
        (notices - with_credit).action_cancel()
        with_credit.action_send()
        with_credit.sudo().dispatch_ids._move("ready")
        with_credit.sudo().dispatch_ids._move("sent")
        again = self._run(TODAY).notice_ids
        self.assertEqual(len(again), 1)
        self.assertEqual(self._totals(again | with_credit), 2900)

    def test_it_is_free_again_once_that_notice_is_paid(self):
        notices = self._run(TODAY).notice_ids
        with_credit = notices.filtered(
            lambda n: n.line_ids.filtered(lambda line: line.residual < 0)
        )
        (notices - with_credit).action_cancel()
        with_credit.action_send()
        with_credit.sudo().dispatch_ids._move("ready")
        with_credit.sudo().dispatch_ids._move("sent")
        paid = with_credit.line_ids.filtered("claimed").move_line_id.move_id
        self._pay(paid, paid.amount_total, TODAY)
        again = self._run(TODAY).notice_ids
        self.assertEqual(
            self._totals(again),
            sum((self.first + self.second - paid).mapped("amount_total")) - 100,
        )


class TestBranches(CreditCase):
    """Money received by another branch stops a formal notice, and is named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"child_ids": [Command.create({"name": "Lyon Branch"})]})
        cls.branch = cls.company.child_ids
        cls.cr.precommit.run()  # load the chart of the branch
        cls.env.user.company_ids |= cls.branch

    def _reached_level_2(self):
        invoice = self._invoice(1000, "2026-07-01")
        self._notice(self._items(invoice), 1, "2026-07-10")
        self._notice(self._items(invoice), 2, "2026-07-20")
        return invoice

    def test_no_formal_notice(self):
        self._reached_level_2()
        self.assertTrue(self._run(TODAY).notice_ids.is_formal_notice)
        self._receipt(1000, self.branch)
        [row] = self._debtor(self.pro).explain(TODAY)
        self.assertEqual(row["code"], "credit_elsewhere")
        self.assertIn("Lyon Branch", row["reason"])

    def test_a_draft_is_stopped(self):
        self._reached_level_2()
        notice = self._run(TODAY).notice_ids
        self._receipt(1000, self.branch)
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("Lyon Branch", notice.failure_reason)

    def test_a_reminder_leaves_and_the_check_names_the_branch(self):
        self._invoice(1000, "2026-08-25")
        self._receipt(300, self.branch)
        run = self._run(TODAY)
        self.assertEqual(run.notice_ids.amount_total, 1000)
        self.assertIn("Lyon Branch", run.checks["credits_elsewhere"]["message"])
        self.assertIn("300", run.checks["credits_elsewhere"]["message"])

    def test_another_company_is_no_branch(self):
        self._reached_level_2()
        other = self.env["res.company"].create({"name": "Other"})
        self.assertNotIn(other, self.env["dunning.engine"]._branches(self.company))
        self.assertEqual(
            self.env["dunning.engine"]._branches(self.branch), self.company
        )
