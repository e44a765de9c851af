"""Whose decision a story is about: the country its words speak of, and the offices there that people can write to."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from campaign.articles.page import Page, SampleLetter
from campaign.officials import targets
from campaign.officials.models import Area, Post
from campaign.remembering import remembered
from campaign.text import fold

LEGISLATORS, GOVERNMENT, LOCAL = "legislators", "government", "local"
RULES = (LEGISLATORS, GOVERNMENT, LOCAL)  # what a playbook may address besides a post's id

# Who leads a government, the likeliest first: where there is a prime minister, it is mostly not the president.
HEADS = ("prime_minister", "chancellor", "head_of_government", "president", "minister")
LOCAL_ROLES = ("mayor", "leader", "council_leader")
LEAST_MENTIONS = 2
# What newspapers say besides the names that Babel knows.
SHORT = {
    "US": ("US", r"U\.S\.", "USA", "America", "American", "Americans", "Washington"),
    "GB": ("UK", r"U\.K\.", "Britain", "British"),
    "FR": ("French",),
    "DE": ("German",),
    "CA": ("Canadian",),
    "AU": ("Australian",),
}


@dataclass(frozen=True)
class Guess:
    """A country by its code, and why: a name and how often it stands in the text. "" when nobody can say."""

    country: str = ""
    why: str = ""


def guess(session: Session, page: Page, *, on: date) -> Guess:
    """The country whose officials a page is about, of those whose offices this site knows."""
    known = remembered(session, (Area, Post), _countries, on)
    written_to = [_country_of(session, letter) for letter in page.letters if letter.target]
    if chosen := next((country for country in written_to if country in known), ""):
        return Guess(chosen, ", ".join(letter.title for letter in page.letters)[:100])
    found: Counter[str] = Counter()
    pattern = _pattern(tuple(sorted(known)), page.language or "en")
    for match in pattern.finditer("\n".join([page.headline, page.dateline, *page.paragraphs])):
        found[match.lastgroup or ""] += 1
    for country, number in found.most_common(1):
        if number >= LEAST_MENTIONS:
            return Guess(country, f"{Locale('en').territories.get(country, country)}: {number}×")
    return Guess()


def target(session: Session, rule: str, *, country: str, place: str = "", on: date) -> str:
    """What a letter of that rule is addressed to: the id of a post, or a rule of officials.targets; "" when nobody is.

    What is no rule of a playbook is a target already, and given back where this site knows it.
    """
    if rule not in RULES:
        return rule if rule and _fits(session, rule, country) else ""
    if rule == LEGISLATORS:
        return _legislators(session, country, on)
    posts = _local(session, country, place, on) if rule == LOCAL else _government(session, country, on)
    return posts[0] if posts else ""


def addressees(session: Session, rules: Iterable[str], *, country: str, place: str = "", on: date) -> tuple[str, ...]:
    """The posts a petition is addressed to. “My representative” is nobody's in particular, so it is left out."""
    found = (target(session, rule, country=country, place=place, on=on) for rule in rules)
    return tuple(dict.fromkeys(id for id in found if id and not targets.needs_area(id)))


def _fits(session: Session, rule: str, country: str) -> bool:
    """Rules for senators are the United States'; nobody elsewhere is told to write to them."""
    if targets.needs_area(rule):
        return country == "US" or rule == targets.MY_REPRESENTATIVE
    return targets.exists(session, rule)


def _legislators(session: Session, country: str, on: date) -> str:
    if _posts(session, targets.SENATORS, country, on):
        return targets.MY_REPRESENTATIVE_AND_SENATORS
    return targets.MY_REPRESENTATIVE if _posts(session, targets.REPRESENTATIVES, country, on) else ""


def _government(session: Session, country: str, on: date) -> list[str]:
    return next((found for role in HEADS if (found := _posts(session, (role,), country, on))), [])


def _local(session: Session, country: str, place: str, on: date) -> list[str]:
    if not place:
        return []
    query = select(Post).where(Post.role.in_(LOCAL_ROLES), or_(Post.end_date.is_(None), Post.end_date > on))
    around = {Post.area_id.is_(None), Post.area.has(Area.country == country)} if country else {Post.id.is_not(None)}
    found = session.scalars(query.where(or_(*around), Post.label.icontains(place, autoescape=True)).order_by(Post.id))
    wanted = fold(place)
    return [post.id for post in found if re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", fold(post.label))]


def _posts(session: Session, roles: Sequence[str], country: str, on: date) -> list[str]:
    """The first post of these roles in a country, for there may be hundreds."""
    return remembered(session, (Area, Post), _first_post, tuple(roles), country, on) if country else []


def _first_post(session: Session, roles: Sequence[str], country: str, on: date) -> list[str]:
    query = (
        select(Post.id)
        .join(Post.area)
        .where(
            Post.role.in_(roles),
            Area.country == country,
            or_(Post.end_date.is_(None), Post.end_date > on),
        )
    )
    return list(session.scalars(query.order_by(Post.id).limit(1)))


def _countries(session: Session, on: date) -> frozenset[str]:
    """Those that have offices here."""
    query = select(Area.country).join(Post, Post.area_id == Area.id)
    live = query.where(or_(Post.end_date.is_(None), Post.end_date > on)).distinct()
    return frozenset(country for country in session.scalars(live) if country)


def _country_of(session: Session, letter: SampleLetter) -> str:
    if letter.target in (targets.MY_SENATORS, targets.MY_REPRESENTATIVE_AND_SENATORS):
        return "US"
    post = session.get(Post, letter.target)
    return post.area.country if post and post.area else ""


@lru_cache(maxsize=64)
def _pattern(countries: tuple[str, ...], language: str) -> re.Pattern[str]:
    """One group for each country, by its code. Case counts: “us” is no country."""
    locales = [Locale("en")]
    with suppress(UnknownLocaleError, ValueError):
        locales.append(Locale.parse(language.replace("-", "_")))
    groups = []
    for country in countries:
        names = {re.escape(name) for locale in locales if (name := locale.territories.get(country))}
        groups.append(f"(?P<{country}>{'|'.join(sorted({*names, *SHORT.get(country, ())}, key=len, reverse=True))})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups) or '(?!)'})(?!\w)")
