"""Every text of ours is classed: as personal, or as not."""

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..tools.personal_data import (
    DASHED,
    NUMBERED,
    OWNERS,
    PERSONAL,
    PROOFS,
    RULES,
    TOGETHER,
    classed,
    fields_of,
)

TEXTS = (fields.Char, fields.Text, fields.Html, fields.Json)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPersonalData(TransactionCase):
    def _ours(self):
        """Yield (model, field) of texts and files that we store, of lasting models."""
        for name, model in self.env.items():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                own = "dunning_fr" in field._modules
                file = isinstance(field, fields.Binary)
                if own and (isinstance(field, TEXTS) or file) and field.store:
                    yield name, field

    def test_every_text_is_classed(self):
        """A new text or file is entered in ``tools/personal_data.py``."""
        forgotten = []
        ours = list(self._ours())
        self.assertIn("dunning.hold.reason", [f"{n}.{f.name}" for n, f in ours])
        for name, field in ours:
            if field.related or field.compute and field.readonly:
                continue  # a copy of another field
            known = classed(name)
            if known is not None and field.name not in known:
                forgotten.append(f"{name}.{field.name}")
        self.assertEqual(forgotten, [])

    def test_what_is_classed_exists(self):
        for rule in RULES:
            for model, names in PERSONAL[rule].items():
                for name in names:
                    with self.subTest(model=model, field=name):
                        field = self.env[model]._fields[name]
                        self.assertTrue(field.store)
                        self.assertFalse(field.translate, "one column, one text")
        for model, name in DASHED | NUMBERED:
            self.assertIn(name, self.env[model]._fields)

    def test_every_personal_field_has_a_debtor(self):
        for model in {model for rule in RULES for model in PERSONAL[rule]}:
            current = self.env[model]
            with self.subTest(model=model):
                for name in OWNERS[model]:
                    current = self.env[current._fields[name].comodel_name]
                debtor = ("dunning.debtor", "dunning.opening.level")
                self.assertIn(current._name, debtor)

    def test_none_is_erased_twice(self):
        for model in OWNERS:
            both = [set(fields_of(model, rule)) for rule in RULES]
            self.assertFalse(set.intersection(*both))

    def test_evidence_with_a_hash_tells_an_erasure_from_tampering(self):
        for model in PERSONAL[PROOFS]:
            fields_ = self.env[model]._fields
            with self.subTest(model=model):
                if "is_intact" in fields_ or "content_hash" in fields_:
                    self.assertIn("erased_text", fields_)

    def test_what_goes_together_is_sealed_together(self):
        self.assertEqual(set(TOGETHER.values()), {"dunning.notice"})
