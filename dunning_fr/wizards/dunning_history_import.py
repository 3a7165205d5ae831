from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..models.dunning_opening_level import Opening
from ..tools.csv_table import Column
from ..tools.escalation import formal_expiry

FORMAL_DAYS = ("posted", "presented")
FORMAL_LEVEL, LAST_LEVEL = 3, 4  # from level 3 with the days of the formal notice

COLUMNS = (
    Column(
        "invoice",
        ("facture", "numéro de facture", "n° facture", "pièce", "invoice number"),
        required=True,
    ),
    Column(
        "level",
        ("niveau", "niveau de relance", "dunning level"),
        "number",
        required=True,
    ),
    Column(
        "date",
        ("date de relance", "date de dernière relance", "relancé le", "reminded on"),
        "date",
        required=True,
    ),
    Column("due_date", ("échéance", "date d'échéance", "due date"), "date"),
    Column("channel", ("canal", "mode d'envoi", "moyen")),
    Column(
        "tracking_number",
        ("numéro de recommandé", "numéro de suivi", "registered number"),
    ),
    Column(
        "posted",
        (
            "mise en demeure déposée le",
            "mise en demeure postée le",
            "formal notice posted on",
        ),
        "date",
    ),
    Column(
        "presented",
        ("mise en demeure présentée le", "formal notice presented on"),
        "date",
    ),
)


