from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.arrays import array_literal

# Where a module keeps the life cycle of a French e-invoice, read where it is there:
# ``l10n_fr_pdp`` of Odoo adds its statuses to the field of ``account_peppol``
FIELDS = ("peppol_move_state", "pdp_move_state")
# What stops reminders, by the values that these fields have had; the statuses of the
# French life cycle: 210 refused, 213 rejected, 207 disputed, 208 suspended
STOPPING = {
    "refused": "refused",
    "RE": "rejected",
    "rejected": "rejected",
    "contested": "disputed",
    "disputed": "disputed",
    "in_dispute": "disputed",
    "suspended": "suspended",
}
STATUSES = [
    ("refused", "Refused by the buyer"),
    ("rejected", "Rejected by a platform"),
    ("disputed", "In dispute"),
    ("suspended", "Suspended"),
]


class AccountMove(models.Model):
    """E-invoices that their life cycle says are not to be paid as they are."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_einvoice_status = fields.Selection(
        STATUSES,
        string="E-invoice",
        compute="_compute_dunning_einvoice_status",
        groups="base.group_user",
        help="The status of its life cycle that stops reminders: answer the buyer, "
        "send what is missing, or make a credit note and a new invoice.",
    )
    dunning_despite_status = fields.Boolean(
        string="Remind all the same",
        copy=False,
        tracking=True,
        help="Remind this invoice whatever the status of its e-invoice: the refusal "
        "was wrong, for example. Write why on the invoice.",
        groups="base.group_user",
    )

    @api.depends(
        lambda self: ("state", *(name for name in FIELDS if name in self._fields))
    )
    def _compute_dunning_einvoice_status(self):
        found = self._dunning_einvoice_stops(self.ids, all_of_them=True)
        for move in self:
            move.dunning_einvoice_status = found.get(move._origin.id, False)

    @api.model
    def _dunning_einvoice_place(self, names=FIELDS):
        """Return (field, its values that stop reminders), None where none does.

        Odoo's own Peppol has the field without the French statuses: no query then.
        """
        for name in names:
            field = self._fields.get(name)
            known = getattr(field, "selection", None)
            if field and field.store and isinstance(known, list):
                values = [value for value, _label in known if value in STOPPING]
                if values:
                    return field, values
        return None

    @api.model
    def _dunning_einvoice_sql(self):
        """Return the condition of an invoice (``move``) stopped by its life cycle."""
        place = self._dunning_einvoice_place()
        if not place:
            return None
        field, values = place
        return SQL(
            "move.%s = ANY(%s) AND move.dunning_despite_status IS NOT TRUE",
            SQL.identifier(field.name),
            values,
            to_flush=[field, self._fields["dunning_despite_status"]],
        )

    @api.model
    def _dunning_einvoice_stops(self, move_ids, all_of_them=False):
        """Return {move id: status} of the invoices that their life cycle stops.

        :param all_of_them: those that a person has reminded all the same, too
        """
        place = move_ids and self._dunning_einvoice_place()
        if not place:
            return {}
        field, values = place
        rows = self.env.execute_query(
            SQL(
                "SELECT move.id, move.%s FROM account_move move"
                " WHERE move.id = ANY(%s::int[]) AND move.%s = ANY(%s)"
                " AND (%s OR move.dunning_despite_status IS NOT TRUE)",
                SQL.identifier(field.name),
                array_literal(move_ids),
                SQL.identifier(field.name),
                values,
                all_of_them,
                to_flush=[field, self._fields["dunning_despite_status"]],
            )
        )
        return {move_id: STOPPING[value] for move_id, value in rows}
