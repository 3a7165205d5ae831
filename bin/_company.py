"""The company of a new database, complete enough to send reminders.

The firm is invented; its numbers only pass their check digits.
"""

COMPANY = {
    "name": "Atelier Verdon SARL",
    "street": "12 rue des Tanneurs",
    "zip": "69009",
    "city": "Lyon",
    "phone": "+33 4 99 99 01 02",
    "email": "compta@atelier-verdon.example",
    "website": "https://www.atelier-verdon.example",
    "vat": "FR65912345675",
    "company_registry": "91234567500017",
}
DUNNING = {
    "dunning_rcs_city": "Lyon",
    "dunning_legal_form": "SARL",
    "dunning_capital": "50 000 €",
    "dunning_signatory_name": "Camille Verdon",
    "dunning_signatory_title": "Gérante",
}
IBAN = "FR7630006000011234567890189"


def complete(env):
    company = env.company
    fields = company._fields
    company.write({**COMPANY, **{k: v for k, v in DUNNING.items() if k in fields}})
    if "account.journal" in env:
        give_bank_account(env, company)


def give_bank_account(env, company):
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    if journal and not journal.bank_account_id:
        journal.set_bank_account(IBAN)
