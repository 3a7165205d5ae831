from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common_send import SendCommon


class TestApproval(SendCommon):
    """From draft to queued: checks, recipient, dispatches."""

    def test_a_complete_draft_is_queued_and_frozen(self):
        notice = self._queue(self._debtor("Alpha"))
        self.assertEqual(notice.state, "queued")
        self.assertEqual(notice.approved_by, self.collector)
        self.assertTrue(notice.approved_on)
        self.assertEqual(notice.recipient_email, "alpha@client.example")
        self.assertEqual(notice.recipient_name, "Alpha")
        self.assertIn("69003 LYON", notice.recipient_address)
        self.assertTrue(notice.subject and notice.body)
        self.assertEqual(self._states(notice), {"email": "queued"})
        self.assertTrue(notice._is_untampered())

    def test_the_worker_is_called(self):
        cron = self.env.ref("dunning_fr.ir_cron_send_1")
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self._queue(self._debtor("Alpha"))
        after = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(after - before), 1)

    def test_a_second_click_does_nothing(self):
        notice = self._queue(self._debtor("Alpha"))
        digest, approved = notice.content_hash, notice.approved_on
        self.assertTrue(notice.action_send())
        self.assertEqual(len(notice.dispatch_ids), 1)
        self.assertEqual((notice.content_hash, notice.approved_on), (digest, approved))

    def test_only_collectors_send(self):
        notice = self._draft(self._debtor("Alpha"))
        reader = new_test_user(
            self.env,
            login="reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            notice.with_user(reader).action_send()
        self.assertEqual(notice.state, "draft")

    def test_one_that_cannot_leave_does_not_stop_the_others(self):
        good = self._debtor("Alpha")
        bad = self._debtor("Beta", email="not an address")
        first, second = self._queue(good, bad)
        self.assertEqual(first.state, "queued")
        self.assertEqual(second.state, "draft")
        self.assertIn("not an address", second.failure_reason)
        self.assertIn("Beta", second.failure_reason)
        self.assertFalse(second.dispatch_ids)

    def test_the_reason_goes_once_the_cause_is_gone(self):
        partner = self._debtor("Beta", email="not an address")
        notice = self._queue(partner)
        partner.email = "beta@client.example"
        notice.action_send()
        self.assertEqual((notice.state, notice.failure_reason), ("queued", False))

    def test_what_the_company_lacks_is_named(self):
        cases = [
            ({"company_registry": False}, "SIREN"),
            ({"email": False}, "e-mail"),
            ({"dunning_signatory_name": False}, "signatory"),
        ]
        notice = self._draft(self._debtor("Alpha", "letter"))
        for values, word in cases:
            with self.subTest(word), self.cr.savepoint() as savepoint:
                self.company.write(values)
                notice.action_send()
                self.assertEqual(notice.state, "draft")
                self.assertIn(word, notice.failure_reason)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_no_bank_account_is_named(self):
        self.company_data["default_journal_bank"].bank_account_id = False
        notice = self._queue(self._debtor("Alpha"))
        self.assertIn("IBAN", notice.failure_reason)

    def test_an_email_needs_no_signatory(self):
        self.company.dunning_signatory_name = False
        notice = self._queue(self._debtor("Alpha"))
        self.assertEqual(notice.state, "queued")

    def test_without_an_address_an_email_level_becomes_a_letter(self):
        notice = self._queue(self._debtor("Alpha", email=False))
        self.assertEqual(self._states(notice), {"letter": "queued"})

    def test_without_an_email_a_level_with_a_letter_keeps_its_letter(self):
        notice = self._queue(self._debtor("Alpha", "email", "letter", email=False))
        self.assertEqual(self._states(notice), {"letter": "queued"})

    def test_a_formal_notice_never_loses_its_letter(self):
        partner = self._debtor(
            "Alpha", "registered_letter", "email", formal=True, street=False
        )
        notice = self._queue(partner)
        self.assertEqual(notice.state, "draft")
        self.assertIn("postal address", notice.failure_reason)

    def test_a_debtor_nobody_can_reach_is_named(self):
        partner = self._debtor("Alpha", email=False, street=False, city=False)
        notice = self._queue(partner)
        self.assertEqual(notice.state, "draft")
        self.assertIn("Alpha", notice.failure_reason)

    def test_an_archived_customer_is_named(self):
        partner = self._debtor("Alpha")
        notice = self._draft(partner)
        partner.active = False
        notice.action_send()
        self.assertIn("archived", notice.failure_reason)

    def test_the_recipient_is_contact_then_invoice_address_then_customer(self):
        partner = self._debtor("Alpha")
        draft = self._draft(partner)
        debtor = draft.debtor_id
        self.assertEqual(self._email_of(debtor), "alpha@client.example")
        self.env["res.partner"].create(
            {
                "name": "Accounts",
                "type": "invoice",
                "parent_id": partner.id,
                "email": "accounts@client.example",
                "street": "9 quai Sud",
                "city": "Sète",
                "zip": "34200",
            }
        )
        self.assertEqual(self._email_of(debtor), "accounts@client.example")
        person = self.env["res.partner"].create(
            {
                "name": "Zoé Petit",
                "parent_id": partner.id,
                "email": "zoe@client.example",
            }
        )
        partner.with_company(self.company).dunning_contact_id = person
        self.assertEqual(self._email_of(debtor), "zoe@client.example")
        draft.action_send()
        self.assertEqual(draft.recipient_partner_id, person)
        self.assertEqual(draft.recipient_name, "Alpha")
        self.assertIn("Zoé Petit", draft.recipient_address)

    def _email_of(self, debtor):
        self.env.invalidate_all()
        return debtor._recipient_values()[debtor.id]["email"]

    def test_the_language_is_the_contacts_else_french_in_france(self):
        english = self._debtor("Alpha", lang="en_US")
        silent = self._debtor("Beta", lang=False)
        self.assertEqual(
            self._queue(english, silent).mapped("lang"), ["en_US", "fr_FR"]
        )

    def test_many_notices_cost_no_more_queries_than_a_few(self):
        few = self._draft(*[self._debtor(f"Few{i}") for i in range(3)])
        with self.count_queries() as small:
            few.action_send()
        many = self._draft(*[self._debtor(f"Many{i}") for i in range(12)])
        with self.count_queries() as large:
            many.action_send()
        self.assertLess(large() - small(), 30)

    def count_queries(self):
        return QueryCounter(self.env)


class QueryCounter:
    """Counts the queries of a block, flushed before and after."""

    def __init__(self, env):
        self._env = env

    def __enter__(self):
        self._env.invalidate_all()
        self._start = self._env.cr.sql_log_count
        return lambda: self._count

    def __exit__(self, *exc_info):
        self._env.flush_all()
        self._count = self._env.cr.sql_log_count - self._start
