from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.arrays import array_literal
from .dunning_breakdown import DayTexts


class DunningDebtor(models.Model):
    """One customer as seen by one company's receivables: who owes, who chases."""

    _name = "dunning.debtor"
    _description = "Debtor"
    _inherit = [
        "dunning.anchor.mixin",
        "dunning.recipient.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _anchors = ("partner_id", "company_id")
    _order = "partner_id, id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index=True,
        tracking=True,
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    debtor_kind = fields.Selection(related="partner_id.debtor_kind")
    policy_id = fields.Many2one(
        "dunning.policy",
        compute="_compute_policy_id",
        help="The customer's own policy, else the default of the debtor kind.",
    )
    hold_ids = fields.One2many("dunning.hold", "debtor_id", string="Holds")
    notice_ids = fields.One2many("dunning.notice", "debtor_id", string="Notices")
    note = fields.Html(string="Internal note")

    _partner_company_unique = models.UniqueIndex(
        "(partner_id, company_id)", "This customer is already a debtor of this company."
    )

    @api.depends("partner_id", "company_id", "partner_id.debtor_kind")
    @api.depends_context("company")
    def _compute_policy_id(self):
        engine = self.env["dunning.engine"]
        for company, debtors in self.grouped("company_id").items():
            defaults = engine._default_policies(company)
            for debtor in debtors.with_company(company):
                partner = debtor.partner_id
                own = partner.dunning_policy_id
                kind = partner.debtor_kind or "professional"
                debtor.policy_id = own.id or defaults.get(kind)

    @api.depends("partner_id", "company_id")
    def _compute_display_name(self):
        for debtor in self:
            debtor.display_name = debtor.partner_id.display_name

    @api.model
    def _ensure(self, company, partner_ids):
        """Return {partner id: debtor id}, making the missing ones set-based."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dunning_debtor (partner_id, company_id, active,
                                            insurance_consent, create_uid, write_uid,
                                            create_date, write_date)
                SELECT partner_id, %s, TRUE, TRUE, %s, %s, now() at time zone 'UTC',
                       now() at time zone 'UTC'
                  FROM unnest(%s::int[]) AS partner_id
                ON CONFLICT DO NOTHING
                """,
                company.id,
                self.env.uid,
                self.env.uid,
                array_literal(partner_ids),
            )
        )
        self.env.cr.execute(
            SQL(
                "SELECT partner_id, id FROM dunning_debtor"
                " WHERE company_id = %s AND partner_id = ANY(%s::int[])",
                company.id,
                array_literal(partner_ids),
            )
        )
        self.invalidate_model()
        return dict(self.env.cr.fetchall())

    def explain(self, date=None):
        """Say of each open item which level it would get on ``date``, and why.

        :param date: date or ISO text; None = today in the company's time zone
        :return: list of dicts: ``move_line_id``, ``next_level`` (1 to 4, False when
            nothing would leave), ``reason`` (never empty), ``next_date`` (False when
            unknown), ``level`` (last level sent), ``planned_level`` (the next one,
            once nothing holds it back; False when unknown), ``code``, ``residual``
            (what is left of it, wherever it was moved)
        """
        self.ensure_one()
        self.check_access("read")
        day = fields.Date.to_date(date) or self.company_id._dunning_today()
        engine = self.env["dunning.engine"]
        # A draft of that day is the level itself: it does not hide it.
        assessed = engine._assess(
            self.company_id, day, self.partner_id.ids, self._drafts(), full=True
        )
        assessment = assessed.assessment
        facts = assessment.facts
        restarts = engine._restarts(self.company_id, facts.items)
        days = DayTexts(self.env)
        return [
            {
                "move_line_id": item.id,
                "next_level": self._explained_level(assessment.verdicts[item.id]),
                "reason": engine._reason(item, assessment, restarts, days),
                "next_date": assessment.verdicts[item.id].on or False,
                "level": facts.past[facts.keys[item.id]].sequence
                if facts.keys[item.id] in facts.past
                else 0,
                "code": assessment.verdicts[item.id].code,
                "planned_level": assessment.verdicts[item.id].level.sequence
                if assessment.verdicts[item.id].level
                else False,
                "residual": float(item.residual),
            }
            for item in facts.items
        ]

    def _check_own_moves(self, moves):
        """Refuse ``moves`` of another customer or company than this debtor's."""
        self.ensure_one()
        # sudo: whose items they are, not what they say
        for move in moves.sudo():
            owners = move.line_ids.partner_id | move.commercial_partner_id
            if move.company_id != self.company_id or self.partner_id not in owners:
                raise ValidationError(
                    self.env._(
                        "%(move)s is not an invoice of %(debtor)s in %(company)s.",
                        move=move.name,
                        debtor=self.partner_id.display_name,
                        company=self.company_id.display_name,
                    )
                )

    def _drafts(self):
        return self.notice_ids.filtered(lambda notice: notice.state == "draft")

    @staticmethod
    def _explained_level(verdict):
        return verdict.level.sequence if verdict.code == "ready" else False

    def action_draft_formal_notice(self):
        """Draft the formal notice that a run leaves to a person; open it.

        For a public buyer nothing formal is automatic: a formal notice under a CCAG
        may open a dispute with a two-month time limit (R3.18).
        """
        self.ensure_one()
        self.env["dunning.run"]._check_collector()
        self.check_access("read")
        company, day = self.company_id, self.company_id._dunning_today()
        assessed = self.env["dunning.engine"]._assess(
            company, day, self.partner_id.ids, by_person=True
        )
        formal = [p for p in assessed.proposals if p.level and p.level.is_formal]
        if not formal:
            raise UserError(self._no_formal_notice_message(assessed.assessment))
        # sudo: nobody has rights on notices; the group was checked
        notices = self.env["dunning.notice"].sudo()
        drafted = notices._insert_proposals(
            company, day, formal, assessed.assessment.facts.keys
        )
        return drafted.sudo(False)._action_open()

    def _no_formal_notice_message(self, assessment):
        engine = self.env["dunning.engine"]
        reasons = [
            f"{item.move_name}: {engine._reason(item, assessment)}"
            for item in assessment.facts.items
            if item.residual > 0
        ]
        return self.env._(
            "No formal notice can be drafted for %(debtor)s.\n%(reasons)s",
            debtor=self.display_name,
            reasons="\n".join(reasons[:20]) or self.env._("Nothing is overdue."),
        )
