"""One customer on one screen: what we owe it, its claims, and what a page costs."""

from lxml import etree

from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_hold import DAY, DUE, HoldCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-09-20")
class TestDebtorPage(HoldCommon):
    def _bill(self, amount, partner=None, move_type="in_invoice"):
        bill = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or self.pro).id,
                "invoice_date": DUE,
                "invoice_line_ids": [
                    (0, 0, {"name": "Achat", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        self.debtor.invalidate_recordset()
        return bill

    # ---------------------------------------------------------------- mutual debts

    def test_what_we_owe_is_shown_and_deducted_from_nothing(self):
        bill = self._bill(400)
        self._bill(100, move_type="in_refund")
        self.assertEqual(self.debtor.amount_owed_to, 300)
        self.assertIn("300.00", self.debtor.owed_to_text)
        self.assertIn(f"({bill.name})", self.debtor.owed_to_text)
        self.assertEqual(self._run(DAY).notice_ids.amount_principal, 1000)
        lines = self.env["account.move.line"].search(
            self.debtor.action_open_mutual()["domain"]
        )
        self.assertEqual(len(lines), 2)

    def test_nothing_owed_is_nothing_said(self):
        self.assertFalse(self.debtor.owed_to_text)
        bill = self._bill(400)
        self.assertTrue(self.debtor.owed_to_text)
        bill.button_draft()
        self.debtor.invalidate_recordset()
        self.assertFalse(self.debtor.owed_to_text, "a draft is no debt")
        self._bill(50, move_type="in_refund")
        self.assertFalse(self.debtor.owed_to_text, "it owes us")

    def test_many_bills_are_counted(self):
        for _number in range(7):
            self._bill(10)
        self.assertIn("and 2 more", self.debtor.owed_to_text)

    def test_before_a_formal_notice(self):
        partner = self._debtor("Fournisseur SARL", "registered_letter", formal=True)
        before = self._run("2026-09-19")
        self.assertNotIn("mutual", before.checks or {})
        before.action_cancel()
        self._bill(400, partner)
        run = self._run(DAY)
        formal = run.notice_ids.filtered("is_formal_notice")
        self.assertIn("Fournisseur SARL", run.checks["mutual"]["message"])
        self.assertTrue(formal.owed_to_text)

    def test_only_a_reminder_warns_of_nothing(self):
        self._bill(400)
        self.assertNotIn("mutual", self._run(DAY).checks or {})

    def test_the_legal_checklist_says_so(self):
        self._bill(400)
        checks = list(self.env["dunning.legal"]._check_mutual(self.debtor))
        self.assertEqual([check.result for check in checks], ["warn"])

    def test_one_query_for_many_debtors(self):
        debtors = self.debtor
        for number in range(4):
            partner = self._customer(f"F{number} SARL", "professional")
            self._bill(100, partner)
            debtors |= self._debtor_of(partner)
        self.env.flush_all()
        debtors.mapped("partner_id")
        self.company.mapped("dunning_tolerance")  # read once
        with self.assertQueryCount(1):
            self.assertEqual(len(debtors._mutual_debts(self.company)), 4)

    # -------------------------------------------------------------------- the page

    def test_claims_to_date_of_each_item(self):
        [table] = self.debtor.explanation
        [row] = table["rows"]
        claim = self.invoice.get_late_payment_claim(DAY)
        total = claim["interest"] + claim["indemnity"]
        self.assertIn(f"{total:.2f}", row["cells"][3])

    def test_the_page_costs_the_same_for_few_and_for_many_items(self):
        view = self.env["dunning.debtor"].get_view(view_type="form")
        tree = etree.fromstring(view["arch"])
        names = {
            node.get("name") for node in tree.xpath("//field[not(ancestor::field)]")
        }
        spec = {name: {} for name in names}

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.debtor.with_user(self.collector).web_read(spec)
            return self.env.cr.sql_log_count - before

        self._invoice(100, DUE)
        count()
        few = count()
        for _number in range(15):
            self._invoice(100, DUE)
        self.assertLessEqual(count(), few)

    def test_what_is_done_most_comes_first(self):
        view = self.env["dunning.debtor"].get_view(view_type="form")
        buttons = etree.fromstring(view["arch"]).xpath("//header/button")
        self.assertEqual(
            [button.get("name") for button in buttons[:2]],
            ["action_remind_now", "action_call"],
        )
        self.assertEqual(sum(button.get("string") == "Hold…" for button in buttons), 1)

    def test_confidential_proceedings_are_a_managers_button_among_holds(self):
        form = self.env.ref("dunning_fr.dunning_debtor_view_form").id
        button = "//page[@name='holds']/button[@name='action_new_confidential_hold']"
        action = self.debtor.action_new_confidential_hold()
        hold = Form(
            self.env["dunning.hold"].with_context(**action["context"]),
            self.env.ref("dunning_fr.dunning_hold_view_form_quick"),
        )
        self.assertEqual(hold.confidential_kind, "conciliation")
        self.assertEqual(hold.kind, "other")
        for login, group, shown in (
            ("cog", "dunning_fr.group_dunning_user", 0),
            ("boss", "dunning_fr.group_dunning_manager", 1),
        ):
            user = new_test_user(self.env, login, groups=group)
            view = self.env["dunning.debtor"].with_user(user).get_view(form)
            found = etree.fromstring(view["arch"]).xpath(button)
            self.assertEqual(len(found), shown, login)
