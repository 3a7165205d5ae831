"""The court file: one PDF and one archive, read back; bad input, rights, tampering."""

import hashlib
import io
import zipfile

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import (
    DictionaryObject,
    NameObject,
    PdfFileReader,
    PdfFileWriter,
    create_string_object,
)

from .common_court_file import CourtFileCommon, pdf, picture

BUILD = "odoo.addons.dunning_fr.models.dunning_court_file_build"
MAKE = "odoo.addons.dunning_fr.models.dunning_court_file_make"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCourtFile(CourtFileCommon):
    """The file is in French, as it goes to a French court; the remarks are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # without the pages that need the PDF engine: test_court_file_process has them
        cls._sent(cls.invoice, "invoice one", "invoice two")

    def _build(self, case=None):
        case = case or self.case
        case.action_build_file()
        self.env["dunning.court.file"]._process_queue()
        self.env.invalidate_all()
        return case.court_file_id

    def _reader(self, file):
        return PdfFileReader(io.BytesIO(file._stored("pdf_file").raw))

    def _archive(self, file):
        return zipfile.ZipFile(io.BytesIO(file._stored("zip_file").raw))

    def _texts(self, file):
        pages = self._reader(file).pages
        return [page.extract_text().replace("\xa0", " ") for page in pages]

    def _marks(self, outline):
        """Return the titles of an outline, lists for what stands under a title."""
        return [
            self._marks(mark) if isinstance(mark, list) else mark.title
            for mark in outline
        ]

    def _two_kinds(self):
        """Choose an order, two deliveries and a picture; nothing else."""
        self._add("order.pdf", pdf("the order", "terms"), kind="order", sequence=1)
        self._add("one.pdf", pdf("slip one"), kind="delivery", sequence=2)
        self._add("two.pdf", pdf("slip two"), kind="delivery", sequence=3)
        self._add("scan.jpg", picture(), kind="other", sequence=4)

    # ------------------------------------------------------------------ the PDF

    def test_pages_stamps_and_bookmarks(self):
        self._two_kinds()
        file = self._build()
        self.assertEqual((file.state, file.progress), ("ready", 100), file.problems)
        texts = self._texts(file)
        self.assertEqual((len(texts), file.page_count, file.exhibit_count), (6, 6, 4))
        shown = (
            "Bordereau des pièces",
            "the order",
            "terms",
            "slip one",
            "slip two",
            "",
        )
        stamps = ("", "1", "1", "2.1", "2.2", "3")
        for number, (text, word, stamp) in enumerate(
            zip(texts, shown, stamps, strict=True), 1
        ):
            with self.subTest(page=number):
                self.assertIn(word, text)
                self.assertIn(f"{self.case.name} – page {number}/6", text)
                self.assertEqual(f"Pièce n° {stamp}" in text, bool(stamp))
        reader = self._reader(file)
        self.assertEqual(
            self._marks(reader.outline),
            [
                "Bordereau de pièces",
                "1 – order",
                "2 – Livraison ou exécution",
                ["2.1 – one", "2.2 – two"],
                "3 – scan",
            ],
        )
        places = [
            [page.indirect_reference.idnum for page in reader.pages].index(
                mark.raw_get("/Page").idnum
            )
            for mark in reader.outline
            if not isinstance(mark, list)
        ]
        self.assertEqual(places, [0, 1, 3, 5])
        self.assertEqual(file.line_ids.mapped("first_page"), [2, 4, 5, 6])

    def test_the_list_has_the_pages_of_each_exhibit(self):
        self._two_kinds()
        listing = self._texts(self._build())[0]
        rows = listing.split("Pages", 1)[1].split("Certifi")[0].split()
        self.assertEqual(
            rows,
            [
                "1",
                "order",
                "2",
                "2.1",
                "one",
                "1",
                "2.2",
                "two",
                "1",
                "3",
                "scan",
                "1",
                "Total",
                "5",
            ],
        )

    def test_turned_and_odd_pages_are_stamped_upright(self):
        """The stamp stands at the top right of what the reader sees."""
        for turn in (0, 90, 180, 270):
            self._add(f"{turn}.pdf", pdf("a", rotate=turn), kind="order")
        self._add("wide.pdf", pdf("b", size=(1684, 1190)), kind="order")
        self._add("bare.pdf", self._bare(), kind="order")
        file = self._build()
        texts = self._texts(file)[1:]
        self.assertEqual(len(texts), 6)
        for number, text in enumerate(texts, 1):
            self.assertIn(f"Pièce n° 1.{number}", text)

    def _bare(self):
        """Return a PDF page without contents or resources."""
        writer, target = PdfFileWriter(), io.BytesIO()
        writer.addBlankPage(200, 100)
        writer.write(target)
        return target.getvalue()

    def test_the_request_stands_in_front(self):
        """Latest version of the act; neither numbered nor among the exhibits."""
        self._two_kinds()
        pages = self._texts(self._build())
        self.case.court_name = "Tribunal de commerce de Lyon"
        self.case.court_kind = "commercial"
        for _version in range(2):
            self._request()
        file = self._build()
        texts = self._texts(file)
        self.assertEqual(file.exhibit_count, 4)
        self.assertGreater(len(texts), len(pages))
        self.assertIn("REQUEST 2", texts[0])
        self.assertNotIn("REQUEST 1", "".join(texts))
        self.assertNotIn("Pièce n°", texts[0])
        with self._archive(file) as archive:
            names = archive.namelist()[:2]
        self.assertEqual([name[:4] for name in names], ["00a ", "00b "])

    def _request(self):
        """Keep a request of the case, whatever it says."""
        kind = self.env["dunning.document.kind"]._by_code("injonction")
        number = len(self.case.document_ids) + 1
        version = len(self.case.document_ids.filtered(lambda d: d.kind == kind.code))
        document = self.case._keep_document(
            {
                "kind": kind.code,
                "kind_id": kind.id,
                "date": "2026-08-20",
                "amounts_date": "2026-08-20",
                "title": "Request",
                "body": f"v{number}",
                "recipient": "court",
                "currency_id": self.case.currency_id.id,
            }
        )
        document._keep_pdf(pdf(f"REQUEST {version + 1}"))

    # -------------------------------------------------------------- the archive

    def test_the_archive_has_each_exhibit_under_a_safe_name(self):
        self._two_kinds()
        self._add("x.pdf", pdf("evil"), title="../../etc/passwd", sequence=5)
        self._add("word.docx", b"PK\x03\x04", title="Conditions", sequence=6)
        file = self._build()
        with self._archive(file) as archive:
            names = archive.namelist()
            self.assertIsNone(archive.testzip())
            first = PdfFileReader(io.BytesIO(archive.read("01 order.pdf")))
            self.assertIn("the order", first.pages[0].extract_text())
        self.assertEqual(
            names,
            [
                "00 Bordereau de pièces.pdf",
                "01 order.pdf",
                "02.01 one.pdf",
                "02.02 two.pdf",
                "03.01 scan.pdf",
                "03.02 etc-passwd.pdf",
                "03.03 Conditions.docx",
                "Décompte des intérêts et indemnités.xlsx",
            ],
        )
        texts = self._texts(file)
        self.assertIn("03.03 Conditions.docx", texts[-1])
        self.assertIn("en fichier séparé", texts[-1])
        self.assertIn("Conditions", file.problems)

    # ---------------------------------------------------------------- bad input

    def test_bad_files_are_named_and_the_rest_is_built(self):
        self._add("good.pdf", pdf("good"), kind="order", sequence=1)
        self._add("locked.pdf", pdf("x", password="no"), kind="order", sequence=2)
        self._add("broken.pdf", b"%PDF-1.7 broken", kind="order", sequence=3)
        gone = self._attach(self.invoice, "livraison.pdf", pdf("gone"))
        self.case.action_find_exhibits()
        rows = self.case.exhibit_ids
        (rows - self._row(gone)).filtered("origin_model").unlink()
        gone.unlink()
        file = self._build()
        self.assertEqual((file.state, file.exhibit_count), ("ready", 1))
        for title, said in (
            ("locked", "password"),
            ("broken", "cannot be read"),
            ("livraison", "no more"),
        ):
            with self.subTest(title):
                [line] = [row for row in file.problems.splitlines() if title in row]
                self.assertIn(said, line)
                self.assertNotIn(title, "".join(self._texts(file)))
        good = self.case.exhibit_ids.filtered(lambda row: row.title == "good")
        self.assertEqual(good.number, "1")

    def test_nothing_to_hand_over(self):
        with self.assertRaisesRegex(UserError, "at least one"):
            case = self._case(moves=self._invoice(10, "2026-06-01"))
            case.action_find_exhibits()
            case.exhibit_ids.include = False
            case.action_build_file()

    def test_missing_rates_leave_the_statement_out(self):
        self.case.action_find_exhibits()
        self.env["dunning.rate"].search([]).unlink()
        with mute_logger(MAKE):
            file = self._build()
        self.assertEqual(file.state, "ready")
        self.assertIn("XLSX", file.problems)

    # -------------------------------------------------------------------- mails

    def test_a_mail_is_text_with_its_headers(self):
        """Nothing of it is run or fetched."""
        self.invoice.message_post(
            body=Markup(
                "<table><tr><th>Due</th><td><b>9 May</b></td></tr></table>"
                '<p>We pay &lt;b&gt;soon</p><img src="http://evil.example/x.png"/>'
                "<script>alert(1)</script><p>file:///etc/passwd</p>"
            ),
            subject="Your <i>invoice</i>",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.pro.id,
            email_from="durand@client.example",
            incoming_email_to="compta@atelier.example",
        )
        self.case.action_find_exhibits()
        mails = self.case.exhibit_ids.filtered(lambda row: row.kind == "mail")
        (self.case.exhibit_ids - mails).include = False
        text = self._texts(self._build())[1]
        for word in (
            "durand@client.example",
            "compta@atelier.example",
            "Your <i>invoice</i>",
            "We pay <b>soon",
            "Due | 9 May",
        ):
            self.assertIn(word, text)
        self.assertNotIn("alert(1)", text)
        self.assertFalse(self._reader(self.case.court_file_id).pages[1].images)

    def test_a_note_forged_into_the_list_stays_out(self):
        """R10.9, whatever stands in the table."""
        note = self.invoice.message_post(body="secret", subtype_xmlid="mail.mt_note")
        rows = self.env["dunning.case.exhibit"].sudo()._trusted()
        rows.create(
            {
                "case_id": self.case.id,
                "title": "note",
                "origin_model": "mail.message",
                "origin_id": note.id,
            }
        )
        self._add("good.pdf", pdf("good"))
        file = self._build()
        self.assertEqual(file.exhibit_count, 1)
        self.assertNotIn("secret", "".join(self._texts(file)))

    def test_scripts_and_links_of_a_pdf_stay_behind(self):
        writer, target = PdfFileWriter(), io.BytesIO()
        writer.addPage(PdfFileReader(io.BytesIO(pdf("page"))).pages[0])
        action = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): create_string_object("app.alert('x')"),
            }
        )
        writer._root_object[NameObject("/OpenAction")] = action
        writer.add_attachment("evil.exe", b"MZ evil")
        writer.pages[0][NameObject("/AA")] = DictionaryObject(
            {NameObject("/O"): action}
        )
        writer.write(target)
        self._add("js.pdf", target.getvalue())
        raw = self._build()._stored("pdf_file").raw
        for word in (b"app.alert", b"evil", b"/JavaScript", b"/AA"):
            self.assertNotIn(word, raw)

    # ------------------------------------------------------------------- rights

    def test_only_what_the_asker_may_read(self):
        """The rights of who asked, not those of the worker."""
        secret = self._attach(self.company, "commande.pdf", pdf("secret"))
        self.env["ir.rule"].create(
            {
                "name": "secret",
                "model_id": self.env.ref("base.model_ir_attachment").id,
                "domain_force": [("id", "!=", secret.id)],
            }
        )
        rows = self.env["dunning.case.exhibit"].sudo()._trusted()
        rows.create(
            {
                "case_id": self.case.id,
                "title": "secret order",
                "origin_model": "ir.attachment",
                "origin_id": secret.id,
            }
        )
        self._add("good.pdf", pdf("good"))
        file = self._build(self.case.with_user(self.people["user"]))
        self.assertEqual((file.state, file.exhibit_count), ("ready", 1))
        self.assertIn("may not read", file.problems)
        self.assertEqual(file.user_id, self.people["user"])

    def test_who_lost_the_rights_gets_no_file(self):
        self._add("good.pdf", pdf("good"))
        self.case.with_user(self.people["user"]).action_build_file()
        self.people["user"].active = False
        with mute_logger(BUILD):
            self.env["dunning.court.file"]._process_queue()
        file = self.case.court_file_id
        self.assertEqual(file.state, "failed")
        self.assertIn("may not read", file.failure_reason)
        self.people["user"].active = True

    def test_another_company_sees_no_file(self):
        self._add("good.pdf", pdf("good"))
        file = self._build()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="file_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for records in (file, file.line_ids, file._stored("pdf_file").sudo(False)):
            seen = records.with_user(stranger)
            with (
                self.subTest(records._name),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                seen.read()

    # ---------------------------------------------------------------- tampering

    def test_a_file_never_changes(self):
        self._add("good.pdf", pdf("good"))
        file = self._build()
        self.assertTrue(file.is_intact)
        self.env.invalidate_all()  # as a form reads it
        self.assertTrue(file.with_context(bin_size=True).is_intact)
        stored = file._stored("pdf_file")
        for attempt in (
            lambda: file.write({"page_count": 9}),
            lambda: file.sudo().write({"state": "failed"}),
            file.unlink,
            file.copy,
            lambda: file.create({"name": "x", "case_id": self.case.id, "version": 9}),
            lambda: file.line_ids.sudo().write({"title": "x"}),
            file.line_ids.sudo().unlink,
            lambda: stored.write({"raw": pdf("other")}),
            stored.unlink,
            lambda: file.with_context(dunning_proof=True).sudo().write({"version": 3}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        self.assertTrue(file.is_intact)

    def test_a_swap_behind_the_orm_shows(self):
        self._add("good.pdf", pdf("good"))
        file = self._build()
        other = self._attach(self.invoice, "other.pdf", pdf("other"))
        self.env.cr.execute(
            "UPDATE ir_attachment file SET store_fname = other.store_fname,"
            " db_datas = other.db_datas FROM ir_attachment other"
            " WHERE other.id = %s AND file.id = %s",
            [other.id, file._stored("zip_file").id],
        )
        self.env.invalidate_all()
        self.assertFalse(file.is_intact)
        logs = "".join(self.case.message_ids.mapped("body"))
        self.assertIn(file.zip_sha256, logs)
        self.assertIn(file.pdf_sha256, logs)
        digest = hashlib.sha256(file._stored("pdf_file").raw).hexdigest()
        self.assertEqual(digest, file.pdf_sha256)

    # ----------------------------------------------------------------- versions

    def test_built_again_it_is_another_version(self):
        self._add("good.pdf", pdf("good"))
        first = self._build()
        self._add("more.pdf", pdf("more"))
        second = self._build()
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertEqual((first.exhibit_count, second.exhibit_count), (1, 2))
        self.assertNotIn("more", "".join(self._texts(first)))

    def test_one_at_a_time(self):
        self._add("good.pdf", pdf("good"))
        self.case.action_build_file()
        self.case.action_build_file()
        self.assertEqual(len(self.case.court_file_ids), 1)
        self.assertEqual(self.case.court_file_state, "queued")

    # ------------------------------------------------------------------- worker

    def test_an_exhibit_that_kills_its_workers_is_left_out(self):
        """Two workers died over the first one: the others go on."""
        self._two_kinds()
        self.case.action_build_file()
        file = self.case.court_file_id.sudo()._proof_unlocked()
        file._list_exhibits()
        file.write({"state": "building", "attempts": 2})
        file._process_queue()
        self.assertEqual((file.state, file.exhibit_count), ("ready", 3))
        self.assertIn("order", file.problems)

    def test_what_was_made_is_not_made_again(self):
        self._two_kinds()
        self.case.action_build_file()
        file = self.case.court_file_id.sudo()._proof_unlocked()
        file._begin()
        file.line_ids[0]._make({})
        kept = file.line_ids[0]._held()
        self.case.exhibit_ids._sorted()[0].unlink()  # a killed worker, a hasty user
        file._process_queue()
        self.assertEqual((file.state, file.exhibit_count), ("ready", 4))
        texts = self._texts(file)
        self.assertIn("BORDEREAU DES PIÈCES", texts[0], "as asked, not as it is now")
        self.assertIn("the order", texts[1])
        self.assertFalse(kept.exists(), "held only until the file is ready")

    def test_the_worker_stops_in_time(self):
        """Late as it may be, each round makes one exhibit: none is taken for deadly."""
        self._two_kinds()
        self.case.action_build_file()
        file = self.case.court_file_id.sudo()._proof_unlocked()
        for made in (1, 2, 3):
            file._serve(0)
            self.assertEqual((file.state, len(file._unmade())), ("building", 4 - made))
        file._serve(0)
        self.assertEqual((file.state, file.exhibit_count), ("ready", 4))
        self.assertNotIn("left_out", file.line_ids.mapped("how"))
