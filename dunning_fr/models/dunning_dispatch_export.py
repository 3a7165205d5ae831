from odoo import fields, models


class DunningDispatch(models.Model):
    """What was handed over to a postal provider as files: once, unless a person asks.

    It says nothing about posting: the provider's own file does, or a person.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.dispatch"

    exported_on = fields.Datetime(
        string="Handed over as a file on",
        help="The letter was exported for a postal provider: it is not exported again "
        "by mistake. It counts as sent once its posting is recorded.",
    )
    exported_by = fields.Many2one(
        "res.users", string="Handed over by", ondelete="restrict"
    )

    def _may_have_left(self):
        handed_over = self.exported_on and self.state == "ready"
        return super()._may_have_left() or bool(handed_over)

    def _register_export(self):
        """Record that the letters were handed over as files, dated and logged."""
        # sudo: evidence has no other writer; the caller checked the person
        self.sudo()._proof_unlocked().write(
            {"exported_on": fields.Datetime.now(), "exported_by": self.env.uid}
        )
        for notice in self.notice_id:
            notice._log_on_debtor(
                self.env._("Letter exported for a postal provider; not posted yet.")
            )
