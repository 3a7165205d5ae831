{
    "name": "French dunning: online payments",
    "summary": "No online payment while a commissaire de justice waits for an answer",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "dunning_fr maintainers",
    "website": "https://github.com/dunning-fr/dunning_fr",
    "license": "LGPL-3",
    "depends": ["dunning_fr", "account_payment"],
    "auto_install": True,
}
