"""An article that came damaged: its text put right, and the reader's warnings marked as dealt with."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.articles import stories, whereabouts
from campaign.articles.models import Article
from campaign.campaigns import summarising
from campaign.campaigns.models import Campaign
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.text import clean

# Where a warning is mended, by how its `where` begins.
PLACES = (
    ("outlet", "campaigns.source"),
    ("published_at", "campaigns.source"),
    ("headline", "campaigns.source"),
    ("image", "campaigns.pictures"),
    ("key point", "campaigns.key_points"),
    ("opinion", "campaigns.edit"),
    ("action", "campaigns.edit"),
    ("to do", "campaigns.todo"),
    ("petition", "petitions.edit"),
    ("letter", "letters.edit_list"),
)


class BadText(Refused):
    """A text that cannot be the article's."""


def article_text(session: Session, campaign: Campaign, text: str, *, now: datetime) -> bool:
    """Mend a copy that came damaged: paragraphs with blank lines between them, subheads behind “## ”.

    The key points are held against the new text, and by it the article may join a story. True when that is a change.
    Raises BadText for an empty one.
    """
    article = campaign.article
    if article is None:
        raise NotFound(gettext("This campaign has no article."))
    pieces = [" ".join(piece.split()) for piece in re.split(r"\n\s*\n", clean(text))]
    body = [
        {"kind": "subhead", "text": piece[3:].strip()}
        if piece.startswith("## ")
        else {"kind": "paragraph", "text": piece}
        for piece in pieces
        if piece.strip("# ")
    ]
    if not any(block["kind"] == "paragraph" for block in body):
        raise BadText(gettext("Leave at least one paragraph of the article."), field="text")
    if body == article.body:
        return False
    article.body = body
    summarising.anchor_anew(article)
    stories.place_anew(session, article, now=now)
    article.changed_at = campaign.changed_at = now
    return True


def as_text(article: Article) -> str:
    """The article's body as `article_text` takes it."""
    return "\n\n".join(f"## {block['text']}" if block["kind"] == "subhead" else block["text"] for block in article.body)


def deal_with(campaign: Campaign, number: int, *, by: str, now: datetime) -> dict[str, Any]:
    """Mark a warning as dealt with; the warning as it is then. number: from 0 on."""
    return _mark(campaign, number, {"done_by": by, "done_at": now.isoformat()})


def reopen(campaign: Campaign, number: int) -> dict[str, Any]:
    """A warning that was marked too soon."""
    return _mark(campaign, number, {})


def open_warnings(campaign: Campaign) -> list[tuple[int, dict[str, Any]]]:
    """Those nobody has dealt with, each with its number."""
    return [(number, warning) for number, warning in enumerate(campaign.warnings or []) if not warning.get("done_by")]


def _mark(campaign: Campaign, number: int, mark: dict[str, Any]) -> dict[str, Any]:
    warnings = list(campaign.warnings or [])
    if not 0 <= number < len(warnings):
        raise NotFound(gettext("There is no such warning."))
    bare = {name: value for name, value in warnings[number].items() if name not in ("done_by", "done_at")}
    warnings[number] = bare | mark
    campaign.warnings = warnings
    return warnings[number]


def place(warning: dict[str, Any]) -> str:
    """The endpoint of the page where the cause of a warning is mended."""
    where = str(warning.get("where", ""))
    return next((endpoint for start, endpoint in PLACES if where.startswith(start)), "campaigns.article_text")


def where(warning: dict[str, Any]) -> str:
    """Where in the document its cause stands, as a reader of the page says it; "" where `place` says as much."""
    return whereabouts.said(str(warning.get("where", "")))


def about(campaign: Campaign, endpoint: str) -> list[tuple[int, dict[str, Any]]]:
    """The open warnings that are mended on this page, each with its number."""
    return [(number, warning) for number, warning in open_warnings(campaign) if place(warning) == endpoint]
