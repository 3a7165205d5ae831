from odoo.tests import tagged

from odoo.addons.dunning_fr.tests.common_send import SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSms(SendCommon):
    """Who gets a text message, what it says, and what the gateway reports of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.phone = "+33 4 99 99 01 02"
        cls.channel = cls.channels["sms"]

    def _reach(self, phone, partner=None):
        recipient = {"phone": phone, "partner_id": partner and partner.id}
        return self.channel._reach(recipient)

    def test_mobile_numbers_only(self):
        for phone, expected in (
            ("06 12 34 56 78", "+33612345678"),
            ("+33 7 80 12 34 56", "+33780123456"),
            ("04 72 00 00 00", ""),
            ("+32 470 12 34 56", "+32470123456"),
            ("call the desk", ""),
            ("", ""),
            (False, ""),
        ):
            with self.subTest(phone=phone):
                self.assertEqual(self._reach(phone), expected)

    def test_a_number_is_read_as_the_debtor_writes_it(self):
        belgium = self.env.ref("base.be")
        partner = self._customer("Alpha", "professional", country_id=belgium.id)
        self.assertEqual(self._reach("0470 12 34 56", partner), "+32470123456")

    def test_who_refused_messages_gets_none(self):
        self.env["phone.blacklist"].sudo().create({"number": "+33612345678"})
        self.assertEqual(self._reach("06 12 34 56 78"), "")

    def test_who_refuses_them_while_one_waits_gets_none(self):
        """It waits for Monday; on Sunday the debtor answers STOP."""
        notice, dispatch = self._queued()
        self.env["phone.blacklist"].sudo().create({"number": "+33612345678"})
        trusted = dispatch.sudo()._proof_unlocked()
        trusted._move("ready")
        self.assertTrue(trusted._claim())
        built = trusted._build_through_sms(None)
        state, values = trusted._hand_over_through_sms(None, built)
        self.assertEqual(state, "failed")
        trusted._settle(state, **values)
        self.assertIn("+33612345678 refuses", dispatch.failure_reason)
        self.assertEqual(self._states(notice), {"sms": "failed", "letter": "queued"})

    def _queued(self, *codes):
        notice = self._queue(
            self._debtor("Alpha", *(codes or ["sms"]), phone="06 12 34 56 78")
        )
        return notice, notice.dispatch_ids.filtered(lambda d: d.provider == "sms")

    def test_the_text_names_no_debt(self):
        notice, dispatch = self._queued()
        text = dispatch._sms_text()
        self.assertIn(notice.name, text)
        self.assertIn("+33 4 99 99 01 02", text)
        self.assertNotIn("<", text)
        for word in ("1,000", "1000", "€", "invoice", "unpaid", "overdue"):
            self.assertNotIn(word, text)
        self.assertLess(len(text), 160, "one message")
        self.assertEqual(dispatch.recipient, "+33612345678")

    def test_without_a_number_to_call_back_nothing_leaves(self):
        self.company.phone = False
        notice = self._draft(self._debtor("Alpha", "sms", phone="06 12 34 56 78"))
        notice.action_send()
        self.assertEqual(notice.state, "draft")
        self.assertIn("telephone", notice.failure_reason)

    def _sent(self, *codes, state="sent"):
        """A message that the gateway has taken, as its answer leaves it."""
        notice, dispatch = self._queued(*codes)
        trusted = dispatch.sudo()._proof_unlocked()
        trusted._move("ready")
        self.assertTrue(trusted._claim())
        gateway, messages, address = trusted._build_through_sms(None)
        self.assertTrue(address.endswith("/sms/status"))
        self.assertEqual(gateway.company, self.company)
        [number] = messages[0]["numbers"]
        self.assertEqual(number["number"], "+33612345678")
        trusted._settle(state)
        return notice, dispatch, number["uuid"]

    def _report(self, uuid, status):
        """Do what Odoo's controller does with a report of the gateway."""
        tracker = self.env["sms.tracker"].sudo().search([("sms_uuid", "=", uuid)])
        self.assertTrue(tracker)
        known = self.env["sms.sms"].IAP_TO_SMS_STATE_SUCCESS
        if status in known:
            tracker._action_update_from_sms_state(known[status])
        else:
            tracker._action_update_from_provider_error(status)

    def test_a_report_of_arrival_is_copied(self):
        notice, dispatch, uuid = self._sent()
        self._report(uuid, "sent")
        self.assertFalse(dispatch.delivered_on, "the gateway sent it, no more")
        self._report(uuid, "delivered")
        self.assertTrue(dispatch.delivered_on)
        self.assertEqual(notice.state, "sent")

    def test_a_report_of_failure_is_a_bounce_that_falls_back(self):
        notice, dispatch, uuid = self._sent()
        self._report(uuid, "rejected")
        self.assertEqual(self._states(notice), {"sms": "failed", "letter": "queued"})
        self.assertIn("rejected", dispatch.failure_reason)
        self.assertTrue(dispatch.bounced_on)
        self.assertIn("+33612345678", notice.debtor_id.activity_ids.summary)

    def test_a_report_settles_what_nobody_knew(self):
        for status, state in (("delivered", "sent"), ("expired", "failed")):
            notice, dispatch, uuid = self._sent(state="unknown")
            self.assertEqual(notice.state, "unknown")
            self._report(uuid, status)
            self.assertEqual(dispatch.state, state)
            notice.partner_id.sudo().active = False

    def test_a_report_about_another_message_changes_nothing(self):
        notice, _dispatch, _uuid = self._sent()
        other = self.env["sms.tracker"].sudo().create({"sms_uuid": "f" * 32})
        other._action_update_from_provider_error("rejected")
        self.assertEqual(notice.state, "sent")

    def test_odoos_own_queue_knows_nothing_of_it(self):
        before = self.env["sms.sms"].sudo().search_count([])
        self._sent()
        self.assertEqual(self.env["sms.sms"].sudo().search_count([]), before)
