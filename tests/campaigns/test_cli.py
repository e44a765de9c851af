"""Importing and listing on the command line."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.campaigns import cli
from campaign.campaigns.cli import import_, list_, save
from campaign.campaigns.models import Campaign
from campaign.cli import commands
from campaign.errors import Refused
from campaign.paths import SEEDS
from tests import make
from tests.site import reach, serving

DOCUMENT = Path(__file__).parent / "documents" / "otterford.txt"
SLUG = "council-delays-sewage-works-at-otterford-again"

# Keys that other programs rely on.
KEYS = [
    "slug",
    "headline",
    "outlet",
    "published_at",
    "byline",
    "dateline",
    "agency",
    "language",
    "categories",
    "article_paragraphs",
    "opinion_paragraphs",
    "action_paragraphs",
    "todo",
    "letters",
    "related",
    "key_points",
    "images",
    "warnings",
]

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """run("import", "file.txt") as on the command line."""
    named = {"import": import_, "list": list_, "save": save}

    def run(name: str, *arguments: str, **kwargs: Any) -> Result:
        result = app.test_cli_runner().invoke(named[name], list(arguments), **kwargs)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def slugs(session: Session) -> set[str]:
    session.rollback()
    return set(session.scalars(select(Campaign.slug)))


def test_all_commands_belong_to_the_program() -> None:
    assert {"import", "list", "save"} <= set(commands.commands)


def test_importing_prints_the_slug_of_the_draft(run: Run, session: Session) -> None:
    result = run("import", str(DOCUMENT))
    assert (result.exit_code, result.stdout) == (0, f"{SLUG}\n")
    assert slugs(session) == {SLUG}
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.object_id) == ("campaign.import", "command line", SLUG)


def test_json_has_exactly_the_promised_keys(run: Run) -> None:
    found = json.loads(run("import", str(DOCUMENT), "--json").stdout)
    assert list(found) == KEYS
    assert found["published_at"] == "2026-03-03T06:05:12+00:00"
    assert (found["article_paragraphs"], found["opinion_paragraphs"], found["action_paragraphs"]) == (4, 2, 1)
    assert found["todo"][1]["links"] == ["https://otterford.example.org/contact/form"]
    assert set(found["todo"][0]) == {"kind", "title", "links", "hashtags", "organisations"}
    assert set(found["letters"][0]) == {"title", "target", "subject", "body"}
    assert found["related"] == [
        {"headline": "Otterford budget passes by two votes"},
        {"headline": "Bathing season opens without the Otter"},
    ]


def test_a_folder_gives_one_line_per_document_and_goes_on_over_bad_ones(
    run: Run, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(DOCUMENT.read_bytes())
    (tmp_path / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 90)
    (tmp_path / "c.txt").write_bytes(b"")
    (tmp_path / "d.txt").write_bytes(DOCUMENT.read_bytes().replace(b"Otterford", b"Utterford"))
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-")
    result = run("import", str(tmp_path), "--json")
    assert result.exit_code == 1
    other = SLUG.replace("otterford", "utterford")
    assert [json.loads(line)["slug"] for line in result.stdout.splitlines()] == [SLUG, other]
    *errors, total = result.stderr.splitlines()
    assert len(errors) == 2 and total == "2 imported, 0 already here, 2 failed"
    assert "b.txt: document: " in errors[0] and "picture" in errors[0]
    assert "c.txt: document: " in errors[1] and "empty" in errors[1]
    assert slugs(session) == {SLUG, other}


def test_many_documents_are_read_by_other_processes_with_the_same_result(
    run: Run, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.reading_ahead, "MANY", 2)
    (tmp_path / "a.txt").write_bytes(DOCUMENT.read_bytes())
    (tmp_path / "b.txt").write_bytes(b"")
    result = run("import", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, f"{SLUG}\n")
    assert f"{tmp_path}/b.txt: document: b.txt is empty" in result.stderr
    assert slugs(session) == {SLUG}


def test_what_was_imported_before_is_named_and_makes_no_second_draft(
    run: Run, session: Session, tmp_path: Path
) -> None:
    run("import", str(DOCUMENT))
    (tmp_path / "a.txt").write_bytes(DOCUMENT.read_bytes())
    (tmp_path / "again.txt").write_bytes(DOCUMENT.read_bytes().replace(b"\n", b"\r\n"))
    result = run("import", str(tmp_path))
    assert (result.exit_code, result.stdout) == (0, f"{SLUG}\n{SLUG}\n")
    assert result.stderr.splitlines() == [
        f"{tmp_path}/a.txt: already here: {SLUG}",
        f"{tmp_path}/again.txt: already here: {SLUG}",
        "0 imported, 2 already here, 0 failed",
    ]
    assert slugs(session) == {SLUG}
    assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_a_folder_without_documents_is_a_mistake(run: Run, tmp_path: Path) -> None:
    result = run("import", str(tmp_path))
    assert result.exit_code == 1
    assert f"{tmp_path}: There is no document in this folder" in result.stderr


def test_a_document_comes_from_standard_input_too(run: Run, session: Session) -> None:
    assert run("import", "-", input=DOCUMENT.read_bytes()).stdout == f"{SLUG}\n"
    assert slugs(session) == {SLUG}


def test_a_missing_file_is_reported(run: Run) -> None:
    result = run("import", "/nowhere/article.txt")
    assert result.exit_code == 1
    assert "/nowhere/article.txt" in result.stderr and "Check the name" in result.stderr


def test_a_document_over_the_limit_is_refused(run: Run, session: Session, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_bytes(b"A headline\n\n" + b"word " * 4_000_000)
    result = run("import", str(tmp_path / "long.txt"))
    assert result.exit_code == 1
    assert "larger than 2 MB" in result.stderr
    assert slugs(session) == set()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://localhost:443/", "http://0x7f000001/"])
def test_the_command_line_reaches_nothing_inside_either(run: Run, session: Session, url: str) -> None:
    result = run("import", url, str(DOCUMENT))
    assert (result.exit_code, result.stdout) == (1, f"{SLUG}\n"), "the others go on"
    assert f"{url}: url: Addresses of private networks are not fetched." in result.stderr


def test_an_address_is_fetched_and_read_like_a_file(app: Flask) -> None:
    with serving() as site, app.app_context():
        site.texts = {"otter": ("text/plain; charset=utf-8", DOCUMENT.read_bytes())}
        data, origin = cli.fetched(site.url("/otter"), reach=reach())
        assert (data, origin.content_type) == (DOCUMENT.read_bytes(), "text/plain; charset=utf-8")
        assert origin.url == site.url("/otter")


def feed(tmp_path: Path, *links: str) -> str:
    items = "".join(f"<item><title>Report {n}</title>{link}</item>" for n, link in enumerate(links))
    (tmp_path / "feed.xml").write_text(f"<rss version='2.0'><channel><title>H</title>{items}</channel></rss>", "utf-8")
    return str(tmp_path / "feed.xml")


def test_a_feed_gives_its_newest_report_or_all(run: Run, session: Session, tmp_path: Path) -> None:
    path = feed(tmp_path, *(f"<link>https://h.example.org/{n}</link>" for n in range(3)))
    assert run("import", path).stdout == "report-0\n"
    assert run("import", path, "--feed").stdout == "report-0\nreport-1\nreport-2\n"
    assert len(slugs(session)) == 3


def test_a_bad_report_stops_the_feed_unless_it_is_skipped(run: Run, session: Session, tmp_path: Path) -> None:
    path = feed(tmp_path, "<link>https://h.example.org/</link>", "<link></link>")
    refused = run("import", path, "--feed")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "item 2: The report has no link." in refused.stderr
    assert slugs(session) == set()
    assert run("import", path, "--feed", "--skip-bad").stdout == "report-0\n"


def test_web_pages_and_json_are_told_by_their_content(run: Run, session: Session, tmp_path: Path) -> None:
    text = "The council said on Monday that it would mend the old bridge before winter comes to the valley. " * 3
    (tmp_path / "a.html").write_text(f"<html><body><h1>Bridge to open</h1><p>{text}</p></body></html>", "utf-8")
    report = {"@type": "NewsArticle", "headline": "Bridge opens", "articleBody": text}
    (tmp_path / "b.json").write_text(json.dumps(report), "utf-8")
    assert run("import", str(tmp_path)).stdout == "bridge-to-open\nbridge-opens\n"
    assert len(slugs(session)) == 2


def test_a_saved_campaign_can_be_imported(run: Run, session: Session, tmp_path: Path) -> None:
    run("import", str(DOCUMENT))
    file = tmp_path / "otter.md"
    assert run("save", SLUG, "-o", str(file)).stdout == ""
    assert run("save", SLUG).stdout == file.read_text(encoding="utf-8")
    assert run("import", str(file)).stdout == f"{SLUG}-2\n"
    assert run("save", f"{SLUG}-2").stdout == file.read_text(encoding="utf-8").replace(SLUG, f"{SLUG}-2", 1)
    assert len(slugs(session)) == 2
    with pytest.raises(Refused, match="cannot be written"):
        run("save", SLUG, "-o", "/nowhere/otter.md")


def test_publishing_at_once_keeps_a_draft_that_is_not_ready(run: Run, session: Session) -> None:
    result = run("import", str(DOCUMENT), "--publish")
    assert (result.exit_code, result.stdout) == (1, f"{SLUG}\n")
    assert f"{SLUG}: kept as a draft" in result.stderr
    assert "article.url: " in result.stderr and "petition.demand: " in result.stderr
    session.rollback()
    assert session.scalars(select(Campaign.state)).one() == "draft"


def test_a_complete_campaign_file_is_published_at_once(run: Run, session: Session) -> None:
    office = make.make_post(
        session, "us-president", label="President of the United States", role="president", envelope="The President"
    )
    make.membership(session, make.person(session, "Donald Trump"), office)
    session.commit()
    result = run("import", str(SEEDS / "campaigns" / "alaska-summit.md"), "--publish")
    assert (result.exit_code, result.stderr) == (0, "")
    session.rollback()
    assert session.scalars(select(Campaign.state)).one() == "published"


def test_the_list_counts_what_waits_and_what_counts(run: Run, session: Session) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge", title="Mend the bridge"), goal=50)
    for state in ("pending", "pending", "withdrawn"):
        make.signature(session, petition, state=state)
    make.campaign(
        session, slug="bare", title="Without a petition", state="draft", changed_at=make.NOW.replace(year=2020)
    )
    session.commit()
    assert json.loads(run("list", "--json").stdout) == [
        {
            "slug": "bridge",
            "title": "Mend the bridge",
            "state": "published",
            "confirmed": 0,
            "pending": 2,
            "goal": 50,
        },
        {
            "slug": "bare",
            "title": "Without a petition",
            "state": "draft",
            "confirmed": 0,
            "pending": 0,
            "goal": None,
        },
    ]
    assert run("list").stdout.splitlines()[0] == "bridge\tpublished\t0\t2\t50\tMend the bridge"


def test_the_real_page_is_read_as_it_was_printed(run: Run, session: Session, shared: Path) -> None:
    office = make.make_post(
        session, "us-president", label="President of the United States", role="president", envelope="The President"
    )
    biden = make.person(session, "Joseph Biden", nickname="Joe")
    make.membership(session, biden, office, date(2021, 1, 20), date(2025, 1, 20))
    make.membership(session, make.person(session, "Donald Trump"), office)
    session.commit()
    (path,) = (shared / "articles").glob("000*.txt")
    found = json.loads(run("import", str(path), "--json").stdout)

    assert found["categories"] == [
        "Foreign Policy & International Relations",
        "U.S.–Russia Relations",
        "U.S. Elections & Voting Rights",
    ]
    assert (found["article_paragraphs"], found["opinion_paragraphs"], found["action_paragraphs"]) == (23, 5, 6)
    kinds = ["petition", "contact", "local", "social", "contact", "learn", "donate", "accountability"]
    assert [todo["kind"] for todo in found["todo"]] == kinds
    assert found["todo"][3]["hashtags"] == ["#StandWithUkraine"]
    assert len(found["letters"]) == 2
    assert all("{{ sender.name }}" in letter["body"] for letter in found["letters"])
    assert len(found["related"]) == 10
    assert found["published_at"] == "2025-08-15T19:28:57-04:00"
    assert datetime.fromisoformat(found["published_at"]).astimezone(UTC) == datetime(
        2025, 8, 15, 23, 28, 57, tzinfo=UTC
    )
    assert found["outlet"] == "maitlandmercury.com.au"

    stale = [warning["text"] for warning in found["warnings"] if warning["code"] == "stale-officeholder"]
    assert sum("President Biden" in text for text in stale) == 2
    assert sum("former President Donald Trump" in text for text in stale) == 1
    assert all("Donald Trump" in text for text in stale)
