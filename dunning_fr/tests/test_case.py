"""Legal cases: opened on what is due, moved by their acts, closed by a person."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_case import DAY, DUE, CaseCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCase(CaseCommon):
    def _refused(self, message, *args, **kwargs):
        with (
            self.assertRaisesRegex(UserError, message),
            self.env.cr.savepoint(),
        ):
            self._case(*args, **kwargs)

    # ----------------------------------------------------------------- opening

    def test_a_case_is_numbered_and_has_the_steps_of_its_procedure(self):
        first, second = self._case(), self._case(moves=self._invoice(10, DUE))
        self.assertEqual(first.name, "CTX/2026/0001")
        self.assertEqual(second.name, "CTX/2026/0002")
        older = self._case(moves=self._invoice(10, "2025-01-05"), date="2025-12-31")
        self.assertEqual(older.name, "CTX/2025/0001")
        self.assertEqual(first.state, "prepared")
        codes = first.step_ids.mapped("code")
        self.assertEqual(codes[0], "request")
        self.assertIn("enforcement", codes)
        other = self.env["res.company"].create({"name": "Else"})
        self.assertFalse(
            self.env["ir.sequence"].search([("company_id", "=", other.id)])
        )

    def test_what_cannot_be_claimed_is_refused_with_its_reason(self):
        paid = self._invoice(100, DUE)
        self._pay(paid, 100, "2026-08-01")
        draft = self.invoice.copy()
        theirs = self._invoice(100, DUE, self._customer("Other", "professional"))
        self._refused("nothing is left to pay", moves=paid)
        self._refused("nothing is left to pay", moves=draft)
        self._refused("is not an invoice of", moves=self.invoice + theirs)
        self._refused("Choose the invoices", move_ids=[])
        self._refused("is switched off .R6.15-R6.18", "l126")
        self._case()
        self._refused("already in the case CTX/2026/0001")

    def test_a_procedure_is_open_between_its_days(self):
        """R6.15: both sides of 25 April 2026."""
        self.env["dunning.procedure"]._by_code("l126").active = True
        old = self._invoice(100, "2026-03-31")
        self._refused("not open by law on 04/24/2026", "l126", old, "2026-04-24")
        self.assertTrue(self._case("l126", old, "2026-04-25"))

    def test_every_obstacle_is_named_at_once(self):
        paid = self._invoice(100, DUE)
        self._pay(paid, 100, "2026-08-01")
        self._case()
        with self.assertRaises(ValidationError) as caught:
            self._case("l126", moves=self.invoice + paid)
        text = str(caught.exception)
        for part in ("switched off", "nothing is left", "already in the case"):
            self.assertIn(part, text)

    def test_a_disputed_invoice_is_no_case_of_a_procedure_without_dispute(self):
        """R6.29: refused to a collector, written down for a manager who decides."""
        holds, collector = self.env["dunning.hold"], self.people["user"]
        values = {"debtor_id": self.debtor.id, "kind": "dispute", "date_from": DUE}
        cases = self.env["dunning.case"].with_user(collector)
        for hold, is_fine in (
            ({}, False),
            ({"move_ids": [Command.set(self.invoice.ids)]}, False),
            ({"amount": 6000}, False),
            ({"amount": 5999.99}, True),
            ({"date_to": "2026-08-19"}, True),
            ({"state": "released"}, True),
            ({"kind": "promise"}, True),
        ):
            record = holds.create({**values, **hold})
            with self.subTest(**hold):
                prepared = self._values("refere")
                if is_fine:
                    cases.create(prepared).sudo().action_withdraw()
                else:
                    with (
                        self.assertRaisesRegex(UserError, "R6.29"),
                        self.env.cr.savepoint(),
                    ):
                        cases.create(prepared)
                decided = self._case("refere")
                said = "R6.29" in " ".join(decided.message_ids.mapped("body"))
                self.assertIs(said, not is_fine)
                decided.action_withdraw()
                cases.create(self._values("fond")).sudo().action_withdraw()
            record.action_release()

    def test_proceedings_that_open_during_a_case_are_said(self):
        """R6.33: actions for payment stop, the claim is declared."""
        case = self._case()
        self.assertFalse(case.obstacle_text)
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "date_from": DAY,
                "judgment_date": DAY,
            }
        )
        case.invalidate_recordset()
        self.assertIn("R6.33", case.obstacle_text)
        case.action_withdraw()
        self.assertFalse(case.obstacle_text)
        declaration = self._case("declaration")
        self.assertFalse(declaration.obstacle_text, "the way the law leaves")
        declaration.action_withdraw()
        hold.action_release()

    def test_drafts_of_its_invoices_are_cancelled(self):
        run = self._run("2026-08-19")
        draft = run.notice_ids
        self.assertEqual(draft.state, "draft")
        self._case()
        self.assertEqual(draft.state, "cancelled")
        self.assertIn("Legal case", draft.failure_reason)

    def test_a_seizure_runs_beside_another_case(self):
        """R6.44, R6.49: a measure or a mediation, not a second claim."""
        self._case("fond")
        self.assertTrue(self._case("saisie"))
        self.assertTrue(self._case("mediateur"))
        self._refused("already in the case")

    def test_two_currencies_are_two_cases(self):
        other = self._invoice(10, DUE, currency_id=self.setup_other_currency("USD").id)
        self._refused("several currencies", moves=self.invoice + other)
        self.assertEqual(self._case(moves=other).currency_id.name, "USD")

    # -------------------------------------------------------------------- hold

    def test_reminders_are_suspended_while_the_case_is_open(self):
        other = self._invoice(500, DUE)
        case = self._case()
        run = self._run("2026-08-25")
        self.assertEqual(run.notice_ids.line_ids.move_name, other.name)
        run.action_cancel()
        reasons = {
            row["move_line_id"]: row["reason"]
            for row in self.debtor.explain("2026-08-25")
        }
        line = self.invoice.line_ids.filtered(lambda line: line.date_maturity)
        self.assertIn(case.name, reasons[line.id])
        case.action_settle()
        run = self._run("2026-08-25")
        self.assertEqual(
            set(run.notice_ids.line_ids.mapped("move_name")),
            {other.name, self.invoice.name},
        )

    def test_a_hold_of_a_case_is_the_cases_alone(self):
        case = self._case()
        hold = case.hold_id
        self.assertEqual((hold.kind, hold.state), ("case", "active"))
        values = {"debtor_id": self.debtor.id, "kind": "case"}
        other = hold.create({"debtor_id": self.debtor.id})
        for name, attempt in (
            ("release", hold.action_release),
            ("write", lambda: hold.write({"date_to": "2026-12-31"})),
            ("unlink", hold.sudo().unlink),
            ("create", lambda: hold.create(values)),
            ("turn", lambda: other.write({"kind": "case"})),
            ("sudo", lambda: hold.sudo().write({"state": "kept"})),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "suspended by the legal case"),
                self.env.cr.savepoint(),
            ):
                attempt()
        case.action_withdraw()
        self.assertEqual(hold.state, "released")
        case.action_reopen()
        self.assertEqual(hold.state, "active")

    def test_the_invoices_of_a_prepared_case_may_change(self):
        case, other = self._case(), self._invoice(500, DUE)
        case.move_ids += other
        self.assertEqual(case.hold_id.move_ids, self.invoice + other)
        self.assertEqual(case.opened_principal, 6500)
        self._date(case, request="2026-08-21")
        for values in (
            {"move_ids": [Command.unlink(other.id)]},
            {"date": "2026-08-01"},
            {"procedure_id": self.env["dunning.procedure"]._by_code("fond").id},
        ):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(UserError, "was filed"),
                self.env.cr.savepoint(),
            ):
                case.write(values)
        self._date(case, request=False)
        case.procedure_id = self.env["dunning.procedure"]._by_code("fond")
        self.assertIn("writ", case.step_ids.mapped("code"))
        self.assertNotIn("request", case.step_ids.mapped("code"))

    # ----------------------------------------------------------------- amounts

    def test_amounts_are_frozen_on_the_day_of_filing(self):
        """Principal, interest to that day and 40 €; later payments change nothing."""
        case = self._date(self._case(), request="2026-08-29")
        claim = self.invoice.get_late_payment_claim("2026-08-29")
        for _turn in range(2):
            self.assertEqual(case.amount_principal, 6000)
            self.assertEqual(case.amount_interest, claim["interest"])
            self.assertEqual(case.amount_indemnity, 40)
            self.assertEqual(str(case.claim_date), "2026-08-29")
            self._pay(self.invoice, 1000, "2026-09-01")
            case.invalidate_recordset()
        self.assertEqual((case.amount_open, case.amount_paid), (4000, 2000))
        self._date(case, request="2026-08-28")
        self.assertEqual(str(case.claim_date), "2026-08-28")
        self.assertLess(case.amount_interest, claim["interest"])

    def test_a_payment_is_seen_at_once_and_changes_nothing_by_itself(self):
        case = self._date(self._case(), request="2026-08-21")
        self._pay(self.invoice, 1000, "2026-09-01")
        task = case.activity_ids.filtered(lambda a: "Payment" in a.summary)
        self.assertEqual(task.user_id, case.user_id)
        self.assertIn("go on for the rest", task.note)
        self.assertEqual((case.state, case.amount_open), ("filed", 5000))
        self._pay(self.invoice, 5000, "2026-09-02")
        task = case.activity_ids.filtered(lambda a: "Payment" in a.summary)
        self.assertEqual(len(task), 1)
        self.assertEqual(task, case.receipt_activity_id)
        self.assertIn("close the case as settled", task.note)
        self.assertEqual((case.state, case.amount_open), ("filed", 0))
        self.invoice.line_ids.remove_move_reconcile()
        self.assertIn("was taken back", case.message_ids[0].body)
        case.action_settle()
        messages = case.message_ids
        self._pay(self.invoice, 5000, "2026-09-03")
        self.assertEqual(case.message_ids, messages, "closed: nobody is told")

    def test_one_task_of_payments_whatever_its_words(self):
        """Seen by people of several languages, or renamed: still the same task."""
        case = self._date(self._case(), request="2026-08-21")
        other = case.activity_schedule(
            "mail.mail_activity_data_todo", summary="Payment during the case"
        )
        self._pay(self.invoice, 1000, "2026-09-01")
        first = case.receipt_activity_id
        self.assertNotEqual(first, other)
        first.summary = "Paiement en cours de dossier"
        self._pay(self.invoice, 1000, "2026-09-02")
        self.assertFalse(first.exists())
        self.assertTrue(other.exists(), "a person's own task")
        second = case.receipt_activity_id
        second.action_feedback(feedback="agreed")
        self._pay(self.invoice, 1000, "2026-09-03")
        self.assertTrue(case.receipt_activity_id.active)
        self.assertNotEqual(case.receipt_activity_id, second)
        self.assertNotIn(second, case.activity_ids)
        with self.assertRaisesRegex(UserError, "follows the steps"):
            case.receipt_activity_id = False

    def test_money_not_matched_yet_is_offered(self):
        case = self._case()
        self.assertEqual(case.amount_unmatched, 0)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.pro.id,
                "amount": 250,
                "date": "2026-09-01",
                "payment_type": "inbound",
                "partner_type": "customer",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.env.invalidate_all()
        self.assertEqual((case.amount_unmatched, case.amount_open), (250, 6000))
        found = self.env["account.move.line"].search(
            case.action_open_credits()["domain"]
        )
        self.assertIn(250, [-line.amount_residual for line in found])

    def test_costs_are_vendor_bills_of_the_company(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self._customer("Officer", "professional").id,
                "invoice_date": "2026-09-01",
                "invoice_line_ids": [
                    Command.create({"name": "Deed", "price_unit": 75, "tax_ids": []})
                ],
            }
        )
        case = self._case()
        case.bill_ids = bill
        self.assertEqual(case.amount_costs, 75)
        with self.assertRaisesRegex(UserError, "vendor bills"), self.env.cr.savepoint():
            case.bill_ids += self.invoice
        refund = bill._reverse_moves()
        case.bill_ids += refund
        self.assertEqual(case.amount_costs, 0)

    def test_lists_take_a_constant_number_of_queries(self):
        cases = self._case()
        for _each in range(3):
            cases += self._case(moves=self._invoice(100, DUE))
        counts = []
        for own in (cases[:1], cases):
            self.env.invalidate_all()
            own.mapped("partner_id.name")
            before = self.env.cr.sql_log_count
            own.mapped("amount_open")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    # ----------------------------------------------------------------- closing

    def test_closing_names_the_limits_that_still_run(self):
        case = self._date(self._case(), request="2026-08-21", order="2026-09-10")
        case._close("withdrawn", "2026-09-15", "Agreed with the debtor")
        text = case.message_ids.mapped("body")
        self.assertTrue(any("R6.21" in body and "Agreed" in body for body in text))
        self.assertEqual(
            (case.state, str(case.closed_date)), ("withdrawn", "2026-09-15")
        )
        with self.assertRaisesRegex(UserError, "is closed"), self.env.cr.savepoint():
            self._date(case, service="2026-09-16")
        with self.assertRaisesRegex(UserError, "closed already"):
            case.action_lose()
        self.assertEqual(self.invoice.amount_residual, 6000, "the ledger stays")
        case.action_reopen()
        self.assertEqual((case.state, case.closed_date), ("order", False))
        self.assertTrue(self._step(case, "service").activity_id)

    def test_a_case_is_not_reopened_beside_another_one(self):
        case = self._case()
        case.action_withdraw()
        self._case()
        with self.assertRaisesRegex(UserError, "already in the case"):
            case.action_reopen()

    # ------------------------------------------------------------------ rights

    def test_a_collector_prepares_and_a_manager_files(self):
        collector, manager = self.people["user"], self.people["manager"]
        values = {
            "debtor_id": self.debtor.id,
            "procedure_id": self.env["dunning.procedure"]._by_code("injonction").id,
            "move_ids": [Command.set(self.invoice.ids)],
            "date": DAY,
        }
        cases = self.env["dunning.case"]
        mine = cases.with_user(collector).create(values)
        mine.write({"court_name": "Tribunal de commerce de Lyon"})
        self.assertEqual((mine.user_id, mine.amount_open), (collector, 6000))
        step = self._step(mine, "request")
        for name, attempt in (
            ("file", lambda: step.write({"date": "2026-08-21"})),
            ("close", mine.action_withdraw),
            ("state", lambda: mine.write({"state": "enforceable"})),
            ("frozen", lambda: mine.write({"filed_principal": 1})),
            ("hold", lambda: mine.write({"hold_id": False})),
            ("born filed", lambda: mine.create({**values, "state": "filed"})),
            ("unlink", mine.unlink),
            (
                "decide",
                lambda: (
                    self.env["dunning.case.decision"]
                    .with_user(collector)
                    .create({"case_id": mine.id, "date": DAY})
                ),
            ),
        ):
            with (
                self.subTest(name),
                self.assertRaises(UserError),
                mute_logger("odoo.addons.base.models.ir_access"),
                self.env.cr.savepoint(),
            ):
                attempt()
        step.with_user(manager).date = "2026-08-21"
        self.assertEqual(mine.state, "filed")
        with self.assertRaises(AccessError):
            mine.write({"court_name": "Elsewhere"})

    def test_no_context_makes_a_case_filed(self):
        forged = {
            "default_state": "enforceable",
            "default_filed_principal": 9,
            "dunning_proof": "x",
        }
        cases = self.env["dunning.case"].with_context(**forged)
        case = cases.create(
            {
                "debtor_id": self.debtor.id,
                "procedure_id": self.env["dunning.procedure"]._by_code("fond").id,
                "move_ids": [Command.set(self.invoice.ids)],
            }
        )
        self.assertEqual((case.state, case.filed_principal), ("prepared", 0))
        with self.assertRaises(UserError):
            case.write({"state": "lost"})

    def test_another_company_sees_and_does_nothing(self):
        case = self._case()
        other = self.env["res.company"].create({"name": "Else"})
        stranger = new_test_user(
            self.env,
            login="case_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        own = case.with_user(stranger)
        self.assertFalse(own.search([]))
        for name, attempt in (
            ("read", lambda: own.read(["state"])),
            ("close", own.action_withdraw),
            (
                "step",
                lambda: own.step_ids.browse(case.step_ids.ids).write({"date": DAY}),
            ),
            (
                "another",
                lambda: own.create(
                    {
                        "debtor_id": self.debtor.id,
                        "procedure_id": case.procedure_id.id,
                        "move_ids": [Command.set(self.invoice.ids)],
                    }
                ),
            ),
        ):
            with (
                self.subTest(name),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.env.cr.savepoint(),
            ):
                attempt()
        self.assertEqual(case.state, "prepared")

    def test_merged_debtors_keep_their_cases(self):
        case = self._case()
        twin = self._customer("Durand bis", "professional")
        self._invoice(10, DUE, twin)
        self._debtor(twin)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.pro | twin).ids, twin)
        self.assertEqual(case.debtor_id.partner_id, twin)
        self.assertEqual(case.hold_id.debtor_id, case.debtor_id)
        self.assertEqual(case.amount_open, 6000)
