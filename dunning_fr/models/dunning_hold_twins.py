from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context

from .dunning_hold_kind import KINDS
from .dunning_proof_mixin import PROOF_SENTINEL

# What one entry says for every customer with the same SIREN
SHARED = (
    "proceedings", "judgment_date", "publication_date", "court_name", "trustee_id",
    "source", "source_checked_on", "is_outside_territory", "goods_to_reclaim",
    "declared_on", "relief_asked_on", "reclaimed_on", "date_from", "date_to", "state",
    "reason", "kept_by_manager", "struck_off_on",
)  # fmt: skip
# What binds the legal person, whichever of its customers it was entered for
BINDING = ("insolvency", "struck_off")
STOPS = (*BINDING, "overindebtedness", *(name for name, _label in KINDS))


class DunningHold(models.Model):
    """The same proceedings for every customer with the same SIREN, and what follows.

    Proceedings bind the legal person: each of its customers in the company gets a
    hold of its own, and all say the same.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_leader(vals)
        if not self.env.su:  # nor by a default value
            vals_list = [{**vals, "leader_id": False} for vals in vals_list]
        holds = super().create(vals_list)
        if not self._is_twin():
            holds._apply_to_twins()
        holds._after_change()
        return holds

    def write(self, vals):
        self._check_leader(vals)
        watched = self.filtered(lambda hold: hold.kind in BINDING)
        result = super().write(vals)
        shared = {name: vals[name] for name in SHARED if name in vals}
        if shared and watched and not self._is_twin():
            # sudo: the same proceedings, whichever customer they were entered for
            twins = watched.sudo()._twins()
            twins.with_context(dunning_twins=PROOF_SENTINEL).write(shared)
        if not {*SHARED, "kind", "confidential_kind"}.isdisjoint(vals):
            self._after_change(watched)
        return result

    @api.model
    def _is_twin(self):
        return self.env.context.get("dunning_twins") is PROOF_SENTINEL  # no client's

    @api.model
    def _check_leader(self, vals):
        """What is written on a hold goes to its twins past rights: nobody binds two."""
        if not self.env.su and (vals.get("leader_id") or vals.get("follower_ids")):
            raise UserError(
                self.env._(
                    "Holds of the same proceedings are bound by the SIREN of their "
                    "customers, not by hand."
                )
            )

    def _twins(self):
        """Return the other holds of the same proceedings."""
        leaders = self.leader_id | self.filtered("follower_ids")
        return (leaders | leaders.follower_ids) - self

    def _apply_to_twins(self):
        """Hold every other customer with the same SIREN, in the same company."""
        # sudo: proceedings bind the legal person, whoever may read its contacts
        leaders = self.sudo().filtered(
            lambda hold: (
                hold.kind in BINDING
                and hold.state == "active"
                and not hold.leader_id
                and not hold.move_ids
            )
        )
        groups = leaders.grouped(lambda hold: (hold.company_id, hold.kind))
        for (company, kind), holds in groups.items():
            values = holds._prepare_twins(company, kind)
            # nobody's default values: they would pass by the rights checked above
            context = clean_context(holds.env.context)
            holds.with_context(context, dunning_twins=PROOF_SENTINEL).create(values)

    def _prepare_twins(self, company, kind):
        """Return the values of the holds that are missing; a constant of queries."""
        numbers = {hold.id: hold.partner_id._dunning_siren() for hold in self}
        wanted = set(filter(None, numbers.values()))
        if not wanted:
            return []
        partners = self.env["res.partner"]._dunning_of_sirens(wanted, company)
        held = self.search(
            [
                ("company_id", "=", company.id),
                ("debtor_id.partner_id", "in", partners.ids),
                ("kind", "=", kind),
                ("state", "=", "active"),
            ]
        )
        free = partners - held.partner_id
        debtors = self.env["dunning.debtor"]._ensure(company, free.ids)
        by_number = free.grouped(lambda partner: partner._dunning_siren())
        return [
            {**hold._shared_values(), "debtor_id": debtors[partner.id]}
            for hold in self
            for partner in by_number.get(numbers[hold.id], ())
        ]

    def _shared_values(self):
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in SHARED
        }
        values |= {"kind": self.kind, "leader_id": self.id}
        # Said here, so that no person's own default values say it (``ir.default``)
        own = {"amount": 0, "move_ids": False, "suspends_interest": False}
        return {**values, **own}

    def _after_change(self, before=None):
        """Cancel the drafts that may no longer leave, and set the tasks.

        :param before: the holds that were of insolvency until now
        """
        stopping = self._stops().filtered(
            lambda hold: (
                hold.state == "active"
                # every hold that a manager keeps: confidential ones do not stand out
                and (hold.kind in STOPS or hold.kept_by_manager)
            )
        )
        stopping._cancel_drafts()
        watched = self.filtered(lambda hold: hold.kind in BINDING)
        debtors = (watched | (before or watched)).debtor_id
        for company, own in debtors.grouped("company_id").items():
            self.env["dunning.watch"]._watch_insolvency(company, own)

    def _cancel_drafts(self):
        engine = self.env["dunning.engine"]
        for hold in self:
            # sudo: nobody has rights on notices; who holds a debtor cancels its drafts
            drafts = hold.debtor_id.sudo()._drafts()
            if hold.move_ids:
                drafts = drafts.filtered(
                    lambda notice, hold=hold: (
                        notice.line_ids.move_line_id.move_id & hold.move_ids
                    )
                )
            if drafts:
                drafts._cancel_with_reason(engine._reason_label(f"hold_{hold.kind}"))

    @api.model
    def _follow_sirens(self, company):
        """Hold the customers that came since with the SIREN of known proceedings."""
        struck_off = (
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", "struck_off")
            & Domain("state", "=", "active")
        )
        known = self.search(self._insolvent_domain(company) | struck_off)
        known._apply_to_twins()
