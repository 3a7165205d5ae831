"""Sums of claims over many invoices: groups of a list, its order, its limit."""

from ast import literal_eval
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import account_move_claim_total
from .common_calculation import CalculationCommon
from .common_charge import ChargeCommon

SUMS = ["dunning_interest:sum", "dunning_indemnity:sum", "dunning_claim_total:sum"]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestClaimTotals(ChargeCommon, CalculationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls._invoice(1000, "2026-06-30")
        cls.large = cls._invoice(12000, "2026-05-31")
        cls.other = cls._invoice(500, "2026-07-31", cls.commune)
        cls.consumers = cls._invoice(700, "2026-05-31", cls.consumer)
        cls.moves = cls.small + cls.large + cls.other + cls.consumers

    def _grouped(self, groupby, aggregates, moves=None, **options):
        domain = [("id", "in", (moves or self.moves).ids)]
        return self.env["account.move"].formatted_read_group(
            domain, [groupby], aggregates, **options
        )

    def test_groups_add_up_what_the_invoices_show(self):
        self.env.flush_all()
        rows = self._grouped("partner_id", SUMS)
        self.assertEqual(len(rows), 3)
        for row in rows:
            partner_id = row["partner_id"][0]
            own = self.moves.filtered_domain([("partner_id", "=", partner_id)])
            for spec in SUMS:
                with self.subTest(partner=row["partner_id"][1], spec=spec):
                    wanted = sum(own.mapped(spec.split(":")[0]))
                    self.assertAlmostEqual(row[spec], wanted, 2)
        by_partner = {row["partner_id"][0]: row for row in rows}
        self.assertGreater(by_partner[self.pro.id]["dunning_claim_total:sum"], 0)
        self.assertEqual(by_partner[self.consumer.id]["dunning_claim_total:sum"], 0)

    def test_the_page_of_groups_does_not_cut_the_sum(self):
        """The web client asks for 80 groups: that is no limit for the invoices."""
        [row] = self._grouped("move_type", SUMS, limit=1)
        wanted = sum(self.moves.mapped("dunning_claim_total"))
        self.assertAlmostEqual(row["dunning_claim_total:sum"], wanted, 2)

    def test_currencies_are_converted_not_mixed(self):
        dollars = self._invoice(10000, "2026-07-31", currency_id=self._dollar().id)
        self.assertEqual(dollars.dunning_claim_total, 437.29)
        spec = "dunning_claim_total:sum_currency"
        [row] = self._grouped("state", [spec], self.large + dollars)
        wanted = self.large.dunning_claim_total + 437.29 / 1.25
        self.assertAlmostEqual(row[spec], wanted, 2)

    def test_a_list_is_sorted_by_its_claims(self):
        found = self.env["account.move"].search(
            [("id", "in", self.moves.ids)], order="dunning_claim_total desc", limit=2
        )
        self.assertEqual(found, self.large + self.small)

    def test_too_many_show_no_sum_rather_than_a_wait(self):
        with patch.object(account_move_claim_total, "MOST", 3):
            [row] = self._grouped("move_type", SUMS)
            self.assertFalse(row["dunning_claim_total:sum"])
            [row] = self._grouped("move_type", SUMS, self.small + self.large)
            self.assertTrue(row["dunning_claim_total:sum"])

    def test_the_client_knows_that_they_can_be_added_up(self):
        names = [spec.split(":")[0] for spec in SUMS]
        fields = self.env["account.move"].fields_get(names, ["aggregator", "sortable"])
        for name in names:
            self.assertEqual(fields[name]["aggregator"], "sum", name)
            self.assertTrue(fields[name]["sortable"], name)

    def test_bills_of_vendors_cost_nothing(self):
        """They bear no claim: a list of them is grouped without computing any."""
        bill = self._invoice(100, "2026-06-30", move_type="in_invoice")
        counts = []
        for moves in (bill, self.small):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            [row] = self._grouped("move_type", SUMS, moves)
            counts.append(self.env.cr.sql_log_count - before)
            borne = bool(row["dunning_claim_total:sum"])
            self.assertEqual(borne, moves == self.small)
        # what is grouped, and which of it may bear a claim: one look for each amount
        self.assertLessEqual(counts[0], 1 + len(SUMS))
        self.assertGreater(counts[1], counts[0] + 5, "the claim of an invoice is read")

    def test_grouped_by_next_reminder_each_claim_is_asked_for_once(self):
        """What is joined to be grouped by is not worked out again for each sum."""
        self._notice(self._items(self.large), 1, "2026-06-20")
        moves = self.env["account.move"]
        asked = ["dunning_interest:sum", "dunning_indemnity:sum"]
        some = [("id", "in", self.moves.ids)]
        for groupby in ("dunning_next_date:month", "dunning_level", "partner_id"):
            groups = moves.formatted_read_group(some, [groupby], asked)
            with self.subTest(groupby=groupby):
                self.assertGreater(len(groups), 1)
                for group in groups:
                    found = moves.search([*some, *group["__extra_domain"]])
                    self.assertTrue(found)
                    for spec in asked:
                        name = spec.partition(":")[0]
                        self.assertAlmostEqual(group[spec], sum(found.mapped(name)))

    def test_only_tables_that_conditions_name_find_invoices(self):
        moves = self.env["account.move"]
        due = [("dunning_level", "=", 0), ("partner_id.name", "ilike", "a")]
        query = moves._search([("id", "in", self.moves.ids), *due])
        kept = set(query._joins)
        self.assertTrue(kept)
        moves._field_to_sql("account_move", "dunning_next_date", query)
        moves._order_field_to_sql("account_move", "partner_id", SQL(), SQL(), query)
        self.assertGreater(set(query._joins), kept)
        narrowed = moves._dunning_tables(query)
        self.assertLessEqual(kept, set(narrowed._joins))
        self.assertNotIn("account_move__dunning_next_date", narrowed._joins)
        narrowed.add_where(query.where_clause)
        everything = moves.search([("id", "in", query)])
        self.assertTrue(everything)
        self.assertEqual(moves.search([("id", "in", narrowed)]), everything)

    def test_the_list_of_paid_late_totals_each_currency(self):
        """R1.35: all of them, not those of its page."""
        late = [self._example_2() for _ in range(3)]
        action = self.env.ref("dunning_fr.action_dunning_unclaimed")
        groupby = literal_eval(action.context)["group_by"]
        self.env.flush_all()
        rows = self.env["account.move"].formatted_read_group(
            literal_eval(action.domain), groupby, ["dunning_unclaimed:sum"], limit=80
        )
        self.assertEqual([row["dunning_unclaimed:sum"] for row in rows], [1604.67])
        self.assertEqual(rows[0]["currency_id"][0], late[0].currency_id.id)
