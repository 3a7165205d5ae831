import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# A sheet takes two or three seconds: a request makes a few, a scheduled action the rest
AT_ONCE = 3
IN_A_ROUND = 20


class AccountMove(models.Model):
    """The calculation sheet that goes with each note de débit."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    dunning_sheet_id = fields.Many2one(
        "ir.attachment",
        string="Calculation sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    def _dunning_attach_sheets(self):
        """Attach the calculation sheets of these notes, the first ones at once."""
        self[:AT_ONCE]._dunning_make_sheets()
        if len(self) > AT_ONCE:
            self.env.ref("dunning_fr.ir_cron_attach_sheets")._trigger()

    def _dunning_make_sheets(self):
        """Make and attach what is missing; a note without its sheet is still a note."""
        self.env.flush_all()  # a conflict over the note itself is no fault of its sheet
        for note in self.filtered(lambda move: not move.dunning_sheet_id):
            try:
                with self.env.cr.savepoint():
                    note._dunning_make_sheet()
            except TransactionRollbackError:
                raise
            except Exception:
                _logger.exception("Dunning: no calculation sheet for %s", note.name)

    def _dunning_make_sheet(self):
        """Attach the calculation of the late invoices up to the last day billed."""
        charges = self.dunning_note_charge_ids
        moves, days = charges.move_id, charges.mapped("date_to")
        if not moves or not days:
            return
        pdf = moves._dunning_calculation_sheet_pdf(
            max(days), self.commercial_partner_id
        )
        title = self.env._("Calculation of %s", self.name or self.id)
        # sudo: the field is written by nobody but the code that made the sheet
        trusted = self.sudo()._dunning_trusted()
        trusted.dunning_sheet_id = self.env["ir.attachment"].create(
            {
                "name": f"{title.replace('/', '-')}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _get_mail_template(self):
        # EXTENDS 'account': a text of its own goes with it
        if (
            self
            and self._dunning_notes() == self
            and not any(move.move_type == "out_refund" for move in self)
        ):
            return self.env.ref("dunning_fr.mail_template_debit_note")
        return super()._get_mail_template()

    @api.model
    def _cron_attach_sheets(self):
        """Attach the sheets that no request had the time to make."""
        missing = [
            ("dunning_is_debit_note", "=", True),
            ("move_type", "=", "out_invoice"),
            ("state", "!=", "cancel"),
            ("dunning_sheet_id", "=", False),
            ("dunning_note_charge_ids.move_id", "!=", False),
        ]
        notes = self.search(missing, limit=IN_A_ROUND, order="id desc")
        notes._dunning_make_sheets()
        # Where nothing can be made, trying again at once would never end
        made = notes.filtered("dunning_sheet_id")
        left = self.search_count(missing) if made else 0
        self.env["ir.cron"]._commit_progress(len(made), remaining=left)
