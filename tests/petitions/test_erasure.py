"""Whoever asks to be erased is found nowhere afterwards: no table, no file, no log has a byte of what they typed."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from campaign import logs, worker
from campaign.db import Base, now
from campaign.delivery.models import Export
from campaign.mail.models import Email
from campaign.petitions import counting
from campaign.petitions.models import Petition, Question, Signature
from campaign.scrubbing import Erasure
from tests import make
from tests.conftest import FULL, Visitor

# In everything a canary types, and in nothing else.
WORD, DIGITS = "Qzvxwk", "5577310"
CANARIES, SOME = (200, 12) if FULL else (10, 4)
DAY = timedelta(days=1)


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    many = dict.fromkeys(("SIGN_LIMIT", "SIGN_DOMAIN_LIMIT", "SIGN_PETITION_LIMIT"), "100000 per minute")
    return settings | many | {"SIGN_SECONDS": 0, "MAIL_BREAKER": 1_000_000}


@pytest.fixture
def petition(session: Session) -> Petition:
    row = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + 30 * DAY)
    row.asks = {"city": "optional", "organisation": "optional", "phone": "optional"}
    row.questions.append(Question(label="Which ferry?", position=1))
    session.commit()
    return row


@pytest.fixture
def site(client: Visitor, session: Session, petition: Petition) -> "Site":
    return Site(client, session, petition)


class Site:
    """Canaries who sign by the app's own pages, and what their browser does there."""

    def __init__(self, client: Visitor, session: Session, petition: Petition) -> None:
        self.client, self.session, self.petition = client, session, petition
        self.question = petition.questions[0].id

    def sign(self, number: int) -> str:
        """The address of their own page."""
        mark = f"{WORD}{chr(97 + number // 26)}{chr(97 + number % 26)}"
        typed = {
            "given_name": f"{mark}given",
            "family_name": f"{mark}family",
            "email": f"{mark}.mail@{mark}.example.org",
            "country": "US",
            "postcode": "99501",
            "city": f"{mark}ville",
            "organisation": f"{mark} and sons",
            "phone": f"+1 {DIGITS}{number:03}",
            "comment": f"{mark} comments {'at length ' * (number % 90)}",
            f"question_{self.question}": f"{mark} answers",
            "show_name": "yes",
            "subscribe": "yes",
        }
        self.client.submit("/campaigns/bridge/sign", typed)
        self.session.rollback()
        mail = self.session.scalars(select(Email).order_by(Email.id.desc()).limit(1)).one()
        link = str(mail.context["link"]).removeprefix("http://localhost")
        self.session.rollback()
        return link

    def act(self, link: str, act: str) -> None:
        self.client.submit(link, {"act": act})

    def confirmed(self, number: int) -> list[str]:
        links = [self.sign(n) for n in range(number)]
        for link in links:
            self.act(link, "confirm")
        return links

    @property
    def count(self) -> int:
        self.session.rollback()
        number = counting.confirmed(self.session, [self.petition.id])[self.petition.id]
        self.session.rollback()  # whoever reads keeps SQLite's log from being cut
        return number


def places(session: Session, folder: Path) -> list[str]:
    """Where a canary can still be read: files byte by byte, tables row by row."""
    session.rollback()
    database = session.get_bind().engine.url
    files = [path for path in folder.rglob("*") if path.is_file()]
    if database.drivername == "sqlite":
        main = Path(database.database or "")
        files += [path for path in main.parent.glob(f"{main.name}*") if path.suffix != ".turns"]
        return [path.name for path in files if is_in(path.read_bytes())]
    found = [path.name for path in files if is_in(path.read_bytes())]
    for table in Base.metadata.sorted_tables:
        query = f'SELECT count(*) FROM "{table.name}" t WHERE t::text ILIKE :word OR t::text LIKE :digits'
        if session.scalar(text(query), {"word": f"%{WORD}%", "digits": f"%{DIGITS}%"}):
            found.append(table.name)
    session.rollback()
    return found


