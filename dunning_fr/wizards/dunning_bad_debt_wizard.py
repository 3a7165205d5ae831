from datetime import date

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..tools.words import listed

STEPS = [
    ("doubtful", "Move to doubtful customers"),
    ("impairment", "Impair"),
    ("loss", "Write off as lost"),
    ("recovery", "Book a recovery"),
]
# Where the wizard may be opened
SOURCES = ("account.move", "account.move.line", "dunning.debtor", "res.partner")


class DunningBadDebtWizard(models.TransientModel):
    """One step in the end of debts' lives: what will be booked, then the entries."""

    _name = "dunning.bad.debt.wizard"
    _description = "Doubtful and lost debts"

    step = fields.Selection(STEPS, required=True, default="doubtful")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda s: s.env.company
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    date = fields.Date(
        string="Accounting date",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
    )
    account_id = fields.Many2one(
        "account.account",
        string="Doubtful account",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        help="A child account of the type Receivable (416100) keeps the debt in Odoo's "
        "aged receivable and partner ledger; 416000 takes it out (R8.2). The reminders "
        "follow it in both.",
    )
    method = fields.Selection(
        [("facts", "By the facts of each debt"), ("age", "By age, facts beside it")],
        string="Percentages proposed",
        default="facts",
        required=True,
    )
    gross = fields.Boolean(
        string="VAT is lost too",
        help="Only where VAT cannot be claimed back: the impairment is then on the "
        "amount with VAT. Otherwise it is on the amount before VAT (R8.6).",
    )
    event_id = fields.Many2one("dunning.loss.event", string="What makes it certain")
    event_warning = fields.Text(related="event_id.to_verify", string="Event to verify")
    event_date = fields.Date(string="Date of the event")
    proof_file = fields.Binary(string="Proof of the event")
    proof_file_name = fields.Char()
    recover_vat = fields.Boolean(
        string="Claim VAT back",
        default=True,
        help="Needs an event that opens it, a duplicate invoice sent with its mention, "
        "and to be in time (R8.8 to R8.12). Unticked, the VAT is part of the loss.",
    )
    duplicate_sent_on = fields.Date(
        help="Day the duplicate invoice with the mention of article 272 of the CGI "
        "left, to the liquidator in a liquidation (R8.10)."
    )
    duplicate_file = fields.Binary(string="Copy of the duplicate, proof of sending")
    duplicate_file_name = fields.Char()
    money_journal_id = fields.Many2one(
        "account.journal",
        string="Received in",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
        help="Only where the receipt is not entered yet. If it comes from a bank "
        "statement, choose the open receipt instead: else it is counted twice.",
    )
    receipt_id = fields.Many2one(
        "account.move.line",
        string="Open receipt",
        help="A payment of the customer that is entered and not matched.",
        domain="[('id', 'in', receipt_ids)]",
    )
    receipt_ids = fields.Many2many(
        "account.move.line",
        "dunning_bad_debt_wizard_receipt_rel",
        compute="_compute_receipt_ids",
    )
    source_ids = fields.Many2many(
        "account.move.line", string="Items chosen", readonly=True
    )
    is_chosen = fields.Boolean(readonly=True)
    line_ids = fields.One2many(
        "dunning.bad.debt.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    headline = fields.Char(compute="_compute_preview")
    problems = fields.Text(compute="_compute_preview")
    notes = fields.Text(compute="_compute_preview", string="To know")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    fingerprint = fields.Char(
        compute="_compute_fingerprint", store=True, readonly=False
    )

    # ------------------------------------------------------------------ what is chosen

    @api.model
    def default_get(self, fields):
        self.env["dunning.bad.debt"]._check_accountant()
        values = super().default_get(fields)
        name = self.env.context.get("active_model")
        if "source_ids" in fields and not values.get("source_ids") and name in SOURCES:
            records = self.env[name].browse(self.env.context.get("active_ids", []))
            values["source_ids"] = [Command.set(self._items_of(records).ids)]
            values["is_chosen"] = True
        return values

    @api.model
    def _items_of(self, records):
        """Return the receivable lines that ``records`` are about."""
        records.check_access("read")
        lines = self.env["account.move.line"]
        domain = [
            ("company_id", "=", self.env.company.id),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("amount_currency", ">", 0),
        ]
        if records._name == "account.move.line":
            return lines.search([*domain, ("id", "in", records.ids)])
        if records._name == "account.move":
            return lines.search([*domain, ("move_id", "in", records.ids)])
        partners = records.partner_id if "partner_id" in records else records
        ids = partners.commercial_partner_id.ids
        return lines.search([*domain, ("partner_id", "in", ids)])

    @api.depends("company_id", "step")
    def _compute_account_id(self):
        for wizard in self:
            company = wizard.company_id
            own = company.dunning_doubtful_account_id
            wizard.account_id = own or company.root_id.dunning_doubtful_account_id

    @api.depends("company_id", "line_ids.selected", "step")
    def _compute_receipt_ids(self):
        for wizard in self:
            partners = wizard.line_ids.filtered("selected").partner_id
            wizard.receipt_ids = wizard.step == "recovery" and self.env[
                "account.move.line"
            ].search(
                [
                    ("company_id", "=", wizard.company_id.id),
                    ("partner_id", "in", partners.ids),
                    ("parent_state", "=", "posted"),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("reconciled", "=", False),
                    ("amount_residual", "<", 0),
                    ("currency_id", "=", wizard.company_currency_id.id),
                    ("move_id.move_type", "=", "entry"),
                ]
            )

    @api.depends("step", "company_id", "source_ids", "is_chosen", "method")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.company_id._dunning_check_at_hand()
            rows = wizard._loss_rows() if wizard.step == "recovery" else wizard._rows()
            commands = [Command.create(values) for values in rows]
            wizard.line_ids = [Command.clear(), *commands]

    def _rows(self):
        """Return the values of one line per debt the step is proposed for."""
        company, day = self.company_id, self.date or self.company_id._dunning_today()
        steps = self.env["dunning.bad.debt"]
        chosen = self.source_ids._origin.ids if self.is_chosen else None
        items, facts, standing = steps._candidates(company, self.step, day, chosen)
        targets = steps._targets(company, [item.id for item in items])
        by_item = standing.grouped(lambda step: step.move_line_id.id)
        rows = []
        for item in items:
            own = by_item.get(item.id, steps)
            texts, key = facts[item.id]
            earlier = own.filtered("facts")[-1:].facts
            text = listed(self.env, texts) or earlier or ""
            target = targets[item.id]
            worth = float(item.company_residual)
            vat = sum(steps._vat_of(target, company, worth).values())
            rows.append(
                {
                    "move_line_id": item.id,
                    "name": item.move_name,
                    "partner_id": item.partner_id,
                    "date_maturity": item.date_maturity,
                    "currency_id": item.currency_id,
                    "residual": float(item.residual),
                    "amount": float(item.residual),
                    "base": company.currency_id.round(worth - vat),
                    "impaired": own._impaired(),
                    "percent": self._percent(item, key, own, day),
                    "facts": text,
                    "selected": bool(chosen or text and self.step != "loss"),
                }
            )
        partners = self.env["res.partner"].browse(row["partner_id"] for row in rows)
        names = {partner.id: partner.display_name or "" for partner in partners}
        return sorted(
            rows,
            key=lambda row: (
                names[row["partner_id"]],
                row["date_maturity"] or date.min,
                row["name"],
            ),
        )

    def _percent(self, item, key, own, day):
        """Return the percentage proposed for a debt; never less than it has by now."""
        steps = self.env["dunning.bad.debt"]
        if self.method == "age":
            late = (day - item.date_maturity).days if item.date_maturity else 0
            proposed = steps._percent_by_age(late, day)
        else:
            proposed = steps._percent_of(key, day) or 0.0
        known = own.filtered(lambda step: step.step == "impairment")[-1:].percent
        return max(proposed, known if own._impaired() else 0.0)

    def _loss_rows(self):
        """Return the values of one line per loss on which money may come in."""
        losses = self.env["dunning.bad.debt"]
        partners = self.source_ids._origin.partner_id.ids if self.is_chosen else None
        if self.env.context.get("active_model") == losses._name:
            own = losses.browse(self.env.context.get("active_ids", []))
            found = losses._open_losses(self.company_id) & own
        else:
            found = losses._open_losses(self.company_id, partners)
        return [
            {
                "loss_id": loss.id,
                "name": loss.move_name,
                "partner_id": loss.partner_id.id,
                "date_maturity": loss.date_maturity,
                "currency_id": loss.company_currency_id.id,
                "residual": loss.amount_company - loss._recovered(),
                "amount": 0,
                "selected": len(found) == 1,
            }
            for loss in found
        ]

    # ---------------------------------------------------------------------- preview

    @api.depends(
        "step", "date", "account_id", "gross", "event_id", "event_date", "recover_vat",
        "duplicate_sent_on", "duplicate_file", "proof_file", "money_journal_id",
        "receipt_id", "line_ids.selected", "line_ids.amount", "line_ids.percent",
        "line_ids.facts",
    )  # fmt: skip
    def _compute_preview(self):
        for wizard in self:
            groups, problems, notes = wizard._planned()
            wizard.problems = "\n".join(dict.fromkeys(problems)) or False
            wizard.notes = "\n".join(dict.fromkeys(notes)) or False
            plans = [plan for group in groups for plan in group]
            wizard.preview = wizard._preview_html(plans) if plans else False
            total = sum(plan.record["amount_company"] for plan in plans)
            wizard.headline = self.env._(
                "Debts: %(debts)s – entries: %(entries)s – total: %(total)s",
                debts=len(groups),
                entries=len(plans),
                total=formatLang(
                    self.env, total, currency_obj=wizard.company_currency_id
                ),
            )

    @api.depends("preview")
    def _compute_fingerprint(self):
        for wizard in self:
            wizard.fingerprint = wizard._print_of(wizard._planned()[0])

    def _print_of(self, groups):
        """Return what tells these plans from others."""
        return self.env["dunning.bad.debt.planner"]._fingerprint(groups)

    def _preview_html(self, plans):
        accounts = self.env["account.account"].with_company(self.company_id)
        ids = {line["account_id"] for plan in plans for line in plan.lines}
        known = {account.id: account for account in accounts.browse(ids)}
        balances = [line["balance"] for plan in plans for line in plan.lines]
        return self.env["ir.qweb"]._render(
            "dunning_fr.bad_debt_preview",
            {
                "plans": plans,
                "accounts": known,
                "currency": self.company_currency_id,
                "debit": sum(value for value in balances if value > 0),
                "credit": -sum(value for value in balances if value < 0),
            },
        )

    def _planned(self):
        """Return ([[``Plan``]] of each debt, problems, notes), read afresh."""
        self.ensure_one()
        self.company_id._dunning_check_at_hand()
        planner = self.env["dunning.bad.debt.planner"]
        return planner._plan(self, self.line_ids.filtered("selected"))

    # ---------------------------------------------------------------------- button

    def action_confirm(self):
        """Post the entries that were shown, if the ledger still says the same."""
        self.ensure_one()
        steps = self.env["dunning.bad.debt"]
        steps._check_accountant()
        chosen = self.line_ids.filtered("selected")
        if not chosen:
            raise UserError(self.env._("Select the debts first."))
        steps._lock_partners(self.company_id, chosen.partner_id.ids)
        groups, problems, _notes = self._planned()
        if problems:
            raise UserError("\n".join(dict.fromkeys(problems)))
        if self._print_of(groups) != self.fingerprint:
            raise UserError(
                self.env._(
                    "The books have changed since these entries were shown: nothing "
                    "was posted. Close this window and start again."
                )
            )
        if not groups:
            raise UserError(self.env._("There is nothing to book here."))
        made = self.env["dunning.bad.debt.planner"]._post(self, groups)
        return made._action_show()
