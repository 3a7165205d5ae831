"""A collector's whole day in the browser, from the morning checks to the history."""

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common_day import DayCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDayTour(DayCommon, HttpCase):
    # other requests wait while the first one makes the bundles, or one makes a letter
    test_cursor_lock_timeout = 120

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_promises()
        cls._make_plans()
        cls._make_rest()
        cls.env["dunning.hold"]._cron_settle()  # last night

    @classmethod
    def _make_promises(cls):
        cls.word = cls._late("Parole", (3000, 60), (900, 45))
        cls._pay(cls._moves(cls.word)[:1], 200, cls._ago(30))
        cls.broken = cls._promise(cls.word, 2800, given=20, due=10)
        cls.faithful = cls._late("Fidèle", (600, 50), (400, 40))
        cls.kept = cls._promise(cls.faithful, 600, given=15, due=5)
        cls._receipt(cls.faithful, 600, 6)

    @classmethod
    def _make_plans(cls):
        cls.fresh = cls._late("Horizon", (1200, 35))
        cls.constant = cls._late("Constance", (900, 120), (250, 20))
        cls.kept_plan = cls._plan(cls.constant, 100, 90, 60, 5)
        for days in (91, 60, 4):
            cls._pay(cls._moves(cls.constant)[:1], 300, cls._ago(days))
        cls.missing = cls._late("Rupture", (1500, 90))
        cls.missed_plan = cls._plan(cls.missing, 50, 20, -10, -40)
        cls.lost = cls._late("Brisée", (1800, 90))
        cls.broken_plan = cls._plan(cls.lost, 60, 45, -10, -40)
        cls._notice_of(cls.broken_plan, 35)

    @classmethod
    def _make_rest(cls):
        cls.silent = cls._late("Muet", (500, 30))
        cls.env["dunning.desk.task"].with_user(cls.collector).create(
            {
                "task": "call",
                "debtor_ids": cls.silent.ids,
                "day": cls.today,
                "note": "Joindre la comptable",
            }
        ).action_apply()
        cls.insured = cls._late("Assurance", (700, 30))
        cls.instruction = cls._hold(
            cls.insured,
            "insurer",
            insurer_reference="Dossier 4512",
            date_from=cls._ago(10),
        )
        cls.patient = cls._late("Patience", (650, 25))

    def test_a_whole_day(self):
        night = self.broken | self.kept | self.kept_plan | self.missed_plan
        night |= self.broken_plan
        self.assertEqual(
            night.mapped("state"), ["broken", "kept", "kept", "active", "broken"]
        )
        for tour, login in (
            ("dunning_day_receipts", "day_accountant"),
            ("dunning_day_promises", "day_collector"),
            ("dunning_day_plans", "day_collector"),
        ):
            # long ones, perhaps on a busy machine
            self.start_tour("/odoo/dunning-desk", tour, login=login, timeout=180)
        self.env.invalidate_all()
        self._check_receipt()
        self._check_calls()
        self._check_dispute()
        self._check_correction()
        self._check_plans()
        self._check_rest()

    def _said(self, record):
        return " ".join(str(body) for body in record.message_ids.mapped("body"))

    def _check_receipt(self):
        """Matched with the first due, which says who did it."""
        first, second = self._moves(self.faithful)
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 400))
        [told] = self.faithful.message_ids.filtered(lambda m: "Lettré" in str(m.body))
        self.assertEqual(told.author_id, self.accountant.partner_id)
        self.assertEqual(self.kept.state, "kept", "the same money, matched since")

    def _check_calls(self):
        silent, word = self.silent.call_ids, self.word.call_ids
        self.assertEqual(silent.outcome, "no_answer")
        self.assertEqual(word.outcome, "promise")
        self.assertEqual((silent | word).user_id, self.collector)
        task = self.silent.activity_ids
        self.assertEqual(task.activity_type_id.category, "phonecall")
        self.assertEqual(task.date_deadline, silent.again_on)
        self.assertGreater(silent.again_on, self.today)

    def _check_dispute(self):
        dispute = self.word.hold_ids.filtered(lambda hold: hold.kind == "dispute")
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "active",
                    "amount": 400,
                    "category_id": self.ref(
                        "dunning_fr.dunning_dispute_category_quality"
                    ),
                    "debtor_says": "Trois cartons abîmés, courrier du 3",
                    "confirmed_on": self.today,
                    "create_uid": self.collector.id,
                }
            ],
        )
        self.assertEqual(dispute.move_ids, self._moves(self.word)[1])
        self.assertEqual(dispute.move_ids.payment_state, "not_paid", "a part alone")
        mail = dispute.message_ids.filtered(lambda m: m.partner_ids)
        self.assertEqual(mail.partner_ids, self.word.partner_id)
        self.assertIn("nous l’étudions", mail.subject)

    def _check_correction(self):
        """The broken one stays broken, what was typed wrong stays to be read."""
        self.assertEqual(self.broken.state, "broken")
        self.assertFalse(self.broken.replaced_by_id)
        wrong = self.word.call_ids.hold_id
        right = wrong.replaced_by_id
        self.assertEqual((wrong.state, wrong.amount), ("released", 0))
        self.assertEqual((right.state, right.amount), ("active", 3300))
        self.assertEqual(right.date_to, wrong.date_to)
        self.assertGreater(right.date_to, self.today)
        self.assertEqual((wrong | right).create_uid, self.collector)
        codes = {told["code"] for told in self.word.explain()}
        self.assertLessEqual(codes, {"hold_promise", "hold_dispute"})

    def _check_plans(self):
        fresh = self.fresh.hold_ids
        self.assertEqual(fresh.agreed_on, self.today)
        self.assertEqual(fresh.instalment_ids.mapped("amount"), [400, 400, 400])
        notices = self.missed_plan.document_ids
        letters = fresh.document_ids | notices
        self.assertEqual(letters.mapped("kind"), ["agreement", "notice"])
        self.assertEqual(letters.create_uid, self.collector)
        for letter in letters:
            self.assertTrue(letter.attachment_id.raw.startswith(b"%PDF"))
            self.assertTrue(letter.is_intact)
        self.assertEqual(notices.amount_total, 500)
        self.assertGreater(notices.deadline_date, self.today)
        self.assertEqual(self.missed_plan.state, "active", "its days begin now")
        paid = self.kept_plan.instalment_ids.mapped("state")
        self.assertEqual(paid, ["paid", "paid", "paid"])
        self.assertEqual(self.broken_plan.settled_on, self.today)
        files = self.fresh.document_ids.mapped("name")
        self.assertIn(letters[0].attachment_id.name, files)

    def _check_rest(self):
        self.assertEqual(self.instruction.state, "released")
        self.assertEqual(self.instruction.lift_reason, "Accord de l’assureur")
        self.assertTrue(self.patient.is_snoozed)
        self.assertGreater(self.patient.snoozed_until, self.today + timedelta(days=1))
        self.assertIn("Comptable absente", self._said(self.patient))
        [trace] = self.patient.message_ids.filtered(lambda m: "absente" in str(m.body))
        self.assertEqual(trace.author_id, self.collector.partner_id)
