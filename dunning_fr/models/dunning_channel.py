from collections import defaultdict

from odoo import api, fields, models

# Who takes a dispatch over, unless a channel says otherwise; see
# ``dunning.provider.mixin`` for what a provider is.
USUAL_PROVIDERS = {"email": "email", "phone": "phone"}


class DunningChannel(models.Model):
    """A way to reach a debtor; an integrator's add-on may bring more."""

    _name = "dunning.channel"
    _description = "Dunning channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    provider = fields.Selection(
        [
            ("email", "Mail server"),
            ("post", "A person, by post"),
            ("phone", "A person, by phone"),
        ],
        string="Leaves through",
        compute="_compute_provider",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Who takes over what leaves. What is already on its way keeps its own.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Text of its own",
        domain=[("model", "=", "dunning.notice")],
        ondelete="restrict",
        help="A call's script or a short message; empty: the text of the level.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code)", "A channel with this code exists already."
    )

    @api.depends("code")
    def _compute_provider(self):
        for channel in self:
            channel.provider = USUAL_PROVIDERS.get(channel.code, "post")

    def _is_postal(self):
        """Return whether a letter is posted, by a person or a service: it has a PDF."""
        self.ensure_one()
        return self.code in ("letter", "registered_letter")

    @api.model
    def _by_code(self):
        """Return {code: channel}; an archived or missing code gives no channel."""
        channels = self.search([("active", "=", True)])  # whatever the context says
        return defaultdict(self.browse, {c.code: c for c in channels})

    # ----------------------------------------------- whom each provider can reach

    def _reach(self, recipient):
        """Return the address that the channel would use, as text; empty: none.

        :param recipient: what ``dunning.recipient.mixin`` says of the debtor
        """
        self.ensure_one()
        return getattr(self, f"_reach_through_{self.provider}")(recipient)

    def _reach_through_email(self, recipient):
        return recipient["email"]

    def _reach_through_post(self, recipient):
        return recipient["address"] and recipient["name"]

    def _reach_through_phone(self, recipient):
        return recipient["phone"]
