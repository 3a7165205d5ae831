"""The history of a debtor: one list of all that happened, in order."""

import re

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from ..models.dunning_history import PARTS
from .common_hold import DAY, HoldCommon


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-09-20")
class TestHistory(HoldCommon):
    def _rows(self, kind=None, user=None):
        history = self.env["dunning.history"].with_user(user or self.collector)
        domain = [("debtor_id", "=", self.debtor.id)]
        if kind:
            domain.append(("kind", "=", kind))
        return history.search(domain)

    def _note(self, record, body, **values):
        return record.message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_note", **values
        )

    def test_everything_in_order(self):
        self._hold("mediation", reason="Talks", date_from="2026-09-12").action_lift(
            "No"
        )
        self._pay(self.invoice, 300, "2026-09-15")
        self.invoice._reverse_moves(
            [{"invoice_date": "2026-09-16", "date": "2026-09-16"}]
        ).action_post()
        self._note(self.debtor, "They will call back")
        rows = self._rows()
        kinds = rows.mapped("kind")
        self.assertEqual(rows.mapped("date"), sorted(rows.mapped("date"))[::-1])
        self.assertEqual(
            [kind for kind in kinds if kind not in ("trace", "note")],
            ["hold_end", "credit_note", "payment", "hold"],
        )
        found = {row.kind: row for row in rows}
        self.assertEqual(found["hold"].summary, "Mediation or conciliation – Talks")
        self.assertEqual(
            found["hold_end"].summary, "Mediation or conciliation – Released – No"
        )
        self.assertEqual(found["payment"].amount, 300)
        self.assertEqual(found["credit_note"].amount, 1000)
        self.assertEqual(found["note"].summary, "They will call back")
        self.assertEqual(len(set(rows.ids)), len(rows))

    def test_a_day_in_the_order_it_was_lived(self):
        """Whatever the numbers of the records: each table counts its own."""
        self.debtor.with_user(self.collector).action_record_call("reached")
        call = self.debtor.call_ids
        lived = (
            self._hold("mediation", date_from="2026-09-20"),
            call,
            self._note(self.debtor, "They will call back"),
            self._hold("insurer", date_from="2026-09-20"),
        )
        self.env.flush_all()
        for hour, record in enumerate(lived, 9):
            self.env.cr.execute(
                f"UPDATE {record._table} SET create_date = %s WHERE id = %s",
                (f"2026-09-20 {hour}:00:00", record.id),
            )
        kinds = self._rows().filtered(lambda row: row.kind != "trace").mapped("kind")
        self.assertEqual(kinds, ["hold", "note", "call", "hold"])
        self.assertEqual(self._rows("hold")[0].code, "insurer")

    def test_what_became_of_a_promise_and_what_is_disputed(self):
        self._hold("dispute", debtor_says="Two boxes missing", amount=100)
        promise = self._hold("promise", date_to="2026-09-15", amount=900)
        self.env["dunning.hold"]._settle_holds(self.company, promise.date_to)
        self.assertFalse(self._rows("hold_end"))
        self.env["dunning.hold"]._cron_settle()
        self.assertEqual(self._rows("hold_end").summary, "Promise to pay – Broken")
        self.assertIn(
            "Dispute – Two boxes missing", self._rows("hold").mapped("summary")
        )

    def test_a_sent_notice_its_dispatch_and_its_letter(self):
        partner = self._debtor("Client SARL", "email")
        [notice] = self._run(DAY).notice_ids.filtered(lambda n: n.partner_id == partner)
        self.debtor = notice.debtor_id
        self.assertFalse(self._rows("notice"), "a draft has not happened")
        notice.with_user(self.collector).action_send()
        [row] = self._rows("notice")
        self.assertIn(notice.name, row.summary)
        self.assertEqual(row.amount, notice.amount_total)
        self.assertEqual(row.action_open()["res_id"], notice.id)

    def test_a_call(self):
        self.env["dunning.phone.call"].sudo().create(
            {
                "debtor_id": self.debtor.id,
                "date": DAY,
                "called_at": "2026-09-20 10:00:00",
                "user_id": self.collector.id,
                "contact_name": "Mme Roux",
                "outcome": "reached",
                "note": "Will look",
            }
        )
        [row] = self._rows("call")
        self.assertEqual(row.summary, "Mme Roux – Reached – Will look")
        self.assertEqual(row.author_id, self.collector.partner_id)

    def test_files_are_documents_and_open_as_such(self):
        hold = self._hold("document", document_asked="Order 12")
        file = self.env["ir.attachment"].create(
            {"name": "bon.pdf", "res_model": hold._name, "res_id": hold.id, "raw": b"x"}
        )
        [row] = self.debtor.with_user(self.collector).document_ids
        self.assertEqual(row.name, "bon.pdf")
        self.assertIn(f"/web/content/{file.id}", row.action_open()["url"])
        self.assertNotIn(row, self.debtor.history_ids)

    def test_long_texts_are_cut_and_empty_ones_left_out(self):
        self._note(self.debtor, "x" * 400)
        self.debtor.message_post(body="", message_type="comment")
        [row] = self._rows("note")
        self.assertEqual(len(row.summary), 161)

    # ------------------------------------------------------------------ who sees it

    def test_notes_on_what_a_manager_keeps(self):
        manager = new_test_user(
            self.env,
            login="manager",
            groups="dunning_fr.group_dunning_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        hold = self._hold("other").sudo()
        hold.write({"kept_by_manager": True, "confidential_kind": "conciliation"})
        self._note(hold, "Conciliator: M. Blanc")
        self.env["ir.attachment"].create(
            {"name": "c.pdf", "res_model": hold._name, "res_id": hold.id, "raw": b"x"}
        )
        self.assertFalse(self._rows("note") | self._rows("document"))
        self.assertEqual(self._rows("hold").summary, "Other")
        self.assertEqual(len(self._rows("note", manager)), 1)
        self.assertEqual(len(self._rows("document", manager)), 1)

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Autre"})
        stranger = self._stranger(other, "manager")
        self._hold("insurer")
        self.assertFalse(self._rows(user=stranger))
        row = self._rows("hold")
        with self.assertRaises(AccessError):
            row.with_user(stranger).action_open()

    def test_reading_only(self):
        self._hold("insurer")
        row = self._rows("hold")
        for act in (
            lambda: row.write({"detail": "Forged"}),
            row.unlink,
            lambda: row.create({"kind": "note"}),
        ):
            with self.assertRaises(AccessError):
                act()

    # ----------------------------------------------------------------------- cost

    def test_a_long_history_costs_no_more_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.debtor.with_user(self.collector).history_ids.mapped("summary")
            return self.env.cr.sql_log_count - before

        self._hold("insurer", reason="One")
        count()
        few = count()
        for number in range(30):
            self._hold("insurer", reason=str(number))
            self._note(self.debtor, str(number))
        self.assertEqual(count(), few)
        self.assertGreater(len(self.debtor.history_ids), 60)

    def test_rows_are_read_by_their_ids(self):
        self._hold("insurer", reason="One").action_lift("No")
        self._pay(self.invoice, 300, "2026-09-15")
        self._note(self.debtor, "They will call back")
        rows = self._rows()
        self.assertEqual(len(set(rows.mapped("kind"))), 5)
        facts = {row.id: (row.kind, row.summary, row.amount) for row in rows}
        self.env.invalidate_all()
        again = self.env["dunning.history"].browse(sorted(facts))
        self.assertEqual(
            {row.id: (row.kind, row.summary, row.amount) for row in again}, facts
        )
        # another part's fact of the same number is another row
        end, begin = (self._rows(kind) for kind in ("hold_end", "hold"))
        self.assertEqual(begin.id // PARTS, end.id // PARTS)
        self.assertEqual(begin.search([("id", "in", begin.ids)]), begin)
        self.assertEqual(begin.search([("id", "in", [])]), begin.browse())
        others = [("debtor_id", "=", self.debtor.id), ("id", "not in", begin.ids)]
        self.assertEqual(begin.search(others), rows - begin)

    def test_each_part_looks_its_rows_up(self):
        """A page of a large company does not read all that ever happened."""
        history = self.env["dunning.history"].sudo()
        query = history._search([("id", "in", [PARTS, PARTS + 1])])
        self.env.flush_all()
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertEqual(
            len(re.findall(r"\bid = ANY \('\{1\}'", plan)),
            len(list(history._history_parts())),
            plan,
        )

    def test_contacts(self):
        person = self.env["res.partner"].create(
            {"name": "Mme Roux", "parent_id": self.pro.id, "function": "Accounts"}
        )
        self.debtor.invalidate_recordset()
        self.assertEqual(self.debtor.contact_ids, self.pro | person)

    def test_dates_without_notice(self):
        self.assertFalse(self._rows())
        self.assertEqual(
            self.debtor.action_open_history()["domain"][0][2], self.debtor.id
        )
