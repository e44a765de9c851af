"""`campaign export`."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.delivery import progressing, verifying
from campaign.delivery.cli import export
from campaign.delivery.progressing import Progress
from campaign.errors import NotFound, Refused
from tests import make


@pytest.fixture
def bridge(session: Session) -> None:
    """A campaign that Suzie and Ann signed."""
    petition = make.petition(session, make.campaign(session, slug="bridge", country="US"))
    make.signature(session, petition, given_name="Suzie")
    make.signature(session, petition, given_name="Ann")
    make.signature(session, petition, state="pending", given_name="Pending")
    session.commit()


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(export, words)


def refused(app: Flask, *words: str) -> Refused:
    error = run(app, *words).exception
    assert isinstance(error, Refused)
    return error


def test_it_prints_what_programs_rely_on(app: Flask, bridge: None, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    result = run(app, "bridge", "-o", str(path), "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert list(said) == ["path", "rows", "sha256", "snapshot_at", "profile"]
    assert said["path"] == str(path) and said["rows"] == 2 and said["profile"] == "delivery"
    assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert said["snapshot_at"].endswith("+00:00")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert [row["given_name"] for row in rows] == ["Suzie", "Ann"]


def test_without_a_path_the_file_lies_with_the_installation(app: Flask, bridge: None) -> None:
    result = run(app, "bridge")
    path = Path(result.stdout.strip())
    assert path.is_file() and path.parent == Path(app.config["INSTANCE"]) / "exports"
    assert path.name.startswith("bridge-20") and path.suffix == ".csv"


def test_a_book_is_a_pdf(app: Flask, bridge: None, tmp_path: Path) -> None:
    result = run(app, "bridge", "--format", "pdf", "-o", str(tmp_path))
    path = Path(result.stdout.strip())
    assert path.parent == tmp_path and path.read_bytes().startswith(b"%PDF")


def test_it_is_in_the_audit_trail(app: Flask, session: Session, bridge: None, tmp_path: Path) -> None:
    run(app, "bridge", "-o", str(tmp_path / "list.csv"))
    [entry] = session.scalars(select(AuditEntry))
    assert (entry.action, entry.actor, entry.object_id) == ("export.build", "command line", "bridge")
    assert entry.detail["rows"] == 2


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--format", "ods"), "csv, machine-csv, xlsx, json, pdf"),
        (("--profile", "press"), "delivery, crm, backup"),
        (("--names", "surname"), "initials-place"),
        (("--format", "pdf", "--profile", "crm"), "Choose a table"),
        (("--format", "pdf", "--machine"), "--format csv"),
        (("--since", "yesterday"), "no instant"),
        (("--since", "delivery"), "all signatures are new"),
        (("--from", "2026-11-23", "--to", "2026-11-22"), "before the first"),
        (("--text-version", "7"), "There are: 1"),
        (("--consent", "en.1"), "contacts"),
        (("--fields", "email"), "never handed over"),
        (("--fields", "city"), "2 people who signed version 1"),
        (("--area", "FR"), "Choose others"),
    ],
)
def test_what_there_is_not_is_refused_naming_what_there_is(
    app: Flask, session: Session, bridge: None, words: tuple[str, ...], names: str
) -> None:
    assert names in refused(app, "bridge", *words).message
    assert session.scalars(select(AuditEntry)).all() == []


def test_each_office_gets_a_list_in_one_package(app: Flask, session: Session, bridge: None, tmp_path: Path) -> None:
    path = tmp_path / "offices.zip"
    result = run(app, "bridge", "--format", "csv,xlsx", "--by", "office", "-o", str(path), "--json")
    assert result.exit_code == 0, result.output
    found = verifying.verify(path)
    assert found.problems == [] and found.manifest
    files = found.manifest["files"]
    assert [(file["office"]["label"], file["rows"]) for file in files] == [("Mayor of Exampleton", 2)] * 2
    assert {file["name"].rpartition(".")[2] for file in files} == {"csv", "xlsx"}
    assert isinstance(run(app, "bridge", "--format", "json", "--by", "office").exception, Refused)


def test_a_list_for_programs_says_so_in_its_name(app: Flask, bridge: None) -> None:
    path = Path(run(app, "bridge", "--machine").stdout.strip())
    assert path.is_file() and path.name.endswith(".machine-not-for-spreadsheets.csv")


def test_an_unknown_campaign_is_refused(app: Flask, session: Session) -> None:
    assert isinstance(refused(app, "nowhere"), NotFound)


def test_an_empty_list_is_refused(app: Flask, session: Session) -> None:
    make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    assert "Nobody has confirmed" in refused(app, "bridge").message


def test_people_go_on_signing_meanwhile(
    app: Flask, session: Session, bridge: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = []

    def sign_meanwhile(parts: Iterator[Any], progress: Progress) -> Iterator[Any]:
        signed.append(make.petition(session))
        session.commit()  # waits for ever where the export holds SQLite's one writer's lock
        return parts

    monkeypatch.setattr(progressing, "told_by_parts", sign_meanwhile)
    result = run(app, "bridge", "-o", str(tmp_path / "list.csv"), "--json")
    assert json.loads(result.stdout)["rows"] == 2
    assert signed


def test_a_place_that_cannot_be_written_is_said(app: Flask, bridge: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "-o" in refused(app, "bridge", "-o", str(tmp_path / "file" / "list.csv")).message
