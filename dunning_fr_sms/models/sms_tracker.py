from odoo import models


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _dunning_dispatches(self):
        # sudo: the gateway's reports come from outside
        dispatches = self.env["dunning.dispatch"].sudo()
        return dispatches.search([("sms_uuid", "in", self.mapped("sms_uuid"))])

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        # EXTENDS 'sms'
        if sms_state == "sent":  # delivered; "pending" is the gateway's own sending
            self._dunning_dispatches()._register_sms_report(True)
        elif sms_state == "error":
            reason = failure_reason or failure_type
            self._dunning_dispatches()._register_sms_report(False, reason)
        return super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )

    def _action_update_from_provider_error(self, provider_error):
        # EXTENDS 'sms'
        self._dunning_dispatches()._register_sms_report(False, provider_error)
        return super()._action_update_from_provider_error(provider_error)
