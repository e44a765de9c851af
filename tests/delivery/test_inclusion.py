"""A signer checks that their row was handed over. Suzie can, Mallory cannot, and neither sees the other's row."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign.db import db, now
from campaign.delivery import exports, inclusion, written
from campaign.delivery.choosing import Choice
from campaign.delivery.cli import verify
from campaign.delivery.ledger import handing_over
from campaign.delivery.models import Export
from campaign.delivery.proofs import BadProof
from campaign.errors import Refused
from campaign.petitions import links
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.conftest import Visitor

SECRET = "only-for-tests-" + "x" * 32


@pytest.fixture
def petition(session: Session) -> Petition:
    """Ann, Suzie and Olga have signed; Pending has not confirmed."""
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    for name in ("Ann", "Suzie", "Olga"):
        make.signature(session, petition, given_name=name, comment=f"{name} crosses it.")
    make.signature(session, petition, given_name="Pending", state="pending")
    session.commit()
    return petition


def delivered(app: Flask, session: Session, petition: Petition, folder: Path, **choice: Any) -> tuple[Export, Path]:
    """A package that was made and marked as handed over."""
    with app.app_context():
        publisher = exports.publisher(app.config)
        made = exports.write(
            sessionmaker(db.engine), petition.campaign_id, format="csv", path=folder / "bridge.zip",
            publisher=publisher, choice=Choice(**choice), is_package=True, now=now(),
        )  # fmt: skip
    export = exports.request(
        session, petition.campaign, format="csv", profile="delivery", account=make.account(session), now=now()
    )
    export.state = "done"
    written.note(export, made)
    told = handing_over.Told(handed_over_on=now().date())
    [office] = petition.addressees
    handing_over.record(session, export, post_id=office.post_id, told=told, account_id=None, now=now())
    session.commit()
    return export, made.path


def page_of(session: Session, name: str) -> str:
    signature = session.scalars(select(Signature).where(Signature.given_name == name)).one()
    token = links.issue(session, signature.id, secret=SECRET, now=now()).token
    session.commit()
    return f"/signatures/{token}"


def checked(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(verify, words)


@pytest.mark.stored
def test_a_signer_gets_a_proof_of_their_own_row(
    app: Flask, session: Session, client: Visitor, petition: Petition, tmp_path: Path
) -> None:
    page = page_of(session, "Suzie")
    assert "handed over" not in client.page(page).select_one("main").get_text()
    export, package = delivered(app, session, petition, tmp_path)
    assert client.page(page).select_one(f'a[href="{page}/lists"]')
    shown = client.page(f"{page}/lists").select_one("main").get_text(" ", strip=True)
    assert "Your name is row 2 of 3." in shown and export.merkle_root in shown
    response = client.get(f"{page}/lists/{export.id}/proof")
    assert response.headers["Cache-Control"] == "no-store"
    assert "attachment" in response.headers["Content-Disposition"]
    proof = tmp_path / "proof.json"
    proof.write_bytes(response.data)
    assert json.loads(response.data)["row"]["given_name"] == "Suzie"
    assert b"Ann" not in response.data and b"Olga" not in response.data and b"@" not in response.data
    for words in ((str(package),), ("--root", export.merkle_root)):
        result = checked(app, *words, "--proof", str(proof))
        assert result.exit_code == 0 and "row 2 of 3 is Suzie Signer" in result.output


@pytest.mark.stored
def test_a_stranger_has_no_proof_and_no_page(
    app: Flask, session: Session, client: Visitor, petition: Petition, tmp_path: Path
) -> None:
    export, _ = delivered(app, session, petition, tmp_path)
    late = make.signature(session, petition, given_name="Mallory")
    other = make.signature(session, make.petition(session), given_name="Elsewhere")
    session.commit()
    for name in ("Mallory", "Pending", "Elsewhere"):
        page = page_of(session, name)
        assert client.get(f"{page}/lists/{export.id}/proof").status_code == 404
        assert "Your name is row" not in client.get(f"{page}/lists").text
    assert client.get(f"/signatures/{'x' * 43}/lists").status_code == 404
    folder = exports.publisher(app.config).folder
    for signature in (late, other):
        assert inclusion.deliveries(session, signature, folder=folder) == []


@pytest.mark.stored
def test_a_changed_entry_is_said_to_be_changed(
    app: Flask, session: Session, client: Visitor, petition: Petition, tmp_path: Path
) -> None:
    export, _ = delivered(app, session, petition, tmp_path)
    session.scalars(select(Signature).where(Signature.given_name == "Suzie")).one().comment = "Something else."
    session.commit()
    page = page_of(session, "Suzie")
    shown = client.page(f"{page}/lists").select_one("main").get_text(" ", strip=True)
    assert "Your entry was changed after this list was made" in shown and "Download the proof" not in shown
    assert client.get(f"{page}/lists/{export.id}/proof").status_code == 404


@pytest.mark.stored
def test_the_number_and_the_names_are_those_of_that_list(
    app: Flask, session: Session, petition: Petition, tmp_path: Path
) -> None:
    first, suzie, olga = session.scalars(select(Signature).where(Signature.state == "confirmed").order_by(Signature.id))
    first.state = "withdrawn"
    session.commit()
    export, _ = delivered(app, session, petition, tmp_path, name_form="initial")
    export.options = {"name_form": "initial"}
    session.flush()
    folder = exports.publisher(app.config).folder
    [found] = inclusion.deliveries(session, olga, folder=folder)
    assert (found.number, found.rows, found.is_same) == (2, 2, True)
    proof = inclusion.proof(session, suzie, export.id, folder=folder)
    assert proof["row"]["given_name"] == "S."
    assert inclusion.check(proof, root=export.merkle_root.upper()).startswith("In order: row 1 of 2 is S.")


def test_what_was_bent_is_named(app: Flask, session: Session, petition: Petition, tmp_path: Path) -> None:
    export, _ = delivered(app, session, petition, tmp_path)
    suzie = session.scalars(select(Signature).where(Signature.given_name == "Suzie")).one()
    good = inclusion.proof(session, suzie, export.id, folder=exports.publisher(app.config).folder)
    root, path = export.merkle_root, good["path"]
    cases: list[tuple[Any, str, str]] = [
        ([], root, "no proof"),
        (good | {"kind": "other"}, root, "no proof"),
        (good | {"row": None}, root, "row or its salt"),
        (good | {"path": None}, root, "path"),
        (good, "abc", "no SHA-256"),
        (good, "0" * 64, "another root"),
        (good | {"row": good["row"] | {"given_name": "Mallory"}}, root, "not in the list"),
        (good | {"row": good["row"] | {"number": 3}}, root, "number 3"),
        (good | {"salt": "00"}, root, "not in the list"),
        (good | {"path": path | {"hashes": path["hashes"][::-1]}}, root, "not in the list"),
        (good | {"path": path | {"tree_size": 2}}, root, "not in the list"),
    ]
    for bent, wanted, words in cases:
        with pytest.raises(BadProof, match=words):
            inclusion.check(bent, root=wanted)


def test_the_command_names_what_it_cannot_read(app: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    for path, words in ((bad, "no JSON"), (tmp_path / "none.json", "cannot be read")):
        result = checked(app, "--proof", str(path), "--root", "0" * 64)
        assert result.exit_code == 1 and words in result.output
    assert isinstance(checked(app, "--proof", str(bad)).exception, Refused)
