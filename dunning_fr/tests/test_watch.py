from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"
WATCH = "odoo.addons.dunning_fr.models.dunning_watch"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWatch(LedgerCommon):
    """Collectors are warned six, three and one months before a debt is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.collector = new_test_user(
            cls.env,
            "watch_collector",
            "dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.debtor = cls._debtor(cls.pro)
        cls.debtor.user_id = cls.collector

    def _watch(self, today=TODAY):
        self.env.flush_all()
        with freeze_time(f"{today} 08:00:00"):
            self.env["dunning.watch"]._cron_watch()
            self.env.invalidate_all()

    def _tasks(self, debtor=None):
        activities = (debtor or self.debtor).activity_ids.filtered("active")
        return {a.summary: a for a in activities}

    def test_thresholds(self):
        """The day a threshold is reached, and the day before."""
        invoice = self._invoice(1000, "2022-05-20")  # lost after 20 May 2027
        for today, months in (
            ("2026-11-19", None),
            ("2026-11-20", "6 months"),
            ("2027-02-19", "6 months"),
            ("2027-02-20", "3 months"),
            ("2027-04-19", "3 months"),
            ("2027-04-20", "1 months"),
            ("2027-05-20", "1 months"),
            ("2027-05-21", None),
        ):
            with self.subTest(today):
                self._watch(today)
                tasks = self._tasks()
                self.assertEqual(len(tasks), bool(months))
                for summary, activity in tasks.items():
                    self.assertIn(months, summary)
                    self.assertIn(invoice.name, activity.note)
                    self.assertEqual(activity.user_id, self.collector)
                    self.assertEqual(str(activity.date_deadline), "2027-05-20")

    def test_alert_comes_before_a_sunday(self):
        """7.3: 31 January 2027 is a Sunday; R7.15 does not move the limitation."""
        self._invoice(1000, "2022-01-31")
        self._watch()
        (activity,) = self.debtor.activity_ids
        self.assertEqual(str(activity.date_deadline), "2027-01-29")
        self.assertIn("01/31/2027", activity.note)

    def test_one_task_names_all_invoices(self):
        moves = [self._invoice(100, f"2022-04-{day}") for day in (11, 12, 13)]
        near = self._invoice(100, "2021-12-01")
        self._watch()
        self.assertEqual(len(self._tasks()), 2)
        by_count = sorted(self.debtor.activity_ids, key=lambda a: len(a.note))
        self.assertIn(near.name, by_count[0].note)
        for move in moves:
            self.assertIn(move.name, by_count[1].note)
            self.assertNotIn(move.name, by_count[0].note)

    def test_twenty_are_named_the_rest_counted(self):
        for _number in range(22):
            self._invoice(100, "2022-04-11")
        self._watch()
        (activity,) = self.debtor.activity_ids
        self.assertIn("and 2 more", activity.note)

    def test_not_repeated(self):
        self._invoice(1000, "2022-05-01")
        self._watch()
        first = self.debtor.activity_ids
        self._watch("2026-11-21")
        self.assertEqual(self.debtor.activity_ids, first)
        first.action_done()
        self._watch("2026-11-22")
        self.assertFalse(self._tasks())

    def test_a_new_invoice_joins_the_open_task(self):
        self._invoice(1000, "2022-05-01")
        self._watch()
        first = self.debtor.activity_ids
        first.user_id = self.env.user
        other = self._invoice(500, "2022-05-02")
        self._watch()
        self.assertEqual(self.debtor.activity_ids, first)
        self.assertIn(other.name, first.note)
        self.assertEqual(first.user_id, self.env.user, "who deals with it now")

    def test_moot_once_paid(self):
        first = self._invoice(1000, "2022-05-01")
        second = self._invoice(500, "2022-05-02")
        self._watch()
        self._pay(first, 1000, "2026-11-19")
        self._watch()
        (activity,) = self.debtor.activity_ids
        self.assertNotIn(first.name, activity.note)
        self._pay(second, 500, "2026-11-19")
        self._watch()
        self.assertFalse(self.debtor.activity_ids)
        self.assertFalse(self.env["dunning.watch"].search([]))

    def test_moot_once_interrupted_and_warned_anew(self):
        self._invoice(1000, "2022-05-01")
        self._watch()
        proof = self.env["ir.attachment"].create({"name": "writ.pdf", "raw": b"%"})
        event = self.env["dunning.limitation.event"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "court_action",
                "date": TODAY,
                "attachment_ids": [Command.link(proof.id)],
            }
        )
        self._watch()
        self.assertFalse(self.debtor.activity_ids)
        event.write(
            {"state": "wiped_out", "ended_on": TODAY, "ended_reason": "Withdrawn"}
        )
        self._watch()
        self.assertTrue(self.debtor.activity_ids)
        event.write({"state": "counted"})
        self._watch("2031-06-01")
        self.assertTrue(self.debtor.activity_ids, "six months before 20/11/2031")

    def test_small_and_closed_debts_are_left_alone(self):
        self._invoice(0.5, "2022-05-01")
        self._items(self._invoice(100, "2022-05-01")).no_followup = True
        self._invoice(100, "2026-10-01")
        self._watch()
        self.assertFalse(self.env["dunning.watch"].search([]))

    def test_without_collector_a_manager_is_warned(self):
        self.debtor.user_id = False
        self._invoice(1000, "2022-05-01")
        self._watch()
        user = self.debtor.activity_ids.user_id
        self.assertTrue(user.has_group("dunning_fr.group_dunning_manager"))
        self.company.dunning_auto_user_id = self.env.user
        other = self._customer("Other", "professional")
        self._invoice(1000, "2022-05-01", other)
        self._watch()
        self.assertEqual(self._debtor(other).activity_ids.user_id, self.env.user)

    def test_nobody_is_written_to(self):
        before = self.env["mail.mail"].sudo().search_count([])
        self._invoice(1000, "2022-05-01")
        self._watch()
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)

    def test_months_are_data(self):
        months = self.env["dunning.parameter"].search(
            [("key", "=like", "fr.limitation_warning_months.%")]
        )
        self.assertEqual(len(months), 3)
        months.filtered(lambda m: m.value == 6).value = 9
        self._invoice(1000, "2022-08-01")  # lost after 1 August 2027
        self._watch()
        (summary,) = self._tasks()
        self.assertIn("9 months", summary)

    def test_queries_are_constant_in_debts(self):
        counts = []
        for number in (1, 1, 12):
            partner = self._customer(f"P{number}", "professional")
            for _number in range(number):
                self._invoice(100, "2022-05-01", partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["dunning.watch"]._watch_limitation(self.company)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 1)

    def test_one_companys_failure_stops_no_other(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        there = self._customer("There", "professional")
        theirs = self._debtor(there, other)
        self._invoice(1000, "2022-05-01")
        self._invoice(1000, "2022-05-01", there, company_id=other.id)
        self._break_activities(self.debtor)
        with mute_logger("odoo.sql_db", WATCH):
            self._watch()
        self.assertFalse(self.debtor.activity_ids)
        self.assertTrue(theirs.activity_ids)

    def test_filters_of_debtors_and_invoices(self):
        soon = self._invoice(1000, "2022-05-01")
        gone = self._invoice(1000, "2021-05-01", self._customer("Gone", "professional"))
        later = self._invoice(
            1000, "2026-05-01", self._customer("Later", "professional")
        )
        debtors = self.env["dunning.debtor"]
        names = {
            name: self._debtor(move.partner_id)
            for name, move in (("soon", soon), ("gone", gone), ("later", later))
        }
        self.assertEqual(str(names["soon"].limitation_date), "2027-05-01")
        search = self.env.ref("dunning_fr.dunning_debtor_view_search").arch
        self.assertIn("lost_soon", search)
        lost = [
            ("limitation_date", ">=", TODAY),
            ("limitation_date", "<=", "2027-05-20"),
        ]
        self.assertEqual(debtors.search(lost), names["soon"])
        past = debtors.search([("limitation_date", "<", TODAY)])
        self.assertEqual(past, names["gone"])
        moves = self.env["account.move"]
        self.assertEqual(moves.search(lost), soon)
        self.assertEqual(moves.search([("limitation_date", "<", TODAY)]), gone)
        action = self.env.ref("dunning_fr.action_dunning_limitation")
        self.assertIn("limitation_date", action.domain)

    def test_nobody_writes_what_was_told(self):
        self._invoice(1000, "2022-05-01")
        self._watch()
        told = self.env["dunning.watch"].search([]).with_user(self.collector)
        self.assertTrue(told.label)
        for attempt in (told.unlink, lambda: told.write({"threshold": 1})):
            with self.assertRaises(AccessError):
                attempt()
