"""The aged balance: which column, at which date, and always the trial balance."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_aged import AgedCommon

DUE = "2026-03-31"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestAgedBalance(AgedCommon):
    # ---------------------------------------------------------------- columns

    def test_each_boundary_of_each_column(self):
        self._invoice(100, DUE, invoice_date="2026-01-01")
        for days, column in (
            (-30, "not_due"),
            (-1, "not_due"),
            (0, "not_due"),
            (1, "bucket_1"),
            (30, "bucket_1"),
            (31, "bucket_2"),
            (60, "bucket_2"),
            (61, "bucket_3"),
            (90, "bucket_3"),
            (91, "bucket_over"),
            (900, "bucket_over"),
        ):
            with self.subTest(days=days):
                found = self._columns(self._after(DUE, days))
                self.assertEqual(found, {column: 100, "total": 100})

    def test_other_bounds(self):
        self._invoice(100, DUE)
        bounds = {"bound_1": 1, "bound_2": 15, "bound_3": 45}
        for days, column in (
            (1, "bucket_1"),
            (2, "bucket_2"),
            (15, "bucket_2"),
            (16, "bucket_3"),
            (45, "bucket_3"),
            (46, "bucket_over"),
        ):
            with self.subTest(days=days):
                found = self._columns(self._after(DUE, days), **bounds)
                self.assertEqual(found, {column: 100, "total": 100})

    def test_bounds_must_rise(self):
        for bounds in (
            (0, 60, 90),
            (30, 30, 90),
            (30, 60, 60),
            (-1, 2, 3),
            (90, 60, 3),
        ):
            values = dict(zip(("bound_1", "bound_2", "bound_3"), bounds, strict=True))
            with (
                self.subTest(bounds=bounds),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation) as caught,
                self.env.cr.savepoint(),
            ):
                self._balance(DUE, **values)
        # what Odoo's server says instead of the database's error
        rule = self.env["dunning.aged.balance"]._table_objects[
            caught.exception.diag.constraint_name
        ]
        self.assertIn("must rise", rule.get_error_message(self.env["dunning.run"]))

    def test_nothing_of_the_future(self):
        self._invoice(100, DUE, invoice_date="2026-03-02")
        self.assertEqual(self._columns("2026-03-01"), {})
        self.assertEqual(self._columns("2026-03-02"), {"not_due": 100, "total": 100})

    def test_a_draft_or_cancelled_invoice_is_no_debt(self):
        invoice = self._invoice(100, DUE)
        invoice.button_draft()
        self.assertEqual(self._columns("2026-06-01"), {})
        invoice.button_cancel()
        self.assertEqual(self._columns("2026-06-01"), {})

    # --------------------------------------------------------- reconciliations

    def test_a_part_payment_counts_from_its_date(self):
        invoice = self._invoice(100, DUE)
        self._pay(invoice, 40, "2026-05-10")
        for date, column, left in (
            ("2026-05-09", "bucket_2", 100),
            ("2026-05-10", "bucket_2", 60),
            ("2026-11-22", "bucket_over", 60),
        ):
            with self.subTest(date=date):
                self.assertEqual(self._columns(date), {column: left, "total": left})

    def test_a_paid_invoice_was_open_before(self):
        self._pay(self._invoice(100, DUE), 100, "2026-05-10")
        self.assertEqual(self._columns("2026-05-09"), {"bucket_2": 100, "total": 100})
        self.assertEqual(self._columns("2026-05-10"), {})

    def test_an_invoice_paid_in_advance(self):
        """The receipt is there first: unmatched until the invoice is booked."""
        receipt = self._receipt(100, "2026-02-01")
        invoice = self._invoice(100, DUE)
        self._receivable(invoice | receipt.move_id).reconcile()
        found = self._columns("2026-03-30")
        self.assertEqual(found, {"unmatched": -100, "total": -100})
        self.assertEqual(self._columns(DUE), {})

    def test_a_reconciliation_undone_later_never_was(self):
        invoice = self._invoice(100, DUE)
        self._pay(invoice, 100, "2026-05-10")
        self._receivable(invoice).remove_move_reconcile()
        found = self._columns("2026-05-10")
        self.assertEqual(found, {"bucket_2": 100, "unmatched": -100})

    def test_a_payment_reset_to_draft_pays_nothing(self):
        invoice = self._invoice(100, DUE)
        self._pay(invoice, 100, "2026-05-10").action_draft()
        self.assertEqual(self._columns("2026-05-10"), {"bucket_2": 100, "total": 100})

    def test_a_draft_side_does_not_count(self):
        """However it came about, a reconciliation with a draft is no payment."""
        invoice = self._invoice(100, DUE)
        payment = self._pay(invoice, 100, "2026-05-10")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET parent_state = 'draft' WHERE move_id = %s",
            [payment.move_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._columns("2026-05-10"), {"bucket_2": 100, "total": 100})

    def test_credit_notes_and_receipts_not_matched(self):
        self._invoice(100, DUE)
        self._refund(30, "2026-04-05")
        self._receipt(25, "2026-04-06")
        found = self._columns("2026-04-05")
        self.assertEqual(found, {"bucket_1": 100, "unmatched": -30, "total": 70})
        found = self._columns("2026-04-06")
        self.assertEqual(found, {"bucket_1": 100, "unmatched": -55, "total": 45})

    def test_a_credit_note_matched(self):
        invoice, refund = self._invoice(100, DUE), self._refund(30, "2026-04-05")
        self._receivable(invoice | refund).reconcile()
        self.assertEqual(self._columns("2026-04-04"), {"bucket_1": 100, "total": 100})
        self.assertEqual(self._columns("2026-04-05"), {"bucket_1": 70, "total": 70})

    def test_a_refund_larger_than_its_invoice(self):
        invoice, refund = self._invoice(100, DUE), self._refund(130, "2026-04-05")
        self._receivable(invoice | refund).reconcile()
        found = self._columns("2026-04-05")
        self.assertEqual(found, {"unmatched": -30, "total": -30})

    def test_an_invoice_that_another_customer_paid(self):
        """Nothing is open of either, whichever of them is looked at."""
        invoice = self._invoice(100, DUE)
        other = self._customer("Payeur SA", "professional")
        receipt = self._receipt(100, "2026-05-10", other)
        self._receivable(invoice | receipt.move_id).reconcile()
        for partners in ([], self.pro.ids, other.ids):
            balance = self._balance("2026-05-10", partner_ids=[Command.set(partners)])
            self.assertEqual(balance._debtors(), [])
        self.assertEqual(self._columns("2026-05-09"), {"bucket_2": 100, "total": 100})

    # ------------------------------------------------------------------ items

    def test_instalments_each_on_its_own_date(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, **when})
                    for when in ({"nb_days": 0}, {"nb_days": 45})
                ],
            }
        )
        invoice = self._invoice(
            100, DUE, invoice_payment_term_id=terms.id, invoice_date="2026-02-01"
        )
        found = self._columns("2026-03-10")
        self.assertEqual(found, {"not_due": 50, "bucket_2": 50, "total": 100})
        lines = self._balance("2026-03-10")._lines()
        self.assertEqual([row["days_late"] for row in lines], [37, 0])
        self.assertEqual({row["move_name"] for row in lines}, {invoice.name})

    def test_foreign_currency_at_its_booked_value(self):
        rates = [("2026-01-01", 2.0), ("2026-05-01", 4.0)]
        dollar = self.setup_other_currency("USD", rates=rates)
        invoice = self._invoice(100, DUE, currency_id=dollar.id)
        self.assertEqual(self._columns(DUE), {"not_due": 50, "total": 50})
        self._pay(invoice, 100, "2026-05-10")
        self.assertEqual(self._columns("2026-05-09"), {"bucket_2": 50, "total": 50})
        self.assertEqual(self._columns("2026-05-31"), {})
        self._assert_trial_balance("2026-05-10")

    def test_lines_without_partner_share_a_row(self):
        receivable = self.company_data["default_account_receivable"]
        income = self.company_data["default_account_revenue"]
        none = self.env["res.partner"]
        for amount in (60, 40):
            self._entry(DUE, (receivable, amount, none), (income, -amount, none))
        self.assertEqual(self._columns(DUE, none), {"not_due": 100, "total": 100})
        rows = self._balance("2026-04-30")._lines()
        self.assertEqual([row["days_late"] for row in rows], [30, 30])
        self.assertEqual({row["partner_name"] for row in rows}, {"Without partner"})

    def test_every_receivable_account(self):
        """Also those that dunning leaves alone: the trial balance has them all."""
        account = self.company_data["default_account_receivable"].copy(
            {"code": "411799", "non_trade": True, "active": True}
        )
        income = self.company_data["default_account_revenue"]
        self._entry(DUE, (account, 80, self.pro), (income, -80, self.pro))
        account.active = False
        self.assertEqual(self._columns(DUE), {"not_due": 80, "total": 80})
        self._assert_trial_balance(DUE)

    def test_a_contact_is_on_the_account_of_its_company(self):
        contact = self._customer("Paul", parent_id=self.pro.id, is_company=False)
        self._invoice(100, DUE, contact)
        self._invoice(50, DUE)
        self.assertEqual(self._columns(DUE), {"not_due": 150, "total": 150})
        balance = self._balance(DUE, partner_ids=[Command.link(contact.id)])
        self.assertEqual(len(balance._lines()), 2)

    # ---------------------------------------------------------------- companies

    def test_another_company_is_left_out(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        theirs = self.env["account.move"].with_company(other)
        invoice = theirs.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.pro.id,
                "invoice_date": DUE,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 7, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        self._invoice(100, DUE)
        self.assertEqual(self._columns("2026-04-30"), {"bucket_1": 100, "total": 100})
        found = self._columns("2026-04-30", company_id=other.id)
        self.assertEqual(found["total"], 7)

    def test_a_company_the_user_may_not_read(self):
        other = self.env["res.company"].create({"name": "Autre SARL"})
        reader = new_test_user(
            self.env,
            login="aged_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        balances = self.env["dunning.aged.balance"].with_user(reader)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            balances.create({"company_id": other.id}).action_show()
        mine = balances.create({})
        mine.sudo().company_id = other
        with self.assertRaisesRegex(AccessError, "Autre SARL|not allowed|autorisé"):
            mine._lines()

    def test_a_branch_has_its_own_ledger(self):
        """What a branch was paid at its head office is open in both ledgers."""
        branch = self.env["res.company"].create(
            {"name": "Agence", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        self.env.invalidate_all()
        theirs = self.env(context={"allowed_company_ids": (branch | self.company).ids})
        receivable = self.company_data["default_account_receivable"]
        income = self.company_data["default_account_revenue"]
        invoice = self._entry(
            DUE,
            (receivable, 100, self.pro),
            (income, -100, self.pro),
            company_id=branch.id,
        ).with_env(theirs)
        self.assertEqual(invoice.line_ids.company_id, branch)
        receipt = self._receipt(100, "2026-05-10")
        items = self._receivable(invoice | receipt.move_id.with_env(theirs))
        items.reconcile()
        self.assertTrue(all(items.mapped("reconciled")))
        found = self._columns("2026-05-10")
        self.assertEqual(found, {"unmatched": -100, "total": -100})
        found = self._columns("2026-05-10", company_id=branch.id)
        self.assertEqual(found, {"bucket_2": 100, "total": 100})
        self.assertEqual(sum(self._trial_balance("2026-05-10").values()), -100)
