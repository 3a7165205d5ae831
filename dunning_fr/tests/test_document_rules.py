"""What the law wants each document of a case to say, by rule number."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.typography import NBSP
from .common_document import DAY, DocumentCommon

MORE = "2026-07-15"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentRules(DocumentCommon):
    def _has(self, text, *parts):
        for part in parts:
            with self.subTest(part=part):
                self.assertIn(part, text)

    def _hold(self, kind, debtor=None, **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": (debtor or self.debtor).id,
                "kind": kind,
                "date_from": values.pop("date_from", "2026-07-01"),
                **values,
            }
        )

    # -- request for an order to pay ----
    def test_r6_20_the_request_says_what_article_1407_asks(self):
        """Identities, breakdown, basis, exhibits by number, transfer, date, hand."""
        case = self._full_case(competent_court="Tribunal de commerce de Paris")
        title, text, gaps = self._text(case, "injonction")
        self.assertEqual(gaps, [])
        self.assertEqual(title, "Requête en injonction de payer")
        self._has(
            text,
            # CPC 54: form, name, office and organ of the creditor; name and office
            "SAS au capital de 10 000 €",
            "dont le siège est 12 rue de la Paix, 75002 Paris",
            "représentée par M. Paul Martin, président",
            f"immatriculée au RCS de Paris sous le n°{NBSP}732{NBSP}829{NBSP}320",
            f"Durand SARL, SIREN 552{NBSP}100{NBSP}554",
            "5 avenue des Tilleuls, 69003 Lyon",
            "Président du tribunal de commerce de Lyon",
            # amount and its breakdown
            f"6{NBSP}000,00{NBSP}€",
            f"103,96{NBSP}€",
            f"Total 6{NBSP}143,96{NBSP}€",
            "jusqu’à parfait paiement",
            f"12,40{NBSP}%",
            # basis
            f"L.{NBSP}441-10, II",
            f"D.{NBSP}441-5",
            # transfer (1408)
            "renvoyée devant le tribunal de commerce de Paris",
            # numbered exhibits
            "Bordereau des 3 pièces numérotées",
            f"Bon de commande n° 12 du 2{NBSP}mars 2026 (pièce n°{NBSP}1)",
            f"(pièce n°{NBSP}3)",
            f"Fait à Paris, le 20{NBSP}août 2026",
            "Claire Martin",
        )

    def test_r6_20_terms_and_calculation_are_cited_by_their_numbers(self):
        case = self._full_case()
        self._exhibit(case, "terms", "CGV acceptées", "2026-03-02")
        self._exhibit(case, "statement", "Décompte", DAY)
        text = self._text(case, "injonction")[1]
        self._has(
            text,
            f"CGV acceptées du 2{NBSP}mars 2026 (pièce n°{NBSP}4)",
            f"figure au décompte détaillé (pièce n°{NBSP}5)",
        )

    def test_one_invoice_is_told_in_the_singular(self):
        case = self._full_case()
        text = self._text(case, "injonction")[1]
        self._has(text, "La facture portée au décompte", "est échue et demeure impayée")
        self.assertNotIn("rappel", text)

    def _reminded(self, *days):
        for day in days:
            notices = self._run(day).notice_ids
            self.assertTrue(notices)
            notices.sudo()._proof_unlocked().write({"state": "sent", "sent_date": day})
        return self._text(self._full_case(), "injonction")[1]

    def test_one_reminder_is_told_in_the_singular(self):
        text = self._reminded("2026-07-20")
        self._has(text, f"malgré notre rappel du 20{NBSP}juillet 2026.")

    def test_two_reminders_are_told_in_the_plural(self):
        text = self._reminded("2026-07-20", "2026-08-10")
        dates = f"20{NBSP}juillet 2026 et 10{NBSP}août 2026"
        self._has(text, f"malgré nos rappels des {dates}.")

    def test_r6_20_pages_that_nobody_counted_are_not_told(self):
        """A total that a clerk finds wrong is worse than none."""
        case = self._full_case()
        draft = self._draft(case, "injonction")
        self.assertIn("Pages", self._words(draft._render_draft()[2]))
        self.assertNotIn("pages", draft.warning or "")
        self.env["dunning.case.exhibit"]._trusted().create(
            {
                "case_id": case.id,
                "kind": "statement",
                "title": "Décompte",
                "sequence": 90,
                "origin_model": "dunning.case",
                "origin_id": case.id,
            }
        )
        draft = self._draft(case, "injonction")
        text = self._words(draft._render_draft()[2])
        self._has(text, "Bordereau des 4 pièces", "Décompte")
        self.assertNotIn("Pages", text)
        self.assertIn("build the court file first", draft.warning)

    def test_r6_20_without_exhibits_or_organ_there_is_no_request(self):
        case = self._full_case()
        case.exhibit_ids.unlink()
        self.company.dunning_representative = False
        gaps = self._text(case, "injonction")[2]
        self.assertIn("Exhibits", gaps)
        self.assertIn("Legal representative", gaps)

    def test_r6_20_a_sole_trader_states_the_civil_status(self):
        """CPC 54: a natural person has no organ, but a profession and a birth."""
        case = self._full_case()
        self.company.write(
            {"dunning_legal_form": "EI", "dunning_capital": False},
        )
        self.assertEqual(self._text(case, "injonction")[2], ["Civil status"])
        self.company.dunning_person_details = "menuisier, de nationalité française"
        text, gaps = self._text(case, "injonction")[1:]
        self.assertFalse(gaps)
        self._has(text, "menuisier, de nationalité française", "demeurant 12 rue")
        self.assertNotIn("représentée par", text)

    def test_r6_4_the_chamber_of_alsace_moselle_is_named_as_it_is(self):
        name = "Chambre commerciale du tribunal judiciaire de Strasbourg"
        case = self._full_case(court_name=name, court_kind="chamber")
        text = self._text(case, "injonction")[1]
        self._has(
            text,
            "Président de la chambre commerciale du tribunal judiciaire de Strasbourg",
            "devant la chambre commerciale du tribunal judiciaire de Strasbourg",
            "commerçantes, artisanes ou sociétés commerciales",
        )

    def test_r6_2_a_consumers_court_is_a_civil_one_and_bears_no_penalty(self):
        """R2.2: no 40 €, no ECB rate; legal interest from the service of the order."""
        jeanne = self._customer("Jeanne Moreau", "consumer")
        moves = self._invoice(820, "2026-06-30", jeanne)
        case = self._full_case(
            moves=moves,
            court_name="Tribunal judiciaire de Lyon",
            court_kind="judicial",
            proved_costs=90,
        )
        text = self._text(case, "injonction")[1]
        self._has(text, "Le litige est de nature civile", "à compter de la significat")
        self._has(text, f"Total 820,00{NBSP}€", "demeurant 5 avenue des Tilleuls")
        for never in ("441-10", "BCE", f"40,00{NBSP}€", f"90,00{NBSP}€", "SIREN 5"):
            self.assertNotIn(never, text)

    def test_r6_19_no_request_against_a_debtor_in_insolvency(self):
        case = self._full_case()
        self.assertTrue(self._text(case, "injonction")[0])
        self._hold("insolvency", judgment_date="2026-07-01")
        with self.assertRaisesRegex(UserError, "R6.19"):
            self._text(case, "injonction")

    def test_r6_24_a_dispute_is_told_fairly_or_stops_the_document(self):
        case = self._full_case()
        self.assertIn("aucune contestation", self._text(case, "injonction")[1])
        self._hold("dispute", state="released")
        gaps = self._text(case, "injonction")[2]
        self.assertEqual(gaps, ["Dispute, as told to the court"])
        case.dispute_statement = "Le débiteur invoque un retard de livraison."
        text, gaps = self._text(case, "injonction")[1:]
        self.assertFalse(gaps)
        self.assertIn("Le débiteur invoque un retard de livraison.", text)
        self.assertNotIn("aucune contestation", text)

    def test_r1_24_proved_costs_are_a_line_of_their_own(self):
        case = self._full_case(proved_costs=350.5)
        text = self._text(case, "injonction")[1]
        self._has(text, "justifiés", f"350,50{NBSP}€", f"6{NBSP}494,46{NBSP}€")

    def test_r6_20_payments_are_shown_and_deducted(self):
        case = self._full_case()
        self._pay(self.invoice, 1000, "2026-07-10")
        text = self._text(case, "injonction")[1]
        self._has(text, f"1{NBSP}000,00{NBSP}€", f"5{NBSP}000,00{NBSP}€")
        before = self._text(case, "injonction", "2026-07-09")[1]
        self._has(before, f"6{NBSP}000,00{NBSP}€")
        self.assertNotIn(f"5{NBSP}000,00{NBSP}€", before)

    # -- small claims ----
    def _small_case(self, amount, **values):
        jeanne = self._customer("Jeanne Moreau", "consumer")
        moves = self._invoice(amount, "2026-06-30", jeanne)
        officer = self._customer("SCP Delorme", city="Lyon")
        own = {"moves": moves, "officer_id": officer.id, **values}
        return self._full_case("petites_creances", **own)

    def test_r6_11_the_letter_to_the_officer_keeps_to_the_ceiling(self):
        case = self._small_case(5000, offered_instalments=3)
        title, text, gaps = self._text(case, "petites_creances")
        self.assertFalse(gaps)
        self._has(title, "Jeanne Moreau")
        self._has(
            text,
            "SCP Delorme",
            f"L.{NBSP}125-1",
            f"5{NBSP}000,00{NBSP}€",
            "paiement en 3 échéances au plus",
            "n’a pas été facturée entre commerçants",
            "suspendu nos relances",
            "Pièces jointes",
        )
        self.env["dunning.parameter"].search(
            [("key", "=", "fr.small_claims_ceiling")]
        ).value = 4999.99
        with self.assertRaisesRegex(UserError, "R6.11"):
            self._text(case, "petites_creances")

    def test_r6_10_no_letter_attests_what_is_false_between_merchants(self):
        case = self._full_case()
        (self.pro | self.company.partner_id).dunning_trade = "merchant"
        with self.assertRaisesRegex(UserError, "R6.10"):
            case._produce_document("petites_creances", DAY)
        self.assertFalse(case.document_ids)

    def test_r6_14_costs_are_never_put_on_the_debtor(self):
        case = self._small_case(800, proved_costs=90)
        text = self._text(case, "petites_creances")[1]
        self.assertNotIn("frais", text.lower())
        self.assertIn("paiement en une fois", text)

    # -- declaration of claim ----
    def _insolvent_case(self, **values):
        trustee = self._customer("SELARL MJ", city="Lyon")
        self.hold = self._hold(
            "insolvency",
            judgment_date=MORE,
            publication_date="2026-07-24",
            proceedings="liquidation",
            court_name="Tribunal de commerce de Lyon",
            trustee_id=trustee.id,
        )
        later = self._invoice(500, "2026-09-30", invoice_date="2026-07-01")
        moves = self.invoice + later
        own = {"moves": moves, "signatory_kind": "representative", **values}
        return self._full_case("declaration", **own)

    def test_r6_36_the_declaration_says_what_the_law_asks(self):
        case = self._insolvent_case()
        title, text, gaps = self._text(case, "declaration")
        self.assertFalse(gaps)
        self.assertIn(f"jugement du 15{NBSP}juillet 2026", title)
        self._has(
            text,
            "SELARL MJ",
            f"publié au BODACC le 24{NBSP}juillet 2026",
            "liquidation judiciaire",
            f"6{NBSP}000,00{NBSP}€",  # due
            f"30/09/2026 500,00{NBSP}€",  # to fall due, with its date
            "chirographaire",
            f"pénalités de l’article L.{NBSP}441-10, II, du code de commerce, taux",
            f"arrêtées au 14{NBSP}juillet 2026",
            f"L.{NBSP}622-28",
            "Litige en cours",
            "néant",
            "Nous certifions la présente créance sincère",
            f"500,00{NBSP}€ à titre à échoir",
            "sous bordereau",
            "représentant légal",
        )

    def test_r6_34_interest_stops_the_day_before_the_judgment(self):
        """14 days from 1 to 14 July at 12.40 %: 28.54 €, whatever the date."""
        case = self._insolvent_case()
        for day in (DAY, "2026-11-02"):
            text = self._text(case, "declaration", day)[1]
            self._has(text, f"28,54{NBSP}€", f"6{NBSP}068,54{NBSP}€ à titre échu")
        document = case._produce_document("declaration", DAY)
        self.assertEqual(str(document.amounts_date), "2026-07-14")
        self.assertEqual(document.amount_interest, 28.54)

    def test_r6_39_what_was_born_since_the_judgment_is_not_declared(self):
        """The delivery decides, and the invoice's own day where none is known."""
        case = self._insolvent_case()
        before = self._text(case, "declaration")[1]
        for day, delivered, declared in (
            (MORE, False, False),
            ("2026-07-14", False, True),
            ("2026-07-20", "2026-07-14", True),
            ("2026-07-10", MORE, False),
        ):
            late = self._invoice(777, "2026-10-31", invoice_date=day)
            late.delivery_date = delivered
            case.move_ids += late
            draft = self._draft(case, "declaration")
            text = self._text(case, "declaration")[1]
            self.assertEqual(late.name in text, declared, (day, delivered))
            self.assertEqual(text == before, not declared)
            told = f"(R6.39): {late.name}." in (draft.warning or "")
            self.assertEqual(told, not declared)
            # other documents tell all that is owed
            self.assertIn(late.name, self._text(case, "statement")[1])
            case.move_ids -= late

    def test_r6_39_nothing_to_declare(self):
        case = self._insolvent_case()
        case.move_ids.delivery_date = MORE
        with self.assertRaisesRegex(UserError, "R6.39"):
            case._produce_document("declaration", DAY)
        self.assertFalse(case.document_ids)

    def test_r1_26_the_forty_euros_have_a_line_of_their_own(self):
        text = self._text(self._insolvent_case(), "declaration")[1]
        self._has(text, f"Indemnité forfaitaire pour frais de recouvrement, 1{NBSP}×")
        self._has(text, f"×{NBSP}40,00{NBSP}€")

    def test_r6_36_security_lawsuit_and_title_are_declared(self):
        case = self._insolvent_case(
            claim_rank="privilégiée, nantissement du 3 mars 2024",
            pending_case="TC Lyon, RG 2026/12",
        )
        self._has(
            self._text(case, "declaration")[1],
            "nantissement du 3 mars 2024",
            "TC Lyon, RG 2026/12",
        )

    def test_r6_37_who_signs_is_said(self):
        case = self._insolvent_case(signatory_kind=False)
        self.assertEqual(self._text(case, "declaration")[2], ["Signed by"])
        for kind, words in (
            ("employee", "délégation de pouvoirs jointe"),
            ("agent", "pouvoir spécial écrit, joint"),
            ("lawyer", "avocat"),
        ):
            case.signatory_kind = kind
            self.assertIn(words, self._text(case, "declaration")[1])

    def test_r6_35_publication_trustee_and_court_are_needed(self):
        case = self._insolvent_case()
        self.hold.write(
            {"publication_date": False, "trustee_id": False, "court_name": False}
        )
        draft = self._draft(case, "declaration")
        gaps = draft._render_draft()[3]
        labels = {gap.label for gap in gaps}
        self.assertTrue(any("andataire" in label for label in labels))
        self.assertEqual({gap.record for gap in gaps}, {self.hold})
        self.assertEqual(len(labels), 3)

    def test_r6_36_what_a_decision_refused_is_not_declared(self):
        """A request that was granted in part, before the debtor became insolvent."""
        case = self._date(self._full_case(), request=DAY)
        self._hold("insolvency", judgment_date=MORE)
        self._has(
            self._text(case, "declaration")[1], f"6{NBSP}068,54{NBSP}€ à titre échu"
        )
        decision = self.env["dunning.case.decision"].create(
            {
                "case_id": case.id,
                "date": DAY,
                "amount_principal": case.amount_claimed - 250,
                "amount_article_700": 800,
            }
        )
        self.assertEqual(decision.amount_refused, 250)
        text = self._text(case, "declaration")[1]
        self._has(
            text,
            f"Non alloué par la décision −{NBSP}250,00{NBSP}€",
            f"6{NBSP}618,54{NBSP}€ à titre échu",
        )

    def test_what_belongs_together_stays_on_one_page(self):
        """The list with its heading and its total; what is certified with its hand.

        A signature alone on a page could be put under anything.
        """
        case = self._insolvent_case()
        for number in range(15):  # too many for what is left of the first page
            self._exhibit(case, "other", f"Courrier {number}", DAY)
        pages = self._pages(case._produce_document("declaration", DAY)._raw())
        [listed] = [page for page in pages if "sous bordereau" in page]
        self.assertNotEqual(listed, pages[0])
        self.assertRegex(listed, r"(?s)Bon de commande.*Courrier 14.*Total\s+21")
        [signed] = [page for page in pages if "Fait à" in page]
        self.assertIn("Nous certifions la présente créance sincère", signed)

    def test_r6_43_goods_under_retention_are_spoken_of_where_agreed(self):
        case = self._insolvent_case()
        self.assertNotIn("revendication", self._text(case, "declaration")[1])
        self.company.dunning_retention_clause = "article 8 de nos conditions"
        text = self._text(case, "declaration")[1]
        self._has(text, "article 8 de nos conditions", "revendication")
        self.hold.goods_to_reclaim = False
        self.assertNotIn("revendication", self._text(case, "declaration")[1])

    # -- public buyers ----
    def _public_case(self, code="memoire", ccag="yes", **values):
        town = self._customer("Commune de Saint-Cyr", "public")
        town.public_buyer_type = values.pop("buyer", "local")
        moves = self._invoice(
            2500,
            "2026-05-31",
            town,
            dunning_market_number="2025-M-014",
            dunning_ccag=ccag,
            dunning_term_start="2026-05-02",
        )
        prefect = self._customer("Préfecture du Rhône", city="Lyon")
        facts = {
            "ccag_name": "FCS 2021",
            "ccag_article": "46",
            "dispute_date": MORE,
            "dispute_event": "mise en demeure du 15 juin 2026",
            "prefect_id": prefect.id,
        }
        return self._full_case(code, moves=moves, **{**facts, **values})

    def test_r3_18_the_statement_of_claim_names_each_head_and_its_basis(self):
        case = self._public_case(claim_reasons="Le prix est révisé.")
        title, text, gaps = self._text(case, "memoire")
        self.assertFalse(gaps)
        self.assertEqual(title, "Mémoire en réclamation, marché 2025-M-014")
        self._has(
            text,
            "Commune de Saint-Cyr",
            "l’article 46 du CCAG FCS 2021",
            f"né le 15{NBSP}juillet 2026 (mise en demeure du 15 juin 2026)",
            f"exécutées et admises{NBSP}: Bon de livraison",
            "défaut de paiement de la demande énoncée ci-dessous",
            "La demande de paiement a été mise à votre disposition",
            "02/05/2026",  # made available on Chorus Pro
            "de 30 jours a expiré le",
            f"2{NBSP}500,00{NBSP}€",
            "majoré de 8 points",
            f"L.{NBSP}2192-13",
            f"D.{NBSP}2192-35",
            f"40,00{NBSP}€",
            "Le prix est révisé.",
            "faire droit à cette réclamation",
        )

    def test_r3_18_what_the_statement_of_claim_needs(self):
        case = self._public_case(
            ccag_article=False, dispute_date=False, dispute_event=False
        )
        gaps = self._text(case, "memoire")[2]
        for label in ("Article on disputes", "Dispute arose on", "What opened the"):
            self.assertTrue([gap for gap in gaps if gap.startswith(label)], label)

    def test_r3_18_without_a_ccag_it_is_the_last_notice_before_the_court(self):
        case = self._public_case(ccag="no", court_name="Tribunal administratif de Lyon")
        title, text, gaps = self._text(case, "memoire")
        self.assertEqual(title, "Dernier avis avant saisine du tribunal administratif")
        self.assertIn("nous saisirons le tribunal administratif de Lyon", text)
        self.assertNotIn("CCAG", text)
        self.assertEqual(gaps, ["Notices"])  # no formal notice was sent

    def test_r3_13_the_prefect_is_asked_for_the_principal_of_a_local_authority(self):
        case = self._public_case("mandatement")
        title, text, gaps = self._text(case, "prefect")
        self.assertFalse(gaps)
        self._has(
            text,
            "Préfecture du Rhône",
            f"L.{NBSP}1612-15",
            f"L.{NBSP}1612-16",
            f"2{NBSP}500,00{NBSP}€",
            "n’a pas payé la facture ci-dessous",
            f"depuis le 2{NBSP}juin 2026.",
        )
        self.assertNotIn("1612-18", text)

    def test_r3_13_interest_alone_once_the_principal_is_paid(self):
        """Article L1612-18: thirty days after the payment of the principal."""
        case = self._public_case("mandatement")
        self._pay(case.move_ids, 2500, "2026-07-10")
        text, gaps = self._text(case, "prefect")[1:]
        self.assertFalse(gaps)
        self._has(
            text,
            f"L.{NBSP}1612-18",
            f"Le principal a été payé le 10{NBSP}juillet 2026",
            f"a expiré le 9{NBSP}août 2026",
            f"du 2{NBSP}juin 2026 au 10{NBSP}juillet 2026.",
            "paiement tardif de la facture ci-dessous",
            f"40,00{NBSP}€",
        )
        self.assertNotIn("1612-15", text)

    def test_r3_13_the_state_or_a_hospital_has_no_prefect_to_be_asked(self):
        case = self._public_case("memoire", buyer="health")
        with self.assertRaisesRegex(UserError, "R3.13"):
            case._produce_document("prefect", DAY)

    def test_r3_15_no_request_for_an_order_against_a_public_body(self):
        case = self._public_case()
        with self.assertRaisesRegex(UserError, "R3.15|R6.19"):
            case._produce_document("injonction", DAY)

    # -- statement, hand-over, exhibits ----
    def test_6_8_the_statement_has_its_calculation_at_the_same_day(self):
        case = self._full_case()
        document = case._produce_document("statement", DAY)
        pages = self._pages(document._raw())
        self.assertIn("Décompte de créance", pages[0])
        sheet = " ".join(pages[1:])
        self.assertIn("INV/2026/00001", sheet)
        self.assertIn("12,40", sheet)
        self.assertRegex(sheet, "20.ao.t.2026|20/08/2026")

    def test_6_8_a_decision_is_counted(self):
        """Article 700 and costs are added, what was refused is taken off."""
        case = self._date(self._full_case(), request=DAY)
        self.env["dunning.case.decision"].create(
            {
                "case_id": case.id,
                "kind": "judgment",
                "date": "2026-09-10",
                "amount_principal": 6000,
                "amount_interest": 100,
                "amount_article_700": 800,
                "amount_costs": 60,
            }
        )
        before = self._text(case, "statement", "2026-09-09")[1]
        self.assertNotIn("Article 700", before)
        text = self._text(case, "statement", "2026-09-10")[1]
        self._has(text, "Article 700", f"860,00{NBSP}€", f"43,96{NBSP}€")
        sums = self._draft(case, "statement", "2026-09-10")._document_amounts()[1]
        own = sums["principal"] + sums["interest"] + sums["indemnity"]
        self.assertAlmostEqual(sums["total"], own + 860 - 43.96, 2)

    def test_6_8_several_decisions_are_told(self):
        """Only the last one is counted: a person is told so."""
        case = self._date(self._full_case(), request=DAY)
        for day, costs in (("2026-09-10", 60), ("2026-10-10", 90)):
            self.assertNotIn("Several", self._draft(case, "statement", day).warning)
            self.env["dunning.case.decision"].create(
                {"case_id": case.id, "date": day, "amount_costs": costs}
            )
        draft = self._draft(case, "statement", "2026-10-10")
        self.assertIn("Several decisions", draft.warning)
        self.assertEqual(draft._document_amounts()[1]["awarded"], 90)

    def test_sums_of_money_are_exact(self):
        """What is compared with the limits of the law is no 0.30000000000000004."""
        moves = self._invoice(0.1, "2026-06-30") + self._invoice(0.2, "2026-06-30")
        case = self._full_case(moves=moves)
        rows, sums = self._draft(case, "statement")._document_amounts()
        self.assertEqual((sums["principal"], sums["original"]), (0.3, 0.3))
        self.assertEqual([row["paid"] for row in rows], [0, 0])

    def test_6_8_the_hand_over_sheet_tells_the_file(self):
        lawyer = self._customer("Maître Legrand", city="Lyon")
        case = self._full_case(lawyer_id=lawyer.id, note="<p>Mauvaise foi</p>")
        text, gaps = self._text(case, "handover_lawyer")[1:]
        self.assertFalse(gaps)
        self._has(text, "Maître Legrand", case.name, "04 72 00 00 00", "Bon de livr")
        self.assertNotIn("Mauvaise foi", text)  # R10.9

    def test_6_8_the_list_of_exhibits_has_their_numbers_and_pages(self):
        case = self._full_case()
        text = self._text(case, "exhibits")[1]
        self.assertRegex(text, r"1 Bon de commande n°.12 02/03/2026 2")
        self.assertRegex(text, r"3 Facture INV/1 30/06/2026 3 Total 6")
        case.exhibit_ids[0].include = False
        text = self._text(case, "exhibits")[1]
        self.assertNotIn("Bon de commande", text)
        self.assertIn("Total 4", text)

    def test_6_8_forty_invoices_fit_the_page(self):
        moves = self.invoice.browse()
        for number in range(40):
            moves |= self._invoice(100000 + number, "2026-06-30")
        case = self._full_case(moves=moves)
        self._exhibit(case, "invoice", "Facture 40", "2026-06-30")
        document = case._produce_document("injonction", DAY)
        text = " ".join(self._pages(document._raw()))
        self.assertIn("pièces n°", text)
        for move in moves:
            self.assertIn(move.name, text)
        total = sum(100000 + number for number in range(40))
        self.assertEqual(document.amount_principal, total)
        self.assertEqual(document.amount_indemnity, 1600)
