"""The demo's data do what they promise, whatever the day."""

import csv
from datetime import date, timedelta

from stdnum.eu import vat as eu_vat
from stdnum.fr import siren, siret

from odoo.tests import BaseCase, tagged

from odoo.addons.dunning_fr.demo import customers, plans, scenario, story, summary
from odoo.addons.dunning_fr.demo.ledger import Ledger
from odoo.addons.dunning_fr.models.dunning_policy_defaults import DEFAULTS
from odoo.addons.dunning_fr.tools.deadlines import (
    is_working_day,
    letter_deadline,
    next_working_day,
)
from odoo.addons.dunning_fr.tools.escalation import (
    Level,
    Past,
    formal_expiry,
    next_step,
)

from .common import DunningCommon

TODAY = date(2026, 11, 22)
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(366)]


def levels_of(kind):
    return [
        Level(
            id=sequence,
            sequence=sequence,
            delay_days=delay,
            after_expiry=delay_from == "formal_notice_expiry",
            is_formal=sequence == 3,
            by_person_only=kind == "public" and sequence == 3,
        )
        for sequence, (delay, delay_from, *_rest) in enumerate(
            DEFAULTS[kind]["levels"], start=1
        )
    ]


def level_today(kind, due, today):
    """Return the level an item reaches in the run of ``today``, or None."""
    past, levels, days = Past(), levels_of(kind), DEFAULTS[kind]["deadline_days"]
    for day in [*scenario.run_days(today), today]:
        step = next_step(levels, past, due, day)
        if step.code != "ready":
            continue
        if day == today:
            return step.level.sequence
        expiry = past.formal_expiry
        if step.level.is_formal:
            posted = next_working_day(day + timedelta(days=1))
            presented = next_working_day(posted + timedelta(days=story.POST_DAYS))
            expiry = formal_expiry(
                letter_deadline(day, days, 5), presented, False, days
            )
        formal = past.formal_sent or step.level.is_formal
        past = Past(step.level.sequence, day, formal, expiry)
    return None


@tagged("post_install", "-at_install")
class TestScenario(BaseCase):
    def test_size(self):
        known = scenario.debtors()
        self.assertEqual(len(known), 60)
        self.assertTrue(240 <= len(scenario.invoices(TODAY)) <= 270)
        kinds = {debtor.kind for debtor in known.values()}
        self.assertEqual(kinds, {*DEFAULTS, ""})

    def test_same_day_same_invoices(self):
        self.assertEqual(scenario.invoices(TODAY), scenario.invoices(TODAY))

    def test_every_day_has_its_past(self):
        for today in YEAR[::30]:
            found = scenario.invoices(today)
            oldest = today - timedelta(days=scenario.HISTORY_DAYS + 90)
            self.assertTrue(all(oldest <= i.date <= today for i in found))

    def test_money_follows_the_invoice(self):
        for invoice in scenario.invoices(TODAY):
            events = [r.date for r in invoice.receipts]
            events += [invoice.credit.date] if invoice.credit else []
            self.assertTrue(all(day >= invoice.date for day in events), invoice)

    def test_known_customers_only(self):
        known = scenario.debtors()
        for invoice in scenario.invoices(TODAY):
            self.assertIn(invoice.debtor, known)
        named = {key for _day, key, _values in story.HOLDS} | {
            story.ARCHIVED[1],
            story.UNALLOCATED[1],
            story.FORMAL_BY_PERSON[1],
            story.NOT_PRESENTED,
            story.UNCLAIMED,
            *(key for _offset, key, *_rest in plans.PLANS),
            plans.MISSED[1],
            plans.PRESENTED[1],
            *customers.NO_EMAIL,
            *customers.CONTRACT_RATES,
        }
        self.assertEqual(named - set(known), set())

    def test_runs_are_weekly_working_days(self):
        for today in YEAR:
            days = scenario.run_days(today)
            self.assertTrue(all(map(is_working_day, days)))
            gaps = [b - a for a, b in zip(days, [*days[1:], today], strict=True)]
            self.assertTrue(
                all(timedelta(days=3) <= gap <= timedelta(days=12) for gap in gaps)
            )

    def test_invented_numbers_pass_their_checks(self):
        for debtor in scenario.debtors().values():
            if debtor.number.isdigit():
                self.assertTrue(siren.is_valid(scenario.siren(debtor.number)))
                self.assertTrue(siret.is_valid(scenario.siret(debtor.number)))
                self.assertTrue(eu_vat.is_valid(scenario.vat(debtor.number)))
                public = debtor.number[0] in "12"
                self.assertEqual(public, debtor.kind == "public", debtor.name)
            self.assertTrue(customers.email(debtor).endswith(".example"))


