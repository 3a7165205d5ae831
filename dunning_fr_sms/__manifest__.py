{
    "name": "French dunning: text messages",
    "summary": "Reminders by SMS, through Odoo's own SMS",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "dunning_fr maintainers",
    "website": "https://github.com/dunning-fr/dunning_fr",
    "license": "LGPL-3",
    "depends": ["dunning_fr", "sms"],
    "data": ["data/dunning_sms_data.xml"],
    "auto_install": True,
}
