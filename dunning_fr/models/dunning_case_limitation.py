"""Acts of a case that interrupt or suspend the limitation, once a person says so."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..tools.limitation import effect_of

# They last as long as the proceedings: their end is entered when it is known
LASTING = ("court_action", "order_service", "insolvency_declaration")


class DunningCaseStep(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case.step"

    limitation_kind = fields.Selection(related="procedure_step_id.limitation_kind")
    limitation_event_ids = fields.One2many(
        "dunning.limitation.event",
        "case_step_id",
        string="Limitation events",
        readonly=True,
    )
    limitation_todo = fields.Selection(
        [("record", "Record it"), ("correct", "Correct its record")],
        string="Limitation to do",
        compute="_compute_limitation_todo",
        help="The act interrupts or suspends the limitation, which nobody has recorded "
        "yet, or not with the day of the act.",
    )

    @api.depends(
        "date",
        "limitation_kind",
        "limitation_event_ids.state",
        "limitation_event_ids.date",
    )
    def _compute_limitation_todo(self):
        for step in self:
            event = step._limitation_event()
            step.limitation_todo = False
            if event and event.date != step.date:
                step.limitation_todo = "correct"
            elif step.date and not event and step._moves_limitation():
                step.limitation_todo = "record"

    def _limitation_event(self):
        """Return the record of the act that counts, if any."""
        return self.limitation_event_ids.filtered(lambda e: e.state == "counted")[:1]

    def _moves_limitation(self):
        """Whether the act does anything to the limitation against this debtor."""
        self.ensure_one()
        if not self.limitation_kind:
            return False
        is_public = self.case_id.debtor_id._is_public_body()
        return bool(effect_of(self.limitation_kind, is_public))

    def action_limitation_event(self):
        """Record what the act does to the limitation, or correct the record."""
        self.ensure_one()
        event = self._limitation_event()
        if not event and self.limitation_todo != "record":
            raise UserError(
                self.env._(
                    "%s does nothing to the limitation, or is not dated yet.", self.name
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Limitation: %s", self.name),
            "res_model": "dunning.limitation.event",
            "res_id": event.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {} if event else self._limitation_defaults(),
        }

    def _limitation_defaults(self):
        case = self.case_id
        return {
            "default_debtor_id": case.debtor_id.id,
            "default_kind": self.limitation_kind,
            "default_date": self.date,
            "default_move_ids": [Command.set(case.move_ids.ids)],
            "default_case_step_id": self.id,
            "default_note": f"{case.name}, {self.name}",
        }


class DunningLimitationEvent(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.limitation.event"

    step_has_document = fields.Boolean(
        string="Document of the act", compute="_compute_step_has_document"
    )

    @api.depends("case_step_id")
    def _compute_step_has_document(self):
        for event in self:
            event.step_has_document = bool(event.case_step_id.document)

    @api.model
    def _with_proof(self, vals):
        """Return the values with a copy of the act's document, where none is given."""
        step = self.env["dunning.case.step"].browse(vals.get("case_step_id") or [])
        if not step or vals.get("attachment_ids"):
            return vals
        step.check_access("read")
        # sudo: the file of a field is nobody's own; who reads the act reads it
        attachments = self.env["ir.attachment"].sudo()
        document = attachments.search(
            [
                ("res_model", "=", step._name),
                ("res_field", "=", "document"),
                ("res_id", "=", step.id),
            ],
            limit=1,
        )
        if not document:
            return vals
        copy = self.env["ir.attachment"].create(
            {"name": step.document_name or step.name, "raw": document.raw}
        )
        return {**vals, "attachment_ids": [Command.link(copy.id)]}

    @api.constrains("case_step_id", "debtor_id", "kind", "state")
    def _check_case_step(self):
        for event in self.filtered("case_step_id"):
            step = event.case_step_id
            said = step.case_id.debtor_id, step.limitation_kind
            if said != (event.debtor_id, event.kind):
                raise ValidationError(
                    self.env._(
                        "%(step)s is no such act of a case against %(debtor)s.",
                        step=step.name,
                        debtor=event.debtor_id.display_name,
                    )
                )


class DunningCase(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    limitation_todo = fields.Boolean(
        string="Limitation to do", compute="_compute_limitation_todo"
    )

    @api.depends("step_ids.limitation_todo")
    def _compute_limitation_todo(self):
        for case in self:
            case.limitation_todo = any(case.step_ids.mapped("limitation_todo"))

    def _limitation_texts(self, outcome):
        """Say what the end of the case changes for the limitation (R7.9, R7.11)."""
        self.ensure_one()
        lines = []
        for event in self._all_steps().limitation_event_ids:
            if event.state != "counted":
                continue
            if outcome in ("lost", "withdrawn"):
                lines.append(
                    self.env._(
                        "%s still counts: a claim that is withdrawn, lapses or is "
                        "dismissed interrupted nothing (C. civ. 2243). Say so on the "
                        "limitation event.",
                        event.display_name,
                    )
                )
            elif event.kind in LASTING and not event.date_to:
                lines.append(
                    self.env._(
                        "%s: enter the day the proceedings ended; the new period runs "
                        "from there (C. civ. 2242).",
                        event.display_name,
                    )
                )
        return lines
