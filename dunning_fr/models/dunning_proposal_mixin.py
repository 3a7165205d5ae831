from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.deadlines import letter_deadline


class DunningProposalMixin(models.AbstractModel):
    """How proposals of the rules become rows of notices, set-based.

    Thousands of drafts in four statements; integrators extend the rows through
    ``_prepare_draft_values`` and ``_prepare_draft_line_values``.
    """

    _name = "dunning.proposal.mixin"
    _description = "Drafts of notices from proposals"

    @api.model
    def _insert_proposals(self, company, day, proposals, keys, run=None):
        """Write ``proposals`` as draft notices; return them.

        A debtor who already has a draft in the same currency under the same policy
        gets no second one (database index).
        """
        if not proposals:
            return self.browse()
        debtors = self.env["dunning.debtor"]._ensure(
            company, {proposal.partner_id for proposal in proposals}
        )
        ids = self._next_ids(len(proposals))
        common = self._prepare_common_values(company, day, run)
        levels = self._levels(proposals)
        deadlines = {id_: self._deadline(day, level) for id_, level in levels.items()}
        rows = [
            {
                **self._prepare_draft_values(
                    notice_id, proposal, debtors, levels, common
                ),
                "deadline_date": deadlines.get(proposal.level and proposal.level.id),
            }
            for notice_id, proposal in zip(ids, proposals, strict=True)
        ]
        self._insert_rows(rows)
        written = self._existing(ids)
        pairs = zip(ids, proposals, strict=True)
        self._insert_lines([pair for pair in pairs if pair[0] in written], day, keys)
        self.invalidate_model()
        self.env["dunning.run"].invalidate_model(["notice_ids", "notice_count"])
        return self.browse(sorted(written))

    @api.model
    def _next_ids(self, count):
        self.env.cr.execute(
            SQL(
                "SELECT nextval('dunning_notice_id_seq') FROM generate_series(1, %s)",
                count,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _existing(self, ids):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM dunning_notice WHERE id = ANY(%s::int[])",
                array_literal(ids),
            )
        )
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _levels(self, proposals):
        ids = {proposal.level.id for proposal in proposals if proposal.level}
        levels = self.env["dunning.level"].sudo().browse(ids)  # the company's own
        return {level.id: level for level in levels}

    @api.model
    def _prepare_common_values(self, company, day, run):
        return {
            "run_id": run.id if run else None,
            "company_id": company.id,
            "date": day,
            "state": "draft",
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": fields.Datetime.now(),
            "write_date": fields.Datetime.now(),
        }

    @api.model
    def _prepare_draft_values(self, notice_id, proposal, debtors, levels, common):
        """Return the column values of one draft notice (hook)."""
        level = levels.get(proposal.level.id) if proposal.level else None
        amounts = self._proposal_amounts(proposal, level)
        return {
            **common,
            "id": notice_id,
            "name": f"REL/{common['date']:%Y}/{notice_id:06d}",
            "debtor_id": debtors[proposal.partner_id],
            "partner_id": proposal.partner_id,
            "currency_id": proposal.currency_id,
            "policy_id": proposal.policy_id,
            "level_id": level.id if level else None,
            "debtor_kind": proposal.kind,
            "is_formal_notice": bool(level and level.is_formal_notice),
            "is_pre_reminder": level is None,
            "unclaimed": False,
            **amounts,
        }

    @api.model
    def _proposal_amounts(self, proposal, level):
        """Return the amounts of a notice; a level adds only what it claims."""
        claimed = [line for line in proposal.lines if line.claimed]
        open_credits = [line for line in proposal.lines if line.owed < 0]
        principal = sum(line.owed for line in claimed + open_credits)
        interest = sum(line.interest for line in claimed)
        indemnity = sum(line.indemnity for line in claimed)
        total = principal
        if level and level.claims_interest == "claimed":
            total += interest
        if level and level.claims_indemnity == "claimed":
            total += indemnity
        return {
            "amount_principal": principal,
            "amount_interest": interest,
            "amount_indemnity": indemnity,
            "amount_total": total,
        }

    @api.model
    def _deadline(self, day, level):
        """Return the date to pay by that the notice prints (R5.13)."""
        if level is None:
            return None
        registered = "registered_letter" in level.channel_ids.mapped("code")
        post = (
            int(self.env["dunning.parameter"]._get("fr.registered_post_days", day))
            if registered
            else 0
        )
        return letter_deadline(day, level.deadline_days, post)

    @api.model
    def _insert_lines(self, pairs, day, keys):
        rows = [
            self._prepare_draft_line_values(notice_id, line, day, keys)
            for notice_id, proposal in pairs
            for line in proposal.lines
        ]
        self.env["dunning.notice.line"]._copy_rows(rows)

    @api.model
    def _prepare_draft_line_values(self, notice_id, line, day, keys):
        """Return the column values of one notice line (hook)."""
        item = line.item
        return {
            "notice_id": notice_id,
            "move_line_id": item.id,
            "level_sequence": line.level.sequence if line.level else 0,
            "move_name": item.move_name or "/",
            "document_key": keys[item.id],
            "invoice_date": item.invoice_date or item.date,
            "order_ref": item.order_ref or None,
            "date_maturity": line.due,
            "days_late": max((day - line.due).days, 0) if line.due else 0,
            "amount_original": item.original,
            "residual": line.owed,
            "claimed": line.claimed,
            "interest": line.interest,
            "indemnity": line.indemnity,
        }
