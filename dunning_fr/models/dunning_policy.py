from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from .dunning_policy_defaults import DEFAULTS, level_values, names_in

DEBTOR_KINDS = [
    ("professional", "Professional"),
    ("non_professional", "Non-professional legal person"),
    ("consumer", "Consumer"),
    ("public", "Public buyer"),
]


class DunningPolicy(models.Model):
    """Up to four escalation levels for one kind of debtor or situation."""

    _name = "dunning.policy"
    _description = "Dunning policy"
    _inherit = ["dunning.anchor.mixin"]
    _anchors = ("company_id",)
    _order = "sequence, name, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    default_for_kind = fields.Selection(
        DEBTOR_KINDS,
        string="Default for",
        copy=False,
        help="Items of this kind of debtor follow this policy unless the customer or "
        "the invoice names another one.",
    )
    level_ids = fields.One2many(
        "dunning.level", "policy_id", string="Levels", copy=True
    )
    fallback_ids = fields.One2many(
        "dunning.fallback",
        "policy_id",
        string="Otherwise",
        copy=True,
        default=lambda self: self._default_fallbacks(),
        help="Where the channels of a level cannot reach the debtor (no address, "
        "blacklisted, or it came back): the first of these that can, each tried once. "
        "Where none can, the collector gets a task.",
    )
    pre_reminder = fields.Boolean(
        string="Reminder before the due date",
        help="A courtesy message some days before the due date; it claims nothing and "
        "is no level.",
    )
    pre_reminder_days = fields.Integer(string="Days before the due date", default=7)
    pre_reminder_min_amount = fields.Monetary(
        currency_field="company_currency_id",
        help="No reminder before the due date for an item under this amount.",
    )
    pre_reminder_template_id = fields.Many2one(
        "mail.template",
        string="Text before the due date",
        domain=[("model", "=", "dunning.notice")],
        ondelete="restrict",
    )

    _one_default = models.UniqueIndex(
        "(company_id, default_for_kind) WHERE active AND default_for_kind IS NOT NULL",
        "This company already has a default policy for this kind of debtor.",
    )

    @api.model
    def _default_fallbacks(self):
        letter = self.env["dunning.channel"]._by_code()["letter"]
        return [Command.create({"channel_id": letter.id})] if letter else []

    @api.constrains("pre_reminder", "pre_reminder_template_id", "pre_reminder_days")
    def _check_pre_reminder(self):
        for policy in self.filtered("pre_reminder"):
            if not policy.pre_reminder_template_id or policy.pre_reminder_days <= 0:
                raise ValidationError(
                    self.env._(
                        "“%(policy)s” reminds before the due date: say how many days "
                        "before, and choose the text.",
                        policy=policy.display_name,
                    )
                )

    @api.constrains("level_ids")
    def _check_level_order(self):
        """Refuse levels that shrink in delay or follow a missing formal notice."""
        for policy in self:
            formal, previous = False, None
            for level in policy.level_ids.sorted("sequence"):
                if level.delay_from == "formal_notice_expiry" and not formal:
                    raise ValidationError(
                        self.env._(
                            "Level %(level)s of “%(policy)s” counts from the expiry of "
                            "a formal notice, but no earlier level is one.",
                            level=level.sequence,
                            policy=policy.display_name,
                        )
                    )
                if level.delay_from == "due_date":
                    if previous and level.delay_days <= previous.delay_days:
                        raise ValidationError(
                            self.env._(
                                "In “%(policy)s” level %(level)s comes %(days)s days "
                                "after the due date, not later than level "
                                "%(previous)s. Each level needs a longer delay than "
                                "the one before.",
                                policy=policy.display_name,
                                level=level.sequence,
                                days=level.delay_days,
                                previous=previous.sequence,
                            )
                        )
                    previous = level
                formal = formal or level.is_formal_notice

    @api.model
    def _create_defaults(self, companies):
        """Create the missing default policies of ``companies``; never touch others."""
        present = {
            (policy.company_id.id, policy.default_for_kind)
            for policy in self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", companies.ids)])
        }
        # sudo: an accountant who loads a chart of accounts need not be a manager
        policies = self.sudo().create(
            [
                self._prepare_default_values(company, kind)
                for company in companies
                for kind in DEFAULTS
                if (company.id, kind) not in present
            ]
        )
        policies._translate_default_names()

    def _translate_default_names(self):
        """Name new default policies and levels in every language of the database."""
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        names = {lang: names_in(lang) for lang in langs}
        for record in [*self, *self.level_ids]:
            source = record.name
            record.update_field_translations(
                "name", {lang: names[lang].get(source, source) for lang in langs}
            )

    @api.model
    def _prepare_default_values(self, company, kind):
        default = DEFAULTS[kind]
        channels = self.env["dunning.channel"].with_context(active_test=False)
        channels = channels.search([])  # pylint: disable=no-search-all  # five rows
        channel_ids = {channel.code: channel.id for channel in channels}
        template_ids = self._default_template_ids()
        pre_text = template_ids.get(f"{default['texts']}0")
        levels = level_values(kind, channel_ids, template_ids)
        for values in levels:
            values["channel_ids"] = [Command.set(values.pop("channels"))]
        return {
            "name": default["name"]._translate("en_US"),
            "company_id": company.id,
            "default_for_kind": kind,
            "pre_reminder": bool(default.get("pre_reminder") and pre_text),
            "pre_reminder_min_amount": default.get("pre_reminder_min_amount", 0),
            "pre_reminder_template_id": pre_text,
            "level_ids": [Command.create(values) for values in levels],
        }

    @api.model
    def _default_template_ids(self):
        data = self.env["ir.model.data"].sudo()
        return {
            row.name: row.res_id
            for row in data.search(
                [("module", "=", "dunning_fr"), ("model", "=", "mail.template")]
            )
        }
