"""The morning's checks count what their buttons open; receipts are matched there."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_desk import TODAY, DeskCommon, ago


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDeskCheck(DeskCommon):
    def _checks(self, user=None):
        """Return {code: check} of the company, read anew."""
        self.env.invalidate_all()
        checks = self.env["dunning.desk.check"]
        if user:
            checks = self._by(user, checks)
        found = checks.search([("company_id", "=", self.company.id)])
        return {check.code: check for check in found}

    def _items_of(self, debtor):
        moves = self.env["account.move"].search(
            [("partner_id", "=", debtor.partner_id.id), ("state", "=", "posted")]
        )
        return self._items(moves).filtered(lambda line: line.amount_residual > 0)

    def _receive(self, debtor, amount, day=None):
        """Book money of this debtor that nobody matched; return its open line."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": debtor.partner_id.id,
                "amount": amount,
                "date": day or ago(1),
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _bank_entry(self, journal, day):
        self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": day, "amount": 1, "payment_ref": "x"}
        )

    # ------------------------------------------------------------------ counting

    def _morning(self):
        """Make one thing for each check; return {code: count}."""
        called = self._owing("Appel SARL")
        called.activity_schedule(
            "mail.mail_activity_data_call", ago(1), user_id=self.collector.id
        )
        broken, late, doubtful = (
            self._owing(f"{name} SARL") for name in ("Rompu", "Litige", "Doute")
        )
        self._promise(broken, ago(3), "broken", amount=300)
        self.env["dunning.hold"].create(
            {
                "debtor_id": late.id,
                "kind": "dispute",
                "date_from": ago(10),
                "answer_by": ago(2),
                "amount": 40,
            }
        )
        for debtor, state in (
            (self._owing("Perdu SARL"), "unknown"),
            (self._owing("Raté SARL"), "failed"),
            (self._owing("Brouillon SARL"), "draft"),
            (doubtful, "sent"),
        ):
            notice = self._notice(self._items_of(debtor), 1, ago(4), state)
            if state == "sent":
                self._dispatch(notice, doubt_on=fields.Datetime.now(), state="sent")
        letter = self._notice(
            self._items_of(self._owing("Lettre SARL")), 1, ago(6), "queued"
        )
        self._dispatch(letter, "letter", state="ready")
        self._owing("Nulle SARL", email=False, street=False)
        self._owing("Inconnu SARL", 77, kind=None)
        self._receive(self._owing("Reçu SARL"), 5)
        lost = self._owing("Retour SARL")
        self.env["dunning.lost.address"].sudo().create(
            [
                {"company_id": self.company.id, "email": email, "since": f"{TODAY}"}
                for email in (lost.partner_id.email_normalized, "moved@gone.example")
            ]
        )
        return {
            "broken": 1,
            "dispute": 1,
            "unknown": 1,
            "failed": 1,
            "draft": 1,
            "doubt": 1,
            "post": 1,
            "unreachable": 1,
            "qualify": 1,
            "credit": 1,
            "lost": 1,
            "call": 1,
            "bank": -1,  # the receipt is the first entry of its journal
        }

    def _dispatch(self, notice, channel="email", **values):
        channels = self.env["dunning.channel"]
        return (
            self.env["dunning.dispatch"]
            .sudo()
            ._proof_unlocked()
            .create(
                {
                    "notice_id": notice.id,
                    "channel_id": channels.search([("code", "=", channel)]).id,
                    "recipient": "x@client.example",
                    **values,
                }
            )
        )

    def test_each_check_counts_what_its_button_opens(self):
        before = {code: check.count for code, check in self._checks().items()}
        expected = self._morning()
        checks = self._checks(self.collector)
        for code, check in checks.items():
            with self.subTest(code):
                added = check.count - before[code]
                self.assertEqual(added, expected.get(code, 0))
                action = check.action_open()
                opened = self._by(self.collector, self.env[action["res_model"]])
                self.assertEqual(opened.search_count(action["domain"]), check.count)
                self.assertEqual(bool(check.advice), bool(check.count))
                self.assertEqual(check.severity == "done", not check.count)
        self.assertEqual(checks["draft"].oldest, ago(4))
        self.assertEqual(checks["dispute"].oldest, ago(2))
        self.assertEqual(checks["dispute"].amount, 40)
        self.assertEqual(checks["credit"].amount, 5)
        self.assertEqual(checks["qualify"].amount, 77)
        self.assertEqual(checks["broken"].amount, 1000)
        self.assertEqual(checks["broken"].severity, "danger")

    def test_the_checks_are_one_reading(self):
        self._morning()
        self._checks()

        def counted():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            desk = self.env["dunning.desk"].browse(self.company.id)
            desk.read(["check_ids", "amount_overdue", "open_count"])
            desk.check_ids.read(["code", "count", "severity", "advice"])
            return self.env.cr.sql_log_count - before

        counted()
        few = counted()
        for number in range(4):
            debtor = self._owing(f"Plus{number} SARL", kind=None)
            self._notice(self._items_of(debtor), 1, ago(4), "draft")
        self.env.flush_all()
        self.assertEqual(counted(), few)
        self.assertLess(few, 60)
        columns = dict.fromkeys(("code", "count", "severity", "advice"), {})
        page = {
            "amount_overdue": {},
            "open_count": {},
            "check_ids": {"fields": columns},
        }
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        [read] = self.env["dunning.desk"].browse(self.company.id).web_read(page)
        # the client's reading of a page asks once for what the checks share
        self.assertLess(self.env.cr.sql_log_count - before, few)
        counts = {check["code"]: check["count"] for check in read["check_ids"]}
        self.assertEqual(counts["draft"], self._checks()["draft"].count)

    def test_bank_journals(self):
        """Two working days: on a Friday the Wednesday counts, the Tuesday does not."""
        journal = self.company_data["default_journal_bank"]
        others = self.env["account.journal"].search(
            [("type", "=", "bank"), ("id", "!=", journal.id)]
        )
        others.active = False
        self.assertEqual(self._checks()["bank"].count, 1)  # no entry yet
        self._bank_entry(journal, ago(3))
        self.assertEqual(self._checks()["bank"].count, 1)
        self._bank_entry(journal, ago(2))
        self.assertEqual(self._checks()["bank"].count, 0)
        self.company.dunning_desk_bank_days = 1
        self.assertEqual(self._checks()["bank"].count, 1)
        # a payment entered by hand is no proof that the bank was looked at
        self._receive(self._owing("Main SARL"), 5, TODAY)
        self.assertEqual(self._checks()["bank"].count, 1)
        self._bank_entry(journal, TODAY)
        self.assertEqual(self._checks()["bank"].count, 0)

    def test_a_weekend_is_no_delay(self):
        self.company.dunning_desk_bank_days = 2
        friday = self.company._dunning_bank_limit()
        self.assertEqual(friday, ago(2))
        self.company.dunning_desk_bank_days = 0
        self.assertEqual(self.company._dunning_bank_limit(), TODAY)
        self.company.dunning_desk_bank_days = 5
        self.assertEqual(self.company._dunning_bank_limit(), ago(7))

    # ------------------------------------------------------------------ figures

    def test_the_five_figures(self):
        desk = self.env["dunning.desk"].browse(self.company.id)
        names = [f"amount_{n}" for n in ("overdue", "promised", "disputed", "expected")]
        names.append("amount_broken")
        before = [desk[name] for name in names]
        debtor = self._owing("Chiffres SARL", 1000)
        sunday, monday = TODAY + timedelta(days=2), TODAY + timedelta(days=3)
        self._promise(debtor, sunday, amount=200)
        self._promise(debtor, monday, amount=50)
        self._promise(debtor, TODAY + timedelta(days=31), amount=7)
        self._promise(debtor, ago(3), "broken", amount=90)
        self._promise(debtor, ago(31), "broken", amount=5000)
        disputed = self._owing("Fâché SARL", 400)
        self.env["dunning.hold"].create(
            {"debtor_id": disputed.id, "kind": "dispute", "date_from": ago(10)}
        )
        for days in (0, 30, 31):
            self._invoice(10, TODAY + timedelta(days=days), disputed.partner_id)
        self.env.invalidate_all()
        after = [desk[name] for name in names]
        added = [round(b - a, 2) for a, b in zip(before, after, strict=True)]
        # a dispute of the whole debtor is about what is not due yet as well
        self.assertEqual(added, [1400, 200, 430, 250 + 20, 90])
        self.assertEqual(desk.broken_count, 1)
        for name in ("promised", "expected", "disputed", "broken", "overdue"):
            action = getattr(desk, f"action_open_{name}")()
            found = self.env[action["res_model"]].search(action["domain"])
            named = found if name == "overdue" else found.debtor_id
            self.assertTrue(named & (debtor | disputed), name)
        promises = self.env["dunning.hold"].search(
            desk.action_open_promised()["domain"]
        )
        self.assertEqual(promises.amount, 200)

    def test_what_is_owed_is_promised_and_broken_once(self):
        """Two promises without amount are about the same money."""
        desk = self.env["dunning.desk"].browse(self.company.id)
        before = desk.amount_broken, desk.amount_promised
        debtor = self._owing("Répète SARL", 1000)
        late = self._items_of(debtor).move_id
        other = self._invoice(300, ago(20), debtor.partner_id)
        own = [Command.set(late.ids)]
        self._promise(debtor, ago(9), "broken")
        self._promise(debtor, ago(3), "broken")
        self._promise(debtor, ago(4), "broken", move_ids=own)
        for _again in range(2):
            self._promise(debtor, TODAY + timedelta(days=1), move_ids=own)
        self.env.invalidate_all()
        self.assertEqual(desk.amount_broken - before[0], 1300)
        self.assertEqual(desk.amount_promised - before[1], 1000)
        self._pay(other, 300, TODAY)
        self.env.invalidate_all()
        self.assertEqual(desk.amount_broken - before[0], 1000)

    def test_nothing_is_expected_twice(self):
        desk = self.env["dunning.desk"].browse(self.company.id)
        before = desk.amount_expected
        debtor = self._owing("Double SARL", 300)
        late = self._items_of(debtor).move_id
        later = self._invoice(1000, TODAY + timedelta(days=10), debtor.partner_id)
        day = TODAY + timedelta(days=15)
        both = [Command.set((late | later).ids)]
        promise = self._promise(debtor, day, move_ids=both)
        for amount, expected in ((0, 1300), (200, 1200), (400, 1300)):
            with self.subTest(amount):
                promise.amount = amount
                self.env.invalidate_all()
                self.assertAlmostEqual(desk.amount_expected - before, expected)

    def test_the_desk_opens_on_the_company_at_hand(self):
        action = self._by(self.collector, self.env["dunning.desk"]).action_open_desk()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("dunning.desk", self.company.id)
        )

    # ------------------------------------------------------------------ rights

    def test_others_read_nothing(self):
        self._morning()
        elsewhere = self.setup_other_company(name="Autre SAS")["company"]
        stranger = self._user(
            "check_stranger", "dunning_fr.group_dunning_manager", company=elsewhere
        )
        plain = self._user("check_plain", "account.group_account_invoice")
        checks = self._by(stranger, self.env["dunning.desk.check"])
        self.assertFalse(checks.search([("company_id", "=", self.company.id)]))
        counted = dict(checks._read_group([], ["company_id"], ["__count"]))
        self.assertEqual(list(counted), [elsewhere])
        self.assertFalse(sum(checks.search([("code", "!=", "bank")]).mapped("count")))
        desks = self._by(stranger, self.env["dunning.desk"])
        self.assertEqual(desks.search([]).company_id, elsewhere)
        mine = self._checks()["draft"]
        desk = self.env["dunning.desk"].browse(self.company.id)
        for records, user in ((mine, stranger), (mine, plain), (desk, plain)):
            with (
                self.subTest(records=records, user=user.login),
                mute_logger("odoo.addons.base.models.ir_access"),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self._by(user, records).read(["display_name"])
        # for who works elsewhere there is no such row
        self.assertEqual(self._by(stranger, desk).read(["amount_overdue"]), [])
        self._invoice(500, TODAY + timedelta(days=5))
        forged = desks.new({"company_id": self.company.id})
        for name in ("overdue", "promised", "disputed", "expected", "broken"):
            self.assertFalse(forged[f"amount_{name}"], name)
        self.assertFalse(forged.check_ids)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._by(stranger, mine).action_open()

    def test_two_companies_side_by_side(self):
        self._morning()
        elsewhere = self.setup_other_company(name="Autre SAS")["company"]
        both = self._user("check_both", "dunning_fr.group_dunning_user")
        both.company_ids = self.company | elsewhere
        checks = self._by(both, self.env["dunning.desk.check"]).search([])
        self.assertEqual(checks.company_id, self.company | elsewhere)
        drafts = checks.filtered(lambda check: check.code == "draft")
        counts = {check.company_id: check.count for check in drafts}
        self.assertEqual(counts[elsewhere], 0)
        self.assertGreaterEqual(counts[self.company], 1)

    def _owing_in(self, company, partner):
        """Have ``partner`` owe ``company`` late; return its debtor there."""
        values = {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": ago(60),
            "invoice_date_due": ago(40),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "x", "price_unit": 50, "tax_ids": []})
            ],
        }
        own = self.env(context={"allowed_company_ids": (company | self.company).ids})
        own["account.move"].create(values).action_post()
        debtors = self.env["dunning.debtor"]
        return debtors.browse(debtors._ensure(company, partner.ids)[partner.id])

    def _other_mornings(self):
        """Make another company and a branch that have a morning too; return them."""
        theirs = self.setup_other_company(name="Autre SAS")
        elsewhere = theirs["company"]
        branch = self.env["res.company"].create(
            {"name": "Agence de Lyon", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        for company, account in (
            (elsewhere, theirs["default_account_receivable"]),
            (branch, self.receivable),
        ):
            self.env["ir.default"].set(
                "res.partner",
                "property_account_receivable_id",
                account.id,
                company_id=company.id,
            )
        self.env.invalidate_all()
        shared = self._customer("Partout SARL")
        self._owing_in(self.company, shared)
        for company in (elsewhere, branch):
            self._owing_in(company, shared)
            self._owing_in(company, self._customer("Seul SARL"))
            gone = self._owing_in(company, self._customer("Archivé SARL"))
            gone.partner_id.active = False
            debtor = self._owing_in(company, self._customer("Elle SARL", "public"))
            self._promise(debtor, ago(3), "broken", amount=30)
            self.env["dunning.hold"].create(
                {
                    "debtor_id": debtor.id,
                    "kind": "dispute",
                    "date_from": ago(10),
                    "answer_by": ago(2),
                    "amount": 4,
                }
            )
            debtor.activity_schedule(
                "mail.mail_activity_data_call", ago(1), user_id=self.env.uid
            )
        return elsewhere, branch

    def test_every_number_is_that_of_its_list_whatever_is_selected(self):
        self._morning()
        elsewhere, branch = self._other_mornings()
        every = self.company | elsewhere | branch
        for group in ("user", "manager"):
            user = self._user(f"check_{group}", f"dunning_fr.group_dunning_{group}")
            user.company_ids = every
            for companies in (self.company, every, elsewhere | self.company, branch):
                self.env.invalidate_all()
                checks = self.env["dunning.desk.check"].with_user(user)
                checks = checks.with_context(allowed_company_ids=companies.ids)
                rows = checks.search([])
                self.assertEqual(rows.company_id, companies)
                for row in rows:
                    action = row.action_open()
                    opened = rows.env[action["res_model"]]
                    with self.subTest(group, at=companies[0].name, code=row.code):
                        found = opened.search_count(action["domain"])
                        self.assertEqual(found, row.count)
                    if row.company_id == self.company:
                        continue
                    if row.code in ("broken", "dispute", "call", "qualify"):
                        number = 3 if row.code == "qualify" else 1
                        self.assertEqual(row.count, number, row.code)

    # ------------------------------------------------------------------ matching

    def _bookkeeper(self):
        return self._user(
            "desk_bookkeeper",
            "dunning_fr.group_dunning_user",
            "account.group_account_invoice",
        )

    def _preview(self, receipts, user=None):
        action = self._by(
            user or self._bookkeeper(), receipts
        ).action_dunning_allocate()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return wizard.with_user(user) if user else wizard

    def test_the_first_due_is_paid_first(self):
        debtor = self._owing("Deux SARL", 100, 40)
        old = self._items_of(debtor)
        young = self._items(self._invoice(100, ago(10), debtor.partner_id))
        credit = self._receive(debtor, 130)
        user = self._bookkeeper()
        wizard = self._preview(credit, user)
        self.assertEqual(
            [(row.debt_id, row.amount, row.residual_after) for row in wizard.line_ids],
            [(old, 100, 0), (young, 30, 70)],
        )
        self.assertFalse(old.reconciled)
        wizard.action_apply()
        self.assertTrue(old.reconciled and credit.reconciled)
        self.assertEqual(young.amount_residual, 70)
        body = debtor.message_ids[0].body
        for name in (credit.move_name, old.move_name, young.move_name):
            self.assertIn(name, body)

    def test_a_credit_note_pays_its_own_invoice(self):
        debtor = self._owing("Avoir SARL", 100, 40)
        young = self._invoice(100, ago(10), debtor.partner_id)
        note = young._reverse_moves([{"invoice_date": ago(1), "date": ago(1)}])
        note.invoice_line_ids.price_unit = 60
        note.action_post()
        note.line_ids.remove_move_reconcile()  # Odoo has matched them by itself
        credit = self._items(note)
        wizard = self._preview(credit)
        self.assertEqual(wizard.line_ids.debt_id.move_id, young)
        self.assertEqual(wizard.line_ids.amount, 60)

    def test_several_receipts_share_the_debts(self):
        debtor = self._owing("Partage SARL", 100, 40)
        other = self._owing("Voisin SARL", 1000, 90)
        first = self._receive(debtor, 70, ago(2))
        wizard = self._preview(first | self._receive(debtor, 70, ago(1)))
        self.assertEqual(wizard.line_ids.mapped("amount"), [70, 30])
        self.assertEqual(wizard.line_ids.mapped("residual_after"), [30, 0])
        self.assertEqual(wizard.line_ids.partner_id, debtor.partner_id)
        self.assertNotIn(other.partner_id, wizard.line_ids.partner_id)

    def test_what_is_disputed_stays_out(self):
        debtor = self._owing("Bloqué SARL", 100, 40)
        invoice = self._items_of(debtor).move_id
        invoice.payment_state = "blocked"
        credit = self._receive(debtor, 30)
        wizard = self._preview(credit)
        self.assertFalse(wizard.line_ids)
        self.assertIn(credit.move_name, wizard.left_out)
        with self.assertRaisesRegex(UserError, "nothing to match"):
            wizard.action_apply()

    def _dispute(self, debtor, moves=None, amount=0):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": debtor.id,
                "kind": "dispute",
                "date_from": ago(10),
                "move_ids": [Command.set(moves.ids if moves else [])],
                "amount": amount,
            }
        )

    def test_a_dispute_about_everything_stays_out_too(self):
        debtor = self._owing("Tout SARL", 100, 40)
        dispute = self._dispute(debtor)
        credit, user = self._receive(debtor, 30), self._bookkeeper()
        self.assertFalse(self._preview(credit, user).line_ids)
        dispute.amount = 20  # the rest is not disputed
        self.assertEqual(self._preview(credit, user).line_ids.amount, 30)
        dispute.amount = 0
        dispute.action_lift("Agreed")
        self.assertEqual(self._preview(credit, user).line_ids.amount, 30)

    def test_a_credit_note_pays_its_own_disputed_invoice_and_no_other(self):
        debtor = self._owing("Remise SARL", 100, 40)
        wrong = self._invoice(100, ago(10), debtor.partner_id)
        self._dispute(debtor, wrong)
        self.assertEqual(wrong.payment_state, "blocked")
        note = wrong._reverse_moves([{"invoice_date": ago(1), "date": ago(1)}])
        note.invoice_line_ids.price_unit = 60
        note.action_post()
        note.line_ids.remove_move_reconcile()  # Odoo has matched them by itself
        user = self._bookkeeper()
        wizard = self._preview(self._items(note), user)
        self.assertEqual(wizard.line_ids.debt_id.move_id, wrong)
        self.assertEqual(wizard.line_ids.amount, 60)
        receipt = self._preview(self._receive(debtor, 200), user)
        self.assertTrue(receipt.line_ids)
        self.assertNotIn(wrong, receipt.line_ids.debt_id.move_id)

    def test_the_undisputed_part_is_paid_and_no_more(self):
        """R1.31: what is disputed is not due yet, the rest is."""
        debtor = self._owing("Partie SARL", 100, 40)
        debt = self._items_of(debtor)
        self._dispute(debtor, debt.move_id, 40)
        young = self._items(self._invoice(50, ago(10), debtor.partner_id))
        credit, user = self._receive(debtor, 130), self._bookkeeper()
        wizard = self._preview(credit, user)
        self.assertEqual(
            [(row.debt_id, row.amount, row.residual_after) for row in wizard.line_ids],
            [(debt, 60, 40), (young, 50, 0)],
        )
        wizard.action_apply()
        self.assertEqual((debt.amount_residual, young.amount_residual), (40, 0))
        self.assertEqual(credit.amount_residual, -20)
        self.assertFalse(self._preview(credit, user).line_ids)

    def test_the_credit_note_of_a_disputed_part_pays_it(self):
        debtor = self._owing("Remise SARL", 100, 40)
        debt = self._items_of(debtor)
        dispute = self._dispute(debtor, debt.move_id, 40)
        note = debt.move_id._reverse_moves([{"invoice_date": ago(1), "date": ago(1)}])
        note.invoice_line_ids.price_unit = 30
        note.action_post()
        note.line_ids.remove_move_reconcile()  # Odoo has matched them by itself
        receipt, user = self._receive(debtor, 130), self._bookkeeper()
        wizard = self._preview(self._items(note) | receipt, user)
        self.assertEqual(sum(wizard.line_ids.mapped("amount")), 30 + 60)
        wizard.action_apply()
        self.assertEqual(debt.amount_residual, 10, "of 40, 30 are credited by now")
        self.assertFalse(self._preview(receipt, user).line_ids)
        dispute.action_resolve("rejected")
        self.assertEqual(self._preview(receipt, user).line_ids.amount, 10)

    def test_a_part_of_several_is_the_first_due_as_for_reminders(self):
        debtor = self._owing("Ensemble SARL", 100, 40)
        old = self._items_of(debtor)
        young = self._items(self._invoice(100, ago(10), debtor.partner_id))
        self._dispute(debtor, (old | young).move_id, 130)
        wizard = self._preview(self._receive(debtor, 500))
        self.assertEqual(
            [(row.debt_id, row.amount) for row in wizard.line_ids], [(young, 70)]
        )

    def test_a_ledger_that_changed_is_looked_at_again(self):
        debtor = self._owing("Change SARL", 100, 40)
        credit = self._receive(debtor, 30)
        wizard = self._preview(credit)
        self._pay(self._items_of(debtor).move_id, 90, TODAY)
        with self.assertRaisesRegex(UserError, "ledger has changed"):
            wizard.action_apply()
        self.assertFalse(credit.reconciled)

    def test_no_other_currency_is_touched(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        debtor = self._owing("Dollar SARL", 100, 40, kind="professional")
        self._items_of(debtor).move_id.button_draft()
        self._invoice(100, ago(40), debtor.partner_id, currency_id=dollar.id)
        wizard = self._preview(self._receive(debtor, 30))
        self.assertFalse(wizard.line_ids)

    def test_only_who_keeps_accounts_matches(self):
        debtor = self._owing("Droit SARL", 100, 40)
        credit = self._receive(debtor, 30)
        with self.assertRaisesRegex(AccessError, "keeps the accounts"):
            self._by(self.collector, credit).action_dunning_allocate()
        debt = self._items_of(debtor)
        forged = (
            self.env["dunning.allocate"]
            .with_user(self.collector)
            .create(
                {
                    "credit_ids": [Command.set(credit.ids)],
                    "line_ids": [
                        Command.create(
                            {"credit_id": credit.id, "debt_id": debt.id, "amount": 30}
                        )
                    ],
                }
            )
        )
        with self.assertRaises(AccessError):
            forged.action_apply()
        with self.assertRaisesRegex(UserError, "None of these"):
            self._by(self._bookkeeper(), debt).action_dunning_allocate()
        self.assertFalse(credit.reconciled)

    def test_another_company_matches_nothing_here(self):
        debtor = self._owing("Loin SARL", 100, 40)
        credit, debt = self._receive(debtor, 30), self._items_of(debtor)
        elsewhere = self.setup_other_company(name="Autre SAS")["company"]
        thief = self._user(
            "desk_away",
            "dunning_fr.group_dunning_manager",
            "account.group_account_invoice",
            company=elsewhere,
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._by(thief, credit).action_dunning_allocate()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            forged = self._by(thief, self.env["dunning.allocate"]).create(
                {
                    "credit_ids": [Command.set(credit.ids)],
                    "line_ids": [
                        Command.create(
                            {"credit_id": credit.id, "debt_id": debt.id, "amount": 30}
                        )
                    ],
                }
            )
            forged.action_apply()
        self.assertFalse(credit.reconciled)
