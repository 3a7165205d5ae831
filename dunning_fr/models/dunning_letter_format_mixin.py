from babel.dates import format_date as babel_date
from babel.numbers import format_decimal

from odoo import api, models
from odoo.tools import babel_locale_parse, format_list

from ..tools.typography import NBSP

SOURCE_LANG = "en_US"


class DunningLetterFormatMixin(models.AbstractModel):
    """Dates and amounts as a letter writes them, in the language of the notice."""

    _name = "dunning.letter.format.mixin"
    _description = "Formats of letters"

    def _letter_lang(self):
        """Return the language of the notice if its text exists in it, else English.

        A debtor without a language is written to in that of the company.
        """
        self.ensure_one()
        if self.env.context.get("letter_lang"):
            return self.env.context["letter_lang"]
        lang = self.lang or self.partner_id.lang or self.company_id.partner_id.lang
        if not lang or lang not in dict(self.env["res.lang"].get_installed()):
            return SOURCE_LANG
        template = self._letter_template()
        source = template.with_context(lang=SOURCE_LANG).body_html
        translated = template.with_context(lang=lang).body_html != source
        return lang if translated or lang.startswith("en") else SOURCE_LANG

    def _letter_by_lang(self):
        """Yield ``self`` in groups of one language, in that language."""
        for lang, notices in self.grouped(lambda notice: notice._letter_lang()).items():
            yield notices.with_context(lang=lang)

    @api.model
    def _letter_french(self):
        """Return the code of the French that is installed, None without any."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        return next((code for code in codes if code.startswith("fr")), None)

    @api.model
    def _letter_date(self, date):
        """Return the date in full, as a letter says it: 1er octobre 2026."""
        if not date:
            return ""
        lang = self.env.lang or SOURCE_LANG
        day_first = lang[:2] in ("fr", "en")
        text = babel_date(
            date, "d MMMM y" if day_first else "long", babel_locale_parse(lang)
        )
        if day_first:
            text = text.replace(" ", NBSP, 1)  # no line ends between day and month
        return f"1er{text[1:]}" if lang[:2] == "fr" and date.day == 1 else text

    @api.model
    def _letter_short_date(self, date):
        """Return the date as a table shows it: 01/10/2026."""
        if not date:
            return ""
        lang = self.env.lang or SOURCE_LANG
        patterns = {"fr": "dd/MM/y", "en": "d MMM y"}
        pattern = patterns.get(lang[:2], "medium")
        return babel_date(date, pattern, babel_locale_parse(lang))

    @api.model
    def _letter_dates(self, dates):
        return format_list(
            self.env,
            [self._letter_date(date) for date in dates],
            lang_code=self.env.lang,
        )

    def _letter_amount(self, amount, currency=None):
        """Return the amount with its currency, in one unbreakable piece.

        By the language alone, whether it is installed or not.
        """
        currency = currency or self.currency_id
        digits = currency.decimal_places
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        number = self._letter_number(currency.round(amount), pattern)
        pair = [currency.symbol, number]
        return NBSP.join(pair if currency.position == "before" else reversed(pair))

    @api.model
    def _letter_number(self, number, pattern="#,##0.####"):
        locale = babel_locale_parse(self.env.lang or SOURCE_LANG)
        return format_decimal(number, pattern, locale).replace("\u202f", NBSP)

    @api.model
    def _letter_percent(self, rate):
        space = NBSP if (self.env.lang or "").startswith("fr") else ""
        return f"{self._letter_number(rate, '#,##0.00##')}{space}%"
