from collections import namedtuple
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.assessment import Assessment
from ..tools.escalation import Level, Past, formal_expiry, restarted
from ..tools.facts import Facts, Hold, Policy
from .dunning_claim import Known

ONE = Decimal(1)

PENDING_STATES = ("draft", "queued", "unknown")
# Items of some debtors, not of a whole company: what concerns them is looked up
FEW = 2_000

Assessed = namedtuple("Assessed", "assessment proposals")


class DunningEngine(models.AbstractModel):
    """Gathers the facts of many debtors in a constant number of queries.

    The rules themselves are plain Python (``tools/assessment.py``); the run, the
    drafts' refresh, the worker's last look and ``explain()`` all come through here,
    so that they cannot disagree.
    """

    _name = "dunning.engine"
    _description = "Dunning rules over the ledger"

    @api.model
    def _assess(
        self,
        company,
        day,
        partner_ids=None,
        ignored=None,
        by_person=False,
        full=False,
        left_alone=(),
    ):
        """Judge the open items of ``company`` on ``day``.

        :param partner_ids: only these customers (None = all)
        :param ignored: notices that count neither as pending nor as sent
        :param by_person: whether levels kept for a person may be proposed
        :param full: judge items that are not due yet as well
        :param left_alone: ids of customers not to look at
        :return: ``Assessed(assessment, proposals)``
        """
        policies = self._policies(company)
        horizon = fields.Date.add(
            day, days=1 + max((p.pre_days for p in policies.values()), default=0)
        )
        items = self.env["account.move.line"]._dunning_items(
            company, None if full else horizon, partner_ids, left_alone
        )
        facts = self._facts(company, day, items, policies, ignored, by_person)
        return self._judge(company, facts)

    @api.model
    def _judge(self, company, facts, claimed=True):
        """Draw verdicts and proposals from ``facts``.

        :param claimed: whether interest and indemnities are computed
        """
        assessment = Assessment(facts)
        claims, missing = {}, {}
        if claimed:
            claims, missing = self._claims(company, assessment, facts.day)
        currencies = self.env["res.currency"].browse(
            {item.currency_id for item in facts.items}
        )
        units = {currency.id: _decimal(currency.rounding) for currency in currencies}
        proposals = assessment.proposals(
            claims, missing, lambda amount, currency: _round(units[currency], amount)
        )
        return Assessed(assessment, proposals)

    @api.model
    def _facts(self, company, day, items, policies, ignored, by_person):
        key_of = self.env["account.move.line"]._dunning_document_key
        keys = {item.id: key_of(item) for item in items}
        partner_ids = {item.partner_id for item in items if item.partner_id}
        move_ids = {item.move_id for item in items}
        lines = self.env["account.move.line"]
        owners = {keys[item.id]: item.partner_id for item in items}
        rows = self._sent_rows(company, owners, ignored)
        past, pre_reminded = self._past(company, day, owners, ignored, rows)
        payments = lines._dunning_payments_in_process(move_ids)
        partners = self.env["res.partner"].browse(partner_ids)._dunning_facts(company)
        public = {
            keys[item.id]
            for item in items
            if item.partner_id
            and (item.debtor_kind or partners[item.partner_id].kind) == "public"
        }
        return Facts(
            day=day,
            items=items,
            keys=keys,
            partners=partners,
            policies=policies,
            default_policies=self._default_policies(company),
            tolerance=_decimal(company.dunning_tolerance),
            holds=self._holds(company, day, partner_ids),
            past=past,
            pre_reminded=pre_reminded,
            pending=self._pending(company, ignored, keys.values()),
            archived_debtors=self._archived(company),
            in_process={
                move_id: sum(amount for _, amount in found)
                for move_id, found in payments.items()
            },
            payments=payments,
            paying_online=lines._dunning_paying_online(move_ids, day),
            collected=self.env["account.move"]._dunning_collected(move_ids),
            einvoices=self.env["account.move"]._dunning_einvoice_stops(move_ids),
            deducted=self._deducted(company, items, keys, ignored),
            elsewhere=self._received_elsewhere(company, partner_ids),
            term_days=self._parameters("fr.public_term_days", day),
            **self.env["dunning.limitation"]._facts(company, day, partner_ids),
            claimed_on=_claimed_on(rows, owners, public) if public else {},
            by_person=by_person,
            **self._pauses(company, day, items, ignored),
        )

    @api.model
    def _parameters(self, prefix, day):
        """Return {last part of the key: whole number} of a family of parameters."""
        family = self.env["dunning.parameter"]._get_family(prefix, day)
        return {key: int(value) for key, value in family.items()}

    @api.model
    def _policies(self, company):
        # sudo: a company's own policies decide, whoever asks
        policies = (
            self.env["dunning.policy"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
        )
        result = {}
        for policy in policies:
            levels = policy.level_ids.sorted("sequence")
            result[policy.id] = Policy(
                tuple(self._rule_level(level) for level in levels),
                {level.id: _decimal(level.min_amount) for level in levels},
                policy.pre_reminder_days if policy.pre_reminder else 0,
                _decimal(policy.pre_reminder_min_amount),
            )
        return result

    @api.model
    def _rule_level(self, level):
        return Level(
            level.id,
            level.sequence,
            level.delay_days,
            level.delay_from == "formal_notice_expiry",
            level.min_interval_days,
            level.is_formal_notice,
            level.by_person_only,
        )

    @api.model
    def _default_policies(self, company):
        policies = (
            self.env["dunning.policy"]
            .sudo()
            .search(  # as in _policies
                [
                    ("company_id", "=", company.id),
                    ("default_for_kind", "!=", False),
                    ("active", "=", True),  # whatever the caller's context says
                ]
            )
        )
        return {policy.default_for_kind: policy.id for policy in policies}

    @api.model
    def _holds(self, company, day, partner_ids):
        holds = self.env["dunning.hold"].sudo()  # all of them act
        # A hold of today acts at once: what is dated earlier does not leave either.
        acting = holds._acting_domain(day, max(day, company._dunning_today()))
        own = Domain("company_id", "=", company.id)
        own &= Domain("debtor_id.partner_id", "in", list(partner_ids))
        holds = holds.search(own & acting)
        left, result = holds._still_disputed(), {}
        for hold in holds:
            amount = left.get(hold.id, hold.amount)
            if hold.amount and not amount:
                continue  # all of it is credited by now
            result.setdefault(hold.partner_id.id, []).append(
                Hold(
                    hold.kind,
                    hold.silent_to or None,
                    frozenset(hold.move_ids.ids),
                    _decimal(amount),
                    hold._detail(),
                )
            )
        return result

    @api.model
    def _archived(self, company):
        debtors = (
            self.env["dunning.debtor"]
            .sudo()
            .search([("company_id", "=", company.id), ("active", "=", False)])
        )
        return set(debtors.partner_id.ids)

    @api.model
    def _pending(self, company, ignored=None, keys=None):
        """Return {document key: name} of the notices that hold their items.

        :param keys: of the items in question; where they are few, the lines of all
            other notices are not read
        """
        self.env["dunning.notice"].flush_model(["state"])
        wanted = SQL("TRUE")
        if keys is not None and len(keys) <= FEW:
            wanted = SQL("line.document_key = ANY(%s::text[])", array_literal(keys))
        self.env.cr.execute(
            SQL(
                """
                SELECT line.document_key, notice.name
                  FROM dunning_notice notice
                  JOIN dunning_notice_line line ON line.notice_id = notice.id
                 WHERE notice.company_id = %s AND notice.state = ANY(%s)
                   AND line.claimed AND NOT notice.id = ANY(%s) AND %s
                """,
                company.id,
                list(PENDING_STATES),
                list(ignored.ids) if ignored else [],
                wanted,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _past(self, company, day, owners, ignored=None, rows=None):
        """Return ({document key: Past}, keys reminded before their due date).

        :param day: intervals count from the day a notice really left, where it left
            by this day later than it is dated
        :param owners: {document key: customer}; what another customer was sent, before
            a reset invoice was addressed anew, does not count
        """
        if rows is None:
            rows = self._sent_rows(company, owners, ignored)
        past, restarts = self._opening_past(company, owners, rows)
        pre_reminded = set()
        for key, owner, *row in rows:
            sequence, date, left, formal, deadline, presented, unclaimed, days = row
            if owner != owners[key]:
                continue
            if not sequence:
                pre_reminded.add(key)
                continue
            before = past.get(key, Past())
            if left and date < left <= day:
                date = left
            expiry = (
                formal_expiry(deadline, presented, unclaimed, days)
                if formal
                else before.formal_expiry
            )
            counts = restarted(sequence, date, restarts.get(key))
            past[key] = Past(
                max(counts, before.sequence),
                max(date, before.last_date or date),
                formal or before.formal_sent,
                expiry,
            )
        return past, pre_reminded

    @api.model
    def _sent_rows(self, company, keys, ignored=None):
        self.env["dunning.notice"].flush_model()
        self.env["dunning.level"].flush_model(["deadline_days"])
        self.env.cr.execute(
            SQL(
                """
                SELECT line.document_key, notice.partner_id, line.level_sequence,
                       notice.date, notice.sent_date, notice.is_formal_notice,
                       notice.deadline_date, notice.presented_date, notice.unclaimed,
                       level.deadline_days
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
             LEFT JOIN dunning_level level ON level.id = notice.level_id
                 WHERE line.document_key = ANY(%s::text[]) AND line.claimed
                   AND notice.company_id = %s AND notice.state = 'sent'
                   AND NOT notice.id = ANY(%s)
              ORDER BY notice.date, notice.id
                """,
                array_literal(keys),
                company.id,
                list(ignored.ids) if ignored else [],
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _opening_past(self, company, owners, rows):
        """Return ({key: Past} before any notice, {key: (day, level)} of restarts).

        A returned payment restarts its item, except after a formal notice: the debtor
        was given notice, and never paid.
        """
        formal = {key for key, owner, *row in rows if row[3] and owner == owners[key]}
        openings, restarts = [], {}
        for row in self._openings(company, owners):
            key, owner, sequence, day, is_return, posted, expiry = row
            if owner and owner != owners[key]:
                continue
            if not is_return:
                openings.append((key, sequence, day, bool(posted), expiry))
                formal.update([key] if posted else ())
            elif key not in formal:
                restarts[key] = (day, sequence)
        past = {
            key: Past(level - 1, fields.Date.to_date(key.split(":")[1]))
            for key, (_day, level) in restarts.items()
            if level > 1
        }
        for key, sequence, day, is_formal, expiry in openings:
            before = past.get(key, Past())
            counts = restarted(sequence, day, restarts.get(key))
            last = max(day, before.last_date or day)
            past[key] = Past(max(counts, before.sequence), last, is_formal, expiry)
        return past, restarts

    @api.model
    def _openings(self, company, owners):
        """Return opening levels and returned payments, the last return last."""
        for model in ("dunning.opening.level", "dunning.return"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT opening.document_key, opening.partner_id, opening.sequence,
                       opening.date, FALSE AS is_return,
                       opening.formal_posted_date, opening.formal_expiry
                  FROM unnest(%(keys)s::text[]) AS item (key)
                  JOIN dunning_opening_level opening
                    ON opening.document_key = item.key
                 WHERE opening.company_id = %(company)s
                 UNION ALL
                SELECT back.document_key, back.partner_id, back.restart_level,
                       back.date, TRUE, NULL, NULL
                  FROM unnest(%(keys)s::text[]) AS item (key)
                  JOIN dunning_return back ON back.document_key = item.key
                 WHERE back.company_id = %(company)s
              ORDER BY is_return, date
                """,
                keys=array_literal(owners),
                company=company.id,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _claims(self, company, assessment, day):
        """Return ({item id: (interest, indemnity)}, {item id: missing semester})."""
        facts = assessment.facts
        known = Known(facts.partners, facts.items, facts.payments)
        found = self.env["dunning.claim"]._of_items(
            company, assessment.claimable(), known, day
        )
        claims, missing = {}, {}
        holds = self.env["dunning.hold"]
        others = holds._without_claims(company, facts.items, day)
        for line_id, line in found.items():
            if line_id in others:
                claims[line_id] = (Decimal(0), Decimal(0))
            elif line.claim.missing:
                missing[line_id] = line.claim.missing
            else:
                claims[line_id] = (line.interest, line.indemnity)
        return claims, missing


def _claimed_on(rows, owners, keys):
    """Return {document key: days of its notices}: written claims (R7.13)."""
    found = {}
    for key, owner, sequence, date, left, *_rest in rows:
        if key in keys and sequence and owner == owners[key]:
            found.setdefault(key, []).append(left or date)
    return found


def _decimal(amount):
    return Decimal(str(amount or 0))


def _round(unit, amount):
    """Round a Decimal half up to the currency's smallest unit (R1.16)."""
    return (amount / unit).quantize(ONE, ROUND_HALF_UP) * unit
