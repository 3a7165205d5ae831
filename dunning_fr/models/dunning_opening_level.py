import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class Opening(NamedTuple):
    """Where one item already stood."""

    item: tuple  # a DunningItem
    key: str  # its document key
    level: int
    date: datetime.date
    channel: str = ""
    number: str = ""
    posted: datetime.date | None = None  # of the formal notice, from level 3
    presented: datetime.date | None = None
    expiry: datetime.date | None = None


class DunningOpeningLevel(models.Model):
    """Where an item already stood when the add-on was first used.

    Items chased before by hand need not start at level 1 again; a manager says
    so, with a reason, and the item goes on from there.
    """

    _name = "dunning.opening.level"
    _description = "Opening dunning level"
    _order = "id desc"
    _rec_name = "move_name"

    company_id = fields.Many2one("res.company", required=True, index=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Who was reminded: another customer of the same invoice starts again.",
    )
    move_name = fields.Char(string="Document", required=True)
    document_key = fields.Char(required=True, index=True)
    date_maturity = fields.Date(string="Due date", required=True)
    sequence = fields.Integer(string="Level reached", required=True, aggregator=None)
    date = fields.Date(
        string="Reminded on",
        required=True,
        help="The minimum interval counts from this day.",
    )
    reason = fields.Char(required=True)
    channel = fields.Char(help="How the last notice left, as the import says.")
    tracking_number = fields.Char(string="Registered number")
    formal_posted_date = fields.Date(
        string="Formal notice posted on",
        help="Sent by the program used before; the letter and its receipt are kept "
        "outside.",
    )
    formal_presented_date = fields.Date(string="Formal notice presented on")
    formal_expiry = fields.Date(
        string="Formal notice expired on",
        help="A level after the formal notice counts from this day (R5.13); empty "
        "while its presentation is not known.",
    )

    _sequence_range = models.Constraint(
        "CHECK (sequence BETWEEN 1 AND 2"
        " OR sequence BETWEEN 3 AND 4 AND formal_posted_date IS NOT NULL)",
        "An opening level is 1 or 2; 3 or 4 with the day the formal notice was posted.",
    )
    _formal_order = models.Constraint(
        "CHECK (formal_presented_date >= formal_posted_date"
        " AND formal_expiry >= formal_presented_date)",
        "A formal notice is posted, then presented, then it expires.",
    )
    _item_unique = models.UniqueIndex(
        "(company_id, document_key, date_maturity)",
        "This item already has an opening level.",
    )

    @api.depends("move_line_id")
    def _compute_partner_id(self):
        for opening in self:
            opening.partner_id = opening.move_line_id.partner_id or opening.partner_id

    @api.model
    def _items_by_age(self, assessment, thresholds):
        """Return [(item, level)] of the open debts as old as ``thresholds`` say.

        :param assessment: the rules' view of the company's items on a day
        :param thresholds: {level: days late from which it counts as reached}
        """
        facts = assessment.facts
        found = []
        for item in facts.items:
            due = assessment.dues.get(item.id)
            if not due or not item.date_maturity or facts.keys[item.id] in facts.past:
                continue
            late = (facts.day - due).days
            reached = [level for level, days in thresholds.items() if late >= days > 0]
            if reached:
                found.append((item, max(reached)))
        return found

    @api.model
    def _open_by_age(self, company, day, thresholds, reminded_on, reason):
        """Say that old items were reminded before; return how many, set-based.

        :param thresholds: {1 or 2: days late from which this level counts as reached}
        :param reminded_on: the minimum interval counts from this day
        """
        if not self.env.user.has_group("dunning_fr.group_dunning_manager"):
            raise AccessError(self.env._("Only a dunning manager sets opening levels."))
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why these items start above level 1: who reminded them?"
                )
            )
        assessed = self.env["dunning.engine"]._assess(company, day)
        items = self._items_by_age(assessed.assessment, thresholds)
        keys = assessed.assessment.facts.keys
        rows = [
            Opening(item, keys[item.id], level, reminded_on) for item, level in items
        ]
        return self._insert_opening(company, rows, reason.strip())

    @api.model
    def _insert_opening(self, company, rows, reason):
        """Insert one level per ``Opening``, set-based; return how many are new."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dunning_opening_level
                       (company_id, move_line_id, partner_id, move_name, document_key,
                        date_maturity, sequence, date, channel, tracking_number,
                        formal_posted_date, formal_presented_date, formal_expiry,
                        reason, create_uid, write_uid, create_date, write_date)
                SELECT %(company)s, line_id, partner_id, name, document_key, due, level,
                       date, NULLIF(channel, ''), NULLIF(number, ''), posted,
                       presented, expiry, %(reason)s, %(user)s, %(user)s,
                       now() at time zone 'UTC', now() at time zone 'UTC'
                  FROM unnest(%(ids)s::int[], %(partners)s::int[],
                              %(names)s::text[], %(keys)s::text[], %(dues)s::date[],
                              %(levels)s::int[], %(dates)s::date[],
                              %(channels)s::text[], %(numbers)s::text[],
                              %(posted)s::date[], %(presented)s::date[],
                              %(expiries)s::date[])
                       AS item (line_id, partner_id, name, document_key, due, level,
                                date, channel, number, posted, presented, expiry)
                ON CONFLICT DO NOTHING
                """,
                company=company.id,
                reason=reason,
                user=self.env.uid,
                ids=[row.item.id for row in rows],
                partners=[row.item.partner_id for row in rows],
                names=[row.item.move_name for row in rows],
                keys=[row.key for row in rows],
                dues=[row.item.date_maturity for row in rows],
                levels=[row.level for row in rows],
                dates=[row.date for row in rows],
                channels=[row.channel for row in rows],
                numbers=[row.number for row in rows],
                posted=[row.posted for row in rows],
                presented=[row.presented for row in rows],
                expiries=[row.expiry for row in rows],
            )
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        self.env["dunning.item"]._refresh([row.key for row in rows])
        return count
