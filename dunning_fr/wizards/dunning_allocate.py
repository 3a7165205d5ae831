from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..models.dunning_run_check import OPEN_CREDITS
from ..tools.allocation import OpenDebt, pour
from ..tools.words import listed

ACCOUNTING = "account.group_account_invoice"


class DunningAllocate(models.TransientModel):
    """Receipts matched with the first debts of their customers: seen, then done.

    Odoo Community matches an invoice with a receipt on the invoice's own page, one by
    one. Here many are matched at once, the first due first (C. civ. 1342-10), a credit
    note with its own invoice before; what is disputed stays out, of a part the rest is
    paid. For collectors who keep accounts as well.
    """

    _name = "dunning.allocate"
    _description = "Match receipts with the first due"

    credit_ids = fields.Many2many("account.move.line", string="Receipts", readonly=True)
    line_ids = fields.One2many(
        "dunning.allocate.line", "wizard_id", string="Matches", readonly=True
    )
    left_out = fields.Text(readonly=True)

    @api.model
    def _open(self, lines):
        """Return the preview of matching these open credits."""
        self._check_accounting()
        open_credits = lines.filtered_domain(OPEN_CREDITS)
        if not open_credits:
            raise UserError(self.env._("None of these is a receipt still open."))
        plan, left_out = self._plan(open_credits)
        wizard = self.create(
            {
                "credit_ids": [Command.set(open_credits.ids)],
                "line_ids": [
                    Command.create(
                        {"credit_id": credit.id, "debt_id": debt.id, "amount": amount}
                    )
                    for credit, debt, amount in plan
                ],
                "left_out": "\n".join(left_out),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Match with the first due"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _check_accounting(self):
        if not (self.env.su or self.env.user.has_group(ACCOUNTING)):
            raise AccessError(
                self.env._("Only who keeps the accounts matches receipts: ask them.")
            )

    def action_apply(self):
        """Reconcile as shown; refused if the ledger has changed meanwhile."""
        self.ensure_one()
        self._check_accounting()
        self.credit_ids.check_access("write")
        shown = [(row.credit_id, row.debt_id, row.amount) for row in self.line_ids]
        plan, _left_out = self._plan(self.credit_ids.filtered_domain(OPEN_CREDITS))
        if not shown:
            raise UserError(self.env._("There is nothing to match."))
        if not self._is_same(shown, plan):
            raise UserError(
                self.env._("The ledger has changed meanwhile: close this, start anew.")
            )
        texts = defaultdict(list)
        for row in self.line_ids:
            texts[row.debt_id.company_id, row.debt_id.partner_id].append(
                row._sentence()
            )
        for credit, debt, amount in shown:
            credit._dunning_match(debt, amount)
        self._tell(texts)
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _is_same(self, shown, plan):
        return len(shown) == len(plan) and all(
            one[:2] == other[:2]
            and not one[0].currency_id.compare_amounts(one[2], other[2])
            for one, other in zip(shown, plan, strict=True)
        )

    @api.model
    def _tell(self, texts):
        """Write on each debtor what was matched with what, and by whom."""
        debtors = self.env["dunning.debtor"]
        found = debtors.search(
            [("partner_id", "in", [partner.id for _company, partner in texts])]
        )
        bodies = {}
        for debtor in found:
            rows = texts.get((debtor.company_id, debtor.partner_id))
            if rows:
                bodies[debtor.id] = self.env._("Matched: %s", listed(self.env, rows))
        debtors.browse(bodies)._message_log_batch(bodies)

    # ------------------------------------------------------------------ the plan

    @api.model
    def _plan(self, open_credits):
        """Return ([(credit, debt, amount in its currency)], [why one is left out])."""
        spared, left_out = self._spared(open_credits)
        debts = self._debts(open_credits)
        held = self._disputed(open_credits.browse().concat(*debts.values()))
        room = {
            debt.id: debt.amount_residual_currency
            for own in debts.values()
            for debt in own
        }
        plan = []
        for credit in (open_credits - spared).sorted(lambda line: (line.date, line.id)):
            own = debts.get(self._owner(credit), ())
            for debt, amount in self._paid_by(credit, own, room, held):
                plan.append((credit, debt, amount))
        used = {credit for credit, _debt, _amount in plan}
        left_out += [
            self.env._("%s: nothing is open that it could pay.", credit.move_name)
            for credit in open_credits - spared
            if credit not in used
        ]
        return plan, left_out

    @api.model
    def _paid_by(self, credit, debts, room, held):
        """Return [(debt, amount)] that a credit pays, its own invoice before.

        :param room: {debt id: what is still owed}, and
        :param held: {debt id: what of it is disputed}; both are brought up to date
        """
        meant, money = credit.move_id.reversed_entry_id, credit.currency_id
        ranked = sorted(debts, key=lambda debt: debt.move_id != meant)
        settling = {debt.id for debt in ranked if self._settles(debt, meant)}
        free = {
            debt.id: room[debt.id] - (0 if debt.id in settling else held[debt.id])
            for debt in ranked
        }
        by_id, found = {debt.id: debt for debt in ranked}, []
        rows = [OpenDebt(debt.id, debt.move_id.id, 0) for debt in ranked]
        for debt_id, part in pour(-credit.amount_residual_currency, rows, free):
            amount = money.round(part)
            room[debt_id] = money.round(room[debt_id] - amount)
            if debt_id in settling:
                held[debt_id] = max(held[debt_id] - amount, 0)
            if amount:
                found.append((by_id[debt_id], amount))
        return found

    @api.model
    def _owner(self, line):
        return line.company_id, line.partner_id, line.account_id, line.currency_id

    @api.model
    def _debts(self, open_credits):
        """Return {owner: open debts}, the first due first."""
        found = self.env["account.move.line"].search(
            [
                ("company_id", "in", open_credits.company_id.ids),
                ("partner_id", "in", open_credits.partner_id.ids),
                ("account_id", "in", open_credits.account_id.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
            ],
            order="date_maturity, date, id",
        )
        return found.grouped(self._owner)

    @api.model
    def _disputed(self, debts):
        """Return {debt id: how much of it is disputed, in its currency}.

        All of what is blocked; of an amount, the first due as for reminders. A dispute
        about everything, or about what is no invoice, blocks none in Odoo.
        """
        holds, found = self.env["dunning.hold"], defaultdict(float)
        for company, own in debts.grouped("company_id").items():
            disputes = holds.search(
                holds._acting_domain(company._dunning_today())
                & Domain("kind", "=", "dispute")
                & Domain("company_id", "=", company.id)
                & Domain("debtor_id.partner_id", "in", own.partner_id.ids)
            )
            left = disputes._still_disputed()
            for dispute in disputes:
                rest = left.get(dispute.id, float("inf"))
                moves, partner = dispute.move_ids, dispute.partner_id
                for debt in own.sorted(lambda d: (d.date_maturity or d.date, d.id)):
                    is_named = not moves or debt.move_id in moves
                    if debt.partner_id != partner or not is_named:
                        continue
                    part = min(rest, debt.amount_residual)
                    rest -= part
                    if part:
                        rate = debt.amount_residual_currency / debt.amount_residual
                        found[debt.id] += debt.currency_id.round(part * rate)
        for debt in debts:
            if debt.move_id.payment_state == "blocked":
                found[debt.id] = debt.amount_residual_currency
        return found

    @api.model
    def _settles(self, debt, meant):
        """Whether a credit meant for an invoice pays what is disputed of a debt.

        Its own credit note alone does, and not where a person blocked the invoice.
        """
        by_person = debt.move_id.payment_state == "blocked" and not (
            debt.move_id.dunning_dispute_block
        )
        return bool(meant) and debt.move_id == meant and not by_person

    @api.model
    def _spared(self, open_credits):
        """Return the credits that are meant for something else, and for what."""
        spared, texts = open_credits.browse(), []
        for company, own in open_credits.grouped("company_id").items():
            moved = self.env["dunning.transfer"]._unmatched(company)
            moved_ids = {source.id for rows in moved.values() for source in rows}
            lines = self.env["account.move.line"]
            items = lines._dunning_items(company, None, own.partner_id.ids)
            # sudo: what belongs to charges, whoever matches
            receipts = self.env["dunning.charge.receipt"].sudo()
            paying = {found.credit.id for found in receipts._matches(company, items)}
            charged = own.filtered(lambda c, m=paying: c.id in m)
            moving = own.filtered(lambda c, m=moved_ids: c.id in m)
            nobody = own.filtered(lambda c: not c.partner_id)
            spared |= charged | moving | nobody
            texts += [
                self.env._(
                    "%s pays claimed charges as well: bill and settle them on the "
                    "debtor.",
                    credit.move_name,
                )
                for credit in charged
            ]
            texts += [
                self.env._(
                    "%s moves debts to another account: match it with those invoices.",
                    credit.move_name,
                )
                for credit in moving
            ]
            texts += [
                self.env._("%s names no customer.", credit.move_name)
                for credit in nobody
            ]
        return spared, texts
