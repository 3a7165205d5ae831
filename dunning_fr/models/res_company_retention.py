from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.personal_data import NOTES, PROOFS

PERIODS = {
    NOTES: ("dunning_retention_notes_months", "fr.retention_notes_months"),
    PROOFS: ("dunning_retention_proofs_months", "fr.retention_proofs_months"),
}
# Half of the key of the advisory lock between what is held and what is erased.
DATA_LOCK_CLASS = 0x64756E68
RETENTION_MODES = [
    ("manual", "By hand only"),
    ("propose", "Propose it every month"),
    ("run", "Erase every month, without asking"),
]


class ResCompany(models.Model):
    """How long personal data is kept, and who erases it (R10.8)."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_retention = fields.Boolean(
        string="Erase personal data",
        help="Off: nothing is ever erased. On: a dunning manager erases what is no "
        "longer needed, after a look at it. The basis of dunning is the contract and "
        "the legitimate interest (GDPR art. 6, R10.6); data is kept no longer than "
        "that needs (GDPR art. 5, 1, e).",
    )
    dunning_retention_notes_months = fields.Integer(
        string="Free text (months)",
        help="Notes of calls, reasons of holds, points of disputes: months after full "
        "payment. 0: as proposed; to verify (R10.8).",
    )
    dunning_retention_proofs_months = fields.Integer(
        string="Notices and proofs (months more)",
        help="Months after the end of limitation, and of the years of a title. 0: as "
        "proposed; to verify (R10.8).",
    )
    dunning_retention_mode = fields.Selection(
        RETENTION_MODES,
        string="When",
        required=True,
        default="manual",
        help="Without asking: what is due is erased by a scheduled action, with the "
        "rights and the name of the person who answers for it.",
    )
    dunning_retention_user_id = fields.Many2one(
        "res.users",
        string="Answers for erasures",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="A dunning manager: is told of what may be erased, or answers for it.",
    )

    _dunning_retention_positive = models.Constraint(
        "CHECK (COALESCE(dunning_retention_notes_months, 0) BETWEEN 0 AND 240"
        " AND COALESCE(dunning_retention_proofs_months, 0) BETWEEN 0 AND 240)",
        "Personal data: enter 0 to 240 months.",
    )

    @api.constrains(
        "dunning_retention", "dunning_retention_mode", "dunning_retention_user_id"
    )
    def _check_dunning_retention(self):
        for company in self:
            by_itself = company.dunning_retention_mode != "manual"
            if not (company.dunning_retention and by_itself):
                continue
            if not company._dunning_retention_manager():
                raise ValidationError(
                    self.env._(
                        "Choose a dunning manager of %s who answers for erasures of "
                        "personal data.",
                        company.display_name,
                    )
                )

    def _dunning_retention_manager(self):
        """Return who answers for erasures, while still entitled to."""
        # sudo: whether this person may, not what he or she is
        user = self.sudo().dunning_retention_user_id
        group = "dunning_fr.group_dunning_manager"
        if user.active and self in user.company_ids and user.has_group(group):
            return user
        return user.browse()

    def _dunning_retention_months(self, rule, day):
        """Return the months of a rule: the company's own, else those proposed."""
        field, key = PERIODS[rule]
        return self[field] or int(self.env["dunning.parameter"]._get(key, day))

    def _dunning_keep_data(self):
        """Have an erasure wait until what keeps data is committed, or wait for it.

        Its other side is the erasure's own lock: neither overlooks the other.
        """
        for company_id in sorted(self.ids):
            self.env.cr.execute(
                SQL(
                    "SELECT pg_advisory_xact_lock_shared(%s, %s)",
                    DATA_LOCK_CLASS,
                    company_id,
                )
            )

    def _dunning_lock_data(self):
        """Let nobody keep data of these companies meanwhile; see ``lock_day``."""
        self._dunning_lock(DATA_LOCK_CLASS)

    def _dunning_unlock_data(self):
        self._dunning_unlock(DATA_LOCK_CLASS)
