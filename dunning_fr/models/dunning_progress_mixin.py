from odoo import api, fields, models
from odoo.fields import Domain, parse_field_expr
from odoo.tools import SQL

from .dunning_list_mixin import COMPARISONS, Once

# Who may know how a customer pays: neither the customer nor every colleague.
ACCOUNTING = "account.group_account_invoice,account.group_account_readonly"
# Between these numbers of ids found, each record is looked up among them. More would
# not fit in the memory of a list, and PostgreSQL would go through them for each record.
FEW, MANY = 5_000, 400_000


class DunningProgressMixin(models.AbstractModel):
    """How far dunning has come, on invoices and customers: read, never stored.

    Storing it would rewrite thousands of posted invoices at each run. The fields
    are computed for the records on screen, and searched, sorted and grouped by
    through one joined query over the open items.
    """

    _name = "dunning.progress.mixin"
    _inherit = "dunning.list.mixin"
    _description = "Dunning level and next date"

    # Column of the journal items that leads to the record
    _dunning_owner = "move_id"
    _dunning_queries = {"dunning_level": "_levels", "dunning_next_date": "_next_dates"}

    dunning_level = fields.Integer(
        string="Dunning level",
        compute="_compute_dunning_level",
        search="_search_dunning_level",
        aggregator=None,
        groups=ACCOUNTING,
        help="Highest level sent for what is still open, 0 to 4.",
    )
    dunning_next_date = fields.Date(
        string="Next reminder",
        compute="_compute_dunning_next_date",
        search="_search_dunning_next_date",
        groups=ACCOUNTING,
        help="Day from which the next level may leave for the overdue items, as far as "
        "dates and holds decide; empty when nothing will leave by itself. The run also "
        "weighs amounts and open credits.",
    )

    def _compute_dunning_level(self):
        self._read_dunning("dunning_level", 0)

    def _search_dunning_level(self, operator, value):
        return self._search_dunning("dunning_level", operator, value)

    def _compute_dunning_next_date(self):
        self._read_dunning("dunning_next_date", False)

    def _search_dunning_next_date(self, operator, value):
        return self._search_dunning("dunning_next_date", operator, value)

    def _dunning_companies(self):
        """Return the companies whose items count for the records of ``self``."""
        return self.env.company

    def _read_dunning(self, name, empty):
        """Fill the field ``name`` of ``self`` in one query."""
        values = {}
        ids = self._origin.ids
        if ids:
            owner = SQL.identifier("line", self._dunning_owner)
            scope = SQL("%s = ANY(%s)", owner, ids)
            values = dict(self.env.execute_query(self._dunning_query(name, scope)))
        for record in self:
            record[name] = values.get(record._origin.id, empty)

    def _dunning_query(self, name, scope=None):
        build = getattr(self.env["dunning.schedule"], self._dunning_queries[name])
        return build(self._dunning_owner, self._dunning_companies(), scope)

    @api.model
    def _search_dunning(self, name, operator, value):
        def to_sql(model, alias, query):
            found = model._dunning_found(name, operator, value)
            if found:
                return model._dunning_joined(alias, query, name, found)
            field = model._fields[name]
            return field.condition_to_sql(name, operator, value, model, alias, query)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _dunning_joined(self, alias, query, name, found):
        """Return the condition that a record is among those ``found``.

        A few are joined: PostgreSQL knows how many they are, and looks them up. Of many
        it is asked whether each record is among them, in the list's own order: a page
        is full after the first hundreds.
        """
        number = found.count(",") + 1
        if FEW < number <= MANY:
            return SQL(
                "(%s IN (SELECT unnest(%s::int[]))) IS TRUE",
                SQL.identifier(alias, "id"),
                found,
            )
        joined = query.make_alias(alias, f"{name}_{len(query._joins)}")
        own = SQL.identifier(joined, "id")
        query.add_join(
            "LEFT JOIN",
            joined,
            SQL("(SELECT DISTINCT id FROM unnest(%s::int[]) AS found (id))", found),
            SQL("%s = %s", own, SQL.identifier(alias, "id")),
        )
        return SQL("%s IS NOT NULL", own)

    @api.model
    def _dunning_found(self, name, operator, value):
        """Return the ids of a filter as PostgreSQL's text of an array.

        None outside of a list, where nobody asks twice; for conditions that records
        without any open item may satisfy; and for limitation dates, of which a filter
        names two ends: one join serves both.
        """
        if name == "dunning_next_date":
            inner = value and operator in ("<", "<=", ">", ">=")
        else:
            inner = name == "dunning_level" and operator == ">" and value >= 0
        if not inner or Once.of(self.env) is None:
            return None

        def read():
            Once.give_room(self.env)
            found = SQL(
                "SELECT COALESCE(array_agg(owner_id), '{}')::text FROM (%s) item"
                " WHERE value %s %s",
                self.browse()._dunning_items_query(name, operator),
                COMPARISONS[operator],
                value,
            )
            return self.env.execute_query(found)[0][0]

        return Once.ask(self.env, (self._name, name, operator, value), read)

    def _dunning_items_query(self, name, operator):
        """Return the SQL of (owner_id, value) that a filter compares.

        The first of an invoice's dates is on or before a day if any of them is: its
        few items need not be put together for that.
        """
        if name != "dunning_next_date" or operator not in ("<", "<="):
            return self._dunning_query(name)
        if self._dunning_owner != "move_id":
            return self._dunning_query(name)
        schedule = self.env["dunning.schedule"]
        return schedule._item_next_dates(self._dunning_owner, self._dunning_companies())

    def _field_to_sql(self, alias, field_expr, query=None):
        name, part = parse_field_expr(field_expr)
        if name not in self._dunning_queries:
            return super()._field_to_sql(alias, field_expr, query)
        joined = query.make_alias(alias, name)
        if joined not in query._joins:
            Once.give_room(self.env)
            known = self.browse()._dunning_query(name)
            if name == "dunning_level":
                # each parallel worker would read all of them; next dates are apart
                # already, and conditions on limitation dates are met inside
                known = SQL(
                    "WITH known AS MATERIALIZED (%s) SELECT * FROM known", known
                )
            query.add_join(
                "LEFT JOIN",
                joined,
                SQL("(%s)", known),
                SQL(
                    "%s = %s",
                    SQL.identifier(joined, "owner_id"),
                    SQL.identifier(alias, "id"),
                ),
            )
        value = SQL.identifier(joined, "value")
        if self._fields[name].type == "integer":
            value = SQL("COALESCE(%s, 0)", value)
        if part:
            value = self._fields[name].property_to_sql(value, part, self, alias, query)
        return value
