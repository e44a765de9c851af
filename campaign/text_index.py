"""The index of texts: put in, taken out, and found by words, the best first. The same on SQLite and PostgreSQL.

Who puts something in says its kind and key, and by which marks lists can be narrowed ("state:open", "category:3"). Only
what readers may see is put in, so that no question has to ask for it.

Fast with a million texts: what is in a fifth of all texts tells nothing and is not asked for beside better words, and
of what is found only the newest MOST_CANDIDATES are weighed.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from campaign import dialects, text_tables, text_weights
from campaign.text_tables import LENGTH, NAME, TEXTS, IndexedText, IndexedWord
from campaign.word_queries import Query, Term

MOST_CANDIDATES = 1000  # of one kind
COMMON = 0.2  # of all texts
RARE = 20_000  # texts
FEW = 1000  # texts: among so few nothing is slow, and any word may tell
BATCH = 200


@dataclass(frozen=True)
class Entry:
    """Something to be found. kind: "campaign", "article", "official"; key: the id of its row; at: of what time it is.

    marks: words without spaces; lists are narrowed by them.
    """

    kind: str
    key: str
    title: str
    text: str = ""
    language: str = ""
    at: datetime | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """What was found, by the number of its row here (see `rows`); score: higher is better, on no scale."""

    id: int
    kind: str
    score: float


def put(
    session: Session,
    kind: str,
    key: object,
    *,
    title: str,
    text: str = "",
    language: str = "",
    at: datetime | None = None,
    marks: Iterable[str] = (),
) -> None:
    """Make something findable, or what is known of it new. Texts as people read them, without markup."""
    put_all(session, [Entry(kind, str(key), title, text, language, at, tuple(marks))])


def put_all(session: Session, entries: Iterable[Entry]) -> int:
    """As `put`, many at once; returns how many were new or had changed."""
    changed, rest = 0, iter(entries)
    while batch := list(islice(rest, BATCH)):
        changed += _put(session, {(entry.kind, entry.key): entry for entry in batch})
    return changed


def remove(session: Session, kind: str, key: object) -> None:
    """Nobody finds it any more. Nothing happens when nobody could."""
    query = select(IndexedText).where(IndexedText.kind == kind, IndexedText.key == str(key))
    _take_out(session, list(session.scalars(query)))


def keep_only(session: Session, kind: str, keys: Collection[str]) -> int:
    """Take out all of this kind but these; returns how many."""
    known = session.execute(select(IndexedText.id, IndexedText.key).where(IndexedText.kind == kind))
    gone = [id for id, key in known if key not in keys]
    for start in range(0, len(gone), BATCH):
        query = select(IndexedText).where(IndexedText.id.in_(gone[start : start + BATCH]))
        _take_out(session, list(session.scalars(query)))
    return len(gone)


def clear(session: Session) -> None:
    """Forget everything."""
    if dialects.is_postgresql(session):
        session.execute(text(f"DELETE FROM {NAME}"))  # noqa: S608  # a fixed name
    else:
        session.execute(text(f"INSERT INTO {NAME} ({NAME}) VALUES ('delete-all')"))  # noqa: S608
    session.execute(delete(IndexedText))
    session.execute(delete(IndexedWord))


def count(session: Session, kind: str) -> int:
    return session.scalar(select(func.count()).select_from(IndexedText).where(IndexedText.kind == kind)) or 0


def find(
    session: Session,
    query: Query,
    *,
    kinds: Sequence[str],
    marks: Sequence[Sequence[str]] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = MOST_CANDIDATES,
) -> list[Hit]:
    """What has all that was asked for, of these kinds, the best first and of equals the newest; [] for no words.

    marks: of each list one must be there; until: a moment that does not count. What the newest `limit` of a kind do not
    have is not found, so the lists of a frequent word end there.
    """
    if not query:
        return []
    numbers = frequencies(session, {word for term in query.terms for word in term.words})
    query, is_telling = _telling(query, numbers)
    is_rare = min(_texts_with(group, numbers) for group in query.all) <= RARE
    narrowed = [text_tables.mark_words(" ".join(either)) for either in marks]
    kind_of: dict[int, str] = {}
    most = min(limit, MOST_CANDIDATES)
    with dialects.by_index(session):
        for kind in kinds:
            wanted = [*narrowed, text_tables.mark_words(f"kind:{kind}")]
            found = _candidates(session, query, wanted, since, until, most, is_rare=is_rare)
            kind_of |= dict.fromkeys(found, kind)
    weigh = text_weights.postgresql if dialects.is_postgresql(session) else text_weights.sqlite
    scores = weigh(session, query, list(kind_of), numbers) if kind_of and is_telling else {}
    best = sorted(kind_of, key=lambda id: (-round(scores.get(id, 0.0), 6), -id))
    return [Hit(id, kind_of[id], scores.get(id, 0.0)) for id in best]


def frequencies(session: Session, words: Collection[str]) -> dict[str, int]:
    """In how many texts each of these words is, and under TEXTS and LENGTH how many texts and words there are."""
    if dialects.is_postgresql(session):
        found = session.execute(_NUMBERS_POSTGRESQL, {"words": [*words, TEXTS, LENGTH]})
    else:
        found = session.execute(_NUMBERS_SQLITE, {"words": json.dumps([*words, TEXTS, LENGTH])})
    return {TEXTS: 0, LENGTH: 0} | dict(map(tuple, found.all()))


# A list as one value: putting hundreds of them into the words of a statement takes longer than the statement.
_NUMBERS = "SELECT word, number FROM indexed_word WHERE word"
_NUMBERS_SQLITE = text(f"{_NUMBERS} IN (SELECT value FROM json_each(:words))")  # noqa: S608  # fixed words
_NUMBERS_POSTGRESQL = text(f"{_NUMBERS} = ANY(:words)")


def sharing(
    session: Session, weights: Mapping[str, float], *, kind: str, limit: int, of_each: int
) -> list[tuple[str, float, list[str]]]:
    """Texts of this kind that share these words, by their weight together: (key, weight, words). Nothing for no words.

    of_each: so many texts are looked at for each word, the newest.
    """
    if not weights:
        return []
    named = list(weights)
    order_by = _newest(session, is_rare=True)
    values: dict[str, Any] = {"limit": limit, "of_each": of_each}
    parts = []
    for number, word in enumerate(named):
        asked = Query(((Term((word,)),),))
        key, match, values[f"asked_{number}"] = _match(session, asked, [text_tables.mark_words(f"kind:{kind}")])
        match = match.replace(":asked", f":asked_{number}")
        newest = f"SELECT {key} AS id FROM {NAME} WHERE {match} ORDER BY {order_by} DESC LIMIT :of_each"  # noqa: S608
        parts.append(f"SELECT id, {number} AS n, {float(weights[word])!r} AS w FROM ({newest}) AS f{number}")  # noqa: S608
    numbers = "string_agg(CAST(n AS text), ',')" if dialects.is_postgresql(session) else "group_concat(n)"
    # Rounded, so that the order of adding up never decides.
    best = (
        f"SELECT id, SUM(w) AS weight, {numbers} AS numbers FROM ({' UNION ALL '.join(parts)}) AS u"  # noqa: S608
        " GROUP BY id ORDER BY ROUND(CAST(SUM(w) AS numeric), 6) DESC, id DESC LIMIT :limit"
    )
    order = f"SELECT t.id, t.key, b.weight, b.numbers FROM ({best}) AS b JOIN indexed_text AS t ON t.id = b.id"  # noqa: S608
    with dialects.by_index(session):
        best_rows = session.execute(text(order), values).all()
    found = []
    for id, key, weight, shared in best_rows:
        places = sorted(int(number) for number in shared.split(","))
        found.append((-round(float(weight), 6), -id, key, [named[place] for place in places]))
    return [(key, -weight, shared) for weight, _, key, shared in sorted(found)]


def marked(session: Session, mark: str, *, kind: str, limit: int) -> list[str]:
    """The keys of the newest of this kind that have a mark."""
    wanted = [text_tables.mark_words(mark), text_tables.mark_words(f"kind:{kind}")]
    ids = _candidates(session, Query(), wanted, None, None, limit, is_rare=False)
    known = rows(session, ids)
    return [known[id].key for id in ids if id in known]


def rows(session: Session, ids: Collection[int]) -> dict[int, IndexedText]:
    """What is known of these, by the number of the row."""
    return {row.id: row for row in session.scalars(select(IndexedText).where(IndexedText.id.in_(ids)))}


def _telling(query: Query, numbers: dict[str, int]) -> tuple[Query, bool]:
    """Without forms that no text has, and without what most texts have where something better was asked for, too.

    Also whether anything is left that tells one text from another.
    """
    groups = []
    for group in query.all:
        known = [term for term in group if term.is_beginning or all(word in numbers for word in term.words)]
        groups.append(tuple(known or group[:1]))
    if numbers[TEXTS] <= FEW:
        return replace(query, all=tuple(groups)), True
    rare = [group for group in groups if not _is_common(group, numbers)]
    return replace(query, all=tuple(rare or groups)), bool(rare)


def _is_common(group: tuple[Term, ...], numbers: dict[str, int]) -> bool:
    return _texts_with(group, numbers) > COMMON * numbers[TEXTS]


def _texts_with(group: tuple[Term, ...], numbers: dict[str, int]) -> int:
    """At most so many texts have one of these. A phrase is as rare as its rarest word."""
    return sum(min(numbers.get(word, 0) for word in term.words) for term in group)


def _candidates(
    session: Session,
    query: Query,
    marks: list[list[str]],
    since: datetime | None,
    until: datetime | None,
    limit: int,
    *,
    is_rare: bool,
) -> list[int]:
    """The newest that match. is_rare: few do."""
    key, match, asked = _match(session, query, marks)
    values: dict[str, Any] = {"asked": asked, "limit": limit}
    bounds = ""
    for name, sign, moment in (("since", ">=", since), ("until", "<", until)):
        if moment is not None:
            bounds += f" AND (SELECT at FROM indexed_text WHERE id = {NAME}.{key}) {sign} :{name}"  # noqa: S608
            values[name] = moment
    order_by = _newest(session, is_rare=is_rare)
    order = text(f"SELECT {key} FROM {NAME} WHERE {match}{bounds} ORDER BY {order_by} DESC LIMIT :limit")  # noqa: S608
    order = order.bindparams(
        *(bindparam(name, type_=IndexedText.at.type) for name in ("since", "until") if name in values)
    )
    return list(session.scalars(order, values))


def _newest(session: Session, *, is_rare: bool) -> str:
    """What the newest are ordered by.

    PostgreSQL guesses badly how many texts have a word. For one that few have, it must not go through all texts from
    the newest on, and cannot where it is ordered by a sum; for one that many have, that is soon over.
    """
    if not dialects.is_postgresql(session):
        return "rowid"
    return "id + 0" if is_rare else "id"


def _match(session: Session, query: Query, marks: list[list[str]]) -> tuple[str, str, str]:
    """The column with the number of the row, the condition, and what is asked in the database's own language."""
    if dialects.is_postgresql(session):
        return "id", "words @@ CAST(:asked AS tsquery)", text_tables.tsquery(query, marks)
    return "rowid", f"{NAME} MATCH :asked", text_tables.fts5(query, marks)


