from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class DunningParameter(models.Model):
    """One figure of the law, with the time it holds and where it is written."""

    _name = "dunning.parameter"
    _description = "Figure of the law"
    _inherit = ["mail.thread"]
    _order = "key, date_from desc nulls last, id"
    _rec_name = "key"

    key = fields.Char(required=True, index=True, help="Name used by the computations.")
    name = fields.Char(string="Meaning", required=True, translate=True)
    value = fields.Float(digits=(16, 4), required=True, tracking=True)
    date_from = fields.Date(
        string="Valid from", tracking=True, help="Included; empty: since ever."
    )
    date_to = fields.Date(
        string="Valid to", tracking=True, help="Included; empty: until further notice."
    )
    reference = fields.Char(help="Article of law, or rule of the house.")
    source_url = fields.Char(string="Source")
    checked_on = fields.Date(help="Day somebody compared the value with the source.")
    to_verify = fields.Text(
        string="To verify", translate=True, help="Empty when nothing is left to check."
    )

    _key_date_unique = models.UniqueIndex(
        "(key, COALESCE(date_from, '-infinity'::date))",
        "This figure already has a value from that day on.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A figure cannot end before it begins."
    )

    @api.constrains("key", "date_from", "date_to")
    def _check_no_overlap(self):
        rows = self.search([("key", "in", self.mapped("key"))])
        for same in rows.grouped("key").values():
            in_order = same.sorted(lambda row: row.date_from or date.min)
            for previous, current in zip(in_order, in_order[1:], strict=False):
                end = previous.date_to or date.max
                if end >= (current.date_from or date.min):
                    raise ValidationError(
                        self.env._(
                            "%(key)s has two values on the same day: end the one from "
                            "%(first)s before %(second)s.",
                            key=current.key,
                            first=previous._from_text(),
                            second=current._from_text(),
                        )
                    )

    @api.depends("key", "date_from")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.key} ({row._from_text()})"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if not {"key", "value", "date_from", "date_to"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _from_text(self):
        self.ensure_one()
        if not self.date_from:
            return self.env._("the beginning")
        return format_date(self.env, self.date_from)

    @api.model
    @tools.ormcache()
    def _timelines(self):
        """Return {key: ((first day, last day, value), …)} of all figures."""
        # sudo: figures of the law are no secret, and claims are read by many
        # pylint: disable=no-search-all  # some forty rows, cached
        rows = self.sudo().search_read([], ["key", "value", "date_from", "date_to"])
        timelines = {}
        for row in rows:
            first, last = row["date_from"] or date.min, row["date_to"] or date.max
            timelines.setdefault(row["key"], []).append((first, last, row["value"]))
        return {key: tuple(sorted(spans)) for key, spans in timelines.items()}

    @api.model
    def _find(self, key, day):
        """Return the value of a figure on a day, or None when there is none."""
        if not day:
            return None
        for first, last, value in self._timelines().get(key, ()):
            if first <= day <= last:
                return value
        return None

    @api.model
    def _get(self, key, day):
        """Return the value of a figure on a day; a clear error when there is none."""
        value = self._find(key, day)
        if value is None:
            raise self._missing(key, day)
        return value

    @api.model
    def _get_reference(self, key, day):
        """Return where a figure is written on a day; a clear error when it is not."""
        # sudo: figures of the law are no secret, and letters are read by many
        row = self.sudo().search_fetch(
            Domain("key", "=", key)
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", day))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day)),
            ["reference"],
            limit=1,
        )
        if not row.reference:
            raise self._missing(key, day)
        return row.reference

    @api.model
    def _missing(self, key, day):
        """Return the error that says which figure lacks, and where it is entered."""
        return UserError(
            self.env._(
                "The figure %(key)s has no value on %(day)s. Enter it in Dunning > "
                "Configuration > Figures of the law.",
                key=key,
                day=format_date(self.env, day),
            )
        )

    @api.model
    def _get_family(self, prefix, day):
        """Return {last part of the key: value} of ``prefix.…`` on a day."""
        start = f"{prefix}."
        found = {
            key.removeprefix(start): self._find(key, day)
            for key in self._timelines()
            if key.startswith(start)
        }
        return {key: value for key, value in found.items() if value is not None}
