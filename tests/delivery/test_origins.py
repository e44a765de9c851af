"""Lists and books say which signatures were not given here; what they hold comes in again elsewhere."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from campaign.delivery import exports
from campaign.delivery.choosing import Choice
from campaign.delivery.profiles import NotTold
from campaign.petitions import counting
from tests import make
from tests.petitions.batches.test_receiving import PAPER, Desk

LATER = make.NOW + timedelta(minutes=1)
ALL = ["family_name", "postcode", "comment"]


@pytest.fixture
def desk(engine: Engine, session: Session, tmp_path: Path) -> Desk:
    """A petition with one signature given here."""
    desk = Desk(engine, session, tmp_path / "batches")
    make.signature(session, desk.petition, given_name="Suzie")
    counting.check(session, fix=True)
    session.commit()
    return desk


def written(desk: Desk, path: Path, format: str, choice: Choice | None = None) -> Path:
    sessions = sessionmaker(desk.session.get_bind())
    campaign = desk.petition.campaign_id
    desk.session.rollback()
    return exports.write(sessions, campaign, format=format, path=path, choice=choice, now=LATER).path


@pytest.mark.stored
def test_a_list_has_no_such_column_until_there_are_others(desk: Desk, tmp_path: Path) -> None:
    assert "origin" not in written(desk, tmp_path / "list.csv", "csv").read_text(encoding="utf-8-sig")
    desk.take_in(desk.send(PAPER, source="paper"), told=ALL)
    rows = csv.DictReader(io.StringIO(written(desk, tmp_path / "list.csv", "csv").read_text(encoding="utf-8-sig")))
    assert [(row["given_name"], row["origin"]) for row in rows] == [
        *[("Suzie", "online"), ("Ada", "paper"), ("Grace", "paper")],
    ]
    data = json.loads(written(desk, tmp_path / "list.json", "json").read_text())
    found = [one["custom_fields"]["origin"] for one in data["_embedded"]["osdi:signatures"]]
    assert found == ["online", "paper", "paper"]


@pytest.mark.stored
def test_what_people_on_paper_were_not_told_of_is_refused(app: Flask, desk: Desk, tmp_path: Path) -> None:
    desk.take_in(desk.send(PAPER, source="paper"), told=["family_name"])
    with app.app_context(), pytest.raises(NotTold, match=r"postcode.*2 people"):
        written(desk, tmp_path / "list.csv", "csv")
    assert written(desk, tmp_path / "list.csv", "csv", Choice(fields=("given_name", "family_name", "country"))).exists()


def test_a_book_counts_them_apart(app: Flask, desk: Desk, tmp_path: Path) -> None:
    desk.take_in(desk.send(PAPER, source="paper"), told=ALL)
    with app.app_context():
        book = written(desk, tmp_path / "book.pdf", "pdf")
    said = " ".join(" ".join(page.extract_text() for page in PdfReader(book).pages).split())
    assert "How the signatures were given" in said and "Paper 2" in said and "Online 1" in said


@pytest.mark.stored
def test_the_list_for_programs_comes_in_again_as_it_went_out(desk: Desk, tmp_path: Path) -> None:
    rows = 'given_name,family_name,postcode,comment\nAda,Lovelace,10001,"=1, ""so""\nit is"\nZoë,,10002,\n'
    desk.take_in(desk.send(rows, source="paper"), told=ALL)
    data = written(desk, tmp_path / "list.csv", "machine-csv").read_bytes()
    first = {(one.given_name, one.family_name, one.postcode, one.comment) for one in desk.signatures()}

    desk.petition = another = make.petition(desk.session)
    desk.session.commit()
    batch = desk.send(data)
    assert (batch.source, batch.counts["new"], batch.counts["refused"]) == ("campaign", 3, 0)
    desk.take_in(batch, told=ALL)
    again = [one for one in desk.signatures() if one.petition_id == another.id]
    assert {(one.given_name, one.family_name, one.postcode, one.comment) for one in again} == first
