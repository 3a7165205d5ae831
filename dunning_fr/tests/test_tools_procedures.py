"""Conditions of procedures and competent courts, on both sides of every threshold."""

import doctest
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import courts, procedures
from ..tools.courts import Forum, Thresholds, competent, rules
from ..tools.procedures import (
    CRITERIA,
    Condition,
    Matter,
    Procedure,
    holds,
    is_between_merchants,
    opinions,
)

DAY = date(2026, 11, 23)
FIGURES = Thresholds(*map(Decimal, (10000, 10000, 5000, 5000)))
MATTER = Matter(
    DAY,
    Decimal(1240),
    Decimal(1200),
    "professional",
    "merchant",
    None,
    "merchant",
    "france",
)
UNKNOWN = Matter(DAY)
KINDS = ("professional", "non_professional", "consumer", "public", None)
TRADES = ("merchant", "craftsman", "liberal", "farmer", "non_profit", None)
matters = st.builds(
    Matter,
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.decimals(0, 100000, places=2),
    principal=st.decimals(0, 100000, places=2),
    interest=st.decimals(0, 100000, places=2),
    debtor_kind=st.sampled_from(KINDS),
    debtor_trade=st.sampled_from(TRADES),
    public_type=st.sampled_from(("state", "local", "private_law", None)),
    creditor_trade=st.sampled_from(TRADES),
    place=st.sampled_from(("france", "eu", "monaco", "abroad", None)),
    is_insolvent=st.booleans(),
    is_time_barred=st.sampled_from((True, False, None)),
    facts=st.dictionaries(st.sampled_from(("cheque", "lawyers")), st.booleans()),
)
conditions = st.builds(
    Condition,
    st.integers(1, 99),
    st.sampled_from(sorted(CRITERIA)),
    st.sampled_from(("closes", "warns")),
    st.sampled_from((Decimal(5000), Decimal(10000))),
    st.sampled_from(("cheque", "lawyers")),
    st.sampled_from((None, date(2026, 4, 25))),
    basis=st.sampled_from(("total", "principal_interest", "principal")),
)


def one(criterion, effect="closes", **values):
    return Procedure(1, "any", (Condition(7, criterion, effect, **values),))


