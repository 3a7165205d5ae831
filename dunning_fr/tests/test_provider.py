from odoo import fields, models
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_send import SendCommon

LOGGER = "odoo.addons.dunning_fr.models.dunning_provider_mixin"


class PigeonChannel(models.Model):
    """What an add-on for carrier pigeons would bring."""

    _module = None
    _name = "dunning.channel"
    _inherit = ["dunning.channel"]

    provider = fields.Selection(
        selection_add=[("pigeon", "Pigeon")],
        ondelete={"pigeon": lambda channels: channels.write({"provider": "post"})},
    )

    def _reach_through_pigeon(self, recipient):
        return recipient["address"].partition("\n")[0]


class PigeonDispatch(models.Model):
    _module = None
    _name = "dunning.dispatch"
    _inherit = ["dunning.dispatch"]

    def _make_ready_through_pigeon(self):
        self._each_alone(lambda dispatch: dispatch._feed())

    def _feed(self):
        if self.recipient == "Hungry":
            raise ValueError("no grain")

    def _build_through_pigeon(self, session):
        if self.recipient == "Torn":
            raise ValueError("the paper is torn")
        return f"to {self.recipient}"

    def _hand_over_through_pigeon(self, session, built):
        self.env["ir.config_parameter"].get_param("pigeon")  # it may read
        if self.recipient == "Lost":
            raise ConnectionError(built)
        if self.recipient == "Refused":
            return "failed", {"failure_reason": "no roof"}
        if self.recipient == "Storm":
            return "ready", self._next_attempt(self.attempts, built)
        return "sent", {}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestProvider(SendCommon):
    """An add-on sends through the same door as e-mail and letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As Odoo's own tests do: nothing else adds a class to a living registry
        from odoo.orm.model_classes import add_to_registry

        for extension in (PigeonChannel, PigeonDispatch):
            model = cls.registry[extension._name]
            cls.addClassCleanup(cls._forget, model, model._base_classes__)
            add_to_registry(cls.registry, extension)
        cls.registry._setup_models__(
            cls.env.cr, [PigeonChannel._name, PigeonDispatch._name]
        )
        cls.channels["pigeon"] = (
            cls.env["dunning.channel"]
            .sudo()
            .create({"name": "Pigeon", "code": "pigeon", "provider": "pigeon"})
        )

    @classmethod
    def _forget(cls, model, bases):
        model._base_classes__ = bases
        cls.registry._setup_models__(cls.env.cr, [model._name])

    def _pigeon(self, street, **values):
        return self._debtor(f"At {street}", "pigeon", street=street, **values)

    @mute_logger(LOGGER)
    def test_each_outcome_is_written_down_and_none_stops_another(self):
        streets = ["Home", "Hungry", "Torn", "Lost", "Refused", "Storm", "Roof"]
        notices = self._queue(*map(self._pigeon, streets))
        self.assertEqual(set(notices.dispatch_ids.mapped("provider")), {"pigeon"})
        self._process()
        told = {n.dispatch_ids.recipient: n.dispatch_ids for n in notices}
        self.assertEqual(
            {name: dispatch.state for name, dispatch in told.items()},
            {
                "Home": "sent",
                "Hungry": "failed",
                "Torn": "failed",
                "Lost": "unknown",
                "Refused": "failed",
                "Storm": "ready",
                "Roof": "sent",
            },
        )
        self.assertIn("no grain", told["Hungry"].failure_reason)
        self.assertIn("torn", told["Torn"].failure_reason)
        self.assertIn("may have left", told["Lost"].failure_reason)
        self.assertEqual(told["Refused"].failure_reason, "no roof")
        self.assertEqual(told["Home"].attempts, 1)

    @mute_logger(LOGGER)
    def test_an_unknown_outcome_is_not_tried_again(self):
        notice = self._queue(self._pigeon("Lost"))
        self._process()
        self._process()
        self.assertEqual(notice.dispatch_ids.attempts, 1)
        self.assertEqual(notice.state, "unknown")

    def test_what_waits_is_tried_again(self):
        notice = self._queue(self._pigeon("Storm"))
        for attempts in (1, 2):
            self._process()
            self.assertEqual(notice.dispatch_ids.attempts, attempts)
        self.assertTrue(notice.dispatch_ids.retry_on)
        self.assertEqual(notice.state, "queued")

    def test_what_has_left_says_so_on_its_invoice(self):
        notice = self._queue(self._pigeon("Home"))
        self._process()
        move = notice.line_ids.move_line_id.move_id
        self.assertIn(notice.name, str(move.message_ids[0].body))
        self.assertEqual(notice.sent_date, notice.company_id._dunning_today())

    def test_a_channel_given_to_another_provider_leaves_the_queue_alone(self):
        notice = self._queue(self._pigeon("Home"))
        self.channels["pigeon"].sudo().provider = "post"
        self._process()
        self.assertEqual(notice.dispatch_ids.provider, "pigeon")
        self.assertEqual(notice.state, "sent")

    def test_a_person_has_no_machine(self):
        machines = self.env["dunning.dispatch"]._machines()
        self.assertIn("email", machines)
        self.assertIn("pigeon", machines)
        self.assertNotIn("post", machines)

    def test_nobody_is_written_to_where_it_cannot_reach(self):
        notice = self._draft(self._pigeon("", city=False))
        notice.action_send()
        self.assertEqual(notice.state, "draft")
        self.assertIn("neither", notice.failure_reason)
