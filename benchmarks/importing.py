"""How fast articles come in: `python -m benchmarks.importing [--texts 10000] [--pages 100]`.

Web pages, read in our child process with their outlet, time, pictures and doubts, in turns with the bare extractor on
the same pages in this process; and texts in a folder, by the command itself: read, checked, placed in stories, drafted
with petition and letters, indexed and stored in an SQLite file, in turns with the bare reader of the same texts.
Times are of the processor, ours with its child's, since other programs may want the machine, too.
"""

import argparse
import os
import random
import re
import resource
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import trafilatura
from flask import Flask

from campaign import create_app, seeding
from campaign.articles import child, reading
from campaign.articles.readers import text as text_reader
from campaign.campaigns.cli import import_
from campaign.db import Base, db
from tests.articles import web_pages

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOST = 2 * 1024**2
PARTS = 10


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--texts", type=int, default=10_000)
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
    """Articles a second from files to drafts by `campaign import FOLDER`; in parts, each against the bare reader."""
    rates: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        url = f"sqlite:///{place / 'campaign.sqlite3'}"
        app = create_app(place, environ={}, overrides={"DATABASE_URL": url, "SECRET_KEY": "x" * 64}, quiet=True)
        with app.app_context():
            Base.metadata.create_all(db.engine)
            seeding.load_reference(db.session(), now=NOW)
            db.session.commit()
        for part in range(PARTS):
            print(_part(app, place / str(part), number // PARTS, number // PARTS * part, rates), flush=True)
    print(f"from {number // PARTS:,} to {number:,} articles: {rates[0] / rates[-1]:.2f} times the work for each")


def _part(app: Flask, folder: Path, number: int, before: int, rates: list[float]) -> str:
    folder.mkdir()
    texts = [_report(before + index) for index in range(number)]
    for index, text in enumerate(texts):
        (folder / f"{index}.txt").write_text(text, "utf-8")
    begun, clock = cpu(), time.monotonic()
    result = app.test_cli_runner().invoke(import_, [str(folder)])
    taken, waited = cpu() - begun, time.monotonic() - clock
    assert result.exit_code == 0 and f"{number} imported, 0 already here" in result.stderr, result.stderr
    begun = cpu()
    for text in texts:
        text_reader.read(text)
    bare = cpu() - begun
    rates.append(number / taken)
    return (
        f"{before + number:,} texts: {number / taken:.0f} a second of the processor, {number / waited:.0f} by the "
        f"clock; the bare reader {number / bare:.0f} ({taken / bare:.1f} times)"
    )


def _report(number: int) -> str:
    """A text of some 400 words like nobody else's: one that repeats another is placed in its story, at more cost."""
    chance = random.Random(number)
    words = " ".join(web_pages.WELLS).split()
    paragraphs = [" ".join(chance.choices(words, k=40)).strip(".,").capitalize() + "." for _ in range(10)]
    return f"Report {number} of the day\n\n" + "\n\n".join(paragraphs)


def cpu() -> float:
    """Seconds of the processor that this process, the child and those that have ended have taken."""
    total = time.process_time() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    total += resource.getrusage(resource.RUSAGE_CHILDREN).ru_stime
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
