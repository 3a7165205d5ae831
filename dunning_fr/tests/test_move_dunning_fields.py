from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoveDunningFields(LedgerCommon):
    """Level, next date and limitation on invoices and customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.invoice = cls._invoice(1000, "2026-10-01")
        cls.item = cls._items(cls.invoice)

    def _assert_progress(self, level, next_date, move=None):
        move = move or self.invoice
        self.env.invalidate_all()
        date = move.dunning_next_date
        self.assertEqual((move.dunning_level, date and str(date)), (level, next_date))
        moves = self.env["account.move"]
        self.assertIn(move, moves.search([("dunning_level", "=", level)]))
        self.assertIn(move, moves.search([("dunning_next_date", "=", next_date)]))
        partner = move.commercial_partner_id
        if partner and len(moves.search([("partner_id", "=", partner.id)])) == 1:
            self.assertEqual(
                (partner.dunning_level, partner.dunning_next_date),
                (move.dunning_level, move.dunning_next_date),
            )

    def _deliver(self, notice, **facts):
        notice.sudo()._proof_unlocked().write(facts)

    def test_never_reminded(self):
        self._assert_progress(0, "2026-10-08")  # 7 days after the due date

    def test_not_late_yet(self):
        self._assert_progress(0, False, self._invoice(100, TODAY))
        self._assert_progress(0, "2026-11-26", self._invoice(100, "2026-11-19"))

    def test_after_a_notice(self):
        self._notice(self.item, 1, "2026-11-18")
        # level 2 was reached on 16 October; the minimum interval of 7 days decides
        self._assert_progress(1, "2026-11-25")

    def test_delay_decides_when_it_is_later(self):
        invoice = self._invoice(100, "2026-11-01")
        self._notice(self._items(invoice), 2, "2026-11-17")
        self._assert_progress(2, "2026-12-01", invoice)

    def test_formal_notice_waits_for_its_presentation(self):
        """Level 4 counts from the expiry of the formal notice (R5.13, R2.6)."""
        notice = self._notice(self.item, 3, "2026-11-02", deadline_date="2026-11-16")
        self._assert_progress(3, False)
        self._deliver(notice, presented_date="2026-11-10")
        self._assert_progress(3, "2026-11-23")  # 10 + 8 days = 18, + 5

    def test_unclaimed_formal_notice_expires_at_its_deadline(self):
        notice = self._notice(self.item, 3, "2026-11-02", deadline_date="2026-11-16")
        self._deliver(notice, unclaimed=True)
        self._assert_progress(3, "2026-11-21")

    def test_longer_deadline_of_the_level_moves_the_expiry(self):
        notice = self._notice(self.item, 3, "2026-11-02", deadline_date="2026-11-16")
        self._deliver(notice, presented_date="2026-11-10")
        self.policies["professional"].level_ids[2].deadline_days = 20
        self._assert_progress(3, "2026-12-05")

    def test_last_level_has_no_next(self):
        notice = self._notice(self.item, 3, "2026-10-02", deadline_date="2026-10-16")
        self._deliver(notice, presented_date="2026-10-05")
        self._notice(self.item, 4, "2026-11-02")
        self._assert_progress(4, False)

    def test_only_sent_notices_count(self):
        for state in ("cancelled", "failed"):
            self._notice(self.item, 1, "2026-11-18", state=state)
        self._assert_progress(0, "2026-10-08")
        self._notice(self.item, 1, "2026-11-18", state="draft")
        self._assert_progress(0, "2026-10-08")

    def test_queued_and_unknown_hold_the_item(self):
        for state in ("queued", "unknown"):
            with self.subTest(state):
                notice = self._notice(self.item, 1, "2026-11-18", state=state)
                self._assert_progress(0, False)
                notice.sudo()._proof_unlocked().write({"state": "cancelled"})
                self._assert_progress(0, "2026-10-08")

    def test_lines_for_information_do_not_count(self):
        other = self._invoice(500, "2026-10-05")
        notice = self._notice(self.item | self._items(other), 3, "2026-11-02")
        line = notice.line_ids.filtered(lambda row: row.move_line_id == self.item)
        line.sudo()._proof_unlocked().claimed = False
        self.env["dunning.item"]._refresh()
        self._assert_progress(0, "2026-10-08")
        self._assert_progress(3, False, other)

    def test_paid_invoice(self):
        self._notice(self.item, 1, "2026-10-10")
        self._pay(self.invoice, 1000, "2026-10-12")
        self._assert_progress(0, False)

    def test_part_payment_changes_nothing(self):
        self._notice(self.item, 1, "2026-10-10")
        self._pay(self.invoice, 300, "2026-10-12")
        self._assert_progress(1, "2026-10-17")

    def test_rest_within_tolerance_is_left_alone(self):
        self._pay(self.invoice, 999.50, "2026-10-12")
        self._assert_progress(0, False)

    def test_opening_level(self):
        """Old items may start further on; a manager says so."""
        opening = (
            self.env["dunning.opening.level"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "move_line_id": self.item.id,
                    "move_name": self.invoice.name,
                    "document_key": self._key(self.item),
                    "date_maturity": self.item.date_maturity,
                    "sequence": 2,
                    "date": "2026-11-15",
                    "reason": "Reminded by hand twice",
                }
            )
        )
        self._assert_progress(2, "2026-11-22")
        opening.sequence = 1
        self._assert_progress(1, "2026-11-22")
        opening.unlink()
        self._assert_progress(0, "2026-10-08")

    def test_instalments_each_count_for_themselves(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half at 30 days, half at 60",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": days})
                    for days in (30, 60)
                ],
            }
        )
        invoice = self._invoice(
            1000,
            False,
            invoice_date="2026-08-01",
            invoice_payment_term_id=term.id,
        )
        first, second = self._items(invoice)
        self._notice(first, 1, "2026-11-18")
        self._assert_progress(1, "2026-10-07", invoice)  # the second instalment's
        self._notice(second, 1, "2026-11-10")
        self._notice(second, 2, "2026-11-17")
        self._assert_progress(2, "2026-11-24", invoice)
        self.assertEqual(str(invoice.limitation_date), "2031-08-01")
        self.assertEqual(str(invoice.limitation_contractual_date), "2031-08-31")

    def test_one_entry_with_many_documents(self):
        account = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-09-01",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.pro.id,
                            "date_maturity": "2026-09-01",
                            "debit": amount,
                            "no_followup": False,
                        }
                    )
                    for amount in (100, 200)
                ]
                + [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 300,
                        }
                    )
                ],
            }
        )
        entry.action_post()
        items = self._items(entry)
        items.no_followup = False
        self._notice(items[0], 1, "2026-11-18")
        self._assert_progress(1, "2026-09-08", entry)
        self._pay_items(items[0])
        self._assert_progress(0, "2026-09-08", entry)

    def _pay_items(self, item):
        """Settle ``item`` by a bank entry of its amount."""
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": TODAY,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": item.account_id.id,
                            "partner_id": item.partner_id.id,
                            "credit": item.amount_residual,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_journal_bank"
                            ].default_account_id.id,
                            "debit": item.amount_residual,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (item | entry.line_ids[0]).reconcile()

    # --------------------------------------------------- reasons for no next date

    def test_whoever_is_not_reminded_has_no_next_date(self):
        cases = {
            "excluded customer": lambda: self.pro.write({"dunning_excluded": True}),
            "archived customer": lambda: self.pro.write({"active": False}),
            "archived debtor": lambda: self._debtor(self.pro).write({"active": False}),
            "no follow-up": lambda: self.item.write({"no_followup": True}),
            "blocked": lambda: self.invoice.write({"payment_state": "blocked"}),
            "excluded account": lambda: self.item.account_id.write(
                {"dunning_excluded": True}
            ),
            "no policy": lambda: self.policies["professional"].write({"active": False}),
        }
        for name, change in cases.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                change()
                self._assert_progress(0, False)
                savepoint.rollback()

    def _policy_b(self):
        company = self._create_company(
            name="Other", country_id=self.env.ref("base.fr").id
        )
        return (
            self.env["dunning.policy"]
            .sudo()
            .search([("company_id", "=", company.id)], limit=1)
        )

    def test_excluded_by_another_company_only(self):
        company = self._policy_b().company_id
        self.pro.with_company(company).dunning_excluded = True
        self._assert_progress(0, "2026-10-08")

    def test_unqualified_debtor_stops_at_level_2(self):
        """R1.1: to qualify, two reminders of the professional policy."""
        unknown = self._customer("Unknown")
        invoice = self._invoice(100, "2026-10-01", unknown)
        self._assert_progress(0, "2026-10-08", invoice)
        self._notice(self._items(invoice), 1, "2026-10-08")
        self._assert_progress(1, "2026-10-16", invoice)
        self._notice(self._items(invoice), 2, "2026-10-16")
        self._assert_progress(2, False, invoice)
        invoice.debtor_kind = "professional"
        self._assert_progress(2, "2026-10-31", invoice)

    def test_public_buyer(self):
        """R3.18: no automatic formal notice; R3.2 to R3.4: the term."""
        town = self._customer("Town", "public", public_buyer_type="local")
        invoice = self._invoice(100, "2026-09-01", town)
        self._assert_progress(0, "2026-09-11", invoice)
        invoice.dunning_term_start = "2026-09-10"
        self._assert_progress(0, "2026-10-20", invoice)  # 10 + 30 days, + 10
        invoice.write(
            {
                "dunning_suspension_from": "2026-09-20",
                "dunning_suspension_to": "2026-09-24",
            }
        )
        self._assert_progress(0, "2026-10-25", invoice)
        self._notice(self._items(invoice), 2, "2026-11-02")
        self._assert_progress(2, False, invoice)

    def test_policy_of_invoice_then_customer_then_kind(self):
        self.pro.dunning_policy_id = self.policies["consumer"]
        self._assert_progress(0, "2026-10-11")
        self.invoice.dunning_policy_id = self.policies["professional"]
        self._assert_progress(0, "2026-10-08")
        self.invoice.write({"dunning_policy_id": False, "debtor_kind": "public"})
        self._assert_progress(0, "2026-10-11")  # still the customer's own policy
        self.pro.dunning_policy_id = False
        self.invoice.debtor_kind = "consumer"
        self._assert_progress(0, "2026-10-11")

    def test_holds(self):
        hold = self.env["dunning.hold"].create(
            {"debtor_id": self._debtor(self.pro).id, "date_from": "2026-11-01"}
        )
        self._assert_progress(0, False)
        hold.date_to = "2026-11-25"
        self._assert_progress(0, "2026-11-26")
        hold.date_from = "2026-11-22"
        self._assert_progress(0, "2026-10-08")
        hold.write({"date_from": "2026-11-01", "state": "released"})
        self._assert_progress(0, "2026-10-08")

    def test_hold_on_one_invoice(self):
        other = self._invoice(100, "2026-10-01")
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "move_ids": [Command.set(other.ids)],
                "date_from": "2026-11-01",
            }
        )
        self._assert_progress(0, False, other)
        self._assert_progress(0, "2026-10-08")

    def test_hold_with_an_amount_covers_the_oldest(self):
        """The undisputed part goes on being reminded."""
        younger = self._invoice(400, "2026-10-05")
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "date_from": "2026-11-01",
                "amount": 300,
            }
        )
        self._assert_progress(0, "2026-10-08")
        hold.amount = 1000
        self._assert_progress(0, False)
        self._assert_progress(0, "2026-10-12", younger)
        hold.amount = 1400
        self._assert_progress(0, False, younger)

    def test_online_payment_under_way(self):
        provider = self.env["payment.provider"].sudo().search([], limit=1)
        methods = self.env["payment.method"].sudo().with_context(active_test=False)
        method = methods.search([], limit=1)
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "amount": 1000,
                    "currency_id": self.invoice.currency_id.id,
                    "partner_id": self.pro.id,
                    "reference": "T1",
                    "state": "pending",
                    "invoice_ids": [Command.set(self.invoice.ids)],
                }
            )
        )
        self._assert_progress(0, False)
        transaction.state = "cancel"
        self._assert_progress(0, "2026-10-08")

    def test_payment_without_entry_counts(self):
        """Enterprise's payments may have no entry until the bank confirms them."""
        payment = self._pay(self.invoice, 400, "2026-10-12")
        self.env.cr.execute(
            "UPDATE account_payment SET state = 'in_process', move_id = NULL,"
            " outstanding_account_id = NULL WHERE id = %s",
            payment.ids,
        )
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self.invoice.amount_residual, 1000)
        self._assert_progress(0, "2026-10-08")
        self.env.cr.execute(
            "UPDATE account_payment SET amount = 1000 WHERE id = %s", payment.ids
        )
        self._assert_progress(0, False)

    # ------------------------------------------------------------------ limitation

    def test_limitation_by_kind(self):
        """R7.1 to R7.5, R7.14: same day N years later; public: end of year."""
        cases = (
            ("professional", {}, "2024-02-29", "2029-02-28"),
            ("non_professional", {}, "2026-10-01", "2031-10-01"),
            ("consumer", {}, "2024-02-29", "2026-02-28"),
            ("public", {"public_buyer_type": "local"}, "2022-03-05", "2026-12-31"),
            (
                "public",
                {"public_buyer_type": "private_law"},
                "2022-03-05",
                "2027-03-05",
            ),
            (None, {}, "2022-01-31", "2027-01-31"),
        )
        for kind, values, due, expected in cases:
            with self.subTest(kind):
                partner = self._customer("Someone", kind, **values)
                invoice = self._invoice(100, due, partner)
                self.assertEqual(str(invoice.limitation_date), expected)
                found = self.env["account.move"].search(
                    [("limitation_date", "=", expected), ("id", "=", invoice.id)]
                )
                self.assertEqual(found, invoice)

    def test_limitation_of_the_invoices_own_kind(self):
        self.invoice.debtor_kind = "consumer"
        self.assertEqual(str(self.invoice.limitation_date), "2028-10-01")

    def test_no_limitation_once_paid(self):
        self._pay(self.invoice, 1000, "2026-10-12")
        self.assertFalse(self.invoice.limitation_date)

    def test_time_barred_items_have_no_next_date(self):
        partner = self._customer("Someone", "consumer", is_company=False)
        barred = self._invoice(100, "2024-11-19", partner)
        last_day = self._invoice(100, TODAY.replace("2026", "2024"), partner)
        self._assert_progress(0, False, barred)
        self._assert_progress(0, "2024-11-30", last_day)

    # ------------------------------------------------------------- lists and groups

    def test_search_operators(self):
        self._notice(self.item, 2, "2026-11-18")
        other = self._invoice(100, "2026-11-01")
        domain = [("id", "in", (self.invoice | other).ids)]
        cases = (
            ([("dunning_level", ">=", 1)], self.invoice),
            ([("dunning_level", "!=", 2)], other),
            ([("dunning_level", "in", [0, 2])], self.invoice | other),
            ([("dunning_level", "not in", [2])], other),
            ([("dunning_level", "=", False)], other),
            ([("dunning_next_date", "<=", "2026-11-20")], other),
            ([("dunning_next_date", ">", "today")], self.invoice),
            ([("dunning_next_date", "!=", False)], self.invoice | other),
            (["!", ("dunning_next_date", "<", "today")], self.invoice),
            (
                ["|", ("dunning_level", "=", 2), ("dunning_next_date", "<", "today")],
                self.invoice | other,
            ),
            ([("limitation_date", "<", "2031-10-15")], self.invoice),
        )
        for leaf, expected in cases:
            with self.subTest(leaf):
                found = self.env["account.move"].search(domain + leaf)
                self.assertEqual(found, expected)

    def test_sort(self):
        self._notice(self.item, 1, "2026-11-18")
        other = self._invoice(100, "2026-11-01")
        moves = self.env["account.move"]
        domain = [("id", "in", (self.invoice | other).ids)]
        self.assertEqual(
            moves.search(domain, order="dunning_level desc")[0], self.invoice
        )
        self.assertEqual(moves.search(domain, order="dunning_next_date")[0], other)

    def test_group_as_the_web_client_does(self):
        self._notice(self.item, 2, "2026-11-18")
        other = self._invoice(100, "2026-11-01")
        moves = self.env["account.move"]
        domain = [("id", "in", (self.invoice | other).ids)]
        groups = moves.formatted_read_group(domain, ["dunning_level"], ["__count"])
        self.assertEqual(
            [(g["dunning_level"], g["__count"]) for g in groups], [(0, 1), (2, 1)]
        )
        for group in groups:
            found = moves.search([*domain, *group["__extra_domain"]])
            self.assertEqual(found.mapped("dunning_level"), [group["dunning_level"]])
        result = moves.web_read_group(
            domain, ["dunning_next_date:week", "dunning_level"], ["amount_total:sum"]
        )
        self.assertEqual(result["length"], 2)
        by_month = moves._read_group(domain, ["dunning_next_date:month"], ["__count"])
        self.assertEqual([count for _month, count in by_month], [2])
        described = moves.fields_get(["dunning_level", "dunning_next_date"])
        for field in described.values():
            self.assertTrue(field["groupable"] and field["searchable"])
            self.assertTrue(field["sortable"])

    def test_partner_list(self):
        self._notice(self.item, 2, "2026-11-18")
        partners = self.env["res.partner"]
        self.assertEqual(partners.search([("dunning_level", "=", 2)]), self.pro)
        groups = partners.formatted_read_group(
            [("id", "=", self.pro.id)], ["dunning_next_date:month"], ["__count"]
        )
        self.assertEqual(groups[0]["__count"], 1)

    def test_partner_counts_the_current_company_only(self):
        company = self._policy_b().company_id
        self._notice(self.item, 2, "2026-11-18")
        there = self.pro.with_company(company)
        self.assertEqual((there.dunning_level, there.dunning_next_date), (0, False))
        self.assertEqual(self.pro.dunning_level, 2)

    def test_a_biller_without_dunning_rights_sees_levels(self):
        self._notice(self.item, 2, "2026-11-18")
        user = new_test_user(
            self.env,
            "biller",
            "account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        invoice = self.invoice.with_user(user)
        self.assertEqual(invoice.dunning_level, 2)
        self.assertEqual(str(invoice.dunning_next_date), "2026-11-25")
        self.assertEqual(invoice.dunning_notice_count, 1)
        self.assertEqual(invoice.search([("dunning_level", "=", 2)]), invoice)

    def test_new_invoice_in_a_form(self):
        new = self.env["account.move"].new({"move_type": "out_invoice"})
        self.assertEqual(new.dunning_level, 0)
        self.assertFalse(new.dunning_next_date)
        self.assertEqual(new.dunning_notice_count, 0)

    def test_many_invoices_cost_no_query_each(self):
        invoices = self.env["account.move"]
        for day in range(1, 21):
            invoices |= self._invoice(10, f"2026-10-{day:02}")
        self.env.flush_all()
        names = [
            "dunning_level",
            "dunning_next_date",
            "dunning_notice_count",
            "dunning_interest",
            "dunning_indemnity",
            "dunning_claim_total",
            "dunning_claim_company_total",
            "dunning_claim_missing",
        ]
        invoices[:1].read(names)
        self.env.invalidate_all()
        with self.assertQueryCount(36):
            invoices.read(names)

    # -------------------------------------------------------------------- notices

    def test_notices_of_an_invoice(self):
        other = self._invoice(100, "2026-10-01")
        notice = self._notice(self.item, 1, "2026-10-10")
        both = self._notice(self.item | self._items(other), 2, "2026-10-20")
        self._notice(self.item, 3, "2026-10-30", state="cancelled")
        self.assertEqual((self.invoice | other).mapped("dunning_notice_count"), [2, 1])
        action = self.invoice.action_open_dunning_notices()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, both | notice)
