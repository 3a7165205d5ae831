"""Takes the pictures of README.md: a real Odoo, a real browser, the demo's database."""

import base64
import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import xmlrpc.client
from pathlib import Path

import pypdfium2
import websocket
from PIL import Image

SIZE = (1366, 768)
WIDTH, LETTER_WIDTH = 900, 700  # of the pictures
COLORS = 200  # enough for a screen, and a third of the bytes
LOGIN, PASSWORD = "admin", "admin"
# Nothing is loading, and the view is there.
READY = """
    document.readyState === "complete"
    && !document.querySelector(".o_loading_indicator, .o_blockUI")
    && !!document.querySelector(%s)
"""


class Browser:
    """Chromium without a window, spoken to over its DevTools."""

    def __init__(self, profile):
        self.process = subprocess.Popen(
            [
                os.environ["CHROMIUM"], "--headless=new", "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars", "--no-first-run", "--lang=fr-FR",
                "--remote-debugging-port=0", "--remote-allow-origins=*",
                f"--user-data-dir={profile}", f"--window-size={SIZE[0]},{SIZE[1]}",
                "about:blank",
            ],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port_file = Path(profile) / "DevToolsActivePort"
        wait_for(port_file.exists, "Chromium does not start")
        port = port_file.read_text(encoding="ascii").split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            page = next(p for p in json.load(answer) if p["type"] == "page")
        address = page["webSocketDebuggerUrl"]
        self.socket = websocket.create_connection(address, timeout=60)
        self.number = 0
        self.call("Page.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=SIZE[0],
            height=SIZE[1],
            deviceScaleFactor=1,
            mobile=False,
        )

    def call(self, method, **params):
        """Send a command; return its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def run(self, script):
        """Evaluate JavaScript in the page; return its value."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return result["result"].get("value")

    def open(self, url, selector):
        """Go to ``url`` and wait until ``selector`` is there and still."""
        self.call("Page.navigate", url=url)
        self.wait(selector)

    def wait(self, selector):
        wait_for(lambda: self.run(READY % json.dumps(selector)), f"no {selector}")
        time.sleep(1)  # avatars, animations

    def click(self, selector, awaited):
        """Click on the first ``selector``, wait for ``awaited``."""
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait(awaited)

    def picture(self):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        return Image.open(io.BytesIO(base64.b64decode(data)))

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()


def wait_for(condition, failure, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, RuntimeError):
            if condition():
                return
        time.sleep(0.2)
    sys.exit(f"dunning_fr: ERROR: {failure} after {seconds} s")


@contextlib.contextmanager
def server(database):
    """Run Odoo on ``database``; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable, str(Path(__file__).with_name("_odoo.py")), "-d", database,
            "--db-filter", f"^{database}$", "--http-port", str(port),
            "--max-cron-threads", "0", "--log-level", "error",
        ]
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(
            lambda: urllib.request.urlopen(f"{url}/web/login").status == 200,
            "Odoo does not answer: is the database there? (./bin/demo --no-serve)",
        )
        yield url
    finally:
        process.terminate()
        process.wait()


class Records:
    """Finds what is to be shown, over RPC."""

    def __init__(self, url, database):
        self.database = database
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(database, LOGIN, PASSWORD, {})
        self.models = xmlrpc.client.ServerProxy(
            f"{url}/xmlrpc/2/object", allow_none=True
        )

    def call(self, model, method, *args, **kwargs):
        return self.models.execute_kw(
            self.database, self.uid, PASSWORD, model, method, args, kwargs
        )

    def first(self, model, domain, order):
        found = self.call(model, "search", domain, order=order, limit=1)
        if not found:
            sys.exit(f"dunning_fr: ERROR: the demo has no {model} with {domain}")
        return found[0]

    def letter(self, notice):
        row = self.call("dunning.notice", "read", [notice], ["attachment_id"])[0]
        data = self.call("ir.attachment", "read", [row["attachment_id"][0]], ["datas"])[
            0
        ]["datas"]
        return base64.b64decode(data)


def save(picture, path, width=WIDTH):
    """Scale ``picture`` for the page and keep it small."""
    height = round(picture.height * width / picture.width)
    picture = picture.convert("RGB").resize((width, height), Image.LANCZOS)
    picture = picture.quantize(COLORS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    print(f"{path}: {path.stat().st_size // 1024} kB")


def take(browser, records, url, folder):
    """Take one picture after the other."""
    run = records.first("dunning.run", [], "date desc, id desc")
    formal = records.first(
        "dunning.notice",
        [("level_id.sequence", "=", 3), ("debtor_kind", "=", "professional"),
         ("run_id", "=", run), ("dispatch_ids", "!=", False),
         # a letter that ends on its first page
         ("line_ids", "not any", [("claimed", "=", False)])],
        "id",
    )  # fmt: skip
    last = records.first(
        "dunning.notice", [("level_id.sequence", "=", 4), ("run_id", "=", run)], "id"
    )
    [row] = records.call("dunning.notice", "read", [last], ["debtor_id"])
    debtor = row["debtor_id"][0]

    browser.open(f"{url}/odoo/dunning-todo", ".o_searchview_facet")
    browser.click(".o_facet_remove", ".o_data_row")  # colleagues' customers, too
    save(browser.picture(), folder / "desk.png")
    browser.open(f"{url}/odoo/dunning-runs/{run}", ".o_form_view .o_data_row")
    save(browser.picture(), folder / "run.png")
    browser.click(".nav-link[name=left_out]", ".tab-pane.active table")
    browser.run("document.querySelector('.o_notebook').scrollIntoView()")
    save(browser.picture(), folder / "left_alone.png")
    browser.open(f"{url}/odoo/dunning-notices/{formal}", ".o_form_view .o_data_row")
    save(browser.picture(), folder / "notice.png")
    browser.open(f"{url}/odoo/debtors/{debtor}", ".o_form_view table")
    save(browser.picture(), folder / "debtor.png")
    take_legal(browser, records, url, folder)
    take_court_file(browser, records, url, folder)
    page = pypdfium2.PdfDocument(records.letter(formal))[0].render(scale=1.6).to_pil()
    save(page, folder / "letter.png", LETTER_WIDTH)


def take_legal(browser, records, url, folder):
    """Take the legal wizard where it ranks the procedures."""
    expired = records.first(
        "dunning.notice",
        [("is_formal_notice", "=", True), ("presented_date", "!=", False),
         ("debtor_kind", "=", "professional"), ("deadline_date", "<", "today"),
         ("debtor_id.hold_ids", "not any", [("state", "=", "active")])],
        "id desc",
    )  # fmt: skip
    [row] = records.call("dunning.notice", "read", [expired], ["debtor_id"])
    browser.open(f"{url}/odoo/debtors/{row['debtor_id'][0]}", ".o_form_view table")
    browser.click("button[name=action_legal]", ".modal .o_data_row")
    browser.click(".modal button[name=action_next]", ".modal button[name=action_back]")
    browser.click(".modal button[name=action_next]", ".modal div[name=fact_cheque]")
    save(browser.picture(), folder / "legal.png")


def take_court_file(browser, records, url, folder):
    """Take the case whose court file the demo built, where its exhibits are."""
    case = records.first("dunning.case", [("court_file_ids.state", "=", "ready")], "id")
    browser.open(f"{url}/odoo/dunning-cases/{case}", ".o_form_view .o_notebook")
    browser.click(".nav-link[name=exhibits]", ".tab-pane.active .o_data_row")
    browser.run("document.querySelector('.o_notebook').scrollIntoView()")
    save(browser.picture(), folder / "court_file.png")


def profile_folder():
    # Chromium's children may still write while it is removed
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def main():
    database, folder = sys.argv[1], Path(sys.argv[2])
    with server(database) as url, profile_folder() as profile:
        records = Records(url, database)
        browser = Browser(profile)
        try:
            browser.open(f"{url}/web/login", "input[name=password]")
            browser.run(
                f"document.querySelector('input[name=login]').value = '{LOGIN}';"
                f"document.querySelector('input[name=password]').value = '{PASSWORD}';"
                "document.querySelector('form.oe_login_form').submit()"
            )
            browser.wait(".o_main_navbar")
            take(browser, records, url, folder)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
