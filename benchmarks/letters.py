"""How fast letters are made and sent: `python -m benchmarks.letters [--letters 500] [--offices 50]`.

Loads the shipped directory into a throw-away SQLite file; renders, sets in type, confirms, and sends confirmed letters,
with pacing off, to a mail server on this machine that throws them away. Beside them, in turns, as many mails of the
outbox. Prints milliseconds of processor time (of wall-clock time with p50 and p99), which other work on the machine
changes less, and letters per second.
"""

import argparse
import socketserver
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign import create_app, seeding
from campaign.campaigns.models import Campaign
from campaign.db import Base, db
from campaign.letters import ledger, rendering
from campaign.letters.channels.email import asking
from campaign.letters.channels.email.sending import Sender
from campaign.letters.channels.printing import paper
from campaign.letters.models import LetterTemplate
from campaign.mail import breaker, outbox, sending
from campaign.mail.transport import SmtpTransport
from campaign.officials.models import ContactDetail, Membership, Post

BODY = """{{ official.salutation }},

I urge you to mend the bridge before winter. My children cross it every day.

Sincerely,
{{ sender.name }}
{{ sender.address_lines }}
{{ sender.city }}, {{ sender.region }} {{ sender.postcode }}"""
MAIL = {"given_name": "Suzie", "post_label": "Senator for Vermont", "campaign_title": "Mend the bridge"} | {
    "link": "https://example.org/letters/token"
}
SUZIE = rendering.Sender("Suzie", "Signer", "1 Road", "Burlington", "Vermont", "05401", "US", "suzie@example.org")


class Sink(socketserver.StreamRequestHandler):
    """The least a mail server says."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            match line[:4].upper():
                case b"EHLO" | b"HELO":
                    self.wfile.write(b"250 sink\r\n")
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while self.rfile.readline() != b".\r\n":
                        pass
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 ok\r\n")


def timed(act: Callable[[], Any], times: int) -> str:
    taken, worked = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    worked = (time.process_time() - worked) * 1000 / times
    cuts = statistics.quantiles(taken, n=100)
    return f"{worked:.2f} ms of processor time; p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms of {times}"


def prepared(session: Session, offices: int) -> tuple[LetterTemplate, list[Post]]:
    """A campaign with a letter, and so many offices that have a mailbox."""
    now = datetime.now(UTC)
    seeding.load_reference(session, now=now)
    campaign = Campaign(slug="bridge", title="Mend the bridge", state="published", language="en")
    campaign.created_at = campaign.changed_at = now
    session.add(campaign)
    session.flush()
    template = LetterTemplate(campaign_id=campaign.id, slug="write", title="Write", target="my_senators", body=BODY)
    template.subject, template.language = "The bridge", "en"
    session.add(template)
    query = select(Post).join(Membership).where(Post.role == "senator").distinct().limit(offices)
    posts = list(session.scalars(query))
    for post in posts:
        session.add(ContactDetail(post_id=post.id, type="email", value=f"{post.id}@example.gov"))
    session.commit()
    return template, posts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    arguments.add_argument("--letters", type=int, default=500)
    arguments.add_argument("--offices", type=int, default=50)
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        limits = {"LETTER_EMAIL": 1, "ROSTER_BLOCK_DAYS": 100_000, "LETTER_OFFICE_HOUR": 0, "LETTER_ALIKE": 0}
        limits["MAIL_BREAKER"] = 10**9
        app = create_app(Path(folder), environ={}, overrides=limits, quiet=True)
        with app.app_context():
            Base.metadata.create_all(db.engine)
            measure(db.session(), wanted.letters, wanted.offices)
            db.session.remove()
            db.engine.dispose()


def measure(session: Session, letters: int, offices: int) -> None:
    template, posts = prepared(session, offices)
    now = datetime.now(UTC)

    def render(number: int = 0) -> rendering.RenderedLetter:
        return rendering.render(
            session,
            template,
            posts[number % len(posts)],
            sender=SUZIE,
            campaign_title="T",
            campaign_url="https://example.org/",
            on=now.date(),
        )

    print("render:", timed(render, 2000))
    letter = render()
    print("PDF:   ", timed(lambda: paper.pdf(letter, paper="us-letter", now=now), 30))
    tokens = []
    for number in range(letters):
        text = render(number)
        if not text.holder_name:
            continue  # an office nobody is known to hold gets no mail
        row = ledger.prepare(session, template, text, mine=[], now=now)
        tokens.append(asking.ask(session, row, text, email=f"u{number}@example.org", now=now))
        outbox.queue(session, "confirm_letter", to=f"u{number}@example.org", language="en", context=MAIL, now=now)
    session.commit()

    def confirm() -> None:
        asking.confirm(session, asking.find(session, tokens.pop(), now=now), now=now)
        session.commit()

    queued = len(tokens)
    print("confirm:", timed(confirm, queued))
    send(session, template, queued, now)


def send(session: Session, template: LetterTemplate, queued: int, now: datetime) -> None:
    """A round of letters, a round of mails, and so on: what else the machine does slows down both."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"smtp://127.0.0.1:{server.server_address[1]}"
        site = Address("Site", addr_spec="site@example.org")
        letters = Sender(sessionmaker(db.engine), SmtpTransport(url), site, 0)
        mails = sending.Sender(sessionmaker(db.engine), SmtpTransport(url), site, breaker.for_app())
        spent = {"letters": [0.0, 0.0, 0], "outbox": [0.0, 0.0, 0]}
        rounds = (("letters", letters.round), ("outbox", mails.round))
        while sum(_timed_round(spent[name], round_, now) for name, round_ in rounds):
            pass
        letters.close()
        mails.close()
        server.shutdown()
    sent = ledger.tallies(session, [template.id])[template.id].get("sent", 0)
    for name, (seconds, worked, number) in spent.items():
        each = f"{worked * 1000 / number:.2f} ms of processor time each (with the sink’s share)"
        print(f"{name}: {number:.0f} sent, {number / seconds:.0f} per second, {each}")
    print(f"{sent} of {queued} letters left")


def _timed_round(spent: list[float], round_: Callable[[datetime], int], now: datetime) -> int:
    began, worked = time.perf_counter(), time.process_time()
    tried = round_(now)
    if tried:
        spent[0] += time.perf_counter() - began
        spent[1] += time.process_time() - worked
        spent[2] += tried
    return tried


if __name__ == "__main__":
    main()
