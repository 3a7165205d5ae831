"""Time a court file: BENCH_ITEMS invoices, four pages each, one in ten without a PDF.

Runs inside Odoo's shell: ``env`` is given. Timed is all of it, from the button to the
file that is ready, served as a script does it, commits included.
"""

import io
import os
import resource
import sys
import time

from reportlab.pdfgen import canvas

sys.path.insert(0, os.environ["BENCH_FOLDER"])

PAGES = 4
DUE = "2026-03-02"
DAY = "2026-11-20"


def paper(name):
    """Return a PDF of an invoice with ``PAGES`` full pages."""
    target = io.BytesIO()
    sheet = canvas.Canvas(target)
    for page in range(PAGES):
        for line in range(50):
            sheet.drawString(
                40, 800 - 15 * line, f"{name} page {page} line {line} " * 2
            )
        sheet.showPage()
    sheet.save()
    return target.getvalue()


def invoices(env, count):
    """Post ``count`` invoices of one customer; nine in ten have their PDF."""
    partner = env["res.partner"].create(
        {
            "name": "Bench SARL",
            "is_company": True,
            "debtor_kind": "professional",
            "street": "5 avenue des Tilleuls",
            "zip": "69003",
            "city": "Lyon",
            "country_id": env.ref("base.fr").id,
        }
    )
    line = (0, 0, {"name": "Prestation", "price_unit": 1000, "tax_ids": False})
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-02-02",
                "invoice_date_due": DUE,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [line],
            }
            for _number in range(count)
        ]
    )
    moves.action_post()
    for number, move in enumerate(moves):
        if number % 10:
            move.message_main_attachment_id = env["ir.attachment"].create(
                {
                    "name": "invoice.pdf",
                    "raw": paper(move.name),
                    "res_model": move._name,
                    "res_id": move.id,
                }
            )
    return moves


def main(env):
    """Build one court file and print one line of figures."""
    moves = invoices(env, int(os.environ["BENCH_ITEMS"]))
    partner = moves.partner_id
    debtor = env["dunning.debtor"]._ensure(env.company, partner.ids)[partner.id]
    case = env["dunning.case"].create(
        {
            "debtor_id": debtor,
            "procedure_id": env["dunning.procedure"]._by_code("injonction").id,
            "move_ids": moves.ids,
            "date": DAY,
        }
    )
    env.cr.commit()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    case.action_find_exhibits()
    found = time.perf_counter() - begun
    case.action_build_file()
    asked = time.perf_counter() - begun
    env["dunning.court.file"]._process_queue()
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    file = case.court_file_id
    if file.state != "ready":
        sys.exit(f"file: {file.state}, {file.failure_reason}")
    sizes = [len(file._stored(name).raw) / 2**20 for name in ("pdf_file", "zip_file")]
    print(
        f"file: {len(moves)} invoices, {file.exhibit_count} exhibits, "
        f"{file.page_count} pages: found in {found:.1f} s, asked for in "
        f"{asked - found:.1f} s, ready after {seconds:.1f} s; peak memory "
        f"{peak / 1024:.0f} MB ({(peak - before) / 1024:.0f} MB above before); PDF "
        f"{sizes[0]:.1f} MB, archive {sizes[1]:.1f} MB"
    )


main(env)  # noqa: F821 - given by the shell
