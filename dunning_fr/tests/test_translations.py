"""The French of the screens: complete, faithful to its source, typeset as in print."""

import io
import re

import polib
from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export

PLACEHOLDER = re.compile(r"%\(\w+\)s|%s")
TAG = re.compile(r"<[^>]+>")
NOT_TEXT = re.compile(r"<[^>]+>|\{\{.*?\}\}|%\(\w+\)s|%s")
EXPRESSION = re.compile(r't-(?:out|if|elif)="([^"]*)"')
# The European order for payment: told to debtors abroad, in the letters of abroad
ONLY_IN_ENGLISH = {"object.is_european_order_possible"}
# What French printing never shows: a typewriter's apostrophe, three dots for an
# ellipsis, a line that could break before a mark or inside guillemets, and the narrow
# space that wkhtmltopdf draws as a box.
FAULTS = {
    "straight apostrophe": re.compile(r"\w'\w"),
    "three dots": re.compile(r"\.\.\."),
    "breaking space before a mark": re.compile(r" (?:[;?!»€]|[:%](?=\s|$))"),
    "breaking space in guillemets": re.compile(r"« | »"),
    "no space before a high mark": re.compile(r"[^\W_][;?!»](?=\s|$)"),
    "narrow space": re.compile("\u202f"),
}
# Words that French and English share, names, and technical names nobody reads. As the
# OCA wants it, the file leaves them empty: Odoo then shows the source.
SAME = {
    "%(case)s – page %(page)s/%(total)s",
    "%(channel)s: %(reason)s",
    "%(fact)s (%(reason)s)",
    "%(fact)s: %(value)s",
    "%(field)s (%(record)s)",
    "%(name)s: %(detail)s",
    "%(label)s, %(tax)s",
    "%(notice)s: %(error)s",
    "%(number)s – %(kind)s",
    "%(step)s: %(entry)s",
    "%(task)s (%(day)s)",
    ", version",
    "10 000 €",
    "40 €",
    "<strong>Total</strong>",
    '<span class="page"/> / <span class="topage"/>',
    "Archive",
    "Artisan",
    "Association %s.",
    "BIC",
    "CCAG",
    "Chirographaire",
    "Code",
    "Commissaire de justice",
    "Commission",
    "Conciliation",
    "Condition",
    "Conditions",
    "Configuration",
    "Contact",
    "Contacts",
    "Important",
    "Urgent",
    "DUPLICATA",
    "Date",
    "Document",
    "Document %s",
    "Extension",
    "IBAN",
    "ID",
    "Journal",
    "Lyon",
    "Mandat ad hoc",
    "Message",
    "Messages",
    "Nature",
    "Note",
    "Obstacle",
    "Option",
    "PDF",
    "Pages",
    'Page <span class="page"/> / <span class="topage"/>',
    "Point",
    "Possible",
    "Principal",
    "SAS",
    "SAS, SARL, EI…",
    "SHA-256",
    "SIREN",
    "SIREN %s.",
    "Signature",
    "Simulation",
    "Source",
    "Stable",
    "Suggestion",
    "Total",
    "Tribunal de commerce",
    "Tribunal des activités économiques",
    "Tribunal judiciaire",
    "Version",
    "XLSX",
    "id",
    "object._file_name()[:-4]",
    "object.display_name.replace('/', '-')",
    "'Duplicata - %s' % (object.name or '').replace('/', '-')",
    "object.name.replace('/', '-')",
    "partner_id",
    '–\n                        Page <span class="page"/> / <span class="topage"/>',
}

# Pixels: a letter of a column's title, on average, and the margins beside it
LETTER, MARGIN = 6.3, 12


