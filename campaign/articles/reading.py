"""Any document somebody hands in: is it text, which characters, which reader, and what an editor must look at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaign.articles import checking, child, decoding, recognising
from campaign.articles.page import Page
from campaign.articles.readers import campaign_file, news_article, text, web_page
from campaign.articles.readers import feed as feeds
from campaign.errors import Refused
from campaign.fetching import Fetched
from campaign.i18n import gettext, lazy_gettext

# What files begin with that are no text, and what people call them.
_SIGNATURES = (
    (b"\x89PNG", lazy_gettext("a picture")),
    (b"\xff\xd8\xff", lazy_gettext("a picture")),
    (b"GIF8", lazy_gettext("a picture")),
    (b"II*\0", lazy_gettext("a picture")),
    (b"MM\0*", lazy_gettext("a picture")),
    (b"BM", lazy_gettext("a picture")),
    (b"RIFF", lazy_gettext("a picture, sound or film")),
    (b"ID3", lazy_gettext("a sound recording")),
    (b"OggS", lazy_gettext("a sound recording")),
    (b"%PDF", lazy_gettext("a PDF document")),
    (b"%!PS", lazy_gettext("a PostScript document")),
    (b"PK\x03\x04", lazy_gettext("a packed file or office document")),
    (b"PK\x05\x06", lazy_gettext("a packed file")),
    (b"\x1f\x8b", lazy_gettext("a packed file")),
    (b"BZh", lazy_gettext("a packed file")),
    (b"7z\xbc\xaf", lazy_gettext("a packed file")),
    (b"Rar!", lazy_gettext("a packed file")),
    (b"\xfd7zXZ", lazy_gettext("a packed file")),
    (b"\xd0\xcf\x11\xe0", lazy_gettext("an office document")),
    (b"{\\rtf", lazy_gettext("an office document")),
    (b"SQLite format 3\0", lazy_gettext("a database")),
    (b"\x7fELF", lazy_gettext("a program")),
    (b"MZ\x90", lazy_gettext("a program")),
    (b"\0asm", lazy_gettext("a program")),
)
# These begin with letters that a text may begin with too.
_NEEDS_BINARY = frozenset({b"BM", b"RIFF", b"ID3", b"OggS", b"BZh", b"GIF8", b"Rar!", b"II*\0", b"MM\0*"})


class Empty(Refused):
    """There is nothing in the document."""


class TooLarge(Refused):
    """The document is larger than this installation takes."""


class NotText(Refused):
    """The document is a picture, a PDF, an archive …, whatever its name says."""


@dataclass(frozen=True)
class Origin:
    """What is known of a document besides its bytes.

    filename      as somebody saved it; also for telling people which file was meant
    content_type  as a server said it: "text/html; charset=utf-8"
    url           where it is from
    """

    filename: str = ""
    content_type: str = ""
    url: str = ""

    @classmethod
    def of(cls, document: Fetched) -> "Origin":
        """What came with a document that was fetched."""
        charset = f"; charset={document.charset}" if document.charset else ""
        return cls(content_type=document.content_type + charset, url=document.url)


UNKNOWN = Origin()


def read(
    data: bytes | str,
    origin: Origin = UNKNOWN,
    *,
    feed: bool = False,
    skips_bad: bool = False,
    session: Session | None = None,
    most: int,
    now: datetime,
) -> list[Page]:
    """The pages in a document: a campaign file, a web page, a feed, news articles in JSON, or plain text as copied.

    feed: the document is a feed, and all its reports are wanted; without it a feed gives its newest one.
    skips_bad: leave out reports of a feed that lack a title, a link or a date that can be read.
    most: bytes the document may have.
    session: where to look up who held which office when the article appeared (today, when it does not say);
    without one titles and names are not checked.

    Raises Empty, TooLarge, NotText, decoding.UnknownCharacters, child.Unreadable, feed.BadItem, masthead.NoHeadline,
    text.TooManyLines and campaign_file.BadCampaignFile, all of them Refused.
    """
    decoded = _decoded(data, origin, most)
    pages = _read(decoded.text, origin, feed=feed, skips_bad=skips_bad)
    for page in pages:
        page.warnings = [*decoded.findings, *page.warnings]
    if session is not None:
        checking.warn(session, pages, now=now)
    return pages


def _decoded(data: bytes | str, origin: Origin, most: int) -> decoding.Decoded:
    name = origin.filename or gettext("This document")
    if not data.strip():
        message = gettext("%(name)s is empty. Choose a file with the text of an article, or paste the text.")
        raise Empty(message % {"name": name}, field="document")
    if len(data) > most:
        message = gettext("%(name)s is larger than %(limit)s MB. Leave only the article and what belongs to it.")
        raise TooLarge(message % {"name": name, "limit": f"{most / 1024**2:.3g}"}, field="document")
    if isinstance(data, str):
        decoded = decoding.Decoded(data)
    else:
        refuse_other_than_text(data, name)
        is_markup = recognising.is_markup(data)
        decoded = decoding.decode(data, content_type=origin.content_type, is_markup=is_markup)
    if not decoded.text.strip("\ufeff\u200b \t\r\n\f\v\u00a0"):
        message = gettext("%(name)s holds nothing but spaces. Choose a file with the text of an article.")
        raise Empty(message % {"name": name}, field="document")
    return decoded


def _read(content: str, origin: Origin, *, feed: bool, skips_bad: bool) -> list[Page]:
    kind = recognising.kind(content, content_type=origin.content_type, filename=origin.filename)
    if kind == "feed" or kind == "json-feed":
        if feed:
            return feeds.read(content, job=kind, url=origin.url, skips_bad=skips_bad)
        return [feeds.newest(content, job=kind, url=origin.url)]
    if feed:
        raise child.refusal("no-feed")
    if kind == "news-article":
        return news_article.read(content, url=origin.url)
    if kind == "page":
        return [web_page.read(content, url=origin.url)]
    return [campaign_file.read(content) if kind == "campaign" else text.read(content)]


def refuse_other_than_text(data: bytes, name: str) -> None:
    """Raise NotText for what begins like a picture or another kind of file, and for bytes that are no characters."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and (signature not in _NEEDS_BINARY or _is_binary(data)):
            message = gettext("%(name)s is %(kind)s. Open it, copy its text, and paste that.")
            raise NotText(message % {"name": name, "kind": kind}, field="document")
    if data[4:12] in (b"ftypheic", b"ftypavif", b"ftypmp42", b"ftypisom") or _is_binary(data):
        message = gettext("%(name)s is not text. Open it in its own program, copy the text, and paste that.")
        raise NotText(message % {"name": name}, field="document")


def _is_binary(data: bytes) -> bool:
    """Zero bytes stand in no text but UTF-16 and UTF-32; many control characters stand in none at all."""
    if decoding.is_wide(data):
        return False
    sample = data[: 1 << 16]
    controls = sum(sample.count(code) for code in range(32) if code not in (9, 10, 11, 12, 13, 27, 28, 29, 30))
    return b"\0" in sample or controls * 50 > len(sample)
