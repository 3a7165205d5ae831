"""What a run tells a person before anything leaves."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-10-01")
class TestRunOverview(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mairie = cls._customer("Mairie de Lyon", "public")
        cls.unknown = cls._customer("Inconnu SA")
        cls._invoice(1000, "2026-09-01")
        cls._invoice(500, "2026-09-20")
        cls._invoice(250, "2026-08-01", cls.mairie)
        cls._invoice(90, "2026-08-15", cls.unknown)

    def _rows(self, tables, title=""):
        [found] = [table for table in tables if table["title"] == title]
        return {row["cells"][0]: row["cells"][1:] for row in found["rows"]}

    def test_counts_and_amounts_of_the_drafts(self):
        run = self._run("2026-10-01")
        self.assertEqual((run.draft_count, run.debtor_count), (3, 3))
        self.assertIn("1,840.00", run.amount_text)
        self.assertIn("3 notices to 3 debtors", run.headline)
        self.assertEqual(self._rows(run.summary, "By level")["Level 1"][0], "3")
        kinds = self._rows(run.summary, "By debtor kind")
        self.assertEqual(kinds["Professional"][0], "1")
        self.assertEqual(kinds["To qualify"][0], "1")

    def test_cancelled_notices_count_no_more(self):
        run = self._run("2026-10-01")
        run.notice_ids[0].action_cancel()
        self.assertEqual(run.draft_count, 2)

    def test_a_row_opens_the_notices_it_counts(self):
        run = self._run("2026-10-01")
        [kinds] = [t for t in run.summary if t["title"] == "By debtor kind"]
        for row in kinds["rows"]:
            action = run.action_open_breakdown(row["key"])
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(str(len(found)), row["cells"][1], row["cells"][0])
        action = run.action_open_breakdown("level:1")
        self.assertEqual(len(self.env["dunning.notice"].search(action["domain"])), 3)

    def test_left_alone_opens_its_items(self):
        debtor = self.env["dunning.debtor"].create(
            {"partner_id": self.pro.id, "company_id": self.company.id}
        )
        self.env["dunning.hold"].create(
            {"debtor_id": debtor.id, "kind": "dispute", "date_from": "2026-09-01"}
        )
        run = self._run("2026-10-01")
        [table] = run.left_out_table
        [row] = [row for row in table["rows"] if row["key"] == "left:hold_dispute"]
        self.assertEqual(row["cells"][1], "2")
        self.assertIn("1,500.00", row["cells"][2])
        action = run.action_open_breakdown(row["key"])
        lines = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(lines.partner_id, self.pro)
        self.assertEqual(len(lines), 2)

    def test_nothing_technical_is_shown(self):
        run = self._run("2026-10-01")
        texts = [
            cell
            for table in run.summary + run.left_out_table
            for row in table["rows"]
            for cell in row["cells"]
        ]
        self.assertTrue(texts)
        for text in texts:
            self.assertNotIn("_", text)
            self.assertNotIn("{", text)

    # ---------------------------------------------------------------- checks

    def test_bank_without_recent_entry_is_told(self):
        run = self._run("2026-10-01")
        journal = self.company_data["default_journal_bank"]
        self.assertIn("no entry yet", run.checks[f"bank_{journal.id}"]["message"])
        self._pay(self._invoice(10, "2026-08-01"), 10, "2026-09-10")
        run.invalidate_recordset()
        told = run.checks[f"bank_{journal.id}"]["message"]
        self.assertIn("last entry on", told)
        self.assertNotIn("last statement", told)
        self.env["account.bank.statement"].create(
            {
                "name": "September",
                "line_ids": [
                    Command.create(
                        {
                            "journal_id": journal.id,
                            "date": "2026-09-15",
                            "payment_ref": "Transfer",
                            "amount": 10,
                        }
                    )
                ],
            }
        )
        run.invalidate_recordset()
        told = run.checks[f"bank_{journal.id}"]["message"]
        self.assertIn("last statement of 09/15/2026", told)
        self._pay(self._invoice(10, "2026-08-01"), 10, "2026-09-29")
        run.invalidate_recordset()
        self.assertNotIn(f"bank_{journal.id}", run.checks)

    def test_open_credits_are_told_and_opened(self):
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.pro.id,
                "invoice_date": "2026-09-25",
                "invoice_line_ids": [
                    (0, 0, {"name": "Avoir", "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        refund.action_post()
        run = self._run("2026-10-01")
        check = run.checks["credits"]
        self.assertIn("100.00", check["message"])
        lines = self.env["account.move.line"].search(check["action"]["domain"])
        self.assertEqual(lines.move_id, refund)

    def test_debtors_to_qualify_and_without_address_are_told(self):
        self.unknown.write({"email": False, "street": False})
        run = self._run("2026-10-01")
        self.assertEqual(
            run.checks["to_qualify"]["action"]["domain"],
            [["id", "in", self.unknown.ids]],
        )
        self.assertEqual(
            run.checks["unreachable"]["action"]["domain"],
            [["id", "in", self.unknown.ids]],
        )
        self.unknown.child_ids = [(0, 0, {"name": "Compta", "email": "c@x.example"})]
        run.invalidate_recordset()
        self.assertNotIn("unreachable", run.checks)

    def test_what_the_company_lacks_is_told(self):
        self.company.write({"dunning_signatory_name": False, "email": False})
        run = self._run("2026-10-01")
        told = {
            check["level"]: check["message"]
            for key, check in run.checks.items()
            if key.startswith("company")
        }
        self.assertIn("e-mail address", told["danger"])
        self.assertIn("signatory", told["warning"])

    def test_a_run_before_another_one_is_told(self):
        self._run("2026-10-01")
        earlier = self.env["dunning.run"].create(
            {"date": "2026-09-25", "company_id": self.company.id}
        )
        self.assertIn("later_run", earlier.checks)

    def _queries(self, run, names):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run.read(names)
        return self.env.cr.sql_log_count - before

    def test_a_run_of_many_costs_no_more_queries(self):
        names = ["checks", "summary", "left_out_table", "headline", "amount_text"]
        few = self._run("2026-10-01")
        self._queries(few, names)
        cost = self._queries(few, names)
        few.action_cancel()
        for number in range(20):
            partner = self._customer(f"Client{number} SARL", "professional")
            self._invoice(100 + number, "2026-09-01", partner)
        many = self._run("2026-10-01")
        self.assertEqual(many.debtor_count, 23)
        self.assertLessEqual(self._queries(many, names), cost + 2)

    # ---------------------------------------------------------- confirmation

    def _wizard(self, records):
        action = records.action_open_send()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_the_first_sending_asks_for_the_number(self):
        run = self._run("2026-10-01")
        wizard = self._wizard(run)
        self.assertTrue(wizard.is_first_sending)
        self.assertEqual(wizard.notice_count, 3)
        self.assertEqual(wizard.debtor_count, 3)
        with self.assertRaisesRegex(UserError, "3 would leave"):
            wizard.action_confirm()
        self.assertEqual(set(run.notice_ids.mapped("state")), {"draft"})

    def test_later_small_sendings_do_not_ask(self):
        run = self._run("2026-10-01")
        self.env["dunning.notice"].flush_model()
        run.notice_ids[0].sudo()._proof_unlocked().write({"state": "sent"})
        wizard = self._wizard(run)
        self.assertFalse(wizard.is_first_sending)
        self.assertFalse(wizard.must_type)
        self.assertEqual(wizard.notice_count, 2)

    def test_many_notices_ask_for_the_number(self):
        run = self._run("2026-10-01")
        run.notice_ids[0].sudo()._proof_unlocked().write({"state": "sent"})
        self.patch(
            self.registry["dunning.send.wizard"], "_many_notices", lambda self: 1
        )
        self.assertTrue(self._wizard(run).must_type)

    def test_a_selection_sends_its_drafts_only(self):
        run = self._run("2026-10-01")
        run.notice_ids[0].action_cancel()
        wizard = self._wizard(run.notice_ids)
        self.assertEqual(wizard.notice_count, 2)
        with self.assertRaisesRegex(UserError, "None of these notices is a draft"):
            run.notice_ids[0].action_open_send()

    def test_the_ledger_says_public_formal_notice(self):
        """R3.18: the CCAG warning stands before a formal notice to a public buyer."""
        notice = self._run("2026-10-01").notice_ids.filtered(
            lambda n: n.partner_id == self.mairie
        )
        self.assertFalse(self._wizard(notice).has_public_formal)
        notice.sudo()._proof_unlocked().is_formal_notice = True
        self.assertTrue(self._wizard(notice).has_public_formal)
        self.assertTrue(notice.is_public_formal)
