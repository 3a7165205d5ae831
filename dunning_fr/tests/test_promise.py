from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_plan import PlanCommon

MADE, DAY = date(2026, 9, 10), date(2026, 9, 20)


def after(days):
    return DAY + timedelta(days=days)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPromise(PlanCommon):
    """A promise from the call to the ledger's answer."""

    def _promise(self, debtor=None, **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": (debtor or self.debtor).id,
                "kind": "promise",
                "date_from": MADE,
                "date_to": DAY,
                **values,
            }
        )

    def _code(self, day):
        (row,) = self.debtor.explain(day)
        return row["code"]

    # ------------------------------------------------------------------- its days

    def test_silent_up_to_the_last_day_of_grace_and_broken_after_it(self):
        self.company.dunning_promise_grace_days = 2
        promise = self._promise()
        self.assertEqual(promise.silent_to, after(2))
        for day in (DAY, after(1), after(2)):
            self._settle(day)
            self.assertEqual(promise.state, "active", day)
            self.assertEqual(self._code(day), "hold_promise")
        self.assertNotEqual(self._code(after(3)), "hold_promise")
        self._settle(after(3))
        self.assertEqual(promise.state, "broken")
        self.assertEqual(promise.settled_on, after(3))

    def test_without_grace_the_next_day_breaks_it(self):
        promise = self._promise()
        self._settle(DAY)
        self.assertEqual(promise.state, "active")
        self._settle(after(1))
        self.assertEqual(promise.state, "broken")

    def test_grace_is_that_of_the_day_it_was_given(self):
        promise = self._promise()
        self.company.dunning_promise_grace_days = 5
        self.assertEqual(promise.grace_days, 0)
        promise.grace_days = 3
        self.assertEqual(promise.silent_to, after(3))
        with self.assertRaises(ValidationError):
            self.company.dunning_promise_grace_days = -1

    def test_other_holds_have_no_grace(self):
        self.company.dunning_promise_grace_days = 5
        hold = self._promise(kind="dispute")
        self.assertEqual((hold.grace_days, hold.silent_to), (0, DAY))
        self._settle(after(30))
        self.assertEqual(hold.state, "active")

    def test_a_run_resumes_at_the_next_level_once_broken(self):
        promise = self._promise()
        self.assertFalse(self._run(DAY).notice_ids)
        run = self._run(after(1))
        self.assertEqual(promise.state, "broken")
        self.assertEqual(run.notice_ids.level_id.sequence, 1)

    # ---------------------------------------------------------------- the ledger

    def test_kept_by_a_payment_on_its_invoices(self):
        promise = self._promise(amount=400)
        self._pay(self.invoice, 399.50, after(-1))
        self.assertEqual(promise.received, 399.50)
        self._settle(DAY)
        self.assertEqual(promise.state, "kept", "within the tolerance")
        self.assertEqual(self._code(DAY), "ready", "the rest is reminded again")
        self.assertIn("Kept", str(promise.message_ids[0].body))

    def test_a_part_of_it_is_not_enough(self):
        promise = self._promise(amount=400)
        self._pay(self.invoice, 398.99, DAY)
        self._settle(after(1))
        self.assertEqual(promise.state, "broken")

    def test_a_payment_on_the_day_and_the_day_after(self):
        for day, state in ((DAY, "kept"), (after(1), "broken")):
            with self.subTest(day=day):
                partner = self._customer(f"Client{day.day}", "professional")
                invoice = self._invoice(1000, "2026-08-01", partner)
                promise = self._promise(self._debtor_of(partner))
                self._pay(invoice, 1000, day)
                self._settle(after(2))
                self.assertEqual(promise.state, state)

    def test_money_not_matched_yet_keeps_it(self):
        promise = self._promise()
        self._receive(1000, DAY)
        self._settle(after(1))
        self.assertEqual(promise.state, "kept")

    def test_a_bank_statement_that_comes_late(self):
        promise = self._promise()
        self._settle(after(1))
        self.assertEqual(promise.state, "broken")
        self.assertTrue(self.debtor.has_broken_promise)
        task = self.debtor.activity_ids
        self.assertEqual(task.user_id, self.collector)
        self._pay(self.invoice, 1000, DAY)
        self._settle(after(5))
        self.assertEqual(promise.state, "kept")
        self.assertFalse(task.exists(), "nothing left to do")
        self.assertFalse(self.debtor.has_broken_promise)

    def test_a_payment_taken_back_opens_it_again_or_breaks_it(self):
        for settled, again, state in (
            (after(-2), after(-1), "active"),
            (after(-2), after(1), "broken"),
        ):
            with self.subTest(again=again):
                partner = self._customer(f"Retour{again.day}", "professional")
                invoice = self._invoice(1000, "2026-08-01", partner)
                promise = self._promise(self._debtor_of(partner))
                payment = self._pay(invoice, 1000, after(-3))
                self._settle(settled)
                self.assertEqual(promise.state, "kept")
                payment.action_draft()
                payment.action_cancel()
                self._settle(again)
                self.assertEqual(promise.state, state)
                self.assertEqual(promise.is_settled_by_ledger, state == "broken")

    def test_unmatching_alone_takes_nothing_back(self):
        """The money is still there: matching it is our work."""
        promise = self._promise()
        self._pay(self.invoice, 1000, DAY)
        self._settle(DAY)
        lines = self.invoice.line_ids.filtered("matched_credit_ids")
        lines.remove_move_reconcile()
        self._settle(after(1))
        self.assertEqual(promise.state, "kept")

    def test_what_a_person_decided_stays(self):
        promise = self._promise()
        self._settle(after(1))
        promise.with_user(self.collector).state = "kept"
        self._settle(after(2))
        self.assertEqual(promise.state, "kept")
        self.assertFalse(promise.is_settled_by_ledger)
        self.assertFalse(self.debtor.activity_ids)

    def test_one_sum_keeps_one_promise(self):
        first, second = (
            self._promise(amount=300),
            self._promise(amount=300, date_to=after(10)),
        )
        self._pay(self.invoice, 300, DAY)
        self._settle(after(11))
        self.assertEqual((first.state, second.state), ("kept", "broken"))

    def test_a_run_dated_earlier_takes_no_decision_back(self):
        promise = self._promise()
        self._settle(after(1))
        self._settle(after(-2))
        self.assertEqual(promise.state, "broken")

    def test_settling_twice_tells_once(self):
        promise = self._promise()
        for _again in range(3):
            self._settle(after(1))
        self.assertEqual(len(self.debtor.activity_ids), 1)
        told = promise.message_ids.filtered(lambda m: "Broken" in str(m.body))
        self.assertEqual(len(told), 1)

    def test_a_promise_in_another_currency(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        partner = self._customer("Dollar Inc", "professional")
        invoice = self._invoice(1000, "2026-08-01", partner, currency_id=dollar.id)
        promise = self._promise(self._debtor_of(partner), amount=500)
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment.create({"payment_date": DAY})._create_payments()
        self.assertAlmostEqual(promise.received, 500, 2)
        self._settle(DAY)
        self.assertEqual(promise.state, "kept", "500 € of the company")

    # ------------------------------------------------------------------ correcting

    def test_the_old_promise_stays_in_the_history(self):
        old = self._promise(amount=400, promised_by="Mme Roux")
        action = old.with_user(self.collector).action_correct()
        context = action["context"]
        new = (
            self.env["dunning.hold"]
            .with_user(self.collector)
            .with_context(**context)
            .create({"date_to": after(5)})
        )
        self.assertEqual((old.state, old.date_to), ("released", DAY))
        self.assertEqual(old.replaced_by_id, new)
        self.assertRecordValues(
            new,
            [
                {
                    "kind": "promise",
                    "replaces_id": old.id,
                    "amount": 400.0,
                    "promised_by": "Mme Roux",
                    "state": "active",
                }
            ],
        )
        self.assertIn("replaces this one", str(old.message_ids[0].body))
        with self.assertRaisesRegex(UserError, "corrected already"):
            self._promise(replaces_id=old.id)

    def test_a_broken_one_stays_broken(self):
        old = self._promise()
        self._settle(after(1))
        new = self._promise(date_from=after(1), date_to=after(9), replaces_id=old.id)
        self.assertEqual(old.state, "broken")
        self.assertFalse(self.debtor.activity_ids, "agreed anew")
        self.assertFalse(self.debtor.has_broken_promise)
        self._pay(self.invoice, 1000, after(5))
        self._settle(after(9))
        self.assertEqual((old.state, new.state), ("broken", "kept"))
        self.assertEqual(self.debtor.promise_kept_rate, 0.5)
        self.assertEqual(
            (self.debtor.promise_kept_count, self.debtor.promise_count), (1, 2)
        )

    def test_only_a_promise_of_the_same_debtor_is_corrected(self):
        dispute = self._promise(kind="dispute")
        with self.assertRaises(ValidationError):
            self._promise(replaces_id=dispute.id)
        with self.assertRaisesRegex(UserError, "no promise"):
            dispute.action_correct()
        other = self._debtor_of(self._customer("Autre", "professional"))
        with self.assertRaises(ValidationError):
            self._promise(other, replaces_id=self._promise().id)

    def test_the_machine_s_facts_are_not_entered(self):
        promise = self._promise().with_user(self.collector)
        for name, value in {
            "is_settled_by_ledger": True,
            "settled_on": DAY,
            "confirmed_on": DAY,
            "replaced_by_id": promise.id,
        }.items():
            with self.subTest(name=name), self.assertRaises(UserError):
                promise.write({name: value})

    # --------------------------------------------------------------- confirmation

    def _mail_of(self, hold):
        return self.env["mail.mail"].search(
            [("model", "=", "dunning.hold"), ("res_id", "=", hold.id)]
        )

    def test_the_confirmation_says_what_was_agreed(self):
        promise = self._promise(amount=400).with_user(self.collector)
        promise.action_confirm_by_mail()
        mail = self._mail_of(promise)
        self.assertEqual(mail.recipient_ids.email, "durand@client.example")
        body = str(mail.body_html)
        for words in (
            "400.00",
            "20 September 2026".replace(" ", "\xa0", 1),
            self.invoice.name,
            "600.00",
            "FR76",
            "ancillary sums",
            promise.reference,
        ):
            self.assertIn(words, body)
        self.assertEqual(promise.confirmed_on, self.company._dunning_today())
        self.assertIn(mail.mail_message_id, promise.message_ids, "on the discussion")

    def test_in_french_with_its_spaces(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.pro.lang = "fr_FR"
        promise = self._promise(amount=400)
        promise.action_confirm_by_mail()
        body = str(self._mail_of(promise).body_html)
        self.assertIn("400,00\xa0€", body)
        self.assertIn("20\xa0septembre 2026", body)

    def test_a_consumer_reads_nothing_of_ancillary_sums(self):
        partner = self._customer("Jeanne Petit", "consumer")
        self._invoice(200, "2026-08-01", partner)
        promise = self._promise(self._debtor_of(partner))
        promise.action_confirm_by_mail()
        mail = self._mail_of(promise)
        self.assertNotIn("ancillary", str(mail.body_html))
        self.assertIn("Jeanne Petit", str(mail.body_html))
        self.assertIn("200.00", str(mail.body_html), "all of it")

    def test_many_at_once_and_none_where_one_cannot(self):
        other = self._customer("Martin SA", "professional")
        self._invoice(100, "2026-08-01", other)
        both = self._promise() | self._promise(self._debtor_of(other))
        both.with_user(self.collector).action_confirm_by_mail()
        self.assertEqual(len(self._mail_of(both[0]) | self._mail_of(both[1])), 2)
        with self.assertRaisesRegex(UserError, "left by e-mail today already"):
            both[0].action_confirm_by_mail()
        self.assertEqual(len(self._mail_of(both[0])), 1, "pressed twice")
        both.sudo().confirmed_on = "2026-09-01"
        both[0].action_confirm_by_mail()
        self.assertEqual(len(self._mail_of(both[0])), 2, "another day, asked for")
        both.sudo().confirmed_on = False
        heap = both.browse().union(*(self._promise() for _number in range(51)))
        with self.assertRaisesRegex(UserError, "at most 50"):
            heap.action_confirm_by_mail()
        self.assertFalse(any(heap.mapped("confirmed_on")))
        other.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            both.action_confirm_by_mail()
        both.action_release()
        with self.assertRaisesRegex(UserError, "in force"):
            both.action_confirm_by_mail()

    def test_the_text_refuses_a_search(self):
        with self.assertRaises(UserError):
            self.env["dunning.hold"].search([("amount_text", "=", "x")])

    # ---------------------------------------------------------------------- rights

    def test_who_may_not(self):
        promise = self._promise()
        reader = new_test_user(
            self.env,
            login="promise_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        stranger = new_test_user(
            self.env,
            login="promise_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=self.env["res.company"].create({"name": "Autre"}).id,
        )
        for user in (reader, stranger):
            theirs = promise.with_user(user)
            for action in (
                "action_confirm_by_mail",
                "action_correct",
                "action_release",
            ):
                with (
                    self.subTest(user=user.login, action=action),
                    self.assertRaises(AccessError),
                ):
                    getattr(theirs, action)()

    def test_a_promise_that_a_manager_keeps(self):
        promise = self._promise(kept_by_manager=True).with_user(self.collector)
        with self.assertRaisesRegex(AccessError, "manager keeps"):
            promise.grace_days = 30
        with self.assertRaisesRegex(AccessError, "manager keeps"):
            promise.create(
                {
                    "debtor_id": self.debtor.id,
                    "kind": "promise",
                    "replaces_id": promise.id,
                }
            )
        with self.assertRaisesRegex(AccessError, "manager keeps"):
            promise.action_release()
        self.assertEqual(promise.state, "active")

    # -------------------------------------------------------------------- queries

    def _queries(self, day):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._settle(day)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_reading_costs_the_same_for_one_and_for_fifty(self):
        self._promise()
        self._settle(MADE)  # caches
        few = self._queries(MADE)
        for number in range(49):
            partner = self._customer(f"Masse{number}", "professional")
            self._invoice(100, "2026-08-01", partner)
            self._promise(self._debtor_of(partner))
        self.assertEqual(self._queries(MADE), few)

    def test_the_cron_settles_every_company(self):
        today = self.company._dunning_today()
        promise = self._promise(
            date_from=today - timedelta(days=9), date_to=today - timedelta(days=1)
        )
        self.env.ref("dunning_fr.ir_cron_settle_holds").ir_actions_server_id.run()
        self.assertEqual(promise.state, "broken")
        self.assertEqual(fields.Date.to_date(promise.settled_on), today)

    def test_a_job_writes_in_the_language_of_who_answers(self):
        """It has none of its own, and people read what it decided."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        self.company.dunning_auto_user_id = self.env.user
        self.env.user.lang = "fr_FR"
        today = self.company._dunning_today()
        days = {"date_from": today - timedelta(days=9)}
        days["date_to"] = today - timedelta(days=1)
        jobs = self.holds.with_context(lang=None)
        for settle in (jobs._cron_settle, lambda: self._run(today)):
            partner = self._customer("Tâche SARL", "professional")
            self._invoice(1000, "2026-08-01", partner)
            promise = self._promise(self._debtor_of(partner), **days)
            settle()
            self.assertIn("Non tenue", str(promise.message_ids[:1].body))

    def test_the_list_finds_who_broke_the_last_promise(self):
        debtors = self.env["dunning.debtor"]
        wanted = [("has_broken_promise", "=", True), ("id", "=", self.debtor.id)]
        self._promise()
        self.assertFalse(debtors.search(wanted))
        self._settle(after(1))
        self.assertTrue(debtors.search(wanted))
        self.assertFalse(
            debtors.search([("has_broken_promise", "=", False), *wanted[1:]])
        )
