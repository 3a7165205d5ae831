from odoo import fields, models


class DunningLegalCheckRow(models.TransientModel):
    """A point of the checklist, its rule, and the button that mends it."""

    _name = "dunning.legal.check"
    _description = "Legal procedure: checklist"
    _order = "id"

    wizard_id = fields.Many2one(
        "dunning.legal.wizard", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(readonly=True)
    name = fields.Char(string="Point", readonly=True)
    result = fields.Selection(
        [
            ("pass", "In order"),
            ("warn", "To look at"),
            ("fail", "To mend"),
            ("unknown", "Not known"),
        ],
        readonly=True,
    )
    text = fields.Text(string="What is known", readonly=True)
    rule = fields.Char(readonly=True)
    mend = fields.Char(readonly=True)

    def action_mend(self):
        """Open the place where the point is mended; nothing for a point in order."""
        self.ensure_one()
        debtor = self.wizard_id.debtor_id
        openers = {
            "partner": debtor.action_open_partner,
            "items": debtor.action_open_items,
            "holds": debtor.action_open_holds,
            "notices": debtor.action_open_notices,
            "debtor": lambda: self._form(debtor),
            "company": lambda: self._form(debtor.company_id.partner_id),
            "moves": self._open_moves,
            "cases": self._open_cases,
            "rates": self._open_rates,
        }
        return openers[self.mend]() if self.mend in openers else False

    def _form(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _open_moves(self):
        moves = self.wizard_id.item_ids.filtered("is_chosen").move_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {**action, "domain": [("id", "in", moves.ids)], "context": {}}

    def _open_cases(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_case"
        )
        domain = [("debtor_id", "=", self.wizard_id.debtor_id.id)]
        return {**action, "domain": domain, "context": {}}

    def _open_rates(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_rate"
        )
