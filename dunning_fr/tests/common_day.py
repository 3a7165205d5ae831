from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from .common_ledger import LedgerCommon


class DayCommon(LedgerCommon):
    """What a collector finds in the morning: weeks of work, settled last night.

    Everything was recorded with the collector's own rights, on days before this one;
    whether a promise or a plan was kept is the ledger's word, nobody writes it here.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["dunning_fr"],
            ["fr_FR"],
            overwrite=True,  # a database that was updated
        )
        cls.env.user.lang = "fr_FR"  # who answers for dunning
        cls.today = cls.company._dunning_today()
        cls._rates_until(cls.today)
        cls.collector = cls._user("day_collector", "Camille Roux")
        cls.accountant = cls._user(
            "day_accountant", "Jean Petit", "account.group_account_invoice"
        )

    @classmethod
    def _user(cls, login, name, *more):
        return new_test_user(
            cls.env,
            login=login,
            name=name,
            groups=",".join(("dunning_fr.group_dunning_user", *more)),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="fr_FR",
        )

    @classmethod
    def _ago(cls, days):
        return cls.today - timedelta(days=days)

    @classmethod
    def _late(cls, name, *debts):
        """Return a debtor of the collector who owes ``(amount, days late)``."""
        partner = cls._customer(
            f"{name} SARL", "professional", phone="01 02 03 04 05", lang="fr_FR"
        )
        for amount, days in debts:
            cls._invoice(amount, cls._ago(days), partner, ref=f"Bon {amount}")
        debtor = cls._debtor(partner)
        debtor.user_id = cls.collector
        return debtor

    @classmethod
    def _moves(cls, debtor):
        moves = debtor.env["account.move"].search(
            [("partner_id", "=", debtor.partner_id.id)], order="invoice_date_due"
        )
        return moves.filtered(lambda move: move.move_type == "out_invoice")

    @classmethod
    def _hold(cls, debtor, kind, **values):
        holds = cls.env["dunning.hold"].with_user(cls.collector)
        return holds.create({"debtor_id": debtor.id, "kind": kind, **values})

    @classmethod
    def _promise(cls, debtor, amount, given, due):
        return cls._hold(
            debtor,
            "promise",
            amount=amount,
            move_ids=[Command.set(cls._moves(debtor)[:1].ids)],
            date_from=cls._ago(given),
            date_to=cls._ago(due),
        )

    @classmethod
    def _plan(cls, debtor, made, *dues):
        """Return an agreed plan of the first invoice, as much on each day."""
        invoice = cls._moves(debtor)[:1]
        amount = invoice.amount_total / len(dues)
        lines = [{"due_date": cls._ago(days), "amount": amount} for days in dues]
        plan = cls._hold(
            debtor,
            "plan",
            move_ids=[Command.set(invoice.ids)],
            date_from=cls._ago(made),
            instalment_ids=[Command.create(line) for line in lines],
        )
        plan.action_agree(cls._ago(made))
        plan.message_post(body="Accord reçu par courriel", message_type="comment")
        return plan

    @classmethod
    def _receipt(cls, debtor, amount, days):
        """Book money on the bank that nobody matched."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": debtor.partner_id.id,
                "amount": amount,
                "date": cls._ago(days),
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _notice_of(cls, plan, days):
        """Make the F2 of a plan some days ago; it was presented two days later."""
        with freeze_time(cls._ago(days)):
            cls.env.invalidate_all()
            letter_id = plan.action_make_notice()["res_id"]
        cls.env.invalidate_all()
        letter = plan.env["dunning.hold.document"].browse(letter_id)
        letter.write({"posted_on": cls._ago(days), "presented_on": cls._ago(days - 2)})
        return letter
