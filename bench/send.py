"""Time what leaves: letters through the PDF engine, e-mails to a real mail server.

Runs inside Odoo's shell: ``env`` is given, the rest comes from the environment:
BENCH_ITEMS (notices by letter), BENCH_MAILS (notices by e-mail), BENCH_ROOT (the
repository). The queue is served as a script does it, commits included; the mail server
is the repository's own, in another process, and keeps every message as a file.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, os.environ["BENCH_FOLDER"])
from fill import fill

DAY = date(2026, 11, 20)
INVOICES = 3  # a notice
ROOT = Path(os.environ["BENCH_ROOT"])
# The smallest page: an invoice's PDF as it was sent, to be attached again
PAGE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
"""


def start_sink(env, folder):
    """Start the mail server and make it the only one; return its process."""
    port_file = folder / "port"
    command = [sys.executable, str(ROOT / "bin/_sink.py"), str(folder / "mail")]
    process = subprocess.Popen([*command, "--port-file", str(port_file)])
    while not (port_file.exists() and port_file.read_text()):
        time.sleep(0.05)
    servers = env["ir.mail_server"]
    servers.search([]).active = False
    port = int(port_file.read_text())
    servers.create({"name": "bench", "smtp_host": "127.0.0.1", "smtp_port": port})
    return process


def by_channel(env, letters):
    """Let level 1 of the first ``letters`` customers go by letter, others by e-mail."""
    policy = env["dunning.policy"].search(
        [("company_id", "=", env.company.id), ("default_for_kind", "=", "professional")]
    )
    by_letter = policy.copy({"name": "Letters", "default_for_kind": False})
    channels = env["dunning.channel"]._by_code()
    policy.level_ids[0].channel_ids = channels["email"]
    by_letter.level_ids[0].channel_ids = channels["letter"]
    customers = env["res.partner"].search([("name", "like", "Bench ")], order="id")
    customers[:letters].dunning_policy_id = by_letter
    return by_letter


def give_pdfs(env):
    """Let each invoice have been sent as a PDF."""
    moves = env["account.move"].search([("name", "like", "BENCH/")])
    env["ir.attachment"].create(
        [
            {
                "name": f"{move.name}.pdf",
                "raw": PAGE,
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
            for move in moves
        ]
    )


def serve(env, notices):
    """Approve ``notices`` and serve the queue; return the seconds of both."""
    begun = time.perf_counter()
    notices.action_send()
    env.cr.commit()
    approved = time.perf_counter()
    env["dunning.notice"]._process_queue()
    env.cr.commit()
    return approved - begun, time.perf_counter() - approved


def letters(env, notices):
    """Time letters up to their merged PDF; print one line."""
    approved, served = serve(env, notices)
    assert len(notices.attachment_id) == len(notices), "each letter has its PDF"
    begun = time.perf_counter()
    wizard = env["dunning.letter.print"].create(
        {"notice_ids": notices.ids, "with_copies": False}
    )
    merged = wizard.with_context(bin_size=False).file
    seconds = time.perf_counter() - begun
    print(
        f"letters: {len(notices)} notices approved in {approved:.1f} s; "
        f"{len(notices)} PDFs in {served:.1f} s, {served / len(notices) * 1e3:.0f} ms "
        f"each; merged in {seconds:.1f} s, {len(merged) * 3 // 4 // 1024} kB"
    )


def mails(env, notices, folder):
    """Time e-mails up to the last answer of the mail server; print one line."""
    approved, served = serve(env, notices)
    states = set(notices.mapped("state"))
    assert states == {"sent"}, states
    kept = len(list((folder / "mail").iterdir()))
    assert kept == len(notices), f"{kept} messages of {len(notices)}"
    print(
        f"e-mails: {len(notices)} notices with {INVOICES} invoices attached, approved "
        f"in {approved:.1f} s; sent in {served:.1f} s, "
        f"{served / len(notices) * 1e3:.0f} ms each"
    )


def main(env):
    """Fill the database, prepare one run, send its letters, then its e-mails."""
    by_post, by_mail = int(os.environ["BENCH_ITEMS"]), int(os.environ["BENCH_MAILS"])
    customers = by_post + by_mail
    fill(env, customers * INVOICES, customers)
    by_letter = by_channel(env, by_post)
    give_pdfs(env)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sink = start_sink(env, folder)
        try:
            run = env["dunning.run"].create({"date": DAY, "company_id": env.company.id})
            run.action_prepare()
            env.cr.commit()
            own = run.notice_ids.filtered(lambda n: n.policy_id == by_letter)
            letters(env, own)
            mails(env, run.notice_ids - own, folder)
        finally:
            sink.terminate()


main(env)  # noqa: F821 - given by the shell
