import base64
import hashlib
import io
import os
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from .common_plan import DAY, LATER, MADE, PlanCommon, after

LATE = after(9)  # the first instalment is missed, its three days of grace over

SUSPENDED = {"suspends_interest": True, "date_to": LATER[-1]}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPlanLetter(PlanCommon):
    """The agreement (F1), the formal notice (F2), and reminders before instalments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("en_US", "fr_FR"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        cls.env.user.lang = "en_US"

    def _text(self, document):
        raw = document.attachment_id.raw
        pages = PdfFileReader(io.BytesIO(raw)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def _made(self, plan, kind="agreement", day=MADE):
        """Return the letter that a collector makes on a day."""
        with freeze_time(day):
            self.env.invalidate_all()
            theirs = plan.with_user(self.collector)
            action = {
                "agreement": theirs.action_make_agreement,
                "notice": theirs.action_make_notice,
            }[kind]()
            document = self.env["dunning.hold.document"].browse(action["res_id"])
        folder = os.environ.get("DUNNING_LETTERS")  # for whoever looks at them
        if folder:
            name = f"{kind}_{document.debtor_kind}_{document.lang}.pdf"
            with open(os.path.join(folder, name), "wb") as file:
                file.write(document.attachment_id.raw)
        return document

    def _customer_plan(self, kind, lang, **values):
        partner = self._customer(f"Client {kind} {lang}", kind, lang=lang)
        invoice = self._invoice(1000, "2026-08-01", partner)
        return self._plan(self._debtor_of(partner), invoice, **values)

    # -------------------------------------------------------------------------- F1

    def test_the_agreement_in_french_and_english(self):
        for lang, words in (
            (
                "fr_FR",
                ("reconnaît devoir", "346,68 €", "2 novembre 2026", "Bon pour"),
            ),
            (
                "en_US",
                ("acknowledges owing", "346.68", "2 November 2026", "346,68 €"),
            ),
        ):
            plan = self._customer_plan(
                "professional",
                lang,
                covered_indemnity=40,
                amounts=(346.66, 346.66, 346.68),
                plan_interest="kept",
            )
            document = self._made(plan)
            text = self._text(document)
            for word in words:
                with self.subTest(lang=lang, word=word):
                    self.assertIn(word, text.replace("\xa0", " "))
            self.assertIn(document.name.replace(" ", ""), text.replace(" ", ""))
            self.assertIn("40", text)

    def test_a_consumer_reads_of_no_fee_nor_interest(self):
        """R2.2: and that the plan is granted without."""
        document = self._made(self._customer_plan("consumer", "fr_FR"))
        text = self._text(document).replace("\xa0", " ")
        for word in ("pénalités", "indemnité", "40,00"):
            self.assertNotIn(word, text)
        self.assertIn("sans frais ni intérêts", text)
        self.assertIn("art. 2240", text)

    def test_r1_32_the_agreement_says_what_becomes_of_interest(self):
        """Exactly one thing, also where nobody chose: nothing is given up then."""
        said = {
            "kept": ("paid with the last instalment", "réglées avec la dernière"),
            "waived": ("will give up", "renoncera aux pénalités"),
            "empty": ("gives up no late-payment", "aucune renonciation"),
            "suspended": ("from 10 September 2026 to", "du 10 septembre 2026 au"),
            "not owed": ("without fees or interest", "sans frais ni intérêts"),
        }
        for choice, kind, values in (
            ("kept", "professional", {"plan_interest": "kept"}),
            ("waived", "professional", {"plan_interest": "waived"}),
            ("empty", "professional", {}),
            ("empty", "public", {}),
            ("suspended", "professional", SUSPENDED),
            ("suspended", "public", SUSPENDED),
            ("waived", "professional", {"plan_interest": "waived", **SUSPENDED}),
            ("suspended", "professional", {"plan_interest": "kept", **SUSPENDED}),
            ("not owed", "consumer", {}),
            ("not owed", "consumer", SUSPENDED),
        ):
            plan = self._customer_plan(kind, "en_US", **values)
            for rank, lang in enumerate(("en_US", "fr_FR")):
                body = plan._plan_text(
                    self.env.ref("dunning_fr.mail_template_f1"), lang
                )[1].replace("\xa0", " ")
                with self.subTest(choice=choice, kind=kind, values=values, lang=lang):
                    found = [key for key, words in said.items() if words[rank] in body]
                    self.assertEqual(found, [choice])

    def test_kept_for_good_with_its_hash(self):
        plan = self._plan()
        document = self._made(plan)
        raw = document.attachment_id.raw
        self.assertEqual(document.sha256, hashlib.sha256(raw).hexdigest())
        self.assertTrue(document.is_intact)
        self.env.invalidate_all()  # as a form reads it
        self.assertTrue(document.with_context(bin_size=True).is_intact)
        self.assertIn(document.sha256, str(plan.message_ids[0].body))
        for attempt in (
            lambda: document.write({"body": "x"}),
            lambda: document.sudo().write({"amount_total": 1}),
            document.sudo().unlink,
            document.copy,
            lambda: document.attachment_id.sudo().write({"raw": b"x"}),
            document.attachment_id.sudo().unlink,
            lambda: document.sudo().create(
                {"hold_id": plan.id, "kind": "notice", "name": "x", "version": 9}
            ),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        again = self._made(plan)
        self.assertEqual((document.version, again.version), (1, 2))
        self.assertTrue(again.name.endswith("F1-2"))

    def test_it_is_among_the_files_of_the_debtor(self):
        """Where a collector looks for what was sent; not those a manager keeps."""
        plan = self._plan()
        document = self._made(plan)
        theirs = self.debtor.with_user(self.collector)
        [row] = theirs.document_ids
        self.assertEqual((row.name, row.detail), (self._file(document), document.name))
        self.assertEqual(row.action_open()["type"], "ir.actions.act_url")
        plan.sudo().kept_by_manager = True
        self.env.invalidate_all()
        self.assertFalse(theirs.document_ids)

    def _file(self, document):
        return document.sudo().attachment_id.name

    def test_it_is_proposed_as_an_exhibit_of_a_case(self):
        plan = self._plan()
        document = self._made(plan)
        case = self.env["dunning.case"].create(
            {
                "debtor_id": self.debtor.id,
                "procedure_id": self.env["dunning.procedure"]._by_code("fond").id,
                "move_ids": [(6, 0, self.invoice.ids)],
                "date": MADE,
            }
        )
        rows = self.env["dunning.exhibit.finder"]._from_promises(case)
        titles = [row["title"] for row in rows]
        self.assertIn(document.display_name, titles)

    def test_what_misses_is_named(self):
        plan = self._plan()
        self.company.dunning_signatory_name = False
        self.pro.street = self.pro.city = self.pro.zip = False
        with self._refused(UserError, "who signs letters"):
            plan.action_make_agreement()
        with self._refused(UserError, "no payment plan in force"):
            self.env["dunning.hold"].create(
                {"debtor_id": self.debtor.id, "kind": "plan"}
            ).action_make_agreement()

    def test_sent_by_e_mail_with_its_pdf(self):
        plan = self._plan()
        document = self._made(plan)
        document.with_user(self.collector).action_send_by_mail()
        mail = self.env["mail.mail"].search(
            [("model", "=", "dunning.hold"), ("res_id", "=", plan.id)]
        )
        self.assertEqual(mail.recipient_ids.email, "durand@client.example")
        self.assertIn(document.attachment_id, mail.attachment_ids)
        self.assertIn("signed by you", str(mail.body_html))
        self.assertTrue(document.emailed_on)
        with self._refused(UserError, "today already"):
            document.action_send_by_mail()
        self.pro.email = False
        with self._refused(UserError, "no e-mail address"):
            document.action_send_by_mail()

    def test_the_signed_copy_agrees_and_acknowledges(self):
        """R7.8, R7.10: with the copy as its proof."""
        plan = self._plan().with_user(self.collector)
        wizard = plan.env["dunning.plan.sign"].create(
            {
                "hold_id": plan.id,
                "signed_on": after(2, MADE),
                "file": base64.b64encode(b"%PDF-1.4 signed"),
                "file_name": "signed.pdf",
            }
        )
        self.assertTrue(wizard.is_recorded)
        wizard.action_keep()
        self.assertEqual(plan.agreed_on, after(2, MADE))
        event = self.env["dunning.limitation.event"].search(
            [("debtor_id", "=", self.debtor.id)]
        )
        self.assertEqual((event.kind, event.date), ("acknowledgement", after(2, MADE)))
        self.assertEqual(event.move_ids, self.invoice)
        self.assertEqual(event.attachment_ids.name, "signed.pdf")
        self.assertEqual(event.attachment_ids.res_model, "dunning.hold")

    def test_a_signed_copy_without_its_event(self):
        plan = self._plan()
        self.env["dunning.plan.sign"].create(
            {
                "hold_id": plan.id,
                "signed_on": MADE,
                "file": base64.b64encode(b"x"),
                "is_recorded": False,
            }
        ).action_keep()
        self.assertFalse(
            self.env["dunning.limitation.event"].search(
                [("debtor_id", "=", self.debtor.id)]
            )
        )

    # -------------------------------------------------------------------------- F2

    def _noticed(self, kind="professional", lang="en_US", day=LATE):
        plan = self._customer_plan(kind, lang)
        plan.action_agree(MADE)
        return plan, self._made(plan, "notice", day)

    def test_the_formal_notice_asks_for_the_instalment(self):
        for kind in ("professional", "consumer"):
            for lang, words in (
                (
                    "fr_FR",
                    ("mettons en demeure", "333,33 €", "1 000,00 €"),
                ),
                (
                    "en_US",
                    (
                        *("formal notice", "333.33", "1,000.00", "SEPA payment"),
                        *("mettons en demeure", "Virement SEPA"),
                    ),
                ),
            ):
                _plan, document = self._noticed(kind, lang)
                text = self._text(document).replace("\xa0", " ")
                for word in words:
                    with self.subTest(kind=kind, lang=lang, word=word):
                        self.assertIn(word, text)
                self.assertEqual("pénalités" in text, kind == "professional")
                self.assertEqual(document.missed_due, DAY)
                self.assertEqual(document.amount_total, 333.33)
                self.assertGreaterEqual(
                    document.deadline_date, LATE + timedelta(days=8)
                )

    def test_of_two_missed_the_day_by_which_both_were_due(self):
        plan = self._customer_plan("professional", "fr_FR")
        plan.action_agree(MADE)
        document = self._made(plan, "notice", after(9, LATER[1]))
        text = self._text(document).replace("\xa0", " ")
        self.assertIn("666,66 €, qui devait être réglée au plus tard le 2 nov", text)
        self.assertNotIn("1er octobre", text)
        self.assertEqual(document.missed_due, DAY)

    def test_only_for_what_was_missed_and_agreed_and_once(self):
        plan = self._plan()
        with (
            freeze_time(after(3)),
            self._refused(UserError, "no instalment was missed"),
        ):
            plan.action_make_notice()
        with freeze_time(LATE), self._refused(UserError, "never agreed"):
            plan.action_make_notice()
        plan.action_agree(MADE)
        self.assertFalse(plan.is_noticed)
        self._made(plan, "notice", LATE)
        with freeze_time(LATE), self._refused(UserError, "made already"):
            plan.action_make_notice()
        for day, expected in ((LATE, True), (after(9, LATER[1]), True), (DAY, False)):
            with self.subTest(day), freeze_time(day):
                self.env.invalidate_all()
                self.assertEqual(plan.is_noticed, expected, "the page offers it once")

    def test_broken_once_its_days_are_over(self):
        plan, document = self._noticed()
        theirs = document.with_user(self.collector)
        posted = LATE + timedelta(days=1)
        presented = LATE + timedelta(days=15)  # later than the letter had hoped
        with freeze_time(presented):
            theirs.write({"posted_on": posted, "tracking_number": "1A 1"})
            self._settle(document.deadline_date + timedelta(days=30))
            self.assertEqual(plan.state, "active", "nobody knows of its presentation")
            theirs.write({"presented_on": presented})
        last = presented + timedelta(days=8)
        self.assertEqual(document._expires_on(), last)
        self._settle(last)
        self.assertEqual(plan.state, "active")
        self._settle(last + timedelta(days=1))
        self.assertEqual(plan.state, "broken")
        self.assertTrue(plan.is_settled_by_ledger)
        self.assertIn("broken", plan.debtor_id.activity_ids.summary)
        self._settle(last + timedelta(days=2))
        self.assertEqual(plan.state, "broken")
        self.assertIn("1A 1", " ".join(map(str, plan.message_ids.mapped("body"))))

    def test_paid_in_its_days_though_booked_late(self):
        plan, document = self._noticed()
        with freeze_time(LATE):
            document.write({"posted_on": LATE, "presented_on": LATE})
        last = document._expires_on()
        self._settle(last + timedelta(days=1))
        self.assertEqual(plan.state, "broken")
        self._pay(plan.move_ids, 333.33, last)
        self._settle(last + timedelta(days=3))
        self.assertEqual(plan.state, "active")
        self._settle(after(9, LATER[1]))
        self.assertEqual(plan.state, "active", "the next one needs its own notice")

    def test_paid_after_its_days_is_too_late(self):
        plan, document = self._noticed()
        with freeze_time(LATE):
            document.write({"posted_on": LATE, "presented_on": LATE})
        last = document._expires_on()
        self._pay(plan.move_ids, 333.33, last + timedelta(days=1))
        self._settle(last + timedelta(days=2))
        self.assertEqual(plan.state, "broken")

    def test_a_plan_keeps_the_days_its_agreement_states(self):
        """Whatever the settings say later, or a client over RPC."""
        self.company.dunning_plan_notice_days = 15
        plan = self._customer_plan("professional", "en_US")
        theirs = plan.with_user(self.collector)
        forged = theirs.create({**self._values(), "notice_days": 3})
        self.assertEqual(forged.notice_days, 15)
        plan.action_agree(MADE)
        self.company.dunning_plan_notice_days = 8
        theirs.write({"notice_days": 3})
        self.assertEqual(plan.notice_days, 15)
        self.assertIn("and 15 days after", self._text(self._made(plan)))
        document = self._made(plan, "notice", LATE)
        self.assertGreaterEqual(document.deadline_date, LATE + timedelta(days=15))
        presented = document.deadline_date
        with freeze_time(presented):
            document.write({"posted_on": LATE, "presented_on": presented})
        self.assertEqual(document._expires_on(), presented + timedelta(days=15))
        later = self._customer_plan("professional", "fr_FR")
        self.assertEqual(later.notice_days, 8)
        self.assertIn("et 8 jours", self._text(self._made(later)))

    def _two_missed(self):
        """Return a plan and its formal notice of two instalments, presented."""
        plan = self._customer_plan("professional", "en_US")
        plan.action_agree(MADE)
        document = self._made(plan, "notice", after(9, LATER[1]))
        with freeze_time(document.date):
            document.write({"posted_on": document.date})
            document.write({"presented_on": document.date})
        self.assertEqual(document.amount_total, 666.66)
        return plan, document

    def test_a_part_of_what_a_notice_asks_for_does_not_keep_the_plan(self):
        """F2 of two instalments is without effect while one of them is owed.

        C. civ. 1225: the clause acts where the formal notice remained fruitless.
        """
        for paid, state in ((333.33, "broken"), (600, "broken"), (666.66, "active")):
            with self.subTest(paid):
                plan, document = self._two_missed()
                last = document._expires_on()
                self._pay(plan.move_ids, paid, last)
                self._settle(last)
                self.assertEqual(plan.state, "active", "its days are not over")
                self._settle(last + timedelta(days=1))
                self.assertEqual(plan.state, state)

    def test_a_notice_is_offered_once(self):
        """Made, it is no button any more; nor for what it asks for already."""
        plan, document = self._two_missed()
        with freeze_time(document.date + timedelta(days=1)):
            self.env.invalidate_all()
            self.assertTrue(plan.is_noticed)
            self._pay(plan.move_ids, 333.33, document.date)
            self.env.invalidate_all()
            self.assertEqual(plan.missed_due, LATER[1])
            self.assertTrue(plan.is_noticed, "it was asked for as well")
            with self._refused(UserError, "made already"):
                plan.action_make_notice()
        self._pay(plan.move_ids, 333.33, document.date)
        with freeze_time(after(9, LATER[2])):
            self.env.invalidate_all()
            self.assertEqual(plan.missed_due, LATER[2])
            self.assertFalse(plan.is_noticed)
        arch = self.env.ref("dunning_fr.dunning_hold_view_form").arch
        button = arch[arch.index('name="action_make_notice"') :]
        self.assertIn("is_noticed", button[: button.index("/>")])

    def test_where_a_person_decides_nothing_breaks_it(self):
        self.company.dunning_plan_breach = "person"
        plan, document = self._noticed()
        with freeze_time(LATE):
            document.write({"posted_on": LATE, "presented_on": LATE})
        self._settle(document._expires_on() + timedelta(days=30))
        self.assertEqual(plan.state, "active")

    def test_facts_in_their_order(self):
        _plan, document = self._noticed()
        today = self.company._dunning_today()
        for values in (
            {"presented_on": LATE},
            {"posted_on": today + timedelta(days=1)},
            {"posted_on": LATE, "presented_on": today + timedelta(days=1)},
        ):
            with self.subTest(values), self._refused(ValidationError, "enter"):
                document.write(values)

    def test_who_may_not(self):
        plan = self._plan()
        document = self._made(plan)
        stranger = new_test_user(
            self.env,
            login="letter_stranger",
            groups="dunning_fr.group_dunning_manager",
            company_id=self.env["res.company"].create({"name": "Autre"}).id,
        )
        theirs = document.with_user(stranger)
        for attempt in (
            theirs.action_send_by_mail,
            theirs.action_open_pdf,
            lambda: theirs.write({"posted_on": MADE}),
            plan.with_user(stranger).action_make_agreement,
            plan.with_user(stranger).action_make_notice,
        ):
            with self.assertRaises(AccessError):
                attempt()
            self.env.invalidate_all()

    # -------------------------------------------------------------------- reminders

    def _remind(self, day):
        return self.holds._remind_instalments(self.company, day)

    def test_reminded_once_before_each_instalment(self):
        plan = self._plan()
        plan.action_agree(MADE)
        first, second, _last = plan.instalment_ids
        self.assertFalse(self._remind(after(-4)))
        self.assertEqual(self._remind(after(-3)), first)
        for days in (-3, -2, 0, 1):
            self.assertFalse(self._remind(after(days)))
        mail = self.env["mail.mail"].search(
            [("model", "=", "dunning.hold"), ("res_id", "=", plan.id)]
        )
        self.assertEqual(len(mail), 1)
        body = str(mail.body_html)
        self.assertIn("1\xa0October 2026", body)
        self.assertIn("333.33", body)
        self.assertIn("FR76", body)
        self.assertEqual(first.reminded_on, after(-3))
        self._pay(self.invoice, 333.33, DAY)
        self.assertEqual(self._remind(after(-1, LATER[1])), second)

    def test_no_reminder_where_it_is_not_wanted(self):
        plan = self._plan()
        self.assertFalse(self._remind(after(-1)), "not agreed")
        plan.action_agree(MADE)
        self.company.dunning_plan_reminder_days = 0
        self.assertFalse(self._remind(after(-1)))
        self.company.dunning_plan_reminder_days = 3
        self._pay(self.invoice, 333.33, after(-2))
        self.assertFalse(self._remind(after(-1)), "paid already")
        plan.action_release()
        self.assertFalse(self._remind(after(-1, LATER[1])))

    def test_no_reminder_where_another_hold_stops_messages(self):
        """R10.12: whoever is dead, struck off or left alone by a judge, …"""
        plan = self._plan()
        plan.action_agree(MADE)
        day, moves = after(-1), [(6, 0, self._invoice(9, "2026-08-01").ids)]
        for values in (
            {"kind": "death"},
            {"kind": "struck_off"},
            {"kind": "small_claims"},
            {"kind": "insurer", "move_ids": [(6, 0, self.invoice.ids)]},
            {"kind": "mediation", "date_to": day},
        ):
            hold = self.holds.create(
                {"debtor_id": self.debtor.id, "date_from": MADE, **values}
            )
            with self.subTest(values):
                self.assertFalse(self._remind(day))
            hold.action_lift("Over")
        self.pro.with_company(self.company).dunning_excluded = True
        self.assertFalse(self._remind(day))
        self.pro.with_company(self.company).dunning_excluded = False
        self.debtor.write({"quiet_from": day, "quiet_to": day})
        self.assertFalse(self._remind(day))
        self.debtor.write({"quiet_from": after(-2), "quiet_to": after(-2)})
        for values in (
            {"kind": "mediation", "date_to": after(-2)},
            {"kind": "insurer", "move_ids": moves},
        ):
            self.holds.create(
                {"debtor_id": self.debtor.id, "date_from": MADE, **values}
            )
        self.assertTrue(self._remind(day), "theirs is over, or of another invoice")

    def test_no_reminder_that_would_leave_after_its_day(self):
        self.company.write(
            {
                "dunning_window": True,
                "dunning_window_from": 8,
                "dunning_window_to": 20,
                "dunning_window_saturday": False,
            }
        )
        saturday = DAY + timedelta(days=2)
        plan = self._plan(days=(saturday, *LATER[1:]))
        plan.action_agree(MADE)
        self.assertFalse(self._remind(saturday), "it would leave on Monday")
        self.assertTrue(self._remind(after(-1, saturday)))

    def test_a_reminder_names_its_own_instalment(self):
        self.company.dunning_tolerance = 1
        plan = self._plan()
        plan.action_agree(MADE)
        self._pay(self.invoice, 333, DAY)
        self.env.invalidate_all()
        self.assertTrue(self._remind(after(-1, LATER[1])))
        mail = self.env["mail.mail"].search(
            [("model", "=", "dunning.hold"), ("res_id", "=", plan.id)]
        )
        self.assertIn("2\xa0November 2026", str(mail.body_html))
        self.assertIn("November", mail.subject)

    def test_a_missed_instalment_gets_its_notice_not_reminders(self):
        plan = self._plan()
        plan.action_agree(MADE)
        self.assertFalse(self._remind(after(-1, LATER[1])))

    def test_a_consumer_gets_one_message_in_seven_days(self):
        """R2.12: the reminder waits, as long as there is time."""
        plan = self._customer_plan("consumer", "en_US")
        plan.action_agree(MADE)
        partner = plan.partner_id
        self._invoice(70, "2026-08-15", partner)
        run = self._run(after(-5))
        notice = run.notice_ids.filtered(lambda n: n.partner_id == partner)
        self.assertTrue(notice)
        presented = {"state": "sent"}
        notice.sudo()._proof_unlocked().write(presented)
        for days in (-3, -2, 1):
            self.assertFalse(self._remind(after(days)), days)
        self.assertFalse(plan.instalment_ids.filtered("reminded_on"))
        self._pay(plan.move_ids, 333.33, DAY)
        self.assertTrue(self._remind(after(-1, LATER[1])), "a month later")

    def test_a_reminder_counts_as_a_message_for_what_follows(self):
        """R2.12: one message in seven days, whichever of the two comes first."""
        days = (DAY, after(4), LATER[2])
        plan = self._customer_plan("consumer", "en_US", days=days)
        plan.action_agree(MADE)
        partner = plan.partner_id
        other = self._invoice(70, "2026-08-15", partner)
        self.assertTrue(self._remind(after(-3)))

        def said(day):
            rows = plan.debtor_id.explain(day)
            return next(r for r in rows if r["move_line_id"] in other.line_ids.ids)

        for days, code in ((-3, "too_soon"), (3, "too_soon"), (4, "ready")):
            with self.subTest(days):
                self.assertEqual(said(after(days))["code"], code)
        run = self._run(after(-1))
        self.assertNotIn(partner, run.notice_ids.partner_id)
        self._pay(plan.move_ids, 333.33, DAY)
        for day in (after(1), after(3)):
            self.assertFalse(self._remind(day), "nor a second one")
        self.assertEqual(self._remind(after(4)), plan.instalment_ids[1])

    def test_a_formal_notice_of_an_instalment_counts_as_a_message(self):
        """R2.12"""
        plan, document = self._noticed("consumer")
        other = self._invoice(70, "2026-08-15", plan.partner_id)
        rows = {"posted_on": LATE}
        with freeze_time(LATE):
            document.write(rows)
        for days, code in ((1, "too_soon"), (7, "ready")):
            told = plan.debtor_id.explain(LATE + timedelta(days=days))
            told = [r for r in told if r["move_line_id"] in other.line_ids.ids]
            self.assertEqual(told[0]["code"], code)

    @freeze_time("2026-11-18 09:00:00")  # a Wednesday, in hours of sending
    def test_the_cron_reminds(self):
        today = self.company._dunning_today()
        plan = self._plan(
            date_from=today, amounts=(1000,), days=(today + timedelta(days=2),)
        )
        plan.action_agree(today)
        self.holds._cron_company(self.company, today)
        self.assertEqual(plan.instalment_ids.reminded_on, today)
        with self._refused(UserError, "not entered"):
            plan.instalment_ids.with_user(self.collector).reminded_on = MADE
