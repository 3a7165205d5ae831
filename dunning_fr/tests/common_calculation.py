"""A ledger with one case of each rule, and ways to read its calculation sheet."""

from decimal import Decimal

from odoo import Command, fields

from .test_claim_rules import ClaimRulesCommon

DAY = "2026-11-22"


class CalculationCommon(ClaimRulesCommon):
    def _sheet(self, moves, day=DAY, **options):
        return moves._dunning_calculation_sheet(fields.Date.to_date(day), **options)

    def _lone(self, move, day=DAY):
        """Return the invoice of a sheet of one, each sum of it redone."""
        [section] = self._sheet(move, day)
        [invoice] = section["invoices"]
        self.assertRedone(invoice)
        return invoice

    def assertRedone(self, invoice, places=2):
        """Redo a sheet by hand, from what it prints (R1.15, R1.16)."""
        total = Decimal(0)
        for item in invoice["items"]:
            sums = Decimal(0)
            for row in item["rows"]:
                if row["type"] != "segment":
                    continue
                days = (row["date_to"] - row["date_from"]).days + 1
                self.assertEqual(row["days"], days)
                exact = row["base"] * row["rate"] / 100 * days / 365
                self.assertLess(abs(exact - row["amount"]), Decimal("0.000001"))
                sums += exact
            self.assertLess(abs(sums - item["unrounded"]), Decimal("0.000001"))
            total += sums
        half = Decimal("0.5").scaleb(-places)
        self.assertLessEqual(abs(total - invoice["interest"]), half * 2)
        self.assertEqual(invoice["total"], invoice["interest"] + invoice["indemnity"])
        self.assertEqual(
            [invoice[name] for name in ("interest", "indemnity", "principal")],
            [
                sum(item[name] for item in invoice["items"])
                for name in ("interest", "indemnity", "principal")
            ],
        )

    def _figures(self, invoice):
        return [
            float(invoice[name])
            for name in ("principal", "interest", "indemnity", "total")
        ]

    def _rows(self, invoice, kind):
        return [
            row
            for item in invoice["items"]
            for row in item["rows"]
            if row["type"] == kind
        ]

    def _texts(self, invoice):
        return [row["text"] for row in self._rows(invoice, "event")]

    def _reasons(self, invoice):
        return [reason for item in invoice["items"] for reason in item["reasons"]]

    def _commune(self):
        return self._customer("Commune", "public", public_buyer_type="local")

    def _instalments(self, *days):
        share = 100 / len(days)
        return self.env["account.payment.term"].create(
            {
                "name": "In instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": number}
                    )
                    for number in days
                ],
            }
        )

    def _dollar(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "rate": 1.25,
                "currency_id": dollar.id,
                "company_id": self.company.id,
            }
        )
        return dollar

    def _judged(self, kind, judgment, partner=None):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(partner or self.pro).id,
                "kind": kind,
                "date_from": judgment,
                "judgment_date": judgment,
            }
        )
