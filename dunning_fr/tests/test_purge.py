"""What is erased, what is kept and why (R10.6 to R10.9)."""

import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..tools.deadlines import add_months
from ..tools.facts import ONE_DAY
from ..tools.personal_data import NOTES, PROOFS
from .common_purge import DAY, LATER, PurgeCommon

SIX_MONTHS = "2026-10-15"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPurge(PurgeCommon):
    def test_notes_go_first_and_proofs_stay(self):
        before = self.notice.body
        purge = self._purge(SIX_MONTHS)
        self.assertEqual((purge.state, purge.left_count), ("done", 0))
        self.assertEqual(set(purge.line_ids.mapped("rule")), {NOTES})
        self.assertFalse(self.debtor.note)
        self.assertFalse(self.hold.reason or self.hold.debtor_says)
        self.assertEqual(self.hold.entry_ids.text, "–", "the database wants a text")
        self.assertEqual(self.hold.date_from.isoformat(), "2026-03-10", "facts stay")
        self.assertNotIn("shouted", self._bodies())
        self.assertIn(purge.name, self._bodies(), "the log says that it happened")
        self.assertEqual(self.notice.body, before)
        self.assertTrue(self.notice._is_untampered())

    def test_proofs_go_once_the_limitation_is_over(self):
        letter, mail = (
            self.notice.attachment_id,
            self.notice.dispatch_ids.mail_message_id,
        )
        self.assertTrue(letter and mail)
        seal, total = self.notice.content_hash, self.notice.amount_total
        purge = self._purge()
        self.assertFalse(self.notice.body or self.notice.recipient_name)
        self.assertFalse(self.notice.dispatch_ids.recipient)
        self.assertFalse(letter.exists() or mail.exists())
        self.assertEqual(self.notice.amount_total, total, "figures are no free text")
        self.assertEqual(self.notice.content_hash, seal, "the seal of before is kept")
        line = self._lines(purge, ("res_model", "=", "dunning.notice"))
        self.assertEqual((line.hash_before, line.state), (seal, "done"))
        self.assertTrue(self.invoice.exists() and self.invoice.name)

    def test_accounting_documents_are_never_touched(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"x",
                "res_model": "account.move",
                "res_id": self.invoice.id,
            }
        )
        note = self.invoice.message_post(body="Paid at last")
        self._purge()
        self.assertTrue(file.exists() and note.exists())

    def test_a_purged_notice_is_intact_and_says_so(self):
        purge = self._purge()
        self.assertTrue(self.notice._is_untampered())
        self.assertFalse(self.notice.is_changed)
        self.assertIn(purge.name, self.notice.erased_text)
        self.assertIn("R10.8", self.notice.with_user(self.collector).erased_text)
        self.assertTrue(purge.is_intact)

    def test_a_purged_notice_is_not_sealed_anew(self):
        self._purge()
        seal = self.notice.content_hash
        self.notice._proof_unlocked()._seal()
        self.assertEqual(self.notice.content_hash, seal)
        self.assertTrue(self.notice.erased_text)

    def test_tampering_disguised_as_an_erasure_shows(self):
        """A mark in the notice proves nothing: the log must say it."""
        line = self._lines(self._purge(), ("res_model", "=", "dunning.notice"))
        for statement in (
            "UPDATE dunning_notice SET amount_total = 1 WHERE id = %s",
            "UPDATE dunning_notice SET body = 'other' WHERE id = %s",
            "UPDATE dunning_notice SET content_hash = 'x' WHERE id = %s",
        ):
            with self.subTest(statement=statement), self.env.cr.savepoint() as saved:
                self._sql(statement, self.notice.id)
                self.assertTrue(self.notice.is_changed)
                self.assertFalse(self.notice.erased_text)
                saved.rollback()
        other = self._sent(self._customer("Zeta", "professional")).sudo()
        self._sql(
            "UPDATE dunning_notice SET body = NULL, purge_line_id = %s WHERE id = %s",
            line.id,
            other.id,
        )
        self.assertTrue(other.is_changed, "blanked by hand, marked with another's line")

    def test_a_mark_without_erasure_shows(self):
        line = self._lines(self._purge(), ("res_model", "=", "dunning.notice"))
        other = self._sent(self._customer("Zeta", "professional")).sudo()
        self._sql(
            "UPDATE dunning_notice SET purge_line_id = %s WHERE id = %s",
            line.id,
            other.id,
        )
        self.assertTrue(other.is_changed)

    def test_a_change_of_the_log_shows(self):
        purge = self._purge()
        self._sql(
            "UPDATE dunning_purge_line SET state = 'kept' WHERE id = %s",
            purge.line_ids[0].id,
        )
        self.assertFalse(purge.is_intact)

    def test_a_line_added_to_a_sealed_log_proves_nothing(self):
        purge = self._purge()
        line = self._lines(purge, ("res_model", "=", "dunning.notice"))
        other = self._sent(self._customer("Zeta", "professional")).sudo()
        self._sql("UPDATE dunning_notice SET body = 'x' WHERE id = %s", other.id)
        self._sql(
            "INSERT INTO dunning_purge_line (purge_id, company_id, rule, res_model,"
            " res_id, state, hash_before, hash_after)"
            " SELECT purge_id, company_id, rule, res_model, %s, state, %s, %s"
            "   FROM dunning_purge_line WHERE id = %s",
            other.id,
            other.content_hash,
            other._content_digest(),
            line.id,
        )
        self.assertFalse(purge.is_intact)
        self.assertTrue(other.is_changed)
        self.assertFalse(other.erased_text)

    def test_when_and_by_whom_is_sealed_too(self):
        purge = self._purge()
        for statement, record in (
            ("UPDATE dunning_purge_line SET done_on = '2020-01-01' WHERE id = %s",
             purge.line_ids[0]),
            ("UPDATE dunning_purge_line SET rule = 'notes' WHERE id = %s",
             self._lines(purge, ("rule", "=", PROOFS))[0]),
            ("UPDATE dunning_purge SET started_on = '2020-01-01' WHERE id = %s", purge),
            ("UPDATE dunning_purge SET is_automatic = TRUE WHERE id = %s", purge),
            ("UPDATE dunning_purge SET state = 'cancelled' WHERE id = %s", purge),
            ("DELETE FROM dunning_purge_line WHERE id = %s", purge.line_ids[-1]),
        ):  # fmt: skip
            with self.subTest(statement=statement), self.env.cr.savepoint() as saved:
                self._sql(statement, record.id)
                self.assertFalse(purge.is_intact)
                saved.rollback()
                self.env.invalidate_all()
        self.assertTrue(purge.is_intact)

    def test_a_text_that_came_after_the_erasure_is_no_tampering(self):
        self._purge()
        self._sql(
            "UPDATE dunning_notice SET failure_reason = 'no such box' WHERE id = %s",
            self.notice.id,
        )
        [line] = self._purge("2032-06-02").line_ids
        self.assertEqual((line.state, line.res_id), ("done", self.notice.id))
        self.assertFalse(self.notice.failure_reason)
        self.assertFalse(self.notice.is_changed)
        self.assertTrue(self.notice.erased_text)

    def test_the_discussion_tells_it_in_the_language_of_who_confirmed(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        self.manager.lang = "fr_FR"
        self._purge(SIX_MONTHS)
        self.assertIn("Journal", self._bodies())
        self.assertNotIn("Personal data erased", self._bodies())

    def test_a_refused_erasure_takes_no_number(self):
        """A number that is missing would look like a log that was deleted."""
        first = self._purge(SIX_MONTHS)
        day = self.purges._fields["date"].to_date(LATER)
        with freeze_time(f"{LATER} 10:00:00"):
            self._refused(self.purges._start, self.company, day, -1)
        number = [int(p.name.rpartition("/")[2]) for p in (first, self._purge())]
        self.assertEqual(number[1], number[0] + 1)

    def test_what_was_tampered_with_is_kept_as_evidence(self):
        self._sql("UPDATE dunning_notice SET body = 'x' WHERE id = %s", self.notice.id)
        purge = self._purge()
        line = self._lines(purge, ("res_model", "=", "dunning.notice"))
        self.assertEqual((line.state, line.reason), ("kept", "tampered"))
        self.assertEqual(self.notice.body, "x")

    def test_receipts_go_with_their_log(self):
        receipts = self.env["dunning.receipt"].sudo()._proof_unlocked()
        values = receipts._prepare_receipt_values(
            self.notice, "acknowledgment", b"%PDF-1.4 scan", "AR.pdf"
        )
        values["file"] = base64.b64encode(values.pop("raw"))
        receipt = receipts.create(values)
        self.assertTrue(receipt.is_intact)
        self._purge()
        self.assertFalse(receipt._raw())
        self.assertTrue(receipt.is_intact)
        self.assertIn("R10.8", receipt.erased_text)
        self._sql("UPDATE dunning_receipt SET sha256 = 'x' WHERE id = %s", receipt.id)
        self.assertFalse(receipt.is_intact)

    def test_documents_of_a_closed_case_go_after_its_title(self):
        """Exhibits, documents and court files: files too, and the log proves it."""
        case = self._closed_case()
        exhibit = self.env["dunning.case.exhibit"].create(
            {"case_id": case.id, "title": "Letter", "kind": "other"}
        )
        files = self.env["dunning.court.file"].sudo()._proof_unlocked()
        values = {"name": "F", "case_id": case.id, "version": 1, "user_id": 1}
        pdf, archive = b"%PDF-1.4 file", b"PK"
        values |= {
            "pdf_sha256": files._digest(pdf),
            "zip_sha256": files._digest(archive),
        }
        file = files.create({**values, "state": "ready", "date": DAY})
        file._store("pdf_file", "f.pdf", pdf, "application/pdf")
        file._store("zip_file", "f.zip", archive, "application/zip")
        self.assertTrue(file.is_intact)
        self._made_on(DAY)
        self._purge("2037-01-01")
        self.assertEqual(exhibit.title, "–")
        self.assertFalse(file._stored("pdf_file") or file._stored("zip_file"))
        self.assertTrue(file.is_intact)
        self.assertIn("R10.8", file.erased_text)
        self._sql("UPDATE dunning_court_file SET zip_sha256 = 'x'")
        self.assertFalse(file.is_intact)

    # ---------------------------------------------------------------- what is kept

    def test_periods_on_both_sides(self):
        """Last movement: the deadline of the notice, after the payment."""
        retention = self.env["dunning.retention"]
        day = self.notice.date
        [found] = retention._standings(self.company, day, day, self.debtor.ids)
        last = found.last_day
        self.assertEqual(str(last), max("2026-03-20", str(self.notice.deadline_date)))
        month, end = add_months(last, 6), add_months(last, 60)
        self.assertEqual(self._verdict(month)[NOTES], "recent")
        self.assertIsNone(self._verdict(month + ONE_DAY)[NOTES])
        self.assertEqual(self._verdict(end)[PROOFS], "limitation")
        self.assertIsNone(self._verdict(end + ONE_DAY)[PROOFS])

    def _kept(self, code, both=True):
        found = self._verdict(LATER)
        self.assertEqual(found[NOTES], code)
        self.assertEqual(found[PROOFS], code if both else None)

    def test_an_open_item_keeps_everything(self):
        self._invoice(10, "2026-04-01", self.notice.partner_id)
        self._kept("open")

    def test_an_open_item_of_a_contact_keeps_everything(self):
        contact = self._customer(
            "Paul", parent_id=self.notice.partner_id.id, is_company=False
        )
        entry = self._invoice(10, "2026-04-01", self.notice.partner_id)
        line = self._receivable(entry)
        self.env.flush_all()
        statement = "UPDATE account_move_line SET partner_id = %s WHERE id = %s"
        self._sql(statement, contact.id, line.id)
        self._kept("open")

    def test_an_open_credit_keeps_everything(self):
        self._pay(
            self._invoice(10, "2026-04-01", self.notice.partner_id), 30, "2026-04-02"
        )
        self._kept("open")

    def test_a_hold_in_force_keeps_everything(self):
        self.hold.write({"state": "active", "date_to": False})
        self._kept("hold")
        self.hold.date_to = "2026-03-12"
        self._kept(None)

    def test_an_open_case_and_then_its_title_keep_everything(self):
        case = self._open_case()
        self._kept("case")
        self._judge(case)
        self._kept("title")
        # what was paid on 20 March acknowledged it
        self.assertEqual(self._verdict("2036-03-20")[PROOFS], "title")
        self.assertIsNone(self._verdict("2036-03-21")[PROOFS])

    def _open_case(self):
        return self.env["dunning.case"].create(
            {
                "debtor_id": self.debtor.id,
                "procedure_id": self.env["dunning.procedure"]._by_code("fond").id,
                "move_ids": [Command.set(self.invoice.ids)],
                "date": "2026-03-16",
            }
        )

    def _judge(self, case):
        """File, decide on 18 March 2026, and close."""
        filed = case.step_ids.filtered(
            lambda step: step.procedure_step_id.case_state == "filed"
        )
        filed[0].date = "2026-03-17"
        self.env["dunning.case.decision"].create(
            {"case_id": case.id, "kind": "judgment", "date": "2026-03-18"}
        )
        case._close("settled", day="2026-03-19")

    def _closed_case(self):
        case = self._open_case()
        self._judge(case)
        return case

    def test_a_written_off_debt_is_kept_until_its_limitation(self):
        invoice = self._invoice(10, "2026-04-01", self.notice.partner_id)
        line = self._receivable(invoice)
        loss = self.env["account.account"].create(
            {"name": "Perte", "code": "654999", "account_type": "expense"}
        )
        entry = self.env["account.move"].create(
            {
                "date": "2026-05-01",
                "line_ids": [
                    Command.create(
                        {"account_id": line.account_id.id, "credit": 10,
                         "partner_id": self.notice.partner_id.id}
                    ),
                    Command.create({"account_id": loss.id, "debit": 10}),
                ],
            }
        )  # fmt: skip
        entry.action_post()
        (line | entry.line_ids[0]).reconcile()
        self._made_on(DAY)
        self.assertEqual(self._verdict("2031-05-01")[NOTES], "lost")
        self.assertIsNone(self._verdict("2031-05-02")[NOTES])

    def test_claimed_penalties_are_still_a_claim(self):
        self.env["dunning.charge"].sudo().create(
            {
                "company_id": self.company.id,
                "partner_id": self.notice.partner_id.id,
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

    def test_proceedings_without_an_end_keep_everything(self):
        self.env["dunning.limitation.event"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "mediation",
                "date": "2026-03-10",
                "attachment_ids": [Command.create({"name": "x", "raw": b"x"})],
            }
        )
        self._kept("event")

    def test_a_notice_on_its_way_keeps_everything(self):
        self._sql(
            "UPDATE dunning_notice SET state = 'unknown' WHERE id = %s", self.notice.id
        )
        self._kept("notice")

    def test_a_young_note_about_an_old_debt_is_kept(self):
        """It was written today: the months count for it, too."""
        young = self._note("!")
        self._sql(
            "UPDATE mail_message SET create_date = '2026-12-01' WHERE id = %s", young.id
        )
        self.assertIsNone(self._verdict("2027-03-01")[NOTES], "paid long ago")
        self._purge("2027-03-01")
        self.assertFalse(self.debtor.note)
        self.assertTrue(young.exists())
        self._purge("2027-06-02")
        self.assertFalse(young.exists())

    def test_what_changed_since_the_confirmation_is_kept(self):
        purge = self._start()
        self._invoice(10, "2026-03-01", self.notice.partner_id)
        self.env["dunning.purge"]._process_queue()
        self.assertEqual(set(purge.line_ids.mapped("state")), {"kept"})
        self.assertEqual(set(purge.line_ids.mapped("reason")), {"open"})
        self.assertTrue(self.notice.body and self.debtor.note)

    def test_old_values_in_discussions_go_with_the_field(self):
        message = self.hold.message_post(body="changed")
        fields = self.env["ir.model.fields"]
        values = self.env["mail.tracking.value"].sudo().create(
            [
                {
                    "mail_message_id": message.id,
                    "field_id": fields._get("dunning.hold", name).id,
                    "old_value_char": "Says his wife is ill",
                }
                for name in ("reason", "state")
            ]
        )  # fmt: skip
        self._purge(SIX_MONTHS)
        self.assertEqual(values.exists().field_id.name, "state")

    def test_calls_go_with_what_the_discussion_says_of_them(self):
        debtor = self.debtor.with_user(self.collector)
        debtor.action_record_call("reached", note="He cries <a lot>")
        call = self.debtor.call_ids
        self._made_on(DAY)
        self.assertIn("cries", self._bodies())
        self._purge(SIX_MONTHS)
        self.assertFalse(call.note or call.phone or call.contact_name)
        self.assertEqual(call.outcome, "reached", "that it was made stays")
        self.assertNotIn("cries", self._bodies())

    def _bodies(self):
        return " ".join(map(str, self.debtor.message_ids.mapped("body")))

    def test_the_same_day_again_there_is_nothing_left(self):
        self._purge()
        self.assertEqual(self._overview()["count"], 0)
        with self.assertRaisesRegex(UserError, "nothing to erase"):
            self._start()

    def _receivable(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _sql(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()
