from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, format_date

from ..tools.words import within

# Conciliation and mandat ad hoc: for those who trade or work on their own account,
# and for bodies under private law (C. com. L611-3 to L611-5; from memory, to verify)
NO_CONCILIATION = ("consumer", "public")


class DunningHold(models.Model):
    """What is refused at input: typing mistakes, with the debtor and the remedy."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(["debtor_id", "kind", "date_from", "date_to"])
        for vals in vals_list:
            given = {**defaults, **vals}
            first, last = (
                fields.Date.to_date(given.get(name))
                for name in ("date_from", "date_to")
            )
            debtor = self.env["dunning.debtor"].browse(given.get("debtor_id"))
            self._refuse_backwards(debtor, given.get("kind"), first, last)
        return super().create(vals_list)

    def write(self, vals):
        if not {"date_from", "date_to"}.isdisjoint(vals):
            for hold in self:
                first, last = (
                    fields.Date.to_date(vals.get(name, hold[name]))
                    for name in ("date_from", "date_to")
                )
                hold._refuse_backwards(hold.debtor_id, hold.kind, first, last)
        return super().write(vals)

    def _creation_message(self):
        # EXTENDS 'mail', which says "hold created" of each kind
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._("Recorded: %s", within(kinds.get(self.kind, "")))

    @api.model
    def _refuse_backwards(self, debtor, kind, first, last):
        """Say whose dates are in the wrong order, before the database refuses them."""
        if not first or not last or last >= first:
            return
        names = {
            "debtor": debtor.display_name,
            "first": format_date(self.env, first),
            "last": format_date(self.env, last),
        }
        if kind == "promise":
            raise ValidationError(
                self.env._(
                    "%(debtor)s: the promised day, %(last)s, lies before the day of "
                    "the promise, %(first)s. Correct the promised day.",
                    **names,
                )
            )
        raise ValidationError(
            self.env._(
                "%(debtor)s: the last day, %(last)s, lies before the first one, "
                "%(first)s. Correct one of them.",
                **names,
            )
        )

    @api.constrains("confidential_kind", "debtor_id")
    def _check_confidential_debtor(self):
        # sudo: that they are confidential; who may not read it cannot write it either
        for hold in self.sudo().filtered("confidential_kind"):
            if hold.debtor_id.debtor_kind in NO_CONCILIATION:
                raise ValidationError(
                    self.env._(
                        "%s: conciliation and mandat ad hoc are for businesses and "
                        "bodies under private law. Choose another hold.",
                        hold.debtor_id.display_name,
                    )
                )

    @api.constrains("amount")
    def _check_amount_owed(self):
        """Refuse a promise or a dispute of more than what is owed: it is mistyped."""
        pledged = self.filtered(
            lambda hold: (
                hold.kind in ("dispute", "promise")
                and hold.state == "active"
                and hold.amount
            )
        )
        for company, holds in pledged.grouped("company_id").items():
            if not self._is_at_hand(company):
                continue  # its ledger is not read, and access rules refuse the rest
            items = holds._open_items(company)
            for hold in holds:
                hold._refuse_above(hold._most(items))

    def _most(self, items):
        """Return the most that may be disputed or promised, in company currency.

        Of a promise with what lateness costs up to the promised day, due yet or not.
        """
        moves, partner = self.move_ids.ids, self.partner_id.id
        own = [
            item
            for item in items
            if item.partner_id == partner
            and item.residual > 0
            and (not moves or item.move_id in moves)
        ]
        most = float(sum(item.company_residual for item in own))
        if self.kind == "dispute" or self.amount <= most:
            return most
        return most + self._cost_of_lateness([item.id for item in own])

    def _cost_of_lateness(self, line_ids):
        day = self.date_to or self.date_from
        found = self.env["dunning.claim"]._for_lines(line_ids, day)
        lines = self.env["account.move.line"]
        return sum(
            lines.browse(line_id).currency_id._convert(
                float(claim.interest + claim.indemnity),
                self.company_currency_id,
                self.company_id,
                self.date_from,
            )
            for line_id, claim in found.items()
        )

    def _refuse_above(self, most):
        currency = self.company_currency_id
        if currency.compare_amounts(self.amount, most) <= 0:
            return
        raise ValidationError(
            self.env._(
                "%(debtor)s: %(amount)s is more than what is owed, %(owed)s. Correct "
                "the amount, or leave it empty for all of it.",
                debtor=self.debtor_id.display_name,
                amount=format_amount(self.env, self.amount, currency),
                owed=format_amount(self.env, most, currency),
            )
        )
