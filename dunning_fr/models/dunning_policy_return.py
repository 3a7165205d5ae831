from odoo import fields, models


class DunningPolicy(models.Model):
    """What follows a payment that the bank returned."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.policy"

    returned_level = fields.Integer(
        string="After a returned payment, start again at level",
        default=1,
        required=True,
        aggregator=None,
        help="A cheque, direct debit or bill that comes back has paid nothing: the "
        "invoice is reminded again from this level, first with the notice of the "
        "returned payment. An invoice whose formal notice was sent goes on after it: "
        "that notice stays valid. No text sets this level: to verify.",
    )
    returned_template_id = fields.Many2one(
        "mail.template",
        string="Notice of a returned payment",
        domain=[("model", "=", "dunning.notice")],
        default=lambda self: self.env.ref(
            "dunning_fr.mail_template_e3", raise_if_not_found=False
        ),
        help="Takes the place of the level's text where a notice is about returned "
        "payments alone, and of the first level's wherever a payment came back. "
        "Empty: the level's own text.",
        ondelete="restrict",
    )

    _returned_level_range = models.Constraint(
        "CHECK (returned_level BETWEEN 1 AND 3)",
        "An item starts again at level 1, 2 or 3.",
    )
