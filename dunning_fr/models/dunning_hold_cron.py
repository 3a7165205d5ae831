import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, models

_logger = logging.getLogger(__name__)


class DunningHold(models.Model):
    """Every day the ledger decides what holds have become."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.hold"

    @api.model
    def _cron_settle(self):
        """Settle the holds of every company; one's failure stops no other."""
        for (company,) in self.sudo()._read_group([], ["company_id"]):
            try:
                with self.env.cr.savepoint():
                    self._settle_holds(company, company._dunning_today())
            except TransactionRollbackError:
                raise
            except Exception:
                _logger.exception("Dunning: holds of %s not settled", company.name)

    @api.model
    def _settle_holds(self, company, day):
        """Settle the holds of ``company`` as the ledger says on ``day``."""
        self._settle_promises(company, day)
