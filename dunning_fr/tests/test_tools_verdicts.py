"""Each reason to remind an item, or not, without a database."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.assessment import Assessment
from ..tools.escalation import Past
from ..tools.facts import Hold, Partner
from ..tools.verdicts import Verdict
from .common_facts import DAY, LEVELS, POLICY, facts, item

LATE = DAY - timedelta(days=8)  # its first level is ready
READY = Verdict("ready", LEVELS[0], DAY)
WHOLE = frozenset()


def verdicts(items, **values):
    """Return {item id: ``Verdict``}."""
    return Assessment(facts(items, **values)).verdicts


class VerdictCase(BaseCase):
    def assertVerdicts(self, cases):
        """Check ``{name: (fields of the item, facts, expected verdict)}``."""
        for name, (fields, values, expected) in cases.items():
            with self.subTest(name):
                own = item(1, 100, LATE)._replace(**fields)
                found = verdicts([own], **values)[1]
                if isinstance(expected, str):
                    expected = Verdict(expected)
                self.assertEqual(found, expected)


@tagged("post_install", "-at_install")
class TestPlainReasons(VerdictCase):
    def test_reasons(self):
        """R10.12, the stop list, as far as the ledger and the customer tell it."""
        excluded, archived = Partner("professional", excluded=True), {1}
        self.assertVerdicts(
            {
                "late": ({}, {}, READY),
                "no partner": ({"partner_id": None}, {}, "no_partner"),
                "no due date": ({"date_maturity": None}, {}, "no_due_date"),
                "due today": ({"date_maturity": DAY}, {}, "not_late"),
                "excluded account": (
                    {"account_excluded": True},
                    {},
                    "account_excluded",
                ),
                "no follow-up": ({"no_followup": True}, {}, "no_followup"),
                "blocked": ({"payment_state": "blocked"}, {}, "blocked"),
                "moved with others": (
                    {"unclear": "OD/7"},
                    {},
                    Verdict("transfer_unclear", detail="OD/7"),
                ),
                "refused by the platform": (
                    {},
                    {"einvoices": {1: "refused"}},
                    "einvoice_refused",
                ),
                "another one refused": ({}, {"einvoices": {2: "refused"}}, READY),
                "partly paid": ({"payment_state": "partial"}, {}, READY),
                "excluded": ({}, {"partners": {1: excluded}}, "partner_excluded"),
                "archived customer": (
                    {},
                    {"partners": {1: Partner("professional", archived=True)}},
                    "archived",
                ),
                "archived debtor": ({}, {"archived_debtors": archived}, "archived"),
                "another one archived": ({}, {"archived_debtors": {2}}, READY),
                "paying online": ({}, {"paying_online": {1}}, "paying_online"),
                "another one paying": ({}, {"paying_online": {2}}, READY),
                "collected by us": ({}, {"collected": {1}}, "collected"),
                "another one collected": ({}, {"collected": {2}}, READY),
                "pending": (
                    {},
                    {"pending": {f"1:{LATE}": "REL/1"}},
                    Verdict("pending", detail="REL/1"),
                ),
                "no policy": ({}, {"default_policies": {}}, "no_policy"),
                "credit": (
                    {"residual": Decimal(-1), "company_residual": Decimal(-1)},
                    {},
                    "credit",
                ),
            }
        )

    def test_tolerance_is_in_company_currency(self):
        """A small rest is no reason to write, whatever it counts in its currency."""
        yen = {"residual": Decimal(1500), "company_residual": Decimal(10)}
        self.assertVerdicts(
            {
                "under": (yen, {"tolerance": Decimal("10.01")}, "within_tolerance"),
                "exactly": (yen, {"tolerance": Decimal(10)}, "within_tolerance"),
                "over": (yen, {"tolerance": Decimal("9.99")}, READY),
                "paid but a tenth": (
                    yen,
                    {"tolerance": Decimal(1), "in_process": {1: Decimal(1350)}},
                    "within_tolerance",
                ),
                "paid but a bit more": (
                    yen,
                    {"tolerance": Decimal(1), "in_process": {1: Decimal(1349)}},
                    READY,
                ),
                "another invoice is being paid": (
                    yen,
                    {"in_process": {2: Decimal(1500)}},
                    READY,
                ),
                "more is being paid than owed": (
                    yen,
                    {"in_process": {1: Decimal(9999)}},
                    "within_tolerance",
                ),
            }
        )

    def test_what_is_nothing_is_no_credit(self):
        found = Assessment(facts([item(1, 0, LATE)]))
        self.assertEqual(found.verdicts[1], Verdict("within_tolerance"))
        self.assertEqual(found.open_credits, {})

    def test_a_credit_on_an_account_never_reminded_is_none_of_the_debtor_s(self):
        kept, own = item(1, -50, LATE), item(2, -30, LATE)
        kept = kept._replace(account_excluded=True)
        found = Assessment(facts([kept, own]))
        self.assertEqual(found.open_credits, {(1, 1): [own]})

    def test_levels_and_their_conditions_come_through(self):
        """R1.1, R3.18: kind and who asks reach the rules of escalation."""
        kept = POLICY._replace(levels=(LEVELS[0]._replace(by_person_only=True),))
        due = {"date_maturity": DAY - timedelta(days=100)}
        sent = {f"1:{due['date_maturity']}": Past(2, DAY - timedelta(days=30))}
        to_qualify = {"partners": {1: Partner()}, "past": sent}
        self.assertVerdicts(
            {
                "to qualify": (due, to_qualify, Verdict("to_qualify", LEVELS[2])),
                "qualified": (due, {"past": sent}, Verdict("ready", LEVELS[2], DAY)),
                "kept for a person": (
                    {},
                    {"policies": {9: kept}},
                    Verdict("by_person", kept.levels[0]),
                ),
                "a person drafts": (
                    {},
                    {"policies": {9: kept}, "by_person": True},
                    Verdict("ready", kept.levels[0], DAY),
                ),
                "waits": (
                    {"date_maturity": DAY - timedelta(days=1)},
                    {},
                    Verdict("wait_delay", LEVELS[0], DAY + timedelta(days=6)),
                ),
            }
        )

    def test_public_term_decides_when_it_is_late(self):
        """R3.2: the term, not the due date of the invoice."""
        public = {
            "partners": {1: Partner("public", "state")},
            "default_policies": {"public": 9},
            "term_days": {"state": 30},
            "limitation_years": {"public": 4},
        }
        self.assertVerdicts(
            {
                "ends today": (
                    {"term_start": DAY - timedelta(days=30)},
                    public,
                    "not_late",
                ),
                "ended a week ago": (
                    {"term_start": DAY - timedelta(days=37)},
                    public,
                    READY,
                ),
            }
        )

    def test_time_barred(self):
        """R7.14: still useful on its last day; the day after, a person decides."""
        last = date(2026, 9, 30)
        on_last_day = {"date_maturity": date(2021, 9, 30)}
        eve = {"date_maturity": date(2021, 9, 29)}
        consumer = {
            "partners": {1: Partner("consumer")},
            "default_policies": {"consumer": 9},
        }
        one_year = {"limitation_years": {"professional": 1}}
        self.assertEqual(last, DAY)
        self.assertVerdicts(
            {
                "last day": (on_last_day, {}, READY),
                "day after": (eve, {}, Verdict("time_barred", on=date(2026, 9, 29))),
                "R7.3: consumer": (
                    {"date_maturity": date(2024, 9, 29)},
                    {**consumer, "limitation_years": {"consumer": 2}},
                    Verdict("time_barred", on=date(2026, 9, 29)),
                ),
                "R7.4: a year, last day": (
                    {"date_maturity": date(2025, 9, 30)},
                    one_year,
                    READY,
                ),
                "R7.4: a year, day after": (
                    {"date_maturity": date(2025, 9, 29)},
                    one_year,
                    Verdict("time_barred", on=date(2026, 9, 29)),
                ),
                "all levels were sent": (
                    eve,
                    {"past": {"1:2021-09-29": Past(4, DAY)}},
                    "last_level",
                ),
            }
        )


@tagged("post_install", "-at_install")
class TestHolds(VerdictCase):
    def hold(self, amount=0, moves=WHOLE, kind="dispute", until=None, reason=""):
        return Hold(kind, until, moves, Decimal(amount), reason)

    def owed(self, holds, *residuals, **values):
        """Return ({id: code}, {id: owed}, {id: undisputed share}) of late items."""
        items = [item(n, amount, LATE) for n, amount in enumerate(residuals, 1)]
        found = Assessment(facts(items, holds={1: holds}, **values))
        codes = {key: verdict.code for key, verdict in found.verdicts.items()}
        return codes, found.owed, found.undisputed

    def test_whole_items(self):
        until = date(2026, 10, 31)
        everything = self.hold(kind="plan", until=until, reason="Six months")
        own, other = frozenset({1, 7}), frozenset({2})
        said = Verdict("hold_plan", on=until, detail="Six months")
        self.assertVerdicts(
            {
                "all items": ({}, {"holds": {1: [everything]}}, said),
                "of another debtor": ({}, {"holds": {2: [everything]}}, READY),
                "this invoice": (
                    {},
                    {"holds": {1: [self.hold(moves=own)]}},
                    Verdict("hold_dispute"),
                ),
                "another invoice": (
                    {},
                    {"holds": {1: [self.hold(moves=other)]}},
                    READY,
                ),
                "the second of two": (
                    {},
                    {"holds": {1: [self.hold(moves=other), everything]}},
                    said,
                ),
                "a reason of the customer comes first": (
                    {"no_followup": True},
                    {"holds": {1: [everything]}},
                    "no_followup",
                ),
                "a hold comes before a pending notice": (
                    {},
                    {"holds": {1: [everything]}, "pending": {f"1:{LATE}": "REL/1"}},
                    said,
                ),
            }
        )

    def test_disputed_amount_leaves_the_rest(self):
        """R1.31: penalties and reminders go on for the undisputed part."""
        for name, amount, code, owed in (
            ("a part", 30, "ready", 70),
            ("all but a cent", "99.99", "ready", Decimal("0.01")),
            ("all", 100, "hold_dispute", 100),
            ("more than all", 101, "hold_dispute", 100),
        ):
            with self.subTest(name):
                codes, left, _shares = self.owed([self.hold(amount)], 100)
                self.assertEqual((codes[1], left[1]), (code, owed))

    def test_a_rest_within_the_tolerance_is_no_rest(self):
        codes, _left, shares = self.owed([self.hold(95)], 100, tolerance=Decimal(5))
        self.assertEqual((codes, shares), ({1: "hold_dispute"}, {}))
        codes, left, _shares = self.owed([self.hold(94)], 100, tolerance=Decimal(5))
        self.assertEqual((codes, left), ({1: "ready"}, {1: 6}))

    def test_amount_runs_out_item_after_item(self):
        codes, left, shares = self.owed([self.hold(150)], 100, 100, 100)
        self.assertEqual(codes, {1: "hold_dispute", 2: "ready", 3: "ready"})
        self.assertEqual(left, {1: 100, 2: 50, 3: 100})
        self.assertEqual(shares, {2: Decimal("0.5")})

    def test_amount_of_chosen_invoices_spares_the_others(self):
        hold = self.hold(150, frozenset({2, 3}))
        codes, left, _shares = self.owed([hold], 100, 100, 100)
        self.assertEqual(codes, {1: "ready", 2: "hold_dispute", 3: "ready"})
        self.assertEqual(left[3], 50)

    def test_two_equal_disputes_add_up(self):
        """Each covers its own amount, though they look the same."""
        _codes, left, shares = self.owed([self.hold(30), self.hold(30)], 100)
        self.assertEqual((left, shares), ({1: 40}, {1: Decimal("0.4")}))

    def test_two_disputes_share_an_item(self):
        """R1.31: 30, then 20 of the same 100: half of it is disputed."""
        _codes, left, shares = self.owed([self.hold(30), self.hold(20)], 100)
        self.assertEqual(left, {1: 50})
        self.assertEqual(shares, {1: Decimal("0.5")})
        codes, left, _shares = self.owed([self.hold(60), self.hold(40)], 100)
        self.assertEqual(codes, {1: "hold_dispute"})

    def test_an_exhausted_dispute_leaves_the_next_one_to_act(self):
        codes, _left, _shares = self.owed([self.hold(100), self.hold()], 100, 100)
        self.assertEqual(codes, {1: "hold_dispute", 2: "hold_dispute"})

    def test_disputed_amount_is_in_company_currency(self):
        """50 € of 1,500 ¥ worth 100 €: half of the yen."""
        yen = item(1, 1500, LATE, company_residual=Decimal(100), currency_id=2)
        found = Assessment(facts([yen], holds={1: [self.hold(50)]}))
        self.assertEqual(found.owed, {1: 750})

    def test_disputed_amount_covers_what_is_not_being_paid(self):
        """100 owed, 40 on their way: a dispute of 60 covers the rest."""
        codes, _left, _shares = self.owed(
            [self.hold(60)], 100, in_process={1: Decimal(40)}
        )
        self.assertEqual(codes, {1: "hold_dispute"})
        codes, left, shares = self.owed(
            [self.hold(15)], 100, in_process={1: Decimal(40)}
        )
        self.assertEqual((codes, left), ({1: "ready"}, {1: 45}))
        self.assertEqual(shares, {1: Decimal("0.75")})

    def test_an_odd_share_stays_exact(self):
        """33.33 of 90.00: 56.67 to the cent, not 56.6699…"""
        _codes, left, _shares = self.owed([self.hold("33.33")], 90)
        self.assertEqual(left, {1: Decimal("56.67")})
