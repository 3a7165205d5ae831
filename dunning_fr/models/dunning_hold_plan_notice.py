from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.deadlines import letter_deadline


class DunningHold(models.Model):
    """The formal notice of a missed instalment (F2), and what its deadline does."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    notice_days = fields.Integer(
        string="Days after a formal notice",
        compute="_compute_notice_days",
        store=True,
        precompute=True,
        tracking=True,
        help="Left to pay a missed instalment: what the settings said when the plan "
        "was made, as its agreement (F1) states.",
    )

    is_noticed = fields.Boolean(
        string="Formal notice made",
        compute="_compute_is_noticed",
        help="A formal notice has asked for the instalment that is missed now.",
    )

    @api.depends("kind")
    def _compute_notice_days(self):
        for hold in self:
            company = hold.debtor_id.company_id.sudo()  # sudo: a setting, not a secret
            is_plan = hold.kind == "plan"
            hold.notice_days = is_plan and company.dunning_plan_notice_days

    def action_make_notice(self):
        """Make the formal notices (F2) of plans with a missed instalment, as PDF."""
        self._check_collector()
        self._check_kept()
        for hold in self:
            if hold.state != "active" or not hold.missed_due:
                raise UserError(
                    self.env._("%s: no instalment was missed.", hold.display_name)
                )
            if not hold.agreed_on:
                raise UserError(
                    self.env._(
                        "%s was never agreed: there is no agreement to speak of. "
                        "Break it, and reminders go on.",
                        hold.display_name,
                    )
                )
            if hold.is_noticed:
                raise UserError(
                    self.env._(
                        "%s: the formal notice of this instalment is made already.",
                        hold.display_name,
                    )
                )
        return self._make_documents("notice")._open_documents()

    @api.depends("missed_due", "document_ids")
    def _compute_is_noticed(self):
        for hold in self:
            hold.is_noticed = bool(hold.missed_due) and any(
                letter._asks_for(hold.missed_due) for letter in hold.document_ids
            )

    def _notice_deadline(self, day):
        """Return the day to pay by that a formal notice of ``day`` prints (R5.13)."""
        post = self.env["dunning.parameter"]._get("fr.registered_post_days", day)
        return letter_deadline(day, self.notice_days, int(post))

    def _plans_failed(self, day, tolerance):
        """Return the plans whose formal notice passed unpaid, of these, on ``day``.

        It is without effect while any instalment that it asked for is owed (C. civ.
        1225). Its days count from the presentation. What was paid by its last day
        counts, whenever it was booked: a bank statement may come late.
        """
        letters = {}
        for plan in self:
            if plan.company_id.dunning_plan_breach != "notice":
                continue
            for letter in plan.document_ids.sorted("presented_on"):
                last = letter.kind == "notice" and letter._expires_on()
                if last and last < day:
                    letters[plan.id] = (letter, last)  # the latest one
        if not letters:
            return self.browse()
        plans = self.browse(letters)
        limits = {id_: last for id_, (_letter, last) in letters.items()}
        shares = plans._plan_shares(day, limits)
        return plans.filtered(
            lambda plan: any(
                letters[plan.id][0]._asks_for(line.due_date)
                and shares[line.id].left > tolerance
                for line in plan.instalment_ids
            )
        )
