from odoo import api, fields, models
from odoo.exceptions import AccessError

CONFIDENTIAL = [
    ("conciliation", "Conciliation"),
    ("mandat_ad_hoc", "Mandat ad hoc"),
]
MANAGER = "dunning_fr.group_dunning_manager"
# What a collector does not change of a hold that a manager keeps: all of it, for a
# field that only confidential proceedings refuse would tell which they are
KEPT = {
    "agreed_on", "amount", "answer_by", "asked_by", "case_id", "category_id",
    "court_name", "covered_indemnity", "covered_interest", "date_from", "date_to",
    "death_date", "debtor_says", "decision_date", "declared_on", "dispute_owner_id",
    "document_asked", "entry_ids", "factor_bank_id", "factor_id", "factor_mode",
    "follower_ids", "goods_to_reclaim", "grace_days", "heir_contact_id",
    "instalment_ids", "insurer_agreed_on", "insurer_reference", "is_outside_territory",
    "judgment_date", "kept_by_manager", "kind", "leader_id", "mediator", "move_ids",
    "notified_on", "plan_interest", "proceedings", "promise_channel", "promised_by",
    "publication_date", "reason", "reclaimed_on", "relief_asked_on", "replaces_id",
    "requested_documents", "sent_on", "source", "source_checked_on", "state",
    "struck_off_on", "suspends_interest", "trustee_id",
}  # fmt: skip


class DunningHold(models.Model):
    """Holds that a manager keeps; among them confidential proceedings (R6.48).

    These show as a plain "other" hold without reason: what they are stands in
    fields of managers alone, and in no message, explanation or letter.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    kept_by_manager = fields.Boolean(
        string="Kept by a manager",
        help="Only a dunning manager changes or releases this hold.",
    )
    confidential_kind = fields.Selection(
        CONFIDENTIAL,
        string="Confidential proceedings",
        groups=MANAGER,
        copy=False,
        help="Seen by dunning managers alone; everybody else sees a hold without "
        "reason. Never in a letter, a banner or a court file (R6.48).",
    )
    confidential_note = fields.Text(
        string="Note for managers",
        groups=MANAGER,
        copy=False,
        help="Court, conciliator, terms: for managers alone.",
    )

    _confidential_is_neutral = models.Constraint(
        "CHECK (confidential_kind IS NULL OR kind = 'other' AND kept_by_manager"
        " AND COALESCE(reason, '') = '' AND COALESCE(court_name, '') = ''"
        " AND COALESCE(source, '') = '' AND trustee_id IS NULL"
        " AND judgment_date IS NULL AND publication_date IS NULL)",
        "Confidential proceedings are kept as another hold without reason: write "
        "what others must not read in the note for managers (R6.48).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("confidential_kind"):
                vals["kept_by_manager"] = True
        holds = super().create(vals_list)
        holds._check_kept()
        return holds

    def write(self, vals):
        if vals.get("confidential_kind"):
            vals = {**vals, "kept_by_manager": True}
        if not KEPT.isdisjoint(vals):
            self._check_kept()
        result = super().write(vals)
        if "kept_by_manager" in vals:
            self._check_kept()
        return result

    def _end_in_secret(self, reason):
        """Keep why confidential proceedings ended in the managers' note (R6.48).

        :return: those of these holds that are confidential
        """
        # sudo: that they are confidential, and managers' note; nobody is told
        secret = self.sudo().filtered("confidential_kind")
        for hold in secret:
            notes = [hold.confidential_note, reason]
            hold.confidential_note = "\n".join(filter(None, notes))
        return secret.with_env(self.env)

    def _kept_from_user(self):
        """Return those whose discussion and files are not for the user (R6.48)."""
        if self.env.su or self.env.user.has_group(MANAGER):
            return self.browse()
        # sudo: that a manager keeps them, whoever asks; nothing else is told
        kept = self.sudo().exists().filtered("kept_by_manager")
        return kept.with_env(self.env)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # EXTENDS 'mail': what managers say of a hold that they keep stays with them
        found = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "create":
            return found
        kept = self._kept_from_user()
        return {hold: access for hold, access in found.items() if hold not in kept}

    def _check_kept(self):
        """Refuse a collector what a manager keeps; it says nothing of the reason."""
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        if self.filtered("kept_by_manager"):
            raise AccessError(
                self.env._("A dunning manager keeps this hold: ask one to change it.")
            )
