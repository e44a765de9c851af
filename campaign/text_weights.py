"""How well a text answers a question: BM25, by FTS5 itself on SQLite, and by the same formula here on PostgreSQL.

Formula and constants as in https://www.sqlite.org/fts5.html#the_bm25_function.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign import text_tables
from campaign.text_tables import LENGTH, NAME, TEXTS
from campaign.word_queries import Query, Term

IN_TITLE = 4.0  # a word in the title counts as so many in the text
K1, B = 1.2, 0.75
LEAST = 1e-6  # what a word is worth that most texts have

Places = dict[str, dict[int, float]]  # of one text: word → position → weight
# By text, how often each term is in it, each time as much as the place is worth; and how many words each has.
Often = tuple[dict[int, list[float]], dict[int, int]]


def sqlite(session: Session, query: Query, ids: Sequence[int], _numbers: Mapping[str, int]) -> dict[int, float]:
    """Scores of these rows."""
    # The plus keeps SQLite from asking FTS5 for each row by itself.
    order = text(
        f"SELECT rowid AS id, -bm25({NAME}, {IN_TITLE}, 1.0, 0.0) AS score FROM {NAME}"  # noqa: S608  # fixed names
        f" WHERE {NAME} MATCH :asked AND +rowid IN (SELECT value FROM json_each(:ids))"
    )
    values = {"asked": text_tables.fts5(query), "ids": json.dumps(list(ids))}
    return {row.id: row.score for row in session.execute(order, values)}


def postgresql(session: Session, query: Query, ids: Sequence[int], numbers: Mapping[str, int]) -> dict[int, float]:
    """Scores of these rows."""
    terms = query.terms
    count = _counted if all(map(_is_word, terms)) else _placed
    often, lengths = count(session, query, ids)
    worth = [_worth(term, sum(counts[at] > 0 for counts in often.values()), numbers) for at, term in enumerate(terms)]
    average = max(1.0, numbers[LENGTH] / max(1, numbers[TEXTS]))
    return {id: _score(counts, worth, lengths[id] / average) for id, counts in often.items()}


def _counted(session: Session, query: Query, ids: Sequence[int]) -> Often:
    """How often single words are in each text."""
    words = [term.words[0] for term in query.terms]
    titled = " | ".join(f"'{word}':A" for word in words)
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    lengths: dict[int, int] = {}
    for id, length, word, number, is_title in session.execute(
        _COUNTS, {"ids": list(ids), "words": words, "titled": titled}
    ):
        found[id][word] += number * (IN_TITLE - 1.0) if is_title else number
        lengths[id] = length
    return {id: [counts.get(word, 0.0) for word in words] for id, counts in found.items()}, lengths


# Going through all words of a thousand vectors takes ten times as long as letting PostgreSQL mark the few that are
# asked for, drop the others, and go through what is left. Those in titles stand there a second time, by themselves.
_COUNTS = text(
    "SELECT w.id, t.length, u.lexeme, cardinality(u.positions), u.is_title"  # noqa: S608  # a fixed name
    f" FROM (SELECT id, words || '' AS words FROM {NAME} WHERE id = ANY(:ids) OFFSET 0) AS w"
    " JOIN indexed_text AS t ON t.id = w.id CROSS JOIN LATERAL ("
    "SELECT lexeme, positions, false AS is_title"
    " FROM unnest(ts_filter(setweight(w.words, 'C', CAST(:words AS text[])), '{c}'))"
    " UNION ALL SELECT lexeme, positions, true"
    " FROM unnest(ts_filter(setweight(ts_filter(w.words, '{a}'), 'B', CAST(:words AS text[])), '{b}'))"
    " WHERE w.words @@ CAST(:titled AS tsquery)) AS u"
)


def _placed(session: Session, query: Query, ids: Sequence[int]) -> Often:
    """How often terms of several words, and beginnings, are in each text: from where all their words stand."""
    found: dict[int, Places] = defaultdict(dict)
    lengths: dict[int, int] = {}
    for row in session.execute(_PLACES, _asked(query, ids)):
        weights = {
            at: IN_TITLE if letter == "A" else 1.0 for at, letter in zip(row.positions, row.weights, strict=True)
        }
        found[row.id][row.lexeme] = weights
        lengths[row.id] = row.length
    return {id: [_often(term, places) for term in query.terms] for id, places in found.items()}, lengths


_PLACES = text(
    f"SELECT t.id, t.length, u.lexeme, u.positions, u.weights"  # noqa: S608  # a fixed name
    f" FROM {NAME} AS w JOIN indexed_text AS t ON t.id = w.id CROSS JOIN LATERAL unnest(w.words) AS u"
    " WHERE w.id = ANY(:ids) AND (u.lexeme = ANY(:words) OR u.lexeme LIKE ANY(:beginnings))"
    " AND u.positions IS NOT NULL"
)


def _asked(query: Query, ids: Sequence[int]) -> dict[str, Any]:
    words = {word for term in query.terms for word in term.words}
    beginnings = [f"{term.words[-1]}%" for term in query.terms if term.is_beginning]
    return {"ids": list(ids), "words": list(words), "beginnings": beginnings}


def _often(term: Term, places: Places) -> float:
    """How often a term is in a text, each time as much as the place is worth."""
    if _is_word(term):
        return sum(places.get(term.words[0], {}).values())
    last = _beginnings(term.words[-1], places) if term.is_beginning else places.get(term.words[-1], {})
    before = [places.get(word, {}) for word in term.words[:-1]]
    return sum(
        weight
        for at, weight in last.items()
        if all(at - distance in found for distance, found in enumerate(reversed(before), start=1))
    )


def _beginnings(start: str, places: Places) -> dict[int, float]:
    return {at: weight for word, found in places.items() if word.startswith(start) for at, weight in found.items()}


def _is_word(term: Term) -> bool:
    return len(term.words) == 1 and not term.is_beginning


def _worth(term: Term, found: int, numbers: Mapping[str, int]) -> float:
    """A word is worth more the fewer texts have it; of phrases only those that were looked at are known."""
    having = numbers.get(term.words[0], 0) if _is_word(term) else found
    worth = log((numbers[TEXTS] - having + 0.5) / (having + 0.5)) if having < numbers[TEXTS] else 0.0
    return max(worth, LEAST)


def _score(counts: Sequence[float], worth: Sequence[float], length: float) -> float:
    """length: of the text, as a multiple of the average."""
    pairs = zip(counts, worth, strict=True)
    return sum(each * (often * (K1 + 1)) / (often + K1 * (1 - B + B * length)) for often, each in pairs)
