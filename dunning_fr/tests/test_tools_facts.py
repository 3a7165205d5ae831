"""Kind, policy, end of the term and limitation of one item, from plain facts."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.facts import Partner, Policy
from ..tools.limitation import Act
from .common_facts import DAY, facts, item

QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)
DUE = date(2022, 5, 3)
YEARS = {"professional": 5, "consumer": 2, "non_professional": 6, "public": 4}
PARTNERS = {
    1: Partner("professional", policy_id=21),
    2: Partner(),
    3: Partner("consumer"),
    4: Partner("public", "state"),
    5: Partner("public", "private_law"),
    6: Partner("public"),
    7: Partner("professional", "private_law"),
    8: Partner(None, "health"),
}
TERMS = {"state": 30, "health": 50}


def only(partner_id, due=DUE, **values):
    """Return (facts, item) of one item of that customer."""
    own = item(1, 100, due, partner_id=partner_id, **values)
    found = facts(
        [own],
        partners=PARTNERS,
        default_policies={"professional": 31, "consumer": 32, "public": 33},
        limitation_years=YEARS,
        term_days=TERMS,
    )
    return found, own


@tagged("post_install", "-at_install")
class TestWhoDecides(BaseCase):
    def test_kind_of_the_invoice_beats_the_customers(self):
        for name, partner_id, own, expected in (
            ("the customer's", 3, None, "consumer"),
            ("the invoice's", 3, "professional", "professional"),
            ("unknown", 2, None, None),
            ("unknown customer, known invoice", 2, "public", "public"),
        ):
            with self.subTest(name):
                known, line = only(partner_id, debtor_kind=own)
                self.assertEqual(known.kind(line), expected)

    def test_policy_of_the_invoice_then_the_customer_then_the_kind(self):
        for name, partner_id, values, expected in (
            ("invoice", 1, {"policy_id": 11}, 11),
            ("customer", 1, {}, 21),
            ("kind of the customer", 3, {}, 32),
            ("kind of the invoice", 3, {"debtor_kind": "public"}, 33),
            ("to qualify: the professional one", 2, {}, 31),
            ("no policy of that kind", 3, {"debtor_kind": "non_professional"}, None),
        ):
            with self.subTest(name):
                known, line = only(partner_id, **values)
                self.assertEqual(known.policy_id(line), expected)


@tagged("post_install", "-at_install")
class TestDue(BaseCase):
    start = date(2026, 5, 4)

    def due(self, partner_id, **values):
        known, line = only(partner_id, date(2026, 5, 20), **values)
        return known.due(line)

    def test_public_term_runs_from_its_own_day(self):
        """R3.2, R3.3; without start or type the item's own due date ends it."""
        start = {"term_start": self.start}
        own = date(2026, 5, 20)
        professional, public = (
            {"debtor_kind": "professional"},
            {"debtor_kind": "public"},
        )
        for name, partner_id, values, expected in (
            ("State, 30 days", 4, start, date(2026, 6, 3)),
            ("no start", 4, {}, own),
            ("no type of public buyer", 6, start, own),
            ("a type without its own term", 5, start, own),
            ("a professional has no such term", 1, start, own),
            ("nor one said private-law", 7, start, own),
            ("public, yet not for this invoice", 4, {**start, **professional}, own),
            ("public for this invoice", 8, {**start, **public}, date(2026, 6, 23)),
        ):
            with self.subTest(name):
                self.assertEqual(self.due(partner_id, **values), expected)

    def test_suspended_days_do_not_run(self):
        """R3.4; a suspension without end lasts until the day of the facts."""
        start = {"term_start": self.start}
        for name, values, days in (
            ("ten days", {"suspension_to": date(2026, 5, 29)}, 10),
            ("a day", {"suspension_to": date(2026, 5, 20)}, 1),
            ("while it lasts", {}, (DAY - date(2026, 5, 20)).days + 1),
        ):
            with self.subTest(name):
                due = self.due(4, **start, suspension_from=date(2026, 5, 20), **values)
                self.assertEqual(due, date(2026, 6, 3) + timedelta(days=days))

    def test_suspension_to_come_counts_from_its_first_day(self):
        """Announced for tomorrow within the term: one day, not a backward span."""
        tomorrow = DAY + timedelta(days=1)
        due = self.due(4, term_start=DAY, suspension_from=tomorrow)
        self.assertEqual(due, DAY + timedelta(days=31))


