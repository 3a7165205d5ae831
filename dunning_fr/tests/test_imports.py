"""Files taken in: tracking data of any provider, and where invoices stood before."""

import base64
import time
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..tools.csv_table import read_table
from ..wizards.dunning_tracking_import import COLUMNS
from .common import DunningCommon
from .common_send import SendCommon

# (first presented on, status) of a provider's lines
OUTCOMES = [("", ""), ("19/03/2026", ""), ("19/03/2026", "refusé")]


class ImportCases:
    """Short ways to import a text."""

    def _wizard(self, model, text, encoding="utf-8", user=None, **values):
        content = text if isinstance(text, bytes) else text.encode(encoding)
        return (
            self.env[model]
            .with_user(user or self.env.user)
            .create({"file": base64.b64encode(content), **values})
        )

    def _told(self, wizard):
        """Return {line: what is wrong}."""
        return {row["cells"][0]: row["cells"][-1] for row in wizard.report[0]["rows"]}


class TestTrackingImport(ImportCases, SendCommon):
    def setUp(self):
        super().setUp()
        self.notices = self._queue(
            *(
                self._debtor(name, "registered_letter", formal=True)
                for name in ("Alpha", "Beta", "Gamma")
            )
        )
        for notice in self.notices:
            self._letter(notice)
        self.alpha, self.beta, self.gamma = self.notices

    def _import(self, text, encoding="utf-8", **values):
        wizard = self._wizard(
            "dunning.tracking.import", text, encoding, self.collector, **values
        )
        wizard.action_import()
        return wizard

    def test_a_column_that_is_not_read_is_named(self):
        """Else its days would be thought recorded."""
        text = f"référence;posté un jour;prix;\n{self.alpha.name};10/03/2026;5;\n"
        wizard = self._wizard("dunning.tracking.import", text, user=self.collector)
        wizard.action_check()
        self.assertIn("not read: posté un jour, prix.", wizard.headline)
        text = f"référence;Posté le\n{self.alpha.name};10/03/2026\n"
        wizard = self._wizard("dunning.tracking.import", text, user=self.collector)
        wizard.action_check()
        self.assertNotIn("not read", wizard.headline)

    def test_posted_in_the_words_of_our_own_screens(self):
        """The register says "Posté le", the messages "Date d'expédition"."""
        for heading in ("Posté le", "postée le", "Date d’expédition", "date d'envoi"):
            with self.subTest(heading):
                [row] = read_table(
                    f"référence;{heading}\nA;10/03/2026\n".encode(), COLUMNS
                ).rows
                self.assertEqual(row.values["posted_date"], date(2026, 3, 10))

    def test_a_file_is_looked_through_first(self):
        text = (
            "Référence;Numéro de suivi;Déposé le;Présenté le\n"
            f"{self.alpha.name};1A 001;17/03/2026;\n"
            f"{self.beta.name.lower()};1A 002;17/03/2026;19/03/2026\n"
        )
        wizard = self._wizard("dunning.tracking.import", text, "cp1252", self.collector)
        wizard.action_check()
        self.assertEqual((wizard.state, wizard.good_count), ("checked", 2))
        self.assertEqual(wizard.wrong_count, 0)
        self.assertFalse(any(self.notices.mapped("posted_date")), "a dry run")
        wizard.action_import()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(
            self.notices.mapped("tracking_number"), ["1A 001", "1A 002", False]
        )
        self.assertEqual(self.notices.mapped("state"), ["sent", "sent", "queued"])
        self.assertEqual(str(self.beta.presented_date), "2026-03-19")
        log = str(self.alpha.debtor_id.sudo().message_ids[:1].body)
        self.assertIn("1A 001", log, "dated and logged like an entry by hand")

    def test_one_wrong_line_stops_the_file(self):
        text = (
            "reference,posted on\n"
            f"{self.alpha.name},2026-03-17\n"
            "REL/1999/1,2026-03-17\n"
            f"{self.beta.name},soon\n"
        )
        wizard = self._import(text)
        self.assertEqual(wizard.state, "checked")
        self.assertFalse(self.alpha.posted_date, "nothing is half imported")
        told = self._told(wizard)
        self.assertIn("REL/2026/000123", told["3"], "with the remedy")
        self.assertIn("31/12/2026", told["4"])
        self.assertIn(
            b"REL/1999/1", base64.b64decode(wizard.with_context(bin_size=0).wrong_file)
        )
        wizard.skip_wrong = True
        wizard.action_import()
        self.assertEqual((wizard.state, wizard.wrong_count), ("done", 2))
        self.assertTrue(self.alpha.posted_date)
        self.assertFalse(self.beta.posted_date)

    def test_statuses_of_providers(self):
        self.notices.write({"posted_date": "2026-03-17"})
        text = (
            "référence;statut;date du statut\n"
            f"{self.alpha.name};Distribué;20/03/2026\n"
            f"{self.beta.name};REFUSÉ;20/03/2026\n"
            f"{self.gamma.name};NPAI;20/03/2026\n"
        )
        self._import(text)
        self.assertEqual(
            self.notices.mapped("delivery_outcome"), ["received", "refused", "failed"]
        )
        self.assertEqual(str(self.alpha.presented_date), "2026-03-20")
        self.assertEqual(str(self.beta.presented_date), "2026-03-20", "R2.6")
        self.assertFalse(self.gamma.presented_date)
        again = self._import(text)
        self.assertIn("3 already known", again.headline)

    def test_later_news_come_by_the_registered_number(self):
        self.alpha.write({"posted_date": "2026-03-17", "tracking_number": "1A 001"})
        self._import("numéro de suivi;statut;date\n1a001;non réclamé;20/03/2026\n")
        self.assertTrue(self.alpha.unclaimed)
        self.assertEqual(str(self.alpha.presented_date), "2026-03-20")
        self.assertEqual(self.alpha.tracking_number, "1A 001", "as it was entered")

    def test_each_error_names_its_line_and_a_remedy(self):
        self.alpha.write({"posted_date": "2026-03-17", "tracking_number": "1A 001"})
        email = self._queue(self._debtor("Mail"))
        head = "référence;numéro;déposé le;statut;date du statut\n"
        for line, expected in (
            (";;17/03/2026;;", "Neither our reference"),
            (";9Z;17/03/2026;;", "No letter has this number"),
            (f"{self.beta.name};1A001;17/03/2026;;", "has this number already"),
            (f"{self.alpha.name};1B;;;", "correct the notice by hand"),
            (f"{self.alpha.name};;18/03/2026;;", "correct the notice by hand"),
            (f"{self.alpha.name};;;perdu;", "not a known status"),
            (f"{self.alpha.name};;;distribué;", "date du statut"),
            (f"{self.alpha.name};;;refusé;", "date du statut"),
            (f"{self.alpha.name};;;présenté;16/03/2026", "before it was posted"),
            (f"{self.alpha.name};;;présenté;01/01/2999", "in the future"),
            (f"{self.beta.name};;;inconnu;", "was not posted"),
            (f"{self.beta.name};;;présenté;20/03/2026", "presented after it was"),
            (f"{email.name};;17/03/2026;;", "not sent by post"),
        ):
            with self.subTest(line):
                wizard = self._import(head + line)
                self.assertIn(expected, self._told(wizard)["2"])
                self.assertEqual((wizard.state, wizard.good_count), ("checked", 0))

    def test_duplicates_are_refused(self):
        text = (
            "référence;numéro;déposé le\n"
            f"{self.alpha.name};1A;17/03/2026\n"
            f"{self.alpha.name};1B;17/03/2026\n"
            f"{self.beta.name};1 a;17/03/2026\n"
        )
        told = self._told(self._import(text))
        self.assertEqual(set(told), {"3", "4"})
        self.assertIn("line 2", told["3"])
        self.assertIn("line 2", told["4"])

    def test_a_file_that_is_none(self):
        for content, expected in (
            (b"PK\x03\x04x", "no CSV file"),
            (b"statut\nx", "reference"),
        ):
            wizard = self._wizard("dunning.tracking.import", content)
            wizard.action_check()
            self.assertIn(expected, str(wizard.report))
            wizard.skip_wrong = True
            wizard.action_import()
            self.assertEqual(wizard.good_count, 0)
        with self.assertRaisesRegex(UserError, "Choose a CSV"):
            self._import(b"")

    # ------------------------------------------------------------------ set-based

    def _claiming(self, count):
        """Return letters of formal notices that claim interest and indemnity."""
        partners = []
        for number in range(count):
            name = f"D{number}"
            partners.append(self._debtor(name, "registered_letter", formal=True))
            policy = partners[-1].with_company(self.company).dunning_policy_id
            policy.level_ids.write(
                {"claims_interest": "claimed", "claims_indemnity": "claimed"}
            )
        notices = self._queue(*partners)
        for notice in notices:
            self._letter(notice)
        return notices

    def _costs(self, *groups, text, limit):
        """Import a file for each group, the first to warm up; check the queries."""
        for rank, letters in enumerate(groups):
            content = text(letters)
            wizard = self._wizard(
                "dunning.tracking.import", content, user=self.collector
            )
            self.env.invalidate_all()
            with self.assertQueryCount(limit if rank else 1000):
                wizard.action_import()
                self.env.flush_all()
            self.assertEqual((wizard.state, wizard.wrong_count), ("done", 0))
            self.assertEqual(wizard.good_count, len(letters))

    def test_fifty_letters_cost_no_more_queries_than_five(self):
        """Numbers, days, outcomes and the charges that follow: set-based."""
        notices = self._claiming(57)

        def text(letters):
            return "référence;numéro;déposé le;présenté le;statut\n" + "".join(
                f"{n.name};1A {n.id};{17 + i % 3}/03/2026;{presented};{status}\n"
                for i, n in enumerate(letters)
                for presented, status in [OUTCOMES[i % len(OUTCOMES)]]
            )

        self._costs(notices[:2], notices[2:7], notices[7:], text=text, limit=36)
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertTrue(all(notices.mapped("tracking_number")))
        moves = notices.line_ids.move_line_id.move_id
        charges = self.env["dunning.charge"].search([("move_id", "in", moves.ids)])
        self.assertEqual(charges.move_id, moves, "each is claimed")
        self.assertEqual(set(moves.mapped("dunning_level")), {1})
        for notice in notices:
            said = notice.debtor_id.sudo().message_ids.mapped("body")
            self.assertTrue(any(notice.tracking_number in body for body in said))

    def test_letters_that_came_back_are_as_cheap(self):
        """Fifty tasks and fifty charges taken back cost what five do."""
        notices = self._claiming(57)
        notices.write({"posted_date": "2026-03-17"})

        def text(letters):
            return "référence;statut\n" + "".join(f"{n.name};NPAI\n" for n in letters)

        self._costs(notices[:2], notices[2:7], notices[7:], text=text, limit=50)
        self.assertEqual(set(notices.mapped("state")), {"failed"})
        self.assertEqual(len(notices.debtor_id.activity_ids), 57)

    def test_who_may_import(self):
        reader = new_test_user(
            self.env,
            login="import_reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        wizard = self._wizard("dunning.tracking.import", "référence\nx")
        with self.assertRaises(AccessError):
            wizard.with_user(reader).action_import()


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-10-01")
class TestHistoryImport(ImportCases, DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(100, "2026-08-20")
        cls.second = cls._invoice(200, "2026-07-15")
        cls.paid = cls._invoice(50, "2026-07-01")
        cls._pay(cls.paid, 50, "2026-07-20")

    def _import(self, text, **values):
        values = {"reason": "Our former program", **values}
        wizard = self._wizard("dunning.history.import", text, **values)
        wizard.action_import()
        return wizard

    def _levels(self):
        return {
            row.move_name: (row.sequence, str(row.date))
            for row in self.env["dunning.opening.level"].search(
                [("company_id", "=", self.company.id)]
            )
        }

    def test_items_go_on_from_where_they_stood(self):
        text = (
            "Numéro de facture;Niveau;Relancé le;Canal;N° de recommandé\n"
            f"{self.first.name};1;20/09/2026;courriel;\n"
            f"{self.second.name.lower()};2;25/09/2026;courrier;1A 001\n"
        )
        wizard = self._wizard(
            "dunning.history.import", text, "cp1252", reason="Our former program"
        )
        wizard.action_check()
        self.assertEqual((wizard.good_count, self._levels()), (2, {}), "a dry run")
        wizard.action_import()
        self.assertEqual(
            self._levels(),
            {
                self.first.name: (1, "2026-09-20"),
                self.second.name: (2, "2026-09-25"),
            },
        )
        moves = self.first + self.second
        self.assertEqual(moves.mapped("dunning_level"), [1, 2])
        opening = self.env["dunning.opening.level"].search(
            [("move_name", "=", self.second.name)]
        )
        self.assertEqual(opening.channel, "courrier")
        self.assertEqual(opening.tracking_number, "1A 001")
        self.assertEqual(opening.reason, "Our former program")
        run = self._run("2026-10-01")
        [line] = run.notice_ids.line_ids.filtered("claimed")
        self.assertEqual((line.move_name, line.level_sequence), (self.first.name, 2))
        again = self._import(text)
        self.assertIn("2 already known", again.headline)

    def test_each_error_names_its_line_and_a_remedy(self):
        draft = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.pro.id, "name": "DRAFT-1"}
        )
        head = "facture;niveau;date de relance;échéance\n"
        for line, expected in (
            ("NO-1;1;20/09/2026;", "write it as Odoo shows it"),
            (f"{self.paid.name};1;20/09/2026;", "is paid"),
            (f"{draft.name};1;20/09/2026;", "post it first"),
            (f"{self.first.name};3;20/09/2026;", "formal notice was posted"),
            (f"{self.first.name};5;20/09/2026;", "write 1 to 4"),
            (f"{self.first.name};0;20/09/2026;", "write 1 to 4"),
            (f"{self.first.name};x;20/09/2026;", "not a whole number"),
            (f"{self.first.name};1;02/10/2026;", "in the future"),
            (f"{self.first.name};1;19/08/2026;", "before the invoice"),
            (f"{self.first.name};1;20/09/2026;01/01/2026", "Nothing of this invoice"),
            (f"{self.first.name};1;;", "is empty"),
        ):
            with self.subTest(line):
                wizard = self._import(head + line)
                self.assertIn(expected, self._told(wizard)["2"])
                self.assertEqual(self._levels(), {})

    # --------------------------------------------------- formal notices of before

    HEAD = (
        "facture;niveau;date de relance;mise en demeure déposée le;"
        "mise en demeure présentée le\n"
    )

    def _told(self, wizard=None, invoice=None, day="2026-10-01"):
        """Return what ``explain()`` and the list say of an invoice."""
        if wizard:
            return super()._told(wizard)
        [row] = [
            row
            for row in self.pro._dunning_debtor().explain(day)
            if row["move_line_id"] in invoice.line_ids.ids
        ]
        return row["level"], row["code"], row["next_date"]

    def test_a_level_after_the_formal_notice_counts_from_its_expiry(self):
        """Presented on the 8th, 8 days given (R5.13), the last level 5 days later."""
        formal = self.policies["professional"].level_ids[2]
        last = self.policies["professional"].level_ids[3]
        self.assertTrue(formal.is_formal_notice)
        self.assertEqual(last.delay_from, "formal_notice_expiry")
        self.env["dunning.level"].search([("is_formal_notice", "=", True)]).write(
            {"deadline_days": 8}
        )
        text = f"{self.HEAD}{self.second.name};3;05/09/2026;05/09/2026;08/09/2026\n"
        wizard = self._wizard("dunning.history.import", text, reason="Before")
        wizard.action_check()
        self.assertEqual((wizard.good_count, self._levels()), (1, {}), "a dry run")
        wizard.action_import()
        opening = self.env["dunning.opening.level"].search(
            [("move_name", "=", self.second.name)]
        )
        self.assertEqual(opening.formal_expiry, date(2026, 9, 16))
        expected = date(2026, 9, 16) + timedelta(days=last.delay_days)
        self.assertEqual(expected, date(2026, 9, 21))
        before = (expected - timedelta(days=1)).isoformat()
        told = self._told(invoice=self.second, day=before)
        self.assertEqual(told, (3, "wait_delay", expected))
        told = self._told(invoice=self.second, day=expected.isoformat())
        self.assertEqual(told[:2], (3, "ready"))
        self.assertEqual(self.second.dunning_level, 3)
        self.assertEqual(self.second.dunning_next_date, expected)

    def test_a_formal_notice_not_presented_yet(self):
        self._import(f"{self.HEAD}{self.second.name};3;05/09/2026;05/09/2026;\n")
        told = self._told(invoice=self.second)
        self.assertEqual(told[1], "not_presented")

    def test_after_the_last_level_nothing_follows(self):
        self._import(
            f"{self.HEAD}{self.second.name};4;25/09/2026;05/09/2026;08/09/2026\n"
        )
        self.assertEqual(self._told(invoice=self.second)[1], "last_level")
        self.assertEqual(self.second.dunning_level, 4)

    def test_a_returned_payment_leaves_a_formal_notice_valid(self):
        """The list and the rules agree on it."""
        self._import(
            f"{self.HEAD}{self.second.name};3;05/09/2026;05/09/2026;08/09/2026\n"
        )
        items = self.env["account.move.line"]._dunning_items(self.company)
        self.env["dunning.return"]._register_returns(
            [item for item in items if item.move_id == self.second.id],
            {
                "kind": "cheque",
                "date": "2026-09-20",
                "payment_date": "2026-09-15",
                "payment_amount": 200,
                "currency_id": self.company.currency_id.id,
                "proof": "Bank advice",
            },
        )
        self.assertEqual(self._told(invoice=self.second)[0], 3)
        self.assertEqual(self.second.dunning_level, 3)

    def test_days_of_a_formal_notice_that_cannot_be(self):
        name = self.second.name
        for line, expected in (
            (f"{name};2;20/09/2026;05/09/2026;", "comes before the formal notice"),
            (f"{name};3;20/09/2026;;08/09/2026", "formal notice was posted"),
            (f"{name};3;20/09/2026;05/09/2026;04/09/2026", "before it was posted"),
            (f"{name};3;20/09/2026;05/09/2026;02/10/2026", "in the future"),
            (f"{name};3;04/09/2026;05/09/2026;", "last reminder is before"),
            (f"{name};4;07/09/2026;05/09/2026;08/09/2026", "last reminder is before"),
            (f"{name};3;20/09/2026;01/01/2026;", "before the invoice"),
            (f"{name};3;20/09/2026;soon;", "not a date"),
        ):
            with self.subTest(line):
                wizard = self._import(self.HEAD + line)
                self.assertIn(expected, self._told(wizard)["2"])
                self.assertEqual(self._levels(), {})

    def test_what_is_known_is_not_overwritten(self):
        head = "facture;niveau;date de relance\n"
        self._import(f"{head}{self.first.name};1;20/09/2026\n")
        wizard = self._import(f"{head}{self.first.name};2;21/09/2026\n")
        self.assertIn("delete that one first", self._told(wizard)["2"])
        run = self._run("2026-10-01")
        run.notice_ids.action_send()
        run.notice_ids.dispatch_ids.sudo()._proof_unlocked()._move("ready")
        run.notice_ids.dispatch_ids.sudo()._move("sent")
        self.assertEqual(self.second.dunning_level, 1)
        wizard = self._import(f"{head}{self.second.name};2;21/09/2026\n")
        self.assertIn("was sent from here", self._told(wizard)["2"])

    def test_instalments_are_told_apart_by_their_due_date(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        move = self._invoice(
            300,
            False,
            invoice_date="2026-07-01",
            invoice_payment_term_id=terms.id,
        )
        head = "facture;niveau;date de relance;échéance\n"
        self._import(f"{head}{move.name};2;20/09/2026;01/07/2026\n")
        self.assertEqual(
            self.env["dunning.opening.level"]
            .search([("move_name", "=", move.name)])
            .mapped("date_maturity"),
            [move.invoice_date],
        )
        told = self._told(
            self._import(
                f"{head}{self.first.name};1;20/09/2026;\n"
                f"{self.first.name};2;20/09/2026;\n"
            )
        )
        self.assertIn("line 2", told["3"])

    def test_a_manager_says_where_it_comes_from(self):
        text = f"facture;niveau;date de relance\n{self.first.name};1;20/09/2026\n"
        with self.assertRaisesRegex(UserError, "where these reminders come from"):
            self._import(text, reason=" ")
        collector = new_test_user(
            self.env,
            login="history_collector",
            groups="dunning_fr.group_dunning_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self._wizard("dunning.history.import", text, user=collector, reason="x")

    def test_many_lines_cost_no_more_queries_than_few(self):
        """Set-based: 20,000 lines are judged with the queries of one."""
        head = "facture;niveau;date de relance\n"
        line = f"{self.first.name};1;20/09/2026\n"
        many = head + line + "".join(f"NO-{i};1;20/09/2026\n" for i in range(20_000))
        counts = []
        for text in (head + line, many):
            wizard = self._wizard("dunning.history.import", text, reason="x")
            before, begun = self.env.cr.sql_log_count, time.monotonic()
            found, problems, _known, lines = wizard._import_read()
            counts.append(self.env.cr.sql_log_count - before)
            spent = time.monotonic() - begun
        self.assertEqual((len(found), len(problems), lines), (1, 20_000, 20_001))
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLess(spent, 20)

    def test_the_form_and_its_empty_file(self):
        form = Form(self.env["dunning.history.import"])
        form.reason = "x"
        wizard = form.save()
        url = wizard.action_template()["url"]
        self.assertIn(f"dunning.history.import/{wizard.id}/template_file", url)
        headings = base64.b64decode(wizard.template_file).decode("utf-8-sig")
        self.assertTrue(headings.startswith("facture;niveau;date de relance"))
