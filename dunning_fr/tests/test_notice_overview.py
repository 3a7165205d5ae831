"""What a person reads on a notice, beside what the debtor reads."""

from odoo.tests import freeze_time, tagged

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-11-20")
class TestNoticeOverview(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(10000, "2026-09-01")

    def _sent(self, date):
        run = self._run(date)
        run.notice_ids.sudo()._proof_unlocked().write({"state": "sent"})
        return run.notice_ids

    def test_the_total_says_which_claims_it_holds(self):
        first = self._sent("2026-09-10")
        self.assertFalse(first.interest_included or first.indemnity_included)
        second = self._sent("2026-09-20")
        self.assertEqual(second.level_id.claims_interest, "announced")
        self.assertTrue(second.amount_interest)
        self.assertFalse(second.interest_included or second.indemnity_included)
        third = self._run("2026-10-05").notice_ids
        self.assertTrue(third.interest_included and third.indemnity_included)

    def test_what_the_level_says_later_does_not_change_the_notice(self):
        second = (self._sent("2026-09-10") + self._sent("2026-09-20"))[1]
        second.level_id.claims_interest = "claimed"
        second.invalidate_recordset()
        self.assertFalse(second.interest_included)

    def test_each_item_says_how_it_stands(self):
        self._sent("2026-09-10")
        self._sent("2026-09-20")
        self._invoice(800, "2026-09-20")
        formal = self._run("2026-10-05").notice_ids
        self.assertTrue(formal.is_formal_notice)
        roles = {line.move_name: line.role for line in formal.line_ids}
        self.assertEqual(roles.pop(self.invoice.name), "claimed")
        self.assertEqual(set(roles.values()), {"information"})

    def test_a_credit_is_deducted_and_opens(self):
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.pro.id,
                "invoice_date": "2026-09-05",
                "invoice_line_ids": [
                    (0, 0, {"name": "Avoir", "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        refund.action_post()
        notice = self._run("2026-09-10").notice_ids
        credit = notice.line_ids.filtered(lambda line: line.residual < 0)
        self.assertEqual(credit.role, "credit")
        self.assertEqual(notice.amount_total, 9900)
        lines = self.env["account.move.line"].search(
            notice.action_open_credits()["domain"]
        )
        self.assertEqual(lines.move_id, refund)

    def test_the_invoices_behind_it_open(self):
        notice = self._run("2026-09-10").notice_ids
        found = self.env["account.move"].search(notice.action_open_invoices()["domain"])
        self.assertEqual(found, self.invoice)
        line = notice.line_ids[0].action_open_document()
        self.assertEqual(line["res_id"], self.invoice.id)
        self.assertEqual(notice.action_open_debtor()["res_id"], notice.debtor_id.id)

    def test_nothing_was_ever_sent_until_a_notice_leaves(self):
        notices = self.env["dunning.notice"]
        self.assertFalse(notices._ever_sent(self.company))
        drafts = self._run("2026-09-10").notice_ids
        self.assertFalse(notices._ever_sent(self.company))
        drafts.sudo()._proof_unlocked().write({"state": "sent"})
        self.assertTrue(notices._ever_sent(self.company))
