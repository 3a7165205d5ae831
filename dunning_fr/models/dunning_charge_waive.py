from odoo import models
from odoo.exceptions import AccessError, UserError


class DunningCharge(models.Model):
    """Waivers: a manager's decision with a reason, and one that can be undone."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.charge"

    def _waive(self, reason):
        """Waive claimed charges; the late invoices tell it.

        :param reason: text, required
        """
        self._check_waiver(reason)
        for company, charges in self.grouped("company_id").items():
            # sudo: nobody has rights to write charges; the manager was checked
            charges.sudo().write(
                {
                    "waived_on": company._dunning_today(),
                    "waived_by": self.env.uid,
                    "waive_reason": reason.strip(),
                    "charge_move_id": False,
                }
            )
        self._log_waiver(self.env._("Waived: %s", reason.strip()))

    def _check_waiver(self, reason):
        self._check_manager()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why these charges are waived."))
        for charge in self.sudo():  # facts of the debtor, whoever decides
            if charge._is_public():
                raise UserError(
                    self.env._(
                        "%s is a public buyer: waiving default interest is void (art. "
                        "L2192-14 of the public procurement code, R3.12).",
                        charge.partner_id.display_name,
                    )
                )
            if not charge.company_id.dunning_waiver_allowed:
                raise UserError(
                    self.env._(
                        "%s does not allow waivers: see the dunning settings (R1.34).",
                        charge.company_id.display_name,
                    )
                )
            if not charge._is_free():
                raise UserError(
                    self.env._(
                        "%s is billed, settled or waived already: only what is claimed "
                        "may be waived. Cancel its debit note first.",
                        charge.display_name,
                    )
                )

    def _is_public(self):
        kinds = {
            self.debtor_kind,
            self.move_id.debtor_kind or self.partner_id.debtor_kind,
        }
        return "public" in kinds

    def _check_manager(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "dunning_fr.group_dunning_manager"
        ):
            raise AccessError(
                self.env._("Only a dunning manager may waive charges, or undo it.")
            )

    def action_waive(self):
        """Ask for the reason of a waiver."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive charges"),
            "res_model": "dunning.waive.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charge_ids": self.ids},
        }

    def action_unwaive(self):
        """Take waivers back: the charges are claimed again."""
        self._check_manager()
        waived = self.filtered(lambda charge: charge.state == "waived")
        if not waived:
            raise UserError(self.env._("None of these charges is waived."))
        # sudo: as in _waive
        waived.sudo().write(
            {"waived_on": False, "waived_by": False, "waive_reason": False}
        )
        waived._log_waiver(self.env._("Waiver taken back"))
        return True

    def _log_waiver(self, text):
        """Write on each late invoice what was waived, or no longer is, and by whom."""
        for move, charges in self.sudo().grouped("move_id").items():  # the log, always
            amounts = ", ".join(
                f"{charge.display_name} {charge.currency_id.format(charge.amount)}"
                for charge in charges
            )
            if move:
                move._message_log(
                    body=f"{text} ({amounts})", author_id=self.env.user.partner_id.id
                )
