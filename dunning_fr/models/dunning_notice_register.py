import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

OUTCOMES = [
    ("to_post", "To post"),
    ("posted", "Posted"),
    ("presented", "Presented"),
    ("received", "Received"),
    ("refused", "Refused"),
    ("unclaimed", "Not collected"),
    ("failed", "Came back"),
]
REGISTERED = "registered_letter"


class DunningNotice(models.Model):
    """The register of registered letters: what became of each, and its proof."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    received_date = fields.Date(
        string="Handed over on", help="Day the debtor signed for the registered letter."
    )
    refused = fields.Boolean(
        help="The debtor refused the registered letter: it counts as presented on that "
        "day, and the formal notice is valid (R2.6, R5.6)."
    )
    receipt_ids = fields.One2many("dunning.receipt", "notice_id", string="Receipts")
    is_registered = fields.Boolean(compute="_compute_register")
    delivery_outcome = fields.Selection(
        OUTCOMES, compute="_compute_register", string="Outcome"
    )
    days_open = fields.Integer(
        compute="_compute_register",
        string="Days open",
        help="Days from the posting to the presentation, or to today.",
    )
    has_receipt = fields.Boolean(compute="_compute_has_receipt", string="Scan")

    _number_once = models.UniqueIndex(
        "(company_id, upper(replace(tracking_number, ' ', '')))"
        " WHERE tracking_number IS NOT NULL",
        "Another letter has this registered number already.",
    )
    _refused_xor_unclaimed = models.Constraint(
        "CHECK (NOT (COALESCE(refused, FALSE) AND COALESCE(unclaimed, FALSE)))",
        "A registered letter is refused or not collected, not both.",
    )

    @api.depends(
        "dispatch_ids.state",
        "posted_date",
        "presented_date",
        "received_date",
        "refused",
        "unclaimed",
    )
    def _compute_register(self):
        for notice in self:
            registered = notice._registered()
            notice.is_registered = bool(registered)
            notice.delivery_outcome = notice._outcome(registered)
            until = notice.presented_date or notice.company_id._dunning_today()
            posted = notice.posted_date
            notice.days_open = (until - posted).days if posted else 0

    @api.depends("receipt_ids")
    def _compute_has_receipt(self):
        for notice in self:
            notice.has_receipt = bool(notice.receipt_ids)

    def _registered(self):
        return self._postal().filtered(lambda d: d.channel_code == REGISTERED)

    def _outcome(self, registered):
        if not registered:
            return False
        if "failed" in registered.mapped("state"):
            return "failed"
        facts = (
            ("refused", self.refused),
            ("unclaimed", self.unclaimed),
            ("received", self.received_date),
            ("presented", self.presented_date),
            ("posted", self.posted_date),
        )
        return next((name for name, value in facts if value), "to_post")

    # ----------------------------------------------------------- delivery facts

    def _check_delivery(self, facts):
        """Refuse outcomes that contradict each other."""
        result = super()._check_delivery(facts)
        now = {name: facts.get(name, self[name]) for name in self._outcome_facts()}
        presented, received = now["presented_date"], now["received_date"]
        error = None
        if now["refused"] and now["unclaimed"]:
            error = self.env._("it is refused or not collected, not both.")
        elif received and (now["refused"] or now["unclaimed"]):
            error = self.env._("it was handed over, so neither refused nor left.")
        elif (now["refused"] or received) and not presented:
            error = self.env._("enter the day it was refused or first presented.")
        elif received and received < presented:
            error = self.env._("it is not handed over before it was presented.")
        elif received and received > self.company_id._dunning_today():
            error = self.env._("the day is in the future.")
        if error:
            raise ValidationError(
                self.env._("%(notice)s: %(error)s", notice=self.name, error=error)
            )
        return result

    @api.model
    def _outcome_facts(self):
        return ("presented_date", "received_date", "refused", "unclaimed")

    def _register_return(self, reason):
        """Record that the post brought the letter back without presenting it.

        What never reached the debtor moves no item up: the dispatch has failed.
        """
        self._check_sender()
        posted = self._postal().filtered(lambda d: d.state == "sent")
        for notice in self:
            if notice not in posted.notice_id or notice.presented_date:
                raise UserError(
                    self.env._(
                        "%s is not a posted letter that waits for its presentation.",
                        notice.name,
                    )
                )
        text = self.env._("The post brought it back: %s", reason)
        # sudo: evidence has no other writer; the person was checked above
        posted.sudo()._move(
            "failed",
            failure_reason=text,
            bounced_on=fields.Datetime.now(),
            bounce_reason=reason,
        )
        # Another letter to the same address would come back, too: a person looks
        nothing = self.env["dunning.channel"]
        self._open_tasks({d.notice_id: d.sudo()._task_of_lost(nothing) for d in posted})
        self._log_on_debtors(dict.fromkeys(self, text))

    # ----------------------------------------------------------------- receipts

    def _add_receipt(self, kind, content, file_name=None):
        """Keep the scan of a receipt as proof; the log names its SHA-256.

        :param content: bytes of a PDF or a picture
        :return: the new ``dunning.receipt``
        """
        self.ensure_one()
        self._check_sender()
        if not self._postal():
            raise UserError(
                self.env._("%s was not sent by post: it has no receipt.", self.name)
            )
        # sudo: evidence has no other writer; the person was checked above
        receipts = self.env["dunning.receipt"].sudo()._proof_unlocked()
        values = receipts._prepare_receipt_values(self, kind, content, file_name)
        if self.receipt_ids.filtered(lambda r: r.sha256 == values["sha256"]):
            raise UserError(self.env._("%s: this scan is attached already.", self.name))
        values["file"] = base64.b64encode(values.pop("raw"))
        receipt = receipts.create(values)
        self._log_on_debtor(
            self.env._(
                "%(file)s added as proof (SHA-256 %(hash)s)",
                file=receipt.file_name,
                hash=receipt.sha256,
            )
        )
        return self.env["dunning.receipt"].browse(receipt.id)  # locked again
