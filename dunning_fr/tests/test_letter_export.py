"""Letters as one sorted bundle, and as files for a postal provider."""

import base64
import csv
import io
import zipfile

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common_send import SendCommon


class TestLetterExport(SendCommon):
    def setUp(self):
        super().setUp()
        belgium = self.env.ref("base.be").id
        self.lyon = self._made("Lyon", "registered_letter", formal=True)
        self.paris = self._made("Paris", "letter", zip="75001", city="Paris")
        self.ghent = self._made(
            "Gand", "letter", zip="9000", city="Gand", country_id=belgium
        )
        self.nice = self._made(
            "=Nice", "registered_letter", formal=True, zip="06000", city="Nice"
        )
        self.notices = self.lyon + self.paris + self.ghent + self.nice

    def _made(self, name, *codes, formal=False, **values):
        notice = self._queue(self._debtor(name, *codes, formal=formal, **values))
        self._letter(notice)
        trusted = notice.sudo()._proof_unlocked()
        trusted.attachment_id.raw = self._pdf(name)
        trusted.content_hash = trusted._content_digest()
        return notice

    def _pdf(self, text):
        stream = io.BytesIO()
        page = Canvas(stream)
        page.drawString(100, 700, text)
        page.save()
        return stream.getvalue()

    def _wizard(self, **values):
        wizard_id = self.notices.action_print_letters()["res_id"]
        wizard = self.env["dunning.letter.print"].with_user(self.collector)
        wizard = wizard.browse(wizard_id)
        wizard.write({"with_list": False, **values})
        return wizard

    def _pages(self, **values):
        file = base64.b64decode(self._wizard(**values).file)
        pages = PdfReader(io.BytesIO(file)).pages
        return [page.extract_text().strip() for page in pages]

    def _exported(self, wizard):
        """Return (names in the ZIP, rows of its CSV as dicts)."""
        action = wizard.action_export()
        self.assertEqual(action["type"], "ir.actions.act_url")
        content = base64.b64decode(wizard.export_file)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            text = archive.read("letters.csv").decode("utf-8-sig")
            self.archive = {name: archive.read(name) for name in names}
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
        return names, list(reader)

    # ---------------------------------------------------------------------- bundle

    def test_the_bundle_is_sorted_as_wished_registered_first(self):
        for sort_by, expected in (
            ("reference", ["Lyon", "=Nice", "Paris", "Gand"]),
            ("name", ["=Nice", "Lyon", "Gand", "Paris"]),
            ("zip", ["=Nice", "Lyon", "Paris", "Gand"]),  # France first
        ):
            with self.subTest(sort_by):
                self.assertEqual(self._pages(sort_by=sort_by), expected)

    def test_registered_and_plain_apart(self):
        self.assertEqual(
            self._pages(content="registered", sort_by="zip"), ["=Nice", "Lyon"]
        )
        self.assertEqual(self._pages(content="plain", sort_by="zip"), ["Paris", "Gand"])
        wizard = self._wizard(content="plain")
        self.assertEqual((wizard.letter_count, wizard.registered_count), (2, 0))
        action = wizard.action_register_posting()
        self.assertEqual(
            set(action["context"]["active_ids"]), set((self.paris + self.ghent).ids)
        )

    def test_the_front_list_names_each_letter(self):
        wizard_id = self.notices.action_print_letters()["res_id"]
        wizard = self.env["dunning.letter.print"].with_user(self.collector)
        wizard = wizard.browse(wizard_id)
        self.assertTrue(wizard.with_list, "more than one letter")
        wizard = wizard.with_context(force_report_rendering=True)
        wizard.sort_by = "zip"
        pages = PdfReader(io.BytesIO(base64.b64decode(wizard.file))).pages
        front = pages[0].extract_text()
        for notice in self.notices:
            self.assertIn(notice.name, front)
        self.assertIn("5 avenue des Tilleuls", front)
        self.assertLess(front.index("Registered letters (2)"), front.index("Plain"))
        self.assertEqual(len(pages), 5)

    # ---------------------------------------------------------------------- export

    def test_one_pdf_each_and_their_addresses(self):
        names, rows = self._exported(self._wizard(sort_by="zip"))
        files = [f"{n.name.replace('/', '-')}.pdf" for n in self._by_zip()]
        self.assertEqual(names, [*files, "letters.csv"])
        self.assertEqual([row["fichier"] for row in rows], files)
        self.assertEqual(
            [row["type"] for row in rows],
            ["recommande_ar", "recommande_ar", "simple", "simple"],
        )
        self.assertEqual({row["pages"] for row in rows}, {"1"})
        nice, _lyon, paris, ghent = rows
        self.assertEqual(nice["destinataire_1"], "'=Nice", "no formula")
        self.assertEqual(
            [paris[f"destinataire_{i}"] for i in range(1, 7)],
            ["Paris", "5 avenue des Tilleuls", "75001 PARIS", "", "", ""],
        )
        self.assertEqual(ghent["destinataire_4"], "BELGIUM")
        self.assertEqual((paris["pays"], ghent["pays"]), ("FR", "BE"))
        self.assertEqual(paris["expediteur_3"], "75002 PARIS")
        for row in rows:
            page = PdfReader(io.BytesIO(self.archive[row["fichier"]])).pages[0]
            notice = self.notices.filtered(
                lambda n, row=row: n.name == row["reference"]
            )
            self.assertEqual(page.extract_text().strip(), notice.partner_id.name)

    def _by_zip(self):
        return self.nice + self.lyon + self.paris + self.ghent

    def test_a_long_address_keeps_six_lines_of_38_signs(self):
        """NF Z10-011; the town stays, in capitals."""
        notice = self._made(
            "Société coopérative agricole des producteurs réunis du val de Saône",
            "letter",
            street="Zone industrielle des Grandes Terres de la Plaine du Rhône",
            street2="Bâtiment administratif B, troisième étage, porte gauche",
        )
        self.notices = notice
        _names, [row] = self._exported(self._wizard())
        lines = [row[f"destinataire_{i}"] for i in range(1, 7)]
        self.assertLessEqual(max(map(len, lines)), 38)
        self.assertEqual([line for line in lines if line][-1], "69003 LYON")

    def test_exporting_is_not_posting(self):
        self._exported(self._wizard())
        self.assertEqual(set(self.notices.mapped("state")), {"queued"})
        self.assertFalse(any(self.notices.mapped("posted_date")))
        dispatches = self.notices.dispatch_ids
        self.assertTrue(all(dispatches.mapped("exported_on")))
        self.assertEqual(dispatches.exported_by, self.collector)
        log = str(self.lyon.debtor_id.sudo().message_ids[:1].body)
        self.assertIn("not posted yet", log)

    def test_nothing_is_handed_over_twice_by_mistake(self):
        self._exported(self._wizard(content="plain"))
        wizard = self._wizard()
        self.assertEqual(set(wizard.exported_ids), set(self.paris + self.ghent))
        _names, rows = self._exported(wizard)
        self.assertEqual(
            {row["reference"] for row in rows}, {self.lyon.name, self.nice.name}
        )
        with self.assertRaisesRegex(UserError, "Export these again"):
            self._wizard().action_export()
        _names, rows = self._exported(self._wizard(export_again=True))
        self.assertEqual(len(rows), 4)

    def test_posted_letters_are_not_exported(self):
        self.notices.write({"posted_date": "2026-03-17"})
        with self.assertRaisesRegex(UserError, "they are posted"):
            self._wizard(export_again=True).action_export()

    def test_the_provider_answers_with_the_same_references(self):
        """What we export is what the import of tracking data reads."""
        _names, rows = self._exported(self._wizard(content="registered"))
        text = "reference;statut;date\n" + "".join(
            f"{row['reference']};déposé;17/03/2026\n" for row in rows
        )
        wizard = (
            self.env["dunning.tracking.import"]
            .with_user(self.collector)
            .create({"file": base64.b64encode(text.encode())})
        )
        wizard.action_import()
        self.assertEqual(
            set((self.lyon + self.nice).mapped("delivery_outcome")), {"posted"}
        )

    def test_the_mark_is_written_by_its_own_method_only(self):
        reader = new_test_user(
            self.env, login="exporter", groups="account.group_account_readonly"
        )
        dispatch = self.paris.dispatch_ids
        for env in (self.collector, self.env.user):
            with self.assertRaises(UserError):
                dispatch.with_user(env).write({"exported_on": False})
        wizard = self._wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(reader).action_export()
