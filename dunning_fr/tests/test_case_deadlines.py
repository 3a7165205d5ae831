"""Time limits of cases: computed from the acts and the law of their day."""

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_case import DUE, CaseCommon

WATCH = "odoo.addons.dunning_fr.models.dunning_case_watch"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaseDeadlines(CaseCommon):
    def _limits(self, step):
        days = (step.raw_deadline, step.deadline, step.alert_date)
        return tuple(str(day) if day else None for day in days)

    def test_r6_21_the_date_of_the_order_decides(self):
        """Section 7.3, and both sides of 31 August and 1 September 2026."""
        case = self._date(self._case(), request="2026-08-21")
        order, service = self._step(case, "order"), self._step(case, "service")
        self.assertEqual(self._limits(service), (None, None, None), "no order yet")
        for day, raw, deadline, alert in (
            ("2026-08-28", "2027-02-28", "2027-03-01", "2027-02-26"),
            ("2026-08-31", "2027-02-28", "2027-03-01", "2027-02-26"),
            ("2026-09-01", "2026-12-01", "2026-12-01", "2026-11-30"),
            ("2026-09-10", "2026-12-10", "2026-12-10", "2026-12-09"),
        ):
            with self.subTest(order=day):
                order.date = day
                self.assertEqual(self._limits(service), (raw, deadline, alert))
        self.assertEqual((service.rule, bool(service.loses)), ("R6.21", True))

    def test_r6_23_enforceable_after_opposition_then_two_months(self):
        """Orders up to 31 August: the opposition month; later ones: two months too."""
        for order, far, opposition, enforceable in (
            ("2026-08-31", False, "2026-10-15", "2026-10-15"),
            ("2026-09-01", False, "2026-10-15", "2026-11-16"),  # a Sunday
            ("2026-08-31", "overseas", "2026-11-16", "2026-11-16"),
            ("2026-09-01", "abroad", "2026-12-15", "2026-12-15"),
        ):
            case = self._case(distance=far)
            self._date(case, request="2026-08-21", order=order, service="2026-09-15")
            with self.subTest(order=order, distance=far):
                steps = [self._step(case, c) for c in ("opposition", "enforceable")]
                found = [str(step.deadline) for step in steps]
                self.assertEqual(found, [opposition, enforceable])
            case.action_withdraw()

    def test_r6_22_an_order_not_served_in_person_is_opposed_later(self):
        """One month from the first act in person; it is enforceable all the same."""
        case = self._case()
        self._date(case, request="2026-08-21", order="2026-08-31", service="2026-09-15")
        opposition, enforceable = (
            self._step(case, code) for code in ("opposition", "enforceable")
        )
        self.assertEqual(str(opposition.deadline), "2026-10-15")
        self._date(case, enforceable="2026-10-16", personal_act="2026-11-20")
        self.assertEqual(str(opposition.raw_deadline), "2026-12-20")
        self.assertEqual(str(opposition.deadline), "2026-12-21")
        self.assertEqual(str(enforceable.deadline), "2026-10-15")
        self._date(case, personal_act=False)
        self.assertEqual(str(opposition.deadline), "2026-10-15")

    def test_r6_25_the_deed_of_service_is_asked_for_new_orders_alone(self):
        case = self._date(self._case(), request="2026-08-21", order="2026-08-31")
        deed = self._step(case, "service_deed")
        self.assertFalse(deed.active)
        self._date(case, order="2026-09-01")
        self.assertTrue(deed.active)
        self.assertIn(deed, case.step_ids)

    def test_r6_25_each_court_has_its_own_fifteen_days(self):
        case = self._date(
            self._case(),
            request="2026-08-21",
            order="2026-09-10",
            service="2026-09-21",
            opposition_notice="2026-10-16",
        )
        fee, lawyer = (self._step(case, c) for c in ("opposition_fee", "lawyer"))
        self.assertEqual(str(fee.raw_deadline), "2026-10-31")
        self.assertEqual(str(fee.deadline), "2026-11-02", "All Saints on a Sunday")
        self.assertEqual(case.state, "opposed")
        for kind, has_fee, has_lawyer in (
            (False, True, True),
            ("commercial", True, False),
            ("economic", True, False),
            ("judicial", False, True),
            ("chamber", False, True),
        ):
            with self.subTest(court=kind):
                case.court_kind = kind
                self.assertEqual((fee.active, lawyer.active), (has_fee, has_lawyer))
                self.assertEqual(bool(fee.deadline), has_fee)

    def test_r6_35_declaration_two_months_from_publication(self):
        """Section 7.3 and example 10."""
        case = self._case("declaration", date="2026-10-12")
        self._date(case, judgment="2026-10-01", publication="2026-10-09")
        limits = [str(self._step(case, c).deadline) for c in ("declaration", "relief")]
        self.assertEqual(limits, ["2026-12-09", "2027-04-09"])
        self.company.partner_id.country_id = self.env.ref("base.be")
        self._date(case, publication="2026-10-10")
        self.assertEqual(str(self._step(case, "declaration").deadline), "2027-02-10")

    def test_a_task_that_a_person_ended(self):
        """It comes back with the next warning, and stays what was done until then."""
        case = self._date(self._case(), request="2026-08-21", order="2026-09-10")
        service, steps = self._step(case, "service"), self.env["dunning.case.step"]
        done = service.activity_id
        done.action_feedback(feedback="asked the officer")
        case.court_reference = "26/001"
        self._date(case, court_fee="2026-08-24")
        self.assertFalse(done.active)
        self.assertNotIn("Order served", case.activity_ids.mapped("summary"))
        steps._cron_warn(date(2026, 11, 10))
        self.assertEqual(service.activity_id.summary, "30 days left: Order served")
        case.user_id = self.people["manager"]
        self.assertEqual(service.activity_id.summary, "30 days left: Order served")
        self.assertEqual(service.activity_id.user_id, self.people["manager"])

    def test_r6_16_eight_days_after_the_month(self):
        self.env["dunning.procedure"]._by_code("l126").active = True
        case = self._case("l126", date="2026-10-01")
        self._date(case, request="2026-10-01", service="2026-10-05")
        answer, record = (self._step(case, c) for c in ("answer", "record"))
        self.assertEqual(str(answer.deadline), "2026-11-05")
        self.assertEqual(str(record.deadline), "2026-11-13")
        self.assertEqual(record.limit, "after")
        self._date(case, record="2026-11-16", enforceable="2026-11-20")
        self.assertEqual(str(self._step(case, "title_service").deadline), "2027-05-20")

    def test_r6_45_and_r3_18_and_r3_13(self):
        """Cheques, statements of claim and forced payments."""
        for code, acts, step, deadline in (
            ("cheque", {"presentation": "2026-08-03"}, "certificate", "2026-09-02"),
            (
                "cheque",
                {
                    "presentation": "2026-08-03",
                    "certificate": "2026-09-03",
                    "service": "2026-09-07",
                },
                "title",
                "2026-09-22",
            ),
            ("memoire", {"dispute": "2026-08-12"}, "memoire", "2026-10-12"),
            (
                "action_directe",
                {"formal_notice": "2026-08-05"},
                "claim",
                "2026-09-07",
            ),
            (
                "mandatement",
                {"principal_paid": "2026-08-01"},
                "charge_order",
                "2026-08-31",
            ),
            (
                "mandatement",
                {"report": "2026-09-02", "prefect_notice": "2026-09-10"},
                "forced_order",
                "2026-10-20",
            ),
        ):
            case = self._date(self._case(code), **acts)
            with self.subTest(procedure=code, step=step):
                self.assertEqual(str(self._step(case, step).deadline), deadline)
            case.action_withdraw()

    def test_a_title_is_not_extended(self):
        """R6.23, R7.15: ten years are a limitation, the week-end does not move it."""
        case = self._date(
            self._case(),
            request="2026-08-21",
            order="2026-08-31",
            service="2026-09-15",
            enforceable="2026-10-16",
        )
        title = self._step(case, "enforcement")
        self.assertEqual(title.raw_deadline, date(2036, 10, 16))
        self._date(case, enforceable="2026-10-18")
        self.assertEqual(self._limits(title), ("2036-10-18",) * 2 + ("2036-10-17",))

    def test_acts_out_of_order_are_refused(self):
        case = self._date(self._case(date="2026-08-20"), request="2026-08-21")
        for code, day, message in (
            ("order", "2026-08-20", "before “Request filed”"),
            ("request", "2026-08-19", "before the case was opened"),
            ("service", "2026-09-30", "Date that act first"),
        ):
            with (
                self.subTest(code=code),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self._date(case, **{code: day})
        self._date(case, order="2026-09-10", service="2026-09-15")
        with (
            self.assertRaisesRegex(ValidationError, "comes first"),
            self.env.cr.savepoint(),
        ):
            self._date(case, order="2026-09-16")
        self.assertEqual(str(self._step(case, "order").date), "2026-09-10")

    def test_an_act_is_taken_back_while_nothing_depends_on_it(self):
        case = self._case()
        self._date(case, request="2026-08-21", order="2026-09-10", service="2026-09-15")
        self.assertEqual(case.state, "served")
        with (
            self.assertRaisesRegex(ValidationError, "take this one back before"),
            self.env.cr.savepoint(),
        ):
            self._step(case, "order").date = False
        self._date(case, service=False, order=False, request=False)
        self.assertEqual((case.state, case.filed_date), ("prepared", False))
        self.assertFalse(self._step(case, "service").deadline)
        log = " ".join(case.message_ids.mapped("body"))
        self.assertIn("Order served: taken back", log)

    def test_a_late_act_is_kept_and_said(self):
        case = self._date(self._case(), request="2026-08-21", order="2026-09-10")
        service = self._step(case, "service")
        with self.subTest("the last day is in time"):
            service.date = "2026-12-10"
            self.assertFalse(service._onchange_date())
        service.date = "2026-12-11"
        warning = service._onchange_date()["warning"]["message"]
        self.assertIn("R6.21", warning)
        self.assertIn("R6.21", case.message_ids[0].body)
        self.assertEqual(case.state, "served", "a person decides")

    def test_a_limit_that_waits(self):
        """R6.23: enforced on the last day of the opposition, a warning says so."""
        case = self._date(
            self._case(), request="2026-08-21", order="2026-08-31", service="2026-09-15"
        )
        act = self._step(case, "enforceable")
        act.date = "2026-10-15"
        self.assertIn("possible only after", act._late_text())
        act.date = "2026-10-16"
        self.assertEqual(act._late_text(), "")

    def test_what_is_computed_is_not_written_by_hand(self):
        case = self._case()
        service = self._step(case, "service")
        for values in (
            {"deadline": "2030-01-01"},
            {"raw_deadline": "2030-01-01"},
            {"limit": "none"},
            {"active": False},
            {"procedure_step_id": False},
        ):
            with (
                self.subTest(**values),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                service.write(values)
        with self.assertRaisesRegex(UserError, "stays"):
            service.unlink()

    def test_a_step_of_ones_own(self):
        """A hearing, a reply: named and dated by a person, watched like the others."""
        case = self._case()
        step = self.env["dunning.case.step"].create(
            {"case_id": case.id, "name": "Hearing", "deadline": "2026-10-25"}
        )
        self.assertEqual(self._limits(step), ("2026-10-25",) * 2 + ("2026-10-23",))
        self.assertTrue(step.activity_id)
        step.deadline = "2026-11-03"
        self.assertEqual(str(step.activity_id.date_deadline), "2026-11-02")
        step.unlink()
        self.assertFalse(case.activity_ids)

    def test_activities_follow_the_dates(self):
        case = self._date(self._case(), request="2026-08-21", order="2026-08-28")
        service = self._step(case, "service")
        activity = service.activity_id
        self.assertEqual(str(activity.date_deadline), "2027-02-26")
        self.assertEqual(activity.user_id, case.user_id)
        self.assertIn("R6.21", activity.note)
        self._date(case, order="2026-09-10")
        self.assertEqual(service.activity_id, activity, "moved, not doubled")
        self.assertEqual(str(activity.date_deadline), "2026-12-09")
        case.user_id = self.people["manager"]
        self.assertEqual(activity.user_id, self.people["manager"])
        self._date(case, service="2026-09-21")
        self.assertFalse(activity.exists())
        case.action_withdraw()
        self.assertFalse(case.activity_ids)

    def test_one_companys_failure_stops_no_other(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        there = self._customer("There", "professional")
        bill = self._invoice(6000, DUE, there, company_id=other.id)
        debtors = self.env["dunning.debtor"]
        ids = debtors._ensure(other, there.ids)
        theirs = self._case(moves=bill, debtor_id=ids[there.id])
        cases = self._case() + theirs
        for case in cases:
            self._date(case, request="2026-08-21", order="2026-09-10")
        cases[0].activity_ids.action_feedback(feedback="done")  # warned of anew
        self.env.flush_all()
        self._break_activities(cases[0])
        with mute_logger("odoo.sql_db", WATCH):
            warned = self.env["dunning.case.step"]._cron_warn(date(2026, 11, 10))
        self.assertTrue(warned)
        self.assertTrue(any(theirs.step_ids.mapped("warned_days")))
        self.assertFalse(any(cases[0].step_ids.mapped("warned_days")))

    def test_warnings_at_30_15_and_5_days(self):
        case = self._date(self._case(), request="2026-08-21", order="2026-09-10")
        self._date(case, court_fee="2026-08-24")
        service, steps = self._step(case, "service"), self.env["dunning.case.step"]
        for day, warned, summary in (
            (date(2026, 11, 9), 0, None),  # 31 days
            (date(2026, 11, 10), 1, "30 days left: Order served"),
            (date(2026, 11, 11), 0, "30 days left: Order served"),
            (date(2026, 11, 25), 1, "15 days left: Order served"),
            (date(2026, 12, 4), 0, "15 days left: Order served"),
            (date(2026, 12, 6), 1, "4 days left: Order served"),  # the 5th was missed
            (date(2026, 12, 12), 0, "4 days left: Order served"),
        ):
            with self.subTest(day=day):
                self.assertEqual(steps._cron_warn(day), warned)
                found = service.activity_id
                self.assertEqual(found.summary, summary or "Order served")
                self.assertEqual(case.activity_ids, found, "one task for a limit")
        self._date(case, order="2026-09-21")
        self.assertEqual(service.activity_id, found)
        self.assertEqual(found.summary, "Order served", "a new limit is warned of anew")
        self.assertEqual(str(found.date_deadline), "2026-12-18")
        self.assertEqual(steps._cron_warn(date(2026, 12, 6)), 1)
        case.action_withdraw()
        self.assertEqual(steps._cron_warn(date(2026, 12, 20)), 0)
