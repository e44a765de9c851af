"""Looks whether a link still leads where it should: does its page answer, has it moved, what is it called."""

import html
import re
from dataclasses import dataclass, replace

from campaign import fetch_failures, fetching, weblinks
from campaign.articles import decoding
from campaign.connecting import MIB
from campaign.fetch_failures import FetchFailed
from campaign.fetching import PUBLIC, USUAL, Answer, Limits, Reach
from campaign.text import clean, hidden_characters

FINE, MOVED, GONE, SILENT = "fine", "moved", "gone", "silent"
# Nothing but its head is read, so a page may be as large as it likes.
LIMITS = replace(USUAL, wire=1024 * MIB, unpacked=MIB)
TITLE_WITHIN = 128 * 1024  # bytes
FRONT_PAGE = "FrontPage"
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,2000})<", re.IGNORECASE)
# For these it makes no difference how one asks.
_FINAL = (fetch_failures.Busy, fetch_failures.PrivateAddress)
# Not an unknown host: where our own look-up of names is out of order, every host is.
_NOBODY_GETS_THERE = (
    fetch_failures.NotThere,
    fetch_failures.BadAddress,
    fetch_failures.PrivateAddress,
    fetch_failures.BadRedirect,
)


@dataclass(frozen=True)
class Found:
    """How a link does. why: of what is gone or silent, the name of a failure and the status, "NotThere 404"."""

    health: str
    title: str = ""
    moved_to: str = ""
    why: str = ""
    retry_after: float | None = None


def look(url: str, *, site: str, with_title: bool = False, limits: Limits = LIMITS, reach: Reach = PUBLIC) -> Found:
    """Ask for the head of a page, and for the page where its head is refused or its title wanted.

    site: the address of this site, so that whoever is asked can see who asks.
    """
    agent = f"Campaign (+{site})"
    try:
        if not with_title:
            try:
                with fetching.opened(url, agent=agent, limits=limits, reach=reach, method="HEAD") as answer:
                    return _found(url, answer, "")
            except FetchFailed as error:
                # Many servers know no HEAD and answer it with whatever comes to their mind.
                if isinstance(error, _FINAL) or not (error.status or isinstance(error, fetch_failures.CutOff)):
                    raise
        with fetching.opened(url, agent=agent, limits=limits, reach=reach) as answer:
            return _found(url, answer, _title(answer) if with_title else "")
    except FetchFailed as error:
        health = GONE if isinstance(error, _NOBODY_GETS_THERE) else SILENT
        why = f"{type(error).__name__} {error.status or ''}".strip()
        return Found(health, why=why, retry_after=error.retry_after)


def _found(url: str, answer: Answer, title: str) -> Found:
    if weblinks.is_front_page(answer.url) and not weblinks.is_front_page(url):
        return Found(GONE, why=FRONT_PAGE)
    if answer.moved_to and len(answer.moved_to) < 2000 and weblinks.is_page(answer.moved_to):
        return Found(MOVED, title=title, moved_to=answer.moved_to)
    return Found(FINE, title=title)


def _title(answer: Answer) -> str:
    """As the page says it; "" for what is no web page or says none. Strangers wrote it: plain text, one line."""
    if answer.content_type not in ("text/html", "application/xhtml+xml", ""):
        return ""
    head = b""
    for piece in answer.pieces():
        head += piece
        if len(head) >= TITLE_WITHIN or b"</title" in head.lower():
            break
    charset = f"{answer.content_type or 'text/html'}" + (f"; charset={answer.charset}" if answer.charset else "")
    match = _TITLE.search(decoding.decode(head, content_type=charset, is_markup=True).text)
    title = " ".join(clean(html.unescape(match[1])).split())[:300] if match else ""
    return "".join(letter for letter in title if not hidden_characters(letter))
