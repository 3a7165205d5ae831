from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DunningLevel(models.Model):
    """Which levels leave by themselves, and who answers for those that do not."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.level"

    auto_send_formal = fields.Boolean(
        string="Formal notices too",
        help="A formal notice of this level leaves without a person as well. Never to "
        "a public buyer: it may open a dispute with a two-month time limit (R3.18).",
    )
    owner_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        index="btree_not_null",
        help="Is told by an activity when the daily run leaves notices of this level "
        "for a person. Empty: who answers for automatic runs.",
    )
    escalation_user_id = fields.Many2one(
        "res.users",
        string="Escalation manager",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        index="btree_not_null",
        help="Is reminded every week of the items whose last level was this one, whose "
        "deadline has passed and about which nothing was decided.",
    )

    _auto_formal = models.Constraint(
        "CHECK (auto_send_formal IS NOT TRUE OR (auto_send AND is_formal_notice))",
        "“Formal notices too” is for formal notices that leave without approval.",
    )

    @api.constrains("auto_send_formal", "policy_id")
    def _check_auto_formal(self):
        self.policy_id._check_public_by_person()

    def _told(self, user, name="owner_id"):
        """Return who is told of this level's notices; ``user`` if nobody else can."""
        chosen = self[name].sudo()  # sudo: whether this person may see them
        may_see = (
            chosen.active
            and self.company_id in chosen.company_ids
            and chosen.has_group("dunning_fr.group_dunning_user")
        )
        return chosen.sudo(False) if may_see else user


class DunningPolicy(models.Model):
    _inherit = "dunning.policy"

    @api.constrains("default_for_kind")
    def _check_public_by_person(self):
        """Refuse formal notices that leave by themselves to public buyers (R3.18)."""
        for policy in self.filtered(lambda p: p.default_for_kind == "public"):
            if any(policy.level_ids.mapped("auto_send_formal")):
                raise ValidationError(
                    self.env._(
                        "“%s” is for public buyers: its formal notices always need a "
                        "person (R3.18).",
                        policy.display_name,
                    )
                )
