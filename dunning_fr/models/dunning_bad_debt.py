from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount

BAD_DEBT_STEPS = [
    ("doubtful", "Doubtful"),
    ("impairment", "Impairment"),
    ("reversal", "Impairment reversed"),
    ("loss", "Loss"),
    ("recovery", "Recovered after loss"),
]
ACCOUNTANTS = ("account.group_account_user", "account.group_account_manager")


class DunningBadDebt(models.Model):
    """One step in the end of a debt's life, with its entry, its event and its proof.

    Made by ``_post`` alone, taken back by ``_take_back`` alone. The year-end list,
    the VAT file and each later step read these rows, never the labels of entries.
    """

    _name = "dunning.bad.debt"
    _description = "Doubtful or lost debt"
    _order = "date desc, id desc"
    _rec_name = "move_name"

    step = fields.Selection(BAD_DEBT_STEPS, required=True, index=True)
    state = fields.Selection(
        [("posted", "Booked"), ("reversed", "Undone")],
        string="Status",
        required=True,
        default="posted",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="set null"
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char(string="Document", required=True)
    document_key = fields.Char(required=True, index=True)
    date_maturity = fields.Date(string="Due date")
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    amount = fields.Monetary(help="In the currency of the invoice, tax included.")
    amount_company = fields.Monetary(
        string="Amount of the entry", currency_field="company_currency_id"
    )
    amount_net = fields.Monetary(
        string="Before VAT", currency_field="company_currency_id"
    )
    amount_vat = fields.Monetary(string="VAT", currency_field="company_currency_id")
    vat_recovered = fields.Monetary(
        string="VAT claimed back", currency_field="company_currency_id"
    )
    vat_detail = fields.Json()
    vat_text = fields.Char(string="VAT by rate", compute="_compute_vat_text")
    percent = fields.Float(string="Impairment (%)", digits=(5, 2), aggregator=None)
    facts = fields.Text(help="What justifies the step: facts only, with dates.")
    event_id = fields.Many2one("dunning.loss.event", ondelete="restrict")
    event_date = fields.Date(string="Date of the event")
    duplicate_sent_on = fields.Date(
        help="Day the duplicate invoice with its mention left (R8.10)."
    )
    duplicate_file = fields.Binary(string="Proof of the duplicate", attachment=True)
    duplicate_file_name = fields.Char()
    proof_file = fields.Binary(string="Proof of the event", attachment=True)
    proof_file_name = fields.Char()
    vat_limit = fields.Date(
        string="Claim VAT back by",
        help="31 December of the second year after the event; to verify (R8.12).",
    )
    is_cash_basis = fields.Boolean(
        string="VAT due on payment", help="Nothing to claim back (R8.11)."
    )
    date = fields.Date(string="Accounting date", required=True)
    entry_id = fields.Many2one(
        "account.move",
        required=True,
        index=True,
        ondelete="restrict",
    )
    origin_id = fields.Many2one(
        "dunning.bad.debt",
        string="Follows",
        index="btree_not_null",
        ondelete="restrict",
        help="The loss that this step goes with.",
    )
    follower_ids = fields.One2many(
        "dunning.bad.debt",
        "origin_id",
        string="Later steps",
        help="What goes with this loss, and what came in later on it.",
    )
    reversal_entry_id = fields.Many2one(
        "account.move",
        string="Entry that takes it back",
        index="btree_not_null",
        ondelete="restrict",
    )
    reversed_on = fields.Date(string="Undone on")
    reversed_by = fields.Many2one("res.users", ondelete="restrict")
    reversed_reason = fields.Char(string="Why")
    can_take_back = fields.Boolean(compute="_compute_can_take_back")

    _amount_positive = models.Constraint(
        "CHECK (amount_company > 0)", "A step of a debt moves an amount."
    )
    _vat_within = models.Constraint(
        "CHECK (amount_vat >= 0 AND vat_recovered >= 0 AND vat_recovered <= amount_vat"
        " AND amount_vat <= amount_company)",
        "No more VAT is claimed back than the debt holds.",
    )
    _taken_back_whole = models.Constraint(
        "CHECK ((state = 'reversed') = (reversal_entry_id IS NOT NULL"
        " AND reversed_on IS NOT NULL))",
        "A step is taken back by an entry, on a day.",
    )
    _doubtful_once = models.UniqueIndex(
        "(company_id, move_line_id) WHERE step = 'doubtful' AND state = 'posted'",
        "This debt is doubtful already.",
    )

    @api.depends("vat_detail")
    @api.depends_context("lang")
    def _compute_vat_text(self):
        for step in self:
            step.vat_text = " – ".join(
                self.env._(
                    "%(name)s: %(detail)s",
                    name=part["name"],
                    detail=format_amount(
                        self.env, part["amount"], step.company_currency_id
                    ),
                )
                for part in step.vat_detail or ()
            )

    @api.depends("state", "step", "origin_id")
    @api.depends_context("uid")
    def _compute_can_take_back(self):
        may = self._is_accountant()
        for step in self:
            standing = step.state == "posted"
            step.can_take_back = may and standing and not step._goes_with_loss()

    def _goes_with_loss(self):
        """Whether this is the end of an impairment that a loss brought about."""
        return self.step == "reversal" and bool(self.origin_id)

    @api.depends("move_name", "step")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for step in self:
            step.display_name = f"{step.move_name} · {labels.get(step.step, '')}"

    # ------------------------------------------------------------------ who may

    @api.model
    def _is_accountant(self):
        user = self.env.user
        return self.env.su or (
            user.has_group("dunning_fr.group_dunning_manager")
            and any(user.has_group(group) for group in ACCOUNTANTS)
        )

    @api.model
    def _check_accountant(self):
        """Only an accountant who is also a dunning manager ends a debt."""
        if not self._is_accountant():
            raise AccessError(
                self.env._(
                    "Only an accountant who is also a dunning manager moves debts to "
                    "doubtful, impairs them or writes them off."
                )
            )

    # ---------------------------------------------------------------- what was done

    @api.model
    def _standing(self, company, line_ids):
        """Return the steps in force on these items, oldest first."""
        # sudo: what was done decides, whoever asks; callers check who may
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("move_line_id", "in", list(line_ids)),
            ],
            order="id",
        )

    def _impaired(self):
        """Return the impairment left on the items of these steps, company currency."""
        return self.filtered(lambda step: step.state == "posted")._impaired_of()

    def _impaired_of(self):
        """Return ``_impaired`` of these steps, taken back since or not."""
        signs = {"impairment": 1, "reversal": -1}
        total = sum(signs.get(step.step, 0) * step.amount_company for step in self)
        return self.company_id.currency_id.round(total) if self else 0.0

    def _recovered(self):
        """Return what came in later on these losses, company currency."""
        followers = self.sudo().follower_ids  # sudo: what was done decides
        found = followers.filtered(
            lambda step: step.step == "recovery" and step.state == "posted"
        )
        total = sum(found.mapped("amount_company"))
        return self.company_id.currency_id.round(total) if self else 0.0

    @api.model
    def _lock_partners(self, company, partner_ids):
        """Let one transaction at a time end debts of a customer.

        Two of them read an old snapshot each: the second must fail and be run again
        on what the first left, which a change of the row does, not a lock alone.
        """
        debtors = self.env["dunning.debtor"].sudo()  # no accountant keeps debtors
        ids = sorted(debtors._ensure(company, list(partner_ids)).values())
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_debtor SET write_date = now() at time zone 'UTC'"
                " WHERE id = ANY(%s)",
                ids,
            )
        )

    # ------------------------------------------------------------------- buttons

    def action_take_back(self):
        """Ask for the day and the reason, then reverse the entry."""
        self._check_accountant()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take back"),
            "res_model": "dunning.bad.debt.reverse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_step_ids": self.ids},
        }

    def action_open_entry(self):
        """Open the entry of the step."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.entry_id.id,
        }

    def _action_show(self):
        """Return the action that shows these steps and what they booked."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries posted"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(
            self.env._("A step of a debt is history: take it back instead.")
        )
