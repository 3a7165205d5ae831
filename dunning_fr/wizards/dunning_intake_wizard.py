from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_breakdown import debtors, money


class DunningIntakeWizard(models.TransientModel):
    """Choose, correct and confirm the items of opening entries to be reminded."""

    _name = "dunning.intake.wizard"
    _description = "Take opening entries in"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    line_ids = fields.One2many("dunning.intake.wizard.line", "wizard_id")
    headline = fields.Char(compute="_compute_headline")
    incomplete = fields.Char(compute="_compute_headline")

    @api.depends("line_ids.partner_id", "line_ids.date_maturity", "line_ids.document")
    def _compute_headline(self):
        for wizard in self:
            wizard.headline = wizard._summary()
            wizard.incomplete = wizard._incomplete()

    def _incomplete(self):
        rows = self.line_ids.filtered("missing")
        names = [f"{row.document or row.move_name} ({row.missing})" for row in rows]
        if not names:
            return False
        return self.env._("Still to fill in: %s", ", ".join(names))

    def _summary(self):
        today = self.company_id._dunning_today()
        amounts = {}
        for line in self.line_ids:
            currency = line.currency_id
            amounts[currency] = amounts.get(currency, 0) + line.residual
        late = self.line_ids.filtered(
            lambda line: (
                line.residual > 0 and line.date_maturity and line.date_maturity < today
            )
        )
        return self.env._(
            "%(items)s items of %(debtors)s, %(amount)s in all; %(late)s are late and "
            "will be in the next run.",
            items=len(self.line_ids),
            debtors=debtors(self.env, len(self.line_ids.partner_id)),
            amount=money(self.env, amounts),
            late=len(late),
        )

    def action_take(self):
        """Take the items in and show what was recorded."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("There is no item left to take in."))
        if self.incomplete:
            raise UserError(self.incomplete)
        open_ones = self.line_ids.move_line_id.filtered_domain(
            self.env["account.move.line"]._dunning_opening_domain()
        )
        gone = self.line_ids.filtered(lambda row: row.move_line_id not in open_ones)
        if gone:
            raise UserError(
                self.env._(
                    "Paid or taken in meanwhile, remove them: %s",
                    ", ".join(gone.mapped("document")),
                )
            )
        taken = self.env["dunning.intake"]._take(
            [(row.move_line_id, row._prepare_intake_values()) for row in self.line_ids]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_intake"
        )
        return {**action, "domain": [("id", "in", taken.ids)], "target": "current"}


class DunningIntakeWizardLine(models.TransientModel):
    """An item of an opening entry about to be taken in."""

    _name = "dunning.intake.wizard.line"
    _description = "Opening item to take in"

    wizard_id = fields.Many2one(
        "dunning.intake.wizard", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="wizard_id.company_id")
    move_line_id = fields.Many2one(
        "account.move.line", required=True, readonly=True, index=True
    )
    move_name = fields.Char(related="move_line_id.move_name", string="Entry")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    residual = fields.Monetary(
        related="move_line_id.amount_residual_currency",
        string="Still owed",
        help="In the currency of the item, as the ledger says.",
    )
    partner_id = fields.Many2one("res.partner", string="Customer")
    document = fields.Char()
    document_date = fields.Date()
    date_maturity = fields.Date(string="Due date")
    is_locked = fields.Boolean(
        compute="_compute_is_locked",
        help="A lock date or a hash protects the customer of the entry.",
    )
    missing = fields.Char(compute="_compute_missing")

    @api.depends("move_line_id")
    def _compute_is_locked(self):
        for row in self:
            # sudo: whether the entry is locked, nothing else of it
            line = row.move_line_id.sudo()
            company, journal = line.company_id, line.journal_id
            locked = line.date <= company._get_user_fiscal_lock_date(journal)
            row.is_locked = locked or bool(line.move_id.inalterable_hash)

    @api.depends("partner_id", "document", "date_maturity")
    def _compute_missing(self):
        labels = {
            "partner_id": self.env._("customer"),
            "document": self.env._("document"),
            "date_maturity": self.env._("due date"),
        }
        for row in self:
            missing = [label for name, label in labels.items() if not row[name]]
            row.missing = ", ".join(missing)

    def _prepare_intake_values(self):
        """Return the values of the record that keeps this decision."""
        line = self.move_line_id
        return {
            "company_id": line.company_id.id,
            "move_line_id": line.id,
            "move_name": line.move_name,
            "document": self.document,
            "document_date": self.document_date,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "partner_before_id": line.partner_id.id,
            "date_maturity": self.date_maturity,
            "date_maturity_before": line.date_maturity,
            "currency_id": line.currency_id.id,
            "residual": line.amount_residual_currency,
        }
