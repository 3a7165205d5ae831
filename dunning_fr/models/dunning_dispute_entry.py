from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningDisputeEntry(models.Model):
    """One dated fact of a dispute: a point, an offer, an answer."""

    _name = "dunning.dispute.entry"
    _description = "Entry of a dispute"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("hold_id",)
    _order = "date, id"

    hold_id = fields.Many2one(
        "dunning.hold", string="Dispute", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="hold_id.company_id")
    company_currency_id = fields.Many2one(related="hold_id.company_currency_id")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._dunning_today()
    )
    kind = fields.Selection(
        [
            ("point", "Point raised"),
            ("answer", "Our answer"),
            ("offer", "Our offer"),
            ("counter_offer", "Counter-offer"),
        ],
        required=True,
        default="point",
    )
    text = fields.Char(
        required=True,
        help="Facts only, nothing of health or family: the debtor may ask to read it "
        "(R10.9).",
    )
    amount = fields.Monetary(
        currency_field="company_currency_id",
        help="What would be taken off the invoice.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of an offer cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._check_dispute()
        return entries

    def write(self, vals):
        self._check_dispute()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._check_dispute()

    def _check_dispute(self):
        """Refuse what is no dispute, or what a manager keeps."""
        for hold in self.hold_id:
            if hold.kind != "dispute":
                raise UserError(
                    self.env._("%s is no dispute: it has no offers.", hold.display_name)
                )
        self.hold_id._check_kept()
