from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SIGNATORIES = [
    ("representative", "Legal representative"),
    ("employee", "Employee with a delegation"),
    ("agent", "Agent with a special power"),
    ("lawyer", "Lawyer"),
]


class DunningCase(models.Model):
    """The documents of a case, and the facts that only a person can give them."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    document_ids = fields.One2many("dunning.document", "case_id", string="Documents")
    document_count = fields.Integer(compute="_compute_document_count")

    @api.depends("document_ids")
    def _compute_document_count(self):
        for case in self:
            case.document_count = len(case.document_ids)

    competent_court = fields.Char(
        string="Court if opposed",
        help="Named in the request as competent if the debtor opposes the order "
        "(CPC art. 1408). Empty: the court of the case.",
    )
    dispute_statement = fields.Text(
        string="Dispute, as told to the court",
        help="A known dispute is told fairly: what the debtor says, what we answer. "
        "Empty: the documents say that none was raised.",
    )
    proved_costs = fields.Monetary(
        string="Recovery costs proved",
        help="Above the fixed indemnity, with the bills among the exhibits (R1.24). "
        "Never to a consumer.",
    )
    offered_instalments = fields.Integer(
        string="Instalments accepted",
        help="At most so many, told to the commissaire de justice. 0 or 1: one "
        "payment.",
    )
    offered_discount = fields.Char(
        string="Discount accepted", help="As told to the commissaire de justice."
    )
    claim_rank = fields.Char(
        string="Rank of the claim",
        help="Security that is declared: its nature, what it bears on, its rank and "
        "date. Empty: unsecured (chirographaire).",
    )
    pending_case = fields.Char(
        string="Lawsuit pending",
        help="Court and number of a lawsuit about the claim; declared (R6.36). Empty: "
        "none.",
    )
    signatory_kind = fields.Selection(
        SIGNATORIES,
        string="Signed by",
        help="Who may declare a claim (R6.37): an employee's delegation or an agent's "
        "special power is enclosed, given before the time limit.",
    )
    ccag_name = fields.Char(
        string="General conditions (CCAG)", help="As the contract names them: FCS."
    )
    ccag_article = fields.Char(
        string="Article on disputes",
        help="46 of CCAG-FCS, 55 of CCAG-Travaux (2021, R3.18). To verify for the "
        "other ones.",
    )
    dispute_date = fields.Date(
        string="Dispute arose on",
        help="Starts the two months in which the statement of claim must arrive "
        "(R3.18).",
    )
    dispute_event = fields.Char(
        string="What opened the dispute",
        help="For example the end of the time set by a formal notice of such a day.",
    )
    claim_reasons = fields.Text(
        string="Reasons of the claim",
        help="Own reasons, added to the statement of claim: it settles what is asked.",
    )
    prefect_id = fields.Many2one(
        "res.partner", help="Whom the payment order is asked of."
    )

    _proved_costs_positive = models.Constraint(
        "CHECK (proved_costs >= 0 AND offered_instalments >= 0)",
        "Costs and numbers of instalments are not negative.",
    )

    def _produce_document(self, kind, date):
        """Make a document of this case and keep it as it is.

        :param kind: code of a ``dunning.document.kind``
        :param date: of the document, and of its amounts
        :return: the ``dunning.document``, with its PDF
        :raise UserError: something that must be said is missing; it is named
        """
        self.ensure_one()
        self.check_access("write")
        found = self.env["dunning.document.kind"]._by_code(kind)
        if not found:
            raise UserError(self.env._("There is no document of the kind “%s”.", kind))
        draft = self.env["dunning.document.draft"].create(
            {"case_id": self.id, "kind_id": found.id, "date": date}
        )
        return draft._produce()

    def _keep_document(self, values):
        """Return the document of these values, numbered; its PDF comes next."""
        self.ensure_one()
        self.env.cr.execute(  # one transaction at a time numbers documents of a case
            SQL(
                "UPDATE dunning_case SET write_date = now() at time zone 'UTC'"
                " WHERE id = %s",
                self.id,
            )
        )
        # sudo: a number is the next one whoever may read the others
        documents = self.sudo().document_ids._proof_unlocked()
        number = max(documents.mapped("number"), default=0) + 1
        same = documents.filtered(lambda other: other.kind == values["kind"])
        document = documents.create(
            {
                **values,
                "case_id": self.id,
                "number": number,
                "name": f"{self.name}/D{number:02d}",
                "version": max(same.mapped("version"), default=0) + 1,
            }
        )
        return document.with_env(self.env)

    def action_make_document(self):
        """Choose a document to make."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make a document"),
            "res_model": "dunning.document.draft",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "dialog_size": "extra-large",
            },
        }
