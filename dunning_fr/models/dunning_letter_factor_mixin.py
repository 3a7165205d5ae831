from odoo import models


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
        concerned = self.filtered(lambda n: (n.debtor_id, n.date) in sold)
        for notices in concerned._letter_by_lang():
            for notice in notices:
                bank = notice.company_id._dunning_bank_account()
                moves = notice._letter_claimed_lines().move_line_id.move_id
                holds = sold[notice.debtor_id, notice.date]
                notice.payment_block = holds.with_context(
                    lang=notice.env.lang
                )._payee_blocks(moves, notice._letter_payment_block, bank)

    def _letter_sold(self):
        """Return {(debtor, day): holds} of the holds that name a factor's account."""
        found = {}
        for day, notices in self.grouped("date").items():
            holds = self.env["dunning.hold"]._factored(notices.debtor_id, day)
            for debtor_id, own in holds.grouped(lambda h: h.debtor_id.id).items():
                found[notices.debtor_id.browse(debtor_id), day] = own
        return found
