from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class DunningCommon(AccountTestInvoicingCommon):
    """A French company, its default policies, and short ways to make a case."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.write(
            {
                "street": "12 rue de la Paix",
                "zip": "75002",
                "city": "Paris",
                "email": "compta@atelier.example",
                "phone": "01 23 45 67 89",
                "company_registry": "73282932000074",
                "dunning_legal_form": "SAS",
                "dunning_capital": "10 000 €",
                "dunning_rcs_city": "Paris",
                "dunning_signatory_name": "Claire Martin",
                "dunning_signatory_title": "Directrice financière",
                "dunning_mediator_name": "Médiation Conso",
                "dunning_mediator_address": "1 place du Marché, 69001 Lyon",
                "dunning_mediator_website": "https://mediation.example",
                "dunning_complaint_address": "reclamations@atelier.example",
                "dunning_privacy_contact": "dpo@atelier.example",
            }
        )
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.company_data["default_journal_bank"].bank_account_id = cls.bank
        cls.policies = {
            policy.default_for_kind: policy
            for policy in cls.env["dunning.policy"].search(
                [("company_id", "=", cls.company.id)]
            )
        }
        cls.pro = cls._customer("Durand SARL", "professional")

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "dunning_fr.group_dunning_manager"
        )

    @classmethod
    def _stranger(cls, company, group="user"):
        """Return a collector, or ``manager``, of another company alone."""
        return new_test_user(
            cls.env,
            login="stranger",
            groups=f"dunning_fr.group_dunning_{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _customer(cls, name, kind=None, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": kind != "consumer",
                "debtor_kind": kind or False,
                "street": "5 avenue des Tilleuls",
                "zip": "69003",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
                "email": f"{name.split()[0].lower()}@client.example",
                "lang": "en_US",
                **values,
            }
        )

    @classmethod
    def _invoice(cls, amount, due, partner=None, **values):
        """Post an invoice of ``amount`` (tax included, no tax) due on ``due``."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.pro).id,
                "invoice_date": values.pop("invoice_date", due),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "Prestation", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _pay(cls, invoice, amount, date):
        """Pay ``amount`` of ``invoice`` by bank on ``date``; return the payment."""
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "amount": amount,
                    "payment_date": date,
                    "journal_id": cls.company_data["default_journal_bank"].id,
                }
            )
            ._create_payments()
        )

    @classmethod
    def _rates_until(cls, day):
        """Have a rate for the browser's own day, whatever the shipped ones cover."""
        rates = cls.env["dunning.rate"].sudo()
        last = rates.search([], order="date_from desc", limit=1)
        start = last.date_from
        while (start.year, start.month) < (day.year, 1 if day.month < 7 else 7):
            month = 7 if start.month == 1 else 1
            start = start.replace(month=month, year=start.year + (month == 1))
            last.copy({"date_from": start})

    @classmethod
    def _break_activities(cls, record):
        """Let PostgreSQL refuse every new activity on ``record``."""
        cls.env.cr.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'refused by the test'; END$$"
        )
        cls.env.cr.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON mail_activity FOR EACH ROW WHEN"
            f" (NEW.res_model = '{record._name}' AND NEW.res_id = {record.id})"
            " EXECUTE FUNCTION pg_temp.refuse()"
        )

    @classmethod
    def _run(cls, date, **values):
        """Prepare the run of ``date`` and return it."""
        run = cls.env["dunning.run"].create(
            {"date": date, "company_id": cls.company.id, **values}
        )
        run.action_prepare()
        return run
