"""Lists read the ledger once for the page and its count, and say what searches say."""

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.dunning_list_mixin import KEY, Once
from .common_ledger import LedgerCommon

TODAY = "2026-11-20"
# A little of each: operators, both sides of the values, NULL and 0, not, or
LEAVES = (
    [("dunning_level", ">", 0)],
    [("dunning_level", ">", 1)],
    [("dunning_level", ">", -1)],
    [("dunning_level", ">=", 1)],
    [("dunning_level", "<", 1)],
    [("dunning_level", "=", 0)],
    [("dunning_next_date", "<=", "2026-11-20")],
    [("dunning_next_date", "<", "2026-11-08")],
    [("dunning_next_date", "<=", "2026-11-08")],
    [("dunning_next_date", ">", "today")],
    [("dunning_next_date", ">=", "2026-11-25")],
    [("dunning_next_date", "=", False)],
    [("dunning_next_date", "!=", False)],
    ["!", ("dunning_next_date", "<=", "today")],
    ["!", ("dunning_level", ">", 0)],
    ["|", ("dunning_level", ">", 0), ("dunning_next_date", "<=", "today")],
    ["|", ("dunning_next_date", "<", "today"), ("dunning_next_date", "=", False)],
    [("dunning_next_date", ">", "2026-10-30"), ("dunning_next_date", "<", "today")],
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLists(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.young = cls._customer("Jeune SARL", "professional")
        cls.paid = cls._customer("Soldé SARL", "professional")
        cls.reminded = cls._invoice(1000, "2026-10-01")
        cls.due = cls._invoice(300, "2026-11-01")
        cls.blocked = cls._invoice(70, "2026-09-01", cls.young)
        cls.settled = cls._invoice(50, "2026-09-01", cls.paid)
        cls.moves = cls.reminded | cls.due | cls.blocked | cls.settled
        cls.partners = cls.pro | cls.young | cls.paid
        cls.blocked.payment_state = "blocked"
        cls._pay(cls.settled, 50, "2026-10-01")
        cls._notice(cls._items(cls.reminded), 1, "2026-11-18")
        cls.debtors = cls.env["dunning.debtor"].concat(
            *(cls._debtor(partner) for partner in cls.partners)
        )
        cls.env.flush_all()

    def _listed(self, model, domain, **page):
        """Return (ids of the page, count) as the web client's list gets them."""
        self.env.invalidate_all()
        page = {"limit": 80, "count_limit": 10001, **page}
        found = self.env[model].web_search_read(domain, {"display_name": {}}, **page)
        return [row["id"] for row in found["records"]], found["length"]

    # ------------------------------------------------------------------ the same

    def test_a_list_finds_what_a_search_finds(self):
        for records in (self.moves, self.partners):
            some = [("id", "in", records.ids)]
            for leaf in LEAVES:
                expected = records.search([*some, *leaf])
                with self.subTest(model=records._name, leaf=leaf):
                    page = self._listed(records._name, [*some, *leaf])
                    self.assertEqual(page, (expected.ids, len(expected)))
                    page = self._listed(records._name, [*some, *leaf], limit=1)
                    self.assertEqual(page, (expected[:1].ids, len(expected)))

    def test_the_cases_differ(self):
        """The list above would prove nothing on records that are all alike."""
        found = {
            str(leaf): self.moves.search([("id", "in", self.moves.ids), *leaf])
            for leaf in LEAVES
        }
        self.assertGreaterEqual(
            len({moves.ids.__str__() for moves in found.values()}), 6
        )
        self.assertEqual(found[str(LEAVES[0])], self.reminded)
        self.assertEqual(found[str(LEAVES[6])], self.due)
        self.assertEqual(found[str(LEAVES[13])], self.moves - self.due)

    def test_the_next_list_reads_anew(self):
        due = [("id", "in", self.moves.ids), ("dunning_next_date", "<=", TODAY)]
        self.assertEqual(self._listed("account.move", due), (self.due.ids, 1))
        self._pay(self.due, 300, "2026-11-19")
        self.assertEqual(self._listed("account.move", due), ([], 0))

    def test_a_caller_lends_no_answers(self):
        """What stands in the context from outside is never taken for an answer."""
        due = [("id", "in", self.moves.ids), ("dunning_next_date", "<=", TODAY)]
        moves = self.env["account.move"].with_context(dunning_once={})
        self.assertEqual(moves.search(due), self.due)
        self.assertEqual(moves.search_count(due), 1)
        self.assertEqual(moves.env.context["dunning_once"], {})

    def test_memory_is_given_back(self):
        """A list may sort in memory; what follows has what the administrator set."""
        due = [("dunning_next_date", "<=", TODAY)]
        month = ["dunning_next_date:month"]
        moves = self.env["account.move"]
        for before, within in (("4MB", "32MB"), ("64MB", "64MB")):
            self.env.cr.execute("SELECT set_config('work_mem', %s, TRUE)", [before])
            moves.web_search_read(due, {}, limit=80)
            moves.web_read_group(due, month, ["__count"])
            self.assertEqual(self._memory(), before)
            reader = moves.with_context(**{KEY: Once()})
            reader.search(due)
            self.assertEqual(self._memory(), within)
            Once.of(reader.env).restore(self.env)
            self.assertEqual(self._memory(), before)
            moves.web_search_read([], {}, limit=1)  # asks nothing of all items
            self.assertEqual(self._memory(), before)

    def _memory(self):
        self.env.cr.execute("SHOW work_mem")
        return self.env.cr.fetchone()[0]

    def test_companies_apart(self):
        other = self.setup_other_company(name="Autre SAS")["company"]
        due = [("id", "in", self.partners.ids), ("dunning_next_date", "<=", TODAY)]
        self.assertEqual(self._listed("res.partner", due)[1], 1)
        self.env.user.company_ids |= other
        elsewhere = self.env["res.partner"].with_company(other)
        found = elsewhere.web_search_read(due, {}, limit=1, count_limit=10001)
        self.assertEqual(found["length"], 0)

    # ------------------------------------------------------------------ debtors

    def test_pages_of_debtors(self):
        """A page and the number of all come from one search: as if from two."""
        some = [("id", "in", self.debtors.ids)]
        everyone = self.env["dunning.debtor"].search(some, order="id desc")
        self.assertEqual(len(everyone), 3)
        for offset, limit, count_limit, length in (
            (0, 80, 10001, 3),
            (0, 2, 10001, 3),
            (2, 2, 10001, 3),
            (1, 1, 3, 3),
            (0, 1, 2, 2),  # "2+": more than are counted
            (2, 1, 2, 3),  # a page beyond what is counted
        ):
            with self.subTest(offset=offset, limit=limit, count_limit=count_limit):
                found = self._listed(
                    "dunning.debtor",
                    some,
                    order="id desc",
                    offset=offset,
                    limit=limit,
                    count_limit=count_limit,
                )
                page = everyone[offset : offset + limit]
                self.assertEqual(found, (page.ids, length))

    def test_a_full_page_of_debtors_is_not_counted_apart(self):
        late = [("id", "in", self.debtors.ids), ("amount_overdue", ">", 0)]

        def cost(limit):
            self._listed("dunning.debtor", late, limit=limit)
            before = self.env.cr.sql_log_count
            self._listed("dunning.debtor", late, limit=limit)
            return self.env.cr.sql_log_count - before

        self.assertEqual(cost(1), cost(80))

    def test_debtors_by_what_they_owe(self):
        some = [("id", "in", self.debtors.ids)]
        late = [*some, ("amount_overdue", ">", 0)]
        first = self._debtor(self.pro)
        both = (first | self._debtor(self.young)).ids
        by_amount = {"order": "amount_overdue desc, id"}
        self.assertEqual(
            self._listed("dunning.debtor", some, **by_amount),
            ([*both, self._debtor(self.paid).id], 3),
        )
        self.assertEqual(self._listed("dunning.debtor", late, **by_amount), (both, 2))
        self.assertEqual(
            self._listed("dunning.debtor", late, limit=1, **by_amount), (first.ids, 2)
        )
        ids, count = self._listed("dunning.debtor", late, order="partner_id")
        self.assertEqual((set(ids), count), (set(both), 2))
        for operator, value, expected in (
            (">", 1299.99, first.ids),
            (">", 1300, []),
            (">=", 1300, first.ids),
            ("<", 70, self._debtor(self.paid).ids),
            ("<=", 70, [self._debtor(self.young).id, self._debtor(self.paid).id]),
        ):
            with self.subTest(operator=operator, value=value):
                domain = [*some, ("amount_overdue", operator, value)]
                found = self._listed("dunning.debtor", domain, **by_amount)
                self.assertEqual(found, (expected, len(expected)))
        nobody = self._listed("dunning.debtor", [*some, "!", late[-1]])
        self.assertEqual(nobody, (self._debtor(self.paid).ids, 1))

    def test_debtors_grouped_are_added_up(self):
        some = [("id", "in", self.debtors.ids)]
        groups = self.env["dunning.debtor"].web_read_group(
            some, ["user_id"], ["amount_overdue:sum"], limit=80
        )["groups"]
        self.assertEqual([group["amount_overdue:sum"] for group in groups], [1370])

    def test_customers_who_owe_late(self):
        some = [("id", "in", self.partners.ids)]
        late = [*some, ("dunning_overdue", ">", 0)]
        self.assertEqual(self._listed("res.partner", late, limit=1)[1], 2)
        rich = [*some, ("dunning_overdue", ">", 70)]
        self.assertEqual(self._listed("res.partner", rich), (self.pro.ids, 1))

    # ------------------------------------------------------------------ plans

    def test_progress_of_items_reads_no_row_twice(self):
        """However wrong the statistics: nothing is read again for each row."""
        past = self.env["dunning.item"]._past_sql(SQL("TRUE"))
        rows = self.env.execute_query(SQL("EXPLAIN %s", past))
        plan = "\n".join(line for (line,) in rows)
        self.assertNotIn("CTE Scan", plan)
        self.assertNotIn("SubPlan", plan)
        self.assertIn("dunning_return", plan)
