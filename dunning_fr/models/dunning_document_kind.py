from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.placeholders import ForbiddenExpression

RECIPIENTS = [
    ("none", "Nobody"),
    ("court", "Court"),
    ("officer", "Commissaire de justice"),
    ("lawyer", "Lawyer"),
    ("agency", "Collection agency"),
    ("trustee", "Mandataire or liquidator"),
    ("prefect", "Prefect"),
    ("buyer", "Debtor"),
]


class DunningDocumentKind(models.Model):
    """One document of the procedures: its text, for which procedures, by what law.

    The text is data that a manager edits, in French: it goes to French courts and
    officers. It prints and tests fields of ``dunning.document.draft`` alone.
    """

    _name = "dunning.document.kind"
    _description = "Kind of procedural document"
    _inherit = ["dunning.law.mixin"]
    _order = "sequence, id"

    code = fields.Char(required=True, index=True, help="Name used by the computations.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    procedure_ids = fields.Many2many(
        "dunning.procedure",
        string="Procedures",
        help="Cases of these procedures are offered the document; others reach it by "
        "choice. Empty: offered in every case.",
    )
    recipient = fields.Selection(RECIPIENTS, required=True, default="none")
    amounts_at = fields.Selection(
        [("document", "Day of the document"), ("judgment", "Day before the judgment")],
        required=True,
        default="document",
        help="Interest stops at the judgment that opens proceedings (R6.34).",
    )
    is_strict = fields.Boolean(
        string="Refused where the law closes the procedure",
        help="The text attests what the law asks for, or asks for what it closes: it "
        "is not made while a condition of its procedure closes it. Otherwise the "
        "condition is shown, and a person decides (R10.5).",
    )
    has_calculation = fields.Boolean(
        string="Calculation attached",
        help="The calculation sheet at the day of the document follows the text.",
    )
    report_id = fields.Many2one(
        "ir.actions.report",
        required=True,
        ondelete="restrict",
        domain="[('model', '=', 'dunning.document')]",
        help="What prints it, on the layout that all documents share.",
    )
    subject = fields.Char(string="Heading", required=True)
    body_html = fields.Html(string="Text", required=True, sanitize="email_outgoing")
    draft_model = fields.Char(compute="_compute_draft_model")

    _code_unique = models.UniqueIndex(
        "(code)", "There is one kind of document of each code."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A document cannot end before it begins."
    )

    def _compute_draft_model(self):
        """Name the model whose fields the editor offers."""
        self.draft_model = "dunning.document.draft"

    @api.constrains("subject", "body_html")
    def _check_text(self):
        """Name at once what the text may not contain; rendering checks it again."""
        drafts = self.env["dunning.document.draft"]
        for kind in self:
            try:
                drafts._letter_tree(kind)
            except ForbiddenExpression as error:
                message = drafts._letter_forbidden_message(kind, error)
                raise ValidationError(message) from None

    def _fits(self, procedure):
        """Return the kinds that cases of ``procedure`` are offered."""
        return self.filtered(
            lambda kind: not kind.procedure_ids or procedure in kind.procedure_ids
        )

    @api.model
    def _by_code(self, code):
        """Return the kind of a code, switched off or not; empty when unknown."""
        return self.with_context(active_test=False).search([("code", "=", code)])

    def _document_calculation(self, case, day):
        """Return the calculation sheet that follows the text, as its report wants it.

        Nothing but empty lists for a kind without it.
        """
        sections = []
        if self.has_calculation:
            sections = case.move_ids._dunning_calculation_sheet(
                day, self.env.lang, partner=case.partner_id
            )
        return {
            "sections": sections,
            "formats": self.env["dunning.calculation.words"],
        }
