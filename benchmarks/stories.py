"""How long it takes to find the other reports of an event: `python -m benchmarks.stories [--articles 10000 1000000]`.

Fills the table of bands as so many different articles would, then saves new ones of some 400 words: half of them tell
of an event that is here, in a third of its words. In turns with it, the same article is cut into phrases and sketched
only, which is what it costs on an empty site. Times are of the processor, in an SQLite file.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

import campaign  # noqa: F401  # all tables
from campaign import likeness
from campaign.articles import stories
from campaign.articles.models import Article, ArticleBand
from campaign.db import Base

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(5_000)]
PLACED = 100


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, nargs="+", default=[10_000, 1_000_000])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'campaign.sqlite3'}")
        Base.metadata.create_all(engine)
        times, before = [], 0
        with Session(engine) as session:
            for number in sorted(chosen.articles):
                fill(session, before, number)
                times.append(measure(session, number))
                before = number
    print(f"from {chosen.articles[0]:,} to {chosen.articles[-1]:,} articles: {times[-1] / times[0]:.2f} times as long")


def fill(session: Session, first: int, last: int) -> None:
    """Bands of articles that have nothing in common; numbers from 10 million on, which no article here has."""
    with click.progressbar(range(first, last, 1_000), label=f"{last:,} articles") as starts:
        for start in starts:
            session.execute(insert(ArticleBand), list(_bands(start, min(start + 1_000, last))))
            session.commit()


def _bands(first: int, last: int) -> Iterator[dict[str, int]]:
    chance = random.Random(first)
    for number in range(first, last):
        for _ in range(stories.NUMBERS // stories.BAND):
            yield {"band": chance.getrandbits(64) - 2**63, "article_id": 10_000_000 + number}


def measure(session: Session, number: int) -> float:
    """Milliseconds for each placing; prints how many versions were found, too."""
    placing = sketching = 0.0
    found = 0
    for seed in range(PLACED):
        chance = random.Random(seed * 1_000_003 + number)
        text = chance.choices(WORDS, k=400)
        texts = [text, text[:160] + chance.choices(WORDS, k=240)] if seed % 2 else [text]
        articles = []
        for words in texts:
            body = [{"kind": "paragraph", "text": " ".join(words)}]
            slug = f"{number}-{seed}-{len(articles)}"
            article = Article(slug=slug, headline="Report", body=body, imported_at=NOW)
            session.add(article)
            session.flush()
            begun = time.process_time()
            stories.place(session, article, now=NOW)
            placing += time.process_time() - begun
            begun = time.process_time()
            likeness.sketch(likeness.phrases(" ".join(words), stories.PHRASE), stories.NUMBERS)
            sketching += time.process_time() - begun
            articles.append(article)
        found += len(articles) == 2 and articles[0].story_id == articles[1].story_id is not None
    session.commit()
    placed = PLACED + PLACED // 2
    print(
        f"{number:,} articles: {placing / placed * 1e3:.2f} ms to place one, {sketching / placed * 1e3:.2f} ms to "
        f"sketch it only ({placing / sketching:.1f} times); {found} of {PLACED // 2} versions found"
    )
    return placing


if __name__ == "__main__":
    main()
