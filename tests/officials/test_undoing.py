from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.officials import roster, undoing
from campaign.officials.models import ContactDetail, Membership, Post, RosterImport
from tests import make
from tests.officials.conftest import fingerprint
from tests.officials.documents import DISTRICT_OFFICES, EXECUTIVE, LEGISLATORS, OFFICES, SOCIAL, ZIPS, written

JANUARY, JUNE = date(2026, 1, 13), date(2026, 6, 15)


def load(session: Session, *files: Path, as_of: date) -> None:
    roster.load(session, files, as_of=as_of, now=make.NOW)
    session.commit()


CHANGED = (
    LEGISLATORS.replace("'2025-01-21'", "'2025-01-20'")
    .replace("last: Cruz", "last: Crüz")
    .replace("202-555-0100", "202-555-0199")
    .replace("bioguide: B000001, govtrack: 2", "bioguide: D000001, govtrack: 9")
)


def test_undoing_brings_back_every_byte(session: Session, tmp_path: Path) -> None:
    first = written(tmp_path, legislators_yaml=LEGISLATORS, zips_csv=ZIPS, town_csv=OFFICES)
    load(session, *first, as_of=JANUARY)
    before = fingerprint(session)
    moved = ZIPS.replace("36,NY,10001,10", "36,NY,10001,11")
    load(session, *written(tmp_path, new_yaml=CHANGED, executive_yaml=EXECUTIVE, moved_csv=moved), as_of=JUNE)
    assert fingerprint(session) != before

    names = undoing.undo(session)
    session.commit()

    assert sorted(names) == ["executive.yaml", "moved.csv", "new.yaml"]
    assert fingerprint(session) == before


def test_what_came_with_the_software_is_back_after_undoing_files_that_replaced_it(
    session: Session, tmp_path: Path
) -> None:
    """Three files of one import found the same seeded channel in their way; it is taken away once, and comes back."""
    seeded = (
        "post_id,name,family_name,identifiers,start,as_of,web_form\n"
        "us-senate-vt-1,Ada Álvarez,Álvarez,bioguide:A000001,2025-01-03,2026-01-01,https://seeded.example.org\n"
    )
    roster.load(session, written(tmp_path, seeds_csv=seeded), now=make.NOW, seeds=True)
    session.commit()
    before = fingerprint(session)

    files = written(tmp_path, l_yaml=LEGISLATORS, offices_yaml=DISTRICT_OFFICES, social_yaml=SOCIAL)
    load(session, *files, as_of=JUNE)
    assert session.query(ContactDetail).filter_by(source="seeds").count() == 0
    undoing.undo(session)
    session.commit()

    assert fingerprint(session) == before


def test_only_the_last_import_can_be_undone_and_only_once(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS), as_of=JANUARY)
    load(session, *written(tmp_path, zips_csv=ZIPS), as_of=JUNE)

    undoing.undo(session)
    session.commit()

    assert session.scalars(select(RosterImport.kind)).all() == ["legislators"]
    with pytest.raises(undoing.NothingToUndo):
        undoing.undo(session)


def test_a_dry_run_does_not_take_the_last_import_s_undo(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS), as_of=JANUARY)
    roster.load(session, written(tmp_path, zips_csv=ZIPS), as_of=JUNE, now=make.NOW, dry_run=True)
    session.commit()

    assert undoing.undo(session) == ["legislators.yaml"]


def test_an_edit_by_hand_is_not_undone_with_an_import(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS), as_of=JANUARY)
    term = session.scalars(select(Membership).where(Membership.post_id == "us-senate-oh-3")).one()
    term.edited_at = make.NOW.replace(hour=13)
    session.commit()

    with pytest.raises(undoing.CannotUndo, match="Cleo Cruz: edited by hand since"):
        undoing.undo(session)


def test_an_office_that_a_petition_addresses_cannot_be_undone_away(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, town_csv=OFFICES), as_of=JANUARY)
    make.petition(session, post=session.get_one(Post, "mayor-of-exampleton"))
    session.commit()

    with pytest.raises(undoing.CannotUndo, match="already lean on an office"):
        undoing.undo(session)
    session.commit()
    assert session.get(Post, "mayor-of-exampleton")
