from datetime import date

from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-22")
class TestRunResting(DunningCommon):
    """Customers reminded just now are left alone without judging each debt.

    The shortcut may never say more than the rules do: wherever something could leave,
    the customer is looked at.
    """

    def _send(self, notices, left=None):
        """Leave ``notices`` as the worker does after sending, on their own day."""
        values = {"state": "sent", "sent_date": left or notices[:1].date}
        notices.sudo()._proof_unlocked().write(values)
        notices.run_id._settle_state()

    def _resting(self, day):
        """Return the customers resting on ``day``, and check what a run makes of it."""
        day = date.fromisoformat(day)
        resting = self.env["dunning.item"]._resting(self.company, day)
        self._check_agreement(resting, day)
        return self.env["res.partner"].browse(resting)

    def _check_agreement(self, resting, day):
        """The rules, asked about everything, propose nothing to those who rest."""
        assessed = self.env["dunning.engine"]._assess(self.company, day)
        reminded = {proposal.partner_id for proposal in assessed.proposals}
        self.assertFalse(reminded & set(resting))
        verdicts = assessed.assessment.verdicts
        looked_at = {id_ for id_, v in verdicts.items() if v.code != "credit"}
        alone = [line_id for ids in resting.values() for line_id in ids]
        self.assertEqual(len(alone), len(set(alone)))
        self.assertLessEqual(set(alone), looked_at)

    def test_reminded_yesterday_rests_until_the_interval_is_over(self):
        self._invoice(1000, "2026-09-01")
        self.assertFalse(self._resting("2026-09-10"))
        self._send(self._run("2026-09-10").notice_ids)
        self.assertEqual(self._resting("2026-09-10"), self.pro)
        self.assertEqual(self._resting("2026-09-16"), self.pro)
        self.assertFalse(self._resting("2026-09-17"))  # seven days: free again

    def test_a_run_lists_them_as_waiting_for_the_interval(self):
        invoice = self._invoice(1000, "2026-09-01")
        other = self._invoice(500, "2026-09-05", self._customer("Alpha SA"))
        self._send(self._run("2026-09-09").notice_ids)
        run = self._run("2026-09-12")
        self.assertEqual(run.notice_ids.line_ids.move_line_id.move_id, other)
        lines = invoice.line_ids.filtered("date_maturity")
        self.assertEqual(
            run.left_out,
            [{"code": "wait_interval", "count": 1, "line_ids": lines.ids}],
        )

    def test_a_new_late_debt_wakes_its_customer(self):
        self._invoice(1000, "2026-09-01")
        self._send(self._run("2026-09-10").notice_ids)
        late = self._invoice(700, "2026-09-04")
        self.assertFalse(self._resting("2026-09-11"))
        notice = self._run("2026-09-11").notice_ids
        claimed = notice.line_ids.filtered("claimed")
        self.assertEqual(claimed.move_line_id.move_id, late)

    def test_a_debt_due_soon_wakes_its_customer_for_the_courtesy_reminder(self):
        self._invoice(1000, "2026-09-01")
        self._send(self._run("2026-09-10").notice_ids)
        policy = self.policies["professional"]
        policy.write({"pre_reminder": True, "pre_reminder_days": 5})
        policy.pre_reminder_min_amount = 0
        self._invoice(2000, "2026-09-30")
        self.assertEqual(self._resting("2026-09-12"), self.pro)  # not within five days
        soon = self._invoice(2000, "2026-09-16")
        self.assertFalse(self._resting("2026-09-12"))
        notice = self._run("2026-09-12").notice_ids
        self.assertFalse(notice.level_id)
        self.assertEqual(notice.line_ids.move_line_id.move_id, soon)

    def test_a_debt_without_due_date_wakes_its_customer(self):
        self._invoice(1000, "2026-09-01")
        self._send(self._run("2026-09-10").notice_ids)
        lost = self._invoice(50, "2026-09-01")
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL"
            " WHERE move_id = %s AND date_maturity IS NOT NULL",
            [lost.id],
        )
        self.env.invalidate_all()
        self.assertFalse(self._resting("2026-09-11"))
        codes = {group["code"] for group in self._run("2026-09-11").left_out}
        self.assertIn("no_due_date", codes)

    def test_the_term_of_a_public_buyer_may_end_before_the_due_date(self):
        town = self._customer("Mairie", "public", public_buyer_type="local")
        self._invoice(1000, "2026-09-01", town)
        self._send(self._run("2026-09-17").notice_ids)
        self.assertEqual(self._resting("2026-09-18"), town)
        # 30 days from the request for payment (R3.2), months before its due date
        self._invoice(900, "2026-12-31", town, dunning_term_start="2026-08-01")
        self.assertFalse(self._resting("2026-09-18"))

    def test_what_another_customer_was_sent_does_not_count(self):
        invoice = self._invoice(1000, "2026-09-01")
        self._send(self._run("2026-09-10").notice_ids)
        other = self._customer("Beta SA", "professional")
        invoice.line_ids.partner_id = other
        self.assertFalse(self._resting("2026-09-11"))

    def test_a_notice_that_left_after_the_day_of_the_run_is_for_the_rules(self):
        self._invoice(1000, "2026-08-01")
        self._send(self._run("2026-09-10").notice_ids, left="2026-09-30")
        self.assertFalse(self._resting("2026-09-20"))
        self.assertEqual(self._resting("2026-10-02"), self.pro)

    def test_a_level_without_interval_leaves_nobody_alone(self):
        self._invoice(1000, "2026-09-01")
        self._send(self._run("2026-09-10").notice_ids)
        self.policies["public"].level_ids[0].min_interval_days = 0
        self.assertFalse(self._resting("2026-09-11"))

    def test_the_day_after_costs_fewer_rows_and_no_more_queries(self):
        for number in range(3):
            partner = self._customer(f"P{number} SARL", "professional")
            self._invoice(1000, "2026-09-01", partner)
        self._send(self._run("2026-09-10").notice_ids)
        counts = []
        for _round in range(2):
            run = self.env["dunning.run"].create(
                {"date": "2026-09-11", "company_id": self.company.id}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_prepare()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual([g["count"] for g in run.left_out], [3])
            run.action_cancel()
        self.assertLessEqual(counts[1], 60)
