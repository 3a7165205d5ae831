import base64
import io

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_send import DAY, SendCommon


class TestDelivery(SendCommon):
    """Posted, presented, not collected: the only facts a frozen notice still learns."""

    def setUp(self):
        super().setUp()
        self.notice = self._queue(
            self._debtor("Alpha", "registered_letter", formal=True)
        )
        self._letter(self.notice)

    def test_a_letter_is_sent_when_it_is_posted(self):
        self.notice.write({"posted_date": "2026-03-17", "tracking_number": "1A 234"})
        self.assertEqual(self.notice.state, "sent")
        self.assertEqual(self._states(self.notice), {"registered_letter": "sent"})
        log = str(self.notice.debtor_id.sudo().message_ids[:1].body)
        self.assertIn("03/17/2026", log)
        self.assertIn("1A 234", log)
        invoice = self.notice.line_ids.move_line_id.move_id
        self.assertIn(self.notice.name, str(invoice.sudo().message_ids[:1].body))
        self.assertTrue(self.notice.sudo()._is_untampered())

    def test_the_log_names_who_entered_it(self):
        self.notice.posted_date = "2026-03-17"
        message = self.notice.debtor_id.sudo().message_ids[:1]
        self.assertEqual(message.author_id, self.collector.partner_id)

    def test_dates_that_cannot_be_are_refused(self):
        for values in (
            {"posted_date": "2026-03-15"},  # before its own date
            {"posted_date": "2999-01-01"},
            {"presented_date": "2026-03-20"},  # not posted
            {"unclaimed": True},
            {"posted_date": "2026-03-20", "presented_date": "2026-03-19"},
            {"posted_date": "2026-03-20", "presented_date": "2999-01-01"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.notice.write(values)
        self.assertEqual(self.notice.state, "queued")

    def test_a_letter_not_made_yet_cannot_be_posted(self):
        fresh = self._queue(self._debtor("Beta", "letter"))
        with self.assertRaisesRegex(ValidationError, "not ready"):
            fresh.posted_date = "2026-03-17"

    def test_an_email_cannot_be_posted(self):
        email = self._queue(self._debtor("Beta"))
        with self.assertRaisesRegex(ValidationError, "post"):
            email.posted_date = "2026-03-17"

    def test_only_collectors_record_it(self):
        reader = new_test_user(
            self.env,
            login="reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.notice.with_user(reader).write({"posted_date": "2026-03-17"})

    def test_only_a_manager_takes_a_posting_back(self):
        self.notice.posted_date = "2026-03-17"
        with self.assertRaises(AccessError):
            self.notice.posted_date = False
        self.notice.with_user(self.env.user).write({"posted_date": False})
        self.assertEqual(self.notice.state, "queued")

    def test_a_batch_is_recorded_by_the_wizard(self):
        other = self._queue(self._debtor("Beta", "letter"))
        self._letter(other)
        wizard = (
            self.env["dunning.delivery"]
            .with_user(self.collector)
            .with_context(
                active_model="dunning.notice", active_ids=(self.notice + other).ids
            )
            .create({"date": "2026-03-18"})
        )
        self.assertEqual(wizard.line_ids.notice_id, self.notice + other)
        wizard.line_ids[0].tracking_number = "1A 234"
        wizard.line_ids[1].date = "2026-03-17"
        wizard.action_register()
        self.assertEqual(
            (self.notice + other).mapped("posted_date"),
            [wizard.date, wizard.line_ids[1].date],
        )
        self.assertEqual(self.notice.tracking_number, "1A 234")
        presentation = wizard.with_context(default_stage="presentation").create(
            {"date": "2026-03-20"}
        )
        presentation.line_ids[1].outcome = "unclaimed"
        presentation.action_register()
        self.assertEqual(self.notice.presented_date, presentation.date)
        self.assertEqual((other.presented_date, other.unclaimed), (False, True))

    def test_letters_are_printed_as_one_file(self):
        wizard_id = self.notice.action_print_letters()["res_id"]
        wizards = self.env["dunning.letter.print"].with_user(self.collector)
        wizard = wizards.browse(wizard_id)
        self.assertEqual(wizard.notice_ids, self.notice)
        self.assertFalse(wizard.withdrawn_ids)

    def test_a_paid_letter_is_taken_back_before_printing(self):
        self._pay(self.notice.line_ids.move_line_id.move_id, 1000, DAY)
        wizard_id = self.notice.action_print_letters()["res_id"]
        wizards = self.env["dunning.letter.print"].with_user(self.collector)
        wizard = wizards.browse(wizard_id)
        self.assertEqual(wizard.withdrawn_ids, self.notice)
        self.assertEqual(self.notice.state, "draft")
        self.assertFalse(self.notice.attachment_id)

    def test_nothing_to_print_is_said(self):
        email = self._queue(self._debtor("Beta"))
        with self.assertRaisesRegex(UserError, "no letter to print"):
            email.action_print_letters()

    # ------------------------------------------------------- copies of invoices

    def _pdf(self, text):
        stream = io.BytesIO()
        page = Canvas(stream)
        page.drawString(100, 700, text)
        page.save()
        return stream.getvalue()

    def _give_pdf(self, move, content):
        """Store ``content`` as the PDF that Odoo sent with the invoice."""
        self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": content,
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
                "mimetype": "application/pdf",
            }
        )
        move.invalidate_recordset()

    def _printed(self, notice, **values):
        """Return (pages of the file to print, invoices said to have no copy)."""
        notice.sudo()._proof_unlocked().attachment_id.raw = self._pdf("the letter")
        wizard_id = notice.action_print_letters()["res_id"]
        wizards = self.env["dunning.letter.print"].with_user(self.collector)
        wizard = wizards.browse(wizard_id)
        wizard.write(values)
        # as the web client reads it: any field first, files by their size
        wizard.with_context(bin_size=True).read(["without_copy", "file"])
        file = PdfReader(io.BytesIO(base64.b64decode(wizard.file)))
        pages = [page.extract_text().strip() for page in file.pages]
        return pages, wizard.without_copy

    def test_copies_of_invoices_follow_their_letter(self):
        move = self.notice.line_ids.move_line_id.move_id
        self._give_pdf(move, self._pdf("the invoice"))
        self.assertEqual(
            self._printed(self.notice), (["the letter", "the invoice"], "")
        )
        self.assertEqual(
            self._printed(self.notice, with_copies=False), (["the letter"], "")
        )

    def test_an_invoice_without_pdf_is_named_before_printing(self):
        move = self.notice.line_ids.move_line_id.move_id
        self.assertEqual(self._printed(self.notice), (["the letter"], move.name))

    def test_a_broken_copy_does_not_stop_the_letters(self):
        move = self.notice.line_ids.move_line_id.move_id
        self._give_pdf(move, b"%PDF-1.4 broken")
        with mute_logger("odoo.addons.dunning_fr.wizards.dunning_letter_print"):
            self.assertEqual(self._printed(self.notice), (["the letter"], move.name))

    # ----------------------------------------------------------------- address

    def _invoiced_elsewhere(self, kind, **values):
        partner = self._debtor(f"Delta {kind}", "registered_letter", formal=True)
        contact = {
            "name": "Comptabilité",
            "type": "invoice",
            "street": "1 boîte postale",
            "zip": "69001",
            "city": "Lyon",
        }
        partner.write({"debtor_kind": kind, "child_ids": [(0, 0, contact)], **values})
        return partner

    def test_a_formal_notice_goes_to_the_registered_office(self):
        """R5.10: not to the address that receives the invoices."""
        partner = self._invoiced_elsewhere("professional")
        notice = self._queue(partner)
        self.assertEqual(
            notice.recipient_address,
            f"{partner.street}\n{partner.zip} {partner.city.upper()}",
        )
        debtor = notice.debtor_id
        values = debtor._recipient_values()[debtor.id]
        self.assertIn("1 boîte postale", values["address"], "other levels")
