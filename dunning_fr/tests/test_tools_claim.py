from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.claim import Claims, Debt, Options
from ..tools.interest import RateTable, round_half_up

TABLE = RateTable([("2026-01-01", 2.15, 2.62, 6.67), ("2026-07-01", 2.40, 2.75, 6.84)])
FIGURES = {"fr.b2b_margin": 10, "fr.public_margin": 8, "fr.floor_multiplier": 3}
FIRST, AS_OF = date(2026, 1, 1), date(2026, 11, 22)
QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)


def figure(key, _day):
    return FIGURES[key]


def claims(*debts, as_of=AS_OF, **options):
    return Claims(TABLE, figure, Options(**options), as_of).of(debts)


@st.composite
def documents(draw):
    """Instalments of one to three invoices, some of them paid."""
    debts = []
    for number in range(draw(st.integers(1, 8))):
        amount = draw(st.integers(1, 500_000))
        due = draw(st.dates(FIRST, AS_OF))
        paid = draw(st.integers(0, amount))
        after = draw(st.integers(-30, 200))
        debts.append(
            Debt(
                number,
                draw(st.integers(1, 3)),
                draw(st.sampled_from(["professional", "public", "consumer", None])),
                amount,
                due,
                ((due + timedelta(days=after), paid),),
            )
        )
    return debts


@tagged("post_install", "-at_install")
class TestToolsClaim(BaseCase):
    @QUICK
    @given(documents())
    def test_one_indemnity_for_each_late_document(self, debts):
        """R1.21, and never one for a consumer or an unknown debtor (R2.2)."""
        found = claims(*debts).values()
        for document in {debt.document for debt in debts}:
            own = [claim for claim in found if claim.debt.document == document]
            owing = [claim for claim in own if claim.owes_indemnity]
            bearers = [claim for claim in own if claim.bears_indemnity]
            self.assertEqual(len(bearers), bool(owing))
            if bearers and any(claim.principal > 0 for claim in owing):
                self.assertGreater(bearers[0].principal, 0)
            for claim in owing:
                self.assertIn(claim.debt.kind, ("professional", "public"))
                self.assertTrue(claim.found.late)

    @QUICK
    @given(documents())
    def test_a_document_is_rounded_once(self, debts):
        """R1.16: its lines add up to its own rounded interest."""
        found = claims(*debts).values()
        for document in {debt.document for debt in debts}:
            own = [claim for claim in found if claim.debt.document == document]
            exact = sum(claim.found.unrounded for claim in own)
            self.assertEqual(sum(claim.interest for claim in own), round_half_up(exact))
            for claim in own:
                self.assertLessEqual(abs(claim.interest - claim.found.unrounded), 1)

    def test_missing_semester_stops_one_debt_only(self):
        """R9.2: the interest is unknown, not zero; the others are served."""
        old = Debt(1, "a", "professional", 1000, date(2025, 12, 1))
        new = Debt(2, "b", "professional", 1000, date(2026, 7, 1))
        found = claims(old, new)
        self.assertEqual((found[1].missing, found[1].interest), ("2025 S2", None))
        self.assertFalse(found[1].bears_indemnity)
        self.assertEqual(found[1].principal, 1000)
        self.assertGreater(found[2].interest, 0)

    def test_no_due_date(self):
        found = claims(Debt(1, "a", "professional", 1000, None))[1]
        self.assertEqual((found.interest, found.notes), (0, ("no_due_date",)))
        self.assertEqual((found.principal, found.segments), (1000, []))

    def test_nothing_for_a_consumer_before_the_formal_notice(self):
        """R2.3; notices of other debtors do not matter to them."""
        due = date(2026, 6, 30)
        plain = Debt(1, "a", "consumer", 120_000, due)
        found = claims(plain, plain._replace(id=2, presented=date(2026, 9, 1)))
        self.assertEqual(found[1].interest, 0)
        self.assertEqual(found[2].segments[0].date_from, date(2026, 9, 2))
        pro = Debt(3, "b", "professional", 120_000, due, presented=date(2026, 9, 1))
        self.assertEqual(claims(pro)[3].segments[0].date_from, date(2026, 7, 1))
