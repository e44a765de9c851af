"""Lists as files: asked for, made once, whole, and without anybody's address."""

import csv
import hashlib
import io
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign import leases
from campaign.accounts.models import AuditEntry
from campaign.campaigns.models import Campaign
from campaign.delivery import csv_writing, exports, progressing, whole_files
from campaign.delivery.exports import ExportRefused, Publisher
from campaign.delivery.models import Export
from campaign.errors import NotFound
from campaign.petitions import asking
from campaign.petitions.asking import Wanted
from campaign.petitions.models import Petition
from tests import make
from tests.delivery.building import build_due
from tests.delivery.test_csv_writing import DANGEROUS, PAYLOADS

LATER = make.NOW + timedelta(minutes=1)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(folder=tmp_path / "exports", organiser="Charlie’s campaigns")


@pytest.fixture
def bridge(session: Session) -> Campaign:
    """A campaign with one confirmed signature, Suzie's."""
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    make.signature(session, petition, given_name="Suzie", family_name="Signer", email="suzie@example.org")
    make.signature(session, petition, state="pending", given_name="Pending", email="pending@example.org")
    session.commit()
    return petition.campaign


def asked(session: Session, campaign: Campaign, format: str = "csv", role: str = "deliverer") -> Export:
    charlie = make.account(session, role=role)
    export = exports.request(session, campaign, format=format, profile="delivery", account=charlie, now=make.NOW)
    session.commit()
    return export


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.stored
def test_the_worker_makes_what_was_asked_for(
    session: Session, engine: Engine, bridge: Campaign, publisher: Publisher
) -> None:
    export = asked(session, bridge)
    assert build_due(sessionmaker(engine), publisher=publisher, now=LATER) == 1
    session.expire_all()
    path = publisher.folder / export.filename
    assert (export.state, export.rows, export.snapshot_at) == ("done", 1, LATER)
    assert export.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert table(path) == [
        {
            "number": "1",
            "given_name": "Suzie",
            "family_name": "Signer",
            "country": "US",
            "postcode": "99501",
            "comment": "",
            "signed_on": "2026-11-22",
            "text_version": "1",
        }
    ]


def test_a_list_is_made_once(session: Session, engine: Engine, bridge: Campaign, publisher: Publisher) -> None:
    asked(session, bridge)
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    assert build_due(sessionmaker(engine), publisher=publisher, now=LATER) == 0
    assert len(files(publisher.folder)) == 1


@pytest.mark.parametrize("format", ["csv", "pdf"])
def test_no_address_is_handed_over(
    app: Flask, session: Session, engine: Engine, bridge: Campaign, publisher: Publisher, format: str
) -> None:
    export = asked(session, bridge, format)
    with app.app_context():
        build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.expire_all()
    path = publisher.folder / export.filename
    text = path.read_bytes().decode("utf-8", "replace")
    if format == "pdf":
        text += "".join(page.extract_text() for page in PdfReader(path).pages)
        assert "Suzie Signer" in text
    assert "@" not in path.read_text(encoding="utf-8") if format == "csv" else "example.org" not in text
    assert "Pending" not in text and "suzie@" not in text


def test_no_field_can_begin_a_formula(session: Session, engine: Engine, tmp_path: Path) -> None:
    petition = make.petition(session)
    for payload in PAYLOADS[::10]:
        typed = payload.replace("\0", "")  # PostgreSQL has no NUL in texts
        make.signature(
            session, petition, given_name=typed[:100], family_name=typed[:100], postcode=typed[:16], comment=typed
        )
    session.commit()
    path = tmp_path / "list.csv"
    exports.write(sessionmaker(engine), petition.campaign_id, format="csv", path=path, organiser="", now=LATER)
    rows = table(path)
    assert len(rows) == len(PAYLOADS[::10])
    assert not [cell for row in rows for cell in row.values() if DANGEROUS.match(cell)]


