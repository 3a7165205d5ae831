"""Takes the README's pictures with a headless Chromium; see bin/screenshots."""

import base64
import io
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket
from PIL import Image

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1366, 768
SHOWN = 1000  # width of the stored pictures

# name: (address, script that brings the page into the state to show, or None)
SHOTS = {
    "run": (
        "/odoo/dunning-runs",
        "document.querySelector("
        "'.o_data_row:has(.text-bg-warning, .text-bg-success) td[name=date]').click()",
    ),
    "notice": (
        "/odoo/dunning-notices",
        "document.querySelector('.o_data_row td[name=name]').click()",
    ),
    "debtors": ("/odoo/debtors", None),
    "debtor": (
        "/odoo/debtors",
        "document.querySelector('.o_data_row td[name=oldest_due]').click()",
    ),
    "policy": (
        "/odoo/dunning-policies",
        "document.querySelector('.o_data_row td[name=name]').click()",
    ),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, seconds=120):
    """Return what ``url`` answers, once it answers."""
    for _second in range(seconds):
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.read()
        except OSError:
            time.sleep(1)
    sys.exit(f"dunning_fr: ERROR: nothing answers at {url}")


class Page:
    """One tab, driven over Chromium's own protocol."""

    def __init__(self, port):
        targets = json.loads(wait_for(f"http://127.0.0.1:{port}/json", 30))
        [address] = [t["webSocketDebuggerUrl"] for t in targets if t["type"] == "page"][
            :1
        ]
        self.socket = websocket.create_connection(address, suppress_origin=True)
        self.numbers = itertools.count(1)

    def call(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                return answer["result"]

    def run(self, script):
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return found["result"].get("value")

    def open(self, url, ready):
        self.call("Page.navigate", url=url)
        self.until(ready)

    def until(self, selector, seconds=60):
        for _tenth in range(seconds * 10):
            time.sleep(0.1)
            if self.run(f"!!document.querySelector({json.dumps(selector)})"):
                time.sleep(1.5)  # pictures and fonts
                return
        sys.exit(f"dunning_fr: ERROR: {selector} does not come up")

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        image = image.resize((SHOWN, SHOWN * HEIGHT // WIDTH), Image.Resampling.LANCZOS)
        image.quantize(128).save(path, optimize=True)


def log_in(page, base):
    page.open(f"{base}/web/login", "input[name=login]")
    page.run(
        "document.querySelector('input[name=login]').value = 'admin';"
        "document.querySelector('input[name=password]').value = 'admin';"
        "document.querySelector('form.oe_login_form').submit()"
    )
    page.until(".o_main_navbar")


def take(base, port, folder):
    page = Page(port)
    page.call(
        "Emulation.setDeviceMetricsOverride",
        width=WIDTH,
        height=HEIGHT,
        deviceScaleFactor=1,
        mobile=False,
    )
    log_in(page, base)
    for name, (address, script) in SHOTS.items():
        page.open(base + address, ".o_data_row")
        if script:
            page.run(script)
            page.until(".o_form_view .o_form_sheet")
        page.picture(folder / f"{name}.png")
        print(folder / f"{name}.png")


def main(database, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    http, debug = free_port(), free_port()
    base = f"http://127.0.0.1:{http}"
    server = [sys.executable, HERE / "_odoo.py", "-d", database, "--max-cron-threads=0"]
    server += ["--http-port", str(http), "--log-level=error"]
    chromium = [os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"]
    with tempfile.TemporaryDirectory() as profile:
        chromium += [
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--remote-debugging-port={debug}",
            f"--user-data-dir={profile}",
            "about:blank",
        ]
        odoo = subprocess.Popen(server)
        browser = subprocess.Popen(chromium, stderr=subprocess.DEVNULL)
        try:
            wait_for(f"{base}/web/login")
            take(base, debug, folder)
        finally:
            for process in (browser, odoo):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
