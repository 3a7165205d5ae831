"""The register of registered letters: outcomes, scans, and what is refused."""

import base64
import hashlib

from lxml import etree
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common_send import SendCommon

SCAN = b"%PDF-1.4 the signed slip"
POSTED, LATER = "2026-03-17", "2026-03-20"


class TestRegister(SendCommon):
    def setUp(self):
        super().setUp()
        self.notice = self._posted("Alpha")

    def _posted(self, name, *codes, posted=POSTED):
        codes = codes or ("registered_letter",)
        notice = self._queue(self._debtor(name, *codes, formal=True))
        self._letter(notice)
        if posted:
            notice.posted_date = posted
        return notice

    def _register(self, domain):
        """Return the notices of the register that match a filter's domain."""
        action = self.env.ref("dunning_fr.action_dunning_register")
        own = safe_eval(action.domain)
        return self.env["dunning.notice"].search([*own, *domain])

    def _filter(self, name):
        """Return the domain of one filter of the register."""
        arch = self.env["dunning.notice"].get_view(
            self.env.ref("dunning_fr.dunning_register_view_search").id, "search"
        )["arch"]
        node = etree.fromstring(arch).find(f".//filter[@name='{name}']")
        return safe_eval(node.get("domain"))

    def _wizard(self, notices, stage="presentation", **values):
        return (
            self.env["dunning.delivery"]
            .with_user(self.collector)
            .with_context(
                active_model="dunning.notice",
                active_ids=notices.ids,
                default_stage=stage,
            )
            .create({"date": LATER, **values})
        )

    # ---------------------------------------------------------------- the register

    def test_a_letter_that_comes_back_is_a_task_for_the_collector(self):
        self.notice.debtor_id.user_id = self.collector
        self.notice._register_return("unknown")
        self.assertEqual(self.notice.state, "failed")
        task = self.notice.debtor_id.activity_ids
        self.assertEqual(task.user_id, self.collector)
        self.assertIn(self.notice.recipient_name, task.summary)
        self.assertIn("unknown", task.note)
        self.assertEqual(len(self.notice.dispatch_ids), 1, "no second letter there")

    def test_each_letter_is_found_by_its_filter(self):
        waiting = self._posted("Beta", posted=None)
        refused, unclaimed = self._posted("Gamma"), self._posted("Delta")
        refused.write({"presented_date": LATER, "refused": True})
        unclaimed.write({"unclaimed": True})
        back = self._posted("Epsilon")
        back._register_return("unknown")
        plain = self._posted("Zeta", "letter")
        every = self.notice + waiting + refused + unclaimed + back
        self.assertEqual(set(self._register([])), set(every), "plain letters stay out")
        self.assertNotIn(plain, self._register([]))
        for name, expected in (
            ("to_post", waiting),
            ("to_present", self.notice),
            ("refused", refused),
            ("unclaimed", unclaimed),
            ("came_back", back),
            ("no_scan", self.notice + refused + unclaimed + back),
            ("received", every.browse()),
        ):
            with self.subTest(name):
                found = self._register(self._filter(name))
                self.assertEqual(set(found), set(expected))
        self.assertEqual(
            every.mapped("delivery_outcome"),
            ["posted", "to_post", "refused", "unclaimed", "failed"],
        )
        self.assertFalse(plain.delivery_outcome)

    def test_days_open(self):
        today = self.company._dunning_today()
        self.assertEqual(self.notice.days_open, (today - self.notice.posted_date).days)
        self.notice.presented_date = LATER
        self.assertEqual(self.notice.days_open, 3)

    # -------------------------------------------------------------------- outcomes

    def test_a_refused_letter_counts_as_presented_that_day(self):
        """R2.6, R5.6: refused is still a valid formal notice, from that day."""
        wizard = self._wizard(self.notice)
        wizard.line_ids.outcome = "refused"
        wizard.action_register()
        self.assertEqual(str(self.notice.presented_date), LATER)
        self.assertTrue(self.notice.refused)
        invoice = self.notice.line_ids.move_line_id.move_id
        item = self.env["dunning.item"].search([("move_id", "=", invoice.id)])
        days = self.notice.level_id.deadline_days
        counted = self.env["dunning.engine"]._past(
            self.company,
            self.notice.presented_date,
            {item.document_key: self.notice.partner_id.id},
        )[0][item.document_key]
        self.assertGreaterEqual((item.formal_expiry - counted.last_date).days, days)
        self.assertEqual(counted.formal_expiry, item.formal_expiry)
        log = str(self.notice.debtor_id.sudo().message_ids[:1].body)
        self.assertIn("Refused: yes", log)

    def test_presented_first_and_known_later(self):
        """A letter waits 15 days at the post office: the outcome comes afterwards."""
        self.notice.presented_date = LATER
        wizard = self._wizard(self.notice, date="2026-04-07")
        line = wizard.line_ids
        self.assertEqual(str(line.date), LATER, "the first presentation stays")
        line.write({"outcome": "received", "received_date": "2026-03-27"})
        wizard.action_register()
        self.assertEqual(str(self.notice.presented_date), LATER)
        self.assertEqual(str(self.notice.received_date), "2026-03-27")
        self.assertEqual(self.notice.delivery_outcome, "received")
        with self.assertRaisesRegex(UserError, "not yet presented"):
            self._wizard(self.notice)

    def test_unknown_at_the_address_moves_nothing_up(self):
        wizard = self._wizard(self.notice)
        wizard.line_ids.outcome = "unknown"
        wizard.action_register()
        self.assertEqual(self.notice.state, "failed")
        self.assertIn("not known at this address", self.notice.failure_reason)
        invoice = self.notice.line_ids.move_line_id.move_id
        self.assertEqual(invoice.dunning_level, 0)
        self.assertTrue(self.notice.sudo()._is_untampered())
        with self.assertRaisesRegex(UserError, "waits for its presentation"):
            self.notice._register_return("again")

    def test_outcomes_that_contradict_each_other_are_refused(self):
        for values in (
            {"presented_date": LATER, "refused": True, "unclaimed": True},
            {"refused": True},  # no day
            {"received_date": LATER},  # not presented
            {"presented_date": LATER, "received_date": "2026-03-19"},
            {"presented_date": LATER, "received_date": "2999-01-01"},
            {"presented_date": LATER, "received_date": LATER, "refused": True},
            {"presented_date": LATER, "received_date": LATER, "unclaimed": True},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.notice.write(values)
        self.assertEqual(self.notice.delivery_outcome, "posted")

    def test_a_number_belongs_to_one_letter(self):
        self.notice.tracking_number = "1A 234"
        other = self._posted("Beta")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            other.tracking_number = "1a234"
            self.env.flush_all()

    # ----------------------------------------------------------------------- scans

    def test_a_scan_is_kept_with_its_hash(self):
        wizard = self._wizard(self.notice)
        wizard.line_ids.write({"scan": base64.b64encode(SCAN), "scan_name": "slip.pdf"})
        wizard.action_register()
        receipt = self.notice.receipt_ids
        self.assertEqual(receipt.sha256, hashlib.sha256(SCAN).hexdigest())
        self.assertEqual(base64.b64decode(receipt.file), SCAN)
        self.assertTrue(receipt.is_intact and self.notice.has_receipt)
        log = "".join(map(str, self.notice.debtor_id.sudo().message_ids.mapped("body")))
        self.assertIn(receipt.sha256, log)

    def test_a_scan_cannot_be_swapped_silently(self):
        receipt = self.notice._add_receipt("acknowledgment", SCAN, "slip.pdf").sudo()
        stored = self.env["ir.attachment"].search(receipt._scan_domain())
        self.assertEqual(len(stored), 1)
        for attempt in (
            lambda: receipt.write({"file": base64.b64encode(b"%PDF-1.4 other")}),
            lambda: receipt.write({"sha256": "x"}),
            receipt.unlink,
            receipt.copy,
            lambda: receipt.create({"notice_id": self.notice.id}),
            lambda: self.notice.sudo().write({"receipt_ids": [(5, 0, 0)]}),
            lambda: stored.write({"raw": b"%PDF-1.4 other"}),
            lambda: stored.write({"res_id": 0}),
            stored.unlink,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
                self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(receipt.is_intact)
        # past the ORM, the hash tells
        self.env.cr.execute(
            "UPDATE ir_attachment SET db_datas = %s, store_fname = NULL WHERE id = %s",
            [b"%PDF-1.4 other", stored.id],
        )
        self.env.invalidate_all()
        self.assertFalse(receipt.is_intact)

    def test_a_scan_is_added_once_and_is_a_scan(self):
        self.notice._add_receipt("acknowledgment", SCAN)
        self.assertEqual(
            self.notice.receipt_ids.file_name,
            f"{self.notice.name}.pdf".replace("/", "-"),
        )
        with self.assertRaisesRegex(UserError, "attached already"):
            self.notice._add_receipt("acknowledgment", SCAN)
        with self.assertRaisesRegex(UserError, "neither a PDF nor a picture"):
            self.notice._add_receipt("acknowledgment", b"<html>x</html>", "x.html")
        self._wizard(self.notice, "receipt").line_ids.write(
            {"scan": base64.b64encode(SCAN + b" again"), "scan_kind": "returned"}
        )
        self.assertEqual(len(self.notice.receipt_ids), 1, "nothing before Record")
        wizard = self._wizard(self.notice, "receipt")
        with self.assertRaisesRegex(UserError, "Choose the scan"):
            wizard.action_register()

    def test_only_collectors_add_scans(self):
        reader = new_test_user(
            self.env,
            login="register_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.notice.with_user(reader)._add_receipt("other", SCAN)
        email = self._queue(self._debtor("Beta"))
        with self.assertRaisesRegex(UserError, "not sent by post"):
            email._add_receipt("other", SCAN)
