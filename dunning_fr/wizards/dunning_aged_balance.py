import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..reports.aged_balance_xlsx import aged_balance_xlsx
from .dunning_aged_columns_mixin import BOUNDS_KEY

MAX_PDF_ROWS = 5000  # about a hundred and fifty pages; the engine needs a minute


class DunningAgedBalance(models.TransientModel):
    """The aged balance of one company at one date: on screen, on paper, as a sheet."""

    _name = "dunning.aged.balance"
    _inherit = ["dunning.aged.ledger.mixin", "dunning.download.mixin"]
    _description = "Aged balance"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="At",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        help="Entries and reconciliations dated later are left out: the balance is "
        "what the books of that day said.",
    )
    bound_1 = fields.Integer(
        string="First bound", default=30, help="Last day of the first column of delays."
    )
    bound_2 = fields.Integer(
        string="Second bound",
        default=60,
        help="Last day of the second column of delays.",
    )
    bound_3 = fields.Integer(
        string="Third bound",
        default=90,
        help="Last day of the third column; later items fall in the last one.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        domain="[('parent_id', '=', False)]",
        help="Empty: everybody, and the total is that of the trial balance.",
    )
    with_detail = fields.Boolean(
        string="Detail by invoice",
        help="Show each open invoice, payment and credit note under its debtor.",
    )
    printed_on = fields.Date(string="Printed on", readonly=True)
    debtor_ids = fields.One2many("dunning.aged.balance.debtor", "balance_id")
    xlsx_file = fields.Binary(compute="_compute_xlsx_file", string="Sheet (XLSX)")

    _bounds_rise = models.Constraint(
        "CHECK (0 < bound_1 AND bound_1 < bound_2 AND bound_2 < bound_3)",
        "The bounds of the delays must rise, from one day on: 30, 60 and 90 for "
        "example.",
    )

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for balance in self:
            balance.display_name = self.env._(
                "Aged balance at %(date)s", date=format_date(self.env, balance.date)
            )

    @api.depends("date", "bound_1", "bound_2", "bound_3", "partner_ids")
    def _compute_xlsx_file(self):
        # The web client asks for sizes instead of contents
        for balance in self.with_context(bin_size=False):
            balance.xlsx_file = base64.b64encode(aged_balance_xlsx(balance))

    def _titles(self):
        """Return {column: title}, the bounds said in words."""
        model = self.env["dunning.aged.balance.debtor"]
        titles = {
            name: field["string"]
            for name, field in model.fields_get(attributes=["string"]).items()
        }
        return {
            **titles,
            **model._bucket_titles(self.bound_1, self.bound_2, self.bound_3),
        }

    def action_show(self):
        """Show the balance: debtors, or each item under its debtor."""
        self.ensure_one()
        self.debtor_ids.sudo().unlink()  # a second look is a new balance
        self._store_rows()
        if not self.with_detail:
            return self._rows_action("debtor", [("balance_id", "=", self.id)])
        action = self._rows_action("line", [("balance_id", "=", self.id)])
        action["context"]["group_by"] = ["balance_id", "debtor_id"]
        return action

    def _rows_action(self, kind, domain):
        """Return the action of a list of rows, ``debtor`` or ``line``.

        The list is grouped by the balance itself: the server then adds up all its
        rows, where a plain list shows the total of its page.
        """
        view = self.env.ref(f"dunning_fr.dunning_aged_balance_{kind}_view_list")
        search = self.env.ref(f"dunning_fr.dunning_aged_balance_{kind}_view_search")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": f"dunning.aged.balance.{kind}",
            "views": [(view.id, "list")],
            "search_view_id": [search.id],
            "domain": domain,
            "context": {
                "group_by": ["balance_id"],
                "dunning_aged_balance_id": self.id,
                BOUNDS_KEY: f"{self.bound_1}-{self.bound_2}-{self.bound_3}",
            },
            "help": self._empty_help(),
        }

    @api.model
    def _empty_help(self):
        return self.env["ir.ui.view"]._render_template(
            "dunning_fr.dunning_aged_balance_empty"
        )

    def action_pdf(self):
        """Print the balance, dated today."""
        self.ensure_one()
        rows = len(self._debtors())
        if self.with_detail:
            rows += len(self._lines())
        if rows > MAX_PDF_ROWS:
            raise UserError(
                self.env._(
                    "%(rows)s rows are too many for a PDF (%(limit)s at most). Choose "
                    "customers, leave the detail out, or take the XLSX sheet.",
                    rows=rows,
                    limit=MAX_PDF_ROWS,
                )
            )
        self.printed_on = self.company_id._dunning_today()
        report = self.env.ref("dunning_fr.action_report_dunning_aged_balance")
        return report.report_action(self, config=False)

    def action_xlsx(self):
        """Download the sheet."""
        self.ensure_one()
        name = self.env._("aged_balance_%(date)s.xlsx", date=self.date)
        return self._download_action("xlsx_file", name)
