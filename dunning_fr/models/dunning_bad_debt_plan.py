from typing import NamedTuple

from odoo import api, models
from odoo.tools import float_round, format_amount


class Target(NamedTuple):
    """A debt to be dealt with, read afresh from the ledger."""

    item: object  # DunningItem
    move: object  # its invoice or entry
    places: list  # lines where it is owed now; None where nobody can say
    standing: object  # steps in force
    composition: object  # None for a debt without invoice
    lost: int  # of its invoice, earlier, smallest unit
    mixed: object  # number of the entry that moved it together with others


class Plan(NamedTuple):
    """An entry to be posted, and the row that keeps it."""

    record: dict
    lines: list  # values of journal items
    matches: list  # [(place in ``lines``, ids of the lines to match it with)]
    label: str


class DunningBadDebt(models.Model):
    """The entries of section 8.3, worked out before anything is written.

    A plan is data: the wizard shows it, and posts it only if the ledger still says
    the same. All amounts of a plan are in company currency, the customer's lines
    also in the currency of the invoice.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.bad.debt"

    @api.model
    def _targets(self, company, line_ids):
        """Return {item id: ``Target``} of open debts, wherever they were moved.

        A constant number of queries; debts that are settled are not in it.
        """
        lines = self.env["account.move.line"].browse(line_ids)
        items = {
            item.id: item
            for item in lines._dunning_items(company, partner_ids=lines.partner_id.ids)
            if item.id in set(line_ids) and item.residual > 0
        }
        moves = self.env["account.move"].browse(i.move_id for i in items.values())
        compositions = self._compositions(moves)
        written = self._written_off(company, moves.ids)
        standing = self._standing(company, items)
        transfers = self.env["dunning.transfer"]._of_companies(company)
        unit = 10**company.currency_id.decimal_places
        return {
            id_: Target(
                item,
                moves.browse(item.move_id),
                self._places(lines.browse(id_), transfers),
                standing.filtered(lambda s, id_=id_: s.move_line_id.id == id_),
                compositions.get(item.move_id),
                round(written.get(item.move_id, 0) * unit),
                item.unclear or (transfers.mixed(id_) if transfers else None),
            )
            for id_, item in items.items()
        }

    @api.model
    def _places(self, line, transfers):
        """Return the open lines of a debt: its own, then where it was moved."""
        moved = transfers.places(line.id) if transfers else []
        if moved is None:
            return None
        return (line + line.browse(moved)).filtered(
            lambda one: one.amount_residual_currency > 0
        )

    # ------------------------------------------------------------------- amounts

    @api.model
    def _vat_of(self, target, company, amount):
        """Return {VatPart: amount} of the VAT in ``amount``, company currency.

        VAT that is due on payment is in it: whoever asks decides what becomes of it.
        """
        if not target.composition:
            return {}
        unit = 10**company.currency_id.decimal_places
        parts = target.composition.share(target.lost, round(amount * unit))
        return {part: minor / unit for part, minor in parts.items() if minor}

    @api.model
    def _take(self, target, amount):
        """Return [(line, amount in its currency, the same in company currency)].

        :param amount: in the currency of the debt, at most what is left
        """
        rows, left = [], float(amount)
        for line in target.places:
            taken = min(left, line.amount_residual_currency)
            if line.currency_id.compare_amounts(taken, 0) <= 0:
                continue
            worth = line.amount_residual
            if line.currency_id.compare_amounts(taken, line.amount_residual_currency):
                worth *= taken / line.amount_residual_currency
            rows.append((line, taken, line.company_currency_id.round(worth)))
            left = line.currency_id.round(left - taken)
        return rows

    # --------------------------------------------------------------------- lines

    @api.model
    def _line(self, account, balance, label, partner, **values):
        return {
            "account_id": account.id,
            "name": label,
            "partner_id": partner.id,
            "balance": balance,
            **values,
        }

    @api.model
    def _customer_lines(self, rows, label, partner, **values):
        """Return the credits that take ``rows`` of ``_take`` off the customer."""
        return [
            self._line(
                line.account_id,
                -worth,
                label,
                partner,
                currency_id=line.currency_id.id,
                amount_currency=-taken,
                **values,
            )
            for line, taken, worth in rows
        ]

    @api.model
    def _prepare_record(self, company, step, target, day, **values):
        """Return the values of the row that keeps a step (hook)."""
        item = target.item
        line = self.env["account.move.line"].browse(item.id)
        return {
            "step": step,
            "company_id": company.id,
            "partner_id": item.partner_id,
            "move_id": item.move_id,
            "move_line_id": item.id,
            "move_name": item.move_name,
            "document_key": line._dunning_document_key(item),
            "date_maturity": item.date_maturity,
            "currency_id": item.currency_id,
            "date": day,
            **values,
        }

    # --------------------------------------------------------------------- steps

    @api.model
    def _plan_doubtful(self, company, target, day, account, facts=""):
        """R8.3 c): the debt with its VAT, from 411 to the doubtful account."""
        partner = self.env["res.partner"].browse(target.item.partner_id)
        label = self.env._("Doubtful debt %s", target.item.move_name)
        rows = self._take(target, float(target.item.residual))
        lines = self._customer_lines(rows, label, partner)
        worth = company.currency_id.round(sum(row[2] for row in rows))
        taken = sum(row[1] for row in rows)
        lines.insert(
            0,
            self._line(
                account,
                worth,
                label,
                partner,
                currency_id=target.item.currency_id,
                amount_currency=taken,
                date_maturity=target.item.date_maturity or day,
            ),
        )
        vat = self._vat_of(target, company, worth)
        record = self._prepare_record(
            company,
            "doubtful",
            target,
            day,
            amount=taken,
            amount_company=worth,
            amount_vat=sum(vat.values()),
            amount_net=worth - sum(vat.values()),
            is_cash_basis=any(part.is_cash_basis for part in vat),
            vat_detail=self._vat_detail(vat, False),
            facts=facts,
        )
        matches = [(place, rows[place - 1][0].ids) for place in range(1, len(lines))]
        return Plan(record, lines, matches, label)

    @api.model
    def _plan_impairment(self, company, target, day, percent, facts="", gross=False):
        """R8.3 d): to so many per cent of what is left before VAT (R8.6).

        More than is impaired already: the rest is charged; less: it is reversed.
        None where nothing changes.
        """
        worth = float(target.item.company_residual)
        vat = 0.0 if gross else sum(self._vat_of(target, company, worth).values())
        base = company.currency_id.round(worth - vat)
        wanted = float_round(
            base * percent / 100, precision_rounding=company.currency_id.rounding
        )
        change = company.currency_id.round(wanted - target.standing._impaired())
        if not change:
            return None
        record = {"percent": percent, "facts": facts, "amount_net": base}
        return self._plan_impaired(company, target, day, change, **record)

    @api.model
    def _plan_impaired(self, company, target, day, change, **values):
        """Return the plan that charges ``change``, or reverses it where negative."""
        partner = self.env["res.partner"].browse(target.item.partner_id)
        provision = company._dunning_bad_debt_setting("dunning_impairment_account_id")
        if change > 0:
            step, name = "impairment", "dunning_impairment_expense_account_id"
            label = self.env._("Impairment of debt %s", target.item.move_name)
        else:
            step, name = "reversal", "dunning_impairment_income_account_id"
            label = self.env._("Impairment reversed %s", target.item.move_name)
        result = company._dunning_bad_debt_setting(name)
        lines = [
            self._line(result, change, label, partner),
            self._line(provision, -change, label, partner),
        ]
        if change < 0:
            lines.reverse()
        record = self._prepare_record(
            company,
            step,
            target,
            day,
            amount=0,
            amount_company=abs(change),
            **values,
        )
        return Plan(record, lines, [], label)

    @api.model
    def _plan_loss(self, company, target, day, amount, recover_vat, **values):
        """R8.3 e): the loss before VAT, its VAT, and the end of its impairment.

        :param amount: in the currency of the debt
        :param recover_vat: whether the conditions of R8.8 to R8.12 hold
        :return: [``Plan``], the reversal of the impairment after the loss
        """
        partner = self.env["res.partner"].browse(target.item.partner_id)
        label = self.env._("Irrecoverable debt %s", target.item.move_name)
        rows = self._take(target, amount)
        worth = company.currency_id.round(sum(row[2] for row in rows))
        vat = self._vat_of(target, company, worth)
        back = {p: v for p, v in vat.items() if p.is_cash_basis or recover_vat}
        account = self._loss_account(company, target, day)
        lost = company.currency_id.round(worth - sum(back.values()))
        lines = [self._line(account, lost, label, partner)] if lost else []
        matches = []
        for part, value in back.items():
            name = self.env._("%(label)s, %(tax)s", label=label, tax=part.name)
            vat_account = self.env["account.account"].browse(part.account_id)
            if part.is_cash_basis and vat_account.reconcile:
                matches.append((len(lines), [part.line_id]))
            lines.append(self._line(vat_account, value, name, partner))
        first = len(lines)
        lines += self._customer_lines(rows, label, partner)
        matches += [(first + n, row[0].ids) for n, row in enumerate(rows)]
        record = self._prepare_record(
            company,
            "loss",
            target,
            day,
            amount=sum(row[1] for row in rows),
            amount_company=worth,
            amount_vat=company.currency_id.round(sum(vat.values())),
            amount_net=company.currency_id.round(worth - sum(vat.values())),
            vat_recovered=company.currency_id.round(
                sum(v for p, v in back.items() if not p.is_cash_basis)
            ),
            is_cash_basis=any(part.is_cash_basis for part in vat),
            vat_detail=self._vat_detail(vat, recover_vat),
            **values,
        )
        plans = [Plan(record, lines, matches, label)]
        return plans + self._plan_end_of_impairment(company, target, day, amount)

    @api.model
    def _plan_end_of_impairment(self, company, target, day, amount):
        """Return the plan that reverses the impairment of what is lost, in a list."""
        impaired = target.standing._impaired()
        left = float(target.item.residual) - float(amount)
        currency = self.env["res.currency"].browse(target.item.currency_id)
        if not currency.is_zero(left):
            impaired = company.currency_id.round(
                impaired * float(amount) / float(target.item.residual)
            )
        if company.currency_id.compare_amounts(impaired, 0) <= 0:
            return []
        return [self._plan_impaired(company, target, day, -impaired)]

    @api.model
    def _loss_account(self, company, target, day):
        """Return 654100 for a debt of the year, 654400 for an earlier one (R8.1)."""
        year = company.compute_fiscalyear_dates(day)
        made = target.item.invoice_date or target.item.date
        is_new = made and made >= year["date_from"]
        name = "dunning_loss_account_id" if is_new else "dunning_loss_prior_account_id"
        return company._dunning_bad_debt_setting(name)

    @api.model
    def _vat_detail(self, vat, recover_vat):
        """Return VAT by rate as it is kept with the step."""
        return [
            {
                "tax_id": part.tax_id,
                "name": part.name,
                "account_id": part.final_account_id,
                "amount": amount,
                "cash_basis": part.is_cash_basis,
                "recovered": bool(recover_vat and not part.is_cash_basis),
            }
            for part, amount in vat.items()
        ]

    @api.model
    def _too_much_message(self, name, amount, left, currency):
        return self.env._(
            "%(document)s: %(amount)s is more than the %(left)s that is left.",
            document=name,
            amount=format_amount(self.env, float(amount), currency),
            left=format_amount(self.env, float(left), currency),
        )
