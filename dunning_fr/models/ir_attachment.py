from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .dunning_hold_confidential import MANAGER
from .dunning_proof_mixin import PROOF_SENTINEL, PurgePermit

# Records whose files are evidence as soon as they are there
KEPT_WITH = (
    "dunning.receipt", "dunning.document", "dunning.court.file", "dunning.bad.debt",
    "dunning.hold.document",
)  # fmt: skip
CONTENT = frozenset({"raw", "datas", "db_datas", "store_fname", "checksum"})


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # EXTENDS 'base'
        if not (bypass_access or self.env.su or self.env.user.has_group(MANAGER)):
            # files of holds that a manager keeps are for managers (R6.48)
            kept = SQL(
                "(SELECT id FROM dunning_hold WHERE kept_by_manager)",
                to_flush=self.env["dunning.hold"]._fields["kept_by_manager"],
            )
            open_to_all = Domain("res_model", "!=", "dunning.hold")
            domain = Domain(domain) & (open_to_all | Domain("res_id", "not in", kept))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _inaccessible_comodel_records(self, model_and_ids, operation):
        # EXTENDS 'base': as found, so read
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        holds = self.env["dunning.hold"]
        ids = [id_ for id_ in model_and_ids.get(holds._name, ()) if id_]
        for hold in holds.browse(ids)._kept_from_user():
            yield holds._name, hold.id

    def write(self, vals):
        # EXTENDS 'base'
        if not set(vals) <= {"access_token"}:  # a download link changes no evidence
            self._dunning_check_proof(vals)
            self._dunning_check_limitation_proof(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_except_dunning_proof(self):
        if not PurgePermit.covers(self):
            self._dunning_check_proof()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_limitation_proof(self):
        """Without proof, nothing moves a limitation (R7.8): the last one stays."""
        if PurgePermit.covers(self):  # every limitation of the debtor is over (R10.8)
            return
        # sudo: the guard holds for people who may not read the event, too
        events = self.env["dunning.limitation.event"].sudo()
        counted = [("attachment_ids", "in", self.ids), ("state", "=", "counted")]
        for event in events.search(counted):
            if not event.attachment_ids - self.sudo():
                raise UserError(
                    self.env._(
                        "%s counts by this document alone: enter another one, or end "
                        "the event, before this one is deleted.",
                        event.display_name,
                    )
                )

    def _dunning_check_limitation_proof(self, vals):
        """Refuse to change what proves a limitation event (R7.8 to R7.13)."""
        if CONTENT.isdisjoint(vals):
            return
        # sudo: the guard holds for people who may not read the event, too
        events = self.env["dunning.limitation.event"].sudo()
        proofs = events.search([("attachment_ids", "in", self.ids)]).attachment_ids
        for proof in proofs & self.sudo():
            if not proof._dunning_same_content(vals):
                raise UserError(
                    self.env._(
                        "%s proves a limitation event and is not changed any more: add "
                        "the other document beside it.",
                        proof.name,
                    )
                )

    def _dunning_check_proof(self, vals=None):
        """Refuse to change a frozen notice's letter, or what is kept as a proof.

        Invariant 1.

        Moving the file store writes the same bytes again, which changes nothing.
        """
        if self.env.context.get("dunning_proof") is PROOF_SENTINEL:
            return
        for letter in self._dunning_evidence():
            if not letter._dunning_same_content(vals or {}):
                raise UserError(letter._dunning_refusal())
        for plan, copies in self._dunning_signed():
            if not all(copy._dunning_same_content(vals or {}) for copy in copies):
                raise UserError(
                    self.env._(
                        "%(file)s is the signed copy of %(plan)s and proves the debt: "
                        "it stays. Add another one by “Signed copy…”.",
                        file=copies[0].name,
                        plan=plan.reference,
                    )
                )

    def _dunning_refusal(self):
        """Return what is said to who would change this file: what its owner says."""
        owner = self.env[self.res_model].browse(self.res_id).exists()
        if not owner or self.res_model in ("dunning.notice", "dunning.bad.debt"):
            return self.env._(
                "%(name)s is evidence and can no longer be changed or deleted. Make a "
                "new notice instead.",
                name=self.name,
            )
        return owner._proof_refusals()["change"]

    def _dunning_signed(self):
        """Return [(plan, its signed copies among these files)]."""
        # sudo: the guard holds for people who may not read the plan, too
        copies = self.sudo().filtered(lambda file: file.res_model == "dunning.hold")
        if not copies:
            return []
        plans = copies.env["dunning.hold"].search([("signed_ids", "in", copies.ids)])
        return [(plan, plan.signed_ids & copies) for plan in plans]

    def _dunning_evidence(self):
        # sudo: the guard holds for people who may not read the notice, too
        letters = self.sudo().filtered(lambda att: att.res_model == "dunning.notice")
        receipts = self.sudo().filtered(lambda att: att.res_model in KEPT_WITH)
        if not letters:
            return receipts
        frozen = letters.env["dunning.notice"].search(
            [("attachment_id", "in", letters.ids), ("state", "!=", "draft")]
        )
        return receipts | frozen.attachment_id

    def _dunning_same_content(self, vals):
        if not vals or not set(vals) <= {"raw", "mimetype"}:
            return False
        same_type = vals.get("mimetype", self.mimetype) == self.mimetype
        return same_type and vals.get("raw", self.raw) == self.raw
