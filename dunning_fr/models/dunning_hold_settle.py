import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# A bank statement may come late, a payment may be undone: how long the ledger is
# asked again about what it has decided
LOOK_BACK_DAYS = 365
# What the add-on writes by itself
OWN_FACTS = {
    "agreed_on", "answer_activity_id", "answer_told_on", "breach_activity_id",
    "confirmed_on", "is_settled_by_ledger", "is_to_block", "received_before",
    "replaced_by_id", "resolution", "settled_on", "signed_ids", "told_late",
}  # fmt: skip


class DunningHold(models.Model):
    """What the ledger decides of holds, every day and before each run.

    Promises are kept or broken, disputes end. It goes back on its own decisions alone,
    when the ledger changes; what a person decided stays.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    is_settled_by_ledger = fields.Boolean(
        string="Decided by the ledger",
        readonly=True,
        copy=False,
        help="Kept, broken or ended as payments and credit notes say; it changes if "
        "they change. What a person decided stays.",
    )
    settled_on = fields.Date(string="Decided on", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_own_facts(vals)
        if not self.env.su:  # nor from a client's default values
            empty = dict.fromkeys(OWN_FACTS, False)
            vals_list = [{**empty, **vals} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        self._check_own_facts(vals)
        result = super().write(vals)
        if "state" in vals and "is_settled_by_ledger" not in vals:
            # sudo: the machine's own fact: a person has decided now
            decided = self.sudo().filtered("is_settled_by_ledger")
            decided.is_settled_by_ledger = False
        return result

    def _check_own_facts(self, vals):
        if self.env.su:
            return
        for name in OWN_FACTS & vals.keys():
            # a form may send again what is empty
            if not vals[name] and not any(hold[name] for hold in self):
                continue
            raise UserError(
                self.env._("What the ledger decides on a hold is not entered by hand.")
            )

    @api.model
    def _cron_settle(self):
        """Settle the holds of every company; one's failure stops no other."""
        for (company,) in self.sudo()._read_group([], ["company_id"]):
            try:
                with self.env.cr.savepoint():
                    self._cron_company(company, company._dunning_today())
            except TransactionRollbackError:
                raise
            except Exception:
                _logger.exception("Dunning: holds of %s not settled", company.name)

    @api.model
    def _cron_company(self, company, day):
        """Do what is done every day for the holds of ``company`` (hook)."""
        self._worded(company)._settle_holds(company, day)

    @api.model
    def _worded(self, company):
        """Return itself in the language of who answers for dunning in ``company``.

        For a job, which has none: people read on each hold what the ledger decided.
        """
        if self.env.lang:
            return self
        person = company._dunning_responsible()
        person = person or self.env["dunning.watch"]._any_manager(company)
        return self.with_context(lang=person.lang)

    @api.model
    def _settle_holds(self, company, day):
        """Settle the holds of ``company`` as the ledger says on ``day`` (hook)."""
