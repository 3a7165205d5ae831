"""A large random ledger: entries posted by Odoo, copied in SQL with other figures."""

import json
import random
from datetime import date, timedelta
from decimal import Decimal

from odoo import Command

from .common_ledger import LedgerCommon
from .slow_claim import Document, Instalment, Part

FIRST, TODAY = date(2022, 12, 1), date(2026, 11, 20)  # four years
KINDS = ("professional", "consumer", "non_professional", "public")
CURRENCIES = {"EUR": 1, "USD": 1.25, "JPY": 160, "KWD": 0.3}
PLACES = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
INVOICES_EACH = 5
TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "dunning_notice",
    "dunning_notice_line",
)


class Story:
    """A document, and where it stands in the ledger."""

    def __init__(self, document, currency):
        self.document, self.currency = document, currency
        self.move_id = None
        self.line_ids = []

    def __str__(self):
        return f"{self.currency} {self.document}"


class Teller:
    """Invents customers and their documents."""

    def __init__(self, seed):
        self.dice = random.Random(seed)

    def day(self, first, last):
        return first + timedelta(days=self.dice.randint(0, max(0, (last - first).days)))

    def chance(self, share):
        return self.dice.random() < share

    def customer(self, number):
        """Return what a customer's form says."""
        dice, kind = self.dice, KINDS[number % 4]
        values = {"name": f"Customer {number}", "is_company": True, "debtor_kind": kind}
        if number % 23 == 0:
            values["debtor_kind"] = False
        if kind == "public":
            values["public_buyer_type"] = dice.choice(
                ("state", "local", "health", "undertaking", "private_law", False)
            )
        if self.chance(0.3):
            contract = self.contract()
            values["dunning_contract_rate_type"] = contract[0]
            values["dunning_contract_rate"] = contract[1]
        if self.chance(0.05):
            values["dunning_law"] = "foreign"
        return values

    def contract(self):
        rate_type, low, high = self.dice.choice(
            [("fixed", 200, 2000), ("ecb_plus", 0, 1500), ("legal_multiple", 100, 700)]
        )
        return rate_type, self.dice.randint(low, high) / 100

    def story(self, customer):
        dice = self.dice
        kind = customer["debtor_kind"] or None
        if self.chance(0.05):
            kind = dice.choice(KINDS)
        currency = "EUR" if self.chance(0.8) else dice.choice(list(CURRENCIES))
        document = Document(kind, [], foreign=customer.get("dunning_law") == "foreign")
        document.public_type = customer.get("public_buyer_type") or None
        if customer.get("dunning_contract_rate_type"):
            document.contract = (
                customer["dunning_contract_rate_type"],
                customer["dunning_contract_rate"],
            )
        if self.chance(0.2):
            document.contract = self.contract()
        due = self.day(FIRST, TODAY)
        for _number in range(dice.choice((1, 1, 1, 2, 3))):
            amount = dice.choice((dice.randint(1, 500), dice.randint(10**4, 10**6)))
            document.instalments.append(Instalment(amount, due))
            due += timedelta(days=dice.randint(1, 90))
        self.dates(document)
        return Story(document, currency)

    def dates(self, document):
        """Give the document what the law counts from."""
        last = document.instalments[-1].due
        if document.kind == "public" and self.chance(0.6):
            start = document.instalments[0].due - timedelta(self.dice.randint(10, 60))
            document.term_start = start
            if self.chance(0.3):
                first = self.day(start, start + timedelta(70))
                length = self.dice.randint(0, 40)
                end = first + timedelta(length) if self.chance(0.9) else None
                document.suspension = (first, end)
        elif document.kind in KINDS[1:3] and self.chance(0.7):
            document.presented = self.day(document.instalments[0].due, TODAY)
        document.no_claim = self.chance(0.04)
        if document.kind != "public" and self.chance(0.08):
            document.served = self.day(last, TODAY)

    def reduction(self, instalment, left):
        """Return (nature in the ledger, day, amount) of what reduces an instalment."""
        nature = self.dice.choice(
            ("bank", "bank", "bank", "bank", "correction", "gesture", "loss", "set_off")
        )
        whole = self.chance(0.3)
        amount = left if whole else self.dice.randint(1, left)
        day = self.day(instalment.due - timedelta(days=40), TODAY)
        return nature, day, amount


