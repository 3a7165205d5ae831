from odoo import api, fields, models
from odoo.tools import SQL


class DunningDebtor(models.Model):
    """How a debtor keeps its word, and who is told when it does not."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.debtor"

    promise_count = fields.Integer(string="Promises", compute="_compute_promises")
    promise_kept_count = fields.Integer(
        string="Promises kept", compute="_compute_promises"
    )
    promise_kept_rate = fields.Float(
        string="Kept promises",
        compute="_compute_promises",
        help="Share of the promises decided by now that were kept; a corrected promise "
        "that was still open counts once, as its correction.",
    )
    has_broken_promise = fields.Boolean(
        string="Broken promise",
        compute="_compute_has_broken_promise",
        search="_search_has_broken_promise",
        help="The last promise of this debtor was broken.",
    )

    dispute_count = fields.Integer(
        string="Disputes", compute="_compute_dispute_count", help="Disputes in force."
    )

    @api.depends("hold_ids.state", "hold_ids.kind")
    def _compute_dispute_count(self):
        counts = dict(
            self.env["dunning.hold"]._read_group(
                [
                    ("debtor_id", "in", self.ids),
                    ("kind", "=", "dispute"),
                    ("state", "=", "active"),
                ],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.dispute_count = counts.get(debtor._origin, 0)

    @api.depends("hold_ids.state", "hold_ids.kind")
    def _compute_promises(self):
        rows = self.env["dunning.hold"]._read_group(
            [
                ("debtor_id", "in", self.ids),
                ("kind", "=", "promise"),
                ("state", "in", ("kept", "broken")),
            ],
            ["debtor_id", "state"],
            ["__count"],
        )
        counts = {(debtor.id, state): count for debtor, state, count in rows}
        for debtor in self:
            kept = counts.get((debtor._origin.id, "kept"), 0)
            total = kept + counts.get((debtor._origin.id, "broken"), 0)
            debtor.promise_count, debtor.promise_kept_count = total, kept
            debtor.promise_kept_rate = kept / total if total else 0

    @api.depends("hold_ids.state", "hold_ids.kind", "hold_ids.date_to")
    def _compute_has_broken_promise(self):
        broken = {id_ for (id_,) in self.env.execute_query(self._broken_sql(self.ids))}
        for debtor in self:
            debtor.has_broken_promise = debtor._origin.id in broken

    def _search_has_broken_promise(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in", SQL("(%s)", self._broken_sql()))]

    @api.model
    def _broken_sql(self, ids=None):
        """Return the SQL of the debtors whose last promise was broken."""
        fields_of = self.env["dunning.hold"]._fields
        names = ("kind", "state", "date_to", "debtor_id")
        only = SQL("AND debtor_id = ANY(%s)", list(ids)) if ids is not None else SQL()
        return SQL(
            """
            SELECT debtor_id
              FROM (SELECT DISTINCT ON (debtor_id) debtor_id, state
                      FROM dunning_hold
                     WHERE kind = 'promise' AND state <> 'released' %s
                  ORDER BY debtor_id, date_to DESC NULLS FIRST, id DESC) last
             WHERE state = 'broken'
            """,
            only,
            to_flush=[fields_of[name] for name in names],
        )

    def _person(self):
        """Return who is told of this debtor: the collector, else who answers.

        Else a manager of the company.
        """
        self.ensure_one()
        collector, company = self.user_id, self.company_id
        if collector.active and not collector.share:
            return collector
        watch = self.env["dunning.watch"]
        return company._dunning_responsible() or watch._any_manager(company)

    def action_open_promises(self):
        """Open the promises of this debtor, past ones too."""
        return self._open_kind("promise", "dunning_fr.action_dunning_promise")

    def action_open_disputes(self):
        """Open the disputes of this debtor, past ones too."""
        return self._open_kind("dispute", "dunning_fr.action_dunning_dispute")

    def _open_kind(self, kind, xmlid):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(xmlid),
            "domain": [("debtor_id", "=", self.id), ("kind", "=", kind)],
            "context": {"default_debtor_id": self.id, "default_kind": kind},
        }
