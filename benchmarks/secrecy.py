"""Can a stranger tell by the clock who has signed? `python -m benchmarks.secrecy [--probes 2100] [--database URL]`.

Addresses that have signed, that have not, and that never want mail are typed in by turns, in an order drawn by lot, one
after the other and each once; what is measured is the time of the whole answer. Each kind is compared with the
unsigned by a two-sample Kolmogorov–Smirnov test: below the critical value of 1 %, no difference is shown. Two halves
of the unsigned are compared as well, which says what the test makes of a machine with other work to do.
"""

import argparse
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from math import sqrt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import visiting
from benchmarks.live import SECRET, SLUG, Site, site
from benchmarks.visiting import Connection
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Suppression
from campaign.petitions.models import Petition, Signature
from campaign.petitions.signers import signer_key

KINDS = ("signed", "unsigned", "blocked")
PATH = f"/campaigns/{SLUG}/sign"
WARM = 50  # answers that are not measured: the first read templates and statements
CRITICAL = 1.628  # for 1 %


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--probes", type=int, default=2100)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: an SQLite file")
    chosen = options.parse_args()
    with site(chosen.database, workers=1) as made:
        number = chosen.probes // len(KINDS)
        arrange(made, number)
        made.web.start()
        made.web.wait_ready()
        times = probe(made, number)
        report(times)
        with Session(made.engine) as session:
            confirmed = session.scalar(select(func.count()).where(Signature.state == "confirmed"))
        print(f"confirmed before and after: {number}, {confirmed}")
    sys.exit(0 if all(is_alike(times[kind], times["unsigned"]) for kind in KINDS) else 1)


def address(kind: str, number: int) -> str:
    """Of one length for all kinds, and none that another kind has."""
    return f"{kind[0]}{number:06}@{kind:8}.example".replace(" ", "x")


def arrange(made: Site, number: int) -> None:
    """Who signed did so two days ago, so that a mail is due to them as it is to the others."""
    before = datetime.now(UTC) - timedelta(days=2)
    with Session(made.engine) as session:
        petition = session.scalars(select(Petition)).one()
        text = petition.text
        assert text
        for person in range(number):
            email = address("signed", person)
            row = Signature(
                petition_id=petition.id, petition_text_id=text.id, signer_key=signer_key(SECRET, email), email=email,
                given_name="Suzie", family_name="Smith", country="US", postcode="99501", state="confirmed",
                mailed_at=before, created_at=before, confirmed_at=before,
            )  # fmt: skip
            key = mailbox_key(SECRET, address("blocked", person))
            session.add_all([row, Suppression(mailbox_key=key, reason="asked", created_at=before)])
        session.commit()


def probe(made: Site, number: int) -> dict[str, list[float]]:
    """Seconds of each answer, by kind."""
    asked = [(kind, person) for kind in KINDS for person in range(number)]
    random.shuffle(asked)
    warm = [("another", person) for person in range(WARM)]
    connection = Connection(made.web.port)
    shown = visiting.visit(connection, PATH, address=visiting.network(0))
    typed = shown.fields | {"given_name": "Suzie", "family_name": "Smith", "country": "US", "postcode": "99501"}
    typed.pop("subscribe", None)
    times: dict[str, list[float]] = {kind: [] for kind in (*KINDS, "another")}
    for place, (kind, person) in enumerate([*warm, *asked]):
        headers = shown.headers | {"X-Forwarded-For": visiting.network(place)}
        began = time.perf_counter()
        answer = connection.post(PATH, typed | {"email": address(kind, person)}, headers)
        times[kind].append(time.perf_counter() - began)
        if answer.status != 303:
            raise visiting.UnexpectedAnswer(f"{kind}: {answer.status}")
    connection.close()
    return times


def report(times: dict[str, list[float]]) -> None:
    unsigned = times["unsigned"]
    halves = {"unsigned, odd": (unsigned[1::2], unsigned[::2])}
    pairs = {kind: (times[kind], unsigned) for kind in KINDS if kind != "unsigned"} | halves
    print(f"{'against unsigned':18}{'probes':>14}{'median ms':>18}{'D':>8}{'1 %':>8}")
    for kind, (one, other) in pairs.items():
        medians = f"{statistics.median(one) * 1000:.2f} / {statistics.median(other) * 1000:.2f}"
        said = "alike" if is_alike(one, other) else "DIFFERENT"
        numbers = f"{len(one)} / {len(other)}"
        print(f"{kind:18}{numbers:>14}{medians:>18}{distance(one, other):8.4f}{critical(one, other):8.4f}  {said}")


def is_alike(one: list[float], other: list[float]) -> bool:
    return distance(one, other) < critical(one, other)


def distance(one: list[float], other: list[float]) -> float:
    """The largest gap between the shares of both that took no longer than some time.

    >>> distance([1, 2, 3], [1, 2, 3]), distance([1, 2], [3, 4])
    (0.0, 1.0)
    """
    marks = sorted([(seconds, 1 / len(one)) for seconds in one] + [(seconds, -1 / len(other)) for seconds in other])
    largest = gap = 0.0
    for place, (seconds, step) in enumerate(marks):
        gap += step
        if place + 1 == len(marks) or marks[place + 1][0] != seconds:
            largest = max(largest, abs(gap))
    return round(largest, 9)


def critical(one: list[float], other: list[float]) -> float:
    return CRITICAL * sqrt((len(one) + len(other)) / (len(one) * len(other)))


if __name__ == "__main__":
    main()
