from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

# Facts of delivery: the only things that may still be learnt of a frozen notice.
FLAGS = {"unclaimed", "refused"}
DATES = {"posted_date", "presented_date", "received_date"}
DELIVERY_FACTS = FLAGS | DATES | {"tracking_number"}


class DunningDeliveryMixin(models.AbstractModel):
    """What becomes of a notice once it is frozen: state, delivery facts, decisions.

    The state follows from the dispatches; delivery facts are entered by a person,
    checked, dated and logged on the debtor.
    """

    _name = "dunning.delivery.mixin"
    _description = "Delivery of notices"

    def write(self, vals):
        """Let delivery facts through to their own method; the rest is evidence."""
        if vals and set(vals) <= DELIVERY_FACTS and not self._proof_unlocked_env():
            self._register_delivery(vals)
            return True
        return super().write(vals)

    # -------------------------------------------------------------------- state

    def _sync_state(self):
        """Derive the state of frozen notices from their dispatches."""
        changed = {}
        # sudo: evidence has no other writer
        for notice in self.sudo()._proof_unlocked():
            if notice.state == "draft":
                continue
            reasons = notice.dispatch_ids.filtered("failure_reason").mapped(
                lambda dispatch: dispatch.env._(
                    "%(channel)s: %(reason)s",
                    channel=dispatch.channel_id.name,
                    reason=dispatch.failure_reason,
                )
            )
            values = {
                "state": notice._derived_state(),
                "failure_reason": "\n".join(reasons) or False,
                "sent_date": notice._last_day_left(),
            }
            if any(notice[name] != value for name, value in values.items()):
                changed[notice] = values
        self._write_each(changed)

    def _last_day_left(self):
        """Return the last day something of the notice left, in company time."""
        company = self.company_id
        days = [
            self.posted_date
            if dispatch.channel_id._is_postal()
            else company._dunning_day(dispatch.done_on)
            for dispatch in self.dispatch_ids
            if dispatch.state == "sent"
        ]
        return max(filter(None, days), default=False)

    def _derived_state(self):
        states = set(self.dispatch_ids.mapped("state"))
        if "sent" in states:
            return "sent"
        if "unknown" in states:
            return "unknown"
        if states & {"queued", "ready", "sending"}:
            return "queued"
        return "failed" if "failed" in states else "cancelled"

    # ------------------------------------------------------------------ actions

    def action_retry(self):
        """Queue again what failed, as it was frozen; the ledger is read anew."""
        self._check_sender()
        failed = self.dispatch_ids.filtered(lambda d: d.state == "failed")
        if not failed:
            raise UserError(
                self.env._("Nothing failed here: there is nothing to retry.")
            )
        failed._retry()
        self._trigger_worker()
        return True

    def action_resolve_sent(self):
        """A person has found that the mail of unknown outcome did leave."""
        return self._resolve_unknown(True)

    def action_resolve_not_sent(self):
        """A person has found that it did not: it has failed and may be retried."""
        return self._resolve_unknown(False)

    def _resolve_unknown(self, has_left):
        self._check_sender()
        unknown = self.dispatch_ids.filtered(lambda d: d.state == "unknown")
        if not unknown:
            raise UserError(self.env._("The outcome of these notices is known."))
        unknown._resolve(has_left)
        said = self.env._("left") if has_left else self.env._("did not leave")
        for notice in unknown.notice_id:
            notice._log_on_debtor(
                self.env._("The e-mail of unknown outcome %(said)s.", said=said)
            )
        if has_left:
            unknown.notice_id._log_on_invoices()
        return True

    def action_print_letters(self):
        """Open the letters to print of these notices as one PDF.

        A letter whose items have been paid or held since is taken back first.
        """
        self._check_sender()
        printed = self._letters_to_print()
        # sudo: evidence has no other writer; the person was checked above
        trusted = printed.sudo()._proof_unlocked()
        changes = trusted._unsent()._ledger_changes(letters=True)
        withdrawn = trusted._withdraw(changes)
        # handed to a provider: it is not taken back, nor posted once more
        printed = printed.filtered(lambda notice: notice.id not in changes)
        wizard = self.env["dunning.letter.print"].create(
            {"notice_ids": printed.ids, "withdrawn_ids": withdrawn.ids}
        )
        return wizard._open()

    def _letters_to_print(self):
        """Return the notices with a letter to post, else those posted already."""
        postal = self.dispatch_ids.filtered(lambda d: d.channel_id._is_postal())
        for state in ("ready", "sent"):
            notices = postal.filtered(lambda d, state=state: d.state == state).notice_id
            if notices:
                return self & notices
        raise UserError(
            self.env._(
                "There is no letter to print: letters appear here some minutes after "
                "sending, once they are made."
            )
        )

    def _unsent(self):
        """Return the notices with a letter to post, whatever else of them has left."""
        ready = self._postal().filtered(lambda d: d.state == "ready")
        return self & ready.notice_id

    # ----------------------------------------------------------- delivery facts

    def _register_delivery(self, vals):
        """Record delivery facts of letters; the only write a frozen notice accepts.

        :param vals: among ``DELIVERY_FACTS``
        """
        self._check_sender()
        if set(vals) - DELIVERY_FACTS:
            raise ValueError(
                f"not delivery facts: {sorted(set(vals) - DELIVERY_FACTS)}"
            )
        self._register_deliveries(dict.fromkeys(self, vals))

    def _register_deliveries(self, facts):
        """Record delivery facts of many letters in a constant number of queries.

        :param facts: {notice: {fact: value}}, the caller has checked the person
        """
        changed = {}
        for notice, vals in facts.items():
            values = {name: self._fact(name, value) for name, value in vals.items()}
            news = {n: v for n, v in values.items() if (notice[n] or False) != v}
            if news:
                notice._check_delivery(news)
                changed[notice] = news
        notices = self.browse().concat(*changed)
        unsent = notices.filtered(lambda notice: notice.state != "sent")
        for notice, news in changed.items():
            # sudo: evidence has no other writer; the person was checked above
            notice.sudo()._proof_unlocked().write(news)
        posted = {
            n: news["posted_date"]
            for n, news in changed.items()
            if "posted_date" in news
        }
        self._settle_postal(posted)
        labels = self.fields_get(sorted(DELIVERY_FACTS), ["string"])
        self._log_on_debtors(
            {n: self._delivery_text(labels, news) for n, news in changed.items()}
        )
        unsent.filtered(lambda notice: notice.state == "sent")._log_on_invoices()

    @staticmethod
    def _fact(name, value):
        if name in DATES:
            return fields.Date.to_date(value) or False
        return bool(value) if name in FLAGS else (value or "").strip() or False

    def _postal(self):
        return self.dispatch_ids.filtered(
            lambda d: d.channel_id._is_postal() and d.state != "cancelled"
        )

    def _check_delivery(self, facts):
        """Refuse facts that cannot be: wrong order, future, no letter."""
        today = self.company_id._dunning_today()
        posted = facts.get("posted_date", self.posted_date)
        presented = facts.get("presented_date", self.presented_date)
        unclaimed = facts.get("unclaimed", self.unclaimed)
        postal = self._postal()
        error = None
        if not postal:
            error = self.env._("it was not sent by post.")
        elif not all(d.state in ("ready", "sent") for d in postal):
            error = self.env._("its letter is not ready yet, or has failed.")
        elif (presented or unclaimed) and not posted:
            error = self.env._(
                "a letter is presented after it was posted: enter that day."
            )
        elif posted and posted < self.date:
            error = self.env._("a letter is not posted before its own date.")
        elif presented and presented < posted:
            error = self.env._("a letter is not presented before it was posted.")
        elif max(filter(None, [posted, presented]), default=today) > today:
            error = self.env._("the day is in the future.")
        if error:
            raise ValidationError(
                self.env._("%(notice)s: %(error)s", notice=self.name, error=error)
            )
        cleared = "posted_date" in facts and not posted
        if cleared and not self.env.user.has_group("dunning_fr.group_dunning_manager"):
            raise AccessError(
                self.env._(
                    "Only a dunning manager may take back a posting: %s", self.name
                )
            )

    @api.model
    def _settle_postal(self, posted):
        """Bring letters to their state; ``posted``: {notice: day, or none}."""
        notices = self.browse().concat(*posted)
        out = notices.filtered(lambda notice: posted[notice])
        out._postal().filtered(lambda d: d.state == "ready")._move("sent")
        out._sync_state()  # a corrected day, too
        back = (notices - out)._postal().filtered(lambda d: d.state == "sent")
        if back:
            back._move("ready", done_on=False)

    def _delivery_text(self, labels, facts):
        return ", ".join(
            self.env._(
                "%(fact)s: %(value)s",
                fact=labels[name]["string"],
                value=self._fact_text(value),
            )
            for name, value in facts.items()
        )

    def _fact_text(self, value):
        if isinstance(value, bool):
            return self.env._("yes") if value else "–"
        return value if isinstance(value, str) else format_date(self.env, value)

    def _log_on_debtor(self, text):
        """Write who found what, and when, on the debtor's chatter."""
        self._log_on_debtors(dict.fromkeys(self, text))

    @api.model
    def _log_on_debtors(self, texts):
        """Write one line per notice, in one message per debtor; {notice: text}."""
        lines = {}
        for notice, text in texts.items():
            line = Markup("%s – %s") % (notice._get_html_link(title=notice.name), text)
            lines.setdefault(notice.debtor_id, []).append(line)
        if lines:
            # sudo: the log is written whatever the person may do with the debtor
            debtors = self.env["dunning.debtor"].sudo().concat(*lines)
            debtors._message_log_batch(
                {d.id: Markup("<br/>").join(found) for d, found in lines.items()},
                author_id=self.env.user.partner_id.id,
            )
