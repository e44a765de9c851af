"""Names with a title, in all texts of a page, held against the directory of officeholders."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from babel.dates import format_date
from flask import has_app_context
from sqlalchemy.orm import Session

from campaign.articles import whereabouts
from campaign.articles.page import Page
from campaign.errors import Finding
from campaign.i18n import gettext, language
from campaign.officials import naming


def warn(session: Session, pages: Iterable[Page], *, now: datetime) -> None:
    """Put into each page's warnings what `officeholders` finds for the day it appeared; today when it does not say."""
    for page in pages:
        page.warnings += officeholders(session, page, on=(page.published_at or now).date())


def officeholders(session: Session, page: Page, *, on: date) -> list[Finding]:
    """One finding for each place where the page gives somebody a title they did not have on that day.

    Example: “President Biden” (to do 5): on 15 August 2025 the President of the United States was Donald Trump, since
    20 January 2025.
    """
    places, said = zip(*texts(page), strict=True)
    # One question to the directory for the whole page. No name crosses the blank line between two texts.
    starts = [0]
    for text in said[:-1]:
        starts.append(starts[-1] + len(text) + 2)
    return [
        _finding(contradiction, places[bisect_right(starts, contradiction.offset) - 1], on)
        for contradiction in naming.contradictions(session, "\n\n".join(said), on=on)
    ]


def texts(page: Page) -> Iterator[tuple[str, str]]:
    """Every text of a page with the words for where it stands."""
    yield "headline", page.headline
    for number, point in enumerate(page.key_points, 1):
        yield f"key point {number}", point.text
    number = 0
    for block in page.article:
        number += block.kind == "paragraph"
        yield (f"article, paragraph {number}" if block.kind == "paragraph" else "article, subhead"), block.text
    for number, image in enumerate(page.images, 1):
        yield f"image {number}", image.caption
    for number, text in enumerate(page.opinion, 1):
        yield f"opinion, paragraph {number}", text
    for number, text in enumerate(page.action, 1):
        yield f"action, paragraph {number}", text
    yield "to do", page.todo_intro
    for number, todo in enumerate(page.todo, 1):
        yield f"to do {number}", f"{todo.title}\n\n{todo.body}"
    if page.petition:
        yield "petition", f"{page.petition.demand}\n\n{page.petition.body}"
    for number, letter in enumerate(page.letters, 1):
        yield f"letter {number}", f"{letter.title}\n\n{letter.subject}\n\n{letter.body}"


def _finding(contradiction: naming.Contradiction, where: str, on: date) -> Finding:
    if not contradiction.holder_name or contradiction.since is None:
        return Finding("stale-officeholder", contradiction.sentence, where, blocks=False)
    text = gettext("“%(words)s” (%(where)s): on %(day)s the %(office)s was %(holder)s, since %(since)s.")
    values = {
        "words": " ".join(contradiction.text.split()),
        "where": whereabouts.said(where),
        "day": _day(on),
        "office": contradiction.post_label,
        "holder": contradiction.holder_name,
        "since": _day(contradiction.since),
    }
    return Finding("stale-officeholder", text % values, where, blocks=False)


def _day(value: date) -> str:
    return format_date(value, format="d MMMM y", locale=language() if has_app_context() else "en")