class RandomLedgerCommon(LedgerCommon):
    """Writes the stories of a ``Teller`` as copies of entries that Odoo posted."""

    @classmethod
    def _write_ledger(cls, seed, customers):
        cls.teller = Teller(seed)
        cls.rows = {name: [] for name in TABLES}
        cls.last, cls.open_ids, cls.unmatched = {}, [], []
        cls._post_templates()
        people = [cls.teller.customer(number) for number in range(customers)]
        cls.customers = cls.env["res.partner"].create(people)
        cls.stories = []
        for customer, told in zip(cls.customers, people, strict=True):
            own = [cls.teller.story(told) for _number in range(INVOICES_EACH)]
            cls._tell_insolvency(customer, own)
            cls._tell_pause(customer, own)
            for story in own:
                cls._invoice_rows(customer, story)
            cls._unmatched_rows(customer, own)
            cls.stories += own
        cls._copy_rows()
        cls._let_odoo_compute()
        cls._allocate_unmatched()

    # -- what Odoo posts itself --------------------------------------------------------
    @classmethod
    def _post_templates(cls):
        for name, rate in CURRENCIES.items():
            if name != "EUR":
                cls.setup_other_currency(name, rates=[("2016-01-01", rate)])
        cls.currency_ids = {name: cls.env.ref(f"base.{name}").id for name in CURRENCIES}
        invoice = cls._invoice(100, "2026-08-31")
        refund = cls._invoice(
            10, "2026-08-31", move_type="out_refund", invoice_date="2026-08-31"
        )
        open_items = cls._items(invoice | refund)
        open_items.filtered(lambda line: not line.reconciled).reconcile()
        payment = cls._pay(invoice, 20, "2026-09-10").move_id
        misc = cls._general_entry(10)
        items = cls._items(invoice | misc)
        items.filtered(lambda line: not line.reconciled).reconcile()
        notice = cls._notice(cls._items(invoice), 3, presented_date="2026-09-02")
        cls.moves = {"out_invoice": invoice, "out_refund": refund}
        cls.moves |= {"bank": payment, "misc": misc}
        cls.item = cls._items(invoice)
        cls.partial = cls.item.matched_credit_ids[:1]
        cls.notice = notice
        chart = cls.env["account.chart.template"]
        cls.accounts = {
            "receivable": cls.item.account_id.id,
            "loss": chart.ref("pcg_6541").id,
            "set_off": cls.company_data["default_account_payable"].id,
            "bank": payment.journal_id.default_account_id.id,
            "income": cls.company_data["default_account_revenue"].id,
            "doubtful": cls._doubtful().id,
        }
        cls.env.flush_all()

    @classmethod
    def _doubtful(cls):
        return cls.env["account.account"].create(
            {
                "code": "416999",
                "name": "Doubtful",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )

    @classmethod
    def _general_entry(cls, amount):
        accounts = (
            (cls.company_data["default_account_receivable"], -amount),
            (cls.company_data["default_account_payable"], amount),
        )
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-09-10",
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": cls.pro.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in accounts
                ],
            }
        )
        entry.action_post()
        return entry

    # -- rows --------------------------------------------------------------------------
    @classmethod
    def _id(cls, table):
        """Return the next id of a table."""
        if table not in cls.last:
            cls.env.cr.execute(f"SELECT max(id) + 1000 FROM {table}")
            cls.last[table] = cls.env.cr.fetchone()[0]
        cls.last[table] += 1
        return cls.last[table]

    @classmethod
    def _row(cls, table, template, **values):
        values["id"] = cls._id(table)
        cls.rows[table].append((template.id, values))
        return values["id"]

    @classmethod
    def _money(cls, minor, currency):
        """Return (amount of the currency, euros) as text."""
        amount = Decimal(minor).scaleb(-PLACES[currency])
        euros = amount / Decimal(str(CURRENCIES[currency]))
        return str(amount), str(euros.quantize(Decimal("0.01")))

    @classmethod
    def _move_row(cls, move_type, partner, day, currency, total, **values):
        template = cls.moves[move_type]
        name = f"RANDOM/{len(cls.rows['account_move'])}"
        amount, euros = cls._money(total, currency)
        return cls._row(
            "account_move",
            template,
            name=name,
            partner_id=partner.id,
            commercial_partner_id=partner.id,
            date=str(day),
            currency_id=cls.currency_ids[currency],
            amount_total=amount,
            amount_total_signed=euros,
            payment_reference=None,
            **{"invoice_date": str(day), "invoice_date_due": str(day), **values},
        )

    @classmethod
    def _line_row(
        cls, move_type, move_id, partner, day, currency, minor, account, **values
    ):
        """Add a line: a debit, or a credit when ``minor`` is negative."""
        template = cls.moves[move_type].line_ids.filtered(
            lambda line: line.account_id == cls.item.account_id
        )
        amount, euros = cls._money(abs(minor), currency)
        sign = "-" if minor < 0 else ""
        return cls._row(
            "account_move_line",
            template,
            move_id=move_id,
            move_name=f"RANDOM {move_id}",
            partner_id=partner.id,
            account_id=cls.accounts[account],
            date=str(day),
            date_maturity=str(day),
            currency_id=cls.currency_ids[currency],
            amount_currency=sign + amount,
            balance=sign + euros,
            amount_residual=0,
            amount_residual_currency=0,
            reconciled=True,
            debit=euros if minor > 0 else 0,
            credit=euros if minor < 0 else 0,
            full_reconcile_id=None,
            matching_number=None,
            **values,
        )

    @classmethod
    def _partial_row(cls, debit_id, credit_id, day, currency, minor, **values):
        amount, euros = cls._money(minor, currency)
        cls._row(
            "account_partial_reconcile",
            cls.partial,
            debit_move_id=debit_id,
            credit_move_id=credit_id,
            amount=euros,
            debit_amount_currency=amount,
            credit_amount_currency=amount,
            debit_currency_id=cls.currency_ids[currency],
            credit_currency_id=cls.currency_ids[currency],
            max_date=str(day),
            full_reconcile_id=None,
            exchange_move_id=None,
            **values,
        )

    # -- documents ---------------------------------------------------------------------
    @classmethod
    def _invoice_rows(cls, partner, story):
        document, currency = story.document, story.currency
        total = sum(one.amount for one in document.instalments)
        day = document.instalments[0].due - timedelta(days=30)
        contract = document.contract or ("statutory", 0)
        own = contract != (
            partner.dunning_contract_rate_type,
            partner.dunning_contract_rate,
        )
        document.issued = day
        story.move_id = cls._move_row(
            "out_invoice",
            partner,
            day,
            currency,
            total,
            debtor_kind=document.kind if document.kind != partner.debtor_kind else None,
            dunning_contract_rate_type=contract[0] if own else None,
            dunning_contract_rate=contract[1] if own else None,
            dunning_term_start=_text(document.term_start),
            dunning_suspension_from=_text((document.suspension or [None])[0]),
            dunning_suspension_to=_text((document.suspension or [None])[-1]),
            dunning_judgment_served=_text(document.served),
            dunning_no_claim=document.no_claim,
        )
        args = "out_invoice", story.move_id, partner
        for one in document.instalments:
            line_id = cls._line_row(*args, one.due, currency, one.amount, "receivable")
            story.line_ids.append(line_id)
            cls.open_ids.append(line_id)
            cls._reduction_rows(partner, story, one, line_id)
            if document.presented:
                cls._notice_rows(partner, story, one, document.presented)
        cls._line_row(*args, day, currency, -total, "income")

    @classmethod
    def _notice_rows(cls, partner, story, instalment, presented):
        notice_id = cls._row(
            "dunning_notice",
            cls.notice,
            partner_id=partner.id,
            presented_date=str(presented),
        )
        cls._row(
            "dunning_notice_line",
            cls.notice.line_ids,
            notice_id=notice_id,
            document_key=f"{story.move_id}:{instalment.due}",
            move_line_id=None,
        )

    @classmethod
    def _reduction_rows(cls, partner, story, instalment, line_id):
        teller, left, account = cls.teller, instalment.amount, "receivable"
        for _number in range(teller.dice.choice((0, 0, 1, 1, 2, 3))):
            if not left:
                return
            if account == "receivable" and teller.chance(0.06):
                args = partner, story, instalment, line_id, left
                line_id, account = cls._transfer_rows(*args), "doubtful"
            nature, day, amount = teller.reduction(instalment, left)
            if account == "doubtful":
                nature = "bank"
            args = partner, story, line_id, account, nature, day, amount
            cls._counterpart_rows(*args)
            left -= amount
            known_as = {"loss": "gesture", "bank": "payment", "set_off": "payment"}
            part = Part(day, amount, known_as.get(nature, nature))
            instalment.parts.append(part)
        if left and teller.chance(0.03):  # cancelled: the ledger's entry is a draft
            day = teller.day(instalment.due, TODAY)
            args = partner, story, line_id, account, "bank", day
            cls._counterpart_rows(*args, teller.dice.randint(1, left), "draft")

    @classmethod
    def _counterpart_rows(
        cls, partner, story, debt_id, account, nature, day, amount, state="posted"
    ):
        currency = story.currency
        move_type = {"bank": "bank", "loss": "misc", "set_off": "misc"}
        move_type = move_type.get(nature, "out_refund")
        values = {"state": state}
        if move_type == "out_refund":
            gesture = nature == "gesture"
            values["dunning_credit_kind"] = "gesture" if gesture else "correction"
        move_id = cls._move_row(move_type, partner, day, currency, amount, **values)
        other = {"loss": "loss", "set_off": "set_off", "bank": "bank"}
        args = move_type, move_id, partner, day, currency
        for minor, name in ((amount, other.get(nature, "income")), (-amount, account)):
            line_id = cls._line_row(*args, minor, name, parent_state=state)
        cls._partial_row(debt_id, line_id, day, currency, amount)

    @classmethod
    def _transfer_rows(cls, partner, story, instalment, line_id, left):
        """Move what is left to 416; return the new line."""
        day = cls.teller.day(instalment.due, TODAY)
        args = partner, day, story.currency
        move_id = cls._move_row("misc", *args, left)
        credit_id = cls._line_row("misc", move_id, *args, -left, "receivable")
        cls._partial_row(line_id, credit_id, day, story.currency, left)
        return cls._line_row("misc", move_id, *args, left, "doubtful")

    @classmethod
    def _tell_insolvency(cls, partner, own):
        if not cls.teller.chance(0.1):
            return
        stop = cls.teller.day(FIRST, TODAY)
        for story in own:
            story.document.stop = stop
            if story.document.served and story.document.served >= stop:
                story.document.served = None
        cls.env["dunning.hold"].create(
            {
                "debtor_id": cls._debtor(partner).id,
                "kind": "insolvency",
                "date_from": stop,
                "judgment_date": stop,
            }
        )

    @classmethod
    def _tell_pause(cls, partner, own):
        """A judge grants the customer some time (R1.32)."""
        if not cls.teller.chance(0.08):
            return
        first = cls.teller.day(FIRST, TODAY)
        last = first + timedelta(days=cls.teller.dice.randint(0, 730))
        for story in own:
            story.document.pauses = ((first, last),)
        cls.env["dunning.hold"].create(
            {
                "debtor_id": cls._debtor(partner).id,
                "kind": "other",
                "date_from": first,
                "date_to": last,
                "suspends_interest": True,
            }
        )

    # -- money that nobody matched -----------------------------------------------------
    @classmethod
    def _unmatched_rows(cls, partner, own):
        """Leave some receipts and a credit note of the customer open."""
        if not cls.teller.chance(0.15):
            return
        story = cls.teller.dice.choice(own)
        received = []
        for day in {cls.teller.day(FIRST, TODAY) for _number in range(2)}:
            amount = cls.teller.dice.randint(1, 300_000)
            args = partner, day, story.currency
            move_id = cls._move_row("bank", *args, amount)
            cls._line_row("bank", move_id, *args, amount, "bank")
            line_id = cls._line_row("bank", move_id, *args, -amount, "receivable")
            cls.open_ids.append(line_id)
            received.append((day, amount))
        cls.unmatched.append((story.currency, own, sorted(received)))

    @classmethod
    def _allocate_unmatched(cls):
        """First debts first, receipts by day (C. civ. 1342-10)."""
        lines = cls.env["account.move.line"]
        for currency, own, received in cls.unmatched:
            debts = sorted(
                (one.due, line_id, one)
                for story in own
                if story.currency == currency
                for one, line_id in zip(
                    story.document.instalments, story.line_ids, strict=True
                )
            )
            room = {}
            for _due, line_id, _one in debts:
                residual = lines.browse(line_id).amount_residual_currency
                room[line_id] = round(residual * 10 ** PLACES[currency])
            for day, amount in received:
                for _due, line_id, one in debts:
                    part = min(amount, room[line_id])
                    if part > 0:
                        room[line_id] -= part
                        amount -= part
                        one.parts.append(Part(day, part, "unmatched"))

    # -- copies ------------------------------------------------------------------------
    @classmethod
    def _copy_rows(cls):
        for table, rows in cls.rows.items():
            templates = {}
            for template_id, values in rows:
                templates.setdefault(template_id, []).append(values)
            for template_id, values in templates.items():
                cls.env.cr.execute(
                    f"INSERT INTO {table} SELECT copy.*"
                    f"  FROM {table} template, jsonb_array_elements(%s::jsonb) told,"
                    f"       LATERAL jsonb_populate_record(template, told) copy"
                    "  WHERE template.id = %s",
                    (json.dumps(values), template_id),
                )
            # PostgreSQL would plan for the handful of rows there were
            cls.env.cr.execute(f"ANALYZE {table}")
        cls.env.invalidate_all()

    @classmethod
    def _let_odoo_compute(cls):
        """Residuals are Odoo's own sums over the reconciliations."""
        lines = cls.env["account.move.line"].browse(cls.open_ids)
        for name in ("amount_residual", "amount_residual_currency", "reconciled"):
            cls.env.add_to_compute(lines._fields[name], lines)
        cls.env.flush_all()


def _text(day):
    return str(day) if day else None
