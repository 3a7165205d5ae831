from datetime import timedelta

from odoo import api, models

from .dunning_letter_placeholder import condition, text


class DunningLetterHistoryMixin(models.AbstractModel):
    """What earlier notices said of the same items: reminders, formal notice."""

    _name = "dunning.letter.history.mixin"
    _description = "Earlier notices, as letters recall them"
    _inherit = ["dunning.letter.format.mixin"]

    previous_date_text = text("Date of the last reminder", "_compute_letter_history")
    previous_dates_text = text("Dates of the reminders", "_compute_letter_history")
    has_several_previous = condition("Several reminders", "_compute_letter_history")
    formal_date_text = text("Date of the formal notice", "_compute_letter_history")
    formal_registered = condition(
        "Formal notice by registered letter", "_compute_letter_history"
    )
    formal_presented_text = text(
        "Date on which the formal notice was presented", "_compute_letter_history"
    )
    formal_unclaimed = condition(
        "Formal notice not collected", "_compute_letter_history"
    )
    formal_deadline_text = text(
        "Deadline of the formal notice", "_compute_letter_history"
    )
    formal_total_text = text("Total of the formal notice", "_compute_letter_history")
    paid_since_text = text("Paid since the formal notice", "_compute_letter_history")
    interest_start_text = text("First day of interest", "_compute_letter_history")

    @api.depends("line_ids", "date", "lang")
    def _compute_letter_history(self):
        history = self._letter_history()
        formals = self._letter_formal_notices(history)
        moved = self.env["dunning.transfer"]._of_companies(self.company_id).debts
        for notices in self._letter_by_lang():
            for notice in notices:
                sent, formal = history[notice.id], formals[notice.id]
                dates = (sent - sent.filtered("is_formal_notice")).mapped("date")
                dates = sorted(set(dates))
                notice.previous_date_text = notice._letter_date(
                    max(dates, default=None)
                )
                notice.previous_dates_text = notice._letter_dates(dates)
                notice.has_several_previous = len(dates) > 1
                notice._letter_set_formal(formal, moved)
                notice.interest_start_text = notice._letter_date(
                    notice._letter_interest_start(formal)
                )

    def _letter_formal_notices(self, history):
        """Return {notice id: its last formal notice}, read in a few queries for all."""
        formals = {
            notice_id: sent.filtered("is_formal_notice")[-1:]
            for notice_id, sent in history.items()
        }
        known = self.browse().union(*formals.values())
        known.dispatch_ids.channel_id.fetch(["code"])
        known.line_ids.move_line_id.fetch(["amount_residual_currency"])
        return formals

    def _letter_set_formal(self, formal, moved):
        channels = formal.dispatch_ids.channel_id or formal.level_id.channel_ids
        self.formal_date_text = self._letter_date(formal.date)
        self.formal_registered = "registered_letter" in channels.mapped("code")
        self.formal_presented_text = self._letter_date(formal.presented_date)
        self.formal_unclaimed = bool(formal.unclaimed and not formal.presented_date)
        self.formal_deadline_text = self._letter_date(formal.deadline_date)
        self.formal_total_text = (
            self._letter_amount(formal.amount_total) if formal else ""
        )
        paid = self._letter_paid_since(formal, moved)
        self.paid_since_text = self._letter_amount(paid) if paid else ""

    def _letter_history(self):
        """Return {notice id: notices sent before for one of its items, oldest first}.

        By document key, so that what was said survives new receivable lines.
        """
        keys = {notice.id: set(notice._letter_keys()) for notice in self}
        lines = self.env["dunning.notice.line"].search_fetch(
            [
                ("document_key", "in", list(set().union(*keys.values()))),
                ("claimed", "=", True),
                ("notice_id.state", "=", "sent"),
                ("notice_id.is_pre_reminder", "=", False),
                ("notice_id.company_id", "in", self.company_id.ids),
            ],
            ["document_key", "notice_id"],
        )
        lines.notice_id.fetch(["date", "is_formal_notice", "company_id"])
        by_key = lines.grouped("document_key")
        history = {}
        for notice in self:
            found = self.env["dunning.notice.line"].union(
                *(by_key[key] for key in keys[notice.id] if key in by_key)
            )
            history[notice.id] = found.notice_id.filtered(
                lambda sent, notice=notice: (
                    sent.company_id == notice.company_id
                    and sent.id != notice.id
                    and sent.date <= notice.date
                )
            ).sorted(lambda sent: (sent.date, sent.id))
        return history

    def _letter_keys(self):
        return self._letter_claimed_lines().mapped("document_key")

    def _letter_paid_since(self, formal, moved):
        """Return what was received on the items of the formal notice since then.

        :param moved: {line id: what is left where it was moved to}
        """
        owed = {line.document_key: line.residual for line in self.line_ids}
        paid = 0.0
        for line in formal.line_ids.filtered("claimed"):
            now = owed.get(line.document_key)
            if now is None and line.move_line_id:
                now = line.move_line_id.amount_residual_currency
                left = moved.get(line.move_line_id.id)
                now += float(left.total) if left else 0.0
            paid += line.residual - now if now is not None else 0.0
        return max(self.currency_id.round(paid), 0.0)

    def _letter_interest_start(self, formal):
        """Return the first day that bears interest.

        Consumers: the day after the formal notice was presented (R2.6); the others:
        the day after the end of the payment term (R1.11, R3.7).
        """
        if self.debtor_kind in ("consumer", "non_professional"):
            presented = formal.presented_date
            return presented + timedelta(days=1) if presented else None
        days = self._letter_claimed_lines().mapped("days_late")
        return self.date - timedelta(days=max(days) - 1) if days else None
