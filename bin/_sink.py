"""A mail server that keeps every message as a file and delivers none.

    python bin/_sink.py FOLDER --port-file FILE [--refuse ADDRESS]

It listens on a free port of this machine, writes the port to FILE, and runs until it
is told to stop.
"""

import argparse
import asyncio
import re
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP

LIMIT = 50 * 1024 * 1024


class Spool:
    """Writes each message to ``folder``; an address in ``refused`` does not exist."""

    def __init__(self, folder, refused):
        self.folder = folder
        self.refused = refused
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = re.sub(r"[^\w.@-]", "_", envelope.rcpt_tos[0])
        path = self.folder / f"{self.count:04d}_{name}.eml"
        path.write_bytes(envelope.original_content)
        return "250 kept"


async def serve(arguments):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    spool = Spool(arguments.folder, arguments.refuse)
    server = await loop.create_server(
        lambda: SMTP(spool, data_size_limit=LIMIT, enable_SMTPUTF8=True, loop=loop),
        "127.0.0.1",
        0,
    )
    port = server.sockets[0].getsockname()[1]
    arguments.port_file.write_text(str(port), encoding="ascii")
    await stop.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--refuse", action="append", default=[])
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(arguments))


if __name__ == "__main__":
    main()
