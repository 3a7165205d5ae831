from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"
SECRET = ("concil", "mandat ad hoc", "confiden", "Maître Durand")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConfidentialProceedings(LedgerCommon):
    """R6.48: conciliation and mandat ad hoc are for managers alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.collector, cls.reader, cls.manager = (
            new_test_user(
                cls.env,
                f"secret_{login}",
                group,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login, group in (
                (
                    "collector",
                    "dunning_fr.group_dunning_user,base.group_allow_export",
                ),
                ("reader", "account.group_account_readonly"),
                ("manager", "dunning_fr.group_dunning_manager"),
            )
        )
        cls.invoice = cls._invoice(1000, "2026-09-01")
        cls.draft = cls._run(TODAY).notice_ids
        cls.debtor = cls._debtor(cls.pro)
        cls.hold = (
            cls.env["dunning.hold"]
            .with_user(cls.manager)
            .create(
                {
                    "debtor_id": cls.debtor.id,
                    "kind": "other",
                    "confidential_kind": "conciliation",
                    "confidential_note": "Maître Durand, until March",
                    "date_from": "2026-10-05",
                }
            )
        )
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.seen = cls.hold.with_user(cls.collector)

    def assertSilent(self, text):
        for word in SECRET:
            self.assertNotIn(word.lower(), str(text).lower())

    def assertRefused(self, attempt):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            attempt()

    def test_a_manager_sees_it(self):
        self.assertEqual(self.hold.confidential_kind, "conciliation")
        self.assertIn("Maître Durand", self.hold.confidential_note)
        found = self.hold.search([("confidential_kind", "=", "conciliation")])
        self.assertEqual(found, self.hold)

    def test_fields_are_refused(self):
        holds, names = self.seen.browse(), ("confidential_kind", "confidential_note")
        for name in names:
            with self.subTest(name):
                self.assertNotIn(name, holds.fields_get())
                self.assertRefused(lambda name=name: self.seen.read([name]))
                self.assertRefused(lambda name=name: self.seen[name])
                self.assertRefused(lambda name=name: holds.search([(name, "!=", "")]))
                self.assertRefused(
                    lambda name=name: holds.search([], order=f"{name} desc")
                )
                self.assertRefused(
                    lambda name=name: holds.formatted_read_group([], [name])
                )
                self.assertRefused(
                    lambda name=name: holds._read_group([], [], [f"{name}:count"])
                )
                self.assertRefused(lambda name=name: self.seen.export_data([name]))
                self.assertRefused(
                    lambda name=name: self.seen.write({name: "mandat_ad_hoc"})
                )
                self.assertRefused(
                    lambda name=name: self.seen.debtor_id.search(
                        [(f"hold_ids.{name}", "!=", False)]
                    )
                )

    def test_what_is_read_is_an_ordinary_hold(self):
        values = self.seen.read()[0]
        self.assertSilent(values)
        self.assertEqual((values["kind"], values["reason"]), ("other", False))
        self.assertSilent(self.seen.name_search(""))
        self.assertSilent(self.seen.display_name)
        copied = self.seen.copy_data()[0]
        self.assertNotIn("confidential_kind", copied)
        self.assertFalse(self.hold.copy().confidential_kind)

    def test_why_it_ended_stays_with_managers(self):
        self.hold.action_lift("Protocole de conciliation homologué")
        debtor = self.debtor.with_user(self.collector)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.seen.state, "released")
        self.assertSilent(self.seen.read()[0])
        for body in debtor.message_ids.mapped("body"):
            self.assertSilent(body)
        self.assertIn("homologué", self.hold.confidential_note)
        rows = debtor.history_ids
        self.assertIn("hold_end", rows.mapped("kind"))
        self.assertSilent(rows.mapped("summary"))

    def test_explanation_run_and_debtor_say_on_hold(self):
        debtor = self.debtor.with_user(self.collector)
        (row,) = debtor.explain(TODAY)
        self.assertEqual(row["code"], "hold_other")
        self.assertSilent(row)
        self.assertSilent(debtor.read())
        self.assertFalse(debtor.insolvency)
        self.assertEqual(debtor.active_hold_count, 1)
        run = self._run(TODAY)
        self.assertNotIn(self.pro, run.notice_ids.partner_id)
        self.assertSilent(run.with_user(self.collector).read())
        self.assertSilent(self.debtor.with_user(self.manager).explain(TODAY))

    def test_the_cancelled_draft_says_on_hold(self):
        self.assertEqual(self.draft.state, "cancelled")
        self.assertTrue(self.draft.failure_reason)
        names = ["name", "failure_reason", "state", "display_name", "line_ids"]
        self.assertSilent(self.draft.with_user(self.collector).read(names))
        self.assertSilent(self.draft.dispatch_ids.mapped("failure_reason"))

    def test_messages_activities_and_tracking(self):
        self.hold.write(
            {"confidential_kind": "mandat_ad_hoc", "confidential_note": "Durand"}
        )
        self.env.flush_all()
        messages = self.env["mail.message"].sudo().search([])
        of_debtor = messages.filtered(
            lambda m: m.model in ("dunning.hold", "dunning.debtor", "res.partner")
        )
        for message in of_debtor:
            self.assertSilent(message.body)
            self.assertSilent(message.tracking_value_ids.mapped("new_value_char"))
        self.assertFalse(self.debtor.activity_ids)
        self.env["dunning.watch"]._cron_watch()
        self.assertFalse(self.debtor.activity_ids)

    def test_claims_and_letters_go_on_as_before(self):
        """It stops no interest: nobody can tell from an amount."""
        claim = self.invoice.get_late_payment_claim(TODAY)
        self.assertEqual(str(claim["segments"][-1]["date_to"]), TODAY)
        self.assertSilent(claim)
        as_reader = self.invoice.with_user(self.reader)
        self.assertSilent(as_reader.get_late_payment_claim(TODAY))
        self.assertSilent(as_reader.read(["dunning_next_date", "dunning_level"]))

    def test_only_a_manager_changes_or_releases_it(self):
        for name, attempt in (
            ("release", lambda: self.seen.action_release()),
            ("end", lambda: self.seen.write({"date_to": TODAY})),
            ("give a reason", lambda: self.seen.write({"reason": "x"})),
            ("no longer kept", lambda: self.seen.write({"kept_by_manager": False})),
            (
                "one of his own",
                lambda: self.seen.create(
                    {
                        "debtor_id": self.debtor.id,
                        "kind": "other",
                        "confidential_kind": "conciliation",
                    }
                ),
            ),
            (
                "keep one",
                lambda: self.seen.create(
                    {
                        "debtor_id": self.debtor.id,
                        "kind": "other",
                        "kept_by_manager": True,
                    }
                ),
            ),
        ):
            with self.subTest(name):
                self.assertRefused(attempt)
        try:
            self.seen.action_release()
        except AccessError as error:
            self.assertSilent(error)
        self.hold.action_release()
        self.assertEqual(self.hold.state, "released")

    def test_not_for_who_has_no_such_proceedings(self):
        """R6.48: a consumer, or a public buyer, goes to no conciliation (to verify)."""
        view = (
            self.env["dunning.debtor"]
            .with_user(self.manager)
            .get_view(self.env.ref("dunning_fr.dunning_debtor_view_form").id)
        )
        button = "//button[@name='action_new_confidential_hold']"
        [button] = etree.fromstring(view["arch"]).xpath(button)
        for kind, refused in (
            ("consumer", True),
            ("public", True),
            ("non_professional", False),
            ("professional", False),
        ):
            debtor = self._debtor(self._customer(f"Sans {kind}", kind))
            hidden = safe_eval(button.get("invisible"), {"debtor_kind": kind})
            self.assertEqual(hidden, refused, kind)
            values = {
                "debtor_id": debtor.id,
                "kind": "other",
                "confidential_kind": "mandat_ad_hoc",
            }
            holds = self.env["dunning.hold"].with_user(self.manager)
            if refused:
                with self.assertRaises(ValidationError) as caught:
                    holds.create(values)
                self.assertIn(debtor.partner_id.name, str(caught.exception))
            else:
                self.assertTrue(holds.create(values))

    def test_the_form_of_a_collector_has_no_such_field(self):
        for xmlid in ("dunning_hold_view_form", "dunning_hold_view_form_quick"):
            view = self.env.ref(f"dunning_fr.{xmlid}")
            arch = self.seen.get_view(view.id)["arch"]
            with self.subTest(xmlid):
                self.assertSilent(arch)
            form = Form(self.hold.with_user(self.manager), view=view)
            self.assertEqual(form.confidential_kind, "conciliation")
