"""Invoices sold to a factor: who reminds, and to whom the debtor pays."""

from datetime import timedelta

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_hold import DAY, DUE, MADE, HoldCommon

IBAN = "FR1420041010050500013M02606"
OTHER = "FR7630001007941234567890185"
OWN = "FR76 3000 6000 0112 3456 7890 189".replace(" ", "\u00a0")
SOLD = "FR14 2004 1010 0505 0001 3M02 606".replace(" ", "\u00a0")


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-09-20")
class TestHoldFactor(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factor = cls._customer("Factor SA")
        cls.account = cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.factor.id}
        )
        cls.kept = cls._invoice(500, DUE)

    def _values(self, mode="own_name", **values):
        return {
            "debtor_id": self.debtor.id,
            "kind": "factored",
            "date_from": MADE,
            "factor_id": self.factor.id,
            "factor_mode": mode,
            "factor_bank_id": self.account.id,
            "move_ids": [Command.set(self.invoice.ids)],
            **values,
        }

    def _sold(self, mode="own_name", **values):
        return self.env["dunning.hold"].create(self._values(mode, **values))

    def _codes(self):
        return {told["residual"]: told["code"] for told in self.debtor.explain(DAY)}

    def _notice(self):
        return self._run(DAY).notice_ids

    def test_the_factor_reminds(self):
        for mode in ("excluded", "handed_over"):
            hold = self._sold(mode)
            self.assertEqual(self._codes(), {1000: "hold_factored", 500: "ready"})
            hold.action_lift("Bought back")

    def test_in_our_name_nothing_is_held(self):
        self._sold()
        self.assertEqual(self._codes(), {1000: "ready", 500: "ready"})
        self.assertEqual(self.invoice.dunning_next_date, DUE + timedelta(7))
        self.assertEqual(self.debtor.active_hold_count, 0)

    def test_the_letter_shows_each_account_with_its_invoices(self):
        self._sold()
        block = self._notice().payment_block
        self.assertIn(SOLD, block)
        self.assertIn(OWN, block)
        self.assertIn("To free you, your payment must be made to it alone", block)
        sold, own = block.index(SOLD), block.index(OWN)
        self.assertLess(block.index(self.invoice.name), sold)
        self.assertIn("it was transferred to", block)
        self.assertTrue(sold < block.index(self.kept.name) < own)

    def test_all_sold_shows_the_factor_s_account_alone(self):
        hold = self._sold()
        hold.move_ids = False
        block = self._notice().payment_block
        self.assertIn(SOLD, block)
        self.assertNotIn(OWN, block)
        self.assertIn("Factor SA", block)
        self.assertIn("they were transferred to", block)

    def test_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.pro.lang = "fr_FR"
        self._sold()
        block = self._notice().payment_block
        self.assertIn("Pour être libératoire", block)
        text = " ".join(Markup(block).striptags().split()).replace("\xa0", " ")
        self.assertIn(f"Facture {self.invoice.name} : créance transférée", text)
        self.assertIn(f"Facture {self.kept.name} : à nous", text)
        self.assertIn("à nous régler", block)

    def test_before_it_begins_and_once_it_is_over_we_are_paid(self):
        hold = self._sold(date_from="2026-09-21")
        self.assertNotIn(SOLD, self._notice().payment_block)
        hold.date_from = DAY
        hold.action_lift("Bought back")
        self.assertNotIn(SOLD, self._run(DAY).notice_ids[:1].payment_block or "")

    def test_no_code_to_scan_beside_two_accounts(self):
        notice = self._notice()
        words = Markup("<p class='o_dunning_factor'>Sold</p>")
        page = notice._letter_page("Subject", notice.payment_block)
        self.assertIn("o_qr", str(page["body"]))
        page = notice._letter_page("Subject", words + notice.payment_block)
        self.assertNotIn("o_qr", str(page["body"]))
        self.assertIn("o_dunning_pay", str(page["body"]), "set apart all the same")

    def test_an_e_mail_of_a_promise_names_the_factor_s_account(self):
        self._sold()
        promise = self._hold("promise", date_to="2026-09-30")
        block = promise.payment_block
        parts = (self.invoice.name, SOLD, self.kept.name, "to be paid to us", OWN)
        places = [block.index(part) for part in parts]
        self.assertEqual(places, sorted(places))
        for moves, shown, hidden in (
            (self.invoice, SOLD, OWN),
            (self.kept, OWN, SOLD),
        ):
            promise.move_ids = moves
            self.assertIn(shown, promise.payment_block)
            self.assertNotIn(hidden, promise.payment_block)

    def test_an_e_mail_about_what_the_factor_reminds_shows_no_account(self):
        hold = self._sold("excluded")
        promise = self._hold(
            "promise", date_to="2026-09-30", move_ids=[Command.set(self.invoice.ids)]
        )
        block = promise.payment_block
        self.assertIn("it was transferred to <strong>Factor SA", block)
        self.assertNotIn(OWN, block)
        self.assertNotIn(SOLD, block, "no manager chose it for letters")
        hold.write({"factor_id": False, "factor_bank_id": False})
        promise.invalidate_recordset()
        self.assertIn("transferred to <strong>a factor", promise.payment_block)

    def test_many_promises_ask_once_who_is_paid(self):
        self._sold()
        holds = self._hold("promise", date_to="2026-09-30")
        for _number in range(3):
            partner = self._customer("Other", "professional")
            self._invoice(10, DUE, partner)
            debtor_id = self.env["dunning.debtor"]._ensure(self.company, partner.ids)
            holds += self._hold(
                "promise", date_to="2026-09-30", debtor_id=debtor_id[partner.id]
            )
        counts = []
        for chosen in (holds, holds[:2], holds):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen.mapped("payment_block")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_no_online_payment_to_us(self):
        stop = "transferred to Factor SA"
        for mode in ("own_name", "excluded", "handed_over"):
            hold = self._sold(mode)
            with self.subTest(mode=mode):
                self.assertIn(stop, self.invoice._dunning_payment_stop_text())
                self.assertFalse(self.kept._dunning_payment_stop_text())
            hold.move_ids = False
            self.assertIn(stop, self.kept._dunning_payment_stop_text())
            other = self._invoice(10, DUE, self._customer("Other", "professional"))
            self.assertFalse(other._dunning_payment_stop_text())
            hold.action_lift("Bought back")
            self.assertFalse(self.invoice._dunning_payment_stop_text())
        self._sold(date_from="2026-09-21")
        self.assertFalse(self.invoice._dunning_payment_stop_text(), "not yet")

    def test_interest_and_indemnity_are_whose_the_contract_says(self):
        self._sold()
        notice = self._notice()
        of_both = notice.amount_indemnity
        notice.action_cancel()
        self.company.dunning_factored_claims = False
        notice = self._run(DAY).notice_ids.filtered(lambda n: n.state == "draft")
        self.assertEqual((of_both, notice.amount_indemnity), (80, 40))
        lines = {line.residual: line.interest for line in notice.line_ids}
        self.assertEqual(lines[1000], 0)
        self.assertGreater(lines[500], 0)

    def test_nothing_leaves_by_mistake(self):
        hold = self._hold("factored")
        self.assertEqual(hold.factor_mode, "excluded")
        self.assertFalse(self._hold("insurer").factor_mode)

    def test_a_manager_alone_chooses_the_account_that_is_paid(self):
        clerk = self.env["dunning.hold"].with_user(self.collector)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            clerk.create(self._values())
        left = clerk.create(self._values("excluded"))
        other = self.env["res.partner.bank"].create(
            {"acc_number": OTHER, "partner_id": self.factor.id}
        )
        sold = self._sold(move_ids=[Command.set(self.kept.ids)])
        told = self.debtor.message_ids[0].body
        self.assertIn(IBAN, told.replace(" ", ""))
        theirs = sold.with_user(self.collector)
        for hold, values in (
            (left, {"factor_mode": "own_name"}),
            (theirs, {"factor_bank_id": other.id}),
            (theirs, {"factor_id": other.partner_id.id, "factor_bank_id": other.id}),
        ):
            with (
                self.subTest(values),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                hold.write(values)
            self.env.invalidate_all()
        # what a form sends again is no change
        theirs.write({"factor_bank_id": self.account.id, "notified_on": DAY})
        sold.factor_bank_id = other
        self.assertIn(OTHER, self.debtor.message_ids[0].body.replace(" ", ""))

    def test_the_number_of_a_named_account_is_a_manager_s_too(self):
        clerk = new_test_user(
            self.env,
            login="contacts",
            groups="account.group_account_invoice,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        theirs = self.account.with_user(clerk)
        theirs.acc_holder_name = "Factor"  # no letter names it
        hold = self._sold()
        for values in ({"acc_number": OTHER}, {"acc_holder_name": "Ami"}):
            with self.subTest(values), self.assertRaises(AccessError):
                theirs.write(values)
            self.env.invalidate_all()
        theirs.write({"acc_number": IBAN, "clearing_number": "7"})
        self.account.acc_number = OTHER
        told = self.debtor.message_ids[0].body
        self.assertIn(OTHER, told.replace(" ", ""))
        hold.action_lift("Bought back")
        theirs.acc_number = IBAN

    def test_the_account_is_the_factor_s(self):
        stranger = self._customer("Client ami")
        account = self.env["res.partner.bank"].create(
            {"acc_number": OTHER, "partner_id": stranger.id}
        )
        with self.assertRaises(ValidationError):
            self._sold(factor_bank_id=account.id)
        hold = self._sold()
        with self.assertRaises(ValidationError):
            hold.factor_id = stranger

    def test_letters_cost_the_same_for_one_and_for_many(self):
        self._sold()
        one = self._notice()
        one.mapped("payment_block")  # what is read once only
        for number in range(8):
            partner = self._customer(f"Client{number} SARL", "professional")
            self._invoice(1000, DUE, partner)
        one.action_cancel()
        notices = self._run(DAY).notice_ids
        many = notices.filtered(lambda n: n.state == "draft")
        self.env.invalidate_all()
        one = many[:1]
        one.mapped("payment_block")
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            many.mapped("payment_block")
