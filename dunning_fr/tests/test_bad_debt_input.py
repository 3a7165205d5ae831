from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_bad_debt import FACTS, PDF, BadDebtCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebtInput(BadDebtCommon):
    """Bad input: a clear message, nothing half-posted, nothing doubled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: new_test_user(
                cls.env,
                login=f"bad_debt_{name}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name, groups in (
                ("collector", "dunning_fr.group_dunning_user"),
                ("manager", "dunning_fr.group_dunning_manager"),
                ("billing", "account.group_account_invoice"),
                (
                    "clerk",
                    "dunning_fr.group_dunning_manager,account.group_account_invoice",
                ),
                ("bookkeeper", "account.group_account_user"),
                ("accountant", "account.group_account_manager"),
                (
                    "both",
                    "dunning_fr.group_dunning_manager,account.group_account_user",
                ),
            )
        }

    def _refused(self, message, attempt, *arguments, error=UserError, **values):
        before = self._counts()
        with self.assertRaisesRegex(error, message), self.env.cr.savepoint():
            attempt(*arguments, **values)
        self.env.invalidate_all()
        self.assertEqual(self._counts(), before, "nothing half-posted")

    def _counts(self):
        return [
            self.env[name].sudo().search_count([])
            for name in ("account.move", "dunning.bad.debt")
        ]

    # ------------------------------------------------------------------------ rights

    def test_debts_are_listed_by_customer_then_by_due_date(self):
        """Also one without due date, which an entry of another origin may have."""
        names = ("Zoé Charpente", "Abel Toitures")
        partners = self.env["res.partner"].create([{"name": name} for name in names])
        moves = self._sale((300, 20), partner=partners[0])
        for due in ("2025-06-30", "2025-05-31", "2025-04-30"):
            moves |= self._sale((100, 20), partner=partners[1], due=due)
        moves[1].line_ids.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL WHERE move_id = ANY(%s)",
            [moves[1:3].ids],
        )
        self.env.invalidate_all()
        lines = self._wizard("doubtful", moves, date="2025-12-31").line_ids
        self.assertEqual(
            lines.mapped("name"),
            [move.name for move in (moves[1], moves[2], moves[3], moves[0])],
        )

    def test_who_may(self):
        invoice = self._sale((1000, 20))
        may = []
        for name, user in self.people.items():
            env = self.env(user=user)
            try:
                with mute_logger("odoo.addons.base.models"), self.env.cr.savepoint():
                    wizard = self._wizard("doubtful", invoice, env, date="2026-11-20")
                    wizard.line_ids.write({"facts": FACTS, "selected": True})
                    step = self._confirm(wizard)
                    self.assertEqual(step.entry_id.create_uid, user)
                    step._take_back(wizard.date, "Test")
                    may.append(name)
            except AccessError:
                self.env.invalidate_all()
        self.assertEqual(may, ["accountant", "both"])

    def test_rows_are_written_by_the_steps_alone(self):
        step = self._doubtful(self._sale((1000, 20)))
        own = step.with_user(self.people["accountant"])
        for attempt in (
            lambda: own.write({"state": "reversed"}),
            lambda: own.create({"step": "loss"}),
            own.unlink,
        ):
            with mute_logger("odoo.addons.base.models.ir_access"):
                self._refused("", attempt, error=AccessError)
        self._refused("is history", step.sudo().unlink)

    def test_a_forged_call_of_the_button(self):
        step = self._doubtful(self._sale((1000, 20)))
        for name in ("collector", "manager", "clerk"):
            own = step.with_user(self.people[name])
            self._refused("Only an accountant", own.action_take_back, error=AccessError)
            self._refused("Only an accountant", self._take_back, own, error=AccessError)

    def test_default_values_of_a_client_do_not_reach_the_entry(self):
        """``default_…`` in a context changes neither the entry nor what is kept."""
        wizard = self._wizard("doubtful", self._sale((1000, 20)), date="2026-11-20")
        wizard.line_ids.write({"facts": FACTS, "selected": True})
        forged = wizard.with_context(
            default_ref="forged", default_amount_vat=999, default_state="reversed"
        )
        step = self._confirm(forged)
        self.assertEqual((step.state, step.amount_vat), ("posted", 200))
        self.assertNotIn("forged", step.entry_id.ref)

    def test_another_company_sees_nothing(self):
        step = self._doubtful(self._sale((1000, 20)))
        other = self.env["res.company"].create({"name": "Else"})
        stranger = new_test_user(
            self.env,
            login="bad_debt_stranger",
            groups="account.group_account_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        found = self.steps.with_user(stranger).search([])
        self.assertNotIn(step, found)
        with mute_logger("odoo.addons.base.models.ir_rule"):
            own = step.with_user(stranger)
            self._refused("", self._take_back, own, error=AccessError)

    # ------------------------------------------------------------- forged choices

    def test_the_same_debt_twice_in_one_choice(self):
        invoice = self._sale((1000, 20))
        for step in ("doubtful", "impairment", "loss"):
            wizard = self._wizard(step, invoice, date="2026-11-20")
            if step == "loss":
                wizard = self._loss_wizard(invoice, amount=600)
            wizard.line_ids.write({"facts": FACTS, "percent": 50, "selected": True})
            wizard.line_ids.copy()
            self.assertEqual(len(wizard.line_ids), 2)
            self._refused("chosen twice", self._confirm, wizard)

    def test_the_same_loss_twice_in_one_choice(self):
        loss = self._lose(self._sale((1000, 20)))
        journal = self.company_data["default_journal_bank"]
        wizard = self._wizard(
            "recovery", loss, date="2026-11-21", money_journal_id=journal.id
        )
        wizard.line_ids.write({"selected": True, "amount": 1000})
        wizard.line_ids.copy()
        self._refused("chosen twice", self._confirm, wizard)

    def test_a_receipt_that_is_not_the_customers(self):
        """The window offers none of these; a forged call names them all the same."""
        loss = self._lose(self._sale((1000, 20)))
        payable = self.company_data["default_account_payable"]
        bank = {"journal_id": self.company_data["default_journal_bank"].id}
        others = [
            self._entry("2026-11-21", (self.cash, 300), line, **bank)
            for line in (
                (self.receivable, -300, self._customer("Else")),
                (payable, -300),
                (self.doubtful, -300),
            )
        ]
        for receipt in others:
            wizard = self._wizard("recovery", loss, date="2026-11-21")
            wizard.line_ids.write({"selected": True, "amount": 300})
            wizard.receipt_id = receipt.line_ids.filtered("credit")
            self._refused("no open receipt of", self._confirm, wizard)

    def test_a_loss_of_another_company(self):
        loss = self._lose(self._sale((1000, 20)))
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        wizard = self._wizard(
            "recovery",
            loss,
            date="2026-11-21",
            money_journal_id=self.company_data["default_journal_bank"].id,
        )
        wizard.line_ids.write({"selected": True, "amount": 300})
        wizard.company_id = branch
        wizard.line_ids = [
            Command.create(
                {
                    "loss_id": loss.id,
                    "partner_id": self.pro.id,
                    "selected": True,
                    "amount": 300,
                }
            )
        ]
        self._refused("of another company", self._confirm, wizard)

    # -------------------------------------------------------------- settings, periods

    def test_a_missing_account_names_the_setting(self):
        invoice = self._sale((1000, 20))
        self._doubtful(invoice)
        for name, step in (
            ("dunning_bad_debt_journal_id", "impairment"),
            ("dunning_impairment_expense_account_id", "impairment"),
            ("dunning_impairment_account_id", "impairment"),
            ("dunning_loss_prior_account_id", "loss"),
        ):
            with self.subTest(name), self.cr.savepoint() as savepoint:
                label = self.company._fields[name].string
                self.company[name] = False
                wizard = (
                    self._loss_wizard(invoice)
                    if step == "loss"
                    else self._wizard("impairment", invoice, date="2026-11-20")
                )
                wizard.line_ids.write({"facts": FACTS, "percent": 50, "selected": True})
                self.assertIn(f"“{label}” is empty", wizard.problems)
                self.assertIn("Settings > Dunning", wizard.problems)
                self._refused(label, self._confirm, wizard)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_accounts_that_are_no_doubtful_ones(self):
        invoice = self._sale((1000, 20))
        for account, message in (
            (self.receivable, "starts with 416"),
            (self._account("416900", "asset_current", reconcile=False), "Allow Rec"),
        ):
            wizard = self._wizard("doubtful", invoice, account_id=account.id)
            wizard.line_ids.write({"facts": FACTS, "selected": True})
            self.assertIn(message, wizard.problems)
            self._refused(message, self._confirm, wizard)

    def test_a_locked_period(self):
        invoice = self._sale((1000, 20))
        step = self._doubtful(invoice)
        self.company.fiscalyear_lock_date = "2025-12-31"
        wizard = self._wizard("impairment", invoice, date="2025-12-31")
        wizard.line_ids.write({"facts": FACTS, "percent": 50, "selected": True})
        self.assertIn("books are closed", wizard.problems)
        self._refused("books are closed", self._confirm, wizard)
        self._refused("books are closed", self._take_back, step, day="2025-12-31")
        wizard.date = "2026-01-01"
        self.assertTrue(self._confirm(wizard))

    def test_dates_out_of_order(self):
        invoice = self._sale((1000, 20), due="2026-06-30")
        wizard = self._wizard("doubtful", invoice, date="2026-06-29")
        wizard.line_ids.write({"facts": FACTS, "selected": True})
        self._refused("was booked on", self._confirm, wizard)
        wizard.date = "2026-07-10"
        self._confirm(wizard)
        self._refused("earlier step is dated", self._impair, invoice, 50, "2026-07-09")
        late = self._loss_wizard(invoice, event_date="2026-06-29")
        self.assertIn("born after it", late.problems)
        loss = self._lose(invoice, event_date="2026-06-30")
        self._refused("before the loss", self._recover, loss, 10, "2026-11-19")

    # -------------------------------------------------------------------- amounts

    def test_amounts_beyond_what_is_left(self):
        invoice = self._sale((1000, 20))
        for amount, message in (
            (1200.01, "more than"),
            (0, "enter the amount"),
            (-5, "enter the amount"),
        ):
            self._refused(message, self._lose, invoice, amount=amount)
        loss = self._lose(invoice, amount=600)
        self.assertEqual(invoice.amount_residual, 600)
        for amount, message in ((600.01, "more than"), (0, "what came in")):
            self._refused(message, self._recover, loss, amount)
        self._recover(loss, 400)
        self._refused("more than", self._recover, loss, 200.01)

    def test_percentages_out_of_range(self):
        invoice = self._sale((1000, 20))
        for percent in (-1, 100.01):
            self._refused("from 0 to 100", self._impair, invoice, percent)
        self.assertEqual(self._impair(invoice, 100).amount_company, 1000)

    def test_a_line_that_is_settled_meanwhile(self):
        """Two windows on the same debt: the second one posts nothing."""
        invoice = self._sale((1000, 20))
        first, second = (self._loss_wizard(invoice) for _window in range(2))
        self._confirm(first)
        self._refused("nothing is left of it", second.action_confirm)

    def test_a_payment_between_preview_and_button(self):
        invoice = self._sale((1000, 20))
        wizard = self._wizard("impairment", invoice, date="2026-11-20")
        wizard.line_ids.write({"facts": FACTS, "percent": 50, "selected": True})
        self.assertIn("500.00", wizard.preview)
        self.env.flush_all()
        self._pay(invoice, 600, "2026-11-20")
        self._refused("books have changed", wizard.action_confirm)

    def test_doubtful_twice(self):
        invoice = self._sale((1000, 20))
        windows = [
            self._wizard("doubtful", invoice, date="2026-11-20") for _one in range(2)
        ]
        for window in windows:
            window.line_ids.write({"facts": FACTS, "selected": True})
        self._confirm(windows[0])
        self._refused("doubtful already", windows[1].action_confirm)

    def test_one_of_many_stops_them_all(self):
        """All or nothing: a debt that cannot be booked is named."""
        good, bad = self._sale((1000, 20)), self._sale((500, 20))
        wizard = self._loss_wizard(good | bad)
        self.env.flush_all()
        self._pay(bad, 600, "2026-11-20")
        self._refused(bad.name, self._confirm, wizard)
        line = wizard.line_ids.filtered(lambda one: one.name == bad.name)
        line.selected = False
        self.assertEqual(len(self._confirm(wizard)), 1)

    def test_nothing_chosen(self):
        wizard = self._loss_wizard(self._sale((1000, 20)))
        wizard.line_ids.selected = False
        self._refused("Select the debts", wizard.action_confirm)

    def test_retention_money_is_left_alone(self):
        invoice = self._sale((1000, 20))
        self._entry(
            "2026-01-10", (self.receivable, -1200), (self.bill, 1200)
        ).line_ids.filtered(lambda one: one.credit).write({})
        entry = self.env["account.move"].search([], order="id desc", limit=1)
        self._match(invoice, entry)
        self.assertIn("never reminded", self._loss_wizard(invoice).problems or "")

    def test_a_confidential_procedure_is_told_to_nobody(self):
        """R6.48: neither proposed, nor a fact, nor in the entry or on the invoice."""
        invoice = self._sale((1000, 20))
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "other",
                "date_from": "2026-01-01",
                "confidential_kind": "conciliation",
                "confidential_note": "Maître Secret",
            }
        )
        self.assertNotIn(invoice.name, self._wizard("doubtful").line_ids.mapped("name"))
        wizard = self._wizard("doubtful", invoice, date="2026-11-20")
        self.assertFalse(wizard.line_ids.facts)
        wizard.line_ids.write({"facts": "Enforcement failed", "selected": True})
        step = self._confirm(wizard)
        told = " ".join(
            [
                step.entry_id.ref,
                *step.entry_id.line_ids.mapped("name"),
                *map(str, invoice.message_ids.mapped("body")),
                step.facts,
            ]
        )
        for word in ("onciliation", "Secret", "onfidential"):
            self.assertNotIn(word, told)

    # ---------------------------------------------------------------- the window

    def test_the_window_as_a_person_uses_it(self):
        """Preview with accounts and totals, one confirmation, the steps shown."""
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "insolvency",
                "proceedings": "liquidation",
                "date_from": "2026-10-01",
                "judgment_date": "2026-10-01",
            }
        )
        invoice = self._sale((1000, 20), due="2026-06-30")
        wizards = self.env["dunning.bad.debt.wizard"].with_context(
            default_step="doubtful"
        )
        form = Form(wizards)
        self.assertEqual(len(form.line_ids), 1, "proposed with its facts")
        self.assertIn("416000", form.preview)
        self.assertIn("411100", form.preview)
        self.assertIn("1,200.00", form.headline)
        self.assertFalse(form.problems)
        wizard = form.save()
        action = wizard.action_confirm()
        step = self.steps.search(action["domain"])
        self.assertEqual(step.move_id, invoice)
        self.assertIn("liquidation", step.facts)

    def test_the_window_of_a_loss(self):
        invoice = self._sale((1000, 20))
        self._impair(invoice, 60)
        form = Form(
            self.env["dunning.bad.debt.wizard"].with_context(
                default_step="loss",
                active_model="account.move",
                active_ids=invoice.ids,
            )
        )
        self.assertIn("what makes the loss certain", form.problems)
        form.event_id = self.env.ref("dunning_fr.dunning_loss_event_certificate")
        form.event_date = "2026-10-01"
        form.proof_file = PDF
        self.assertIn("duplicate", form.problems)
        form.duplicate_sent_on = "2026-10-02"
        form.duplicate_file = PDF
        self.assertFalse(form.problems)
        for word in ("654400", "445710", "411100", "491000", "781740"):
            self.assertIn(word, form.preview)
        with form.line_ids.edit(0) as line:
            line.amount = 600
        self.assertIn("100.00", form.preview)
        wizard = form.save()
        self.assertEqual(wizard.line_ids.amount, 600)
        steps = self.steps.search(wizard.action_confirm()["domain"], order="id")
        self.assertEqual(steps.mapped("amount_company"), [600, 300])
        self.assertEqual((steps[0].proof_file, steps[0].duplicate_file), (PDF, PDF))

    def test_a_branch_uses_the_settings_of_its_company(self):
        branch = self.env["res.company"].create(
            {"name": "Agence", "parent_id": self.company.id}
        )
        self.assertFalse(branch.dunning_loss_account_id)
        found = branch._dunning_bad_debt_setting("dunning_loss_account_id")
        self.assertEqual(found, self.company.dunning_loss_account_id)
