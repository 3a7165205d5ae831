import base64
import io
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from .dunning_typed_mixin import MANY

# Statements of one file or one sending: about a minute.
MAX_STATEMENTS = 200


class DunningStatementWizard(models.TransientModel):
    """Statements of account: of which day, with what, on paper or by e-mail."""

    _name = "dunning.statement.wizard"
    _description = "Statements of account"
    _inherit = ["dunning.download.mixin", "dunning.typed.mixin"]

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    # Also those in the archive: who chose them wants theirs
    debtor_ids = fields.Many2many(
        "dunning.debtor", readonly=True, context={"active_test": False}
    )
    debtor_count = fields.Integer(compute="_compute_recipients")
    date = fields.Date(
        string="At",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="What was booked or matched later does not count.",
    )
    with_interest = fields.Boolean(
        string="Interest and fee",
        help="What lateness costs up to this day, stated apart and not in the balance.",
    )
    with_marks = fields.Boolean(
        string="Disputes and promises",
        compute="_compute_with_marks",
        store=True,
        readonly=False,
        precompute=True,
        help="Say which items are disputed, promised or in a payment plan.",
    )
    again_count = fields.Integer(
        string="Sent today already", compute="_compute_recipients"
    )
    again = fields.Boolean(
        string="Send again",
        help="By e-mail, also to those who got a statement today.",
    )
    mail_count = fields.Integer(compute="_compute_recipients")
    left_out = fields.Char(
        string="Not written to",
        compute="_compute_recipients",
        help="Debtors without an address that works, and why.",
    )
    pdf_file = fields.Binary(compute="_compute_pdf_file", string="Statements (PDF)")
    zip_file = fields.Binary(compute="_compute_zip_file", string="Statements (ZIP)")

    @api.depends("company_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.company_id._dunning_today()

    @api.depends("company_id")
    def _compute_with_marks(self):
        for wizard in self:
            wizard.with_marks = wizard.company_id.dunning_statement_marks

    @api.depends("debtor_ids", "again")
    def _compute_recipients(self):
        for wizard in self:
            chosen = wizard._chosen()
            found, without = chosen._statement_recipients(wizard.again)
            stated = chosen.filtered(lambda debtor: debtor._stated_today())
            wizard.again_count = len(stated)
            wizard.debtor_count, wizard.mail_count = len(chosen), len(found)
            wizard.left_out = ", ".join(
                f"{debtor.display_name} ({without[debtor.id]})"
                for debtor in chosen
                if debtor.id in without
            )

    @api.depends("mail_count")
    def _compute_must_type(self):
        for wizard in self:
            wizard.must_type = wizard.mail_count > MANY

    def _compute_display_name(self):
        self.display_name = self.env._("Statement of account")

    def _open(self):
        self.ensure_one()
        self._check_number()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _chosen(self):
        """Return the debtors, as far as the person may see them."""
        debtors = self.env["dunning.debtor"].with_context(active_test=False)
        return debtors.search(
            [
                ("id", "in", self.debtor_ids.ids),
                ("company_id", "=", self.company_id.id),
            ]
        )

    def _check_number(self):
        if len(self.debtor_ids) > MAX_STATEMENTS:
            raise UserError(
                self.env._("Choose at most %s debtors at a time.", MAX_STATEMENTS)
            )

    def _check_date(self):
        self._check_number()
        if not self._chosen():
            raise UserError(self.env._("Choose the debtors to write to."))
        if self.date > self.company_id._dunning_today():
            raise UserError(
                self.env._("The books of a day to come are not written yet.")
            )

    def _options(self):
        return {"with_interest": self.with_interest, "with_marks": self.with_marks}

    # ------------------------------------------------------------------ files

    @api.depends("date", "with_interest", "with_marks", "debtor_ids")
    def _compute_pdf_file(self):
        # The web client asks for sizes instead of contents
        for wizard in self.with_context(bin_size=False):
            wizard._check_date()
            pdfs = wizard._chosen()._statement_pdfs(wizard.date, **wizard._options())
            wizard.pdf_file = base64.b64encode(merge_pdf([*pdfs.values()]))

    @api.depends("date", "with_interest", "with_marks", "debtor_ids")
    def _compute_zip_file(self):
        for wizard in self.with_context(bin_size=False):
            wizard._check_date()
            chosen, stream = wizard._chosen(), io.BytesIO()
            pdfs, names = chosen._statement_pdfs(wizard.date, **wizard._options()), {}
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                for debtor in chosen:
                    name = debtor._statement_file_name(wizard.date)
                    names[name] = names.get(name, 0) + 1
                    if names[name] > 1:  # two customers of the same name
                        name = f"{name.removesuffix('.pdf')} ({names[name]}).pdf"
                    archive.writestr(name, pdfs[debtor.id])
            wizard.zip_file = base64.b64encode(stream.getvalue())

    def action_pdf(self):
        """Download the statements as one PDF, each in its debtor's language."""
        self.ensure_one()
        self._check_date()
        name = self.env._("statements_%(date)s", date=self.date)
        if len(self._chosen()) == 1:
            name = self._chosen()._statement_file_name(self.date)
            name = name.removesuffix(".pdf")
        return self._download_action("pdf_file", f"{name}.pdf")

    def action_zip(self):
        """Download one PDF for each debtor, in a ZIP."""
        self.ensure_one()
        self._check_date()
        name = self.env._("statements_%(date)s", date=self.date)
        return self._download_action("zip_file", f"{name}.zip")

    # ----------------------------------------------------------------- e-mail

    def action_email(self):
        """Open the composer for one debtor; write to many after a confirmation."""
        self.ensure_one()
        self._check_date()
        chosen, again = self._chosen(), self.again
        if len(chosen) == 1:
            return chosen._compose_statement(self.date, again, **self._options())
        if not self.mail_count:
            raise UserError(
                self.env._("None of them can be written to: %s.", self.left_out)
            )
        self._check_typed(self.mail_count)
        self.again = False  # confirmed for this once
        without = chosen._send_statements(self.date, again, **self._options())
        return self._tell(len(chosen) - len(without), len(without))

    def _tell(self, sent, kept):
        message = (
            self.env._("1 statement is on its way.")
            if sent == 1
            else self.env._("%s statements are on their way.", sent)
        )
        if kept:
            message += " " + self.env._("Not written to: %s.", kept)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if kept else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
