"""A declared claim: one task for each time limit, on the hold or in the case."""

from freezegun import freeze_time

from odoo.tests import tagged

from .common_case import CaseCommon

TODAY = "2026-11-20"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaseInsolvency(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))

    def _hold(self, debtor=None, **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": (debtor or self.debtor).id,
                "kind": "insolvency",
                "date_from": "2026-10-05",
                "judgment_date": "2026-10-05",
                "publication_date": "2026-10-09",
                **values,
            }
        )

    def _declaration(self, **dates):
        case = self._case("declaration", date="2026-10-12")
        return self._date(case, judgment="2026-10-05", **dates)

    def _tasks(self, *records):
        """Return the days and titles of the open tasks on debtor and cases."""
        self.env.flush_all()
        records = records or (self.debtor,)
        return sorted(
            (str(task.date_deadline), task.summary)
            for record in records
            for task in record.activity_ids.filtered("active")
        )

    def _watch(self, day=TODAY):
        with freeze_time(f"{day} 08:00:00"):
            self.env["dunning.watch"]._cron_watch()
            self.env["dunning.case.step"]._cron_warn()
            self.env.invalidate_all()

    def test_one_task_for_each_limit(self):
        self._hold()
        on_hold = self._tasks()
        self.assertEqual(len(on_hold), 2, "declare, claim back")
        case = self._declaration(publication="2026-10-09")
        self.assertEqual(self._tasks(), [], "at once, not with the next watch")
        titles = [title for _day, title in self._tasks(case)]
        self.assertEqual(len([t for t in titles if t.startswith("Declaration")]), 1)
        self.assertEqual(len([t for t in titles if t.startswith("Goods")]), 1)
        for day in ("2026-11-20", "2026-11-24", "2026-12-05"):
            self._watch(day)
            with self.subTest(day):
                self.assertEqual(self._tasks(), [])
                limits = [t for _day, t in self._tasks(case) if "Declaration" in t]
                self.assertEqual(len(limits), 1)

    def test_the_hold_tells_until_the_case_can(self):
        self._hold()
        case = self._declaration()
        self.assertEqual(len(self._tasks()), 2, "no publication in the case yet")
        self._date(case, publication="2026-10-09")
        self.assertEqual(self._tasks(), [])

    def test_a_closed_case_gives_the_limits_back(self):
        self._hold()
        case = self._declaration(publication="2026-10-09")
        case.action_withdraw()
        self.assertEqual(len(self._tasks()), 2)
        case.action_reopen()
        self.assertEqual(self._tasks(), [])

    def test_acts_of_the_case_are_facts_of_the_hold(self):
        hold = self._hold(publication_date=False)
        case = self._declaration(publication="2026-10-09")
        self.assertEqual(str(hold.publication_date), "2026-10-09")
        self._date(case, declaration="2026-11-16")
        self.assertEqual(str(hold.declared_on), "2026-11-16")
        self._date(case, declaration="2026-11-17")
        self.assertEqual(str(hold.declared_on), "2026-11-17")
        self._date(case, declaration=False)
        self.assertFalse(hold.declared_on)
        hold.reclaimed_on = "2026-11-02"
        self._date(case, revendication="2026-11-10")
        self.assertEqual(str(hold.reclaimed_on), "2026-11-02", "a person wrote it")

    def test_same_siren(self):
        """The case of one customer tells for the hold entered for another."""
        siren = "552081317"
        self.pro.company_registry = f"{siren}00018"
        twin = self._customer(
            "Agence", "professional", company_registry=f"{siren}00026"
        )
        self._invoice(500, "2026-09-01", twin)
        leader = self._hold(self._debtor(twin))
        self.assertTrue(leader.follower_ids)
        self.assertEqual(len(self._tasks(leader.debtor_id)), 2)
        case = self._declaration(publication="2026-10-09")
        self.assertEqual(self._tasks(leader.debtor_id), [])
        self._date(case, declaration="2026-11-16")
        self.assertEqual(str(leader.declared_on), "2026-11-16")

    def test_other_procedures_and_debtors_tell_nothing_of_it(self):
        other = self._customer("Other", "professional")
        invoice = self._invoice(500, "2026-06-30", other)
        hold = self._hold(self._debtor(other))
        self._declaration(publication="2026-10-09")
        self._case("fond", invoice)
        self.assertEqual(len(self._tasks(hold.debtor_id)), 2)
        self.assertFalse(hold.declared_on)
