"""A payment while a case is open: seen at once, decided by a person."""

from markupsafe import Markup

from odoo import api, fields, models

from .dunning_procedure_step import CLOSED_STATES


class DunningCase(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case"

    seen_principal = fields.Monetary(
        readonly=True, copy=False, help="Principal left when it last changed."
    )
    receipt_activity_id = fields.Many2one(
        "mail.activity", string="Task of the last payment", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null",
    )  # fmt: skip

    @api.model
    def _see_receipts(self, moves):
        """Tell whoever follows an open case that its invoices were paid, or unpaid.

        One query when none of ``moves`` is in a case. The case itself stays as it is.
        """
        # sudo: whoever reconciles need not see cases
        cases = self.sudo()._trusted()
        cases = cases.search(
            [("move_ids", "in", moves.ids), ("state", "not in", CLOSED_STATES)]
        )
        if not cases:
            return
        cases.invalidate_recordset(["amount_open", "amount_paid"])
        for case in cases:
            change = case.seen_principal - case.amount_open
            if not case.currency_id.is_zero(change):
                case.seen_principal = case.amount_open
                case._tell_receipt(change)

    @api.model
    def _see_postings(self, moves):
        """Tell open cases that their invoices were taken back, or posted again."""
        # sudo: whoever keeps the books need not see cases
        cases = self.sudo()._trusted()
        cases = cases.search(
            [("move_ids", "in", moves.ids), ("state", "not in", CLOSED_STATES)]
        )
        cases.invalidate_recordset(["amount_open", "amount_paid"])
        for case in cases:
            case.seen_principal = case.amount_open  # no payment: not told as one
            for move in case.move_ids & moves:
                text = self.env._("%s is no longer posted: nothing is claimed of it.")
                if move.state == "posted":
                    text = self.env._("%s is posted again.")
                case._message_log(body=text % move.display_name)

    def _tell_receipt(self, change):
        self.ensure_one()
        amount, left = self._money_text(abs(change)), self._money_text(self.amount_open)
        if change < 0:
            text = self.env._(
                "A payment or credit of %(amount)s was taken back: %(left)s is owed.",
                amount=amount,
                left=left,
            )
        else:
            text = self.env._(
                "%(amount)s was paid or credited on the invoices of the case: %(left)s "
                "of the principal is left.",
                amount=amount,
                left=left,
            )
        self._message_log(body=text)
        if change > 0:
            self._offer_next(text)

    def _person(self):
        """Return who is told of the case: its follower, unless he has left."""
        self.ensure_one()
        for user in (self.user_id, self.create_uid, self.debtor_id.user_id):
            if user.active and not user.share:
                return user
        watch = self.env["dunning.watch"]
        responsible = self.company_id._dunning_responsible()
        return responsible or watch._any_manager(self.company_id)

    def _offer_next(self, text):
        """Say what a person may do now; nothing of it happens by itself."""
        paid = self.currency_id.is_zero(self.amount_open)
        offer = self.env._(
            "Tell the court or the commissaire de justice, and go on for the rest."
        )
        if paid:
            offer = self.env._(
                "The principal is paid: go on for interest, indemnity and costs, or "
                "close the case as settled."
            )
        # nobody is written to about it: the list of activities is where people look
        case = self.with_context(mail_activity_quick_update=True)
        # the last payment alone; what a person ended stays as it was ended
        case.receipt_activity_id.filtered("active").unlink()
        case.receipt_activity_id = case.activity_schedule(
            "mail.mail_activity_data_todo",
            self.company_id._dunning_today(),
            summary=self.env._("Payment during the case"),
            note=Markup("<p>%s</p><p>%s</p>") % (text, offer),
            user_id=self._person().id,
        )


class AccountPartialReconcile(models.Model):
    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self.env["dunning.case"]._see_receipts(partials.debit_move_id.move_id)
        return partials

    def unlink(self):
        moves = self.debit_move_id.move_id
        result = super().unlink()
        self.env["dunning.case"]._see_receipts(moves)
        return result