def _without_spacing(text):
    return text.replace("\u00a0", " ").replace(" :", ":").replace("’", "'")


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = file_path("dunning_fr/i18n/fr.po")
        cls.french = {
            entry.msgid: entry for entry in polib.pofile(path).translated_entries()
        }

    def test_no_title_of_a_column_is_cut(self):
        """A column of a set width holds its French title, whole."""
        self.env["res.lang"]._activate_lang("fr_FR")
        data = self.env["ir.model.data"].search(
            [("module", "=", "dunning_fr"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        checked = 0
        for view in views.filtered("model"):
            arch = etree.fromstring(view.arch_db)
            for node in arch.iterfind(".//list/field[@width]"):
                checked += self._check_title(view, node)
        self.assertGreater(checked, 10)

    def _check_title(self, view, node):
        """Check one column against the width of letters in Odoo's lists."""
        title = node.get("string")
        if title is None:
            model = self.env[view.model].with_context(lang="en_US")
            for parent in reversed(list(node.iterancestors("field"))):
                model = model[parent.get("name")]
            title = model.fields_get([node.get("name")])[node.get("name")]["string"]
        french = self.french[title].msgstr if title in self.french else title
        with self.subTest(view=view.name, column=french):
            width = int(node.get("width").removesuffix("px"))
            self.assertGreaterEqual(width, LETTER * len(french.strip()) + MARGIN)
        return 1

    def _exported_terms(self):
        with io.BytesIO() as target:
            trans_export(None, ["dunning_fr"], target, "po", self.env)
            text = target.getvalue().decode()
        return [entry for entry in polib.pofile(text) if self._is_ours(entry)]

    def _is_ours(self, entry):
        """Fields that other modules put on our models are theirs to translate."""
        return any(
            not place.startswith("model:ir.model.fields,")
            or self._is_our_field(place.partition(",")[2].partition(":")[2])
            for place, _line in entry.occurrences
        )

    def _is_our_field(self, xmlid):
        record = self.env.ref(xmlid)
        return "dunning_fr" in self.env[record.model]._fields[record.name]._modules

    def _faults(self, found):
        return "\n".join(sorted(found))

    def test_every_term_has_its_french(self):
        missing = [
            entry.msgid
            for entry in self._exported_terms()
            if entry.msgid not in SAME
            and (entry.msgid not in self.french or not self.french[entry.msgid].msgstr)
        ]
        self.assertFalse(missing, "no French for:\n" + self._faults(missing))

    def test_every_place_of_a_term_is_named(self):
        """Odoo translates a field or a view only at the places that the file names."""
        known = {
            (entry.msgid, place)
            for entry in self.french.values()
            for place, _line in entry.occurrences
        }
        found = [
            f"{entry.msgid}: {place}"
            for entry in self._exported_terms()
            for place, _line in entry.occurrences
            if place.startswith("model")
            and entry.msgid in self.french
            and (entry.msgid, place) not in known
        ]
        self.assertFalse(found, "not translated at:\n" + self._faults(found))

    def test_placeholders_are_those_of_the_source(self):
        found = [
            entry.msgid
            for entry in self.french.values()
            if sorted(PLACEHOLDER.findall(entry.msgid))
            != sorted(PLACEHOLDER.findall(entry.msgstr))
        ]
        self.assertFalse(found, self._faults(found))

    def test_markup_is_that_of_the_source(self):
        """Screens keep their tags; letters may say a thing in other sentences, but
        stay well formed."""
        for entry in self.french.values():
            tags = TAG.findall(entry.msgstr)
            places = [place for place, _line in entry.occurrences]
            with self.subTest(term=entry.msgid):
                if any(place.startswith("model_terms:ir.ui.view") for place in places):
                    self.assertEqual(sorted(TAG.findall(entry.msgid)), sorted(tags))
                elif any("body_html" in place for place in places):
                    etree.fromstring(f"<body>{entry.msgstr}</body>")

    def test_letters_and_scripts_keep_what_they_say(self):
        """The French of a text names and asks what its source does, at least."""
        texts = [
            entry
            for entry in self.french.values()
            if any("body_html" in place for place, _line in entry.occurrences)
        ]
        self.assertGreater(len(texts), 15)
        for entry in texts:
            asked = set(EXPRESSION.findall(entry.msgid)) - ONLY_IN_ENGLISH
            with self.subTest(text=entry.occurrences[0][0]):
                self.assertLessEqual(asked, set(EXPRESSION.findall(entry.msgstr)))

    def test_typography(self):
        found = [
            f"{fault}: {entry.msgstr}"
            for entry in self.french.values()
            for fault, pattern in FAULTS.items()
            if pattern.search(NOT_TEXT.sub("\u2060", entry.msgstr))
        ]
        self.assertFalse(found, self._faults(found))

    def test_no_english_is_left(self):
        found = [
            entry.msgid
            for entry in self.french.values()
            if entry.msgid not in SAME
            and _without_spacing(entry.msgid) == _without_spacing(entry.msgstr)
        ]
        self.assertFalse(found, self._faults(found))

    def test_a_refusal_speaks_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        notices = self.env["dunning.notice"].with_context(lang="fr_FR")
        with self.assertRaisesRegex(UserError, "ne peut pas être dupliquée"):
            notices.copy()

    def test_default_policies_have_french_names(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        policies = self.env["dunning.policy"]
        company = self.env["res.company"].create({"name": "Nouvelle société"})
        policies._create_defaults(company)
        found = policies.search(
            [("company_id", "=", company.id), ("default_for_kind", "=", "public")]
        )
        self.assertEqual(found.name, "Public buyers")
        found = found.with_context(lang="fr_FR")
        self.assertEqual(found.name, "Acheteurs publics")
        self.assertEqual(
            found.level_ids.mapped("name"),
            ["Relance courtoise", "Relance ferme", "Mise en demeure"],
        )
