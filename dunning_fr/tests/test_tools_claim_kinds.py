"""Which law a debtor's kind calls for, checked by another way of counting."""

from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.claim import Claims, Debt, Options
from ..tools.interest import RateTable

AS_OF = date(2026, 11, 22)
RATES = {  # ECB, legal, legal of an individual creditor: law-fr.md, section 9
    (2023, 2): ("4.00", "4.22", "6.82"),
    (2024, 1): ("4.50", "5.07", "8.01"),
    (2024, 2): ("4.25", "4.92", "8.16"),
    (2025, 1): ("3.15", "3.71", "7.21"),
    (2025, 2): ("2.15", "2.76", "6.65"),
    (2026, 1): ("2.15", "2.62", "6.67"),
    (2026, 2): ("2.40", "2.75", "6.84"),
}
TABLE = RateTable(
    [
        (date(year, 1 if half == 1 else 7, 1), *row)
        for (year, half), row in RATES.items()
    ]
)
FIGURES = {
    "fr.b2b_margin": 10,
    "fr.public_margin": 8,
    "fr.floor_multiplier": 3,
    "fr.public_term_days.state": 30,
    "fr.public_term_days.health": 50,
}


def figure(key, _day):
    return FIGURES[key]


def claims(*debts, as_of=AS_OF, figure=figure, **options):
    return Claims(TABLE, figure, Options(**options), as_of).of(debts)


def debt(kind="professional", amount=1_000_000, due=date(2026, 7, 31), **values):
    return Debt(
        values.pop("id", 1), values.pop("document", "a"), kind, amount, due, **values
    )


def claim(*args, as_of=AS_OF, options=None, **values):
    return claims(debt(*args, **values), as_of=as_of, **(options or {}))[1]


def published(day):
    """Return (ECB, legal) rates of the semester of ``day``."""
    ecb, legal, _individual = RATES[day.year, 1 if day.month < 7 else 2]
    return Decimal(ecb), Decimal(legal)


def slow_interest(kind, amount, due, paid, as_of, basis, contract=None, presented=None):
    """Sum the interest one day at a time, in plain Decimal, as the law reads."""
    total, day = Decimal(0), due + timedelta(days=1)
    first_day = day
    if kind in ("consumer", "non_professional"):
        if presented is None:
            return total
        first_day = max(day, presented + timedelta(days=1))
    while day <= as_of:
        ecb, legal = published(day)
        if kind == "professional":
            rate = ecb + 10  # R1.3
            if contract and Decimal(contract) >= 3 * legal:  # R1.5, R1.8
                rate = Decimal(contract)
        elif kind == "public":
            rate = published(due + timedelta(days=1))[0] + 8  # R3.6
        else:
            rate = legal  # R2.4
        owed = amount - sum(part for when, part in paid if when < day)  # R1.12
        year = 366 if basis == "actual" and isleap(day.year) else 365  # R1.14
        if day >= first_day and owed > 0:
            total += owed * rate / 100 / year
        day += timedelta(days=1)
    return total


