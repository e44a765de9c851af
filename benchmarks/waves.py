"""How long a wave of fakes takes to find, take out and bring back: `python -m benchmarks.waves [ROWS]`.

Makes a petition with a million signatures, 77,000 of them fake (40 domains, 9 networks), in a throw-away database
(SQLite, or --database postgresql+psycopg://… with an empty database of yours). Shows what the desk's page shows,
invalidates by one rule, checks that exactly the fakes changed and that the counters agree
with the rows, undoes it, and checks that every signature is as it was. Prints seconds,
and how many of them this process was at work (SQLite works in it, PostgreSQL does not).
"""

import argparse
import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.petitions import counting
from campaign.petitions.models import Petition, PetitionText, Signature
from campaign.petitions.texts import versions
from campaign.petitions.waves import invalidating
from campaign.petitions.waves import noticing as waves
from campaign.petitions.waves.invalidating import Rule

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FAKES, DOMAINS, NETWORKS = 77_000, 40, 9
NAMES = ("Zoë Łukasiewicz", "Ελένη Παπαδοπούλου", "Олександра Шевченко", "فاطمة الزهراء", "Suzie Signer")
COUNTRIES = ("US", "FR", "GR", "UA", "EG")
BATCH = 20_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", nargs="?", type=int, default=1_000_000)
    options.add_argument("--database", default="", help="URL of an empty database; default: a new SQLite file")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(chosen.database or f"sqlite:///{folder}/benchmark.sqlite3")
        Base.metadata.create_all(engine)
        try:
            measure(engine, chosen.rows)
        finally:
            Base.metadata.drop_all(engine)


def measure(engine: Engine, rows: int) -> None:
    with Session(engine) as session:
        with told(f"{rows:,} rows made"):
            petition = fill(session, rows)
            session.commit()
        before = state_hash(session)
        for window in waves.WINDOWS:
            with told(f"what is unusual: {window}"):
                waves.look(session, petition, window, now=NOW)
        with told("who signed which version"):
            versions.agreed(session, petition)
        # The fakes share their names' shape, and nothing else: the slowest kind of rule, which looks at every name.
        rule = Rule(name="bot * nr.*")
        with told("looking at the effect"):
            effect = invalidating.effect(session, petition, rule)
            invalidating.sample(session, petition, rule)
        session.rollback()
        with told("taking out (signing waits on SQLite)"):
            row = invalidating.invalidate(
                session, petition, rule, note="", expected=effect.number, within=effect.within, now=NOW
            )
            session.commit()
        verify(session, petition, row.number, rows)
        with told("undoing"):
            invalidating.undo(session, row, now=NOW)
            session.commit()
        assert state_hash(session) == before, "undoing did not restore what was"
        assert counting.check(session) == [], "counters differ from the rows"
        print("undone: every signature as it was, the counters agree")


def verify(session: Session, petition: Petition, number: int, rows: int) -> None:
    """Exactly the fakes are out, no genuine signature is, and the counters agree."""
    out = select(func.count()).where(Signature.state == "invalidated")
    fakes, genuine = (session.scalar(out.where(Signature.comment == comment)) for comment in ("fake", ""))
    assert (number, fakes, genuine) == (min(FAKES, rows), min(FAKES, rows), 0), (number, fakes, genuine)
    assert counting.check(session) == [], "counters differ from the rows"
    session.rollback()
    print(f"taken out: {fakes:,} fakes, {genuine} genuine; the counters agree")


def fill(session: Session, rows: int) -> Petition:
    campaign = Campaign(slug="benchmark", state="published", title="Mend the bridge", created_at=NOW, changed_at=NOW)
    petition = Petition(campaign=campaign, goal=100)
    petition.texts.append(PetitionText(version=1, demand="Mend the bridge before winter.", created_at=NOW))
    petition.texts.append(PetitionText(version=2, demand="Mend both bridges.", note="Two are broken.", created_at=NOW))
    session.add(petition)
    session.flush()
    for first in range(0, rows, BATCH):
        numbers = range(first, min(rows, first + BATCH))
        session.execute(insert(Signature), [signature(petition, number, rows) for number in numbers])
    counting.check(session, fix=True)
    return petition


def signature(petition: Petition, number: int, rows: int) -> dict[str, object]:
    is_fake = number * FAKES // rows != (number + 1) * FAKES // rows or rows <= FAKES
    given_name, family_name = ("Bot", f"Nr.{number}") if is_fake else NAMES[number % len(NAMES)].split(" ")
    created_at = NOW - timedelta(seconds=number % 86_000 if is_fake else number % 8_000_000)
    is_pending = number % 10 == 3
    return {
        "petition_id": petition.id,
        "petition_text_id": petition.texts[number % 2].id,
        "signer_key": hashlib.sha256(str(number).encode()).hexdigest(),
        "email": f"signer{number}@example.org",
        "given_name": f"{given_name} {number % 7}" if is_fake else given_name,
        "family_name": family_name,
        "country": "VA" if is_fake else COUNTRIES[number % len(COUNTRIES)],
        "postcode": f"{number % 100_000:05}",
        "domain": f"fake{number % DOMAINS}.example" if is_fake else f"mail{number % 500}.example",
        "network_key": f"{number % NETWORKS if is_fake else number:064x}",
        "comment": "fake" if is_fake else "",
        "state": "pending" if is_pending else "confirmed",
        "created_at": created_at,
        "confirmed_at": None if is_pending else created_at + timedelta(minutes=2),
    }


def state_hash(session: Session) -> str:
    """Of every column of every signature."""
    digest = hashlib.sha256()
    for row in session.execute(text("SELECT * FROM signature ORDER BY id").execution_options(yield_per=10_000)):
        digest.update(repr(tuple(row)).encode())
    session.rollback()
    return digest.hexdigest()


@contextmanager
def told(what: str) -> Iterator[None]:
    started, worked = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    print(f"{what:42} {wall:8.2f} s, {cpu:6.2f} s of them at work here", flush=True)


if __name__ == "__main__":
    main()
