"""From the first real article to a book for each office, as organisers do it: one command."""

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign.campaigns import finding
from campaign.campaigns.cli import import_
from campaign.db import now
from campaign.delivery import exports
from campaign.delivery.cli import export, verify
from campaign.delivery.models import Export
from campaign.officials import roster, targets
from campaign.officials.models import AreaPostcode, Post
from campaign.petitions import finding as petitions
from campaign.petitions.models import Addressee, Petition, PetitionText
from tests import make
from tests.conftest import LARGEST, Visitor
from tests.delivery import scripts
from tests.delivery.building import build_due
from tests.letters import world

SIGNERS = 2000 if LARGEST else len(scripts.NAMES)
DISTRICTS = 30
# The real ones: the seeds know postcodes of four districts only.
ROSTER = (
    "congress-legislators/legislators-current.yaml", "congress-legislators/executive.yaml",
    "ocd-division-ids/us_congressional_districts.csv", "us-zipcodes-congress/zccd.csv",
)  # fmt: skip
NAMES = tuple(scripts.NAMES.values())


def run(app: Flask, command: object, *words: str) -> Result:
    result = app.test_cli_runner().invoke(command, words)  # type: ignore[arg-type]
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def of_the_article(app: Flask, session: Session, shared: Path) -> Petition:
    """The campaign of the first article, addressed to the president and to each signer’s own members."""
    slug = run(app, import_, str(shared / "articles" / "000_c58c9c95f498da18.txt")).stdout.split()[-1]
    campaign = finding.by_slug(session, slug)
    petition = petitions.of(session, campaign)
    assert petition
    # What an editor writes where the playbook prompts.
    if not petition.texts:
        petition.texts.append(PetitionText(version=1, created_at=make.NOW))
    petition.texts[-1].demand, petition.texts[-1].body = "Publish what was offered.", "Now."
    petition.addressees[:] = [Addressee(post=session.get_one(Post, "us-president"), position=1)]
    # At small size without senators: each book is a second or so of a slow machine.
    petition.addressee_rule = targets.MY_REPRESENTATIVE_AND_SENATORS if LARGEST else targets.MY_REPRESENTATIVE
    session.flush()
    return petition


def postcodes(session: Session) -> list[str]:
    """One of each district that some postcode names for certain, then some that nobody can place."""
    by_area: dict[str, list[str]] = {}
    number: dict[str, int] = {}
    for postcode, area in session.execute(select(AreaPostcode.postcode, AreaPostcode.area_id)):
        number[postcode] = number.get(postcode, 0) + 1
        by_area.setdefault(area, []).append(postcode)
    sure = [next((one for one in found if number[one] == 1), "") for _, found in sorted(by_area.items())]
    shared = next(postcode for postcode, districts in number.items() if districts > 1)
    return [*[one for one in sure if one][:DISTRICTS], shared, "", "00000"]


def signed(app: Flask, session: Session, shared: Path) -> tuple[str, int]:
    """The campaign's slug, and how many districts its signers can be placed in for certain."""
    if LARGEST:
        files = [shared / "data" / name for name in ROSTER]
        roster.load(session, files, as_of=date(2026, 6, 1), now=make.NOW)
    else:
        world.build(session)
    session.commit()
    petition = of_the_article(app, session, shared)
    places, chance = postcodes(session), random.Random(6)  # not a secret
    for number in range(SIGNERS):
        place = places[number] if number < len(places) else chance.choice(places)
        make.signature(session, petition, given_name=NAMES[number % len(NAMES)], family_name="", postcode=place)
    slug, certain = petition.campaign.slug, len(places) - 3
    session.commit()
    return slug, certain


@pytest.mark.full
def test_one_command_makes_a_book_for_each_office(app: Flask, session: Session, shared: Path, tmp_path: Path) -> None:
    slug, certain = signed(app, session, shared)
    made = run(app, export, slug, "--format", "pdf", "--by", "office", "-o", str(tmp_path / "books.zip"))
    assert "show as boxes" not in made.stderr and len(scripts.NAMES) == 60

    with zipfile.ZipFile(tmp_path / "books.zip") as bundle:
        books = {name: bundle.read(name) for name in bundle.namelist() if name.endswith((".pdf", ".zip"))}
    members = [name for name in books if "-us-house-" in name]
    assert len(members) == certain and (certain == DISTRICTS or not LARGEST)
    assert f"{slug}-unknown.pdf" in books and any(name.startswith(f"{slug}-us-president.") for name in books)
    assert any("-us-senate-" in name for name in books) == LARGEST
    apart = text_of(books[f"{slug}-unknown.pdf"])
    assert "gave no postcode" in apart and "live where one postcode lies in several districts" in apart
    first = text_of(books[members[0]])
    assert "How to verify this book" in first and f"of the {SIGNERS:,} signatures" in first
    assert CliRunner().invoke(verify, [str(tmp_path / "books.zip")]).exit_code == 0


def test_one_button_does_the_same(
    app: Flask, engine: Engine, session: Session, shared: Path, sign_in: Callable[..., Visitor]
) -> None:
    slug, certain = signed(app, session, shared)
    browser = sign_in("deliverer")
    format = "pdf" if LARGEST else "csv"
    browser.submit(f"/desk/campaigns/{slug}/export", {"format": format, "by_office": "y"})
    publisher = exports.publisher(app.config)
    with app.app_context():
        build_due(sessionmaker(engine), publisher=publisher, now=now())
    made = session.scalars(select(Export)).one()
    assert (made.state, made.rows) == ("done", SIGNERS)
    with zipfile.ZipFile(publisher.folder / made.filename) as bundle:
        assert len([name for name in bundle.namelist() if "-us-house-" in name]) == certain
    assert CliRunner().invoke(verify, [str(publisher.folder / made.filename)]).exit_code == 0


def text_of(book: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(book)).pages).split())
