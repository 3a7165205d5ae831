from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal

ZERO = Decimal(0)


class Taken(NamedTuple):
    """What is billed or waived of some documents."""

    interest: dict  # {document key: amount}
    orphans: dict  # {document: interest of due dates that no longer exist}
    indemnities: set  # documents and document keys whose indemnity is


class DunningCharge(models.Model):
    """From claims to charges: claimed + billed + waived = the claim, always."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.charge"

    # ------------------------------------------------------------ what is left to ask

    @api.model
    def _net(self, company, items, keys, claims):
        """Return ``claims`` less what is billed or waived of the same documents.

        :param items: ``DunningItem``s
        :param keys: {item id: document key}
        :param claims: {item id: (interest, indemnity)} as Decimal
        """
        items = [item for item in items if any(claims.get(item.id, ()))]
        taken = self._taken(company, {item.move_id for item in items})
        if taken is None:
            return claims
        net = dict(claims)
        for item in items:
            key = keys[item.id]
            interest, indemnity = claims[item.id]
            interest = _less(interest, taken.interest, key)
            interest = _less(interest, taken.orphans, self._document(key))
            if {key, self._document(key)} & taken.indemnities:
                indemnity = ZERO
            net[item.id] = (interest, indemnity)
        return net

    @api.model
    def _taken(self, company, move_ids):
        """Return ``Taken`` of these entries, None when nothing is. One query.

        A charge on a draft note counts: it is being billed.
        """
        self.flush_model()
        self.env["account.move"].flush_model(
            ["state", "payment_state", "reversed_entry_id"]
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT charge.document_key, charge.kind, charge.amount::text,
                       charge.indemnity_document,
                       EXISTS (SELECT FROM account_move_line line
                                WHERE line.move_id = charge.move_id
                                  AND line.date_maturity::text
                                      = split_part(charge.document_key, ':', 2))
                  FROM unnest(%s::int[]) AS wanted (id)
                  JOIN dunning_charge charge ON charge.move_id = wanted.id
             LEFT JOIN account_move note ON note.id = charge.charge_move_id
                 WHERE charge.company_id = %s AND NOT %s
                """,
                array_literal(move_ids),
                company.id,
                self._free_sql(),
            )
        )
        rows = self.env.cr.fetchall()
        if not rows:
            return None
        taken = Taken(defaultdict(Decimal), defaultdict(Decimal), set())
        for key, kind, amount, document, is_alive in rows:
            if kind == "indemnity":
                taken.indemnities.add(document)
                if not is_alive:  # dated anew: the indemnity of an instalment, too
                    taken.indemnities.add(self._document(key))
            elif is_alive:
                taken.interest[key] += Decimal(amount)
            else:  # the invoice was dated anew: still the same debt
                taken.orphans[self._document(key)] += Decimal(amount)
        return taken

    # ------------------------------------------------------------------- claiming

    @api.model
    def _claim(self, company, rows):
        """Make ``rows`` the claimed charges of their items; return those above zero.

        What was claimed before and is still free gives way; what is billed or waived
        is not in the amounts and stays. A constant number of queries.

        :param rows: dicts of values of a charge, ``amount`` without what is billed
        """
        if not rows:
            return self.browse()
        # sudo: nobody has rights to write charges; callers check the person
        charges = self.sudo().with_context(tracking_disable=True)
        known = charges.search(
            [
                ("company_id", "=", company.id),
                ("move_id", "in", list({row["move_id"] for row in rows})),
            ],
            order="date_from, id",
        )
        known.charge_move_id.fetch(["state", "payment_state"])
        groups = known.grouped(lambda charge: charge._claim_key())
        kept, dropped, new = charges.browse(), charges.browse(), []
        for row in rows:
            same = groups.get(self._row_key(row), charges.browse())
            free = same.filtered(lambda charge: charge._is_free())
            if row["amount"] <= 0:
                dropped += free
                continue
            row = {**row, **self._period(row, same - free, free)}
            dropped += free[1:]
            if free:
                free[0].write({**row, "charge_move_id": False})
                kept += free[0]
            else:
                new.append({**row, "company_id": company.id})
        dropped += self._outdated(known - dropped, rows)
        dropped.unlink()
        return (kept + charges.create(new)).sudo(False)

    def _outdated(self, known, rows):
        """Return what was claimed of due dates that gave way to those of ``rows``."""
        keys = {self._row_key(row) for row in rows}
        documents = {(row["kind"], self._document(row["document_key"])) for row in rows}
        others = known.filtered(
            lambda charge: (
                charge._claim_key() not in keys
                and (charge.kind, self._document(charge.document_key)) in documents
                and charge._is_free()
            )
        )
        if not others:
            return others
        lines = self.env["account.move.line"].sudo()  # of the same late invoices
        found = lines.search_fetch(
            [("move_id", "in", others.move_id.ids)], ["move_id", "date_maturity"]
        )
        alive = {(line.move_id.id, str(line.date_maturity)) for line in found}
        return others.filtered(
            lambda charge: (
                (charge.move_id.id, charge.document_key.split(":")[1]) not in alive
            )
        )

    def _claim_key(self):
        return self._row_key(self)

    @api.model
    def _row_key(self, row):
        """Return what two claims of the same thing share."""
        if row["kind"] == "indemnity":
            return "indemnity", row["indemnity_document"]
        return "interest", row["document_key"]

    @api.model
    def _period(self, row, billed, free):
        """Return the dates of a claim: they start the day after the last bill."""
        if row["kind"] == "indemnity":
            return {}
        last = max([*billed.mapped("date_to"), *billed.mapped("date_from")], default=0)
        if last:
            day = last + timedelta(days=1)
            return {"date_from": min([*free.mapped("date_from"), day])}
        return {}

    @api.model
    def _prepare_claim_values(self, company, key, kind, amount, values):
        """Return the values of one claimed charge (hook)."""
        document = False
        if kind == "indemnity":
            whole = company.dunning_fee_per == "invoice"
            document = self._document(key) if whole else key
        return {
            **values,
            "document_key": key,
            "kind": kind,
            "amount": float(amount),
            "indemnity_document": document,
            "date_from": values["date_from"] if kind == "interest" else False,
            "date_to": values["date_to"],
        }

    # ---------------------------------------------------------------- sent notices

    @api.model
    def _claim_notices(self, notices):
        """Record what sent notices claim, where their level claims it."""
        notices.line_ids.move_line_id.move_id.fetch(["debtor_kind"])  # of all at once
        for company, own in notices.grouped("company_id").items():
            rows = []
            for notice in own:
                kinds = notice._claimed_kinds()
                if kinds:
                    rows += [
                        row
                        for line in notice.line_ids.filtered("claimed")
                        for row in self._notice_rows(line, kinds)
                    ]
            self._claim(company, self._still_owed(company, rows))

    @api.model
    def _still_owed(self, company, rows):
        """Return ``rows`` less what was billed or waived since they were computed.

        A letter is posted days after it was printed; a claim is never made twice.
        """
        # sudo: as in _claim
        charges = self.sudo()
        if not rows or not charges._taken(company, {row["move_id"] for row in rows}):
            return rows
        days = {row["date_to"]: [] for row in rows}
        for row in rows:
            days[row["date_to"]].append(row["move_line_id"])
        left = {}
        for day, line_ids in days.items():
            lines = charges.env["account.move.line"].browse(line_ids)
            for row in charges._billable(company, lines, day):
                left[day, row["document_key"], row["kind"]] = row["amount"]
        return [
            {**row, "amount": min(row["amount"], left.get(key, 0.0))}
            for row in rows
            for key in [(row["date_to"], row["document_key"], row["kind"])]
        ]

    @api.model
    def _notice_rows(self, line, kinds):
        """Return the rows of the claims of one notice line."""
        notice, move = line.notice_id, line.move_line_id.move_id
        debtor_kind = move.debtor_kind or notice.debtor_kind
        if not move or not debtor_kind:
            return []
        values = {
            "move_id": move.id,
            "move_line_id": line.move_line_id.id,
            "move_name": line.move_name,
            "partner_id": notice.partner_id.id,
            "debtor_kind": debtor_kind,
            "currency_id": notice.currency_id.id,
            "date_maturity": line.date_maturity,
            "amount_original": line.amount_original,
            "date_from": line.date_maturity and line.date_maturity + timedelta(days=1),
            "date_to": notice.date,
            "notice_line_id": line.id,
        }
        return [
            self._prepare_claim_values(
                notice.company_id, line.document_key, kind, line[kind], values
            )
            for kind in kinds
        ]

    @api.model
    def _unclaim_notices(self, notices):
        """Take back what notices claimed that came back; an earlier one still counts.

        What was billed or waived since is not claimed again.
        """
        # sudo: as in _claim
        lost = self.sudo().search([("notice_line_id", "in", notices.line_ids.ids)])
        lost = lost.filtered(lambda charge: charge._is_free())
        lines = self.env["dunning.notice.line"].sudo()
        for company, own in lost.grouped("company_id").items():
            keys = own.mapped("document_key")
            own.unlink()
            earlier = lines.search(
                [
                    ("document_key", "in", keys),
                    ("claimed", "=", True),
                    ("notice_id.state", "=", "sent"),
                    ("notice_id.company_id", "=", company.id),
                ],
                order="id",
            )
            last = {
                line.document_key: line
                for line in earlier
                if line.notice_id._claimed_kinds()
            }
            rows = [
                row
                for line in last.values()
                for row in self._notice_rows(line, line.notice_id._claimed_kinds())
            ]
            self._claim(company, self._still_owed(company, rows))


def _less(amount, taken, key):
    """Take what is left under ``key`` from ``amount``, down to zero."""
    spent = min(amount, taken.get(key, ZERO))
    if spent:
        taken[key] -= spent
    return amount - spent
