from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Whether a run is prepared every day, and who answers for it."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_auto_run = fields.Boolean(
        string="Daily run",
        help="A scheduled action prepares the day's run. Only notices of the levels "
        "that say so leave by themselves; all others stay drafts for a person.",
    )
    dunning_auto_user_id = fields.Many2one(
        "res.users",
        string="Who answers for it",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="A dunning manager: the run is made with this person's rights, and tells "
        "this person when it waits.",
    )
    dunning_auto_max = fields.Integer(
        string="Notices without a person",
        default=50,
        help="A daily run with more notices to send by itself than this sends none of "
        "them: a person looks and confirms their number.",
    )

    @api.constrains("dunning_auto_run", "dunning_auto_user_id", "dunning_auto_max")
    def _check_dunning_auto(self):
        for company in self:
            if company.dunning_auto_max < 0:
                raise ValidationError(
                    self.env._("The number of notices cannot be negative.")
                )
            if company.dunning_auto_run and not company._dunning_responsible():
                raise ValidationError(
                    self.env._(
                        "Choose a dunning manager of %s who answers for the daily run.",
                        company.display_name,
                    )
                )

    def _dunning_responsible(self):
        """Return who answers for the daily run, while still entitled to."""
        # sudo: whether this person may, not what he or she is
        user = self.sudo().dunning_auto_user_id
        group = "dunning_fr.group_dunning_manager"
        if user.active and self in user.company_ids and user.has_group(group):
            return user
        return user.browse()
