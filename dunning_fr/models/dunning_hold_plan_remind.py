from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

REMINDER = "dunning_fr.mail_template_instalment"


class DunningHold(models.Model):
    """Reminders before instalments, by e-mail, each at most once.

    Not a reminder of the debt but of what was agreed. Whoever gets one message at a
    time gets it once the days since the last one are over (R2.12), if there is time.
    What else stops messages stops it as well (R10.12), and it never leaves too late.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.model
    def _cron_company(self, company, day):
        # EXTENDS dunning.hold
        result = super()._cron_company(company, day)
        self._remind_instalments(company, day)
        return result

    @api.model
    def _remind_instalments(self, company, day):
        """Remind of the instalments that fall due within the company's days.

        :return: the instalments whose debtors were written to
        """
        before, lines = company.dunning_plan_reminder_days, self.instalment_ids
        if not before:
            return lines
        # sudo: the company reminds, whoever runs it
        lines = lines.sudo().search(
            [
                ("company_id", "=", company.id),
                ("plan_state", "=", "active"),
                ("hold_id.agreed_on", "!=", False),
                ("reminded_on", "=", False),
                ("due_date", ">=", day),
                ("due_date", "<=", day + timedelta(days=before)),
            ]
        )
        opening = self._reminder_opening(company, day)
        leaves = company._dunning_local(opening).date()
        lines = lines.filtered(lambda line: line.due_date >= leaves)
        shares, plans = lines.hold_id._plan_shares(day), lines.hold_id
        tolerance = self._plan_tolerance(company)
        missed = set(self.sudo()._plans_late(company, day))
        resting = plans._resting(company, day) | plans._stopped(company, day)
        told = lines.filtered(
            lambda line: (
                shares[line.id].left > tolerance
                and line.hold_id.id not in missed
                and line.hold_id not in resting
                and line.hold_id.recipient_email
            )
        )
        # of a plan by the week: one message, for its first instalment
        firsts = lines.browse(
            own.sorted("due_date")[0].id for own in told.grouped("hold_id").values()
        )
        if firsts:
            # sudo: the text is the company's
            template = self.env.ref(REMINDER).sudo()
            template = template.with_context(dunning_instalments=firsts.ids)
            template.send_mail_batch(
                firsts.hold_id.ids,
                email_values={"scheduled_date": opening},
                email_layout_xmlid="mail.mail_notification_light",
            )
            firsts.reminded_on = day
        return firsts

    @api.model
    def _reminder_opening(self, company, day):
        """Return when a reminder of ``day`` leaves (UTC): now, or when hours open."""
        now = fields.Datetime.now()
        if company._dunning_local(now).date() != day:
            now = company._dunning_utc(datetime.combine(day, time.min))
        return company._dunning_opening(now)

    def _stopped(self, company, day):
        """Return the plans whose debtors get no message on ``day`` (R10.12).

        Another hold of their invoices is in force, or nobody disturbs their debtor.
        """
        # sudo: every hold of the company acts, whoever asks
        others = self.sudo().search(
            self._acting_domain(day)
            & Domain("debtor_id", "in", self.debtor_id.ids)
            & Domain("kind", "!=", "plan")
        )
        held = {}
        for hold in others:
            held.setdefault(hold.debtor_id.id, []).append(hold.move_ids)
        return self.filtered(
            lambda plan: (
                any(
                    not moves or moves & plan.move_ids
                    for moves in held.get(plan.debtor_id.id, ())
                )
                or plan.partner_id.with_company(company).dunning_excluded
                or (
                    plan.debtor_id.quiet_to
                    and plan.debtor_id.quiet_from <= day <= plan.debtor_id.quiet_to
                )
            )
        )

    def _resting(self, company, day):
        """Return the plans whose debtors had a message too recently (R2.12)."""
        kinds, days = company._dunning_contact()
        spared = self.filtered(
            lambda plan: bool(kinds) and (plan.debtor_id.debtor_kind or None) in kinds
        )
        if not spared:
            return spared
        engine = self.env["dunning.engine"]
        contacted = engine._contacted(company, day, days, spared.partner_id.ids, None)
        return spared.filtered(
            lambda plan: contacted.get(plan.partner_id.id, day) > day
        )
