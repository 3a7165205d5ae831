from odoo import api, fields, models

from ..tools.personal_data import NOTES, PROOFS

KEPT_REASONS = [
    ("open", "Something is still owed"),
    ("notice", "A notice is on its way"),
    ("case", "A legal case is open"),
    ("hold", "A hold is in force"),
    ("event", "Proceedings or talks go on"),
    ("title", "A title can still be enforced"),
    ("limitation", "The limitation is not over"),
    ("lost", "Written off: the limitation is not over"),
    ("accounts", "Written off: what an entry rests on is kept with the accounts"),
    ("charge", "Claimed penalties are not settled or waived"),
    ("recent", "Paid, but the period is not over"),
    ("tampered", "Changed behind the program: kept as evidence"),
    ("gone", "No longer there, or no longer this debtor's"),
    ("failed", "It could not be erased: see the server's log"),
    ("stopped", "Stopped by a person"),
]
LINE_STATES = [("planned", "To do"), ("done", "Erased"), ("kept", "Not erased")]


class DunningPurgeLine(models.Model):
    """One record of an erasure: which one, and what became of it. No personal data."""

    _name = "dunning.purge.line"
    _description = "Record of an erasure"
    _inherit = ["dunning.proof.mixin"]
    _order = "purge_id desc, id"

    purge_id = fields.Many2one(
        "dunning.purge",
        string="Erasure",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    rule = fields.Selection(
        [
            (NOTES, "Free text, after full payment (R10.8)"),
            (PROOFS, "Notices and proofs, after limitation and title (R10.8)"),
        ],
        required=True,
    )
    debtor_id = fields.Many2one(
        "dunning.debtor", index="btree_not_null", ondelete="set null"
    )
    res_model = fields.Char(string="Model", required=True)
    model_label = fields.Char(string="Kind of record", compute="_compute_model_label")
    # a number, no link: a link would show the name of the debtor
    res_id = fields.Integer(string="Number", required=True, aggregator=None)
    state = fields.Selection(LINE_STATES, string="Status", required=True)
    reason = fields.Selection(KEPT_REASONS, string="Why it was kept")
    done_on = fields.Datetime(string="Erased on")
    hash_before = fields.Char(
        string="SHA-256 before",
        help="Of evidence: the hash it was sealed with. None for free text, which a "
        "hash would let one guess.",
    )
    hash_after = fields.Char(string="SHA-256 after", help="Of what is left of it.")

    _record_once = models.UniqueIndex(
        "(purge_id, res_model, res_id)", "A record stands once in an erasure."
    )
    _of_record = models.Index("(res_model, res_id) WHERE hash_before IS NOT NULL")

    def _proof_frozen(self):
        return self

    def _proof_refusals(self):
        return self.env["dunning.purge"]._proof_refusals()

    @api.depends("res_model", "res_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.model_label} {line.res_id}"

    @api.depends("res_model")
    def _compute_model_label(self):
        labels = self._model_labels()
        for line in self:
            line.model_label = labels.get(line.res_model, line.res_model)

    @api.model
    def _model_labels(self):
        """Return {model: its name in the user's language} of all that is erased."""
        # sudo: names of models are no secret
        models_ = self.env["ir.model"].sudo().search(
            ["|", ("model", "=like", "dunning.%"),
             ("model", "in", ("mail.message", "mail.activity", "ir.attachment"))]
        )  # fmt: skip
        return {model.model: model.name for model in models_}

    @api.model
    def _erased(self, records, sealed):
        """Return {record id: the line of the log} of records that it says were erased.

        :param sealed: {record id: the hash it was sealed with}; another hash in the
            log is not the erasure of this record
        """
        if not records:
            return {}
        # sudo: whoever reads the record may know that it was erased
        lines = self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "=", "done"),
                ("hash_before", "!=", False),
            ]
        )
        believed = lines.purge_id._proves()
        return {
            line.res_id: line
            for line in lines
            if line.hash_before == sealed.get(line.res_id) and line.purge_id in believed
        }
