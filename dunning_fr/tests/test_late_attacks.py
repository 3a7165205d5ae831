"""People with few rights, and senders of e-mails, against the end of debts' lives."""

import io
import time

import psycopg2
from PIL import Image

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..reports.court_page import LETTERS, text_pages
from ..reports.exhibit_file import PIXEL_LIMIT, Finding, examine
from ..reports.mail_text import mail_text
from .common_bad_debt import BadDebtCommon
from .common_court_file import CourtFileCommon, pdf


@tagged("post_install_l10n", "post_install", "-at_install")
class TestExhibitAttacks(CourtFileCommon):
    """What a debtor sends, and what a collector forges on exhibits and holds."""

    def _scan(self, *sizes):
        blank = {size: Image.new("1", size) for size in set(sizes)}  # 60 MB each
        first, *others = (blank[size] for size in sizes)
        target = io.BytesIO()
        first.save(
            target,
            format="TIFF",
            save_all=True,
            append_images=others,
            compression="group4",
        )
        return target.getvalue()

    def test_a_huge_page_behind_a_small_one_is_not_unfolded(self):
        side = int(PIXEL_LIMIT**0.5) + 1
        bomb = self._scan((50, 50), (side, side))
        self.assertLess(len(bomb), 100_000)
        self.assertEqual(examine(bomb), Finding("separate", 1, "pixels"))
        calm = self._scan((50, 50), (60, 60))
        self.assertEqual(examine(calm), Finding("merge", 2, ""))

    def test_many_large_pages_are_not_unfolded(self):
        side = int(PIXEL_LIMIT**0.5) - 10
        bomb = self._scan(*[(side, side)] * 30)
        self.assertEqual(examine(bomb), Finding("separate", 1, "pixels"))

    def test_an_e_mail_of_one_endless_line_is_printed_in_seconds(self):
        start = time.process_time()
        for line in ("a b " * (LETTERS // 4), "x" * LETTERS):
            pages = text_pages("Mail", [], mail_text(f"<p>{line}</p>"))
            self.assertEqual(examine(pages).how, "merge")
        self.assertLess(time.process_time() - start, 40)

    def test_an_e_mail_to_a_thousand_people_is_printed(self):
        people = ", ".join(f"person{number}@debtor.example" for number in range(1000))
        pages = text_pages("S" * 3000, [("Recipients", people), ("X", "y")], "Text")
        self.assertEqual(examine(pages).how, "merge")

    # ---------------------------------------------------------- what stays inside

    def _mail(self, body, file, record=None, **values):
        record = record or self.debtor
        attached = self._attach(record, file, pdf("secret"))
        self.env["mail.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "message_type": "email",
                "body": body,
                "attachment_ids": [Command.link(attached.id)],
                **values,
            }
        )
        return attached

    def test_files_of_confidential_mails_are_not_ticked(self):
        secret = self._mail("<p>Notre mandat ad hoc</p>", "contrat.pdf")
        named = self._attach(self.debtor, "commande conciliation.pdf", pdf("x"))
        plain = self._mail("<p>Notre commande</p>", "commande.pdf")
        self.case.action_find_exhibits()
        for file, handed in ((secret, False), (named, False), (plain, True)):
            row = self._row(file)
            self.assertEqual((file.name, row.include), (file.name, handed))
            self.assertEqual("R6.48" in (row.problem or ""), not handed)

    def test_files_of_a_lawyer_are_not_proposed(self):
        lawyer = self._customer("Me Untel")
        self.case.lawyer_id = lawyer
        file = self._mail("<p>Avis</p>", "contrat avis.pdf", author_id=lawyer.id)
        note = self.env.ref("mail.mt_note").id
        inside = self._mail("<p>Faible</p>", "contrat note.pdf", subtype_id=note)
        self.case.action_find_exhibits()
        self.assertFalse(self._row(file))
        self.assertFalse(self._row(inside).include, "a person looks at it first")

    # ------------------------------------------------------------ forged holds

    def _hold(self, **values):
        values = {"debtor_id": self.debtor.id, "date_from": "2026-07-10", **values}
        return self.env["dunning.hold"].create(values)

    def test_what_the_ledger_decided_is_not_wiped_out(self):
        user = self.people["user"]
        dispute = self._hold(kind="dispute", move_ids=[Command.link(self.invoice.id)])
        dispute.action_resolve("rejected")
        old = self._hold(kind="promise", date_to="2026-07-20", amount=5)
        self._hold(kind="promise", date_to="2026-07-25", amount=5, replaces_id=old.id)
        old.sudo().write({"settled_on": "2026-08-01", "confirmed_on": "2026-07-11"})
        for hold, name in (
            (dispute, "resolution"),
            (old, "replaced_by_id"),
            (old, "settled_on"),
            (old, "confirmed_on"),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                hold.with_user(user).write({name: False})
        # a form sends what it has not changed
        dispute.with_user(user).write({"settled_on": False, "reason": "Late"})

    def test_a_client_s_defaults_decide_no_promise(self):
        forged = {
            "default_is_settled_by_ledger": True,
            "default_settled_on": "2026-07-01",
            "default_confirmed_on": "2026-07-01",
            "default_resolution": "paid",
            "default_answer_told_on": "2026-07-01",
        }
        holds = self.env["dunning.hold"].with_user(self.people["user"])
        hold = holds.with_context(**forged).create(
            {
                "debtor_id": self.debtor.id,
                "kind": "promise",
                "date_from": "2026-07-10",
                "date_to": "2026-07-20",
            }
        )
        for name in forged:
            name = name.removeprefix("default_")
            self.assertEqual((name, hold[name]), (name, False))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadDebtAttacks(BadDebtCommon):
    """The end of debts' lives, for people who may not end them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._sale((1000, 20))
        cls.second = cls.env["res.company"].create({"name": "Voisine SARL"})
        cls.env.user.company_ids += cls.second
        cls.people = {
            name: new_test_user(
                cls.env,
                login=f"late_{name}",
                groups=groups,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for name, groups, company in (
                ("clerk", "account.group_account_invoice", cls.company),
                ("manager", "dunning_fr.group_dunning_manager", cls.company),
                ("stranger", "dunning_fr.group_dunning_manager", cls.second),
                (
                    "foreign",
                    "dunning_fr.group_dunning_manager,account.group_account_user",
                    cls.second,
                ),
            )
        }
        cls.env.flush_all()

    def _onchange(self, user, model, values, changed, *names):
        """Ask what a form would show, with forged values; read by JSON-RPC."""
        self.env.flush_all()
        self.env.invalidate_all()
        records = self.env[model].with_user(self.people[user])
        lines = {"fields": {"name": {}, "residual": {}}}
        spec = {name: lines if name == "line_ids" else {} for name in names}
        return records.onchange(values, [changed], spec)["value"]

    def test_no_debt_of_another_company_by_an_onchange(self):
        self._doubtful(self.invoice)
        values = {"company_id": self.company.id, "date": "2026-11-20"}
        values |= {"step": "impairment", "method": "age"}
        own = self._onchange(
            "manager", "dunning.bad.debt.wizard", values, "step", "line_ids"
        )
        self.assertIn(self.invoice.name, str(own), "what there is to learn")
        for user in ("stranger", "foreign"):
            with self.subTest(user), self.assertRaises(AccessError):
                found = self._onchange(
                    user, "dunning.bad.debt.wizard", values, "step", "line_ids"
                )
                self.assertNotIn(self.invoice.name, str(found))

    def test_no_list_of_another_company_by_an_onchange(self):
        self._doubtful(self.invoice)
        values = {"company_id": self.company.id, "date": "2025-12-31"}
        for model, name in (
            ("dunning.doubtful.year", "xlsx_file"),
            ("dunning.doubtful.year", "vat_file"),
            ("dunning.penalty.year", "xlsx_file"),
        ):
            with self.subTest(model, field=name):
                self.assertTrue(self._onchange("manager", model, values, "date", name))
                with self.assertRaises(AccessError):
                    self._onchange("stranger", model, values, "date", name)

    def test_no_calculation_of_another_companys_invoices_by_an_onchange(self):
        """Those of a form not saved yet are no records, whose rights Odoo checks."""
        values = {"as_of": "2026-11-20", "move_ids": [Command.set(self.invoice.ids)]}

        def ask(user, name):
            self.env.flush_all()
            self.env.invalidate_all()
            wizards = self.env["dunning.calculation.wizard"]
            spec = {"move_ids": {"fields": {}}, name: {}}
            found = wizards.with_user(self.people[user]).onchange(values, [], spec)
            return found["value"].get(name)

        self.assertTrue(ask("manager", "xlsx_file"), "what there is to learn")
        for name in ("xlsx_file", "pdf_file", "details"):
            with self.subTest(name):
                try:
                    found = ask("stranger", name)
                except AccessError:
                    continue
                self.assertFalse(found, str(found)[:200])

    def test_no_hold_tells_what_another_company_is_owed(self):
        debtors = self.env["dunning.debtor"]
        ids = debtors._ensure(self.company, self.invoice.partner_id.ids)
        values = {"debtor_id": ids[self.invoice.partner_id.id], "kind": "dispute"}
        values["date_from"] = "2026-11-20"
        names = ("amount_at_stake", "invoice_numbers", "invoice_table")
        names += ("remaining_text", "amount_text", "recipient_email", "contact_block")
        own = self._onchange("manager", "dunning.hold", values, "debtor_id", *names)
        self.assertIn(self.invoice.name, str(own), "what there is to learn")
        for name in names:
            with self.subTest(name):
                try:
                    found = self._onchange(
                        "stranger", "dunning.hold", values, "debtor_id", name
                    )
                except AccessError:
                    continue
                self.assertFalse(found.get(name), found)

    def test_a_manager_without_the_books_ends_nothing(self):
        env = self.env(user=self.people["manager"])
        for attempt in (
            lambda: self._wizard("doubtful", self.invoice, env=env),
            lambda: env["dunning.bad.debt"].create({"step": "loss"}),
        ):
            with (
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                attempt()

    def test_a_clerk_undoes_no_step_behind_its_back(self):
        [step] = self._doubtful(self.invoice)
        entry = step.entry_id.with_user(self.people["clerk"])
        for name, attempt in {
            "draft": entry.button_draft,
            "cancel": entry.button_cancel,
            "state": lambda: entry.write({"state": "draft"}),
            "cancelled": lambda: entry.write({"state": "cancel"}),
        }.items():
            with (
                self.subTest(name),
                self.assertRaises(UserError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                attempt()
                self.env.flush_all()

        with (
            self.assertRaises(psycopg2.errors.RestrictViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            entry.with_context(force_delete=True).unlink()

    def test_proofs_of_a_loss_are_kept(self):
        steps = self._lose(self.invoice)
        loss = steps.filtered(lambda step: step.step == "loss")[:1]
        files = self.env["ir.attachment"].search(
            [("res_model", "=", loss._name), ("res_field", "!=", False)]
        )
        self.assertEqual(len(files), 2)
        for records in (files.with_user(self.people["clerk"]), files, files.sudo()):
            for attempt in (
                lambda records=records: records[0].write({"raw": b"forged"}),
                lambda records=records: records[0].write({"res_id": 0}),
                lambda records=records: records[0].unlink(),
            ):
                with (
                    self.assertRaises(UserError),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.env.cr.savepoint(),
                ):
                    attempt()