@tagged("post_install", "-at_install")
class TestKinds(BaseCase):
    """Section 1 to 3 of the rule book, debtor kind by debtor kind."""

    def test_examples(self):
        """Section 11; amounts in cents."""
        paid = date(2026, 9, 15)
        reductions = {"reductions": ((paid, 1_000_000),)}
        public = {
            "public_type": "state",
            "term_start": date(2026, 5, 4),
            "reductions": ((date(2026, 8, 20), 2_500_000),),
        }
        consumer = {
            "presented": date(2026, 9, 1),
            "reductions": ((date(2026, 10, 15), 120_000),),
        }
        june, july = date(2026, 6, 30), date(2026, 7, 31)
        for name, args, values, interest, indemnity in (
            ("1: professional", ("professional",), reductions, 15_627, True),
            ("7: public", ("public", 2_500_000, june), public, 54_226, True),
            ("9: consumer", ("consumer", 120_000, june), consumer, 398, False),
            (
                "9: non-professional",
                ("non_professional", 120_000, june),
                consumer,
                398,
                False,
            ),
            ("to qualify", (None, 1_000_000, july), reductions, 0, False),
            ("to qualify, not paid", (None,), {}, 0, False),
        ):
            with self.subTest(name):
                found = claim(*args, **values)
                self.assertEqual(
                    (found.interest, found.bears_indemnity, found.owes_indemnity),
                    (interest, indemnity, indemnity),
                )

    def test_not_late_owes_nothing(self):
        for kind in ("professional", "public"):
            with self.subTest(kind):
                found = claim(kind, due=AS_OF)
                self.assertEqual((found.interest, found.owes_indemnity), (0, False))
                found = claim(kind, due=AS_OF - timedelta(days=1))
                self.assertTrue(found.interest and found.owes_indemnity)

    def test_notes(self):
        start, contract = date(2026, 5, 4), ("fixed", 12)
        for name, kind, values, notes in (
            ("professional", "professional", {}, ()),
            ("with a contract", "professional", {"contract": contract}, ()),
            ("to qualify", None, {}, ("to_qualify",)),
            ("to qualify, contract", None, {"contract": contract}, ("to_qualify",)),
            ("consumer", "consumer", {}, ()),
            (
                "consumer's contract",
                "consumer",
                {"contract": contract},
                ("contract_rate_unused",),
            ),
            (
                "non-professional's",
                "non_professional",
                {"contract": contract},
                ("contract_rate_unused",),
            ),
            (
                "public, no start",
                "public",
                {"public_type": "state"},
                ("public_no_term_start",),
            ),
            ("public, no type", "public", {"term_start": start}, ("public_no_type",)),
            ("public", "public", {"term_start": start, "public_type": "state"}, ()),
            (
                "public's contract",
                "public",
                {"contract": contract},
                ("public_no_term_start", "contract_rate_unused"),
            ),
        ):
            with self.subTest(name):
                self.assertEqual(claim(kind, **values).notes, notes)

    def test_contract_of_others_changes_nothing(self):
        for kind in ("public", "consumer", "non_professional", None):
            with self.subTest(kind):
                presented = date(2026, 8, 3)
                plain = claim(kind, presented=presented)
                agreed = claim(kind, presented=presented, contract=("fixed", 15))
                self.assertEqual(agreed.interest, plain.interest)

    def test_end_of_the_term(self):
        """R3.2: 30 or 50 days from its start; R3.4: suspended days do not run."""
        start, own = date(2026, 5, 4), date(2026, 5, 10)
        state, open_from = (
            {"public_type": "state", "term_start": start},
            date(2026, 5, 20),
        )
        for name, kind, values, expected in (
            ("State", "public", state, date(2026, 6, 3)),
            (
                "hospital",
                "public",
                {**state, "public_type": "health"},
                date(2026, 6, 23),
            ),
            ("no start", "public", {"public_type": "state"}, own),
            ("no type", "public", {"term_start": start}, own),
            ("not public", "professional", state, own),
            (
                "suspended ten days",
                "public",
                {**state, "suspension": (open_from, date(2026, 5, 29))},
                date(2026, 6, 13),
            ),
            (
                "suspended until now",
                "public",
                {**state, "suspension": (open_from, None)},
                date(2026, 6, 3) + (AS_OF - open_from) + timedelta(days=1),
            ),
            (
                "suspended from tomorrow",
                "public",
                {
                    "public_type": "state",
                    "term_start": AS_OF,
                    "suspension": (AS_OF + timedelta(days=1), None),
                },
                AS_OF + timedelta(days=31),
            ),
        ):
            with self.subTest(name):
                found = claim(kind, due=own, **values)
                self.assertEqual(found.term_end, expected)

    def test_figures_are_those_of_their_day(self):
        """The margin of the first late day; the term of the day it starts."""
        asked = []

        def dated(key, day):
            asked.append((key, day))
            return FIGURES[key]

        due, start = date(2026, 7, 31), date(2026, 5, 4)
        claims(
            debt(due=due),
            debt("public", id=2, public_type="state", term_start=start, due=due),
            figure=dated,
        )
        self.assertEqual(
            set(asked),
            {
                ("fr.b2b_margin", date(2026, 8, 1)),
                ("fr.floor_multiplier", date(2026, 8, 1)),
                ("fr.public_term_days.state", start),
                ("fr.public_margin", date(2026, 6, 4)),
            },
        )

    def test_two_margins_in_one_batch(self):
        """A figure that changes on a day leaves older debts as they were."""

        def dated(key, day):
            return (
                12
                if key == "fr.b2b_margin" and day >= date(2026, 9, 1)
                else FIGURES[key]
            )

        august, september = date(2026, 8, 30), date(2026, 8, 31)
        found = claims(
            debt(due=august), debt(id=2, document="b", due=september), figure=dated
        )
        self.assertEqual(
            [found[n].segments[0].rate for n in (1, 2)],
            [Decimal("12.4"), Decimal("14.4")],
        )