class DunningHistoryImport(models.TransientModel):
    """Where each invoice stood in the program used before, from its file.

    Each open item of an invoice takes the level and the day of its last reminder;
    a line with a due date speaks of that instalment alone. Levels 3 and 4 come with
    the day their formal notice was posted, and presented where that is known: a level
    after it counts from its expiry (R5.13).
    """

    _name = "dunning.history.import"
    _inherit = ["dunning.import.mixin"]
    _description = "Import of earlier reminders"

    reason = fields.Char(
        string="Origin",
        help="Who sent these reminders, with which program. Kept with each level.",
    )

    @api.model
    def _import_columns(self):
        return COLUMNS

    def _import_check_rights(self):
        if not self.env.user.has_group("dunning_fr.group_dunning_manager"):
            raise AccessError(self.env._("Only a dunning manager sets opening levels."))
        if not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "Say where these reminders come from: who sent them, with which "
                    "program?"
                )
            )

    # -------------------------------------------------------------------- judging

    def _import_judge(self, rows):
        items = self.env["account.move.line"]._dunning_items(self.company_id)
        open_items = self._by_number(item for item in items if item.residual > 0)
        key_of = self.env["account.move.line"]._dunning_document_key
        keys = {
            item.id: key_of(item) for found in open_items.values() for item in found
        }
        named = {self._name_of(one.values["invoice"]) for one in rows}
        known = self._known(keys.values())
        states = self._states(named - set(open_items))
        twice = self._import_twice(
            rows, lambda v: (self._name_of(v["invoice"]), v.get("due_date"))
        )
        days = self._formal_days()
        found, problems, already = [], [], 0
        for one in rows:
            chosen, error = self._choose(one, open_items, states, twice)
            openings = [] if error else self._openings(one.values, chosen, keys, days)
            news = [opening for opening in openings if opening.key not in known]
            error = error or self._conflict(openings, known)
            if error:
                problems.append(
                    self._import_wrong(one.line, error, one.values["invoice"])
                )
            elif news:
                found.append((one.line, news))
            else:
                already += 1
        return found, problems, already

    @api.model
    def _name_of(self, text):
        return " ".join(text.split()).upper()

    def _by_number(self, items):
        found = defaultdict(list)
        for item in items:
            found[self._name_of(item.move_name)].append(item)
        return dict(found)

    def _known(self, keys):
        """Return {document key: (level, day, who)} of what was reminded already."""
        keys = list(keys)
        self.env["dunning.item"].flush_model()
        self.env["dunning.opening.level"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document_key, level, last_date, FALSE FROM dunning_item
                 WHERE company_id = %(company)s AND document_key = ANY(%(keys)s)
                 UNION ALL
                SELECT document_key, sequence, date, TRUE FROM dunning_opening_level
                 WHERE company_id = %(company)s AND document_key = ANY(%(keys)s)
                """,
                company=self.company_id.id,
                keys=keys,
            )
        )
        return {key: tuple(row) for key, *row in rows}

    def _states(self, names):
        """Return {number: "paid" or "draft"} of invoices without an open item."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT upper(name), state FROM account_move
                 WHERE company_id = %s AND upper(name) = ANY(%s)
                """,
                self.company_id.id,
                list(names),
            )
        )
        return dict(rows)

    def _choose(self, one, open_items, states, twice):
        """Return (items the line speaks of, what is wrong)."""
        values = one.values
        name, due = self._name_of(values["invoice"]), values.get("due_date")
        if one.line in twice:
            return [], self._import_texts()["twice"] % {"detail": twice[one.line]}
        error = self._wrong_value(values)
        if error:
            return [], error
        items = open_items.get(name)
        if not items:
            return [], self._no_item(states.get(name))
        chosen = [item for item in items if not due or item.date_maturity == due]
        if not chosen:
            return [], self.env._(
                "Nothing of this invoice is due on %s: leave the due date empty to "
                "take all its instalments.",
                format_date(self.env, due),
            )
        lacking = [item for item in chosen if not item.date_maturity]
        if lacking:
            return [], self.env._("This item has no due date: enter one first.")
        if len({item.partner_id for item in chosen}) > 1:
            return [], self.env._(
                "Several customers have a document of this number: it cannot be told "
                "which one is meant."
            )
        began = min(item.invoice_date or item.date for item in chosen)
        if min(values["date"], values.get("posted") or values["date"]) < began:
            return [], self.env._(
                "Reminded before the invoice was made (%s): correct the date.",
                format_date(self.env, began),
            )
        return chosen, None

    def _wrong_value(self, values):
        if not 1 <= values["level"] <= LAST_LEVEL:
            return self.env._(
                "Level %s: write 1 to 4, and leave out what was never reminded.",
                values["level"],
            )
        days = [values[name] for name in ("date", *FORMAL_DAYS) if values.get(name)]
        if max(days) > self.company_id._dunning_today():
            return self.env._("The day is in the future: correct the date.")
        return self._wrong_formal(values)

    def _wrong_formal(self, values):
        """Say what is wrong with the days of a formal notice."""
        posted, presented = (values.get(name) for name in FORMAL_DAYS)
        if values["level"] < FORMAL_LEVEL:
            return (posted or presented) and self.env._(
                "Level %s comes before the formal notice: leave its days empty, or "
                "write 3.",
                values["level"],
            )
        if not posted:
            return self.env._(
                "Level %s: enter the day the formal notice was posted. Without it "
                "write 2: the next notice is the formal one.",
                values["level"],
            )
        if presented and presented < posted:
            return self.env._("The formal notice is presented before it was posted.")
        if (
            posted > values["date"]
            or (presented or posted) > values["date"]
            and (values["level"] > FORMAL_LEVEL)
        ):
            return self.env._(
                "The last reminder is before the formal notice: correct its date."
            )
        return None

    def _no_item(self, state):
        if state == "posted":
            return self.env._("This invoice is paid: leave the line out.")
        if state == "draft":
            return self.env._("This invoice is a draft: post it first.")
        return self.env._(
            "No invoice of %s has this number: write it as Odoo shows it.",
            self.company_id.name,
        )

    def _formal_days(self):
        """Return the longest time that the company's formal notices give.

        How long the other program's letter gave nobody reads here; nothing begins too
        early.
        """
        formal = [
            ("company_id", "=", self.company_id.id),
            ("is_formal_notice", "=", True),
        ]
        levels = self.env["dunning.level"].search(formal)
        if levels:
            return max(levels.mapped("deadline_days"))
        figure = self.env["dunning.parameter"]._get
        day = self.company_id._dunning_today()
        return int(figure("fr.default_deadline_days.professional", day))

    @api.model
    def _openings(self, values, items, keys, days):
        posted, presented = (values.get(name) or None for name in FORMAL_DAYS)
        expiry = formal_expiry(presented, presented, False, days)
        return [
            Opening(
                item,
                keys[item.id],
                values["level"],
                values["date"],
                values.get("channel") or "",
                values.get("tracking_number") or "",
                posted,
                presented,
                expiry,
            )
            for item in items
        ]

    def _conflict(self, openings, known):
        """Say where the file and what is known already do not agree."""
        for opening in openings:
            level, day, is_opening = known.get(opening.key, (None, None, False))
            if level is None or (level, day) == (opening.level, opening.date):
                continue
            if is_opening:
                return self.env._(
                    "It has the opening level %(level)s of %(day)s already: delete "
                    "that one first.",
                    level=level,
                    day=format_date(self.env, day),
                )
            return self.env._(
                "Level %(level)s was sent from here on %(day)s: leave the line out.",
                level=level,
                day=format_date(self.env, day),
            )
        return None

    # ------------------------------------------------------------------- applying

    def _import_apply(self, found):
        rows = [opening for _line, openings in found for opening in openings]
        self.env["dunning.opening.level"]._insert_opening(
            self.company_id, rows, self.reason.strip()
        )
