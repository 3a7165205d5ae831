from collections import Counter, defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .dunning_policy import DEBTOR_KINDS

NOTICE_STATES = [
    ("draft", "Draft"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
    ("cancelled", "Cancelled"),
]


class DunningNotice(models.Model):
    """One communication to one debtor in one currency under one policy.

    From ``queued`` on it is evidence: amounts, text, recipient and PDF are data
    of its own that no later change of the ledger, the customer or the templates
    can alter. Drafts are written set-based by ``dunning.run``.
    """

    _name = "dunning.notice"
    _description = "Dunning notice"
    _inherit = [
        "dunning.delivery.mixin",
        "dunning.queue.mixin",
        "dunning.sending.mixin",
        "dunning.task.mixin",
        "dunning.channel.text.mixin",
        "dunning.proof.mixin",
        "dunning.proposal.mixin",
        "dunning.letter.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    run_id = fields.Many2one("dunning.run", index=True, ondelete="restrict")
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    policy_id = fields.Many2one("dunning.policy", required=True, ondelete="restrict")
    level_id = fields.Many2one(
        "dunning.level",
        ondelete="restrict",
        help="Highest level among its items; empty for a reminder before the due date.",
    )
    debtor_kind = fields.Selection(
        DEBTOR_KINDS, help="As it was when the notice was made; empty = to qualify."
    )
    is_formal_notice = fields.Boolean()
    is_pre_reminder = fields.Boolean(string="Before the due date")
    state = fields.Selection(NOTICE_STATES, required=True, default="draft", index=True)
    date = fields.Date(
        required=True, index=True, help="Amounts are stated at this date."
    )
    deadline_date = fields.Date(help="Last day the debtor is given to pay.")
    line_ids = fields.One2many("dunning.notice.line", "notice_id", string="Items")
    dispatch_ids = fields.One2many("dunning.dispatch", "notice_id", string="Dispatches")

    # What the debtor is told to owe
    amount_principal = fields.Monetary(string="Principal")
    amount_interest = fields.Monetary(string="Interest")
    amount_indemnity = fields.Monetary(string="Indemnity")
    amount_total = fields.Monetary(
        string="Total",
        help="Principal, plus what the level claims of interest and indemnity.",
    )

    # Frozen when queued: recipient and text
    lang = fields.Char(string="Language")
    recipient_partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="set null", index="btree_not_null"
    )
    recipient_name = fields.Char()
    recipient_address = fields.Text()
    recipient_email = fields.Char()
    recipient_phone = fields.Char()
    recipient_cc = fields.Char(string="Copy to")
    subject = fields.Char()
    body = fields.Html(sanitize=False)
    attachment_id = fields.Many2one("ir.attachment", string="PDF", ondelete="restrict")
    content_hash = fields.Char(readonly=True)
    approved_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    approved_on = fields.Datetime(readonly=True)

    # Delivery facts
    sent_date = fields.Date(
        string="Left on",
        readonly=True,
        help="Last day on which it left: the minimum interval counts from it.",
    )
    posted_date = fields.Date(help="Day the letter was handed to the post.")
    presented_date = fields.Date(
        help="Day the registered letter was first presented to the debtor. Legal "
        "interest runs from the day after; to verify: the text says “from the formal "
        "notice” (R2.6)."
    )
    unclaimed = fields.Boolean(
        help="The debtor did not collect the registered letter: the formal notice is "
        "still valid (R2.6)."
    )
    tracking_number = fields.Char(string="Registered number")
    failure_reason = fields.Text()

    _one_draft = models.UniqueIndex(
        "(debtor_id, currency_id, policy_id) WHERE state = 'draft'",
        "This debtor already has a draft notice in this currency under this policy.",
    )
    _level_or_pre = models.Constraint(
        "CHECK (level_id IS NOT NULL OR is_pre_reminder)", "A notice speaks at a level."
    )

    def _proof_frozen(self):
        return self.filtered(lambda notice: notice.state != "draft")

    # ---------------------------------------------------------------- actions

    def action_cancel(self):
        """Cancel notices that have not left; their items are free at once."""
        self.env["dunning.run"]._check_collector()
        for notice in self:
            if notice.state in ("sent", "unknown"):
                raise UserError(
                    self.env._(
                        "%s has left or may have left: it cannot be cancelled.",
                        notice.name,
                    )
                )
            if notice.dispatch_ids.filtered(lambda d: d.state == "sending"):
                raise UserError(
                    self.env._("%s is being sent at this moment.", notice.name)
                )
        live = self.filtered(lambda notice: notice.state != "cancelled")
        live._cancel_with_reason(
            self.env._("Cancelled by %s.", self.env.user.display_name)
        )
        return True

    def _action_open(self):
        """Return the action that shows ``self``: the form for one, else the list."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "dunning_fr.action_dunning_notice"
        )
        if len(self) == 1:
            action.update({"res_id": self.id, "views": [(False, "form")]})
        return {**action, "domain": [("id", "in", self.ids)]}

    def _cancel_with_reason(self, reason):
        # sudo: nobody has rights on notices; the caller checked the group
        notices = self.sudo()._proof_unlocked()
        notices.dispatch_ids.filtered(lambda d: d.state != "cancelled")._cancel(reason)
        notices.write({"state": "cancelled", "failure_reason": reason})

    # ------------------------------------------------------- the ledger again

    def _reassess(self):
        """Yield (notice, its proposal now or None, assessment) for notices of ``self``.

        One assessment per company, date and way of drafting, whatever the number of
        notices.
        """
        engine = self.env["dunning.engine"]
        groups = self._judged_together()
        for (company, day, by_person, _twin), notices in groups.items():
            assessed = engine._assess(
                company, day, notices.partner_id.ids, notices, by_person
            )
            now = {
                (p.partner_id, p.currency_id, p.policy_id): p
                for p in assessed.proposals
            }
            for notice in notices:
                found = now.get(
                    (notice.partner_id.id, notice.currency_id.id, notice.policy_id.id)
                )
                yield notice, found, assessed.assessment

    def _judged_together(self):
        """Return {(company, date, way of drafting, rank): notices}.

        Two failed notices of one debtor may be retried at once: judged together
        they would be blind to each other, and both would leave (invariant 6).
        """
        twins, groups = Counter(), defaultdict(list)
        for notice in self:
            basis = (notice.company_id, notice.date, notice.level_id.by_person_only)
            twin = (*basis, notice.partner_id, notice.currency_id, notice.policy_id)
            groups[(*basis, twins[twin])].append(notice.id)
            twins[twin] += 1
        return {key: self.browse(ids) for key, ids in groups.items()}

    def _refresh_drafts(self):
        """Bring the drafts of ``self`` up to the ledger; cancel the empty ones.

        The deadline counts from today: the debtor reads it after the notice has left.
        """
        changed = []
        for notice, proposal, assessment in self._reassess():
            if proposal is None:
                notice._cancel_with_reason(notice._change_reason(None, assessment))
            elif notice._snapshot() != notice._proposal_snapshot(proposal, assessment):
                changed.append((notice, proposal, assessment))
        for notice, proposal, assessment in changed:
            notice._rewrite_draft(proposal, assessment)
        drafts = self.filtered(lambda notice: notice.state == "draft")
        for (company, day, level), notices in drafts.grouped(
            lambda n: (n.company_id, n.date, n.level_id)
        ).items():
            deadline = self._deadline(max(day, company._dunning_today()), level or None)
            deadline = deadline or False
            stale = notices.filtered(lambda n, day=deadline: n.deadline_date != day)
            # sudo: nobody has rights on notices; the caller checked the group
            stale.sudo()._proof_unlocked().write({"deadline_date": deadline})

    def _out_of_date(self):
        """Return {notice id: reason} of frozen notices whose deadline has passed."""
        return {
            notice.id: self.env._(
                "The day to pay by (%s) has passed: send it again with a new one.",
                format_date(self.env, notice.deadline_date),
            )
            for notice in self
            if notice.state == "queued"
            and notice.deadline_date
            and notice.deadline_date < notice.company_id._dunning_today()
        }

    def _ledger_changes(self, letters=False):
        """Return {notice id: what changed} for notices the ledger no longer backs.

        :param letters: a letter follows its e-mail that has left, whatever changed,
            as long as something of it is owed
        """
        changes = self._out_of_date()
        for notice, proposal, assessment in self._reassess():
            follows = proposal and letters and notice.state == "sent"
            if not follows and (
                proposal is None
                or notice._snapshot() != notice._proposal_snapshot(proposal, assessment)
            ):
                changes[notice.id] = notice._change_reason(proposal, assessment)
        return changes

    def _snapshot(self):
        return {
            (line.document_key, line.level_sequence, line.claimed): (
                f"{line.residual:.6f}",
                f"{line.interest:.6f}",
                f"{line.indemnity:.6f}",
            )
            for line in self.line_ids
        }

    def _proposal_snapshot(self, proposal, assessment):
        keys = assessment.facts.keys
        return {
            (
                keys[line.item.id],
                line.level.sequence if line.level else 0,
                line.claimed,
            ): (
                f"{line.owed:.6f}",
                f"{line.interest:.6f}",
                f"{line.indemnity:.6f}",
            )
            for line in proposal.lines
        }

    def _change_reason(self, proposal, assessment):
        """Say which item no longer is what the notice says, and why."""
        engine = self.env["dunning.engine"]
        open_items = {assessment.facts.keys[i.id]: i for i in assessment.facts.items}
        still = set()
        if proposal:
            still = set(self._proposal_snapshot(proposal, assessment).items())
        for line in self.line_ids.sorted(lambda line: not line.claimed):
            snapshot = line.notice_id._line_snapshot(line)
            if snapshot in still:
                continue
            item = open_items.get(line.document_key)
            if item is None:
                return self.env._(
                    "%(invoice)s changed since: paid, cancelled or re-dated.",
                    invoice=line.move_name,
                )
            verdict = assessment.verdicts[item.id]
            if verdict.code == "ready":
                return self.env._(
                    "%(invoice)s changed since: the amounts are no longer the same.",
                    invoice=line.move_name,
                )
            return f"{line.move_name}: {engine._reason(item, assessment)}"
        return self.env._("Other items or credits of the debtor came in between.")

    def _line_snapshot(self, line):
        key = (line.document_key, line.level_sequence, line.claimed)
        return key, self._snapshot()[key]

    def _rewrite_draft(self, proposal, assessment):
        self.ensure_one()
        level = (
            self._levels([proposal]).get(proposal.level.id) if proposal.level else None
        )
        # sudo: nobody has rights on notices; the caller checked the group
        notice = self.sudo()._proof_unlocked()
        notice.line_ids._proof_unlocked().unlink()
        notice.write(
            {
                "level_id": level.id if level else False,
                "is_formal_notice": bool(level and level.is_formal_notice),
                "is_pre_reminder": level is None,
                "deadline_date": self._deadline(self.date, level),
                "debtor_kind": proposal.kind,
                **self._proposal_amounts(proposal, level),
            }
        )
        self._insert_lines([(self.id, proposal)], self.date, assessment.facts.keys)
        self.invalidate_recordset()
        self.env["dunning.notice.line"].invalidate_model()