def test_a_list_holds_what_was_asked_and_nothing_else(
    app: Flask, session: Session, engine: Engine, tmp_path: Path
) -> None:
    petition = make.petition(session)
    asking.set_ways(session, petition, {"postcode": "no", "city": "required", "organisation": "optional"}, now=make.NOW)
    asking.set_questions(session, petition, [Wanted(None, "=Which bus?"), Wanted(None, "Which stop?")], now=make.NOW)
    answers = {str(petition.questions[0].id): "-12", "99": "of nobody"}
    kept = {"postcode": "99501", "city": "Ulm", "organisation": "Bäcker & Co", "phone": "+4930901820"}
    make.signature(session, petition, answers=answers, **kept)
    asking.set_questions(session, petition, [], now=make.NOW)  # answered, the first stays in lists
    session.commit()
    path = tmp_path / "list.csv"

    exports.write(sessionmaker(engine), petition.campaign_id, format="csv", path=path, organiser="", now=LATER)

    (row,) = table(path)
    columns = "number given_name family_name organisation country city comment signed_on text_version '=Which bus?"
    assert list(row) == columns.split(maxsplit=9)
    assert (row["organisation"], row["city"], row["'=Which bus?"]) == ("Bäcker & Co", "Ulm", "'-12")
    assert not {"99501", "+4930901820", "of nobody"} & set(row.values())

    book = tmp_path / "book.pdf"
    with app.app_context():
        exports.write(sessionmaker(engine), petition.campaign_id, format="pdf", path=book, organiser="", now=LATER)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(book).pages).split())
    assert "Bäcker & Co" in text and "Ulm, United States" in text and "99501" not in text


@pytest.mark.parametrize("format", ["csv", "pdf"])
def test_two_files_of_one_instant_are_the_same_bytes(
    app: Flask, session: Session, engine: Engine, bridge: Campaign, tmp_path: Path, format: str
) -> None:
    with app.app_context():
        first, second = (
            exports.write(
                sessionmaker(engine), bridge.id, format=format, path=tmp_path / name, organiser="Charlie", now=LATER
            )
            for name in (f"one.{format}", f"two.{format}")
        )
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


