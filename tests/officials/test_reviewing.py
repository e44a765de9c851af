from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.errors import NotFound, Refused
from campaign.officials import reviewing, roster
from campaign.officials.holding import holder
from campaign.officials.models import Membership, Post
from campaign.officials.roster import Report
from tests import make
from tests.officials.documents import LEGISLATORS, written

JUNE = date(2026, 6, 15)


def load(session: Session, *files: Path, as_of: date = JUNE) -> Report:
    report = roster.load(session, files, as_of=as_of, now=make.NOW)
    session.commit()
    return report


@pytest.fixture
def husted(session: Session, tmp_path: Path) -> Membership:
    """Appointed until an election whose day has passed."""
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))
    return session.scalars(select(Membership).where(Membership.post_id == "us-senate-oh-3")).one()


def edit(term: Membership, **values: object) -> dict[str, str]:
    given = {
        "start": term.start_date,
        "end": None,
        "end_kind": "unknown",
        "acting": False,
        "reason": "senate.gov says so",
    }
    return reviewing.edit(term, by="charlie@example.org", now=make.NOW, **(given | values))  # type: ignore[arg-type]


def test_a_passed_end_waits_for_somebody_to_look(session: Session, husted: Membership) -> None:
    assert session.scalars(reviewing.flagged(on=make.TODAY)).all() == [husted]
    assert session.scalars(reviewing.flagged(on=JUNE)).all() == []


def test_who_was_confirmed_by_hand_holds_the_office(session: Session, husted: Membership) -> None:
    changed = edit(husted)
    session.commit()

    assert changed["end_date"] == "2026-11-03 → None"
    assert holder(session, husted.post, on=make.TODAY).status == "held"
    assert session.scalars(reviewing.flagged(on=make.TODAY)).all() == []
    assert session.scalars(reviewing.edited()).all() == [husted]


def test_an_edit_by_hand_wins_over_an_import_and_is_told(session: Session, husted: Membership, tmp_path: Path) -> None:
    edit(husted)
    session.commit()

    report = load(session, *written(tmp_path, again_yaml=LEGISLATORS + "\n# newer"))

    assert husted.end_date is None
    assert [str(problem) for problem in report.problems if "by hand" in problem.text] == [
        "again.yaml: row 3 (Cleo Cruz), terms: Cleo Cruz (us-senate-oh-3) was edited by hand and stays; the file says "
        "end_date 2026-11-03. Release the edit on the desk’s page of officials to take the file’s word."
    ]


def test_whoever_was_edited_by_hand_is_not_closed_by_a_roster_without_them(
    session: Session, husted: Membership, tmp_path: Path
) -> None:
    edit(husted)
    session.commit()

    [path] = written(tmp_path, newer_yaml=LEGISLATORS[: LEGISLATORS.index("- id: {bioguide: C")])

    report = load(session, path, as_of=make.TODAY)

    assert (husted.end_date, husted.end_kind) == (None, "unknown")
    assert any("stays as edited by hand" in problem.text for problem in report.problems)


def test_a_released_edit_gives_way_to_the_next_import(session: Session, husted: Membership, tmp_path: Path) -> None:
    edit(husted)
    reviewing.release(husted)
    session.commit()

    load(session, *written(tmp_path, again_yaml=LEGISLATORS + "\n# newer"), as_of=make.TODAY)

    assert husted.end_date == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"end": date(2025, 1, 21)}, "end"),
        ({"end": date(2020, 1, 1)}, "end"),
        ({"reason": "  "}, "reason"),
        ({"end": date(2026, 11, 3), "end_kind": "inferred"}, "end_kind"),
    ],
)
def test_an_edit_that_cannot_be_is_refused(husted: Membership, values: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as caught:
        edit(husted, **values)
    assert caught.value.field == field
    assert husted.edited_at is None


def test_a_term_that_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound):
        reviewing.get(session, 1)
    assert session.get(Post, "nothing") is None
