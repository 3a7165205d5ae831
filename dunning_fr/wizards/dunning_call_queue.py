from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.dunning_breakdown import column, money, row, table

CALLS_SHOWN = 6  # the last ones
ITEMS_SHOWN = 30
MAX_QUEUE = 500  # debtors called one after the other: days of work


class DunningCall(models.TransientModel):
    """What the caller sees, and the next call of the list after an outcome."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.call"

    queue = fields.Json(help="Ids of the debtors to call after this one.")
    left_out = fields.Json(help="Ids of those of the list not to be called today.")
    queue_size = fields.Integer(help="How many debtors the list began with.")
    position = fields.Char(compute="_compute_position")
    warning = fields.Char(compute="_compute_warning")
    contact_ids = fields.Many2many(
        "res.partner", string="Whom to call", compute="_compute_contact_ids"
    )
    script = fields.Html(compute="_compute_script", sanitize=False)
    overview = fields.Json(compute="_compute_overview")
    amount_overdue = fields.Monetary(
        related="debtor_id.amount_overdue", related_sudo=False
    )
    level_reached = fields.Integer(
        related="debtor_id.level_reached", related_sudo=False
    )
    last_contact_date = fields.Date(
        related="debtor_id.last_contact_date", related_sudo=False
    )
    decision_maker_id = fields.Many2one(
        related="debtor_id.decision_maker_id", related_sudo=False
    )

    @api.depends("queue", "queue_size", "left_out")
    def _compute_position(self):
        for call in self:
            count = call.queue_size - len(call.left_out or [])
            call.position = call.queue_size > 1 and self.env._(
                "Call %(number)s of %(count)s",
                number=count - len(call.queue or []),
                count=count,
            )

    @api.depends("debtor_id")
    def _compute_warning(self):
        found = self.debtor_id._not_to_call()
        for call in self:
            call.warning = found.get(call.debtor_id.id, False)

    @api.depends("debtor_id")
    def _compute_contact_ids(self):
        for call in self:
            debtor = call.debtor_id
            call.contact_ids = debtor._who_to_call() if debtor else False

    @api.depends("debtor_id", "dispatch_id", "contact_id")
    def _compute_script(self):
        for call in self:
            if call.dispatch_id:
                call.script = call.dispatch_id.text  # as it was frozen
                continue
            debtor = call.debtor_id
            if not debtor:  # of a form that was just opened
                call.script = False
                continue
            call.script = debtor._call_script(debtor._call_items(), call.contact_id)

    # ----------------------------------------------------------------- tables

    @api.depends("debtor_id")
    @api.depends_context("lang")
    def _compute_overview(self):
        for call in self:
            call.overview = (
                [
                    call._items_table(),
                    call._holds_table(),
                    call._calls_table(),
                ]
                if call.debtor_id
                else False
            )

    def _items_table(self):
        late = self.debtor_id._call_items()
        today, currencies = self.company_id._dunning_today(), self.env["res.currency"]
        rows = [
            row(
                item.move_name,
                format_date(self.env, item.date_maturity),
                (today - item.date_maturity).days,
                money(
                    self.env,
                    {currencies.browse(item.currency_id): float(item.residual)},
                ),
            )
            for item in late[:ITEMS_SHOWN]
        ]
        if late[ITEMS_SHOWN:]:
            rest = self.env._("and %s more", len(late) - ITEMS_SHOWN)
            rows.append(row(rest, "", "", ""))
        return table(
            self.env._("Overdue"),
            [
                column(self.env._("Document")),
                column(self.env._("Due date")),
                column(self.env._("Days late"), numeric=True),
                column(self.env._("Still owed"), numeric=True),
            ],
            rows,
            self.env._("Nothing is overdue."),
        )

    def _holds_table(self):
        holds = self.debtor_id.hold_ids.filtered(lambda h: h.state == "active")
        labels = dict(holds._fields["kind"]._description_selection(self.env))
        return table(
            self.env._("Disputes, promises and other holds"),
            [
                column(self.env._("Hold")),
                column(self.env._("Until")),
                column(self.env._("Amount"), numeric=True),
                column(self.env._("Why")),
            ],
            [
                row(
                    labels[hold.kind],
                    format_date(self.env, hold.date_to) if hold.date_to else "–",
                    money(self.env, {hold.company_currency_id: hold.amount})
                    if hold.amount
                    else self.env._("all of it"),
                    hold.debtor_says or hold.reason or "",
                )
                for hold in holds
            ],
            self.env._("No hold is in force."),
        )

    def _calls_table(self):
        calls = self.env["dunning.phone.call"].search(
            [("debtor_id", "=", self.debtor_id.id)], limit=CALLS_SHOWN
        )
        labels = dict(calls._fields["outcome"]._description_selection(self.env))
        return table(
            self.env._("Last calls"),
            [
                column(self.env._("Day")),
                column(self.env._("Called by")),
                column(self.env._("Outcome")),
                column(self.env._("What was said")),
            ],
            [
                row(
                    format_date(self.env, call.date),
                    call.user_id.name,
                    labels[call.outcome],
                    call.note or "",
                )
                for call in calls
            ],
            self.env._("Nobody has called yet."),
        )

    # ------------------------------------------------------------------ queue

    def action_save_next(self):
        """Write the outcome down and open the next call of the list."""
        self.ensure_one()
        self._record()
        return self._open_next()

    def action_skip(self):
        """Open the next call of the list; nothing is written about this one."""
        self.ensure_one()
        return self._open_next()

    def _open_next(self):
        order = {id_: place for place, id_ in enumerate(self.queue or [])}
        debtors = self.env["dunning.debtor"].search([("id", "in", list(order))])
        debtors = debtors.sorted(lambda debtor: order[debtor.id])
        left_out = self.env["dunning.debtor"].search(
            [("id", "in", self.left_out or [])]
        )
        return debtors._open_calls(self.queue_size, left_out)


class DunningDebtor(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    def action_call(self):
        """Open the call to the debtor; of several, one after the other.

        Those whom nobody should call today are left out of a list, and said at its
        end; of a single debtor the dialog says why.
        """
        if not self:
            return False
        self._check_caller()
        if len(self) > MAX_QUEUE:
            raise UserError(self.env._("Choose at most %s debtors to call.", MAX_QUEUE))
        return self._open_calls(len(self), self.browse())

    def _open_calls(self, size, left_out):
        """Open the call to the first of ``self`` who may be called.

        :param size: debtors of the list, those called and left out before included
        :param left_out: those of the list not to be called today, so far
        """
        if size > 1:
            left_out |= self.browse(self._not_to_call())
        debtors = self - left_out
        if not debtors:
            return self._tell_end(left_out)
        call = self.env["dunning.call"].create(
            {
                **debtors[0]._waiting_call(),
                "debtor_id": debtors[0].id,
                "queue": debtors[1:].ids,
                "left_out": left_out.ids,
                "queue_size": size,
            }
        )
        return call._open()

    def _waiting_call(self):
        """Return the call that a notice waits for, once the ledger was read again."""
        for notice in self.notice_ids.filtered("waits_for_call"):
            # sudo: evidence has no other writer; the caller was checked
            trusted = notice.sudo()._proof_unlocked()
            if not trusted._withdraw(trusted._ledger_changes(letters=True)):
                return {"dispatch_id": notice._call_to_make()[0].id}
        return {}

    @api.model
    def _tell_end(self, left_out):
        message = self.env._("The list is finished.")
        if left_out:
            message = self.env._(
                "The list is finished. Not to be called today: %s.",
                ", ".join(left_out.mapped("display_name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
