import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from .dunning_case_exhibit import KIND_ORDER

# Words of a file's name that tell what it is
NAMES = (
    ("order", r"\b(commande|devis|contrat|bon.de.cde|order|quot\w*|contract)\b"),
    ("delivery", r"\b(livraison|bl|bdl|reception|réception|pv|delivery)\b"),
    ("terms", r"\b(cgv|conditions)\b"),
)
ADMISSIONS = ("acknowledgement", "public_reply")


class DunningExhibitFinder(models.AbstractModel):
    """Finds what Odoo has that proves the claim of a case.

    With the rights of whoever asks: what he may not read is not found. Internal notes
    are never looked at (R10.9), nor what a manager keeps confidential (R6.48).
    """

    _name = "dunning.exhibit.finder"
    _description = "Search for exhibits"

    @api.model
    def _find(self, case):
        """Return [values of ``dunning.case.exhibit``] in the order of the list (H5)."""
        rows = [
            *self._from_debtor(case),
            *self.env["dunning.exhibit.sale.finder"]._find(case),
            *self._from_invoices(case),
            *self._from_notices(case),
            *self._from_promises(case),
            *self._from_events(case),
            *self._from_claim(case),
        ]
        rows += self.env["dunning.exhibit.mail.finder"]._find(case)
        rows += self._from_attachments(case, rows)
        return sorted(rows, key=lambda row: KIND_ORDER[row["kind"]])

    @api.model
    def _row(self, kind, title, date, record, **values):
        """Return the values of one exhibit found at ``record``."""
        return {
            "kind": kind,
            "title": title or record.display_name,
            "date": date or False,
            "origin_model": record._name,
            "origin_id": record.id,
            "source": self._source(record),
            "include": True,
            **values,
        }

    @api.model
    def _source(self, record):
        label = self.env["ir.model"]._get(record._name).name
        return f"{label} {record.display_name}"[:200]

    @api.model
    def _from_debtor(self, case):
        """Documents that a person has attached to the debtor."""
        exhibits = case.debtor_id.exhibit_ids.filtered(
            lambda row: not row.move_ids or row.move_ids & case.move_ids
        )
        files = self._files_of(exhibits, "file")
        return [
            self._row(
                exhibit.kind,
                exhibit.name,
                exhibit.date,
                files[exhibit.id][0],
                source=self._source(exhibit),
            )
            for exhibit in exhibits
            if exhibit.id in files
        ]

    @api.model
    def _files_of(self, records, field=False):
        """Return {record id: attachments} of some records of one model."""
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("res_field", "=", field),
            ],
            order="id",
        )
        return attachments.grouped("res_id")

    @api.model
    def _from_invoices(self, case):
        """Invoices as sent, and the credit notes set against them."""
        labels = {
            "out_refund": self.env._("Credit note %s"),
            "entry": self.env._("Document %s"),
        }
        label = self.env._("Invoice %s")
        partials = case._lines().matched_credit_ids
        notes = partials.credit_move_id.move_id | case.move_ids.reversal_move_ids
        notes = notes.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )
        moves = (case.move_ids | notes).sorted(
            lambda move: (move.invoice_date or move.date, move.name, move.id)
        )
        return [
            self._row(
                "invoice",
                labels.get(move.move_type, label) % move.name,
                move.invoice_date or move.date,
                move,
            )
            for move in moves
            if move.move_type != "entry" or move._dunning_sent_pdf()
        ]

    @api.model
    def _from_notices(self, case):
        """Notices as sent, with what proves their posting and presentation."""
        notices = self.env["dunning.notice"].search(
            [
                ("debtor_id", "=", case.debtor_id.id),
                ("state", "=", "sent"),
                ("line_ids.move_line_id.move_id", "in", case.move_ids.ids),
            ],
            order="date, id",
        )
        scans = self._files_of(notices.receipt_ids, "file")
        return [row for notice in notices for row in self._of_notice(notice, scans)]

    @api.model
    def _of_notice(self, notice, scans):
        kind = "formal" if notice.is_formal_notice else "reminder"
        label = self.env._("Reminder %s")
        if notice.is_formal_notice:
            label = self.env._("Formal notice %s")
        # the day that the letter bears, as the request tells it
        title, day = label % notice.name, notice.date or notice.sent_date
        rows = []
        if notice.attachment_id:
            rows.append(self._row(kind, title, day, notice))
        left = notice.dispatch_ids.filtered(lambda dispatch: dispatch.state == "sent")
        for dispatch in left.filtered("mail_message_id"):
            text = self.env._("%s: e-mail", title)
            message = dispatch.mail_message_id
            rows.append(self._row(kind, text, dispatch.done_on.date(), message))
        for dispatch in left & notice._registered():
            text = self.env._("%s: posting and presentation", title)
            rows.append(self._row(kind, text, notice.posted_date, dispatch))
        for receipt in notice.receipt_ids.filtered(lambda row: row.id in scans):
            labels = receipt._fields["kind"]._description_selection(self.env)
            text = f"{title} – {dict(labels)[receipt.kind]}"
            own = self._source(receipt)
            rows.append(self._row(kind, text, day, scans[receipt.id][0], source=own))
        return rows

    @api.model
    def _from_promises(self, case):
        """Promises and payment plans of the debtor, and the documents with them."""
        holds = case.debtor_id.hold_ids.filtered(
            lambda hold: (
                hold.kind in ("promise", "plan")
                and (not hold.move_ids or hold.move_ids & case.move_ids)
            )
        )
        files, letters = self._files_of(holds), self._files_of(holds.document_ids)
        rows = []
        for hold in holds.sorted("date_from"):
            label = self.env._("Promise to pay of %s")
            if hold.kind == "plan":
                label = self.env._("Payment plan of %s")
            title = label % format_date(self.env, hold.date_from)
            rows.append(self._row("admission", title, hold.date_from, hold))
            rows += [
                self._row("admission", file.name, hold.date_from, file)
                for file in files.get(hold.id, ())
            ]
            rows += [
                self._row("admission", letter.display_name, letter.date, file)
                for letter in hold.document_ids.sorted("date")
                for file in letters.get(letter.id, ())
            ]
        return rows

    @api.model
    def _from_events(self, case):
        """What proves that the limitation was interrupted or suspended."""
        events = self.env["dunning.limitation.event"].search(
            [
                ("debtor_id", "=", case.debtor_id.id),
                ("state", "=", "counted"),
                "|",
                ("move_ids", "=", False),
                ("move_ids", "in", case.move_ids.ids),
            ],
            order="date, id",
        )
        return [
            self._row(
                "admission" if event.kind in ADMISSIONS else "other",
                event.display_name,
                event.date,
                file,
                source=self._source(event),
            )
            for event in events
            for file in event.attachment_ids
        ]

    @api.model
    def _from_claim(self, case):
        title = self.env._("Detailed statement of penalties and interest")
        return [self._row("statement", title, False, case)]

    @api.model
    def _from_attachments(self, case, rows):
        """Files on the invoices, the debtor and the case that are nothing of the above.

        Ticked where their name tells what they are; else a person looks.
        """
        known = {
            row["origin_id"] for row in rows if row["origin_model"] == "ir.attachment"
        }
        known.update(case.move_ids._dunning_sent_pdfs().ids)
        notices = self.env["dunning.notice"].browse(
            [r["origin_id"] for r in rows if r["origin_model"] == "dunning.notice"]
        )
        known.update(notices.attachment_id.ids)
        places = Domain.OR(
            Domain("res_model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            for records in (case.move_ids, case.debtor_id, case)
        )
        found = self.env["ir.attachment"].search(
            places & Domain("res_field", "=", False), order="id"
        )
        return [
            self._file_row(file, *told)
            for file, told in self.env["dunning.exhibit.mail.finder"]
            ._judged(found, case)
            .items()
            if file.id not in known and "xml" not in (file.mimetype or "")
        ]

    @api.model
    def _file_row(self, file, is_open, problem):
        kind = self._kind_of_name(file.name)
        return self._row(
            kind,
            file.name.rpartition(".")[0] or file.name,
            file.create_date.date(),
            file,
            include=is_open and kind != "other",
            **({"problem": problem} if problem else {}),
        )

    @api.model
    def _kind_of_name(self, name):
        words = re.sub(r"[_.\-]+", " ", name.lower())
        return next((kind for kind, sign in NAMES if re.search(sign, words)), "other")
