from odoo import api, models
from odoo.tools import SQL

# Records whose discussion and files belong to a debtor: table, and how to reach it
OWNED = (
    ("dunning.debtor", "dunning_debtor", SQL("owner.id")),
    ("dunning.hold", "dunning_hold", SQL("owner.debtor_id")),
    ("dunning.case", "dunning_case", SQL("owner.debtor_id")),
    ("dunning.notice", "dunning_notice", SQL("owner.debtor_id")),
    ("dunning.limitation.event", "dunning_limitation_event", SQL("owner.debtor_id")),
)
EMPTY_BODIES = ["", "<p></p>", "<p><br></p>", "<p><br/></p>"]


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
            "kind": SQL("'hold'"),
            "code": SQL("hold.kind"),
            "detail": SQL("hold.reason"),
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
            "kind": SQL("'hold_end'"),
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

    @api.model
    def _parts_message(self):
        """Messages on the debtor, its holds, its cases; notices have their rows."""
        for model, table, debtor in OWNED[:3]:
            yield {
                "id": SQL("message.id"),
                "date": SQL("message.date::date"),
                "kind": SQL(
                    """CASE WHEN message.message_type IN
                                 ('email', 'email_outgoing') THEN 'mail'
                            WHEN message.message_type <> 'comment' THEN 'trace'
                            WHEN subtype.internal THEN 'note'
                            ELSE 'mail' END"""
                ),
                "name": SQL("message.subject"),
                "detail": SQL("message.body"),
                "author_id": SQL("message.author_id"),
                "for_managers": self._kept(model),
                "res_model": SQL("%s", model),
                "res_id": SQL("message.res_id"),
                "from": SQL(
                    """FROM %s owner
                       JOIN dunning_debtor debtor ON debtor.id = %s
                       JOIN mail_message message
                         ON message.model = %s AND message.res_id = owner.id
                  LEFT JOIN mail_message_subtype subtype
                         ON subtype.id = message.subtype_id
                      WHERE COALESCE(message.body, '') <> ALL(%s)
                        AND NOT EXISTS (SELECT FROM dunning_dispatch dispatch
                                         WHERE dispatch.mail_message_id
                                               = message.id)""",
                    SQL.identifier(table),
                    debtor,
                    model,
                    EMPTY_BODIES,
                ),
            }

    @api.model
    def _parts_document(self):
        """Files of the debtor and of its records."""
        names = {
            "dunning.case": SQL("owner.name"),
            "dunning.notice": SQL("owner.name"),
        }
        for model, table, debtor in OWNED:
            yield {
                "id": SQL("attachment.id"),
                "date": SQL("attachment.create_date::date"),
                "kind": SQL("'document'"),
                "code": SQL("%s", model),
                "name": SQL("attachment.name"),
                "detail": names.get(model, SQL("NULL::text")),
                "author_id": SQL("author.partner_id"),
                "for_managers": self._kept(model),
                "res_model": SQL("'ir.attachment'"),
                "res_id": SQL("attachment.id"),
                "from": SQL(
                    """FROM %s owner
                       JOIN dunning_debtor debtor ON debtor.id = %s
                       JOIN ir_attachment attachment
                         ON attachment.res_model = %s
                        AND attachment.res_id = owner.id
                        AND attachment.res_field IS NULL
                  LEFT JOIN res_users author
                         ON author.id = attachment.create_uid""",
                    SQL.identifier(table),
                    debtor,
                    model,
                ),
            }

    @api.model
    def _kept(self, model):
        if model == "dunning.hold":
            return SQL("owner.kept_by_manager IS TRUE")
        return SQL("FALSE")
