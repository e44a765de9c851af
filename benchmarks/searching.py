"""How fast articles are found: `python -m benchmarks.searching [--articles 10000 100000] [--database URL]`.

Makes so many articles of made-up words, as often as words are in real texts (the n-th most frequent 1/n as often as the
first), and measures the search, with snippets, and the related articles of one, each against the bare query of the same
index in turns with it. The last lines say how times grow from the first number of articles to the last. Times are of
the processor, too, since other programs may want the machine as well: of this process, and of PostgreSQL's where that
runs on this machine. --bare: ask the bare index in every so many rounds; ranking all it finds may take it seconds.
"""

import argparse
import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.orm import Session

from campaign import alike_texts, snippets, text_index, text_tables, word_queries
from campaign.articles.models import Article
from campaign.campaigns import related
from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.text_index import Entry

VOCABULARY = 60_000
WORDS = (220, 480)  # of an article, from and to
SYLLABLES = [first + vowel for first in "bcdfghjklmnprstvz" for vowel in "aeiou"]
START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 500
SHOWN = 20  # results with snippets, as on the page

Times = dict[str, list[float]]
NAMES = ("search", "bare search", "related", "bare related")
CPU = "processor, "  # before the name of a question: its times of the processor
SERVER = "process of PostgreSQL that answers"


class Writer:
    """Makes articles. The same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # no secret
        self.words = [self._word(number) for number in range(VOCABULARY)]
        self._reach = list(accumulate(1 / (number + 1) for number in range(VOCABULARY)))

    def text(self) -> str:
        """An article about something: a tenth of its words come from a few that it returns to."""
        topic = [self.words[self.random.randrange(200, VOCABULARY)] for _ in range(6)]
        words = self.random.choices(self.words, cum_weights=self._reach, k=self.random.randint(*WORDS))
        for place in self.random.sample(range(len(words)), len(words) // 10):
            words[place] = self.random.choice(topic)
        return " ".join(words)

    def _word(self, number: int) -> str:
        return "".join(SYLLABLES[number // 85**place % 85] for place in range(2 + (number >= 7225))) + "x" * (
            number % 2
        )


@contextmanager
def database(url: str, kept: Path | None = None) -> Iterator[Engine]:
    """A database of its own: on that server, or an SQLite file; or the file that is kept."""
    if url:
        name = f"searching_{time.time_ns()}"
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine = create_engine(url.rsplit("/", 1)[0] + f"/{name}")
        try:
            yield engine
        finally:
            engine.dispose()
            with server.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        return
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{kept or Path(folder) / 'searching.sqlite3'}")
        yield engine
        engine.dispose()


def fill(session: Session, writer: Writer, first: int, last: int) -> None:
    """Articles with these numbers, each with a published campaign, and the index of them."""
    began = time.perf_counter()
    for start in range(first, last + 1, BATCH):
        numbers = range(start, min(start + BATCH, last + 1))
        texts = {number: writer.text() for number in numbers}
        session.execute(insert(Article), [_article(number, texts[number]) for number in numbers])
        session.execute(insert(Campaign), [_campaign(number) for number in numbers])
        text_index.put_all(
            session,
            (
                Entry("article", str(number), texts[number][:60], texts[number], "en", at(number), ("state:open",))
                for number in numbers
            ),
        )
        session.commit()
        if sys.stderr.isatty():
            print(f"\r{numbers[-1]:,} articles", end="", file=sys.stderr)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))  # which it does by itself, but a while later
        session.commit()
    rate = (last - first + 1) / (time.perf_counter() - began)
    print(f"\n{last:,} articles: put in {rate:,.0f} a second")


def at(number: int) -> datetime:
    return START + timedelta(minutes=number)


def measure(session: Session, writer: Writer, articles: int, rounds: int, bare_every: int = 1) -> Times:
    """Seconds of each question, the bare ones in turns with ours."""
    times: Times = {}
    gc.collect()
    gc.freeze()  # as a web worker does once it has started: what lives for ever is not looked through again
    if session.get_bind().dialect.name == "postgresql":
        session.info[SERVER] = session.scalar(text("SELECT pg_backend_pid()"))
    for number in range(rounds):
        article = session.get(Article, writer.random.randint(1, articles))
        assert article is not None
        own = article.body[0]["text"].split()
        typed = " ".join(writer.random.sample(own, writer.random.randint(1, 3)))
        telling = list(alike_texts.telling(session, article.headline, article.body[0]["text"]))
        _timed(times, "search", search, session, typed)
        _timed(times, "related", related.articles, session, article)
        if number % bare_every == 0:
            _timed(times, "bare search", bare, session, typed.split(), " AND ")
            _timed(times, "bare related", bare, session, telling, " OR ")
        session.rollback()
        session.expunge_all()
    return times


def search(session: Session, typed: str) -> None:
    """What the page does: find, and show the best with snippets."""
    query = word_queries.parse(typed)
    hits = text_index.find(session, query, kinds=("campaign", "article", "official"))
    words = {word for term in query.terms for word in term.words}
    for row in text_index.rows(session, [hit.id for hit in hits[:SHOWN]]).values():
        snippets.snippet(row.text, words)


def bare(session: Session, words: list[str], join: str) -> None:
    """The database's own best twenty."""
    if session.get_bind().dialect.name == "postgresql":
        asked = (" & " if join == " AND " else " | ").join(f"'{word}'" for word in words)
        order = (
            f"SELECT id FROM {text_tables.NAME}, CAST(:asked AS tsquery) AS q WHERE words @@ q"
            " ORDER BY ts_rank(words, q) DESC LIMIT 20"
        )
    else:
        asked = join.join(f'"{word}"' for word in words)
        order = f"SELECT rowid FROM {text_tables.NAME} WHERE {text_tables.NAME} MATCH :asked ORDER BY rank LIMIT 20"
    session.execute(text(order), {"asked": asked}).all()


