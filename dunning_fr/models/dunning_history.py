from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query, html2plaintext

from .dunning_call_mixin import OUTCOMES

SHOWN = 160  # letters of a message in a list
PARTS = 32  # an id is that of a fact, times this, plus the number of its part
HISTORY_KINDS = [
    ("notice", "Notice"),
    ("dispatch", "Dispatch"),
    ("call", "Call"),
    ("mail", "E-mail or message"),
    ("note", "Note"),
    ("trace", "Trace of the machine"),
    ("hold", "Hold begins"),
    ("hold_end", "Hold ends"),
    ("payment", "Payment received"),
    ("credit_note", "Credit note"),
    ("case", "Legal case"),
    ("event", "Limitation event"),
    ("document", "Document"),
]


class DunningHistory(models.Model):
    """Everything that happened with a debtor, in order: one row for each fact.

    Nothing is stored: the rows are read from the records they tell of, with their
    rights. ``_history_parts`` is where another add-on puts its own.
    """

    _name = "dunning.history"
    _description = "History of a debtor"
    _auto = False
    _order = "date desc, at desc, id desc"
    _rec_name = "summary"
    _depends = {
        "dunning.notice": ["state", "date", "sent_date", "subject", "amount_total"],
        "dunning.dispatch": ["state", "done_on", "recipient", "failure_reason"],
        "dunning.phone.call": ["date", "outcome", "note", "contact_name"],
        "dunning.hold": [
            *("kind", "date_from", "state", "reason", "amount", "ended_on"),
            *("lift_reason", "settled_on", "kept_by_manager", "debtor_id"),
            "debtor_says",
        ],
        "dunning.hold.document": ["name", "debtor_id", "hold_id"],
        "dunning.case": ["name", "date", "debtor_id", "state"],
        "dunning.limitation.event": ["kind", "date", "debtor_id", "state", "note"],
        "account.move": ["state", "move_type", "invoice_date", "amount_total_signed"],
        "account.move.line": ["balance", "parent_state", "partner_id", "date"],
        "mail.message": ["body", "subject", "message_type", "model", "res_id"],
        "ir.attachment": ["name", "res_model", "res_id", "res_field"],
    }

    debtor_id = fields.Many2one("dunning.debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    at = fields.Datetime(
        string="Recorded at",
        readonly=True,
        help="When it was recorded: the order of what one day brought.",
    )
    kind = fields.Selection(HISTORY_KINDS, readonly=True)
    code = fields.Char(readonly=True, help="State, kind or outcome of what is told.")
    name = fields.Char(string="Number or name", readonly=True)
    detail = fields.Text(readonly=True)
    channel_id = fields.Many2one("dunning.channel", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    author_id = fields.Many2one("res.partner", string="By", readonly=True)
    for_managers = fields.Boolean(
        readonly=True, help="Speaks of a hold that a manager keeps."
    )
    res_model = fields.Char(string="Model of the record", readonly=True)
    res_id = fields.Integer(string="Record", readonly=True)
    summary = fields.Char(compute="_compute_summary")

    @property
    def _table_query(self):
        parts = [
            SQL("SELECT %s", SQL(", ").join(self._columns(number, part)))
            for number, part in enumerate(self._history_parts())
        ]
        froms = [part["from"] for part in self._history_parts()]
        return SQL(" UNION ALL ").join(
            SQL("%s %s", select, origin)
            for select, origin in zip(parts, froms, strict=True)
        )

    @api.model
    def _columns(self, number, part):
        """Return the columns of one part; the number makes its ids unique."""
        types = {
            "debtor_id": SQL("debtor.id"),
            "company_id": SQL("debtor.company_id"),
            "date": SQL("NULL::date"),
            "at": SQL("NULL::timestamp"),
            "kind": SQL("NULL::text"),
            "code": SQL("NULL::text"),
            "name": SQL("NULL::text"),
            "detail": SQL("NULL::text"),
            "channel_id": SQL("NULL::int"),
            "amount": SQL("NULL::numeric"),
            "currency_id": SQL("NULL::int"),
            "author_id": SQL("NULL::int"),
            "for_managers": SQL("FALSE"),
            "res_model": SQL("NULL::text"),
            "res_id": SQL("NULL::int"),
        }
        columns = {**types, **{k: v for k, v in part.items() if k in types}}
        yield SQL("%s::bigint * %s + %s AS id", part["id"], PARTS, number)
        yield SQL("%s AS fact_id", part["id"])
        for name, value in columns.items():
            yield SQL("%s AS %s", value, SQL.identifier(name))

    def _search(self, domain, *args, **kwargs):
        # EXTENDS 'base': rows known by their ids are looked up in the tables they come
        # from, by the index of each, instead of among all that ever happened
        query = super()._search(domain, *args, **kwargs)
        ids = _known_ids(Domain(domain))
        if ids is not None:
            fact = SQL.identifier(self._table, "fact_id")
            facts = sorted({id_ // PARTS for id_ in ids})
            query.add_where(SQL("%s = ANY(%s)", fact, facts))
        return query

    # ------------------------------------------------------------------ in words

    @api.depends_context("lang")
    def _compute_summary(self):
        """Say each fact in one line; from its own row alone, no other is read."""
        labels = self._summary_labels()
        channels = self.channel_id.sudo()  # sudo: names that every company shares
        names = {channel.id: channel.name for channel in channels}
        for row in self:
            label = labels.get(row.kind, {}).get(row.code, "")
            detail = row.detail or ""
            if row.kind in ("mail", "note", "trace"):
                detail = " ".join(html2plaintext(detail).split())
            parts = [names.get(row.channel_id.id), row.name, label, detail]
            text = " – ".join(part for part in parts if part)
            row.summary = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

    @api.model
    def _summary_labels(self):
        """Return {kind of row: {code: what it means}} in the user's language."""

        def of(model, name):
            field = self.env[model]._fields[name]
            return dict(field._description_selection(self.env))

        kinds, ends = of("dunning.hold", "kind"), of("dunning.hold", "state")
        calls = {code for code, _label in OUTCOMES}
        outcomes = of("dunning.dispatch", "outcome")
        states = of("dunning.notice", "state")
        states.pop("sent")
        return {
            "notice": states,
            "dispatch": of("dunning.dispatch", "state"),
            "call": {code: outcomes[code] for code in calls},
            "hold": kinds,
            "hold_end": {
                f"{kind} {state}": f"{label} – {end}"
                for kind, label in kinds.items()
                for state, end in ends.items()
            },
            "event": of("dunning.limitation.event", "kind"),
        }

    def action_open(self):
        """Open the record that the row tells of; of a document, its file."""
        self.ensure_one()
        self.check_access("read")
        if self.res_model == "ir.attachment":
            url = f"/web/content/{self.res_id}?download=true"
            return {"type": "ir.actions.act_url", "url": url, "target": "download"}
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


def _known_ids(domain):
    """Return the ids that a domain names, if it says nothing else; else None."""
    conditions = list(domain.iter_conditions())
    if conditions != [domain]:
        return None
    [only] = conditions
    if (only.field_expr, only.operator) != ("id", "in"):
        return None
    named = not isinstance(only.value, SQL | Query)
    return [id_ for id_ in only.value if id_] if named else None
