from collections import namedtuple
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.claim import LEGAL_RATE_KINDS, Claims, Debt, Options

# A credit note corrects the claim from its first day on (R1.27)
ALWAYS = SQL("'0001-01-01'::date")

ClaimRow = namedtuple(
    "ClaimRow",
    "id move_id move_type company_id currency_id partner_id amount date_maturity "
    "debtor_kind rate_type rate term_start suspension_from suspension_to",
)

PartnerFacts = namedtuple("PartnerFacts", "debtor_kind public_type rate_type rate")

Unit = namedtuple("Unit", "currency factor")

LineClaim = namedtuple("LineClaim", "claim currency principal interest indemnity")
"""A claim in the currency's own unit: ``claim`` is the ``tools.claim.Claim`` behind
it, the amounts are floats, ``interest`` is None when ``claim.missing`` names a
semester without rates."""


class DunningClaim(models.AbstractModel):
    """Late-payment claims of receivable lines, many at a time.

    The ledger is read in a constant number of queries and nothing is stored: the
    arithmetic is in ``tools/claim.py`` and ``tools/interest.py``.
    """

    _name = "dunning.claim"
    _description = "Late-payment claims"

    @api.model
    def _for_lines(self, line_ids, as_of):
        """Return {line id: ``LineClaim``} of the debts among ``line_ids``.

        Lines that are no trade receivable, or credits, are left out. Access is the
        caller's business.

        :param as_of: last day counted
        """
        if not line_ids:
            return {}
        rows = self._claim_rows(line_ids)
        reductions = self._reductions([row.id for row in rows])
        # sudo: settings of the customer decide, whoever asks
        partners = self.env["res.partner"].sudo()
        units = self._units(rows)
        claims = {}
        for company_id, own_rows in _grouped(rows, "company_id").items():
            company = self.env["res.company"].sudo().browse(company_id)
            partners = partners.with_company(company)
            debts = self._debts(own_rows, partners, reductions, units)
            claims.update(self._engine(company, as_of).of(debts))
        wanted, fees = set(line_ids), {}
        return {
            row.id: self._in_currency(row, claims[row.id], units, fees, as_of)
            for row in rows
            if row.id in wanted
        }

    @api.model
    def _engine(self, company, as_of):
        return Claims(
            self.env["dunning.rate"]._rate_table(),
            self.env["dunning.parameter"]._get,
            Options(
                company.dunning_day_basis,
                company.dunning_rate_mode,
                company.dunning_imputation,
                company.dunning_rate_below_floor,
                company.dunning_default_respects_floor,
            ),
            as_of,
        )

    # -- reading the ledger ---------------------------------------------------------
    @api.model
    def _claim_rows(self, line_ids):
        """Read the lines and the other instalments of their documents."""
        for model in ("account.move.line", "account.move", "account.account"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT line.id, line.move_id, move.move_type, line.company_id,
                       line.currency_id, line.partner_id, line.amount_currency,
                       line.date_maturity, move.debtor_kind,
                       move.dunning_contract_rate_type, move.dunning_contract_rate,
                       move.dunning_term_start, move.dunning_suspension_from,
                       move.dunning_suspension_to
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.move_id IN (
                           SELECT move_id FROM account_move_line WHERE id = ANY(%s)
                       )
                   AND line.parent_state = 'posted'
                   AND line.amount_currency > 0
                   AND account.account_type = 'asset_receivable'
                   AND account.non_trade IS NOT TRUE
                   AND account.dunning_excluded IS NOT TRUE
                """,
                list(line_ids),
            )
        )
        return [ClaimRow(*row) for row in self.env.cr.fetchall()]

    @api.model
    def _reductions(self, line_ids):
        """Replay reconciliations: {line id: [(day, amount)]} in order of date.

        The day is that of the counterpart's own line, whenever it was reconciled:
        a transfer counts from the day the account was credited (R1.12).
        """
        self.env["account.partial.reconcile"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT partial.debit_move_id,
                       CASE WHEN other.move_type = 'out_refund' THEN %s
                            ELSE counterpart.date END AS day,
                       partial.debit_amount_currency
                  FROM account_partial_reconcile partial
                  JOIN account_move_line counterpart
                    ON counterpart.id = partial.credit_move_id
                  JOIN account_move other ON other.id = counterpart.move_id
                 WHERE partial.debit_move_id = ANY(%s)
                   AND partial.debit_amount_currency > 0
              ORDER BY day
                """,
                ALWAYS,
                list(line_ids),
            )
        )
        found = {}
        for line_id, day, amount in self.env.cr.fetchall():
            found.setdefault(line_id, []).append((day, amount))
        return found

    @api.model
    def _presentations(self, company_id, keys):
        """Return {document key: day its first formal notice was presented} (R2.6)."""
        if not keys:
            return {}
        for model in ("dunning.notice", "dunning.notice.line"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT line.document_key, min(notice.presented_date)
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                 WHERE line.document_key = ANY(%s) AND line.claimed
                   AND notice.company_id = %s AND notice.is_formal_notice
                   AND notice.state = 'sent' AND notice.presented_date IS NOT NULL
              GROUP BY line.document_key
                """,
                list(keys),
                company_id,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _units(self, rows):
        """Return {currency id: ``Unit``} of the currencies of the rows."""
        currencies = self.env["res.currency"].browse({row.currency_id for row in rows})
        return {
            currency.id: Unit(currency, 10**currency.decimal_places)
            for currency in currencies
        }

    # -- from rows to debts -----------------------------------------------------------
    @api.model
    def _debts(self, rows, partners, reductions, units):
        known = self._partner_facts(partners, {row.partner_id for row in rows})
        kinds = {
            row.id: row.debtor_kind or known[row.partner_id].debtor_kind for row in rows
        }
        key_of = self.env["account.move.line"]._dunning_document_key
        keys = {
            row.id: key_of(row) for row in rows if kinds[row.id] in LEGAL_RATE_KINDS
        }
        presented = self._presentations(rows[0].company_id, set(keys.values()))
        return [
            self._debt(
                row,
                kinds[row.id],
                known[row.partner_id],
                units[row.currency_id].factor,
                reductions.get(row.id, ()),
                presented.get(keys.get(row.id)),
            )
            for row in rows
        ]

    @api.model
    def _debt(self, row, kind, partner, factor, reductions, presented):
        rate_type, rate = row.rate_type, row.rate
        if not rate_type:
            rate_type, rate = partner.rate_type, partner.rate
        contract = None
        if rate_type and rate_type != "statutory":
            contract = (rate_type, round(rate or 0.0, 3))
        suspension = None
        if row.suspension_from:
            suspension = (row.suspension_from, row.suspension_to)
        return Debt(
            row.id,
            row.id if row.move_type == "entry" else (row.move_id,),
            kind or None,
            round(row.amount * factor),
            row.date_maturity,
            tuple([(day, round(amount * factor)) for day, amount in reductions]),
            presented,
            contract,
            partner.public_type,
            row.term_start,
            suspension,
        )

    @api.model
    def _partner_facts(self, partners, partner_ids):
        """Return {partner id: what the claim needs of the customer}."""
        found = {None: PartnerFacts(None, None, None, 0.0)}
        partners = partners.browse(sorted(filter(None, partner_ids)))
        partners.fetch(
            [
                "debtor_kind",
                "public_buyer_type",
                "dunning_contract_rate_type",
                "dunning_contract_rate",
            ]
        )
        for partner in partners:
            found[partner.id] = PartnerFacts(
                partner.debtor_kind or None,
                partner.public_buyer_type or None,
                partner.dunning_contract_rate_type or None,
                partner.dunning_contract_rate,
            )
        return found

    # -- from claims to money -------------------------------------------------------
    @api.model
    def _in_currency(self, row, claim, units, fees, as_of):
        currency, factor = units[row.currency_id]
        indemnity, interest = 0.0, claim.interest
        if claim.bears_indemnity:
            key = (claim.term_end, row.currency_id, row.company_id)
            if key not in fees:
                fees[key] = self._fee(*key, as_of)
            indemnity = fees[key]
        return LineClaim(
            claim,
            currency,
            claim.principal / factor,
            None if interest is None else interest / factor,
            indemnity,
        )

    @api.model
    def _fee(self, term_end, currency_id, company_id, as_of):
        """Return the indemnity, set by law in euros (R1.20, R3.10).

        In another currency it is converted at the day of the claim.
        """
        late_from = term_end + timedelta(days=1)
        fee = self.env["dunning.parameter"]._get("fr.flat_fee", late_from)
        if currency_id == self.env["ir.model.data"]._xmlid_to_res_id("base.EUR"):
            return fee
        currency = self.env["res.currency"].browse(currency_id)
        company = self.env["res.company"].browse(company_id)
        return self.env.ref("base.EUR")._convert(fee, currency, company, as_of)


def _grouped(rows, name):
    groups = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups
