from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLimitationEvent(LedgerCommon):
    """What interrupts or suspends a limitation, entered with its proof."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.invoice = cls._invoice(1000, "2022-01-31", invoice_date="2021-12-14")
        cls.proof = cls.env["ir.attachment"].create({"name": "deed.pdf", "raw": b"%"})

    def _event(self, kind, date, partner=None, **values):
        return self.env["dunning.limitation.event"].create(
            {
                "debtor_id": self._debtor(partner or self.pro).id,
                "kind": kind,
                "date": date,
                "attachment_ids": [Command.link(self.proof.id)],
                **values,
            }
        )

    def _dates(self, move=None):
        move = move or self.invoice
        self.env.flush_all()
        names = ("limitation_date", "limitation_contractual_date")
        return tuple(str(move[name]) for name in (*names, "limitation_possible_date"))

    def test_two_dates(self):
        """R7.7, first case of 7.3; the date of the invoice stands for completion."""
        self.assertEqual(self._dates(), ("2026-12-14", "2027-01-31", "2026-12-14"))
        self.invoice.dunning_completion_date = "2021-11-30"
        self.assertEqual(self._dates(), ("2026-11-30", "2027-01-31", "2026-11-30"))
        moves = self.env["account.move"]
        for name, day in zip(
            ("limitation_date", "limitation_contractual_date"),
            self._dates(),
            strict=False,
        ):
            self.assertIn(self.invoice, moves.search([(name, "=", day)]))
            self.assertNotIn(self.invoice, moves.search([(name, "<", day)]))

    def test_delivery_date_of_the_invoice(self):
        self.invoice.delivery_date = "2021-12-01"
        self.assertEqual(self._dates()[0], "2026-12-01")
        self.invoice.dunning_completion_date = "2021-12-05"
        self.assertEqual(self._dates()[0], "2026-12-05", "what a person entered")

    def test_completion_after_the_due_date(self):
        """Paid in advance: the period cannot begin later than the due date."""
        self.invoice.dunning_completion_date = "2022-06-30"
        self.assertEqual(self._dates()[0], "2027-01-31")

    def test_own_periods(self):
        """R7.4, R7.6: one year whoever owes; telecom from the due date."""
        self.invoice.dunning_limitation_period = "transport"
        self.assertEqual(self._dates()[:2], ("2022-12-14", "2023-01-31"))
        self.invoice.dunning_limitation_period = "telecom"
        self.assertEqual(self._dates()[:2], ("2023-01-31", "2023-01-31"))
        public = self._customer("Mairie", "public", public_buyer_type="local")
        freight = self._invoice(100, "2026-03-01", public)
        freight.dunning_limitation_period = "transport"
        self.assertEqual(self._dates(freight)[0], "2027-03-01")

    def test_journal_sets_the_period_when_posting(self):
        journal = self.company_data["default_journal_sale"]
        journal.dunning_limitation_period = "transport"
        invoice = self._invoice(100, "2026-10-01")
        self.assertEqual(str(invoice.limitation_date), "2027-10-01")
        self.assertFalse(self.invoice.dunning_limitation_period)

    def test_interruption_by_kind(self):
        """R7.8, R7.9: a new period of the same length from the act."""
        for kind in ("court_action", "order_service", "enforcement"):
            with self.subTest(kind):
                event = self._event(kind, "2026-10-09")
                self.assertEqual(self._dates(), ("2031-10-09",) * 3)
                self.assertIn("Interrupts", event.effect)
                event.write(
                    {
                        "state": "wiped_out",
                        "ended_on": TODAY,
                        "ended_reason": "Opposition, case struck out",
                    }
                )
                self.assertEqual(self._dates()[0], "2026-12-14")

    def test_acknowledgement_is_only_possible(self):
        """R7.10: the first date stays the limit unless the company says so."""
        event = self._event("acknowledgement", "2026-10-09")
        self.assertEqual(self._dates(), ("2026-12-14", "2027-01-31", "2031-10-09"))
        self.assertIn("Possible", event.effect)
        self.company.dunning_acknowledgement_counts = True
        event.invalidate_recordset()
        self.env.invalidate_all()
        self.assertEqual(self._dates()[0], "2031-10-09")
        self.assertIn("Interrupts", event.effect)

    def test_each_company_says_what_counts(self):
        """A search over companies that read R7.10 differently."""
        self._event("acknowledgement", "2026-10-09")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += other
        other.dunning_acknowledgement_counts = True
        both = self.env["account.move"].with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        own = [("id", "=", self.invoice.id)]
        found = both.search([("limitation_date", "=", "2026-12-14"), *own])
        self.assertEqual(found, self.invoice)
        self.company.dunning_acknowledgement_counts = True
        other.dunning_acknowledgement_counts = False
        found = both.search([("limitation_date", "=", "2031-10-09"), *own])
        self.assertEqual(found, self.invoice)

    def test_suspension(self):
        """R7.11: pauses, and leaves six months."""
        event = self._event("mediation", "2026-11-01")
        self.assertEqual(self._dates()[0], "2027-05-20", "six months from today")
        event.date_to = "2026-11-10"
        self.assertEqual(self._dates()[0], "2027-05-10")
        early = self._event("mediation", "2023-01-01", date_to="2023-01-31")
        self.assertEqual(self._dates()[1], "2027-05-10", "the first ten days too")
        event.write(
            {"state": "mistake", "ended_on": TODAY, "ended_reason": "Never signed"}
        )
        self.assertEqual(self._dates()[0], "2027-01-14")
        self.assertIn("pauses", early.effect)

    def test_written_claim_saves_no_private_debt(self):
        """R5.3."""
        self._event("written_claim", "2026-10-09")
        self.assertEqual(self._dates()[0], "2026-12-14")

    def test_written_claim_to_a_public_body(self):
        """R7.13, the commune of 7.3."""
        commune = self._customer("Commune", "public", public_buyer_type="local")
        invoice = self._invoice(1000, "2022-07-01", commune)
        self.assertEqual(self._dates(invoice)[0], "2026-12-31")
        event = self._event("written_claim", "2026-06-10", commune)
        self.assertEqual(self._dates(invoice)[0], "2030-12-31")
        self.assertIn("Interrupts", event.effect)

    def test_notices_to_a_public_body_interrupt_by_themselves(self):
        commune = self._customer("Commune", "public", public_buyer_type="local")
        other = self._customer("SEM", "public", public_buyer_type="private_law")
        invoices = [self._invoice(1000, "2022-07-01", p) for p in (commune, other)]
        for invoice in invoices:
            self._notice(self._items(invoice), 1, "2026-06-10")
        mine = self._invoice(1000, "2022-07-01")
        self._notice(self._items(mine), 1, "2026-06-10")
        last = [self._dates(move)[0] for move in [*invoices, mine]]
        self.assertEqual(last, ["2030-12-31", "2027-07-01", "2027-07-01"])

    def test_a_notice_counts_where_the_invoice_says_public(self):
        """The invoice's own kind goes before the customer's, both ways."""
        commune = self._customer("Commune", "public", public_buyer_type="local")
        sold = self._invoice(1000, "2022-07-01", commune, debtor_kind="professional")
        for_state = self._invoice(1000, "2022-07-01", debtor_kind="public")
        expected = {sold: ["2027-07-01"] * 2, for_state: ["2026-12-31", "2030-12-31"]}
        for invoice, (before, after) in expected.items():
            self.assertEqual(self._dates(invoice)[0], before)
            self._notice(self._items(invoice), 1, "2026-06-10")
            self.assertEqual(self._dates(invoice)[0], after)
            found = invoice.search([("limitation_date", "=", after)])
            self.assertIn(invoice, found)

    def test_notices_not_sent_interrupt_nothing(self):
        commune = self._customer("Commune", "public", public_buyer_type="local")
        invoice = self._invoice(1000, "2022-07-01", commune)
        for state in ("cancelled", "failed", "unknown"):
            self._notice(self._items(invoice), 1, "2026-06-10", state=state)
        self.assertEqual(self._dates(invoice)[0], "2026-12-31")

    def test_only_the_invoices_named(self):
        other = self._invoice(500, "2022-03-01")
        self._event("court_action", "2026-10-09", move_ids=[Command.link(other.id)])
        self.assertEqual(self._dates(other)[0], "2031-10-09")
        self.assertEqual(self._dates()[0], "2026-12-14")

    def test_contract(self):
        """R7.12: one to ten years, never with a consumer."""
        event = self._event("contract", "2021-12-01", years=10)
        self.assertEqual(self._dates()[0], "2031-12-14")
        event.years = 1
        self.assertEqual(self._dates()[0], "2022-12-14")
        for kind in ("consumer", "public"):
            partner = self._customer(f"Someone {kind}", kind)
            with self.subTest(kind), self.assertRaises(ValidationError):
                self._event("contract", "2026-01-01", partner, years=5)
        self.invoice.debtor_kind = "consumer"
        with self.assertRaises(ValidationError):
            event.move_ids = self.invoice

    def test_verdict_follows(self):
        """Past its date an item waits for a person; an interruption frees it."""
        old = self._invoice(1000, "2021-10-01")
        debtor = self._debtor(self.pro)

        def code():
            rows = debtor.explain(TODAY)
            item = self._items(old)
            return next(r["code"] for r in rows if r["move_line_id"] == item.id)

        self.assertEqual(code(), "time_barred")
        self.assertFalse(old.dunning_next_date)
        self._event("court_action", "2026-10-01", move_ids=[Command.link(old.id)])
        self.env.invalidate_all()
        self.assertEqual(code(), "ready")
        self.assertTrue(old.dunning_next_date)

    def test_a_run_reads_the_same(self):
        old = self._invoice(1000, "2021-10-01")
        self.assertNotIn(old, self._run(TODAY).notice_ids.line_ids.move_line_id.move_id)
        self._event("court_action", "2026-10-01", move_ids=[Command.link(old.id)])
        self.env["dunning.run"].search([]).action_cancel()
        self.assertIn(old, self._run(TODAY).notice_ids.line_ids.move_line_id.move_id)

    def _claimed_consumer(self, due):
        """Return the invoice of a consumer, with a formal notice presented."""
        partner = self._customer("Dupont", "consumer")
        invoice = self._invoice(1000, due, partner)
        notice = self._notice(self._items(invoice), 3, "2025-01-10")
        facts = {"presented_date": "2025-01-12", "is_formal_notice": True}
        notice.sudo()._proof_unlocked().write(facts)
        return invoice

    def test_consumers_time_barred_debt_is_never_claimed(self):
        """R7.3: interest runs up to the last day, and is nothing the day after."""
        invoice = self._claimed_consumer("2024-11-19")
        before = invoice.get_late_payment_claim("2026-11-19")
        after = invoice.get_late_payment_claim("2026-11-20")
        self.assertGreater(before["interest"], 0)
        self.assertFalse([w for w in before["warnings"] if "R7.3" in w])
        self.assertEqual((after["interest"], after["indemnity"]), (0, 0))
        self.assertEqual(after["principal"], 1000, "the ledger's")
        self.assertTrue([w for w in after["warnings"] if "R7.3" in w])
        sheet = self.env["dunning.claim"]._for_lines(
            self._items(invoice).ids, fields.Date.to_date("2026-11-20")
        )
        self.assertEqual(sheet[self._items(invoice).id].claim.notes, ("time_barred",))

    def test_consumers_interrupted_debt_is_claimed(self):
        invoice = self._claimed_consumer("2024-11-19")
        self._event("court_action", "2026-11-19", invoice.partner_id)
        claim = invoice.get_late_payment_claim("2026-11-20")
        self.assertGreater(claim["interest"], 0)

    def test_consumers_paid_debt_is_not_called_barred(self):
        invoice = self._claimed_consumer("2024-11-19")
        self._pay(invoice, 1000, "2025-06-30")
        claim = invoice.get_late_payment_claim("2026-11-20")
        self.assertGreater(claim["interest"], 0)

    def test_professionals_old_debt_is_claimed(self):
        """The limitation is a defence: only consumers are never asked."""
        invoice = self._invoice(1000, "2021-10-01")
        claim = invoice.get_late_payment_claim("2026-11-20")
        self.assertGreater(claim["interest"], 0)

    def test_proof_is_required(self):
        with self.assertRaises(ValidationError):
            self._event("court_action", "2026-10-09", attachment_ids=[])
        event = self._event("court_action", "2026-10-09")
        with self.assertRaises(ValidationError):
            event.attachment_ids = False
        event.write(
            {
                "state": "mistake",
                "ended_on": TODAY,
                "ended_reason": "Other debtor",
                "attachment_ids": False,
            }
        )
        self.assertEqual(self._dates()[0], "2026-12-14")

    def test_a_proof_is_not_written_over(self):
        event = self._event("court_action", "2026-10-09")
        proof = event.attachment_ids
        for values in ({"raw": b"another"}, {"datas": b"YW5vdGhlcg=="}):
            with self.assertRaisesRegex(UserError, "proves a limitation event"):
                proof.write(values)
        proof.write({"raw": proof.raw})  # the file store moves: the same bytes
        proof.name = "deed.pdf"

    def test_bad_input(self):
        stranger = self._invoice(100, "2026-10-01", self._customer("X", "professional"))
        for name, attempt in (
            ("to come", lambda: self._event("court_action", "2026-11-21")),
            (
                "another customer's invoice",
                lambda: self._event(
                    "court_action", TODAY, move_ids=[Command.link(stranger.id)]
                ),
            ),
        ):
            with self.subTest(name), self.assertRaises(ValidationError):
                self._event("court_action", TODAY)  # as good input
                attempt()

    def test_the_debtor_of_an_event_does_not_change(self):
        event = self._event("court_action", TODAY)
        other = self._debtor(self._customer("Other", "professional"))
        user = new_test_user(
            self.env,
            "limit_collector",
            "dunning_fr.group_dunning_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        mine = event.with_user(user)
        with self.assertRaises(UserError):
            mine.debtor_id = other
        with self.assertRaises(AccessError):
            mine.unlink()
        mine.note = "Writ of 20 November"
        self.assertEqual(mine.attachment_ids.res_model, "dunning.limitation.event")
        self.assertEqual(mine.attachment_ids.res_id, event.id)
        self.assertTrue(mine.attachment_ids.name)

    def test_another_companys_events_are_hidden(self):
        event = self._event("court_action", TODAY)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "limit_stranger",
            "dunning_fr.group_dunning_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(event.with_user(user).search([]))
        with self.assertRaises(AccessError):
            event.with_user(user).read(["kind"])
        outsider = new_test_user(self.env, "limit_inside", "base.group_user")
        with self.assertRaises(AccessError):
            event.with_user(outsider).read(["kind"])

    def test_ends_of_an_event_are_asked_in_a_dialog(self):
        event = self._event("order_service", "2026-10-09")
        action = event.action_wipe_out()
        self.assertEqual((action["res_id"], action["target"]), (event.id, "new"))
        self.assertIn("2026", event.display_name)
