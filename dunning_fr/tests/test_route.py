from odoo.tests import new_test_user, tagged

from .common_send import SendCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRoute(SendCommon):
    """Who receives a notice, who gets a copy, where answers go: known beforehand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="seller",
            email="seller@atelier.example",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.collector.email = "collector@atelier.example"

    def _contact(self, partner, kind, **values):
        return self.env["res.partner"].create(
            {
                "name": f"{kind} desk",
                "parent_id": partner.id,
                "type": kind,
                "email": f"{kind}@client.example",
                **values,
            }
        )

    def _recipient(self, partner):
        debtor = self.env["dunning.debtor"].create(
            {"partner_id": partner.id, "company_id": self.company.id}
        )
        return debtor._recipient_values()[debtor.id]

    # ------------------------------------------------------------ contact types

    def test_the_contact_of_the_type_reminders_comes_before_the_invoice_address(self):
        partner = self._customer("Alpha", "professional")
        self._contact(partner, "invoice")
        self._contact(partner, "other")
        desk = self._contact(partner, "dunning")
        recipient = self._recipient(partner)
        self.assertEqual(recipient["email"], "dunning@client.example")
        self.assertEqual(recipient["partner_id"], desk.id)
        self.assertEqual(recipient["contact"], "dunning desk")

    def test_a_contact_chosen_by_hand_comes_first(self):
        partner = self._customer("Alpha", "professional")
        self._contact(partner, "dunning")
        chosen = self._contact(partner, "other")
        partner.with_company(self.company).dunning_contact_id = chosen
        self.assertEqual(self._recipient(partner)["email"], "other@client.example")

    def test_without_one_it_is_the_invoice_address_then_the_customer(self):
        partner = self._customer("Alpha", "professional")
        self._contact(partner, "contact")
        self.assertEqual(self._recipient(partner)["email"], "alpha@client.example")
        self._contact(partner, "invoice")
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", partner.id)])
        self.assertEqual(
            debtor._recipient_values()[debtor.id]["email"], "invoice@client.example"
        )

    def test_a_formal_notice_goes_to_the_registered_office(self):
        """R5.10: whatever contact reads the reminders; the address stays as text."""
        partner = self._debtor("Alpha", "registered_letter", "email", formal=True)
        self._contact(partner, "dunning", street="1 rue du Bureau", city="Nice")
        notice = self._queue(partner)
        self.assertIn("5 avenue des Tilleuls", notice.recipient_address)
        self.assertNotIn("Nice", notice.recipient_address)
        self.assertEqual(notice.recipient_email, "dunning@client.example")
        partner.sudo().street = "9 rue Neuve"
        self.assertIn("5 avenue des Tilleuls", notice.recipient_address)

    # ------------------------------------------------------------------- copies

    def _copied(self, **values):
        partner = self._debtor("Alpha", "email", user_id=self.seller.id)
        policy = partner.with_company(self.company).dunning_policy_id
        policy.level_ids.write(values)
        notice = self._draft(partner)
        notice.debtor_id.user_id = self.collector
        return notice

    def test_copies_are_the_levels_choice(self):
        notice = self._copied()
        notice.action_send()
        self.assertFalse(notice.recipient_cc)

    def test_copies_to_salesperson_and_collector(self):
        notice = self._copied(cc_salesperson=True, cc_collector=True)
        self.assertIn("copy to collector@atelier.example, seller", notice.route_text)
        notice.action_send()
        self._process()
        self.assertEqual(notice.state, "sent", notice.failure_reason)
        copies = "collector@atelier.example, seller@atelier.example"
        self.assertEqual(notice.recipient_cc, copies)
        self.assertEqual(notice.dispatch_ids.sudo()._mail().email_cc, copies)
        trusted = notice.sudo()._proof_unlocked()
        trusted.recipient_cc = "spy@x.example"
        self.assertFalse(notice._is_untampered())

    def test_who_left_the_company_gets_no_copy(self):
        notice = self._copied(cc_salesperson=True)
        self.seller.active = False
        notice.action_send()
        self.assertFalse(notice.recipient_cc)

    def test_the_salesperson_of_the_invoices_where_the_customer_has_none(self):
        notice = self._copied(cc_salesperson=True)
        notice.partner_id.sudo().user_id = False
        notice.line_ids.move_line_id.move_id.sudo().invoice_user_id = self.seller
        notice.action_send()
        self.assertEqual(notice.recipient_cc, "seller@atelier.example")

    # ------------------------------------------------------------------ answers

    def _with_domain(self):
        domain = self.env["mail.alias.domain"].create({"name": "atelier.example"})
        self.company.alias_domain_id = domain
        return domain

    def test_answers_reach_the_debtors_discussion_and_its_collector(self):
        domain = self._with_domain()
        notice = self._copied()
        self.assertIn(domain.catchall_email, notice.route_text)
        notice.action_send()
        self._process()
        dispatch = notice.dispatch_ids
        message = dispatch.mail_message_id
        self.assertIn(domain.catchall_email, message.reply_to)
        debtor = notice.debtor_id
        debtor.sudo().message_unsubscribe(self.collector.partner_id.ids)
        answer = (
            f"From: Alpha <alpha@client.example>\nTo: {domain.catchall_email}\n"
            "Message-Id: <answer@client.example>\n"
            f"In-Reply-To: {dispatch.message_id}\nSubject: Re\n\nPaid on Friday\n"
        )
        self.env["mail.thread"].sudo().message_process(None, answer.encode())
        received = debtor.message_ids[0]
        self.assertIn("Paid on Friday", received.body)
        self.assertIn(
            self.collector.partner_id, received.notification_ids.res_partner_id
        )

    def test_without_a_collector_who_approved_it_is_told(self):
        domain = self._with_domain()
        notice = self._copied()
        notice.debtor_id.user_id = False
        notice.action_send()
        self._process()
        answer = (
            f"From: alpha@client.example\nTo: {domain.catchall_email}\n"
            "Message-Id: <answer@client.example>\n"
            f"In-Reply-To: {notice.dispatch_ids.message_id}\nSubject: Re\n\nYes\n"
        )
        self.env["mail.thread"].sudo().message_process(None, answer.encode())
        self.assertIn(
            notice.approved_by.partner_id, notice.debtor_id.message_partner_ids
        )

    def test_without_incoming_mail_the_collector_is_answered(self):
        self.company.alias_domain_id = False
        notice = self._copied()
        self.assertIn("collector@atelier.example", notice._reply_to())
        notice.debtor_id.user_id = False
        self.assertIn("compta@atelier.example", notice._reply_to())

    # ------------------------------------------------------------- shown before

    def test_the_way_is_shown_before_sending(self):
        partner = self._debtor("Alpha", "email", "letter", "phone", phone="01 02")
        notice = self._draft(partner)
        text = notice.route_text
        for words in (
            "E-mail: alpha@client.example; answers go to",
            "Letter: Alpha, 5 avenue des Tilleuls, 69003 LYON",
            "Phone call: 01 02",
        ):
            self.assertIn(words, text)
        notice.action_send()
        self.assertFalse(notice.route_text, "frozen by now")

    def test_what_cannot_go_says_why_and_asks_nobody_yet(self):
        notice = self._draft(self._debtor("Alpha", email=False, street=False))
        self.assertIn("neither", notice.route_text)
        self.assertFalse(notice.debtor_id.activity_ids, "looking is no attempt")

    def test_the_fallback_is_shown(self):
        self.env["mail.blacklist"].create({"email": "alpha@client.example"})
        notice = self._draft(self._debtor("Alpha"))
        self.assertIn("Letter: Alpha", notice.route_text)
        self.assertIn("blacklisted", notice.route_text)
