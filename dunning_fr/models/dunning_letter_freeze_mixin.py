import html
import logging
import re
import uuid
from datetime import date

from lxml import etree
from lxml import html as lxml_html
from markupsafe import Markup

from odoo import api, models
from odoo.tools import html_sanitize
from odoo.tools.rendering_tools import convert_inline_template_to_qweb

from ..tools.placeholders import ForbiddenExpression, check, demand
from ..tools.typography import french, french_html
from .dunning_letter_placeholder import SEARCH

_logger = logging.getLogger(__name__)

LINE_BREAK = re.compile(r"\s*\n\s*")
LINES = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029 ]+")  # NBSP stays
# What a text may do: print fields, and depend on them.
PRINTS = ("t-out", "t-esc")
CONDITIONS = ("t-if", "t-elif")


class DunningLetterFreezeMixin(models.AbstractModel):
    """Turn the text of a level into the frozen subject and body of notices.

    The text is data that users edit, so it is rendered by rules of its own: an
    expression reads fields of the notice and calls nothing (see
    ``tools.placeholders``), whoever renders it and with whatever rights.
    """

    _name = "dunning.letter.freeze.mixin"
    _description = "Text of letters, frozen"

    def _freeze_text(self):
        """Render and write the text of all notices of ``self``; return what misses.

        :return: {notice id: [labels of empty mandatory placeholders]} of the notices
            whose text is not complete; nothing is written for them
        """
        missing = {}
        for notice, (subject, body, gaps) in self._render_texts().items():
            if gaps:
                missing[notice.id] = gaps
            else:
                # sudo: nobody has the right to write notices, this is where it is done
                notice.sudo()._proof_unlocked().write(
                    {"subject": subject, "body": body, "lang": notice._letter_lang()}
                )
        return missing

    def _render_texts(self):
        """Return {notice: (subject, body, labels of what misses)}; write nothing."""
        # with_user drops sudo: a text shows what the acting user may read
        notices = self.with_user(self.env.uid)
        notices.invalidate_recordset(self._letter_placeholders(), flush=False)
        result = {}
        for template, group in notices.grouped(lambda n: n._letter_template()).items():
            if not template:
                gaps = [self.env._("Text of the level")]
                result.update({notice: ("", Markup(), gaps) for notice in group})
                continue
            for same_lang in group._letter_by_lang():
                result.update(same_lang._render_text(template))
        return {notice.with_env(self.env): texts for notice, texts in result.items()}

    @api.model
    def _letter_placeholders(self):
        return [name for name, field in self._fields.items() if field.search == SEARCH]

    def _letter_template(self):
        """Return the text of this notice: its level's, or the policy's before term."""
        self.ensure_one()
        if self._tells_of_return() and self.policy_id.returned_template_id:
            return self.policy_id.returned_template_id
        return self.level_id.template_id or self.policy_id.pre_reminder_template_id

    def _render_text(self, template):
        """Render ``template`` for notices of one language, that of the environment."""
        try:
            tree = self._letter_tree(template.with_context(lang=self.env.lang))
            texts = self._render_tree(tree)
            return self._letter_complete(texts, template)
        except ForbiddenExpression as error:
            gap = self._letter_forbidden_message(template, error)
            return {notice: ("", Markup(), [gap]) for notice in self}
        except Exception as error:
            if len(self) > 1:  # one bad notice must not stop the others
                parts = [notice._render_text(template) for notice in self]
                return {key: value for part in parts for key, value in part.items()}
            _logger.warning("Text of %s not rendered", self.name, exc_info=True)
            speaker = self._letter_speaker()
            gap = speaker.env._(
                "The text “%(text)s” cannot be rendered: %(error)s",
                text=template.with_env(speaker.env).name,
                error=error.__cause__ or error,
            )
            return {self: ("", Markup(), [gap])}

    def _letter_speaker(self):
        """Return ``self`` in the language of the user, who reads what is wrong."""
        return self.with_context(lang=self.env.user.lang)

    @api.model
    def _letter_forbidden_message(self, template, error):
        speaker = self._letter_speaker()
        return speaker.env._(
            "The text “%(text)s” contains “%(code)s”. A text may only print and test "
            "fields of the notice, such as object.total_text.",
            text=template.with_env(speaker.env).name,
            code=error,
        )

    # -- one compilation for all notices -----------------------------------------
    @api.model
    def _letter_tree(self, template):
        """Return subject and body of ``template`` as one checked QWeb tree."""
        subject, body = template.subject or "", str(template.body_html or "")
        if (self.env.lang or "").startswith("fr"):
            subject, body = french(subject), french_html(body)
        tree = etree.Element("div")
        for source in (str(convert_inline_template_to_qweb(subject)), body):
            # QWeb drops spaces beside a line break, HTML does not
            source = LINE_BREAK.sub(" ", source)
            part = lxml_html.fragment_fromstring(source, create_parent="div")
            self._letter_check(part)
            tree.append(part)
        return tree

    @api.model
    def _letter_check(self, tree):
        """Refuse all code but plain fields; make printed fields mandatory."""
        for element in tree.iter(etree.Element):
            for name, expression in element.attrib.items():
                if not name.startswith("t-") or name == "t-else":
                    continue
                if name not in (*PRINTS, *CONDITIONS):
                    raise ForbiddenExpression(f'{name}="{expression}"')
                check(expression, self._is_letter_path)
                if name in PRINTS and not (element.text or len(element)):
                    element.set(name, demand(expression))

    @api.model
    def _is_letter_path(self, path):
        """Return whether ``path`` names a field that a text may print."""
        model = self
        *parents, last = path.split(".")
        for name in parents:
            field = model._fields.get(name)
            if not field or field.groups or field.type != "many2one":
                return False
            model = self.env[field.comodel_name]
        field = model._fields.get(last)
        return bool(field and not field.groups)

    def _render_tree(self, tree):
        """Return {notice: (subject, body, gaps)} of one checked tree."""
        separator, gaps = uuid.uuid4().hex, {notice.id: [] for notice in self}

        def printed(notice, path):
            value = notice._letter_value(path)
            if value in ("", None, False):
                gaps[notice.id].append(path)
            return value

        loop = etree.Element("t", {"t-foreach": "notices", "t-as": "object"})
        for part in tree:
            etree.SubElement(loop, "t", {"t-out": "separator"})
            loop.append(part)
        values = {"notices": self, "separator": separator, "demand": printed}
        page = self.env["ir.qweb"]._render(loop, values, minimal_qcontext=True)
        parts = str(page).split(separator)[1:]
        return {
            notice: (
                notice._letter_subject(parts[2 * place]),
                Markup(parts[2 * place + 1]),
                self._letter_labels(gaps[notice.id]) + notice._letter_frame_gaps(),
            )
            for place, notice in enumerate(self)
        }

    def _letter_value(self, path):
        """Return what a text prints for a path: text, never a raw date or record."""
        value = self
        for name in path.split("."):
            field, record, value = value._fields[name], value, value[name]
        if isinstance(value, models.BaseModel):
            return value.display_name or ""
        if isinstance(value, date):
            return self._letter_date(value)
        if field.type == "monetary":
            return self._letter_amount(value, record[field.get_currency_field(record)])
        if field.type in ("integer", "float"):
            return str(value)
        return value or ""

    @api.model
    def _letter_labels(self, paths):
        """Return the labels of what is missing, in the user's language, once each."""
        labels = []
        for path in dict.fromkeys(paths):
            model = self.env[self._name]._letter_speaker()
            *parents, last = path.split(".")
            for name in parents:
                model = model[name]
            labels.append(model.fields_get([last], ["string"])[last]["string"])
        return labels

    def _letter_frame_gaps(self):
        """Return what the letter around the text must say and cannot (R10.3)."""
        return (
            []
            if self.company_legal_line
            else self._letter_labels(["company_legal_line"])
        )

    def _letter_subject(self, rendered):
        """Return the subject as plain text on one line."""
        text = lxml_html.fragment_fromstring(rendered).text_content()
        return LINES.sub(" ", html.unescape(text)).strip()

    # -- what is added to the text -----------------------------------------------
    def _letter_complete(self, texts, template):
        """Add the French text where it must go along, then annexes; make it safe."""
        claims, second = self._letter_claims(), self._letter_second_texts(template)
        complete = {}
        for notice, (subject, body, gaps) in texts.items():
            body = notice._letter_with_returns(body, template)
            parts = [body, second.get(notice.id, ""), notice._letter_annexes(claims)]
            safe = html_sanitize(
                "".join(map(str, parts)), sanitize_attributes=True, sanitize_style=False
            )
            complete[notice] = (subject, Markup(safe), gaps)
        return complete

    def _letter_second_texts(self, template):
        """Return {notice id: French text} of formal notices in another language.

        A court in France reads French: it is sent together, and it prevails.
        """
        formal = self.filtered("is_formal_notice")
        lang = self._letter_french()
        if not formal or not lang or (self.env.lang or "").startswith("fr"):
            return {}
        names = self._letter_placeholders()
        formal.invalidate_recordset(names, flush=False)
        in_french = formal.with_context(letter_lang=lang, lang=lang)
        tree = self._letter_tree(template.with_context(lang=lang))
        found = {
            notice.id: (subject, body)
            for notice, (subject, body, _gaps) in in_french._render_tree(tree).items()
        }
        formal.invalidate_recordset(names, flush=False)
        sentence = self.env._(
            "This formal notice is also given in French below; the French text "
            "prevails."
        )
        return {
            notice.id: notice._letter_block(
                "letter_second_text",
                sentence=sentence,
                subject=found[notice.id][0],
                body=found[notice.id][1],
            )
            for notice in formal
        }
