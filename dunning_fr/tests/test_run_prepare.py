from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestRunPrepare(DunningCommon):
    """From due items to draft notices, with every reason not to."""

    def _notice(self, run, partner=None):
        return run.notice_ids.filtered(
            lambda notice: notice.partner_id == (partner or self.pro)
        )

    def _codes(self, run):
        return {group["code"]: group["count"] for group in run.left_out or []}

    def _explain(self, day, partner=None):
        debtor = self.env["dunning.debtor"].search(
            [("partner_id", "=", (partner or self.pro).id)]
        ) or self.env["dunning.debtor"].create(
            {"partner_id": (partner or self.pro).id, "company_id": self.company.id}
        )
        return {row["move_line_id"]: row for row in debtor.explain(day)}

    def _receivable(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _send(self, notices, presented=None):
        """Leave ``notices`` as the worker does after sending (state and proof)."""
        values = {"state": "sent"}
        if presented:
            values["presented_date"] = presented
        notices.sudo()._proof_unlocked().write(values)
        notices.run_id._settle_state()

    # ----------------------------------------------------------- boundaries

    def test_due_today_is_not_late_and_the_delay_is_in_calendar_days(self):
        # under the threshold of the reminder before the due date
        self._invoice(999, "2026-09-01")
        self.assertFalse(self._run("2026-09-01").notice_ids)
        self.assertFalse(self._run("2026-09-07").notice_ids)
        run = self._run("2026-09-08")
        self.assertRecordValues(
            run.notice_ids,
            [
                {
                    "partner_id": self.pro.id,
                    "state": "draft",
                    "amount_principal": 999.0,
                    "amount_total": 999.0,
                    "policy_id": self.policies["professional"].id,
                    "level_id": self.policies["professional"].level_ids[0].id,
                    # 8 September + 8 days, a Wednesday (R5.13)
                    "deadline_date": date(2026, 9, 16),
                }
            ],
        )
        self.assertRecordValues(
            run.notice_ids.line_ids,
            [{"residual": 999.0, "days_late": 7, "claimed": True, "level_sequence": 1}],
        )

    def test_a_missed_day_is_caught_up_at_level_one(self):
        self._invoice(1000, "2026-05-04")
        run = self._run("2026-09-08")
        self.assertEqual(run.notice_ids.line_ids.level_sequence, 1)

    def test_claim_is_on_every_line_but_only_claimed_levels_add_it(self):
        """Level 1 states 1,000.00; the claim is kept for the record (R1.33)."""
        self._invoice(10000, "2026-07-31")
        run = self._run("2026-09-15")
        self.assertRecordValues(
            run.notice_ids,
            [
                {
                    "amount_principal": 10000.0,
                    "amount_interest": 156.27,  # law-fr ex. 1: 46 days at 12.40 %
                    "amount_indemnity": 40.0,
                    "amount_total": 10000.0,
                }
            ],
        )

    def test_levels_climb_one_by_one_after_each_sending(self):
        self._invoice(1000, "2026-09-01")
        expected = [("2026-09-08", 1), ("2026-09-16", 2), ("2026-10-01", 3)]
        for day, level in expected:
            run = self._run(day)
            self.assertEqual(run.notice_ids.line_ids.level_sequence, level, day)
            self._send(run.notice_ids)
        formal = run.notice_ids
        self.assertTrue(formal.is_formal_notice)
        # 1 October + 5 days of post + 8 days (R5.13)
        self.assertEqual(formal.deadline_date, date(2026, 10, 14))
        self.assertAlmostEqual(
            formal.amount_total,
            formal.amount_principal + formal.amount_interest + formal.amount_indemnity,
        )
        run = self._run("2026-11-01")
        self.assertEqual(self._codes(run), {"not_presented": 1})
        self._send(formal, presented="2026-10-08")
        run = self._run("2026-11-02")
        self.assertEqual(run.notice_ids.line_ids.level_sequence, 4)

    def test_level_four_counts_from_the_later_expiry(self):
        """Presented late: presentation + 8 days beats the printed date (R5.13)."""
        self._invoice(1000, "2026-08-03")
        for day in ("2026-08-10", "2026-08-18", "2026-09-02"):
            run = self._run(day)
            self._send(run.notice_ids)
        self._send(run.notice_ids, presented="2026-09-14")  # expiry 22, + 5 = 27
        self.assertFalse(self._run("2026-09-26").notice_ids)
        self.assertTrue(self._run("2026-09-27").notice_ids)

    def test_minimum_interval_holds_whatever_the_number_of_runs(self):
        self._invoice(1000, "2026-06-01")
        self._send(self._run("2026-09-08").notice_ids)
        for day in ("2026-09-08", "2026-09-10", "2026-09-14"):
            self.assertEqual(self._codes(self._run(day)), {"wait_interval": 1})
        self.assertTrue(self._run("2026-09-15").notice_ids)

    def test_a_run_before_the_last_one_is_allowed_and_sends_nothing_twice(self):
        self._invoice(1000, "2026-06-01")
        self._send(self._run("2026-09-08").notice_ids)
        self.assertFalse(self._run("2026-09-01").notice_ids)

    def test_a_run_in_the_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._run("2026-11-23")

    # -------------------------------------------------------------- amounts

    def test_partial_payment_leaves_the_residual(self):
        invoice = self._invoice(6000, "2026-08-31")
        self._pay(invoice, 2500, "2026-09-30")
        line = self._run("2026-10-31").notice_ids.line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "residual": 3500.0,
                    "amount_original": 6000.0,
                    "interest": 98.01,  # law-fr ex. 3, principal first
                    "indemnity": 40.0,
                }
            ],
        )

    def test_three_invoices_keep_their_own_residual_and_fee(self):
        """40 € an invoice, even with the same due date (R1.21)."""
        for amount in (100, 200, 300):
            self._invoice(amount, "2026-08-31")
        notice = self._run("2026-10-31").notice_ids
        self.assertEqual(sorted(notice.line_ids.mapped("residual")), [100, 200, 300])
        self.assertEqual(notice.amount_indemnity, 120.0)

    def test_open_credits_are_listed_and_deducted(self):
        self._invoice(1000, "2026-09-01")
        refund = self._invoice(150, "2026-09-05", move_type="out_refund")
        notice = self._run("2026-09-10").notice_ids
        self.assertEqual(notice.amount_principal, 850.0)
        credit = notice.line_ids.filtered(lambda line: line.residual < 0)
        self.assertRecordValues(
            credit,
            [{"move_name": refund.name, "residual": -150.0, "claimed": False}],
        )

    def test_credits_that_cover_everything_send_nothing(self):
        self._invoice(100, "2026-09-01")
        self._invoice(100, "2026-09-05", move_type="out_refund")
        run = self._run("2026-09-10")
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._codes(run), {"covered_by_credits": 1})

    def test_no_formal_notice_while_money_is_unallocated(self):
        self._invoice(1000, "2026-08-03")
        for day in ("2026-08-10", "2026-08-18"):
            self._send(self._run(day).notice_ids)
        self.env["account.payment"].create(
            {
                "partner_id": self.pro.id,
                "amount": 50,
                "payment_type": "inbound",
                "date": "2026-08-20",
            }
        ).action_post()
        self.assertEqual(
            self._codes(self._run("2026-09-02")), {"credit_unallocated": 1}
        )

    def test_tolerance(self):
        self._invoice(1.0, "2026-09-01")
        self.assertEqual(self._codes(self._run("2026-09-10")), {"within_tolerance": 1})
        self.company.dunning_tolerance = 0.5
        self.assertTrue(self._run("2026-09-10").notice_ids)

    def test_minimum_amount_of_the_formal_level(self):
        self._invoice(49, "2026-08-03")
        for day in ("2026-08-10", "2026-08-18"):
            self._send(self._run(day).notice_ids)
        self.assertEqual(self._codes(self._run("2026-09-02")), {"below_minimum": 1})

    def test_one_notice_per_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": usd.id, "rate": 0.01, "name": "2026-01-01"}
        )
        self._invoice(1000, "2026-09-01")
        self._invoice(1000, "2026-09-01", currency_id=usd.id)
        notices = self._run("2026-09-10").notice_ids
        self.assertEqual(
            {(n.currency_id.name, n.amount_principal) for n in notices},
            {("EUR", 1000.0), ("USD", 1000.0)},
        )

    def test_tolerance_is_in_company_currency(self):
        """A rate far from 1: 1.50 foreign is 150 in euros, not within 1 euro."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": usd.id, "rate": 0.01, "name": "2026-01-01"}
        )
        self._invoice(1, "2026-09-01", currency_id=usd.id)
        self.assertTrue(self._run("2026-09-10").notice_ids)

    # --------------------------------------------------- formal notice alone

    def test_formal_notice_claims_its_items_and_lists_the_others(self):
        self._invoice(1000, "2026-08-03")
        for day in ("2026-08-10", "2026-08-18"):
            self._send(self._run(day).notice_ids)
        other = self._invoice(500, "2026-08-20")
        notice = self._run("2026-09-02").notice_ids
        self.assertEqual(notice.amount_principal, 1000.0)
        listed = notice.line_ids.filtered(lambda line: not line.claimed)
        self.assertEqual(listed.move_name, other.name)
        self.assertEqual(listed.level_sequence, 0)
        self._send(notice)
        again = self._run("2026-09-03").notice_ids
        self.assertEqual(again.line_ids.mapped("level_sequence"), [1])

    def test_lower_levels_travel_with_the_highest(self):
        first = self._invoice(1000, "2026-08-03")
        self._send(self._run("2026-08-10").notice_ids)
        second = self._invoice(500, "2026-08-10")
        notice = self._run("2026-08-18").notice_ids
        levels = {line.move_name: line.level_sequence for line in notice.line_ids}
        self.assertEqual(levels, {first.name: 2, second.name: 1})
        self.assertEqual(notice.level_id.sequence, 2)

    # ----------------------------------------------------------- the reasons

    def test_plain_reasons_not_to_remind(self):
        cases = {
            "no_followup": lambda i: self._receivable(i).write({"no_followup": True}),
            "blocked": lambda i: i.action_toggle_block_payment(),
            "partner_excluded": lambda i: i.partner_id.write(
                {"dunning_excluded": True}
            ),
            "archived": lambda i: i.partner_id.action_archive(),
            "account_excluded": lambda i: self._receivable(i).account_id.write(
                {"dunning_excluded": True}
            ),
        }
        for code, stop in cases.items():
            with self.subTest(code):
                partner = self._customer(f"{code} SA", "professional")
                if code == "account_excluded":
                    partner.property_account_receivable_id = self.env[
                        "account.account"
                    ].create(
                        {
                            "code": "411799",
                            "name": "Retenues",
                            "account_type": "asset_receivable",
                            "reconcile": True,
                        }
                    )
                stop(self._invoice(1000, "2026-09-01", partner))
                run = self._run("2026-09-10")
                self.assertFalse(self._notice(run, partner))
                self.assertIn(code, self._codes(run))
                for row in self._explain("2026-09-10", partner).values():
                    self.assertEqual((row["code"], row["next_level"]), (code, False))
                    self.assertTrue(row["reason"])

    def test_holdback_account_of_the_french_chart_is_excluded(self):
        account = self.env["account.account"].search(
            [("code", "=like", "4117%"), ("company_ids", "in", self.company.ids)]
        )
        self.assertTrue(account)
        self.assertTrue(all(account.mapped("dunning_excluded")))

    def test_hold_covers_its_days_both_included(self):
        invoice = self._invoice(1000, "2026-09-01")
        debtor = self.env["dunning.debtor"].create(
            {"partner_id": self.pro.id, "company_id": self.company.id}
        )
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "kind": "promise",
                "date_from": "2026-09-10",
                "date_to": "2026-09-20",
            }
        )
        for day, held in [
            ("2026-09-09", False),
            ("2026-09-10", True),
            ("2026-09-20", True),
            ("2026-09-21", False),
        ]:
            row = self._explain(day)[self._receivable(invoice).id]
            self.assertEqual(row["code"] == "hold_promise", held, day)
        hold.action_release()
        self.assertTrue(self._run("2026-09-15").notice_ids)

    def test_hold_on_one_invoice_leaves_the_others(self):
        held = self._invoice(1000, "2026-09-01")
        free = self._invoice(500, "2026-09-01")
        debtor = self.env["dunning.debtor"].create(
            {"partner_id": self.pro.id, "company_id": self.company.id}
        )
        self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "kind": "dispute",
                "move_ids": held.ids,
                "date_from": "2026-09-01",
            }
        )
        lines = self._run("2026-09-10").notice_ids.line_ids
        self.assertEqual(lines.mapped("move_name"), [free.name])

    def test_dispute_with_amount_leaves_the_undisputed_part(self):
        """The undisputed part stays due, with its share of the claim (R1.31)."""
        invoice = self._invoice(10000, "2026-07-31")
        debtor = self.env["dunning.debtor"].create(
            {"partner_id": self.pro.id, "company_id": self.company.id}
        )
        self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "kind": "dispute",
                "move_ids": invoice.ids,
                "amount": 4000,
                "date_from": "2026-08-01",
            }
        )
        line = self._run("2026-09-15").notice_ids.line_ids
        self.assertEqual(line.residual, 6000)
        self.assertAlmostEqual(line.interest, 93.76)  # 60 % of 156.27

    def test_debtor_to_qualify_gets_two_reminders_for_the_principal(self):
        unknown = self._customer("Mystère SAS")
        self._invoice(1000, "2026-08-03", unknown)
        for day, level in (("2026-08-10", 1), ("2026-08-18", 2)):
            notice = self._notice(self._run(day), unknown)
            self.assertRecordValues(
                notice,
                [{"amount_interest": 0, "amount_indemnity": 0, "amount_total": 1000}],
            )
            self.assertEqual(notice.level_id.sequence, level)
            self._send(notice)
        self.assertEqual(self._codes(self._run("2026-09-10")), {"to_qualify": 1})

    def test_public_formal_notice_is_left_to_a_person(self):
        """No automatic formal notice to a public buyer (R3.18)."""
        commune = self._customer("Commune de Lyon", "public", public_buyer_type="local")
        self._invoice(1000, "2026-06-01", commune)
        for day in ("2026-06-11", "2026-07-01"):
            self._send(self._notice(self._run(day), commune))
        self.assertEqual(self._codes(self._run("2026-08-15")), {"by_person": 1})

    def test_public_term_runs_from_availability(self):
        """Available 04/05/2026, term ends 03/06/2026, level 1 ten days later (R3.3)."""
        commune = self._customer("Commune de Lyon", "public", public_buyer_type="local")
        invoice = self._invoice(
            25000, "2026-05-10", commune, dunning_term_start="2026-05-04"
        )
        self.assertFalse(self._run("2026-06-12").notice_ids)
        line = self._run("2026-06-13").notice_ids.line_ids
        self.assertEqual(line.date_maturity, date(2026, 6, 3))
        self.assertEqual(line.days_late, 10)
        self.assertTrue(line.document_key.startswith(f"{invoice.id}:"))

    def test_item_in_an_unsent_draft_is_not_drafted_again(self):
        self._invoice(1000, "2026-09-01")
        first = self._run("2026-09-10")
        second = self._run("2026-09-11")
        self.assertFalse(second.notice_ids)
        self.assertEqual(self._codes(second), {"pending": 1})
        first.action_cancel()
        self.assertEqual(first.state, "cancelled")
        self.assertTrue(self._run("2026-09-11").notice_ids)

    def test_preparing_twice_does_not_double(self):
        self._invoice(1000, "2026-09-01")
        run = self._run("2026-09-10")
        run.action_prepare()
        self.assertEqual(len(run.notice_ids), 1)
        self.assertEqual(len(run.notice_ids.line_ids), 1)

    def test_reminder_before_the_due_date(self):
        """A0: professionals above the threshold, a week before, once."""
        self._invoice(5000, "2026-09-15")
        self._invoice(500, "2026-09-15")
        notice = self._run("2026-09-08").notice_ids
        self.assertTrue(notice.is_pre_reminder)
        self.assertFalse(notice.level_id)
        self.assertEqual(notice.line_ids.residual, 5000)
        self._send(notice)
        self.assertFalse(self._run("2026-09-09").notice_ids)
        # a reminder before the due date is no level
        late = self._run("2026-09-22").notice_ids.line_ids
        self.assertEqual(set(late.mapped("level_sequence")), {1})

    def test_time_barred_item_is_left_to_a_person(self):
        """A consumer's debt is barred after two years (R7.3)."""
        consumer = self._customer("Jeanne Petit", "consumer")
        self._invoice(300, "2024-09-01", consumer)
        self.assertEqual(self._codes(self._run("2026-09-02")), {"time_barred": 1})
        self.assertTrue(self._run("2026-09-01").notice_ids)

    def test_policy_of_invoice_then_customer_then_kind(self):
        special = self.policies["professional"].copy(
            {"default_for_kind": False, "name": "Key accounts"}
        )
        partner = self._customer("Grand Compte SA", "professional")
        partner.dunning_policy_id = special
        by_partner = self._invoice(1000, "2026-09-01", partner)
        by_invoice = self._invoice(
            1000, "2026-09-01", partner, dunning_policy_id=self.policies["consumer"].id
        )
        notices = self._notice(self._run("2026-09-11"), partner)
        self.assertEqual(
            {n.line_ids.move_name: n.policy_id for n in notices},
            {by_partner.name: special, by_invoice.name: self.policies["consumer"]},
        )

    def test_lines_without_due_date_are_listed_not_lost(self):
        entry = self.env["account.move"].create(
            {
                "date": "2026-09-01",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_receivable"
                            ].id,
                            "partner_id": self.pro.id,
                            "debit": 100,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 100,
                        },
                    ),
                ],
            }
        )
        entry.action_post()
        line = self._receivable(entry)
        line.date_maturity = False
        self.assertEqual(self._codes(self._run("2026-09-10")), {"no_due_date": 1})

    # ---------------------------------------------------------------- rights

    def test_only_collectors_may_run(self):
        outsider = self.env["res.users"].create(
            {
                "name": "Outsider",
                "login": "outsider",
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        run = self._run("2026-09-10")
        for method in ("action_prepare", "action_send", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(run.with_user(outsider), method)()

    def test_a_done_run_cannot_be_prepared_or_cancelled(self):
        self._invoice(1000, "2026-09-01")
        run = self._run("2026-09-10")
        self._send(run.notice_ids)
        self.assertEqual(run.state, "done")
        with self.assertRaises(UserError):
            run.action_prepare()
        with self.assertRaises(UserError):
            run.action_cancel()

    # ---------------------------------------------------------- missing rate

    def test_missing_semester_leaves_its_items_and_serves_the_others(self):
        """R9.2: never the last known rate; the reason names the semester."""
        consumer = self._customer("Jeanne Petit", "consumer")
        self._invoice(1000, "2026-12-01")
        self._invoice(300, "2026-12-01", consumer)
        with freeze_time("2027-01-20"):
            run = self._run("2027-01-15")
            self.assertEqual(run.notice_ids.partner_id, consumer)
            self.assertEqual(self._codes(run)["missing_rate"], 1)
            reasons = [row["reason"] for row in self._explain("2027-01-15").values()]
        self.assertIn("2027", reasons[0])
        self.assertIn("Rates", reasons[0])

    # ------------------------------------------------------- drafts, ledger

    def test_refresh_follows_the_ledger(self):
        invoice = self._invoice(1000, "2026-09-01")
        other = self._invoice(400, "2026-09-01")
        notice = self._run("2026-09-10").notice_ids
        self._pay(invoice, 1000, "2026-09-10")
        self.assertIn(invoice.name, notice._ledger_changes()[notice.id])
        notice._refresh_drafts()
        self.assertEqual(notice.line_ids.move_name, other.name)
        self.assertEqual(notice.amount_principal, 400)
        self.assertEqual(notice._ledger_changes(), {})
        self._pay(other, 400, "2026-09-10")
        notice._refresh_drafts()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn(other.name, notice.failure_reason)

    def test_redated_invoice_starts_again_and_says_so(self):
        invoice = self._invoice(1000, "2026-06-01")
        self._send(self._run("2026-06-10").notice_ids)
        invoice.button_draft()
        invoice.invoice_date_due = "2026-07-01"
        invoice.action_post()
        row = self._explain("2026-07-10")[self._receivable(invoice).id]
        self.assertEqual(row["next_level"], 1)
        self.assertIn("another due date", row["reason"])

    def test_reset_with_the_same_due_date_goes_on(self):
        invoice = self._invoice(1000, "2026-06-01")
        self._send(self._run("2026-06-10").notice_ids)
        invoice.button_draft()
        invoice.action_post()
        row = self._explain("2026-06-20")[self._receivable(invoice).id]
        self.assertEqual((row["next_level"], row["level"]), (2, 1))
