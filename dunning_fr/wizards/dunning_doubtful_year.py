import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ..models.account_account import TRANSFER_PREFIXES
from ..reports.doubtful_xlsx import doubtful_xlsx, vat_recovery_xlsx

NOTHING = dict.fromkeys(("opening", "charged", "released", "lost"), 0.0)


class DunningDoubtfulYear(models.TransientModel):
    """Doubtful and lost debts at the end of a year, with the facts (R8.6).

    And the file of the VAT that was claimed back in it (R8.8 to R8.12).
    """

    _name = "dunning.doubtful.year"
    _inherit = ["dunning.download.mixin"]
    _description = "Doubtful debts at the end of a year"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="End of the year",
        required=True,
        default=lambda self: self._last_closing(),
        help="What was paid or booked later is left out, whenever it was matched.",
    )
    date_from = fields.Date(
        string="First day of the year", compute="_compute_date_from"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("dunning.doubtful.year.line", "list_id", readonly=True)
    xlsx_file = fields.Binary(compute="_compute_xlsx_file", string="Sheet (XLSX)")
    vat_file = fields.Binary(compute="_compute_vat_file", string="VAT file (XLSX)")

    @api.model
    def _last_closing(self):
        """Return the last day of the last accounting year that is over."""
        company = self.env.company
        current = company.compute_fiscalyear_dates(company._dunning_today())
        return fields.Date.subtract(current["date_from"], days=1)

    @api.depends("date", "company_id")
    def _compute_date_from(self):
        for one in self:
            found = one.date and one.company_id.compute_fiscalyear_dates(one.date)
            one.date_from = found and found["date_from"]

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._(
                "Doubtful debts at %(date)s", date=format_date(self.env, one.date)
            )

    @api.depends("date", "company_id")
    def _compute_xlsx_file(self):
        # The web client asks for sizes instead of contents
        for one in self.with_context(bin_size=False):
            one.xlsx_file = base64.b64encode(doubtful_xlsx(one, one._rows()))

    @api.depends("date", "company_id")
    def _compute_vat_file(self):
        for one in self.with_context(bin_size=False):
            one.vat_file = base64.b64encode(vat_recovery_xlsx(one, one._vat_rows()))

    # ------------------------------------------------------------------------ rows

    def _steps_at(self):
        """Return the steps that were in force at the end of the year."""
        self.ensure_one()
        self.env["dunning.bad.debt"]._check_company_at_hand(self.company_id)
        return self.env["dunning.bad.debt"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", "<=", self.date),
                "|",
                ("state", "=", "posted"),
                ("reversed_on", ">", self.date),
            ],
            order="id",
        )

    def _rows(self):
        """Return a dict of values for each doubtful or lost debt of the year."""
        self.ensure_one()
        steps = self._steps_at()
        moved = self._moved_by_hand()
        lines = steps.move_line_id | moved
        items = lines._dunning_debts(lines.ids) if lines else []
        reduced = self.env["dunning.reduction"]._booked_until(
            [item.id for item in items], self.date
        )
        facts = steps._facts(self.company_id, items, self.date)
        moves = lines.browse(i.id for i in items).move_id
        compositions = steps._compositions(moves, self.date)
        by_item = steps.grouped(lambda step: step.move_line_id.id)
        rows = []
        for item in items:
            own = by_item.get(item.id, steps.browse())
            values = self._booked(own)
            doubtful = item.id in moved.ids or "doubtful" in own.mapped("step")
            left = self._left(item, reduced.get(item.id, 0))
            values["impaired"] = own._impaired_of()
            if not any(values.values()) and not (doubtful and left > 0):
                continue
            composition = compositions.get(item.move_id)
            values |= self._values(item, own, left, facts[item.id][0], composition)
            base, impaired = values["net"], values["impaired"]
            values["percent"] = 100 * impaired / base if base > 0 else 0.0
            rows.append(values)
        names = self.env["res.partner"].browse(row["partner_id"] for row in rows)
        order = {partner.id: partner.display_name or "" for partner in names}
        return sorted(
            rows, key=lambda r: (order[r["partner_id"]], r["date_maturity"], r["name"])
        )

    def _moved_by_hand(self):
        """Return the debts that entries moved to 416, whoever wrote them."""
        transfers = self.env["dunning.transfer"]._of_companies(self.company_id)
        lines = self.env["account.move.line"]
        if not transfers:
            return lines
        places = {id_: transfers.places(id_) or [] for id_ in transfers.debts}
        root = self.company_id.root_id
        arrived = lines.browse({one for ids in places.values() for one in ids})
        doubtful = arrived.filtered(
            lambda line: (
                line.date <= self.date
                and (line.account_id.with_company(root).code or "").startswith(
                    TRANSFER_PREFIXES[0]
                )
            )
        )
        known = set(doubtful.ids)
        return lines.browse(id_ for id_, own in places.items() if known & set(own))

    def _booked(self, steps):
        """Return what the steps of one debt charged, reversed and lost in the year."""
        found = dict(NOTHING)
        for step in steps:
            amount, is_new = step.amount_company, step.date >= self.date_from
            if step.step == "impairment":
                found["charged" if is_new else "opening"] += amount
            elif step.step == "reversal" and is_new:
                found["released"] += amount
            elif step.step == "reversal":
                found["opening"] -= amount
            elif step.step == "loss" and is_new:
                found["lost"] += amount
        return {name: self.currency_id.round(amount) for name, amount in found.items()}

    def _left(self, item, reduced):
        """Return what was left of a debt at the end of the year, company currency.

        :param reduced: what was taken off it until then, smallest unit of its currency
        """
        line = self.env["account.move.line"].browse(item.id)
        unit = 10**line.currency_id.decimal_places
        left = float(item.original) - reduced / unit
        if line.currency_id != self.currency_id:
            left *= line.balance / line.amount_currency
        return max(self.currency_id.round(left), 0.0)

    def _values(self, item, steps, left, facts, composition):
        """Return the values that do not depend on what was booked."""
        vat = 0.0
        if composition:
            unit = 10**self.currency_id.decimal_places
            parts = composition.share(0, round(left * unit))
            vat = sum(parts.values()) / unit
        told = [*facts, *(step.facts for step in steps if step.facts)]
        late = (self.date - item.date_maturity).days if item.date_maturity else 0
        return {
            "partner_id": item.partner_id,
            "move_id": item.move_id,
            "name": item.move_name,
            "date_maturity": item.date_maturity or item.date,
            "days_late": max(late, 0),
            "residual": left,
            "net": self.currency_id.round(left - vat),
            "facts": "; ".join(dict.fromkeys(told)),
        }

    def _vat_rows(self):
        """Return a dict for each rate of each loss, and of each later recovery."""
        steps = self._steps_at().filtered(
            lambda step: (
                step.step in ("loss", "recovery") and step.date >= self.date_from
            )
        )
        labels = dict(steps._fields["step"]._description_selection(self.env))
        rows = []
        for step in steps.sorted(lambda s: (s.date, s.id)):
            event = step if step.step == "loss" else step.origin_id
            parts = step.vat_detail or [{"name": "", "amount": 0.0}]
            for number, part in enumerate(parts):
                back = part["amount"] if part.get("recovered") else 0.0
                if step.step == "recovery":
                    back = -part["amount"]
                rows.append(
                    {
                        "partner_id": step.partner_id.display_name,
                        "step": labels[step.step],
                        "name": step.move_name,
                        "invoice_date": step.move_id.invoice_date,
                        "net": step.amount_net if not number else 0.0,
                        "rate": part["name"],
                        "vat": part["amount"],
                        "recovered": back,
                        "event": event.event_id.name,
                        "event_date": event.event_date,
                        "duplicate": event.duplicate_sent_on,
                        "entry": step.entry_id.name,
                        "date": step.date,
                        "limit": step.vat_limit if back > 0 else False,
                    }
                )
        return rows

    # --------------------------------------------------------------------- buttons

    def action_show(self):
        """Show the list, added up."""
        self.ensure_one()
        # sudo: rows are made by nobody but this method
        lines = self.env["dunning.doubtful.year.line"].sudo()
        self.line_ids.sudo().unlink()
        lines.create([{**row, "list_id": self.id} for row in self._rows()])
        title = self.env._("No debt was doubtful or lost at that date")
        text = self.env._(
            "Debts moved to 416, impaired or written off are listed with the facts "
            "that justify it."
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "dunning.doubtful.year.line",
            "view_mode": "list",
            "domain": [("list_id", "=", self.id)],
            "context": {"dunning_doubtful_year_id": self.id},
            "help": Markup('<p class="o_view_nocontent_neutral_face">%s</p><p>%s</p>')
            % (title, text),
        }

    def action_xlsx(self):
        """Download the list."""
        self.ensure_one()
        name = self.env._("doubtful_%(date)s.xlsx", date=self.date)
        return self._download_action("xlsx_file", name)

    def action_vat_xlsx(self):
        """Download the file of the VAT claimed back."""
        self.ensure_one()
        name = self.env._("vat_%(date)s.xlsx", date=self.date)
        return self._download_action("vat_file", name)
