import base64

from odoo import api, fields, models

from ..reports.doubtful_xlsx import doubtful_xlsx, vat_recovery_xlsx
from ..tools.words import listed

NOTHING = dict.fromkeys(("opening", "charged", "released", "lost"), 0.0)


class DunningDoubtfulYear(models.TransientModel):
    """Doubtful and lost debts at the end of a year, with the facts (R8.6).

    And the file of the VAT that was claimed back in it (R8.8 to R8.12).
    """

    _name = "dunning.doubtful.year"
    _inherit = ["dunning.year.mixin"]
    _description = "Doubtful debts at the end of a year"

    line_ids = fields.One2many("dunning.doubtful.year.line", "list_id", readonly=True)
    vat_file = fields.Binary(compute="_compute_vat_file", string="VAT file (XLSX)")

    @api.depends("date", "company_id")
    def _compute_vat_file(self):
        # The web client asks for sizes instead of contents
        for one in self.with_context(bin_size=False):
            one.vat_file = base64.b64encode(vat_recovery_xlsx(one, one._vat_rows()))

    def _year_title(self, day):
        return self.env._("Doubtful debts at %(date)s", date=day)

    def _year_sheet(self, rows):
        return doubtful_xlsx(self, rows)

    def _year_empty(self):
        return (
            self.env._("No debt was doubtful or lost at that date"),
            self.env._(
                "Debts moved to 416, impaired or written off are listed with the facts "
                "that justify it."
            ),
        )

    # ------------------------------------------------------------------------ rows

    def _steps_at(self):
        """Return the steps that were in force at the end of the year."""
        self.ensure_one()
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

    def _year_rows(self):
        """Return a dict of values for each doubtful or lost debt of the year."""
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
        arrived = lines.browse({one for ids in places.values() for one in ids})
        doubtful = arrived.filtered(
            lambda line: (
                line.date <= self.date
                and line.account_id._dunning_is_doubtful(self.company_id)
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
            "facts": listed(self.env, dict.fromkeys(told)),
        }

    def _vat_rows(self):
        """Return a dict for each rate of each loss, and of each later recovery.

        A recovery takes off what the loss had, so that each column adds up.
        """
        self.company_id._dunning_check_at_hand()
        if not self.date:
            return []
        steps = self._steps_at().filtered(
            lambda step: (
                step.step in ("loss", "recovery") and step.date >= self.date_from
            )
        )
        labels = dict(steps._fields["step"]._description_selection(self.env))
        rows = []
        for step in steps.sorted(lambda s: (s.date, s.id)):
            is_loss = step.step == "loss"
            event, sign = (step, 1) if is_loss else (step.origin_id, -1)
            parts = step.vat_detail or [{"name": "", "amount": 0.0}]
            for number, part in enumerate(parts):
                vat = sign * part["amount"]
                back = 0.0 if is_loss and not part.get("recovered") else vat
                rows.append(
                    {
                        "partner_id": step.partner_id.display_name,
                        "step": labels[step.step],
                        "name": step.move_name,
                        "invoice_date": step.move_id.invoice_date,
                        "net": 0.0 if number else sign * step.amount_net,
                        "rate": part["name"],
                        "vat": vat,
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
