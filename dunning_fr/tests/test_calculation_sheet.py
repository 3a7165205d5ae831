"""The calculation sheet: a judge can redo the sum by hand."""

from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_calculation import CalculationCommon

B2B = "(C. com. art. L441-10 II)"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestCalculationSheet(CalculationCommon):
    """Section 11 of the rule book, as the sheet writes it out; debtors and rights."""

    def test_example_1_one_half_year(self):
        move = self._invoice(10000, "2026-07-31")
        self._pay(move, 10000, "2026-09-15")
        invoice = self._lone(move)
        self.assertEqual(self._figures(invoice), [0.0, 156.27, 40.0, 196.27])
        self.assertEqual(invoice["interest_rule"], "Interest: 156.273973, rounded once")

    def test_example_2_two_half_years(self):
        """R1.4, R1.16: 494.89 and 40.00, each half-year with its own rate."""
        move = self._invoice(12000, "2026-05-31")
        payment = self._pay(move, 12000, "2026-09-30")
        invoice = self._lone(move)
        [item] = invoice["items"]
        first, second, paid = item["rows"]
        self.assertEqual(
            [(str(r["rate"]), r["days"], str(r["amount"])) for r in (first, second)],
            [("12.15", 30, "119.835616"), ("12.4", 92, "375.057534")],
        )
        self.assertEqual(
            [row["source"] for row in (first, second)],
            [
                f"ECB 2.15% on 1 Jan 2026 + 10 points {B2B}",
                f"ECB 2.40% on 1 Jul 2026 + 10 points {B2B}",
            ],
        )
        self.assertEqual(paid["text"], f"Payment – {payment.move_id.name}")
        self.assertEqual((str(paid["date"]), paid["base"]), ("2026-09-30", 0))
        self.assertEqual(str(item["unrounded"]), "494.893151")
        self.assertEqual(self._figures(invoice), [0.0, 494.89, 40.0, 534.89])

    def test_example_2_frozen_at_the_due_date(self):
        self.company.dunning_rate_mode = "frozen_at_due_date"
        move = self._invoice(12000, "2026-05-31")
        self._pay(move, 12000, "2026-09-30")
        invoice = self._lone(move)
        [segment] = self._rows(invoice, "segment")
        self.assertIn("ECB 2.15% on 1 Jan 2026", segment["source"])
        self.assertEqual(float(invoice["interest"]), 487.33)

    def test_example_3_principal_first(self):
        move = self._invoice(6000, "2026-08-31")
        self._pay(move, 2500, "2026-09-30")
        invoice = self._lone(move, "2026-10-31")
        self.assertEqual(self._figures(invoice), [3500.0, 98.01, 40.0, 138.01])
        [paid] = self._rows(invoice, "event")
        self.assertEqual((paid["to_interest"], paid["base"]), (0, 3500))
        [section] = self._sheet(move, "2026-10-31")
        self.assertIn("from the principal first", " ".join(section["rules"]))

    def test_example_3_interest_first(self):
        """R1.29: 61.15 of the payment go to interest, 3,561.15 stay."""
        self.company.dunning_imputation = "interest_first"
        move = self._invoice(6000, "2026-08-31")
        payment = self._pay(move, 2500, "2026-09-30")
        invoice = self._lone(move, "2026-10-31")
        self.assertEqual(float(invoice["interest"]), 98.65)
        [paid] = self._rows(invoice, "event")
        self.assertEqual(float(paid["to_interest"]), 61.15)
        self.assertEqual(float(paid["base"]), 3561.15)
        name = payment.move_id.name
        self.assertEqual(
            paid["text"], f"Payment – {name}, of which 61.15\u00a0€ to interest"
        )
        [section] = self._sheet(move, "2026-10-31")
        self.assertIn("first the interest run up", " ".join(section["rules"]))

    def test_example_5_contract_rate_below_the_floor(self):
        move = self._invoice(
            5000,
            "2026-07-10",
            dunning_contract_rate_type="fixed",
            dunning_contract_rate=5,
        )
        self._pay(move, 5000, "2026-08-09")
        invoice = self._lone(move)
        self.assertEqual(self._figures(invoice), [0.0, 50.96, 40.0, 90.96])
        [segment] = self._rows(invoice, "segment")
        self.assertEqual(
            segment["source"],
            "ECB 2.40% on 1 Jul 2026 + 10 points; contract rate set aside, below the "
            f"floor of 8.25% {B2B}",
        )
        self.company.dunning_rate_below_floor = "raise"
        invoice = self._lone(move)
        self.assertEqual(float(invoice["interest"]), 33.90)
        [segment] = self._rows(invoice, "segment")
        self.assertIn(
            "3 × legal rate of 2.75%; contract rate raised", segment["source"]
        )
        self.assertIn("Arrêté du 26/06/2026", segment["source"])

    def test_example_7_public_buyer(self):
        """R3.6: one rate for the whole delay, that of its first day."""
        move = self._invoice(
            25000,
            "2026-05-31",
            self._commune(),
            invoice_date="2026-04-30",
            dunning_term_start="2026-05-04",
        )
        self._pay(move, 25000, "2026-08-20")
        invoice = self._lone(move)
        self.assertEqual(self._figures(invoice), [0.0, 542.26, 40.0, 582.26])
        [segment] = self._rows(invoice, "segment")
        self.assertEqual(
            segment["source"],
            "ECB 2.15% on 1 Jan 2026 + 8 points (CCP art. R2192-31)",
        )
        self.assertEqual(str(invoice["items"][0]["due"]), "2026-06-03")
        self.assertIn("D2192-35", invoice["indemnity_rule"])

    def test_example_9_consumer(self):
        """R2.3, R2.4: why nothing, then the legal rate from the formal notice."""
        consumer = self._customer("Anne Petit", "consumer")
        move = self._invoice(1200, "2026-06-30", consumer)
        invoice = self._lone(move, "2026-10-15")
        self.assertEqual(self._figures(invoice), [1200.0, 0.0, 0.0, 0.0])
        [reason] = self._reasons(invoice)
        self.assertIn("from a formal notice only, and none was presented", reason)
        self.assertIn("No indemnity", invoice["indemnity_rule"])
        self._notice(
            self._items(move), 3, presented_date="2026-09-01", date="2026-08-28"
        )
        [reason] = self._reasons(self._lone(move, "2026-09-01"))
        self.assertIn("1\u00a0September 2026", reason)
        self._pay(move, 1200, "2026-10-15")
        invoice = self._lone(move)
        self.assertEqual(self._figures(invoice), [0.0, 3.98, 0.0, 3.98])
        [segment] = self._rows(invoice, "segment")
        self.assertEqual(
            (str(segment["date_from"]), segment["days"]), ("2026-09-02", 44)
        )
        self.assertIn("Arrêté du 26/06/2026, JO du 30/06/2026", segment["source"])

    def test_example_10_insolvency(self):
        """R6.41, R1.26: the day before the judgment; nothing on later due dates."""
        late = self._invoice(9000, "2026-08-31")
        to_come = self._invoice(4000, "2026-10-15", invoice_date="2026-09-15")
        self._judged("insolvency", "2026-10-01")
        [section] = self._sheet(late | to_come)
        first, second = section["invoices"]
        self.assertEqual(self._figures(first), [9000.0, 91.73, 40.0, 131.73])
        self.assertIn(
            "the day before the judgment of 1\u00a0October", self._reasons(first)[0]
        )
        self.assertEqual(self._figures(second), [4000.0, 0.0, 0.0, 0.0])
        self.assertIn("fell due on or after the judgment", self._reasons(second)[0])

    def test_example_12_judgment(self):
        """R2.7, R1.10: the legal rate alone, then 5 points more."""
        move = self._invoice(10000, "2026-03-02", dunning_judgment_served="2026-03-02")
        self._pay(move, 10000, "2026-08-31")
        invoice = self._lone(move)
        self.assertEqual(float(invoice["interest"]), 298.60)
        plain, raised, later = self._rows(invoice, "segment")
        self.assertEqual(
            plain["source"],
            "Legal rate, first half of 2026 (Arrêté du 15/12/2025, JO du 26/12/2025 "
            "n° 0302)",
        )
        self.assertIn("Legal rate of 2.62% + 5 points (", raised["source"])
        self.assertIn("; CMF art. L313-3)", raised["source"])
        self.assertEqual(str(later["amount"]), "131.643836")
        [section] = self._sheet(move)
        self.assertIn("never added to late-payment penalties", section["rules"][-1])

    # ------------------------------------ debtors, languages, rights, queries

    def test_one_section_a_debtor_in_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        french = self._customer("Zoé SARL", "professional", lang="fr_FR")
        ours = self._invoice(1000, "2026-07-31") | self._invoice(500, "2026-06-30")
        theirs = self._invoice(12000, "2026-05-31", french)
        self._pay(theirs, 12000, "2026-09-30")
        first, second = self._sheet(theirs | ours)
        self.assertEqual(first["partner"], self.pro)
        dates = [str(invoice["date"]) for invoice in first["invoices"]]
        self.assertEqual(dates, ["2026-06-30", "2026-07-31"])
        [invoice] = second["invoices"]
        self.assertEqual(
            self._rows(invoice, "segment")[0]["source"],
            "BCE 2,15\u00a0% au 01/01/2026 + 10 points (C. com. art. L441-10 II)",
        )
        self.assertIn("Paiement – ", self._texts(invoice)[0])
        self.assertEqual(
            second["until"], "Arrêté au 22\u00a0novembre 2026, ce jour inclus"
        )
        [section] = self._sheet(theirs, lang="en_US")
        self.assertIn("ECB", self._rows(section["invoices"][0], "segment")[0]["source"])

    def test_language_not_installed(self):
        partner = self._customer("Zoé SARL", "professional", lang=False)
        [section] = self._sheet(self._invoice(1000, "2026-07-31", partner))
        self.assertEqual(section["lang"], "en_US")

    def test_references_are_named_once(self):
        moves = self._invoice(1000, "2026-05-31") | self._invoice(500, "2026-06-30")
        [section] = self._sheet(moves)
        self.assertEqual(section["references"], ["C. com. art. L441-10 II"])

    def test_reference_is_data(self):
        """A changed reference is printed; the sheet knows none by itself."""
        parameter = self.env["dunning.parameter"].search(
            [("key", "=", "fr.b2b_margin")]
        )
        parameter.reference = "Art. X"
        [section] = self._sheet(self._invoice(1000, "2026-07-31"))
        self.assertEqual(section["references"], ["Art. X"])

    def test_what_bears_no_interest_is_left_out(self):
        refund = self._refund(self._invoice(100, "2026-06-30"), 50, "2026-08-20")
        bill = self._invoice(100, "2026-06-30", move_type="in_invoice")
        draft = self._invoice(100, "2026-06-30")
        draft.button_draft()
        self.assertEqual(self._sheet(refund | bill | draft), [])

    def _opening(self, *lines):
        """Post an opening entry of (customer, name, amount), reminded like invoices."""
        revenue = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-01-01",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.receivable.id,
                            "partner_id": partner.id,
                            "name": name,
                            "debit": amount,
                            "date_maturity": "2026-07-31",
                        }
                    )
                    for partner, name, amount in lines
                ]
                + [
                    Command.create(
                        {
                            "account_id": revenue.id,
                            "credit": sum(amount for *_who, amount in lines),
                        }
                    )
                ],
            }
        )
        entry.action_post()
        entry.line_ids.no_followup = False
        return entry

    def test_opening_entries(self):
        """Each line is a document; a debtor never reads another one's."""
        other = self._customer("Other SARL", "professional")
        entry = self._opening(
            (self.pro, "F-2025-17", 10000),
            (self.pro, "F-2025-18", 1000),
            (other, "F-2025-19", 7777),
        )
        self.assertEqual(self._sheet(entry), [], "without a debtor nobody's is shown")
        [section] = self._sheet(entry, "2026-09-15", partner=self.pro)
        self.assertEqual(
            [
                (invoice["reference"], float(invoice["interest"]), invoice["indemnity"])
                for invoice in section["invoices"]
            ],
            [("F-2025-17", 156.27, 40), ("F-2025-18", 15.63, 40)],
        )
        self.assertNotIn("7777", str(section["invoices"]))
        action = self._debtor(self.pro).action_open_calculation()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.move_ids, entry)
        self.assertIn("F-2025-17", str(wizard.details))
        self.assertNotIn("F-2025-19", str(wizard.details))
        entry.line_ids.no_followup = True
        wizard.with_paid = True
        self.assertFalse(wizard.move_ids)

    def test_r1_21_a_fee_for_each_instalment(self):
        """What the sheet says of the fee is what the company claims."""
        move = self._invoice(
            2000,
            False,
            invoice_date="2026-07-01",
            invoice_payment_term_id=self._instalments(30, 60).id,
        )
        self.assertIn("each invoice", self._lone(move)["indemnity_rule"])
        self.company.dunning_fee_per = "instalment"
        invoice = self._lone(move)
        self.assertEqual(invoice["indemnity"], 80)
        self.assertIn("each late instalment", invoice["indemnity_rule"])

    def test_it_agrees_with_the_claim(self):
        moves = self._invoice(1000, "2026-05-31") | self._invoice(123.45, "2025-01-31")
        self._pay(moves[1], 100, "2025-09-12")
        for move in moves:
            claim = move.get_late_payment_claim("2026-11-22")
            invoice = self._lone(move)
            self.assertEqual(
                self._figures(invoice)[:3],
                [claim[name] for name in ("principal", "interest", "indemnity")],
            )
            self.assertEqual(
                [(str(s["date_from"]), s["base"]) for s in claim["segments"]],
                [
                    (str(row["date_from"]), float(row["base"]))
                    for row in self._rows(invoice, "segment")
                ],
            )

    def test_read_access_is_needed(self):
        move = self._invoice(1000, "2026-07-31")
        user = new_test_user(
            self.env,
            "nobody",
            "base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            self._sheet(move.with_user(user))
        reader = new_test_user(
            self.env,
            "reader",
            "account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        [section] = self._sheet(move.with_user(reader))
        self.assertTrue(section["invoices"][0]["interest"])

    def test_a_constant_number_of_queries(self):
        moves = self.env["account.move"]
        counts = []
        for number in (1, 1, 15):  # the first time fills the caches
            for day in range(1, number + 1):
                move = self._invoice(100 + day, f"2026-05-{day:02}")
                self._pay(move, 10, "2026-09-12")
                moves |= move
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._sheet(moves)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestCalculationRows(CalculationCommon):
    """What changed the base, in which order, and by which entry."""

    def setUp(self):
        super().setUp()
        self.move = self._invoice(10000, "2026-07-31")

    def test_r1_27_credit_notes(self):
        """A correction has no day of its own, a gesture has."""
        fix = self._refund(self.move, 1000, "2026-08-20")
        gift = self._refund(self.move, 500, "2026-08-25", dunning_credit_kind="gesture")
        self._match(self.move, fix, gift)
        rows = self._lone(self.move)["items"][0]["rows"]
        self.assertEqual(
            [(r["type"], str(r.get("date") or r.get("date_from"))) for r in rows],
            [
                ("event", "None"),
                ("segment", "2026-08-01"),
                ("event", "2026-08-25"),
                ("segment", "2026-08-26"),
            ],
        )
        self.assertEqual(
            [rows[0]["text"], rows[2]["text"]],
            [
                f"Credit note, deducted from the first day – {fix.name}",
                f"Credit note, commercial gesture – {gift.name}",
            ],
        )
        self.assertEqual([row["base"] for row in rows], [9000, 9000, 8500, 8500])

    def test_r1_12_day_of_payment_comes_after_its_own_interest(self):
        self._pay(self.move, 4000, "2026-08-20")
        rows = self._lone(self.move)["items"][0]["rows"]
        self.assertEqual([row["type"] for row in rows], ["segment", "event", "segment"])
        self.assertEqual(str(rows[0]["date_to"]), "2026-08-20")
        self.assertEqual(rows[1]["base"], rows[2]["base"])

    def test_later_payments_are_not_told(self):
        self._pay(self.move, 4000, "2026-10-20")
        self.assertEqual(self._texts(self._lone(self.move, "2026-10-19")), [])

    def test_an_article_moved_by_law_is_quoted_as_its_figure_says(self):
        """R1.2: articles are renumbered; a new row says so from its day."""
        figures = self.env["dunning.parameter"]
        figures.search([("key", "=", "fr.b2b_margin")]).date_to = "2026-10-31"
        figures.create(
            {
                "key": "fr.b2b_margin",
                "name": "Test",
                "value": 10,
                "date_from": "2026-11-01",
                "reference": "C. com. art. L441-99",
            }
        )
        for day, article in (("2026-10-31", "L441-10 II"), ("2026-11-22", "L441-99")):
            [section] = self._sheet(self.move, day)
            with self.subTest(day=day):
                self.assertIn(f"(C. com. art. {article})", section["rules"][1])

    def test_loss_and_set_off(self):
        loss = self.env["account.chart.template"].ref("pcg_6541")
        payable = self.company_data["default_account_payable"]
        first = self._entry("2026-08-20", (self.receivable, -1000), (loss, 1000))
        second = self._entry("2026-08-30", (self.receivable, -500), (payable, 500))
        self._match(self.move, first, second)
        self.assertEqual(
            self._texts(self._lone(self.move)),
            [f"Written off – {first.name}", f"Payment – {second.name}"],
        )

    def test_receipt_not_matched(self):
        """It counts from its own date, and the principal stays the ledger's."""
        receipt = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.pro.id,
                "amount": 4000,
                "date": "2026-09-05",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        receipt.action_post()
        invoice = self._lone(self.move)
        self.assertEqual(
            self._texts(invoice),
            [f"Received, not matched yet – {receipt.move_id.name}"],
        )
        self.assertEqual(invoice["principal"], 10000)
        self.assertEqual(self._rows(invoice, "segment")[-1]["base"], 6000)

    def test_payment_of_a_debt_moved_to_doubtful_customers(self):
        doubtful = self._account(
            "416100", "Clients douteux", "asset_current", reconcile=True
        )
        entry = self._entry("2026-08-20", (self.receivable, -10000), (doubtful, 10000))
        self._match(self.move, entry)
        bank = self.company_data["default_journal_bank"].default_account_id
        receipt = self._entry("2026-08-30", (bank, 4000), (doubtful, -4000))
        self._match(entry, receipt, account=doubtful)
        invoice = self._lone(self.move)
        self.assertEqual(self._texts(invoice), [f"Payment – {receipt.name}"])
        self.assertEqual(invoice["principal"], 6000)

    def test_shares_of_a_transfer_name_the_entry_that_paid_them(self):
        """Two receipts on one day, two debts on one line: nobody's name is lent."""
        doubtful = self._account(
            "416100", "Clients douteux", "asset_current", reconcile=True
        )
        other = self._invoice(2000, "2026-08-31")
        entry = self._entry(
            "2026-09-01",
            (self.receivable, -10000),
            (self.receivable, -2000),
            (doubtful, 12000),
        )
        self._match(self.move, other, entry)
        bank = self.company_data["default_journal_bank"].default_account_id
        first, second = (
            self._entry("2026-09-15", (bank, amount), (doubtful, -amount))
            for amount in (4000, 7000)
        )
        self._match(entry, first, second, account=doubtful)
        names = [
            [(float(row["amount"]), row["text"]) for row in self._rows(one, "event")]
            for one in (self._lone(self.move), self._lone(other))
        ]
        self.assertEqual(
            names,
            [
                [(4000, f"Payment – {first.name}"), (6000, f"Payment – {second.name}")],
                [(1000, f"Payment – {second.name}")],
            ],
        )

    def test_gesture_and_payment_of_one_day_and_amount(self):
        gift = self._refund(self.move, 500, "2026-08-25", dunning_credit_kind="gesture")
        self._match(self.move, gift)
        payment = self._pay(self.move, 500, "2026-08-25")
        self.assertCountEqual(
            self._texts(self._lone(self.move)),
            [
                f"Credit note, commercial gesture – {gift.name}",
                f"Payment – {payment.move_id.name}",
            ],
        )

    def test_r1_21_instalments(self):
        """Each item has its own rows, one bears the indemnity, one sum is rounded."""
        move = self._invoice(
            2000,
            False,
            invoice_date="2026-07-01",
            invoice_payment_term_id=self._instalments(30, 60).id,
        )
        invoice = self._lone(move, "2026-09-15")
        self.assertEqual(
            [str(i["due"]) for i in invoice["items"]], ["2026-07-31", "2026-08-30"]
        )
        self.assertEqual(self._figures(invoice), [2000.0, 21.06, 40.0, 61.06])
        self.assertEqual(
            self._reasons(invoice),
            ["The indemnity is counted with another instalment."],
        )

    def test_foreign_currency(self):
        """R1.20: in the invoice's currency; the 40 € are converted, and it says so."""
        move = self._invoice(10000, "2026-07-31", currency_id=self._dollar().id)
        [section] = self._sheet(move, "2026-09-15")
        [invoice] = section["invoices"]
        self.assertEqual(self._figures(invoice), [10000.0, 156.27, 50.0, 206.27])
        self.assertIn("converted on 15 Sep 2026", invoice["indemnity_rule"])
        [euro] = self._sheet(self.move, "2026-09-15")
        self.assertNotIn("converted", euro["invoices"][0]["indemnity_rule"])

    def test_totals_by_currency(self):
        other = self._invoice(10000, "2026-07-31", currency_id=self._dollar().id)
        [section] = self._sheet(self.move | other, "2026-09-15")
        self.assertEqual(
            [
                (
                    total["currency"].name,
                    float(total["interest"]),
                    float(total["total"]),
                )
                for total in section["totals"]
            ],
            [("EUR", 156.27, 196.27), ("USD", 156.27, 206.27)],
        )

    def test_r1_14_days_of_the_calendar_year(self):
        self.company.dunning_day_basis = "actual"
        [section] = self._sheet(self.move)
        self.assertIn("(365 or 366): the creditor's choice", section["rules"][0])

    def test_what_no_text_settles_is_called_a_choice(self):
        """R1.4, R1.7, R1.8, R1.14, R1.16, R1.21, R1.27, R1.29: a judge is told."""
        self.move.write(
            {"dunning_contract_rate_type": "fixed", "dunning_contract_rate": 5}
        )
        cases = [
            ({}, "÷ 365, leap years too: usual practice, no text sets this divisor"),
            ({}, "no text sets the rounding"),
            ({}, "1 January or 1 July: the creditor's reading of this article"),
            ({}, "from the principal first: the creditor's choice"),
            ({}, "from its own date; no text settles it"),
            ({}, "replaced by the statutory rate: the creditor's choice"),
            (
                {"dunning_rate_mode": "frozen_at_due_date"},
                "for the whole delay: the creditor's choice",
            ),
            (
                {"dunning_imputation": "interest_first"},
                "penalties being taken for interest: the creditor's reading",
            ),
            (
                {"dunning_rate_below_floor": "raise"},
                "is raised to it: the creditor's choice",
            ),
            (
                {"dunning_default_respects_floor": True},
                "where that is higher: the creditor's reading",
            ),
            (
                {"dunning_fee_per": "instalment"},
                "One indemnity for each late instalment: the creditor's reading",
            ),
        ]
        names = {name for values, _words in cases for name in values}
        usual = {name: self.company[name] for name in names}
        for values, words in cases:
            self.company.write({**usual, **values})
            [section] = self._sheet(self.move)
            with self.subTest(**values):
                self.assertIn(words, " ".join(section["rules"]))
                if values:  # and only then
                    self.company.write(usual)
                    [section] = self._sheet(self.move)
                    self.assertNotIn(words, " ".join(section["rules"]))

    def test_r3_9_public_buyers_have_the_same_divisor_and_no_floor(self):
        self.company.dunning_default_respects_floor = True
        [section] = self._sheet(
            self._invoice(100, "2026-07-31", self._commune()), "2026-10-31"
        )
        rules = " ".join(section["rules"])
        self.assertIn("no text sets this divisor", rules)
        self.assertNotIn("contract rate", rules)
        self.assertNotIn("Between professionals", rules)

    def test_contract_rates(self):
        for rate_type, value, expected in (
            ("fixed", 15, "Fixed rate of the contract"),
            ("ecb_plus", 12, "Contract: ECB 2.40% on 1 Jul 2026 + 12 points"),
            (
                "legal_multiple",
                5,
                "Contract: 5 × legal rate of 2.75% (Arrêté du 26/06/2026, JO du "
                "30/06/2026)",
            ),
        ):
            self.move.write(
                {
                    "dunning_contract_rate_type": rate_type,
                    "dunning_contract_rate": value,
                }
            )
            with self.subTest(rate_type=rate_type):
                [segment] = self._rows(self._lone(self.move), "segment")
                self.assertEqual(segment["source"], expected)

    def test_r1_7_floor_above_the_statutory_rate(self):
        """In 2024 the floor was the higher one, for companies that respect it."""
        move = self._invoice(1000, "2024-01-31", invoice_date="2024-01-15")
        [plain] = self._rows(self._lone(move, "2024-02-29"), "segment")
        self.assertIn("ECB 4.50% on 1 Jan 2024 + 10 points", plain["source"])
        self.company.dunning_default_respects_floor = True
        [raised] = self._rows(self._lone(move, "2024-02-29"), "segment")
        self.assertEqual(raised["rate"], Decimal("15.21"))
        self.assertIn("3 × legal rate of 5.07%", raised["source"])

    def test_reasons_for_no_claim(self):
        paid = self._invoice(100, "2026-09-30")
        self._pay(paid, 100, "2026-09-30")
        abroad = self._customer(
            "Kunde",
            "professional",
            country_id=self.env.ref("base.de").id,
            dunning_law="foreign",
        )
        cases = [
            (paid, "Paid in time"),
            (self._invoice(100, "2026-12-31"), "Not late on this day"),
            (self._invoice(100, "2026-06-30", self._customer("X")), "not established"),
            (self._invoice(100, "2026-06-30", abroad), "French law is not known"),
        ]
        for move, words in cases:
            with self.subTest(words=words):
                invoice = self._lone(move)
                [reason] = self._reasons(invoice)
                self.assertIn(words, reason)
                self.assertEqual((invoice["interest"], invoice["indemnity"]), (0, 0))
                self.assertNotIn("R1.", reason, "the debtor reads articles of law")

    def test_r9_2_half_year_missing(self):
        self.env["dunning.rate"].search([("date_from", "=", "2026-07-01")]).unlink()
        with self.assertRaisesRegex(UserError, "2026"):
            self._sheet(self.move)

    def test_r1_32_suspended_interest(self):
        """A judge's period of grace: no segment, and the sheet says why."""
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "other",
                "date_from": "2026-09-01",
                "date_to": "2026-09-30",
                "suspends_interest": True,
            }
        )
        invoice = self._lone(self.move)
        self.assertEqual(
            [str(row["date_from"]) for row in self._rows(invoice, "segment")],
            ["2026-08-01", "2026-10-01"],
        )
        [reason] = self._reasons(invoice)
        self.assertIn("suspended from 1\u00a0September 2026 to 30", reason)

    def test_r1_1_debt_outside_the_rules(self):
        self.move.dunning_no_claim = True
        invoice = self._lone(self.move)
        self.assertEqual(self._figures(invoice), [10000.0, 0.0, 0.0, 0.0])
        [reason] = self._reasons(invoice)
        self.assertIn("Outside the rules on late payment", reason)
        self.assertEqual(
            (self.move.dunning_interest, self.move.dunning_indemnity), (0, 0)
        )

    def test_r2_15_over_indebtedness(self):
        consumer = self._customer("Anne Petit", "consumer")
        move = self._invoice(1200, "2026-06-30", consumer)
        self._notice(
            self._items(move), 3, presented_date="2026-09-01", date="2026-08-28"
        )
        self._judged("overindebtedness", "2026-10-01", consumer)
        invoice = self._lone(move)
        self.assertIn(
            "before the judgment of 1\u00a0October 2026", self._reasons(invoice)[0]
        )
