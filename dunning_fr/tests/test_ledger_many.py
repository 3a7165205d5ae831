"""2,000 documents of a random ledger, each against a count day by day."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from .common_random_ledger import (
    CURRENCIES,
    FIRST,
    PLACES,
    TODAY,
    RandomLedgerCommon,
)
from .slow_claim import Choices, SlowClaims

SEED = 20261122
CUSTOMERS = 402  # of five invoices each

CHOICES = [
    Choices(),
    Choices(day_basis="actual"),
    Choices(below_floor="raise"),
    Choices(default_respects_floor=True),
    Choices(fee_per="instalment"),
    Choices(rate_mode="frozen_at_due_date"),
    Choices("actual", "frozen_at_due_date", "principal_first", "raise", True),
    Choices(imputation="interest_first"),
    Choices("actual", "per_semester", "interest_first", "ignore", True, "instalment"),
]
FIELDS = {
    "dunning_day_basis": "day_basis",
    "dunning_rate_mode": "rate_mode",
    "dunning_imputation": "imputation",
    "dunning_rate_below_floor": "below_floor",
    "dunning_default_respects_floor": "default_respects_floor",
    "dunning_fee_per": "fee_per",
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTwoThousandDocuments(RandomLedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._write_ledger(SEED, CUSTOMERS)
        cls.rates = {
            rate.date_from: (Decimal(str(rate.ecb_rate)), Decimal(str(rate.legal_rate)))
            for rate in cls.env["dunning.rate"].search([])
        }

    def _compare(self, stories, choices, as_of):
        """Return (what was claimed of ``stories``, what should not have been)."""
        for name, option in FIELDS.items():
            self.company[name] = getattr(choices, option)
        slow = SlowClaims(self.rates, choices, as_of)
        ids = [line_id for story in stories for line_id in story.line_ids]
        claims = self.env["dunning.claim"]._for_lines(ids, as_of)
        self.assertEqual(len(claims), len(ids))
        wrong = []
        for story in stories:
            expected = [
                self._expected(story, counted) for counted in slow.of(story.document)
            ]
            found = [
                (claims[id_].interest, claims[id_].indemnity, claims[id_].principal)
                for id_ in story.line_ids
            ]
            if found != expected:
                case = f"as of {as_of}, {choices}: {story}"
                wrong.append(f"{case}\nfound {found}\nexpected {expected}")
        return list(claims.values()), wrong

    def _expected(self, story, counted):
        places, fee = PLACES[story.currency], Decimal(0)
        if counted.owes_fee:
            fee = round(40 * Decimal(str(CURRENCIES[story.currency])), places)
        return (
            Decimal(counted.interest).scaleb(-places),
            fee,
            Decimal(counted.principal).scaleb(-places),
        )

    def test_each_document_as_counted_day_by_day(self):
        """R1.3-R1.28, R2.2-R2.7, R3.2-R3.10, R6.41: interest, 40 €, principal."""
        dice = random.Random(SEED)
        self.assertGreaterEqual(len(self.stories), 2000)
        claims, wrong = [], []
        for place, choices in enumerate(CHOICES):
            own = self.stories[place :: len(CHOICES)]
            for half in (own[::2], own[1::2]):
                as_of = FIRST + timedelta(
                    days=dice.randint(400, (TODAY - FIRST).days + 40)
                )
                found, mistakes = self._compare(half, choices, as_of)
                claims += found
                wrong += mistakes
        self.assertEqual(
            len(wrong), 0, "the shortest: " + min(wrong, key=len, default="")
        )
        self.assertGreater(sum(claim.interest > 0 for claim in claims), 1000)
        self.assertGreater(sum(claim.indemnity > 0 for claim in claims), 500)

    def test_the_sheet_classes_as_the_claim_does(self):
        """One source of truth: the claim's reductions, with natures and entries."""
        lines = [id_ for story in self.stories for id_ in story.line_ids]
        reductions = self.env["dunning.reduction"]
        plain, traced = reductions._of_lines(lines), reductions._traced(lines)
        self.assertEqual(  # of one day, in any order
            {id_: sorted(row[:3] for row in rows) for id_, rows in traced.items()},
            {id_: sorted(rows) for id_, rows in plain.items()},
        )
        self.assertGreater(len(plain), 1000)
        for story in self.stories:
            told = zip(story.line_ids, story.document.instalments, strict=True)
            for line_id, instalment in told:
                matched = [p for p in instalment.parts if p.nature != "unmatched"]
                self.assertEqual(
                    # the story calls a loss what it is to interest: a gesture
                    Counter(
                        row.nature.replace("loss", "gesture")
                        for row in traced.get(line_id, ())
                    ),
                    Counter(part.nature for part in matched),
                    story,
                )

    def test_the_ledger_holds_every_kind_of_story(self):
        """Else the comparison above would prove less than it says."""
        seen = Counter()
        for story in self.stories:
            document = story.document
            seen[document.kind] += 1
            seen[story.currency] += 1
            seen[f"{len(document.instalments)} instalments"] += 1
            for name in ("contract", "term_start", "suspension", "presented", "served"):
                seen[name] += bool(getattr(document, name))
            for name in ("stop", "foreign", "no_claim", "pauses"):
                seen[name] += bool(getattr(document, name))
            for one in document.instalments:
                seen.update(part.nature for part in one.parts)
        few = {name: number for name, number in seen.items() if number < 20}
        self.assertFalse(few, seen)
        self.assertEqual(len(seen), 5 + 4 + 3 + 9 + 4, seen)
