from odoo import api, models


class DunningDebtor(models.Model):
    """What happens to debtors when their customers are merged or change hands.

    A debtor is the partner of the receivable lines. Odoo's merge wizard rewrites
    foreign keys by SQL, and changing the parent of a contact moves its journal
    items: debtors, holds and history must go where the items go.
    """

    _inherit = "dunning.debtor"

    @api.model
    def _follow_partners(self, sources, target):
        """Give ``target`` the debtors of ``sources``, company by company."""
        # sudo: whoever may merge contacts need not see every company's debtors
        debtors = (
            self.sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", (sources | target).ids)])
        )
        for group in debtors.grouped("company_id").values():
            own = group.filtered(lambda debtor: debtor.partner_id == target)
            survivor = own or group.sorted("id")[0]
            survivor._move_to_partner(target)
            survivor._absorb(group - survivor)

    def _move_to_partner(self, partner):
        """Make ``partner`` the owner of the debtors and of what they were sent."""
        moved = self.filtered(lambda debtor: debtor.partner_id != partner)
        if moved:
            moved.write({"partner_id": partner.id})
            moved.notice_ids._proof_unlocked().write({"partner_id": partner.id})

    def _absorb(self, others):
        """Take over everything that hangs on ``others``, then delete them."""
        self.ensure_one()
        for other in others:
            self._absorb_values(other)
            self._absorb_notices(other)
            self._absorb_references(other)
            self._message_log(
                body=self.env._(
                    "Merged with the debtor “%(name)s”: its holds, notices and "
                    "messages are now here.",
                    name=other.partner_id.display_name,
                )
            )
        others.unlink()

    def _absorb_values(self, other):
        values = {"active": self.active or other.active}
        if not self.user_id and other.user_id:
            values["user_id"] = other.user_id.id
        if other.note:
            values["note"] = (self.note or "") + other.note
        self.write(values)

    def _absorb_notices(self, other):
        """Take over the notices; drafts that would be a second one are cancelled."""
        drafts = self._drafts().grouped(lambda n: (n.currency_id, n.policy_id))
        doubled = other._drafts().filtered(
            lambda notice: (notice.currency_id, notice.policy_id) in drafts
        )
        doubled._proof_unlocked().write(
            {
                "state": "cancelled",
                "failure_reason": self.env._(
                    "Cancelled: its customer was merged with one that has a draft too. "
                    "The items come back in the next run."
                ),
            }
        )
        other.notice_ids._proof_unlocked().write(
            {"debtor_id": self.id, "partner_id": self.partner_id.id}
        )

    def _absorb_references(self, other):
        """Take over holds, chatter, activities, files and any other room's records.

        Odoo's own merge of records does it for every foreign key and reference, so
        rooms that come later are not forgotten.
        """
        for follower in other.message_follower_ids:
            self.message_subscribe(follower.partner_id.ids, follower.subtype_ids.ids)
        other.message_follower_ids.unlink()
        # the e-mails of notices are evidence, and go along
        unlocked = self.env["dunning.notice"]._proof_unlocked().env
        merge = unlocked["base.partner.merge.automatic.wizard"]
        merge._update_foreign_keys_generic(self._name, other, self)
        merge._update_reference_fields_generic(self._name, other, self)
        self.env.invalidate_all()
