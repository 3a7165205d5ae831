from odoo import fields, models


class DunningNotice(models.Model):
    """Which drafts may leave without a person; which never may."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    is_automatic = fields.Boolean(
        string="Sent without a person",
        readonly=True,
        help="Approved by the daily run, as its level says; the manager named answers "
        "for it.",
    )

    _public_by_person = models.Constraint(
        "CHECK (NOT (is_automatic AND is_formal_notice AND debtor_kind = 'public'))",
        "A formal notice to a public buyer always needs a person (R3.18).",
    )

    def _may_leave_alone(self):
        """Return whether every level on this draft lets it go without a person.

        Money of the debtor that nobody matched asks for a look first.
        """
        self.ensure_one()
        claimed = self.line_ids.filtered("claimed")
        levels = claimed.level_id | self.level_id
        if self.is_pre_reminder or not all(levels.mapped("auto_send")):
            return False
        if any(line.residual < 0 for line in self.line_ids):
            return False
        if not self.is_formal_notice:
            return True
        return self.level_id.auto_send_formal and self.debtor_kind != "public"

    def _ledger_changes(self, letters=False):
        """Withdraw what became a public buyer's since the daily run approved it."""
        changes = super()._ledger_changes(letters)
        alone = self.filtered(
            lambda n: n.is_automatic and n.is_formal_notice and n.state == "queued"
        )
        for notice in alone:
            kinds = notice.line_ids.move_line_id.move_id.mapped("debtor_kind")
            if "public" in (notice.partner_id.debtor_kind, *kinds):
                changes.setdefault(notice.id, self._problem_public())
        return changes

    def _problem_public(self):
        return self.env._(
            "A formal notice to a public buyer always needs a person (R3.18): read it, "
            "then send it."
        )
