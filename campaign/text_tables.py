"""The tables behind the index of texts: rows that both databases have, and the words as each of them keeps them.

SQLite keeps the words in an FTS5 table without a copy of the text, PostgreSQL in a tsvector with a GIN index. Both are
called text_words and get words already cut out and folded (see `words`), so they find the same.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from campaign import words
from campaign.db import Base
from campaign.word_queries import Query, Term

NAME = "text_words"
MOST_WORDS = 20_000  # of one text; the rest is not looked at
GAP = 10  # between title and text, so that no phrase begins in one and ends in the other
LAST_POSITION = 16_383  # that PostgreSQL can tell apart
MOST_POSITIONS = 200  # of one word, of the 256 that PostgreSQL keeps

# Two rows of the table of words that are no words.
TEXTS = ""  # how many texts there are
LENGTH = "#"  # how many words they have together


class IndexedText(Base):
    """Something that readers can find. Only what readers may see is here."""

    __tablename__ = "indexed_text"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(100))  # of the row it is about: its id
    at: Mapped[datetime | None]
    length: Mapped[int]  # in words
    language: Mapped[str] = mapped_column(String(10), default="")
    marks: Mapped[str] = mapped_column(String(500), default="")  # what lists are narrowed by, parted by spaces
    title: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Text, default="")


class IndexedWord(Base):
    """A word, and in how many texts it is."""

    __tablename__ = "indexed_word"

    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


SQLITE = (
    f"CREATE VIRTUAL TABLE {NAME} USING fts5(title, text, marks, content='', tokenize='ascii tokenchars _')",
)  # `ascii` parts words at spaces and leaves all letters beyond ASCII alone, which is what words cut out already need
POSTGRESQL = (
    f"CREATE TABLE {NAME} (id INTEGER PRIMARY KEY REFERENCES indexed_text (id) ON DELETE CASCADE, words TSVECTOR)",
    f"CREATE INDEX ix_{NAME}_words ON {NAME} USING gin (words)",
)


def create(connection: Connection) -> None:
    for order in POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE:
        connection.exec_driver_sql(order)


def drop(connection: Connection) -> None:
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {NAME}")


@event.listens_for(IndexedText.__table__, "after_create")
def _create(_table: Any, connection: Connection, **_others: Any) -> None:
    create(connection)


@event.listens_for(IndexedText.__table__, "before_drop")
def _drop(_table: Any, connection: Connection, **_others: Any) -> None:
    drop(connection)


def words_of(title: str, text: str) -> tuple[list[str], list[str]]:
    """The words of a title and of the text below it, as far as they are looked at."""
    head = words.words(title)[:MOST_WORDS]
    return head, words.words(text)[: MOST_WORDS - len(head)]


def mark_words(marks: str) -> list[str]:
    """Marks as words that nobody can type: a search for “kcampaign” finds no mark."""
    return [f"m_{mark.encode().hex()}" for mark in marks.split()]


def vector(head: Sequence[str], body: Sequence[str], marks: Sequence[str]) -> str:
    """A tsvector, as PostgreSQL reads it: 'bridge':1A,15 'council':2A."""
    positions: dict[str, list[str]] = {}
    for at, word in enumerate(head, start=1):
        positions.setdefault(word, []).append(f"{min(at, LAST_POSITION)}A")
    for at, word in enumerate(body, start=len(head) + GAP):
        positions.setdefault(word, []).append(str(min(at, LAST_POSITION)))
    found = [f"'{word}':{','.join(places[:MOST_POSITIONS])}" for word, places in positions.items()]
    return " ".join([*found, *(f"'{mark}'" for mark in marks)])


def fts5(query: Query, marks: Sequence[Sequence[str]] = ()) -> str:
    """A query as FTS5 reads it. marks: of each list one must be there."""
    parts = [f"({' OR '.join(map(_fts5_term, group))})" for group in query.all]
    asked = f"{{title text}} : ({' AND '.join(parts)})" if parts else ""
    narrowed = [f"marks : ({' OR '.join(_quoted(word) for word in either)})" for either in marks]
    asked = " AND ".join(filter(None, [asked, *narrowed]))
    if query.without:
        asked = f"({asked}) NOT ({{title text}} : ({' OR '.join(map(_fts5_term, query.without))}))"
    return asked


def tsquery(query: Query, marks: Sequence[Sequence[str]] = ()) -> str:
    """A query as PostgreSQL reads it."""
    parts = [f"({' | '.join(map(_tsquery_term, group))})" for group in query.all]
    parts += ["(" + " | ".join(f"'{word}'" for word in either) + ")" for either in marks]
    parts += [f"!({_tsquery_term(term)})" for term in query.without]
    return " & ".join(parts)


def counts(texts: Iterator[tuple[list[str], list[str]]]) -> Counter[str]:
    """In how many of these texts each word is, with the two that are no words."""
    counted: Counter[str] = Counter()
    for head, body in texts:
        counted.update({*head, *body})
        counted[TEXTS] += 1
        counted[LENGTH] += len(head) + len(body)
    return counted


def _quoted(word: str) -> str:
    # Words have letters and digits only; doubling quotes holds even if that should change.
    return '"' + word.replace('"', '""') + '"'


def _fts5_term(term: Term) -> str:
    return _quoted(" ".join(term.words)) + (" *" if term.is_beginning else "")


def _tsquery_term(term: Term) -> str:
    found = [f"'{word}'" for word in term.words]
    if term.is_beginning:
        found[-1] += ":*"
    return f"({' <-> '.join(found)})"
