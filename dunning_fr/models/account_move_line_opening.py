from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class AccountMoveLine(models.Model):
    """Documents of opening entries: one entry holds many, each a journal item.

    Odoo marks the items of general journals “no follow-up”, so that nothing of them is
    reminded until an accountant takes them in, see ``dunning.intake``.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move.line"

    dunning_document = fields.Char(
        string="Document number",
        help="Opening entries: the invoice this item stands for, as letters name it. "
        "Empty: the number of the entry.",
        groups="base.group_user",
    )
    dunning_document_date = fields.Date(
        string="Document date",
        help="Opening entries: date of the invoice this item stands for.",
        groups="base.group_user",
    )

    dunning_is_moved = fields.Boolean(
        string="Moved here",
        compute="_compute_dunning_is_moved",
        search="_search_dunning_is_moved",
        groups="base.group_user",
        help="A debt that began elsewhere was moved here by an entry: it is reminded "
        "where it began.",
    )

    @api.depends("move_id", "amount_residual")
    def _compute_dunning_is_moved(self):
        self.dunning_is_moved = False
        entries = self.move_id.filtered(lambda move: move.move_type == "entry")
        if entries:
            arrived = self.env["dunning.transfer"]._arrived(entries.ids)
            self.filtered(lambda line: line.id in arrived).dunning_is_moved = True

    @api.model
    def _search_dunning_is_moved(self, operator, value):
        """Find the open ones; what was paid there is a debt no more."""
        if operator != "in":
            return NotImplemented
        companies = self.env.companies
        arrived = self.env["dunning.transfer"]._of_companies(companies).arrived
        return [("id", "in" if True in value else "not in", list(arrived))]

    @api.model
    def _dunning_opening_domain(self):
        """Return what may be taken in: open debts in general journals.

        Open credits need not be: they are deducted all the same. What was moved
        there from an invoice is none of its own.
        """
        return Domain(
            [
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "=", "entry"),
                ("journal_id.type", "=", "general"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("account_id.dunning_excluded", "=", False),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
                ("no_followup", "=", True),
                ("dunning_is_moved", "=", False),
            ]
        )

    @api.model
    def _dunning_check_intake(self):
        """Refuse who may not decide what is reminded."""
        if not self.env.user.has_group("dunning_fr.group_dunning_manager"):
            raise AccessError(
                self.env._("Only a dunning manager takes opening entries in.")
            )

    def action_dunning_intake(self):
        """Open the wizard that takes these items in."""
        self._dunning_check_intake()
        wanted = self.filtered_domain(self._dunning_opening_domain())
        if not wanted:
            raise UserError(
                self.env._(
                    "None of these items can be taken in: only open customer items of "
                    "general journals, marked “no follow-up”."
                )
            )
        if len(wanted.company_id) > 1:
            raise UserError(self.env._("Take in one company at a time."))
        wizard = self.env["dunning.intake.wizard"].create(
            {
                "company_id": wanted.company_id.id,
                "line_ids": [
                    fields.Command.create(line._dunning_intake_values())
                    for line in wanted.sorted(
                        lambda line: (line.partner_id.name or "", line.id)
                    )
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take opening entries in"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _dunning_intake_values(self):
        self.ensure_one()
        return {
            "move_line_id": self.id,
            "partner_id": self.partner_id.id,
            "document": self.dunning_document or self.name or self.ref,
            "document_date": self.dunning_document_date or self.date,
            "date_maturity": self.date_maturity,
        }
