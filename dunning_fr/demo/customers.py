"""The customers of the demo company."""

from . import scenario

# Ranges that the numbering plan keeps for works of fiction.
PHONES = {"FR": "+33 4 65 71 {:02d} {:02d}"}
LANGUAGES = {"FR": "fr_FR", "BE": "fr_FR", "CH": "fr_FR"}
NO_EMAIL = {"grenier", "glycines", "meunier"}

# Agreed late-payment rates: (type, rate)
CONTRACT_RATES = {"delmas": ("fixed", 12.0), "tassin": ("legal_multiple", 3.0)}


def create(env, collector):
    """Create the customers; return {key: partner}."""
    debtors = scenario.debtors()
    countries = {c.code: c.id for c in env["res.country"].search([])}
    values = [
        _prepare_values(debtor, countries, index)
        for index, debtor in enumerate(debtors.values())
    ]
    partners = env["res.partner"].create(values)
    found = dict(zip(debtors, partners, strict=True))
    _contacts(env, debtors, found)
    _debtors(env, found, collector)
    for key, (rate_type, rate) in CONTRACT_RATES.items():
        found[key].dunning_contract_rate_type = rate_type
        found[key].dunning_contract_rate = rate
    found["participations"].dunning_excluded = True
    return found


def email(debtor):
    """Return the address for a debtor, in a domain that cannot exist."""
    if debtor.kind == "consumer":
        return f"{debtor.key}@courriel.example"
    return f"comptabilite@{debtor.key}.example"


def _prepare_values(debtor, countries, index):
    person = debtor.kind == "consumer" or debtor.name.endswith(" EI")
    phone = PHONES.get(debtor.country)
    return {
        "name": debtor.name,
        "is_company": not person,
        "street": debtor.street or False,
        "zip": debtor.zip or False,
        "city": debtor.city or False,
        "country_id": countries[debtor.country],
        "lang": LANGUAGES.get(debtor.country, "en_US"),
        "email": False if debtor.key in NO_EMAIL else email(debtor),
        "phone": phone.format(index // 10, index * 7 % 100) if phone else False,
        "debtor_kind": debtor.kind or False,
        "dunning_trade": _trade(debtor),
        "public_buyer_type": debtor.buyer or False,
        **_numbers(debtor),
    }


def _trade(debtor):
    """Return what a professional does: the demo's sole traders are artisans."""
    if debtor.kind != "professional":
        return False
    return "craftsman" if debtor.name.endswith(" EI") else "merchant"


def _numbers(debtor):
    """Return registration and tax numbers; public bodies here are not liable to VAT."""
    number = debtor.number
    if not number or number.startswith("W"):
        return {"company_registry": number or False}
    if not number.isdigit():
        return {"vat": number}
    numbers = {"company_registry": scenario.siret(number)}
    if debtor.kind == "professional":
        numbers["vat"] = scenario.vat(number)
    return numbers


def _contacts(env, debtors, partners):
    """Give companies the person who deals with invoices."""
    env["res.partner"].create(
        [
            {
                "name": debtor.contact,
                "parent_id": partners[debtor.key].id,
                "type": "contact",
                "function": "Comptabilité" if debtor.country == "FR" else "Accounts",
                "lang": partners[debtor.key].lang,
            }
            for debtor in debtors.values()
            if debtor.contact
        ]
    )


def _debtors(env, partners, collector):
    ids = [partner.id for partner in partners.values()]
    env["dunning.debtor"]._ensure(env.company, ids)
    env["dunning.debtor"].search([]).user_id = collector