@tagged("post_install", "-at_install")
class TestLimitation(BaseCase):
    """R7.1 to R7.5, R7.14: the last useful day."""

    def test_by_kind(self):
        for name, partner_id, kind, expected in (
            ("professional, 5 years", 1, None, date(2027, 5, 3)),
            ("consumer, 2 years", 3, None, date(2024, 5, 3)),
            ("non-professional", 2, "non_professional", date(2028, 5, 3)),
            ("to qualify: as a professional", 2, None, date(2027, 5, 3)),
            ("public: to the end of the year", 4, None, date(2026, 12, 31)),
            ("R3.19: private-law body", 5, None, date(2027, 5, 3)),
            ("private-law type without public kind", 7, None, date(2027, 5, 3)),
            ("its consumer invoice", 7, "consumer", date(2024, 5, 3)),
            ("consumer invoice of a public body", 4, "consumer", date(2024, 5, 3)),
        ):
            with self.subTest(name):
                known, line = only(partner_id, debtor_kind=kind)
                self.assertEqual(known.limitation(line), expected)

    def test_counted_from_the_earliest_day_known(self):
        """R7.7: the service, else the invoice's date, never later than the due date."""
        early, later = date(2020, 5, 3), date(2021, 5, 3)
        for name, values, expected in (
            ("due date alone", {}, DUE),
            ("completed", {"completion": early, "invoice_date": later}, early),
            ("completed after the invoice", {"completion": later}, later),
            ("invoiced", {"invoice_date": later}, later),
            ("due before it was invoiced", {"invoice_date": DUE + timedelta(9)}, DUE),
            ("paid in advance", {"completion": DUE + timedelta(9)}, DUE),
        ):
            with self.subTest(name):
                known, line = only(1, **values)
                self.assertEqual(known.limitation_start(line), expected)
                years = expected.replace(year=expected.year + 5)
                self.assertEqual(known.limitation(line), years)

    def test_acknowledgements_count_where_the_company_says_so(self):
        """R7.10: what only may interrupt is no reason to wait."""
        known, line = only(1)
        act = Act("acknowledgement", date(2026, 1, 5))
        known.acts = {1: [(act, frozenset())]}
        self.assertEqual(known.limitation(line), date(2027, 5, 3))
        known.admitted = True
        self.assertEqual(known.limitation(line), date(2031, 1, 5))

    def test_an_act_counts_for_its_invoices_or_for_all(self):
        known, line = only(1)
        act = Act("court_action", date(2026, 1, 5))
        for moves, year in (((), 2031), ({1}, 2031), ({1, 2}, 2031), ({2}, 2027)):
            with self.subTest(moves=moves):
                known.acts = {1: [(act, frozenset(moves))]}
                self.assertEqual(known.limitation(line).year, year)

    def test_a_missing_figure_is_no_default(self):
        """R9.2 in spirit: no limitation is better than a guessed one."""
        known, line = only(4)
        known.limitation_years = {"professional": 5}
        with self.assertRaises(KeyError):
            known.limitation(line)

    @QUICK
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    def test_a_public_body_is_never_barred_before_four_full_years(self, due):
        """R7.5: from 1 January after, so four to five years."""
        known, line = only(4, due)
        last = known.limitation(line)
        self.assertEqual((last.month, last.day), (12, 31))
        self.assertTrue(4 * 365 <= (last - due).days <= 5 * 366)


@tagged("post_install", "-at_install")
class TestDefaults(BaseCase):
    def test_facts_say_nothing_by_default(self):
        """What was not gathered neither holds, nor pays, nor was sent."""
        known, _line = only(1)
        self.assertIs(known.by_person, False)
        self.assertIs(known.admitted, False)
        self.assertEqual(known.tolerance, Decimal(0))
        for name in (
            "holds",
            "past",
            "pending",
            "in_process",
            "paying_online",
            "collected",
        ):
            with self.subTest(name):
                self.assertFalse(getattr(known, name))
        self.assertFalse(any(Partner()), "a customer of whom nothing is known")
        self.assertEqual(Policy((), {}).pre_days, 0)