def test_a_file_is_for_its_owner_only(session: Session, engine: Engine, bridge: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "new" / "list.csv"
    exports.write(sessionmaker(engine), bridge.id, format="csv", path=path, organiser="", now=LATER)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_crash_while_writing_leaves_nothing_under_the_name(
    session: Session,
    engine: Engine,
    bridge: Campaign,
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    export = asked(session, bridge)
    monkeypatch.setattr(os, "fsync", full)
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.expire_all()
    assert files(publisher.folder) == []
    assert (export.state, export.filename, export.rows) == ("waiting", "", None)
    assert "No space left on device" in export.last_error


@pytest.mark.stored
def test_a_worker_that_takes_over_makes_the_list_of_the_same_instant(
    session: Session, engine: Engine, bridge: Campaign, publisher: Publisher
) -> None:
    export = asked(session, bridge)
    export.state, export.snapshot_at, export.lease_until = "working", LATER, LATER + leases.LEASE  # its worker died
    petition = session.scalars(select(Petition)).one()
    make.signature(session, petition, confirmed_at=LATER + timedelta(seconds=1))
    session.commit()
    much_later = LATER + timedelta(hours=1)
    assert build_due(sessionmaker(engine), publisher=publisher, now=much_later) == 1
    session.expire_all()
    assert (export.state, export.snapshot_at, export.rows, export.done_at) == ("done", LATER, 1, much_later)


@pytest.mark.stored
@pytest.mark.full
def test_a_full_disk_or_a_kill_in_the_middle_leaves_nothing_under_the_name(
    session: Session, bridge: Campaign, tmp_path: Path, database_url: str
) -> None:
    folder = tmp_path / "exports"
    script = f"""
import resource, signal, sys, time
from datetime import datetime
from pathlib import Path
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from campaign.delivery import exports, progressing
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def write(format, progress=lambda rows: None):
    ending = "zip" if "," in format else format
    exports.write(sessionmaker(create_engine({database_url!r})), {bridge.id}, format=format,
        path=Path({str(folder)!r}) / f"list.{{ending}}", organiser="", progress=progress,
        now=datetime.fromisoformat({LATER.isoformat()!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
for format in ("csv", "json", "xlsx", "csv,json"):
    try:
        write(format)
    except OSError as error:
        print(format, error.strerror, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
progressing.STRIDE = 1
def wait(rows):
    print("half-way", flush=True)
    time.sleep(60)
write("csv,json", wait)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = [process.stdout.readline().strip() for _ in range(5)]
        unfinished = files(folder)
        process.kill()
    assert said == [f"{format} File too large" for format in ("csv", "json", "xlsx", "csv,json")] + ["half-way"]
    # Whatever a killed one leaves is hidden, and removed later.
    assert unfinished and all(name.startswith(".") and name.endswith(whole_files.UNFINISHED) for name in files(folder))


def test_a_list_that_failed_is_made_later(
    session: Session, engine: Engine, bridge: Campaign, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(session, bridge)
    with monkeypatch.context() as patched:
        patched.setattr(csv_writing, "write", lambda *args: 1 / 0)
        build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.expire_all()
    assert "tried again" in export.last_error and "division" not in export.last_error
    session.rollback()
    build_due(sessionmaker(engine), publisher=publisher, now=LATER + timedelta(hours=1))
    session.expire_all()
    assert (export.state, export.last_error) == ("done", "")


def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    old, fresh = folder / f".a.csv.1{whole_files.UNFINISHED}", folder / f".b.csv.2{whole_files.UNFINISHED}"
    old_folder = folder / f".book{whole_files.UNFINISHED}"
    old_folder.mkdir()
    for path in (old, fresh, old_folder / "names.pdf"):
        path.write_text("Suzie")
    long_ago = time.time() - 7 * 3600
    for path in (old, old_folder):
        os.utime(path, (long_ago, long_ago))
    whole_files.discard_abandoned(folder, now=make.NOW.fromtimestamp(time.time(), tz=make.NOW.tzinfo))
    assert files(folder) == [fresh.name]


def test_rights_are_checked_again_when_the_list_is_made(
    session: Session, engine: Engine, bridge: Campaign, publisher: Publisher
) -> None:
    export = asked(session, bridge)
    account = session.get_one(make.Account, export.account_id)
    account.disabled_at = make.NOW
    session.commit()
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.expire_all()
    assert export.state == "failed" and "no longer" in export.last_error
    assert files(publisher.folder) == []


def test_making_a_list_is_in_the_audit_trail(
    session: Session, engine: Engine, bridge: Campaign, publisher: Publisher
) -> None:
    export = asked(session, bridge)
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.expire_all()
    [entry] = session.scalars(select(AuditEntry))
    assert (entry.action, entry.actor, entry.object_id) == ("export.build", "worker", str(export.id))
    assert entry.detail["rows"] == 1 and entry.detail["sha256"] == export.sha256


def test_a_campaign_without_signatures_has_no_list(session: Session) -> None:
    petition = make.petition(session)
    make.signature(session, petition, state="pending")
    with pytest.raises(ExportRefused, match="Nobody has confirmed"):
        asked(session, petition.campaign)
    assert session.scalars(select(Export)).all() == []


def test_a_campaign_without_a_petition_has_no_list(session: Session) -> None:
    with pytest.raises(ExportRefused, match="no petition"):
        asked(session, make.campaign(session))


@pytest.mark.parametrize(("format", "profile", "field"), [("exe", "delivery", "format"), ("csv", "press", "profile")])
def test_unknown_kinds_of_list_are_refused_naming_those_there_are(
    session: Session, bridge: Campaign, format: str, profile: str, field: str
) -> None:
    charlie = make.account(session)
    with pytest.raises(ExportRefused) as caught:
        exports.request(session, bridge, format=format, profile=profile, account=charlie, now=make.NOW)
    assert caught.value.field == field
    assert ("csv, machine-csv" if field == "format" else "delivery") in caught.value.message


def test_a_missing_file_is_said_plainly(
    session: Session, engine: Engine, bridge: Campaign, publisher: Publisher
) -> None:
    export = asked(session, bridge)
    with pytest.raises(NotFound, match="no finished list"):
        exports.find(session, export.id, publisher=publisher)
    session.rollback()
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.expire_all()
    _, path = exports.find(session, export.id, publisher=publisher)
    path.unlink()
    with pytest.raises(NotFound, match="no longer here"):
        exports.find(session, export.id, publisher=publisher)


def test_progress_is_told(
    session: Session, engine: Engine, bridge: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progressing, "STRIDE", 1)
    told: list[int] = []
    exports.write(
        sessionmaker(engine),
        bridge.id,
        format="csv",
        path=tmp_path / "list.csv",
        organiser="",
        now=LATER,
        progress=told.append,
    )
    assert told == [1]


def test_while_it_is_made_the_row_says_how_far_it_is_and_no_other_worker_takes_it(
    session: Session, engine: Engine, bridge: Campaign, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progressing, "STRIDE", 1)
    monkeypatch.setattr(progressing, "BEAT", 0)
    seen: list[tuple[str, int | None, bool]] = []
    export = asked(session, bridge)

    def look(path: Path) -> str:
        session.expire_all()
        lease = export.lease_until
        seen.append((export.state, export.rows, lease is not None and lease > LATER + leases.LEASE))
        session.rollback()
        return "hash"

    monkeypatch.setattr(whole_files, "sha256", look)
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    assert seen == [("working", 1, True)]
