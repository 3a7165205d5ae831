import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import api, models

_logger = logging.getLogger(__name__)


class DunningPurge(models.Model):
    """Every month: propose what may be erased, or erase it where that is wanted."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.purge"

    @api.model
    def _cron_propose(self):
        """Look into each company that wants it; none stops another."""
        # sudo: every company's setting
        companies = self.env["res.company"].sudo()
        companies = companies.search(
            [
                ("dunning_retention", "=", True),
                ("dunning_retention_mode", "!=", "manual"),
            ]
        )
        for index, company in enumerate(companies, 1):
            try:
                with self.env.cr.savepoint():
                    self._propose(company)
            except TransactionRollbackError:
                _logger.info("Dunning: no erasure proposed to %s now", company.name)
            except Exception:
                _logger.exception("Dunning: no erasure proposed to %s", company.name)
            self._commit_step(1, len(companies) - index)

    @api.model
    def _propose(self, company):
        """Propose what may go today, or start it; return the erasure, or none.

        With the rights of who answers for it: a person without them any more erases
        nothing.
        """
        user = company._dunning_retention_manager()
        if not user:
            _logger.warning("Dunning: nobody answers for erasures of %s", company.name)
            return self.browse()
        day = company._dunning_today()
        own = self.with_user(user).with_context(
            allowed_company_ids=company.ids, lang=user.lang
        )
        company = company.with_env(own.env)
        count = own._overview(company, day)["count"]
        log = own.sudo()._proof_unlocked()  # sudo: nobody has rights on the log
        busy = [
            ("company_id", "=", company.id),
            ("state", "in", ("running", "stopped")),
        ]
        if not count or log.search_count(busy, limit=1):
            return self.browse()
        if company.sudo().dunning_retention_mode == "run":  # a setting, no secret
            return own._start(company, day, count, automatic=True)
        log._make_way(company)
        values = log._prepare_values(company, day, automatic=True, state="proposed")
        purge = log.create({**values, "planned_count": count})
        purge._tell(user)
        return purge

    def _tell(self, user):
        """Ask the person to look at what may be erased."""
        # sudo: an activity may be for somebody else
        self.env["mail.activity"].sudo().create(
            {
                "activity_type_id": self.env.ref("dunning_fr.mail_activity_purge").id,
                "dunning_purge_id": self.id,
                "automated": True,
                "user_id": user.id,
                "date_deadline": self.date,
                "summary": self.env._(
                    "Personal data to erase: %s records", self.planned_count
                ),
                "note": self._get_html_link(title=self.name),
            }
        )

    def _close_activities(self):
        # sudo: whoever's they are
        activities = self.env["mail.activity"].sudo()
        activities.search([("dunning_purge_id", "in", self.ids)]).unlink()

    def action_look(self):
        """Open what may be erased now, to confirm it."""
        self.ensure_one()
        self._check_manager()
        return self.env["dunning.purge.wizard"]._open(self.company_id)
