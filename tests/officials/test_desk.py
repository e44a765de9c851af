import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.officials import roster
from campaign.officials.holding import holder
from campaign.officials.models import Membership, Post, RosterImport
from tests import make
from tests.conftest import Visitor, read
from tests.officials.documents import LEGISLATORS, OFFICES, ZIPS, written


@pytest.fixture
def charlie(session: Session, sign_in: Callable[..., Visitor]) -> Visitor:
    return sign_in("editor", "charlie@example.org")


def upload(charlie: Visitor, *files: tuple[str, str], **fields: str) -> Any:
    data = {"files": [(io.BytesIO(text.encode()), name) for name, text in files], **fields}
    return charlie.post("/desk/officials/import", data=data, content_type="multipart/form-data")


def actions(session: Session) -> list[str]:
    return [a for a in session.scalars(select(AuditEntry.action)) if a.startswith("officials.")]


def test_files_are_imported_and_written_down(charlie: Visitor, session: Session) -> None:
    response = upload(charlie, ("legislators.yaml", LEGISLATORS), ("../../zips.csv", ZIPS), as_of="2026-06-15")

    assert response.status_code == 303
    rows = session.scalars(select(RosterImport).order_by(RosterImport.id)).all()
    assert [(row.filename, row.imported_by) for row in rows] == [
        ("legislators.yaml", "charlie@example.org"),
        ("zips.csv", "charlie@example.org"),
    ]
    assert actions(session) == ["officials.import"]
    assert "Undo the last import" in charlie.page("/desk/officials").text


def test_checking_shows_the_changes_and_writes_nothing(charlie: Visitor, session: Session) -> None:
    page = read(upload(charlie, ("legislators.yaml", LEGISLATORS), as_of="2026-06-15", check="yes"))

    assert "us-senate-vt-1: Ada Álvarez from 2025-01-03" in page.text
    assert "Nothing was written" in page.text
    assert session.scalars(select(RosterImport)).all() == []


def test_a_bad_file_is_refused_with_row_field_and_remedy(charlie: Visitor, session: Session) -> None:
    bad = OFFICES.replace("2024-05-01", "1 May")

    page = read(upload(charlie, ("town.csv", bad)), 422)

    assert "town.csv: row 3, start: “1 May” is not a date. Write it as 2025-01-20." in page.text
    assert session.scalars(select(Post)).all() == []


def test_no_file_is_asked_for(charlie: Visitor) -> None:
    assert "Choose one file or several." in read(upload(charlie), 422).text


def test_the_last_import_is_undone_by_a_button(charlie: Visitor, session: Session) -> None:
    upload(charlie, ("town.csv", OFFICES))

    assert "town.csv" in charlie.page("/desk/officials/undo").text
    charlie.submit("/desk/officials/undo", {})

    assert session.scalars(select(Post)).all() == []
    assert actions(session) == ["officials.import", "officials.undo"]
    assert "no import that can be undone" in read(charlie.post("/desk/officials/undo"), 422).text


@pytest.fixture
def husted(session: Session, tmp_path: Path) -> Membership:
    files = written(tmp_path, legislators_yaml=LEGISLATORS)
    roster.load(session, files, as_of=date(2026, 6, 15), now=make.NOW)
    session.commit()
    return session.scalars(select(Membership).where(Membership.post_id == "us-senate-oh-3")).one()


def test_what_is_unclear_is_listed_and_settled_by_hand(charlie: Visitor, session: Session, husted: Membership) -> None:
    listed = charlie.page("/desk/officials")
    assert listed.find("a", href=f"/desk/officials/terms/{husted.id}")

    settled = {"start": "2025-01-21", "end": "", "end_kind": "unknown", "reason": "https://www.senate.gov/"}
    charlie.submit(f"/desk/officials/terms/{husted.id}", settled)

    session.commit()
    assert holder(session, husted.post, on=date.today()).status == "held"  # noqa: DTZ011
    assert "Nothing. Every change is explained." in charlie.page("/desk/officials").text
    assert (husted.edited_by, actions(session)) == ("charlie@example.org", ["officials.edit"])

    charlie.submit(f"/desk/officials/terms/{husted.id}/release", {})

    session.commit()
    assert (husted.edited_at, actions(session)) == (None, ["officials.edit", "officials.release"])


def test_an_impossible_term_is_refused_beside_its_field(charlie: Visitor, husted: Membership) -> None:
    wrong = {"start": "2025-01-21", "end": "2024-01-01", "end_kind": "recorded", "reason": "senate.gov"}

    page = read(charlie.post(f"/desk/officials/terms/{husted.id}", data=wrong), 422)

    assert "The term must end after it began" in page.select_one("#end-error").text  # type: ignore[union-attr]


def test_a_viewer_sees_the_state_and_changes_nothing(sign_in: Callable[..., Visitor], husted: Membership) -> None:
    viewer = sign_in("viewer")

    assert viewer.page("/desk/officials").find("a", href="/desk/officials/import") is None
    assert viewer.get("/desk/officials/import").status_code == 403
