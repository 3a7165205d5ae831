import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.tests import tagged

from odoo.addons.dunning_fr.tests.process_case import ProcessCase

ANSWERS = {"1": "success", "2": "wrong_number_format", "3": "insufficient_credit"}


class Gateway(BaseHTTPRequestHandler):
    """The SMS gateway, as the last digit of a number says: see ``ANSWERS``; 4 hangs up
    after it took the message, 5 breaks."""

    received = []

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        call = json.loads(self.rfile.read(length))
        [message] = call["params"]["messages"]
        [number] = message["numbers"]
        self.received.append((number["number"], message["content"]))
        digit = number["number"][-1]
        if digit == "4":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        answer = {"uuid": number["uuid"], "state": ANSWERS.get(digit)}
        body = json.dumps({"jsonrpc": "2.0", "id": call["id"], "result": [answer]})
        self.send_response(500 if digit == "5" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        """Say nothing."""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSmsProcess(ProcessCase):
    """Text messages over a real connection: Odoo's own client, a gateway of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls._endpoint(cls.server.server_port)

    @classmethod
    def _endpoint(cls, port):
        cls.main.run(
            f"""
url = "http://127.0.0.1:{port}"
env["ir.config_parameter"].set_param("sms.endpoint", url)
env.cr.commit()
"""
        )

    def setUp(self):
        super().setUp()
        Gateway.received.clear()

    def _send(self, **phones):
        names = list(phones)
        return self.main.run(
            f"""
partners = [
    customer(name, phone=phone, street=False, through=policy("sms"))
    for name, phone in {phones!r}.items()
]
for partner in partners:
    invoice(partner)
queue(*partners)
serve()
serve()
result(told(*{names!r}))
"""
        )

    def test_each_answer_and_each_silence(self):
        told = self._send(
            Taken="06 12 34 56 71",
            Wrong="06 12 34 56 72",
            Broke="06 12 34 56 73",
            Silent="06 12 34 56 74",
            Broken="06 12 34 56 75",
        )
        self.assertEqual(
            {name: notice["state"] for name, notice in told.items()},
            {
                "Taken": "sent",
                "Wrong": "failed",
                "Broke": "failed",
                "Silent": "unknown",
                "Broken": "unknown",
            },
        )
        numbers = [number for number, _text in Gateway.received]
        self.assertEqual(sorted(numbers), sorted(set(numbers)), "each number once")
        self.assertEqual(len(numbers), 5)
        text = dict(Gateway.received)["+33612345671"]
        self.assertIn(told["Taken"]["name"], text)
        self.assertIn("merci de nous rappeler", text)
        self.assertTrue(all(notice["intact"] for notice in told.values()))

    def test_a_gateway_that_is_down_is_tried_later(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            closed = probe.getsockname()[1]
        self._endpoint(closed)
        try:
            told = self._send(Later="06 12 34 56 71")["Later"]
            self.assertEqual(told["state"], "queued")
            self.assertEqual(told["dispatches"]["sms"]["attempts"], 2)
        finally:
            self._endpoint(self.server.server_port)
        told = self.main.run("serve()\nresult(told('Later'))")["Later"]
        self.assertEqual(told["state"], "sent")
        self.assertEqual(len(Gateway.received), 1)
