"""Statements by e-mail: to the debtor alone, once a day, to the addresses that work."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_send import DAY
from .test_statement import StatementCommon

SOLD = "FR14 2004 1010 0505 0001 3M02 606".replace(" ", "\u00a0")
OWN = "FR76 3000 6000 0112 3456 7890 189".replace(" ", "\u00a0")


class StatementMailCommon(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beta_partner = cls._customer("Beta", "professional")
        cls._invoice(70, "2026-02-01", cls.beta_partner)
        cls.beta = cls._debtor_of(cls.beta_partner)
        cls.both = cls.alpha + cls.beta
        cls.witness = cls.env["res.partner"].create(
            {"name": "Adviser", "email": "adviser@elsewhere.example"}
        )

    def _mails(self, debtors):
        messages = debtors.message_ids.filtered("attachment_ids")
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "in", messages.ids)])
        )

    def _written(self, debtors):
        """Return every address that a mail of these debtors leaves for."""
        found = []
        for mail in self._mails(debtors):
            for out in mail._prepare_outgoing_list():
                found += out["email_to_normalized"]
        return sorted(found)

    def _composer(self, action):
        composer = self.env[action["res_model"]].with_user(self.collector)
        return composer.with_context(**action["context"]).create({})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStatementOnce(StatementMailCommon):
    """At most one a debtor and day, unless a person confirms another."""

    def test_the_same_call_twice(self):
        wizard = self._wizard(self.both)
        wizard.action_email()
        with self.assertRaisesRegex(UserError, "got one today"):
            wizard.action_email()
        self.assertEqual(len(self._mails(self.both)), 2)

    def test_another_dialog_and_another_person(self):
        self._wizard(self.both).action_email()
        self._invoice(10, "2026-02-01", self.pro)
        third = self._debtor_of(self.pro)
        wizard = self._wizard(self.both + third)
        self.assertEqual((wizard.mail_count, wizard.again_count), (1, 2))
        self.assertIn("Alpha (got one today)", wizard.left_out)
        wizard.action_email()
        self.assertEqual(len(self._mails(self.both)), 2)
        self.assertEqual(len(self._mails(third)), 1)

    def test_confirmed_it_leaves_once_more_and_no_more(self):
        self._wizard(self.both).action_email()
        wizard = self._wizard(self.both, again=True)
        self.assertEqual(wizard.mail_count, 2)
        wizard.action_email()
        self.assertEqual(len(self._mails(self.both)), 4)
        with self.assertRaisesRegex(UserError, "got one today"):
            wizard.action_email()
        self.assertEqual(len(self._mails(self.both)), 4)

    def test_the_next_day_nothing_is_asked(self):
        self._wizard(self.both).action_email()
        with freeze_time("2026-03-17 10:00:00"):
            wizard = self._wizard(self.both)
            self.assertEqual((wizard.mail_count, wizard.again_count), (2, 0))
            wizard.action_email()
        self.assertEqual(len(self._mails(self.both)), 4)

    def test_odoos_composer_sends_what_it_was_opened_for_once(self):
        action = self._wizard(self.alpha).action_email()
        self._composer(action).action_send_mail()
        self.assertTrue(self.alpha.statement_sent_at)
        with self.assertRaisesRegex(UserError, "meanwhile"):
            self._composer(action).action_send_mail()
        with self.assertRaisesRegex(UserError, "got a statement today"):
            self._wizard(self.alpha).action_email()
        self.assertEqual(self._wizard(self.both).mail_count, 1)
        with freeze_time("2026-03-16 10:00:01"):
            again = self._wizard(self.alpha, again=True).action_email()
            self._composer(again).action_send_mail()
        with self.assertRaisesRegex(UserError, "meanwhile"):
            self._composer(again).action_send_mail()
        self.assertEqual(len(self._mails(self.alpha)), 2)

    def test_a_merged_debtor_keeps_the_later_one(self):
        self._wizard(self.both).action_email()
        self.alpha.sudo().statement_sent_at = "2026-03-01 10:00:00"
        kept = self.alpha.sudo()
        kept._absorb(self.beta.sudo())
        self.assertEqual(kept.statement_sent_at, fields.Datetime.now())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStatementReaders(StatementMailCommon):
    """Who reads it: the debtor, at all of its addresses that work, and nobody else."""

    def test_no_follower_gets_a_copy(self):
        for debtor in self.both:
            debtor.message_subscribe(
                self.witness.ids, self.env.ref("mail.mt_comment").ids
            )
        self._wizard(self.both).action_email()
        action = self._wizard(self.alpha, again=True).action_email()
        composer = self._composer(action)
        with freeze_time("2026-03-16 10:00:01"):
            composer.action_send_mail()
        self.assertEqual(
            self._written(self.both),
            ["alpha@client.example", "alpha@client.example", "beta@client.example"],
        )
        told = self._mails(self.both).mail_message_id.notified_partner_ids
        self.assertEqual(told, self.partner + self.beta_partner)

    def test_all_addresses_of_a_contact(self):
        self.partner.email = "buyer@client.example, cfo@client.example"
        wizard = self._wizard(self.both)
        self.assertEqual((wizard.mail_count, wizard.left_out), (2, ""))
        wizard.action_email()
        self.assertEqual(
            self._written(self.alpha), ["buyer@client.example", "cfo@client.example"]
        )

    def test_a_lost_address_of_two_gets_nothing(self):
        self.partner.email = "buyer@client.example, cfo@client.example"
        self.env["mail.blacklist"].sudo()._add("cfo@client.example")
        self._wizard(self.both).action_email()
        self.assertEqual(self._written(self.alpha), ["buyer@client.example"])
        action = self._wizard(self.alpha, again=True).action_email()
        self.assertFalse(
            action["context"]["default_partner_ids"], "it would go to both"
        )

    def test_all_addresses_lost(self):
        self.env["mail.blacklist"].sudo()._add("beta@client.example")
        self.env["dunning.lost.address"].sudo().create(
            {
                "company_id": self.company.id,
                "email": "alpha@client.example",
                "since": fields.Datetime.now(),
            }
        )
        wizard = self._wizard(self.both)
        self.assertIn("beta@client.example is blacklisted", wizard.left_out)
        self.assertIn("alpha@client.example came back", wizard.left_out)
        with self.assertRaisesRegex(UserError, "blacklisted"):
            wizard.action_email()

    def test_confidential_proceedings_and_they_are_not_named(self):
        self.env["dunning.hold"].create(
            {
                "debtor_id": self.alpha.id,
                "kind": "other",
                "date_from": DAY,
                "confidential_kind": "conciliation",
            }
        )
        wizard = self._wizard(self.both)
        self.assertEqual(wizard.mail_count, 1)
        self.assertEqual(wizard.left_out, "Alpha (a hold that a manager keeps)")

    def test_a_consumer_just_reminded_is_left_alone(self):
        partner = self._debtor("Jeanne", "email")
        partner.write({"debtor_kind": "consumer", "is_company": False})
        self.company.dunning_contact_rule = "consumer"
        debtor = self._debtor_of(partner)
        self.assertEqual(self._wizard(debtor + self.beta).mail_count, 2)
        self.company.dunning_contact_rule = "all"
        notice = self._run(DAY).notice_ids.filtered(lambda n: n.partner_id == partner)
        notice.action_send()
        self.company.dunning_contact_rule = "consumer"
        wizard = self._wizard(debtor + self.beta)
        self.assertIn("Jeanne (had a message lately", wizard.left_out)
        self.assertEqual(wizard.mail_count, 1)
        later = fields.Date.to_date(DAY) + timedelta(self.company.dunning_contact_days)
        notice.action_cancel()
        with freeze_time(later):
            self.assertEqual(self._wizard(debtor + self.beta).mail_count, 2)

    def test_an_archived_debtor(self):
        self.alpha.active = False
        wizard = self._wizard(self.alpha)
        self.assertEqual(wizard.debtor_count, 1)
        self.assertTrue(wizard.action_pdf())
        self._composer(wizard.action_email()).action_send_mail()
        self.assertEqual(self._written(self.alpha), ["alpha@client.example"])
        self.assertEqual(self._wizard(self.both).mail_count, 1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStatementFactor(StatementMailCommon):
    """To whom the statement says to pay what was sold to a factor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factor = cls._customer("Factor SA")
        cls.account = cls.env["res.partner.bank"].create(
            {"acc_number": "FR1420041010050500013M02606", "partner_id": cls.factor.id}
        )

    def _sold(self, mode, moves):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self.alpha.id,
                "kind": "factored",
                "date_from": DAY,
                "factor_id": self.factor.id,
                "factor_mode": mode,
                "factor_bank_id": mode == "own_name" and self.account.id,
                "move_ids": [Command.set(moves.ids)],
            }
        )

    def test_each_its_own_account(self):
        self._sold("own_name", self.late)
        payment = self._page()["payment"]
        parts = (self.late.name, "Factor SA", SOLD, self.later.name, OWN)
        places = [payment.index(part) for part in parts]
        self.assertEqual(places, sorted(places))
        self.assertIn(OWN, self._page(debtor=self.beta)["payment"])
        self.assertNotIn(SOLD, self._page(debtor=self.beta)["payment"])

    def test_all_of_it_sold_never_shows_our_account(self):
        for mode in ("excluded", "handed_over"):
            hold = self._sold(mode, self.late + self.later)
            payment = self._page()["payment"]
            self.assertIn("they were transferred to <strong>Factor SA", payment)
            self.assertNotIn(OWN, payment)
            self.assertNotIn("to this account", payment)
            hold.action_lift("Bought back")
        self.assertIn(OWN, self._page()["payment"])

    def test_in_the_debtors_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner.lang = "fr_FR"
        self._sold("excluded", self.late)
        self.assertIn("créance transférée", self._page()["payment"])
