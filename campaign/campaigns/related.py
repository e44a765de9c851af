"""Which other campaigns a reader of this one may want: same subjects, same words, no two alike."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from campaign.campaigns import finding, parts
from campaign.campaigns.models import READABLE, Campaign, Category, campaign_category
from campaign.text import fold

MOST = 10
CANDIDATES = 60  # those that share a category first, then the newest
CATEGORY_WEIGHT = 4.0
LEAST_SCORE = 2.0
ALIKE = 0.8  # of all their words in common: the same campaign told twice


@dataclass(frozen=True)
class Related:
    """Another campaign with its petition's summary, and why it is named: the categories it shares, else words."""

    campaign: Campaign
    summary: Any
    categories: list[Category]
    words: list[str]


def find(session: Session, campaign: Campaign, *, now: datetime) -> list[Related]:
    """Up to ten readable campaigns, the nearest first; never the campaign itself."""
    candidates = session.scalars(_candidates(campaign)).all()
    summaries = parts.summaries(session, [campaign, *candidates], now=now).get("petition", {})
    words = _words([campaign, *candidates], summaries)
    weights = _weights(list(words.values()))
    scored = []
    for candidate in candidates:
        shared = [category for category in candidate.categories if category in campaign.categories]
        common = words[campaign.id] & words[candidate.id]
        score = CATEGORY_WEIGHT * len(shared) + sum(weights[word] for word in common)
        if score >= LEAST_SCORE:
            telling = sorted(common, key=lambda word: (-weights[word], word))
            scored.append((score, Related(candidate, summaries.get(candidate.id), shared, telling)))
    scored.sort(key=lambda pair: -pair[0])
    return _apart([related for _, related in scored], words)[:MOST]


def _candidates(campaign: Campaign) -> Select[tuple[Campaign]]:
    ids = [category.id for category in campaign.categories]
    sharing = select(campaign_category.c.campaign_id).where(campaign_category.c.category_id.in_(ids))
    return (
        finding.with_cards(select(Campaign))
        .where(Campaign.state.in_(READABLE), Campaign.id != campaign.id)
        .order_by(case((Campaign.id.in_(sharing), 0), else_=1), Campaign.published_at.desc(), Campaign.id)
        .limit(CANDIDATES)
    )


def _words(campaigns: Sequence[Campaign], summaries: dict[int, Any]) -> dict[int, set[str]]:
    """The telling words of title and demand, by campaign id. Short words carry no subject."""
    demands = {id: summary.demand for id, summary in summaries.items()}
    texts = {campaign.id: f"{campaign.title} {demands.get(campaign.id, '')}" for campaign in campaigns}
    return {id: {word for word in re.findall(r"\w+", fold(text)) if len(word) > 3} for id, text in texts.items()}


def _weights(words: list[set[str]]) -> dict[str, float]:
    """Rare words say more: the logarithm of how many texts there are for each that has the word."""
    counts = Counter(word for text in words for word in text)
    return {word: math.log(len(words) / number) for word, number in counts.items()}


def _apart(found: list[Related], words: dict[int, set[str]]) -> list[Related]:
    """Without those that nearly repeat one before them."""
    kept: list[Related] = []
    for related in found:
        mine = words[related.campaign.id]
        if not any(_overlap(mine, words[other.campaign.id]) >= ALIKE for other in kept):
            kept.append(related)
    return kept


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
