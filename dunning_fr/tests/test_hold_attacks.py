from datetime import date

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_plan import DAY, LATER, MADE, PlanCommon
from .common_security import FORBIDDEN_LOG

FAR = "9999-12-31"
LIST = ("limitation_date", "next_step", "desk_reason", "desk_score", "explanation")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHoldAttacks(PlanCommon):
    """What a collector or a stranger tries with holds, days and debtors' forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Voisine SARL"})
        cls.stranger = cls._user("manager", cls.second)
        cls.manager = cls._user("manager", cls.company)

    @classmethod
    def _user(cls, group, company):
        return new_test_user(
            cls.env,
            login=f"{group}_{company.id}",
            groups=f"dunning_fr.group_dunning_{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _as(self, user, records):
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_user(user)

    def _promise(self, **values):
        return {
            "debtor_id": self.debtor.id,
            "kind": "promise",
            "date_from": MADE,
            "date_to": date(2026, 9, 20),
            **values,
        }

    # -------------------------------------------------------------- other companies

    def test_what_another_company_owes_is_not_told_by_an_onchange(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.pro.id,
                "invoice_date": "2026-08-01",
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 777, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        values = {"partner_id": self.pro.id, "company_id": self.company.id}
        for name in ("amount_owed_to", "owed_to_text"):
            for user in (self.manager, self.stranger):
                debtors = self._as(user, self.env["dunning.debtor"])
                with self.subTest(name, user=user.login):
                    told = debtors.onchange(dict(values), ["partner_id"], {name: {}})
                    self.assertEqual(
                        "777" in str(told["value"]), user == self.manager, told
                    )

    # --------------------------------------------------------- what a manager keeps

    def test_the_discussion_of_a_kept_hold_is_for_managers(self):
        """R6.48: neither by the hold's own page nor by a search, nor its files."""
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": "other",
                "date_from": MADE,
                "confidential_kind": "conciliation",
            }
        )
        message = hold.message_post(body="Conciliator: M. Blanc")
        own = [("res_model", "=", hold._name), ("res_id", "=", hold.id)]
        file = self.env["ir.attachment"].create(
            {"name": "c.pdf", "res_model": own[0][2], "res_id": hold.id, "raw": b"x"}
        )
        said = [("model", "=", hold._name), ("res_id", "=", hold.id)]
        for user, is_told in ((self.manager, True), (self.collector, False)):
            with self.subTest(user.login):
                seen = self._as(user, hold)
                found = seen.env["mail.message"].search(said)
                self.assertEqual(message in found, is_told)
                self.assertEqual(message in seen.message_ids, is_told)
                files = seen.env["ir.attachment"].search(own)
                self.assertEqual(file in files, is_told)
                self.assertEqual(seen.state, "active")
                for record in (message, file):
                    seen = self._as(user, record)
                    self.assertEqual(seen.has_access("read"), is_told)
                    self.assertEqual(seen.has_access("write"), is_told)
        with mute_logger(FORBIDDEN_LOG), self.assertRaises(AccessError):
            self._as(self.collector, file).read(["raw"])
        plain = self._as(self.collector, self.env["dunning.hold"]).create(
            self._promise()
        )
        self.assertTrue(plain.message_post(body="Said").has_access("read"))

    def test_no_client_says_until_when_a_hold_is_silent(self):
        """It would hide a debt behind a promise that never breaks, without a trace."""
        holds = self._as(self.collector, self.env["dunning.hold"])
        hold = holds.create(self._promise(silent_to="2099-01-01"))
        told = hold.silent_to
        hold.write({"silent_to": "2099-01-01"})
        self.assertEqual(hold.silent_to, told)
        forged = holds.with_context(default_silent_to="2099-01-01")
        self.assertEqual(forged.create(self._promise()).silent_to, told)

    # ---------------------------------------------------------------- days too far

    def test_days_that_no_calendar_can_count_from_are_refused(self):
        """One of them would stop the runs and the lists of the whole company."""
        env = self._as(self.collector, self.debtor).env
        holds, debtor = env["dunning.hold"], self.debtor.with_env(env)
        plan = holds.create(self._values())
        line = plan.instalment_ids[-1]
        for what, attempt in {
            "quiet": lambda: debtor.write({"quiet_from": DAY, "quiet_to": FAR}),
            "promise": lambda: holds.create(self._promise(date_to=FAR)),
            "grace": lambda: holds.create(self._promise(grace_days=1000)),
            "hold": lambda: holds.create(self._promise(date_from=FAR, date_to=FAR)),
            "answer": lambda: holds.create(self._promise(answer_by=FAR)),
            "instalment": lambda: line.write({"due_date": FAR}),
        }.items():
            with (
                self.subTest(what),
                mute_logger("odoo.sql_db"),
                self._refused(CheckViolation, "countable|grace"),
            ):
                attempt()
                env.flush_all()
        self.assertEqual(plan.instalment_ids.mapped("due_date"), list(LATER))

    def test_an_amount_that_is_no_number_is_refused(self):
        """JSON carries NaN: no promise of the company could be settled any more."""
        holds = self._as(self.collector, self.env["dunning.hold"])
        for amount in (float("nan"), float("inf"), 1e30):
            with (
                self.subTest(amount),
                mute_logger("odoo.sql_db"),
                self._refused(CheckViolation, "amount_positive"),
            ):
                holds.create(self._promise(amount=amount))
                self.env.flush_all()
        self._settle(DAY)

    def test_an_invoice_due_in_the_year_9999_stops_nobody(self):
        """Some books say “never” so: it is not late, and nothing else is held up."""
        far = self._invoice(10, FAR, invoice_date="2026-08-01")
        debtors = self._as(self.collector, self.env["dunning.debtor"])
        found = debtors.web_search_read([], {name: {} for name in LIST}, limit=80)
        self.assertEqual(found["length"], 1)
        told = debtors.browse(self.debtor.id).explain(DAY)
        codes = {row["move_line_id"]: row["code"] for row in told}
        lines = far.line_ids.filtered("date_maturity")
        self.assertEqual([codes[line.id] for line in lines], ["not_late"])
        self.assertIn("ready", codes.values())
        names = ["limitation_date", "limitation_contractual_date", "dunning_next_date"]
        [row] = far.with_user(self.collector).read(names)
        self.assertEqual(str(row["limitation_date"]), "2031-08-01")
        self.assertFalse(far.get_late_payment_claim(DAY)["interest"])
        run = self.env["dunning.run"].create(
            {"date": DAY, "company_id": self.company.id}
        )
        run.action_prepare()
        lines = run.notice_ids.line_ids.filtered("claimed")
        self.assertEqual(lines.mapped("move_name"), [self.invoice.name])
