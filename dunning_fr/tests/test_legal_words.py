"""What the legal wizard tells of proceedings, public bodies, courts, sums to come."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from .common_ledger import LedgerCommon

DAY = date(2026, 11, 20)
DUE = "2026-08-31"
LATER = "2026-12-31"


@tagged("-at_install", "post_install", "dunning_fr")
class TestLegalWords(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{DAY} 10:00:00"))
        cls.company.partner_id.dunning_trade = "merchant"
        cls.pro.write({"dunning_trade": "merchant", "company_registry": "443061841"})
        cls.invoice = cls._invoice(6000, DUE)
        cls.debtor = cls._debtor(cls.pro, cls.company)
        cls.legal = cls.env["dunning.legal"]

    def _hold(self, kind="insolvency", **values):
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "kind": kind,
                "date_from": "2026-10-01",
                "judgment_date": "2026-10-01",
                **values,
            }
        )

    def _checks(self):
        self.env.invalidate_all()
        items = self.legal._items(self.debtor, DAY)
        matter = self.legal._matter(self.debtor, items, DAY)
        return {c.code: c for c in self.legal._checks(self.debtor, items, matter)}

    def _opinion(self, code):
        items = self.legal._items(self.debtor, DAY)
        matter = self.legal._matter(self.debtor, items, DAY)
        [found] = [
            opinion
            for opinion in self.legal._opinions(matter)
            if opinion.procedure.code == code
        ]
        return found

    # -- checklist --------------------------------------------------------------------
    def test_r5_15_no_formal_notice_is_asked_for_in_proceedings(self):
        self.assertEqual(self._checks()["formal"].result, "fail")
        self._hold()
        checks = self._checks()
        self.assertEqual((checks["formal"].result, checks["formal"].mend), ("pass", ""))
        self.assertIn("nor allowed", checks["formal"].text)
        self.assertEqual(checks["registers"].result, "fail")

    def test_proceedings_are_told_once(self):
        self._hold()
        self.assertEqual(self._checks()["undisputed"].result, "pass")
        self._hold("dispute", judgment_date=False)
        self.env["dunning.hold"].search([("kind", "=", "insolvency")]).action_release()
        self.assertEqual(self._checks()["undisputed"].result, "fail")

    def test_r2_15_an_over_indebted_consumer_gets_no_formal_notice(self):
        self.pro.debtor_kind = "consumer"
        self._hold("overindebtedness")
        self.assertEqual(self._checks()["formal"].result, "pass")

    def test_no_register_of_a_public_body_is_looked_at(self):
        self.pro.debtor_kind = "public"
        for public_type, result in (
            ("state", "pass"),
            ("local", "pass"),
            ("health", "pass"),
            ("undertaking", "unknown"),
            ("private_law", "unknown"),
        ):
            self.pro.public_buyer_type = public_type
            self.assertEqual(self._checks()["registers"].result, result, public_type)

    # -- what is not late yet ---------------------------------------------------------
    def test_r6_36_sums_to_fall_due_are_declared_too(self):
        declaration = self.env.ref("dunning_fr.dunning_procedure_declaration")
        self._hold(publication_date="2026-10-09")
        found = self.legal._by_when(declaration, self.debtor, [], DAY)
        self.assertEqual(len(found), 1, "nothing is to come")
        other = self._customer("Autre SAS", "professional")
        self._invoice(700, LATER, other)
        coming = self._invoice(900, LATER)
        today = self._invoice(300, str(DAY))
        legal = self.legal.with_user(
            new_test_user(
                self.env,
                "words_collector",
                "dunning_fr.group_dunning_user",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
        )
        found = legal._by_when(declaration, self.debtor, [], DAY)
        self.assertEqual(len(found), 2)
        self.assertIn(coming.name, found[1])
        self.assertIn(format_date(self.env, LATER), found[1])
        self.assertIn(today.name, found[1])
        self.assertNotIn(self.invoice.name, found[1], "it is late: an item to choose")
        self.assertIn("R6.36, R6.39", found[1])

    def test_only_a_declaration_speaks_of_what_is_to_come(self):
        self._invoice(900, LATER)
        items = self.legal._items(self.debtor, DAY)
        writ = self.env.ref("dunning_fr.dunning_procedure_fond")
        self.assertEqual(len(self.legal._by_when(writ, self.debtor, items, DAY)), 1)

    # -- who is asked -----------------------------------------------------------------
    def test_r6_47_a_petition_goes_to_the_court_of_the_debtors_seat(self):
        """Not to the mandataire judiciaire, who is named by the judgment."""
        petition = self.env.ref("dunning_fr.dunning_procedure_assignation_ouverture")
        items = self.legal._items(self.debtor, DAY)
        matter = self.legal._matter(self.debtor, items, DAY)
        for kind in (False, "commercial"):
            [text] = self.legal._advice(petition, kind, matter, self.pro)
            self.assertIn("debtor's seat", text)
            self.assertNotIn("Mandataire", text)
            self.assertNotIn("appeal", text)
        declaration = self.env.ref("dunning_fr.dunning_procedure_declaration")
        [text] = self.legal._advice(declaration, False, matter, self.pro)
        self.assertIn("Mandataire judiciaire", text)

    def test_a_petition_abroad_is_warned_of(self):
        self.assertFalse(self._opinion("assignation_ouverture").warnings)
        self.pro.country_id = self.env.ref("base.de")
        warned = self._opinion("assignation_ouverture").warnings
        self.assertEqual([c.criterion for c in warned], ["not_in_france"])

    def test_european_procedures_come_first_in_the_union(self):
        self.pro.country_id = self.env.ref("base.de")
        items = self.legal._items(self.debtor, DAY)
        matter = self.legal._matter(self.debtor, items, DAY)
        first = self.legal._opinions(matter)[0]
        self.assertEqual((first.procedure.code, first.standing), ("ipe", "open"))

    def test_no_town_is_said_to_have_a_court_of_its_own(self):
        self.pro.write({"zip": "01700", "city": "Miribel", "debtor_kind": "consumer"})
        wizard = self.env["dunning.legal.wizard"].create({"debtor_id": self.debtor.id})
        wizard._read_items()
        wizard.item_ids.is_chosen = True
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_injonction"))
        self.assertIn("whose area covers 01700 Miribel", wizard.court_name)
        self.pro.country_id = self.env.ref("base.de")
        wizard._choose(self.env.ref("dunning_fr.dunning_procedure_fond"))
        self.assertNotIn("covers", wizard.court_name)

    # -- the debtor's banner and tasks ------------------------------------------------
    def test_the_banner_opens_the_proceedings_it_tells_of(self):
        self._hold("dispute", judgment_date=False)
        old = self._hold()
        old.action_release()
        hold = self._hold()
        action = self.debtor.action_open_proceedings()
        self.assertEqual(action["res_model"], "dunning.hold")
        self.assertEqual((action["res_id"], action["view_mode"]), (hold.id, "form"))
        hold.action_release()
        self.assertFalse(self.debtor.action_open_proceedings().get("res_id"))

    def test_r7_16_a_task_speaks_of_an_extension_only_where_there_is_one(self):
        self._hold(publication_date="2026-10-09")
        notes = {a.summary: a.note for a in self.debtor.activity_ids}
        [declare] = [note for name, note in notes.items() if "eclare" in name]
        [reclaim] = [note for name, note in notes.items() if "eclare" not in name]
        # 9 December 2026 is a Wednesday, 9 January 2027 a Saturday (R6.43)
        self.assertIn(format_date(self.env, "2026-12-09"), declare)
        self.assertNotIn("extension", declare)
        self.assertIn("extension", reclaim)
        self.assertIn(format_date(self.env, "2027-01-11"), reclaim)
