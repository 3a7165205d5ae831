from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.limitation import Act, Basis, Figures, limits_of


class DunningLimitation(models.AbstractModel):
    """Gathers what limitations are counted from, in a constant number of queries.

    The rules are plain Python (``tools/limitation.py``). Items that no event
    concerns are dated in SQL (``dunning.schedule``); the few others here.
    """

    _name = "dunning.limitation"
    _description = "Limitation of claims"

    @api.model
    def _facts(self, company, day, partner_ids):
        """Return what ``Facts`` wants to know of limitations."""
        return {
            "limitation_years": self._years(day),
            "limitation_figures": self._figures(day),
            "acts": self._acts(company, partner_ids),
            # sudo: a setting, not a secret
            "admitted": company.sudo().dunning_acknowledgement_counts,
        }

    @api.model
    def _years(self, day):
        """Return {kind of debtor or claim: years} (R7.1 to R7.6)."""
        family = self.env["dunning.parameter"]._get_family("fr.prescription_years", day)
        return {key: int(value) for key, value in family.items()}

    @api.model
    def _figures(self, day):
        find = self.env["dunning.parameter"]._find
        ceiling = find("fr.limitation_ceiling_years", day)
        left = find("fr.limitation_left_months", day)
        return Figures(ceiling and int(ceiling), int(left or 0))

    @api.model
    def _acts(self, company, partner_ids):
        """Return {customer id: [(Act, ids of the moves; none: all)]}."""
        link = self._link()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debtor.partner_id, event.kind, event.date, event.date_to,
                       event.years,
                       array_remove(array_agg(link.%(move)s), NULL)
                  FROM dunning_limitation_event event
                  JOIN dunning_debtor debtor ON debtor.id = event.debtor_id
             LEFT JOIN %(link)s link ON link.%(event)s = event.id
                 WHERE debtor.company_id = %(company)s AND event.state = 'counted'
                   AND debtor.partner_id = ANY(%(partners)s::int[])
              GROUP BY event.id, debtor.partner_id
                """,
                **link,
                company=company.id,
                partners=array_literal(partner_ids),
                to_flush=self._event_fields(),
            )
        )
        found = {}
        for partner_id, kind, first, last, years, moves in rows:
            act = Act(kind, first, last, years or 0)
            found.setdefault(partner_id, []).append((act, frozenset(moves)))
        return found

    @api.model
    def _passed(self, company, items, day):
        """Return the ids of those of consumers' ``items`` that are time-barred."""
        facts = self._facts(company, day, {item.partner_id for item in items})
        years, figures = facts["limitation_years"], facts["limitation_figures"]
        passed = set()
        for item in items:
            if not item.date_maturity:
                continue
            basis = Basis(
                "consumer",
                None,
                item.limitation_period,
                item.completion,
                item.invoice_date,
                item.date_maturity,
            )
            acts = [
                act
                for act, moves in facts["acts"].get(item.partner_id, ())
                if act.first <= day and (not moves or item.move_id in moves)
            ]
            found = limits_of(basis, years, acts, figures, day)
            if day > (found.possible if facts["admitted"] else found.prudent):
                passed.add(item.id)
        return passed

    @api.model
    def _moved(self, companies, transfers, scope=None):
        """Return {journal item id: ``Limits``} of open debts that an event concerns.

        One query, whatever their number; notices to public bodies are written
        claims (R7.13). Where the company counts acknowledgements, the prudent date
        is the possible one (R7.10).

        :param scope: condition on the journal items (alias ``line``)
        """
        if not companies:
            return {}
        debts = SQL(
            "%s AND %s",
            self.env["dunning.schedule"]._debt_sql(companies, transfers),
            scope or SQL("TRUE"),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.company_id,
                       COALESCE(special.debtor_kind, partner.debtor_kind),
                       partner.public_buyer_type, special.dunning_limitation_period,
                       COALESCE(special.dunning_completion_date,
                                special.delivery_date),
                       COALESCE(line.dunning_document_date, line.invoice_date),
                       line.date_maturity, act.kind, act.date, act.date_to, act.years
                  FROM (%(events)s UNION ALL %(claims)s) act
                  JOIN account_move_line line ON line.id = act.line_id
                  JOIN res_partner partner ON partner.id = line.partner_id
             LEFT JOIN account_move special
                    ON special.id = line.move_id AND %(limited)s
                 WHERE line.date_maturity IS NOT NULL
                """,
                events=self._event_items_sql(debts),
                claims=self._public_claims_sql(debts),
                limited=self.env["dunning.schedule"]._limited_sql("special"),
            )
        )
        return self._of_rows(companies, rows)

    @api.model
    def _of_rows(self, companies, rows):
        day = companies[:1]._dunning_today()
        years, figures = self._years(day), self._figures(day)
        # sudo: a setting, not a secret
        admitted = companies.sudo().filtered("dunning_acknowledgement_counts")
        bases, acts, found = {}, {}, {}
        for line_id, company_id, *basis, kind, first, last, length in rows:
            bases[line_id] = company_id, Basis(*basis)
            acts.setdefault(line_id, []).append(Act(kind, first, last, length or 0))
        for line_id, (company_id, basis) in bases.items():
            limits = limits_of(basis, years, acts[line_id], figures, day)
            if company_id in admitted._ids:
                limits = limits._replace(prudent=limits.possible)
            found[line_id] = limits
        return found

    @api.model
    def _event_items_sql(self, debts):
        link = self._link()
        return SQL(
            """
            SELECT line.id AS line_id, event.kind, event.date, event.date_to,
                   event.years
              FROM dunning_limitation_event event
              JOIN dunning_debtor debtor ON debtor.id = event.debtor_id
              JOIN account_move_line line
                ON line.partner_id = debtor.partner_id
               AND line.company_id = debtor.company_id
             WHERE event.state = 'counted' AND %(debts)s
               AND (NOT EXISTS (SELECT FROM %(link)s link
                                 WHERE link.%(event)s = event.id)
                    OR EXISTS (SELECT FROM %(link)s link
                                WHERE link.%(event)s = event.id
                                  AND link.%(move)s = line.move_id))
            """,
            **link,
            debts=debts,
            to_flush=self._event_fields(),
        )

    @api.model
    def _public_claims_sql(self, debts):
        """Return each notice sent to a public body as a written claim (R7.13).

        Who and what may be public is looked up first: mostly few, whose debts are
        found without reading those of all others.
        """
        notice = self.env["dunning.notice"]._fields
        line = self.env["dunning.notice.line"]._fields
        return SQL(
            """
            SELECT line.id, 'written_claim', sent.day, NULL::date, NULL::int
              FROM (SELECT line.id, line.move_id, line.date_maturity, line.partner_id
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                 LEFT JOIN account_move special
                        ON special.id = line.move_id AND %(limited)s
                     WHERE COALESCE(special.debtor_kind, partner.debtor_kind) = 'public'
                       AND partner.public_buyer_type IS DISTINCT FROM 'private_law'
                       AND special.dunning_limitation_period IS NULL
                       AND %(debts)s AND %(public)s
                    OFFSET 0) line
        CROSS JOIN LATERAL (
                    SELECT COALESCE(notice.sent_date, notice.date) AS day
                      FROM dunning_notice_line sent
                      JOIN dunning_notice notice ON notice.id = sent.notice_id
                     WHERE sent.document_key = ANY(ARRAY[
                               line.move_id || ':' || line.date_maturity,
                               line.move_id || ':' || line.date_maturity
                               || ':' || line.id])
                       AND sent.claimed AND sent.level_sequence > 0
                       AND notice.state = 'sent'
                       AND notice.partner_id = line.partner_id
                    OFFSET 0) sent
            """,
            limited=self.env["dunning.schedule"]._limited_sql("special"),
            debts=debts,
            public=self._maybe_public_sql(),
            to_flush=[
                *(notice[name] for name in ("state", "sent_date", "date")),
                *(line[name] for name in ("claimed", "document_key", "notice_id")),
            ],
        )

    @api.model
    def _maybe_public_sql(self):
        """Return the condition that customer or invoice of ``line`` says public."""
        partner, move = self.env["res.partner"], self.env["account.move"]
        [[partners, moves]] = self.env.execute_query(
            SQL(
                """
                SELECT ARRAY(SELECT id FROM res_partner WHERE debtor_kind = 'public'),
                       ARRAY(SELECT id FROM account_move WHERE debtor_kind = 'public')
                """,
                to_flush=[partner._fields["debtor_kind"], move._fields["debtor_kind"]],
            )
        )
        own = SQL("line.partner_id = ANY(%s::int[])", array_literal(partners))
        if not moves:
            return own
        return SQL("(%s OR line.move_id = ANY(%s::int[]))", own, array_literal(moves))

    @api.model
    def _link(self):
        """Return the names of the table between events and invoices."""
        moves = self.env["dunning.limitation.event"]._fields["move_ids"]
        return {
            "link": SQL.identifier(moves.relation),
            "event": SQL.identifier(moves.column1),
            "move": SQL.identifier(moves.column2),
        }

    @api.model
    def _event_fields(self):
        names = ("kind", "date", "date_to", "years", "state", "debtor_id", "move_ids")
        event = self.env["dunning.limitation.event"]._fields
        return [event[name] for name in names]
