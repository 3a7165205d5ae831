from ast import literal_eval

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Domain
from odoo.tests import tagged

from .common_transfer import TransferCommon

TODAY = "2026-11-20"
TODAY_DATE = fields.Date.to_date(TODAY)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTransfers(TransferCommon):
    """A debt moved to 416 or 413 is the same item: level, name, date, claim (R8.2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.invoice = cls._invoice(1000, "2026-09-01", invoice_date="2026-08-01")
        cls.item = cls._items(cls.invoice)
        cls.notice = cls._notice(cls.item, 1, "2026-10-01")
        cls.key = cls._key(cls.item)

    def _read(self, partner=None):
        self.env.flush_all()
        return self.env["account.move.line"]._dunning_items(
            self.company, partner_ids=(partner or self.pro).ids
        )

    def _owed(self, partner=None):
        """Return {name of the document: what is left of it}."""
        return {item.move_name: float(item.residual) for item in self._read(partner)}

    def _told(self, invoice=None):
        invoice = invoice or self.invoice
        rows = self._debtor(invoice.partner_id).explain(TODAY)
        item = self._items(invoice)
        (row,) = [row for row in rows if row["move_line_id"] == item.id]
        return row

    def _lines(self):
        run = self._run(TODAY)
        return run.notice_ids.filtered(lambda n: n.partner_id == self.pro).line_ids

    # ------------------------------------------------------------------ one invoice

    def test_the_item_is_where_the_debt_began(self):
        for account in (self.doubtful, self.child):
            with self.subTest(account=account.code), self.cr.savepoint() as savepoint:
                self._transfer(self.invoice, to=account)
                self.assertEqual(self.invoice.amount_residual, 0)
                (item,) = self._read()
                self.assertEqual(item.id, self.item.id)
                self.assertEqual(item.date_maturity, self.item.date_maturity)
                self.assertEqual((item.residual, item.company_residual), (1000, 1000))
                self.assertFalse(item.no_followup)
                savepoint.rollback()

    def test_levels_go_on(self):
        before = self._told()
        self._transfer(self.invoice)
        self.assertEqual(self._told(), before)
        self.assertEqual((before["level"], before["next_level"]), (1, 2))

    def test_the_next_letter_names_the_invoice(self):
        before = self._lines()
        values = before.read(["move_name", "document_key", "residual", "interest"])
        before.notice_id.run_id.action_cancel()
        self._transfer(self.invoice)
        line = self._lines()
        self.assertEqual(len(line), 1)
        self.assertEqual(line.move_line_id, self.item)
        self.assertEqual(line.document_key, self.key)
        self.assertEqual(line.level_sequence, 2)
        self.assertEqual(line.move_name, self.invoice.name)
        self.assertEqual(str(line.date_maturity), "2026-09-01")
        after = line.read(["move_name", "document_key", "residual", "interest"])
        self.assertEqual(after[0] | {"id": 0}, values[0] | {"id": 0})

    def test_received_on_the_doubtful_account(self):
        entry = self._transfer(self.invoice)
        self._receive(entry, 400)
        self.assertEqual(self._owed(), {self.invoice.name: 600})
        line = self._lines()
        self.assertEqual((line.residual, line.level_sequence), (600, 2))
        claim = self.invoice.get_late_payment_claim(TODAY)
        self.assertEqual(line.interest, claim["interest"])
        self.assertEqual(claim["principal"], 600)

    def test_paid_on_the_doubtful_account(self):
        entry = self._transfer(self.invoice)
        self._receive(entry, 1000)
        self.assertEqual(self._owed(), {})
        self.assertFalse(self._lines())

    def test_moved_in_part_it_stays_one_item(self):
        entry = self._entry("2026-10-15", (self.receivable, -300), (self.child, 300))
        self._match(self.invoice, entry)
        (item,) = self._read()
        self.assertEqual((item.id, item.residual), (self.item.id, 1000))
        line = self._lines()
        self.assertEqual((line.residual, line.indemnity), (1000, 40))
        self._receive(entry, 100, self.child)
        self.assertEqual(self._owed(), {self.invoice.name: 900})

    def test_moved_in_two_parts(self):
        for amount in (300, 700):
            entry = self._entry(
                "2026-10-15", (self.receivable, -amount), (self.doubtful, amount)
            )
            self._match(self.invoice, entry)
        self._receive(entry, 200)
        self.assertEqual(self._owed(), {self.invoice.name: 800})

    def test_there_and_back(self):
        entry = self._transfer(self.invoice)
        back = self._back(entry, self.doubtful, 1000)
        (item,) = self._read()
        self.assertEqual((item.id, item.residual), (self.item.id, 1000))
        self._receive(back, 250, self.receivable)
        self.assertEqual(self._owed(), {self.invoice.name: 750})
        self.assertEqual(self._told()["level"], 1)

    def test_undone(self):
        entry = self._transfer(self.invoice)
        entry.line_ids.remove_move_reconcile()
        entry.button_draft()
        self.assertEqual(self._owed(), {self.invoice.name: 1000})
        self.assertEqual(self._told()["level"], 1)

    def test_reversed(self):
        entry = self._transfer(self.invoice)
        entry._reverse_moves(cancel=True)
        self.assertEqual(self._owed(), {self.invoice.name: 1000})

    def test_undone_in_part(self):
        """Two entries matched with each other both ways: what is open is owed once."""
        self._transfer(self.invoice)
        taken = self._entry("2026-08-01", (self.receivable, 100), (self.doubtful, -100))
        taken.line_ids.no_followup = False
        undone = self._entry("2026-10-15", (self.receivable, -40), (self.doubtful, 40))
        self._match(taken, undone)
        self._match(taken, undone, account=self.doubtful)
        self.assertEqual(self._owed(), {self.invoice.name: 1000, taken.name: 60})

    def test_only_open_credits_of_entries_that_move_a_debt_are_named(self):
        """Nobody is told to match what is matched, not posted, or moves nothing."""
        nobody = self.env["res.partner"]
        bank = self.company_data["default_journal_bank"]
        other = self._account("411900", "asset_receivable", non_trade=True)
        day, doubtful = "2026-10-15", self.doubtful
        named = self._entry(day, (self.receivable, -70), (doubtful, 70))
        self._transfer(self.invoice)
        for name, lines, values in (
            (
                "by the bank",
                ((self.receivable, -10), (doubtful, 10)),
                {"journal_id": bank.id},
            ),
            ("from a bill", ((self.bill, -20), (doubtful, 20)), {}),
            ("from no customer's debt", ((other, -30), (doubtful, 30)), {}),
            ("back from 416", ((doubtful, -40), (self.receivable, 40)), {}),
            (
                "of nobody",
                ((self.receivable, -50, nobody), (doubtful, 50, nobody)),
                {},
            ),
        ):
            with self.subTest(name):
                self._entry(day, *lines, **values)
                self.env.flush_all()
                found = self.env["dunning.transfer"]._unmatched(self.company)
                self.assertEqual(set(found), {named.id})
        draft = self._entry(day, (self.receivable, -60), (doubtful, 60))
        draft.button_draft()
        self.env.flush_all()
        found = self.env["dunning.transfer"]._unmatched(self.company)
        ((source,),) = found.values()
        self.assertEqual((source.entry, source.amount), (named.name, 70))
        sister = self.env["res.company"].create({"name": "Sister"})
        self.assertEqual(self.env["dunning.transfer"]._unmatched(sister), {})

    def test_a_part_lost(self):
        """What the entry writes off is not owed any more, the rest is."""
        entry = self._entry(
            "2026-10-15",
            (self.receivable, -1000),
            (self.doubtful, 800),
            (self.loss, 200),
        )
        self._match(self.invoice, entry)
        self.assertEqual(self._owed(), {self.invoice.name: 800})

    def test_a_bill_of_exchange_is_not_reminded_until_it_comes_back(self):
        entry = self._transfer(self.invoice, to=self.bill)
        self.assertEqual(self._told()["code"], "account_excluded")
        self._back(entry, self.bill, 1000)
        row = self._told()
        self.assertEqual((row["level"], row["next_level"]), (1, 2))

    def test_a_part_accepted_by_bill(self):
        entry = self._entry("2026-10-15", (self.receivable, -400), (self.bill, 400))
        self._match(self.invoice, entry)
        self.assertEqual(self._owed(), {self.invoice.name: 600})

    def test_a_run_does_not_pass_over_it(self):
        """A customer is left alone only while nothing of his may be reminded."""
        self._transfer(self.invoice)
        fresh = self._invoice(300, "2026-10-20")
        self._notice(self._items(fresh), 1, "2026-11-19")
        self.assertEqual(self._lines().filtered("claimed").move_line_id, self.item)

    def test_holds_follow(self):
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "dispute",
                "date_from": "2026-10-01",
                "move_ids": [(6, 0, self.invoice.ids)],
            }
        )
        self._transfer(self.invoice)
        self.assertEqual(self._told()["code"], "hold_dispute")

    def test_a_blocked_invoice_stays_blocked(self):
        """Moved, paid in part there, and moved back."""
        self.invoice.action_toggle_block_payment()
        entry = self._transfer(self.invoice)
        self._receive(entry, 400)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._told()["code"], "blocked")
        self.assertFalse(self._lines())
        self._back(entry, self.doubtful, 600)
        self.assertEqual(self._told()["code"], "blocked")

    def test_no_followup_of_the_invoice_follows(self):
        self.item.no_followup = True
        self._transfer(self.invoice)
        self.assertEqual(self._told()["code"], "no_followup")

    # ------------------------------------------------------------------ what is shown

    def _shown(self, record):
        record.invalidate_recordset()
        fields = ["dunning_level", "dunning_next_date"]
        return [record[name] for name in fields]

    def _searched(self, domain):
        return self.invoice in self.env["account.move"].search(domain)

    def test_the_invoice_and_the_customer_show_the_same(self):
        limitation = self.invoice.limitation_date
        before = self._shown(self.invoice), self._shown(self.pro)
        self.assertEqual(before[0][0], 1)
        self.assertTrue(before[0][1])
        for account in (self.doubtful, self.child):
            with self.subTest(account=account.code), self.cr.savepoint() as savepoint:
                entry = self._transfer(self.invoice, to=account)
                after = self._shown(self.invoice), self._shown(self.pro)
                self.assertEqual(after, before)
                self.assertEqual(self.invoice.limitation_date, limitation)
                self.assertEqual(self._shown(entry), [0, False])
                self.assertFalse(entry.limitation_date)
                self.assertTrue(self._searched([("dunning_level", "=", 1)]))
                self.assertTrue(self._searched([("dunning_next_date", "!=", False)]))
                savepoint.rollback()

    def test_paid_there_nothing_is_shown(self):
        entry = self._transfer(self.invoice)
        self._receive(entry, 1000)
        self.assertEqual(self._shown(self.invoice), [0, False])
        self.assertEqual(self._shown(self.pro), [0, False])

    def test_nothing_leaves_while_a_bill_holds_it(self):
        self._transfer(self.invoice, to=self.bill)
        self.assertEqual(self._shown(self.invoice), [1, False])

    def test_nothing_leaves_while_it_is_stopped(self):
        for reason in ("hold", "no_followup", "unclear"):
            with self.subTest(reason=reason), self.cr.savepoint() as savepoint:
                self._stop(reason)
                self.assertFalse(self._told()["next_level"])
                self.assertFalse(self._shown(self.invoice)[1])
                savepoint.rollback()

    def _stop(self, reason):
        if reason == "unclear":
            other = self._invoice(500, "2026-10-01")
            lines = (self.receivable, -1500), (self.child, 1400), (self.loss, 100)
            self._match(self.invoice, other, self._entry("2026-10-15", *lines))
            return
        if reason == "hold":
            self.env["dunning.hold"].create(
                {"debtor_id": self._debtor(self.pro).id, "kind": "dispute"}
            )
        self.item.no_followup = reason == "no_followup"
        self._transfer(self.invoice)

    def test_a_promise_of_a_part_covers_a_part(self):
        """The amount of a hold is weighed against what is left (R1.31)."""
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.pro).id,
                "kind": "promise",
                "date_to": "2026-12-31",
                "amount": 600,
            }
        )
        entry = self._transfer(self.invoice)
        self.assertEqual(self._lines().residual, 400)
        self.assertEqual(str(self._shown(self.invoice)[1]), "2026-10-08")
        self._receive(entry, 400)
        self.assertEqual(self._told()["code"], "hold_promise")
        self.assertEqual(str(self._shown(self.invoice)[1]), "2027-01-01")
        hold.state = "released"

    def test_overdue_amounts(self):
        debtor = self._debtor(self.pro)
        names = ["amount_overdue", "oldest_due", "level_reached", "amount_credits"]
        before = debtor.read(names), self.pro.dunning_overdue
        self.assertEqual(before[1], 1000)
        for account in (self.doubtful, self.child):
            with self.subTest(account=account.code), self.cr.savepoint() as savepoint:
                self._transfer(self.invoice, to=account)
                self.env.invalidate_all()
                self.assertEqual((debtor.read(names), self.pro.dunning_overdue), before)
                owing = self.env["res.partner"].search([("dunning_overdue", ">", 999)])
                self.assertIn(self.pro, owing)
                found = debtor.search([("amount_overdue", ">", 999)])
                self.assertIn(debtor, found)
                savepoint.rollback()

    def test_the_tables_show_what_is_left(self):
        entry = self._transfer(self.invoice)
        self._receive(entry, 400)
        debtor = self._debtor(self.pro)
        self.assertEqual(self._told()["residual"], 600)
        self.assertIn("600.00", str(debtor.explanation))
        self.assertIn("600.00", str(debtor.levels_table))
        self.item.no_followup = True
        run = self._run(TODAY)
        self.assertIn("600.00", str(run.left_out_table))

    def test_moved_is_not_paid_since_the_formal_notice(self):
        """A letter does not thank for money that never came."""
        formal = self._notice(self.item, 3, "2026-10-10")
        entry = self._transfer(self.invoice)
        other = self._invoice(100, "2026-09-01")
        later = self._notice(self._items(other), 4, "2026-11-15", state="draft")
        moved = self.env["dunning.transfer"]._of_companies(self.company).debts
        self.assertEqual(later._letter_paid_since(formal, moved), 0)
        self._receive(entry, 300)
        moved = self.env["dunning.transfer"]._of_companies(self.company).debts
        self.assertEqual(later._letter_paid_since(formal, moved), 300)

    def test_moved_is_not_paid_late(self):
        """R1.35: penalties of what was paid late; this is not paid yet."""
        other = self._invoice(500, "2026-09-01")
        entry = self._transfer(other)
        self.assertEqual(other.payment_state, "paid")
        self.assertEqual(other.dunning_unclaimed, 0)
        self._receive(entry, 500)
        other.invalidate_recordset()
        claim = other.get_late_payment_claim(TODAY)
        total = claim["interest"] + claim["indemnity"]
        self.assertGreater(total, 40)
        self.assertAlmostEqual(other.dunning_unclaimed, total)

    # ----------------------------------------------------- no debt of its own (2)

    def _moved_and_opening(self):
        """Return the lines where a debt arrived, and one of an opening entry."""
        entry = self._transfer(self.invoice, to=self.child)
        own = self._entry("2026-01-01", (self.receivable, 700), (self.cash, -700))
        opening = own.line_ids.filtered("debit")
        opening.date_maturity = "2026-01-31"
        return entry.line_ids.filtered("debit"), opening

    def test_what_was_moved_is_not_taken_in(self):
        moved, opening = self._moved_and_opening()
        domain = opening._dunning_opening_domain()
        self.assertTrue(moved.no_followup)
        for found in (moved.search(domain), (moved | opening).filtered_domain(domain)):
            self.assertIn(opening, found)
            self.assertNotIn(moved, found)
        self.assertEqual(moved.search([("dunning_is_moved", "=", True)]), moved)
        action = self.env.ref("dunning_fr.action_dunning_opening_entries")
        self.assertEqual(Domain(literal_eval(action.domain)), Domain(domain))

    def test_it_is_claimed_once_open_or_paid(self):
        moved, opening = self._moved_and_opening()
        lines = self.item | moved | opening
        for paid in (False, True):
            if paid:
                self._receive(moved.move_id, 1000, account=self.child)
                self.env.invalidate_all()
            claims = self.env["dunning.claim"]._for_lines(lines.ids, TODAY_DATE)
            with self.subTest(paid=paid):
                self.assertEqual(set(claims), {self.item.id, opening.id})
                self.assertTrue(moved.dunning_is_moved)
                self.assertFalse(opening.dunning_is_moved)

    def test_moved_on_it_is_claimed_once(self):
        """Through 416, which is no receivable account, and back to 411."""
        entry = self._transfer(self.invoice)
        back = self._back(entry, self.doubtful, 1000).line_ids.filtered("debit")
        claims = self.env["dunning.claim"]._for_lines(
            [self.item.id, back.id], TODAY_DATE
        )
        self.assertEqual(set(claims), {self.item.id})

    def test_no_query_more_for_invoices(self):
        items = self.env["account.move.line"]._dunning_debts(self.item.ids)
        with self.assertQueryCount(0):
            self.env["dunning.transfer"]._without_arrived(items)

    def test_one_indemnity_is_billed(self):
        moved, opening = self._moved_and_opening()
        wizard = self.env["dunning.bill.wizard"].with_context(
            active_model="res.partner", active_ids=self.pro.ids
        )
        for posting in ("on_invoice", "on_payment"):
            self.company.dunning_penalty_posting = posting
            rows = wizard.create({}).line_ids
            due = self.item | opening if posting == "on_invoice" else self.item.browse()
            self.assertEqual(rows.move_line_id, due)
        self._receive(moved.move_id, 1000, account=self.child)
        self.env.invalidate_all()
        rows = wizard.create({}).line_ids
        self.assertEqual((rows.move_line_id, rows.indemnity), (self.item, 40))

    def test_the_calculation_is_that_of_the_invoice(self):
        moved, opening = self._moved_and_opening()
        moved.date_maturity = "2026-09-01"
        (moved | opening).no_followup = False
        for with_paid in (False, True):
            wizard = self.env["dunning.calculation.wizard"].create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.pro.id,
                    "with_paid": with_paid,
                }
            )
            late = self.invoice | opening.move_id
            self.assertEqual(set(wizard.move_ids._origin), set(late))

    # ------------------------------------------------------------------ not reconciled

    def test_a_transfer_without_match_is_named(self):
        """Its credit nets the invoice to nothing: a person has to match it."""
        run = self._run(TODAY)
        self.assertNotIn("transfers", run.checks)
        entry = self._entry(
            "2026-10-15", (self.receivable, -1000), (self.doubtful, 1000)
        )
        run.invalidate_recordset()
        check = run.checks["transfers"]
        self.assertIn(entry.name, check["message"])
        credit = entry.line_ids.filtered("credit")
        self.assertEqual(credit.search(check["action"]["domain"]), credit)
        self._match(self.invoice, entry)
        run.invalidate_recordset()
        self.assertNotIn("transfers", run.checks)

    def test_open_credits_of_other_entries_are_no_transfers(self):
        self._entry("2026-10-15", (self.receivable, -100), (self.cash, 100))
        self._entry(
            "2026-01-01",
            (self.receivable, 700),
            (self.receivable, -300),
            (self.cash, -400),
        )
        unmatched = self.env["dunning.transfer"]._unmatched(self.company)
        self.assertFalse(unmatched)

    # -------------------------------------------------------------- several invoices

    def test_several_invoices_in_one_entry(self):
        other = self._invoice(500, "2026-10-01")
        entry = self._transfer(self.invoice, other)
        line = entry.line_ids.filtered(lambda line: line.debit == 500)
        receipt = self._entry(
            "2026-10-25", (self.cash, 200), (self.doubtful, -200)
        ).line_ids.filtered(lambda line: line.credit)
        (line | receipt).reconcile()
        self.assertEqual(self._owed(), {self.invoice.name: 1000, other.name: 300})
        self.assertEqual(self._told()["level"], 1)
        self.assertEqual(self._told(other)["level"], 0)

    def test_one_line_for_all_invoices_of_a_customer(self):
        """What is received there pays the first debts first (C. civ. 1342-10)."""
        other = self._invoice(500, "2026-10-01")
        entry = self._entry(
            "2026-10-15", (self.receivable, -1500), (self.doubtful, 1500)
        )
        self._match(self.invoice, other, entry)
        self.assertEqual(self._owed(), {self.invoice.name: 1000, other.name: 500})
        self._receive(entry, 1200)
        self.assertEqual(self._owed(), {other.name: 300})
        claims = (self.invoice | other).mapped(
            lambda move: move.get_late_payment_claim(TODAY)["principal"]
        )
        self.assertEqual(claims, [0, 300])

    def test_one_entry_for_many_customers(self):
        durand = self.pro
        martin = self._customer("Martin SARL", "professional")
        others = [self._invoice(600, "2026-09-01", martin) for _ in range(2)]
        entry = self._entry(
            "2026-10-15",
            (self.receivable, -1000, durand),
            (self.receivable, -1200, martin),
            (self.doubtful, 1000, durand),
            (self.doubtful, 1200, martin),
        )
        self._match(self.invoice, entry, *others)
        self.assertEqual(self._owed(durand), {self.invoice.name: 1000})
        self.assertEqual(self._owed(martin), {m.name: 600 for m in others})

    def test_what_one_customer_pays_is_not_another_s(self):
        """Nor for the claims: one entry at the end of the year, a line a customer."""
        martin = self._customer("Martin SARL", "professional")
        mine = self.invoice | self._invoice(500, "2026-10-01")
        others = self._invoice(400, "2026-08-01", martin)
        others |= self._invoice(300, "2026-08-01", martin)
        entry = self._entry(
            "2026-10-15",
            (self.receivable, -1500, self.pro),
            (self.receivable, -700, martin),
            (self.doubtful, 1500, self.pro),
            (self.doubtful, 700, martin),
        )
        self._match(*mine, *others, entry)
        line = entry.line_ids.filtered(lambda line: line.debit == 1500)
        receipt = self._entry("2026-10-25", (self.cash, 1200), (self.doubtful, -1200))
        (line | receipt.line_ids.filtered("credit")).reconcile()
        self.assertEqual(self._owed(), {mine[1].name: 300})
        self.assertEqual(self._owed(martin), {m.name: m.amount_total for m in others})
        for moves, left in ((mine, [0, 300]), (others, [400, 300])):
            claims = [m.get_late_payment_claim(TODAY)["principal"] for m in moves]
            self.assertEqual(claims, left)

    def test_one_line_for_several_customers_is_stopped(self):
        nobody = self.env["res.partner"]
        martin = self._customer("Martin SARL", "professional")
        other = self._invoice(600, "2026-09-01", martin)
        entry = self._entry(
            "2026-10-15",
            (self.receivable, -1000, self.pro),
            (self.receivable, -600, martin),
            (self.doubtful, 1600, nobody),
        )
        self._match(self.invoice, other, entry)
        for invoice in (self.invoice, other):
            row = self._told(invoice)
            self.assertEqual(row["code"], "transfer_unclear")
            self.assertIn(entry.name, row["reason"])
        self.assertFalse(self._lines())

    def test_amounts_that_do_not_tally_are_stopped(self):
        other = self._invoice(500, "2026-10-01")
        entry = self._entry(
            "2026-10-15",
            (self.receivable, -1500),
            (self.doubtful, 1400),
            (self.loss, 100),
        )
        self._match(self.invoice, other, entry)
        for invoice in (self.invoice, other):
            self.assertEqual(self._told(invoice)["code"], "transfer_unclear")

    def test_another_currency_is_stopped(self):
        """What is left in euros says nothing of dollars owed."""
        usd = self.env.ref("base.USD")
        usd.active = True
        other = self._invoice(500, "2026-10-01", currency_id=usd.id)
        euros = self._items(other).amount_residual
        entry = self._entry(
            "2026-10-15", (self.receivable, -euros), (self.doubtful, euros)
        )
        self._match(other, entry)
        self.assertEqual(self._told(other)["code"], "transfer_unclear")

    def test_as_many_queries_with_transfers_as_without(self):
        """One more for the lines of the entries, whatever their number."""
        counts = []
        for moved in (0, 1, 12):
            invoices = [self._invoice(1000 + n, "2026-09-01") for n in range(moved)]
            if invoices:
                self._transfer(*invoices)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._read()
            counts.append(self.cr.sql_log_count - before)
        none, *some = counts
        self.assertEqual(some, [none + 1] * 2)

    # ------------------------------------------------------------------ no transfer

    def test_a_credit_of_an_opening_entry_moves_nothing(self):
        """It holds debts and credits side by side: its credit pays the invoice."""
        opening = self._entry(
            "2026-01-01",
            (self.receivable, 700),
            (self.receivable, -1000),
            (self.cash, 300),
        )
        credit = opening.line_ids.filtered(lambda line: line.credit == 1000)
        (self.item | credit).reconcile()
        self.assertEqual(self._owed(), {opening.name: 700})

    def test_another_customer_begins_anew(self):
        """Who takes over a debt was never reminded of it."""
        martin = self._customer("Martin SARL", "professional")
        entry = self._entry(
            "2026-10-15",
            (self.receivable, -1000, self.pro),
            (self.receivable, 1000, martin),
        )
        credit = entry.line_ids.filtered("credit")
        (self.item | credit).reconcile()
        self.assertEqual(self._owed(), {})
        self.assertEqual(self._owed(martin), {entry.name: 1000})
