"""How fast letters are made and sent: `python -m benchmarks.letters [--letters 500] [--offices 50]`.

Loads the shipped directory into a throw-away SQLite file; renders, sets in type, and sends confirmed letters, with
pacing off, to a mail server on this machine that throws them away. Prints p50 and p99 in milliseconds, and letters per
second.
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
from campaign.mail.transport import SmtpTransport
from campaign.officials.models import ContactDetail, Membership, Post

BODY = """{{ official.salutation }},

I urge you to mend the bridge before winter. My children cross it every day.

Sincerely,
{{ sender.name }}
{{ sender.address_lines }}
{{ sender.city }}, {{ sender.region }} {{ sender.postcode }}"""
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
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    return f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms of {times}"


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
        limits = {"LETTER_EMAIL": 1, "ROSTER_BLOCK_DAYS": 100_000, "LETTER_OFFICE_HOUR": 0}
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
    queued = 0
    for number in range(letters):
        text = render(number)
        if not text.holder_name:
            continue  # an office nobody is known to hold gets no mail
        row = ledger.prepare(session, template, text, mine=[], now=now)
        token = asking.ask(session, row, text, email=f"u{number}@example.org", now=now)
        asking.confirm(session, asking.find(session, token, now=now), now=now)
        queued += 1
    session.commit()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        transport = SmtpTransport(f"smtp://127.0.0.1:{server.server_address[1]}")
        sender = Sender(sessionmaker(db.engine), transport, Address("Site", addr_spec="site@example.org"), 0)
        began, tried = time.perf_counter(), 0
        while done := sender.round(now):
            tried += done
        seconds = time.perf_counter() - began
        sender.close()
        server.shutdown()
    sent = ledger.tallies(session, [template.id])[template.id].get("sent", 0)
    print(f"send:   {sent} of {queued} letters in {seconds:.1f} s, {sent / seconds:.0f} per second")


if __name__ == "__main__":
    main()
