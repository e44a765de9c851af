"""How much of an outlet's article may stand on our pages: an excerpt, or all of it where a licence says so."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from campaign.articles.models import Article

Block = dict[str, Any]

LEAD_PARAGRAPHS = 3
LEAD_CHARACTERS = 1_200
LARGEST_SHARE = 0.4  # of the article's characters, lead included


@dataclass(frozen=True)
class Excerpt:
    """lead: shown at once; rest: shown on demand; is_whole: nothing of the article is missing."""

    lead: list[Block]
    rest: list[Block]
    is_whole: bool


def excerpt(article: Article) -> Excerpt:
    """The first paragraphs, and what may be opened below them.

    Without a licence both together stay under `LARGEST_SHARE` of the text, though the first paragraph always stands.
    """
    body: list[Block] = article.body
    most = body if article.licence else body[: _allowed(body)]
    cut = min(_lead(body), len(most))
    return Excerpt(most[:cut], most[cut:], is_whole=len(most) == len(body))


def _lead(body: list[Block]) -> int:
    """How many blocks the lead has: one at least, and never a subhead at its end."""
    lengths = accumulate(len(block["text"]) for block in body)
    fitting = sum(1 for length in lengths if length <= LEAD_CHARACTERS)
    return _without_subhead(body, max(1, min(fitting, LEAD_PARAGRAPHS)))


def _allowed(body: list[Block]) -> int:
    """How many blocks may be quoted."""
    most = LARGEST_SHARE * sum(len(block["text"]) for block in body)
    lengths = accumulate(len(block["text"]) for block in body)
    return _without_subhead(body, max(1, sum(1 for length in lengths if length <= most)))


def _without_subhead(body: list[Block], number: int) -> int:
    while number > 1 and body[number - 1]["kind"] == "subhead":
        number -= 1
    return number
