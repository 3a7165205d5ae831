import tempfile
import zipfile

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..reports.calculation_xlsx import calculation_xlsx
from ..reports.court_page import list_pages, text_pages
from ..reports.court_pdf import CourtPdf
from ..reports.exhibit_file import open_pdf
from ..tools.file_names import safe_name

# Kinds of documents that the exhibits go with, in front of them
ACTS = ("injonction", "petites_creances", "declaration", "prefect", "memoire")
PDF, ZIP = "application/pdf", "application/zip"


class DunningCourtFile(models.Model):
    """The last part of building: numbers, list of exhibits, merged PDF and archive."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.court.file"

    def _finish(self):
        """Put the exhibits together and keep the result for good."""
        lines = self.line_ids._handed_over()
        if not lines:
            raise UserError(
                self.env._("No exhibit can be handed over:\n%s", self._problem_lines())
            )
        self.line_ids._set_numbers()
        # in French where it can: it goes to a French court
        front = self._as_asked(self)._front()
        self._merge(front, lines)
        sheet, trouble = self._claim_sheet()
        self._pack(front, lines, sheet)
        problems = [self._problem_lines(), trouble]
        self.write(
            {
                "state": "ready",
                "progress": 100,
                "built_on": fields.Datetime.now(),
                "exhibit_count": len(lines),
                "problems": "\n".join(filter(None, problems)),
            }
        )
        self.line_ids._held().unlink()
        self._log_ready()

    def _problem_lines(self):
        """Say what was left out or stands on its own, one line each."""
        return "\n".join(
            self.env._("%(name)s: %(detail)s", name=line.title, detail=line.problem)
            for line in self.line_ids
            if line.problem
        )

    def _log_ready(self):
        self.case_id._message_log(
            body=self.env._(
                "Court file built: %(name)s, %(exhibits)s exhibits, %(pages)s pages. "
                "SHA-256 of the PDF %(pdf)s, of the archive %(zip)s.",
                name=self.name,
                exhibits=self.exhibit_count,
                pages=self.page_count,
                pdf=self.pdf_sha256,
                zip=self.zip_sha256,
            )
        )

    # ---------------------------------------------------------------- the pieces

    def _front(self):
        """Return [(title, PDF)] of what bears no number: acts, list of exhibits."""
        acts = self.case_id.document_ids.filtered(
            lambda document: document.is_last and document.kind in ACTS
        )
        front = [(act.title, act._raw()) for act in acts.sorted("number")]
        return [*front, (self.env._("List of exhibits"), self._listing())]

    def _listing(self):
        """Return the list of exhibits: the document of the case, or a plain one.

        The document lists what the case has now: a plain list stands in when somebody
        has changed that since the file was asked for, or when the document lacks
        something.
        """
        lines = self.sudo().line_ids._handed_over()  # sudo: what was made for the user
        rows = self.case_id.exhibit_ids._handed_over()
        told = [(row.number, row.title, row.date, row.page_count) for row in rows]
        if told == [(at.number, at.title, at.date, at.page_count) for at in lines]:
            pages = self.case_id._document_pages("exhibits", self.date)
            if pages:
                return pages
        return self._list_of_exhibits()

    def _list_of_exhibits(self):
        """Return the PDF of the list of exhibits, with their pages (H5).

        What is expected and not there is not in it: this is the copy handed over.
        """
        case, company = self.case_id, self.company_id
        lines = self.sudo().line_ids._handed_over()  # sudo: what was made for the user
        rows = [
            (
                line.number,
                line.title,
                format_date(self.env, line.date) if line.date else "",
                str(line.page_count),
            )
            for line in lines
        ]
        heads = (
            self.env._("No."),
            self.env._("Exhibit"),
            self.env._("Date"),
            self.env._("Pages"),
        )
        pages = sum(lines.mapped("page_count"))
        parties = f"{company.name} / {case.partner_id.display_name}"
        signed = self.env._(
            "Certified true, in %(place)s, on %(day)s",
            place=company.city or "",
            day=format_date(self.env, self.date),
        )
        signatory = [company.dunning_signatory_name, company.dunning_signatory_title]
        return list_pages(
            self.env._("LIST OF EXHIBITS"),
            f"{case.name} : {parties}",
            heads,
            rows,
            (self.env._("Total"), str(pages)),
            [signed, ", ".join(filter(None, signatory))],
        )

    def _merge(self, front, lines):
        """Keep the merged PDF: acts and list, then each exhibit, numbered."""
        here = self._as_asked(self)
        total = sum(_page_count(content) for _title, content in front)
        total += sum(lines.mapped("page_count"))
        whole = CourtPdf(self.name, lambda page: here._foot(page, total))
        for title, content in front:
            whole.add(content, title)
        for line in lines:
            stamp = here.env._("Exhibit no. %s", line.number)
            line.first_page = whole.count + 1
            content = line._held().raw
            if line.how == "separate":
                content = self._as_asked(self)._naming_page(line)
            group = here._group_of(line.number, line.kind)
            whole.add(content, f"{line.number} – {line.title}", stamp, group)
        name = f"{safe_name(self.name)}.pdf"
        with tempfile.TemporaryFile() as target:
            whole.save(target)
            target.seek(0)
            content = target.read()
        self._store("pdf_file", name, content, PDF)
        digest = self._digest(content)
        self.write({"pdf_name": name, "pdf_sha256": digest, "page_count": whole.count})

    def _foot(self, page, total):
        """Return what stands at the foot of a page."""
        return self.env._(
            "%(case)s – page %(page)s/%(total)s",
            case=self.case_id.name,
            page=page,
            total=total,
        )

    def _group_of(self, number, kind):
        """Return the bookmark above exhibits that share a number, if they do."""
        place, _dot, own = number.partition(".")
        labels = self.env["dunning.case.exhibit"]._fields["kind"]
        label = dict(labels._description_selection(self.env))[kind]
        return own and self.env._("%(number)s – %(kind)s", number=place, kind=label)

    def _naming_page(self, line):
        """Return the page that stands in the PDF for a file of its own."""
        facts = [
            (self.env._("Exhibit"), line.title),
            (self.env._("File"), line._name_in_archive()),
            (self.env._("Size"), self.env._("%s KB", -(-line.size // 1024))),
        ]
        title = self.env._("Exhibit no. %s", line.number)
        text = self.env._("This exhibit is handed over as a file of its own.")
        return text_pages(title, facts, text)

    def _claim_sheet(self):
        """Return (bytes of the calculation as XLSX, "") or (None, what is wrong)."""
        case = self._as_asked(self.case_id)
        try:
            with self.env.cr.savepoint():
                sections = case.move_ids._dunning_calculation_sheet(
                    self.date, case.env.lang, case.partner_id
                )
                return calculation_xlsx(case.env, sections), ""
        except UserError as error:
            return None, self.env._("Calculation (XLSX): %s", error)

    def _pack(self, front, lines, sheet):
        """Keep the archive: the list, each exhibit as it is, the calculation."""
        here = self._as_asked(self)
        name = f"{safe_name(self.name)}.zip"
        with tempfile.TemporaryFile() as target:
            # PDFs are compressed already
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
                for place, (title, content) in enumerate(front):
                    sign = chr(ord("a") + place) if len(front) > 1 else ""
                    _put(archive, f"00{sign} {safe_name(title)}.pdf", content)
                for line in lines:
                    line.file_name = line._name_in_archive()
                    _put(archive, line.file_name, line._held().raw)
                if sheet:
                    title = here.env._("Calculation of interest and indemnities")
                    _put(archive, f"{safe_name(title)}.xlsx", sheet)
            target.seek(0)
            content = target.read()
        self._store("zip_file", name, content, ZIP)
        self.write({"zip_name": name, "zip_sha256": self._digest(content)})


def _put(archive, name, content):
    # a date of its own, not the server's clock: the record says when it was built
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _page_count(content):
    return open_pdf(content).getNumPages()
