"""From an expired formal notice to a case: items, checklist, procedures, court."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import format_date

from .common_ledger import LedgerCommon

DAY = date(2026, 11, 20)
DUE = "2026-08-31"
CENT = Decimal("0.01")
PDF = "JVBERi0xLjQK"  # "%PDF-1.4"


@tagged("-at_install", "post_install", "dunning_fr")
class TestLegal(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.dunning_trade = "merchant"
        cls.pro.write({"dunning_trade": "merchant", "company_registry": "443061841"})
        cls.invoice = cls._invoice(6000, DUE)
        cls.item = cls.invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        cls.debtor = cls._debtor(cls.pro, cls.company)
        cls.legal = cls.env["dunning.legal"]
        cls.collector = new_test_user(
            cls.env,
            "legal_collector",
            "dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _formal(self, item=None, **values):
        """Send the formal notice of an item: of 1 September, to pay by the 14th."""
        return self._notice(
            item or self.item,
            3,
            **{
                "date": "2026-09-01",
                "deadline_date": "2026-09-14",
                "presented_date": "2026-09-03",
                **values,
            },
        )

    def _exhibit(self, kind, moves=None, **values):
        return self.env["dunning.exhibit"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": kind,
                "name": kind,
                "file": PDF,
                "file_name": f"{kind}.pdf",
                "move_ids": moves and [(6, 0, moves.ids)],
                **values,
            }
        )

    def _checks(self, day=DAY, items=None, facts=None):
        """Return {code: check} of all late items of the debtor."""
        self.env.invalidate_all()
        if items is None:
            items = self.legal._items(self.debtor, day)
        matter = self.legal._matter(self.debtor, items, day, facts)
        return {c.code: c for c in self.legal._checks(self.debtor, items, matter)}

    def _wizard(self, user=None, **values):
        wizard = self.env["dunning.legal.wizard"].with_user(user or self.env.user)
        wizard = wizard.create({"debtor_id": self.debtor.id, "date": DAY, **values})
        wizard._read_items()
        return wizard

    def _option(self, wizard, code):
        return wizard.option_ids.filtered(lambda o: o.procedure_id.code == code)

    # -- items ------------------------------------------------------------------------
    def test_items_carry_the_claim_of_the_day(self):
        self._formal()
        [item] = self.legal._items(self.debtor, DAY)
        claim = self.invoice.get_late_payment_claim(DAY)
        self.assertAlmostEqual(float(item.interest), claim["interest"])
        self.assertAlmostEqual(float(item.indemnity), 40)
        self.assertAlmostEqual(float(item.principal), 6000)
        self.assertEqual(item.formal_expiry, date(2026, 9, 14))

    def test_another_currency_is_rounded_half_up_to_our_cents(self):
        dollars = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        for amount in range(1000, 1010):
            self._invoice(amount, DUE, currency_id=dollars.id)
        halves = 0
        for item in self.legal._items(self.debtor, DAY)[1:]:
            move = self.env["account.move"].browse(item.move_id)
            claim = move.get_late_payment_claim(DAY)["interest"]
            exact = Decimal(str(round(claim, 2))) / 2
            halves += exact != exact.quantize(CENT)
            self.assertEqual(item.interest, exact.quantize(CENT, ROUND_HALF_UP))
        self.assertTrue(halves, "else nothing is rounded here")

    def test_only_late_items_of_this_debtor_are_there(self):
        self._invoice(500, DAY)  # due today is not late
        other = self._customer("Autre SAS", "professional")
        self._invoice(700, DUE, other)
        found = self.legal._items(self.debtor, DAY)
        self.assertEqual([item.move_id for item in found], self.invoice.ids)

    def test_a_part_paid_leaves_and_a_paid_item_is_gone(self):
        self._pay(self.invoice, 2000, "2026-10-01")
        [item] = self.legal._items(self.debtor, DAY)
        self.assertAlmostEqual(float(item.principal), 4000)
        self._pay(self.invoice, 4000, "2026-10-02")
        self.assertFalse(self.legal._items(self.debtor, DAY))

    def test_missing_rates_are_named_not_counted_as_nothing(self):
        self.env["dunning.rate"].search([("date_from", "=", "2026-07-01")]).unlink()
        check = self._checks()["due"]
        self.assertEqual(check.result, "fail")
        self.assertIn(self.invoice.name, check.text)
        self.assertEqual(check.mend, "rates")

    # -- checklist --------------------------------------------------------------------
    def test_nothing_known_nothing_passes_by_chance(self):
        self.pro.write({"dunning_trade": False, "company_registry": False})
        results = {code: check.result for code, check in self._checks().items()}
        self.assertEqual(
            results,
            {
                "due": "pass",
                "credits": "pass",
                "undisputed": "pass",
                "formal": "fail",
                "limitation": "pass",
                "nature": "unknown",
                "identity": "fail",
                "registers": "unknown",
                "proofs": "warn",
                "attempt": "unknown",
                "cases": "pass",
            },
        )

    def test_everything_in_order(self):
        self._formal()
        for kind in ("order", "delivery"):
            self._exhibit(kind)
        self.debtor.write(
            {"register_checked_on": "2026-11-18", "register_source": "bodacc.fr"}
        )
        for code, check in self._checks().items():
            self.assertEqual(check.result, "pass", f"{code}: {check.text}")

    def test_every_check_names_its_rule(self):
        for check in self._checks().values():
            self.assertRegex(check.rule, r"^(R\d|\d)")

    def test_r5_13_a_formal_notice_that_runs(self):
        self._formal()
        self.assertEqual(self._checks(date(2026, 9, 14))["formal"].result, "warn")
        self.assertEqual(self._checks(date(2026, 9, 15))["formal"].result, "pass")

    def test_r5_13_a_formal_notice_never_presented(self):
        self._formal(presented_date=False)
        check = self._checks()["formal"]
        self.assertEqual(check.result, "warn")
        self.assertEqual(check.mend, "notices")
        self.assertIn("presented", check.text)

    def test_one_item_without_formal_notice_is_enough(self):
        self._formal()
        second = self._invoice(900, DUE)
        check = self._checks()["formal"]
        self.assertEqual(check.result, "fail")
        self.assertIn(second.name, check.text)
        self.assertNotIn(self.invoice.name, check.text)

    def test_r10_12_a_dispute_and_a_promise_hold(self):
        for kind in ("dispute", "promise", "plan"):
            hold = self.env["dunning.hold"].create(
                {
                    "debtor_id": self.debtor.id,
                    "kind": kind,
                    "date_from": "2026-11-01",
                    "date_to": "2026-12-01",
                }
            )
            self.assertEqual(self._checks()["undisputed"].result, "fail", kind)
            hold.action_release()
        self.assertEqual(self._checks()["undisputed"].result, "pass")

    def test_r1_31_a_part_disputed_is_said(self):
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "dispute",
                "date_from": "2026-11-01",
                "amount": 500,
            }
        )
        check = self._checks()["undisputed"]
        self.assertEqual(check.result, "warn")
        self.assertIn(self.invoice.name, check.text)

    def test_money_not_matched_comes_first(self):
        self._invoice(100, DUE)  # something to compare
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.pro.id,
                "amount": 300,
                "date": "2026-10-01",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        ).action_post()
        check = self._checks()["credits"]
        self.assertEqual((check.result, check.mend), ("fail", "items"))

    def test_r7_14_the_limitation_runs_out(self):
        old = self._invoice(800, "2021-12-01", invoice_date="2021-11-01")
        item = self.legal._items(self.debtor, DAY)[0]
        self.assertEqual(item.move_id, old.id)
        check = self._checks(items=[item])["limitation"]
        left = (item.limitation - DAY).days
        self.assertEqual(check.result, "warn" if left >= 0 else "fail")
        for day, result in (
            (item.limitation, "warn"),
            (date(item.limitation.year + 1, 1, 1), "fail"),
            (date(item.limitation.year - 1, 1, 1), "pass"),
        ):
            found = self._checks(day, [item])["limitation"]
            self.assertEqual(found.result, result, day)

    def test_r5_15_an_old_look_at_the_registers_is_worth_another(self):
        for checked, source, result in (
            ("2026-10-21", "bodacc.fr", "pass"),
            ("2026-10-20", "bodacc.fr", "warn"),
            ("2026-11-19", False, "warn"),
        ):
            self.debtor.write(
                {"register_checked_on": checked, "register_source": source}
            )
            self.assertEqual(self._checks()["registers"].result, result, checked)

    def test_r6_33_proceedings_fail_the_registers(self):
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "date_from": "2026-10-01",
                "judgment_date": "2026-10-01",
            }
        )
        self.assertEqual(self._checks()["registers"].result, "fail")

    def test_a_consumer_needs_no_siren(self):
        self.pro.write({"debtor_kind": "consumer", "company_registry": False})
        self.assertEqual(self._checks()["identity"].result, "pass")
        self.pro.street = False
        check = self._checks()["identity"]
        self.assertEqual((check.result, check.mend), ("fail", "partner"))
        self.assertIn("Street", check.text)

    def test_6_8_proofs_cover_each_item(self):
        second = self._invoice(900, DUE)
        self._exhibit("order")
        self._exhibit("delivery", self.invoice)
        check = self._checks()["proofs"]
        self.assertEqual(check.result, "warn")
        self.assertIn(second.name, check.text)
        self.assertNotIn(self.invoice.name, check.text)
        self._exhibit("delivery", second)
        self.assertEqual(self._checks()["proofs"].result, "pass")

    def test_r6_31_an_amicable_attempt_before_the_tj(self):
        self.pro.dunning_trade = "liberal"
        self._pay(self.invoice, 3000, "2026-10-01")
        self.assertEqual(self._checks()["attempt"].result, "warn")
        self._exhibit("amicable")
        self.assertEqual(self._checks()["attempt"].result, "pass")

    def test_our_own_trade_counts_as_well(self):
        self.company.partner_id.dunning_trade = False
        check = self._checks()["nature"]
        self.assertEqual((check.result, check.mend), ("unknown", "company"))

    # -- exhibits ---------------------------------------------------------------------
    def test_an_exhibit_of_another_customer_is_refused(self):
        other = self._invoice(700, DUE, self._customer("Autre SAS", "professional"))
        with self.assertRaisesRegex(UserError, "is not an invoice of"):
            self._exhibit("order", other)

    def test_an_exhibit_stays_with_its_debtor(self):
        exhibit = self._exhibit("order").with_user(self.collector)
        other = self._debtor(self._customer("Autre SAS", "professional"), self.company)
        with self.assertRaises(UserError):
            exhibit.debtor_id = other
        with self.assertRaises(AccessError):
            exhibit.unlink()

    # -- the wizard -------------------------------------------------------------------
    def test_what_is_ripe_is_chosen(self):
        self._formal()
        second = self._invoice(900, DUE)
        wizard = self._wizard()
        chosen = wizard.item_ids.filtered("is_chosen")
        self.assertEqual(chosen.move_id, self.invoice)
        self.assertEqual(wizard.item_ids.move_id, self.invoice | second)
        self.assertAlmostEqual(wizard.amount, sum(chosen.mapped("amount")))

    def test_r6_35_all_is_declared_in_insolvency(self):
        self._invoice(900, DUE)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "date_from": "2026-10-01",
                "judgment_date": "2026-10-01",
                "publication_date": "2026-10-09",
            }
        )
        wizard = self._wizard()
        self.assertEqual(wizard.item_ids.mapped("is_chosen"), [True, True])
        wizard.action_next()
        wizard.action_next()
        still_open = wizard.option_ids.filtered(lambda o: o.standing == "open")
        self.assertEqual(still_open.procedure_id.mapped("code"), ["declaration"])

    def test_from_invoices_of_one_customer_only(self):
        action = self.invoice.action_dunning_legal()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.item_ids.filtered("is_chosen").move_id, self.invoice)
        other = self._invoice(700, DUE, self._customer("Autre SAS", "professional"))
        with self.assertRaisesRegex(UserError, "one debtor"):
            (self.invoice | other).action_dunning_legal()

    def test_from_a_notice_what_it_claims_is_chosen(self):
        self._invoice(900, DUE)
        action = self._formal().action_legal()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.item_ids.filtered("is_chosen").move_id, self.invoice)

    def test_a_later_day_is_refused(self):
        """Else a formal notice that still runs would look expired."""
        later = fields.Date.add(self.company._dunning_today(), days=1)
        with self.assertRaisesRegex(UserError, "today at the latest"):
            self._wizard(self.collector, date=later)
        wizard = self._wizard(self.collector)
        with self.assertRaisesRegex(UserError, "today at the latest"):
            wizard.date = later

    def test_nothing_chosen_goes_nowhere(self):
        wizard = self._wizard()
        self.assertFalse(wizard.item_ids.filtered("is_chosen"))
        with self.assertRaisesRegex(UserError, "Choose at least one item"):
            wizard.action_next()
        self.assertEqual(wizard.step, "items")

    def test_each_step_reads_the_ledger_afresh(self):
        self._formal()
        wizard = self._wizard()
        wizard.action_next()
        self.assertEqual(wizard.step, "checks")
        self._pay(self.invoice, self.invoice.amount_residual, "2026-11-19")
        with self.assertRaisesRegex(UserError, "Choose at least one item"):
            wizard.action_next()

    def test_there_and_back(self):
        self._formal()
        wizard = self._wizard()
        wizard.action_next()
        self.assertTrue(wizard.check_ids)
        wizard.action_next()
        self.assertEqual(wizard.step, "procedures")
        self.assertEqual(
            len(wizard.option_ids),
            self.env["dunning.procedure"]
            .with_context(active_test=False)
            .search_count([]),
        )
        wizard.action_back()
        wizard.action_back()
        wizard.action_back()
        self.assertEqual(wizard.step, "items")
        self.assertTrue(wizard.item_ids.filtered("is_chosen"))

    def test_the_checklist_buttons_open_something(self):
        self.pro.dunning_trade = False
        wizard = self._wizard()
        wizard.item_ids.is_chosen = True
        wizard.action_next()
        for check in wizard.check_ids.filtered("mend"):
            action = check.action_mend()
            self.assertIn(action["res_model"], self.env, check.code)
        in_order = wizard.check_ids.filtered(lambda check: not check.mend)
        self.assertFalse(in_order[0].action_mend())

    def test_mended_and_read_again(self):
        self._formal()
        self.pro.dunning_trade = False
        wizard = self._wizard()
        wizard.action_next()
        nature = wizard.check_ids.filtered(lambda check: check.code == "nature")
        self.assertEqual(nature.result, "unknown")
        self.pro.dunning_trade = "merchant"
        wizard.action_refresh()
        nature = wizard.check_ids.filtered(lambda check: check.code == "nature")
        self.assertEqual(nature.result, "pass")
        self.assertTrue(wizard.item_ids.filtered("is_chosen"))

    def test_options_say_why(self):
        self._formal()
        wizard = self._wizard()
        wizard.action_next()
        wizard.action_next()
        self.assertEqual(wizard.option_ids[0].standing, "open")
        self.assertEqual(self._option(wizard, "injonction").standing, "open")
        small = self._option(wizard, "petites_creances")
        self.assertEqual(small.standing, "closed")
        self.assertIn("R6.10", small.reasons)
        self.assertIn("R6.11", small.reasons)  # 6,000 is above 5,000 too
        self.assertIn("R6.17", self._option(wizard, "l126").reasons)
        cheque = self._option(wizard, "cheque")
        self.assertEqual(cheque.standing, "unsure")
        self.assertIn("To check", cheque.reasons)

    def test_an_answer_opens_or_closes(self):
        self._formal()
        wizard = self._wizard(fact_cheque="yes", fact_lawyers="no")
        wizard.action_next()
        wizard.action_next()
        self.assertEqual(self._option(wizard, "cheque").standing, "open")
        self.assertEqual(self._option(wizard, "participative").standing, "closed")

    def test_summary_of_an_order_to_pay(self):
        self._formal()
        wizard = self._wizard()
        wizard.action_next()
        wizard.action_next()
        self._option(wizard, "injonction").action_choose()
        self.assertEqual(wizard.step, "summary")
        self.assertEqual(wizard.court_kind, "economic")  # Lyon
        self.assertIn("Lyon", wizard.court_name)
        self.assertIn("No lawyer is required (R6.7)", wizard.advice)
        self.assertIn("R6.6", wizard.advice)
        self.assertIn("33.47", wizard.costs)
        self.assertIn("to verify", wizard.costs)
        self.assertFalse(wizard.objections)
        item = self.legal._items(self.debtor, DAY)[0]
        early = fields.Date.subtract(item.limitation, months=3)
        self.assertIn(format_date(self.env, early), wizard.by_when)
        self.assertIn("R7.9", wizard.by_when)

    def test_another_action_has_until_the_last_useful_day(self):
        self._formal()
        wizard = self._wizard()
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_fond"))
        item = self.legal._items(self.debtor, DAY)[0]
        self.assertIn(format_date(self.env, item.limitation), wizard.by_when)

    def test_r6_35_declare_by(self):
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "date_from": "2026-10-01",
                "judgment_date": "2026-10-01",
            }
        )
        declaration = self.env.ref("dunning_fr.dunning_procedure_declaration")
        [text] = self.legal._by_when(declaration, self.debtor, [], DAY)
        self.assertIn("Enter the day of publication", text)
        hold.publication_date = "2026-10-09"
        [text] = self.legal._by_when(declaration, self.debtor, [], DAY)
        self.assertIn(format_date(self.env, "2026-12-09"), text)

    def test_r6_6_abroad_and_monaco_say_so(self):
        self._formal()
        for country, words in (("mc", "Monaco"), ("de", "Union"), ("ch", "abroad")):
            self.pro.country_id = self.env.ref(f"base.{country}")
            wizard = self._wizard()
            wizard._choose(self.env.ref("dunning_fr.dunning_procedure_fond"))
            self.assertEqual(wizard.court_kind, "foreign")
            self.assertIn(words, wizard.advice)

    def test_r6_2_a_liberal_creditor_chooses(self):
        self._formal()
        self.company.partner_id.dunning_trade = "liberal"
        wizard = self._wizard()
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_fond"))
        self.assertEqual(wizard.court_kind, "proximity")
        self.assertIn("as you choose (R6.2)", wizard.advice)
        wizard.court_kind = "commercial"
        self.assertFalse(wizard.objections)

    def test_outside_the_courts_town_a_person_looks_it_up(self):
        self._formal()
        self.pro.write({"zip": "69400", "city": "Villefranche-sur-Saône"})
        wizard = self._wizard()
        wizard.step = "procedures"
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_injonction"))
        self.assertEqual(wizard.court_kind, "commercial")
        self.assertFalse(wizard.court_id)
        self.assertIn("Villefranche", wizard.court_name)
        self.assertIn("Tribunal des activités économiques de Lyon", wizard.advice)

    def test_a_known_court_fills_in_its_name(self):
        self._formal()
        court = self.env["dunning.court"].create(
            {"name": "Tribunal de commerce de Tours", "kind": "commercial"}
        )
        wizard = self._wizard()
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_injonction"))
        with Form(wizard) as form:
            form.court_kind = "commercial"
            form.court_id = court
            self.assertEqual(form.court_name, court.name)

    def test_r6_9_the_contribution_and_our_employees(self):
        self._invoice(60000, DUE)
        wizard = self._wizard()
        wizard.item_ids.is_chosen = True
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_fond"))
        self.assertIn("number of your employees", wizard.costs)
        for staff, exempt in ((249, True), (250, False)):
            self.company.dunning_employees = staff
            wizard.invalidate_recordset(["costs"])
            self.assertEqual("fewer than 250" in wizard.costs, exempt, staff)
        self.assertIn("A lawyer is required (R6.7)", wizard.advice)

    def test_an_unknown_trade_names_no_court(self):
        self._formal()
        self.pro.dunning_trade = False
        wizard = self._wizard()
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_injonction"))
        self.assertFalse(wizard.court_kind)
        self.assertFalse(wizard.court_name)
        self.assertIn("R6.1", wizard.advice)

    # -- against the rules ------------------------------------------------------------
    def test_a_consumer_at_the_commercial_court_is_objected_to(self):
        self._formal()
        self.pro.debtor_kind = "consumer"
        wizard = self._wizard()
        wizard.item_ids.is_chosen = True
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_fond"))
        self.assertEqual(wizard.court_kind, "proximity")
        self.assertFalse(wizard.objections)
        wizard.court_kind = "commercial"
        self.assertIn("another kind of court", wizard.objections)
        wizard.court_kind = "judicial"
        self.assertFalse(wizard.objections)

    def test_a_collector_cannot_overrule_the_law(self):
        self._formal()
        wizard = self._wizard(self.collector)
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_petites_creances"))
        wizard.reason = "I know better"
        with self.assertRaisesRegex(AccessError, "R6.10"):
            wizard.action_create_case()

    def test_a_manager_overrules_with_a_reason(self):
        self._formal()
        wizard = self._wizard()
        small = self.env.ref("dunning_fr.dunning_procedure_petites_creances")
        wizard._choose(small)
        with self.assertRaisesRegex(UserError, "Write why"):
            wizard.action_create_case()
        wizard.reason = "Part of it was invoiced before 25 April"
        action = wizard.action_create_case()
        case = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(case.procedure_id, small)
        log = "".join(map(str, case.message_ids.mapped("body")))
        self.assertIn("R6.10", log)
        self.assertIn("before 25 April", log)

    def test_the_case_takes_what_was_chosen(self):
        self._formal()
        self._invoice(900, DUE)
        wizard = self._wizard(self.collector)
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_injonction"))
        action = wizard.action_create_case()
        case = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(case.move_ids, self.invoice)
        self.assertEqual(case.debtor_id, self.debtor)
        self.assertEqual(case.court_name, wizard.court_name)
        self.assertEqual(case.court_kind, "economic")
        self.assertEqual(self._checks()["cases"].result, "fail")

    def test_the_case_may_be_opened_once(self):
        self._formal()
        wizard = self._wizard()
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_injonction"))
        wizard.action_create_case()
        with self.assertRaises(UserError):
            wizard.action_create_case()

    # -- who sees what ----------------------------------------------------------------
    def test_a_wizard_belongs_to_who_opened_it(self):
        self._formal()
        wizard = self._wizard()
        wizard.action_next()
        for record in (wizard, wizard.item_ids, wizard.check_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.collector).read(["create_uid"])

    def test_another_company_cannot_open_it(self):
        other = self.setup_other_company(name="Autre société")["company"]
        stranger = new_test_user(
            self.env,
            "legal_stranger",
            "dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.debtor.with_user(stranger).action_legal()
        wizard = self.env["dunning.legal.wizard"].with_user(stranger)
        with self.assertRaises(AccessError):
            wizard.create({"debtor_id": self.debtor.id, "date": DAY})._read_items()

    def test_queries_do_not_grow_with_items(self):
        self._formal()
        for number in range(3):
            self._invoice(100 + number, DUE)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            items = self.legal._items(self.debtor, DAY)
            matter = self.legal._matter(self.debtor, items, DAY)
            self.legal._checks(self.debtor, items, matter)
            self.legal._opinions(matter)
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(20):
            self._invoice(200 + number, DUE)
        self.assertLessEqual(count(), few + 2)
