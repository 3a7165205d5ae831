from odoo import api, fields, models
from odoo.tools import format_datetime


class DunningSealedMixin(models.AbstractModel):
    """Evidence with a hash: intact, lawfully erased, or changed behind the program.

    A lawful erasure is proved by the log of erasures alone: the record's own seal, and
    the hash of what is left of it, must both stand there.
    """

    _name = "dunning.sealed.mixin"
    _description = "Evidence with a hash"
    _sealed_by = ()  # the fields that hold the hash, and what it is of

    erased_text = fields.Char(
        string="Erased",
        compute="_compute_erased_text",
        help="When the content was erased, by whom and under which rule (R10.8); the "
        "log of erasures proves it.",
    )

    def _sealed_hash(self):
        """Return the hash that the record was sealed with, or nothing."""
        raise NotImplementedError

    def _current_hash(self):
        """Return the hash of what it says now."""
        raise NotImplementedError

    def _erasures(self):
        """Return {id: line of the log} of the records of ``self`` lawfully erased."""
        sealed = {record.id: record._sealed_hash() for record in self}
        found = self.env["dunning.purge.line"]._erased(self, sealed)
        return {
            record.id: found[record.id]
            for record in self
            if record.id in found
            and found[record.id].hash_after == record._current_hash()
        }

    @api.depends(lambda self: self._sealed_by)
    def _compute_is_intact(self):
        """For the models that show ``is_intact``: a lawful erasure changed nothing."""
        records = self.with_context(bin_size=False)  # a form asks for sizes of files
        for record in records:
            sealed = record._sealed_hash()
            record.is_intact = bool(sealed) and record._current_hash() == sealed
        lost = records.filtered(lambda record: not record.is_intact)
        lost.browse(lost._erasures()).is_intact = True

    def _compute_erased_text(self):
        self.erased_text = False
        for record_id, line in self._erasures().items():
            # sudo: names of the log, for whoever reads the record
            purge = line.sudo().purge_id
            self.browse(record_id).erased_text = self.env._(
                "Content erased on %(date)s by %(user)s: %(rule)s. Log: %(log)s.",
                date=format_datetime(self.env, line.done_on, dt_format="short"),
                user=purge.user_id.name,
                rule=purge._rule_labels()[line.rule],
                log=purge.name,
            )
