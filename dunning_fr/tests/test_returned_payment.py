"""A cheque, a debit or a bill that came back: owed again, told of, started again."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import DunningCommon

DAY = "2026-10-01"


def _words(body):
    return " ".join(body.split())


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(DAY)
class TestReturnedPayment(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.policies["professional"]
        cls.invoice = cls._invoice(1000, "2026-08-20")
        cls.collector = new_test_user(
            cls.env,
            login="returns_collector",
            groups="dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _wizard(self, records, user=None, **values):
        wizard = self.env["dunning.return.wizard"].with_user(user or self.env.user)
        return wizard.with_context(
            active_model=records._name, active_ids=records.ids
        ).create(
            {
                "kind": "cheque",
                "payment_date": "2026-09-20",
                "proof": "Bank advice 12",
                **values,
            }
        )

    def test_the_form_opens_on_what_it_is_called_from(self):
        """On invoices, a payment or a debtor, as a browser opens it."""
        payment = self._pay(self.invoice, 1000, "2026-09-01")
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", self.pro.id)])
        for records, moves in (
            (self.invoice, self.invoice),
            (payment, self.invoice),
            (debtor, self.env["account.move"]),
        ):
            wizard = self.env["dunning.return.wizard"].with_context(
                active_model=records._name, active_ids=records.ids
            )
            with self.subTest(records._name):
                # what a browser asks for: the invoices with their names
                asked = {"move_ids": {"fields": {"display_name": {}}}, "kind": {}}
                found = wizard.onchange({}, [], asked)["value"].get("move_ids", [])
                ids = [command[1] for command in found if command[1]]
                self.assertEqual(ids, moves.ids)

    def _return(self, records, **values):
        self._wizard(records, **values).action_register()
        return self.env["dunning.return"].search([("move_id", "in", records.ids)])

    def _sent(self, day):
        notices = self._run(day).notice_ids
        notices.action_send()
        dispatches = notices.dispatch_ids.sudo()._proof_unlocked()
        dispatches._move("ready")
        dispatches._move("sent")
        trusted = notices.sudo()._proof_unlocked()
        trusted.write({"sent_date": day})
        return notices

    def _told(self, day=DAY):
        """Return the level that ``explain()`` gives, and that of the list."""
        debtor = self.env["dunning.debtor"].search(
            [("partner_id", "=", self.pro.id), ("company_id", "=", self.company.id)]
        )
        [told] = debtor.explain(day)
        return told["level"], self.invoice.dunning_level

    # -------------------------------------------------------------------- restart

    def test_the_item_starts_again_at_the_policys_level(self):
        with freeze_time("2026-09-01"):
            self._sent("2026-09-01")
        with freeze_time("2026-09-12"):
            self._sent("2026-09-12")
        self.assertEqual(self._told(), (2, 2))
        [back] = self._return(self.invoice, date="2026-09-25")
        self.assertEqual(back.restart_level, 1)
        self.assertEqual(self._told(), (0, 0))
        notice = self._run(DAY).notice_ids
        self.assertEqual(notice.line_ids.level_sequence, 1)

    def test_levels_of_the_restart(self):
        """The list and the rules agree, whatever the level."""
        with freeze_time("2026-09-01"):
            self._sent("2026-09-01")
        for level, expected in ((1, 0), (2, 1), (3, 2)):
            with self.subTest(level), self.env.cr.savepoint() as savepoint:
                self.policy.returned_level = level
                self._return(self.invoice, date="2026-09-25")
                # below its own level an item climbs as if it had been reminded
                self.assertEqual(self._told(), (expected, expected))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_was_sent_after_the_return_counts(self):
        with freeze_time("2026-09-10"):
            self._sent("2026-09-10")
        self._return(self.invoice, date="2026-09-05", payment_date="2026-09-01")
        self.assertEqual(self._told(), (1, 1))

    def test_no_second_notice_within_the_interval(self):
        """Invariant 6: the last notice still counts for the interval."""
        with freeze_time("2026-09-28"):
            self._sent("2026-09-28")
        self._return(self.invoice, date="2026-09-30")
        self.assertFalse(self._run(DAY).notice_ids)
        with freeze_time("2026-10-06"):
            self.assertTrue(self._run("2026-10-06").notice_ids)

    def test_a_formal_notice_stays_valid(self):
        formal = self.policy.level_ids[0]
        formal.is_formal_notice = True
        with freeze_time("2026-09-01"):
            notices = self._run("2026-09-01").notice_ids
            notices.action_send()
        notices.dispatch_ids.sudo()._proof_unlocked()._move("ready")
        notices.dispatch_ids.sudo()._move("sent")
        self.assertEqual(self._told(), (1, 1))
        self._return(self.invoice, date="2026-09-25")
        self.assertEqual(self._told(), (1, 1))

    def test_taken_back_by_a_manager(self):
        with freeze_time("2026-09-01"):
            self._sent("2026-09-01")
        [back] = self._return(self.invoice, date="2026-09-25")
        self.assertEqual(str(self.invoice.dunning_rejected_on), "2026-09-25")
        with self.assertRaises(AccessError):
            back.with_user(self.collector).unlink()
        back.unlink()
        self.assertEqual(self._told(), (1, 1))
        self.assertFalse(self.invoice.dunning_rejected_on)
        log = "".join(map(str, self.invoice.message_ids.mapped("body")))
        self.assertIn("start again at level 1", log)
        self.assertIn("taken back", log)

    # ------------------------------------------------------------------------ text

    def test_the_notice_tells_of_the_returned_payment(self):
        """E3: what came back, the principal alone, no fee, no threat."""
        self._return(
            self.invoice, reason="Insufficient funds", fee=12, date="2026-09-25"
        )
        notice = self._run(DAY).notice_ids
        notice.action_send()
        self.assertIn("returned unpaid", notice.subject)
        body = str(notice.body)
        for text in (
            "cheque",
            "20&nbsp;September",
            "25&nbsp;September",
            "Insufficient",
        ):
            self.assertIn(text, body)
        self.assertIn(self.invoice.name, body)
        self.assertIn("certificate of", body)
        self.assertNotIn("12.00", body, "the bank's fee is not asked for")
        self.assertEqual(notice.amount_total, 1000)
        self.assertTrue(notice.sudo()._is_untampered())

    def test_no_certificate_without_a_cheque(self):
        self._return(self.invoice, kind="direct_debit", date="2026-09-25")
        notice = self._run(DAY).notice_ids
        notice.action_send()
        self.assertIn("Your direct debit", str(notice.body))
        self.assertNotIn("certificate", str(notice.body))

    def test_other_items_share_its_notice_which_tells_of_it(self):
        """One message for all that is due (R2.12), and the return is not hidden."""
        other = self._invoice(300, "2026-08-25")
        self._return(
            self.invoice, kind="cheque", reason="Insufficient funds", date="2026-09-25"
        )
        [notice] = self._run(DAY).notice_ids
        claimed = notice.line_ids.filtered("claimed")
        self.assertEqual(claimed.move_line_id.move_id, self.invoice + other)
        notice.action_send()
        body = str(notice.body)
        for words in ("Your cheque of", "Insufficient funds", other.name):
            self.assertIn(words, body)
        # nobody says of a returned cheque that it was overlooked
        self.assertNotIn("overlooked", body)
        self.assertIn("the other invoices below are overdue as well", _words(body))
        self.assertEqual(_words(body).count("certificate of non-payment"), 1)
        # after the greeting, before the table
        greeting, told = body.index("</p>"), body.index("Your cheque of")
        self.assertLess(greeting, told)
        self.assertLess(told, body.index(other.name))
        self.assertEqual(body.count("Your cheque of"), 1)
        self.assertTrue(notice.sudo()._is_untampered())

    def _second_level(self, kind, text=None):
        """Return what the second level says of a return and another invoice."""
        self.policy.returned_level = 2
        if text:
            level = self.policy.level_ids.filtered(lambda level: level.sequence == 2)
            level.template_id.body_html = text
        with freeze_time("2026-09-01"):
            self._sent("2026-09-01")
        other = self._invoice(300, "2026-08-01")
        self._return(self.invoice, kind=kind, date="2026-09-25")
        [notice] = self._run(DAY).notice_ids
        self.assertEqual(notice.level_id.sequence, 2)
        self.assertFalse(notice._tells_of_return(), "another invoice is claimed too")
        self.assertEqual(notice._letter_template(), notice.level_id.template_id)
        notice.action_send()
        self.assertIn(other.name, str(notice.body))
        return _words(str(notice.body))

    def test_a_later_level_keeps_its_text_and_tells_what_follows_a_cheque(self):
        """CMF L131-73: the certificate of non-payment, thirty days later."""
        text = self._second_level("cheque")
        self.assertLess(text.index("Your cheque of"), text.index("certificate of"))
        self.assertEqual(text.count("certificate of non-payment"), 1)

    def test_a_later_level_promises_no_certificate_of_a_debit(self):
        text = self._second_level("direct_debit")
        self.assertIn("Your direct debit of", text)
        self.assertNotIn("certificate", text)

    def test_a_private_person_reads_what_becomes_of_the_data(self):
        anna = self._customer("Anna", "consumer")
        invoice = self._invoice(100, "2026-08-20", anna)
        self._return(invoice, kind="direct_debit", date="2026-09-25")
        notices = self._run(DAY).notice_ids.filtered(lambda n: n.partner_id == anna)
        notices.action_send()
        self.assertIn("processes your data", str(notices.body))

    def test_a_consumer_gets_one_message_about_all(self):
        anna = self._customer("Anna", "consumer")
        first = self._invoice(100, "2026-08-20", anna)
        self._invoice(50, "2026-08-25", anna)
        self._return(first, kind="direct_debit", date="2026-09-25")
        notices = self._run(DAY).notice_ids.filtered(lambda n: n.partner_id == anna)
        self.assertEqual(len(notices), 1)
        notices.action_send()
        self.assertIn("Your direct debit of", str(notices.body))

    def test_a_text_that_tells_of_it_already_stays_as_it_is(self):
        text = '<p>Sir,</p><t t-out="object.returned_payments"/>'
        text += '<t t-out="object.invoice_table"/>'
        told = self._second_level("cheque", text)
        self.assertEqual(told.count("Your cheque of"), 1)
        self.assertNotIn("certificate", told, "that text says what it says")

    def test_a_text_without_paragraphs_tells_it_first(self):
        self._invoice(300, "2026-08-25")
        self._return(self.invoice, date="2026-09-25")
        notice = self._run(DAY).notice_ids
        template = notice.level_id.template_id
        body = str(notice._letter_with_returns("Pay &amp; go", template))
        self.assertLess(body.index("Your cheque of"), body.index("Pay &amp; go"))
        pre = "Sir &lt;x&gt;<p>Pay</p> &amp; go"
        body = str(notice._letter_with_returns(pre, template))
        self.assertTrue(body.startswith("Sir &lt;x&gt;<p>Pay</p>"), body)
        self.assertIn("Your cheque of", body)
        self.assertEqual(body.count(" &amp; go"), 1, body)

    def test_a_policy_may_leave_it_out(self):
        self._invoice(300, "2026-08-25")
        self._return(self.invoice, date="2026-09-25")
        self.policy.returned_template_id = False
        notice = self._run(DAY).notice_ids
        notice.action_send()
        self.assertNotIn("Your cheque of", str(notice.body))

    def test_it_is_told_once(self):
        other = self._invoice(300, "2026-08-25")
        self._return(self.invoice, date="2026-09-25")
        notice = self._run(DAY).notice_ids
        self.assertTrue(notice._tells_of_return())
        self.assertTrue(notice.has_other_claims)
        notice.action_cancel()
        other.button_draft()
        notice = self._run(DAY).notice_ids
        self.assertTrue(notice._tells_of_return())
        self.assertFalse(notice.has_other_claims)
        self.policy.returned_template_id = False
        self.assertEqual(notice._letter_template(), notice.level_id.template_id)
        notice.action_cancel()
        self.policy.returned_template_id = self.env.ref("dunning_fr.mail_template_e3")
        self._sent(DAY)
        with freeze_time("2026-10-20"):
            later = self._run("2026-10-20").notice_ids
            self.assertEqual(later.line_ids.level_sequence, 2)
            self.assertFalse(later.return_ids)
            later.action_send()
            self.assertNotIn("Your cheque of", str(later.body))

    def test_one_payment_of_several_invoices_is_told_in_one_sentence(self):
        other = self._invoice(300, "2026-08-25")
        self._return(self.invoice + other, date="2026-09-25", payment_amount=1300)
        notice = self._run(DAY).notice_ids
        self.assertEqual(len(notice.return_ids), 2)
        sentences = notice._letter_return_sentences(notice.return_ids)
        self.assertEqual(len(sentences), 1)
        self.assertIn(other.name, sentences[0])
        self.assertIn("1,300.00", sentences[0])

    # ---------------------------------------------------------------------- ledger

    def _booked(self, invoice, amount=1000, day="2026-09-20"):
        """Return a payment with its entry, matched with ``invoice``."""
        payment = self._pay(invoice, amount, day)
        if not payment.move_id:
            payment.outstanding_account_id = self.env["account.account"].create(
                {
                    "name": "Outstanding",
                    "code": "511900",
                    "account_type": "asset_current",
                    "reconcile": True,
                }
            )
            payment._generate_journal_entry()
            payment.move_id.action_post()
            lines = (payment.move_id + invoice).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            lines.reconcile()
        return payment

    def test_a_payment_taken_back_in_the_books(self):
        payment = self._booked(self.invoice)
        self.assertEqual(self.invoice.amount_residual, 0)
        wizard = self._wizard(payment, date="2026-09-25", proof=False)
        self.assertEqual(wizard.move_ids, self.invoice)
        self.assertEqual(wizard.payment_amount, 1000)
        self.assertTrue(wizard.reverse_payment)
        wizard.action_register()
        self.assertEqual(self.invoice.amount_residual, 1000)
        receivable = self.invoice.line_ids.account_id.filtered(
            lambda a: a.account_type == "asset_receivable"
        )
        open_lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", receivable.id),
                ("partner_id", "=", self.pro.id),
                ("reconciled", "=", False),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(open_lines.move_id, self.invoice, "no open credit is left")
        self.assertTrue(self._run(DAY).notice_ids._tells_of_return())
        back = self.env["dunning.return"].search([("move_id", "=", self.invoice.id)])
        self.assertEqual(back.payment_id, payment)
        self.assertIn(payment.name, back.proof)

    # ----------------------------------------------------------------------- proof

    def _refused(self, wizard, expected):
        with self.assertRaisesRegex(UserError, expected), self.env.cr.savepoint():
            wizard.action_register()
        self.assertFalse(self.env["dunning.return"].search([]))
        self.assertFalse(self.invoice.dunning_rejected_on)

    def test_nothing_restarts_without_a_payment_or_a_proof(self):
        """An invoice that never was paid had its levels taken back by a click."""
        with freeze_time("2026-09-01"):
            self._sent("2026-09-01")
        for proof in (False, "", "  "):
            wizard = self._wizard(self.invoice, proof=proof, date="2026-09-25")
            self.assertFalse(wizard.payment_id)
            self._refused(wizard, "came back, or say where")
        self.assertEqual(self._told(), (1, 1))
        [back] = self._return(self.invoice, date="2026-09-25")
        self.assertEqual((back.proof, back.payment_id.ids), ("Bank advice 12", []))
        log = "".join(map(str, self.invoice.message_ids.mapped("body")))
        self.assertIn("Bank advice 12", log)

    def test_the_proof_stays_when_the_payment_goes(self):
        self._return(self.invoice, date="2026-09-25", proof="Cheque 123")
        [back] = self.env["dunning.return"].search([])
        with self.assertRaises(AccessError):
            back.with_user(self.collector).proof = "other"

    def test_a_payment_of_another_invoice_proves_nothing(self):
        other = self._invoice(300, "2026-08-25")
        payment = self._booked(other, 300)
        wizard = self._wizard(
            self.invoice, payment_id=payment.id, proof=False, date="2026-09-25"
        )
        self._refused(wizard, "did not pay")

    def test_a_payment_of_another_customer_proves_nothing(self):
        stranger = self._customer("Stranger", "professional")
        payment = self._booked(self._invoice(300, "2026-08-25", stranger), 300)
        wizard = self._wizard(
            self.invoice, payment_id=payment.id, proof="x", date="2026-09-25"
        )
        self._refused(wizard, "did not pay")

    def test_what_still_counts_as_paid_is_reversed_first(self):
        """A part that is matched is no debt, whatever the bank returned."""
        payment = self._booked(self.invoice, 400)
        self.assertEqual(self.invoice.amount_residual, 600)
        values = {"payment_id": payment.id, "proof": False, "date": "2026-09-25"}
        self._refused(self._wizard(self.invoice, **values), "still counts as received")
        wizard = self._wizard(self.invoice, reverse_payment=True, **values)
        wizard.action_register()
        self.assertEqual(self.invoice.amount_residual, 1000)
        [back] = self.env["dunning.return"].search([])
        self.assertEqual(back.payment_id, payment)

    def test_a_payment_is_reversed_once(self):
        """Recorded twice, on two days: it came back once, and is owed once."""
        payment = self._booked(self.invoice, 400)
        values = {
            "payment_id": payment.id,
            "move_ids": [(6, 0, self.invoice.ids)],
            "reverse_payment": True,
        }
        self._wizard(payment, date="2026-09-25", **values).action_register()
        entries = self.env["account.move"].search_count([])
        again = self._wizard(payment, date="2026-09-26", **values)
        with self.assertRaisesRegex(UserError, "taken back in the books already"):
            again.action_register()
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertEqual(self.invoice.amount_residual, 1000)
        self.pro.invalidate_recordset()
        self.assertEqual(self.pro.credit, 1000)

    def test_a_payment_undone_before_is_found_from_the_invoice(self):
        payment = self._booked(self.invoice)
        payment.invoice_ids = self.invoice
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self.invoice.amount_residual, 1000)
        wizard = self._wizard(self.invoice, proof=False, date="2026-09-25")
        self.assertEqual(wizard.payment_id, payment)
        wizard.action_register()
        self.assertTrue(self._run(DAY).notice_ids._tells_of_return())

    def test_what_is_paid_is_not_returned_from_the_invoice(self):
        self._pay(self.invoice, 1000, "2026-09-20")
        wizard = self._wizard(self.invoice, date="2026-09-25", payment_amount=1000)
        with self.assertRaisesRegex(UserError, "open the returned payment"):
            wizard.action_register()

    def test_from_the_debtor(self):
        debtor = self._run(DAY).notice_ids.debtor_id
        debtor.notice_ids.action_cancel()
        wizard = self._wizard(
            debtor,
            user=self.collector,
            move_ids=self.invoice.ids,
            payment_amount=1000,
            date="2026-09-25",
        )
        self.assertEqual(wizard.partner_id, self.pro)
        wizard.action_register()
        self.assertTrue(self._run(DAY).notice_ids._tells_of_return())

    def test_days_that_cannot_be(self):
        for values, expected in (
            ({"date": "2026-10-02"}, "in the future"),
            ({"date": "2026-09-19"}, "before it was presented"),
        ):
            with self.assertRaisesRegex(UserError, expected):
                self._wizard(self.invoice, **values).action_register()

    def test_who_records_a_return(self):
        self._wizard(
            self.invoice, user=self.collector, date="2026-09-25"
        ).action_register()
        [back] = self.env["dunning.return"].search([])
        self.assertEqual(back.create_uid, self.collector)
        for values in ({"restart_level": 3}, {"date": "2026-09-26"}):
            with self.assertRaises(AccessError):
                back.with_user(self.collector).write(values)
        reader = new_test_user(
            self.env, login="returns_reader", groups="account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.env["dunning.return"].with_user(reader)._register_returns([], {})
