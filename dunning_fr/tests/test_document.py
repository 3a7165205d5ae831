"""Documents of cases: kept as they were made, numbered, by whom and for whom."""

import base64
import re

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models.dunning_proof_mixin import PROOF_SENTINEL
from ..tools.typography import NBSP
from .common_document import DAY, DocumentCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocument(DocumentCommon):
    def test_a_document_is_made_from_the_case_and_kept(self):
        case = self._full_case()
        document = case._produce_document("injonction", DAY)
        self.assertEqual(document.name, f"{case.name}/D01")
        self.assertEqual(document.kind, "injonction")
        self.assertEqual(document.amount_principal, 6000)
        self.assertTrue(document.is_intact)
        self.env.invalidate_all()  # as a form reads it
        self.assertTrue(document.with_context(bin_size=True).is_intact)
        [first, *_rest] = self._pages(document._raw())
        self.assertIn("Requête en injonction de payer", first)
        self.assertIn("Durand SARL", first)

    def test_every_kind_of_document_has_its_text(self):
        case = self._full_case()
        kinds = self.env["dunning.document.kind"].search([])
        self.assertEqual(len(kinds), 10)
        refused = {"petites_creances", "prefect"}  # of this debtor and this amount
        for kind in kinds.filtered(lambda kind: kind.code not in refused):
            with self.subTest(kind=kind.code):
                title, text, gaps = self._text(case, kind.code)
                self.assertTrue(title)
                self.assertIn("Durand SARL", text)
                self.assertNotIn("Court", gaps)

    # ----------------------------------------------------------------- court file

    def _built(self, case):
        """Build the court file of the statement of ``case`` alone; return it."""
        case.action_find_exhibits()
        self._statement(case).include = True
        (case.exhibit_ids - self._statement(case)).include = False
        case.action_build_file()
        self.env["dunning.court.file"]._process_queue()
        self.env.invalidate_all()
        self.assertEqual(case.court_file_id.state, "ready")
        return case.court_file_id

    def _statement(self, case):
        return case.exhibit_ids.filtered(lambda row: row.origin_model == case._name)

    def test_the_court_file_merges_the_statement_itself(self):
        """With its calculation, on one more page of the same PDF; nothing to remark."""
        case = self._full_case()
        file = self._built(case)
        self.assertFalse(file.problems)
        self.assertFalse(self._statement(case).problem)
        document = case.document_ids.filtered(lambda made: made.kind == "statement")
        self.assertEqual(len(document), 1)
        own = self._pages(document._raw())
        self.assertGreater(len(own), 1, "the text, then how it is computed")
        self.assertNotIn("Calculation of", own[1], "in French, as the rest")
        self.assertEqual(self._statement(case).page_count, len(own))
        pages = self._pages(file._stored("pdf_file").raw)
        self.assertEqual(len([p for p in pages if document.name in p]), len(own))

    def test_the_calculation_stands_in_where_the_statement_lacks_something(self):
        """And the row says so."""
        case = self._full_case()
        case.action_find_exhibits()
        row = self._statement(case).with_context(force_report_rendering=True)
        kind = self.env["dunning.document.kind"]._by_code("statement")
        kind.body_html = '<p><t t-out="object.ccag_name"/></p>'
        finding, sheet, _name = row._content({}, DAY)
        self.assertEqual((finding.how, finding.reason), ("merge", "sheet"))
        self.assertIn("Durand SARL", "".join(self._pages(sheet)))
        self.assertIn("stands in", row._problem_text(finding.reason))
        self.assertFalse(case.document_ids, "half a document is none")

    # ------------------------------------------------------------------ evidence

    def test_nobody_changes_or_deletes_a_document(self):
        """Invariant 1: neither a manager nor the superuser's code, nor its PDF."""
        document = self._full_case()._produce_document("statement", DAY)
        for name in ("manager", "user"):
            own = document.with_user(self.people[name])
            for act in (
                lambda own=own: own.write({"amount_total": 1}),
                lambda own=own: own.unlink(),
            ):
                with self.assertRaises(UserError):
                    act()
        forged = {"dunning_proof": True}
        for records in (document.sudo(), document.sudo().with_context(**forged)):
            for vals in ({"body": "x"}, {"sha256": "x"}, {"case_id": False}):
                with self.assertRaisesRegex(UserError, "is evidence"):
                    records.write(vals)
            with self.assertRaisesRegex(UserError, "is evidence"):
                records.unlink()
            with self.assertRaisesRegex(UserError, "instead of copying"):
                records.copy()
            with self.assertRaisesRegex(UserError, "Documents are only made"):
                records.create({"case_id": document.case_id.id})
        attachment = document.attachment_id.sudo()
        for vals in ({"raw": b"x"}, {"name": "x"}, {"res_id": 0}):
            with self.assertRaisesRegex(UserError, "is evidence"):
                attachment.write(vals)
        with self.assertRaisesRegex(UserError, "is evidence"):
            attachment.unlink()
        self.assertTrue(document.is_intact)

    def test_a_swap_behind_the_orm_shows(self):
        case = self._full_case()
        document = case._produce_document("exhibits", DAY)
        logged = case.message_ids.filtered(lambda m: document.sha256 in (m.body or ""))
        self.assertTrue(logged)
        attachment = document.attachment_id.sudo()
        attachment.with_context(dunning_proof=PROOF_SENTINEL).raw = b"%PDF-1.4 swapped"
        document.invalidate_recordset(["is_intact"])
        self.assertFalse(document.is_intact)

    def test_a_correction_is_the_next_version(self):
        case = self._full_case()
        first = case._produce_document("statement", DAY)
        case._produce_document("exhibits", DAY)
        second = case._produce_document("statement", "2026-09-01")
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertEqual(second.name, f"{case.name}/D03")
        self.assertEqual((first.is_last, second.is_last), (False, True))
        self.assertEqual(str(first.amounts_date), DAY)
        self.assertIn("version 2", self._pages(second._raw())[0])
        self.assertLess(first.amount_interest, second.amount_interest)

    def test_what_was_kept_is_printed_again_as_it_was(self):
        case = self._full_case()
        document = case._produce_document("injonction", DAY)
        self.env["dunning.document.kind"]._by_code("injonction").subject = "Autre titre"
        self.pro.name = "Autre nom"
        reports = self.env["ir.actions.report"]
        streams = reports._render_qweb_pdf_prepare_streams(
            document.kind_id.report_id.report_name, {}, res_ids=document.ids
        )
        self.assertEqual(streams[document.id]["stream"].getvalue(), document._raw())

    def test_a_draft_keeps_nothing_and_says_that_it_is_one(self):
        case = self._full_case(court_name=False)
        draft = self._draft(case, "injonction")
        pdf = base64.b64decode(draft.pdf_file)
        self.assertIn("Projet, non conservé", self._pages(pdf)[0])
        self.assertFalse(case.document_ids)
        self.assertIn("fill it in", draft.gap_list)
        self.assertIn(f"/odoo/dunning.case/{case.id}", draft.gap_list)

    # ------------------------------------------------------------- what is missing

    def test_an_empty_mandatory_field_stops_it_and_is_named(self):
        case = self._full_case(court_name=False)
        self.company.dunning_representative = False
        with self.assertRaises(UserError) as caught:
            case._produce_document("injonction", DAY)
        text = str(caught.exception)
        self.assertIn(f"Court ({case.display_name})", text)
        self.assertIn(f"Legal representative ({self.company.display_name})", text)
        self.assertFalse(case.document_ids)
        case.court_name = "Tribunal de commerce de Lyon"
        self.company.dunning_representative = "M. Martin, gérant"
        self.assertTrue(case._produce_document("injonction", DAY))

    def test_each_recipient_is_needed(self):
        case = self._full_case()
        for kind, field, label in (
            ("handover_lawyer", "lawyer_id", "Lawyer"),
            ("handover_officer", "officer_id", "Commissaire de justice"),
            ("handover_agency", "agency_id", "Collection agency"),
        ):
            with self.subTest(kind=kind):
                self.assertEqual(self._text(case, kind)[2], [label])
                case[field] = self.court
                text, gaps = self._text(case, kind)[1:]
                self.assertEqual(gaps, [])
                self.assertIn("44 rue Bonnel", text)

    def test_a_missing_rate_stops_it(self):
        """R9.2: named, never the last rate known."""
        case = self._full_case()
        self.env["dunning.rate"].search([("date_from", "=", "2026-07-01")]).unlink()
        with self.assertRaisesRegex(UserError, "second half of 2026|2026"):
            case._produce_document("statement", DAY)

    def test_no_document_is_dated_tomorrow(self):
        case = self._full_case()
        today = self.company._dunning_today()
        with self.assertRaisesRegex(UserError, "not dated later than today"):
            case._produce_document("statement", fields.Date.add(today, days=1))
        self.assertTrue(self._text(case, "statement", today)[0])
        with self.assertRaisesRegex(UserError, "no document of the kind"):
            case._produce_document("nothing", DAY)

    # ----------------------------------------------------------------- what is offered

    def test_the_documents_of_the_procedure_are_offered_others_by_choice(self):
        case = self._full_case()
        draft = self._draft(case, "injonction")
        codes = draft.available_kind_ids.mapped("code")
        self.assertIn("injonction", codes)
        self.assertIn("statement", codes)
        self.assertNotIn("declaration", codes)
        draft.show_all = True
        self.assertIn("declaration", draft.available_kind_ids.mapped("code"))
        # data, not code
        kinds = self.env["dunning.document.kind"]
        kinds._by_code("declaration").procedure_ids += case.procedure_id
        draft.show_all = False
        self.assertIn("declaration", draft.available_kind_ids.mapped("code"))

    def test_the_dialog_proposes_the_document_of_the_procedure(self):
        case = self._full_case()
        drafts = self.env["dunning.document.draft"]
        with Form(drafts.with_context(default_case_id=case.id)) as form:
            self.assertEqual(form.kind_id.code, "injonction")
            self.assertFalse(form.warning)
            self.assertFalse(form.gap_list)
            self.assertIn("Requête en injonction de payer", form.preview)
            form.date = DAY
            self.assertIn(f"6{NBSP}143,96{NBSP}€", self._words(form.preview))
            form.show_all = True
            form.kind_id = self.env["dunning.document.kind"]._by_code("declaration")
            self.assertIn("not a document of the procedure", form.warning)
            self.assertIn("fill it in", form.gap_list)
            form.kind_id = self.env["dunning.document.kind"]._by_code("statement")
        action = form.record.action_produce()
        document = self.env["dunning.document"].browse(action["res_id"])
        self.assertEqual(document, case.document_ids)

    # ------------------------------------------------------------------ texts of users

    def test_an_unknown_placeholder_is_refused_with_its_name(self):
        kind = self.env["dunning.document.kind"]._by_code("statement")
        for code in (
            "object.nothing_like_it",
            "object.sudo()",
            "object.case_id.unlink()",
            "env.cr",
        ):
            with (
                self.subTest(code=code),
                self.assertRaisesRegex(ValidationError, re.escape(code)),
                self.env.cr.savepoint(),
            ):
                kind.body_html = f'<p><t t-out="{code}"/></p>'
        with (
            self.assertRaisesRegex(ValidationError, "t-foreach"),
            self.env.cr.savepoint(),
        ):
            kind.body_html = '<p t-foreach="object.case_id" t-as="x">x</p>'

    def test_names_are_data_and_escaped(self):
        self.pro.name = "<script>alert(1)</script> & Fils : SARL!"
        case = self._full_case(dispute_statement="<b>faux</b> & <img src=x>")
        _title, _head, body, _gaps = self._draft(case, "injonction")._render_draft()
        self.assertNotIn("<script>", body)
        self.assertNotIn("<b>faux", body)
        self.assertNotIn("<img src=x", body)
        self.assertIn("&lt;b&gt;faux", body)
        self.assertIn("& Fils : SARL!", self._words(body))

    def test_what_is_to_verify_is_said_on_screen_never_printed(self):
        case = self._full_case()
        for kind in self.env["dunning.document.kind"].search([]):
            draft = self._draft(case, kind.code)
            self.assertEqual(draft.kind_to_verify, kind.to_verify)
            try:
                title, head, body, _gaps = draft._render_draft()
            except UserError:
                continue
            for word in ("vérifier", "verify", "R6.", "R3.", "R1."):
                self.assertNotIn(word, f"{title} {head} {self._words(body)}")

    # ----------------------------------------------------------------------- rights

    def test_a_collector_makes_documents_and_reads_those_of_its_company(self):
        case = self._full_case()
        collector = self.people["user"]
        document = case.with_user(collector)._produce_document("exhibits", DAY)
        self.assertEqual(document.create_uid, collector)
        self.assertTrue(document.with_user(collector).name)
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        for user in (stranger, self._elsewhere()):
            with self.assertRaises(AccessError):
                document.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                document.attachment_id.with_user(user).read(["datas"])
            with self.assertRaises(AccessError):
                case.with_user(user)._produce_document("exhibits", DAY)

    def _elsewhere(self):
        """Return a dunning manager of another company."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        return new_test_user(
            self.env,
            login="elsewhere",
            groups="dunning_fr.group_dunning_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )

    def test_french_is_needed_and_used_whoever_makes_it(self):
        case = self._full_case()
        manager = self.people["manager"]
        manager.lang = "en_US"
        title, text, _gaps = self._text(case.with_user(manager), "statement")
        self.assertEqual(title, f"Décompte de créance arrêté au 20{NBSP}août 2026")
        self.assertIn(f"6{NBSP}143,96{NBSP}€", text)
        self.assertIn("Reste dû", text)
        self.assertNotIn("Still owed", text)
