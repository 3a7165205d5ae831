from odoo import api, fields, models


class ResPartner(models.Model):
    """Penalties are no turnover: Odoo's days sales outstanding leaves notes out."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    def _compute_days_sales_outstanding(self):
        # EXTENDS 'account': its formula, without the notes de débit of whoever has some
        result = super()._compute_days_sales_outstanding()
        owed = self._dunning_notes_owed()
        if owed:
            sales = self._dunning_sales(owed)
            for partner in self.filtered(lambda partner: partner in owed):
                first_day, total = sales.get(partner, (False, 0))
                outstanding = 0
                if first_day and total:
                    days = (fields.Date.context_today(self) - first_day).days
                    outstanding = (partner.credit - owed[partner]) / total * days
                partner.days_sales_outstanding = outstanding
        return result

    def _dunning_notes_owed(self):
        """Return {customer: still owed on notes de débit} of those who had any."""
        moves = self.env["account.move"]
        rows = moves._read_group(
            [
                ("dunning_is_debit_note", "=", True),
                ("state", "=", "posted"),
                ("company_id", "child_of", self.env.company.root_id.id),
                ("commercial_partner_id", "in", self.ids),
            ],
            ["commercial_partner_id"],
            ["amount_residual_signed:sum"],
        )
        return dict(rows)

    @api.model
    def _dunning_sales(self, partners):
        """Return {customer: (day of the first sale, total)} of their real sales."""
        moves = self.env["account.move"]
        rows = moves._read_group(
            [
                ("dunning_is_debit_note", "=", False),
                ("state", "not in", ["draft", "cancel"]),
                ("move_type", "in", moves.get_sale_types(include_receipts=True)),
                ("company_id", "=", self.env.company.id),
                ("commercial_partner_id", "in", [partner.id for partner in partners]),
            ],
            ["commercial_partner_id"],
            ["invoice_date:min", "amount_total_signed:sum"],
        )
        return {partner: (first_day, total) for partner, first_day, total in rows}
