from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError

# Who takes a dispatch over, unless a channel says otherwise; see
# ``dunning.provider.mixin`` for what a provider is.
USUAL_PROVIDERS = {"email": "email", "phone": "phone"}


class DunningChannel(models.Model):
    """A way to reach a debtor; an integrator's add-on may bring more.

    The channels belong to all companies of the database: who changes one works in
    every company whose policies use it.
    """

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
    keeps_hours = fields.Boolean(
        string="Keeps to sending hours",
        compute="_compute_keeps_hours",
        store=True,
        readonly=False,
        precompute=True,
        help="It disturbs the debtor when it leaves (e-mail, text message, call): it "
        "keeps to the company's sending window and counts for its notices a day. A "
        "letter does not: it arrives with the post.",
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

    @api.depends("code")
    def _compute_keeps_hours(self):
        for channel in self:
            channel.keeps_hours = not channel._is_postal()

    def _check_access(self, operation):
        # EXTENDS 'base'
        """Keep what other companies send through out of reach of one's manager."""
        result = super()._check_access(operation)
        if result or operation != "write" or self.env.su:
            return result
        mine = self.env.user.company_ids
        others = {c: found - mine for c, found in self._depending_companies().items()}
        refused = self.filtered(lambda channel: others[channel])
        if not refused:
            return None
        companies = self.env["res.company"].concat(*(others[c] for c in refused))
        return refused, lambda: AccessError(
            self.env._(
                "%(channels)s: channels are shared by all companies, and companies in "
                "which you do not work send through them: %(companies)s. Ask a dunning "
                "manager of all of them.",
                channels=", ".join(refused.mapped("name")),
                # sudo: their names alone, to say whom to ask
                companies=", ".join(set(companies.sudo().mapped("name"))),
            )
        )

    def _depending_companies(self):
        """Return {channel: companies whose levels, calls or fallbacks use it}."""
        # sudo: it is about companies that the person does not see
        env = self.sudo().with_context(active_test=False).env
        ways = [
            ("dunning.level", "channel_ids"),
            ("dunning.fallback", "channel_id"),
        ]
        found = defaultdict(env["res.company"].browse)
        for model, name in ways:
            for channel, companies in env[model]._read_group(
                [(name, "in", self.ids)], [name], ["company_id:recordset"]
            ):
                found[channel.id] |= companies
        for channel in self.filtered(lambda channel: channel.code == "phone"):
            calling = env["dunning.level"].search([("call_follows", "=", True)])
            found[channel.id] |= calling.company_id
        return {channel: found[channel.id] for channel in self}

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