@tagged("post_install", "-at_install")
class TestOptions(BaseCase):
    """Each option of a company reaches the arithmetic, and the default is known."""

    def assertRates(self, found, *rates):
        self.assertEqual([s.rate for s in found.segments], [Decimal(r) for r in rates])

    def test_defaults(self):
        self.assertEqual(
            Options(),
            ("365", "per_semester", "principal_first", "ignore", False, "invoice"),
        )

    def test_day_basis(self):
        """R1.14"""
        year = {"due": date(2023, 12, 31), "amount": 36_600, "as_of": date(2024, 1, 1)}
        plain, actual = claim(**year), claim(**year, options={"day_basis": "actual"})
        self.assertEqual(actual.found.unrounded, Decimal("14.5"))
        self.assertGreater(plain.found.unrounded, actual.found.unrounded)

    def test_rate_mode(self):
        """R1.4"""
        due = date(2026, 6, 20)
        self.assertRates(claim(due=due), "12.15", "12.4")
        frozen = claim(due=due, options={"rate_mode": "frozen_at_due_date"})
        self.assertRates(frozen, "12.15")

    def test_below_the_floor(self):
        """R1.8: ignored by default, raised on demand; always said."""
        low = {"contract": ("fixed", 5)}
        ignored, raised = claim(**low), claim(**low, options={"below_floor": "raise"})
        self.assertRates(ignored, "12.4")
        self.assertRates(raised, "8.25")
        self.assertEqual(
            [found.cautions[0].code for found in (ignored, raised)],
            ["rate_below_floor_ignored", "rate_below_floor_raised"],
        )
        self.assertEqual(claim().cautions, ())

    def test_default_respects_floor(self):
        """R1.7"""
        old = {"due": date(2024, 1, 31), "as_of": date(2024, 2, 29)}
        self.assertRates(claim(**old), "14.5")
        floored = claim(**old, options={"default_respects_floor": True})
        self.assertRates(floored, "15.21")

    def test_imputation(self):
        """R1.29, example 3."""
        values = {
            "amount": 600_000,
            "due": date(2026, 8, 31),
            "as_of": date(2026, 10, 31),
            "reductions": ((date(2026, 9, 30), 250_000),),
        }
        self.assertEqual(claim(**values).interest, 9_801)
        first = claim(**values, options={"imputation": "interest_first"})
        self.assertEqual((first.interest, first.principal), (9_865, 350_000))


