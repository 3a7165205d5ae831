"""Who owes what, since when, what happens next: as lists and as a page."""

from odoo.tests import Form, freeze_time, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-10-01")
class TestDebtorOverview(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls._customer("Petit SARL", "professional")
        cls.calm = cls._customer("Calme SARL", "professional")
        cls._invoice(1000, "2026-08-15")
        cls._invoice(300, "2026-09-15")
        cls._invoice(70, "2026-10-01")  # due today: not late
        cls._invoice(200, "2026-09-01", cls.small)
        cls._invoice(50, "2026-12-01", cls.calm)
        cls.debtors = {
            partner: cls.env["dunning.debtor"].create(
                {"partner_id": partner.id, "company_id": cls.company.id}
            )
            for partner in (cls.pro, cls.small, cls.calm)
        }
        cls.debtor = cls.debtors[cls.pro]
        cls.all = cls.env["dunning.debtor"].concat(*cls.debtors.values())

    def test_overdue_is_read_from_the_ledger(self):
        self.assertEqual(self.all.mapped("amount_overdue"), [1300, 200, 0])
        self.assertEqual(str(self.debtor.oldest_due), "2026-08-15")
        self.assertFalse(self.debtors[self.calm].oldest_due)
        invoice = self._invoice(500, "2026-09-01")
        self.all.invalidate_recordset()
        self.assertEqual(self.debtor.amount_overdue, 1800)
        self._pay(invoice, 450, "2026-09-20")
        self.all.invalidate_recordset()
        self.assertEqual(self.debtor.amount_overdue, 1350)

    def test_excluded_accounts_are_not_owed_late(self):
        account = self.company_data["default_account_receivable"]
        account.dunning_excluded = True
        self.assertEqual(self.debtor.amount_overdue, 0)

    def test_credits_are_shown_beside(self):
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
        self.assertEqual(self.debtor.amount_credits, 100)
        self.assertEqual(self.debtor.amount_overdue, 1300)
        action = self.debtor.action_open_items()
        lines = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(sum(lines.mapped("amount_residual")), 1200)

    def test_lists_are_sorted_and_filtered_by_what_is_owed(self):
        debtors = self.env["dunning.debtor"]
        mine = [("id", "in", self.all.ids)]
        by_amount = debtors.search(mine, order="amount_overdue desc")
        self.assertEqual(by_amount.mapped("amount_overdue"), [1300, 200, 0])
        oldest = debtors.search([*mine, ("amount_overdue", ">", 0)], order="oldest_due")
        self.assertEqual(oldest.partner_id, self.pro | self.small)
        rich = debtors.search([*mine, ("amount_overdue", ">=", 1300)])
        self.assertEqual(rich, self.debtor)

    def test_contacts_are_filtered_by_what_is_owed(self):
        partners = self.env["res.partner"]
        mine = [("id", "in", self.all.partner_id.ids)]
        late = partners.search([*mine, ("dunning_overdue", ">", 0)])
        self.assertEqual(late, self.pro | self.small)
        self.assertEqual(self.pro.dunning_overdue, 1300)
        contact = partners.create({"name": "Compta", "parent_id": self.pro.id})
        self.assertEqual(contact.dunning_overdue, 1300)

    def test_to_qualify_lists_late_customers_without_kind(self):
        unknown = self._customer("Inconnu SA", company_registry="732829320")
        self._invoice(90, "2026-09-01", unknown)
        idle = self._customer("Sans facture")
        action = self.env.ref("dunning_fr.action_dunning_to_qualify")
        domain = [("debtor_kind", "=", False), ("dunning_overdue", ">", 0)]
        self.assertEqual(action.domain, str(domain))
        found = self.env["res.partner"].search(domain)
        self.assertIn(unknown, found)
        self.assertNotIn(idle, found)
        self.assertNotIn(self.pro, found)
        unknown.action_confirm_debtor_kind()
        self.assertEqual(unknown.debtor_kind, "professional")
        self.assertNotIn(unknown, self.env["res.partner"].search(domain))

    def _queries(self, debtors):
        names = ["amount_overdue", "oldest_due", "level_reached", "last_notice_date"]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        debtors.read([*names, "notice_count", "active_hold_count", "policy_id"])
        return self.env.cr.sql_log_count - before

    def test_a_long_list_costs_no_more_queries(self):
        self._queries(self.debtor)
        one = self._queries(self.debtor)
        for number in range(20):
            partner = self._customer(f"Client{number} SARL", "professional")
            self.all += self.env["dunning.debtor"].create(
                {"partner_id": partner.id, "company_id": self.company.id}
            )
        self.assertLessEqual(self._queries(self.all), one + 2)

    def test_level_reached_counts_open_items_only(self):
        run = self._run("2026-10-01")
        notice = run.notice_ids.filtered(lambda n: n.debtor_id == self.debtor)
        self.assertEqual(self.debtor.level_reached, 0)
        notice.sudo()._proof_unlocked().write({"state": "sent"})
        self.assertEqual(self.debtor.level_reached, 1)
        self.assertEqual(self.debtor.last_notice_date, notice.date)
        for move in notice.line_ids.move_line_id.move_id:
            self._pay(move, move.amount_residual, "2026-10-01")
        self.debtor.invalidate_recordset()
        self.assertEqual(self.debtor.level_reached, 0)

    def test_the_explanation_says_why_and_when(self):
        [table] = self.debtor.explanation
        told = {row["cells"][1]: row["cells"] for row in table["rows"]}
        self.assertEqual(len(told), 3)
        self.assertEqual(told["08/15/2026"][5], "Level 1 now")
        self.assertIn("Not late", told["10/01/2026"][6])
        for row in table["rows"]:
            self.assertTrue(row["cells"][6])
            opened = self.debtor.action_open_breakdown(row["key"])
            move = self.env[opened["res_model"]].browse(opened["res_id"])
            self.assertEqual(move.name, row["cells"][0])

    def test_the_page_says_in_one_sentence_what_comes_next(self):
        self.assertEqual(self.debtor.next_step, "Level 1 is due now. Items: 2 of 3.")
        notices = self._run("2026-10-01").notice_ids
        notices.sudo()._proof_unlocked().write(
            {"state": "sent", "sent_date": "2026-10-01"}
        )
        self.debtor.invalidate_recordset()
        self.assertRegex(
            self.debtor.next_step, r"Nothing leaves today; next, level 2 on 10/\d+/2026"
        )
        [table] = self.debtor.explanation
        nexts = [row["cells"][5] for row in table["rows"]]
        self.assertTrue(any(text.startswith("Level 2 on ") for text in nexts))
        self.env["dunning.hold"].create(
            {"debtor_id": self.debtor.id, "kind": "dispute", "date_from": "2026-09-01"}
        )
        self.debtor.invalidate_recordset()
        self.assertIn("Nothing leaves: ", self.debtor.next_step)
        self.assertIn("dispute", self.debtor.next_step)

    def test_overdue_is_added_up_by_level(self):
        [before] = self.debtor.levels_table
        cells = [row["cells"][:2] for row in before["rows"]]
        self.assertEqual(cells, [["None yet", "2"]])
        self.assertIn("1,300.00", before["rows"][0]["cells"][2])
        notices = self._run("2026-10-01").notice_ids
        notices.sudo()._proof_unlocked().write({"state": "sent"})
        self._invoice(90, "2026-09-20")
        self.debtor.invalidate_recordset()
        [after] = self.debtor.levels_table
        cells = [row["cells"][:2] for row in after["rows"]]
        self.assertEqual(cells, [["None yet", "1"], ["Level 1", "2"]])

    def test_a_hold_is_recorded_from_the_debtor(self):
        action = self.debtor.with_context(default_kind="promise").action_new_hold()
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        form = Form(
            self.env["dunning.hold"].with_context(**action["context"]), view=view
        )
        self.assertEqual(form.kind, "promise")
        form.date_to = "2026-10-15"
        hold = form.save()
        self.assertEqual(hold.debtor_id, self.debtor)
        self.assertEqual(self.debtor.active_hold_count, 1)
        self.assertFalse(self._run("2026-10-01").notice_ids & self.debtor.notice_ids)
        hold.action_release()
        self.assertEqual(self.debtor.active_hold_count, 0)
