{
    "name": "French dunning: reminders, penalties, formal notices",
    "summary": "From a due date to a court file: reminders in up to four levels, "
    "late-payment penalties and the 40 € fee, letters and e-mails",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "dunning_fr maintainers",
    "website": "https://github.com/dunning-fr/dunning_fr",
    "license": "LGPL-3",
    "depends": ["account", "l10n_fr_account"],
    "external_dependencies": {"python": ["xlsxwriter"]},
    "data": [
        "security/dunning_groups.xml",
        "security/ir.model.access.csv",
        "security/dunning_rules.xml",
        "data/dunning_channel_data.xml",
    ],
    "post_init_hook": "post_init_hook",
    "application": True,
    "installable": True,
}
