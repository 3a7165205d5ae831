"""Sections 1 to 3 of the rule book, a test named after each rule.

Rules that other files test by their number are found in ``readme/RULES.md``.
"""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_claim_rules import ClaimRulesCommon

DUE, AS_OF = "2026-07-31", "2026-09-15"  # example 1: 46 days at 12.40 %


class RulesCommon(ClaimRulesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consumer = cls._customer("Anne Petit", "consumer")
        cls.commune = cls._customer("Commune", "public", public_buyer_type="local")

    def _claim(self, amount, due, as_of, partner=None, **values):
        invoice = self._invoice(amount, due, partner, **values)
        return invoice.get_late_payment_claim(as_of)

    def _rates(self, claim):
        return [(s["date_from"].isoformat(), s["rate"]) for s in claim["segments"]]

    def _contract(self, rate_type, rate, due=DUE, as_of=AS_OF, amount=10000):
        return self._claim(
            amount,
            due,
            as_of,
            dunning_contract_rate_type=rate_type,
            dunning_contract_rate=rate,
        )

    def _presented(self, invoice, day):
        policy = self.policies[invoice.partner_id.debtor_kind]
        formal = policy.level_ids.filtered("is_formal_notice").sequence
        dates = {"presented_date": day, "deadline_date": day}
        self._notice(self._items(invoice), formal, day, **dates)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestRulesBetweenProfessionals(RulesCommon):
    """Section 1."""

    def test_r1_1_no_claim_is_said_on_the_invoice(self):
        """A commercial lease: the principal alone, with the reason."""
        invoice = self._invoice(10000, DUE)
        self.assertClaim(invoice, AS_OF, 156.27, 40.0, 10000.0)
        invoice.dunning_no_claim = True
        claim = self.assertClaim(invoice, AS_OF, 0.0, 0.0, 10000.0)
        self.assertIn("commercial lease", claim["warnings"][0])

    def test_r1_1_no_claim_is_traced(self):
        """Who took an invoice out of the rules, and when, stays on it."""
        tracked = self.env["account.move"]._track_get_fields()
        self.assertIn("dunning_no_claim", tracked)

    def test_r1_1_no_claim_comes_from_the_journal(self):
        """Set when posted, and a person may clear it on one invoice."""
        journal = self.company_data["default_journal_sale"]
        before = self._invoice(10000, DUE)
        journal.dunning_no_claim = True
        invoice = self._invoice(10000, DUE)
        self.assertFalse(before.dunning_no_claim)
        self.assertTrue(invoice.dunning_no_claim)
        refund = self._refund(invoice, 1, "2026-08-01")
        self.assertFalse(refund.dunning_no_claim)
        invoice.dunning_no_claim = False
        self.assertClaim(invoice, AS_OF, 156.27, 40.0, 10000.0)

    def test_r1_1_a_run_claims_the_principal_alone_where_the_invoice_says_so(self):
        lease = self._invoice(10000, DUE, dunning_no_claim=True)
        sale = self._invoice(10000, DUE)
        lines = self._run(AS_OF).notice_ids.line_ids
        found = {line.move_name: (line.interest, line.indemnity) for line in lines}
        self.assertEqual(found, {lease.name: (0, 0), sale.name: (156.27, 40)})

    def test_r1_3_statutory_rate_where_nothing_is_agreed(self):
        claim = self._claim(10000, DUE, AS_OF)
        self.assertEqual(self._rates(claim), [("2026-08-01", 12.4)])
        self.assertEqual((claim["interest"], claim["warnings"]), (156.27, []))

    def test_r1_4_each_day_bears_the_rate_of_its_semester(self):
        """Cut at 30 June and 31 December, whatever the ECB does in between."""
        claim = self._claim(10000, "2024-05-31", "2025-08-31")
        self.assertEqual(
            self._rates(claim),
            [
                ("2024-06-01", 14.5),
                ("2024-07-01", 14.25),
                ("2025-01-01", 13.15),
                ("2025-07-01", 12.15),
            ],
        )

    def test_r1_4_frozen_at_the_due_date_is_a_choice(self):
        self.company.dunning_rate_mode = "frozen_at_due_date"
        claim = self._claim(10000, "2024-05-31", "2025-08-31")
        self.assertEqual(self._rates(claim), [("2024-06-01", 14.5)])

    def test_r1_5_agreed_rate_lower_than_the_statutory_one(self):
        """9 % is above the floor of 8.25 %; so are a floating and a multiple rate."""
        for rate_type, rate, expected in (
            ("fixed", 9, 9.0),
            ("fixed", 8.25, 8.25),
            ("ecb_plus", 6, 8.4),
            ("legal_multiple", 3, 8.25),
        ):
            with self.subTest(rate_type=rate_type, rate=rate):
                claim = self._contract(rate_type, rate)
                self.assertEqual(self._rates(claim), [("2026-08-01", expected)])
                self.assertEqual(claim["warnings"], [])

    def test_r1_6_the_floor_is_checked_for_each_semester(self):
        """8 %: above 7.86 % in the first half of 2026, under 8.25 % in the second."""
        claim = self._contract("fixed", 8, "2026-05-31")
        self.assertEqual(
            self._rates(claim), [("2026-06-01", 8.0), ("2026-07-01", 12.4)]
        )
        (warning,) = claim["warnings"]
        self.assertIn("2026 S2", warning)
        self.assertNotIn("2026 S1", warning)

    def test_r1_7_the_floor_does_not_bind_the_statutory_rate(self):
        """14.50 against 15.21 in the first half of 2024."""
        invoice = self._invoice(10000, "2024-01-31")
        claim = invoice.get_late_payment_claim("2024-03-31")
        self.assertEqual(self._rates(claim), [("2024-02-01", 14.5)])
        self.company.dunning_default_respects_floor = True
        claim = invoice.get_late_payment_claim("2024-03-31")
        self.assertEqual(self._rates(claim), [("2024-02-01", 15.21)])

    def test_r1_8_a_clause_under_the_floor_is_ignored_or_raised(self):
        """Never 5 % itself; with a warning both times."""
        for option, expected in (("ignore", 12.4), ("raise", 8.25)):
            with self.subTest(option):
                self.company.dunning_rate_below_floor = option
                claim = self._contract("fixed", 5)
                self.assertEqual(self._rates(claim), [("2026-08-01", expected)])
                self.assertIn("R1.8", claim["warnings"][0])

    def test_r1_9_no_legal_maximum(self):
        claim = self._contract("fixed", 60)
        self.assertEqual(self._rates(claim), [("2026-08-01", 60.0)])

    def test_r1_11_the_first_day_is_the_day_after_the_payment_date(self):
        claim = self._claim(10000, DUE, "2026-08-01")
        self.assertEqual(self._rates(claim), [("2026-08-01", 12.4)])
        self.assertEqual((claim["interest"], claim["indemnity"]), (3.4, 40.0))

    def test_r1_12_the_day_of_payment_is_counted_the_due_date_is_not(self):
        for paid, days in (("2026-07-31", 0), ("2026-08-01", 1), (AS_OF, 46)):
            with self.subTest(paid):
                invoice = self._invoice(10000, DUE)
                self._pay(invoice, 10000, paid)
                claim = invoice.get_late_payment_claim("2026-11-22")
                self.assertEqual(sum(s["days"] for s in claim["segments"]), days)
                self.assertEqual(claim["indemnity"], 40.0 if days else 0.0)

    def test_r1_13_a_sunday_is_not_put_off(self):
        """30 August 2026 is one; 14 July and 1 January are holidays."""
        for due, first in (
            ("2026-08-30", "2026-08-31"),
            ("2026-07-14", "2026-07-15"),
            ("2026-01-01", "2026-01-02"),
        ):
            with self.subTest(due):
                claim = self._claim(10000, due, "2026-09-15")
                self.assertEqual(self._rates(claim)[0][0], first)

    def test_r1_14_365_days_even_in_a_leap_year_never_360(self):
        """10 days of February 2024 at 14.50 %, the 29th among them."""
        invoice = self._invoice(10000, "2024-02-20")
        self.assertClaim(invoice, "2024-03-01", 39.73, 40.0, 10000.0)
        self.company.dunning_day_basis = "actual"
        self.assertClaim(invoice, "2024-03-01", 39.62, 40.0, 10000.0)

    def test_r1_14_actual_days_cut_a_rate_at_the_end_of_the_year(self):
        self.company.dunning_day_basis = "actual"
        claim = self._contract("fixed", 20, "2024-12-21", "2025-01-10")
        # 10,000 x 20 % x (10 / 366 + 10 / 365)
        self.assertEqual(claim["interest"], 109.44)

    def test_r1_15_the_base_includes_vat(self):
        tax = self.env["account.tax"].create(
            {"name": "TVA 20", "amount": 20, "amount_type": "percent"}
        )
        line = {"name": "x", "price_unit": 10000, "tax_ids": [Command.set(tax.ids)]}
        claim = self._claim(0, DUE, AS_OF, invoice_line_ids=[Command.create(line)])
        self.assertEqual([s["base"] for s in claim["segments"]], [12000.0])
        self.assertEqual(claim["interest"], 187.53)

    def test_r1_16_rounded_once_half_up(self):
        """Example 2, and 3.65 at 10 % for ten days: half a cent goes up."""
        self.assertEqual(
            self._claim(12000, "2026-05-31", "2026-09-30")["interest"], 494.89
        )
        claim = self._contract("fixed", 10, DUE, "2026-08-05", 3.65)
        self.assertAlmostEqual(claim["segments"][0]["amount"], 0.005)
        self.assertEqual(claim["interest"], 0.01)

    def test_r1_18_no_reminder_is_needed(self):
        invoice = self._invoice(10000, DUE)
        debtor = self._debtor(self.pro)
        self.assertFalse(debtor.notice_ids)
        self.assertClaim(invoice, AS_OF, 156.27, 40.0, 10000.0)

    def test_r1_19_no_interest_on_interest(self):
        """After three years the base is still the principal."""
        self.company.dunning_imputation = "interest_first"
        claim = self._claim(10000, "2023-06-30", "2026-06-30")
        self.assertEqual({s["base"] for s in claim["segments"]}, {10000.0})

    def test_r1_20_the_indemnity_from_the_first_day(self):
        invoice = self._invoice(10000, DUE)
        for as_of, fee in (("2026-07-31", 0.0), ("2026-08-01", 40.0)):
            self.assertEqual(invoice.get_late_payment_claim(as_of)["indemnity"], fee)

    def test_r1_21_one_for_each_invoice_not_for_each_payment(self):
        invoices = [self._invoice(100, "2026-09-30") for _number in range(3)]
        for day in ("2026-10-10", "2026-10-20", "2026-10-30"):
            self._pay(invoices[0], 30, day)
        fees = [one.get_late_payment_claim("2026-11-22") for one in invoices]
        self.assertEqual([fee["indemnity"] for fee in fees], [40.0] * 3)

    def test_r1_22_whole_though_a_part_was_paid_in_time(self):
        invoice = self._invoice(10000, DUE)
        self._pay(invoice, 9999, "2026-07-30")
        # 1.00 x 12.40 % x 46 / 365
        self.assertClaim(invoice, AS_OF, 0.02, 40.0, 1.0)

    def test_r1_23_no_threshold(self):
        """One cent, one day."""
        claim = self._claim(0.01, DUE, "2026-08-01")
        self.assertEqual((claim["interest"], claim["indemnity"]), (0.0, 40.0))

    def test_r1_24_nothing_but_interest_and_the_flat_sum_is_computed(self):
        claim = self._claim(10000, DUE, "2026-11-22")
        amounts = {name for name, value in claim.items() if isinstance(value, float)}
        self.assertEqual(amounts, {"principal", "interest", "indemnity"})
        self.assertEqual(claim["indemnity"], 40.0)

    def test_r1_25_cases_without_indemnity(self):
        in_time = self._invoice(100, DUE)
        self._pay(in_time, 100, DUE)
        cancelled = self._invoice(100, DUE)
        self._match(cancelled, self._refund(cancelled, 100, "2026-07-20"))
        for name, invoice in (
            ("consumer", self._invoice(100, DUE, self.consumer)),
            ("paid in time", in_time),
            ("cancelled", cancelled),
        ):
            with self.subTest(name):
                claim = invoice.get_late_payment_claim(AS_OF)
                self.assertEqual(claim["indemnity"], 0.0)

    def test_r1_26_due_on_the_day_of_the_judgment_or_later(self):
        eve = self._invoice(100, "2026-08-31", invoice_date="2026-08-01")
        day = self._invoice(100, "2026-09-01", invoice_date="2026-08-01")
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "insolvency",
                "date_from": "2026-09-01",
                "judgment_date": "2026-09-01",
            }
        )
        fees = [one.get_late_payment_claim(AS_OF)["indemnity"] for one in (eve, day)]
        self.assertEqual(fees, [40.0, 0.0])

    def test_r1_27_several_credit_notes_of_both_kinds(self):
        invoice = self._invoice(10000, DUE)
        self._match(invoice, self._refund(invoice, 1000, "2026-09-10"))
        gesture = self._refund(
            invoice, 2000, "2026-08-20", dunning_credit_kind="gesture"
        )
        self._match(invoice, gesture)
        self._match(invoice, self._refund(invoice, 500, "2026-08-30"))
        claim = invoice.get_late_payment_claim(AS_OF)
        self.assertEqual(
            [(s["base"], s["days"]) for s in claim["segments"]],
            [(8500.0, 20), (6500.0, 26)],
        )

    def test_r1_28_interest_on_what_remains_day_by_day(self):
        invoice = self._invoice(10000, DUE)
        self._pay(invoice, 4000, "2026-08-20")
        self._pay(invoice, 6000, "2026-08-25")
        claim = invoice.get_late_payment_claim("2026-11-22")
        self.assertEqual(
            [(s["base"], s["days"]) for s in claim["segments"]],
            [(10000.0, 20), (6000.0, 5)],
        )

    def test_r1_29_the_forty_euros_come_last(self):
        """Example 3 with a payment of the whole: no order pays the 40 € first."""
        for order, interest, left in (
            ("principal_first", 61.15, 0.0),
            ("interest_first", 61.73, 0.0),
        ):
            with self.subTest(order):
                self.company.dunning_imputation = order
                invoice = self._invoice(6000, "2026-08-31")
                self._pay(invoice, 6000, "2026-09-30")
                # interest first: 61.15 of principal go on for 28 days to 28 October
                self.assertClaim(invoice, "2026-10-28", interest, 40.0, left)

    def test_r1_29_first_debts_first_where_none_is_named(self):
        old, young = self._invoice(1000, DUE), self._invoice(1000, "2026-08-31")
        receipt = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.pro.id,
                "amount": 1000,
                "date": "2026-08-10",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        receipt.action_post()
        days = [
            sum(s["days"] for s in one.get_late_payment_claim(AS_OF)["segments"])
            for one in (old, young)
        ]
        self.assertEqual(days, [10, 15])

    def test_r1_29_interest_first_goes_on_after_a_judgment(self):
        """What a payment left of the principal is what the legal rate bears on."""
        self.company.dunning_imputation = "interest_first"
        invoice = self._invoice(
            6000, "2026-08-31", dunning_judgment_served="2026-10-15"
        )
        self._pay(invoice, 2500, "2026-09-30")
        claim = invoice.get_late_payment_claim("2026-10-31")
        self.assertEqual(
            [(s["base"], s["days"], s["rate"]) for s in claim["segments"]],
            [(6000.0, 30, 12.4), (3561.15, 15, 12.4), (3561.15, 16, 2.75)],
        )

    def test_r1_31_the_disputed_part_claims_nothing_until_then(self):
        self._invoice(10000, DUE)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "dispute",
                "date_from": "2026-09-01",
                "amount": 4000,
            }
        )
        line = self._run(AS_OF).notice_ids.line_ids
        self.assertEqual((line.residual, line.indemnity), (6000.0, 40.0))
        self.assertEqual(line.interest, 93.76)

    def _pause(self, **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "other",
                "date_from": "2026-08-11",
                "date_to": "2026-08-31",
                "suspends_interest": True,
                **values,
            }
        )

    def test_r1_32_a_judges_period_of_grace_bears_nothing(self):
        """Its first and last day included; what was run up before stays."""
        invoice, other = self._invoice(10000, DUE), self._invoice(10000, DUE)
        hold = self._pause(move_ids=[Command.set(invoice.ids)])
        claim = invoice.get_late_payment_claim(AS_OF)
        self.assertEqual(
            [(s["date_from"], s["days"]) for s in claim["segments"]],
            [(date(2026, 8, 1), 10), (date(2026, 9, 1), 15)],
        )
        # 25 days: 84.931507
        self.assertEqual((claim["interest"], claim["indemnity"]), (84.93, 40.0))
        self.assertClaim(other, AS_OF, 156.27, 40.0, 10000.0)
        hold.action_release()
        self.assertEqual(invoice.get_late_payment_claim(AS_OF), claim)

    def test_r1_32_a_plan_suspends_nothing_unless_it_says_so(self):
        invoice = self._invoice(10000, DUE)
        hold = self._pause(kind="plan", suspends_interest=False)
        self.assertClaim(invoice, AS_OF, 156.27, 40.0, 10000.0)
        hold.suspends_interest = True
        self.assertClaim(invoice, AS_OF, 84.93, 40.0, 10000.0)

    def test_r1_35_claimed_after_the_principal_was_paid(self):
        invoice = self._invoice(10000, DUE)
        self._pay(invoice, 10000, AS_OF)
        self.assertClaim(invoice, "2026-11-22", 156.27, 40.0, 0.0)

    def test_r1_36_interest_older_than_five_years_is_said(self):
        """Day by day: 22 November 2021 is the oldest day on 22 November 2026."""
        for due, said in (("2021-11-20", True), ("2021-11-21", False)):
            with self.subTest(due):
                claim = self._claim(10000, due, "2026-11-22")
                self.assertEqual(
                    any("R1.36" in text for text in claim["warnings"]), said
                )


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestRulesForOthers(RulesCommon):
    """Sections 2 and 3."""

    def test_r2_2_neither_forty_euros_nor_ecb_rate(self):
        invoice = self._invoice(1200, "2026-06-30", self.consumer)
        self._presented(invoice, "2026-09-01")
        claim = invoice.get_late_payment_claim("2026-10-15")
        self.assertEqual((claim["indemnity"], claim["interest"]), (0.0, 3.98))

    def test_r2_3_nothing_before_the_formal_notice(self):
        invoice = self._invoice(1200, "2026-06-30", self.consumer)
        self.assertClaim(invoice, "2026-11-22", 0.0, 0.0, 1200.0)

    def test_r2_3_a_contract_rate_is_not_used(self):
        invoice = self._invoice(
            1200,
            "2026-06-30",
            self.consumer,
            dunning_contract_rate_type="fixed",
            dunning_contract_rate=12,
        )
        self._presented(invoice, "2026-09-01")
        claim = invoice.get_late_payment_claim("2026-10-15")
        self.assertEqual(self._rates(claim), [("2026-09-02", 2.75)])
        self.assertIn("R2.3", claim["warnings"][0])

    def test_r2_4_the_lower_column(self):
        invoice = self._invoice(1200, "2026-06-30", self.consumer)
        self._presented(invoice, "2026-09-01")
        claim = invoice.get_late_payment_claim("2026-10-15")
        self.assertNotIn(6.84, [segment["rate"] for segment in claim["segments"]])

    def test_r2_5_each_day_bears_the_rate_of_its_semester(self):
        invoice = self._invoice(1200, "2026-03-31", self.consumer)
        self._presented(invoice, "2026-06-15")
        claim = invoice.get_late_payment_claim("2026-07-31")
        self.assertEqual(
            self._rates(claim), [("2026-06-16", 2.62), ("2026-07-01", 2.75)]
        )

    def test_r2_6_from_the_day_after_it_was_presented(self):
        """Also when the letter was presented before the due date of an instalment."""
        invoice = self._invoice(1200, "2026-06-30", self.consumer)
        self._presented(invoice, "2026-09-01")
        for as_of, interest in (("2026-09-01", 0.0), ("2026-09-02", 0.09)):
            claim = invoice.get_late_payment_claim(as_of)
            self.assertEqual(claim["interest"], interest)

    def test_r2_7_five_points_two_months_after_the_service(self):
        """29 December: the two months end on 28 February."""
        invoice = self._invoice(
            10000, "2025-12-01", dunning_judgment_served="2025-12-31"
        )
        claim = invoice.get_late_payment_claim("2026-03-31")
        self.assertEqual(
            self._rates(claim)[-2:], [("2026-01-01", 2.62), ("2026-03-01", 7.62)]
        )

    def test_r2_8_no_costs_beside_interest(self):
        invoice = self._invoice(1200, "2026-06-30", self.consumer)
        self._presented(invoice, "2026-09-01")
        notice = self._run("2026-11-20").notice_ids
        self.assertEqual(notice.amount_indemnity, 0)
        self.assertEqual(notice.amount_principal, 1200)

    def test_r3_1_a_contracting_entity_follows_the_commercial_code(self):
        """Not a public buyer in the sense of the code: said on its invoice."""
        claim = self._claim(10000, DUE, AS_OF, self.commune)
        self.assertEqual(self._rates(claim), [("2026-08-01", 10.4)])
        claim = self._claim(10000, DUE, AS_OF, self.commune, debtor_kind="professional")
        self.assertEqual(self._rates(claim), [("2026-08-01", 12.4)])

    def _public(self, public_type="local", start="2026-06-01", **values):
        commune = self._customer("Public", "public", public_buyer_type=public_type)
        return self._invoice(
            25000,
            "2026-07-15",
            commune,
            invoice_date="2026-05-20",
            dunning_term_start=start,
            **values,
        )

    def test_r3_2_thirty_fifty_or_sixty_days(self):
        for public_type, first in (
            ("state", "2026-07-02"),
            ("local", "2026-07-02"),
            ("health", "2026-07-22"),
            ("undertaking", "2026-08-01"),
        ):
            with self.subTest(public_type):
                claim = self._public(public_type).get_late_payment_claim(AS_OF)
                self.assertEqual(self._rates(claim)[0][0], first)

    def test_r3_3_from_the_day_it_was_available(self):
        """Not from the date of the invoice, nor from its due date."""
        claim = self._public(start="2026-05-04").get_late_payment_claim(AS_OF)
        self.assertEqual(self._rates(claim)[0][0], "2026-06-04")

    def test_r3_4_a_suspension_puts_the_end_off(self):
        """11 days, both ends included; while it lasts nothing is late."""
        invoice = self._public(dunning_suspension_from="2026-06-10")
        self.assertClaim(invoice, AS_OF, 0.0, 0.0, 25000.0)
        invoice.dunning_suspension_to = "2026-06-20"
        claim = invoice.get_late_payment_claim(AS_OF)
        self.assertEqual(self._rates(claim)[0][0], "2026-07-13")

    def test_r3_6_one_rate_for_the_whole_delay(self):
        """That of the half-year in which interest started, not of the due date."""
        claim = self._public(start="2026-05-04").get_late_payment_claim("2026-11-22")
        self.assertEqual(self._rates(claim), [("2026-06-04", 10.15)])
        claim = self._public(start="2026-05-31").get_late_payment_claim("2026-11-22")
        self.assertEqual(self._rates(claim), [("2026-07-01", 10.4)])

    def test_r3_7_to_the_day_it_is_put_into_payment_included(self):
        invoice = self._public(start="2026-05-04")
        self._pay(invoice, 25000, "2026-08-20")
        claim = invoice.get_late_payment_claim("2026-11-22")
        (segment,) = claim["segments"]
        self.assertEqual((segment["days"], claim["interest"]), (78, 542.26))

    def test_r3_8_the_retention_money_is_out_of_the_base(self):
        """5 % kept on an account of its own (411700): interest on the 95 % alone."""
        account = self.receivable.copy({"code": "411799"})
        account.dunning_excluded = True
        invoice = self._public()
        held = self._entry("2026-06-01", (self.receivable, -1250), (account, 1250))
        held.line_ids.partner_id = invoice.partner_id
        self._match(invoice, held)
        claim = invoice.get_late_payment_claim(AS_OF)
        self.assertEqual({s["base"] for s in claim["segments"]}, {23750.0})
        self.assertEqual(claim["principal"], 23750.0)
        sheet = str(invoice._dunning_calculation_sheet(date(2026, 9, 15)))
        self.assertIn("Retention money", sheet)

    def test_r3_9_divisor_365(self):
        claim = self._claim(36500, "2026-07-31", "2026-08-01", self.commune)
        self.assertEqual(claim["interest"], 10.4)

    def test_r3_10_forty_euros_a_late_payment(self):
        claim = self._public().get_late_payment_claim(AS_OF)
        self.assertEqual(claim["indemnity"], 40.0)

    def test_r3_10_the_figure_is_of_public_procurement_law(self):
        """Another amount for public buyers: theirs alone, from its own day."""
        figures = self.env["dunning.parameter"]
        figures.search([("key", "=", "fr.public_flat_fee"), ("date_to", "=", False)])[
            0
        ].date_to = "2026-06-30"
        figures.create(
            {
                "key": "fr.public_flat_fee",
                "name": "Test",
                "value": 55,
                "date_from": "2026-07-01",
                "reference": "CCP art. D2192-36",
            }
        )
        late = self._invoice(100, "2026-07-31", self.commune)
        self.assertEqual(late.get_late_payment_claim(AS_OF)["indemnity"], 55.0)
        [section] = late._dunning_calculation_sheet(date.fromisoformat(AS_OF))
        [invoice] = section["invoices"]
        self.assertIn("CCP art. D2192-36", invoice["indemnity_rule"])
        self.assertIn("55", late._dunning_legal_mention())
        before = self._invoice(100, "2026-05-31", self.commune)
        private = self._invoice(100, "2026-07-31")
        for move in (before, private):
            claim = move.get_late_payment_claim(AS_OF)
            self.assertEqual(claim["indemnity"], 40.0)

    def test_r9_2_semester_missing(self):
        invoice = self._invoice(100, "2026-09-30")
        with self.assertRaisesRegex(UserError, "2027 S1"):
            invoice.get_late_payment_claim("2027-01-01")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSettingsQuoteTheirRule(ClaimRulesCommon):
    """Each default that is to be verified can be changed, and says so."""

    SETTINGS = (
        ("res.company", "dunning_day_basis", "R1.14 R1.13 R1.16 R3.9", True),
        ("res.company", "dunning_rate_mode", "R1.4", True),
        ("res.company", "dunning_default_respects_floor", "R1.7", True),
        ("res.company", "dunning_rate_below_floor", "R1.8 R1.6", True),
        ("res.company", "dunning_imputation", "R1.29", True),
        ("res.company", "dunning_fee_per", "R1.21", True),
        ("res.company", "dunning_foreign_law", "R1.1", True),
        ("res.company", "dunning_acknowledgement_counts", "R7.10", True),
        ("account.move", "limitation_date", "R7.7 R7.8", True),
        ("account.move", "limitation_contractual_date", "R7.7", True),
        ("account.move", "limitation_possible_date", "R7.10", True),
        ("account.move", "dunning_limitation_period", "R7.4 R7.6", False),
        ("account.move", "dunning_no_claim", "R1.1", True),
        ("account.journal", "dunning_no_claim", "R1.1", True),
        ("account.move", "dunning_credit_kind", "R1.27", True),
        ("account.move", "dunning_judgment_served", "R2.7 R1.10", True),
        ("account.move", "dunning_term_start", "R3.3", False),
        ("account.move", "dunning_suspension_from", "R3.4", False),
        ("dunning.hold", "judgment_date", "R1.26 R2.15", True),
        ("dunning.hold", "amount", "R1.31", True),
        ("dunning.hold", "suspends_interest", "R1.32", True),
        ("dunning.notice", "presented_date", "R2.6", True),
    )

    def test_help_texts(self):
        for model, name, rules, unsure in self.SETTINGS:
            text = self.env[model]._fields[name].help
            with self.subTest(model=model, field=name):
                for rule in rules.split():
                    self.assertIn(rule, text)
                self.assertEqual("to verify" in text.lower(), unsure)
