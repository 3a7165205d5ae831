from odoo import fields, models


class ResCompany(models.Model):
    """When holds are warned of, and what the law leaves to the company."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    dunning_hold_warning_days = fields.Integer(
        string="Days of warning before a hold ends",
        default=7,
        help="So many days before the last day of a judge's delay, of the month of a "
        "small-claims procedure and the like, the collector gets an activity.",
    )
    dunning_document_days = fields.Integer(
        string="Days to send a document asked for",
        default=5,
        help="Later than this, the collector gets an activity: reminders wait for us.",
    )
    dunning_talks_pause_interest = fields.Boolean(
        string="No interest in mediation or while a document is waited for",
        help="No text suspends penalties meanwhile: they are due by law, and silence "
        "waives nothing (R1.33). Tick this to claim none for these days; to verify. A "
        "judge's delay suspends them in any case (R1.32).",
    )
    dunning_factored_claims = fields.Boolean(
        string="Claim interest and 40 € on invoices sold to a factor",
        default=True,
        help="Invoices reminded in our name, paid to the factor. Who takes over a "
        "claim takes over what goes with it (C. civ. 1346-4): your contract with the "
        "factor says who claims them; from memory, to verify.",
    )

    _dunning_hold_positive = models.Constraint(
        "CHECK (dunning_hold_warning_days >= 0 AND dunning_document_days >= 0)",
        "Days of warning and days to send a document cannot be negative.",
    )
