from string import Formatter

from odoo import api, fields, models
from odoo.exceptions import ValidationError

PLACEHOLDERS = ("due_date", "discount", "rate", "fee", "term")
TEXTS = {
    "professional": "dunning_mention_professional",
    "public": "dunning_mention_public",
}


class ResCompany(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_print_mention = fields.Boolean(
        string="Late-payment mention on invoices",
        default=True,
        help="Payment date, discount, penalty rate and indemnity, which every invoice "
        "between professionals must state (R1.37). Printed for professionals and "
        "public buyers alone (R1.38): never where the kind of debtor is another one, "
        "or not known.",
    )
    dunning_mention_professional = fields.Text(
        string="Mention for professionals", translate=True
    )
    dunning_mention_public = fields.Text(
        string="Mention for public buyers", translate=True
    )

    @api.constrains("dunning_mention_professional", "dunning_mention_public")
    def _check_dunning_mentions(self):
        """Say at once what would not print."""
        for company in self:
            for name in TEXTS.values():
                problem = _unknown_placeholder(company[name] or "")
                if problem is not None:
                    raise ValidationError(
                        self.env._(
                            "“%(problem)s” cannot stand in the mention on invoices. It "
                            "may contain %(known)s.",
                            problem=problem,
                            known=", ".join(f"{{{key}}}" for key in PLACEHOLDERS),
                        )
                    )

    def _dunning_mention(self, kind, values):
        """Return the mention for a kind of debtor: the company's own, or ours."""
        text = self[TEXTS[kind]] or self._dunning_standard_mention(kind)
        if _unknown_placeholder(text) is not None:  # written behind the ORM
            text = self._dunning_standard_mention(kind)
        return text.format_map(values)

    @api.model
    def _dunning_standard_mention(self, kind):
        """Return our own text, with its placeholders."""
        if kind == "public":
            return self.env._(
                "Payment due on {due_date}, at the latest within {term}. {discount} "
                "Default interest, due by law in case of late payment: {rate}. "
                "Indemnity for recovery costs: {fee} (CCP art. L2192-13, R2192-31 and "
                "D2192-35)."
            )
        return self.env._(
            "Payment due on {due_date}. {discount} Late-payment penalties, due from "
            "the next day without any reminder: {rate}. Indemnity for recovery costs "
            "in case of late payment: {fee} (C. com. art. L441-10 II and D441-5)."
        )


def _unknown_placeholder(text):
    """Return what cannot be filled in, None when all can."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        return str(error)
    for _literal, name, layout, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or layout or conversion):
            return f"{{{name}}}"
    return None
