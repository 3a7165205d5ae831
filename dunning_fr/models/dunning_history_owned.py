from odoo import api, models
from odoo.tools import SQL

# Records whose discussion and files belong to a debtor: table, and how to reach it
OWNED = (
    ("dunning.debtor", "dunning_debtor", SQL("owner.id")),
    ("dunning.hold", "dunning_hold", SQL("owner.debtor_id")),
    ("dunning.case", "dunning_case", SQL("owner.debtor_id")),
    ("dunning.notice", "dunning_notice", SQL("owner.debtor_id")),
    ("dunning.limitation.event", "dunning_limitation_event", SQL("owner.debtor_id")),
    ("dunning.hold.document", "dunning_hold_document", SQL("owner.debtor_id")),
)
EMPTY_BODIES = ["", "<p></p>", "<p><br></p>", "<p><br/></p>"]


class DunningHistory(models.Model):
    """What hangs on a debtor's records: their messages and their files."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.history"

    @api.model
    def _parts_message(self):
        """Messages on the debtor, its holds, its cases; notices have their rows."""
        for model, table, debtor in OWNED[:3]:
            yield {
                "id": SQL("message.id"),
                "date": SQL("message.date::date"),
                "at": SQL("message.create_date"),
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
        named = ("dunning.case", "dunning.notice", "dunning.hold.document")
        names = dict.fromkeys(named, SQL("owner.name"))
        for model, table, debtor in OWNED:
            yield {
                "id": SQL("attachment.id"),
                "date": SQL("attachment.create_date::date"),
                "at": SQL("attachment.create_date"),
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
        if model == "dunning.hold.document":
            return SQL(
                "owner.hold_id IN"
                " (SELECT id FROM dunning_hold WHERE kept_by_manager IS TRUE)"
            )
        return SQL("FALSE")
