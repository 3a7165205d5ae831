from odoo import api, fields, models

# Direct debits of Odoo and of the OCA, and the French bill (lettre de change relevé)
COLLECTED_CODES = {"sdd", "sepa_direct_debit", "fr_lcr"}


class AccountPaymentMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    dunning_collected = fields.Boolean(
        string="Collected by us: no reminder until rejected",
        compute="_compute_dunning_collected",
        store=True,
        readonly=False,
        help="Tick it for direct debits and bills that we present to the bank "
        "ourselves: invoices to be paid this way are not reminded, unless the bank "
        "returns one: enter the day on the invoice, under Other Info.",
    )

    @api.depends("payment_method_id")
    def _compute_dunning_collected(self):
        codes = COLLECTED_CODES | set(
            self.env["account.payment.method"]._get_sdd_payment_method_code()
        )
        for line in self:
            method = line.payment_method_id
            line.dunning_collected = (
                method.payment_type == "inbound" and method.code in codes
            )

    @api.model
    def _dunning_collected_ids(self):
        """Return the ids of the methods by which we collect ourselves: very few."""
        # sudo: the company's own settings decide, whoever asks
        return self.sudo().search([("dunning_collected", "=", True)]).ids
