from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

# Where the wizard may be opened, and what of it leads to late receivable lines
SOURCES = (
    "account.move",
    "dunning.debtor",
    "dunning.charge",
    "dunning.notice",
    "res.partner",
)


class DunningBillWizard(models.TransientModel):
    """What may be billed of late invoices up to a day, then the notes de débit."""

    _name = "dunning.bill.wizard"
    _description = "Bill charges"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda s: s.env.company
    )
    date = fields.Date(
        string="Interest up to",
        required=True,
        default=lambda self: self.env.company._dunning_today(),
        help="Last day billed, included. A later bill starts the day after.",
    )
    posting = fields.Selection(
        [("posted", "Post the notes"), ("draft", "Leave them as drafts")],
        string="In the books",
        required=True,
        default="posted",
    )
    item_ids = fields.Many2many("account.move.line", string="Late items", readonly=True)
    line_ids = fields.One2many(
        "dunning.bill.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    headline = fields.Char(compute="_compute_headline")
    breakdown = fields.Char(compute="_compute_headline")
    left_out = fields.Char(compute="_compute_left_out")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "item_ids" in fields and not values.get("item_ids"):
            records = self._source_records()
            values["item_ids"] = [Command.set(self._items_of(records).ids)]
        return values

    @api.model
    def _source_records(self):
        name = self.env.context.get("active_model")
        if name not in SOURCES:
            return self.env["account.move"]
        return self.env[name].browse(self.env.context.get("active_ids", []))

    @api.model
    def _items_of(self, records):
        """Return the receivable lines that ``records`` are about, late or not."""
        records.check_access("read")
        company = self.env.company
        domain = [
            ("company_id", "=", company.id),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("account_id.non_trade", "=", False),
            ("amount_currency", ">", 0),
            ("move_id.dunning_is_debit_note", "=", False),
        ]
        if records._name == "account.move":
            domain.append(("move_id", "in", records.ids))
        elif records._name == "dunning.charge":
            domain.append(("move_id", "in", records.move_id.ids))
        elif records._name == "dunning.notice":
            domain.append(("id", "in", records.line_ids.move_line_id.ids))
        else:
            partners = records
            if records._name == "dunning.debtor":
                partners = records.partner_id
            domain.append(("partner_id", "in", partners.commercial_partner_id.ids))
        items = self.env["account.move.line"].search(domain, order="date_maturity, id")
        # a debt is billed where it began
        return items.filtered(lambda item: not item.dunning_is_moved)

    @api.depends("item_ids", "date", "company_id")
    def _compute_line_ids(self):
        for wizard in self:
            rows = wizard._rows()
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in rows),
            ]

    def _late_items(self):
        """Return the items that the company's way of booking lets be billed now."""
        items = self.item_ids._origin or self.item_ids
        items = items.filtered(lambda item: item.company_id == self.company_id)
        if self.company_id.dunning_penalty_posting == "on_payment":
            # Odoo shows as paid what was moved to 416 or 413
            moved = self.env["dunning.transfer"]._of_companies(self.company_id).debts
            return items.filtered(lambda i: i.reconciled and i.id not in moved)
        return items

    def _rows(self):
        """Return the values of one line per late item, its charges side by side."""
        if not self.date:
            return []
        found = {}
        charges = self.env["dunning.charge"]
        for row in charges._billable(self.company_id, self._late_items(), self.date):
            values = found.setdefault(
                row["move_line_id"],
                {
                    "move_line_id": row["move_line_id"],
                    "partner_id": row["partner_id"],
                    "currency_id": row["currency_id"],
                    "date_maturity": row["date_maturity"],
                    "date_to": row["date_to"],
                },
            )
            values[row["kind"]] = row["amount"]
        customers = self.env["res.partner"].browse(
            values["partner_id"] for values in found.values()
        )
        names = {customer.id: customer.display_name or "" for customer in customers}

        def order(values):
            customer = values["partner_id"]
            return names[customer], customer, values["date_maturity"]

        return sorted(found.values(), key=order)

    @api.depends("line_ids.selected", "line_ids.interest", "line_ids.indemnity")
    def _compute_headline(self):
        for wizard in self:
            chosen = wizard.line_ids.filtered("selected")
            notes = {(line.partner_id, line.currency_id) for line in chosen}
            wizard.headline = self.env._(
                "Debit notes: %(notes)s – late invoices: %(items)s – total: %(total)s",
                notes=len(notes),
                items=len(chosen),
                total=wizard._sum_text(chosen, "total"),
            )
            wizard.breakdown = self.env._(
                "of which interest: %(interest)s – indemnities: %(indemnity)s",
                interest=wizard._sum_text(chosen, "interest"),
                indemnity=wizard._sum_text(chosen, "indemnity"),
            )

    def _sum_text(self, lines, name):
        """Return the sum of ``name`` over ``lines``, one amount for each currency."""
        amounts = [
            formatLang(self.env, sum(own.mapped(name)), currency_obj=currency)
            for currency, own in lines.grouped("currency_id").items()
        ]
        return " + ".join(amounts) or "–"

    @api.depends("item_ids", "company_id")
    def _compute_left_out(self):
        for wizard in self:
            waiting = len(wizard.item_ids) - len(wizard._late_items())
            wizard.left_out = False
            if waiting:
                wizard.left_out = self.env._(
                    "%s unpaid items are left out: this company books penalties when "
                    "the late invoice is paid.",
                    waiting,
                )

    def action_bill(self):
        """Bill what is selected, computed afresh; show the notes."""
        self.ensure_one()
        if self.date > self.company_id._dunning_today():
            raise UserError(
                self.env._(
                    "Interest is billed up to today at the latest: it has to run."
                )
            )
        lines = self.line_ids.filtered("selected").move_line_id & self._late_items()
        if not lines:
            raise UserError(self.env._("Select what to bill first."))
        charges = self.env["dunning.charge"]
        claimed = charges._claim_lines(self.company_id, lines, self.date)
        notes = claimed._bill(post=self.posting == "posted")
        return notes._dunning_open_notes()
