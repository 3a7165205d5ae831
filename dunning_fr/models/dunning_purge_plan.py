from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import array_literal
from ..tools.personal_data import (
    CALL_MARK,
    DASHED,
    LASTING,
    NOTES,
    NUMBERED,
    OWNERS,
    PERSONAL,
    PURGE_MARK,
    RULES,
    THREADS,
    TOGETHER,
    fields_of,
)

DASH = "–"  # where the database wants a text


class DunningPurge(models.Model):
    """What may be erased: one query for each kind of record, whatever their number."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.purge"

    @api.model
    def _sources(self, company, verdicts, before):
        """Return [(rule, model, SQL of rows (id, debtor id))] of what is not blank.

        :param verdicts: what ``dunning.retention`` says of each debtor,
        :param before: and the day before which a record must have been made, by rule
        """
        found = []
        for rule in RULES:
            free = self._free_sql(before[rule])
            whole = self._free_sql(
                {
                    id_: day
                    for id_, day in before[rule].items()
                    if verdicts[id_][rule] is None
                }
            )
            for model in PERSONAL[rule]:
                if (rule, model) not in TOGETHER:
                    owners = whole if model in LASTING else free
                    rows = self._records_sql(rule, model, owners, company)
                    found.append((rule, model, rows))
            around = self._around_sql(rule, free)
            found += [(rule, model, rows) for model, rows in around.items()]
        return found

    @api.model
    def _free_sql(self, before):
        """Return {debtor id: day} as a table ``free`` (debtor_id, before)."""
        return SQL(
            "unnest(%s::int[], %s::date[]) AS free(debtor_id, before)",
            array_literal(before),
            array_literal(before.values()),
        )

    @api.model
    def _records_sql(self, rule, model, free, company):
        """Return the records of a model that have something of a rule to erase."""
        joins, owner = self._owner_sql(model, company)
        filled = [
            self._filled_sql(model, name, SQL("record"))
            for name in fields_of(model, rule)
        ]
        if model == "dunning.notice":
            # drafts are rewritten by each run; what left or was given up is evidence
            joins = SQL("%s JOIN dunning_notice own ON own.id = record.id"
                        " AND own.state <> 'draft'", joins)  # fmt: skip
        return SQL(
            "SELECT record.id, %s AS debtor_id FROM %s record %s"
            " JOIN %s ON free.debtor_id = %s AND record.create_date < free.before"
            " WHERE %s",
            owner,
            SQL.identifier(self.env[model]._table),
            joins,
            free,
            owner,
            SQL(" OR ").join(filled),
        )

    @api.model
    def _owner_sql(self, model, company):
        """Return (joins, column) that lead from ``record`` to its debtor."""
        if model == "dunning.opening.level":
            return (
                SQL(
                    "JOIN dunning_debtor debtor"
                    " ON debtor.partner_id = record.partner_id"
                    " AND debtor.company_id = record.company_id"
                ),
                SQL("debtor.id"),
            )
        joins, alias, current = [], "record", self.env[model]
        *path, last = OWNERS[model] or ("id",)
        for place, name in enumerate(path):
            current = self.env[current._fields[name].comodel_name]
            step = f"step_{place}"
            joins.append(
                SQL(
                    "JOIN %s %s ON %s = %s",
                    SQL.identifier(current._table),
                    SQL.identifier(step),
                    SQL.identifier(step, "id"),
                    SQL.identifier(alias, name),
                )
            )
            alias = step
        return SQL(" ").join(joins), SQL.identifier(alias, last)

    @api.model
    def _is_file(self, model, name):
        field = self.env[model]._fields[name]
        return field.type == "binary" and field.attachment

    @api.model
    def _filled_sql(self, model, name, alias):
        """Return the condition that a field of ``alias`` holds something."""
        field = self.env[model]._fields[name]
        column = SQL("%s.%s", alias, SQL.identifier(name))
        if field.type == "many2one":
            return SQL("%s IS NOT NULL", column)
        if self._is_file(model, name):
            return SQL(
                "EXISTS (SELECT FROM ir_attachment file WHERE file.res_model = %s"
                " AND file.res_field = %s AND file.res_id = %s.id)",
                model,
                name,
                alias,
            )
        return SQL("COALESCE(%s, '') !~ %s", column, f"^({DASH}[0-9]*)?$")

    @api.model
    def _blank_sql(self, model, name):
        """Return what stands in a field once it is erased."""
        if (model, name) in NUMBERED:
            return SQL("%s || id", DASH)
        if (model, name) in DASHED:
            return SQL(
                "CASE WHEN COALESCE(%s, '') <> '' THEN %s END",
                SQL.identifier(name),
                DASH,
            )
        return (
            SQL("%s", DASH) if self.env[model]._fields[name].required else SQL("NULL")
        )

    @api.model
    def _around_sql(self, rule, free):
        """Return {model: rows} of messages, tasks and files around the debtors."""
        threads = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS model, thread.id, free.debtor_id, free.before"
                " FROM %s thread JOIN %s ON free.debtor_id = %s",
                model,
                SQL.identifier(self.env[model]._table),
                free,
                SQL.identifier("thread", (*OWNERS[model], "id")[0]),
            )
            for model in THREADS
        )

        def rows(table, where, model="model"):
            return SQL(
                "SELECT record.id, thread.debtor_id FROM %s record JOIN (%s) thread"
                " ON thread.model = %s AND thread.id = %s"
                " AND record.create_date < thread.before WHERE %s",
                SQL.identifier(table),
                threads,
                SQL.identifier("record", model),
                SQL.identifier("record", "res_id"),
                where,
            )

        if rule == NOTES:
            return {
                "mail.message": rows("mail_message", self._notes_sql()),
                "mail.activity": rows("mail_activity", SQL(
                    "(COALESCE(record.note, '') <> '' OR COALESCE(record.summary, '')"
                    " <> '' OR COALESCE(record.feedback, '') <> '')"
                ), "res_model"),
            }  # fmt: skip
        return {
            "mail.message": rows("mail_message", self._own_messages_sql()),
            "ir.attachment": rows(
                "ir_attachment", self._own_files_sql(threads), "res_model"
            ),
        }

    @api.model
    def _own_messages_sql(self):
        """Return the condition of messages that prove nothing of another debtor.

        What the log of erasures says stays; its mark in a person's message is nothing.
        """
        return SQL(
            """
            (record.message_type <> 'notification'
             OR COALESCE(record.body, '') NOT LIKE %s)
            AND NOT EXISTS (
                SELECT FROM dunning_dispatch dispatch
                  JOIN dunning_notice notice ON notice.id = dispatch.notice_id
                 WHERE dispatch.mail_message_id = record.id
                   AND notice.debtor_id <> thread.debtor_id)
            """,
            f"%{PURGE_MARK}%",
        )

    @api.model
    def _own_files_sql(self, threads):
        """Return the condition of files that nothing else shows or rests on."""
        proofs = self.env["dunning.limitation.event"]._fields["attachment_ids"]
        return SQL(
            """
            record.res_field IS NULL
            AND NOT EXISTS (
                SELECT FROM %(proofs)s proof
                  JOIN dunning_limitation_event event ON event.id = proof.%(event)s
                 WHERE proof.%(file)s = record.id
                   AND event.debtor_id <> thread.debtor_id)
            AND NOT EXISTS (
                SELECT FROM message_attachment_rel shown
                  JOIN mail_message message ON message.id = shown.message_id
             LEFT JOIN (%(threads)s) other
                    ON other.model = message.model AND other.id = message.res_id
                 WHERE shown.attachment_id = record.id AND message.model IS NOT NULL
                   AND other.debtor_id IS DISTINCT FROM thread.debtor_id)
            """,
            proofs=SQL.identifier(proofs.relation),
            event=SQL.identifier(proofs.column1),
            file=SQL.identifier(proofs.column2),
            threads=threads,
        )

    @api.model
    def _notes_sql(self):
        """Return the condition of notes: among colleagues, of calls and finished tasks.

        What was written to the debtor or came from it is a proof, and so is the log;
        the mark of a call counts in our own log alone.
        """
        return SQL(
            """
            (record.message_type = 'comment'
             AND (record.is_internal OR record.subtype_id = %s)
             AND record.model <> 'dunning.case'
             OR record.message_type = 'notification'
             AND (record.mail_activity_type_id IS NOT NULL OR record.body LIKE %s))
            AND NOT EXISTS (SELECT FROM dunning_dispatch dispatch
                             WHERE dispatch.mail_message_id = record.id)
            """,
            self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            f"%{CALL_MARK}%",
        )

    @api.model
    def _planned_sql(self, company, day):
        """Return (SQL of (rule, model, id, debtor id) of all that may go, verdicts)."""
        verdicts, before = self.env["dunning.retention"]._verdicts(company, day)
        sources = self._sources(company, verdicts, before)
        parts = [
            SQL(
                "SELECT %s AS rule, %s AS res_model, found.id AS res_id,"
                " found.debtor_id, %s AS place FROM (%s) found",
                rule,
                model,
                place,
                rows,
            )
            for place, (rule, model, rows) in enumerate(sources)
        ]
        return SQL(" UNION ALL ").join(parts), verdicts

    def _plan_lines(self):
        """Write one line for each record that may go; return their number.

        What both rules erase stands under the first.
        """
        self.ensure_one()
        planned, _verdicts = self._planned_sql(self.company_id, self.date)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dunning_purge_line (purge_id, company_id, rule, res_model,
                                                res_id, debtor_id, state, create_uid,
                                                write_uid, create_date, write_date)
                SELECT %(purge)s, %(company)s, rule, res_model, res_id, debtor_id,
                       'planned', %(user)s, %(user)s, now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC'
                  FROM (SELECT DISTINCT ON (res_model, res_id) *
                          FROM (%(planned)s) planned
                         ORDER BY res_model, res_id, place) planned
                 ORDER BY place, res_id
                """,
                purge=self.id,
                company=self.company_id.id,
                user=self.env.uid,
                planned=planned,
            )
        )
        count = self.env.cr.rowcount
        self.env["dunning.purge.line"].invalidate_model()
        self.invalidate_recordset()
        return count
