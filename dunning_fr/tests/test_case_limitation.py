"""Acts of a case that move the limitation: offered, never recorded by themselves."""

import base64

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools.limitation import EFFECTS
from .common_case import CaseCommon

TODAY = "2026-11-20"
DEED = base64.b64encode(b"%PDF-1.4 deed")
# R7.8, R7.9, R7.11, R7.13: everything else moves nothing
MOVING = {
    "petites_creances": {"answer": "small_claims", "enforcement": "enforcement"},
    "l126": {"enforcement": "enforcement"},
    "injonction": {"service": "order_service", "enforcement": "enforcement"},
    "refere": {"writ": "court_action", "enforcement": "enforcement"},
    "fond": {"writ": "court_action", "enforcement": "enforcement"},
    "participative": {"agreement": "mediation", "enforcement": "enforcement"},
    "saisie": {"seizure": "enforcement", "title_action": "court_action"},
    "cheque": {"enforcement": "enforcement"},
    "ipe": {"enforcement": "enforcement"},
    "small_claims_eu": {"enforcement": "enforcement"},
    "mandatement": {
        "principal_paid": "public_reply",
        "charge_order": "public_reply",
        "report": "written_claim",
        "buyer_order": "public_reply",
    },
    "memoire": {"memoire": "written_claim", "answer": "public_reply"},
    "tribunal_administratif": {
        "request": "court_action",
        "payment_order": "public_reply",
        "enforcement": "written_claim",
    },
    "declaration": {"declaration": "insolvency_declaration"},
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaseLimitation(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))

    def _served(self, day="2026-09-03"):
        """Return the step of service of an order to pay, served with its deed."""
        case = self._date(self._case(), request="2026-08-21", order="2026-08-28")
        step = self._step(case, "service")
        step.write({"document": DEED, "document_name": "signification.pdf"})
        step.date = day
        return step

    def _form(self, step):
        action = step.action_limitation_event()
        model = self.env[action["res_model"]].with_context(**action["context"])
        return Form(model.browse(action["res_id"] or []))

    def _record(self, step):
        return self._form(step).save()

    def test_r7_8_acts_that_move_the_limitation_are_data(self):
        found = {}
        for step in self.env["dunning.procedure.step"].search([]):
            if step.limitation_kind:
                own = found.setdefault(step.procedure_id.code, {})
                own[step.code] = step.limitation_kind
        self.assertEqual(found, MOVING)
        kinds = {kind for own in MOVING.values() for kind in own.values()}
        self.assertLessEqual(kinds, EFFECTS.keys())

    def test_r7_9_service_of_the_order_and_not_the_request(self):
        case = self._date(self._case(), request="2026-08-21", order="2026-08-28")
        self.assertFalse(case.limitation_todo)
        for code in ("request", "order", "service"):
            self.assertFalse(self._step(case, code).limitation_todo)
            with self.assertRaisesRegex(UserError, "not dated yet"):
                self._step(case, code).action_limitation_event()
        step = self._step(case, "service")
        step.date = "2026-09-03"
        self.assertEqual((step.limitation_todo, case.limitation_todo), ("record", True))

    def test_a_person_confirms_and_the_date_moves(self):
        before = str(self.invoice.limitation_date)
        step = self._served()
        self.assertEqual(str(self.invoice.limitation_date), before, "not by itself")
        event = self._record(step)
        self.assertEqual(event.kind, "order_service")
        self.assertEqual(
            (event.debtor_id, str(event.date)), (self.debtor, "2026-09-03")
        )
        self.assertEqual(event.move_ids, self.invoice)
        self.assertEqual(event.case_step_id, step)
        self.assertEqual(event.attachment_ids.name, "signification.pdf")
        self.assertEqual(event.attachment_ids.raw, b"%PDF-1.4 deed")
        self.assertEqual(event.attachment_ids.res_id, event.id)
        self.assertFalse(step.limitation_todo)
        self.env.flush_all()
        # proceedings under way: their end is not entered, the period has not begun anew
        event.date_to = "2026-10-30"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(str(self.invoice.limitation_date), "2031-10-30")

    def test_without_document_no_record(self):
        case = self._date(self._case("fond"), writ="2026-09-03")
        step = self._step(case, "writ")
        with self.assertRaisesRegex(ValidationError, "attach the document"):
            self._record(step)
        proof = self.env["ir.attachment"].create({"name": "writ.pdf", "raw": b"%"})
        form = self._form(step)
        form.attachment_ids.add(proof)
        event = form.save()
        self.assertEqual((event.kind, event.attachment_ids), ("court_action", proof))

    def test_an_act_dated_anew(self):
        step = self._served()
        event = self._record(step)
        step.date = "2026-09-04"
        self.assertEqual(step.limitation_todo, "correct")
        self.assertEqual(step.action_limitation_event()["res_id"], event.id)
        event.date = "2026-09-04"
        self.assertFalse(step.limitation_todo)
        step.date = False
        self.assertEqual(step.limitation_todo, "correct", "the act was taken back")
        event.write(
            {"state": "mistake", "ended_on": TODAY, "ended_reason": "Not served"}
        )
        self.assertFalse(step.limitation_todo)
        step.date = "2026-09-07"
        self.assertEqual(step.limitation_todo, "record")
        self.assertNotEqual(self._record(step), event)

    def test_recorded_once(self):
        step = self._served()
        event = self._record(step)
        values = event.copy_data()[0]
        values |= {"case_step_id": step.id, "attachment_ids": [Command.set([])]}
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            event.create(values)

    def test_r7_13_only_public_bodies_answer_to_writings(self):
        commune = self._customer("Commune", "public", public_buyer_type="local")
        for partner, todo in ((commune, "record"), (self.pro, False)):
            invoice = self._invoice(5000, "2026-05-31", partner)
            case = self._case("memoire", invoice)
            self._date(case, dispute="2026-08-25", memoire="2026-09-01")
            with self.subTest(partner.name):
                self.assertEqual(self._step(case, "memoire").limitation_todo, todo)

    def test_r6_40_declaration_in_insolvency(self):
        case = self._case("declaration", date="2026-10-12")
        self._date(
            case,
            judgment="2026-10-05",
            publication="2026-10-09",
            declaration="2026-10-20",
        )
        step = self._step(case, "declaration")
        self.assertEqual(step.limitation_todo, "record")
        step.write({"document": DEED, "document_name": "declaration.pdf"})
        self.assertEqual(self._record(step).kind, "insolvency_declaration")

    def test_an_act_names_the_debtor_of_its_case(self):
        form = self._form(self._served())
        other = self._debtor(self._customer("Other", "professional"))
        with self.assertRaisesRegex(AssertionError, "readonly"):
            form.debtor_id = other

    def test_another_debtors_act_proves_nothing(self):
        step = self._served()
        other = self._customer("Other", "professional")
        self._invoice(100, "2026-05-31", other)
        values = {
            "debtor_id": self._debtor(other).id,
            "kind": "order_service",
            "date": "2026-09-03",
            "case_step_id": step.id,
        }
        events = self.env["dunning.limitation.event"]
        for wrong in ({}, {"debtor_id": self.debtor.id, "kind": "enforcement"}):
            with self.assertRaises(ValidationError) as raised:
                events.create({**values, **wrong})
            self.assertIn("no such act", str(raised.exception))

    def test_who_may(self):
        """A collector records what a manager dated; nobody another company's."""
        step = self._served()
        action = step.with_user(self.people["user"]).action_limitation_event()
        events = self.env["dunning.limitation.event"].with_user(self.people["user"])
        event = Form(events.with_context(**action["context"])).save()
        self.assertEqual(event.create_uid, self.people["user"])
        self.assertEqual(event.attachment_ids.raw, b"%PDF-1.4 deed")
        values = {
            "debtor_id": self.debtor.id,
            "kind": "order_service",
            "date": "2026-09-03",
            "case_step_id": step.id,
        }
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.people["manager"].copy({"login": "stranger"})
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        events = self.env["dunning.limitation.event"].with_user(stranger)
        with self.assertRaises(AccessError):
            events.create(values)

    def test_r7_9_the_end_of_a_case_is_said(self):
        step = self._served()
        self._record(step)
        case = step.case_id
        closing = self.env["dunning.case.close"].with_context(default_case_id=case.id)
        wizard = Form(closing)
        wizard.outcome = "lost"
        self.assertIn("C. civ. 2243", wizard.running)
        wizard.outcome = "settled"
        self.assertNotIn("2243", wizard.running)
        self.assertIn("C. civ. 2242", wizard.running)
        wizard.outcome = "withdrawn"
        wizard.save().action_close()
        self.assertIn("interrupted nothing", case.message_ids[0].body)
