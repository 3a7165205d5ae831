from ast import literal_eval
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_ledger import LedgerCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestIntake(LedgerCommon):
    """Opening entries with many documents in one move, taken in line by line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._customer("Martin SA", "professional")
        cls.entry = cls._opening(
            (cls.pro, 1000, "2026-07-31", "FAC-118"),
            (cls.pro, 2000, "2026-08-31", "FAC-131"),
            (cls.other, 500, "2026-12-31", "FAC-140"),
            (cls.pro, -300, "2026-08-10", "AV-12"),
            (cls.env["res.partner"], 50, False, False),
        )
        cls.items = cls._items(cls.entry).filtered(lambda line: line.balance > 0)
        cls.first = cls.items.filtered(lambda line: line.balance == 1000)
        cls.second = cls.items.filtered(lambda line: line.balance == 2000)

    @classmethod
    def _opening(cls, *documents):
        receivable = cls.company_data["default_account_receivable"]
        lines = [
            {
                "account_id": receivable.id,
                "partner_id": partner.id,
                "balance": amount,
                "date_maturity": due,
                "name": name,
            }
            for partner, amount, due, name in documents
        ]
        total = sum(line["balance"] for line in lines)
        lines.append(
            {
                "account_id": cls.company_data["default_account_revenue"].id,
                "balance": -total,
            }
        )
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-06-30",
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        entry.action_post()
        return entry

    def _wizard(self, items=None):
        action = (items or self.items).action_dunning_intake()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _take(self, items):
        self._wizard(items).action_take()
        return self.env["dunning.intake"].search([("move_line_id", "in", items.ids)])

    def _remind(self, day="2026-11-22"):
        return self._run(day).notice_ids.line_ids

    def test_odoo_leaves_them_out_and_the_list_shows_them(self):
        self.assertEqual(len(self.items), 4)
        self.assertEqual(set(self.items.mapped("no_followup")), {True})
        self.assertFalse(self._remind())
        lines = self.env["account.move.line"]
        self.assertEqual(lines.search(lines._dunning_opening_domain()), self.items)
        action = self.env.ref("dunning_fr.action_dunning_opening_entries")
        same = lines.search(literal_eval(action.domain))
        self.assertEqual(same, self.items)

    def test_the_preview_counts_what_is_chosen(self):
        wizard = self._wizard(self.first | self.second | self.items[-1:])
        self.assertIn("2 debtors", self._wizard(self.items).headline)
        self.assertIn("2 are late", wizard.headline)
        with Form(wizard) as form:
            with form.line_ids.edit(1) as row:  # the first has no customer yet
                row.date_maturity = "2026-12-31"
            self.assertIn("1 are late", form.headline)

    def test_each_line_is_a_document_of_its_own(self):
        """Own reminder, own interest, own 40 €, under its own number."""
        taken = self._take(self.first | self.second)
        self.assertEqual(len(taken), 2)
        lines = self._remind().filtered("claimed").sorted("date_maturity")
        self.assertEqual(lines.mapped("move_name"), ["FAC-118", "FAC-131"])
        self.assertEqual(lines.mapped("indemnity"), [40, 40])
        # 114 days on 700 (the open credit of 300 counts) and 83 on 2,000 at 12.40 %
        self.assertEqual(lines.mapped("interest"), [27.11, 56.39])
        keys = [f"{self.entry.id}:{day}" for day in ("2026-07-31", "2026-08-31")]
        self.assertEqual(
            lines.mapped("document_key"),
            [f"{keys[0]}:{self.first.id}", f"{keys[1]}:{self.second.id}"],
        )
        self.assertEqual(len(lines.notice_id), 1)

    def test_the_rest_of_the_entry_stays_out(self):
        self._take(self.first)
        self.assertFalse(self.first.no_followup)
        self.assertTrue(self.second.no_followup)
        claimed = self._remind().filtered("claimed")
        self.assertEqual(claimed.move_line_id, self.first)

    def test_a_credit_is_deducted_without_being_taken_in(self):
        credit = self._items(self.entry).filtered(lambda line: line.balance == -300)
        with self.assertRaisesRegex(UserError, "None of these items"):
            credit.action_dunning_intake()
        self._take(self.first)
        notice = self._remind().notice_id
        self.assertEqual(notice.amount_principal, 700)

    def test_evidence_says_who_when_and_what(self):
        wizard = self._wizard(self.first)
        wizard.line_ids.write(
            {
                "document": "2025-0118",
                "document_date": "2026-06-01",
                "date_maturity": "2026-06-30",
                "partner_id": self.other.id,
            }
        )
        wizard.action_take()
        taken = self.env["dunning.intake"].search(
            [("move_line_id", "=", self.first.id)]
        )
        self.assertEqual(taken.create_uid, self.env.user)
        self.assertEqual(
            (taken.document, taken.date_maturity, taken.date_maturity_before),
            ("2025-0118", date(2026, 6, 30), date(2026, 7, 31)),
        )
        self.assertEqual((taken.residual, taken.state), (1000, "taken"))
        self.assertEqual(
            (taken.partner_before_id, taken.partner_id), (self.pro, self.other)
        )
        self.assertEqual(self.first.date_maturity, date(2026, 6, 30))
        line = self._remind()
        self.assertEqual(
            (line.move_name, line.invoice_date), ("2025-0118", date(2026, 6, 1))
        )
        self.assertEqual(line.notice_id.partner_id, self.other)

    def test_undone(self):
        wizard = self._wizard(self.first)
        wizard.line_ids.date_maturity = "2026-06-30"
        wizard.action_take()
        taken = self.env["dunning.intake"].search(
            [("move_line_id", "=", self.first.id)]
        )
        taken.action_undo()
        self.assertTrue(self.first.no_followup)
        self.assertEqual(self.first.date_maturity, date(2026, 7, 31))
        self.assertEqual((taken.state, taken.undone_by), ("undone", self.env.user))
        self.assertFalse(self._remind())
        with self.assertRaisesRegex(UserError, "Undone already"):
            taken.action_undo()
        self.assertEqual(len(self._take(self.first)), 2)

    def test_undo_leaves_a_due_date_changed_since(self):
        wizard = self._wizard(self.first)
        wizard.line_ids.date_maturity = "2026-06-30"
        wizard.action_take()
        self.first.date_maturity = "2026-09-30"
        self.env["dunning.intake"].search([]).action_undo()
        self.assertEqual(self.first.date_maturity, date(2026, 9, 30))

    def test_marked_again_by_hand_and_taken_in_again(self):
        first = self._take(self.first)
        self.first.no_followup = True
        both = self._take(self.first)
        self.assertEqual(both.mapped("state"), ["taken", "undone"])
        self.assertIn(first, both)

    def test_what_is_missing_is_named(self):
        nameless = self.items.filtered(lambda line: line.balance == 50)
        wizard = self._wizard(self.first | nameless)
        self.assertIn("customer", wizard.incomplete)
        self.assertIn("due date", wizard.incomplete)
        with self.assertRaisesRegex(UserError, "customer"):
            wizard.action_take()
        wizard.line_ids.filtered("missing").write(
            {
                "partner_id": self.pro.id,
                "date_maturity": "2026-07-01",
                "document": "FAC-99",
            }
        )
        wizard.action_take()
        self.assertEqual(nameless.partner_id, self.pro)
        wizard = self._wizard(self.second)
        wizard.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "no item left"):
            wizard.action_take()

    def test_paid_meanwhile(self):
        wizard = self._wizard(self.first | self.second)
        self._wizard(self.first).action_take()
        with self.assertRaisesRegex(UserError, "FAC-118"):
            wizard.action_take()
        self.assertTrue(self.second.no_followup)

    def test_what_cannot_be_taken_in(self):
        invoice = self._invoice(100, "2026-07-31")
        with self.assertRaisesRegex(UserError, "None of these items"):
            self._items(invoice).action_dunning_intake()

    def test_a_locked_period_keeps_its_customer(self):
        """The due date and the names may still be corrected."""
        self.company.fiscalyear_lock_date = "2026-06-30"
        wizard = self._wizard(self.first)
        self.assertTrue(wizard.line_ids.is_locked)
        wizard.line_ids.partner_id = self.other
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_take()
        wizard.line_ids.write(
            {"partner_id": self.pro.id, "date_maturity": "2026-06-15"}
        )
        wizard.action_take()
        self.assertEqual(self.first.date_maturity, date(2026, 6, 15))
        self.assertFalse(self.first.no_followup)

    def _user(self, name, groups):
        return new_test_user(
            self.env,
            name,
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_who_may_take_in(self):
        collector = self._user("intake_collector", "dunning_fr.group_dunning_user")
        with self.assertRaises(AccessError):
            self.first.with_user(collector).action_dunning_intake()
        taken = self._take(self.first)
        with self.assertRaises(AccessError):
            taken.with_user(collector).action_undo()
        # a manager without rights on entries decides, and changes no figure of them
        manager = self._user("intake_manager", "dunning_fr.group_dunning_manager")
        action = self.second.with_user(manager).action_dunning_intake()
        wizard = (
            self.env[action["res_model"]].with_user(manager).browse(action["res_id"])
        )
        wizard.line_ids.date_maturity = "2026-08-30"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizard.action_take()
        wizard.line_ids.date_maturity = "2026-08-31"
        wizard.action_take()
        self.assertFalse(self.second.no_followup)
        with self.assertRaises(AccessError):
            taken.with_user(manager).unlink()
        with self.assertRaises(AccessError):
            taken.with_user(manager).write({"document": "x"})

    def test_one_record_for_each_live_item(self):
        taken = self._take(self.first)
        self.assertEqual(taken.move_line_id, self.first)
        self.entry.button_draft()
        self.entry.with_context(force_delete=True).unlink()
        self.assertFalse(taken.move_line_id)
        self.assertEqual(taken.document, "FAC-118")
