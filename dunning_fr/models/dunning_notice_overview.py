from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_breakdown import open_items


class DunningNotice(models.Model):
    """What a person reads on a notice, beside what the debtor reads."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    interest_included = fields.Boolean(compute="_compute_included")
    indemnity_included = fields.Boolean(compute="_compute_included")
    waits_for_post = fields.Boolean(compute="_compute_post")
    waits_for_presentation = fields.Boolean(compute="_compute_post")
    is_postal = fields.Boolean(compute="_compute_post")
    has_failed_dispatch = fields.Boolean(compute="_compute_post")
    is_public_formal = fields.Boolean(compute="_compute_is_public_formal")
    owed_to_text = fields.Char(related="debtor_id.owed_to_text")

    @api.depends(
        "amount_total", "amount_principal", "amount_interest", "amount_indemnity"
    )
    def _compute_included(self):
        """Say which claims the total holds: the amounts tell, not the level now."""
        for notice in self:
            currency = notice.currency_id
            extra = notice.amount_total - notice.amount_principal
            interest, indemnity = notice.amount_interest, notice.amount_indemnity

            def is_extra(amount, currency=currency, extra=extra):
                return not currency.is_zero(amount) and not currency.compare_amounts(
                    extra, amount
                )

            both = is_extra(interest + indemnity)
            notice.interest_included = bool(interest) and (both or is_extra(interest))
            notice.indemnity_included = bool(indemnity) and (
                both or is_extra(indemnity)
            )

    @api.depends(
        "state", "dispatch_ids.state", "posted_date", "presented_date", "unclaimed"
    )
    def _compute_post(self):
        for notice in self:
            live = notice.dispatch_ids.filtered(lambda d: d.state != "cancelled")
            postal = live.filtered(lambda d: d.channel_id._is_postal())
            notice.is_postal = bool(postal)
            notice.waits_for_post = "ready" in postal.mapped("state")
            notice.waits_for_presentation = bool(
                notice.posted_date
                and not notice.presented_date
                and not notice.unclaimed
                and "registered_letter" in postal.mapped("channel_code")
            )
            notice.has_failed_dispatch = "failed" in live.mapped("state")

    @api.depends("debtor_kind", "is_formal_notice")
    def _compute_is_public_formal(self):
        for notice in self:
            notice.is_public_formal = (
                notice.is_formal_notice and notice.debtor_kind == "public"
            )

    @api.model
    def _ever_sent(self, company):
        """Return whether ``company`` has ever handed a notice over for sending."""
        return bool(
            self.sudo().search_count(  # sudo: one fact about the company's own past
                [
                    ("company_id", "=", company.id),
                    ("state", "not in", ("draft", "cancelled")),
                ],
                limit=1,
            )
        )

    # ---------------------------------------------------------------- actions

    def action_open_send(self):
        """Ask for confirmation before the drafts among ``self`` leave."""
        drafts = self.filtered(lambda notice: notice.state == "draft")
        if not drafts:
            raise UserError(self.env._("None of these notices is a draft."))
        if len(drafts.company_id) > 1:
            raise UserError(self.env._("Send the notices of one company at a time."))
        wizard = self.env["dunning.send.wizard"].create(
            {"company_id": drafts.company_id.id, "notice_ids": drafts.ids}
        )
        return wizard._open()

    def action_open_invoices(self):
        """Open the invoices behind the items, as they are today."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.move_line_id.move_id.ids)],
            "context": {"create": False},
        }

    def action_open_debtor(self):
        """Open the debtor's page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.debtor",
            "res_id": self.debtor_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_credits(self):
        """Open the debtor's open credits, to match them."""
        self.ensure_one()
        line_ids = self.line_ids.filtered(
            lambda line: line.residual < 0
        ).move_line_id.ids
        return open_items(
            self.env, self.env._("Open credits"), [("id", "in", line_ids)]
        )
