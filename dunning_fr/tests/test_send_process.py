import subprocess
import sys
from pathlib import Path

from .process_case import ProcessCase

QUEUE = """
partners = [customer(name, **OPTIONS) for name in NAMES]
for partner in partners:
    invoice(partner)
queue(*partners)
"""


def queued(*names, options="{}"):
    """Return the code that queues a notice to a new customer for each of ``names``."""
    return f"NAMES, OPTIONS = {names!r}, {options}\n{QUEUE}"


class TestSendProcess(ProcessCase):
    """At most once, never lost silently: seen from outside, with real failures."""

    # ------------------------------------------------------------ the plain way

    def test_the_right_mail_reaches_the_right_person(self):
        told = self.main.run(
            """
partners = [customer("Dupont"), customer("Smith", lang="en_US")]
invoice(partners[0], pdf="FAC1.pdf")
invoice(partners[1])
queue(*partners)
serve()
result(told("Dupont", "Smith"))
"""
        )
        self.assertEqual(
            self.sink.recipients(), ["dupont@client.example", "smith@client.example"]
        )
        self.assertEqual({notice["state"] for notice in told.values()}, {"sent"})
        self.assertTrue(all(notice["intact"] for notice in told.values()))
        mail = self.sink.message("dupont@client.example")
        self.assertEqual(mail["To"], "Dupont <dupont@client.example>")
        self.assertEqual(mail["From"], "Atelier Verdon SARL <compta@atelier.example>")
        self.assertIn("compta@atelier.example", mail["Reply-To"])
        dispatch = told["Dupont"]["dispatches"]["email"]
        self.assertEqual(mail["Message-Id"], dispatch["message_id"])
        self.assertIn("rappel", mail["Subject"])
        body = mail.get_body(("html",)).get_content()
        self.assertIn('lang="fr_FR"', body)
        self.assertIn(told["Dupont"]["name"], body)
        names = [part.get_filename() for part in mail.iter_attachments()]
        self.assertEqual(names, ["FAC1.pdf"], "the PDF the customer already knows")
        english = self.sink.message("smith@client.example")
        self.assertIn('lang="en_US"', english.get_body(("html",)).get_content())
        self.assertFalse(list(english.iter_attachments()), "no invoice PDF was made")

    def test_the_scheduled_action_sends_what_a_click_has_queued(self):
        command = [sys.executable, "-m", "odoo", "-d", self.database, "--no-http"]
        server = subprocess.Popen(
            [*command, "--max-cron-threads=1", "--log-level=critical"]
        )
        try:
            self.main.run(queued("Cron"))
            self.wait_for(self._cron_has_sent, 120)
        finally:
            server.terminate()
            server.wait(60)
        self.assertEqual(self.sink.recipients(), ["cron@client.example"])

    def _cron_has_sent(self):
        """A server that has just started may have missed the call: call again."""
        told = self.main.run("Notice._trigger_worker()\nresult(told('Cron'))")
        return told["Cron"]["state"] == "sent"

    def test_two_workers_send_each_mail_once(self):
        names = [f"Pair{number:02}" for number in range(24)]
        second = self.actor()
        self.main.run(queued(*names))
        self.sink.pause = 0.02
        for worker in (self.main, second):
            worker.send("serve()\nserve()")
        for worker in (self.main, second):
            worker.receive()
        told = self.main.run(f"result(told(*{names}))")
        self.assertEqual({notice["state"] for notice in told.values()}, {"sent"})
        self.assertEqual(
            self.sink.recipients(),
            sorted(f"{name.lower()}@client.example" for name in names),
        )

    def test_a_copy_does_not_make_a_refused_mail_sent(self):
        told = self.main.run(
            """
through = policy("email")
through.level_ids.cc_salesperson = True
quiet = {"no_reset_password": True, "mail_auto_subscribe_no_notify": True}
seller = env["res.users"].with_context(**quiet).create(
    {"name": "S", "login": "seller", "email": "seller@atelier.example"}
)
common = {"through": through, "street": False}
partners = [
    customer("Copied", **common),
    customer("Nobox", email="refuse@client.example", **common),
]
for partner in partners:
    partner.with_context(**quiet).user_id = seller
for partner in partners:
    invoice(partner)
queue(*partners)
serve()
result(told("Copied", "Nobox"))
"""
        )
        self.assertEqual(told["Copied"]["state"], "sent")
        self.assertEqual(told["Nobox"]["state"], "failed")
        self.assertIn("550", told["Nobox"]["reason"])
        self.assertEqual(self.sink.recipients(), ["copied@client.example"])
        mail = self.sink.message("copied@client.example")
        self.assertIn("seller@atelier.example", mail["Cc"])
        self.assertNotIn("seller", mail["To"])

    # ----------------------------------------------------- what the ledger says

    def test_paid_between_queue_and_send_is_not_sent(self):
        told = self.main.run(
            """
partners = [customer("Paid"), customer("Partly"), customer("Owing")]
moves = [invoice(partner) for partner in partners]
queue(*partners)
pay(moves[0])
pay(moves[1], 400)
serve()
result(told("Paid", "Partly", "Owing"))
"""
        )
        self.assertEqual(self.sink.recipients(), ["owing@client.example"])
        for name in ("Paid", "Partly"):
            self.assertEqual(told[name]["state"], "draft")
            self.assertTrue(told[name]["reason"])

    # -------------------------------------------------------------- mail server

    def test_refused_dropped_and_late_mails_stop_nobody(self):
        boxes = {
            "Fine": "fine",
            "Refused": "refuse",
            "Spam": "spam",
            "Dropped": "drop",
            "Later": "later",
            "Last": "last",
        }
        told = self.main.run(
            f"""
partners = [
    customer(name, email=f"{{box}}@client.example") for name, box in {boxes}.items()
]
for partner in partners:
    invoice(partner)
queue(*partners)
serve()
serve()
result(told(*{list(boxes)}))
"""
        )
        self.assertEqual(
            self.sink.recipients(),
            ["drop@client.example", "fine@client.example", "last@client.example"],
            "each message was handed over once, whatever the second round tried",
        )
        self.assertEqual(
            {name: notice["state"] for name, notice in told.items()},
            {
                "Fine": "sent",
                "Refused": "queued",
                "Spam": "failed",
                "Dropped": "unknown",
                "Later": "queued",
                "Last": "sent",
            },
        )
        self.assertIn("550", told["Refused"]["reason"])
        letter = told["Refused"]["dispatches"]["letter"]
        self.assertEqual(letter["state"], "ready", "a letter takes its place")
        self.assertNotIn("letter", told["Spam"]["dispatches"])
        self.assertIn("refuse@client.example", told["Refused"]["reason"])
        self.assertIn("554 5.7.1 looks like spam", told["Spam"]["reason"])
        dropped = told["Dropped"]["dispatches"]["email"]
        self.assertIn(dropped["message_id"], told["Dropped"]["reason"])
        self.assertIn("451", told["Later"]["reason"])
        self.assertEqual(told["Later"]["dispatches"]["email"]["attempts"], 2)

    def test_a_server_that_is_down_loses_nothing(self):
        self.sink.stop()
        told = self.main.run(
            queued("Patient", "Calm") + "serve()\nresult(told('Patient', 'Calm'))"
        )
        for notice in told.values():
            self.assertEqual(notice["state"], "queued")
            self.assertEqual(notice["dispatches"]["email"]["state"], "ready")
            self.assertIn("mail server", notice["reason"])
        self.sink.start()
        told = self.main.run("serve()\nresult(told('Patient', 'Calm'))")
        self.assertEqual({notice["state"] for notice in told.values()}, {"sent"})
        self.assertEqual(
            self.sink.recipients(), ["calm@client.example", "patient@client.example"]
        )

    def test_a_server_that_stays_down_is_given_up_and_may_be_retried(self):
        self.sink.stop()
        rounds = "for _round in range(5):\n    serve()\n"
        told = self.main.run(f"{queued('Stuck')}\n{rounds}\nresult(told('Stuck'))")
        self.assertEqual(told["Stuck"]["state"], "failed")
        self.sink.start()
        told = self.main.run(
            "last('Stuck').action_retry()\nserve()\nresult(told('Stuck'))"
        )
        self.assertEqual(told["Stuck"]["state"], "sent")
        self.assertEqual(self.sink.recipients(), ["stuck@client.example"])

    def test_killed_after_data_leaves_one_unknown_and_no_duplicate(self):
        self.main.run(queued("Before", "Hold", "After"))
        self.main.send("serve()")
        self.assertTrue(self.sink.holding.wait(60), "no message was handed over")
        self.replace_main()
        told = self.main.run("serve()\nresult(told('Before', 'Hold', 'After'))")
        self.assertEqual(
            {name: notice["state"] for name, notice in told.items()},
            {"Before": "sent", "Hold": "unknown", "After": "sent"},
        )
        self.assertEqual(
            self.sink.recipients(),
            ["after@client.example", "before@client.example", "hold@client.example"],
        )
        message = self.sink.message("hold@client.example")
        dispatch = told["Hold"]["dispatches"]["email"]
        self.assertEqual(message["Message-Id"], dispatch["message_id"])
        self.assertIn(dispatch["message_id"], told["Hold"]["reason"])

    # --------------------------------------------------------------- PDF engine

    def test_a_formal_notice_brings_a_copy_of_its_letter(self):
        told = self.main.run(
            """
formal = policy("registered_letter", "email", formal=True)
letter = policy("letter")
partners = [customer("Formal", through=formal), customer("Post", through=letter)]
for partner in partners:
    invoice(partner)
queue(*partners)
serve()
result(told("Formal", "Post"))
"""
        )
        notice = told["Formal"]
        self.assertEqual(notice["state"], "sent")
        [letter] = self.sink.message("formal@client.example").iter_attachments()
        self.assertEqual(
            letter.get_filename(), f"{notice['name'].replace('/', '-')}.pdf"
        )
        self.assertTrue(letter.get_content().startswith(b"%PDF"))
        self.assertEqual(told["Post"]["state"], "queued", "nobody has posted it")
        self.assertEqual(told["Post"]["dispatches"]["letter"]["state"], "ready")
        self.assertTrue(told["Post"]["letter"])
        self.assertTrue(all(notice["intact"] for notice in told.values()))

    def test_killed_while_rendering_loses_nothing(self):
        self.engine(f"touch {self.folder}/rendering; exec sleep 5")
        self.main.run(queued("Render", options='{"through": policy("letter")}'))
        self.main.send("serve()")
        self.wait_for(Path(self.folder, "rendering").exists)
        self.replace_main()
        told = self.main.run("result(told('Render'))")
        self.assertEqual(told["Render"]["state"], "queued")
        self.assertFalse(told["Render"]["letter"])
        self.engine('exec {real} "$@"')
        told = self.main.run("serve()\nresult(told('Render'))")
        self.assertEqual(told["Render"]["dispatches"]["letter"]["state"], "ready")
        self.assertTrue(told["Render"]["letter"])

    def test_an_engine_that_fails_stops_letters_only(self):
        for name, script in {"Fail": "exit 1", "Empty": "exit 0"}.items():
            with self.subTest(name):
                self.engine(script)
                self._check_letters_only(self.main, name)
                self.engine('exec {real} "$@"')
                paper = f"Paper{name}"
                told = self.main.run(
                    f"last({paper!r}).action_retry()\nserve()\nresult(told({paper!r}))"
                )
                dispatch = told[paper]["dispatches"]["letter"]
                self.assertEqual(dispatch["state"], "ready")

    def test_without_an_engine_mails_leave_and_letters_say_why(self):
        self._check_letters_only(self.actor(path="/nowhere"), "Missing")

    def _check_letters_only(self, worker, name):
        told = worker.run(
            f"""
partners = [customer("Mail{name}"), customer("Paper{name}", through=policy("letter"))]
for partner in partners:
    invoice(partner)
queue(*partners)
serve()
result(told("Mail{name}", "Paper{name}"))
"""
        )
        self.assertEqual(told[f"Mail{name}"]["state"], "sent")
        self.assertIn(f"mail{name.lower()}@client.example", self.sink.recipients())
        paper = told[f"Paper{name}"]
        self.assertEqual(paper["state"], "failed")
        self.assertTrue(paper["reason"])
        self.assertFalse(paper["letter"])

    # ------------------------------------------------------------------ requests

    def test_a_request_cannot_serve_the_queue(self):
        said = self.main.run(
            """
from odoo.http import _request_stack
_request_stack.push(object())
try:
    Notice._process_queue()
    result("served")
except RuntimeError as error:
    result(str(error))
finally:
    _request_stack.pop()
"""
        )
        self.assertIn("must not be served by a request", said)
