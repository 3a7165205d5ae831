from datetime import timedelta

from odoo import api, fields, models, tools

from ..tools.deadlines import (
    next_semester_start,
    semester_label,
    semester_start,
)
from ..tools.rates import RateTable

RATES = ("ecb_rate", "legal_rate", "legal_rate_individual")


class DunningRate(models.Model):
    """Published rates of one semester: dated data, never constants (R9.2)."""

    _name = "dunning.rate"
    _description = "Late-payment rates of a semester"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc"
    _rec_name = "semester"

    date_from = fields.Date(
        string="From",
        required=True,
        help="First day of the semester: 1 January or 1 July (R1.4).",
    )
    semester = fields.Char(compute="_compute_semester")
    ecb_rate = fields.Float(
        string="ECB rate",
        digits=(6, 3),
        required=True,
        tracking=True,
        help="Rate of the ECB's main refinancing operations in force on the first day "
        "of the semester, percent a year.",
    )
    legal_rate = fields.Float(
        string="Legal rate",
        digits=(6, 3),
        required=True,
        tracking=True,
        help="Legal interest rate, column “all other cases”: that of every creditor in "
        "business, whoever the debtor is (R2.4).",
    )
    legal_rate_individual = fields.Float(
        string="Legal rate, individual creditor",
        digits=(6, 3),
        required=True,
        tracking=True,
        help="Column of creditors who are private persons; never used by a company, "
        "kept to check the other column against the decree (R2.4).",
    )
    statutory_rate = fields.Float(
        string="Between professionals",
        digits=(6, 3),
        compute="_compute_derived",
        help="ECB rate plus the statutory margin (R1.3).",
    )
    public_rate = fields.Float(
        string="Public buyers",
        digits=(6, 3),
        compute="_compute_derived",
        help="For interest that starts in this semester (R3.6).",
    )
    floor_rate = fields.Float(
        string="Contract floor",
        digits=(6, 3),
        compute="_compute_derived",
        help="Lowest rate a contract between professionals may set (R1.5).",
    )
    reference = fields.Char(help="Decree that sets the legal rate, as in the gazette.")
    source_url = fields.Char(string="Source")
    checked_on = fields.Date(help="Day somebody compared the values with the source.")
    to_verify = fields.Text(
        string="To verify", translate=True, help="Empty when nothing is left to check."
    )

    _date_from_unique = models.Constraint(
        "UNIQUE (date_from)", "The rates of this semester are already entered."
    )
    _date_from_semester = models.Constraint(
        "CHECK (EXTRACT(DAY FROM date_from) = 1"
        " AND EXTRACT(MONTH FROM date_from) IN (1, 7))",
        "Rates are those of a semester: they start on 1 January or 1 July.",
    )
    _rates_possible = models.Constraint(
        "CHECK (ecb_rate >= 0 AND legal_rate > 0 AND legal_rate_individual > 0)",
        "The ECB rate cannot be negative and both legal rates must be filled in.",
    )

    @api.depends("date_from")
    def _compute_semester(self):
        for rate in self:
            rate.semester = rate.date_from and semester_label(rate.date_from)

    @api.depends("date_from", "ecb_rate", "legal_rate")
    def _compute_derived(self):
        parameter = self.env["dunning.parameter"]
        for rate in self:
            day = rate.date_from
            margin = parameter._find("fr.b2b_margin", day)
            public_margin = parameter._find("fr.public_margin", day)
            multiplier = parameter._find("fr.floor_multiplier", day)
            rate.statutory_rate = margin and rate.ecb_rate + margin
            rate.public_rate = public_margin and rate.ecb_rate + public_margin
            rate.floor_rate = multiplier and rate.legal_rate * multiplier

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        self.env.registry.clear_cache()
        rates._close_requests()
        return rates

    def write(self, vals):
        result = super().write(vals)
        if "date_from" in vals or not set(RATES).isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        # a deletion is not refused: a day without rates stops its claim by itself
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _rate_table(self):
        """Return all published rates as a ``tools.rates.RateTable``."""
        # sudo: published rates are no secret, and claims are read by many
        # pylint: disable=no-search-all  # two rows a year
        rows = self.sudo().search_read([], ["date_from", *RATES], order="date_from")
        return RateTable(
            (row["date_from"], *(round(row[name], 3) for name in RATES)) for row in rows
        )

    @api.model
    def _missing_rate_message(self, semester):
        """Say which semester lacks its rates and where to enter them (R9.2)."""
        return self.env._(
            "The late-payment rates of %(semester)s are missing. Enter them in "
            "Dunning > Configuration > Rates; no interest is computed without them.",
            semester=semester,
        )

    # -- new semester ---------------------------------------------------------
    @api.model
    def _missing_semesters(self, today):
        """Return names of the semesters to enter: gaps, and up to today's (R9.3)."""
        table = self._rate_table()
        missing = list(table.gaps)
        current = semester_start(today)
        day = semester_start(table.first_day or today)
        if table.last_day:
            day = table.last_day + timedelta(days=1)
        while day <= current:
            missing.append(semester_label(day))
            day = next_semester_start(day)
        return missing

    @api.model
    def _cron_ask_rates(self):
        """Ask managers for missing rates, from the second day of a semester."""
        self._ask_rates(self.env.company._dunning_today())

    @api.model
    def _ask_rates(self, today):
        """Schedule one activity for each manager; do nothing when it is there."""
        missing = self._missing_semesters(today)
        anchor = self.search([], limit=1)
        if not missing or not anchor or today == semester_start(today):
            return self.env["mail.activity"]
        activities = self.env["mail.activity"]
        for user in self._managers() - self._requests().user_id:
            translated = anchor.with_context(lang=user.lang)
            activities += translated.activity_schedule(
                "dunning_fr.mail_activity_rates",
                date_deadline=today,
                user_id=user.id,
                **translated._prepare_request_values(missing),
            )
        return activities

    def _prepare_request_values(self, missing):
        return {
            "summary": self.env._(
                "Enter the late-payment rates of %(semesters)s",
                semesters=", ".join(missing),
            ),
            "note": self.env._(
                "ECB rate in force on the first day of the semester, and both columns "
                "of the legal rate from the decree in the Journal officiel. No "
                "late-payment interest of that semester is computed without them."
            ),
        }

    @api.model
    def _managers(self):
        group = self.env.ref("dunning_fr.group_dunning_manager")
        return group.all_user_ids.filtered(lambda user: user.active and not user.share)

    @api.model
    def _requests(self):
        """Return the activities that ask for rates."""
        activities = self.env["mail.activity"].sudo()  # they are other managers'
        kind = self.env.ref("dunning_fr.mail_activity_rates", raise_if_not_found=False)
        if not kind:  # the add-on is being installed
            return activities
        return activities.search(
            [("res_model", "=", self._name), ("activity_type_id", "=", kind.id)]
        )

    def _close_requests(self):
        """Drop the requests once the rates they ask for are entered."""
        requests = self._requests()
        if requests and not self._missing_semesters(self.env.company._dunning_today()):
            requests.unlink()
