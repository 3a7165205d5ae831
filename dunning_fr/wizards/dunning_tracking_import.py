from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.csv_table import Column, normalise

COLUMNS = (
    Column("reference", ("référence", "reference", "notre référence", "relance")),
    Column(
        "tracking_number",
        (
            "numéro de suivi",
            "numéro",
            "numéro de recommandé",
            "numéro lrar",
            "tracking number",
            "registered number",
        ),
    ),
    Column(
        "posted_date",
        (
            "date de dépôt",
            "déposé le",
            "déposée le",
            "posté le",
            "postée le",
            "date d'expédition",
            "date d'envoi",
            "posted on",
        ),
        "date",
    ),
    Column(
        "presented_date",
        ("date de présentation", "présenté le", "présentée le", "presented on"),
        "date",
    ),
    Column(
        "received_date",
        ("date de distribution", "distribué le", "reçu le", "handed over on"),
        "date",
    ),
    Column("outcome", ("statut", "état", "résultat", "status", "outcome")),
    Column("date", ("date du statut", "date", "status date"), "date"),
)
# normalised words of providers → our outcome
OUTCOMES = {
    "posted": "depose deposee poste postee prisencharge posted accepted",
    "presented": "presente presentee avise avisee presented",
    "received": "distribue distribuee recu recue remis remise livre received delivered",
    "refused": "refuse refusee refused",
    "unclaimed": "nonreclame nonreclamee unclaimed",
    "unknown": "npai inconnu destinataireinconnu adresseinconnue unknown",
}
WORDS = {word: code for code, words in OUTCOMES.items() for word in words.split()}
# where the day of a status alone belongs
DAY_OF = {
    "posted": "posted_date",
    "presented": "presented_date",
    "received": "received_date",
    "refused": "presented_date",
    "unclaimed": "presented_date",
}
LABELLED = ("tracking_number", "posted_date", "presented_date", "received_date")


def _number(text):
    return "".join((text or "").split()).upper()


