import re

from odoo import api, fields, models
from odoo.fields import Domain

COURT_KINDS = [
    ("commercial", "Tribunal de commerce"),
    ("economic", "Tribunal des activités économiques"),
    ("chamber", "Commercial chamber of the tribunal judiciaire"),
    ("judicial", "Tribunal judiciaire"),
    ("proximity", "Local chamber of the tribunal judiciaire"),
    ("administrative", "Administrative court"),
    ("foreign", "Court abroad"),
]
# A claim for one of these kinds may be, at some places, for another one (R6.4, R6.9)
STANDS_FOR = {"commercial": ("economic", "chamber", "commercial")}


class DunningCourt(models.Model):
    """A court and the places it serves; what is not known of it, a person adds."""

    _name = "dunning.court"
    _inherit = ["dunning.law.mixin"]
    _description = "Court"
    _order = "kind, name, id"

    name = fields.Char(required=True)
    kind = fields.Selection(COURT_KINDS, required=True)
    active = fields.Boolean(default=True)
    departments = fields.Char(
        help="Departments served, by comma, such as 67, 68. With a town as well, only "
        "that town is sure: the court may serve a part of its department."
    )
    city = fields.Char(string="Town", help="Its seat.")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", help="Address, telephone, registry."
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A court cannot close before it opens."
    )

    @api.model
    def _serving(self, kind, partner, day):
        """Return the courts known to hear a ``kind`` of claim where ``partner`` is.

        The town's own court first, then those of the department.

        :param kind: of ``tools.courts``; a commercial claim goes to an economic court
            or a commercial chamber where there is one
        """
        department = partner._dunning_department()
        if not department:
            return self.browse()
        kinds = STANDS_FOR.get(kind, (kind,))
        courts = self.search(
            self._in_force_domain(day)
            & Domain("kind", "in", kinds)
            & Domain("departments", "!=", False)
        )
        near = courts.filtered(lambda court: department in court._served())
        town = _plain(partner.city)
        return near.sorted(
            lambda court: (_plain(court.city) != town, kinds.index(court.kind))
        )

    def _surely_serves(self, partner):
        """Whether the address is within the court's area, as far as is known."""
        self.ensure_one()
        if partner._dunning_department() not in self._served():
            return False
        return not self.city or _plain(self.city) == _plain(partner.city)

    def _served(self):
        self.ensure_one()
        return {code.strip().upper() for code in (self.departments or "").split(",")}


def _plain(city):
    """Return a town's name as it compares: no accents of case, no CEDEX, no number."""
    text = re.sub(r"\bCEDEX\b.*|\d+", "", (city or "").upper())
    return re.sub(r"[\s\-']+", " ", text).strip()
