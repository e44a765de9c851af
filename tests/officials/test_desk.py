import io
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from campaign import worker
from campaign.accounts.models import Account, AuditEntry
from campaign.db import now
from campaign.officials import importing, reporting, roster
from campaign.officials.holding import holder
from campaign.officials.models import Membership, OfficeReport, Post, RosterImport, RosterJob
from tests import make
from tests.conftest import Visitor, read
from tests.officials.conftest import fingerprint
from tests.officials.documents import LEGISLATORS, OFFICES, ZIPS, written
from tests.officials.test_bad_input import CASES as BAD_FILES


@pytest.fixture
def charlie(session: Session, sign_in: Callable[..., Visitor]) -> Visitor:
    return sign_in("editor", "charlie@example.org")


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """The worker’s turn."""

    def work() -> int:
        with app.app_context():
            return worker.read_rosters(now())

    return work


def upload(charlie: Visitor, *files: tuple[str, str], **fields: str) -> Any:
    sent = [("files", FileStorage(io.BytesIO(text.encode()), name)) for name, text in files]
    boundary, body = encode_multipart(MultiDict([*sent, *fields.items()]))
    return charlie.post("/desk/officials/import", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def actions(session: Session) -> list[str]:
    return [a for a in session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)) if a.startswith("officials.")]


def test_files_are_imported_by_the_worker_and_written_down(
    charlie: Visitor, session: Session, app: Flask, work: Callable[[], int]
) -> None:
    sent = upload(charlie, ("legislators.yaml", LEGISLATORS), ("../../zips.csv", ZIPS), as_of="2026-06-15")

    waiting = charlie.get(sent.location)
    assert sent.status_code == 303
    assert read(waiting).select_one("[data-look-again] progress") and read(waiting).select_one("noscript [content='3']")
    assert work() == 1
    done = charlie.get(sent.location)
    assert not read(done).select_one("[data-look-again], noscript")
    assert "Changed " in read(done).text
    rows = session.scalars(select(RosterImport).order_by(RosterImport.id)).all()
    assert [(row.filename, row.imported_by) for row in rows] == [
        ("legislators.yaml", "charlie@example.org"),
        ("zips.csv", "charlie@example.org"),
    ]
    assert actions(session) == ["officials.import"]
    assert "Undo the last import" in charlie.page("/desk/officials").text
    assert list(importing.folder(app.config).iterdir()) == [], "no copy stays"


def test_checking_shows_the_changes_and_its_button_imports_the_same_files(
    charlie: Visitor, session: Session, work: Callable[[], int]
) -> None:
    job = upload(charlie, ("legislators.yaml", LEGISLATORS), as_of="2026-06-15", check="yes").location
    work()

    page = charlie.page(job)
    assert "us-senate-vt-1: Ada Álvarez from 2025-01-03" in page.text
    assert "Nothing was written yet" in page.text
    assert session.scalars(select(RosterImport)).all() == []

    session.rollback()
    charlie.submit(job, {})
    work()

    assert "Changed " in charlie.page(job).text
    assert len(session.scalars(select(RosterImport)).all()) == 1
    assert "These files are no longer here" in read(charlie.post(job), 422).text


def test_files_that_were_only_checked_do_not_stay_for_ever(
    charlie: Visitor, session: Session, app: Flask, work: Callable[[], int]
) -> None:
    upload(charlie, ("legislators.yaml", LEGISLATORS), check="yes")
    work()
    folder = importing.folder(app.config)
    assert len(list(folder.iterdir())) == 1

    session.execute(update(RosterJob).values(done_at=now() - importing.KEPT))
    session.commit()
    work()

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["..", "/", "\U0001f600" * 120 + ".csv", "../../../town.csv"])
def test_no_name_of_a_file_leads_anywhere(charlie: Visitor, app: Flask, work: Callable[[], int], name: str) -> None:
    job = upload(charlie, (name, OFFICES), as_of="2026-06-15")
    assert job.status_code == 303
    files = [path for path in importing.folder(app.config).rglob("*") if path.is_file()]
    assert [path.parent for path in files] == [importing.folder(app.config) / "1" / "0"]
    work()
    assert charlie.get(job.location).status_code == 200


def test_an_import_is_the_doing_of_whoever_pressed_the_button(
    charlie: Visitor, sign_in: Callable[..., Visitor], session: Session, work: Callable[[], int]
) -> None:
    job = upload(charlie, ("town.csv", OFFICES), check="yes").location
    work()
    sign_in("owner", "olga@example.org").submit(job, {})
    work()
    actors = session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "officials.import")).all()
    assert (actors, session.scalars(select(RosterImport.imported_by)).all()) == (["olga@example.org"],) * 2


def test_files_that_are_just_coming_in_are_left_alone(app: Flask, work: Callable[[], int]) -> None:
    coming = importing.folder(app.config) / "7" / "0"
    coming.mkdir(parents=True)
    work()
    assert coming.exists()
    os.utime(coming.parent, times=(0, 0))
    work()
    assert not coming.exists()


