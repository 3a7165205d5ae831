import json

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_security import DAY, DUE, FORBIDDEN_LOG, SecurityCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMultiCompany(SecurityCommon, HttpCase):
    """Invariant 8: what one company sends, another company's user never sees."""

    people_wanted = ("billing", "collector", "manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls._user(
            "both", "dunning_fr.group_dunning_manager", cls.company, cls.other
        )
        cls._letter(cls.theirs)

    def _evidence(self):
        notice = self.theirs
        hold = self.env["dunning.hold"].create({"debtor_id": notice.debtor_id.id})
        return (
            notice,
            notice.line_ids,
            notice.dispatch_ids,
            notice.run_id,
            notice.debtor_id,
            notice.policy_id,
            notice.level_id,
            hold,
            notice.attachment_id,
            notice.dispatch_ids.mail_message_id,
        )

    # ----------------------------------------------------------------- reading

    def test_nothing_of_another_company_is_read_or_found(self):
        for records in self._evidence():
            own = records.with_user(self.manager)
            with self.subTest(model=records._name):
                self._refused(own.read, errors=AccessError)
                self._refused(own.export_data, ["display_name"])
                domain = [("id", "in", records.ids)]
                self.assertFalse(own.search(domain))
                self.assertEqual(
                    own.formatted_read_group(domain, [], ["__count"])[0]["__count"], 0
                )

    def test_a_search_through_customers_or_invoices_finds_nothing(self):
        env = self.env["res.partner"].with_user(self.manager).env
        for model, path in (
            ("res.partner", "dunning_debtor_ids.notice_ids.name"),
            ("res.partner", "dunning_debtor_ids.company_id"),
            ("dunning.debtor", "notice_ids.subject"),
            ("dunning.run", "notice_ids.amount_total"),
            ("dunning.hold", "debtor_id.notice_ids"),
        ):
            domain = [(path, "!=", False)]
            found = env[model].search(domain)
            with self.subTest(model=model, path=path):
                self.assertNotIn(self.theirs.partner_id.id, found.ids)
                if "company_id" in found._fields and model != "res.partner":
                    self.assertNotIn(self.other, found.sudo().company_id)
        partner = env["res.partner"].browse(self.theirs.partner_id.id)
        self.assertFalse(partner.dunning_debtor_ids)
        self.assertEqual(partner.dunning_notice_count, 0)

    def test_the_active_company_decides(self):
        """Allowed in both with one of them active: the other is out of sight."""
        only_here = self.theirs.with_user(self.both)
        only_here = only_here.with_context(allowed_company_ids=self.company.ids)
        self._refused(only_here.read, errors=AccessError)
        self._refused(only_here.action_print_letters, errors=AccessError)
        both = only_here.with_context(
            allowed_company_ids=(self.company | self.other).ids
        )
        self.assertTrue(both.subject)
        asked = self.theirs.with_user(self.manager).with_context(
            allowed_company_ids=(self.company | self.other).ids
        )
        self._refused(asked.read, errors=AccessError)

    # ------------------------------------------------------------------ acting

    def test_no_method_takes_foreign_records(self):
        partner = self._customer("Gamma", "professional")
        drafted = self._prepared(partner, self.other)
        draft, run, debtor, invoice = (
            records.with_user(self.manager)
            for records in (
                drafted,
                drafted.run_id,
                drafted.debtor_id,
                drafted.line_ids.move_line_id.move_id,
            )
        )
        sent = self.theirs.with_user(self.manager)
        for attempt in (
            draft.action_send,
            draft.action_cancel,
            draft.action_open_send,
            sent.action_retry,
            sent.action_resolve_sent,
            sent.action_resolve_not_sent,
            sent.action_print_letters,
            run.action_prepare,
            run.action_send,
            run.action_cancel,
            debtor.explain,
            debtor.action_draft_formal_notice,
            debtor.action_open_items,
            invoice.get_late_payment_claim,
        ):
            with self.subTest(method=attempt.__name__):
                self._refused(attempt, errors=AccessError)
        self._refused(sent.write, {"posted_date": DAY}, errors=AccessError)
        self.assertEqual((draft.sudo().state, sent.sudo().state), ("draft", "sent"))

    def test_nothing_is_made_for_or_pushed_into_another_company(self):
        env = self.env["dunning.run"].with_user(self.manager).env
        run = env["dunning.run"].create({"date": DAY})
        debtor = self.mine.debtor_id.with_user(self.manager)
        hold = env["dunning.hold"].create({"debtor_id": debtor.id})
        policy = env["dunning.policy"].create({"name": "x"})
        level = env["dunning.level"].create(
            {"name": "l", "policy_id": policy.id, "sequence": 4, "delay_days": 99}
        )
        there = {"company_id": self.other.id}
        other_policy = self.env["dunning.policy"].search(
            [("company_id", "=", self.other.id), ("default_for_kind", "=", "public")]
        )
        for attempt, values in (
            (run.browse().create, {"date": DAY, **there}),
            (debtor.browse().create, {"partner_id": self.pro.id, **there}),
            (policy.browse().create, {"name": "x", **there}),
            (hold.browse().create, {"debtor_id": self.theirs.debtor_id.id}),
            (
                level.browse().create,
                {"name": "x", "policy_id": other_policy.id, "delay_days": 1},
            ),
            (run.write, there),
            (debtor.write, there),
            (policy.write, there),
            (hold.write, {"debtor_id": self.theirs.debtor_id.id}),
            (hold.write, there),
            (level.write, there),
            (level.write, {"policy_id": other_policy.id}),
            (policy.write, {"level_ids": [Command.link(other_policy.level_ids[0].id)]}),
            (debtor.write, {"notice_ids": [Command.link(self.theirs.id)]}),
            (debtor.write, {"user_id": self.stranger.id}),
        ):
            with self.subTest(values=values, method=attempt.__name__):
                self._refused(attempt, values)
        forged = hold.create({"debtor_id": debtor.id, **there})
        self.assertEqual(forged.company_id, self.company)

    def test_a_hold_names_no_foreign_invoice(self):
        partner = self.mine.partner_id
        theirs = self._invoice(50, DUE, partner, company_id=self.other.id)
        hold = self.env["dunning.hold"]
        values = {
            "debtor_id": self.mine.debtor_id.id,
            "move_ids": [Command.set(theirs.ids)],
        }
        self._refused(hold.create, values, errors=UserError)
        self._refused(hold.with_user(self.collector).create, values)

    def test_a_customer_follows_no_foreign_policy(self):
        foreign = self.theirs.policy_id
        partner = self.mine.partner_id.with_company(self.company)
        self._refused(partner.write, {"dunning_policy_id": foreign.id})
        partner.with_company(self.other).dunning_policy_id = foreign
        self.assertFalse(partner.dunning_policy_id)

    def test_wizards_tell_nothing_about_foreign_notices(self):
        env = self.env["dunning.run"].with_user(self.collector).env
        ids = self.theirs.ids
        line = {"notice_id": self.theirs.id}
        spec = {"partner_id": {}, "level_id": {}, "is_formal_notice": {}}
        delivery = env["dunning.delivery.line"]
        batch = env["dunning.delivery"].create({"stage": "presentation"})

        def read_line():
            made = delivery.create({**line, "delivery_id": batch.id})
            self.env.flush_all()
            self.env.invalidate_all()
            return made.web_read(spec)

        self._refused(read_line, errors=AccessError)
        selected = env["dunning.delivery"].with_context(
            active_model="dunning.notice", active_ids=ids, default_stage="presentation"
        )
        self._refused(selected.default_get, ["line_ids"], errors=AccessError)
        batch.line_ids = [Command.create(line)]
        self._refused(batch.action_register, errors=AccessError)
        printing = env["dunning.letter.print"]
        for name in ("notice_ids", "withdrawn_ids"):
            values = {name: [Command.set(ids)]}
            self._refused(printing.create, values, errors=AccessError)
        self._refused(
            env["dunning.send.wizard"].create,
            {"company_id": self.other.id, "notice_ids": [Command.set(ids)]},
            errors=AccessError,
        )

    def test_the_first_activation_of_another_company_stays_hidden(self):
        run = self.env["dunning.run"].create({"date": DAY, "company_id": self.other.id})
        wizards = self.env["dunning.opening.wizard"].with_user(self.manager)

        def look():
            wizard = wizards.create({"run_id": run.id, "set_levels": True})
            self.env.flush_all()
            self.env.invalidate_all()
            return wizard.read(["headline", "overview", "company_id"])

        def act():
            wizard = wizards.create(
                {"run_id": run.id, "set_levels": True, "reason": "x"}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            wizard.action_prepare()

        self._refused(look, errors=AccessError)
        self._refused(act, errors=AccessError)

    def test_a_form_in_the_making_tells_nothing(self):
        """What a client asks of records that do not exist yet (onchange)."""
        partner = self.theirs.partner_id
        items = self.theirs.line_ids.move_line_id
        env = self.env["dunning.run"].with_user(self.manager).env
        values = {"partner_id": partner.id, "company_id": self.other.id}
        spec = {"amount_overdue": {}, "oldest_due": {}, "explanation": {}}
        for debtor in (env["dunning.debtor"], self.mine.debtor_id):
            with self.subTest(debtor=debtor):
                told = self._ask(debtor.with_env(env), values, spec)
                self.assertFalse(any(told.values()), told)
        left_out = [{"code": "no_policy", "count": 1, "line_ids": items.ids}]
        for company in (self.company, self.other):
            with self.subTest(company=company.name):
                values = {"company_id": company.id, "left_out": left_out}
                told = self._ask(env["dunning.run"], values, {"left_out_table": {}})
                self.assertNotIn("1,000", json.dumps(told))

    def _ask(self, records, values, spec):
        """Return what a form is told; nothing when it is refused."""
        self.env.invalidate_all()
        try:
            with mute_logger(FORBIDDEN_LOG), self.env.cr.savepoint():
                return records.onchange(values, list(values), spec)["value"]
        except AccessError:
            return {}

    # --------------------------------------------------------------- over the wire

    def _rpc(self, records, method, *arguments, **keywords):
        """Call a method as the web client does, on records by their ids."""
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{records._name}/{method}",
            {
                "model": records._name,
                "method": method,
                "args": [records.ids, *arguments],
                "kwargs": keywords,
            },
        )

    def _rpc_refused(self, *arguments, **keywords):
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._rpc(*arguments, **keywords)

    def test_rpc_does_not_change_evidence(self):
        """A manager, with every context a client may send."""
        self.authenticate("manager", "manager")
        notice = self.mine
        subject = self._rpc(notice, "read", ["subject"])[0]["subject"]
        self.assertEqual(subject, notice.subject)
        for context in (
            {},
            {"dunning_proof": True},
            {"dunning_proof": {"__class__": "object"}},
            {"_force_unlink": True},
            {"install_mode": True, "module": "dunning_fr"},
        ):
            for records in (notice, notice.line_ids, notice.dispatch_ids):
                with self.subTest(context=context, model=records._name):
                    values = {"write_uid": 2}
                    self._rpc_refused(records, "write", values, context=context)
                    self._rpc_refused(records, "unlink", context=context)
                    self._rpc_refused(records, "copy", context=context)
        message = notice.dispatch_ids.mail_message_id
        self._rpc_refused(message, "write", {"subject": "x"})
        self._rpc_refused(message, "unlink")
        self._rpc_refused(notice.run_id, "write", {"state": "draft"})
        self.assertTrue(notice._is_untampered())

    def test_rpc_reaches_no_private_method(self):
        self.authenticate("manager", "manager")
        notice = self.mine
        for records, method in (
            (notice, "_proof_unlocked"),
            (notice, "_process_queue"),
            (notice, "_register_delivery"),
            (notice, "_back_to_draft"),
            (notice.dispatch_ids, "_move"),
            (notice.dispatch_ids, "_retry"),
            (notice.line_ids, "_copy_rows"),
            (notice.line_ids, "_insert_rows"),
            (self.env["dunning.engine"], "_assess"),
            (self.env["dunning.claim"], "_for_lines"),
            (notice.debtor_id, "_absorb"),
            (notice.debtor_id, "_follow_partners"),
        ):
            with self.subTest(method=method):
                self._rpc_refused(records, method)

    def test_rpc_of_another_company(self):
        self.authenticate("stranger", "stranger")
        for method in ("read", "action_retry", "action_print_letters", "web_read"):
            arguments = [["subject"]] if method == "read" else []
            arguments = [{"subject": {}}] if method == "web_read" else arguments
            with self.subTest(method=method):
                self._rpc_refused(self.mine, method, *arguments)
                self._rpc_refused(
                    self.mine,
                    method,
                    *arguments,
                    context={"allowed_company_ids": self.company.ids},
                )
        self._rpc_refused(self.mine.debtor_id, "explain")
        self._rpc_refused(
            self.mine.line_ids.move_line_id.move_id, "get_late_payment_claim"
        )

    def test_the_json_api_obeys_the_same_rules(self):
        keys = self.env["res.users.apikeys"].with_user(self.manager)
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        key = keys._generate("rpc", "test", tomorrow)
        headers = {"Authorization": f"bearer {key}", "Content-Type": "application/json"}

        def status(records, method, **values):
            data = json.dumps({"ids": records.ids, **values})
            with mute_logger("odoo.http"):
                url = f"/json/2/{records._name}/{method}"
                return self.url_open(url, data=data, headers=headers).status_code

        self.assertEqual(status(self.mine, "read", fields=["subject"]), 200)
        self.assertEqual(status(self.theirs, "read", fields=["subject"]), 403)
        self.assertGreaterEqual(status(self.mine, "write", vals={"subject": "x"}), 400)
        self.assertGreaterEqual(status(self.mine, "unlink"), 400)
        self.assertGreaterEqual(status(self.mine, "_process_queue"), 400)
        self.assertTrue(self.mine._is_untampered())

    def test_the_letter_is_downloaded_by_its_own_company_only(self):
        letter = self._letter(self.mine)
        urls = (
            f"/web/content/{letter.id}",
            f"/web/content/{letter.id}?download=1&access_token=x",
            f"/web/content?model=dunning.notice&id={self.mine.id}&field=body",
            f"/report/html/dunning_fr.report_dunning_notice/{self.mine.id}",
        )
        for login in ("stranger", "billing", None):
            self.authenticate(login, login)
            for url in urls:
                with self.subTest(login=login, url=url), mute_logger("odoo.http"):
                    response = self.url_open(url)
                    self.assertNotIn(b"%PDF-1.4 letter", response.content)
                    self.assertNotIn(b"1,000", response.content)
                    self.assertNotIn(b"Alpha SARL", response.content)
        self.authenticate("collector", "collector")
        self.assertEqual(self.url_open(urls[0]).content, b"%PDF-1.4 letter")
        self.assertIn(b"Alpha SARL", self.url_open(urls[-1]).content)

    # ---------------------------------------------------------------- channels

    def test_a_channel_of_other_companies_is_not_a_managers_to_change(self):
        """Channels are shared: the other company would send another way, or not."""
        channel = self.theirs.dispatch_ids.channel_id
        own = channel.with_user(self.manager)
        for values in (
            {"provider": "post"},
            {"active": False},
            {"keeps_hours": False},
            {"template_id": False},
        ):
            with self.subTest(values):
                self._refused(own.write, values, errors=AccessError)
        words = {"en_US": {"E-mail": "Fax"}}
        self._refused(own.update_field_translations, "name", words, errors=AccessError)
        with self.assertRaisesRegex(AccessError, "Autre SARL"):
            own.write({"sequence": 1})
        self.assertTrue(own.name, "anybody who sends reads them")

    def test_a_manager_of_all_companies_that_use_it_changes_a_channel(self):
        users = self.theirs.dispatch_ids.channel_id._depending_companies()
        [companies] = users.values()
        self.assertLessEqual(self.company + self.other, companies)
        self.both.sudo().company_ids |= companies
        channel = self.theirs.dispatch_ids.channel_id.with_user(self.both)
        channel.keeps_hours = False
        self.assertFalse(channel.keeps_hours)

    def test_a_channel_that_only_ones_own_companies_use(self):
        channel = self.env["dunning.channel"].sudo().create({"name": "X", "code": "x"})
        own = channel.with_user(self.manager)
        own.name = "Y"  # nobody uses it
        self.mine.policy_id.fallback_ids = [(0, 0, {"channel_id": channel.id})]
        own.name = "Z"
        self.theirs.policy_id.fallback_ids = [(0, 0, {"channel_id": channel.id})]
        self._refused(own.write, {"name": "W"}, errors=AccessError)

    def test_a_call_that_follows_elsewhere_depends_on_the_phone(self):
        phone = self.env["dunning.channel"]._by_code()["phone"]
        self.theirs.level_id.call_follows = True
        own = phone.with_user(self.manager)
        self._refused(own.write, {"active": False}, errors=AccessError)
