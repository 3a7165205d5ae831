"""How long data is kept, on both sides of each day (R10.8)."""

from datetime import date

from odoo.tests import BaseCase

from ..tools.retention import ALWAYS, Periods, Standing, limitation_until, verdict

YEARS = {"professional": 5, "non_professional": 5, "consumer": 2, "public": 4}
PERIODS = Periods(6, 0, 10, YEARS, 10)
PAID = date(2026, 3, 31)


def standing(**values):
    return Standing(1, **{"kinds": ("consumer",), "last_day": PAID, **values})


class TestRetention(BaseCase):
    def _is(self, expected, rule, day, periods=PERIODS, **values):
        found = verdict(rule, standing(**values), periods, day)
        self.assertEqual(found and found[0], expected)

    def test_r10_8_notes_six_months_after_payment(self):
        self._is("recent", "notes", date(2026, 9, 30))
        self._is(None, "notes", date(2026, 10, 1))

    def test_r10_8_a_company_may_lengthen(self):
        longer = PERIODS._replace(notes_months=12, proofs_months=3)
        self._is("recent", "notes", date(2027, 3, 31), longer)
        self._is(None, "notes", date(2027, 4, 1), longer)
        self._is("limitation", "proofs", date(2028, 6, 30), longer)
        self._is(None, "proofs", date(2028, 7, 1), longer)

    def test_r10_8_proofs_until_the_limitation(self):
        for kinds, last in (
            (("consumer",), date(2028, 3, 31)),
            (("professional",), date(2031, 3, 31)),
            (("consumer", "professional"), date(2031, 3, 31)),
            (("public",), date(2030, 12, 31)),
            (("",), date(2031, 3, 31)),
            ((), date(2031, 3, 31)),
            (("consumer", ""), date(2031, 3, 31)),
        ):
            with self.subTest(kinds=kinds):
                found = limitation_until(standing(kinds=kinds), PERIODS)
                self.assertEqual(found, last)

    def test_an_agreed_period_and_later_days_count(self):
        self.assertEqual(
            limitation_until(standing(agreed_years=10), PERIODS), date(2036, 3, 31)
        )
        later = standing(claim_day=date(2026, 6, 1))
        self.assertEqual(limitation_until(later, PERIODS), date(2028, 6, 1))
        leap = standing(last_day=date(2028, 2, 29))
        self.assertEqual(limitation_until(leap, PERIODS), date(2030, 2, 28))

    def test_r10_8_a_title_is_enforced_for_ten_years(self):
        for rule in ("notes", "proofs"):
            with self.subTest(rule=rule):
                title = {"title_day": date(2026, 5, 4)}
                self._is("title", rule, date(2036, 5, 4), **title)
                self._is(None, rule, date(2036, 5, 5), **title)

    def test_whatever_is_open_keeps_everything_for_ever(self):
        for code in ALWAYS:
            for rule in ("notes", "proofs"):
                with self.subTest(code=code, rule=rule):
                    self._is(code, rule, date(2099, 1, 1), **{code: True})

    def test_what_is_lost_or_claimed_is_not_paid(self):
        for flag, code in (("lost", "lost"), ("charged", "charge")):
            with self.subTest(flag):
                self._is(code, "notes", date(2028, 3, 31), **{flag: True})
                self._is(None, "notes", date(2028, 4, 1), **{flag: True})

    def test_r10_8_what_a_loss_rests_on_is_kept_ten_years(self):
        """A consumer's limitation is over before VAT claimed back may be audited."""
        loss = {"lost": True, "loss_year_end": date(2026, 12, 31)}
        self._is("accounts", "proofs", date(2028, 4, 1), **loss)
        self._is("accounts", "proofs", date(2036, 12, 31), **loss)
        self._is(None, "proofs", date(2037, 1, 1), **loss)
        self._is(None, "notes", date(2028, 4, 1), **loss)

    def test_nothing_known_keeps_nothing(self):
        self._is(None, "notes", PAID, last_day=None)
        self.assertIsNone(limitation_until(Standing(1), PERIODS))
