from markupsafe import Markup, escape

from odoo import models

WORDS = Markup('<p class="o_dunning_factor">%s</p>')  # the page looks for its class


class DunningHold(models.Model):
    """To whom debtors pay what was sold to a factor: in letters, statements, online.

    Only who is paid as the words say frees itself; whoever reads of its invoices
    without them would pay us.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    def _payee_blocks(self, moves, show, bank):
        """Return where ``moves`` are paid: each factor with its own, us with the rest.

        :param self: holds of ``_sold``
        :param show: function of an account → its block in the letter
        :param bank: our own account
        """
        rest, blocks = moves, []
        for hold in self:
            own = rest & hold.move_ids if hold.move_ids else rest
            if own:
                rest -= own
                blocks.append(hold._payee_words(own))
                if hold.factor_mode == "own_name":
                    blocks.append(Markup(show(hold.factor_bank_id)))
        if not blocks:
            return show(bank)
        if rest:
            blocks += [self._own_words(rest), Markup(show(bank))]
        return Markup("").join(blocks)

    def _payee_words(self, moves):
        """Return that ``moves`` are paid to the factor of this hold."""
        sold = self.env._("Invoices %(numbers)s: they were transferred to %(factor)s.")
        if len(moves) == 1:
            sold = self.env._("Invoice %(numbers)s: it was transferred to %(factor)s.")
        freed = self.env._(
            "To free you, your payment must be made to it alone, to this account; tell "
            "it too of any complaint."
        )
        if self.factor_mode != "own_name":  # its account is its own to tell
            freed = self.env._(
                "To free you, your payment must be made to it alone; tell it too of "
                "any complaint."
            )
        return (
            WORDS
            % escape(f"{sold} {freed}")
            % {
                "numbers": ", ".join(moves.mapped("name")),
                "factor": Markup("<strong>%s</strong>") % self._factor_name(),
            }
        )

    def _own_words(self, moves):
        words = self.env._("Invoices %s: to be paid to us.")
        if len(moves) == 1:
            words = self.env._("Invoice %s: to be paid to us.")
        return WORDS % escape(words) % ", ".join(moves.mapped("name"))

    def _factor_name(self):
        holder = self.factor_bank_id.partner_id
        return self.factor_id.name or holder.name or self.env._("a factor")

    def _payee_stop(self):
        """Return, for the debtor, why an invoice of this hold is not paid online."""
        return self.env._(
            "This invoice was transferred to %(factor)s. To free you, your payment "
            "must be made to it alone.",
            factor=self._factor_name(),
        )
