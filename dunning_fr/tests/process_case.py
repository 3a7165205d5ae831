"""Real Odoo processes on a database of their own, and a mail server to talk to.

Under Odoo's own tests mails do not leave, PDFs are HTML and nothing commits: what is
said about sending can only be seen from outside.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from email import policy
from email.parser import BytesParser
from pathlib import Path

from aiosmtpd.controller import Controller

from odoo.tests.common import BaseCase, get_db_name, tagged

NEW_DATABASE = Path(__file__).resolve().parents[2] / "bin" / "_newdb.py"
ACTOR = Path(__file__).with_name("process_actor.py")
MARK = "ANSWER "


class Sink:
    """A mail server that treats a message as the name of its recipient says.

    ``refuse…`` 550 to RCPT, ``later…`` 451 to RCPT, ``spam…`` 554 to the message,
    ``drop…`` takes it and hangs up without an answer, ``hold…`` takes it and never
    answers, ``stall…`` never answers to RCPT.
    """

    def __init__(self):
        self.received = []
        self.sessions = set()
        self.holding = threading.Event()
        self.pause = 0.0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = None

    def start(self):
        """Listen, with nothing received yet."""
        self.received.clear()
        self.sessions.clear()
        self.holding.clear()
        self.pause = 0.0
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self):
        """Die: hang up on everybody, refuse connections."""
        if self._controller:
            for connection in self.sessions:
                self._controller.loop.call_soon_threadsafe(connection.abort)
            self._controller.stop(no_assert=True)
        self._controller = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.sessions.add(server.transport)
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("stall"):
            await asyncio.sleep(60)
        if address.startswith("refuse"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 5.7.1 looks like spam"
        self.received.append((envelope.rcpt_tos[0], envelope.content))
        if envelope.rcpt_tos[0].startswith("drop"):
            server.transport.abort()
        if envelope.rcpt_tos[0].startswith("hold"):
            self.holding.set()
            await asyncio.sleep(60)
        await asyncio.sleep(self.pause)
        return "250 OK"

    def recipients(self):
        return sorted(address for address, _content in self.received)

    def message_ids(self):
        parse = BytesParser(policy=policy.default).parsebytes
        return [parse(content)["Message-Id"] for _address, content in self.received]

    def message(self, recipient):
        """Return the only message to ``recipient``, parsed."""
        [content] = [text for address, text in self.received if address == recipient]
        return BytesParser(policy=policy.default).parsebytes(content)


class Actor:
    """A real Odoo process; see ``process_actor.py``."""

    def __init__(self, database, path, options=()):
        self._sent = 0
        command = [sys.executable, ACTOR, "-d", database, "--log-level=critical"]
        command += options
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PATH": path},
        )

    def send(self, code, order="run"):
        """Have ``code`` run; do not wait."""
        self._sent += 1
        self._process.stdin.write(json.dumps([self._sent, order, code]) + "\n")
        self._process.stdin.flush()

    def receive(self):
        """Return what the code sent last gave to ``result()``."""
        for line in self._process.stdout:
            if line.startswith(MARK):
                number, answer = json.loads(line[len(MARK) :])
                if number == self._sent and "error" in answer:
                    raise AssertionError(answer["error"])
                if number == self._sent:
                    return answer["value"]
        raise AssertionError(f"the process ended with {self._process.wait()}")

    def run(self, code):
        self.send(code)
        return self.receive()

    def fork(self, code):
        """Return the number of a new Odoo process that runs ``code`` and ends."""
        self.send(code, "fork")
        return self.receive()

    def wait(self, pid):
        """Return how the process that ``fork`` made has ended."""
        self.send(pid, "wait")
        return self.receive()

    def kill(self):
        """SIGKILL, as the machine or an impatient supervisor would."""
        self._process.send_signal(signal.SIGKILL)
        self.close()

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(60)


@unittest.skipUnless(NEW_DATABASE.exists(), "needs the commands of the repository")
@tagged("post_install_l10n", "post_install", "-at_install")
class ProcessCase(BaseCase):
    """One Odoo process for the class, more where a test needs them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_process"
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.options = []
        cls._make_database()
        cls._wrap_engine()
        cls.sink = Sink()
        cls.addClassCleanup(cls.sink.stop)
        cls.actors = []
        cls.addClassCleanup(lambda: [actor.close() for actor in cls.actors])
        cls.main = cls.actor()
        cls.main.run(f"complete_company({cls.sink.port})")

    @classmethod
    def _make_database(cls):
        """Make the database of the processes; ``options`` say where it is."""
        made = subprocess.run(
            [sys.executable, NEW_DATABASE, cls.database, "--kind", "test"],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if made.returncode:
            raise AssertionError(made.stdout + made.stderr)

    def setUp(self):
        super().setUp()
        self.engine('exec {real} "$@"')
        self.sink.stop()
        self.sink.start()
        self.main.run("forget()")

    # ---------------------------------------------------------------- processes

    @classmethod
    def actor(cls, path=None):
        """Start another Odoo process."""
        path = cls.path if path is None else path
        actor = Actor(cls.database, path, cls.options)
        cls.actors.append(actor)
        return actor

    def replace_main(self):
        """SIGKILL the main process and start another one."""
        self.main.kill()
        self.actors.remove(self.main)
        type(self).main = self.actor()

    def wait_for(self, condition, seconds=60):
        """Return the first true answer of ``condition``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.05)
        return self.fail("it did not happen in time")

    # --------------------------------------------------------------- PDF engine

    @classmethod
    def _wrap_engine(cls):
        """Put a ``wkhtmltopdf`` of our own first on the path of the processes."""
        cls.real_engine = next(
            Path(folder, "wkhtmltopdf")
            for folder in os.environ["PATH"].split(os.pathsep)
            if Path(folder, "wkhtmltopdf").exists()
        )
        cls.path = f"{cls.folder}{os.pathsep}{os.environ['PATH']}"

    @classmethod
    def engine(cls, script):
        """Make the PDF engine run the shell ``script``; ``{real}`` is the real one."""
        program = Path(cls.folder, "wkhtmltopdf")
        version = f'case "$*" in *--version*) exec {cls.real_engine} "$@";; esac'
        fresh = program.with_suffix(".new")
        script = script.replace("{real}", str(cls.real_engine))
        fresh.write_text(f"#!/bin/sh\n{version}\n{script}\n")
        fresh.chmod(0o755)
        fresh.rename(program)
