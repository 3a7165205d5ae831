from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_bad_debt import FACTS, BadDebtCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebtLife(BadDebtCommon):
    """What goes on through the steps, and what each of them may be undone to."""

    def _told(self, invoice):
        rows = self._debtor(invoice.partner_id).explain("2026-11-22")
        (row,) = [r for r in rows if r["move_line_id"] == self._items(invoice).id]
        return row

    def test_r8_2_level_claim_case_and_history_stay(self):
        """R8.2: a transfer changes nothing of the item, on 416000 and on 416100."""
        for account in (
            self.company.dunning_doubtful_account_id,
            self.company._dunning_receivable_doubtful(self.company),
        ):
            with self.subTest(account.code), self.cr.savepoint() as savepoint:
                invoice = self._sale((1000, 20), due="2026-06-30")
                item = self._items(invoice)
                notice = self._notice(item, 3, "2026-10-01")
                case = self.env["dunning.case"].create(
                    {
                        "debtor_id": self._debtor(self.pro).id,
                        "procedure_id": self.env["dunning.procedure"]
                        ._by_code("injonction")
                        .id,
                        "move_ids": invoice.ids,
                        "date": "2026-10-20",
                    }
                )
                told = self._told(invoice)
                claim = invoice.get_late_payment_claim("2026-11-22")
                seen = case.principal if "principal" in case else None
                step = self._doubtful(invoice, day="2026-11-20", account_id=account.id)
                self.assertEqual(step.entry_id.line_ids[0].account_id, account)
                self.assertEqual(self._told(invoice), told)
                after = invoice.get_late_payment_claim("2026-11-22")
                self.assertEqual(after["principal"], 1200)
                self.assertEqual(after["interest"], claim["interest"])
                self.assertEqual(after["indemnity"], 40)
                self.assertEqual(after["segments"], claim["segments"])
                self.assertEqual(notice.line_ids.move_line_id, item)
                self.assertEqual(case.move_ids, invoice)
                if seen is not None:
                    self.assertEqual(case.principal, seen)
                self.assertEqual(invoice.dunning_level, 3)
                savepoint.rollback()

    def test_r8_2_receivable_child_account(self):
        """416100 is a receivable: the debt stays in Odoo's own lists of receivables."""
        settings = self.env["res.config.settings"].create({})
        settings.action_dunning_receivable_doubtful()
        account = self.company.dunning_doubtful_account_id
        self.assertEqual(
            (account.code, account.account_type), ("416100", "asset_receivable")
        )
        settings.action_dunning_receivable_doubtful()
        self.assertEqual(self.company.dunning_doubtful_account_id, account, "once")
        invoice = self._sale((1000, 20))
        line = self._doubtful(invoice).entry_id.line_ids[0]
        self.assertEqual(line.account_id, account)
        self.assertEqual(str(line.date_maturity), "2025-06-30")
        self.assertEqual(self.pro.credit, 1200)
        partner = self._customer("Other", "professional")
        self.company.dunning_doubtful_account_id = self.env[
            "account.chart.template"
        ].ref("pcg_416")
        self._doubtful(self._sale((1000, 20), partner=partner))
        self.assertEqual(partner.credit, 0, "416000 takes it out of them")

    def test_an_account_in_the_way(self):
        self._account("416100", "asset_current")
        with self.assertRaisesRegex(UserError, "not of the type Receivable"):
            self.company._dunning_receivable_doubtful(self.company)

    def test_a_payment_on_416_reduces_the_debt(self):
        invoice = self._sale((1000, 20))
        step = self._doubtful(invoice)
        self._receive(step.entry_id, 300, account=step.entry_id.line_ids[0].account_id)
        self.assertEqual(invoice.get_late_payment_claim("2026-11-22")["principal"], 900)
        loss = self._lose(invoice)
        self.assertEqual(
            self._booked(loss),
            [("654400", 750, 0), ("445710", 150, 0), ("416000", 0, 900)],
        )

    def test_an_earlier_transfer_by_hand(self):
        """A debt that somebody moved to 416 by an entry is written off there."""
        invoice = self._sale((1000, 20))
        self._transfer(invoice, to=self.doubtful, day="2026-01-15")
        wizard = self._wizard("doubtful", invoice)
        wizard.line_ids.write({"facts": FACTS, "selected": True})
        self.assertIn("doubtful already", wizard.problems)
        loss = self._lose(invoice)
        self.assertEqual(self._booked(loss)[-1], (self.doubtful.code, 0, 1200))

    def test_two_debts_moved_as_one_are_refused(self):
        invoices = self._sale((1000, 20)) | self._sale((500, 20))
        amount = sum(invoices.mapped("amount_residual"))
        entry = self._entry(
            "2026-01-15", (self.receivable, -amount), (self.doubtful, amount)
        )
        self._match(invoices[0], invoices[1], entry)
        wizard = self._loss_wizard(invoices[0])
        self.assertIn("moved together with other debts", wizard.problems)
        self.assertIn(entry.name, wizard.problems)

    # ----------------------------------------------------------------- impairment

    def test_r8_6_late_payment_alone_is_not_enough(self):
        invoice = self._sale((1000, 20))
        wizard = self._wizard("impairment", invoice, date="2025-12-31", method="age")
        self.assertEqual(wizard.line_ids.percent, 50, "184 days")
        self.assertIn("late payment alone", wizard.problems)
        with self.assertRaisesRegex(UserError, "late payment alone"):
            self._confirm(wizard)
        wizard.line_ids.facts = "  "
        self.assertIn("late payment alone", wizard.problems)
        wizard.line_ids.facts = "Enforcement failed on 12/12/2025"
        self.assertFalse(wizard.problems)
        self.assertEqual(self._confirm(wizard).amount_company, 500)

    def test_percentages_by_age_at_their_bounds(self):
        for days, percent in (
            (89, 0), (90, 25), (179, 25), (180, 50), (364, 50), (365, 100),
        ):  # fmt: skip
            with self.subTest(days):
                found = self.steps._percent_by_age(days, date(2026, 1, 1))
                self.assertEqual(found, percent)

    def test_percentage_by_the_facts(self):
        debtor = self._debtor(self.pro)
        invoice = self._sale((1000, 20))
        for values, percent, text in (
            ({"kind": "dispute", "reason": "Works refused"}, 50, "Works refused"),
            (
                {
                    "kind": "insolvency",
                    "proceedings": "liquidation",
                    "judgment_date": "2025-10-01",
                },
                100,
                "10/01/2025",
            ),
            ({"kind": "promise"}, 0, False),
        ):
            with self.subTest(**values):
                hold = self.env["dunning.hold"].create(
                    {"debtor_id": debtor.id, "date_from": "2025-10-01", **values}
                )
                wizard = self._wizard("impairment", invoice, date="2025-12-31")
                line = wizard.line_ids
                self.assertEqual(line.percent, percent)
                if text:
                    self.assertIn(text, line.facts)
                else:
                    self.assertFalse(line.facts)
                hold.action_release()

    def test_impairment_follows_what_is_wanted(self):
        """More is charged, less is reversed, the same books nothing."""
        invoice = self._sale((1000, 20))
        self._impair(invoice, 40)
        more = self._impair(invoice, 60)
        self.assertEqual(self._booked(more), [("681740", 200, 0), ("491000", 0, 200)])
        less = self._impair(invoice, 10)
        self.assertEqual(self._booked(less), [("491000", 500, 0), ("781740", 0, 500)])
        self.assertEqual((less.step, less.percent), ("reversal", 10))
        same = self._wizard("impairment", invoice, date="2026-11-22")
        same.line_ids.write({"percent": 10, "selected": True, "facts": FACTS})
        self.assertFalse(same.preview)
        with self.assertRaisesRegex(UserError, "nothing to book"):
            self._confirm(same)
        none = self._impair(invoice, 0, day="2026-11-22", facts=False)
        self.assertEqual(none.amount_company, 100)

    def test_a_part_payment_lowers_the_base(self):
        invoice = self._sale((1000, 20))
        self._impair(invoice, 50)
        self._pay(invoice, 600, "2026-02-01")
        step = self._impair(invoice, 50, day="2026-12-31")
        self.assertEqual(self._booked(step), [("491000", 250, 0), ("781740", 0, 250)])

    # ---------------------------------------------------------------- taking back

    def test_each_step_is_taken_back_to_the_cent(self):
        invoice = self._sale((1000, 20), (33.33, 5.5))
        balances, steps = [self._trial_balance()], []
        made = [self._doubtful(invoice)]
        balances.append(self._trial_balance())
        made.append(self._impair(invoice, 60))
        balances.append(self._trial_balance())
        loss = self._lose(invoice)
        made.append(loss[0])
        balances.append(self._trial_balance())
        made.append(self._recover(loss[0], 300))
        for step, before in zip(reversed(made), reversed(balances), strict=True):
            if step.step == "doubtful":
                self.assertTrue(self._items(invoice).reconciled)
            entries = self._take_back(step)
            self.assertEqual(self._trial_balance(), before, step.step)
            self.assertEqual(step.state, "reversed")
            self.assertIn(step.reversal_entry_id, entries)
            self.assertEqual(step.reversed_by, self.env.user)
            steps.append(step)
        self.assertEqual(loss[1].state, "reversed", "goes back with its loss")
        self.assertEqual(invoice.amount_residual, invoice.amount_total)
        self.assertEqual(self._told(invoice)["level"], 0)
        # and again: nothing stands in the way of a second try
        again = self._doubtful(invoice, day="2026-11-22")
        self.assertEqual(again.amount_company, invoice.amount_total)
        self.assertEqual(len(steps), 4)

    def test_the_item_is_the_same_after_a_transfer_was_taken_back(self):
        invoice = self._sale((1000, 20), due="2026-06-30")
        self._notice(self._items(invoice), 1, "2026-10-01")
        told = self._told(invoice)
        claim = invoice.get_late_payment_claim("2026-11-22")
        step = self._doubtful(invoice, day="2026-11-20")
        self._take_back(step)
        self.assertEqual(self._told(invoice), told)
        self.assertEqual(invoice.get_late_payment_claim("2026-11-22"), claim)

    def test_the_last_step_goes_back_first(self):
        invoice = self._sale((1000, 20))
        moved = self._doubtful(invoice)
        loss = self._lose(invoice)
        with self.assertRaisesRegex(UserError, "back first"):
            self._take_back(moved)
        self._take_back(loss)
        with self.assertRaisesRegex(UserError, "taken back already"):
            self._take_back(loss)
        with self.assertRaisesRegex(UserError, "cannot be taken back before"):
            self._take_back(moved, day="2025-12-30")
        self._take_back(moved)

    def test_money_on_416_keeps_a_transfer(self):
        invoice = self._sale((1000, 20))
        step = self._doubtful(invoice)
        account = step.entry_id.line_ids[0].account_id
        receipt = self._receive(step.entry_id, 300, account=account)
        with self.assertRaisesRegex(UserError, "Unmatch them first"):
            self._take_back(step)
        receipt.line_ids.remove_move_reconcile()
        self._take_back(step)
        self.assertEqual(invoice.amount_residual, 1200)

    def test_odoo_own_buttons_are_told_the_way(self):
        step = self._doubtful(self._sale((1000, 20)))
        entry = step.entry_id
        for attempt in (
            entry.button_draft,
            lambda: entry._reverse_moves(cancel=True),
            lambda: entry._reverse_moves(),
        ):
            with self.assertRaisesRegex(UserError, "Take back"):
                attempt()
        self._take_back(step)
        with self.assertRaisesRegex(UserError, "Take back"):
            step.reversal_entry_id.button_draft()

    def test_the_button_asks_for_day_and_reason(self):
        step = self._doubtful(self._sale((1000, 20)), day="2026-12-31")
        action = step.action_take_back()
        wizard = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"reason": "Wrong customer"})
        )
        self.assertEqual(str(wizard.date), "2026-12-31")
        shown = wizard.action_confirm()
        self.assertEqual(
            self.env["account.move"].search(shown["domain"]), step.reversal_entry_id
        )
        self.assertEqual(step.reversed_reason, "Wrong customer")

    # ------------------------------------------------------------------- recovery

    def test_recoveries_add_up_to_the_loss(self):
        invoice = self._sale((94.8, 5.5))
        loss = self._lose(invoice)
        steps = self.steps
        for amount in (33.34, 33.34, 33.33):
            steps |= self._recover(loss, amount)
        self.assertEqual(round(sum(steps.mapped("amount_vat")), 2), 5.21)
        self.assertEqual(loss._recovered(), 100.01)
        self.assertNotIn(loss, self.steps._open_losses(self.company))

    def test_recovery_from_an_open_receipt(self):
        """The receipt that Odoo holds for the customer: matched, not counted twice."""
        invoice = self._sale((1000, 20))
        loss = self._lose(invoice)
        receipt = self._entry(
            "2026-11-21",
            (self.cash, 300),
            (self.receivable, -300),
            journal_id=self.company_data["default_journal_bank"].id,
        )
        line = receipt.line_ids.filtered(lambda one: one.credit)
        wizard = self._wizard("recovery", loss, date="2026-11-21")
        wizard.line_ids.write({"selected": True, "amount": 300})
        self.assertEqual(wizard.receipt_ids, line)
        wizard.receipt_id = line
        step = self._confirm(wizard)
        self.assertEqual(
            self._booked(step),
            [("411100", 300, 0), ("758300", 0, 250), ("445710", 0, 50)],
        )
        self.assertTrue(line.reconciled)
        self._take_back(step)
        self.assertFalse(line.reconciled)

    def test_losses_are_offered_in_one_reading(self):
        """As many queries for five losses as for two."""
        found = []
        for number in (1, 1, 3):  # the first one warms the caches
            for _one in range(number):
                self._recover(self._lose(self._sale((1000, 20))), 100)
            wizard = self._wizard("recovery", date="2026-11-21")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = wizard._loss_rows()
            found.append(self.env.cr.sql_log_count - before)
            self.assertEqual({row["residual"] for row in rows}, {1100})
        self.assertEqual(len(rows), 5)
        self.assertEqual(found[1], found[2])

    def test_a_recovery_is_taken_back_from_its_own_page(self):
        loss = self._lose(self._sale((1000, 20)))
        step = self._recover(loss, 100)
        self.assertTrue(step.can_take_back)
        self._take_back(step)
        self.assertEqual(loss._recovered(), 0)

    def test_a_reversal_goes_back_with_its_loss_alone(self):
        invoice = self._sale((1000, 20))
        self._impair(invoice, 60)
        loss, reversal = self._lose(invoice)
        self.assertEqual(reversal.origin_id, loss)
        self.assertFalse(reversal.can_take_back)
        with self.assertRaisesRegex(UserError, "together with"):
            self._take_back(reversal)
        self._take_back(loss)
        self.assertEqual(set((loss | reversal).mapped("state")), {"reversed"})
