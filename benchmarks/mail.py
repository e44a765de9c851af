"""How fast mail leaves, and that none is lost: `python -m benchmarks.mail [MAILS] [--kill TIMES] [--breaker]`.

Fills an outbox (SQLite, or --database postgresql+psycopg://… with an empty database of yours), sends it to a mail
server in a process of its own, and checks that every mail arrived once: by one sender, then by two at once.

--kill TIMES     kills the sender with SIGKILL that often while it sends, and counts what is missing or came twice
--breaker        50,000 strangers' addresses, none confirms: how many mails leave; and a surge of which 70 % confirm
"""

import argparse
import multiprocessing
import os
import random
import resource
import signal
import socket
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import create_engine, delete, func, insert, select
from sqlalchemy.orm import Session, sessionmaker

from campaign import create_app, leases
from campaign.db import Base
from campaign.mail import breaker, sending
from campaign.mail.models import Email, MailTally
from campaign.mail.transport import SmtpTransport

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "only-for-benchmarks-" + "x" * 32
SPAWN = multiprocessing.get_context("spawn")
LEASE = timedelta(seconds=3)  # with --kill: nobody wants to wait five minutes for the orphans


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("mails", nargs="?", type=int, default=5_000)
    options.add_argument("--kill", type=int, default=0, metavar="TIMES")
    options.add_argument("--breaker", action="store_true")
    options.add_argument("--database", default="", help="URL of an empty database; default: a new SQLite file")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database or f"sqlite:///{folder}/benchmark.sqlite3"
        Base.metadata.create_all(create_engine(url))
        try:
            if chosen.breaker:
                trip(url, folder)
            elif chosen.kill:
                kill(url, folder, chosen.mails, chosen.kill)
            else:
                for senders in (1, 2):  # workers: one beside each web server, say
                    measure(url, folder, chosen.mails, senders)
        finally:
            Base.metadata.drop_all(create_engine(url))


def measure(url: str, folder: str, mails: int, senders: int) -> None:
    """Messages per second, and the senders' own work for each."""
    numbers = fill(url, mails)
    with Sink() as sink:
        pipes, processes = [], []
        for _ in range(senders):
            parent, child = SPAWN.Pipe()
            processes.append(SPAWN.Process(target=send, args=(url, folder, sink.port, child)))
            pipes.append(parent)
        for process in processes:
            process.start()
        for pipe in pipes:
            pipe.recv()  # ready
        for pipe in pipes:
            pipe.send("go")
        spent = [pipe.recv() for pipe in pipes]
        for process in processes:
            process.join()
        arrived = sink.arrived()
    report(numbers, arrived)
    seconds, cpu = max(seconds for seconds, _ in spent), sum(cpu for _, cpu in spent)
    each = f"{cpu / mails * 1000:.2f} ms CPU per mail"
    print(f"{senders} at once: {mails / seconds:8,.0f} messages/s   {each}   {seconds:.1f} s", flush=True)
    with Session(create_engine(url)) as session, session.begin():
        session.execute(delete(Email))
        session.execute(delete(MailTally))


