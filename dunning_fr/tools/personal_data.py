"""Which fields may speak of a person, and how long each is kept (R10.8).

The one place: whoever adds a text field to a model of ours classes it here, as personal
or as not (``tests/test_personal_data.py`` names those that were forgotten).

>>> fields_of("dunning.dispute.entry", NOTES)
('text',)
>>> fields_of("dunning.rate", PROOFS)
()
"""

# Free text about people: erased some months after everything is paid
NOTES = "notes"
# The dunning log and its proofs: until limitation and title are over
PROOFS = "proofs"
RULES = (NOTES, PROOFS)

PERSONAL = {
    NOTES: {
        "dunning.debtor": ("note", "quiet_reason"),
        "dunning.hold": (
            "reason", "debtor_says", "requested_documents", "promised_by",
            "confidential_note", "mediator", "document_asked", "asked_by",
            "lift_reason",
        ),
        "dunning.phone.call": ("note", "contact_name", "phone"),
        "dunning.snooze": ("note",),
        "dunning.dispute.entry": ("text",),
        "dunning.dispatch": ("outcome_note",),
    },
    PROOFS: {
        "dunning.notice": (
            "recipient_name", "recipient_address", "recipient_email",
            "recipient_phone", "recipient_cc", "subject", "body", "failure_reason",
            "attachment_id",
        ),
        # with their notice: the texts of its channels are part of its seal
        "dunning.dispatch": (
            "recipient", "text", "failure_reason", "bounce_reason", "doubt_reason",
            "doubt_addresses",
        ),
        "dunning.receipt": ("file", "file_name"),
        "dunning.hold.document": (
            "subject", "body", "recipient_name", "recipient_address", "attachment_id",
        ),
        "dunning.limitation.event": ("note", "ended_reason"),
        "dunning.lost.address": ("email", "reason"),
        "dunning.opening.level": ("reason",),
        "dunning.exhibit": ("name", "file", "file_name"),
        "dunning.case": (
            "note", "dispute_statement", "pending_case", "dispute_event",
            "claim_reasons",
        ),
        "dunning.case.decision": ("refused_reason", "document", "document_name"),
        "dunning.case.step": ("note", "document", "document_name"),
        "dunning.case.exhibit": ("title", "source", "problem", "file", "file_name"),
        "dunning.document": (
            "title", "head", "body", "recipient_name", "attachment_id",
        ),
        "dunning.court.file": ("problems", "failure_reason", "pdf_file", "zip_file"),
        "dunning.court.file.line": (
            "title", "source", "problem", "file_name", "content",
        ),
    },
}  # fmt: skip

# Texts that hold for the debtor of today, whenever its record was made
LASTING = ("dunning.debtor",)

# From a record to its debtor: fields to follow, one after the other
OWNERS = {
    "dunning.debtor": (),
    "dunning.hold": ("debtor_id",),
    "dunning.dispute.entry": ("hold_id", "debtor_id"),
    "dunning.hold.document": ("debtor_id",),
    "dunning.phone.call": ("debtor_id",),
    "dunning.snooze": ("debtor_id",),
    "dunning.dispatch": ("notice_id", "debtor_id"),
    "dunning.notice": ("debtor_id",),
    "dunning.receipt": ("notice_id", "debtor_id"),
    "dunning.limitation.event": ("debtor_id",),
    "dunning.lost.address": ("notice_id", "debtor_id"),
    "dunning.opening.level": (),  # by its customer: it has no debtor
    "dunning.exhibit": ("debtor_id",),
    "dunning.case": ("debtor_id",),
    "dunning.case.decision": ("case_id", "debtor_id"),
    "dunning.case.step": ("case_id", "debtor_id"),
    "dunning.case.exhibit": ("case_id", "debtor_id"),
    "dunning.document": ("case_id", "debtor_id"),
    "dunning.court.file": ("case_id", "debtor_id"),
    "dunning.court.file.line": ("file_id", "case_id", "debtor_id"),
}
# Discussions of these hold messages, files and tasks about the debtor
THREADS = (
    "dunning.debtor", "dunning.hold", "dunning.limitation.event", "dunning.case",
)  # fmt: skip
# Erased together with a record that has a line of its own
TOGETHER = {(PROOFS, "dunning.dispatch"): "dunning.notice"}
# The database wants a text there, though the field is not required
DASHED = {("dunning.limitation.event", "ended_reason")}
# … and each a different one
NUMBERED = {("dunning.lost.address", "email")}

# Marks in a debtor's log: what was said in a call, and that something was erased
CALL_MARK, PURGE_MARK = "o_dunning_call", "o_dunning_purge"

# Kept with the accounts for ten years (C. com. L123-22): nothing here touches them
ACCOUNTS = {
    "account.move": ("dunning_market_number", "dunning_market_object"),
    "account.move.line": ("dunning_document",),
    "dunning.bad.debt": (
        "facts", "duplicate_file_name", "proof_file_name", "reversed_reason",
        "move_name", "document_key", "duplicate_file", "proof_file", "vat_detail",
    ),
    "dunning.charge": (
        "waive_reason", "move_name", "document_key", "indemnity_document",
    ),
    "dunning.intake": ("move_name", "document"),
    "dunning.return": ("reason", "proof", "move_name", "document_key"),
}  # fmt: skip

# Codes, numbers, names of documents, hashes; texts of the law, of the company itself
# and of its letters before they are addressed to anybody
NOT_PERSONAL = {
    "dunning.case": (
        "name", "court_name", "court_reference", "competent_court",
        "offered_discount", "claim_rank", "ccag_name", "ccag_article",
    ),
    "dunning.case.decision": ("reference",),
    "dunning.case.exhibit": ("origin_model",),
    "dunning.case.step": ("code", "name"),
    "dunning.channel": "*",
    "dunning.court": "*",
    "dunning.court.file": ("name", "pdf_name", "zip_name", "pdf_sha256", "zip_sha256"),
    "dunning.court.file.line": ("number", "extension"),
    "dunning.debtor": ("insurer", "solvency_source", "register_source"),
    "dunning.behaviour": "*",
    "dunning.dispatch": ("message_id", "not_attached"),
    "dunning.dispute.category": "*",
    "dunning.document": ("name", "kind", "sha256"),
    "dunning.document.kind": "*",
    "dunning.hold": ("court_name", "source", "insurer_reference"),
    "dunning.hold.document": ("name", "lang", "sha256", "tracking_number"),
    "dunning.item": "*",
    "dunning.level": "*",
    "dunning.loss.event": "*",
    "dunning.notice": ("name", "lang", "content_hash", "tracking_number"),
    "dunning.notice.line": "*",
    "dunning.opening.level": (
        "move_name", "document_key", "channel", "tracking_number",
    ),
    "dunning.parameter": "*",
    "dunning.policy": "*",
    "dunning.procedure": "*",
    "dunning.procedure.condition": "*",
    "dunning.procedure.cost": "*",
    "dunning.procedure.step": "*",
    "dunning.purge": "*",
    "dunning.purge.line": "*",
    "dunning.rate": "*",
    "dunning.receipt": ("sha256",),
    "dunning.run": "*",
    "dunning.watch": "*",
    "res.company": "*",
}  # fmt: skip


def fields_of(model, rule):
    """Return the names of the personal fields of a model that a rule erases."""
    return PERSONAL[rule].get(model, ())


def classed(model):
    """Return the fields of a model that are classed, or None: all of them."""
    if NOT_PERSONAL.get(model) == "*":
        return None
    known = {*NOT_PERSONAL.get(model, ()), *ACCOUNTS.get(model, ())}
    return known.union(*(fields_of(model, rule) for rule in RULES))
