import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date


class DunningYearMixin(models.AbstractModel):
    """A list of what the books of a company say at the end of a year, and its sheet.

    A model of its own gives ``line_ids``, and answers ``_year_rows``, ``_year_sheet``,
    ``_year_title`` and ``_year_empty``.
    """

    _name = "dunning.year.mixin"
    _inherit = ["dunning.download.mixin"]
    _description = "List at the end of a year"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="End of the year",
        required=True,
        default=lambda self: self._last_closing(),
        help="What was paid or booked later is left out, whenever it was matched.",
    )
    date_from = fields.Date(
        string="First day of the year", compute="_compute_date_from"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    xlsx_file = fields.Binary(compute="_compute_xlsx_file", string="Sheet (XLSX)")

    @api.model
    def _last_closing(self):
        """Return the last day of the last accounting year that is over."""
        company = self.env.company
        current = company.compute_fiscalyear_dates(company._dunning_today())
        return fields.Date.subtract(current["date_from"], days=1)

    @api.depends("date", "company_id")
    def _compute_date_from(self):
        for one in self:
            found = one.date and one.company_id.compute_fiscalyear_dates(one.date)
            one.date_from = found and found["date_from"]

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one._year_title(format_date(self.env, one.date))

    @api.depends("date", "company_id")
    def _compute_xlsx_file(self):
        # The web client asks for sizes instead of contents
        for one in self.with_context(bin_size=False):
            one.xlsx_file = base64.b64encode(one._year_sheet(one._rows()))

    def _rows(self):
        """Return a dict of values for each line, of a company that is at hand."""
        self.ensure_one()
        self.company_id._dunning_check_at_hand()
        return self._year_rows() if self.date else []

    def _year_rows(self):
        """Return a dict of values for each line (hook)."""
        raise NotImplementedError

    def _year_sheet(self, rows):
        """Return the bytes of the sheet of ``_rows`` (hook)."""
        raise NotImplementedError

    def _year_title(self, day):
        """Return the title of the list at ``day``, in words (hook)."""
        raise NotImplementedError

    def _year_empty(self):
        """Return (title, text) of what an empty list says (hook)."""
        raise NotImplementedError

    def action_show(self):
        """Show the list, added up."""
        self.ensure_one()
        # sudo: rows are made by nobody but this method
        lines = self.line_ids.sudo()
        lines.unlink()
        lines.create([{**row, "list_id": self.id} for row in self._rows()])
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": lines._name,
            "view_mode": "list",
            "domain": [("list_id", "=", self.id)],
            "context": {"dunning_year_id": self.id},
            "help": Markup('<p class="o_view_nocontent_neutral_face">%s</p><p>%s</p>')
            % self._year_empty(),
        }
