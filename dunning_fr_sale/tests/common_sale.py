from odoo import Command
from odoo.tests import freeze_time, new_test_user

from odoo.addons.dunning_fr.tests.common_ledger import LedgerCommon

TODAY = "2026-10-01"
PEOPLE = {
    "seller": "sales_team.group_sale_salesman_all_leads",
    "head": "sales_team.group_sale_manager",
    "collector": "dunning_fr.group_dunning_user",
    "manager": "dunning_fr.group_dunning_manager",
}


@freeze_time(TODAY)
class SaleDunningCommon(LedgerCommon):
    """A customer who owes 1,300 late, at level 1; a quotation; people who sell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(1000, "2026-08-15")
        cls.second = cls._invoice(300, "2026-09-15")
        cls._notice(cls._items(cls.first), 1, "2026-09-01")
        cls.calm = cls._customer("Calme SARL", "professional")
        cls.people = {
            name: new_test_user(
                cls.env,
                f"sale_{name}",
                groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name, groups in PEOPLE.items()
        }
        cls.seller = cls.people["seller"]
        cls.order = cls._quote()
        cls.env.flush_all()

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(PEOPLE["head"])

    @classmethod
    def _quote(cls, partner=None, **values):
        line = {"product_id": cls.product_a.id, "tax_ids": False, "price_unit": 200}
        values = {"user_id": cls.seller.id, **values}
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.pro).id,
                "company_id": cls.company.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    @classmethod
    def _block(cls, amount=1000):
        cls.company.write(
            {"dunning_sale_block": True, "dunning_sale_block_amount": amount}
        )

    def _as(self, name, order=None):
        """Return the order as this person reads it, from a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return (order or self.order).with_user(self.people[name])

    def _facts(self, name="seller", order=None):
        order = self._as(name, order)
        return order.dunning_overdue, order.dunning_level
