"""The shipped procedures, courts and costs: the law as data, at its borders."""

from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..models.dunning_procedure_condition import CRITERIA, FACTS
from ..tools.courts import Thresholds
from ..tools.procedures import CRITERIA as RULES
from ..tools.procedures import Matter, opinions
from .common import DunningCommon

DAY = date(2026, 11, 23)
MERCHANTS = Matter(
    DAY,
    Decimal(1240),
    Decimal(1200),
    "professional",
    "merchant",
    None,
    "merchant",
    "france",
    is_formal_expired=True,
    is_time_barred=False,
    facts=dict.fromkeys(dict(FACTS), False),
)
LIBERAL = MERCHANTS._replace(debtor_trade="liberal")
CONSUMER = MERCHANTS._replace(debtor_kind="consumer", debtor_trade=None)
COMMUNE = MERCHANTS._replace(
    debtor_kind="public", public_type="local", debtor_trade=None
)


@tagged("-at_install", "post_install", "dunning_fr")
class TestProcedureData(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedures = cls.env["dunning.procedure"]._all()

    def opinion(self, code, matter):
        own = self.procedures.filtered(lambda procedure: procedure.code == code)
        self.assertEqual(len(own), 1, code)
        [opinion] = opinions(matter, own._rule_procedures(matter.day))
        return opinion

    def standing(self, code, matter):
        return self.opinion(code, matter).standing

    def open_codes(self, matter):
        rows = self.procedures._rule_procedures(matter.day)
        return {
            o.procedure.code for o in opinions(matter, rows) if o.standing == "open"
        }

    # -- the data itself --------------------------------------------------------------
    def test_every_criterion_is_known_on_both_sides(self):
        self.assertEqual(set(dict(CRITERIA)), set(RULES))

    def test_every_row_of_law_says_where_it_is_written_and_who_checked(self):
        for model in (
            "dunning.procedure.condition",
            "dunning.procedure.cost",
            "dunning.court",
        ):
            for row in self.env[model].search([]):
                with self.subTest(row=row.display_name):
                    self.assertTrue(row.rule)
                    self.assertTrue(row.reference)
                    self.assertTrue(row.checked_on or row.to_verify)

    def test_every_procedure_has_conditions(self):
        without = self.procedures.filtered(lambda p: not p.condition_ids)
        self.assertFalse(without.mapped("code"))

    def test_a_ceiling_names_a_figure_that_exists(self):
        condition = self.env["dunning.procedure.condition"].search(
            [("criterion", "=", "amount_above")], limit=1
        )
        with self.assertRaisesRegex(ValidationError, "fr.no_such_thing"):
            condition.parameter_key = "fr.no_such_thing"

    # -- conditions at their borders --------------------------------------------------
    def test_r6_10_small_claims_between_merchants_until_24_april_2026(self):
        last = MERCHANTS._replace(day=date(2026, 4, 24))
        self.assertEqual(self.standing("petites_creances", last), "open")
        opinion = self.opinion(
            "petites_creances", MERCHANTS._replace(day=date(2026, 4, 25))
        )
        self.assertEqual(opinion.standing, "closed")
        [obstacle] = opinion.obstacles
        row = self.env["dunning.procedure.condition"].browse(obstacle.id)
        self.assertEqual(row.rule, "R6.10")
        for matter in (LIBERAL, CONSUMER):
            self.assertEqual(self.standing("petites_creances", matter), "open")

    def test_r6_11_small_claims_up_to_5000_interest_included(self):
        at = LIBERAL._replace(
            principal=Decimal("4900.00"),
            interest=Decimal("100.00"),
            amount=Decimal("5040.00"),  # the 40 € is neither of them
        )
        self.assertEqual(self.standing("petites_creances", at), "open")
        above = at._replace(interest=Decimal("100.01"))
        self.assertEqual(self.standing("petites_creances", above), "closed")

    def test_r6_17_uncontested_claims_ship_switched_off(self):
        opinion = self.opinion("l126", MERCHANTS)
        self.assertEqual(opinion.standing, "closed")
        self.assertFalse(opinion.obstacles)
        self.assertFalse(opinion.is_in_force)

    def test_r6_15_uncontested_claims_once_switched_on(self):
        self.env.ref("dunning_fr.dunning_procedure_l126").active = True
        self.assertEqual(self.standing("l126", MERCHANTS), "open")
        before = MERCHANTS._replace(day=date(2026, 4, 24))
        self.assertEqual(self.standing("l126", before), "closed")
        for matter in (LIBERAL, CONSUMER, MERCHANTS._replace(is_disputed=True)):
            self.assertEqual(self.standing("l126", matter), "closed")
        unknown = MERCHANTS._replace(debtor_trade=None)
        self.assertEqual(self.standing("l126", unknown), "unsure")

    def test_r6_19_order_to_pay(self):
        for matter in (MERCHANTS, LIBERAL, CONSUMER):
            self.assertEqual(self.standing("injonction", matter), "open")
        insolvent = MERCHANTS._replace(is_insolvent=True)
        abroad = MERCHANTS._replace(place="eu")
        for matter in (insolvent, COMMUNE, abroad):
            self.assertEqual(self.standing("injonction", matter), "closed")

    def test_r5_4_without_a_formal_notice_it_warns(self):
        running = MERCHANTS._replace(is_formal_expired=False)
        opinion = self.opinion("injonction", running)
        self.assertEqual(opinion.standing, "open")
        self.assertEqual([c.criterion for c in opinion.warnings], ["formal_running"])

    def test_r6_29_interim_payment_only_when_undisputed(self):
        self.assertEqual(self.standing("refere", MERCHANTS), "open")
        disputed = MERCHANTS._replace(is_disputed=True)
        self.assertEqual(self.standing("refere", disputed), "closed")
        self.assertEqual(self.standing("fond", disputed), "open")

    def test_r6_33_insolvency_leaves_the_declaration(self):
        insolvent = MERCHANTS._replace(is_insolvent=True)
        self.assertEqual(self.open_codes(insolvent), {"declaration"})
        self.assertEqual(self.standing("declaration", MERCHANTS), "closed")

    def test_r3_13_public_routes(self):
        self.assertEqual(
            self.open_codes(COMMUNE),
            {
                "mandatement",
                "mediateur",
                "mediateur_marches",
                "memoire",
                "remise_recouvrement",
                "tribunal_administratif",
            },
        )
        state = COMMUNE._replace(public_type="state")
        self.assertEqual(self.standing("mandatement", state), "closed")
        unknown = COMMUNE._replace(public_type=None)
        self.assertEqual(self.standing("mandatement", unknown), "unsure")
        private = COMMUNE._replace(public_type="private_law")
        self.assertEqual(self.standing("tribunal_administratif", private), "closed")

    def test_european_procedures_need_another_member_state(self):
        german = MERCHANTS._replace(
            place="eu", principal=Decimal("5000.00"), amount=Decimal("5240.00")
        )
        for code in ("ipe", "small_claims_eu"):
            self.assertEqual(self.standing(code, german), "open")
            self.assertEqual(self.standing(code, MERCHANTS), "closed")
        above = german._replace(principal=Decimal("5000.01"))
        self.assertEqual(self.standing("small_claims_eu", above), "closed")
        self.assertEqual(self.standing("ipe", above), "open")

    def test_procedures_that_need_a_fact_ask_for_it(self):
        needs = {
            "participative": "lawyers",
            "saisie": "seizure",
            "cheque": "cheque",
            "action_directe": "subcontract",
        }
        for code, fact in needs.items():
            unknown = MERCHANTS._replace(facts={})
            self.assertEqual(self.standing(code, unknown), "unsure", code)
            self.assertEqual(self.standing(code, MERCHANTS), "closed", code)
            there = MERCHANTS._replace(facts={fact: True})
            self.assertEqual(self.standing(code, there), "open", code)

    def test_r6_47_a_petition_is_no_means_of_pressure(self):
        self.assertEqual(self.standing("assignation_ouverture", MERCHANTS), "open")
        disputed = MERCHANTS._replace(is_disputed=True)
        for matter in (disputed, CONSUMER, COMMUNE):
            self.assertEqual(self.standing("assignation_ouverture", matter), "closed")
        farmer = self.opinion(
            "assignation_ouverture", MERCHANTS._replace(debtor_trade="farmer")
        )
        self.assertIn("farmer", [c.criterion for c in farmer.warnings])

    def test_r2_15_an_over_indebted_consumer_gets_no_title_by_surprise(self):
        over = CONSUMER._replace(is_overindebted=True)
        self.assertEqual(self.open_codes(over), {"fond", "refere"})

    def test_a_ceiling_without_figure_on_that_day_is_an_error(self):
        self.env["dunning.parameter"].search(
            [("key", "=", "fr.small_claims_ceiling")]
        ).date_from = "2026-11-24"
        with self.assertRaisesRegex(UserError, "fr.small_claims_ceiling"):
            self.standing("petites_creances", CONSUMER)

    # -- courts and costs -------------------------------------------------------------
    def test_thresholds_are_figures_of_the_day(self):
        figures = Thresholds(**self.env["dunning.procedure"]._thresholds(DAY))
        self.assertEqual(figures, Thresholds(*map(Decimal, (10000, 10000, 5000, 5000))))

    def partner_at(self, code, city, country="base.fr"):
        return self.env["res.partner"].new(
            {"zip": code, "city": city, "country_id": self.env.ref(country).id}
        )

    def test_r6_9_economic_courts_from_2025_to_2028(self):
        courts = self.env["dunning.court"]
        lyon = self.partner_at("69003", "LYON CEDEX 03")
        for day, expected in (
            (date(2024, 12, 31), 0),
            (date(2025, 1, 1), 1),
            (date(2028, 12, 31), 1),
            (date(2029, 1, 1), 0),
        ):
            self.assertEqual(len(courts._serving("commercial", lyon, day)), expected)
        self.assertFalse(courts._serving("judicial", lyon, DAY))

    def test_r6_4_commercial_chambers_in_alsace_moselle(self):
        for code in ("67000", "68100", "57000"):
            [court] = self.env["dunning.court"]._serving(
                "commercial", self.partner_at(code, "Metz"), DAY
            )
            self.assertEqual(court.kind, "chamber")
        neighbour = self.partner_at("88000", "Épinal")
        self.assertFalse(
            self.env["dunning.court"]._serving("commercial", neighbour, DAY)
        )

    def test_the_towns_own_court_comes_first(self):
        own = self.env["dunning.court"].create(
            {
                "name": "Tribunal de commerce de Villefranche-Tarare",
                "kind": "commercial",
                "departments": "69",
                "city": "Villefranche-sur-Saône",
            }
        )
        town = self.partner_at("69400", "villefranche sur saône")
        self.assertEqual(
            self.env["dunning.court"]._serving("commercial", town, DAY)[0], own
        )

    def test_departments(self):
        for code, department in (
            ("20000", "2A"),
            ("20137", "2A"),
            ("20200", "2B"),
            ("97400", "974"),
            ("01000", "01"),
            ("1000", ""),
            ("", ""),
        ):
            self.assertEqual(
                self.partner_at(code, "X")._dunning_department(), department, code
            )
        self.assertFalse(
            self.partner_at("10115", "Berlin", "base.de")._dunning_department()
        )

    def test_places(self):
        for country, place in (
            ("fr", "france"),
            ("re", "france"),
            ("de", "eu"),
            ("mc", "monaco"),
            ("ch", "abroad"),
        ):
            partner = self.partner_at("", "X", f"base.{country}")
            self.assertEqual(partner._dunning_place(), place, country)
        self.assertIsNone(self.env["res.partner"].new({})._dunning_place())

    def costs(self, code, kind, amount, day=DAY):
        procedure = self.env.ref(f"dunning_fr.dunning_procedure_{code}")
        return procedure.cost_ids._due(kind, amount, day)

    def test_r6_27_service_tariff_by_bracket(self):
        for amount, expected in (
            (128.00, 12.90),
            (128.01, 25.79),
            (1280.00, 25.79),
            (1280.01, 51.58),
        ):
            service = self.costs("injonction", "judicial", amount)
            self.assertEqual(service.mapped("amount"), [expected])
        self.assertFalse(
            self.costs("injonction", "judicial", 500, date(2028, 3, 1)).filtered(
                "amount"
            )
        )

    def test_r6_9b_legal_aid_at_the_tj_only(self):
        def contribution(kind, day=DAY):
            return 50 in self.costs("fond", kind, 6000, day).mapped("amount")

        self.assertTrue(contribution("judicial"))
        self.assertFalse(contribution("commercial"))
        self.assertFalse(contribution("judicial", date(2026, 2, 28)))
        self.assertNotIn(
            50, self.costs("injonction", "judicial", 6000).mapped("amount")
        )

    def test_r6_9_economic_contribution_above_50000(self):
        def contribution(amount):
            names = self.costs("fond", "economic", amount).mapped("name")
            return any("economic justice" in name for name in names)

        self.assertFalse(contribution(50000.00))
        self.assertTrue(contribution(50000.01))

    def test_r6_9_the_figure_of_the_law_says_above_which_amount(self):
        """One source: a figure that changes on a day changes the cost on that day."""
        row = self.env.ref("dunning_fr.dunning_cost_fond_economic")
        figure = self.env.ref("dunning_fr.dunning_parameter_tae_contribution_min")
        figure.date_to = "2026-12-31"
        figure.copy(
            {"value": 60000, "date_from": "2027-01-01", "date_to": "2027-12-31"}
        )
        for day, amount, due in (
            (date(2026, 12, 31), 50000.00, False),
            (date(2026, 12, 31), 50000.01, True),
            (date(2027, 1, 1), 60000.00, False),
            (date(2027, 1, 1), 60000.01, True),
            (date(2028, 1, 1), 0.01, True),  # no figure: named rather than hidden
        ):
            with self.subTest(day=day, amount=amount):
                self.assertEqual(bool(row._due("economic", amount, day)), due)
        with self.assertRaisesRegex(ValidationError, "no figure of the law called"):
            row.claim_above_key = "fr.nothing"

    def test_an_unknown_court_shows_every_cost(self):
        kinds = {"commercial", "judicial"}
        every = self.costs("fond", False, 6000)
        for kind in kinds:
            self.assertLessEqual(self.costs("fond", kind, 6000), every)

    def test_a_cost_nobody_knows_says_so(self):
        cost = self.env.ref("dunning_fr.dunning_cost_l126_officer")
        self.assertIn("asked for", cost.display_name)
        cost.write({"is_known": True, "amount": 30})
        self.assertIn("30", cost.display_name)

    # -- rights -----------------------------------------------------------------------
    def test_collectors_read_the_law_and_managers_keep_it(self):
        collector = new_test_user(
            self.env, "law_reader", "dunning_fr.group_dunning_user"
        )
        court = self.env.ref("dunning_fr.dunning_court_chamber").with_user(collector)
        self.assertTrue(court.name)
        with self.assertRaises(AccessError):
            court.name = "Another"