def tell(session: Session, times: Times) -> None:
    for name in [kind + name for kind in ("", CPU) for name in NAMES]:
        shares = [f"p{share} {percentile(times[name], share):7.2f} ms" for share in (50, 99)]
        print(f"  {name:24} {'   '.join(shares)}")
    for name in [kind + name for kind in ("", CPU) for name in ("search", "related")]:
        bare = name.replace(name.split()[-1], f"bare {name.split()[-1]}")
        ratios = [percentile(times[name], share) / percentile(times[bare], share) for share in (50, 99)]
        print(f"  {name}: {ratios[0]:.2f} times the bare index at p50, {ratios[1]:.2f} times at p99")


def percentile(seconds: list[float], share: int) -> float:
    """In milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * share // 100)] * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000], help="how many, growing")
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: an SQLite file")
    options.add_argument("--keep", type=Path, help="SQLite file to go on with and to leave there")
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--bare", type=int, default=1)
    options.add_argument("--seed", type=int, default=5)
    chosen = options.parse_args()
    found: dict[int, Times] = {}
    with database(chosen.database, chosen.keep) as engine:
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            there = session.scalar(select(func.max(Article.id))) or 0
            writer = Writer(chosen.seed + there)
            for articles in sorted(chosen.articles):
                if there < articles:
                    fill(session, writer, there + 1, articles)
                    there = articles
                measure(session, writer, articles, 10, 10)
                found[articles] = measure(session, writer, articles, chosen.rounds, chosen.bare)
                tell(session, found[articles])
    first, last = min(found), max(found)
    names = ("search", "related", f"{CPU}search", f"{CPU}related")
    for name in names if first != last else ():
        growth = percentile(found[last][name], 99) / percentile(found[first][name], 99)
        print(f"{name} from {first:,} to {last:,} articles: {growth:.2f} times as long at p99")


def _timed(times: Times, name: str, ask: Callable[..., object], session: Session, *values: object) -> None:
    began, processor = time.perf_counter(), _processor(session)
    ask(session, *values)
    times.setdefault(name, []).append(time.perf_counter() - began)
    times.setdefault(CPU + name, []).append(_processor(session) - processor)


def _processor(session: Session) -> float:
    """Seconds so far, the database's among them where it can be seen."""
    statistics = Path(f"/proc/{session.info.get(SERVER)}/schedstat")
    server = int(statistics.read_text("ascii").split()[0]) / 1e9 if statistics.exists() else 0.0
    return time.process_time() + server


def _article(number: int, body: str) -> dict[str, object]:
    return {
        "id": number,
        "slug": f"article-{number}",
        "headline": body[:60],
        "outlet": "example.org",
        "published_at": at(number),
        "imported_at": at(number),
        "body": [{"kind": "paragraph", "text": body}],
    }


def _campaign(number: int) -> dict[str, object]:
    return {
        "id": number,
        "slug": f"campaign-{number}",
        "state": "published",
        "title": f"Campaign {number}",
        "article_id": number,
        "created_at": at(number),
        "changed_at": at(number),
        "published_at": at(number),
    }


if __name__ == "__main__":
    main()
