"""An accountant prepares a run, sends a notice, and finds it on the invoice."""

from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTour(DunningCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="dunning_accountant",
            groups="base.group_user,account.group_account_user,"
            "dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            lang="en_US",
        )
        cls.today = cls.company._dunning_today()
        cls.due = cls.today - timedelta(days=40)
        cls._rates_until(cls.today)

    def test_prepare_send_and_find_on_the_invoice(self):
        invoice = self._invoice(1200, self.due)
        disputed = self._customer("Litige SARL", "professional")
        self._invoice(700, self.due, disputed)
        debtor = self.env["dunning.debtor"].create(
            {"partner_id": disputed.id, "company_id": self.company.id}
        )
        self.env["dunning.hold"].create({"debtor_id": debtor.id, "kind": "dispute"})
        self.start_tour(
            "/odoo/dunning-runs", "dunning_prepare_and_send", login="dunning_accountant"
        )
        notice = self.env["dunning.notice"].search([("partner_id", "=", self.pro.id)])
        self.assertEqual(notice.state, "queued")
        self.assertEqual(notice.approved_by, self.accountant)
        self.start_tour(
            f"/odoo/customer-invoices/{invoice.id}",
            "dunning_notice_on_invoice",
            login="dunning_accountant",
        )