def kill(url: str, folder: str, mails: int, times: int) -> None:
    """Nothing may be missing; for each kill, at most the few that were not marked yet come twice, with their number."""
    numbers = fill(url, mails)
    with Sink() as sink:
        engine, killed = create_engine(url), 0
        while waiting(engine):
            process = SPAWN.Process(target=send, args=(url, folder, sink.port, None))
            process.start()
            if killed >= times:
                process.join()
                break
            enough = sink.number() + random.randint(1, max(1, mails // (times + 1)))
            while process.is_alive() and sink.number() < enough and waiting(engine):
                time.sleep(0.005)
            if process.is_alive():
                os.kill(process.pid or 0, signal.SIGKILL)
                killed += 1
            process.join()
        while waiting(engine):
            time.sleep(0.2)
        arrived = sink.arrived()
    report(numbers, arrived)
    twice = sum(number - 1 for number in arrived.values())
    print(f"{killed} kills, {twice} duplicates (at most {killed * sending.TOGETHER})")


def trip(url: str, folder: str) -> None:
    """R14: the breaker at its real size, without a network."""
    app = create_app(Path(folder), environ={}, overrides={"DATABASE_URL": url, "SECRET_KEY": SECRET}, quiet=True)
    breaker.LOOK = 0.0  # this simulation is faster than seconds
    for share in (0.0, 0.7):
        fill(url, STRANGERS)
        way_out = Counting(share)
        held = breaker.Breaker(way_out.confirmed, threshold=app.config["MAIL_BREAKER"])
        sender = sending.Sender(sessionmaker(create_engine(url)), way_out, ADDRESS, held)
        with app.app_context():
            while sender.round(NOW):
                pass
        print(f"{share:4.0%} confirm: {way_out.sent:6,} of {STRANGERS:,} left before the breaker held the rest")
        with Session(create_engine(url)) as session, session.begin():
            session.execute(delete(Email))
            session.execute(delete(MailTally))


class Counting:
    """A way out that only counts, and the people at its end, of whom a share confirms."""

    def __init__(self, share: float) -> None:
        self.share, self.sent = share, 0

    def send(self, message: EmailMessage) -> None:
        self.sent += 1

    def close(self) -> None: ...

    def confirmed(self, session: Session, day: date) -> dict[str, int]:
        # The newest have not looked yet: people need a while.
        return {"petition/1": int(self.share * max(0, self.sent - NOT_LOOKED_YET))}


STRANGERS, NOT_LOOKED_YET = 50_000, 500
ADDRESS = Address(display_name="Benchmark", addr_spec="campaign@example.org")


def fill(url: str, mails: int) -> list[str]:
    """Put confirmations into the outbox; returns their Message-IDs."""
    context = {
        "given_name": "Suzie",
        "demand": "Mend the bridge before winter.",
        "campaign_title": "Mend the bridge",
        "link": "http://localhost/signatures/" + "a" * 43,
        "code": "012345",
    }
    rows = [
        {
            "kind": "confirm_signature",
            "message_id": f"<{number:032x}@localhost>",
            "to_address": f"signer{number}@example.org",
            "mailbox_key": f"{number:064x}",
            "group": "petition/1",
            "language": "en",
            "context": context,
            "state": "waiting",
            "created_at": NOW,
            "due_at": NOW,
            "attempts": 0,
        }
        for number in range(mails)
    ]
    with Session(create_engine(url)) as session, session.begin():
        session.execute(insert(Email), rows)
    return [str(row["message_id"]) for row in rows]


def waiting(engine: Any) -> int:
    with Session(engine.execution_options(only_reads=True)) as session:
        return session.scalar(select(func.count()).where(Email.state.in_(("waiting", "working")))) or 0


def send(url: str, folder: str, port: int, results: Connection | None) -> None:
    """In a process of its own: send until the outbox is empty, orphans of killed senders included."""
    app = create_app(Path(folder), environ={}, overrides={"DATABASE_URL": url, "SECRET_KEY": SECRET}, quiet=True)
    if results is None:
        leases.LEASE = LEASE
    engine = create_engine(url)
    way_out = SmtpTransport(f"smtp://127.0.0.1:{port}")
    held = breaker.Breaker(lambda session, day: {}, threshold=10**9)
    sender = sending.Sender(sessionmaker(engine), way_out, ADDRESS, held)
    with app.app_context():
        sender.round(NOW - timedelta(days=1))  # everything that is done once
        if results:
            results.send("ready")
            results.recv()
        began, cpu = time.perf_counter(), time.process_time()
        while (tried := sender.round(datetime.now(UTC))) or waiting(engine):
            if not tried:
                time.sleep(0.02)  # another sender has claimed the rest
        spent = time.perf_counter() - began, time.process_time() - cpu
    sender.close()
    if results:
        results.send(spent)


def report(numbers: list[str], arrived: Counter[str]) -> None:
    missing = len(set(numbers) - set(arrived))
    strange = len(set(arrived) - set(numbers))
    twice = sum(1 for number in arrived.values() if number > 1)
    print(f"{len(numbers):,} mails: {missing} missing, {twice} came twice, {strange} unknown")


class Sink:
    """A mail server in a process of its own that counts Message-IDs."""

    def __enter__(self) -> "Sink":
        self._pipe, child = SPAWN.Pipe()
        self._number = SPAWN.Value("i", 0)
        self._process = SPAWN.Process(target=serve, args=(child, self._number), daemon=True)
        self._process.start()
        self.port = self._pipe.recv()
        return self

    def number(self) -> int:
        return int(self._number.value)

    def arrived(self) -> Counter[str]:
        self._pipe.send("done")
        arrived: Counter[str] = self._pipe.recv()
        return arrived

    def __exit__(self, *_: object) -> None:
        self._process.join(10)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        print(f"(server and senders together: {peak:.1f} s of CPU)")


def serve(pipe: Connection, number: Any) -> None:
    arrived: Counter[str] = Counter()

    class Counting:
        async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
            head = bytes(envelope.content or b"").partition(b"\r\n\r\n")[0]
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"message-id:"):
                    arrived[line.partition(b":")[2].strip().decode()] += 1
            number.value += 1
            return "250 OK"

    controller = Controller(Counting(), hostname="127.0.0.1", port=0)
    # Controller looks whether it answers at the port it was given; 0 means any, so it is asked for afterwards.
    controller.port = free_port()
    controller.start()
    pipe.send(controller.port)
    pipe.recv()
    pipe.send(arrived)
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
