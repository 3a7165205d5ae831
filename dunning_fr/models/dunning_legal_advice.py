from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.courts import OF_COMMERCE, OF_JUDGES, rules
from ..tools.procedures import CLOSED
from ..tools.words import listed


class DunningLegal(models.AbstractModel):
    """What a person should know of a procedure at a court, in words."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.legal"

    @api.model
    def _proposed_court(self, procedure, matter, partner):
        """Return (kind of court or False, court or none) of a procedure."""
        none = self.env["dunning.court"]
        if procedure.forum == "administrative":
            return "administrative", none
        if procedure.forum != "parties":
            return False, none
        kind, court, _near = self._courts(matter, partner)
        return kind, court

    @api.model
    def _advice(self, procedure, kind, matter, partner):
        """Return sentences on court, lawyer, attempt and appeal, with their rules."""
        if not kind or procedure.forum == "opening":
            return [self._no_court(procedure)]
        found = rules(
            kind, matter.amount, self._thresholds(matter.day), procedure.asks_order
        )
        lawyer = {
            True: self.env._("A lawyer is required (R6.7)."),
            False: self.env._("No lawyer is required (R6.7)."),
            None: self.env._("Whether a lawyer is required is to be checked (R6.7)."),
        }
        lines = [lawyer[found.needs_lawyer]]
        if found.needs_attempt and procedure.forum == "parties":
            lines.append(self.env._("An amicable attempt comes first (R6.31)."))
        if found.is_last_instance and kind in (*OF_COMMERCE, *OF_JUDGES):
            lines.append(self.env._("No appeal is possible for this amount (R6.8)."))
        if procedure.asks_order:
            lines.append(
                self.env._("Only the court of the debtor's home may be asked (R6.6).")
            )
        if procedure.forum == "parties":
            lines += self._forum_notes(matter)
        return lines + self._place_advice(procedure, matter, partner)

    @api.model
    def _forum_notes(self, matter):
        """Return what the choice of the court leaves to know."""
        texts = {
            "creditor_chooses": self.env._(
                "You are no merchant: the tribunal judiciaire or the commercial court, "
                "as you choose (R6.2)."
            ),
            "place_eu": self.env._(
                "The debtor is in another State of the Union: its courts decide, or "
                "those of the place of delivery; ask a lawyer (R6.6)."
            ),
            "place_monaco": self.env._(
                "The debtor is in Monaco, which has courts of its own: ask a lawyer "
                "there (R6.6)."
            ),
            "place_abroad": self.env._(
                "The debtor is abroad: its courts decide, or those of the place of "
                "delivery; ask a lawyer (R6.6)."
            ),
        }
        notes = self._forum(matter).notes
        return [texts[note] for note in notes if note in texts]

    @api.model
    def _by_when(self, procedure, debtor, items, day):
        """Return sentences on the days that must not be missed."""
        if procedure.forum == "insolvency" and procedure.code == "declaration":
            return self._declare_by(debtor) + self._to_fall_due(debtor, day)
        dates = [item.limitation for item in items if item.limitation]
        if not dates:
            return []
        last = min(dates)
        if procedure.asks_order:
            early = fields.Date.subtract(last, months=self._filing_margin(day))
            return [
                self.env._(
                    "File by %(early)s: only the service of the order interrupts the "
                    "limitation, whose last useful day is %(last)s (R7.9).",
                    early=format_date(self.env, early),
                    last=format_date(self.env, last),
                )
            ]
        return [
            self.env._(
                "Last useful day of the limitation: %s (R7.14).",
                format_date(self.env, last),
            )
        ]

    @api.model
    def _filing_margin(self, day):
        """Return the months to file a request before the limitation date (R7.9)."""
        key = "fr.injonction_filing_margin_months"
        return int(self.env["dunning.parameter"]._get(key, day))

    @api.model
    def _declare_by(self, debtor):
        # sudo: the day alone, of proceedings that everybody may see
        holds = debtor.sudo().hold_ids.filtered(
            lambda hold: hold.kind == "insolvency" and hold.state == "active"
        )
        limits = [hold.declaration_raw for hold in holds if hold.declaration_raw]
        if not limits:
            return [
                self.env._(
                    "Enter the day of publication in the BODACC: the claim is to be "
                    "declared within two months of it (R6.35)."
                )
            ]
        return [
            self.env._("Declare by %s (R6.35).", format_date(self.env, min(limits)))
        ]

    @api.model
    def _to_fall_due(self, debtor, day):
        """Return what is not late yet and is declared as well (R6.36, R6.39)."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", debtor.partner_id.id),
                ("company_id", "=", debtor.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("amount_residual", ">", 0),
                ("date_maturity", ">=", day),
            ],
            order="date_maturity, id",
        )
        names = [
            self._pair(line.move_name, format_date(self.env, line.date_maturity))
            for line in lines
        ]
        if not names:
            return []
        return [
            self.env._(
                "Not late yet, to be declared too if delivered before the judgment: "
                "%s. Add these invoices to the case (R6.36, R6.39).",
                listed(self.env, names),
            )
        ]

    @api.model
    def _no_court(self, procedure):
        if procedure.forum == "parties":
            return self.env._(
                "The court depends on the trades of both parties: enter them, or "
                "choose the court yourself (R6.1, R6.2)."
            )
        if procedure.forum == "none":
            return self.env._("No court is asked.")
        forums = procedure._fields["forum"]._description_selection(self.env)
        return self.env._("To be addressed to: %s.", dict(forums)[procedure.forum])

    @api.model
    def _place_advice(self, procedure, matter, partner):
        """Return what is to be checked about the court's area."""
        if procedure.forum != "parties":
            return []
        _kind, sure, near = self._courts(matter, partner)
        if sure or not near:
            return []
        return [
            self.env._(
                "In this department there is: %s. Look up which court serves the "
                "debtor's town (R6.4, R6.9).",
                ", ".join(near.mapped("name")),
            )
        ]

    @api.model
    def _cost_lines(self, procedure, kind, matter, company):
        """Return a line for each cost due, with its rule and what is to verify."""
        lines = []
        for cost in procedure.cost_ids._due(kind, float(matter.amount), matter.day):
            notes = [cost.rule, cost.reference]
            if cost.is_recoverable:
                notes.append(self.env._("on the debtor in the end"))
            if cost.to_verify:
                notes.append(self.env._("to verify: %s", cost.to_verify))
            lines.append(f"{cost.display_name} – {', '.join(filter(None, notes))}")
        return lines + self._contribution_lines(kind, matter, company)

    @api.model
    def _contribution_lines(self, kind, matter, company):
        """Return whether the contribution to economic justice is due (R6.9)."""
        figure = self.env["dunning.parameter"]._find
        ceiling = figure("fr.tae_contribution_min", matter.day)
        if kind != "economic" or ceiling is None or matter.amount <= ceiling:
            return []
        least = int(figure("fr.tae_contribution_employees", matter.day) or 0)
        staff = company.dunning_employees
        if not staff:
            return [
                self.env._(
                    "Enter the number of your employees in the settings: below "
                    "%s, no contribution for economic justice (R6.9).",
                    least,
                )
            ]
        if staff < least:
            return [
                self.env._(
                    "With %(staff)s employees, fewer than %(least)s, no contribution "
                    "for economic justice is due (R6.9).",
                    staff=staff,
                    least=least,
                )
            ]
        return []

    @api.model
    def _objections(self, procedure, kind, matter):
        """Return what the rules say against a choice; a person may overrule them."""
        options = self.env["dunning.legal.option"]
        lines = []
        for opinion in self._opinions(matter):
            closed = opinion.standing == CLOSED
            if closed and opinion.procedure.id == procedure.id:
                lines += options._obstacles(opinion)
        if procedure.forum == "parties" and not self._may_decide(kind, matter):
            lines.append(
                self.env._(
                    "Between these parties another kind of court decides (R6.1 to "
                    "R6.5)."
                )
            )
        return lines

    @api.model
    def _may_decide(self, kind, matter):
        """Return whether a kind of court may hear the claim; True while unknown."""
        kinds = self._forum(matter).kinds
        if not kind or not kinds:
            return True
        families = (OF_COMMERCE, OF_JUDGES)
        return kind in kinds or any(
            kind in family and set(kinds) & set(family) for family in families
        )
