from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.deadlines import previous_working_day, procedural_deadline

PROCEEDINGS = [
    ("safeguard", "Safeguard"),
    ("reorganisation", "Judicial reorganisation"),
    ("liquidation", "Judicial liquidation"),
]
# Figures of each time limit: months, more of them outside the court's territory
LIMITS = {
    "declaration": ("fr.claim_declaration_months", "fr.claim_declaration_abroad_extra"),
    "relief": ("fr.claim_declaration_relief", None),
    "reclaim": ("fr.revendication_months", None),
}


class DunningHold(models.Model):
    """Insolvency and over-indebtedness: who decided what, and what is due by when."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    proceedings = fields.Selection(
        PROCEEDINGS, tracking=True, help="As the judgment or the BODACC names them."
    )
    court_name = fields.Char(string="Court", tracking=True)
    trustee_id = fields.Many2one(
        "res.partner",
        string="Mandataire or liquidator",
        tracking=True,
        help="Whom the claim is declared to: the mandataire judiciaire, in a "
        "liquidation the liquidator (R6.35).",
    )
    source = fields.Char(help="Where this was read, for example the BODACC notice.")
    source_checked_on = fields.Date(string="Checked on")
    is_outside_territory = fields.Boolean(
        string="Creditor outside the territory",
        help="The company is established outside the territory of the court: two more "
        "months to declare (R6.35).",
    )
    goods_to_reclaim = fields.Boolean(
        string="Goods under retention of title",
        default=True,
        help="Untick if no goods were sold under retention of title: the time limit "
        "to claim them back is then of no use; to verify (R6.43).",
    )
    declared_on = fields.Date(
        string="Claim declared on",
        tracking=True,
        help="Day of posting; keep the proof of sending and of its content (R6.35).",
    )
    relief_asked_on = fields.Date(string="Relief asked on", tracking=True)
    reclaimed_on = fields.Date(string="Goods claimed back on", tracking=True)
    leader_id = fields.Many2one(
        "dunning.hold",
        string="Entered for",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
        help="The customer with the same SIREN that the proceedings were entered for.",
    )
    follower_ids = fields.One2many("dunning.hold", "leader_id", string="Same SIREN")
    declaration_raw = fields.Date(string="Declare by", compute="_compute_limits")
    declaration_limit = fields.Date(
        string="Declare by, extended", compute="_compute_limits"
    )
    relief_raw = fields.Date(string="Ask for relief by", compute="_compute_limits")
    relief_limit = fields.Date(
        string="Ask for relief by, extended", compute="_compute_limits"
    )
    reclaim_raw = fields.Date(string="Claim goods back by", compute="_compute_limits")
    reclaim_limit = fields.Date(
        string="Claim goods back by, extended", compute="_compute_limits"
    )

    _proceedings_kind = models.Constraint(
        "CHECK (proceedings IS NULL OR kind = 'insolvency')",
        "Safeguard, reorganisation and liquidation are holds of insolvency.",
    )

    @api.depends("kind", "publication_date", "is_outside_territory", "goods_to_reclaim")
    def _compute_limits(self):
        for hold in self:
            for name in LIMITS:
                raw, adjusted = hold._limit(name) or (False, False)
                hold[f"{name}_raw"], hold[f"{name}_limit"] = raw, adjusted

    def _limit(self, name):
        """Return (raw, adjusted) last days of a time limit, or None (R7.16).

        None as long as the publication is not known: a time limit is not guessed.
        """
        self.ensure_one()
        day = self.publication_date
        if not day or self.kind != "insolvency":
            return None
        if name == "reclaim" and not self.goods_to_reclaim:
            return None
        key, extra = LIMITS[name]
        figure = self.env["dunning.parameter"]._get
        months = int(figure(key, day))
        if extra and self.is_outside_territory:
            months += int(figure(extra, day))
        return procedural_deadline(day, months=months)

    @api.constrains("declared_on", "relief_asked_on", "reclaimed_on", "judgment_date")
    def _check_acts(self):
        for hold in self:
            acts = [hold.declared_on, hold.relief_asked_on, hold.reclaimed_on]
            first = min((day for day in acts if day), default=None)
            if first and hold.judgment_date and first < hold.judgment_date:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s: nothing is declared or claimed back before the "
                        "opening judgment.",
                        debtor=hold.debtor_id.display_name,
                    )
                )

    def _sentence(self):
        """Return one line on the proceedings, for the debtor's page."""
        self.ensure_one()
        labels = dict(self._fields["proceedings"]._description_selection(self.env))
        name = labels.get(self.proceedings) or self.env._("Insolvency proceedings")
        parts = [name]
        if self.judgment_date:
            parts.append(
                self.env._("judgment of %s", format_date(self.env, self.judgment_date))
            )
        if self.declared_on:
            parts.append(
                self.env._("declared on %s", format_date(self.env, self.declared_on))
            )
        elif self.declaration_raw:
            parts.append(
                self.env._(
                    "declare the claim by %s",
                    format_date(self.env, self.declaration_raw),
                )
            )
        else:
            parts.append(self.env._("publication in the BODACC to find"))
        return ", ".join(parts)

    @api.model
    def _insolvent_domain(self, company):
        """Return the domain of the entries whose time limits are watched."""
        return Domain(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "insolvency"),
                ("state", "=", "active"),
                ("leader_id", "=", False),
                ("debtor_id.active", "=", True),
            ]
        )

    def _next_limits(self, today):
        """Return [(name, raw, adjusted)] of the time limits that still matter.

        Relief only matters once the time to declare has passed (R6.38).
        """
        self.ensure_one()
        done = {
            "declaration": self.declared_on,
            "relief": self.relief_asked_on or self.declared_on,
            "reclaim": self.reclaimed_on,
        }
        found = []
        for name, acted in done.items():
            limit = None if acted else self._limit(name)
            if not limit or limit[1] < today:
                continue
            declare_by = self._limit("declaration")
            if name == "relief" and declare_by[1] >= today:
                continue
            found.append((name, *limit))
        return found

    @api.model
    def _alert_day(self, raw):
        """Return the last working day before the raw date is over (7.3)."""
        return previous_working_day(raw)
