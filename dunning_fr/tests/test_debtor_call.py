from ast import literal_eval

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_send import DAY, DUE, SendCommon


class DebtorCallCommon(SendCommon):
    """Debtors to call on Monday 16 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-03-16 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.collector.partner_id.phone = "01 44 00 00 01"
        cls.alpha = cls._owing("Alpha", phone="01 02 03 04 05")

    @classmethod
    def _owing(cls, name, kind="professional", amount=1000, **values):
        """Return the debtor of a new customer with one invoice, as its collector."""
        partner = cls._customer(name, kind, **values)
        cls._invoice(amount, DUE, partner)
        ids = cls.env["dunning.debtor"]._ensure(cls.company, partner.ids)
        debtor = cls.env["dunning.debtor"].browse(ids[partner.id])
        return debtor.with_user(cls.collector).with_company(cls.company)

    def _history(self, debtor):
        return self.env["dunning.phone.call"].search([("debtor_id", "in", debtor.ids)])

    def _dialog(self, debtors):
        """Press “Call”; return the dialog as the collector has it."""
        action = debtors.action_call()
        self.assertEqual(
            (action["res_model"], action["target"]), ("dunning.call", "new")
        )
        return (
            self.env["dunning.call"].with_user(self.collector).browse(action["res_id"])
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDebtorCall(DebtorCallCommon):
    """A call nobody had planned: history, tasks and holds, but no notice."""

    def test_the_history_says_who_was_called_and_what_was_owed(self):
        call_id = self.alpha.action_record_call("reached", "Pays this week")
        call = self.env["dunning.phone.call"].browse(call_id)
        self.assertRecordValues(
            call,
            [
                {
                    "debtor_id": self.alpha.id,
                    "company_id": self.company.id,
                    "user_id": self.collector.id,
                    "contact_id": self.alpha.partner_id.id,
                    "contact_name": "Alpha",
                    "phone": "01 02 03 04 05",
                    "outcome": "reached",
                    "note": "Pays this week",
                    "amount_overdue": 1000.0,
                    "level": 0,
                    "notice_id": False,
                }
            ],
        )
        self.assertEqual(str(call.date), DAY)
        self.assertEqual(str(self.alpha.last_contact_date), DAY)
        self.assertEqual(
            (self.alpha.call_count, str(self.alpha.last_call_date)), (1, DAY)
        )
        said = self.alpha.message_ids[0]
        self.assertIn("Reached. Pays this week", str(said.body))
        self.assertEqual(said.author_id, self.collector.partner_id)

    def test_a_call_is_no_notice_and_moves_no_level(self):
        before = self.alpha.explain(DAY)
        for outcome in ("reached", "refused", "no_answer"):
            self.alpha.action_record_call(outcome)
        self.assertEqual(self.alpha.explain(DAY), before)
        self.assertFalse(self.alpha.notice_ids)
        self.assertFalse(self.alpha.level_reached)

    def test_a_promise_holds_what_was_promised(self):
        move = self.alpha.partner_id.invoice_ids
        self.alpha.action_record_call(
            "promise",
            "Transfer on the 25th",
            {
                "date_to": "2026-03-25",
                "amount": 1000,
                "move_ids": move.ids,
                "promised_by": "Mrs Roux, accounts",
            },
        )
        self.assertRecordValues(
            self.alpha.hold_ids,
            [
                {
                    "kind": "promise",
                    "amount": 1000.0,
                    "move_ids": move.ids,
                    "promised_by": "Mrs Roux, accounts",
                    "promise_channel": "call",
                    "reason": "Transfer on the 25th",
                }
            ],
        )
        self.assertEqual(self._history(self.alpha).hold_id, self.alpha.hold_ids)
        [item] = self.alpha.explain(DAY)
        self.assertEqual(item["code"], "hold_promise")

    def test_a_dispute_says_what_it_is_about(self):
        category = self.env["dunning.dispute.category"].search([], limit=1)
        self.alpha.action_record_call(
            "dispute", "Three boxes missing", {"category_id": category.id}
        )
        self.assertRecordValues(
            self.alpha.hold_ids,
            [
                {
                    "kind": "dispute",
                    "category_id": category.id,
                    "debtor_says": "Three boxes missing",
                    "date_to": False,
                }
            ],
        )

    def test_what_cannot_be_recorded_leaves_nothing_behind(self):
        wrong = [
            ("agreed", {}, "Choose what"),
            ("promise", {}, "day the debtor promised"),
            ("promise", {"date_to": "2026-03-15"}, "passed already"),
            ("no_answer", {"again_on": DAY}, "later day than today"),
            ("reached", {"level": 4}, "Unknown facts of a call: level"),
            ("reached", {"contact_id": self.pro.id}, "no contact of"),
        ]
        for outcome, facts, message in wrong:
            with (
                self.subTest(message),
                self.assertRaisesRegex(UserError, message),
                self.env.cr.savepoint(),
            ):
                self.alpha.action_record_call(outcome, None, facts)
        other = self._invoice(5, DUE, self.pro)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            facts = {"date_to": "2026-03-20", "move_ids": other.ids}
            self.alpha.action_record_call("promise", None, facts)
        self.assertFalse(self._history(self.alpha))
        self.assertFalse(self.alpha.hold_ids)
        self.assertFalse(self.alpha.activity_ids)

    def test_a_plan_asked_for_is_a_task(self):
        self.alpha.action_record_call("plan", "Three months")
        self.assertIn("payment plan", self.alpha.activity_ids.summary)

    # -------------------------------------------------------------- next call

    def test_the_next_call_is_later_each_time(self):
        self.company.dunning_call_week_max = 0
        for day in (
            "2026-03-17",
            "2026-03-18",
            "2026-03-20",
            "2026-03-25",
            "2026-03-25",
        ):
            self.alpha.action_record_call("no_answer")
            task = self.alpha.activity_ids.sorted("id")[-1:]
            self.assertEqual(str(task.date_deadline), day)
            self.assertEqual(task.activity_type_id.category, "phonecall")
            self.assertEqual(task.user_id, self.collector)
        self.alpha.action_record_call("reached")
        self.assertEqual(str(self.alpha._propose_next_call()), "2026-03-17", "anew")

    def test_never_more_calls_in_a_week_than_the_company_allows(self):
        self.company.dunning_call_week_max = 2
        self.alpha.action_record_call("no_answer")
        self.alpha.action_record_call("reached")
        self.assertEqual(str(self.alpha._propose_next_call()), "2026-03-23")
        with self.assertRaisesRegex(UserError, "23"):
            facts = {"again_on": "2026-03-20"}
            self.alpha.action_record_call("message_left", None, facts)
        self.alpha.action_record_call("message_left", None, {"again_on": "2026-03-23"})
        # what was done is told, however often it was done
        self.assertEqual(len(self._history(self.alpha)), 3)
        self.assertIn("Calls in the last seven days: 3", self._why_not(self.alpha))

    def _why_not(self, debtor):
        return debtor._not_to_call().get(debtor.id, "")

    def test_nobody_is_called_on_quiet_days_or_for_nothing(self):
        self.assertFalse(self._why_not(self.alpha))
        self.alpha.write({"quiet_from": DAY, "quiet_to": "2026-03-21"})
        self.assertIn("Not to be disturbed", self._why_not(self.alpha))
        self.assertEqual(str(self.alpha._propose_next_call()), "2026-03-23", "a Monday")
        self.alpha.write({"quiet_from": False, "quiet_to": False})
        person = self._owing("Person", "consumer")
        for kind in ("overindebtedness", "death"):
            hold = self.env["dunning.hold"].create(
                {"debtor_id": person.id, "kind": kind, "date_from": DAY}
            )
            self.assertIn("do not call", self._why_not(person), kind)
            hold.state = "released"
        self._pay(self.alpha.sudo().partner_id.invoice_ids, 1000, DAY)
        self.alpha.invalidate_recordset()
        self.assertIn("Nothing is overdue", self._why_not(self.alpha))

    def test_settings_that_make_no_sense_are_refused(self):
        for intervals in ("", "x", "0, 1", "4, 2", "1, 61", "1; 2"):
            with (
                self.subTest(intervals),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self.company.dunning_call_intervals = intervals
        with self.assertRaisesRegex(ValidationError, "negative"):
            self.company.dunning_call_week_max = -1

    def test_a_call_that_was_due_leaves_the_list(self):
        self.alpha.action_record_call("no_answer")
        with freeze_time("2026-03-17 10:00:00"):
            due = self.env.ref("dunning_fr.action_dunning_call_list")
            domain = [("id", "=", self.alpha.id), *literal_eval(due.domain)]
            self.assertTrue(self.alpha.search(domain))
            self.alpha.action_record_call("reached")
            self.assertFalse(self.alpha.search(domain))
            self.assertFalse(self.alpha.activity_ids)

    # ---------------------------------------------------------- wrong contact

    def test_a_wrong_number_is_a_task_or_mended(self):
        person = self.env["res.partner"].create(
            {
                "name": "Mrs Roux",
                "parent_id": self.alpha.partner_id.id,
                "phone": "01 09",
            }
        )
        self.alpha.decision_maker_id = person
        self.alpha.action_record_call("wrong_number")
        self.assertIn("Mrs Roux, 01 09 is wrong", self.alpha.activity_ids.summary)
        self.collector.group_ids += self.env.ref("base.group_partner_manager")
        self.alpha.action_record_call("wrong_number", None, {"new_phone": "01 08"})
        self.assertEqual(person.phone, "01 08")
        self.assertEqual(self._history(self.alpha)[0].phone, "01 09", "as it was")
        self.assertEqual(len(self.alpha.activity_ids), 1, "no second task")
        self.alpha.action_record_call("wrong_number", None, {"archive_contact": True})
        self.assertFalse(person.active)
        with self.assertRaisesRegex(UserError, "not archived"):
            facts = {"archive_contact": True, "contact_id": self.alpha.partner_id.id}
            self.alpha.action_record_call("wrong_number", None, facts)

    def test_contacts_are_mended_with_ones_own_rights(self):
        with self.assertRaises(AccessError):
            self.alpha.action_record_call("wrong_number", None, {"new_phone": "1"})

    # ----------------------------------------------------------------- rights

    def test_who_may_not_call(self):
        reader = new_test_user(
            self.env, "reader", groups="account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            self.alpha.with_user(reader).action_record_call("reached")
        with self.assertRaises(AccessError):
            self.alpha.with_user(reader).action_call()
        other = self.setup_other_company(name="Beta SAS")["company"]
        stranger = self._stranger(other)
        with self.assertRaises(AccessError):
            self.alpha.with_user(stranger).action_record_call("reached")
        call = self.env["dunning.phone.call"].browse(
            self.alpha.action_record_call("reached", "secret")
        )
        with self.assertRaises(AccessError):
            call.with_user(stranger).read(["note"])
        with self.assertRaises(AccessError):
            dialog = self.env["dunning.call"].with_user(stranger)
            dialog.create({"debtor_id": self.alpha.id}).read(["partner_id", "script"])
        for record in (call.with_user(self.collector), call.with_user(stranger)):
            with self.assertRaises(AccessError):
                record.note = "something else"

    def test_merged_debtors_keep_their_calls(self):
        beta = self._owing("Beta")
        beta.action_record_call("reached")
        merge = self.env["base.partner.merge.automatic.wizard"]
        target = self.alpha.sudo(False).with_user(self.env.user).partner_id
        merge._merge((self.alpha | beta).partner_id.ids, target)
        self.assertEqual(len(self._history(self.alpha)), 1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDebtorCallDialog(DebtorCallCommon):
    """What the caller sees, and the next call of a list."""

    def test_the_script_follows_kind_and_level(self):
        texts = {}
        for kind in ("professional", "consumer", "public"):
            debtor = self._owing(kind.title(), kind, phone="01")
            texts[kind] = str(self._dialog(debtor).script)
            self.assertIn("1,000.00", texts[kind])
            self.assertIn("2\xa0March 2026", texts[kind].replace("&nbsp;", "\xa0"))
            self.assertIn(self.collector.name, texts[kind])
        self.assertIn("8 p.m.", texts["consumer"])
        self.assertIn("payment order", texts["public"])
        self.assertNotIn("8 p.m.", texts["professional"])
        self.assertNotIn("wrote to you", texts["professional"])
        self.assertNotIn("formal notice", texts["professional"])

    def test_the_script_recalls_what_was_sent(self):
        partner = self._debtor("Wrote", "phone", phone="01", formal=True)
        with freeze_time("2026-03-10 10:00:00"):
            notice = self._run("2026-03-10").notice_ids
            notice = notice.filtered(lambda n: n.partner_id == partner)
            notice.with_user(self.collector).action_send()
            self._process()
            notice.dispatch_ids._record_call("reached")
        debtor = notice.debtor_id.with_user(self.collector)
        script = str(self._dialog(debtor).script).replace("&nbsp;", "\xa0")
        self.assertIn("Our formal notice is dated 10\xa0March 2026", script)
        self.assertIn("about an overdue invoice, for", " ".join(script.split()))
        self.assertIn(notice.name, script, "the reference to quote")

    def test_whom_to_call(self):
        partner = self.alpha.partner_id
        person, silent = self.env["res.partner"].create(
            [
                {"name": "Mrs Roux", "parent_id": partner.id, "phone": "01 09"},
                {"name": "Mr Blanc", "parent_id": partner.id, "type": "dunning"},
            ]
        )
        dialog = self._dialog(self.alpha)
        self.assertEqual(dialog.contact_ids, partner + silent, "a number first")
        self.alpha.decision_maker_id = person
        dialog = self._dialog(self.alpha)
        self.assertEqual(dialog.contact_ids.ids, (person + partner + silent).ids)
        self.assertEqual((dialog.contact_id, dialog.phone), (person, "01 09"))
        self.assertIn("Mrs Roux", str(dialog.script))

    def test_amounts_holds_and_last_calls(self):
        self.alpha.action_record_call(
            "promise", "On the 25th", {"date_to": "2026-03-25"}
        )
        items, holds, calls = self._dialog(self.alpha).overview
        [item] = items["rows"]
        self.assertEqual(item["cells"][0], self.alpha.partner_id.invoice_ids.name)
        self.assertEqual(item["cells"][2], "14")
        self.assertIn("On the 25th", holds["rows"][0]["cells"])
        self.assertIn("On the 25th", calls["rows"][0]["cells"])

    def test_a_call_that_a_notice_waits_for_is_that_notices(self):
        partner = self._debtor("Planned", "phone", phone="01 02")
        notice = self._queue(partner)
        self._process()
        dialog = self._dialog(notice.debtor_id)
        self.assertEqual(dialog.notice_id, notice)
        self.assertIn(notice.name, str(dialog.script))
        dialog.write({"outcome": "reached", "note": "Yes"})
        dialog.action_save()
        self.assertEqual(notice.state, "sent")
        self.assertRecordValues(
            self._history(notice.debtor_id),
            [{"notice_id": notice.id, "note": "Yes", "outcome": "reached"}],
        )

    def test_a_call_is_recorded_on_no_notice_of_somebody_else(self):
        partner = self._debtor("Planned", "phone", phone="01 02")
        notice = self._queue(partner)
        self._process()
        dialog = self._dialog(notice.debtor_id)
        dialog.write({"debtor_id": self.alpha.id, "contact_id": False})
        dialog.write({"outcome": "reached", "note": "Yes"})
        with self.assertRaisesRegex(UserError, "another debtor"):
            dialog.action_save()
        self.assertEqual(notice.state, "queued")
        self.assertFalse(self._history(self.alpha + notice.debtor_id))

    def test_what_was_said_stands_in_the_task_as_it_was_typed(self):
        self.alpha.action_record_call("plan", "Pays <b> 500 & more\nthen < 200")
        note = str(self.alpha.activity_ids.note)
        self.assertIn("&lt;b&gt; 500 &amp; more", note)
        self.assertIn("<br", note)
        self.assertIn("&lt; 200", note)

    def test_two_with_one_list_call_nobody_twice(self):
        beta = self._owing("Beta")
        dialog = self._dialog(self.alpha + beta)
        beta.action_record_call("reached", "By a colleague, meanwhile")
        dialog.outcome = "reached"
        end = dialog.action_save_next()
        self.assertIn("Beta", end["params"]["message"])
        self.assertIn("today already", self._dialog(beta).warning)

    def test_one_call_after_the_other(self):
        beta, gamma = self._owing("Beta"), self._owing("Gamma")
        quiet = self._owing("Quiet")
        quiet.write({"quiet_from": DAY, "quiet_to": DAY})
        dialog = self._dialog(beta + quiet + self.alpha + gamma)
        self.assertEqual((dialog.debtor_id, dialog.position), (beta, "Call 1 of 3"))
        dialog.outcome = "reached"
        action = dialog.action_save_next()
        dialog = dialog.browse(action["res_id"])
        self.assertEqual(
            (dialog.debtor_id, dialog.position), (self.alpha, "Call 2 of 3")
        )
        dialog = dialog.browse(dialog.action_skip()["res_id"])
        self.assertEqual(dialog.debtor_id, gamma)
        dialog.outcome = "no_answer"
        end = dialog.action_save_next()
        self.assertIn("Not to be called today: Quiet", end["params"]["message"])
        self.assertFalse(self._history(self.alpha + quiet))
        self.assertEqual(str(self._history(gamma).again_on), "2026-03-17")

    def test_who_was_reached_meanwhile_is_left_out(self):
        beta = self._owing("Beta")
        dialog = self._dialog(self.alpha + beta)
        self._pay(beta.sudo().partner_id.invoice_ids, 1000, DAY)
        self.env.invalidate_all()
        dialog.outcome = "reached"
        end = dialog.action_save_next()
        self.assertIn("Beta", end["params"]["message"])

    def test_a_forged_list_opens_nothing_of_another_company(self):
        other = self.setup_other_company(name="Beta SAS")["company"]
        far = self.env["dunning.debtor"].create(
            {"partner_id": self.pro.id, "company_id": other.id}
        )
        dialog = self._dialog(self.alpha)
        dialog.write({"queue": far.ids, "queue_size": 2, "outcome": "reached"})
        self.assertEqual(dialog.action_save_next()["tag"], "display_notification")

    def test_too_many_at_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{number}"} for number in range(501)]
        )
        ids = self.env["dunning.debtor"]._ensure(self.company, partners.ids)
        with self.assertRaisesRegex(UserError, "at most 500"):
            self.alpha.browse(ids.values()).action_call()

    def test_a_list_of_many_costs_no_query_each(self):
        debtors = self.alpha
        for number in range(7):
            debtors += self._owing(f"Many {number}")
        counts = []
        for chosen in (debtors, debtors[:2], debtors):  # the first fills caches
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen._not_to_call()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
