from collections import namedtuple
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..tools.courts import rules
from .dunning_procedure_step import CLOSED_STATES

# result: pass, warn, fail or unknown; mend: what its button opens, or ""
Check = namedtuple("Check", "code name result text rule mend")

PASS, WARN, FAIL, UNKNOWN = "pass", "warn", "fail", "unknown"
NEEDED_PROOFS = ("order", "delivery")
PROCEEDINGS = ("hold_insolvency", "hold_overindebtedness")
# Public buyers that no insolvency court can touch
NEVER_INSOLVENT = ("state", "local", "health")


class DunningLegal(models.AbstractModel):
    """The checklist before a procedure: each point with its rule and its remedy."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.legal"

    @api.model
    def _checks(self, debtor, items, matter):
        """Return [``Check``] of the chosen ``LegalItem``s, in order of mending."""
        return [
            self._check_due(debtor, items),
            self._check_credits(debtor),
            *self._check_mutual(debtor),
            self._check_undisputed(items),
            self._check_formal(items, matter),
            self._check_limitation(items, matter.day),
            self._check_nature(debtor),
            self._check_identity(debtor),
            self._check_registers(debtor, matter),
            self._check_proofs(debtor, items),
            self._check_attempt(debtor, matter),
            *self._check_cases(debtor, items),
        ]

    @api.model
    def _check_due(self, debtor, items):
        name = self.env._("Items still due")
        if not items:
            text = self.env._("Choose at least one item that is still due.")
            return Check("due", name, FAIL, text, "R10.12", "")
        missing = [item.name for item in items if item.missing]
        total = sum(item.amount for item in items)
        amount = format_amount(self.env, float(total), debtor.company_id.currency_id)
        text = self.env._("%s with interest and indemnities.", amount)
        if missing:
            text = self.env._(
                "The rates of some half-year are missing: the interest of %s is not "
                "known. Enter them in Dunning > Configuration > Rates.",
                ", ".join(missing),
            )
            return Check("due", name, FAIL, text, "R9.2", "rates")
        return Check("due", name, PASS, text, "R10.12", "")

    @api.model
    def _check_credits(self, debtor):
        name = self.env._("Nothing received and not matched")
        amount = self._unallocated(debtor)
        if not amount:
            return Check("credits", name, PASS, "", "R10.12", "")
        text = self.env._(
            "%s received or credited is not matched with an invoice: reconcile it "
            "first, or the claim is too high.",
            format_amount(self.env, amount, debtor.company_id.currency_id),
        )
        return Check("credits", name, FAIL, text, "R10.12", "items")

    @api.model
    def _check_mutual(self, debtor):
        """Yield a warning where we owe the debtor something ourselves."""
        if debtor.amount_owed_to:
            text = self.env._(
                "%s The debtor may answer with a set-off (C. civ. 1347; to verify).",
                debtor.owed_to_text,
            )
            name = self.env._("No debt of ours towards the debtor")
            yield Check("mutual", name, WARN, text, "R10.12", "")

    @api.model
    def _check_undisputed(self, items):
        name = self.env._("Undisputed, no promise or plan running")
        engine = self.env["dunning.engine"]
        held = [
            self._pair(item.name, engine._reason_label(item.reason))
            for item in items
            # proceedings are told by the registers, not by this point
            if item.is_held and item.reason not in PROCEEDINGS
        ]
        if held:
            return Check("undisputed", name, FAIL, "\n".join(held), "R10.12", "holds")
        parts = [item.name for item in items if item.is_part_disputed]
        if parts:
            text = self.env._(
                "Disputed in part: %s. Its whole balance is claimed here.",
                ", ".join(parts),
            )
            return Check("undisputed", name, WARN, text, "R1.31, R10.12", "holds")
        return Check("undisputed", name, PASS, "", "R10.12", "")

    @api.model
    def _pair(self, what, which):
        return self.env._("%(name)s: %(detail)s", name=what, detail=which)

    @api.model
    def _check_formal(self, items, matter):
        name = self.env._("Formal notice posted, presented and expired")
        day = matter.day
        if matter.is_insolvent or matter.is_overindebted:
            text = self.env._("Not needed, nor allowed, while proceedings are open.")
            return Check("formal", name, PASS, text, "R5.15, R6.33", "")
        waiting = [self._formal_text(item, day) for item in items]
        waiting = [text for text in waiting if text]
        if not waiting:
            last = max((item.formal_expiry for item in items), default=None)
            text = last and self.env._("Expired on %s.", format_date(self.env, last))
            return Check("formal", name, PASS, text or "", "R5.13", "")
        unsent = any(not item.is_formal_sent for item in items)
        return Check(
            "formal",
            name,
            FAIL if unsent else WARN,
            "\n".join(waiting),
            "R5.4, R5.13",
            "debtor" if unsent else "notices",
        )

    @api.model
    def _formal_text(self, item, day):
        """Return what its formal notice still lacks; empty when it has run out."""
        if item.has_expired(day):
            return ""
        if not item.is_formal_sent:
            return self.env._("%s: no formal notice was sent.", item.name)
        if item.formal_expiry is None:
            return self.env._(
                "%s: record when the formal notice was presented, or that nobody "
                "collected it.",
                item.name,
            )
        return self.env._(
            "%(item)s: the formal notice runs until %(day)s.",
            item=item.name,
            day=format_date(self.env, item.formal_expiry),
        )

    @api.model
    def _check_limitation(self, items, day):
        name = self.env._("Within the limitation period")
        dated = [item for item in items if item.limitation]
        if not dated:
            return Check("limitation", name, UNKNOWN, "", "R7.14", "")
        first = min(dated, key=lambda item: item.limitation)
        values = {
            "item": first.name,
            "day": format_date(self.env, first.limitation),
            "left": (first.limitation - day).days,
        }
        if first.limitation < day:
            text = self.env._(
                "%(item)s: the last useful day was %(day)s, unless something "
                "interrupted the limitation: record it.",
                **values,
            )
            return Check("limitation", name, FAIL, text, "R7.8, R7.14", "moves")
        text = self.env._("%(item)s: %(left)s days left, until %(day)s.", **values)
        margin = self._filing_margin(day)
        if first.limitation < fields.Date.add(day, months=margin):
            text += " " + self.env._(
                "Of an order to pay only the service counts: file %s months before.",
                margin,
            )
            return Check("limitation", name, WARN, text, "R7.9", "moves")
        return Check("limitation", name, PASS, text, "R7.14", "")

    @api.model
    def _check_nature(self, debtor):
        name = self.env._("Kind and trade of both parties known")
        partner, own = debtor.partner_id, debtor.company_id.partner_id
        missing = []
        if not partner.debtor_kind:
            missing.append(self.env._("Say what kind of debtor the customer is."))
        if partner.debtor_kind == "professional" and not partner.dunning_trade:
            missing.append(
                self.env._(
                    "Say what the customer's trade is (RCS, RNE): it decides the court."
                )
            )
        if partner.debtor_kind == "public" and not partner.public_buyer_type:
            missing.append(self.env._("Say what type of public buyer it is."))
        if missing:
            return Check(
                "nature", name, UNKNOWN, "\n".join(missing), "R6.1, R6.2", "partner"
            )
        if not own.dunning_trade:
            text = self.env._("Say on your company's own contact what its trade is.")
            return Check("nature", name, UNKNOWN, text, "R6.1, R6.2", "company")
        return Check("nature", name, PASS, "", "R6.1, R6.2", "")

    @api.model
    def _check_identity(self, debtor):
        name = self.env._("Identity and address complete")
        partner = debtor.partner_id
        lacks = [
            partner._fields[field]._description_string(self.env)
            for field in ("street", "zip", "city", "country_id")
            if not partner[field]
        ]
        in_french_registers = (
            partner.debtor_kind != "consumer" and partner._dunning_place() == "france"
        )
        number = partner._dunning_siren() or partner.company_registry
        if in_french_registers and not number:
            lacks.insert(0, self.env._("SIREN"))
        if lacks:
            text = self.env._("Missing: %s.", ", ".join(lacks))
            return Check("identity", name, FAIL, text, "R5.10, R5.12", "partner")
        address = " ".join(filter(None, (partner.street, partner.zip, partner.city)))
        return Check("identity", name, PASS, address, "R5.10, R5.12", "")

    @api.model
    def _check_registers(self, debtor, matter):
        name = self.env._("No insolvency, no striking off (BODACC, registers)")
        rule = "R5.15, R6.32"
        if matter.is_insolvent or matter.is_overindebted:
            text = self.env._(
                "Proceedings are recorded: declare the claim, or answer the commission."
            )
            return Check("registers", name, FAIL, text, "R2.15, R6.33", "holds")
        checked = debtor.register_checked_on
        if matter.debtor_kind == "public" and matter.public_type in NEVER_INSOLVENT:
            text = self.env._("Does not concern a public body.")
            return Check("registers", name, PASS, text, rule, "")
        if not checked:
            text = self.env._("Look at the registers and enter the day and the source.")
            return Check("registers", name, UNKNOWN, text, rule, "debtor")
        text = self.env._(
            "Checked on %(day)s: %(where)s.",
            day=format_date(self.env, checked),
            where=debtor.register_source or self.env._("no source given"),
        )
        days = self.env["dunning.parameter"]._get("fr.register_check_days", matter.day)
        old = checked < matter.day - timedelta(days=int(days))
        if old or not debtor.register_source:
            return Check("registers", name, WARN, text, rule, "debtor")
        return Check("registers", name, PASS, text, rule, "")

    @api.model
    def _check_proofs(self, debtor, items):
        name = self.env._("Proof of order and delivery attached")
        moves = self.env["account.move"].browse({item.move_id for item in items})
        kinds = self.env["dunning.exhibit"]._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        lacks = []
        for kind in NEEDED_PROOFS:
            own = debtor.exhibit_ids.filtered(lambda row, kind=kind: row.kind == kind)
            bare = moves - own._covered(moves)
            if bare:
                lacks.append(self._pair(labels[kind], ", ".join(bare.mapped("name"))))
        if not lacks:
            return Check("proofs", name, PASS, "", "6.8", "")
        text = self.env._("Missing: %s", "\n".join(lacks))
        return Check("proofs", name, WARN, text, "6.8", "debtor")

    @api.model
    def _check_attempt(self, debtor, matter):
        name = self.env._("Amicable attempt, where one comes first")
        rule, forum = "R6.24, R6.31", self._forum(matter)
        if not forum.kinds:
            return Check("attempt", name, UNKNOWN, "", rule, "")
        needed = rules(forum.kinds[0], matter.amount, self._thresholds(matter.day))
        if not needed.needs_attempt:
            return Check("attempt", name, PASS, self.env._("Not needed."), rule, "")
        made = debtor.exhibit_ids.filtered(lambda row: row.kind == "amicable")
        if made:
            return Check("attempt", name, PASS, made[0].name, rule, "")
        text = self.env._(
            "Before the tribunal judiciaire a conciliation, mediation or participative "
            "procedure comes first up to this amount, except before a request for an "
            "order to pay: attach its report, or what exempts you."
        )
        return Check("attempt", name, WARN, text, rule, "debtor")

    @api.model
    def _check_cases(self, debtor, items):
        """Return the checks about cases that run on the same items, if any."""
        moves = {item.move_id for item in items}
        running = self.env["dunning.case"].search(
            [("debtor_id", "=", debtor.id), ("state", "not in", list(CLOSED_STATES))]
        )
        running = running.filtered(lambda case: moves & set(case.move_ids.ids))
        name = self.env._("No other case on these items")
        if not running:
            return [Check("cases", name, PASS, "", "R6.12", "")]
        text = self.env._(
            "Running already: %s. During a small-claims month nothing else is done.",
            ", ".join(running.mapped("display_name")),
        )
        return [Check("cases", name, FAIL, text, "R6.12", "cases")]
