from odoo import models
from odoo.tools.translate import LazyTranslate

from ..reports.exhibit_file import Finding, by_size, examine

_lt = LazyTranslate(__name__)

# What is wrong and what to do about it: code of a ``Finding``: text
PROBLEMS = {
    "": False,
    "empty": _lt("The file is empty: add it again."),
    "gone": _lt("The document is there no more: add it by hand, or untick it."),
    "forbidden": _lt("You may not read it: ask a colleague who may, or untick it."),
    "link": _lt("Only a link: download the document, and add it by hand."),
    "huge": _lt("Larger than 96 MB: split it or make it smaller, and add it by hand."),
    "large": _lt(
        "Larger than 32 MB: in the archive as a file of its own, named on one "
        "page. Make it smaller to have it merged."
    ),
    "pages": _lt(
        "More than 1,000 pages: in the archive as a file of its own, named on one page."
    ),
    "pixels": _lt(
        "The picture is too large to be merged: in the archive as a file of "
        "its own. Scan it at 200 dpi to have it merged."
    ),
    "encrypted": _lt(
        "Protected by a password: save it without one, and add that file by hand."
    ),
    "unreadable": _lt(
        "It cannot be read: open it, print it to a new PDF, and add that file by hand."
    ),
    "kind": _lt(
        "Not a PDF nor a picture: in the archive as a file of its own, named "
        "on one page. Save it as PDF to have it merged."
    ),
    "crowded": _lt(
        "More than 128 MB in one PDF: in the archive as a file of its own, "
        "named on one page. Make the exhibits smaller to have it merged."
    ),
    "full": _lt(
        "More than 192 MB in one file: hand it over on its own, or make the "
        "exhibits smaller."
    ),
    "reprint": _lt("No copy as sent is kept: printed as the invoice is now."),
    "sheet": _lt(
        "The statement lacks something (“Make a document” says what): how the "
        "claim is computed stands in."
    ),
    "failed": _lt(
        "Its pages could not be made: add the document as PDF by hand, or untick it."
    ),
}


class DunningCaseExhibit(models.Model):
    """The file behind an exhibit: found with the rights of whoever asks, and judged."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.case.exhibit"

    def _inspect(self, is_new=False):
        """Write down the pages of each exhibit, and what is wrong with its file.

        :param is_new: what was said where it was found stays, if its file is good
        """
        for exhibit in self.filtered(lambda row: not row._is_made()):
            finding = exhibit._examine()
            told = exhibit.problem if is_new and not finding.reason else None
            exhibit._note(finding, told or None)

    def _note(self, finding, text=None):
        """Keep a ``Finding`` on the row; ``text`` says better what is wrong."""
        # sudo: nobody writes what is found out; the caller may write the case
        self.sudo()._trusted().write(
            {
                "page_count": finding.pages,
                "problem": text or self._problem_text(finding.reason),
                "is_left_out": finding.how == "left_out",
            }
        )

    def _examine(self):
        """Return the ``Finding`` of the exhibit's file, as the user may read it."""
        attachment = self._attachment()
        if not attachment.exists():
            return Finding("left_out", 0, "gone")
        if not attachment.has_access("read"):
            return Finding("left_out", 0, "forbidden")
        if attachment.type == "url":
            return Finding("left_out", 0, "link")
        # the size first: a file of 200 MB is never read
        return by_size(attachment.file_size) or examine(attachment.raw or b"")

    def _found_at(self):
        """Return the record that the exhibit was found at, maybe deleted meanwhile."""
        self.ensure_one()
        if not self.origin_model or self.origin_model not in self.env:
            return None
        return self.env[self.origin_model].browse(self.origin_id)

    def _attachment(self):
        """Return the stored file, empty where there is none (any more)."""
        self.ensure_one()
        origin = self._found_at()
        attachments = self.env["ir.attachment"]
        if self.origin_model == "ir.attachment":
            return origin.exists()
        if self.origin_model == "account.move":
            return origin.exists()._dunning_sent_pdf()
        if self.origin_model in ("dunning.notice", "dunning.document"):
            return origin.exists().attachment_id
        if self.origin_model:
            return attachments
        return attachments.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "file"),
            ],
            limit=1,
        )

    def _is_made(self):
        """Return whether its pages are only made when the court file is built."""
        self.ensure_one()
        if self.origin_model == "account.move":
            return not self._attachment()
        return self.origin_model not in (
            False,
            "ir.attachment",
            "dunning.notice",
            "dunning.document",
        )

    def _is_statement(self):
        """Return whether it is the statement that is made with each file."""
        return self.origin_model == "dunning.case"

    def _problem_text(self, reason):
        """Return what is wrong and what to do about it, for a code of a finding."""
        text = PROBLEMS[reason]
        return text and text._translate(self.env.lang or "en_US")
