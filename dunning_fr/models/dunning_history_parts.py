from odoo import api, models
from odoo.tools import SQL


class DunningHistory(models.Model):
    """The parts of a debtor's history, each read from its own records."""

    _inherit = "dunning.history"

    @api.model
    def _history_parts(self):
        """Return the parts: dicts of SQL, with ``id`` and ``from``.

        Each joins ``debtor``. Add-ons append theirs; the order makes ids unique.
        """
        return [
            self._part_notice(),
            self._part_dispatch(),
            self._part_call(),
            self._part_hold(),
            self._part_hold_end(),
            self._part_payment(),
            self._part_credit_note(),
            self._part_case(),
            self._part_event(),
            *self._parts_message(),
            *self._parts_document(),
        ]

    @api.model
    def _part_notice(self):
        return {
            "id": SQL("notice.id"),
            "date": SQL("COALESCE(notice.sent_date, notice.date)"),
            "at": SQL("notice.write_date"),
            "kind": SQL("'notice'"),
            "code": SQL("notice.state"),
            "name": SQL("notice.name"),
            "detail": SQL("notice.subject"),
            "amount": SQL("notice.amount_total"),
            "currency_id": SQL("notice.currency_id"),
            "author_id": SQL("author.partner_id"),
            "res_model": SQL("'dunning.notice'"),
            "res_id": SQL("notice.id"),
            "from": SQL(
                "FROM dunning_notice notice"
                " JOIN dunning_debtor debtor ON debtor.id = notice.debtor_id"
                " LEFT JOIN res_users author ON author.id = notice.approved_by"
                " WHERE notice.state IN ('queued', 'sent', 'failed', 'unknown')"
            ),
        }

    @api.model
    def _part_dispatch(self):
        """Calls apart: they have rows of their own."""
        return {
            "id": SQL("dispatch.id"),
            "date": SQL("dispatch.done_on::date"),
            "at": SQL("dispatch.done_on"),
            "kind": SQL("'dispatch'"),
            "code": SQL("dispatch.state"),
            "name": SQL("dispatch.recipient"),
            "detail": SQL("dispatch.failure_reason"),
            "channel_id": SQL("dispatch.channel_id"),
            "res_model": SQL("'dunning.notice'"),
            "res_id": SQL("dispatch.notice_id"),
            "from": SQL(
                "FROM dunning_dispatch dispatch"
                " JOIN dunning_notice notice ON notice.id = dispatch.notice_id"
                " JOIN dunning_debtor debtor ON debtor.id = notice.debtor_id"
                " JOIN dunning_channel channel ON channel.id = dispatch.channel_id"
                " WHERE dispatch.state IN ('sent', 'failed', 'unknown')"
                " AND dispatch.done_on IS NOT NULL AND channel.code <> 'phone'"
            ),
        }

    @api.model
    def _part_call(self):
        return {
            "id": SQL("call.id"),
            "date": SQL("call.date"),
            "at": SQL("call.create_date"),
            "kind": SQL("'call'"),
            "code": SQL("call.outcome"),
            "name": SQL("call.contact_name"),
            "detail": SQL("call.note"),
            "author_id": SQL("author.partner_id"),
            "res_model": SQL("'dunning.phone.call'"),
            "res_id": SQL("call.id"),
            "from": SQL(
                "FROM dunning_phone_call call"
                " JOIN dunning_debtor debtor ON debtor.id = call.debtor_id"
                " JOIN res_users author ON author.id = call.user_id"
            ),
        }

    @api.model
    def _part_hold(self):
        return {
            "id": SQL("hold.id"),
            "date": SQL("hold.date_from"),
            "at": SQL("hold.create_date"),
            "kind": SQL("'hold'"),
            "code": SQL("hold.kind"),
            "detail": SQL("COALESCE(NULLIF(hold.reason, ''), hold.debtor_says)"),
            "amount": SQL("NULLIF(hold.amount, 0)"),
            "currency_id": SQL("company.currency_id"),
            "author_id": SQL("author.partner_id"),
            "res_model": SQL("'dunning.hold'"),
            "res_id": SQL("hold.id"),
            "from": SQL(
                "FROM dunning_hold hold"
                " JOIN dunning_debtor debtor ON debtor.id = hold.debtor_id"
                " JOIN res_company company ON company.id = debtor.company_id"
                " LEFT JOIN res_users author ON author.id = hold.create_uid"
            ),
        }

    @api.model
    def _part_hold_end(self):
        ended = SQL("COALESCE(hold.ended_on, hold.settled_on)")
        return {
            **self._part_hold(),
            "date": ended,
            "at": SQL("hold.write_date"),
            "kind": SQL("'hold_end'"),
            "code": SQL("hold.kind || ' ' || hold.state"),
            "detail": SQL("hold.lift_reason"),
            "author_id": SQL("NULL::int"),
            "from": SQL(
                "%s WHERE hold.state <> 'active' AND %s IS NOT NULL",
                self._part_hold()["from"],
                ended,
            ),
        }

    @api.model
    def _part_payment(self):
        """What a bank or cash journal credited to the debtor."""
        return {
            "id": SQL("line.id"),
            "date": SQL("line.date"),
            "at": SQL("line.create_date"),
            "kind": SQL("'payment'"),
            "name": SQL("move.name"),
            "detail": SQL("NULLIF(line.name, move.name)"),
            "amount": SQL("-line.balance"),
            "currency_id": SQL("line.company_currency_id"),
            "res_model": SQL("'account.move'"),
            "res_id": SQL("move.id"),
            "from": SQL(
                "FROM dunning_debtor debtor"
                " JOIN account_move_line line ON line.partner_id = debtor.partner_id"
                " AND line.company_id = debtor.company_id"
                " JOIN account_account account ON account.id = line.account_id"
                " JOIN account_journal journal ON journal.id = line.journal_id"
                " JOIN account_move move ON move.id = line.move_id"
                " WHERE line.parent_state = 'posted' AND line.balance < 0"
                " AND account.account_type = 'asset_receivable'"
                " AND account.non_trade IS NOT TRUE"
                " AND journal.type IN ('bank', 'cash', 'credit')"
            ),
        }

    @api.model
    def _part_credit_note(self):
        return {
            "id": SQL("move.id"),
            "date": SQL("COALESCE(move.invoice_date, move.date)"),
            "at": SQL("move.create_date"),
            "kind": SQL("'credit_note'"),
            "name": SQL("move.name"),
            "detail": SQL("move.ref"),
            "amount": SQL("abs(move.amount_total_signed)"),
            "currency_id": SQL("company.currency_id"),
            "res_model": SQL("'account.move'"),
            "res_id": SQL("move.id"),
            "from": SQL(
                "FROM dunning_debtor debtor"
                " JOIN account_move move"
                " ON move.commercial_partner_id = debtor.partner_id"
                " AND move.company_id = debtor.company_id"
                " JOIN res_company company ON company.id = debtor.company_id"
                " WHERE move.state = 'posted' AND move.move_type = 'out_refund'"
            ),
        }

    @api.model
    def _part_case(self):
        return {
            "id": SQL("own.id"),
            "date": SQL("own.date"),
            "at": SQL("own.create_date"),
            "kind": SQL("'case'"),
            "name": SQL("own.name"),
            "res_model": SQL("'dunning.case'"),
            "res_id": SQL("own.id"),
            "from": SQL(
                "FROM dunning_case own"
                " JOIN dunning_debtor debtor ON debtor.id = own.debtor_id"
            ),
        }

    @api.model
    def _part_event(self):
        return {
            "id": SQL("event.id"),
            "date": SQL("event.date"),
            "at": SQL("event.create_date"),
            "kind": SQL("'event'"),
            "code": SQL("event.kind"),
            "detail": SQL("event.note"),
            "res_model": SQL("'dunning.limitation.event'"),
            "res_id": SQL("event.id"),
            "from": SQL(
                "FROM dunning_limitation_event event"
                " JOIN dunning_debtor debtor ON debtor.id = event.debtor_id"
                " WHERE event.state <> 'mistake'"
            ),
        }
