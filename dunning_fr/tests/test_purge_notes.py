"""Notes about what is settled go, though their debtor goes on trading (R10.8)."""

from odoo import Command
from odoo.tests import tagged

from ..tools.personal_data import NOTES, PROOFS
from .common_purge import PurgeCommon

SPRING = "2027-03-01"  # the notes of March 2026 are older than six months


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPurgeNotes(PurgeCommon):
    """A customer who paid in March 2026, and bought again."""

    def _left(self):
        """Return what is left: texts of the hold, of the discussion, of the debtor."""
        self.env.invalidate_all()
        said = "".join(self.debtor.message_ids.mapped("body"))
        return (bool(self.hold.reason), "He shouted" in said, bool(self.debtor.note))

    def _bought(self, day, due=None):
        """Post an invoice of a day; the accounts count, not the clock."""
        return self._invoice(50, due or day, self.notice.partner_id, invoice_date=day)

    def _receivable(self, invoice):
        return invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )

    def _matched_on(self, day):
        """Say that what a day matched was matched on it: PostgreSQL's clock runs."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = %s WHERE max_date = %s",
            (day, day),
        )
        self.env.invalidate_all()

    def test_r10_8_notes_of_before_the_open_invoice_go(self):
        self._bought("2026-11-02")
        self.assertEqual(self._verdict(SPRING), {NOTES: "open", PROOFS: "open"})
        young = self._note("Calls back on Monday")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = '2026-11-03' WHERE id = %s",
            (young.id,),
        )
        purge = self._purge(SPRING)
        self.assertEqual(self._left(), (False, False, True))
        self.assertTrue(self.debtor.note, "it speaks of the customer of today")
        self.assertTrue(young.exists(), "it may speak of what is owed")
        self.assertTrue(self.notice.body, "proofs wait until nothing is owed")
        self.assertEqual(set(purge.line_ids.mapped("rule")), {NOTES})

    def test_the_day_of_the_open_invoice_counts_on_both_sides(self):
        self._bought("2026-03-16")  # the day of the notes
        self._purge_nothing(SPRING)
        self.assertEqual(self._left(), (True, True, True))

    def test_the_invoice_of_the_notes_was_paid_lately(self):
        """Six months count from the payment of what a note may speak of."""
        old = self._bought("2026-03-10", due="2026-04-10")
        self._pay(old, 50, "2026-10-15")
        self._matched_on("2026-10-15")
        self._bought("2027-01-05")
        self._purge_nothing(SPRING)
        self._purge_nothing("2027-04-15")
        self._purge("2027-04-16")
        self.assertEqual(self._left(), (False, False, True))

    def test_a_hold_that_ended_lately_keeps_all(self):
        self._bought("2026-11-02")
        later = self.env["dunning.hold"].create(
            {"debtor_id": self.debtor.id, "kind": "other", "date_from": "2026-12-01",
             "date_to": "2026-12-31"}
        )  # fmt: skip
        later.action_release()
        self._purge_nothing(SPRING)

    def test_a_doubtful_debt_is_as_old_as_its_invoice(self):
        """On 416 its line is younger than the notes about its invoice."""
        old = self._bought("2026-03-10", due="2026-04-10")
        line = self._receivable(old)
        doubtful = self.env["account.account"].search(
            [("code", "=like", "416%"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        doubtful.reconcile = True
        partner = {"partner_id": old.partner_id.id}
        entry = self.env["account.move"].create(
            {
                "date": "2026-05-02",
                "line_ids": [
                    Command.create({"account_id": doubtful.id, "debit": 50, **partner}),
                    Command.create(
                        {"account_id": line.account_id.id, "credit": 50, **partner}
                    ),
                ],
            }
        )
        entry.action_post()
        (line | entry.line_ids.filtered("credit")).reconcile()
        self._matched_on("2026-05-02")
        self.assertEqual(old.payment_state, "paid")
        self._purge_nothing(SPRING)

    def test_the_months_count_for_the_note_too(self):
        """It is no younger than six months, however old the open invoice is."""
        self._bought("2026-11-02")
        found, before = self.env["dunning.retention"]._verdicts(
            self.company, self.purges._fields["date"].to_date(SPRING), self.debtor.ids
        )
        self.assertEqual(list(found), self.debtor.ids)
        self.assertEqual(str(before[NOTES][self.debtor.id]), "2026-09-01")
        self.assertFalse(before[PROOFS])

    def _purge_nothing(self, day):
        """There is nothing of this debtor to erase on a day."""
        date = self.purges._fields["date"].to_date(day)
        _found, before = self.env["dunning.retention"]._verdicts(
            self.company, date, self.debtor.ids
        )
        limit = before[NOTES].get(self.debtor.id)
        made = self.debtor.message_ids.mapped("create_date")
        self.assertFalse(limit and [day for day in made if day.date() < limit])
