"""How fast articles come in: `python -m benchmarks.importing [--texts 2000] [--pages 100]`.

Web pages, read in our child process with their outlet, time, pictures and doubts, in turns with the bare extractor on
the same pages in this process; and texts from the command line's way in, read, checked and stored in an SQLite file.
Times are of the processor, ours with its child's, since other programs may want the machine, too.
"""

import argparse
import os
import re
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click
import trafilatura
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import campaign  # noqa: F401  # all tables
from campaign.articles import child, reading
from campaign.campaigns import drafting
from campaign.db import Base
from tests.articles import web_pages

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOST = 2 * 1024**2


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--texts", type=int, default=2_000)
    options.add_argument("--pages", type=int, default=100)
    chosen = options.parse_args()
    measure_pages(chosen.pages)
    measure_texts(chosen.texts)


def measure_pages(number: int) -> None:
    """Milliseconds of the processor for each page, and how well its text came out."""
    made = web_pages.pages()
    ours = bare = 0.0
    scores = []
    reading.read(made[0].html, most=MOST, now=NOW)  # starts the child
    for index in range(number):
        page = made[index % len(made)]
        begun = cpu()
        [read] = reading.read(page.html, reading.Origin(url=page.url), most=MOST, now=NOW)
        ours += cpu() - begun
        begun = cpu()
        trafilatura.bare_extraction(page.html, include_comments=False)
        bare += cpu() - begun
        scores.append(f1(" ".join(block.text for block in read.article), " ".join(page.paragraphs)))
    print(f"pages: {ours / number * 1e3:.1f} ms, bare extractor {bare / number * 1e3:.1f} ms ({ours / bare:.2f} times)")
    print(f"body F1 on {len(made)} pages of our own: mean {sum(scores) / number:.4f}, worst {min(scores):.4f}")


def measure_texts(number: int) -> None:
    """Articles a second from text to a stored draft, each in a transaction of its own."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'campaign.sqlite3'}")
        Base.metadata.create_all(engine)
        begun, clock = cpu(), time.monotonic()
        with Session(engine) as session, click.progressbar(range(number), label="Importing") as numbers:
            for index in numbers:
                text = f"Report {index} of the day\n\n" + "\n\n".join(web_pages.WELLS)
                [page] = reading.read(text, session=session, most=MOST, now=NOW)
                drafting.draft(session, page, now=NOW)
                session.commit()
        rates = number / (cpu() - begun), number / (time.monotonic() - clock)
        print(f"texts: {rates[0]:.0f} a second of the processor, {rates[1]:.0f} by the clock")


def cpu() -> float:
    """Seconds of the processor that this process and the child have taken."""
    total = time.process_time()
    for one in child._Child._resting:
        fields = Path(f"/proc/{one._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def f1(found: str, truth: str) -> float:
    """How well the four-word sequences of two texts agree."""
    counts = []
    for text in (found, truth):
        words = re.findall(r"\w+", text)
        counts.append(Counter(tuple(words[start : start + 4]) for start in range(len(words) - 3)))
    return 2 * (counts[0] & counts[1]).total() / (counts[0].total() + counts[1].total())


if __name__ == "__main__":
    main()
