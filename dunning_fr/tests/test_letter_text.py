import re
from datetime import date

from odoo.tests import freeze_time, tagged

from ..tools.typography import NBSP
from .common_letter import TODAY, LetterCommon

LEVELS = {
    "professional": (0, 1, 2, 3, 4),
    "consumer": (0, 1, 2, 3, 4),
    "non_professional": (0, 1, 2, 3, 4),
    "public": (0, 1, 2, 3),
}
# letters-fr.md, "Jamais, dans aucun courrier" and the "Ne pas écrire" of each level
NEVER = (
    r"saisie\b",
    "huissier",
    "fichage",
    "frais de relance",
    "frais de dossier",
    "frais à votre charge",
    "capitalis",
    r"\bsommation",
    "DGCCRF",
    "liquidation judiciaire",
    "conciliation",
    "sous huitaine",
    "réception de la présente",
)
NEVER_IN = {
    ("professional", 0): ("retard", "impayé", "rappel\\b", "pénalité", "40 €"),
    ("professional", 1): (
        "pénalité",
        "40 €",
        "mise en demeure",
        "contentieux",
        "regret",
    ),
    ("professional", 2): ("à votre charge", "tribunal", "juridiction", "procédure"),
    ("professional", 3): ("intérêt légal", "plainte"),
    ("professional", 4): ("intérêt légal",),
    ("consumer", 0): ("retard", "pénalité", "impayé"),
    ("consumer", 1): ("40 €", "pénalité", "mise en demeure", "art\\."),
    ("consumer", 2): ("40 €", "pénalité", "tribunal", "intérêt au"),
    ("consumer", 3): ("40 €", "BCE", "pénalité", "injonction", "6,84"),
    ("consumer", 4): ("40 €", "BCE", "pénalité", "domicile"),
    ("public", 0): ("intérêts moratoires", "retard"),
    ("public", 1): ("441-10", "pénalité", "contentieux"),
    ("public", 2): ("renoncerons", "prendre position"),
    ("public", 3): ("tribunal de commerce", "injonction", "prendre position"),
}
ENGLISH = r"\b(the|your|invoice|please|payment of|amount|due date|we|still)\b"
FRENCH = r"\b(le|les|votre|vos|facture|nous|règlement|somme|échéance|dû)\b"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestLetterText(LetterCommon):
    """Every text in French and English, for one invoice and for several."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.texts = {}
        for kind, levels in LEVELS.items():
            for count in (1, 2):
                cls._render_chain(kind, levels, count)

    @classmethod
    def _render_chain(cls, kind, levels, count):
        partner = cls._debtor(kind)
        for number in range(count):
            cls._invoice(1000 + number, "2026-07-20", partner, ref=f"PO-{number}")
        for level in levels:
            notice = cls._step(partner, cls._day(kind, level, partner))
            for lang in ("fr_FR", "en_US"):
                notice.sudo()._proof_unlocked().lang = lang
                missing = notice._freeze_text()
                text = (notice.subject, cls._words(notice.body), missing)
                cls.texts[kind, level, count, lang] = text
            cls._send(notice)

    @classmethod
    def _day(cls, kind, level, partner):
        days = {
            "professional": (13, 27, 4, 19, 21),
            "public": (13, 30, 19, 18, 0),
        }.get(kind, (13, 30, 9, 24, 4))
        months = {
            "professional": (7, 7, 8, 8, 9),
            "public": (7, 7, 8, 9, 0),
        }.get(kind, (7, 7, 8, 8, 10))
        return date(2026, months[level], days[level])

    def _each(self, lang=None):
        for key, (subject, body, _missing) in self.texts.items():
            if lang in (None, key[3]):
                yield key, subject, body

    def test_nothing_is_missing_in_any_text(self):
        for key, (_subject, body, missing) in self.texts.items():
            with self.subTest(text=key):
                self.assertEqual(missing, {})
                self.assertTrue(body)

    def test_the_levels_are_those_that_were_asked_for(self):
        """The chain climbed one level at a time: the titles say so."""
        for kind, word in (
            ("professional", "Mise en demeure"),
            ("consumer", "Mise en"),
        ):
            self.assertIn(word, self.texts[kind, 3, 1, "fr_FR"][0])
        self.assertIn("Deuxième rappel", self.texts["professional", 2, 1, "fr_FR"][0])
        self.assertIn("Dernier avis", self.texts["professional", 4, 1, "fr_FR"][0])
        self.assertIn("Délai de paiement", self.texts["public", 2, 1, "fr_FR"][0])

    def test_forbidden_words(self):
        """letters-fr section 0 and the “Ne pas écrire” of every level."""
        for (kind, level, _count, _lang), subject, body in self._each("fr_FR"):
            text = f"{subject} {body}".replace(NBSP, " ")
            same = "consumer" if kind == "non_professional" else kind
            for word in (*NEVER, *NEVER_IN.get((same, level), ())):
                found = re.search(word, text, re.IGNORECASE)
                self.assertIsNone(found, (kind, level, word))

    def test_no_fee_and_no_ecb_rate_for_consumers_and_associations(self):
        """R2.2, R5.14: neither in French nor in English."""
        for (kind, _level, _count, _lang), subject, body in self._each():
            if kind in ("consumer", "non_professional"):
                text = f"{subject} {body}".replace(NBSP, " ")
                for word in ("40 €", "EUR 40", "BCE", "ECB", "441-10", "indemnité"):
                    self.assertNotIn(word, text)

    def test_one_language_in_each_letter(self):
        for (_kind, level, _count, lang), subject, body in self._each():
            text = f"{subject} {body}"
            if lang == "en_US":
                # a formal notice carries its French text too, below
                text = text.partition("the French text prevails")[0]
            foreign = ENGLISH if lang == "fr_FR" else FRENCH
            found = re.search(
                foreign, re.sub("mise en demeure", "", text), re.IGNORECASE
            )
            self.assertIsNone(
                found, found and text[found.start() - 30 : found.end() + 30]
            )
            self.assertEqual(
                "French text prevails" in body, lang == "en_US" and level == 3
            )

    def test_typography_of_french_letters(self):
        breakable = r"\S [:;?!»€%]|[^\s\d][:;?!]\s|(n°|\bart\.|«) |'|\u202f"
        for key, subject, body in self._each("fr_FR"):
            for text in (subject, body):
                self.assertIsNone(re.search(breakable, text), key)

    def test_amount_deadline_and_reference_are_said(self):
        for (kind, level, count, _lang), subject, body in self._each("fr_FR"):
            text = subject + body
            total = "1 000,00 €" if count == 1 else "2 001,00 €"
            if level or kind != "public":
                self.assertIn(total.replace(" ", NBSP), text)
            if level and (kind, level) != ("public", 1):
                self.assertRegex(
                    text, r"(au plus tard|d’ici|avant) le \d+(er)?\s\w+ 2026"
                )
            self.assertIn("REL/2026/", text)
            if (kind, level) not in (("public", 0), ("public", 1), ("public", 2)):
                self.assertIn(f"FR76{NBSP}3000{NBSP}6000", text)

    def test_singular_and_plural(self):
        one = self.texts["professional", 1, 1, "fr_FR"][0]
        several = self.texts["professional", 1, 2, "fr_FR"][0]
        self.assertRegex(
            one, r"^Votre facture [A-Z]+/\S+ du 20\sjuillet 2026\W+règlement"
        )
        self.assertRegex(several, r"^Vos 2 factures échues\W+règlement attendu$")
        body = {count: self.texts["consumer", 2, count, "fr_FR"][1] for count in (1, 2)}
        self.assertIn("la facture suivante, qui reste", body[1])
        self.assertIn("des factures suivantes, qui restent", body[2])
        body = {count: self.texts["public", 1, count, "en_US"][1] for count in (1, 2)}
        self.assertIn("payment request has not been paid", body[1])
        self.assertIn("payment requests have not been paid", body[2])

    def test_what_each_level_claims(self):
        """Announced at level 2, claimed at level 3, updated at level 4 (R1.33)."""
        announced = self.texts["professional", 2, 1, "fr_FR"][1].replace(NBSP, " ")
        self.assertIn(
            "soit 12,40 % au 2e semestre 2026) et une indemnité forfaitaire pour frais "
            "de recouvrement de 40 €",
            announced,
        )
        # 1,000.00 x 12.40 % x 15 / 365
        self.assertIn("elles s’élèvent respectivement à 5,10 € et 40,00 €", announced)
        self.assertIn("ne sont pas comprises dans le total", announced)
        claimed = self.texts["professional", 3, 2, "fr_FR"][1].replace(NBSP, " ")
        for said in ("2 × 40 €80,00 €", "Total exigible2 101,39 €", "L. 441-10, II"):
            self.assertIn(said, claimed)
        self.assertIn("Décompte des intérêts arrêté au 19 août 2026", claimed)

    def test_interest_of_a_consumer_starts_after_presentation(self):
        """R2.3, R2.6: announced without amount, then from the day after it."""
        announced = self.texts["consumer", 3, 1, "fr_FR"][1].replace(NBSP, " ")
        self.assertIn("soit 2,75 % l’an au 2e semestre 2026", announced)
        self.assertNotIn("Intérêts au taux légal du", announced)
        claimed = self.texts["consumer", 4, 1, "fr_FR"][1].replace(NBSP, " ")
        self.assertIn("vous a été présentée le 27 août 2026", claimed)
        self.assertIn("Intérêts au taux légal du 28 août 2026 au 4 octobre", claimed)
        self.assertIn("2,86 €", claimed)  # 1,000.00 x 2.75 % x 38 / 365

    def test_public_buyers_rate_is_that_of_the_first_day(self):
        """R3.6: ECB + 8 of the semester in which interest started."""
        body = self.texts["public", 2, 1, "fr_FR"][1].replace(NBSP, " ")
        self.assertIn(
            "taux de refinancement de la BCE au 1er juillet 2026 majoré de 8 points, "
            "soit 10,40 %",
            body,
        )
        self.assertIn("il ne peut y être renoncé", body)
        formal = self.texts["public", 3, 1, "fr_FR"][1].replace(NBSP, " ")
        self.assertIn("Intérêts moratoires du 21 juillet 2026 au 18 septembre", formal)
        self.assertIn("le représentant de l’État", formal)

    def test_formal_notice_says_of_the_contract_only_what_is_known(self):
        """C3: service done, and a prior claim where there is no CCAG."""
        told = (
            "En exécution du marché 2026-17 (Entretien des toitures), nous",
            "dont le service fait n’a pas été contesté",
            "et une demande préalable de paiement",
            "justificatifs du service fait",
        )
        silent = self.texts["public", 3, 1, "fr_FR"][1].replace(NBSP, " ")
        notice = self._notice("public", 3)
        moves = notice.line_ids.move_line_id.move_id
        moves.write(
            {
                "dunning_market_number": "2026-17",
                "dunning_market_object": "Entretien des toitures",
                "dunning_service_done": True,
                "dunning_ccag": "no",
            }
        )
        notice.invalidate_recordset()
        self._frozen(notice)
        full = self._words(notice.body).replace(NBSP, " ")
        for passage in told:
            self.assertNotIn(passage, silent)
            self.assertIn(passage, full)
        moves.dunning_ccag = "yes"
        notice.invalidate_recordset()
        self._frozen(notice)
        words = self._words(notice.body)
        self.assertNotIn("demande préalable", words)

    def test_non_professionals_have_their_own_words(self):
        """BN: the chair is greeted; no consumer mediator, no budget advice."""
        for level in (2, 3, 4):
            body = self.texts["non_professional", level, 1, "fr_FR"][1]
            self.assertIn("Madame, Monsieur le Président,", body)
            for word in ("médiateur", "Banque de France", "points conseil"):
                self.assertNotIn(word, body)
            consumer = self.texts["consumer", level, 1, "fr_FR"][1]
            self.assertNotIn("Président", consumer)
        self.assertIn("Médiation Conso", self.texts["consumer", 3, 1, "fr_FR"][1])
        self.assertIn(
            "tribunal judiciaire", self.texts["non_professional", 3, 1, "fr_FR"][1]
        )

    def test_reminders_before_are_recalled(self):
        body = self.texts["professional", 3, 1, "fr_FR"][1]
        self.assertIn(
            f"nos rappels des 27{NBSP}juillet 2026 et 4{NBSP}août 2026,", body
        )
        self.assertIn(
            f"présentée le 22{NBSP}août 2026",
            self.texts["professional", 4, 1, "fr_FR"][1],
        )

    def test_formal_notice_abroad_carries_the_french_text(self):
        """EN3: both are sent together, and the letter says which prevails."""
        body = self.texts["professional", 3, 1, "en_US"][1]
        english, french = body.split("the French text prevails.")
        self.assertIn("We hereby give you formal notice", english)
        self.assertIn("nous vous mettons en demeure", french)
