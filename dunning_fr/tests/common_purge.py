from odoo import Command
from odoo.fields import Domain
from odoo.tests import freeze_time

from ..tools.personal_data import OWNERS
from .common_security import DAY, SecurityCommon

LATER = "2032-06-01"  # past the limitation of everything here


class PurgeCommon(SecurityCommon):
    """Two customers who paid, with notes, letters and e-mails about them."""

    people_wanted = ("collector", "manager")

    @classmethod
    def setUpClass(cls):
        clock = freeze_time(f"{DAY} 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        cls.company.dunning_retention = True
        cls.purges = cls.env["dunning.purge"].with_user(cls.manager)
        cls.notice = cls.mine.sudo()
        cls.debtor = cls.notice.debtor_id
        cls._letter(cls.notice)
        cls.invoice = cls.notice.line_ids.move_line_id.move_id
        cls._pay(cls.invoice, 1000, "2026-03-20")
        cls.debtor.write({"note": "<p>Very rude</p>"})
        cls.hold = cls.env["dunning.hold"].create(
            {
                "debtor_id": cls.debtor.id,
                "kind": "dispute",
                "date_from": "2026-03-10",
                "date_to": "2026-03-12",
                "reason": "Says his wife is ill",
                "debtor_says": "Nothing was delivered",
                "entry_ids": [Command.create({"date": "2026-03-10", "text": "Ill"})],
            }
        )
        cls.hold.action_release()
        cls._note("He shouted")
        cls._made_on(DAY)

    @classmethod
    def _note(cls, body):
        """Log a note on the debtor, as a person does on the screen."""
        return cls.debtor.message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_note"
        )

    @classmethod
    def _made_on(cls, day):
        """Say that all there is was made on a day: PostgreSQL's clock does not stop."""
        cls.env.flush_all()
        tables = [cls.env[model]._table for model in OWNERS]
        tables += ["mail_message", "mail_activity", "ir_attachment"]
        for table in (*tables, "account_partial_reconcile"):
            cls.env.cr.execute(f"UPDATE {table} SET create_date = %s", (day,))
        cls.env.invalidate_all()

    @classmethod
    def _overview(cls, day=LATER):
        day = cls.env["dunning.purge"]._fields["date"].to_date(day)
        return cls.purges._overview(cls.company, day)

    @classmethod
    def _verdict(cls, day, debtor=None):
        """Return {rule: code of what keeps the data, or None} of a debtor."""
        debtor = debtor or cls.debtor
        day = cls.env["dunning.purge"]._fields["date"].to_date(day)
        found, _before = cls.env["dunning.retention"]._verdicts(debtor.company_id, day)
        return {
            rule: verdict and verdict[0] for rule, verdict in found[debtor.id].items()
        }

    @classmethod
    def _start(cls, day=LATER):
        """Confirm the erasure of all that may go on ``day``, on that day."""
        count = cls._overview(day)["count"]
        date = cls.env["dunning.purge"]._fields["date"].to_date(day)
        with freeze_time(f"{day} 10:00:00"):
            return cls.purges._start(cls.company, date, count).sudo()

    @classmethod
    def _purge(cls, day=LATER):
        purge = cls._start(day)
        cls.env["dunning.purge"]._process_queue()
        cls.env.invalidate_all()
        return purge

    def _lines(self, purge, *domain):
        return purge.line_ids.filtered_domain(Domain(list(domain)))
