import random
from datetime import date, timedelta
from operator import ge, gt, le, lt

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from ..models import dunning_engine, dunning_progress_mixin
from ..models.dunning_limitation_event import EVENT_KINDS
from .common_transfer import TransferCommon

TODAY = date(2026, 11, 20)
NEXT = "dunning_next_date"
READ = (
    "account_move",
    "account_move_line",
    "dunning_debtor",
    "dunning_hold",
    "dunning_item",
    "dunning_limitation_event",
    "dunning_notice",
    "dunning_notice_line",
    "res_partner",
)

# Verdicts on an item whose day has come; the last five weigh amounts or rates.
DUE = {
    "ready",
    "for_information",
    "credit_unallocated",
    "covered_by_credits",
    "below_minimum",
    "missing_rate",
    "one_message",
}
WAITING = {"wait_delay", "wait_interval", "too_soon", "do_not_disturb"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestScheduleAgrees(TransferCommon):
    """The lists' SQL and the rules behind ``explain()`` say the same of every item."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.dice = random.Random(20261120)
        cls.customers = cls._make_customers()
        cls.invoices = cls._make_invoices()
        cls._make_notices()
        cls._make_holds()
        cls._make_exceptions()
        cls._make_returns()
        cls._make_limitations()
        cls.env.flush_all()
        # What autovacuum does within minutes. Where it has seen these tables empty,
        # after other tests, PostgreSQL expects one row of each and takes many seconds.
        cls.env.cr.execute(f"ANALYZE {', '.join(READ)}")
        cls.env.invalidate_all()

    @classmethod
    def _make_customers(cls):
        customers = cls.env["res.partner"]
        kinds = ("professional", "consumer", "non_professional", "public", None)
        for number in range(40):
            kind = kinds[number % 5]
            values = {"is_company": kind != "consumer"}
            if kind == "public":
                types = ("local", "health", "private_law", False)
                values["public_buyer_type"] = types[number // 5 % 4]
            customers |= cls._customer(f"Customer{number}", kind, **values)
        return customers

    @classmethod
    def _make_invoices(cls):
        """Four invoices each: young, old, very old, some in instalments."""
        term = cls.env["account.payment.term"].create(
            {
                "name": "Thirds",
                "line_ids": [
                    Command.create({"value_amount": share, "nb_days": days})
                    for share, days in ((40, 10), (30, 40), (30, 70))
                ],
            }
        )
        values = []
        for customer in cls.customers:
            for oldest in (20, 50, 120, 2500):
                due = TODAY - timedelta(days=cls.dice.randint(-5, oldest))
                dates = {"invoice_date": due, "invoice_date_due": due}
                if cls.dice.random() < 0.15:
                    start = due - timedelta(days=30)
                    dates = {
                        "invoice_date": start,
                        "invoice_payment_term_id": term.id,
                    }
                values.append(
                    {
                        "move_type": "out_invoice",
                        "partner_id": customer.id,
                        "invoice_payment_term_id": False,
                        **dates,
                        "invoice_line_ids": [
                            Command.create(
                                {
                                    "name": "Work",
                                    "price_unit": cls.dice.choice((0.8, 30, 400)),
                                    "tax_ids": [],
                                }
                            )
                        ],
                    }
                )
        invoices = cls.env["account.move"].create(values)
        invoices.action_post()
        return invoices

    @classmethod
    def _make_notices(cls):
        for item in cls._items(cls.invoices):
            state = cls.dice.choice(["sent"] * 8 + ["failed", "queued", "unknown"])
            kind = item.partner_id.debtor_kind or "professional"
            levels = len(cls.policies[kind].level_ids)
            reached = cls.dice.randint(0, levels)
            for sequence in range(1, reached + 1):
                last = sequence == reached
                sent_on = TODAY - timedelta(
                    days=25 * (reached - sequence) + cls.dice.randint(0, 20)
                )
                facts = {"deadline_date": sent_on + timedelta(days=12)}
                if sequence == 3 and cls.dice.random() < 0.6:
                    facts["presented_date"] = sent_on + timedelta(days=3)
                elif sequence == 3 and cls.dice.random() < 0.5:
                    facts["unclaimed"] = True
                cls._notice(
                    item, sequence, sent_on, state=state if last else "sent", **facts
                )

    @classmethod
    def _make_holds(cls):
        for customer in cls.customers[::7]:
            ends = cls.dice.choice((False, TODAY, TODAY + timedelta(days=9)))
            moves = cls.invoices.filtered(lambda m, c=customer: m.partner_id == c)
            cls.env["dunning.hold"].create(
                {
                    "debtor_id": cls._debtor(customer).id,
                    "kind": cls.dice.choice(("dispute", "promise", "other")),
                    "date_from": TODAY - timedelta(days=30),
                    "date_to": ends,
                    "amount": cls.dice.choice((0, 0, 35, 500)),
                    "move_ids": [Command.set(cls.dice.choice(([], moves[:2].ids)))],
                }
            )

    @classmethod
    def _make_quiet(cls):
        for number, (first, last) in {5: (-3, 4), 10: (2, 9), 11: (0, 0)}.items():
            cls._debtor(cls.customers[number]).write(
                {
                    "quiet_from": TODAY + timedelta(days=first),
                    "quiet_to": TODAY + timedelta(days=last),
                }
            )

    @classmethod
    def _make_returns(cls):
        """Payments returned before, between and after the notices of their item."""
        lines = cls.env["account.move.line"]
        items = lines._dunning_items(cls.company)
        for item in cls.dice.sample([i for i in items if i.residual > 0], 25):
            day = TODAY - timedelta(days=cls.dice.randint(0, 60))
            cls.env["dunning.return"].sudo().create(
                {
                    "company_id": cls.company.id,
                    "partner_id": item.partner_id,
                    "move_id": item.move_id,
                    "move_name": item.move_name,
                    "document_key": lines._dunning_document_key(item),
                    "date_maturity": item.date_maturity,
                    "kind": "direct_debit",
                    "date": day,
                    "payment_date": day,
                    "payment_amount": 1,
                    "currency_id": item.currency_id,
                    "restart_level": cls.dice.randint(1, 3),
                    "proof": "Bank advice",
                }
            )

    @classmethod
    def _make_exceptions(cls):
        """One or two of each reason an item is treated apart."""
        moves = list(cls.invoices)
        cls.dice.shuffle(moves)
        for move, kind in zip(moves[:10], ("consumer", "public") * 5, strict=True):
            move.debtor_kind = kind
        for move in moves[10:16]:
            move.dunning_policy_id = cls.policies["public"]
        public = cls.invoices.filtered(lambda m: m.partner_id.debtor_kind == "public")
        for move in public[::2]:
            start = TODAY - timedelta(days=cls.dice.randint(30, 90))
            move.dunning_term_start = start
            if cls.dice.random() < 0.5:
                move.dunning_suspension_from = start + timedelta(days=5)
                move.dunning_suspension_to = start + timedelta(days=15)
        for move in moves[16:20]:
            cls._items(move).no_followup = True
        for move in moves[20:23]:
            move.payment_state = "blocked"
        for move in moves[23:30]:
            cls._pay(move, move.amount_total / 2, "2026-11-01")
        debit = cls.company_data["default_journal_bank"].inbound_payment_method_line_ids
        debit[:1].dunning_collected = True
        for move in moves[30:40]:
            move.preferred_payment_method_line_id = debit[:1]
        for move in moves[30:34]:
            move.dunning_rejected_on = TODAY
        cls.customers[3].dunning_excluded = True
        cls.customers[4].active = False
        cls._debtor(cls.customers[6]).active = False
        cls._make_quiet()
        cls.customers[8].dunning_policy_id = cls.policies["consumer"]

    @classmethod
    def _make_limitations(cls):
        """Completions, periods and events, some of each on old and young items."""
        moves = cls.dice.sample(list(cls.invoices), 60)
        for move in moves[:20]:
            shift = cls.dice.choice((-2000, -400, -40, 0, 40))
            move.dunning_completion_date = move.invoice_date + timedelta(days=shift)
        for move in moves[20:25]:
            move.delivery_date = move.invoice_date - timedelta(days=200)
        for move in moves[18:30]:
            move.dunning_limitation_period = cls.dice.choice(("transport", "telecom"))
        proof = cls.env["ir.attachment"].create({"name": "proof.pdf", "raw": b"%PDF"})
        kinds = [kind for kind, _label in EVENT_KINDS] + ["acknowledgement"]
        for number, customer in enumerate(list(cls.customers) * 2):
            kind = kinds[number % len(kinds)]
            if kind == "contract" and customer.debtor_kind in ("consumer", "public"):
                kind = "court_action"
            oldest = 30 if kind == "acknowledgement" else 2400
            day = TODAY - timedelta(days=cls.dice.randint(0, oldest))
            own = cls.invoices.filtered(lambda m, c=customer: m.partner_id == c)
            own = own.filtered(lambda m: not m.debtor_kind)
            cls.env["dunning.limitation.event"].create(
                {
                    "debtor_id": cls._debtor(customer).id,
                    "kind": kind,
                    "date": day,
                    "date_to": cls.dice.choice((False, day + timedelta(days=90))),
                    "years": cls.dice.randint(1, 10) if kind == "contract" else 0,
                    "move_ids": [Command.set(cls.dice.choice(([], own[:2].ids)))],
                    "attachment_ids": [Command.link(proof.id)],
                    "state": cls.dice.choice(("counted", "counted", "wiped_out")),
                    "ended_on": TODAY,
                    "ended_reason": "Withdrawn",
                }
            )

    def _explained(self):
        """Return {journal item id: what explain() says of it today}."""
        debtors = self.env["dunning.debtor"]
        for customer in self.customers:
            debtors |= self._debtor(customer)
        return {
            row["move_line_id"]: row
            for debtor in debtors
            for row in debtor.explain(TODAY)
        }

    def _expected(self, row):
        """Return a check of the SQL's date for one row of explain()."""
        if row["code"] in DUE:
            return lambda day: day and day <= TODAY
        if row["code"] in WAITING:
            return lambda day: day == row["next_date"]
        if row["code"].startswith("hold_") and row["next_date"]:
            return lambda day: not day or day > row["next_date"]
        return lambda day: not day

    def test_few_items_are_explained_like_many(self):
        few = self._explained()
        self.assertIn("pending", {row["code"] for row in few.values()})
        self.patch(dunning_engine, "FEW", 0)
        self.assertEqual(self._explained(), few)

    def test_single_items(self):
        explained = self._explained()
        seen = set()
        for move in self.invoices:
            rows = [explained[i.id] for i in self._items(move) if i.id in explained]
            if len(rows) != 1:
                continue
            row = rows[0]
            seen.add(row["code"])
            with self.subTest(row["code"], move=move.name, **row):
                self.assertEqual(move.dunning_level, row["level"])
                self.assertTrue(
                    self._expected(row)(move.dunning_next_date), move.dunning_next_date
                )
        self.assertLessEqual(
            {
                "ready",
                "not_late",
                "wait_delay",
                "wait_interval",
                "last_level",
                "to_qualify",
                "by_person",
                "not_presented",
                "pending",
                "no_followup",
                "blocked",
                "collected",
                "partner_excluded",
                "archived",
                "within_tolerance",
                "time_barred",
                "too_soon",
                "do_not_disturb",
            },
            seen,
            "the population no longer shows every verdict",
        )

    def test_moved_debts_change_nothing(self):
        """To 416, to a receivable account, alone or together: the same is said."""
        moves = self.invoices.filtered(
            lambda move: move.amount_residual and move.payment_state != "blocked"
        )
        before = self._explained(), self._shown()
        chosen = moves.browse(self.dice.sample(moves.ids, 30))
        for number in range(0, 30, 3):
            account = self.dice.choice((self.doubtful, self.child))
            self._transfer(*chosen[number : number + 3], to=account)
        self.assertFalse(any(chosen.mapped("amount_residual")))
        self.assertEqual(self._explained(), before[0])
        self.assertEqual(self._shown(), before[1])
        self.test_all_at_once_is_page_by_page()

    def _shown(self):
        """Return what the SQL says of every invoice and customer."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = ["dunning_level", "dunning_next_date"]
        return self.invoices.read([*names, "limitation_date"]) + self.customers.read(
            names
        )

    def test_instalments_show_their_highest_level_and_first_date(self):
        explained = self._explained()
        several = 0
        for move in self.invoices:
            rows = [explained[i.id] for i in self._items(move) if i.id in explained]
            if len(rows) < 2:
                continue
            several += 1
            with self.subTest(move=move.name, rows=rows):
                self.assertEqual(move.dunning_level, max(r["level"] for r in rows))
                due = any(r["code"] in DUE for r in rows)
                day = move.dunning_next_date
                self.assertEqual(bool(day and day <= TODAY), due)
        self.assertGreater(several, 10)

    def test_customers_show_the_first_of_their_items(self):
        explained = self._explained()
        for customer in self.customers.filtered("active"):
            rows = [
                explained[item.id]
                for move in self.invoices.filtered(
                    lambda m, c=customer: m.partner_id == c
                )
                for item in self._items(move)
                if item.id in explained
            ]
            with self.subTest(customer.name):
                self.assertEqual(
                    customer.dunning_level, max((r["level"] for r in rows), default=0)
                )
                day = customer.dunning_next_date
                due = any(r["code"] in DUE for r in rows)
                self.assertEqual(bool(day and day <= TODAY), due)

    def test_lists_agree_with_forms(self):
        """Searched and grouped values are the computed ones."""
        moves = self.env["account.move"]
        domain = [("id", "in", self.invoices.ids)]
        for name, group in (
            ("dunning_level", "dunning_level"),
            ("dunning_next_date", "dunning_next_date:day"),
            ("limitation_date", "limitation_date:day"),
            ("limitation_contractual_date", "limitation_contractual_date:day"),
            ("limitation_possible_date", "limitation_possible_date:day"),
        ):
            found = dict(moves._read_group(domain, [group], ["id:recordset"]))
            with self.subTest(name):
                for value, records in found.items():
                    self.assertEqual(set(records.mapped(name)), {value})
                self.assertEqual(len(moves.concat(*found.values())), len(self.invoices))

    def test_all_at_once_is_page_by_page(self):
        """The flat query of all items, and the one of a page, which the rules prove."""
        for records in (self.invoices, self.customers):
            shown = {record.id: record.dunning_next_date for record in records}
            self.assertGreater(len(set(shown.values())), 10)
            self.env.flush_all()
            rows = self.env.execute_query(records.browse()._dunning_query(NEXT))
            found = {id_: day for id_, day in rows if id_ in shown}
            self.assertEqual(found, {id_: day for id_, day in shown.items() if day})
            self.assertEqual(len(rows), len(dict(rows)), "one row for each of them")

    def test_filters_of_a_list_find_what_is_shown(self):
        """Whether few are found, who are joined, or many, among whom one is sought."""
        customers = self.customers.filtered("active")
        for few, records in ((0, self.invoices), (5000, customers)):
            self.patch(dunning_progress_mixin, "FEW", few)
            shown = {record: record.dunning_next_date for record in records}
            for shift in (-1, 0, 9):
                day = TODAY + timedelta(days=shift)
                for operator, compare in (("<", lt), ("<=", le), (">", gt), (">=", ge)):
                    found = records.web_search_read(
                        [("id", "in", records.ids), (NEXT, operator, day)], {}
                    )
                    expected = {r.id for r, d in shown.items() if d and compare(d, day)}
                    with self.subTest(few=few, operator=operator, day=day):
                        ids = {row["id"] for row in found["records"]}
                        self.assertEqual(ids, expected)
                        self.assertEqual(found["length"], len(expected))

    def _rules(self):
        engine = self.env["dunning.engine"]
        return engine._assess(
            self.company, TODAY, self.customers.ids, full=True
        ).assessment.facts

    def test_limitation_dates_are_the_rules(self):
        facts, expected = self._rules(), {}
        fields = ("prudent", "contractual", "possible")
        for item in facts.items:
            if item.residual > 0:
                dates = [getattr(facts.limits(item), name) for name in fields]
                known = expected.get(item.move_id, dates)
                expected[item.move_id] = list(map(min, known, dates))
        earlier = admitted = 0
        for move in self.invoices:
            shown = [
                move.limitation_date,
                move.limitation_contractual_date,
                move.limitation_possible_date,
            ]
            with self.subTest(move.name, kind=move.partner_id.debtor_kind):
                self.assertEqual(shown, expected.get(move.id, [False] * 3))
            earlier += shown[0] != shown[1]
            admitted += shown[0] != shown[2]
        self.assertGreater(earlier, 10, "the population no longer tells them apart")
        self.assertGreater(admitted, 3, "the population no longer tells them apart")

    def test_limitation_dates_where_acknowledgements_count(self):
        """R7.10: the setting of the company changes the first date."""
        before = [move.limitation_date for move in self.invoices]
        self.company.dunning_acknowledgement_counts = True
        self.env.invalidate_all()
        facts, expected = self._rules(), {}
        for item in facts.items:
            if item.residual > 0:
                day = facts.limitation(item)
                expected[item.move_id] = min(day, expected.get(item.move_id, day))
        after = [move.limitation_date for move in self.invoices]
        self.assertEqual(after, [expected.get(m.id, False) for m in self.invoices])
        self.assertNotEqual(after, before)
        self.test_single_items()

    def test_progress_can_be_rebuilt_from_the_notices(self):
        """dunning.item is an index of the proof: what was kept up is what it says."""
        names = ["document_key", "level", "last_date", "formal_expiry", "company_id"]
        items = self.env["dunning.item"]

        def content():
            return sorted(
                (row["document_key"], *(row[name] for name in names))
                for row in items.search_read([], names, load=False)
            )

        kept = content()
        self.assertTrue(kept)
        items._refresh()
        self.assertEqual(content(), kept)
