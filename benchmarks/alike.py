"""A flood of letters that say nearly the same, beside letters in people's own words, to offices with a pace.

    python -m benchmarks.alike [--letters 20000] [--offices 50] [--stored 100000]

A fifth of the letters are people's own; the others are five texts with a word or two changed. They are confirmed while
--stored letters unlike any other are there already. Prints how many copies were found to be copies, how many letters
of people's own were held, how long comparing took, and the most that any office got in an hour. On SQLite.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.letters import SUZIE, prepared
from campaign import create_app
from campaign.db import Base, db
from campaign.letters import ledger, likeness, rendering
from campaign.letters.channels.email import alike, asking, rules
from campaign.letters.channels.email.models import LetterBand, LetterGroup, MailedLetter
from campaign.letters.channels.email.sending import Sender
from campaign.letters.models import Letter

TEXTS, OFTEN = 5, 500
HOUR, STEP = timedelta(hours=1), timedelta(minutes=10)
WORDS = [f"word{number}" for number in range(3000)]
IS_WORD = frozenset(WORDS)


class Sink:
    """Takes every mail."""

    def send(self, message: EmailMessage) -> None:
        """Nothing is kept: the database says what left, and when."""

    def close(self) -> None:
        """Nothing is open."""


def text(chance: random.Random) -> str:
    return f"Dear Senator,\n\nI urge you: {' '.join(chance.choices(WORDS, k=80))}.\n\n{SUZIE.name}"


def changed(body: str, chance: random.Random) -> str:
    """As a copy that somebody changed a word or two of."""
    for word in chance.sample([word for word in body.split() if word in IS_WORD], chance.choice((1, 2))):
        body = body.replace(word, "changed", 1)
    return body


def store(session: Session, campaign_id: int, number: int, chance: random.Random, now: datetime) -> None:
    """So many letters, each in words of its own, each therefore a group."""
    for start in range(0, number, OFTEN):
        # As texts without a word in common have them; to make them from texts would take longer than all the rest.
        sketches = [
            [chance.getrandbits(32) for _ in range(likeness.NUMBERS)] for _ in range(min(OFTEN, number - start))
        ]
        same: dict[str, Any] = {"campaign_id": campaign_id, "letters": 1, "state": "free", "created_at": now}
        groups = [LetterGroup(sketch=sketch, **same) for sketch in sketches]
        session.add_all(groups)
        session.flush()
        bands = [
            {"campaign_id": campaign_id, "band": band, "group_id": group.id}
            for group in groups
            for band in likeness.bands(group.sketch)
        ]
        session.execute(LetterBand.__table__.insert(), bands)  # type: ignore[attr-defined]
        session.commit()


def flood(session: Session, letters: int, offices: int, stored: int, now: datetime) -> dict[int, int]:
    """Confirm all; returns for each letter the number of the text it copies, -1 for people's own."""
    chance = random.Random(22)
    template, posts = prepared(session, offices)
    store(session, template.campaign_id, stored, chance, now)
    values: dict[str, Any] = {"sender": SUZIE, "campaign_title": "T", "campaign_url": "https://x.example/"}
    made = [rendering.render(session, template, post, on=now.date(), **values) for post in posts]
    known = [letter for letter in made if letter.holder_name]
    texts, kinds, taken = [text(chance) for _ in range(TEXTS)], {}, []

    def timed(join: Any) -> Any:
        def joined(*arguments: Any, **values: Any) -> Any:
            began = time.perf_counter()
            group = join(*arguments, **values)
            taken.append((time.perf_counter() - began) * 1000)
            return group

        return joined

    alike.join = timed(alike.join)
    # Who holds an office and takes its mail is asked twice for each letter, and was a third of all work. Nothing about
    # the offices changes here; what leaves is asked for once more as it leaves.
    rules.way = cache(rules.way)
    for number in range(letters):
        kind = number // 5 % TEXTS if number % 5 else -1
        body = changed(texts[kind], chance) if number % 5 else text(chance)
        letter = rendering.finished(known[number % len(known)], subject="The bridge", body=body)
        row = ledger.prepare(session, template, letter, mine=[], now=now)
        token = asking.ask(session, row, letter, email=f"u{number}@example.org", now=now)
        asking.confirm(session, asking.find(session, token, now=now), now=now)
        kinds[row.id] = kind
        if number % OFTEN == 0:
            session.commit()
    session.commit()
    cuts = statistics.quantiles(taken, n=100)
    print(f"comparing one: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, beside {stored:,} stored ones")
    return kinds


def judge(session: Session, kinds: dict[int, int], per_hour: int) -> None:
    """What was held, what left, and how fast."""
    groups: dict[int, Counter[int | None]] = {}
    own_held = left = 0
    moments: dict[str, list[datetime]] = {}
    query = select(
        MailedLetter.letter_id, MailedLetter.group_id, MailedLetter.post_id, MailedLetter.left_at, Letter.state
    )
    for row in session.execute(query.join(Letter)):
        kind = kinds[row.letter_id]
        groups.setdefault(kind, Counter())[row.group_id] += 1
        left += row.state == "sent"
        own_held += kind < 0 and row.state != "sent"
        if row.left_at:
            moments.setdefault(row.post_id, []).append(row.left_at)
    own, copies = sum(groups.pop(-1).values()), sum(found.total() for found in groups.values())
    together = sum(found.most_common(1)[0][1] for found in groups.values())
    print(f"copies found to be copies: {together:,} of {copies:,} ({together / copies:.2%})")
    print(f"letters in people’s own words that were held: {own_held:,} of {own:,} ({own_held / own:.2%})")
    busiest = max(
        sum(0 <= (later - first) / HOUR < 1 for later in moments_of)
        for moments_of in moments.values()
        for first in moments_of
    )
    print(f"left: {left:,}; the most that an office got in an hour: {busiest}, set to {per_hour}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--offices", type=int, default=50)
    parser.add_argument("--stored", type=int, default=100_000)
    wanted = parser.parse_args()
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        limits = {"LETTER_EMAIL": 1, "ROSTER_BLOCK_DAYS": 100_000, "MAIL_BREAKER": 10**9}
        app = create_app(Path(folder), environ={}, overrides=limits, quiet=True)
        with app.app_context():
            Base.metadata.create_all(db.engine)
            session = db.session()
            kinds = flood(session, wanted.letters, wanted.offices, wanted.stored, now)
            per_hour = app.config["LETTER_OFFICE_HOUR"]
            sender = Sender(sessionmaker(db.engine), Sink(), Address("Site", addr_spec="site@example.org"), per_hour)
            quiet = 0
            while quiet <= HOUR / STEP:  # as long as an office's hour is full, nothing leaves for it
                tried = 0
                while number := sender.round(now):
                    tried += number
                quiet = 0 if tried else quiet + 1
                now += STEP
            judge(session, kinds, per_hour)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
