"""What the last run of the demo did, for a terminal; its letters, for a folder."""

import re
import unicodedata

from odoo.tools import formatLang

NAME_WIDTH = 34
REASON_WIDTH = 96

WORDS = {
    "en": {
        "title": "Run of {date}: {sent} of {count} notices have left",
        "kinds": {
            "professional": "professional",
            "non_professional": "non-profess.",
            "consumer": "consumer",
            "public": "public",
            False: "to qualify",
        },
        "states": {
            "draft": "stays here",
            "queued": "to post",
            "sent": "sent",
            "failed": "failed",
            "unknown": "unknown",
            "cancelled": "cancelled",
        },
        "sent": ("Level", "Customer", "Kind", "Asked for", "By", "State"),
        "trouble": "What did not leave, and why:",
        "left": "Left alone: {count} customers",
        "left_head": ("Customer", "Owed", "Why"),
        "before": "before due",
        "to_post": "to post",
    },
    "fr": {
        "title": "Campagne du {date} : {sent} relances parties sur {count}",
        "kinds": {
            "professional": "professionnel",
            "non_professional": "non-profess.",
            "consumer": "consommateur",
            "public": "public",
            False: "à qualifier",
        },
        "states": {
            "draft": "retenue",
            "queued": "à poster",
            "sent": "envoyée",
            "failed": "en échec",
            "unknown": "inconnu",
            "cancelled": "annulée",
        },
        "sent": ("Niveau", "Client", "Qualité", "Demandé", "Par", "État"),
        "trouble": "Ce qui n'est pas parti, et pourquoi :",
        "left": "Laissés en paix : {count} clients",
        "left_head": ("Client", "Dû", "Pourquoi"),
        "before": "pré-relance",
        "to_post": "à poster",
    },
}


def table(run, language="en"):
    """Return the text of the whole answer: who was reminded, who was not, why."""
    words = WORDS[language]
    notices = run.notice_ids.sorted(
        lambda notice: (-notice.level_id.sequence, notice.partner_id.name)
    )
    parted = notices.filtered(lambda notice: notice.state == "sent")
    title = words["title"].format(date=run.date, sent=len(parted), count=len(notices))
    parts = [title, _sent_table(notices, words)]
    trouble = notices.filtered("failure_reason")
    if trouble:
        parts += [words["trouble"], _trouble(trouble)]
    left = _left_alone(run)
    count = len({row[0] for row in left})
    parts.append(words["left"].format(count=count))
    parts.append(_aligned([words["left_head"], *left], right={1}))
    return "\n\n".join(["", *parts, ""])


def _sent_table(notices, words):
    rows = [
        (
            _level(notice, words),
            _short(notice.partner_id.name),
            words["kinds"][notice.debtor_kind],
            _money(notice.env, notice.amount_total, notice.currency_id),
            ", ".join(notice.dispatch_ids.mapped("channel_id.name")) or "–",
            _state(notice, words),
        )
        for notice in notices
    ]
    return _aligned([words["sent"], *rows], right={3})


def _state(notice, words):
    """The state, and the letter that waits for a person to post it."""
    said = words["states"][notice.state]
    waits = notice.dispatch_ids.filtered(
        lambda dispatch: dispatch.state == "ready" and dispatch.channel_code != "email"
    )
    return f"{said}, {words['to_post']}" if waits and notice.state == "sent" else said


def _level(notice, words):
    if notice.is_pre_reminder:
        return words["before"]
    return f"{notice.level_id.sequence} {_short(notice.level_id.name, 18)}"


def _trouble(notices):
    return "\n".join(
        f"  {_short(notice.partner_id.name)}: "
        + _short(" ".join(notice.failure_reason.split()), 150)
        for notice in notices
    )


def _left_alone(run):
    """Return (customer, owed, reason) of what is overdue and was not reminded."""
    env = run.env
    codes = {
        line: group["code"]
        for group in run.left_out or ()
        if group["code"] != "for_information"  # they stand on a notice
        for line in group["line_ids"]
    }
    rows = {}
    owed = env["account.move.line"].browse(codes)
    for partner, lines in owed.grouped("partner_id").items():
        answers = _debtor(env, partner).explain(run.date)
        told = {answer["move_line_id"]: answer for answer in answers}
        for line in lines:
            reason = _reason(env, codes[line.id], told.get(line.id))
            key = (partner.name, reason, line.currency_id)
            rows[key] = rows.get(key, 0) + line.amount_residual_currency
    return [
        (_short(name), _money(env, amount, currency), _short(reason, REASON_WIDTH))
        for (name, reason, currency), amount in sorted(
            rows.items(), key=lambda row: row[0][:2]
        )
    ]


def _reason(env, code, told):
    """The sentence of the debtor's screen, if it is still what the run found."""
    if told and told["code"] == code:
        return told["reason"]
    return env["dunning.engine"]._reason_label(code)


def _debtor(env, partner):
    debtors = env["dunning.debtor"].with_context(active_test=False)
    return debtors.search([("partner_id", "=", partner.id)], limit=1)


def write_letters(env, folder):
    """Write the PDFs of all runs to ``folder``; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    notices = env["dunning.notice"].search([("attachment_id", "!=", False)], order="id")
    for notice in notices:
        (folder / f"{_file_name(notice)}.pdf").write_bytes(notice.attachment_id.raw)
    return len(notices)


def _file_name(notice):
    """Sorted by day, then by level: 2026-11-20_3_menuiserie-faure_REL-2026-000112."""
    name = unicodedata.normalize("NFKD", notice.partner_id.name)
    name = re.sub(r"[^a-z0-9]+", "-", name.encode("ascii", "ignore").decode().lower())
    number = notice.name.replace("/", "-")
    return f"{notice.date}_{notice.level_id.sequence}_{name[:40].strip('-')}_{number}"


# ---------------------------------------------------------------------- layout


def _money(env, amount, currency):
    return " ".join(formatLang(env, amount, currency_obj=currency).split())


def _short(text, width=NAME_WIDTH):
    text = text or ""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _aligned(rows, right=()):
    """Return ``rows`` as a table, its first row underlined.

    >>> print(_aligned([("a", "b"), ("cc", "10")], right={1}))
      a    b
      --  --
      cc  10
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows = [rows[0], tuple("-" * width for width in widths), *rows[1:]]
    return "\n".join(
        "  "
        + "  ".join(
            text.rjust(width) if index in right else text.ljust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
