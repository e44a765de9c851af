"""Titles given to people in a text, compared with who held those offices: "President Biden" after January 2025."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from flask import has_app_context
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from campaign.i18n import gettext, language
from campaign.officials.holding import Holding, held_since, holders
from campaign.officials.models import Membership, Person, Post
from campaign.remembering import remembered
from campaign.text import fold

# What stands before a name, and which offices it claims. The directory adds the titles of its own posts ("Mayor").
# A title without offices is read, so that "Deputy Prosecutor" is not taken for "Prosecutor", and then left alone.
HOUSE = ("representative", "delegate", "resident_commissioner")
TITLES: dict[str, tuple[str, ...]] = {
    "president": ("president",),
    "vice president": ("vice_president",),
    "vice-president": ("vice_president",),
    "senator": ("senator",),
    "sen.": ("senator",),
    "sen": ("senator",),
    "representative": HOUSE,
    "rep.": HOUSE,
    "rep": HOUSE,
    "congressman": HOUSE,
    "congresswoman": HOUSE,
    "congressmember": HOUSE,
    "congressperson": HOUSE,
    "delegate": ("delegate",),
    "resident commissioner": ("resident_commissioner",),
    "prosecutor": ("prosecutor",),
    "deputy prosecutor": ("deputy_prosecutor",),
    "deputy president": (),
    "assistant secretary": (),
    "secretary": (),
}

# Of other countries' offices: "Ukrainian President …". "Republican" and "American" must not be among them.
_FOREIGN = re.compile(r"(?:[^\W\d_]+(?:ian|ean|ese|ish|aeli|aqi|stani|ench|utch|eek|zech|wiss)|German|Mexican|Afghan)")
_DOMESTIC = r"(?:(?:the|U\.?\s?S\.?A?\.?|United\s+States|American|Republican|Democratic|Independent)\s+){0,3}"
_BEFORE_NAME = r"(?:\s+of\s+the\s+(?:United\s+States(?:\s+of\s+America)?|U\.?S\.?A?\.?))?[ \t\xa0]*(?:\n[ \t\xa0]*)?"
_WORD = re.compile(r"[^\W\d_](?:['’.\-]?[^\W_])*\.?")
_GAP = re.compile(r"[ \t\xa0]*\n?[ \t\xa0]*[*_]{0,3}")
_AND = re.compile(r"\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*)")
_POSSESSIVE = re.compile(r"['’]s?$|['’]S$")

NAME_WORDS = 5
NAMES_IN_A_ROW = 8
TERMS_LOOKED_UP = 60


@dataclass(frozen=True)
class Contradiction:
    """A title that the person does not have on that day, or a "former" holder who holds the office.

    title        as printed: "President"
    name         as printed: "Biden"
    text         the exact words, e.g. "former President Donald Trump"; they begin at `offset`
    post_label   the office
    holder_name  who holds it on that day, since `since`; "" and None when that is not certain
    sentence     all of it for people
    """

    title: str
    name: str
    text: str
    offset: int
    post_label: str
    holder_name: str
    since: date | None
    sentence: str


@dataclass(frozen=True)
class _Mention:
    title: str
    roles: tuple[str, ...]
    former: bool
    offset: int
    words: tuple[str, ...]  # as they are compared
    ends: tuple[int, ...]  # where each word ends in the text


def contradictions(session: Session, text: str, *, on: date) -> list[Contradiction]:
    """The stale names in a text, in reading order. [] for a text that names nobody we know by a title."""
    titles = TITLES | remembered(session, (Post,), _titles_of_posts)
    mentions = [mention for mention in _mentions(text, titles) if mention.roles]
    if not mentions:
        return []
    index = _index(_people(session, {word for mention in mentions for word in mention.words}))
    found = []
    posts: dict[str, Post] = {}
    for mention in mentions:
        count, people = _named(index, mention)
        if verdict := _judge(people, mention, on):
            found.append((mention, count, verdict))
            posts[verdict.post_id] = verdict.post
    holdings = holders(session, posts.values(), on=on)
    reported = [_report(text, mention, count, term, holdings[term.post_id]) for mention, count, term in found]
    return [contradiction for contradiction in reported if contradiction]


def _titles_of_posts(session: Session) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for title, role in session.execute(select(Post.title, Post.role).where(Post.title != "").distinct()):
        lower = title.lower()
        if lower not in TITLES:
            known[lower] = (*known.get(lower, ()), role)
    return known


def _mentions(text: str, titles: dict[str, tuple[str, ...]]) -> Iterator[_Mention]:
    for match in _pattern(tuple(titles)).finditer(text):
        if text[match.end() - 1].isalnum() or _is_of_elsewhere(text, match.start("whole")):
            continue
        roles = titles[" ".join(match["title"].lower().split())]
        start, begin = match.end(), match.start("whole")
        for _ in range(NAMES_IN_A_ROW):
            words, ends = _name_words(text, start, any_case=bool(match["dear"]))
            if not words:
                break
            yield _Mention(match["title"], roles, bool(match["former"]), begin, words, ends)
            following = _AND.match(text, ends[0]) if match["plural"] else None
            if following is None:
                break
            start = begin = following.end()


@lru_cache(maxsize=8)
def _pattern(titles: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(titles, key=len, reverse=True)
    alternatives = "|".join(re.escape(title).replace(r"\ ", r"\s+") for title in longest_first)
    return re.compile(
        rf"(?<![\w-])(?P<dear>dear\s+)?(?P<whole>(?:(?P<former>former|ex)(?:\s+|-))?{_DOMESTIC}"
        rf"(?P<title>{alternatives})(?P<plural>s)?){_BEFORE_NAME}[*_]{{0,3}}(?=[^\W\d_])",
        re.IGNORECASE,
    )


def _is_of_elsewhere(text: str, start: int) -> bool:
    """True for "Ukrainian President", and for "then-President", which speaks of a time of its own."""
    before = text[max(0, start - 40) : start].rstrip().rpartition(" ")[2].strip("-–,;:()\"“”'’*_\n")
    return bool(_FOREIGN.fullmatch(before)) or before.lower() in ("then", "late")


def _name_words(text: str, start: int, *, any_case: bool) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Up to five words from `start` on, without possessive endings, and where each one ends."""
    words: list[str] = []
    ends: list[int] = []
    position = start
    while len(words) < NAME_WORDS and (match := _WORD.match(text, position)):
        bare = _POSSESSIVE.sub("", match[0])
        if not words and not any_case and not bare[:1].isupper():
            break
        words.append(comparable(bare))
        ends.append(position + len(bare.rstrip(".") if len(bare) > 2 else bare))
        if bare != match[0]:
            break
        position = match.end()
        gap = _GAP.match(text, position)
        if gap is None or gap.end() == position:
            break
        position = gap.end()
    return tuple(words), tuple(ends)