@tagged("post_install", "-at_install")
class TestDocuments(BaseCase):
    """Instalments of one invoice: one fee, one rounding (R1.16, R1.21)."""

    def instalment(self, number, due, paid=None, amount=10_000):
        reductions = ((paid, amount),) if paid else ()
        return debt(amount=amount, due=due, id=number, reductions=reductions)

    def bearer(self, *instalments):
        """Return the id that bears the fee, the same in any order of reading."""
        found = set()
        for order in permutations(instalments):
            result = claims(*order)
            found.add(tuple(n for n in sorted(result) if result[n].bears_indemnity))
        self.assertEqual(len(found), 1, "the order of reading decides")
        return found.pop()

    def test_bearer_of_the_fee(self):
        june, july, august = date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)
        late, in_time = date(2026, 10, 1), date(2026, 6, 30)
        one, two, three = (
            self.instalment(3, june),
            self.instalment(2, july),
            self.instalment(1, august),
        )
        for name, instalments, expected in (
            ("the earliest owed", (one, two, three), (3,)),
            (
                "the earliest is paid late",
                (self.instalment(3, june, late), two, three),
                (2,),
            ),
            (
                "the earliest was paid in time",
                (self.instalment(3, june, in_time), two),
                (2,),
            ),
            (
                "R1.35: all are paid, the earliest",
                (self.instalment(3, june, late), self.instalment(2, july, late)),
                (3,),
            ),
            ("same day: the first line", (two, self.instalment(5, july)), (2,)),
            (
                "none is late",
                (self.instalment(1, AS_OF), self.instalment(2, AS_OF)),
                (),
            ),
            ("one is late", (self.instalment(1, AS_OF), two), (2,)),
        ):
            with self.subTest(name):
                self.assertEqual(self.bearer(*instalments), expected)

    def test_a_cent_still_owed_bears_the_fee(self):
        june, july = date(2026, 6, 30), date(2026, 7, 31)
        rest = self.instalment(3, june)._replace(
            reductions=((date(2026, 8, 1), 9_999),)
        )
        self.assertEqual(self.bearer(rest, self.instalment(2, july)), (3,))

    def test_each_document_bears_its_own(self):
        """R1.21: three invoices late on one day, 120 €."""
        found = claims(*(debt(id=n, document=n) for n in range(3)))
        self.assertEqual(sum(own.bears_indemnity for own in found.values()), 3)

    def test_cents_are_shared_by_due_date(self):
        """Three thirds of a cent: the last instalment to fall due gets the cent."""
        # 100.00 at 12.40 % for a day is 3.397 cents: 3, then 4, then 3
        day = AS_OF - timedelta(days=1)
        rows = [debt(amount=10_000, due=day, id=n) for n in (1, 2, 3)]
        for order in permutations(rows):
            found = claims(*order)
            self.assertEqual([found[n].interest for n in (1, 2, 3)], [3, 4, 3])

    def test_unknown_interest_is_left_out_of_the_sum(self):
        """R9.2: an instalment before the table keeps its interest unknown."""
        old = debt(due=date(2023, 3, 31), id=1)
        new = debt(amount=10_000, due=AS_OF - timedelta(days=1), id=2)
        found = claims(old, new)
        self.assertEqual((found[1].interest, found[1].missing), (None, "2023 S1"))
        self.assertEqual((found[2].interest, found[2].bears_indemnity), (3, True))

    def test_principal_is_that_of_the_day(self):
        """What is paid after the day of the claim is still owed on that day."""
        paid = (date(2026, 8, 31), 1_000_000)
        for name, as_of, principal in (
            ("the eve", date(2026, 8, 30), 1_000_000),
            ("the day", date(2026, 8, 31), 0),
        ):
            with self.subTest(name):
                found = claim(reductions=(paid,), as_of=as_of)
                self.assertEqual(found.principal, principal)

    def test_principal_without_interest_is_still_known(self):
        paid = ((date(2026, 1, 5), 300_000), (date(2026, 2, 5), 100_000))
        for name, due in (("no due date", None), ("no rates", date(2022, 1, 1))):
            with self.subTest(name):
                found = claim(due=due, reductions=paid)
                self.assertEqual(found.principal, 600_000)
                self.assertEqual((found.segments, found.cautions), ([], ()))
                self.assertFalse(found.bears_indemnity)
        self.assertEqual(claim(due=None).notes, ("no_due_date",))
        self.assertIsNone(claim(due=None).term_end)


CASES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(
            ["professional", "public", "consumer", "non_professional"]
        ),
        "amount": st.integers(1, 2_000_000),
        "due": st.dates(date(2023, 7, 2), date(2026, 11, 1)),
        "paid": st.lists(
            st.tuples(st.dates(date(2023, 7, 2), AS_OF), st.integers(1, 600_000)),
            max_size=4,
        ).map(sorted),
        "basis": st.sampled_from(["365", "actual"]),
        "contract": st.sampled_from([None, "5", "8.2", "9", "16"]),
        "presented": st.none() | st.dates(date(2023, 7, 2), AS_OF),
        "as_of": st.dates(date(2023, 7, 2), AS_OF),
    }
)


@tagged("post_install", "-at_install")
class TestAnotherWayOfCounting(BaseCase):
    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(CASES)
    def test_same_interest_as_counting_days_in_decimal(self, case):
        """R1.3 to R1.16, R2.3 to R2.6, R3.6: no segment, no integer, no table."""
        contract = case["contract"]
        found = claim(
            case["kind"],
            case["amount"],
            case["due"],
            as_of=case["as_of"],
            reductions=tuple(case["paid"]),
            presented=case["presented"],
            contract=("fixed", contract) if contract else None,
            options={"day_basis": case["basis"]},
        )
        with localcontext() as context:
            context.prec = 40
            slow = slow_interest(**case)
            unrounded = found.found.unrounded
            exact = Decimal(unrounded.numerator) / unrounded.denominator
            self.assertLess(abs(slow - exact), Decimal("1e-20"))
        self.assertLessEqual(
            abs(found.interest - slow), Decimal("0.5") + Decimal("1e-20")
        )
