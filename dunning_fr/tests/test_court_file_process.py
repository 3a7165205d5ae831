"""Court files built by real processes: killed in the middle, with the PDF engine."""

from pathlib import Path

from .process_case import ProcessCase

NEW_CASE = """
import base64, io
from reportlab.pdfgen import canvas

def paper(text):
    target = io.BytesIO()
    sheet = canvas.Canvas(target)
    sheet.drawString(72, 400, text)
    sheet.save()
    return target.getvalue()

moves = env["account.move"]
partner = customer(NAME)
for number in range(COUNT):
    move = invoice(partner, amount=100 + number)
    if number < SENT:
        move.message_main_attachment_id = env["ir.attachment"].create({
            "name": "sent.pdf", "raw": paper("As sent %s" % move.name),
            "res_model": "account.move", "res_id": move.id,
        })
    moves += move
ids = env["dunning.debtor"]._ensure(env.company, partner.ids)
case = env["dunning.case"].create({
    "debtor_id": ids[partner.id],
    "procedure_id": env["dunning.procedure"]._by_code("injonction").id,
    "move_ids": moves.ids,
    "date": DAY,
})
case.action_build_file()
env.cr.commit()
result(case.id)
"""
TELL = """
env.invalidate_all()
file = env["dunning.case"].browse(CASE).court_file_ids[:1]
result({
    "state": file.state,
    "progress": file.progress,
    "pages": file.page_count,
    "exhibits": file.exhibit_count,
    "intact": file.is_intact,
    "problems": file.problems or "",
    "made": {line.title: line.write_date.isoformat() for line in file.line_ids
             if line.how},
    "held": len(file.line_ids._held()),
    "documents": len(file.case_id.document_ids),
    "invoices": len(env["ir.attachment"].search([
        ("res_model", "=", "account.move"),
        ("res_id", "in", file.case_id.move_ids.ids),
        ("res_field", "!=", "nothing"),
    ])),
})
"""
TEXTS = """
import io
from odoo.tools.pdf import PdfFileReader
file = env["dunning.case"].browse(CASE).court_file_ids[:1]
reader = PdfFileReader(io.BytesIO(file._stored("pdf_file").raw))
result([page.extract_text() for page in reader.pages])
"""
WORK = 'env["dunning.court.file"]._process_queue()'


class TestCourtFileProcess(ProcessCase):
    def _case(self, name, count, sent):
        head = f"NAME, COUNT, SENT = {name!r}, {count}, {sent}\n"
        self.case = self.main.run(head + NEW_CASE)

    def _tell(self, code=TELL):
        return self.main.run(f"CASE = {self.case}\n{code}")

    def test_killed_in_the_middle_it_goes_on_from_there(self):
        """What was made stays; nothing is lost, nothing is twice in the file."""
        self._case("Killed", 12, 12)
        busy = Path(self.folder, "busy")
        self.engine(f"touch {busy}; sleep 120")
        worker = self.actor()
        worker.send(WORK)
        self.wait_for(busy.exists)
        before = self._tell()
        self.assertEqual((before["state"], len(before["made"])), ("building", 12))
        self.assertEqual(before["progress"], 95 * 12 // 13)
        worker.kill()
        self.actors.remove(worker)
        self.engine('exec {real} "$@"')
        self.main.run(WORK)
        after = self._tell()
        self.assertEqual((after["state"], after["exhibits"]), ("ready", 13), after)
        self.assertTrue(after["intact"])
        self.assertEqual(after["held"], 0)
        texts = self._tell(TEXTS)
        self.assertEqual(len(texts), after["pages"])
        sent = [text for text in texts if "As sent" in text]
        self.assertEqual(len(sent), 12)
        for number, text in enumerate(texts, 1):
            self.assertIn(f"page {number}/{len(texts)}", text)

    def test_invoices_without_a_pdf_are_rendered_and_stay_as_they_are(self):
        """The engine prints them together; a broken engine leaves them out."""
        self._case("Rendered", 3, 1)
        files = self._tell()["invoices"]
        self.main.run(WORK)
        after = self._tell()
        self.assertEqual((after["state"], after["exhibits"]), ("ready", 4), after)
        self.assertEqual(after["invoices"], files, "nothing was stored on them")
        self.assertGreaterEqual(len(after["problems"].splitlines()), 2, "said so")
        self._case("Broken", 2, 1)
        self.engine("exit 3")
        self.main.run(WORK)
        after = self._tell()
        self.assertEqual((after["state"], after["exhibits"]), ("ready", 1), after)
        self.assertEqual(len(after["problems"].splitlines()), 2, after)
