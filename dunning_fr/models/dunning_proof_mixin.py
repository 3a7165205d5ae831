"""What has left the house cannot be changed (invariant 1)."""

import csv
import io
import json
from itertools import islice
from operator import itemgetter

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, clean_context

ROWS_AT_ONCE = 500

# An object, compared by identity: RPC carries JSON, so no client can forge it.
PROOF_SENTINEL = object()


class PurgePermit:
    """Leave to delete the records named here, and nothing else (R10.8).

    Carried in the context like the sentinel above, by the erasure of personal data
    alone (``dunning.purge``). It lets nothing be written.
    """

    def __init__(self, records):
        self._model, self._ids = records._name, frozenset(records.ids)

    def _covers(self, records):
        return records._name == self._model and self._ids.issuperset(records.ids)

    @classmethod
    def covers(cls, records):
        """Return whether the context of ``records`` carries leave to delete them."""
        permit = records.env.context.get("dunning_purge")
        return isinstance(permit, cls) and permit._covers(records)


class DunningProofMixin(models.AbstractModel):
    """Guard records that are evidence against every caller but our own code.

    Rights alone do not suffice: they stop neither the superuser's code nor a
    server action. Trusted methods take ``records._proof_unlocked()`` first.
    """

    _name = "dunning.proof.mixin"
    _description = "Evidence that cannot be changed"

    @api.model
    def _proof_unlocked_env(self):
        return bool(self.env.context.get("dunning_proof") is PROOF_SENTINEL)

    def _proof_unlocked(self):
        """Return the same records, writable by the trusted code that asks.

        A client's ``default_…`` values must not become part of the evidence.
        """
        context = clean_context(self.env.context)
        return self.with_context(context, dunning_proof=PROOF_SENTINEL)

    def _proof_frozen(self):
        """Return the records of ``self`` that are evidence by now."""
        raise NotImplementedError

    def _proof_refusals(self):
        """Return what is said to who would make, change or copy one (hook)."""
        return {
            "make": self.env._(
                "Notices are only made by a dunning run or by a debtor's actions."
            ),
            "change": self.env._(
                "%(name)s is evidence and can no longer be changed or deleted. "
                "Make a new notice instead.",
                name=self[:1].display_name,
            ),
            "copy": self.env._("A notice cannot be copied: it is evidence."),
        }

    def _proof_check(self):
        if self._proof_unlocked_env():
            return
        frozen = self._proof_frozen()
        if frozen:
            raise UserError(frozen[0]._proof_refusals()["change"])

    @api.model
    def default_get(self, fields):  # pylint: disable=method-required-super
        # OVERRIDES 'base': neither a client's context nor a person's own default values
        # (``ir.default``) become part of the evidence
        defaults = {name: self._fields[name].default for name in fields}
        return {name: value(self) for name, value in defaults.items() if value}

    @api.model_create_multi
    def create(self, vals_list):
        if not self._proof_unlocked_env():
            raise UserError(self._proof_refusals()["make"])
        return super().create(vals_list)

    def write(self, vals):
        self._proof_check()
        result = super().write(vals)
        self._proof_check()  # nor may a draft be made evidence, or a part of it
        return result

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self._proof_refusals()["copy"])

    # at uninstall too: anybody may put Odoo's flag for it into the context
    @api.ondelete(at_uninstall=True)
    def _unlink_except_proof(self):
        self._proof_check()

    @api.model
    def _insert_rows(self, rows):
        """Insert ``rows`` (dicts with the same keys) in one statement.

        Past the ORM on purpose: thousands of drafts a run. A row that meets a
        unique index is left out.
        """
        if not rows:
            return
        columns = SQL(", ").join(map(SQL.identifier, rows[0]))
        table = SQL.identifier(self._table)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s"
                " FROM json_populate_recordset(NULL::%s, %s) ON CONFLICT DO NOTHING",
                table,
                columns,
                columns,
                table,
                json.dumps(rows, default=str),  # numbers and dates as texts: exact
            )
        )

    @api.model
    def _copy_rows(self, rows):
        """Load ``rows`` (dicts with the same keys) by COPY: the fastest way in.

        An empty text becomes NULL, like None.
        """
        if not rows:
            return
        names = list(rows[0])
        statement = SQL(
            "COPY %s (%s) FROM STDIN WITH (FORMAT csv)",
            SQL.identifier(self._table),
            SQL(", ").join(map(SQL.identifier, names)),
        )
        values = map(itemgetter(*names), rows)
        self.env.cr.copy_expert(statement.code, CsvStream(values))


class CsvStream:
    """CSV text of rows, written while PostgreSQL is already loading the first."""

    def __init__(self, rows):
        self._rows = iter(rows)

    def read(self, _size):  # pylint: disable=method-required-super  # a file's read
        """Return the next rows as text, empty at the end."""
        buffer = io.StringIO()
        csv.writer(buffer).writerows(islice(self._rows, ROWS_AT_ONCE))
        return buffer.getvalue()