def comparable(name: str) -> str:
    """ "Luján" → "lujan", "J.D." → "jd", "O’Halleran" → "ohalleran"."""
    return re.sub(r"[^\w\s-]", "", fold(name))


def _people(session: Session, words: Iterable[str]) -> list[Person]:
    """Officeholders whose name has one of these words in it, with their terms."""
    query = select(Person).options(joinedload(Person.memberships).joinedload(Membership.post))
    parts = sorted({max(re.findall(r"\w+", word), key=len, default="") for word in words} - {""})
    if len(parts) <= TERMS_LOOKED_UP:
        query = query.where(or_(*(Person.search_name.contains(part, autoescape=True) for part in parts)))
    return list(session.scalars(query).unique())


def _index(people: Iterable[Person]) -> dict[tuple[str, ...], list[Person]]:
    index: dict[tuple[str, ...], list[Person]] = {}
    for person in people:
        for form in _forms(person):
            index.setdefault(form, []).append(person)
    return index


def _forms(person: Person) -> set[tuple[str, ...]]:
    """The ways a text may write this name: the family name alone, or after a given name, nickname or initials."""
    family = tuple(comparable(person.family_name).split())
    given = comparable(person.given_name).split()
    middle = comparable(person.additional_name).split()
    before: list[list[str]] = [[], given, comparable(person.nickname).split()]
    before += [given[:1], given + middle, given[:1] + [name[:1] for name in middle], given[:1] + middle[:1]]
    initials = [name[:1] for name in given + middle]
    before += [initials, ["".join(initials)], list(comparable(person.nickname))]
    forms = {(*names, *family) for names in before} if family else set()
    forms.add(tuple(comparable(person.name).split()))
    return forms - {()}


def _named(index: dict[tuple[str, ...], list[Person]], mention: _Mention) -> tuple[int, list[Person]]:
    """How many of the words are a name we know, and whose; the longest such name counts."""
    for count in range(len(mention.words), 0, -1):
        if people := index.get(mention.words[:count]):
            return count, people
    return 0, []


def _judge(people: Iterable[Person], mention: _Mention, on: date) -> Membership | None:
    """The term that contradicts the title; None when the title is right for one of the people of that name."""
    wrong: list[Membership] = []
    for person in people:
        terms = [term for term in person.memberships if term.post.role in mention.roles and term.start_date <= on]
        if not terms:
            continue
        last = terms[-1]
        holds = any(term.end_date is None or on < term.end_date for term in terms)
        may_hold = holds or last.end_kind == "expected"
        if may_hold != mention.former:
            return None
        wrong.append(next((term for term in reversed(terms) if term.end_date is None or on < term.end_date), last))
    return max(wrong, key=lambda term: term.start_date, default=None)


def _report(text: str, mention: _Mention, count: int, term: Membership, holding: Holding) -> Contradiction | None:
    if mention.former and term not in holding.confirmed:
        return None  # Whether the holder has left since our source was made, we do not know.
    words = text[mention.offset : mention.ends[count - 1]]
    holder = " / ".join(current.person.name for current in holding.confirmed)
    since = min((held_since(current) for current in holding.confirmed), default=None)
    values = {
        "words": " ".join(words.split()),
        "person": term.person.name,
        "office": term.post.label,
        "holder": holder,
        "since": _day(since),
        "until": _day(term.end_date),
    }
    if mention.former:
        sentence = gettext("“%(words)s”: %(person)s has been %(office)s since %(since)s.", **values)
    elif holder:
        sentence = gettext(
            "“%(words)s”: %(person)s was %(office)s until %(until)s. %(holder)s has held the office since %(since)s.",
            **values,
        )
    else:
        sentence = gettext("“%(words)s”: %(person)s was %(office)s until %(until)s.", **values)
    name = " ".join(words.split()[-count:]).strip("*_")
    return Contradiction(mention.title, name, words, mention.offset, term.post.label, holder, since, sentence)


def _day(value: date | None) -> str:
    if value is None:
        return ""
    return format_date(value, format="long", locale=language()) if has_app_context() else value.isoformat()
