from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPolicyLevel(DunningCommon):
    def test_french_company_has_the_four_default_policies(self):
        self.assertEqual(
            set(self.policies),
            {"professional", "non_professional", "consumer", "public"},
        )
        self.assertEqual(
            self.policies["professional"].level_ids.mapped("delay_days"), [7, 15, 30, 5]
        )
        self.assertEqual(
            self.policies["consumer"].level_ids.mapped("delay_days"), [10, 20, 35, 5]
        )
        self.assertEqual(
            self.policies["public"].level_ids.mapped("delay_days"), [10, 30, 60]
        )

    def test_defaults_speak_every_language_installed(self):
        policy = self.policies["professional"]
        names = [policy.name, *policy.level_ids.mapped("name")]
        policy = policy.with_context(lang="fr_FR")
        french = [policy.name, *policy.level_ids.mapped("name")]
        self.assertEqual(names[0], "Professionals")
        self.assertEqual(
            french,
            [
                "Professionnels",
                "Relance courtoise",
                "Relance ferme",
                "Mise en demeure",
                "Dernier avis",
            ],
        )

    def test_setup_is_idempotent(self):
        before = self.env["dunning.policy"].search_count([])
        self.company._dunning_setup()
        self.assertEqual(self.env["dunning.policy"].search_count([]), before)

    def test_a_fifth_level_is_refused(self):
        policy = self.policies["professional"]
        with self.assertRaisesRegex(ValidationError, "four levels"):
            policy.level_ids.create(
                {"policy_id": policy.id, "name": "Fifth", "delay_days": 90}
            )
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            policy.level_ids[-1].sequence = 5

    def test_equal_sequences_are_refused(self):
        policy = self.policies["public"]
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            policy.level_ids.create(
                {"policy_id": policy.id, "name": "x", "sequence": 2, "delay_days": 90}
            )

    def test_shrinking_delays_are_refused(self):
        level = self.policies["professional"].level_ids[1]
        with self.assertRaisesRegex(ValidationError, "longer delay"):
            level.delay_days = 7

    def test_a_level_after_expiry_needs_a_formal_notice(self):
        policy = self.policies["professional"]
        with self.assertRaisesRegex(ValidationError, "formal"):
            policy.level_ids[2].is_formal_notice = False

    def test_channels_without_a_text_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "no text"):
            self.policies["professional"].level_ids[0].write(
                {
                    "template_id": False,
                    "channel_ids": self.env["dunning.channel"].search([]).ids,
                }
            )