def is_in(data: bytes) -> bool:
    """As UTF-8, UTF-16 of either order, and base64 wherever its groups begin; quoted-printable leaves letters alone."""
    words = [form for word in (WORD, WORD.lower(), DIGITS) for form in forms(word)]
    return any(word in data for word in words)


def forms(word: str) -> list[bytes]:
    plain = word.encode()
    encoded = []
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain)
        # The first and last characters also hold bits of what stands beside the word.
        encoded.append(whole[(0, 2, 3)[before] : len(plain) * 4 // 3 - 1])
    return [plain, word.encode("utf-16-le"), word.encode("utf-16-be"), *encoded]


def handed_over(session: Session, sign_in: Callable[..., Visitor], app: Flask, *formats: str) -> None:
    """The organiser has lists made, and the worker sends the mails."""
    desk = sign_in("owner")
    for format in formats:
        desk.submit("/desk/campaigns/bridge/export", {"format": format, "profile": "delivery"})
    worker.run(app, once=True)
    session.rollback()
    assert list(session.scalars(select(Export.state))) == ["done"] * len(formats)


def test_canaries_are_erased_everywhere(
    app: Flask,
    site: Site,
    session: Session,
    sign_in: Callable[..., Visitor],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    logs.init_logs()
    others = [make.signature(session, site.petition, comment="stays " * (n % 50)) for n in range(50)]
    session.commit()
    links = site.confirmed(CANARIES)
    handed_over(session, sign_in, app, "csv", "pdf")
    before = places(session, tmp_path)
    assert len([name for name in before if name.endswith(".eml")]) == CANARIES
    assert any(name.endswith(".csv") for name in before)

    for link in links:
        site.act(link, "erase")
    assert site.count == 0
    worker.run(app, once=True)

    assert places(session, tmp_path) == []
    assert list((tmp_path / "exports").iterdir()) == []
    logged = capfd.readouterr()
    assert "request" in logged.err and not is_in((logged.out + logged.err).encode())
    assert session.scalar(select(func.count()).select_from(Erasure)) == 0
    assert session.scalar(select(func.count()).where(Signature.email != "")) == len(others)


def test_canaries_in_a_large_file_are_gone_after_the_next_night(
    app: Flask, site: Site, session: Session, tmp_path: Path
) -> None:
    app.config["SCRUB_BYTES"] = 0
    for link in site.confirmed(3):
        site.act(link, "erase")
    session.execute(update(Erasure).values(at=now() - DAY))
    session.commit()

    instants = [now().replace(hour=hour) for hour in (12, 2)]
    done = []
    for instant in instants:
        with app.app_context():
            done.append(worker.clean_up_erasures(instant))
            worker.forget_mail_files(instant)

    is_sqlite = session.get_bind().dialect.name == "sqlite"
    assert [bool(number) for number in done] == ([False, True] if is_sqlite else [True, False])
    assert places(session, tmp_path) == []


@pytest.mark.parametrize("way", ["withdraw", "disown", "expire", "keep until today"])
def test_all_ways_of_being_forgotten_leave_as_little(
    app: Flask, site: Site, session: Session, sign_in: Callable[..., Visitor], tmp_path: Path, way: str
) -> None:
    links = site.confirmed(SOME)
    waiting = [site.sign(n) for n in range(SOME, 2 * SOME)]
    handed_over(session, sign_in, app, "csv")

    if way in ("withdraw", "disown"):
        for link in [*links, *waiting]:
            site.act(link, way)
    else:
        session.execute(update(Petition).values(keep_until=now()))
    if way == "expire":
        session.execute(update(Petition).values(keep_until=None))
        session.execute(update(Signature).values(created_at=now() - 40 * DAY, state="pending", confirmed_at=None))
        session.execute(update(Email).values(created_at=now() - 40 * DAY, done_at=now() - 40 * DAY))
        session.execute(update(Export).values(snapshot_at=now() + DAY))
    session.commit()
    worker.run(app, once=True)

    left = [name for name in places(session, tmp_path) if way != "expire" or not name.endswith((".csv", ".pdf"))]
    assert left == []
    if way == "keep until today":
        assert site.count == SOME and counting.check(session) == []
