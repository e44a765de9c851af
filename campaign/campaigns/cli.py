"""Commands of this feature: import articles as draft campaigns, list the campaigns there are."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign.accounts import auditing
from campaign.articles import fetching, reading
from campaign.articles.page import Page
from campaign.campaigns import bulk, finding, from_web, packing, parts, publishing, reading_ahead
from campaign.campaigns.importing import Imported
from campaign.campaigns.models import Campaign
from campaign.db import db, now
from campaign.db import reading as only_reading
from campaign.errors import Refused
from campaign.fetching import PUBLIC, USUAL, Reach

# What lies in a folder beside documents is left alone.
DOCUMENTS = frozenset(
    {".txt", ".md", ".markdown", ".text", ".html", ".htm", ".xhtml", ".json", ".jsonld", ".rss", ".atom", ".xml"}
)


@dataclass(frozen=True)
class Source:
    """One document to import. path: None for standard input, and where there is a url."""

    name: str
    path: Path | None
    url: str = ""


@dataclass
class Total:
    """What became of all documents. failed: documents without a draft, and drafts that could not be published."""

    new: int = 0
    known: int = 0
    failed: int = 0

    def sentence(self) -> str:
        return f"{self.new} imported, {self.known} already here, {self.failed} failed"


@click.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|DIR|URL|-…")
@click.option("--publish", is_flag=True, help="Publish each campaign at once if nothing is missing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found: one JSON object per article and line.")
@click.option("--feed", is_flag=True, help="The files are feeds: import every report, not only the newest.")
@click.option("--skip-bad", is_flag=True, help="Leave out reports of a feed without title, link or readable date.")
@with_appcontext
def import_(sources: tuple[str, ...], publish: bool, as_json: bool, feed: bool, skip_bad: bool) -> None:
    """Make draft campaigns of articles: addresses, files, folders of files, or - for standard input.

    A file is a text as copied, a web page, a NewsArticle in JSON, a feed (RSS, Atom, JSON Feed), or what
    `campaign save` wrote. Prints the slug of each. What cannot be read is reported, and the others go on;
    what was imported before is said to be here already, and makes no second draft.
    """
    documents = list(_documents(sources))
    total = Total()
    with _progress(len(documents)) as bar:
        read = [(document.name, partial(_read, document, feed=feed, skips_bad=skip_bad)) for document in documents]
        is_many = len(read) >= reading_ahead.MANY and all(document.path for document in documents)
        named = reading_ahead.read(read) if is_many else iter(read)
        tell = partial(_tell, as_json=as_json)
        for outcomes in bulk.run(db.session(), named, tell=tell, clock=now):
            for outcome in outcomes:
                _say_outcome(outcome, total, publish=publish, bar=bar)
            if bar:
                bar.update(len(outcomes))
    if len(documents) > 1:
        click.echo(total.sentence(), err=True)
    sys.exit(1 if total.failed else 0)


@click.command("save")
@click.argument("slug")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@with_appcontext
def save(slug: str, output: Path | None) -> None:
    """Write a campaign as a file that `campaign import` reads on another site: Markdown with a head of YAML.

    Article, texts, categories, to-do list, petition and letters; never signatures. Without -o it is printed.
    """
    with only_reading():
        text = packing.text(db.session(), finding.by_slug(db.session(), slug))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{output} cannot be written: {error.strerror}. Choose another place with -o.") from error


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@with_appcontext
def list_(as_json: bool) -> None:
    """Every campaign: its slug, state, confirmed and pending signatures, goal, title."""
    session = db.session()
    campaigns = session.scalars(finding.desk()).all()
    numbers = parts.numbers(session, campaigns)
    rows = [
        {"slug": campaign.slug, "title": campaign.title, "state": campaign.state, **numbers[campaign.id]}
        for campaign in campaigns
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        goal = row["goal"] or "-"
        click.echo(f"{row['slug']}\t{row['state']}\t{row['confirmed']}\t{row['pending']}\t{goal}\t{row['title']}")


def found(campaign: Campaign, page: Page) -> dict[str, Any]:
    """What was read from one document, as programs rely on it."""
    return {
        "slug": campaign.slug,
        "headline": page.headline,
        "outlet": page.outlet,
        "published_at": page.published_at.isoformat() if page.published_at else None,
        "byline": page.byline,
        "dateline": page.dateline,
        "agency": page.agency,
        "language": page.language,
        "categories": page.categories or [category.name for category in campaign.categories],
        "article_paragraphs": len(page.paragraphs),
        "opinion_paragraphs": len(page.opinion),
        "action_paragraphs": len(page.action),
        "todo": [
            {
                "kind": todo.kind,
                "title": todo.title,
                "links": [link.url for link in todo.links],
                "hashtags": list(todo.hashtags),
                "organisations": list(todo.organisations),
            }
            for todo in page.todo
        ],
        "letters": [
            {"title": letter.title, "target": letter.target, "subject": letter.subject, "body": letter.body}
            for letter in page.letters
        ],
        "related": [{"headline": related.headline} for related in page.related],
        "key_points": [
            {"text": point.text, "anchored": point.anchored, "label": point.label} for point in page.key_points
        ],
        "images": [{"caption": picture.caption, "credit": picture.credit} for picture in page.images],
        "warnings": campaign.warnings,
    }


def _documents(sources: Iterable[str]) -> Iterator[Source]:
    for source in sources:
        path = Path(source)
        if source == "-":
            yield Source("standard input", None)
        elif source.lower().startswith(("http://", "https://")):
            yield Source(source, None, source)
        elif path.is_dir():
            files = [file for file in sorted(path.iterdir()) if file.suffix.lower() in DOCUMENTS]
            yield from (Source(str(file), file) for file in files or [path])
        else:
            yield Source(source, path)


def _progress(number: int) -> Any:
    """A bar while many documents are read, for people who watch; programs see only the results."""
    if number < 2 or not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(length=number, label="Importing", file=sys.stderr, show_pos=True)


def _read(document: Source, *, feed: bool, skips_bad: bool) -> list[Page]:
    """All pages of one document."""
    most = USUAL.unpacked if document.url else current_app.config["UPLOAD_BYTES"]
    data, origin = fetched(document.url) if document.url else _opened(document, most)
    pages = reading.read(data, origin, feed=feed, skips_bad=skips_bad, most=most, now=now())
    for page in pages:
        if origin.url:
            from_web.attribute(page, origin.url)
    return pages


def _tell(imported: Imported, *, as_json: bool) -> str:
    """The line about one campaign. A new one is put on record, too."""
    if imported.is_new:
        _audit("campaign.import", imported.campaign)
    if as_json:
        return json.dumps(found(imported.campaign, imported.page), ensure_ascii=False)
    return imported.campaign.slug


def _say_outcome(outcome: bulk.Outcome, total: Total, *, publish: bool, bar: Any) -> None:
    """Print what is on disk by now, and count it."""
    if bar:
        click.echo("\r\033[K", nl=False, err=True)  # the bar draws itself again below these lines
    if outcome.error is not None:
        _complain(outcome.name, outcome.error)
        total.failed += 1
    for imported, line in zip(outcome.imported, outcome.lines, strict=True):
        click.echo(line)
        if not imported.is_new:
            click.echo(f"{outcome.name}: already here: {imported.campaign.slug}", err=True)
            total.known += 1
            continue
        total.new += 1
        if publish:
            total.failed += not _publish(imported.campaign)


def fetched(url: str, *, reach: Reach = PUBLIC) -> tuple[bytes, reading.Origin]:
    """What stands at an address; for people who watch, with a bar that moves as it comes."""
    # How much it will be is not known before it is here.
    bar = click.progressbar(repeat(None), label=f"Fetching {url}", file=sys.stderr) if sys.stderr.isatty() else None
    with bar or nullcontext():
        document = fetching.document(
            url, site=current_app.config["BASE_URL"], reach=reach, watch=lambda _size: bar.update(1) if bar else None
        )
    return document.body, reading.Origin.of(document)


def _opened(document: Source, most: int) -> tuple[bytes, reading.Origin]:
    return _bytes(document, most), reading.Origin(filename=document.path.name if document.path else "")


def _bytes(document: Source, most: int) -> bytes:
    """Never more than may be imported and one byte, so that the reader can say that it is too much."""
    if document.path and document.path.is_dir():
        raise Refused(f"There is no document in this folder: no file that ends in {', '.join(sorted(DOCUMENTS))}.")
    try:
        if document.path is None:
            return sys.stdin.buffer.read(most + 1)
        with document.path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise Refused(f"It cannot be opened: {error.strerror}. Check the name and who may read it.") from error


def _publish(campaign: Campaign) -> bool:
    """True when it worked; else what is missing is reported, and the draft stays."""
    try:
        publishing.publish(db.session(), campaign, now=now())
    except publishing.NotReady as error:
        db.session.rollback()
        click.echo(f"{campaign.slug}: kept as a draft.", err=True)
        for finding_ in error.findings:
            click.echo(f"  {finding_.where}: {finding_.text}", err=True)
        return False
    _audit("campaign.publish", campaign)
    db.session.commit()
    return True


def _audit(action: str, campaign: Campaign) -> None:
    auditing.record(
        db.session(),
        action,
        actor=auditing.COMMAND_LINE,
        object_kind="campaign",
        object_id=campaign.slug,
        now=now(),
    )


def _complain(name: str, error: Refused) -> None:
    place = f"{name}: {error.field}" if error.field else name
    click.echo(f"{place}: {error.message}", err=True)