def _put(session: Session, entries: dict[tuple[str, str], Entry]) -> int:
    known = {
        (row.kind, row.key): row
        for kind in {kind for kind, _ in entries}
        for row in session.scalars(
            select(IndexedText).where(
                IndexedText.kind == kind, IndexedText.key.in_([key for each, key in entries if each == kind])
            )
        )
    }
    changed = [entry for place, entry in entries.items() if place not in known or _values(entry) != _kept(known[place])]
    # What has changed gets a new number, so that the newest have the highest.
    _take_out(session, [known[place] for entry in changed if (place := (entry.kind, entry.key)) in known])
    put_in = [IndexedText(**_values(entry), length=0) for entry in changed]
    texts = [text_tables.words_of(row.title, row.text) for row in put_in]
    for row, (head, body) in zip(put_in, texts, strict=True):
        row.length = len(head) + len(body)
    session.add_all(put_in)
    session.flush()
    _keep_words(session, put_in, texts)
    _count_words(session, texts, 1)
    return len(changed)


def _values(entry: Entry) -> dict[str, Any]:
    marks = " ".join(dict.fromkeys([f"kind:{entry.kind}", *entry.marks]))
    return {
        "kind": entry.kind,
        "key": entry.key,
        "title": entry.title[:500].replace("\0", ""),
        "text": entry.text.replace("\0", ""),
        "language": entry.language[:10],
        "at": entry.at,
        "marks": marks[:500].rpartition(" ")[0] if len(marks) > 500 else marks,
    }


