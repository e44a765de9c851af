"""A finished list again, as it was."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign.accounts.models import AuditEntry
from campaign.delivery import exports, remaking
from campaign.delivery.cli import delivery
from campaign.delivery.exports import Publisher
from campaign.delivery.models import Export
from campaign.delivery.written import NotTheSame
from campaign.errors import NotFound
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.delivery.building import build_due

LATER = make.NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def petition(session: Session) -> Petition:
    found = make.petition(session, make.campaign(session, slug="bridge"))
    for name in ("Ada", "Suzie", "Zoë"):
        make.signature(session, found, given_name=name)
    session.commit()
    return found


def made(
    session: Session, engine: Engine, petition: Petition, publisher: Publisher, format: str, **asked: bool
) -> Export:
    account = make.account(session, role="owner")
    export = exports.request(
        session, petition.campaign, format=format, profile="delivery", account=account, now=make.NOW, **asked
    )
    session.commit()
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.refresh(export)
    assert export.state == "done", export.last_error
    return export


@pytest.mark.stored
@pytest.mark.parametrize(("format", "is_package"), [("csv", False), ("csv,json", False), ("xlsx", True)])
def test_a_list_made_again_is_the_same_bytes_though_people_sign_on(
    session: Session, engine: Engine, petition: Petition, tmp_path: Path, format: str, is_package: bool
) -> None:
    publisher = Publisher(tmp_path / "exports", "Charlie", secret="x" * 32)
    export = made(session, engine, petition, publisher, format, is_package=is_package)
    make.signature(session, petition, given_name="Later", confirmed_at=LATER + timedelta(seconds=1))
    # Confirmed at the desk's own instant, and in the database only after the list was made.
    make.signature(session, petition, given_name="Slow", confirmed_at=LATER)
    session.commit()
    again = remaking.make_again(sessionmaker(engine), export.id, path=tmp_path / "again.zip", publisher=publisher)
    assert again.rows == 3 and again.sha256 == export.sha256
    assert (tmp_path / "again.zip").read_bytes() == (publisher.folder / export.filename).read_bytes()


@pytest.mark.stored
def test_a_list_that_would_be_another_is_not_made(
    session: Session, engine: Engine, petition: Petition, tmp_path: Path
) -> None:
    publisher = Publisher(tmp_path / "exports", "Charlie", secret="x" * 32)
    export = made(session, engine, petition, publisher, "csv")
    session.scalars(select(Signature)).first().state = "withdrawn"  # type: ignore[union-attr]
    session.commit()
    with pytest.raises(NotTheSame, match="Make a new list"):
        remaking.make_again(sessionmaker(engine), export.id, path=tmp_path / "again.csv", publisher=publisher)
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]
    with pytest.raises(NotFound):
        remaking.make_again(sessionmaker(engine), export.id + 1, path=tmp_path / "again.csv", publisher=publisher)


def test_the_command_makes_it_and_leaves_a_trace(
    app: Flask, session: Session, engine: Engine, petition: Petition
) -> None:
    publisher = exports.publisher(app.config)
    export = made(session, engine, petition, publisher, "csv")
    file = publisher.folder / export.filename
    before = file.read_bytes()
    file.unlink()
    result = app.test_cli_runner().invoke(delivery, ["again", str(export.id)])
    assert result.exit_code == 0 and result.stdout.strip() == str(file)
    assert file.read_bytes() == before
    session.rollback()
    entry = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert entry and (entry.action, entry.object_id) == ("export.build", str(export.id))
