from odoo import fields, models
from odoo.exceptions import UserError

from .dunning_procedure_step import CLOSED_STATES


class DunningCase(models.Model):
    """How a case moves: its steps carry it, a person closes it, its hold follows."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    # ----------------------------------------------------------------- the steps

    def _all_steps(self):
        """Return all steps, those another court or law asks for included."""
        return self.with_context(active_test=False).step_ids

    def _make_steps(self):
        """Bring the steps in line with the procedure; dated ones stay."""
        # sudo: the steps are the case's, collectors have no rights on them
        for case in self.sudo()._trusted():
            steps = case._all_steps()
            templates = case.procedure_id.step_ids
            foreign = steps.filtered(
                lambda step, own=templates: (
                    step.procedure_step_id and step.procedure_step_id not in own
                )
            )
            missing = templates - (steps - foreign).procedure_step_id
            foreign.unlink()
            steps.create([case._prepare_step_values(row) for row in missing])
            case.invalidate_recordset(["step_ids"])
        self._refresh_steps()

    def _prepare_step_values(self, template):
        """Return the values of the step that follows ``template``."""
        return {
            "case_id": self.id,
            "procedure_step_id": template.id,
            "code": template.code,
            "name": template.name,
            "sequence": template.sequence,
            "actor": template.actor,
            "limit": template.limit,
            # Explicit: no person's own default value dates an act (``ir.default``)
            "active": True,
            **dict.fromkeys(("date", "deadline", "document", "note"), False),
        }

    def _refresh_steps(self):
        """Compute the time limits anew, then the state and what there is to do."""
        # sudo: see ``_make_steps``
        cases = self.sudo()._trusted()
        for case in cases:
            case._all_steps()._refresh_deadlines()
            case._follow_steps()
        cases._all_steps()._plan_activities()

    def _follow_steps(self):
        """Set the state that the last act gives; freeze the amounts once filed."""
        self.ensure_one()
        done = self._all_steps().filtered(lambda step: step.date)
        acts = done.filtered(lambda step: step.procedure_step_id.case_state)
        acts = acts.sorted(lambda step: (step.sequence, step.id))
        state = acts[-1:].procedure_step_id.case_state or "prepared"
        filed_on = acts[:1].date
        if filed_on and filed_on != self.filed_date:
            self._freeze(filed_on)
        elif not filed_on and self.filed_date:
            self.write(
                {
                    "filed_date": False,
                    "filed_principal": 0,
                    "filed_interest": 0,
                    "filed_indemnity": 0,
                }
            )
        if self.state not in CLOSED_STATES and self.state != state:
            self.state = state

    # ------------------------------------------------------------------ the hold

    def _keep_hold(self):
        """Keep reminders away while the case is open; let them go when it is closed."""
        for case in self.sudo()._trusted():  # sudo: the hold is the case's alone
            is_open = case.state not in CLOSED_STATES
            values = {
                "move_ids": [fields.Command.set(case.move_ids.ids)],
                "date_from": case.date,
                "date_to": False,
                "reason": case.name,
                # Explicit: no person's own default value weakens it
                "amount": 0,
                "kept_by_manager": False,
                "suspends_interest": False,
                "state": "active" if is_open else "released",
            }
            if case.hold_id:
                case.hold_id.write(values)
            elif is_open:
                values |= {"debtor_id": case.debtor_id.id, "kind": "case"}
                case.hold_id = case.hold_id.create(values)
                case.hold_id._cancel_drafts()

    # ------------------------------------------------------------------- closing

    def action_close_dialog(self):
        """Ask how the case ended, and show what still runs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close the case"),
            "res_model": "dunning.case.close",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_settle(self):
        """Close the case: paid, or settled."""
        return self._close("settled")

    def action_lose(self):
        """Close the case: the claim was refused."""
        return self._close("lost")

    def action_withdraw(self):
        """Close the case: given up, or opened by mistake."""
        return self._close("withdrawn")

    def _close(self, state, day=None, reason=None):
        """End the cases and their holds; the ledger stays as it is.

        :param day: date, by default today in the company's time zone
        """
        self._check_manager()
        self.check_access("write")
        for case in self:
            if case.state in CLOSED_STATES:
                raise UserError(self.env._("%s is closed already.", case.display_name))
            lines = [reason] if reason else []
            lines += case._open_deadline_texts() + case._limitation_texts(state)
            if lines:
                case._message_log(body="\n".join(lines))
            # sudo: nobody writes the state but the case; the group was checked
            case.sudo()._trusted().write(
                {
                    "state": state,
                    "closed_date": day or case.company_id._dunning_today(),
                }
            )
        self._keep_hold()
        self.sudo()._trusted()._all_steps()._plan_activities()
        return True

    def _open_deadline_texts(self):
        """Name the time limits that still run, each with what is lost."""
        self.ensure_one()
        running = self.step_ids.filtered(lambda step: step._is_ours_to_do())
        return [
            self.env._(
                "Time limit still running: %(step)s, %(day)s (%(rule)s). If it is "
                "missed: %(loses)s",
                step=step.name,
                day=self._day_text(step.deadline),
                rule=step.rule or "",
                loses=step.loses or "",
            )
            for step in running
        ]

    def action_reopen(self):
        """Take a closing back: the hold acts again, the steps say the state."""
        self._check_manager()
        self.check_access("write")
        for case in self:
            if case.state not in CLOSED_STATES:
                raise UserError(self.env._("%s is open.", case.display_name))
        self._lock_debtors()
        errors = []
        for case in self:
            errors += [
                self.env._(
                    "%(move)s is already in the case %(case)s: close that one first.",
                    move=move.name,
                    case=other.name,
                )
                for move, other in case._other_cases().items()
                if move in case.move_ids
            ]
        if errors:
            raise UserError("\n".join(errors))
        # sudo: see ``_close``
        self.sudo()._trusted().write({"state": "prepared", "closed_date": False})
        self._keep_hold()
        self._refresh_steps()
        return True
