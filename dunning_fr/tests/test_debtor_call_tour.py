"""A collector calls two debtors: a promise in two clicks, and the next call opens."""

from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDebtorCallTour(DunningCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.caller = new_test_user(
            cls.env,
            login="dunning_caller",
            groups="dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            lang="en_US",
        )
        cls.today = cls.company._dunning_today()
        cls._rates_until(cls.today)
        cls.debtors = cls.env["dunning.debtor"]
        for name, amount in (("Durand", 1200), ("Martin", 700)):
            partner = cls._customer(f"{name} SARL", "professional", phone="01 02")
            cls._invoice(amount, cls.today - timedelta(days=40), partner)
            ids = cls.debtors._ensure(cls.company, partner.ids)
            cls.debtors += cls.debtors.browse(ids[partner.id])

    def test_a_promise_in_two_clicks_then_the_next_call(self):
        self.start_tour("/odoo/debtors", "dunning_calls", login="dunning_caller")
        durand, martin = self.debtors
        self.assertEqual(durand.hold_ids.kind, "promise")
        self.assertGreater(durand.hold_ids.date_to, self.today)
        self.assertEqual(durand.call_ids.outcome, "promise")
        self.assertEqual(durand.call_ids.user_id, self.caller)
        self.assertEqual(martin.call_ids.outcome, "no_answer")
        self.assertEqual(martin.activity_ids.activity_type_id.category, "phonecall")
