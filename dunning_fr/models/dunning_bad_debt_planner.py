import hashlib
import json
from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError


class DunningBadDebtPlanner(models.AbstractModel):
    """From what a person chose to plans, problems and things to know.

    Reads the choice of the wizard, writes nothing; ``_post`` hands the plans over.
    """

    _name = "dunning.bad.debt.planner"
    _description = "Plans of doubtful and lost debts"

    @api.model
    def _plan(self, choice, chosen):
        """Return ([[``Plan``]], problems, notes) of the lines that are chosen.

        :param choice: the wizard
        :param chosen: its lines
        """
        if not choice.date:
            return [], [self.env._("Enter the accounting date.")], []
        texts = choice.with_context(lang=choice.company_id.partner_id.lang)
        plan_of = getattr(self.with_env(texts.env), f"_plan_{choice.step}")
        try:
            self.env["dunning.bad.debt"]._check_open(
                choice.company_id, choice.date, self._journal(choice)
            )
            problems, notes, groups = self._of_choice(choice, chosen), [], []
            if choice.step == "recovery":
                groups, found = plan_of(choice, chosen)
                return groups, problems + found, notes
            return self._of_items(choice, chosen, plan_of, problems)
        except UserError as error:
            return [], [str(error)], []

    @api.model
    def _of_items(self, choice, chosen, plan_of, problems):
        """Return ``_plan`` of lines that stand for open debts."""
        steps = self.env["dunning.bad.debt"]
        company, notes, groups, lost = choice.company_id, [], [], {}
        targets = steps._targets(company, chosen.move_line_id._origin.ids)
        unit = 10**company.currency_id.decimal_places
        for line in chosen:
            target = targets.get(line.move_line_id._origin.id)
            found = steps._target_problems(target, line.name)
            found = found or steps._date_problems(target, choice.date)
            if target and not found:
                # two instalments of one invoice: the second follows the first
                before = target.lost + lost.get(target.item.move_id, 0)
                target = target._replace(lost=before)
                found = self._line_problems(choice, line, target)
            if found:
                problems += found
                continue
            notes += steps._target_warnings(target)
            plans = [plan for plan in plan_of(choice, line, target) if plan]
            if plans and choice.step == "loss":
                taken = round(plans[0].record["amount_company"] * unit)
                key = target.item.move_id
                lost[key] = lost.get(key, 0) + taken
            if plans:
                groups.append(plans)
        return groups, problems, notes

    @api.model
    def _journal(self, choice):
        """Return the journal of the entries; a clear error where it is not set."""
        if choice.step == "recovery" and not choice.receipt_id:
            return choice.money_journal_id
        return choice.company_id._dunning_bad_debt_setting(
            "dunning_bad_debt_journal_id"
        )

    # ------------------------------------------------------------------- problems

    @api.model
    def _of_choice(self, choice, chosen):
        """Return what is wrong with the choice as a whole."""
        steps, problems = self.env["dunning.bad.debt"], self._twice(choice, chosen)
        if choice.step == "doubtful":
            account = choice.account_id or choice.company_id._dunning_bad_debt_setting(
                "dunning_doubtful_account_id"
            )
            choice.company_id._dunning_check_doubtful_account(account)
        if choice.step == "loss" and chosen:
            problems += steps._event_problems(
                choice.event_id, choice.event_date, choice.date, choice.proof_file
            )
            if choice.recover_vat and self._may_recover(choice, chosen):
                problems += steps._vat_problems(
                    choice.event_id,
                    choice.event_date,
                    choice.duplicate_sent_on,
                    choice.duplicate_file,
                    choice.date,
                )
        if choice.step == "recovery" and chosen:
            problems += self._recovery_choice(choice, chosen)
        return problems

    @api.model
    def _twice(self, choice, chosen):
        """Return what is wrong where one debt is on two lines: it would count twice."""
        name = "loss_id" if choice.step == "recovery" else "move_line_id"
        count = Counter(line[name]._origin.id for line in chosen)
        twice = chosen.filtered(lambda line: count[line[name]._origin.id] > 1)
        return [
            self.env._("%s is chosen twice.", text)
            for text in dict.fromkeys(twice.mapped("name"))
        ]

    @api.model
    def _may_recover(self, choice, chosen):
        """Whether any debt chosen bears VAT that was paid to the State."""
        found = self.env["dunning.bad.debt"]._compositions(chosen.move_line_id.move_id)
        return any(
            amount and not part.is_cash_basis
            for composition in found.values()
            for part, amount in composition.parts.items()
        )

    @api.model
    def _recovery_choice(self, choice, chosen):
        receipt, journal = choice.receipt_id._origin, choice.money_journal_id
        if not receipt and journal.type not in ("bank", "cash"):
            return [
                self.env._(
                    "Choose the open receipt of the customer, or the bank journal "
                    "where the money comes in."
                )
            ]
        if receipt and len(chosen) > 1:
            return [self.env._("Choose one loss for one receipt.")]
        # sudo: whose loss it is; who may not read it is told no more
        customer = chosen.loss_id._origin.sudo().partner_id
        offered = choice.receipt_ids._origin
        if receipt and (receipt not in offered or receipt.partner_id != customer):
            return [self.env._("This is no open receipt of the customer.")]
        if receipt and choice.date < receipt.date:
            return [self.env._("The receipt is later than the accounting date.")]
        return []

    @api.model
    def _line_problems(self, choice, line, target):
        """Return what is wrong with one debt that was chosen."""
        check = getattr(self, f"_{choice.step}_problems")
        return check(choice, line, target)

    @api.model
    def _doubtful_problems(self, choice, line, target):
        if any(
            account._dunning_is_doubtful(choice.company_id)
            for account in target.places.account_id
        ):
            return [self.env._("%s is doubtful already.", line.name)]
        if not (line.facts or "").strip():
            return [
                self.env._(
                    "%s: say why it is doubtful, with a date (proceedings, dispute, "
                    "enforcement…).",
                    line.name,
                )
            ]
        return []

    @api.model
    def _impairment_problems(self, choice, line, target):
        if not 0 <= line.percent <= 100:
            return [self.env._("%s: the percentage goes from 0 to 100.", line.name)]
        if line.percent and not (line.facts or "").strip():
            return [
                self.env._(
                    "%s: late payment alone justifies no impairment. Say which facts "
                    "make the loss probable (R8.6).",
                    line.name,
                )
            ]
        return []

    @api.model
    def _loss_problems(self, choice, line, target):
        currency = line.currency_id
        left = float(target.item.residual)
        if currency.compare_amounts(line.amount, 0) <= 0:
            return [self.env._("%s: enter the amount that is lost.", line.name)]
        if currency.compare_amounts(line.amount, left) > 0:
            steps = self.env["dunning.bad.debt"]
            return [steps._too_much_message(line.name, line.amount, left, currency)]
        made = target.item.invoice_date or target.item.date
        if choice.event_date and made and choice.event_date < made:
            return [
                self.env._(
                    "%s is later than the event: a debt born after it is not lost by "
                    "it.",
                    line.name,
                )
            ]
        return []

    # ------------------------------------------------------------------ the plans

    @api.model
    def _plan_doubtful(self, choice, line, target):
        steps = self.env["dunning.bad.debt"]
        account = choice.account_id or choice.company_id._dunning_bad_debt_setting(
            "dunning_doubtful_account_id"
        )
        company, day = choice.company_id, choice.date
        return [steps._plan_doubtful(company, target, day, account, line.facts)]

    @api.model
    def _plan_impairment(self, choice, line, target):
        steps = self.env["dunning.bad.debt"]
        return [
            steps._plan_impairment(
                choice.company_id,
                target,
                choice.date,
                line.percent,
                line.facts,
                choice.gross,
            )
        ]

    @api.model
    def _plan_loss(self, choice, line, target):
        steps = self.env["dunning.bad.debt"]
        limit = choice.event_date and steps._vat_limit(choice.event_date)
        return steps._plan_loss(
            choice.company_id,
            target,
            choice.date,
            line.amount,
            choice.recover_vat,
            facts=line.facts,
            event_id=choice.event_id.id,
            event_date=choice.event_date,
            duplicate_sent_on=choice.duplicate_sent_on,
            vat_limit=limit,
        )

    @api.model
    def _plan_recovery(self, choice, chosen):
        """Return ([[``Plan``]], problems) of the losses that are chosen."""
        groups, problems = [], []
        # sudo: rows of steps; the entries are posted with the user's own rights
        losses = {loss.id: loss for loss in chosen.loss_id._origin.sudo()}
        for line in chosen:
            loss = losses.get(line.loss_id._origin.id)
            if not loss or loss.company_id != choice.company_id:
                problems.append(
                    self.env._("%s is a loss of another company.", line.name)
                )
                continue
            found = loss._recovery_problems(line.amount, choice.receipt_id)
            if choice.date < loss.date:
                found.append(
                    self.env._("%s: nothing comes back before the loss.", line.name)
                )
            problems += found
            journal = choice.money_journal_id
            if not found and (choice.receipt_id or journal):
                receipt = choice.receipt_id._origin
                plan = loss._plan_recovery(choice.date, line.amount, journal, receipt)
                groups.append([plan])
        return groups, problems

    # --------------------------------------------------------------------- posting

    @api.model
    def _post(self, choice, groups):
        """Post the plans with the proofs of the choice; return the steps."""
        proofs = {}
        if choice.step == "loss":
            whole = choice.with_context(bin_size=False)
            names = ("proof_file", "duplicate_file")
            for name in (*names, *(f"{name}_name" for name in names)):
                proofs[name] = whole[name]
        return self.env["dunning.bad.debt"]._post(
            choice.company_id, groups, self._journal(choice), choice.date, **proofs
        )

    @api.model
    def _fingerprint(self, groups):
        """Return what tells these plans from others: lines, and what they match."""
        data = [[plan.lines, plan.matches] for group in groups for plan in group]
        return hashlib.sha256(json.dumps(data, default=str).encode()).hexdigest()
