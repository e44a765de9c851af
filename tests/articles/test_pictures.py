"""Pictures are copied once, made anew, and refused with a reason."""

import io
import os
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session, sessionmaker

from campaign import fetch_failures
from campaign.articles import picture_files, pictures
from campaign.articles.models import Article, Picture
from campaign.articles.pictures import BadPicture, Web
from campaign.connecting import Limits
from campaign.db import db
from tests import make
from tests.site import Site, reach, serving

NOW = make.NOW
SAID = {"caption": "The quay", "credit": "Jane Doe / Example", "alt": "A quay at dawn", "licence": "CC BY 4.0"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

Sessions = sessionmaker[Session]
Copy = Callable[..., Picture]


def drawn(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def bomb() -> bytes:
    """400 million points in 50 kB."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


def with_place() -> bytes:
    """A photograph that says where it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at 51.5, -2.6 by a secret source"
    return drawn("JPEG", exif=exif)


@cache
def hostile() -> dict[str, tuple[str, bytes, str]]:
    """name: (media type it comes with, its bytes, what the refusal says)"""
    return {
        "bomb.png": ("image/png", bomb(), "more than 6 million points"),
        "cut.png": ("image/png", drawn("PNG", (300, 300))[:150], "breaks off or is damaged"),
        "cut.jpg": ("image/jpeg", drawn("JPEG", (300, 300))[:800], "breaks off or is damaged"),
        "page.png": ("image/png", b"<!doctype html><p>Hello", "a web page and no picture"),
        "page-said.png": ("text/html", b"<!doctype html><p>Hello", "not a picture but text/html"),
        "drawing.svg": ("image/svg+xml", SVG, "SVG drawing"),
        "drawing.png": ("image/png", SVG, "SVG drawing"),
        "large.jpg": ("image/jpeg", b"\xff\xd8\xff" + bytes(300_000), "larger than 0.25 MB"),
        "film.gif": ("image/png", drawn("GIF", mode="L"), "no picture of a kind that is taken"),
        "text.png": ("application/octet-stream", b"words " * 30, "no picture of a kind that is taken"),
        "packed.png": ("image/png", zlib.compress(bytes(10_000)), "no picture of a kind that is taken"),
        "empty.png": ("image/png", b"", "no picture of a kind that is taken"),
    }


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        site.texts = {name: (kind, body) for name, (kind, body, _) in hostile().items()}
        site.texts |= {
            "quay.png": ("image/png", drawn("PNG", mode="RGBA")),
            "quay.jpg": ("image/jpeg; charset=binary", with_place()),
            "quay.webp": ("image/webp", drawn("WEBP")),
            "quay.avif": ("image/avif", drawn("AVIF")),
            "wide.jpg": ("image/jpeg", drawn("JPEG", (3200, 800))),
        }
        yield site


@pytest.fixture
def sessions(app: Flask) -> Iterator[Sessions]:
    with app.app_context():
        yield sessionmaker(db.engine)


@pytest.fixture
def article(session: Session) -> Article:
    article = make.article(session)
    session.commit()
    return article


@pytest.fixture
def web(tmp_path: Path) -> Web:
    limits = Limits(wire=256 * 1024, unpacked=512 * 1024)
    return Web(site="https://campaign.example", folder=tmp_path / "pictures", limits=limits, reach=reach())


@pytest.fixture
def copy(sessions: Sessions, session: Session, site: Site, article: Article, web: Web) -> Copy:
    """copy("/quay.png") asks for a picture and does what the worker does; returns its row."""

    def copy(path: str, **said: str) -> Picture:
        with sessions.begin() as one:
            kept = one.get_one(Article, article.id)
            url = site.url(path)
            values = {**SAID, **said}
            id = pictures.ask(one, kept, url=url, account_id=None, reach=reach(), now=NOW, **values).id  # type: ignore[arg-type]
        for claimed in pictures.claim(sessions, limit=5, now=NOW):
            pictures.run(sessions, claimed, web=web, clock=lambda: NOW)
        session.rollback()
        return session.get_one(Picture, id)

    return copy


@pytest.mark.parametrize("name", ["quay.png", "quay.webp", "quay.avif"])
def test_a_picture_is_copied_and_made_anew(copy: Copy, web: Web, name: str) -> None:
    picture = copy(f"/{name}")
    assert (picture.state, picture.last_error, picture.width, picture.height) == ("done", "", 60, 40)
    file = picture_files.path(web.folder, picture.digest)
    with Image.open(file) as image:
        assert (image.format, image.size) == ("WEBP", (60, 40))


def test_nothing_that_the_file_said_comes_along(copy: Copy, web: Web) -> None:
    picture = copy("/quay.jpg")
    content = picture_files.path(web.folder, picture.digest).read_bytes()
    assert b"secret source" not in content and b"EXIF" not in content
    assert (picture.width, picture.height) == (40, 60), "it lay on its side"


def test_a_large_picture_is_made_smaller(copy: Copy) -> None:
    picture = copy("/wide.jpg")
    assert (picture.width, picture.height) == (1600, 400)


def test_hostile_pictures_are_refused_by_name(copy: Copy, session: Session, web: Web) -> None:
    for name, (_kind, _body, reason) in hostile().items():
        picture = copy(f"/{name}")
        assert picture.state == "failed" and reason in picture.last_error, (name, picture.last_error)
        assert not picture.digest
        pictures.remove(session, picture)
        session.commit()
    assert not list(web.folder.glob("??/*"))


@pytest.mark.parametrize(
    ("missing", "field", "words"),
    [
        ("credit", "credit", "Say who took it."),
        ("alt", "alt", "Say what is to be seen"),
        ("licence", "licence", "Say why we may show it"),
    ],
)
def test_without_credit_description_or_licence_nothing_is_fetched(
    copy: Copy, site: Site, missing: str, field: str, words: str
) -> None:
    seen = len(site.seen)
    with pytest.raises(BadPicture, match=words) as refusal:
        copy("/quay.png", **{missing: " "})
    assert refusal.value.field == field
    assert len(site.seen) == seen


def test_a_picture_inside_a_network_is_not_asked_for(session: Session, article: Article) -> None:
    with pytest.raises(fetch_failures.PrivateAddress):
        pictures.ask(session, article, url="http://169.254.169.254/x.png", account_id=None, now=NOW, **SAID)


def test_a_failure_can_be_tried_again_and_a_passing_one_is(copy: Copy, session: Session, site: Site) -> None:
    picture = copy("/503")
    assert (picture.state, picture.attempts) == ("waiting", 1) and picture.due_at > NOW
    pictures.again(session, picture, now=NOW)
    assert (picture.state, picture.attempts, picture.last_error) == ("waiting", 0, "")


def test_the_same_address_is_one_picture_with_the_newest_words(copy: Copy, article: Article, session: Session) -> None:
    first = copy("/quay.png")
    again = copy("/quay.png", credit="John Roe")
    assert first.id == again.id and again.credit == "John Roe" and again.state == "done"


def test_a_file_goes_when_no_article_shows_it(copy: Copy, session: Session, web: Web) -> None:
    picture = copy("/quay.png")
    file = picture_files.path(web.folder, picture.digest)
    later = NOW + timedelta(days=1)
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    assert pictures.forget_unused(session, web.folder, now=later) == 0
    pictures.remove(session, picture)
    assert pictures.forget_unused(session, web.folder, now=NOW) == 0, "a young file may be waiting for its row"
    assert pictures.forget_unused(session, web.folder, now=later) == 1
    assert not file.exists()


def test_a_worker_that_died_leaves_the_picture_to_another(sessions: Sessions, copy: Copy, session: Session) -> None:
    picture = copy("/503")
    pictures.again(session, picture, now=NOW)
    session.commit()
    assert pictures.claim(sessions, limit=1, now=NOW) == [picture.id]
    assert pictures.claim(sessions, limit=1, now=NOW) == []
    assert pictures.claim(sessions, limit=1, now=NOW + pictures.LEASE * 2) == [picture.id]