@tagged("-at_install", "post_install", "dunning_fr")
class TestToolsProcedures(BaseCase):
    def test_doctests(self):
        for module in (procedures, courts):
            result = doctest.testmod(module)
            self.assertGreater(result.attempted, 5)
            self.assertFalse(result.failed)

    def assertStands(self, standing, procedure, matter):
        [opinion] = opinions(matter, [procedure])
        self.assertEqual(opinion.standing, standing, opinion)
        return opinion

    # -- criteria ---------------------------------------------------------------------
    def test_each_criterion_tells_yes_no_and_do_not_know(self):
        public = MATTER._replace(debtor_kind="public", public_type="local")
        told = MATTER._replace(
            is_formal_expired=True, is_time_barred=False, facts={"cheque": True}
        )
        cases = {
            "consumer": (MATTER._replace(debtor_kind="consumer"), MATTER),
            "non_professional": (
                MATTER._replace(debtor_kind="non_professional"),
                MATTER,
            ),
            "professional": (MATTER, public),
            "public": (public, MATTER),
            "not_public": (MATTER, public),
            "between_merchants": (MATTER, MATTER._replace(debtor_trade="liberal")),
            "not_between_merchants": (public, MATTER),
            "not_local_authority": (public._replace(public_type="state"), public),
            "private_law_body": (public._replace(public_type="private_law"), public),
            "in_france": (MATTER, MATTER._replace(place="eu")),
            "not_in_france": (MATTER._replace(place="monaco"), MATTER),
            "not_elsewhere_in_eu": (MATTER, MATTER._replace(place="eu")),
            "time_barred": (told._replace(is_time_barred=True), told),
            "formal_running": (told._replace(is_formal_expired=False), told),
            "fact_missing": (told._replace(facts={"cheque": False}), told),
            "fact_present": (told, told._replace(facts={"cheque": False})),
        }
        for criterion, (yes, no) in cases.items():
            with self.subTest(criterion=criterion):
                condition = Condition(1, criterion, fact="cheque")
                self.assertIs(holds(condition, yes), True)
                self.assertIs(holds(condition, no), False)
                self.assertIsNone(holds(condition, UNKNOWN))
        certain = {
            "farmer": {"debtor_trade": "farmer"},
            "amount_above": {"amount": Decimal("0.01")},
            "insolvent": {"is_insolvent": True},
            "overindebted": {"is_overindebted": True},
            "disputed": {"is_disputed": True},
        }
        for criterion, values in certain.items():
            with self.subTest(criterion=criterion):
                condition = Condition(1, criterion)
                self.assertIs(holds(condition, UNKNOWN._replace(**values)), True)
                self.assertIs(holds(condition, UNKNOWN), False)
        negation = Condition(1, "not_insolvent")
        self.assertIs(holds(negation, UNKNOWN), True)
        self.assertIs(holds(negation, UNKNOWN._replace(is_insolvent=True)), False)
        self.assertEqual({*cases, *certain, "not_insolvent"}, set(CRITERIA))

    def test_a_public_buyer_of_unknown_type_may_be_local(self):
        unknown = MATTER._replace(debtor_kind="public", public_type=None)
        self.assertIsNone(holds(Condition(1, "not_local_authority"), unknown))
        self.assertIs(holds(Condition(1, "not_local_authority"), MATTER), True)

    def test_an_unknown_criterion_is_an_error(self):
        with self.assertRaises(KeyError):
            opinions(MATTER, [one("full_moon")])

    def test_between_merchants_one_side_is_enough_to_say_no(self):
        liberal = MATTER._replace(debtor_trade=None, creditor_trade="liberal")
        self.assertIs(is_between_merchants(liberal), False)
        craftsman = MATTER._replace(debtor_trade="craftsman")
        self.assertIs(is_between_merchants(craftsman), True)
        self.assertIsNone(is_between_merchants(MATTER._replace(debtor_kind=None)))

    # -- opinions ---------------------------------------------------------------------
    def test_a_ceiling_is_included(self):
        small = one("amount_above", value=Decimal(5000))
        at = MATTER._replace(amount=Decimal("5000.00"))
        self.assertStands("open", small, at)
        self.assertStands("closed", small, at._replace(amount=Decimal("5000.01")))

    def test_what_a_ceiling_is_compared_with(self):
        """R6.10: interest counts, or not, as the text of the procedure says."""
        sums = {"total": 4900, "principal_interest": 4700, "principal": 4500}
        matter = MATTER._replace(
            amount=Decimal(4900), principal=Decimal(4500), interest=Decimal(200)
        )
        for basis, amount in sums.items():
            with self.subTest(basis):
                for more, standing in ((0, "open"), (-1, "closed")):
                    ceiling = Decimal(amount + more)
                    rule = one("amount_above", value=ceiling, basis=basis)
                    self.assertStands(standing, rule, matter)

    def test_a_condition_counts_from_its_day_to_its_day(self):
        dated = one(
            "professional", date_from=date(2026, 4, 25), date_to=date(2026, 4, 27)
        )
        for day, standing in ((24, "open"), (25, "closed"), (27, "closed")):
            matter = MATTER._replace(day=date(2026, 4, day))
            self.assertStands(standing, dated, matter)
        self.assertStands("open", dated, MATTER._replace(day=date(2026, 4, 28)))

    def test_a_procedure_is_open_from_its_day_to_its_day(self):
        dated = Procedure(1, "any", (), True, date(2026, 4, 25), date(2026, 4, 27))
        for day, standing in (
            (24, "closed"),
            (25, "open"),
            (27, "open"),
            (28, "closed"),
        ):
            matter = MATTER._replace(day=date(2026, 4, day))
            opinion = self.assertStands(standing, dated, matter)
            self.assertEqual(opinion.is_in_force, standing == "open")

    def test_switched_off_is_closed_whatever_else(self):
        off = Procedure(1, "l126", (), is_enabled=False)
        self.assertStands("closed", off, MATTER)

    def test_a_warning_closes_nothing_and_is_no_question(self):
        warned = one("disputed", "warns")
        opinion = self.assertStands("open", warned, MATTER._replace(is_disputed=True))
        self.assertEqual([c.id for c in opinion.warnings], [7])
        unknown = self.assertStands("open", one("time_barred", "warns"), MATTER)
        self.assertEqual([c.id for c in unknown.questions], [7])

    def test_small_amounts_warn_below_the_threshold_only(self):
        small = Procedure(1, "any", small_amount=Decimal(200))
        for amount, expected in (("199.99", True), ("200.00", False), ("0", False)):
            [opinion] = opinions(MATTER._replace(amount=Decimal(amount)), [small])
            self.assertEqual(opinion.is_small, expected, amount)

    def test_open_ones_come_first_in_the_given_order(self):
        ranked = opinions(
            MATTER._replace(is_time_barred=None),
            [
                Procedure(1, "closed", (Condition(1, "professional"),)),
                Procedure(2, "unsure", (Condition(2, "time_barred"),)),
                Procedure(3, "second"),
                Procedure(4, "third"),
            ],
        )
        codes = [opinion.procedure.code for opinion in ranked]
        self.assertEqual(codes, ["second", "third", "unsure", "closed"])

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(matters, st.lists(conditions, max_size=5))
    def test_a_standing_is_what_its_conditions_say(self, matter, rows):
        [opinion] = opinions(matter, [Procedure(1, "any", tuple(rows))])
        found = {row: holds(row, matter) for row in rows if row.is_in_force(matter.day)}
        closing = [row for row, there in found.items() if row.effect == "closes"]
        if any(found[row] for row in closing):
            self.assertEqual(opinion.standing, "closed")
        elif any(found[row] is None for row in closing):
            self.assertEqual(opinion.standing, "unsure")
        else:
            self.assertEqual(opinion.standing, "open")
        told = {*opinion.obstacles, *opinion.questions, *opinion.warnings}
        self.assertEqual(
            told, {row for row, there in found.items() if there is not False}
        )

    # -- courts (6.1) -----------------------------------------------------------------
    def test_r6_1_between_merchants_the_commercial_court(self):
        self.assertEqual(competent(MATTER, FIGURES), Forum(("commercial",)))

    def test_r6_2_others_go_to_the_tribunal_judiciaire(self):
        for trade in ("liberal", "civil_company", "farmer", "non_profit"):
            matter = MATTER._replace(debtor_trade=trade)
            self.assertEqual(competent(matter, FIGURES), Forum(("proximity",)), trade)
        for kind in ("consumer", "non_professional"):
            matter = MATTER._replace(debtor_kind=kind, debtor_trade=None)
            self.assertEqual(competent(matter, FIGURES), Forum(("proximity",)), kind)

    def test_r6_2_a_consumer_never_goes_to_the_commercial_court(self):
        matter = MATTER._replace(debtor_kind="consumer", debtor_trade="merchant")
        self.assertNotIn("commercial", competent(matter, FIGURES).kinds)

    def test_r6_2_the_local_chamber_up_to_10000(self):
        matter = MATTER._replace(debtor_trade="liberal", amount=Decimal("10000.00"))
        self.assertEqual(competent(matter, FIGURES).kinds, ("proximity",))
        above = matter._replace(amount=Decimal("10000.01"))
        self.assertEqual(competent(above, FIGURES).kinds, ("judicial",))

    def test_r6_2_a_creditor_who_is_no_merchant_chooses(self):
        matter = MATTER._replace(creditor_trade="liberal")
        forum = competent(matter, FIGURES)
        self.assertEqual(forum.kinds, ("proximity", "commercial"))
        self.assertEqual(forum.notes, ("creditor_chooses",))

    def test_an_unknown_trade_is_asked_for_never_guessed(self):
        forum = competent(MATTER._replace(debtor_trade=None), FIGURES)
        self.assertEqual(forum, Forum((), ("trade_unknown",)))
        unknown = MATTER._replace(creditor_trade=None)
        self.assertEqual(competent(unknown, FIGURES).kinds, ())

    def test_r6_5_public_bodies_go_to_the_administrative_court(self):
        public = MATTER._replace(debtor_kind="public", public_type="state")
        self.assertEqual(competent(public, FIGURES), Forum(("administrative",)))
        asked = competent(public._replace(public_type=None), FIGURES)
        self.assertEqual(asked.notes, ("public_type",))
        private = public._replace(public_type="private_law", debtor_trade="non_profit")
        self.assertEqual(competent(private, FIGURES).kinds, ("proximity",))

    def test_abroad_no_french_court_is_proposed(self):
        for place in ("eu", "monaco", "abroad"):
            forum = competent(MATTER._replace(place=place), FIGURES)
            self.assertEqual(forum, Forum(("foreign",), (f"place_{place}",)))
        unknown = competent(MATTER._replace(place=None), FIGURES)
        self.assertEqual(unknown, competent(MATTER, FIGURES))

    def test_r6_7_a_lawyer_above_10000(self):
        at, above = Decimal("10000.00"), Decimal("10000.01")
        for kind in ("commercial", "economic", "chamber", "judicial", "proximity"):
            self.assertIs(rules(kind, at, FIGURES).needs_lawyer, False)
            self.assertIs(rules(kind, above, FIGURES).needs_lawyer, True)
        self.assertIs(rules("commercial", above, FIGURES, True).needs_lawyer, False)
        self.assertIsNone(rules("judicial", above, FIGURES, True).needs_lawyer)
        self.assertIs(rules("judicial", at, FIGURES, True).needs_lawyer, False)
        self.assertIsNone(rules("administrative", at, FIGURES).needs_lawyer)

    def test_r6_8_no_appeal_up_to_5000(self):
        self.assertTrue(rules("commercial", Decimal(5000), FIGURES).is_last_instance)
        above = rules("commercial", Decimal("5000.01"), FIGURES)
        self.assertFalse(above.is_last_instance)

    def test_r6_31_an_amicable_attempt_up_to_5000_before_the_tj_only(self):
        at, above = Decimal("5000.00"), Decimal("5000.01")
        self.assertTrue(rules("proximity", at, FIGURES).needs_attempt)
        self.assertFalse(rules("proximity", above, FIGURES).needs_attempt)
        self.assertFalse(rules("commercial", at, FIGURES).needs_attempt)
        # R6.24: never before a request for an order to pay
        self.assertFalse(rules("proximity", at, FIGURES, True).needs_attempt)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(matters)
    def test_every_matter_has_a_court_or_a_question(self, matter):
        forum = competent(matter, FIGURES)
        self.assertTrue(forum.kinds or forum.notes)
        if matter.debtor_kind in ("consumer", "non_professional"):
            self.assertNotIn("commercial", forum.kinds)