class DunningTrackingImport(models.TransientModel):
    """Numbers, dates and outcomes of letters, from any postal provider's file.

    A line is found by our reference or, once known, by its registered number. What
    is recorded already is never overwritten by a file.
    """

    _name = "dunning.tracking.import"
    _inherit = ["dunning.import.mixin"]
    _description = "Import of tracking data"

    @api.model
    def _import_columns(self):
        return COLUMNS

    def _import_check_rights(self):
        self.env["dunning.notice"]._check_sender()

    # -------------------------------------------------------------------- judging

    def _import_judge(self, rows):
        by_name, by_number = self._letters(rows)
        twice = self._import_twice(rows, lambda v: (v.get("reference") or "").upper())
        same = self._import_twice(rows, lambda v: _number(v.get("tracking_number")))
        found, problems, known = [], [], 0
        for one in rows:
            line, values = one.line, one.values
            before = twice.get(line) or same.get(line)
            if before:
                text = self._import_texts()["twice"] % {"detail": before}
                problems.append(self._import_wrong(line, text, self._told(values)))
                continue
            notice, error = self._find(values, by_name, by_number)
            facts = {}
            if not error:
                facts, error = self._facts(notice, values)
            if error:
                problems.append(self._import_wrong(line, error, self._told(values)))
            elif facts:
                found.append((line, (notice, facts)))
            else:
                known += 1
        return found, problems, known

    @api.model
    def _told(self, values):
        return values.get("reference") or values.get("tracking_number") or ""

    def _letters(self, rows):
        """Return ({name: notice}, {number: notice}) of what the file may mean."""
        names = {(one.values.get("reference") or "").upper() for one in rows}
        numbers = {_number(one.values.get("tracking_number")) for one in rows}
        notices = self.env["dunning.notice"]
        notices.flush_model(["tracking_number"])
        ids = self.env.execute_query(
            SQL(
                """
                SELECT id FROM dunning_notice
                 WHERE company_id = %s AND tracking_number IS NOT NULL
                   AND upper(replace(tracking_number, ' ', '')) = ANY(%s)
                """,
                self.company_id.id,
                [number for number in numbers if number],
            )
        )
        # searched again, so that the rights of the person hold
        ours = [("company_id", "=", self.company_id.id)]
        named = notices.search([*ours, ("name", "in", [n for n in names if n])])
        numbered = notices.search([*ours, ("id", "in", [id_ for (id_,) in ids])])
        return (
            {notice.name: notice for notice in named},
            {_number(notice.tracking_number): notice for notice in numbered},
        )

    def _find(self, values, by_name, by_number):
        """Return (notice, None) or (None, what is wrong)."""
        reference = (values.get("reference") or "").upper()
        number = _number(values.get("tracking_number"))
        if not reference and not number:
            return None, self.env._(
                "Neither our reference nor a registered number: fill in one of them."
            )
        holder = by_number.get(number)
        if not reference:
            return holder, None if holder else self.env._(
                "No letter has this number: add the column “référence” with ours."
            )
        notice = by_name.get(reference)
        if not notice:
            return None, self.env._(
                "%s has no notice of this reference: it looks like REL/2026/000123.",
                self.company_id.name,
            )
        if holder and holder != notice:
            return None, self.env._("%s has this number already.", holder.name)
        return notice, None

    def _facts(self, notice, values):
        """Return (facts that are new, what is wrong)."""
        facts, error = self._stated(notice, values)
        if error:
            return {}, error
        back = facts.pop("_back", False)
        for name in LABELLED:
            now = notice[name]
            same = _number(now) if name == "tracking_number" and now else now
            new = facts.get(name)
            new = _number(new) if name == "tracking_number" else new
            if new and now and same != new:
                return {}, self._conflict(notice, name, now)
        news = {name: v for name, v in facts.items() if v and not notice[name]}
        try:
            if news:
                notice._check_delivery(news)
        except ValidationError as problem:
            return {}, problem.args[0]
        if back and notice.delivery_outcome != "failed":
            if not (news.get("posted_date") or notice.posted_date):
                return {}, self.env._("%s was not posted: enter its day.", notice.name)
            news["_back"] = True
        return news, None

    def _conflict(self, notice, name, now):
        label = notice._fields[name]._description_string(self.env)
        return self.env._(
            "%(notice)s already has “%(label)s”: %(value)s. If the file is right, "
            "correct the notice by hand.",
            notice=notice.name,
            label=label,
            value=notice._fact_text(now),
        )

    def _stated(self, notice, values):
        """Return (facts the line states, what is wrong)."""
        word = normalise(values.get("outcome") or "")
        outcome = WORDS.get(word)
        if word and not outcome:
            return {}, self.env._(
                "“%s” is not a known status: write déposé, présenté, distribué, "
                "refusé, non réclamé or inconnu.",
                values["outcome"],
            )
        facts = {name: values.get(name) for name in LABELLED if values.get(name)}
        day = values.get("date")
        if day and outcome in DAY_OF:
            facts.setdefault(DAY_OF[outcome], day)
        if outcome == "received" and not facts.get("received_date"):
            facts["received_date"] = facts.get("presented_date")
            if not facts["received_date"]:
                return {}, self._no_day(notice)
        if facts.get("received_date") and not notice.presented_date:
            facts.setdefault("presented_date", facts["received_date"])
        if outcome in ("refused", "unclaimed"):
            facts[outcome] = True
        if outcome == "refused" and not (
            facts.get("presented_date") or notice.presented_date
        ):
            return {}, self._no_day(notice)
        if outcome == "unknown":
            facts["_back"] = True
        return facts, None

    def _no_day(self, notice):
        return self.env._(
            "%s: its status has no day: fill in the column “date du statut”.",
            notice.name,
        )

    # ------------------------------------------------------------------- applying

    def _import_apply(self, found):
        facts = {notice: dict(news) for _line, (notice, news) in found}
        notices = self.env["dunning.notice"]
        back = [notice for notice, news in facts.items() if news.pop("_back", False)]
        notices._check_sender()
        notices._register_deliveries({n: news for n, news in facts.items() if news})
        if back:
            reason = self.env._("not known at this address")
            notices.concat(*back)._register_return(reason)
