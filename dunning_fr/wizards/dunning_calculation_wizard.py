import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.account_move import CLAIMED_TYPES
from ..reports.calculation_xlsx import calculation_xlsx

MAX_SHOWN = 30  # invoices; a longer sheet is read on paper
MAX_PDF = 1500  # about two hundred and fifty pages


class DunningCalculationWizard(models.TransientModel):
    """How interest and indemnity of invoices are computed: look, print, take along."""

    _name = "dunning.calculation.wizard"
    _inherit = ["dunning.download.mixin"]
    _description = "Calculation of late-payment interest"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    with_paid = fields.Boolean(
        string="Invoices paid late too",
        help="Interest and indemnity may be claimed after the principal is paid "
        "(R1.35).",
    )
    as_of = fields.Date(
        string="Up to",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        help="Last day counted, included (R1.12).",
    )
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_move_ids",
        store=True,
        readonly=False,
    )
    problem = fields.Char(compute="_compute_details")
    details = fields.Html(compute="_compute_details", sanitize=False)
    pdf_file = fields.Binary(compute="_compute_pdf_file", string="Calculation (PDF)")
    xlsx_file = fields.Binary(compute="_compute_xlsx_file", string="Calculation (XLSX)")

    @api.depends("partner_id", "with_paid", "as_of", "company_id")
    def _compute_move_ids(self):
        """Take the late invoices of a debtor; those that were chosen stay."""
        for wizard in self.filtered("partner_id"):
            wizard.move_ids = wizard._late_invoices()

    def _late_invoices(self):
        """Return the debtor's late documents, opening entries taken in among them."""
        late = [
            ("account_type", "=", "asset_receivable"),
            ("partner_id", "=", self.partner_id.id),
            ("balance", ">", 0),
            ("date_maturity", "<", self.as_of),
            "|",
            ("move_id.move_type", "in", CLAIMED_TYPES),
            "&",
            ("move_id.move_type", "=", "entry"),
            ("no_followup", "=", False),
        ]
        if not self.with_paid:
            transfers = self.env["dunning.transfer"]._of_companies(self.company_id)
            late += [
                ("id", "not in", list(transfers.arrived)),
                "|",
                ("reconciled", "=", False),
                ("id", "in", list(transfers.debts)),  # Odoo shows them as paid
            ]
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("line_ids", "any", late),
            ],
            order="invoice_date_due, id",
        )
        return self._claimed(moves) if self.with_paid else moves

    def _claimed(self, moves):
        """Return the invoices that are open, or cost something by their lateness."""
        lines = self.env["dunning.calculation"]._receivable_lines(
            moves, self.partner_id
        )
        claims = self.env["dunning.claim"]._for_lines(lines.ids, self.as_of)
        costly = {
            line_id
            for line_id, line in claims.items()
            if line.interest or line.indemnity or line.claim.missing
        }
        kept = lines.filtered(
            lambda line: line.id in costly or line.id in claims and not line.reconciled
        )
        return moves & kept.move_id

    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Calculation of late-payment interest")

    # -- screen ----------------------------------------------------------------------
    @api.depends("as_of", "move_ids")
    def _compute_details(self):
        for wizard in self:
            wizard.problem, wizard.details = False, False
            try:
                wizard.details = wizard._details_html() if wizard.as_of else False
            except UserError as error:  # a half-year without rates (R9.2)
                wizard.problem = str(error)

    def _details_html(self):
        moves = self.move_ids._origin
        shown = moves[:MAX_SHOWN]
        return self.env["ir.qweb"]._render(
            "dunning_fr.calculation_screen",
            {
                "sections": shown._dunning_calculation_sheet(
                    self.as_of, self.env.lang, self.partner_id
                ),
                "formats": self.env["dunning.calculation.words"],
                "left_out": len(moves) - len(shown),
            },
        )

    def _dialog(self):
        """Return the action that shows the calculation over the page at hand."""
        self.ensure_one()
        if not self.move_ids:
            raise UserError(self._nothing())
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _nothing(self):
        if self.partner_id:
            return self.env._("Nothing of this debtor is late, or was paid late.")
        return self.env._(
            "There is nothing to compute: choose posted customer invoices."
        )

    # -- files -----------------------------------------------------------------------
    @api.depends("as_of", "move_ids")
    def _compute_pdf_file(self):
        # The web client asks for sizes instead of contents
        for wizard in self.with_context(bin_size=False):
            wizard._sections()
            pdf = wizard.move_ids._origin._dunning_calculation_sheet_pdf(
                wizard.as_of, wizard.partner_id
            )
            wizard.pdf_file = base64.b64encode(pdf)

    @api.depends("as_of", "move_ids")
    def _compute_xlsx_file(self):
        for wizard in self.with_context(bin_size=False):
            sections = wizard._sections(self.env.lang)
            wizard.xlsx_file = base64.b64encode(calculation_xlsx(self.env, sections))

    def _sections(self, lang=None):
        """Return the sections of the sheet; a clear error when there is none."""
        # rights are checked on what is saved: the lines of a form are its copies
        sections = self.move_ids._origin._dunning_calculation_sheet(
            self.as_of, lang, self.partner_id
        )
        if not sections:
            raise UserError(self._nothing())
        return sections

    def action_pdf(self):
        """Download the sheet on paper, each debtor in its own language."""
        self.ensure_one()
        if len(self.move_ids) > MAX_PDF:
            raise UserError(
                self.env._(
                    "%(count)s invoices are too many for a PDF (%(limit)s at most). "
                    "Choose fewer, or take the XLSX sheet.",
                    count=len(self.move_ids),
                    limit=MAX_PDF,
                )
            )
        return self._download("pdf_file", "pdf")

    def action_xlsx(self):
        """Download the sheet as a workbook with its formulas."""
        self.ensure_one()
        return self._download("xlsx_file", "xlsx")

    def _download(self, field, suffix):
        self._sections()  # what cannot be computed is said here, not by a download
        name = self.env._("calculation_%(date)s", date=self.as_of)
        return self._download_action(field, f"{name}.{suffix}")
