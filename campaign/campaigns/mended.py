"""Which of the reader's warnings are mended. Looked at anew each time: a warning is back when its cause is."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import placeholders
from campaign.articles import checking
from campaign.articles.page import Page
from campaign.articles.readers import doubts
from campaign.campaigns import packing
from campaign.campaigns.models import Campaign
from campaign.officials import naming

_PART = re.compile(r"[a-z_]+(?: [a-z]+)*")  # "to do 5" and "action, paragraph 1" without the numbers


class _Now:
    """The campaign as it is now."""

    def __init__(self, session: Session, campaign: Campaign, now: datetime) -> None:
        self.session, self.campaign = session, campaign
        self.page: Page = packing.pack(session, campaign)
        self.on = (self.page.published_at or now).date()

    def paragraphs(self, part: str) -> list[str]:
        if part == "article":
            return self.page.paragraphs
        texts = {"opinion": self.page.opinion, "action": self.page.action}.get(part, [])
        return [piece.strip() for text in texts for piece in re.split(r"\n\s*\n", text) if piece.strip()]

    def text(self, part: str) -> str:
        return "\n\n".join(text for where, text in checking.texts(self.page) if _part(where) == part)


# What of a kind is wrong in a part now, in the words that the warning quoted; "" for what is missing.
Causes = Callable[[_Now, str], Iterator[str]]


def numbers(session: Session, campaign: Campaign, *, now: datetime) -> frozenset[int]:
    """The numbers of the warnings that nobody marked, and that are mended. Kinds that only a person can judge stay."""
    warnings = [
        (number, warning)
        for number, warning in enumerate(campaign.warnings or [])
        if warning["code"] in _CAUSES and not warning.get("done_by")
    ]
    if not warnings or campaign.article is None:
        return frozenset()
    current, mended = _Now(session, campaign, now), set()
    left: dict[tuple[str, str], list[str]] = {}
    for number, warning in warnings:
        code, part = warning["code"], _part(warning["where"])
        if (code, part) not in left:
            left[code, part] = list(_CAUSES[code](current, part))
        if not any(quoted in warning["text"] for quoted in left[code, part]):
            mended.add(number)
    return frozenset(mended)


def _part(where: str) -> str:
    found = _PART.match(where)
    return found[0] if found else ""


def _no_text(current: _Now, part: str) -> Iterator[str]:
    if not current.page.paragraphs:
        yield ""


def _no_outlet(current: _Now, part: str) -> Iterator[str]:
    if not current.page.outlet:
        yield ""


def _no_time(current: _Now, part: str) -> Iterator[str]:
    if current.page.published_at is None:
        yield ""


def _no_credit(current: _Now, part: str) -> Iterator[str]:
    for image in current.page.images:
        if not image.credit:
            yield doubts.shown(image.caption or image.url)


def _held_back(current: _Now, part: str) -> Iterator[str]:
    for point in current.campaign.article.key_points if current.campaign.article else []:
        if not point["anchored"] and not point.get("state"):
            yield doubts.shown(point["text"])


def _cut(current: _Now, part: str) -> Iterator[str]:
    for _number, end in doubts.cut(current.paragraphs(part)):
        yield end


def _repeated(current: _Now, part: str) -> Iterator[str]:
    for _number, sentence, _first in doubts.repeated(current.paragraphs(part)):
        yield doubts.shown(sentence)


def _stale(current: _Now, part: str) -> Iterator[str]:
    for found in naming.contradictions(current.session, current.text(part), on=current.on):
        yield " ".join(found.text.split())


def _blank(current: _Now, part: str) -> Iterator[str]:
    for found in placeholders.found_in(current.text(part)):
        yield found.text


_CAUSES: dict[str, Causes] = {
    "missing-text": _no_text,
    "missing-outlet": _no_outlet,
    "missing-year": _no_time,
    "missing-time": _no_time,
    "missing-zone": _no_time,
    "impossible-date": _no_time,
    "missing-credit": _no_credit,
    "unanchored-key-point": _held_back,
    "cut-paragraph": _cut,
    "repeated-sentence": _repeated,
    "stale-officeholder": _stale,
    "unknown-placeholder": _blank,
}
