"""Our copies of pictures, as readers get them."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign.articles import picture_files
from campaign.articles.models import Article, Picture
from campaign.campaigns.models import Campaign
from tests import make
from tests.conftest import Visitor

CONTENT = b"UklGRg=="  # what was drawn, in base64


@pytest.fixture
def quay(app: Flask, session: Session) -> Picture:
    """A picture that was copied, of a published campaign's article."""
    article = make.article(session, slug="quay-report")
    digest = picture_files.keep(picture_files.folder(app.config), CONTENT.decode())
    picture = Picture(
        article=article, url="https://example.org/q.png", caption="The quay at dawn", credit="Jane Doe", alt="A quay",
        licence="CC BY 4.0", state="done", due_at=make.NOW, created_at=make.NOW, digest=digest, width=600, height=400,
    )  # fmt: skip
    session.add(picture)
    campaign = make.campaign(session, slug="quay", article=article)
    make.petition(session, campaign, closes_at=datetime(2100, 1, 1, tzinfo=UTC))
    session.commit()
    return picture


def test_a_picture_has_its_size_its_words_and_its_rights(client: Visitor, quay: Picture) -> None:
    for path in ("/campaigns/quay", "/articles/quay-report"):
        page = client.page(path)
        figure = page.select_one("figure")
        assert figure
        image = figure.img
        assert image and (image["src"], image["alt"]) == (f"/pictures/{quay.digest}.webp", "A quay")
        assert (image["width"], image["height"]) == ("600", "400"), "nothing jumps while it loads"
        assert "The quay at dawn" in figure.text and "Picture: Jane Doe, CC BY 4.0" in figure.text
        assert figure.select_one("a[rel~=license]")["href"] == "https://creativecommons.org/licenses/by/4.0/"  # type: ignore[index]
        assert not [one for one in page.select("img") if one["src"].startswith(("http", "//"))]


def test_a_picture_is_kept_for_ever_by_its_address(client: Visitor, quay: Picture) -> None:
    answer = client.get(f"/pictures/{quay.digest}.webp")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/webp", b"RIFF")
    control = answer.headers["Cache-Control"]
    assert "immutable" in control and "max-age=31536000" in control and "public" in control and "no-" not in control
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/pictures/{quay.digest}.webp", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fsecret_key", "A" * 64])
@pytest.mark.usefixtures("quay")
def test_no_other_file_can_be_had(client: Visitor, name: str) -> None:
    assert client.get(f"/pictures/{name}.webp").status_code == 404


def test_a_picture_that_was_taken_out_is_gone(client: Visitor, session: Session, quay: Picture) -> None:
    session.delete(quay)
    session.commit()
    assert client.get(f"/pictures/{quay.digest}.webp").status_code == 404
    assert client.page("/campaigns/quay").select_one("figure") is None


def test_pictures_go_with_their_article(session: Session, quay: Picture) -> None:
    article = session.get_one(Article, quay.article_id)
    for campaign in session.query(Campaign).filter_by(article_id=article.id):
        campaign.article = None
    session.flush()
    session.delete(article)
    session.flush()
    assert session.query(Picture).count() == 0
