from odoo import models

# Who is paid by a transfer to the account
PAYEE = {"acc_number", "partner_id", "acc_holder_name"}


class ResPartnerBank(models.Model):
    """Accounts of factors that letters tell debtors to pay."""

    _inherit = "res.partner.bank"

    def write(self, vals):
        # EXTENDS 'account': another number would send the money of debtors elsewhere
        named = not PAYEE.isdisjoint(vals) and self._dunning_named()
        if not named:
            return super().write(vals)
        before = {account: account._dunning_payee() for account in self}
        result = super().write(vals)
        changed = self.filtered(lambda a: a._dunning_payee() != before[a])
        named = named.filtered(lambda hold: hold.factor_bank_id in changed)
        if not self.env.su:
            named.with_env(self.env(su=False))._check_paid_to()
        named._payee_changed()
        return result

    def _dunning_named(self):
        """Return the holds in force whose letters name one of these accounts."""
        # sudo: every hold acts, also of a company that the user does not see
        return (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("factor_bank_id", "in", self.ids),
                    ("factor_mode", "=", "own_name"),
                    ("state", "=", "active"),
                ]
            )
        )

    def _dunning_payee(self):
        return self.sanitized_acc_number, self.partner_id.id, self.acc_holder_name
