"""The exhibits of a case: what is proposed, numbered, found wrong, and kept out."""

from PIL import Image

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.dunning_court_file_make import MERGED_LIMIT, WHOLE_LIMIT
from ..reports import exhibit_file
from .common_court_file import CourtFileCommon, pdf, picture


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaseExhibit(CourtFileCommon):
    def _numbers(self):
        return [(row.number, row.title) for row in self.case.exhibit_ids._sorted()]

    # --------------------------------------------------------------- proposals

    def test_what_odoo_has_is_proposed_in_the_order_of_the_list(self):
        self._sent(self.invoice, "one", "two")
        proof = {"debtor_id": self.debtor.id, "file": "JVBERi0=", "file_name": "a.pdf"}
        self.env["dunning.exhibit"].create(
            [
                {**proof, "kind": "order", "name": "Order 12"},
                {**proof, "kind": "debtor_identity", "name": "Kbis"},
            ]
        )
        self.env["dunning.hold"].create(
            {"debtor_id": self.debtor.id, "kind": "promise", "date_from": "2026-07-10"}
        )
        self.case.action_find_exhibits()
        kinds = self.case.exhibit_ids._sorted().mapped("kind")
        self.assertEqual(
            kinds, ["debtor_identity", "order", "invoice", "statement", "admission"]
        )
        row = self._row(self.invoice)
        self.assertEqual((row.page_count, row.problem), (2, False))
        self.assertEqual(row.date, self.invoice.invoice_date)

    def test_credit_notes_come_with_their_invoices(self):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        wizard = wizard.create({"journal_id": self.invoice.journal_id.id})
        credit = self.env["account.move"].browse(
            wizard.reverse_moves(is_modify=False)["res_id"]
        )
        self.case.action_find_exhibits()
        self.assertFalse(self._row(credit), "a draft is no proof")
        credit.action_post()
        self.case.action_find_exhibits()
        self.assertEqual(self._row(credit).kind, "invoice")
        self.assertIn(credit.name, self._row(credit).title)

    def test_found_again_nothing_of_a_person_is_lost(self):
        self.case.action_find_exhibits()
        row = self._row(self.invoice)
        row.write({"title": "My invoice", "include": False, "sequence": 5})
        before = len(self.case.exhibit_ids)
        late = self._attach(self.invoice, "bon de livraison.pdf", pdf())
        self.case.action_find_exhibits()
        self.assertEqual(len(self.case.exhibit_ids), before + 1)
        self.assertEqual((row.title, row.include), ("My invoice", False))
        first = self.case.exhibit_ids._sorted()[:2]
        self.assertEqual(first, self._row(late) + row, "behind its kind, as it was")
        self.assertEqual((self._row(late).kind, self._row(late).include),
                         ("delivery", True))  # fmt: skip

    def _sent_notice(self, day="2026-08-10"):
        """Return a case, and a reminder with its PDF that left by e-mail before it."""
        partner = self._customer("Petit SAS")
        moves = self._invoice(900, "2026-06-30", partner)
        notice = self._run(day).notice_ids.sudo()._proof_unlocked()
        notice = notice.filtered(lambda row: row.partner_id == partner)
        message = notice.debtor_id.message_post(body="Please pay", message_type="email")
        letter = notice.env["ir.attachment"].create(
            {"name": "r.pdf", "raw": pdf("Reminder"), "mimetype": "application/pdf"}
        )
        notice.write(
            {
                "state": "sent",
                "sent_date": day,
                "attachment_id": letter.id,
            }
        )
        notice.dispatch_ids.unlink()
        notice.dispatch_ids.create(
            {
                "notice_id": notice.id,
                "channel_id": self.env.ref("dunning_fr.channel_email").id,
                "state": "sent",
                "mail_message_id": message.id,
                "done_on": f"{day} 08:00:00",
            }
        )
        return self._case(moves=moves), notice, message

    def test_a_letter_found_again_precedes_its_own_proofs(self):
        case, notice, message = self._sent_notice()
        self._add("relance.pdf", pdf(), case=case, kind="reminder")

        def reminders():
            rows = case.exhibit_ids._sorted()
            return rows.filtered(lambda row: row.kind == "reminder")

        case.action_find_exhibits()
        letter, mail = self._row(notice, case), self._row(message, case)
        self.assertEqual(reminders()[1:], letter + mail)
        letter.unlink()
        case.action_find_exhibits()
        self.assertEqual(reminders()[1:], self._row(notice, case) + mail)

    def test_what_is_found_later_stands_where_it_belongs_among_its_kind(self):
        """Neither in front of what a person moved, nor behind what follows it."""
        names = ("commande 1", "commande 2", "commande 3")
        files = [self._attach(self.invoice, f"{name}.pdf", pdf()) for name in names]
        self.case.action_find_exhibits()
        for file, before in ((files[0], files[1:]), (files[1], files[::2])):
            with self.subTest(file=file.name):
                self._row(file).unlink()
                rows = self._row(before[0]) + self._row(before[1])
                self.assertEqual(self.case.exhibit_ids._sorted()[:2], rows)
                self.case.action_find_exhibits()
                titles = self.case.exhibit_ids._sorted()[:3].mapped("title")
                self.assertEqual(titles, list(names))
        self._row(files[2]).sequence = 1
        self._row(files[1]).unlink()
        self.case.action_find_exhibits()
        titles = self.case.exhibit_ids._sorted()[:3].mapped("title")
        self.assertEqual(titles, ["commande 3", "commande 1", "commande 2"])

    def test_a_file_whose_name_says_nothing_waits_for_a_person(self):
        loose = self._attach(self.invoice, "scan0001.pdf", pdf())
        self.case.action_find_exhibits()
        row = self._row(loose)
        self.assertEqual((row.kind, row.include, row.number), ("other", False, False))

    # -------------------------------------------------------------------- mails

    def _post(self, body, record=None, **values):
        values.setdefault("message_type", "email")
        values.setdefault("subtype_xmlid", "mail.mt_comment")
        return (record or self.invoice).message_post(
            body=body, author_id=self.pro.id, email_from="durand@client.example",
            **values,
        )  # fmt: skip

    def test_notes_stay_out_and_mails_come_in(self):
        """R10.9: an internal note is never an exhibit."""
        mail = self._post("We shall pay next week.", subject="Your invoice")
        note = self._post("He has lost his wife", subtype_xmlid="mail.mt_note")
        log = self.invoice._message_log(body="changed")
        talk = self._post("Call him", message_type="comment")
        self.case.action_find_exhibits()
        self.assertEqual(self._row(mail).kind, "mail")
        self.assertTrue(self._row(mail).include)
        for message in (note, log, talk):
            self.assertFalse(self._row(message))

    def test_what_is_confidential_is_not_ticked(self):
        """R6.48: a mail about a conciliation is never handed over by itself."""
        mail = self._post("Le mandat ad hoc suit son cours.")
        self.case.action_find_exhibits()
        row = self._row(mail)
        self.assertFalse(row.include)
        self.assertIn("R6.48", row.problem)

    def test_confidential_proceedings_leave_no_trace(self):
        """R6.48: neither the hold of a manager nor its documents."""
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "other",
                "confidential_kind": "conciliation",
                "confidential_note": "Me Roux",
            }
        )
        secret = self._attach(hold, "ordonnance.pdf", pdf())
        self.case.action_find_exhibits()
        self.assertFalse(self._row(hold) | self._row(secret))

    def test_a_lawyer_writes_to_us_alone(self):
        lawyer = self._customer("Cabinet Roux", "professional")
        self.case.lawyer_id = lawyer
        mail = self._post("My advice", partner_ids=lawyer.ids)
        self.case.action_find_exhibits()
        self.assertFalse(self._row(mail))

    # ------------------------------------------------------------------ numbers

    def test_numbers_follow_the_order_and_the_kinds(self):
        rows = [
            self._add(f"{name}.pdf", pdf(), kind=kind, sequence=place)
            for place, (name, kind) in enumerate(
                [("a", "order"), ("b", "delivery"), ("c", "delivery"), ("d", "terms")]
            )
        ]
        self.assertEqual(
            self._numbers(), [("1", "a"), ("2.1", "b"), ("2.2", "c"), ("3", "d")]
        )
        rows[1].include = False
        self.assertEqual(
            self._numbers(), [("1", "a"), (False, "b"), ("2", "c"), ("3", "d")]
        )
        rows[3].sequence = -1
        self.assertEqual(self._numbers()[:2], [("1", "d"), ("2", "a")])

    # -------------------------------------------------------------------- files

    def test_good_and_bad_files(self):
        """Each says what is wrong with it, and the others go on."""
        for name, content, pages, left_out, said in (
            ("a.pdf", pdf("1", "2", "3"), 3, False, ""),
            ("b.jpg", picture(), 1, False, ""),
            ("c.png", picture("PNG"), 1, False, ""),
            ("d.pdf", picture("PNG"), 1, False, ""),
            ("e.pdf", pdf("x", password="secret"), 0, True, "password"),
            ("f.pdf", b"%PDF-1.7 broken", 0, True, "cannot be read"),
            ("g.png", b"\x89PNG\r\n\x1a\n broken", 1, False, "file of its own"),
            ("h.docx", b"PK\x03\x04 word", 1, False, "file of its own"),
            ("i.heic", b"\0\0\0\x18ftypheic", 1, False, "file of its own"),
        ):
            with self.subTest(name):
                row = self._add(name, content)
                self.assertEqual((row.page_count, row.is_left_out), (pages, left_out))
                self.assertIn(said, row.problem or "")
                self.assertEqual(bool(row.number), not left_out)

    def test_pictures_that_unfold_into_gigabytes(self):
        """Judged by what they declare; Odoo itself shrinks what is uploaded."""
        found = exhibit_file.examine(picture("PNG", size=(10000, 6001)))
        self.assertEqual((found.how, found.reason), ("separate", "pixels"))
        pages = [Image.new("1", (9, 9)) for _page in range(3)]
        scan = picture("TIFF", save_all=True, append_images=pages)
        self.assertEqual(exhibit_file.examine(scan).pages, 4)
        self.assertEqual(exhibit_file.examine(scan[:300]).reason, "unreadable")

    def test_an_empty_row_or_a_deleted_document(self):
        row = self.env["dunning.case.exhibit"].create(
            {"case_id": self.case.id, "title": "Nothing yet"}
        )
        self.assertTrue(row.is_left_out)
        self.assertIn("no more", row.problem)
        row.write({"file": "JVBERi0=", "file_name": "a.pdf"})
        self.assertIn("cannot be read", row.problem)

    def test_large_files_are_judged_by_their_size_alone(self):
        megabyte = exhibit_file.MEBIBYTE
        for size, how in (
            (0, "left_out"),
            (1, None),
            (32 * megabyte, None),
            (32 * megabyte + 1, "separate"),
            (96 * megabyte, "separate"),
            (96 * megabyte + 1, "left_out"),
            (200 * megabyte, "left_out"),
        ):
            with self.subTest(size):
                found = exhibit_file.by_size(size)
                self.assertEqual(found and found.how, how)

    def test_a_file_of_200_megabytes_is_not_even_read(self):
        big = self._attach(self.invoice, "contrat.pdf", pdf())
        self.env.cr.execute(
            "UPDATE ir_attachment SET file_size = 200 * 1024 * 1024 WHERE id = %s",
            [big.id],
        )
        big.invalidate_recordset()
        self.case.action_find_exhibits()
        row = self._row(big)
        self.assertTrue(row.is_left_out)
        self.assertIn("96 MB", row.problem)
        self.assertNotIn("raw", big._cache)

    def test_what_is_said_of_a_size_is_the_limit_itself(self):
        for reason, size in (
            ("large", exhibit_file.MERGE_LIMIT),
            ("huge", exhibit_file.ARCHIVE_LIMIT),
            ("crowded", MERGED_LIMIT),
            ("full", WHOLE_LIMIT),
        ):
            text = self.env["dunning.case.exhibit"]._problem_text(reason)
            self.assertIn(f"than {size >> 20} MB", text)
        text = self.env["dunning.case.exhibit"]._problem_text("pages")
        self.assertIn(f"than {exhibit_file.PAGE_LIMIT:,} pages", text)

    def test_problems_are_told_in_the_language_of_the_reader(self):
        self.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        here = self.env["dunning.case.exhibit"].with_context(lang="fr_FR")
        self.assertIn("Le fichier est vide", here._problem_text("empty"))
        self.assertIs(here._problem_text(""), False)

    # ------------------------------------------------------------------ missing

    def test_what_is_missing_is_said(self):
        self.case.action_find_exhibits()
        self.assertIn("Order, quote or contract", self.case.missing_exhibits)
        self.assertIn("Formal notice", self.case.missing_exhibits)
        self.assertNotIn("Statement", self.case.missing_exhibits)
        self.assertNotIn(self.invoice.name, self.case.missing_exhibits)
        self._add("commande.pdf", pdf(), kind="order")
        self._row(self.invoice).include = False
        self.assertNotIn("Order", self.case.missing_exhibits)
        self.assertIn(self.invoice.name, self.case.missing_exhibits)

    # ------------------------------------------------------------------- rights

    def test_a_collector_keeps_the_list(self):
        env = self.case.with_user(self.people["user"]).env
        case = env["dunning.case"].browse(self.case.id)
        case.action_find_exhibits()
        row = env["dunning.case.exhibit"].create(
            {"case_id": case.id, "title": "Kbis", "file": "JVBERi0=", "file_name": "k"}
        )
        row.write({"include": False, "sequence": 1})
        row.unlink()
        self.assertTrue(case.exhibit_ids)

    def test_nobody_says_where_an_exhibit_comes_from(self):
        """Else a collector would hand over what he may not read."""
        secret = self._attach(self.company, "accounts.pdf", pdf())
        env = self.case.with_user(self.people["manager"]).env
        values = {"case_id": self.case.id, "title": "x"}
        for forged in (
            {"origin_model": "ir.attachment", "origin_id": secret.id},
            {"page_count": 3},
            {"is_left_out": False},
            {"problem": "none"},
        ):
            with self.subTest(forged), self.assertRaises(UserError):
                env["dunning.case.exhibit"].create({**values, **forged})
        row = env["dunning.case.exhibit"].create(values)
        with self.assertRaises(UserError):
            row.write({"origin_model": "ir.attachment", "origin_id": secret.id})
        defaults = env["dunning.case.exhibit"].with_context(
            default_origin_model="ir.attachment", default_origin_id=secret.id
        )
        self.assertFalse(defaults.create(values).origin_model)

    def test_another_company_sees_nothing(self):
        self.case.action_find_exhibits()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="exhibit_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        rows = self.case.exhibit_ids.with_user(stranger)
        self.assertFalse(rows.search([("id", "in", rows.ids)]))
        for attempt in (
            rows.read,
            lambda: rows.write({"title": "x"}),
            lambda: rows.create({"case_id": self.case.id, "title": "x"}),
            self.case.with_user(stranger).action_find_exhibits,
        ):
            with (
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                attempt()
