from odoo import fields, models
from odoo.tools import SQL

from ..tools.personal_data import NOTES, TOGETHER, fields_of
from .dunning_proof_mixin import PurgePermit

DELETED = ("mail.message", "ir.attachment")
# What is blanked of a task; it stays, done or not
TASK_FIELDS = ("note", "summary", "feedback")


class DunningPurgeLine(models.Model):
    """Erase the records of some lines: blank the fields named, delete the files.

    Past the ORM on purpose: no method of a model may keep, copy or log what goes, and
    nothing else of the record is touched. Files and messages are deleted with leave
    for these alone (``PurgePermit``).
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.purge.line"

    def _erase(self):
        """Erase what may still go of the records of ``self``, all of one erasure.

        Asked again at this moment: a payment may have come undone, a hold may have been
        entered since the list was confirmed.
        """
        purge = self.purge_id
        company = purge.company_id
        verdicts, before = self.env["dunning.retention"]._verdicts(
            company, purge.date, self.debtor_id.ids
        )
        sources = {
            (rule, model): rows
            for rule, model, rows in purge._sources(company, verdicts, before)
        }
        for key, lines in self.grouped(
            lambda line: (line.rule, line.res_model)
        ).items():
            there = lines._still_there(sources[key])
            for line in lines - there:
                verdict = verdicts.get(line.debtor_id.id, {}).get(line.rule)
                line._keep(verdict[0] if verdict else "gone")
            there._erase_records(*key)

    def _keep(self, reason):
        self.write({"state": "kept", "reason": reason})

    def _still_there(self, rows):
        """Return the lines of ``self`` whose record still is among ``rows``."""
        found = self.env.execute_query(
            SQL("SELECT id FROM (%s) found WHERE id = ANY(%s)", rows,
                self.mapped("res_id"))
        )  # fmt: skip
        ids = {id_ for (id_,) in found}
        return self.filtered(lambda line: line.res_id in ids)

    def _erase_records(self, rule, model):
        records = self.env[model].browse(self.mapped("res_id"))
        sealed, changed = self._seals(records)
        self.filtered(lambda line: line.res_id in changed)._keep("tampered")
        lines = self.filtered(lambda line: line.res_id not in changed)
        records = records.browse(lines.mapped("res_id"))
        if not records:
            return
        if model in DELETED:
            self._delete(records)
        elif model == "mail.activity":
            self._blank(model, TASK_FIELDS, SQL("id = ANY(%s)", records.ids))
        else:
            self._erase_fields(rule, model, records)
        lines._done(records, sealed)

    def _seals(self, records):
        """Return ({id: hash it was sealed with}, ids of those changed since).

        What was erased before and got another text since has not been tampered with.
        """
        if "erased_text" not in records._fields:
            return {}, set()
        records = records.with_context(bin_size=False)
        sealed = {record.id: record._sealed_hash() for record in records}
        changed = {
            record.id
            for record in records
            if sealed[record.id] and record._current_hash() != sealed[record.id]
        }
        changed -= set(records.browse(changed)._erasures())
        return {id_: seal for id_, seal in sealed.items() if seal}, changed

    def _done(self, records, sealed):
        records.invalidate_recordset()
        now = fields.Datetime.now()
        plain = self.filtered(lambda line: line.res_id not in sealed)
        plain.write({"state": "done", "done_on": now})
        for line in self - plain:
            line.write(
                {
                    "state": "done",
                    "done_on": now,
                    "hash_before": sealed[line.res_id],
                    "hash_after": records.browse(line.res_id)._current_hash(),
                }
            )
        if records._name == "dunning.notice":
            self._mark_notices()

    def _mark_notices(self):
        """Note the erasure on the notices themselves, for lists."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_notice notice SET purge_line_id = line.id"
                "  FROM dunning_purge_line line"
                " WHERE line.id = ANY(%s) AND notice.id = line.res_id",
                self.ids,
            )
        )
        self.env["dunning.notice"].invalidate_model(["purge_line_id"])

    # -------------------------------------------------------------------- fields

    def _erase_fields(self, rule, model, records):
        names = fields_of(model, rule)
        self._blank_with_files(model, names, SQL("id = ANY(%s)", records.ids))
        for (own, follower), leader in TOGETHER.items():
            if (own, leader) == (rule, model):
                # the only ones: the dispatches of notices
                where = SQL("notice_id = ANY(%s)", records.ids)
                self._blank_with_files(follower, fields_of(follower, rule), where)
        if rule == NOTES:
            self._forget_changes(model, names, records)

    def _blank_with_files(self, model, names, where):
        purge, table = self.purge_id, self.env[model]
        links = [n for n in names if table._fields[n].type == "many2one"]
        files = [n for n in names if purge._is_file(model, n)]
        gone = self.env["ir.attachment"]
        table.flush_model()
        if links:
            columns = SQL(", ").join(map(SQL.identifier, links))
            rows = self.env.execute_query(
                SQL("SELECT %s FROM %s WHERE %s", columns,
                    SQL.identifier(table._table), where)
            )  # fmt: skip
            gone |= gone.browse({id_ for row in rows for id_ in row if id_})
        if files:
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM ir_attachment WHERE res_model = %s"
                    " AND res_field = ANY(%s)"
                    " AND res_id IN (SELECT id FROM %s WHERE %s)",
                    model,
                    files,
                    SQL.identifier(table._table),
                    where,
                )
            )
            gone |= gone.browse(id_ for (id_,) in rows)
        self._blank(model, [n for n in names if n not in files], where)
        self._delete(gone)

    def _blank(self, model, names, where):
        """Blank the columns of the records; nothing else of them changes."""
        table, purge = self.env[model], self.purge_id
        names = [n for n in names if n in table._fields and table._fields[n].store]
        if not names:
            return
        table.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE %s",
                SQL.identifier(table._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(n), purge._blank_sql(model, n))
                    for n in names
                ),
                where,
            )
        )
        table.invalidate_model()

    def _forget_changes(self, model, names, records):
        """Delete what the discussions keep of earlier texts of these fields."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM mail_tracking_value track
                 USING mail_message message, ir_model_fields field
                 WHERE message.id = track.mail_message_id
                   AND field.id = track.field_id
                   AND message.model = %s AND message.res_id = ANY(%s)
                   AND field.model = %s AND field.name = ANY(%s)
                """,
                model,
                records.ids,
                model,
                list(names),
            )
        )
        self.env["mail.tracking.value"].invalidate_model()

    def _delete(self, records):
        """Delete files or messages, with leave for these alone."""
        records = records.sudo().exists()  # sudo: the erasure was checked as a whole
        records.with_context(dunning_purge=PurgePermit(records)).unlink()
