from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_charge import ChargeCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChargeNotices(ChargeCommon):
    """What a sent notice claims becomes a charge, and is asked for once."""

    def _amounts(self, moves):
        return {
            (c.move_id, c.kind): (c.amount, c.state, str(c.date_to or ""))
            for c in self._own(moves)
        }

    def test_only_levels_that_claim(self):
        """Announced is not claimed; a reminder of the principal claims nothing."""
        late = self._invoice(12000, "2026-05-31")
        for level in (1, 2):
            self._send(late, "2026-09-30", level)
            self.assertFalse(self._own(late))
        self._send(late, "2026-09-30")
        self.assertEqual(len(self._own(late)), 2)

    def test_a_later_notice_follows_the_claim(self):
        """No doubling: the same two charges, brought up to date."""
        late = self._invoice(12000, "2026-05-31")
        self._send(late, "2026-09-30")
        before = self._own(late)
        self._send(late, "2026-10-31", 4)
        self.assertEqual(self._own(late), before)
        interest = late.get_late_payment_claim("2026-10-31")["interest"]
        self.assertEqual(
            self._amounts(late)[late, "interest"], (interest, "claimed", "2026-10-31")
        )

    def test_what_is_billed_is_no_longer_asked_for(self):
        """A notice after a bill asks for the interest since, and no second 40 €."""
        late = self._invoice(12000, "2026-05-31")
        self._send(late, "2026-09-30")
        note = self._own(late)._bill(date="2026-10-01")
        self.assertEqual(note.amount_total, 534.89)
        notice = self._send(late, "2026-10-31", 4)
        since = late.get_late_payment_claim("2026-10-31")["interest"] - 494.89
        line = notice.line_ids
        self.assertAlmostEqual(line.interest, since, 2)
        self.assertEqual(line.indemnity, 0)
        new = self._own(late) - note.dunning_note_charge_ids
        self.assertEqual((new.kind, str(new.date_from)), ("interest", "2026-10-01"))
        self.assertAlmostEqual(new.amount, since, 2)

    def test_a_run_asks_for_the_rest(self):
        """The engine itself knows what is billed: preview, run and worker alike."""
        late = self._invoice(12000, "2026-05-31")
        self._bill(late, "2026-09-30", date="2026-12-31")
        notice = self._run("2026-10-31").notice_ids
        line = notice.line_ids
        since = late.get_late_payment_claim("2026-10-31")["interest"] - 494.89
        self.assertAlmostEqual(line.interest, since, 2)
        self.assertEqual(line.indemnity, 0)
        self.assertEqual(notice.amount_indemnity, 0)
        self.assertFalse(notice._ledger_changes())

    def test_what_is_waived_is_no_longer_asked_for(self):
        late = self._invoice(12000, "2026-05-31")
        self._send(late, "2026-09-30")
        self._own(late)._waive("A favour")
        line = self._send(late, "2026-09-30", 4).line_ids
        self.assertEqual((line.interest, line.indemnity), (0, 0))

    def test_a_notice_that_comes_back(self):
        """What never arrived claimed nothing; what an earlier one claimed stays."""
        late = self._invoice(12000, "2026-05-31")
        first = self._send(late, "2026-09-30")
        second = self._send(late, "2026-10-31", 4)
        second.sudo()._proof_unlocked().write({"state": "failed"})
        self.assertEqual(
            self._amounts(late)[late, "interest"], (494.89, "claimed", "2026-09-30")
        )
        first.sudo()._proof_unlocked().write({"state": "failed"})
        self.assertFalse(self._own(late))
        second.sudo()._proof_unlocked().write({"state": "sent"})
        self.assertEqual(len(self._own(late)), 2)

    def test_a_bill_survives_its_notice(self):
        late = self._invoice(12000, "2026-05-31")
        notice = self._send(late, "2026-09-30")
        note = self._own(late)._bill()
        notice.sudo()._proof_unlocked().write({"state": "failed"})
        self.assertEqual(self._own(late).charge_move_id, note)

    def test_an_invoice_dated_anew_is_not_billed_twice(self):
        """Evidence carries its own data: the same debt under another due date."""
        late = self._example_2(paid=False)
        self._bill(late, "2026-09-30")
        late.button_draft()
        late.invoice_date_due = "2026-06-30"
        late.action_post()
        self._claim(late, "2026-09-30")
        own = self._own(late)
        self.assertEqual(sum(c.kind == "indemnity" for c in own), 1)
        self.assertEqual(sum(own.mapped("amount")), 534.89)

    def test_consumers_owe_no_indemnity(self):
        """R2.3: legal interest once the formal notice is presented, never 40 €."""
        late = self._invoice(1200, "2026-06-30", self.consumer)
        notice = self._send(late, "2026-08-28")
        self.assertFalse(self._own(late), "nothing before it is presented")
        notice.sudo()._proof_unlocked().write({"presented_date": "2026-09-01"})
        self._send(late, "2026-10-15", 4)
        self.assertEqual(
            self._amounts(late), {(late, "interest"): (3.98, "claimed", "2026-10-15")}
        )
        note = self._own(late)._bill()
        self.assertEqual(self._entries(note)["763100"], (0, 3.98))

    def test_sending_costs_the_same_whatever_the_invoices(self):
        counts = []
        for size in (2, 2, 12):
            partner = self._customer(f"N{size}", "professional")
            moves = self.env["account.move"]
            for _ in range(size):
                moves += self._invoice(1000, "2026-06-01", partner)
            notice = self._send(moves, "2026-09-30").sudo()
            self._own(moves).sudo().unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["dunning.charge"]._claim_notices(notice)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self._own(moves)), 2 * size)
        self.assertEqual(*counts[1:])

    # ------------------------------------------------------------------- whose they are

    def test_other_companies_see_nothing(self):
        """Invariant 8."""
        self._bill(self._example_2())
        other = self.env["res.company"].create({"name": "Autre"})
        stranger = new_test_user(
            self.env,
            login="charge_stranger",
            groups="dunning_fr.group_dunning_manager,account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        charges = self.charges.with_user(stranger)
        self.assertFalse(charges.search([]))
        own = self.charges.search([], limit=1).with_user(stranger)
        for attempt in (
            lambda: own.read(["amount"]),
            lambda: own._bill(),
            lambda: own._waive("Mine"),
            lambda: own.action_unwaive(),
            lambda: own.action_settle(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_they_follow_the_customer(self):
        """Merged customers, and one that becomes a contact of another."""
        late = self._example_2()
        charges = self._claim(late)
        target = self._customer("Durand Holding", "professional")
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.pro + target).ids, target
        )
        self.env.invalidate_all()
        self.assertEqual(charges.partner_id, target)
        group = self._customer("Groupe Durand", "professional")
        target.write({"is_company": False, "parent_id": group.id})
        self.assertEqual(charges.partner_id, group)
