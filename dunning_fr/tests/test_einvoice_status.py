"""The life cycle of e-invoices stops reminders, and says why.

``l10n_fr_pdp`` adds its statuses to a field of ``account_peppol``, which every French
company has: what stands in for it adds the same values to that same field, and writes
them as its platform would.
"""

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_hold import DAY, HoldCommon

FIELD = "peppol_move_state"
ADDED = [
    ("PD", "With Payments"),
    ("RE", "Rejected"),
    ("AP", "Approved"),
    ("refused", "Refused"),
    ("contested", "Contested"),
    ("suspended", "Suspended"),
    ("completed", "Completed"),
]
WORDS = {
    "refused": ("einvoice_refused", "The buyer refused the e-invoice"),
    "RE": ("einvoice_rejected", "A platform rejected the e-invoice"),
    "contested": ("einvoice_disputed", "The buyer disputes the e-invoice"),
    "suspended": ("einvoice_suspended", "waits for a document"),
}


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-09-20")
class TestEInvoiceStatus(HoldCommon):
    def setUp(self):
        super().setUp()
        field = self.env["account.move"]._fields[FIELD]
        self.patch(field, "selection", [*field.selection, *ADDED])

    def _platform_says(self, status, invoice=None):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE account_move SET {FIELD} = %s WHERE id = %s",
            [status, (invoice or self.invoice).id],
        )
        self.env.invalidate_all()

    def test_each_status_stops_and_says_why(self):
        for status, (code, words) in WORDS.items():
            with self.subTest(status):
                self._platform_says(status)
                told = self._told()
                self.assertEqual((told["code"], told["next_level"]), (code, 0))
                self.assertIn(words, told["reason"])
                self.assertFalse(self.invoice.dunning_next_date)
                self.assertFalse(self._run(DAY).notice_ids)
                self.assertTrue(self.invoice.dunning_einvoice_status)

    def test_a_status_written_a_moment_ago_is_seen(self):
        """In one transaction, with nothing forgotten between: as a module writes it."""
        field = self.env["account.move"]._fields[FIELD]
        self.patch(field, "_selection", dict(field.selection))
        self.assertFalse(self.invoice.dunning_einvoice_status)
        for status in ("refused", "AP", "RE"):
            shown = {"refused": "refused", "RE": "rejected"}.get(status, False)
            self.invoice[FIELD] = status
            self.assertEqual(self.invoice.dunning_einvoice_status, shown)

    def test_other_statuses_stop_nothing(self):
        for status in ("AP", "PD", "completed", "done", None):
            with self.subTest(status):
                self._platform_says(status)
                self.assertEqual(self._told()["code"], "ready")
                self.assertTrue(self.invoice.dunning_next_date)
                self.assertFalse(self.invoice.dunning_einvoice_status)

    def test_only_that_invoice(self):
        other = self._invoice(500, "2026-08-01")
        self._platform_says("refused")
        codes = {row["residual"]: row["code"] for row in self.debtor.explain(DAY)}
        self.assertEqual(codes, {1000: "einvoice_refused", 500: "ready"})
        self.assertEqual(self._run(DAY).notice_ids.line_ids.move_line_id.move_id, other)

    def test_a_person_may_remind_all_the_same(self):
        self._platform_says("refused")
        self.invoice.dunning_despite_status = True
        self.assertEqual(self._told()["code"], "ready")
        self.assertTrue(self.invoice.dunning_next_date)
        self.assertEqual(self.invoice.dunning_einvoice_status, "refused")
        copy = self.invoice.copy()
        self.assertFalse(copy.dunning_despite_status)

    def test_a_draft_notice_is_rewritten_when_the_status_comes(self):
        run = self._run(DAY)
        self._platform_says("suspended")
        run.notice_ids._refresh_drafts()
        self.assertEqual(run.notice_ids.mapped("state"), ["cancelled"])

    def test_where_no_module_keeps_a_status_nothing_is_asked(self):
        moves = self.env["account.move"]
        self.assertIsNone(moves._dunning_einvoice_place(["no_such_field"]))
        self.assertIsNone(moves._dunning_einvoice_place(["state", "narration"]))
        field = moves._fields[FIELD]
        self.patch(field, "selection", field.selection[: -len(ADDED)])
        self._platform_says("refused")
        with self.assertQueryCount(0):
            self.assertEqual(moves._dunning_einvoice_stops(self.invoice.ids), {})
        self.assertEqual(self._told()["code"], "ready")

    def test_one_query_for_many(self):
        invoices = self.invoice
        for _number in range(5):
            invoices |= self._invoice(100, "2026-08-01")
        for invoice in invoices:
            self._platform_says("refused", invoice)
        with self.assertQueryCount(1):
            found = invoices._dunning_einvoice_stops(invoices.ids)
        self.assertEqual(set(found), set(invoices.ids))

    def test_who_may(self):
        self._platform_says("refused")
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.collector).dunning_despite_status = True
        clerk = new_test_user(
            self.env,
            login="clerk",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        tracked = {"tracking_disable": False, "mail_notrack": False}
        with Form(self.invoice.with_user(clerk).with_context(**tracked)) as form:
            form.dunning_despite_status = True
        self.assertEqual(self._told()["code"], "ready")
        self.env.cr.flush()  # what is tracked is written at the end
        self.assertIn(
            "dunning_despite_status",
            self.invoice.sudo().message_ids.tracking_value_ids.field_id.mapped("name"),
        )
