from odoo import api, models

from .account_move_calculation import REPORT as CALCULATION
from .dunning_letter_pdf_mixin import REPORT

HOLD_REPORT = "dunning_fr.report_dunning_hold_document"
# Reports with a style of their own, that fetch nothing from a server
LAYOUTS = {
    REPORT: "dunning_fr.letter_layout",
    HOLD_REPORT: "dunning_fr.letter_layout",
    "dunning_fr.report_dunning_aged_balance": "dunning_fr.aged_balance_layout",
    "dunning_fr.report_dunning_letter_list": "dunning_fr.aged_balance_layout",
    "dunning_fr.report_dunning_statement": "dunning_fr.statement_layout",
    "dunning_fr.report_dunning_dispute": "dunning_fr.aged_balance_layout",
    CALCULATION: "dunning_fr.calculation_layout",
}
# Same size, finer measures: at 96 dpi the engine rounds the width of words to pixels,
# and leaves a gap before a word in bold, or none.
FINE = ["--dpi", "1200", "--zoom", "1"]
DOCUMENTS = "dunning_fr.report_document_"  # all on one layout


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_layout(self):
        # EXTENDS 'base', which also asks it of no report at all
        name = self.report_name or ""
        if name in LAYOUTS:
            return self.env.ref(LAYOUTS[name])
        if name.startswith(DOCUMENTS):
            return self.env.ref("dunning_fr.document_layout")
        return super()._get_layout()

    @api.model
    def _build_wkhtmltopdf_args(
        self,
        paperformat_id,
        landscape,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        # EXTENDS 'base': what a letter asks of the engine
        arguments = super()._build_wkhtmltopdf_args(
            paperformat_id, landscape, specific_paperformat_args, set_viewport_size
        )
        if self.env.context.get("dunning_letter"):
            # no script to wait for: a second saved on every letter
            arguments[arguments.index("--javascript-delay") + 1] = "0"
            arguments += FINE
        elif self.env.context.get("dunning_document"):
            arguments += FINE  # its page numbers wait for the script
        return arguments

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        # EXTENDS 'base': a letter needs no header or footer of the engine
        name = report_ref and self._get_report(report_ref).report_name
        if name in (REPORT, HOLD_REPORT):
            self = self.with_context(dunning_letter=True)
            header = footer = None
        elif name and name.startswith(DOCUMENTS):
            self = self.with_context(dunning_document=True)
        return super()._run_wkhtmltopdf(
            bodies,
            report_ref=report_ref,
            header=header,
            footer=footer,
            landscape=landscape,
            specific_paperformat_args=specific_paperformat_args,
            set_viewport_size=set_viewport_size,
        )
