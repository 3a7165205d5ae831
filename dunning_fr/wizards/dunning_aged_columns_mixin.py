from odoo import api, fields, models

# The web client hands only such keys of the context on when it asks for a view
BOUNDS_KEY = "dunning_aged_bounds_view_ref"


class DunningAgedColumnsMixin(models.AbstractModel):
    """The columns of the aged balance, titled by the bounds that were chosen."""

    _name = "dunning.aged.columns.mixin"
    _description = "Columns of the aged balance"

    currency_id = fields.Many2one("res.currency", readonly=True)
    not_due = fields.Monetary(
        string="Not due",
        readonly=True,
        help="Due on the day of the balance or later: what is due today is not late.",
    )
    bucket_1 = fields.Monetary(string="1 to 30 days", readonly=True)
    bucket_2 = fields.Monetary(string="31 to 60 days", readonly=True)
    bucket_3 = fields.Monetary(string="61 to 90 days", readonly=True)
    bucket_over = fields.Monetary(string="Over 90 days", readonly=True)
    unmatched = fields.Monetary(
        string="Received, not matched",
        readonly=True,
        help="Payments and credit notes that were not yet matched with an invoice on "
        "the day of the balance.",
    )
    total = fields.Monetary(
        readonly=True,
        help="The balance of the receivable accounts on that day.",
    )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        # EXTENDS 'base': titles follow the bounds of the balance being looked at
        found = super().fields_get(allfields, attributes)
        bounds = self._context_bounds()
        if bounds:
            for name, title in self._bucket_titles(*bounds).items():
                if "string" in found.get(name, {}):
                    found[name]["string"] = title
        return found

    @api.model
    def _context_bounds(self):
        """Return the three bounds of the context, or nothing."""
        pieces = str(self.env.context.get(BOUNDS_KEY) or "").split("-")
        if len(pieces) != 3 or not all(piece.isdecimal() for piece in pieces):
            return None
        return [int(piece) for piece in pieces]

    @api.model
    def _bucket_titles(self, first, second, third):
        """Return {column: title} of the late columns."""

        def between(start, end):
            return self.env._("%(start)s to %(end)s days", start=start, end=end)

        return {
            "bucket_1": between(1, first),
            "bucket_2": between(first + 1, second),
            "bucket_3": between(second + 1, third),
            "bucket_over": self.env._("Over %(days)s days", days=third),
        }

    def _aged_balance(self):
        """Return the balance these rows, or the list they stand in, belong to."""
        balances = self.env["dunning.aged.balance"]
        if "balance_id" in self._fields and self:
            return self.balance_id[:1]
        return balances.browse(self.env.context.get("dunning_aged_balance_id"))

    def action_pdf(self):
        """Print the whole balance, whichever rows are ticked."""
        return self._aged_balance().action_pdf()

    def action_xlsx(self):
        """Download the whole balance, whichever rows are ticked."""
        return self._aged_balance().action_xlsx()
