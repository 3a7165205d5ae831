from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import clean_context, format_date

from .dunning_proof_mixin import PROOF_SENTINEL


class DunningBadDebt(models.Model):
    """Plans that become entries, and entries that are taken back."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.bad.debt"

    @api.model
    def _post(self, company, plans, journal, day, **values):
        """Post one entry for each plan, match it, and return the rows that keep it.

        All or nothing: what fails undoes the whole call.

        :param plans: [[``Plan``]], those of one debt together: the first leads
        :param values: of each leading row (event, proofs…)
        """
        self._check_accountant()
        self._check_open(company, day, journal)
        steps = self.browse()
        for group in plans:
            leader = self.browse()
            for plan in group:
                entry = self._post_entry(company, plan, journal, day)
                extra = {"origin_id": leader.id} if leader else values
                record = {**plan.record, **extra, "entry_id": entry.id}
                # sudo: rows of steps are made by nobody but this method
                made = self.sudo().with_context(clean_context(self.env.context))
                step = made.create(record)
                leader = leader or step
                steps += step.sudo(False)
        steps._log_posted()
        return steps.with_env(self.env)

    @api.model
    def _post_entry(self, company, plan, journal, day):
        """Post the entry of a plan, with the rights of whoever asks; match it."""
        moves = self.env["account.move"].with_company(company)
        entry = moves.with_context(clean_context(self.env.context)).create(
            {
                "move_type": "entry",
                "company_id": company.id,
                "journal_id": journal.id,
                "date": day,
                "ref": plan.label,
                "line_ids": [Command.create(values) for values in plan.lines],
            }
        )
        lines = entry.line_ids
        entry._post(soft=False)
        for place, ids in plan.matches:
            # Odoo makes VAT due that waits for payment: this is no payment (R8.11)
            both = (lines[place] + lines.browse(ids)).with_context(no_cash_basis=True)
            both.filtered(lambda line: not line.reconciled).reconcile()
        return entry

    @api.model
    def _check_open(self, company, day, journal):
        """Refuse a day in a closed period: Odoo would move some entries silently."""
        locks = company._get_violated_lock_dates(day, True, journal)
        if locks:
            raise UserError(
                self.env._(
                    "The books are closed on %(day)s: %(locks)s. Choose a later date, "
                    "or ask whoever closes the books.",
                    day=format_date(self.env, day),
                    locks=company._format_lock_dates(locks),
                )
            )

    def _log_posted(self):
        """Say on each invoice what was done with it; no reason is given there."""
        labels = dict(self._fields["step"]._description_selection(self.env))
        for step in self.filtered("move_id"):
            step.move_id._message_log(
                body=self.env._(
                    "%(step)s: %(entry)s",
                    step=labels[step.step],
                    entry=step.entry_id._get_html_link(),
                )
            )

    # --------------------------------------------------------------- taking back

    def _take_back(self, day, reason):
        """Reverse the entries of these steps, the last one first; return the entries.

        :param day: date of the reversals, not before the entry's own
        """
        self._check_accountant()
        followers = self.sudo().search(  # what goes with a step goes back with it
            [
                ("origin_id", "in", self.ids),
                ("step", "=", "reversal"),
                ("state", "=", "posted"),
            ]
        )
        steps = (self | followers.sudo(False)).sorted("id", reverse=True)
        for company, own in steps.grouped("company_id").items():
            self._lock_partners(company, own.partner_id.ids)
        steps.invalidate_recordset(["state"])
        for step in steps:
            step._check_take_back(day, steps)
        entries = self.env["account.move"]
        for step in steps:
            entries += step._reverse_entry(day, reason)
        return entries

    def _check_take_back(self, day, together):
        """Refuse what is taken back already, or what a later step builds on."""
        self.ensure_one()
        if self.state != "posted":
            raise UserError(self.env._("%s was taken back already.", self.display_name))
        if self._goes_with_loss() and self.origin_id not in together:
            raise UserError(
                self.env._(
                    "“%(step)s” goes back together with “%(loss)s”: take that one "
                    "back.",
                    step=self.display_name,
                    loss=self.origin_id.display_name,
                )
            )
        if day < self.date:
            raise UserError(
                self.env._(
                    "%(step)s is dated %(day)s: it cannot be taken back before.",
                    step=self.display_name,
                    day=format_date(self.env, self.date),
                )
            )
        later = self._standing(self.company_id, self.move_line_id.ids)
        later = later.filtered(lambda s: s.id > self.id and s not in together)
        if later:
            raise UserError(
                self.env._(
                    "Take “%(later)s” back first: it was done after “%(step)s”.",
                    later=later[-1].display_name,
                    step=self.display_name,
                )
            )
        self._check_open(self.company_id, day, self.entry_id.journal_id)
        moved = self.entry_id.line_ids.filtered(lambda line: line.balance > 0)
        if self.step == "doubtful" and moved.matched_credit_ids:
            raise UserError(
                self.env._(
                    "%s: money or credits were matched with the doubtful account. "
                    "Unmatch them first, then take the transfer back.",
                    self.display_name,
                )
            )

    def _reverse_entry(self, day, reason):
        self.ensure_one()
        entry = self.entry_id.with_context(dunning_bad_debt=PROOF_SENTINEL)
        values = {"date": day, "ref": self.env._("Taken back: %s", entry.name)}
        reversal = entry._reverse_moves([values], cancel=True)
        # sudo: rows of steps are written by nobody but this method
        self.sudo().write(
            {
                "state": "reversed",
                "reversal_entry_id": reversal.id,
                "reversed_on": day,
                "reversed_by": self.env.uid,
                "reversed_reason": reason,
            }
        )
        if self.move_id:
            self.move_id._message_log(
                body=self.env._("Taken back: %s", reversal._get_html_link())
            )
        return reversal.with_env(self.env)
