from odoo import api, models
from odoo.tools import format_date

from ..tools.bad_debt import vat_recovery_limit


class DunningBadDebt(models.Model):
    """What the law asks for before a debt is impaired or lost (R8.6 to R8.12)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.bad.debt"

    @api.model
    def _vat_limit(self, event_date):
        """Return the last day to claim VAT back, None while it is not known (R8.12)."""
        years = self.env["dunning.parameter"]._find("fr.vat_recovery_years", event_date)
        return vat_recovery_limit(event_date, int(years)) if years else None

    @api.model
    def _event_problems(self, event, event_date, day, has_proof):
        """Return what is missing for a loss to be booked on ``day`` (R8.7)."""
        if not event:
            return [
                self.env._(
                    "Say what makes the loss certain: not being paid is not enough "
                    "(R8.7)."
                )
            ]
        problems = []
        if not event_date:
            problems.append(self.env._("Enter the date of the event."))
        elif event_date > day:
            problems.append(
                self.env._(
                    "The event of %(event)s is later than the entry of %(day)s.",
                    event=format_date(self.env, event_date),
                    day=format_date(self.env, day),
                )
            )
        if not has_proof:
            problems.append(
                self.env._(
                    "Attach the proof of the event: %s.",
                    event.proof or event.name,
                )
            )
        return problems

    @api.model
    def _vat_problems(self, event, event_date, duplicate, has_duplicate, day):
        """Return what keeps the VAT from being claimed back on ``day`` (R8.8–R8.12).

        :param duplicate: day the duplicate invoice was sent
        :param has_duplicate: whether its copy is kept
        """
        if not event or not event_date:
            return []  # said with the loss itself
        problems = []
        if not event.opens_vat or not event._is_in_force(event_date):
            problems.append(
                self.env._("“%s” does not open the recovery of VAT (R8.8).", event.name)
            )
        if not duplicate or not has_duplicate:
            problems.append(
                self.env._(
                    "Send the customer a duplicate of the invoice with the mention the "
                    "law prescribes, then enter its date and attach its copy (R8.10). "
                    "Required in a liquidation too."
                )
            )
        elif duplicate > day:
            problems.append(
                self.env._(
                    "The duplicate of %(sent)s is later than the entry of %(day)s.",
                    sent=format_date(self.env, duplicate),
                    day=format_date(self.env, day),
                )
            )
        limit = self._vat_limit(event_date)
        if limit and day > limit:
            problems.append(
                self.env._(
                    "VAT was to be claimed back by %s; to verify (R8.12).",
                    format_date(self.env, limit),
                )
            )
        return problems

    @api.model
    def _target_problems(self, target, name):
        """Return what keeps any step from being booked on a debt."""
        if target is None:
            return [
                self.env._(
                    "%s: nothing is left of it. It was paid, credited or written off "
                    "meanwhile.",
                    name,
                )
            ]
        if target.places is None or target.mixed:
            return [
                self.env._(
                    "%(document)s was moved together with other debts by %(entry)s: "
                    "nobody can say what is left of which. Undo that entry, and move "
                    "each debt on its own.",
                    document=name,
                    entry=target.mixed or "?",
                )
            ]
        if target.item.account_excluded:
            return [
                self.env._(
                    "%s is on an account that is never reminded (retention money, "
                    "bill): deal with it by hand.",
                    name,
                )
            ]
        return []

    @api.model
    def _date_problems(self, target, day):
        """Return what is wrong with the day of an entry about a debt."""
        booked = target.item.date
        if booked and day < booked:
            return [
                self.env._(
                    "%(document)s was booked on %(booked)s: choose that day or a later "
                    "one.",
                    document=target.item.move_name,
                    booked=format_date(self.env, booked),
                )
            ]
        earlier = max(target.standing.mapped("date"), default=None)
        if earlier and day < earlier:
            return [
                self.env._(
                    "%(document)s: an earlier step is dated %(day)s. Choose that day "
                    "or a later one.",
                    document=target.item.move_name,
                    day=format_date(self.env, earlier),
                )
            ]
        return []

    @api.model
    def _target_warnings(self, target):
        """Return what an accountant should know of a debt before confirming."""
        name = target.item.move_name
        found = []
        if target.composition is None and target.move.move_type == "entry":
            found.append(
                self.env._(
                    "%s comes from an entry without invoice: its VAT is not known "
                    "here, the whole is treated as net.",
                    name,
                )
            )
        if target.composition and target.composition.is_unclear:
            found.append(
                self.env._(
                    "%s: its credit notes bear other taxes than the invoice; VAT is "
                    "shared in proportion. Check it.",
                    name,
                )
            )
        if target.composition and any(
            p.is_cash_basis for p in target.composition.parts
        ):
            found.append(
                self.env._(
                    "%s bears VAT that is due on payment: it was never paid to the "
                    "State, so nothing is claimed back (R8.11).",
                    name,
                )
            )
        return found
