from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount, format_date

from ..models.dunning_court import COURT_KINDS
from ..models.dunning_procedure_condition import FACTS

STEPS = [
    ("items", "Items"),
    ("checks", "Checklist"),
    ("procedures", "Procedure"),
    ("summary", "Court and costs"),
]
ANSWERS = [("yes", "Yes"), ("no", "No")]


class DunningLegalWizard(models.TransientModel):
    """Which procedure, before which court, what is missing, what it costs.

    Shows the rules and their data, a person decides (R10.5): what the law closes needs
    a manager and a written reason. Each step reads the ledger afresh.
    """

    _name = "dunning.legal.wizard"
    _description = "Legal procedure: choice"

    debtor_id = fields.Many2one("dunning.debtor", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="debtor_id.company_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    date = fields.Date(
        required=True,
        readonly=True,
        default=lambda self: self.env.company._dunning_today(),
    )
    step = fields.Selection(STEPS, required=True, default="items", readonly=True)
    item_ids = fields.One2many("dunning.legal.item", "wizard_id")
    check_ids = fields.One2many("dunning.legal.check", "wizard_id", readonly=True)
    option_ids = fields.One2many("dunning.legal.option", "wizard_id", readonly=True)
    amount = fields.Monetary(
        compute="_compute_amount", currency_field="company_currency_id"
    )
    fact_cheque = fields.Selection(ANSWERS, string="Was a cheque not paid?")
    fact_seizure = fields.Selection(
        ANSWERS,
        string="Is recovery threatened, or is a bill, cheque or judgment at hand?",
    )
    fact_subcontract = fields.Selection(
        ANSWERS, string="Is it a subcontract whose main contractor does not pay?"
    )
    fact_lawyers = fields.Selection(ANSWERS, string="Do both parties have a lawyer?")
    procedure_id = fields.Many2one(
        "dunning.procedure", readonly=True, ondelete="cascade"
    )
    forum = fields.Selection(related="procedure_id.forum")
    court_id = fields.Many2one(
        "dunning.court", string="Court of the list", ondelete="set null"
    )
    court_kind = fields.Selection(COURT_KINDS, string="Kind of court")
    court_name = fields.Char(string="Name of the court")
    advice = fields.Text(string="To know", compute="_compute_summary")
    by_when = fields.Text(compute="_compute_summary")
    costs = fields.Text(compute="_compute_summary")
    objections = fields.Text(
        string="What speaks against it", compute="_compute_summary"
    )
    reason = fields.Text(
        string="Why all the same",
        help="Kept on the case: who decided against the rule shown, and why.",
    )

    @api.constrains("date")
    def _check_date(self):
        """A formal notice expires in its own time, not by choosing a later day."""
        for wizard in self:
            if wizard.date > wizard.company_id._dunning_today():
                raise ValidationError(
                    self.env._(
                        "A procedure is chosen today at the latest, not on %s.",
                        format_date(self.env, wizard.date),
                    )
                )

    @api.model
    def _open(self, debtor, moves=None):
        """Return the action that opens the wizard on a debtor.

        :param moves: invoices to choose; None: those whose formal notice has expired
        """
        debtor.ensure_one()
        debtor.check_access("read")
        day = debtor.company_id._dunning_today()
        wizard = self.create({"debtor_id": debtor.id, "date": day})
        wizard._read_items(moves)
        return wizard._show()

    def _read_items(self, moves=None):
        """Fill in the late items; choose what is ripe, or what was asked for."""
        rows = []
        values = self.env["dunning.legal.item"]._values
        for item in self.env["dunning.legal"]._items(self.debtor_id, self.date):
            is_chosen = item.is_ripe(self.date)
            if moves is not None:
                is_chosen = item.move_id in moves.ids
            rows.append(Command.create(values(item, is_chosen)))
        self.item_ids = [Command.clear(), *rows]

    def _show(self):
        """Return the action that shows the wizard where it is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Legal procedure: %s", self.partner_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.depends("item_ids.is_chosen")
    def _compute_amount(self):
        for wizard in self:
            chosen = wizard.item_ids.filtered("is_chosen")
            wizard.amount = sum(chosen.mapped("amount"))

    # -- from step to step ------------------------------------------------------------
    def action_next(self):
        """Go to the next step; what it shows is read afresh."""
        self.ensure_one()
        steps = [step for step, _label in STEPS]
        return self._arrive(steps[min(steps.index(self.step) + 1, 2)])

    def action_back(self):
        """Go back a step; nothing that was entered is lost."""
        self.ensure_one()
        steps = [step for step, _label in STEPS]
        return self._arrive(steps[max(0, steps.index(self.step) - 1)])

    def action_refresh(self):
        """Read everything again, after something was mended elsewhere."""
        self.ensure_one()
        self._read_items(self.item_ids.filtered("is_chosen").move_id)
        return self._arrive(self.step)

    def _arrive(self, step):
        if step != "items":
            items = self._still_due()
            if step == "checks":
                self._read_checks(items)
            elif step == "procedures":
                self._read_options(items)
        self.step = step
        return self._show()

    def _still_due(self):
        """Return the chosen ``LegalItem``s as the ledger has them now."""
        items = self._chosen()
        if not items:
            raise UserError(self.env._("Choose at least one item that is still due."))
        return items

    def _chosen(self):
        chosen = set(self.item_ids.filtered("is_chosen").mapped("line_id"))
        found = self.env["dunning.legal"]._items(self.debtor_id, self.date)
        return [item for item in found if item.line_id in chosen]

    def _facts(self):
        stated = {fact: self[f"fact_{fact}"] for fact, _label in FACTS}
        return {fact: said == "yes" for fact, said in stated.items() if said}

    def _matter(self, items):
        legal = self.env["dunning.legal"]
        return legal._matter(self.debtor_id, items, self.date, self._facts())

    def _read_checks(self, items):
        checks = self.env["dunning.legal"]._checks(
            self.debtor_id, items, self._matter(items)
        )
        rows = [Command.create(check._asdict()) for check in checks]
        self.check_ids = [Command.clear(), *rows]

    def _read_options(self, items):
        values = self.env["dunning.legal.option"]._values
        found = self.env["dunning.legal"]._opinions(self._matter(items))
        rows = [
            Command.create(values(opinion, place))
            for place, opinion in enumerate(found)
        ]
        self.option_ids = [Command.clear(), *rows]

    @api.onchange("fact_cheque", "fact_seizure", "fact_subcontract", "fact_lawyers")
    def _onchange_facts(self):
        if self.step == "procedures":
            self._read_options(self._chosen())

    # -- the procedure and its court --------------------------------------------------
    def _choose(self, procedure):
        """Take a procedure and propose its court; show the summary."""
        legal = self.env["dunning.legal"]
        matter = self._matter(self._still_due())
        kind, court = legal._proposed_court(procedure, matter, self.partner_id)
        self.write(
            {
                "procedure_id": procedure.id,
                "court_kind": kind,
                "court_id": court.id,
                "court_name": self._court_name(kind, court),
                "step": "summary",
            }
        )
        return self._show()

    def _court_name(self, kind, court):
        """Return the name of the court, or of its kind and the place to look for."""
        if court or not kind:
            return court.name
        label = dict(self._fields["court_kind"]._description_selection(self.env))[kind]
        place = " ".join(filter(None, (self.partner_id.zip, self.partner_id.city)))
        if not place or kind == "foreign":
            return f"{label} ({place})" if place else label
        # No town is said to have a court of its own
        return self.env._(
            "%(court)s whose area covers %(place)s", court=label, place=place
        )

    @api.onchange("court_id")
    def _onchange_court_id(self):
        if self.court_id:
            self.court_kind = self.court_id.kind
            self.court_name = self.court_id.name

    @api.depends("procedure_id", "court_kind", "step")
    def _compute_summary(self):
        legal = self.env["dunning.legal"]
        for wizard in self:
            wizard.advice = wizard.costs = wizard.objections = wizard.by_when = ""
            procedure, kind = wizard.procedure_id, wizard.court_kind
            if not procedure or wizard.step != "summary":
                continue
            items = wizard._chosen()
            matter = wizard._matter(items)
            days = legal._by_when(procedure, wizard.debtor_id, items, wizard.date)
            wizard.by_when = "\n".join(days)
            texts = (
                legal._advice(procedure, kind, matter, wizard.partner_id),
                legal._cost_lines(procedure, kind, matter, wizard.company_id),
                legal._objections(procedure, kind, matter),
            )
            wizard.advice, wizard.costs, wizard.objections = map("\n".join, texts)

    # -- the case ---------------------------------------------------------------------
    def action_create_case(self):
        """Open the case; what was chosen against a rule needs a manager's reason."""
        self.ensure_one()
        if not self.procedure_id:
            raise UserError(self.env._("Choose a procedure first."))
        items = self._still_due()
        objections = self.env["dunning.legal"]._objections(
            self.procedure_id, self.court_kind, self._matter(items)
        )
        self._check_overruled(objections)
        case = self.env["dunning.case"].create(self._prepare_case_values(items))
        case._message_log(body=self._decision_text(items, objections))
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.case",
            "res_id": case.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _check_overruled(self, objections):
        why = "\n".join(objections)
        if not objections:
            return
        if not self.env.user.has_group("dunning_fr.group_dunning_manager"):
            raise AccessError(
                self.env._(
                    "%(procedure)s is not open here; a dunning manager may decide "
                    "otherwise:\n%(why)s",
                    procedure=self.procedure_id.name,
                    why=why,
                )
            )
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Write why you choose it all the same:\n%s", why)
            )

    def _prepare_case_values(self, items):
        """Return the values of the case (hook)."""
        return {
            "debtor_id": self.debtor_id.id,
            "procedure_id": self.procedure_id.id,
            "move_ids": [Command.set(sorted({item.move_id for item in items}))],
            "date": self.date,
            "court_kind": self.court_kind,
            "court_name": self.court_name,
            "court_partner_id": self.court_id.partner_id.id,
        }

    def _decision_text(self, items, objections):
        """Return what was shown and decided, for the log of the case."""
        total = float(sum(item.amount for item in items))
        lines = [
            self.env._(
                "Chosen on %(day)s for %(amount)s: %(procedure)s.",
                day=format_date(self.env, self.date),
                amount=format_amount(self.env, total, self.company_id.currency_id),
                procedure=self.procedure_id.name,
            ),
            *objections,
        ]
        if objections:
            lines.append(self.env._("Decided all the same: %s", self.reason))
        return "\n".join(lines)
