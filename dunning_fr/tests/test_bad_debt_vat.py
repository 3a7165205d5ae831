from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_bad_debt import PDF, BadDebtCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebtVat(BadDebtCommon):
    """What of a loss is net and what is VAT, on every kind of invoice."""

    def _vat_lines(self, step):
        return [
            (code, debit, credit)
            for code, debit, credit in self._booked(step)
            if code.startswith("445")
        ]

    def test_r8_8_several_rates(self):
        invoice = self._sale((1000, 20), (1000, 5.5), (500, None))
        loss = self._lose(invoice)
        self.assertEqual(
            self._booked(loss),
            [
                ("654400", 2500, 0),
                ("445710", 200, 0),
                ("445710", 55, 0),
                ("411100", 0, 2755),
            ],
        )
        self.assertEqual(
            [(part["amount"], part["recovered"]) for part in loss.vat_detail],
            [(200, True), (55, True)],
        )
        self.assertIn("200.00", loss.vat_text)

    def test_r8_8_partial_payment_pays_net_and_vat_alike(self):
        invoice = self._sale((1000, 20))
        self._pay(invoice, 400, "2025-09-01")
        loss = self._lose(invoice)
        self.assertEqual(
            self._booked(loss),
            [("654400", 666.67, 0), ("445710", 133.33, 0), ("411100", 0, 800)],
        )

    def test_r8_8_credit_note_takes_off_its_own_rate(self):
        """All of the 5.5 % line is credited: what is left bears 20 % alone."""
        invoice = self._sale((1000, 20), (1000, 5.5))
        refund = self._sale(
            (1000, 5.5), move_type="out_refund", invoice_date="2025-09-01"
        )
        (self._items(invoice) | self._items(refund)).reconcile()
        self.assertEqual(invoice.amount_residual, 1200)
        loss = self._lose(invoice)
        self.assertEqual(
            self._booked(loss),
            [("654400", 1000, 0), ("445710", 200, 0), ("411100", 0, 1200)],
        )

    def test_credit_note_with_other_taxes_is_said(self):
        invoice = self._sale((1000, 20))
        refund = self._sale(
            (200, 10), move_type="out_refund", invoice_date="2025-09-01"
        )
        (self._items(invoice) | self._items(refund)).reconcile()
        wizard = self._loss_wizard(invoice)
        self.assertIn("credit notes bear other taxes", wizard.notes)
        loss = self._confirm(wizard)
        self.assertEqual(loss.amount_company, 980)
        self.assertEqual(loss.vat_recovered, 163.33)

    def test_a_loss_in_parts_adds_up(self):
        """Three thirds of 100.01 at 5.5 %: to the cent, whatever the order."""
        invoice = self._sale((94.8, 5.5))
        self.assertEqual(invoice.amount_total, 100.01)
        steps = self.steps
        for amount in (33.34, 33.34, 33.33):
            steps |= self._lose(invoice, amount=amount)
        self.assertEqual(len(steps), 3)
        self.assertEqual(round(sum(steps.mapped("vat_recovered")), 2), 5.21)
        self.assertEqual(invoice.amount_residual, 0)

    def test_instalments_in_one_go(self):
        """The VAT of an invoice in instalments is shared out, none of it twice."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Thirds",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((33.33, 0), (33.33, 30), (33.34, 60))
                ],
            }
        )
        invoice = self._sale(
            (94.8, 5.5), invoice_payment_term_id=term.id, invoice_date="2025-06-30"
        )
        self.assertEqual(len(self._items(invoice)), 3)
        losses = self._lose(invoice)
        self.assertEqual(len(losses), 3)
        self.assertEqual(round(sum(losses.mapped("vat_recovered")), 2), 5.21)
        self.assertEqual(invoice.amount_residual, 0)

    def test_foreign_currency(self):
        """In the ledger at the invoice's own rate; nothing is left in any currency."""
        dollar = self.setup_other_currency("USD", rates=[("2025-01-01", 1.25)])
        invoice = self._sale((1000, 20), currency_id=dollar.id)
        self.assertEqual(self._items(invoice).balance, 960)
        self._doubtful(invoice)
        self._impair(invoice, 50)
        part, half = self._lose(invoice, amount=300)
        self.assertEqual((part.amount, part.amount_company), (300, 240))
        self.assertEqual((part.vat_recovered, half.amount_company), (40, 100))
        rest, end = self._lose(invoice)
        self.assertEqual((rest.amount, rest.amount_company), (900, 720))
        self.assertEqual((rest.vat_recovered, end.amount_company), (120, 300))
        moved = self.steps.search([("step", "=", "doubtful")]).entry_id.line_ids[0]
        self.assertEqual(moved.amount_residual_currency, 0)
        self.assertEqual(moved.amount_residual, 0)

    def test_r8_9_penalty_note_bears_no_vat(self):
        invoice = self._sale((1000, 20))
        charges = self.env["dunning.charge"]
        day = self.company._dunning_today()
        note = charges._claim_lines(self.company, self._items(invoice), day)._bill()
        wizard = self._loss_wizard(
            note, duplicate_sent_on=False, duplicate_file=False, day="2026-11-22"
        )
        wizard.event_date = "2026-11-22"
        self.assertFalse(wizard.problems, "no duplicate: there is no VAT")
        loss = self._confirm(wizard)
        self.assertEqual(
            self._booked(loss),
            [("654100", note.amount_total, 0), ("411100", 0, note.amount_total)],
        )

    def test_r8_1_debts_of_the_year(self):
        """654100 for an invoice of the accounting year, 654400 for an earlier one."""
        for made, code in (("2026-01-01", "654100"), ("2025-12-31", "654400")):
            with self.subTest(made):
                invoice = self._sale((100, None), due=made)
                loss = self._lose(invoice)
                self.assertEqual(self._booked(loss)[0], (code, 100, 0))

    # ------------------------------------------------------------------ conditions

    def test_r8_8_to_r8_12_conditions(self):
        invoice = self._sale((1000, 20))
        events = {
            event.code: event.id for event in self.env["dunning.loss.event"].search([])
        }
        for values, message in (
            ({"duplicate_sent_on": False}, "duplicate of the invoice"),
            ({"duplicate_file": False}, "duplicate of the invoice"),
            ({"duplicate_sent_on": "2026-11-21"}, "later than the entry"),
            ({"event_id": events["prescription"]}, "does not open the recovery"),
            ({"event_date": "2026-11-21"}, "later than the entry"),
            ({"event_date": "2023-12-31", "date": "2026-01-01"}, "claimed back by"),
            ({"event_date": False}, "date of the event"),
            ({"event_id": False}, "what makes the loss certain"),
            ({"proof_file": False}, "proof of the event"),
        ):
            with self.subTest(**values):
                older = "event_date" in values and values["event_date"] == "2023-12-31"
                wizard = self._loss_wizard(
                    self._sale((1000, 20), due="2023-06-30") if older else invoice,
                    **values,
                )
                self.assertIn(message, wizard.problems)
        self.assertFalse(self._loss_wizard(invoice).problems)

    def test_r8_12_the_last_day(self):
        invoice = self._sale((1000, 20), due="2024-06-30")
        for day, is_late in (("2026-12-31", False), ("2027-01-01", True)):
            with self.subTest(day):
                wizard = self._loss_wizard(
                    invoice,
                    day=day,
                    event_date="2024-10-01",
                    duplicate_sent_on="2024-11-01",
                )
                self.assertEqual("claimed back by" in (wizard.problems or ""), is_late)

    def test_without_recovery_vat_is_lost_too(self):
        invoice = self._sale((1000, 20))
        loss = self._lose(
            invoice, recover_vat=False, duplicate_sent_on=False, duplicate_file=False
        )
        self.assertEqual(self._booked(loss), [("654400", 1200, 0), ("411100", 0, 1200)])
        self.assertEqual((loss.amount_vat, loss.vat_recovered), (200, 0))
        step = self._recover(loss, 300)
        self.assertEqual(
            self._booked(step), [(self.cash.code, 300, 0), ("758300", 0, 300)]
        )

    def test_r8_8_liquidation_opens_the_vat_and_warns(self):
        event = self.env.ref("dunning_fr.dunning_loss_event_liquidation")
        invoice = self._sale((1000, 20))
        wizard = self._loss_wizard(invoice, event_id=event.id)
        self.assertFalse(wizard.problems)
        self.assertIn("final loss", wizard.event_warning)
        self.assertEqual(self._confirm(wizard).vat_recovered, 200)

    # ------------------------------------------------------------------ cash basis

    def _on_payment(self):
        """Return a tax of 20 % that is due on payment, in 445740 until then."""
        waiting = self.env["account.chart.template"].ref("pcg_44574")
        self.company.tax_exigibility = True
        return self.vat[20].copy(
            {
                "name": "20 % on payment",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": waiting.id,
            }
        )

    def test_r8_11_vat_due_on_payment(self):
        """Nothing to claim back: what waits in 445740 is cleared, 445710 untouched."""
        invoice = self._sale((1000, self._on_payment()))
        before = self._trial_balance()
        self.assertEqual(before["445740"], -200)
        self._doubtful(invoice)
        self.assertEqual(self._trial_balance()["445740"], -200, "no payment")
        wizard = self._loss_wizard(
            invoice, duplicate_sent_on=False, duplicate_file=False
        )
        self.assertFalse(wizard.problems)
        self.assertIn("R8.11", wizard.notes)
        loss = self._confirm(wizard)
        self.assertEqual(
            self._booked(loss),
            [("654400", 1000, 0), ("445740", 200, 0), ("416000", 0, 1200)],
        )
        after = self._trial_balance()
        self.assertNotIn("445740", after)
        self.assertNotIn("445710", after)
        self.assertEqual((loss.vat_recovered, loss.is_cash_basis), (0, True))
        tax_line = invoice.line_ids.filtered("tax_line_id")
        self.assertTrue(tax_line.reconciled)

    def test_r8_11_part_paid_before(self):
        """What was paid made its VAT due; what is lost clears the rest."""
        invoice = self._sale((1000, self._on_payment()))
        self._pay(invoice, 600, "2025-09-01")
        self.assertEqual(self._trial_balance()["445710"], -100)
        loss = self._lose(invoice)
        self.assertEqual(
            self._booked(loss),
            [("654400", 500, 0), ("445740", 100, 0), ("411100", 0, 600)],
        )
        after = self._trial_balance()
        self.assertEqual(after["445710"], -100)
        self.assertNotIn("445740", after)
        step = self._recover(loss, 60)
        self.assertEqual(
            self._booked(step),
            [(self.cash.code, 60, 0), ("758300", 0, 50), ("445710", 0, 10)],
        )

    def test_r8_11_taken_back(self):
        invoice = self._sale((1000, self._on_payment()))
        before = self._trial_balance()
        steps = self._doubtful(invoice) | self._lose(invoice)
        for step in steps.sorted("id", reverse=True):
            self._take_back(step)
        self.assertEqual(self._trial_balance(), before)
        self.assertEqual(invoice.amount_residual, 1200)
        self._pay(invoice, 1200, "2026-11-22")
        self.assertEqual(self._trial_balance()["445710"], -200, "due on payment")

    def test_r8_11_money_on_416_would_lose_the_vat(self):
        """Refused with the way to go; matched with the invoice its VAT is due."""
        invoice = self._sale((1000, self._on_payment()))
        step = self._doubtful(invoice)
        account = step.entry_id.line_ids[0].account_id
        with (
            self.assertRaisesRegex(UserError, "Take the transfer back first"),
            self.env.cr.savepoint(),
        ):
            self._receive(step.entry_id, 300, account=account)
        self.env.invalidate_all()
        other = self._doubtful(self._sale((1000, 20)))
        self._receive(other.entry_id, 300, account=account)
        self._take_back(step)
        self._pay(invoice, 300, "2026-11-22")
        self.assertEqual(self._trial_balance()["445740"], -150)

    def test_mixed_invoice_of_both_kinds(self):
        invoice = self._sale((1000, self._on_payment()), (1000, 20))
        loss = self._lose(invoice)
        self.assertEqual(
            self._vat_lines(loss), [("445740", 200, 0), ("445710", 200, 0)]
        )
        self.assertEqual(loss.vat_recovered, 200)

    def test_r8_6_impairment_before_vat_or_with_it(self):
        for gross, amount in ((False, 500), (True, 600)):
            with self.subTest(gross=gross):
                step = self._impair(self._sale((1000, 20)), 50, gross=gross)
                self.assertEqual(step.amount_company, amount)

    def test_an_opening_entry_has_no_known_vat(self):
        opening = self._entry("2025-01-01", (self.receivable, 1200), (self.cash, -1200))
        item = opening.line_ids.filtered(lambda line: line.balance > 0)
        item.write({"no_followup": False, "date_maturity": "2025-01-31"})
        wizard = self._loss_wizard(
            item, duplicate_sent_on=False, duplicate_file=False, proof_file=PDF
        )
        self.assertIn("VAT is not known", wizard.notes)
        loss = self._confirm(wizard)
        self.assertEqual(self._booked(loss), [("654400", 1200, 0), ("411100", 0, 1200)])
