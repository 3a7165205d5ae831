"""The policies a French company starts with; everything stays editable.

Delays and amounts are product choices; channels and claim flags are those of the
letters themselves: what each level asks for depends on the law of the debtor.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Texts are mail templates named by external id; see data/mail_template_*.xml.
# level: (name, delay, from, channels, claims interest, claims indemnity, min amount)
_DUE, _EXPIRY = "due_date", "formal_notice_expiry"
_COMMON_NAMES = (
    _lt("Friendly reminder"),
    _lt("Firm reminder"),
    _lt("Formal notice"),
    _lt("Final notice"),
)
_MIN_AMOUNTS = (0, 0, 50, 150)

DEFAULTS = {
    "professional": {
        "name": _lt("Professionals"),
        "deadline_days": 8,
        "pre_reminder": True,
        "pre_reminder_min_amount": 1000,
        "texts": "mail_template_a",
        "levels": (
            (7, _DUE, ("email",), "none", "none"),
            (15, _DUE, ("email",), "announced", "announced"),
            (30, _DUE, ("registered_letter", "email"), "claimed", "claimed"),
            (5, _EXPIRY, ("letter", "email"), "claimed", "claimed"),
        ),
    },
    "non_professional": {
        "name": _lt("Non-professional legal persons"),
        "deadline_days": 15,
        "texts": "mail_template_b",
        "levels": (
            (10, _DUE, ("email",), "none", "none"),
            (20, _DUE, ("email",), "none", "none"),
            (35, _DUE, ("registered_letter",), "announced", "none"),
            (5, _EXPIRY, ("letter",), "claimed", "none"),
        ),
    },
    "consumer": {
        "name": _lt("Consumers"),
        "deadline_days": 15,
        "texts": "mail_template_b",
        "levels": (
            (10, _DUE, ("email",), "none", "none"),
            (20, _DUE, ("email",), "none", "none"),
            (35, _DUE, ("registered_letter",), "announced", "none"),
            (5, _EXPIRY, ("letter",), "claimed", "none"),
        ),
    },
    # The fourth public level is the mémoire en réclamation: a court document, not
    # a reminder. The third is drafted by a person only (R3.18).
    "public": {
        "name": _lt("Public buyers"),
        "deadline_days": 30,
        "texts": "mail_template_c",
        "levels": (
            (10, _DUE, ("email",), "none", "none"),
            (30, _DUE, ("email", "letter"), "announced", "announced"),
            (60, _DUE, ("registered_letter",), "claimed", "claimed"),
        ),
    },
}


def level_values(kind, channel_ids, template_ids):
    """Return the values of the default levels of ``kind``.

    :param channel_ids: {channel code: record id}
    :param template_ids: {template external name: record id}; a level whose text is
        not there yet is made without channels
    """
    default = DEFAULTS[kind]
    values = []
    for index, (delay, delay_from, channels, interest, indemnity) in enumerate(
        default["levels"]
    ):
        template = template_ids.get(f"{default['texts']}{index + 1}")
        values.append(
            {
                "name": _COMMON_NAMES[index]._translate("en_US"),
                "sequence": index + 1,
                "delay_days": delay,
                "delay_from": delay_from,
                "min_interval_days": 7,
                "min_amount": _MIN_AMOUNTS[index],
                "deadline_days": default["deadline_days"],
                "is_formal_notice": index == 2,
                "by_person_only": kind == "public" and index == 2,
                "claims_interest": interest,
                "claims_indemnity": indemnity,
                "template_id": template,
                "channels": [channel_ids[code] for code in channels]
                if template
                else [],
            }
        )
    return values


def names_in(lang):
    """Return {English name: its translation} of the default policies and levels."""
    names = [*_COMMON_NAMES, *(default["name"] for default in DEFAULTS.values())]
    return {name._translate("en_US"): name._translate(lang) for name in names}
