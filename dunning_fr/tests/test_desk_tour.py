"""A collector's morning: the checks, then the first debtor, by keyboard."""

from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .common_ledger import LedgerCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDeskTour(LedgerCommon, HttpCase):
    def test_the_morning(self):
        collector = new_test_user(
            self.env,
            login="desk_morning",
            groups="dunning_fr.group_dunning_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
            lang="en_US",
        )
        today = self.company._dunning_today()
        debtors = {}
        for name, amount in (("Riche", 9000), ("Petit", 50), ("Collègue", 70)):
            partner = self._customer(f"{name} SARL", "professional")
            self._invoice(amount, today - timedelta(days=60), partner)
            debtors[name] = self._debtor(partner)
        (debtors["Riche"] | debtors["Petit"]).user_id = collector
        self.env["dunning.hold"].create(
            {
                "debtor_id": debtors["Petit"].id,
                "kind": "promise",
                "date_from": today - timedelta(days=20),
                "date_to": today - timedelta(days=10),
                "state": "broken",
            }
        )
        self.start_tour("/odoo/dunning-desk", "dunning_desk", login="desk_morning")
        self.env.invalidate_all()
        self.assertTrue(debtors["Petit"].is_snoozed)
        self.assertFalse(debtors["Riche"].is_snoozed)
