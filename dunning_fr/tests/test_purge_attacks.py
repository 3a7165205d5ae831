"""Nobody erases past the rules, and nobody touches the log of what was erased."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.dunning_proof_mixin import PurgePermit
from .common_purge import LATER, PurgeCommon

FORGED = {
    "dunning_purge": True,
    "dunning_proof": True,
    "_force_unlink": True,
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPurgeAttacks(PurgeCommon):
    def test_a_collector_erases_nothing(self):
        purges = self.env["dunning.purge"].with_user(self.collector)
        date = purges._fields["date"].to_date(LATER)
        count = self._overview()["count"]
        with freeze_time(f"{LATER} 10:00:00"):
            self._refused(purges._start, self.company, date, count, errors=AccessError)
        self._refused(purges._overview, self.company, date, errors=AccessError)
        self._refused(
            self.env["dunning.purge.wizard"].with_user(self.collector).create,
            {"company_id": self.company.id},
            errors=AccessError,
        )
        purge = self._start()
        for action in ("action_stop", "action_resume", "action_give_up"):
            with self.subTest(action=action):
                method = getattr(purge.with_user(self.collector), action)
                self._refused(method, errors=AccessError)
        self.assertEqual(purge.state, "running")

    def test_another_company_is_out_of_reach(self):
        purge = self._start()
        stranger = self.env["dunning.purge"].with_user(self.stranger)
        self.assertFalse(stranger.search([]))
        self.assertFalse(
            self.env["dunning.purge.line"].with_user(self.stranger).search([])
        )
        for action in ("action_stop", "action_give_up", "action_open_lines"):
            with self.subTest(action=action):
                method = getattr(purge.with_user(self.stranger), action)
                self._refused(method, errors=AccessError)
        date = stranger._fields["date"].to_date(LATER)
        self._refused(stranger._start, self.company, date, 1, errors=AccessError)
        self._refused(stranger._overview, self.company, date, errors=AccessError)

    def test_the_other_companys_data_stays(self):
        theirs = self.theirs.sudo()
        self._pay_all(theirs)
        body = theirs.body
        self._purge()
        self.assertEqual(theirs.body, body)
        self.assertFalse(self.notice.body)

    def _pay_all(self, notice):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = 0,"
            " amount_residual_currency = 0 WHERE id = ANY(%s)",
            (notice.line_ids.move_line_id.ids,),
        )
        self.env.invalidate_all()

    def test_switched_off_nothing_is_erased(self):
        count = self._overview()["count"]
        self.company.dunning_retention = False
        self.assertEqual(self._overview()["count"], count, "looking is free")
        with self.assertRaisesRegex(UserError, "not switched on"):
            self._start()

    def test_nothing_is_erased_before_its_day(self):
        date = self.purges._fields["date"].to_date(LATER)
        count = self._overview()["count"]
        with self.assertRaisesRegex(UserError, "choose today"):
            self.purges._start(self.company, date, count)

    def test_nothing_is_erased_by_the_law_of_an_earlier_day(self):
        figure = self.env["dunning.parameter"].search(
            [("key", "=", "fr.retention_notes_months")]
        )
        figure.date_to = "2031-12-31"
        figure.copy({"value": 120, "date_from": "2032-01-01", "date_to": False})
        date = self.purges._fields["date"].to_date("2031-12-31")
        self.assertTrue(self._overview("2031-12-31")["count"])
        self.assertEqual(self._verdict(LATER)["notes"], "recent")
        with (
            freeze_time(f"{LATER} 10:00:00"),
            self.assertRaisesRegex(UserError, "choose today"),
        ):
            self.purges._start(
                self.company, date, self._overview("2031-12-31")["count"]
            )

    def test_another_number_than_the_confirmed_one_starts_nothing(self):
        date = self.purges._fields["date"].to_date(LATER)
        count = self._overview()["count"]
        with freeze_time(f"{LATER} 10:00:00"):
            self._refused(
                self.purges._start, self.company, date, count + 1, errors=UserError
            )
        self.assertFalse(self.env["dunning.purge"].search([]))

    def test_the_log_is_written_by_nobody(self):
        purge = self._purge()
        line = purge.line_ids[0]
        for people in (self.env.user, self.manager, self.env.ref("base.user_root")):
            for record, values in (
                (purge, {"state": "running"}),
                (purge, {"seal": "x"}),
                (purge, {"line_ids": [Command.clear()]}),
                (line, {"state": "planned"}),
                (line, {"res_id": 1}),
            ):
                own = record.with_user(people).with_context(**FORGED)
                with self.subTest(people=people.login, values=values):
                    self._refused(own.write, values, errors=UserError)
                    self._refused(own.sudo().write, values, errors=UserError)
            own = line.with_user(people).sudo().with_context(**FORGED)
            self._refused(own.unlink, errors=UserError)
            self._refused(own.copy, errors=UserError)
        self._refused(purge.with_context(**FORGED).unlink, errors=UserError)
        self._refused(purge.copy, errors=UserError)
        for model in ("dunning.purge", "dunning.purge.line"):
            records = self.env[model].sudo().with_context(**FORGED)
            self._refused(records.create, {"name": "x"}, errors=UserError)

    def test_a_forged_context_deletes_no_evidence(self):
        letter = self.notice.attachment_id
        mail = self.notice.dispatch_ids.mail_message_id
        for forged in (True, "PurgePermit", object(), {"ids": letter.ids}):
            with self.subTest(forged=forged):
                for record in (letter, mail):
                    own = record.sudo().with_context(dunning_purge=forged)
                    self._refused(own.unlink, errors=UserError)

    def test_a_permit_deletes_what_it_names_and_writes_nothing(self):
        """Even with our own object in hand: no write, and no other record."""
        letter = self.notice.attachment_id
        mail = self.notice.dispatch_ids.mail_message_id
        permit = PurgePermit(mail)
        self._refused(letter.with_context(dunning_purge=permit).unlink)
        for record, values in (
            (self.notice, {"body": False}),
            (self.notice, {"purge_line_id": False}),
            (self.notice.dispatch_ids, {"recipient": False}),
            (mail, {"body": ""}),
        ):
            with self.subTest(values=values):
                own = record.with_context(dunning_purge=PurgePermit(record))
                self._refused(own.write, values)
        self._refused(
            self.notice.with_context(dunning_purge=PurgePermit(self.notice)).unlink
        )
        letter_permit = PurgePermit(letter)
        own = letter.with_context(dunning_purge=letter_permit)
        self._refused(own.write, {"raw": b"x"})

    def test_the_mark_is_written_by_nobody(self):
        line = self._purge().line_ids[0]
        for people in (self.env.user, self.manager):
            own = self.notice.with_user(people).sudo().with_context(**FORGED)
            self._refused(own.write, {"purge_line_id": line.id})
