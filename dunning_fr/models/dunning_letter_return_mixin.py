from lxml import html as lxml_html
from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import format_list

from .dunning_letter_placeholder import block, condition, text


class DunningLetterReturnMixin(models.AbstractModel):
    """Payments that the bank returned, and that no notice has told of yet."""

    _name = "dunning.letter.return.mixin"
    _description = "Returned payments, as letters tell of them"

    return_ids = fields.Many2many(
        "dunning.return", compute="_compute_return_ids", string="Returned payments"
    )
    returned_payments = block("Returned payments (text)", "_compute_letter_returns")
    returned_date_text = text("Date of the returned payment", "_compute_letter_returns")
    has_returned_cheque = condition("Returned cheque", "_compute_letter_returns")
    has_other_claims = condition(
        "Others are claimed than what came back", "_compute_letter_returns"
    )

    @api.depends("line_ids", "date")
    def _compute_return_ids(self):
        """Find the returns of the claimed items that no sent notice followed."""
        told = self.env["dunning.notice.line"].search(
            [
                ("document_key", "in", self._claimed_keys()),
                ("claimed", "=", True),
                ("level_sequence", ">", 0),
                ("notice_id.state", "=", "sent"),
                ("notice_id", "not in", self.ids),
            ]
        )
        last = {}
        for line in told:
            key = (line.document_key, line.notice_id.partner_id)
            day = max(filter(None, [line.notice_id.date, line.notice_id.sent_date]))
            last[key] = max(day, last.get(key, day))
        found = self.env["dunning.return"].search(
            [("document_key", "in", self._claimed_keys())]
        )
        for notice in self:
            keys = set(notice._claimed_keys())
            notice.return_ids = found.filtered(
                lambda back, notice=notice, keys=keys: (
                    back.document_key in keys
                    and back.partner_id == notice.partner_id
                    and back.company_id == notice.company_id
                    and not (
                        (day := last.get((back.document_key, back.partner_id)))
                        and day >= back.date
                    )
                )
            )

    def _claimed_keys(self):
        lines = self.line_ids.filtered(lambda line: line.claimed and line.residual > 0)
        return lines.mapped("document_key")

    def _tells_of_return(self):
        """Return whether the notice of returned payments (E3) is its text.

        It is where nothing else is claimed. At the first level it is always: that
        level's text supposes an oversight, which nobody says of a returned payment.
        """
        self.ensure_one()
        if self.is_pre_reminder or self.is_formal_notice or not self.return_ids:
            return False
        return self.level_id.sequence == 1 or not self._claims_others()

    def _claims_others(self):
        """Return whether items are claimed too that no returned payment was for."""
        back = set(self.return_ids.mapped("document_key"))
        return not set(self._claimed_keys()) <= back

    def _letter_with_returns(self, body, template):
        """Return ``body`` with what came back told after its first paragraph.

        Where other items are claimed too, one notice speaks of all of them: a second
        one of the same day would be one message too many (R2.12), and the returned
        payment must be told all the same, with what follows a cheque (CMF L131-73).
        A text that prints it already, a formal notice and a policy without notice of
        returned payments stay as they are.
        """
        wanted = self.policy_id.returned_template_id
        told = self.returned_payments
        if not self.return_ids or not wanted or template == wanted:
            return body
        if self.is_formal_notice or self.is_pre_reminder or str(told) in str(body):
            return body
        if self.has_returned_cheque:
            told += Markup("<p>%s</p>") % self._letter_cheque_sentence()
        tree = lxml_html.fragment_fromstring(str(body), create_parent="div")
        first = tree.find(".//p")
        if first is None:
            return Markup("<div>%s</div>") % told + Markup(body)
        first.addnext(lxml_html.fragment_fromstring(str(told), create_parent="div"))
        inside = "".join(lxml_html.tostring(e, encoding="unicode") for e in tree)
        return escape(tree.text or "") + Markup(inside)

    @api.depends("line_ids", "date", "lang")
    def _compute_letter_returns(self):
        for notices in self._letter_by_lang():
            for notice in notices:
                returns = notice.return_ids
                days = sorted(set(returns.mapped("payment_date")))
                notice.returned_payments = Markup().join(
                    Markup("<p>%s</p>") % sentence
                    for sentence in notice._letter_return_sentences(returns)
                )
                notice.returned_date_text = notice._letter_date(days[-1:] and days[-1])
                notice.has_returned_cheque = "cheque" in returns.mapped("kind")
                notice.has_other_claims = notice._claims_others()

    def _letter_cheque_sentence(self):
        return self.env._(
            "If the cheque is not made good within thirty days of its first "
            "presentation, we will ask your bank for a certificate of non-payment."
        )

    def _letter_return_sentences(self, returns):
        """Return one sentence for each payment; it may have paid several invoices."""
        names = ("kind", "date", "payment_date", "payment_amount", "reason")
        payments = returns.grouped(lambda back: tuple(back[name] for name in names))
        return [self._letter_return_sentence(backs) for backs in payments.values()]

    def _letter_return_sentence(self, backs):
        back = backs[0]
        values = {
            "amount": self._letter_amount(back.payment_amount, back.currency_id),
            "presented": self._letter_date(back.payment_date),
            "returned": self._letter_date(back.date),
            "invoices": format_list(
                self.env,
                list(dict.fromkeys(backs.mapped("move_name"))),
                lang_code=self.env.lang,
            ),
        }
        sentence = {
            "direct_debit": self.env._(
                "Your direct debit of %(amount)s, presented on %(presented)s in "
                "payment of %(invoices)s, was returned unpaid by the bank on "
                "%(returned)s.",
                **values,
            ),
            "cheque": self.env._(
                "Your cheque of %(amount)s, presented on %(presented)s in payment of "
                "%(invoices)s, was returned unpaid by the bank on %(returned)s.",
                **values,
            ),
            "bill": self.env._(
                "Your bill of exchange of %(amount)s, presented on %(presented)s in "
                "payment of %(invoices)s, was returned unpaid by the bank on "
                "%(returned)s.",
                **values,
            ),
        }[back.kind]
        if not back.reason:
            return sentence
        reason = self.env._("Reason given: %s.", back.reason.rstrip("."))
        return f"{sentence} {reason}"
