from urllib.parse import urljoin
from uuid import uuid4

import requests

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import html2plaintext

from odoo.addons.dunning_fr.models.dunning_smtp_mixin import MAX_ATTEMPTS

# What the gateway answers of a message.
TAKEN = ("success", "processing")
WRONG_NUMBER = ("wrong_number_format", "invalid_destination", "sms_number_missing")
NOBODY_KNOWS = ("server_error",)


class DunningDispatch(models.Model):
    """How a text message leaves through Odoo's gateway.

    It bypasses ``sms.sms``: that queue sends again what it got no answer for.
    """

    _inherit = "dunning.dispatch"

    sms_uuid = fields.Char(string="SMS reference", index="btree_not_null")

    def _sms_text(self):
        return " ".join(html2plaintext(self.text or "").split())

    def _build_through_sms(self, session):
        """Return (gateway, messages, address for reports); known to both from now."""
        self.sms_uuid = uuid4().hex
        self.env["sms.tracker"].create({"sms_uuid": self.sms_uuid})
        company = self.company_id
        gateway = company._get_sms_api_class()(self.with_company(company).env)
        gateway._set_company(company)
        number = {"uuid": self.sms_uuid, "number": self.recipient}
        messages = [{"content": self._sms_text(), "numbers": [number]}]
        return gateway, messages, urljoin(company.get_base_url(), "/sms/status")

    def _hand_over_through_sms(self, session, built):
        gateway, messages, address = built
        if self._sms_is_refused():
            return "failed", {
                "failure_reason": self._worded().env._(
                    "%s refuses text messages since.", self.recipient
                ),
                "unreachable": True,
            }
        try:
            answers = gateway._send_sms_batch(messages, delivery_reports_url=address)
        except AccessError as error:
            if self._sms_has_not_left(error):
                return self._sms_later(error)
            raise
        [answer] = [a for a in answers if a["uuid"] == self.sms_uuid]
        return self._sms_outcome(gateway, answer)

    def _sms_is_refused(self):
        """Return whether the number was blacklisted while the message waited."""
        # sudo: who may send needs no rights on the blacklist
        refused = self.env["phone.blacklist"].sudo()
        return bool(refused.search([("number", "=", self.recipient)], limit=1))

    def _sms_has_not_left(self, error):
        """Return whether the gateway was certainly never reached."""
        cause = error.__context__
        if cause is None:
            return True  # Odoo itself did not try
        if isinstance(cause, requests.exceptions.ConnectTimeout):
            return True
        refused = isinstance(cause, requests.exceptions.ConnectionError)
        return refused and "NewConnectionError" in str(cause)

    def _sms_later(self, error):
        said = self._worded().env
        reason = said._("The SMS gateway cannot be reached (%s).", error)
        if self.attempts >= MAX_ATTEMPTS:
            return "failed", {"failure_reason": reason}
        return "ready", {
            **self._next_attempt(self.attempts, error),
            "failure_reason": reason,
        }

    def _sms_outcome(self, gateway, answer):
        state = answer["state"]
        if state in TAKEN:
            return "sent", {}
        if state in NOBODY_KNOWS:
            return "unknown", {"failure_reason": self._unknown_reason()}
        reason = html2plaintext(gateway._get_sms_api_error_messages().get(state, state))
        said = self._worded().env
        return "failed", {
            "failure_reason": said._("The SMS gateway refused: %s", reason),
            "unreachable": state in WRONG_NUMBER,
        }

    def _register_sms_report(self, arrived, reason=""):
        """Copy what the gateway reports of messages it had taken."""
        for dispatch in self:
            if not arrived:
                dispatch._register_bounce(reason)
                continue
            if dispatch.state == "unknown":
                dispatch._move("sent")
            dispatch._register_arrival()
