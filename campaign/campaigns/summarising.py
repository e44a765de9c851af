"""An article's key points at the desk: kept, dropped, changed, chosen anew, and approved by a named person."""

from collections.abc import Callable
from datetime import date

from campaign.articles import key_points, licences
from campaign.articles.key_points import Point
from campaign.articles.models import Article
from campaign.campaigns import excerpting
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.text import clean

LONGEST = 400  # characters of a point


class BadPoint(Refused):
    """A text that cannot be a key point."""


def choose(article: Article) -> int:
    """Let the program choose key points, in place of those it chose before; returns how many there are of it.

    Of an article we only quote, it chooses among the sentences that readers may see.
    """
    others = [point for point in article.key_points or [] if not key_points.is_chosen(point)]
    article.key_points = others
    within = None if licences.read(article.licence) else excerpting.quotable_paragraphs(article)
    chosen = key_points.choose(_paragraphs(article), within=within)
    article.key_points = [*others, *key_points.kept(chosen, _paragraphs(article))]
    return len(chosen)


def keep(article: Article, number: int, *, by: str) -> None:
    """Show a point although it rests on no sentence of the article."""
    _change(article, number, lambda point: {**point, "state": "kept", "by": by})


def drop(article: Article, number: int, *, by: str) -> None:
    """Show a point no more."""
    _change(article, number, lambda point: {**point, "state": "dropped", "by": by})


def undo(article: Article, number: int) -> None:
    """As it was before anybody decided on it: its first text, its own anchor, its label."""

    def restored(point: Point) -> Point:
        first = {**point, "text": point.get("was") or point["text"], "state": ""}
        for name in ("was", "by", "approved_by", "approved_on"):
            first.pop(name, None)
        return _anchored(article, first)

    _change(article, number, restored)


def edit(article: Article, number: int, text: str, *, by: str) -> None:
    """Say a point in other words. It needs approval again, and the editor's word for what rests on no sentence."""
    text = " ".join(clean(text).split())
    if not text:
        raise BadPoint(gettext("Write the point in a sentence, or drop it."), field="text")
    if len(text) > LONGEST:
        raise BadPoint(gettext("Shorten the point to %(most)s characters.", most=LONGEST), field="text")

    def changed(point: Point) -> Point:
        if text == point["text"]:
            return point
        new = {**point, "text": text, "was": point.get("was") or point["text"], "by": by}
        for name in ("approved_by", "approved_on"):
            new.pop(name, None)
        if new["was"] == text:
            del new["was"]
        new = _anchored(article, new)
        return new if new["anchored"] else {**new, "state": "kept"}

    _change(article, number, changed)


def approve(article: Article, *, by: str, on: date) -> int:
    """Put a person's name, in place of the program's, to the points that readers see; returns how many."""
    by = " ".join(clean(by).split())
    if not by:
        raise BadPoint(gettext("Enter your name; readers see it beside the key points."), field="name")
    rows = [
        {**point, "approved_by": by[:200], "approved_on": on.isoformat()} if key_points.is_shown(point) else point
        for point in article.key_points
    ]
    article.key_points = rows
    return sum(key_points.is_shown(point) for point in rows)


def anchor_anew(article: Article) -> None:
    """Hold the points against the article's text, which has been mended."""
    article.key_points = key_points.anchored_anew(article.key_points, _paragraphs(article))


def _anchored(article: Article, point: Point) -> Point:
    return key_points.anchored_anew([{**point, "rests_on": ""}], _paragraphs(article))[0]


def _change(article: Article, number: int, change: Callable[[Point], Point]) -> None:
    """number: from 0 on."""
    points = list(article.key_points or [])
    if not 0 <= number < len(points):
        raise NotFound(gettext("There is no such key point any more."))
    points[number] = change(points[number])
    article.key_points = points


def _paragraphs(article: Article) -> list[str]:
    return [block["text"] for block in article.body if block["kind"] == "paragraph"]