def _kept(row: IndexedText) -> dict[str, Any]:
    names = ("kind", "key", "title", "text", "language", "at", "marks")
    return {name: getattr(row, name) for name in names}


def _keep_words(session: Session, put_in: list[IndexedText], texts: list[tuple[list[str], list[str]]]) -> None:
    if not put_in:
        return
    pairs = zip(put_in, texts, strict=True)
    if dialects.is_postgresql(session):
        order = text(f"INSERT INTO {NAME} (id, words) VALUES (:id, CAST(:words AS tsvector))")  # noqa: S608
        values = [
            {"id": row.id, "words": text_tables.vector(*both, text_tables.mark_words(row.marks))} for row, both in pairs
        ]
    else:
        order = text(f"INSERT INTO {NAME} (rowid, title, text, marks) VALUES (:id, :title, :text, :marks)")  # noqa: S608
        values = [_columns(row, both) for row, both in pairs]
    session.execute(order, values)


def _take_out(session: Session, gone: list[IndexedText]) -> None:
    """FTS5 without a copy of the text must be told which words to forget; from the same text they are the same."""
    if not gone:
        return
    texts = [text_tables.words_of(row.title, row.text) for row in gone]
    if not dialects.is_postgresql(session):
        columns = f"{NAME}, rowid, title, text, marks"
        order = text(f"INSERT INTO {NAME} ({columns}) VALUES ('delete', :id, :title, :text, :marks)")  # noqa: S608
        session.execute(order, [_columns(row, both) for row, both in zip(gone, texts, strict=True)])
    _count_words(session, texts, -1)
    session.execute(delete(IndexedText).where(IndexedText.id.in_([row.id for row in gone])))


