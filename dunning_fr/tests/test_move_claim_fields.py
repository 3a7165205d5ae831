"""Interest and indemnity on the invoice form and in lists of invoices."""

from lxml import etree

from odoo import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common_calculation import CalculationCommon

FIELDS = (
    "dunning_interest",
    "dunning_indemnity",
    "dunning_claim_total",
    "dunning_claim_company_total",
    "dunning_claim_missing",
)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestMoveClaimFields(CalculationCommon):
    def _values(self, move):
        self.env.invalidate_all()
        return [round(move[name], 2) for name in FIELDS[:4]]

    def test_they_are_the_claim_of_today(self):
        """R1.15, R1.35: also once the invoice is paid."""
        move = self._invoice(12000, "2026-05-31")
        # 30 days at 12.15 % and 145 at 12.40 %
        self.assertEqual(self._values(move), [710.96, 40.0, 750.96, 750.96])
        self._pay(move, 12000, "2026-09-30")
        self.assertEqual(self._values(move), [494.89, 40.0, 534.89, 534.89])
        claim = move.get_late_payment_claim()
        self.assertEqual(claim["interest"], move.dunning_interest)

    def test_a_change_is_seen_at_once(self):
        move = self._invoice(10000, "2026-07-31")
        before = move.dunning_interest
        move.write({"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 20})
        self.assertGreater(move.dunning_interest, before)
        move.debtor_kind = "consumer"
        self.assertEqual((move.dunning_interest, move.dunning_indemnity), (0, 0))

    def test_instalments_are_added(self):
        move = self._invoice(
            2000,
            False,
            invoice_date="2026-07-01",
            invoice_payment_term_id=self._instalments(30, 60).id,
        )
        claim = move.get_late_payment_claim()
        self.assertAlmostEqual(move.dunning_interest, claim["interest"], 2)
        self.assertEqual(move.dunning_indemnity, 40.0)

    def test_shown_in_both_currencies(self):
        move = self._invoice(10000, "2026-07-31", currency_id=self._dollar().id)
        # 114 days at 12.40 %, and 40 € at 1.25
        self.assertEqual(self._values(move), [387.29, 50.0, 437.29, 349.83])

    def test_documents_that_bear_none(self):
        invoice = self._invoice(100, "2026-06-30")
        draft = self._invoice(100, "2026-06-30")
        draft.button_draft()
        for move in (
            draft,
            self._refund(invoice, 50, "2026-08-20"),
            self._invoice(100, "2026-06-30", move_type="in_invoice"),
            self._invoice(100, "2026-12-31"),
            self.env["account.move"].new({"move_type": "out_invoice"}),
        ):
            with self.subTest(move_type=move.move_type, state=move.state):
                self.assertEqual([move[name] for name in FIELDS], [0, 0, 0, 0, ""])

    def test_r9_2_half_year_missing_breaks_no_list(self):
        late, in_time = self._invoice(100, "2026-07-31"), self._invoice(9, "2026-12-31")
        self.env["dunning.rate"].search([("date_from", "=", "2026-07-01")]).unlink()
        self.assertIn("2026", late.dunning_claim_missing)
        self.assertEqual(late.dunning_interest, 0)
        self.assertFalse(in_time.dunning_claim_missing)

    def test_each_company_its_own_day_and_options(self):
        other = self.setup_other_company()["company"]
        other.dunning_day_basis = "actual"
        mine = self._invoice(1000, "2026-07-31")
        partner = self.pro.with_company(other)
        theirs = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-07-31",
                    "invoice_date_due": "2026-07-31",
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 1000, "tax_ids": []})
                    ],
                }
            )
        )
        theirs.action_post()
        both = mine | theirs
        self.env.invalidate_all()
        self.assertEqual(
            both.mapped("dunning_interest"),
            [move.get_late_payment_claim()["interest"] for move in both],
        )

    def test_not_for_everybody(self):
        move = self._invoice(1000, "2026-07-31")

        def user(login, groups):
            return new_test_user(
                self.env,
                login,
                groups,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )

        clerk = user("claim_clerk", "base.group_user")
        names = set(self.env["account.move"].with_user(clerk).fields_get())
        self.assertFalse(names.intersection(FIELDS))
        biller = user("claim_biller", "account.group_account_invoice")
        self.assertEqual(
            move.with_user(biller).dunning_claim_total, move.dunning_claim_total
        )

    def _node(self, view, kind, xpath):
        arch = self.env["account.move"].get_view(self.env.ref(view).id, kind)["arch"]
        return etree.fromstring(arch).xpath(xpath)

    def test_columns_of_the_list_have_totals(self):
        for name in FIELDS[:4]:
            [node] = self._node(
                "account.view_out_invoice_tree", "list", f"//field[@name='{name}']"
            )
            self.assertEqual(
                (node.get("optional"), bool(node.get("sum"))), ("hide", True)
            )
            self.assertFalse(
                self._node(
                    "account.view_in_invoice_tree", "list", f"//field[@name='{name}']"
                )
            )

    def test_link_to_the_calculation(self):
        buttons = self._node(
            "account.view_move_form",
            "form",
            "//button[@name='action_open_dunning_calculation']",
        )
        self.assertEqual(len(buttons), 2)
        self.assertIn("out_invoice", buttons[0].get("invisible"))
