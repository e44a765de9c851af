"""How much of an outlet's article may stand on our pages: an excerpt, or all of it where a licence says so."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from campaign.articles import licences
from campaign.articles.models import Article
from campaign.articles.readers import sentences

Block = dict[str, Any]

LEAD_PARAGRAPHS = 3
LEAD_CHARACTERS = 1_200
LARGEST_SHARE = 0.4  # of the article's characters, lead included
SHORTEST = 240  # characters that may always be quoted; less would say nothing


@dataclass(frozen=True)
class Excerpt:
    """lead: shown at once; rest: shown on demand; is_whole: nothing of the article is missing.

    is_quoted: there is no licence, so this is a quotation, however much of a short article it is.
    """

    lead: list[Block]
    rest: list[Block]
    is_whole: bool
    is_quoted: bool = True


def excerpt(article: Article) -> Excerpt:
    """The first paragraphs, and what may be opened below them.

    Without a licence both together stay under `LARGEST_SHARE` of the text, or under `SHORTEST` where that is more.
    """
    body: list[Block] = article.body
    is_quoted = licences.read(article.licence or "") is None
    most = _allowed(body) if is_quoted else body
    cut = min(_lead(body), len(most))
    return Excerpt(most[:cut], most[cut:], is_whole=most == body, is_quoted=is_quoted)


def quotable_paragraphs(article: Article) -> int:
    """How many paragraphs of an article readers may see."""
    shown = excerpt(article)
    return sum(block["kind"] == "paragraph" for block in [*shown.lead, *shown.rest])


def _lead(body: list[Block]) -> int:
    """How many blocks the lead has: one at least, and never a subhead at its end."""
    lengths = accumulate(len(block["text"]) for block in body)
    fitting = sum(1 for length in lengths if length <= LEAD_CHARACTERS)
    return _without_subhead(body, max(1, min(fitting, LEAD_PARAGRAPHS)))


def _allowed(body: list[Block]) -> list[Block]:
    """The blocks that may be quoted; of a long first paragraph only its beginning."""
    most = max(SHORTEST, LARGEST_SHARE * sum(len(block["text"]) for block in body))
    lengths = accumulate(len(block["text"]) for block in body)
    fitting = sum(1 for length in lengths if length <= most)
    if not fitting:
        return [{**block, "text": _beginning(block["text"], int(most))} for block in body[:1]]
    return body[: _without_subhead(body, fitting)]


def _beginning(text: str, most: int) -> str:
    """The first sentences of a paragraph; words of the first one where even that is too long."""
    ends = [end for _, end in sentences.spans(text) if end <= most]
    return f"{text[: ends[-1]]} […]" if ends else f"{text[:most].rsplit(' ', 1)[0]} […]"


def _without_subhead(body: list[Block], number: int) -> int:
    while number > 1 and body[number - 1]["kind"] == "subhead":
        number -= 1
    return number
