from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

FACTOR_MODES = [
    ("excluded", "The factor reminds: we do not"),
    ("own_name", "We remind in our name, paid to the factor"),
    ("handed_over", "Handed over to the factor for collection"),
]
# To whom debtors are told to pay
PAID_TO = {"factor_id", "factor_bank_id", "factor_mode"}


class DunningHold(models.Model):
    """Invoices sold to a factor: who reminds, and to whom the debtor pays.

    Reminded in our name, they are not held at all: their letters show the account of
    the factor, and say that only what is paid there frees the debtor. A manager alone
    chooses that account: whoever does sends the money of debtors there.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    factor_id = fields.Many2one("res.partner", tracking=True)
    factor_mode = fields.Selection(
        FACTOR_MODES,
        string="Who reminds",
        compute="_compute_factor_mode",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="As the contract with the factor says. Who may claim interest and the "
        "40 € is its matter as well: whoever takes over a claim takes over what goes "
        "with it (C. civ. 1346-4; from memory, to verify).",
    )
    factor_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Account of the factor",
        tracking=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('partner_id', '=', factor_id)]",
        help="Printed in the letters of these invoices instead of our own. A dunning "
        "manager alone chooses it: debtors pay there.",
    )
    notified_on = fields.Date(
        string="Debtor told on",
        tracking=True,
        help="Day the debtor was told to pay the factor: from then on only this frees "
        "it. Keep the proof.",
    )

    _factor_account = models.Constraint(
        "CHECK (factor_mode IS DISTINCT FROM 'own_name' OR factor_bank_id IS NOT NULL)",
        "Reminded in our name, factored invoices are paid to the factor: choose its "
        "account.",
    )
    _factor_kind = models.Constraint(
        "CHECK ((factor_mode IS NULL) = (kind <> 'factored'))",
        "Only invoices sold to a factor say who reminds, and each does.",
    )

    @api.depends("kind")
    def _compute_factor_mode(self):
        for hold in self:
            mode = hold.factor_mode or "excluded"
            hold.factor_mode = mode if hold.kind == "factored" else False

    @api.constrains("factor_id", "factor_bank_id")
    def _check_factor_account(self):
        for hold in self.filtered("factor_bank_id"):
            # sudo: whose account it is, nothing else of it
            holder = hold.sudo().factor_bank_id.partner_id.commercial_partner_id
            if holder != hold.sudo().factor_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "The account is not one of the factor's: choose its own."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._check_paid_to()
        holds._log_paid_to()
        return holds

    def write(self, vals):
        if PAID_TO.isdisjoint(vals):
            return super().write(vals)
        before = {hold: hold._paid_to_values() for hold in self}
        result = super().write(vals)
        changed = self.filtered(lambda hold: hold._paid_to_values() != before[hold])
        changed._check_paid_to()
        changed._log_paid_to()
        return result

    def _paid_to_values(self):
        return self.factor_mode == "own_name" and (self.factor_id, self.factor_bank_id)

    def _check_paid_to(self):
        """Refuse whoever is no manager: debtors are told to pay into this account."""
        if self.env.su or self.env.user.has_group("dunning_fr.group_dunning_manager"):
            return
        if self.filtered(lambda hold: hold.factor_mode == "own_name"):
            raise AccessError(
                self.env._(
                    "Only a dunning manager chooses the account of a factor that "
                    "letters tell debtors to pay."
                )
            )

    def _payee_changed(self):
        """Tell another number or holder of an account as another account."""
        self._check_factor_account()
        self._log_paid_to()

    def _log_paid_to(self):
        """Write on the debtor to which account its invoices are paid from now on."""
        for hold in self.filtered(lambda hold: hold.factor_mode == "own_name"):
            hold.debtor_id._message_log(
                body=self.env._(
                    "Letters now name %(account)s of %(factor)s as the account to pay.",
                    account=hold.factor_bank_id.acc_number,
                    factor=hold.factor_id.display_name,
                )
            )

    @api.model
    def _acting_domain(self, *days):
        # A hold in name only: its invoices are reminded
        held = Domain("factor_mode", "!=", "own_name")
        return super()._acting_domain(*days) & held

    def _stops(self):
        """Return the holds that keep reminders away."""
        return self.filtered(lambda hold: hold.factor_mode != "own_name")

    @api.model
    def _sold(self, debtors, day):
        """Return the holds of invoices that were sold to a factor, in force on ``day``.

        Of these debtors; their invoices and accounts are read for all of them.
        """
        # In force, though it may stop nothing: what others say of holds, without this
        # file
        # pylint: disable-next=super-method-mismatch
        in_force = super()._acting_domain(day)
        # sudo: printed on every letter, whoever sends it
        return self.sudo().search(
            Domain("debtor_id", "in", debtors.ids)
            & Domain("kind", "=", "factored")
            & in_force
        )

    @api.model
    def _factored(self, debtors, day):
        """Return those of ``_sold`` whose letters name the factor's account."""
        return self._sold(debtors, day).filtered(
            lambda hold: hold.factor_mode == "own_name"
        )

    @api.model
    def _without_claims(self, company, items, day):
        """Return the ids of the items whose interest and 40 € are the factor's."""
        if company.sudo().dunning_factored_claims:  # a setting, not a secret
            return set()
        partners = {item.partner_id for item in items}
        debtors = self.env["dunning.debtor"].sudo()  # as in _factored
        debtors = debtors.search(
            [("company_id", "=", company.id), ("partner_id", "in", list(partners))]
        )
        sold = {}
        for hold in self._factored(debtors, day):
            moves = set(hold.move_ids.ids)
            sold.setdefault(hold.partner_id.id, []).append(moves)
        return {
            item.id
            for item in items
            for moves in sold.get(item.partner_id, ())
            if not moves or item.move_id in moves
        }
