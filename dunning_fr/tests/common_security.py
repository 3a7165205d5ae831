from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import DunningCommon

DAY = "2026-03-16"
DUE = "2026-03-02"  # two weeks late: the first level of every policy

GROUPS = {
    "portal": "base.group_portal",
    "internal": "base.group_user",
    "billing": "account.group_account_invoice",
    "reader": "account.group_account_readonly",
    "collector": "dunning_fr.group_dunning_user",
    "manager": "dunning_fr.group_dunning_manager",
}
FORBIDDEN_LOG = "odoo.addons.base.models.ir_rule"


class SecurityCommon(DunningCommon):
    """People with few rights in company A; company B; notices sent by both."""

    people_wanted = tuple(GROUPS)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._other_company()
        cls.people = {
            name: cls._user(name, GROUPS[name], cls.company)
            for name in cls.people_wanted
        }
        cls.collector = cls.people["collector"]
        cls.manager = cls.people["manager"]
        cls.stranger = cls._user("stranger", GROUPS["manager"], cls.other)
        cls.mine = cls._sent(cls._customer("Alpha SARL", "professional"))
        cls.theirs = cls._sent(cls._customer("Beta SARL", "professional"), cls.other)

    @classmethod
    def _other_company(cls):
        """Return a second company that can invoice and send, without a whole chart."""
        names = ("street", "zip", "city", "email", "company_registry", "country_id")
        names += ("currency_id", "account_fiscal_country_id", "dunning_signatory_name")
        values = {name: cls.company[name] for name in names}
        company = cls.env["res.company"].create(
            {"name": "Autre SARL", **cls.company._convert_to_write(values)}
        )
        cls.env.user.company_ids += company
        env = cls.env(context={"allowed_company_ids": company.ids})
        accounts = env["account.account"].create(
            [
                {"name": name, "code": code, "account_type": kind}
                for name, code, kind in (
                    ("Clients", "411100", "asset_receivable"),
                    ("Ventes", "706000", "income"),
                )
            ]
        )
        env["account.journal"].create(
            {
                "name": "Ventes",
                "code": "VTE",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": accounts[1].id,
            }
        )
        env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            accounts[0].id,
            company_id=company.id,
        )
        company.dunning_bank_account_id = cls.bank
        company._dunning_setup()
        return company

    @classmethod
    def _user(cls, login, groups, *companies):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            email=f"{login}@atelier.example",
            company_id=companies[0].id,
            company_ids=[(6, 0, [company.id for company in companies])],
        )

    @classmethod
    def _prepared(cls, partner, company=None, **values):
        """Return the draft of a customer who owes 1,000 for two weeks."""
        company = company or cls.company
        invoice = cls._invoice(1000, DUE, partner, company_id=company.id, **values)
        assert invoice.company_id == company
        run = cls.env["dunning.run"].create({"date": DAY, "company_id": company.id})
        run.action_prepare()
        return run.notice_ids.filtered(lambda notice: notice.partner_id == partner)

    @classmethod
    def _queued(cls, partner, company=None, **values):
        notice = cls._prepared(partner, company, **values)
        here = notice.company_id == cls.company
        notice.with_user(cls.collector if here else cls.stranger).action_send()
        assert notice.state == "queued", notice.failure_reason
        return notice

    @classmethod
    def _sent(cls, partner, company=None, **values):
        notice = cls._queued(partner, company, **values)
        cls.env["dunning.notice"]._process_queue()
        assert notice.state == "sent", notice.failure_reason
        return notice

    @classmethod
    def _letter(cls, notice):
        """Give ``notice`` a stored letter, as the worker does once it is rendered."""
        trusted = notice.sudo()._proof_unlocked()
        trusted.attachment_id = trusted.env["ir.attachment"].create(
            trusted._prepare_letter_values(b"%PDF-1.4 letter")
        )
        trusted.content_hash = trusted._content_digest()
        return notice.attachment_id

    def _refused(self, attempt, *arguments, errors=UserError, **values):
        """Check that ``attempt`` is refused, from a cold cache, and leaves no trace."""
        self.env.flush_all()
        self.env.invalidate_all()
        with (
            mute_logger(FORBIDDEN_LOG),
            self.assertRaises(errors),
            self.env.cr.savepoint(),
        ):
            attempt(*arguments, **values)
            self.env.flush_all()
        self.env.invalidate_all()