def _columns(row: IndexedText, both: tuple[list[str], list[str]]) -> dict[str, Any]:
    marks = " ".join(text_tables.mark_words(row.marks))
    return {"id": row.id, "title": " ".join(both[0]), "text": " ".join(both[1]), "marks": marks}


def _count_words(session: Session, texts: list[tuple[list[str], list[str]]], sign: int) -> None:
    """In the order of the words: two who count at once never wait for each other."""
    counted = {word: sign * number for word, number in sorted(text_tables.counts(iter(texts)).items())}
    if not counted:
        return
    if dialects.is_postgresql(session):
        session.execute(_COUNT_POSTGRESQL, {"words": list(counted), "numbers": list(counted.values())})
    else:
        session.execute(_COUNT_SQLITE, {"counted": json.dumps(counted)})
    if sign < 0:
        words = list(counted)
        for start in range(0, len(words), 500):
            some = words[start : start + 500]
            session.execute(delete(IndexedWord).where(IndexedWord.word.in_(some), IndexedWord.number <= 0))


# Thousands of words as one value, see above.
_COUNT = "ON CONFLICT (word) DO UPDATE SET number = indexed_word.number + excluded.number"
_COUNT_SQLITE = text(
    f"INSERT INTO indexed_word (word, number) SELECT key, value FROM json_each(:counted) WHERE true {_COUNT}"  # noqa: S608
)
_COUNT_POSTGRESQL = text(
    "INSERT INTO indexed_word (word, number)"  # noqa: S608  # fixed words
    f" SELECT * FROM unnest(CAST(:words AS text[]), CAST(:numbers AS bigint[])) {_COUNT}"
)
