import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.petitions.batches.cli import signatures
from campaign.petitions.models import Batch, Signature
from tests import make

TABLE = "Vorname,Nachname,PLZ\nAda,Lovelace,10001\nGrace,Hopper,1\n"
BASIS = "They signed at our stall on the market, below the same text."


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(signatures, ["import", "bridge", *arguments])
    return result.exit_code, result.stdout if result.exception is None else str(result.exception)


def test_a_dry_run_says_what_would_be_new_and_keeps_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    make.petition(session, make.campaign(session, slug="bridge", country="US"))
    session.commit()
    file = tmp_path / "sheet.csv"
    file.write_text(TABLE)
    code, said = run(app, str(file), "--source", "paper", "--dry-run", "--json")
    found = json.loads(said)
    assert (code, found["new"], found["refused"], found["batch"]) == (0, 1, 1, None)
    assert (found["problems"][0]["line"], found["problems"][0]["column"]) == (3, "PLZ")
    session.rollback()
    assert session.scalars(select(Batch)).all() == []


def test_a_table_is_taken_in_once(app: Flask, session: Session, tmp_path: Path) -> None:
    make.petition(session, make.campaign(session, slug="bridge", country="US"))
    session.commit()
    file = tmp_path / "sheet.csv"
    file.write_text(TABLE)
    assert "how these people signed" in run(app, str(file), "--source", "paper")[1]
    assert run(app, str(file), "--source", "paper", "--basis", BASIS)[1].startswith(
        "1 new, 0 already present, 1 refused"
    )
    assert run(app, str(file), "--source", "paper", "--basis", BASIS)[1].startswith(
        "0 new, 1 already present, 1 refused"
    )
    session.rollback()
    assert [one.origin for one in session.scalars(select(Signature))] == ["paper"]


def test_a_broken_file_is_refused_with_its_line(app: Flask, session: Session, tmp_path: Path) -> None:
    make.petition(session, make.campaign(session, slug="bridge", country="US"))
    session.commit()
    file = tmp_path / "sheet.csv"
    file.write_text("given_name,postcode\n" + "Ada,10001\n" * 4810 + '"Ada,10001\n' + "Ada,10001\n" * 20)
    code, said = run(app, str(file), "--basis", BASIS)
    assert code == 1 and "line 4,812 (byte 48,120)" in said
    session.rollback()
    assert session.scalars(select(Batch)).all() == []
