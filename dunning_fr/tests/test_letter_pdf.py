import io
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from unittest.mock import patch

from lxml import html
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..models import dunning_letter_pdf_mixin
from .common_letter import TODAY, LetterCommon

MM = 25.4 / 72
LAST_WORDS = "salutations distinguées|Bien cordialement|Yours faithfully"
LOGGER = "odoo.addons.dunning_fr.models.dunning_letter_pdf_mixin"
ENGINE_LOGGER = "odoo.addons.base.models.ir_actions_report"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestLetterPdf(LetterCommon):
    """The letter on paper: where things stand, what splits, what fails."""

    @staticmethod
    def _places(pdf, page=0):
        """Return [(x, y, text)] in millimetres from the top left corner."""
        sheet = PdfReader(io.BytesIO(pdf)).pages[page]
        height, found = float(sheet.mediabox.height), []

        def visit(text, cm, tm, _font, _size):
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                found.append((x * MM, (height - y) * MM, " ".join(text.split())))

        sheet.extract_text(visitor_text=visit)
        return found

    @staticmethod
    def _pages(pdf):
        """Return the text of each page."""
        pages = PdfReader(io.BytesIO(pdf)).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    def _text(self, pdf):
        return " ".join(self._pages(pdf))

    def _letter(self, notice):
        pdf, error = self._frozen(notice)._render_letters()[notice.id]
        self.assertFalse(error)
        return pdf

    def _address(self, **address):
        return self._notice(
            "professional", 3, partner=self._debtor("professional", **address)
        )

    # --------------------------------------------------------------- geometry

    def _check_window(self, pdf, lines):
        """Box 85 x 33 mm at x 110, y 55; nothing else at x > 90, 40 < y < 95."""
        places = self._places(pdf)
        shown = [place for place in places if place[0] > 90 and 40 < place[1] < 95]
        self.assertEqual([place[2] for place in shown], lines)
        for x, y, text in shown:
            self.assertAlmostEqual(x, 110, delta=0.6, msg=text)
            self.assertTrue(55 < y < 88, text)
        right = max(x + len(text) * 1.0 for x, _y, text in shown)
        self.assertLess(right, 195)
        # what stands on the left of the window ends before it, too
        left = [x + len(t) * 1.3 for x, y, t in places if x < 90 and 40 < y < 95]
        self.assertLess(max(left), 90)
        self.assertFalse([p for p in places if p[0] > 90 and p[1] < 40])

    def test_window_with_a_short_address(self):
        notice = self._address()
        pdf = self._letter(notice)
        self._check_window(
            pdf, ["Durand & Fils SARL", "5 avenue des Tilleuls", "69003 LYON"]
        )

    def test_window_with_a_long_address(self):
        """Six lines, the town in capitals last; long lines are wrapped."""
        notice = self._address(
            name="Société coopérative agricole des producteurs réunis du val de Saône",
            street="Zone industrielle de la Croix-Blanche, bâtiment Émile Zola",
            street2="BP 12345",
            zip="71100",
            city="Saint-Rémy-lès-Chalon",
        )
        self._check_window(
            self._letter(notice),
            [
                "Société coopérative agricole des",
                "producteurs réunis du val de Saône",
                "Zone industrielle de la Croix-Blanche,",
                "bâtiment Émile Zola",
                "BP 12345",
                "71100 SAINT-RÉMY-LÈS-CHALON",
            ],
        )

    def test_window_abroad(self):
        notice = self._address(
            name="Peeters NV",
            zip="1000",
            city="Bruxelles",
            country_id=self.env.ref("base.be").id,
        )
        pdf = self._letter(notice)
        country = notice.recipient_address.splitlines()[-1]
        self.assertEqual(country, country.upper())
        lines = [text for _x, _y, text in self._places(pdf)]
        self.assertIn("1000 BRUXELLES", lines)
        self._check_window(
            pdf, ["Peeters NV", "5 avenue des Tilleuls", "1000 BRUXELLES", country]
        )

    def test_subject_stands_below_the_window(self):
        pdf = self._letter(self._notice("consumer", 3))
        y = [
            y for _x, y, text in self._places(pdf) if "Mise en demeure de payer" in text
        ]
        self.assertTrue(y and min(y) > 95)

    def test_text_ends_inside_the_margins(self):
        for x, y, text in self._places(self._letter(self._notice("professional", 3))):
            self.assertTrue(19 < x < 195 and 12 < y < 288, text)

    # ---------------------------------------------------------------- content

    def test_what_a_letter_must_say(self):
        """R5.12 and R10.3: creditor, debtor, amounts, deadline, account, signature."""
        notice = self._notice("professional", 3)
        text = self._text(self._letter(notice))
        for said in (
            f"Notre référence : {notice.name}",
            "SAS au capital de 10 000 €",
            "RCS Paris 732 829 320",
            "12 rue de la Paix",
            "Paris, le 19 août 2026",
            "Objet : Mise en demeure de payer",
            "FR76 3000 6000 0112 3456 7890 189",
            "1er septembre 2026",
            "Claire Martin",
        ):
            self.assertIn(said, text)

    def test_annex_beyond_twelve_invoices(self):
        counts = {}
        for count in (12, 13, 40):
            notice = self._notice("professional", 1, count=count)
            pdf = self._letter(notice)
            text = self._text(pdf)
            for line in notice.line_ids:
                self.assertIn(line.move_name, text)
            self.assertEqual(f"Annexe au courrier {notice.name}" in text, count > 12)
            counts[count] = len(PdfReader(io.BytesIO(pdf)).pages)
        self.assertIn("40 factures, pour un total de", text)
        self.assertEqual(counts, {12: 1, 13: 2, 40: 2})
        first = " ".join(place[2] for place in self._places(pdf))
        self.assertNotIn(line.move_name, first)

    def test_the_text_of_up_to_four_invoices_fits_one_page(self):
        """Formula, signature and enclosures too; a calculation may follow."""
        for kind, level, lang in (
            ("professional", 1, "fr_FR"),
            ("professional", 2, "fr_FR"),
            ("professional", 3, "fr_FR"),
            ("professional", 3, "en_US"),
            ("professional", 4, "fr_FR"),
            ("consumer", 2, "fr_FR"),
            ("consumer", 3, "fr_FR"),
            ("non_professional", 3, "fr_FR"),
            ("public", 2, "fr_FR"),
            ("public", 3, "fr_FR"),
        ):
            for count in (1, 4):
                with self.subTest(kind=kind, level=level, lang=lang, count=count):
                    pdf = self._letter(self._notice(kind, level, lang, count))
                    pages = self._pages(pdf)
                    self.assertRegex(pages[0], LAST_WORDS)
                    if kind == "professional" and level > 1:
                        self.assertIn("Claire Martin", pages[0])
                    for page in pages[1:]:
                        self.assertRegex(page, "Annexe|Annex|Mise en demeure")

    def test_the_signature_is_never_alone_on_a_page(self):
        """The formula and the last paragraph go with it, wherever the page ends."""
        for count in range(5, 13):
            with self.subTest(count=count):
                pages = self._pages(
                    self._letter(self._notice("professional", 3, count=count))
                )
                [page] = [page for page in pages if "Claire Martin" in page]
                self.assertIn("Veuillez agréer", page)
                self.assertIn("avant tout virement", page)

    def test_one_space_before_a_word_in_bold(self):
        """The engine measures words finely enough: no gap, nothing glued."""
        pdf = self._letter(self._notice("professional", 3))
        places = self._places(pdf)
        [(start, line, words)] = [p for p in places if p[2].endswith("somme de")]
        amount = next(p for p in places if p[1] == line and p[0] > start)
        # Liberation Sans has the widths of Helvetica
        width = stringWidth(f"{words} ", "Helvetica", 9) * MM
        self.assertAlmostEqual(amount[0] - start, width, delta=0.4)
        self.assertIn("€", amount[2])

    def test_sepa_code_only_for_the_account_that_is_printed(self):
        notice = self._frozen(self._notice("professional", 1))

        def images():
            pdf = notice._render_letters()[notice.id][0]
            return len(PdfReader(io.BytesIO(pdf)).pages[0].images)

        self.assertEqual(images(), 1)
        other = self.bank.copy({"acc_number": "FR1420041010050500013M02606"})
        self.company.dunning_bank_account_id = other
        self.assertEqual(images(), 0)

    # ------------------------------------------------------------------ batch

    def test_one_heading_for_each_letter(self):
        """Odoo splits a batch by the headings: one more, and letters mix."""
        notices = self._notice("professional", 3) | self._notice("consumer", 1)
        text = notices[0].level_id.template_id
        source = text.with_context(lang="fr_FR").body_html
        text.with_context(lang="fr_FR").body_html = f"<h2>Un titre</h2>{source}"
        self._frozen(notices)
        self.assertIn("<h2>", notices[0].body)
        page = self.env["ir.actions.report"]._render_qweb_html(
            "dunning_fr.report_dunning_notice", notices.ids
        )[0]
        for article in html.fromstring(page).find_class("article"):
            headings = article.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6")
            self.assertEqual([heading.tag for heading in headings], ["h1"])

    def test_many_letters_in_one_call(self):
        """Each gets its own pages, whatever their number."""
        notices = self.env["dunning.notice"]
        for kind, level, count in (
            ("professional", 3, 3),
            ("consumer", 1, 1),
            ("professional", 1, 14),
            ("public", 2, 2),
        ):
            notices |= self._frozen(self._notice(kind, level, count=count))
        with self._engine(LOGGING) as log:
            letters = notices._render_letters()
        self.assertEqual(len(log()), 1, "one call of the engine for all")
        self.assertEqual(set(letters), set(notices.ids))
        for notice in notices:
            pdf, error = letters[notice.id]
            self.assertFalse(error)
            text = self._text(pdf)
            self.assertIn(notice.name, text)
            for other in notices - notice:
                self.assertNotIn(other.name, text)

    # ---------------------------------------------------------------- engines

    @contextmanager
    def _engine(self, script=None):
        """Put a wkhtmltopdf of our own first on the PATH (none: take it away)."""
        real = shutil.which("wkhtmltopdf")
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        calls = os.path.join(folder, "calls")
        if script:
            engine = os.path.join(folder, "wkhtmltopdf")
            with open(engine, "w", encoding="utf-8") as stream:
                stream.write(script.format(real=real, calls=calls))
            os.chmod(engine, os.stat(engine).st_mode | stat.S_IXUSR)
        path = f"{folder}{os.pathsep}{os.environ['PATH']}" if script else folder
        _wkhtml.cache_clear()
        self.addCleanup(_wkhtml.cache_clear)
        with patch.dict(os.environ, {"PATH": path}):
            yield lambda: self._lines(calls)
        _wkhtml.cache_clear()

    @staticmethod
    def _lines(path):
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as stream:
            return stream.readlines()

    def _two(self):
        return self._frozen(
            self._notice("professional", 1) | self._notice("consumer", 1)
        )

    def test_unpatched_engine_renders_one_by_one(self):
        notices = self._two()
        with self._engine(UNPATCHED) as log:
            letters = notices._render_letters()
        self.assertEqual(len(log()), 2)
        for notice in notices:
            self.assertFalse(letters[notice.id][1])
            self.assertIn(notice.name, self._text(letters[notice.id][0]))

    @mute_logger(LOGGER, ENGINE_LOGGER)
    def test_missing_engine_names_each_notice_and_the_remedy(self):
        notices = self._two()
        with self._engine():
            letters = notices._render_letters()
        for notice in notices:
            pdf, error = letters[notice.id]
            self.assertIsNone(pdf)
            self.assertIn(notice.name, error)
            self.assertIn("wkhtmltopdf is not installed", error)

    @mute_logger(LOGGER, ENGINE_LOGGER)
    def test_failing_engine_gives_reasons_not_exceptions(self):
        notices = self._two()
        for script, reason in (
            (CRASHING, "Wkhtmltopdf failed"),
            (SILENT, "returned nothing"),
            (GARBLED, "broken file"),
        ):
            with self.subTest(reason=reason), self._engine(script):
                for notice_id, (pdf, error) in notices._render_letters().items():
                    self.assertIsNone(pdf)
                    self.assertIn(notices.browse(notice_id).name, error)
                    self.assertIn(reason, error)

    @mute_logger(LOGGER, ENGINE_LOGGER)
    def test_one_letter_that_breaks_the_engine_does_not_stop_the_others(self):
        """The batch fails; each is tried alone; only the bad one stays behind."""
        notices = self._two()
        bad = notices[0]
        with self._engine(CHOOSY.replace("BAD", bad.name)):
            letters = notices._render_letters()
        self.assertIn(bad.name, letters[bad.id][1])
        self.assertTrue(letters[notices[1].id][0])

    @mute_logger(LOGGER, ENGINE_LOGGER)
    def test_a_letter_of_another_is_refused(self):
        """What the engine returns must show the letter's own reference."""
        notices = self._two()
        other = notices[1]._render_letters()[notices[1].id][0]
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(other)
            file.flush()
            with self._engine(SAME.replace("FILE", file.name)):
                letters = notices._render_letters()
        self.assertIn("own reference", letters[notices[0].id][1])
        self.assertTrue(letters[notices[1].id][0])

    def test_the_fast_look_reads_what_a_library_reads(self):
        for notice in self._two():
            pdf = self._letter(notice)
            for page in PdfReader(io.BytesIO(pdf)).pages:
                text = dunning_letter_pdf_mixin._extracted(page)
                self.assertIn("".join(notice.name.split()), text)
                self.assertEqual(dunning_letter_pdf_mixin._shown_text(page), text)

    def test_a_page_of_another_engine_is_read_by_the_library(self):
        """Text in plain strings, as other programs write it, and an empty page."""
        notice = self._two()[0]
        for shown, problem in ((notice.name, False), ("", True)):
            sheet = io.BytesIO()
            canvas = Canvas(sheet)
            canvas.drawString(72, 700, shown)
            canvas.showPage()
            canvas.save()
            found = notice._letter_pdf_problem(sheet.getvalue())
            self.assertEqual(bool(found), problem, found)

    def test_nothing_to_render(self):
        self.assertEqual(self.env["dunning.notice"]._render_letters(), {})

    def test_a_draft_says_so(self):
        notice = self._notice("professional", 1)
        pdf, error = notice._render_letters()[notice.id]
        self.assertFalse(error)
        text = self._text(pdf)
        self.assertIn("Projet, non envoyé", text)
        self.assertIn("Durand & Fils SARL", text)
        self.assertFalse(notice.body)

    def test_the_mark_of_a_draft_stands_apart_from_the_subject(self):
        """Beside the date, more than a line of text above the subject (millimetres)."""
        notice = self._notice("professional", 1)
        places = self._places(notice._render_letters()[notice.id][0])
        [mark] = [y for _x, y, text in places if "Projet, non" in text]
        [subject] = [y for _x, y, text in places if "Objet" in text]
        self.assertGreater(subject - mark, 6)


PATCHED = (
    'case "$*" in --version) echo "wkhtmltopdf 0.12.6 (with patched qt)"; exit;; esac\n'
)
LOGGING = "#!/bin/sh\n" + PATCHED + 'echo call >> "{calls}"\nexec "{real}" "$@"\n'
UNPATCHED = (
    '#!/bin/sh\ncase "$*" in --version) echo "wkhtmltopdf 0.12.6"; exit;; esac\n'
    'echo call >> "{calls}"\nexec "{real}" "$@"\n'
)
CRASHING = "#!/bin/sh\n" + PATCHED + "echo no memory >&2\nexit 3\n"
SILENT = "#!/bin/sh\n" + PATCHED + "exit 0\n"
GARBLED = (
    "#!/bin/sh\n" + PATCHED + 'for last; do :; done\necho "%PDF-1.4 no" > "$last"\n'
)
CHOOSY = (
    "#!/bin/sh\n"
    + PATCHED
    + 'for file; do case "$file" in *.html) '
    + 'grep -q "BAD" "$file" && exit 3;; esac; done\n'
    + 'exec "{real}" "$@"\n'
)
SAME = "#!/bin/sh\n" + PATCHED + 'for last; do :; done\ncp "FILE" "$last"\n'
