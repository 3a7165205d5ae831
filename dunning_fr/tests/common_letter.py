import re
from datetime import timedelta

from lxml import html

from odoo import fields

from .common import DunningCommon

TODAY = "2026-11-22"  # the class is frozen here; letters are of the months before
DUE = "2026-07-20"


class LetterCommon(DunningCommon):
    """Notices at any level, made by real runs over real invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("en_US", "fr_FR"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env["ir.module.module"]._load_module_terms(["dunning_fr"], ["fr_FR"])
        cls.env.user.lang = "en_US"
        for policy in cls.policies.values():
            texts = {"professional": "a", "public": "c"}
            letter = texts.get(policy.default_for_kind, "b")
            policy.write(
                {
                    "pre_reminder": True,
                    "pre_reminder_min_amount": 0,
                    "pre_reminder_template_id": cls.env.ref(
                        f"dunning_fr.mail_template_{letter}0"
                    ).id,
                }
            )

    @classmethod
    def _debtor(cls, kind, lang="fr_FR", **values):
        names = {
            "professional": "Durand & Fils SARL",
            "consumer": "Jeanne Moreau",
            "non_professional": "Syndicat du 5 rue Haute",
            "public": "Commune de Saint-Cyr",
            None: "Lambert et Cie",
        }
        values.setdefault("name", names[kind])
        public = "local" if kind == "public" else False
        return cls._customer(kind=kind, lang=lang, public_buyer_type=public, **values)

    @classmethod
    def _notice(cls, kind, level, lang="fr_FR", count=1, partner=None, **values):
        """Return the draft notice of ``level`` for ``count`` invoices due alike."""
        partner = partner or cls._debtor(kind, lang)
        for number in range(count):
            cls._invoice(1000 + number, DUE, partner, ref=f"PO-{number // 4}", **values)
        if level == 0:
            return cls._step(partner, fields.Date.to_date(DUE) - timedelta(days=7))
        policy = cls.policies[kind or "professional"]
        notice = cls.env["dunning.notice"]
        for step in policy.level_ids.filtered(lambda step: step.sequence <= level):
            if step.delay_from == "due_date":
                day = fields.Date.to_date(DUE) + timedelta(days=step.delay_days)
            else:
                day = notice.deadline_date + timedelta(days=20)
            cls._send(notice)
            notice = cls._step(partner, day)
        return notice

    @classmethod
    def _step(cls, partner, day):
        """Return what the rules propose to ``partner`` on ``day``, as a draft."""
        engine = cls.env["dunning.engine"]
        assessed = engine._assess(cls.company, day, partner.ids, by_person=True)
        return (
            cls.env["dunning.notice"]
            .sudo()
            ._insert_proposals(
                cls.company, day, assessed.proposals, assessed.assessment.facts.keys
            )
            .with_env(cls.env)
        )

    @classmethod
    def _send(cls, notices):
        """Leave ``notices`` as the worker and the post do."""
        for notice in notices.sudo()._proof_unlocked():
            presented = notice.date + timedelta(days=3)
            formal = notice.is_formal_notice
            notice.write({"state": "sent", "presented_date": formal and presented})
        cls.env.flush_all()

    @classmethod
    def _frozen(cls, notices):
        """Freeze recipient and text as an approval does; return the notices."""
        drafts = notices.sudo()._proof_unlocked()
        drafts._freeze_recipients()
        missing = drafts.with_env(cls.env)._freeze_text()
        assert not missing, missing
        return notices

    @staticmethod
    def _words(body):
        """Return the text of a body as a reader sees it; no-break spaces kept."""
        text = html.fromstring(f"<div>{body}</div>").text_content()
        return re.sub(r"[ \n\t]+", " ", text).strip()
