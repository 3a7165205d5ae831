from collections import defaultdict

from markupsafe import Markup, escape

from odoo import models

from ..tools.typography import NBSP

WORDS = Markup('<p class="o_dunning_factor">%s</p>')  # the page looks for its class


class DunningLetterFactorMixin(models.AbstractModel):
    """To whom the debtor pays: us, or the factor that bought the invoice."""

    _name = "dunning.letter.factor.mixin"
    _description = "Accounts of factors in letters"
    _inherit = ["dunning.letter.company.mixin"]

    def _compute_letter_company(self):
        # EXTENDS 'dunning.letter.company.mixin': other accounts where items were sold
        super()._compute_letter_company()
        sold = self._letter_sold()
        if not sold:
            return
        concerned = self.filtered(lambda notice: notice.debtor_id in sold)
        for notices in concerned._letter_by_lang():
            for notice in notices:
                bank = notice.company_id._dunning_bank_account()
                holds = [h for day, h in sold[notice.debtor_id] if day == notice.date]
                notice.payment_block = notice._letter_payment_blocks(bank, holds)

    def _letter_sold(self):
        """Return {debtor: [(day, hold)]} of the holds that name a factor's account."""
        found = defaultdict(list)
        for day, notices in self.grouped("date").items():
            for hold in self.env["dunning.hold"]._factored(notices.debtor_id, day):
                found[hold.debtor_id].append((day, hold))
        return found

    def _letter_payment_blocks(self, bank, sold):
        """Return the account to pay to; several, each with its invoices, if need be.

        :param bank: our own account
        :param sold: holds of the debtor that name a factor's account on that day
        """
        moves = self._letter_claimed_lines().move_line_id.move_id
        rest, blocks = moves, []
        for hold in sold:
            own = rest & hold.move_ids if hold.move_ids else rest
            if own:
                rest -= own
                blocks.append(self._letter_factor_block(hold, own))
        if not blocks:
            return self._letter_payment_block(bank)
        if rest:
            blocks.append(self._letter_own_block(bank, rest))
        return Markup("").join(blocks)

    def _letter_factor_block(self, hold, moves):
        account = hold.factor_bank_id
        number = account.sanitized_acc_number or ""
        iban = NBSP.join(number[at : at + 4] for at in range(0, len(number), 4))
        factor = hold.factor_id.name or account.partner_id.name
        sold = self.env._("Invoices %(numbers)s: they were transferred to %(factor)s.")
        if len(moves) == 1:
            sold = self.env._("Invoice %(numbers)s: it was transferred to %(factor)s.")
        freed = self.env._(
            "To free you, your payment must be made to it alone, to this account; tell "
            "it too of any complaint."
        )
        words = escape(f"{sold} {freed}") % {
            "numbers": ", ".join(moves.mapped("name")),
            "factor": Markup("<strong>%s</strong>") % factor,
        }
        return WORDS % words + Markup(
            self._letter_block(
                "letter_payment",
                bank=account,
                holder=account.acc_holder_name or account.partner_id.name,
                account=iban if account.acc_type == "iban" else account.acc_number,
                is_iban=account.acc_type == "iban",
            )
        )

    def _letter_own_block(self, bank, moves):
        words = self.env._("Invoices %s: to be paid to us.")
        if len(moves) == 1:
            words = self.env._("Invoice %s: to be paid to us.")
        words = escape(words) % ", ".join(moves.mapped("name"))
        return WORDS % words + Markup(self._letter_payment_block(bank))
