"""An article as readers see it: passages, key points with the sentences they rest on, pictures, rights."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from campaign.articles import key_points, licences
from campaign.articles.licences import Licence
from campaign.articles.models import Article, Picture
from campaign.campaigns.excerpting import excerpt
from campaign.i18n import gettext


@dataclass(frozen=True)
class Part:
    """A piece of a passage. anchor: the id under which a key point refers to it; "" for other pieces."""

    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Passage:
    kind: str  # "paragraph" or "subhead"
    parts: list[Part]


@dataclass(frozen=True)
class ShownPoint:
    """anchor: of the sentence it rests on; "" where that sentence is not shown."""

    text: str
    anchor: str
    label: str
    approved_by: str
    approved_on: date | None


@dataclass(frozen=True)
class Quoted:
    """What may be shown of an article.

    lead, rest: at once, and on demand; is_whole: nothing is missing; licence: None where this is a quotation;
    points: groups of those that share who or what they are from; pictures: the ones we have copies of.
    """

    lead: list[Passage]
    rest: list[Passage]
    is_whole: bool
    licence: Licence | None
    points: list[list[ShownPoint]]
    pictures: list[tuple[Picture, Licence | None]]

    @property
    def is_ours(self) -> bool:
        """True when no outlet has to be named as the place of the original."""
        return self.licence is not None and self.licence.kind == licences.OWN


def quote(article: Article) -> Quoted:
    """An article as far as its rights allow."""
    shown = excerpt(article)
    blocks = [*shown.lead, *shown.rest]
    points, anchors = _points(article, "\n".join(block["text"] for block in blocks))
    passages = [Passage(block["kind"], _parts(block["text"], anchors)) for block in blocks]
    pictures = [picture for picture in article.pictures if picture.digest]
    return Quoted(
        lead=passages[: len(shown.lead)],
        rest=passages[len(shown.lead) :],
        is_whole=shown.is_whole,
        licence=licences.read(article.licence),
        points=[list(group) for _, group in groupby(points, key=_origin)],
        pictures=[(picture, licences.read(picture.licence)) for picture in pictures],
    )


def _points(article: Article, text: str) -> tuple[list[ShownPoint], dict[str, str]]:
    """The points readers may see, and the anchor of each sentence they rest on.

    A sentence that was chosen from the text is shown only where the text itself may be.
    """
    anchors: dict[str, str] = {}
    found = []
    for point in filter(key_points.is_shown, article.key_points):
        sentence = point.get("rests_on", "")
        is_here = bool(sentence) and sentence in text
        if key_points.is_chosen(point) and not is_here:
            continue
        if is_here:
            anchors.setdefault(sentence, f"said-{len(anchors) + 1}")
        found.append(_shown(point, anchors.get(sentence, "")))
    return found, anchors


def _shown(point: key_points.Point, anchor: str) -> ShownPoint:
    by, on = point.get("approved_by", ""), point.get("approved_on")
    # Labels of ours, and the ones most outlets print, are in the catalogues; others stay as printed.
    label = gettext(point["label"]) if point["label"] and not by else ""
    return ShownPoint(point["text"], anchor, label, by, date.fromisoformat(on) if on else None)


def _origin(point: ShownPoint) -> tuple[Any, ...]:
    return point.label, point.approved_by, point.approved_on


def _parts(text: str, anchors: dict[str, str]) -> list[Part]:
    """A text cut where a sentence begins or ends that a point rests on. An anchor stands once on a page."""
    cuts = sorted((text.find(sentence), sentence) for sentence in anchors if sentence in text)
    parts, behind = [], 0
    for start, sentence in cuts:
        if start < behind:
            continue
        parts += [Part(text[behind:start]), Part(sentence, anchors[sentence])]
        behind = start + len(sentence)
    return [part for part in [*parts, Part(text[behind:])] if part.text]
