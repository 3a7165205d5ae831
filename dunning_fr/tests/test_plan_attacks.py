"""What would make a plan wrong: figures, proofs, two at a time, the ledger's turns."""

import base64

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models.dunning_proof_mixin import PurgePermit
from .common_plan import DAY, LATER, MADE, PlanCommon, after


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPlanAttacks(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{MADE} 10:00:00"))
        cls.manager = new_test_user(
            cls.env,
            login="plan_manager",
            groups="dunning_fr.group_dunning_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    # ------------------------------------------------------------ what is charged

    def _charged(self, interest=0, indemnity=0, **values):
        half = (1000 + interest + indemnity) / 2
        return self._values(
            covered_interest=interest,
            covered_indemnity=indemnity,
            amounts=(half, half),
            **values,
        )

    def test_no_more_than_the_claim_is_charged(self):
        """The claim of this day, to the cent: not what a client sends."""
        claim = self.invoice.get_late_payment_claim()
        holds = self.holds.with_user(self.collector)
        for values in (
            {"interest": claim["interest"] + 0.02},
            {"indemnity": 80},
            {"interest": 500, "indemnity": 40},
        ):
            with self.subTest(values), self._refused(ValidationError, "the claim is"):
                holds.create(self._charged(**values))
        with self._refused(ValidationError, "the claim is"):
            self._charge_later(holds)
        plan = holds.create(self._charged(round(claim["interest"] - 0.01, 2), 40))
        self.assertEqual(plan.state, "active")

    def _charge_later(self, holds):
        plain = {"instalment_ids": False, "covered_interest": 500}
        hold = holds.create({**self._values(), **plain})
        hold.instalment_ids = [Command.create({"due_date": DAY, "amount": 1500})]

    def test_what_was_billed_or_waived_is_not_charged_again(self):
        charges = self.env["dunning.charge"]
        lines = self.invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        charges._claim_lines(self.company, lines, MADE)._bill()
        with self._refused(ValidationError, "the claim is"):
            self.holds.create(self._charged(0, 40))

    def test_the_dialog_proposes_no_more_than_the_claim(self):
        charges, lines = self.env["dunning.charge"], self.invoice.line_ids
        lines = lines.filtered(lambda line: line.account_type == "asset_receivable")
        charges._claim_lines(self.company, lines, MADE)
        claimed = self.invoice.get_late_payment_claim()["interest"]
        note = self._credit(self.invoice, 500, MADE)  # a correction (R1.27)
        self.assertEqual(note.payment_state, "paid")
        claim = self.invoice.get_late_payment_claim()["interest"]
        self.assertLess(claim, claimed)
        form = Form(
            self.env["dunning.plan.wizard"].with_context(
                default_debtor_id=self.debtor.id
            )
        )
        form.with_charges = True
        self.assertAlmostEqual(form.interest, claim)
        self.assertEqual(form.indemnity, 40)
        plan = self.holds.browse(form.save().action_grant()["res_id"])
        self.assertAlmostEqual(plan.covered_interest, claim)

    def test_a_consumer_s_invoice_that_comes_later_is_not_charged(self):
        """R2.2: a plan of one, then of another invoice, then its instalments."""
        own = self._invoice(1000, "2026-08-02", debtor_kind="consumer")
        hold = self.holds.create(
            {**self._values(), "instalment_ids": False, "covered_indemnity": 40}
        )
        with self._refused(ValidationError, "neither interest nor"):
            hold.move_ids = [Command.set(own.ids)]

    def test_a_debtor_who_is_a_consumer_after_all(self):
        """R2.2: what was granted before it was known is neither printed nor agreed."""
        plan = self.holds.create(self._charged(0, 40))
        self.pro.debtor_kind = "consumer"
        theirs = plan.with_user(self.collector)
        for attempt in (theirs.action_make_agreement, theirs.action_agree):
            with self._refused(ValidationError, "neither interest nor"):
                attempt()

    # ---------------------------------------------------------------- the signed copy

    def _sign(self, plan, is_recorded=False):
        self.env["dunning.plan.sign"].with_user(self.collector).create(
            {
                "hold_id": plan.id,
                "signed_on": MADE,
                "file": base64.b64encode(b"%PDF-1.4 signed"),
                "file_name": "signed.pdf",
                "is_recorded": is_recorded,
            }
        ).action_keep()
        return plan.signed_ids

    def test_the_signed_copy_stays(self):
        """It acknowledges the debt (R7.8, R7.10), whatever was recorded of it."""
        plan = self._plan()
        for is_recorded in (False, True):
            copy = self._sign(plan, is_recorded)[-1:]
            for user in (self.collector, self.manager, self.env.user):
                theirs = copy.with_user(user)
                for attempt in (
                    theirs.unlink,
                    lambda theirs=theirs: theirs.write({"raw": b"other"}),
                    lambda theirs=theirs: theirs.write({"res_id": 0}),
                ):
                    with self._refused(UserError, "signed copy"):
                        attempt()
        self.assertEqual(len(plan.signed_ids), 2)
        with self._refused(UserError, "not entered by hand"):
            plan.with_user(self.collector).signed_ids = [Command.clear()]

    def test_the_signed_copy_goes_once_nothing_keeps_it(self):
        """R10.8: by the erasure of personal data alone, with its permit."""
        plan = self._plan()
        copy = self._sign(plan)
        copy.with_context(dunning_purge=PurgePermit(copy)).unlink()
        self.assertFalse(plan.signed_ids)

    # -------------------------------------------------------------- words of refusals

    def test_a_refusal_names_the_letter_and_the_remedy(self):
        plan = self._plan()
        action = plan.action_make_agreement()
        letter = self.env[action["res_model"]].browse(action["res_id"])
        for attempt in (
            letter.unlink,
            letter.with_user(self.collector).unlink,
            lambda: letter.sudo().write({"body": "x"}),
            letter.attachment_id.unlink,
        ):
            with self._refused(UserError, f"{letter.name}.*next version"):
                attempt()
        with self._refused(UserError, "Make the agreement"):
            letter.copy()
        with self._refused(UserError, f"{letter.name}.*[Rr]elease"):
            plan.sudo().unlink()
        self.assertTrue(letter.exists())

    # ---------------------------------------------------------------- two at a time

    def _kept(self):
        plan = self._plan(amounts=(1000,), days=(DAY,))
        payment = self._pay(self.invoice, 1000, DAY)
        self._settle(DAY)
        self.assertEqual(plan.state, "kept")
        return plan, payment

    def _undo_payment(self):
        lines = self.invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        paid = lines.matched_credit_ids.credit_move_id.move_id
        lines.remove_move_reconcile()
        paid.button_draft()
        paid.button_cancel()

    def test_a_kept_plan_does_not_come_back_beside_another(self):
        old, _payment = self._kept()
        self._undo_payment()
        new = self._plan(date_from=DAY, amounts=(1000,), days=(LATER[1],))
        for day in (after(1), after(2)):
            self._settle(day)
            self.assertEqual((old.state, new.state), ("kept", "active"))
        new.action_release()
        self._settle(after(3))
        self.assertEqual(old.state, "active", "nothing else grants time")

    def _open_proceedings(self):
        return self.holds.create(
            {
                "debtor_id": self.debtor.id,
                "kind": "insolvency",
                "date_from": MADE,
                "judgment_date": MADE,
            }
        )

    def test_no_plan_comes_back_once_proceedings_are_open(self):
        """R6.32: neither by a payment undone, nor by a person."""
        kept, _payment = self._kept()
        other = self._invoice(90, "2026-08-02")
        released = self._plan(moves=other, amounts=(90,))
        released.action_release()
        self._open_proceedings()
        self._undo_payment()
        self._settle(after(1))
        self.assertEqual(kept.state, "kept")
        for plan in (kept, released):
            with self._refused(UserError, "proceedings are open"):
                plan.with_user(self.collector).write({"state": "active"})

    def test_a_run_dated_earlier_takes_no_decision_back(self):
        plan, _payment = self._kept()
        self._settle(after(-5))
        self.assertEqual(plan.state, "kept")
        self._undo_payment()
        self._settle(after(1))
        self.assertEqual(plan.state, "active")

    # ------------------------------------------------------------- promises beside it

    def _promise(self, **values):
        base = {"debtor_id": self.debtor.id, "kind": "promise", "date_from": MADE}
        return self.holds.create({**base, "date_to": DAY, **values})

    def test_a_promise_beside_a_plan_names_its_amount(self):
        """The plan says when its invoices are paid; an instalment may be promised."""
        self._plan()
        other = self._invoice(200, "2026-08-02")
        both = [Command.set((self.invoice | other).ids)]
        for values in ({}, {"move_ids": both}):
            with self._refused(ValidationError, "payment plan"):
                self._promise(**values)
        self._promise(move_ids=both, amount=333.33)
        self._promise(move_ids=[Command.set(other.ids)])

    def test_a_call_offers_no_invoice_of_a_plan(self):
        other = self._invoice(200, "2026-08-02")
        calls = self.env["dunning.call"].with_user(self.collector)
        self.assertFalse(calls.create({"debtor_id": self.debtor.id}).move_ids)
        self._plan()
        call = calls.create({"debtor_id": self.debtor.id})
        self.assertEqual(call.move_ids, other)
        call.write({"outcome": "promise", "date_to": DAY})
        call.action_save()
        promise = self.debtor.hold_ids.filtered(lambda hold: hold.kind == "promise")
        self.assertEqual(promise.move_ids, other)

    # -------------------------------------------------------------- turns of the ledger

    def test_a_partial_payment_across_instalments_and_a_credit_note(self):
        plan = self._plan()
        self._pay(self.invoice, 500, DAY)
        self._credit(self.invoice, 200, after(3))
        shares = self._shares(plan, after(4))
        self.assertEqual(
            [tuple(round(x, 2) for x in share) for share in shares],
            [(333.33, 0), (166.67, 166.66), (0, 133.34)],
        )
        self._pay(self.invoice, 300, LATER[1])
        self._settle(LATER[1])
        self.assertEqual(plan.state, "kept")

    def test_released_then_paid_it_stays_released(self):
        plan = self._plan()
        plan.action_release()
        self._pay(self.invoice, 1000, DAY)
        self._settle(after(20))
        self.assertEqual(plan.state, "released")

    def test_an_archived_debtor_s_plan_is_still_decided(self):
        plan = self._plan()
        self.pro.active = False
        self._pay(self.invoice, 1000, DAY)
        self._settle(DAY)
        self.assertEqual(plan.state, "kept")

    def test_merged_debtors_keep_their_plans(self):
        twin = self._customer("Jumeau SARL", "professional")
        invoice = self._invoice(600, "2026-08-01", twin)
        plan = self._plan(self._debtor_of(twin), invoice, amounts=(300, 300))
        own = self._plan()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.pro | twin).ids, self.pro)
        self.env.invalidate_all()
        self.assertEqual(plan.debtor_id, self.debtor)
        self._pay(invoice, 300, DAY)
        self.assertEqual(self._shares(plan, DAY), [(300, 0), (0, 300)])
        self.assertEqual(self._shares(own, DAY)[0], (0, 333.33))
