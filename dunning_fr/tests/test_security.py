import json
from email.utils import getaddresses

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.smtp_line import SmtpLine
from .common_security import DAY, DUE, SecurityCommon

STAFF_ONLY = ("res.partner", "account.move", "account.move.line")
FRENCH = "FR7630006000011234567890189"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurity(SecurityCommon):
    """What people with few rights try, inside their own company."""

    def _as(self, name, records):
        return records.with_user(self.people[name])

    def _env(self, name):
        return self._as(name, self.env["dunning.run"]).env

    # ------------------------------------------------------------------- rights

    def test_nobody_without_the_group_sees_notices_runs_debtors_or_holds(self):
        for name in ("portal", "internal", "billing", "reader"):
            for records in self._evidence():
                with self.subTest(user=name, model=records._name):
                    self._refused(self._as(name, records).read, errors=AccessError)
                    model = self._as(name, records.browse())
                    self._refused(model.search, [], errors=AccessError)

    def _evidence(self):
        notice = self.mine
        debtor = notice.debtor_id
        return (
            notice,
            notice.line_ids,
            notice.dispatch_ids,
            notice.run_id,
            debtor,
            self.env["dunning.hold"].create({"debtor_id": debtor.id}),
            self.env["dunning.delivery"].create({}),
            self.env["dunning.letter.print"].create({}),
        )

    def test_nobody_without_the_group_acts(self):
        draft = self._prepared(self._customer("Gamma", "professional"))
        for name in ("portal", "internal", "billing", "reader"):
            env = self._env(name)
            notice, run, debtor, partner = (
                self._as(name, records)
                for records in (draft, draft.run_id, draft.debtor_id, draft.partner_id)
            )
            for attempt in (
                notice.action_send,
                notice.action_cancel,
                notice.action_retry,
                notice.action_resolve_sent,
                notice.action_print_letters,
                run.action_prepare,
                run.action_send,
                run.action_cancel,
                debtor.explain,
                debtor.action_draft_formal_notice,
                partner.action_confirm_debtor_kind,
            ):
                with self.subTest(user=name, method=attempt.__name__):
                    self._refused(attempt, errors=AccessError)
            with self.subTest(user=name, method="create"):
                self._refused(env["dunning.run"].create, {"date": DAY})
        self.assertEqual(draft.state, "draft")

    def test_a_collector_changes_no_policy_rate_or_figure(self):
        level = self.mine.level_id
        for records, values in (
            (level.policy_id, {"name": "x"}),
            (level, {"delay_days": 0}),
            (self.env["dunning.rate"].search([], limit=1), {"ecb_rate": 99}),
            (self.env["dunning.parameter"].search([], limit=1), {"value": 99}),
            (level.channel_ids, {"code": "x"}),
            (level.template_id, {"body_html": FRENCH}),
        ):
            with self.subTest(model=records._name):
                own = self._as("collector", records)
                self._refused(own.write, values, errors=AccessError)
                self._refused(own.unlink, errors=AccessError)

    def test_nobody_writes_evidence_directly(self):
        """Not even a manager: rights on notices are for reading only."""
        notice = self._as("manager", self.mine)
        for records in (notice, notice.line_ids, notice.dispatch_ids):
            model = records.browse()
            with self.subTest(model=model._name):
                self._refused(records.write, {"write_uid": 1})
                self._refused(records.unlink)
                self._refused(records.copy)
                self._refused(model.create, {})
        loaded = notice.browse().load(["name"], [["REL/1"]])
        self.assertFalse(loaded["ids"])

    def test_history_is_not_deleted(self):
        notice = self._as("manager", self.mine)
        hold = notice.env["dunning.hold"].create({"debtor_id": notice.debtor_id.id})
        self._refused(hold.unlink)
        self._refused(notice.debtor_id.unlink)
        self._refused(notice.run_id.unlink)
        flagged = notice.run_id.with_context(_force_unlink=True)
        self._refused(flagged.unlink)

    # ---------------------------------------------------------- what leaks around

    def test_the_portal_sees_nothing(self):
        """A debtor must not learn its kind, next reminder or limitation date."""
        portal = self.people["portal"]
        self._invoice(100, "2026-03-02", portal.partner_id)
        invoice = self._as("portal", portal.partner_id.invoice_ids)
        self.assertTrue(invoice.name)  # its own invoice, which it may read
        for model in STAFF_ONLY:
            shown = self._env("portal")[model].fields_get()
            fields = self.env[model]._fields
            # ours alone: a contact's type is Odoo's own, with a value of ours
            ours = {
                name for name in fields if set(fields[name]._modules) == {"dunning_fr"}
            }
            self.assertTrue(ours or model == "account.move.line")
            self.assertFalse(ours & set(shown), model)
        self._refused(invoice.get_late_payment_claim, errors=AccessError)
        company = self._as("portal", self.company)
        self._refused(company.read, ["dunning_signature"], errors=AccessError)

    def test_a_search_through_customers_tells_nothing(self):
        for path in ("note", "hold_ids.reason", "notice_ids.amount_total"):
            domain = [(f"dunning_debtor_ids.{path}", "!=", False)]
            for name in ("portal", "internal", "billing"):
                with self.subTest(user=name, path=path):
                    partners = self._env(name)["res.partner"]
                    self._refused(partners.search_count, domain, errors=AccessError)

    def test_the_letter_and_the_mail_are_for_collectors(self):
        letter = self._letter(self.mine)
        message = self.mine.dispatch_ids.mail_message_id
        for name in ("portal", "internal", "billing", "reader"):
            with self.subTest(user=name):
                self._refused(self._as(name, letter).read, ["raw"])
                self._refused(self._as(name, message).read, ["body"])
                found = self._env(name)["mail.message"].search(
                    [("model", "=", "dunning.debtor")]
                )
                self.assertFalse(found)
        self.assertEqual(self._as("collector", letter).raw, b"%PDF-1.4 letter")
        self._refused(self._as("manager", letter).generate_access_token)

    # ------------------------------------------------------------- forged values

    def test_a_run_begins_as_a_draft(self):
        runs = self._env("collector")["dunning.run"]
        for values in ({"state": "prepared"}, {"state": "done"}, {"left_out": [{}]}):
            with self.subTest(values=values):
                self._refused(runs.create, {"date": DAY, **values})
        self._refused(runs.with_context(default_state="done").create, {"date": DAY})
        self.assertEqual(runs.create({"date": DAY}).state, "draft")

    def test_a_prepared_run_changes_by_its_own_methods_only(self):
        draft = self._prepared(self._customer("Gamma", "professional"))
        run = self._as("manager", draft.run_id)
        for values in (
            {"state": "done"},
            {"left_out": []},
            {"date": "2026-01-01"},
            {"company_id": self.other.id},
            {"notice_ids": [Command.link(self.mine.id)]},
            {"notice_ids": [Command.clear()]},
            {"notice_ids": [Command.delete(draft.id)]},
        ):
            with self.subTest(values=values):
                self._refused(run.write, values)
        run.action_cancel()
        self.assertEqual((run.state, draft.state), ("cancelled", "cancelled"))

    def test_a_clients_defaults_are_no_evidence(self):
        """Neither the context of a call nor a person's default values."""
        draft = self._as("collector", self._prepared(self._customer("G", "consumer")))
        draft.env["ir.default"].set("dunning.dispatch", "attempts", 4, user_id=True)
        draft.env["ir.default"].set("dunning.dispatch", "state", "sent", user_id=True)
        forged = {"default_state": "sent", "default_failure_reason": "x"}
        draft.with_context(**forged).action_send()
        dispatch = draft.dispatch_ids
        self.assertEqual(
            (draft.state, dispatch.state, dispatch.attempts, dispatch.failure_reason),
            ("queued", "queued", 0, False),
        )

    def test_a_debtor_and_a_hold_keep_their_owner(self):
        debtor = self._as("manager", self.mine.debtor_id)
        hold = debtor.env["dunning.hold"].create({"debtor_id": debtor.id})
        another = self._prepared(self._customer("Gamma", "professional")).debtor_id
        self._refused(debtor.write, {"partner_id": self.pro.id})
        self._refused(debtor.write, {"company_id": self.other.id})
        self._refused(hold.write, {"debtor_id": another.id})
        debtor.write({"partner_id": debtor.partner_id.id, "note": "nothing moves"})

    def test_a_hold_stops_the_debtors_own_invoices_only(self):
        debtor = self._as("collector", self.mine.debtor_id)
        holds = debtor.env["dunning.hold"]
        foreign = self._prepared(self._customer("Gamma", "professional"))
        values = {"debtor_id": debtor.id}
        moves = foreign.line_ids.move_line_id.move_id
        self._refused(holds.create, {**values, "move_ids": [Command.set(moves.ids)]})
        moves = self.mine.line_ids.move_line_id.move_id
        hold = holds.create({**values, "move_ids": [Command.set(moves.ids)]})
        self.assertEqual(hold.move_ids, moves)

    def test_a_callers_context_chooses_no_archived_policy(self):
        old = self.policies["professional"].copy({"name": "Old"})
        old.write({"active": False, "default_for_kind": "professional"})
        engine = self.env["dunning.engine"].with_context(active_test=False)
        found = engine._default_policies(self.company)
        self.assertEqual(found["professional"], self.policies["professional"].id)

    def test_dates_are_dates(self):
        debtor = self._as("collector", self.mine.debtor_id)
        for text in ("'; DROP TABLE dunning_notice; --", "2026-02-30", "%s"):
            with self.subTest(text=text):
                self._refused(debtor.explain, text, errors=ValueError)

    # ------------------------------------------------------------- hostile texts

    def test_a_name_is_not_an_address(self):
        """What a customer is called never decides who receives its reminder."""
        names = (
            "Evil\r\nBcc: victim@x.example\r\n\r\nSARL",
            "victim@x.example",
            "Jean <victim@x.example>",
            'Jean" <victim@x.example>, "Paul',
            "Jean (victim@x.example), \\",
            "A, B; C",
            "Éric\nMüller",
            "&#10;Bcc: victim@x.example",
        )
        for name in names:
            partner = self._customer(name, "professional", email="a@b.fr")
            self._invoice(1000, DUE, partner)
        run = self._run(DAY)
        run.with_user(self.collector).action_send()
        self.env["dunning.notice"]._process_queue()
        self.assertEqual(run.notice_ids.mapped("state"), ["sent"] * len(names))
        for notice in run.notice_ids:
            with self.subTest(name=notice.partner_id.name):
                line = SmtpLine(connect=None)  # built, not sent
                _server, message = notice.dispatch_ids._build_through_email(line)
                [(_name, address)] = getaddresses([str(message["To"])])
                self.assertEqual(address, "a@b.fr")
                self.assertFalse(message["Bcc"] or message["Cc"])
                self.assertNotIn("\n", str(message["Subject"]))

    def test_a_mail_to_anybody_else_does_not_leave(self):
        notice = self._queued(self._customer("Gamma", "professional"))
        notices = self.env["dunning.notice"].sudo()._proof_unlocked().browse(notice.id)
        notices._prepare_to_send()
        trusted = notices.dispatch_ids._mail()
        trusted.email_to = "victim@x.example"
        with self.assertLogs("odoo.addons.dunning_fr", "ERROR"):
            self.env["dunning.notice"]._process_queue()
        self.assertEqual(notice.state, "failed")
        self.assertIn("victim@x.example", notice.failure_reason)

    def test_markup_in_the_ledger_stays_text(self):
        evil = '<script>alert(1)</script><t t-out="1+1"/>{{ object.sudo() }} ${7*7} %s'
        partner = self._customer(evil, "professional", email="a@b.fr")
        notice = self._sent(partner, ref=evil)
        self.assertNotIn("<script", notice.body)
        self.assertNotIn("<t ", notice.body)
        self.assertIn("{{ object.sudo() }} ${7*7} %s", notice.body)
        self.assertNotIn("<script", notice.dispatch_ids._mail().body_html)
        hold = self.env["dunning.hold"].create(
            {"debtor_id": notice.debtor_id.id, "reason": evil, "date_from": DAY}
        )
        [item] = notice.debtor_id.explain("2026-06-01")
        self.assertIn(evil, item["reason"])
        self.assertIsInstance(item["reason"], str)  # not Markup: the screen escapes it
        json.dumps(notice.debtor_id.explanation)
        notice._log_on_debtor(hold.reason)
        log = notice.debtor_id.message_ids[0].body
        self.assertNotIn("<script", log)

    def test_a_text_reads_fields_and_calls_nothing(self):
        """Whoever edits a text, whoever sends (a manager, or the worker as root)."""
        template = self.mine.level_id.template_id
        draft = self._prepared(self._customer("Gamma", "professional"))
        for body in (
            '<p t-out="object.sudo().partner_id.name"/>',
            "<p t-out=\"object.env['res.users'].search([])\"/>",
            '<t t-set="x" t-value="object.env.cr.execute(\'SELECT 1\')"/>',
            '<t t-call="web.layout"/>',
            '<p t-att-title="object.name"/>',
            '<p t-out="user.password"/>',
            '<p t-out="object.company_id.dunning_signature"/>',
            '<p t-out="object.approved_by.totp_secret"/>',
            "<p t-out=\"'a'.__class__\"/>",
            '<p t-foreach="object.line_ids" t-as="line"/>',
        ):
            with self.subTest(body=body):
                # past the check of Odoo's own, which knows only some of these
                template.flush_recordset()
                self.env.cr.execute(
                    "UPDATE mail_template SET body_html = %s WHERE id = %s",
                    [json.dumps({"en_US": body}), template.id],
                )
                template.invalidate_recordset()
                draft.with_user(self.manager).action_send()
                self.assertEqual(draft.state, "draft")
                self.assertIn("may only print and test fields", draft.failure_reason)

    def test_rows_survive_being_copied_in(self):
        """COPY gives back each text: end marks, quotes; an empty one becomes none."""
        line = self.mine.line_ids
        texts = ["", "a", "\\.", "a\n\\.\nb", '"', '""', "\\N", "NULL", "a,b", "x\r\ny"]
        texts += [" ", "\t", "é€", "'; DROP TABLE dunning_notice; --", "%s", None]
        rows = [
            {
                "notice_id": line.notice_id.id,
                "move_name": "x",
                "document_key": f"copied:{place:02}",
                "order_ref": text,
            }
            for place, text in enumerate(texts)
        ]
        line._copy_rows(rows)
        self.env.cr.execute(
            "SELECT order_ref FROM dunning_notice_line"
            " WHERE document_key LIKE 'copied:%' ORDER BY document_key"
        )
        # an empty text is none, as the method says
        self.assertEqual(
            [text for (text,) in self.env.cr.fetchall()],
            [text or None for text in texts],
        )
