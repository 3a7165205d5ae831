"""What looks settled, and must be kept: it may still have to be proved (R10.8)."""

from markupsafe import Markup

from odoo import Command
from odoo.tests import tagged

from ..tools.personal_data import CALL_MARK, NOTES, PROOFS, PURGE_MARK
from .common_purge import DAY, LATER, PurgeCommon

SIX_MONTHS = "2026-10-15"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPurgeKept(PurgeCommon):
    def _is(self, day, notes, proofs):
        found = self._verdict(day)
        self.assertEqual((found[NOTES], found[PROOFS]), (notes, proofs), day)

    def _sql(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def _receivable(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _transfer(self, invoice, day, code, **values):
        """Book the claim of an invoice over to another account; return its line."""
        line = self._receivable(invoice)
        account = self.env["account.account"].create(
            {"name": "X", "code": code, **values}
        )
        entry = self.env["account.move"].create(
            {
                "date": day,
                "line_ids": [
                    Command.create(
                        {"account_id": line.account_id.id, "credit": line.balance,
                         "partner_id": line.partner_id.id}
                    ),
                    Command.create(
                        {"account_id": account.id, "debit": line.balance,
                         "partner_id": line.partner_id.id}
                    ),
                ],
            }
        )  # fmt: skip
        entry.action_post()
        (line | entry.line_ids[0]).reconcile()
        return entry.line_ids[1]

    # ------------------------------------------------------------------- the ledger

    def test_an_invoice_taken_back_to_be_corrected_is_not_paid(self):
        """Whoever may invoice would otherwise have its proofs erased."""
        invoice = self._invoice(10, "2030-04-01", self.notice.partner_id)
        invoice.button_draft()
        self._is(LATER, "open", "open")
        invoice.button_cancel()
        self._is(LATER, None, "limitation")
        self._is("2035-04-01", None, "limitation")
        self._is("2035-04-02", None, None)

    def test_an_open_invoice_dated_anew_frees_no_older_note(self):
        invoice = self._invoice(10, "2032-05-01", self.notice.partner_id)
        self._sql(
            "UPDATE account_move_line SET create_date = '2026-03-01'"
            " WHERE move_id = %s",
            invoice.id,
        )
        day = self.purges._fields["date"].to_date(LATER)
        _verdicts, before = self.env["dunning.retention"]._verdicts(self.company, day)
        self.assertEqual(str(before[NOTES][self.debtor.id]), "2026-03-01")
        self.assertEqual(self._overview()["count"], 0)

    def test_an_invoice_never_posted_was_never_claimed(self):
        self.assertEqual(self.invoice.copy().state, "draft")
        self._is(LATER, None, None)

    def test_a_payment_dated_back_counts_from_the_day_it_was_matched(self):
        """An entry of years ago would otherwise have everything erased tomorrow."""
        invoice = self._invoice(10, "2026-04-01", self.notice.partner_id)
        self._pay(invoice, 10, "2026-04-02")
        self._sql(
            "UPDATE account_partial_reconcile SET create_date = '2031-01-01'"
            " WHERE debit_move_id = %s",
            self._receivable(invoice).id,
        )
        self._is("2031-07-01", "recent", "limitation")
        self._is("2031-07-02", None, "limitation")
        self._is(LATER, None, "limitation")

    def test_an_item_claimed_here_that_another_customer_owes_by_now(self):
        other = self._customer("Repreneur SARL", "professional")
        line = self._receivable(self.invoice)
        paid = line.matched_credit_ids.credit_move_id
        line.remove_move_reconcile()
        self._sql(
            "UPDATE account_move_line SET partner_id = %s WHERE id = ANY(%s)",
            other.id,
            (line | paid).ids,
        )
        self._is(LATER, "open", "open")

    def test_doubtful_customers_on_an_account_without_matching(self):
        """Nothing is left on such an item, whatever is owed."""
        invoice = self._invoice(10, "2026-04-01", self.notice.partner_id)
        self._transfer(invoice, "2026-05-01", "416990", account_type="asset_current")
        self._made_on(DAY)
        self._is(LATER, "open", "open")

    def test_what_a_loss_rests_on_is_kept_with_the_accounts(self):
        """Ten years from the end of the year: VAT claimed back is audited, too."""
        invoice = self._invoice(10, "2026-04-01", self.notice.partner_id)
        self._transfer(invoice, "2026-05-01", "654990", account_type="expense")
        self._made_on(DAY)
        self._is("2031-05-01", "lost", "accounts")
        self._is("2036-12-31", None, "accounts")
        self._is("2037-01-01", None, None)

    def test_penalties_of_a_contact_are_the_debtors(self):
        contact = self._customer(
            "Filiale", parent_id=self.notice.partner_id.id, is_company=False
        )
        self.env["dunning.charge"].sudo().create(
            {
                "company_id": self.company.id,
                "partner_id": contact.id,
                "debtor_kind": "professional",
                "currency_id": self.company.currency_id.id,
                "kind": "indemnity",
                "amount": 40,
                "move_id": self.invoice.id,
                "move_name": self.invoice.name,
                "document_key": "x",
                "indemnity_document": "x",
            }
        )
        self.assertEqual(self._verdict(SIX_MONTHS)[NOTES], "charge")

    # ------------------------------------------------------------------------ titles

    def test_a_title_known_by_its_enforcement_alone(self):
        """And a payment after it starts the ten years again (C. civ. 2240)."""
        for kind in ("enforcement", "order_service"):
            with self.subTest(kind=kind), self.env.cr.savepoint() as saved:
                self.env["dunning.limitation.event"].create(
                    {
                        "debtor_id": self.debtor.id,
                        "kind": kind,
                        "date": "2026-03-10",
                        "attachment_ids": [Command.create({"name": "x", "raw": b"x"})],
                    }
                )
                self._is("2036-03-20", "title", "title")
                self._is("2036-03-21", None, None)
                saved.rollback()

    def test_an_event_struck_out_as_a_mistake_erases_nothing_at_once(self):
        """A collector may strike it out; the proofs are there if that was wrong."""
        event = self.env["dunning.limitation.event"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "court_action",
                "date": "2026-03-10",
                "attachment_ids": [Command.create({"name": "x", "raw": b"x"})],
            }
        )
        self._is(LATER, "event", "event")
        event.with_user(self.collector).write(
            {"state": "mistake", "ended_on": DAY, "ended_reason": "Typed twice"}
        )
        self._sql(
            "UPDATE dunning_limitation_event SET write_date = '2032-05-31'"
            " WHERE id = %s",
            event.id,
        )
        self._is(LATER, None, "limitation")
        self._is("2037-05-31", None, "limitation")
        self._is("2037-06-01", None, None)

    # ------------------------------------------------------- what two records share

    def _file(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "x.pdf",
                "raw": b"x",
                "res_model": "dunning.debtor",
                "res_id": self.debtor.id,
            }
        )
        self._made_on(DAY)
        return file

    def test_a_file_that_proves_something_of_another_debtor(self):
        file, own = self._file(), self._file()
        other = self._sent(self._customer("Zeta", "professional")).debtor_id
        event = self.env["dunning.limitation.event"].create(
            {
                "debtor_id": other.id,
                "kind": "acknowledgement",
                "date": "2026-03-10",
                "attachment_ids": [Command.set(file.ids)],
            }
        )
        self._purge()
        self.assertEqual(event.attachment_ids, file)
        self.assertFalse(own.exists())

    def test_a_file_in_the_discussion_of_an_invoice(self):
        file = self._file()
        message = self.invoice.message_post(body="x", attachment_ids=file.ids)
        self.assertEqual(message.attachment_ids, file)
        self._purge()
        self.assertTrue(file.exists())

    def test_the_email_of_another_debtors_notice(self):
        other = self._sent(self._customer("Zeta", "professional")).sudo()
        mail = other.dispatch_ids.mail_message_id
        self._sql(
            "UPDATE mail_message SET model = %s, res_id = %s WHERE id = %s",
            self.debtor._name,
            self.debtor.id,
            mail.id,
        )
        self._made_on(DAY)
        purge = self._purge()
        self.assertTrue(self._lines(purge, ("res_model", "=", "mail.message")))
        self.assertTrue(mail.exists())

    # ------------------------------------------------------------------- discussions

    def test_a_mark_in_what_was_written_to_the_debtor_erases_nothing(self):
        """The marks are of our own log: in an e-mail, anybody may have put them."""
        body = Markup('<span class="%s">I shall pay</span>') % CALL_MARK
        came = self.debtor.message_post(body=body, message_type="email")
        left = self.debtor.message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._made_on(DAY)
        self._purge(SIX_MONTHS)
        self.assertTrue(came.exists() and left.exists())

    def test_a_mark_in_a_note_keeps_nothing(self):
        note = self._note(Markup('<span class="%s">Rude</span>') % PURGE_MARK)
        came = self.debtor.message_post(body=note.body, message_type="email")
        self._made_on(DAY)
        self._purge()
        self.assertFalse(note.exists() or came.exists())

    def test_what_a_finished_task_says_goes_with_the_notes(self):
        task = self.debtor.activity_schedule(
            "mail.mail_activity_data_todo",
            note="He is ill",
            user_id=self.env.uid,
        )
        task.action_feedback(feedback="She cried")
        self._made_on(DAY)
        self.assertIn("cried", self._bodies())
        self._purge(SIX_MONTHS)
        self.assertNotIn("cried", self._bodies())
        self.assertNotIn("He is ill", self._bodies())

    def _bodies(self):
        return " ".join(map(str, self.debtor.message_ids.mapped("body")))
