"""From an expired formal notice to a case, its first time limit in the calendar."""

from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from ..tools.deadlines import procedural_deadline
from .common_ledger import LedgerCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLegalTour(LedgerCommon, HttpCase):
    def test_from_an_expired_formal_notice_to_a_case(self):
        new_test_user(
            self.env,
            login="legal_accountant",
            groups="base.group_user,account.group_account_user,"
            "dunning_fr.group_dunning_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
            lang="en_US",
        )
        self.company.partner_id.tz = "Europe/Paris"  # as the tour has it
        today = self.company._dunning_today()
        self._rates_until(today)
        self.company.partner_id.dunning_trade = "merchant"
        self.pro.write({"dunning_trade": "merchant", "company_registry": "443061841"})
        invoice = self._invoice(6000, today - timedelta(days=80))
        item = invoice.line_ids.filtered("date_maturity")
        self._notice(
            item,
            3,
            date=today - timedelta(days=40),
            deadline_date=today - timedelta(days=25),
            presented_date=today - timedelta(days=38),
        )
        debtor = self._debtor(self.pro, self.company)
        self.start_tour(
            f"/odoo/debtors/{debtor.id}",
            "dunning_formal_notice_to_case",
            login="legal_accountant",
        )
        case = self.env["dunning.case"].search([("debtor_id", "=", debtor.id)])
        self.assertEqual(case.state, "filed")
        self.assertEqual(case.move_ids, invoice)
        limits = case.step_ids.filtered(lambda step: step.deadline and not step.date)
        raw, adjusted = procedural_deadline(today, days=15)
        self.assertIn((raw, adjusted), [(s.raw_deadline, s.deadline) for s in limits])
        self.assertTrue(case.activity_ids, "the first time limit is an activity")
        self.start_tour(
            "/odoo/dunning-time-limits",
            "dunning_time_limit_in_calendar",
            login="legal_accountant",
        )

    def test_leaving_an_open_dialog_records_nothing(self):
        """Odoo saves what is open when a page is left: not who is insolvent."""
        new_test_user(
            self.env,
            login="legal_reader",
            groups="base.group_user,account.group_account_user,"
            "dunning_fr.group_dunning_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
            lang="en_US",
        )
        debtor = self._debtor(self.pro, self.company)
        self.start_tour(
            f"/odoo/debtors/{debtor.id}",
            "dunning_leave_an_open_dialog",
            login="legal_reader",
        )
        self.assertFalse(debtor.hold_ids)
        self.assertFalse(debtor.activity_ids)
