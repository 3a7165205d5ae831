{
    "name": "French dunning: sales",
    "summary": "What a customer owes late, on quotations and customers; "
    "confirmation blocked above a threshold",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "dunning_fr maintainers",
    "website": "https://github.com/dunning-fr/dunning_fr",
    "license": "LGPL-3",
    "depends": ["dunning_fr", "sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/dunning_sale_rules.xml",
        "views/dunning_sale_lift_views.xml",
        "views/sale_order_views.xml",
        "views/res_partner_views.xml",
        "views/res_config_settings_views.xml",
        "views/sale_portal_templates.xml",
    ],
    "auto_install": True,
}
