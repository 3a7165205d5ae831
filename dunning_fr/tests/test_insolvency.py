from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"
SIREN = "552081317"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInsolvency(LedgerCommon):
    """Insolvency entered on one debtor: who is held, and by when to act."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.collector = new_test_user(
            cls.env,
            "insolvency_collector",
            "dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.north = cls._customer(
            "Nord SARL", "professional", company_registry=f"{SIREN}00018"
        )
        cls.invoice = cls._invoice(1000, "2026-09-01", cls.north)
        cls.debtor = cls._debtor(cls.north)
        cls.debtor.user_id = cls.collector

    def _hold(self, debtor=None, **values):
        holds = self.env["dunning.hold"].with_user(self.collector)
        return holds.create(
            {
                "debtor_id": (debtor or self.debtor).id,
                "kind": "insolvency",
                "date_from": "2026-10-05",
                **values,
            }
        )

    def _tasks(self, debtor=None):
        """Return {summary: (day, person)} of the open tasks on the debtor."""
        activities = (debtor or self.debtor).sudo().activity_ids.filtered("active")
        return {a.summary: (str(a.date_deadline), a.user_id) for a in activities}

    # ---------------------------------------------------------------- time limits

    def test_time_limits_from_the_publication(self):
        """R6.35, R6.38, R6.43, the BODACC line of 7.3."""
        hold = self._hold(publication_date="2026-10-09")
        self.assertEqual(str(hold.declaration_raw), "2026-12-09")
        self.assertEqual(str(hold.declaration_limit), "2026-12-09")
        self.assertEqual(str(hold.relief_raw), "2027-04-09")
        self.assertEqual(str(hold.reclaim_raw), "2027-01-09")  # a Saturday
        self.assertEqual(str(hold.reclaim_limit), "2027-01-11")

    def test_two_more_months_outside_the_territory(self):
        """R6.35: to declare, not for the rest."""
        hold = self._hold(publication_date="2026-10-09", is_outside_territory=True)
        self.assertEqual(str(hold.declaration_raw), "2027-02-09")
        self.assertEqual(str(hold.relief_raw), "2027-04-09")
        self.assertEqual(str(hold.reclaim_raw), "2027-01-09")

    def test_no_publication_no_invented_time_limit(self):
        hold = self._hold(judgment_date="2026-10-05")
        limits = ("declaration_raw", "declaration_limit", "relief_raw", "reclaim_raw")
        self.assertEqual([hold[name] for name in limits], [False] * 4)
        (summary,) = self._tasks()
        self.assertIn("BODACC", summary)
        hold.publication_date = "2026-10-09"
        self.assertNotIn(summary, self._tasks())
        self.assertEqual(len(self._tasks()), 2)

    def test_no_goods_to_claim_back(self):
        hold = self._hold(publication_date="2026-10-09", goods_to_reclaim=False)
        self.assertFalse(hold.reclaim_raw)
        self.assertEqual(len(self._tasks()), 1)

    def test_figures_are_those_of_the_publication(self):
        """The months are dated data, not this file's."""
        parameters = self.env["dunning.parameter"]
        old = parameters.search([("key", "=", "fr.claim_declaration_months")])
        old.date_to = "2026-10-08"
        old.copy({"value": 3, "date_from": "2026-10-09", "date_to": False})
        before = self._hold(publication_date="2026-10-08")
        self.assertEqual(str(before.declaration_raw), "2026-12-08")
        before.publication_date = "2026-10-09"
        self.assertEqual(str(before.declaration_raw), "2027-01-09")

    # ---------------------------------------------------------------------- tasks

    def test_tasks_of_the_collector(self):
        """On the last working day before the raw date; relief only when missed."""
        self._hold(publication_date="2026-10-09")
        tasks = self._tasks()
        self.assertEqual(
            sorted(tasks.values()),
            [("2026-12-09", self.collector), ("2027-01-08", self.collector)],
        )
        self.assertFalse([text for text in tasks if "relief" in text])
        note = self.debtor.sudo().activity_ids.sorted("date_deadline")[1].note
        self.assertIn("01/09/2027", note)
        self.assertIn("01/11/2027", note, "raw and adjusted")

    def test_warnings_at_thirty_fifteen_and_five_days(self):
        self._hold(publication_date="2026-10-09", goods_to_reclaim=False)
        watch = self.env["dunning.watch"]
        for today, expected in (
            ("2026-11-08", ""),
            ("2026-11-09", "30 days"),
            ("2026-11-23", "30 days"),
            ("2026-11-24", "15 days"),
            ("2026-12-04", "5 days"),
            ("2026-12-09", "5 days"),
        ):
            with self.subTest(today), freeze_time(f"{today} 08:00:00"):
                watch._cron_watch()
                (summary,) = self._tasks()
                self.assertIn(expected, summary)
                self.assertEqual("days" in summary, bool(expected))

    def test_a_missed_declaration_asks_for_relief(self):
        hold = self._hold(publication_date="2026-10-09", goods_to_reclaim=False)
        with freeze_time("2026-12-10 08:00:00"):
            self.env["dunning.watch"]._cron_watch()
            (summary,) = self._tasks()
            self.assertIn("relief", summary)
            hold.relief_asked_on = "2026-12-10"
            self.assertFalse(self._tasks())
        with freeze_time("2027-04-12 08:00:00"):
            hold.relief_asked_on = False
            self.env["dunning.watch"]._cron_watch()
            self.assertFalse(self._tasks(), "the time for relief has passed too")

    def test_acts_end_their_tasks(self):
        hold = self._hold(publication_date="2026-10-09")
        hold.declared_on = "2026-11-20"
        (summary,) = self._tasks()
        self.assertIn("goods", summary)
        hold.reclaimed_on = "2026-11-20"
        self.assertFalse(self._tasks())

    def test_a_released_hold_has_no_tasks(self):
        hold = self._hold(publication_date="2026-10-09")
        self.assertTrue(self._tasks())
        hold.action_release()
        self.assertFalse(self._tasks())

    def test_a_task_ended_by_a_person_stays_ended(self):
        """Until the next threshold."""
        self._hold(publication_date="2026-10-09", goods_to_reclaim=False)
        self.debtor.activity_ids.action_done()
        self.env["dunning.watch"]._cron_watch()
        self.assertFalse(self._tasks())
        with freeze_time("2026-11-24 08:00:00"):
            self.env["dunning.watch"]._cron_watch()
            self.assertTrue(self._tasks())

    # ------------------------------------------------------------------ same SIREN

    def test_one_hold_reads_its_debtor_alone(self):
        """A change costs the same beside 1 and 20 other proceedings."""
        counts = []
        for number in (1, 0, 19):  # the first one fills the caches
            self._others(number)
            self.env.flush_all()
            self.env.invalidate_all()
            hold = self._hold(judgment_date="2026-10-05")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            hold.publication_date = "2026-10-09"
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self._tasks()), 2)
            hold.action_release()
            self.assertFalse(self._tasks())
        self.assertEqual(counts[1], counts[2])

    def test_queries_of_the_watch_are_constant_in_holds(self):
        counts = []
        for number in (1, 1, 20):  # the first one fills the caches
            self._others(number)
            self.env.flush_all()
            self.env.invalidate_all()
            for day in ("2026-11-21", "2026-11-22"):  # told, then nothing new
                with freeze_time(f"{day} 08:00:00"):
                    before = self.env.cr.sql_log_count
                    self.env["dunning.watch"]._watch_insolvency(self.company)
                    self.env.flush_all()
                    counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[4], counts[2])
        self.assertEqual(counts[5], counts[3])

    def _others(self, number):
        """Enter proceedings of so many other customers, none told of yet."""
        partners = self.env["res.partner"].create(
            [
                {"name": f"Other {self.id()}", "is_company": True}
                for _number in range(number)
            ]
        )
        ids = self.env["dunning.debtor"]._ensure(self.company, partners.ids)
        holds = self.env["dunning.hold"].create(
            [
                {
                    "debtor_id": debtor_id,
                    "kind": "insolvency",
                    "date_from": "2026-10-05",
                    "judgment_date": "2026-10-05",
                    "publication_date": "2026-10-09",
                }
                for debtor_id in ids.values()
            ]
        )
        # as if made by an import that tells nobody
        watch = self.env["dunning.watch"].sudo()
        told = watch.search([("debtor_id", "in", holds.debtor_id.ids)])
        told.activity_id.unlink()
        told.unlink()

    def test_every_customer_with_the_same_siren(self):
        """R6.32: one hold each, with what was entered once."""
        spaced = self._customer(
            "Nord Agence", "professional", company_registry="552 081 317 00026"
        )
        by_vat = self._customer("Nord Export", "professional", vat=f"FR03{SIREN}")
        stranger = self._customer(
            "Sud SARL", "professional", company_registry="73282932000074"
        )
        idle = self._customer(
            "Nord sans facture", "professional", company_registry=f"{SIREN}00034"
        )
        for partner in (spaced, by_vat, stranger):
            self._invoice(500, "2026-09-01", partner)
        self.assertEqual(by_vat._dunning_siren(), SIREN)
        hold = self._hold(proceedings="liquidation", judgment_date="2026-10-05")
        followers = hold.sudo().follower_ids
        self.assertEqual(followers.partner_id, spaced | by_vat)
        self.assertEqual(set(followers.mapped("proceedings")), {"liquidation"})
        self.assertFalse(stranger.dunning_debtor_ids.hold_ids)
        self.assertFalse(idle.dunning_debtor_ids)
        hold.write({"publication_date": "2026-10-09", "court_name": "TAE de Lyon"})
        self.assertEqual(set(followers.mapped("court_name")), {"TAE de Lyon"})
        self.assertEqual(len(self._tasks(followers[0].debtor_id)), 0, "told once")
        followers[0].with_user(self.collector).declared_on = "2026-11-20"
        self.assertEqual(str(hold.declared_on), "2026-11-20")
        hold.action_release()
        self.assertEqual(set(followers.mapped("state")), {"released"})

    def test_a_customer_that_comes_later(self):
        hold = self._hold(judgment_date="2026-10-05")
        late = self._customer(
            "Nord bis", "professional", company_registry=f"{SIREN}00042"
        )
        self._invoice(500, "2026-09-01", late)
        self.env["dunning.watch"]._cron_watch()
        self.assertEqual(hold.sudo().follower_ids.partner_id, late)
        self.env["dunning.watch"]._cron_watch()
        self.assertEqual(len(hold.sudo().follower_ids), 1)

    def test_another_company_is_left_alone(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        there = self._debtor(
            self._customer("Nord", "professional", company_registry=f"{SIREN}00018"),
            other,
        )
        self._hold(judgment_date="2026-10-05")
        self.assertFalse(there.hold_ids)

    def test_a_hold_of_some_invoices_holds_nobody_else(self):
        twin = self._customer(
            "Nord bis", "professional", company_registry=f"{SIREN}00042"
        )
        self._invoice(500, "2026-09-01", twin)
        self._hold(move_ids=[Command.link(self.invoice.id)])
        self.assertFalse(twin.dunning_debtor_ids.hold_ids)

    # -------------------------------------------------------------------- notices

    def test_drafts_are_cancelled_with_the_reason(self):
        run = self._run(TODAY)
        draft = run.notice_ids.filtered(lambda n: n.partner_id == self.north)
        self.assertEqual(draft.state, "draft")
        others = run.notice_ids - draft
        self._hold(judgment_date="2026-10-05")
        self.assertEqual(draft.state, "cancelled")
        self.assertIn("Insolvency", draft.failure_reason)
        self.assertEqual(set(others.mapped("state")) - {"draft"}, set())
        self.assertNotIn(self.north, self._run(TODAY).notice_ids.partner_id)

    def test_over_indebtedness_cancels_drafts_too(self):
        person = self._customer("Mme Petit", "consumer")
        self._invoice(300, "2026-09-01", person)
        run = self._run(TODAY)
        draft = run.notice_ids.filtered(lambda n: n.partner_id == person)
        self._hold(self._debtor(person), kind="overindebtedness")
        self.assertEqual(draft.state, "cancelled")
        self.assertFalse(self._tasks(self._debtor(person)))

    def test_no_formal_notice(self):
        """R6.41: not even by a person's button."""
        self.north.debtor_kind = "public"
        self._hold(judgment_date="2026-10-05")
        with self.assertRaisesRegex(UserError, "Insolvency"):
            self.debtor.action_draft_formal_notice()

    def test_claims_stop_the_day_before_the_judgment(self):
        """R6.34, R6.41."""
        self._hold(judgment_date="2026-10-05", proceedings="safeguard")
        claim = self.invoice.get_late_payment_claim(TODAY)
        self.assertEqual(str(claim["segments"][-1]["date_to"]), "2026-10-04")

    # ------------------------------------------------------------------ bad input

    def test_bad_input(self):
        for name, values in (
            ("published before", {
                "judgment_date": "2026-10-05", "publication_date": "2026-10-04"}),
            ("declared before", {
                "judgment_date": "2026-10-05", "declared_on": "2026-10-04"}),
            ("claimed back before", {
                "judgment_date": "2026-10-05", "reclaimed_on": "2026-10-04"}),
        ):  # fmt: skip
            with self.subTest(name), self.assertRaises(ValidationError):
                self._hold(**values)

    # -------------------------------------------------------------------- screens

    def test_the_debtors_button_and_banner(self):
        action = self.debtor.with_context(default_kind="insolvency").action_new_hold()
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        holds = self.env["dunning.hold"].with_user(self.collector)
        with Form(holds.with_context(**action["context"]), view=view) as form:
            form.proceedings = "liquidation"
            form.judgment_date = "2026-10-05"
            form.publication_date = "2026-10-09"
            form.court_name = "TAE de Lyon"
        self.assertEqual(self.debtor.hold_ids.court_name, "TAE de Lyon")
        banner = self.debtor.insolvency
        for text in ("liquidation", "10/05/2026", "12/09/2026"):
            self.assertIn(text, banner)
        self.debtor.hold_ids.action_release()
        self.assertFalse(self.debtor.insolvency)
