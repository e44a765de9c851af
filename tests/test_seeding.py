"""What a new installation and the demo start with.

Loading takes a while: what only looks at the demo shares one, what writes has its own on each database.
"""

import tomllib
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import create_app, seeding
from campaign.campaigns import publishing
from campaign.campaigns.models import Campaign, Category
from campaign.db import Base, db
from campaign.officials.models import Post
from campaign.paths import SEEDS
from campaign.petitions import counting
from campaign.petitions.models import Signature
from campaign.text import hidden_characters
from tests import make

CAMPAIGN_FILES = sorted((SEEDS / "campaigns").glob("*.md"))


def load(session: Session) -> None:
    seeding.load_reference(session, now=make.NOW)
    seeding.load_demo(session, now=make.NOW)
    session.commit()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    overrides = {
        "SECRET_KEY": "only-for-tests-" + "x" * 32,
        "BASE_URL": "http://localhost",
        "ORGANISER_NAME": "Charlie’s campaigns",
        "ORGANISER_EMAIL": "charlie@example.org",
    }
    site = create_app(tmp_path_factory.mktemp("instance"), environ={}, overrides=overrides, quiet=True)
    with site.app_context():
        Base.metadata.create_all(db.engine)
        load(db.session())
    yield site
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def demo(site: Flask) -> Iterator[Session]:
    """A site with everything the demo has, to look at."""
    with site.app_context():
        yield db.session()


def rows(session: Session) -> dict[str, int]:
    models = (Category, Post, Campaign, Signature)
    return {model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0 for model in models}


def test_a_second_run_adds_nothing(app: Flask, session: Session) -> None:
    with app.app_context():
        load(session)
        before = rows(session)
        load(session)
    assert rows(session) == before
    assert before["campaign"] == len(CAMPAIGN_FILES) >= 4
    assert counting.check(session) == []


def test_what_an_organiser_changed_stays(session: Session) -> None:
    seeding.load_reference(session, now=make.NOW)
    water = session.scalars(select(Category).where(Category.slug == "water")).one()
    water.name = "Water and rivers"
    session.commit()
    seeding.load_reference(session, now=make.NOW)
    assert water.name == "Water and rivers"


def test_every_demo_campaign_is_public_and_nothing_is_missing_in_it(demo: Session) -> None:
    for campaign in demo.scalars(select(Campaign)):
        assert campaign.state == "published"
        assert campaign.warnings == [], campaign.slug
        findings = publishing.check(demo, campaign, now=make.NOW)
        assert [finding.text for finding in findings if finding.blocks] == [], campaign.slug
        assert len(campaign.todo) >= 6
        assert campaign.published_at and campaign.published_at < make.NOW


def test_the_demo_speaks_three_languages(demo: Session) -> None:
    assert set(demo.scalars(select(Campaign.language))) == {"en", "fr", "ar"}


def test_categories_in_other_languages_are_the_same_categories(demo: Session) -> None:
    known = tomllib.loads((SEEDS / "categories.toml").read_text(encoding="utf-8"))["category"]
    assert rows(demo)["category"] == len(known)
    for category in known:
        assert set(category["names"]) == {"fr", "ar"}, category["slug"]


def test_the_counts_are_those_of_real_signatures(demo: Session) -> None:
    assert counting.check(demo) == []
    states = set(demo.scalars(select(Signature.state)))
    assert states == {"pending", "confirmed"}
    for campaign in demo.scalars(select(Campaign)):
        signed_at = select(func.min(Signature.created_at), func.max(Signature.confirmed_at))
        first, last = demo.execute(signed_at).one()
        assert campaign.published_at
        assert first and last and last <= make.NOW


def test_nobody_real_is_written_to(demo: Session) -> None:
    assert all(email.endswith("@example.org") for email in demo.scalars(select(Signature.email)))


@pytest.mark.parametrize("path", CAMPAIGN_FILES, ids=lambda path: path.stem)
def test_a_campaign_file_is_plain_text(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert hidden_characters(text, lines=True) == []


def test_the_demo_reaches_readers(site: Flask, demo: Session) -> None:
    client = site.test_client()
    for slug in demo.scalars(select(Campaign.slug)).all():
        response = client.get(f"/campaigns/{slug}")
        assert response.status_code == 200
        assert len(response.data) < 100 * 1024