@tagged("post_install", "-at_install")
class TestEveryLevelEveryDay(BaseCase):
    """Levels 1 to 4 appear in the last run, weekends and holidays or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = scenario.debtors()
        with (scenario.FOLDER / "receivables.csv").open(encoding="utf-8") as file:
            cls.rows = list(csv.DictReader(file))
        held = {key for _day, key, _values in story.HOLDS}
        held |= {key for _offset, key, *_rest in plans.PLANS}
        cls.rows = [row for row in cls.rows if row["key"] not in held]

    def levels_on(self, today, kind):
        dues = {
            int(row["due"]) for row in self.rows if self.known[row["key"]].kind == kind
        }
        return {level_today(kind, today + timedelta(days=due), today) for due in dues}

    def test_professional(self):
        for today in YEAR:
            self.assertLessEqual(
                {1, 2, 3, 4}, self.levels_on(today, "professional"), today
            )

    def test_consumer(self):
        for today in YEAR:
            self.assertLessEqual({1, 2, 3, 4}, self.levels_on(today, "consumer"), today)

    def test_public(self):
        for today in YEAR:
            self.assertLessEqual({1, 2}, self.levels_on(today, "public"), today)


@tagged("post_install", "-at_install")
class TestSummary(BaseCase):
    def test_both_languages_say_the_same_things(self):
        english, french = summary.WORDS["en"], summary.WORDS["fr"]
        self.assertEqual(english.keys(), french.keys())
        for key in ("kinds", "states"):
            self.assertEqual(english[key].keys(), french[key].keys())

    def test_long_names_are_cut(self):
        self.assertEqual(summary._short("abcdef", 4), "abc…")
        self.assertEqual(summary._short("abcd", 4), "abcd")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLedger(DunningCommon):
    """A few customers of the scenario, in real books."""

    def test_books(self):
        keys = {"brasserie", "ambulances", "hartwell", "saintverny", "tassin"}
        chosen = [i for i in scenario.invoices(TODAY) if i.debtor in keys]
        self.env["res.currency"].search(
            [("name", "in", ("GBP", "CHF")), ("active", "=", False)]
        ).active = True
        self.env["product.product"].create(
            [{"name": f"P{n}", "default_code": f"AV{n:02d}"} for n in range(3)]
        )
        partners = customers.create(self.env, self.env.user)
        ledger = Ledger(self.env, partners, chosen)
        ledger.book_until(TODAY - timedelta(days=60))
        ledger.book_until(TODAY)

        self.assertEqual(set(ledger.moves), set(chosen))
        self.assertEqual(set(m.state for m in ledger.moves.values()), {"posted"})
        for invoice, move in ledger.moves.items():
            paid_in_full = any(
                not r.amount and not r.share and r.date <= TODAY
                for r in invoice.receipts
            )
            self.assertEqual(paid_in_full, not ledger.receivable(move), move.name)
            self.assertEqual(move.invoice_date, invoice.date)
        part_paid = next(i for i in chosen if i.order == "F-4471")
        move = ledger.moves[part_paid]
        self.assertAlmostEqual(move.amount_total - move.amount_residual, 1500)
        plan = next(i for i in chosen if i.instalments)
        self.assertEqual(len(ledger.receivable(ledger.moves[plan])), 2)
        public = next(i for i in chosen if i.debtor == "saintverny")
        self.assertEqual(ledger.moves[public].dunning_term_start, public.date)
