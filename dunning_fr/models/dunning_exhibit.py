from odoo import api, fields, models

EXHIBIT_KINDS = [
    ("order", "Order, quote or contract, signed"),
    ("terms", "Terms of sale, accepted"),
    ("delivery", "Delivery note, acceptance or proof of performance"),
    ("admission", "Message in which the debtor admits the debt"),
    ("amicable", "Amicable attempt (conciliation, mediation), or exemption"),
    ("debtor_identity", "Extract about the debtor (Kbis, RNE)"),
    ("creditor_identity", "Extract about us, power of an agent"),
    ("other", "Other"),
]


class DunningExhibit(models.Model):
    """A document that proves a claim in court, of some invoices or of all (6.8)."""

    _name = "dunning.exhibit"
    _description = "Exhibit"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("debtor_id", "company_id")
    _order = "debtor_id, kind, date, id"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    kind = fields.Selection(EXHIBIT_KINDS, required=True, default="order")
    name = fields.Char(
        string="What it is", required=True, help="As the list of exhibits will name it."
    )
    date = fields.Date(help="Date of the document.")
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id), ('move_type', 'in', ('out_invoice', "
        "'out_refund', 'entry'))]",
        help="Leave empty for a document about all of the debtor's invoices.",
    )
    file = fields.Binary(string="Document", attachment=True, required=True)
    file_name = fields.Char(required=True)

    @api.constrains("move_ids", "debtor_id")
    def _check_moves(self):
        """Refuse invoices of another customer or company."""
        for exhibit in self:
            exhibit.debtor_id._check_own_moves(exhibit.move_ids)

    @api.onchange("file_name")
    def _onchange_file_name(self):
        if self.file_name and not self.name:
            self.name = self.file_name.rpartition(".")[0] or self.file_name

    def _covered(self, moves):
        """Return the ``moves`` that these exhibits are about."""
        if any(not exhibit.move_ids for exhibit in self):
            return moves
        return moves & self.move_ids