def test_a_bad_file_is_refused_with_row_field_and_remedy(
    charlie: Visitor, session: Session, app: Flask, work: Callable[[], int]
) -> None:
    upload(charlie, ("zips.csv", ZIPS), as_of="2026-06-15")
    work()
    before = fingerprint(session, but="roster_job")
    session.rollback()

    job = upload(charlie, ("town.csv", OFFICES.replace("2024-05-01", "1 May"))).location
    work()

    assert "town.csv: row 3, start: “1 May” is not a date. Write it as 2025-01-20." in charlie.page(job).text
    assert fingerprint(session, but="roster_job") == before
    assert list(importing.folder(app.config).iterdir()) == []


# Parsing does not depend on the database.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("file", "content", "expected"), BAD_FILES, ids=[case[2][:40] for case in BAD_FILES])
def test_whatever_the_command_refuses_the_desk_refuses_in_the_same_words(
    charlie: Visitor, session: Session, work: Callable[[], int], file: str, content: str, expected: str
) -> None:
    job = upload(charlie, (file, content)).location
    work()

    assert expected in charlie.page(job).text
    assert session.scalars(select(RosterImport)).first() is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_upload_beyond_all_lists_is_stopped_at_the_door(charlie: Visitor, app: Flask) -> None:
    app.config["ROSTER_BYTES"] = 1000

    assert upload(charlie, ("long.yaml", "x" * (70 * 1024))).status_code == 413
    assert not importing.folder(app.config).exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_else_may_send_files(
    sign_in: Callable[..., Visitor], client: Visitor, session: Session, app: Flask
) -> None:
    assert upload(client, ("a.csv", OFFICES)).location.startswith("/desk/sign-in")
    assert upload(sign_in("viewer"), ("a.csv", OFFICES)).status_code == 403
    assert session.scalars(select(RosterJob)).all() == []


def test_whoever_may_no_longer_import_has_nothing_imported(
    charlie: Visitor, session: Session, work: Callable[[], int]
) -> None:
    upload(charlie, ("town.csv", OFFICES))
    session.execute(update(Account).values(role="viewer"))
    session.commit()

    work()

    assert "may no longer import" in session.scalars(select(RosterJob.last_error)).one()
    assert session.scalars(select(Post)).all() == []


def test_reports_of_visitors_are_shown_and_settled(charlie: Visitor, session: Session, husted: Membership) -> None:
    reporting.report(session, husted.post, "<b>He lost the election</b>", now=make.NOW)
    session.commit()

    assert "1 report to look at" in charlie.page("/desk/officials").text
    page = charlie.page("/desk/officials/reports")
    assert "<b>He lost the election</b>" in page.text
    charlie.submit("/desk/officials/reports/1/settle", {})

    assert session.scalars(reporting.unsettled()).all() == []
    assert actions(session) == ["officials.look", "officials.settle"]
    charlie.page("/desk/officials/reports/1/settle", status=405)
    assert charlie.post("/desk/officials/reports/1/settle").status_code == 404


def test_the_newest_reports_come_first_and_all_are_within_reach(
    charlie: Visitor, session: Session, husted: Membership
) -> None:
    for number in range(30):
        session.add(OfficeReport(post_id=husted.post_id, text=f"Report {number:02}", created_at=make.NOW))
    session.commit()

    pages = [charlie.page(f"/desk/officials/reports?page={number}") for number in (1, 2)]

    shown = [re.findall(r"Report (\d\d)", page.main.text) for page in pages]
    assert [int(number) for number in shown[0] + shown[1]] == [*range(29, -1, -1)]


def test_reports_of_one_office_are_settled_together_but_for_what_came_later(
    charlie: Visitor, session: Session, husted: Membership
) -> None:
    other = make.make_post(session, "x-mayor", label="Mayor")
    for text, post in [("one", husted.post), ("two", other), ("three", husted.post), ("later", husted.post)]:
        session.add(OfficeReport(post_id=post.id, text=text, created_at=make.NOW))
        session.flush()
    session.commit()

    charlie.submit("/desk/officials/reports/3/settle-office", {})

    assert [report.text for report in session.scalars(reporting.unsettled())] == ["later", "two"]
    assert actions(session) == ["officials.settle"]
    assert "2 reports are deleted" in charlie.page("/desk/officials/reports").text
    assert charlie.post("/desk/officials/reports/3/settle-office").status_code == 404


def test_no_file_is_asked_for(charlie: Visitor) -> None:
    assert "Choose one file or several." in read(upload(charlie), 422).text


def test_the_last_import_is_undone_by_a_button(charlie: Visitor, session: Session, work: Callable[[], int]) -> None:
    upload(charlie, ("town.csv", OFFICES))
    work()

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
    assert holder(session, husted.post, on=now().date()).status == "held"
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
