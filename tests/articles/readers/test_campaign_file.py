"""The project's own form of a campaign: what it gives, and how it says what is wrong."""

import time
from contextlib import suppress
from datetime import date

import pytest

from campaign.articles.page import Block, Link, Related, SampleLetter, SamplePetition
from campaign.articles.readers import campaign_file
from campaign.articles.readers.front_matter import BadCampaignFile

FILE = """---
slug: mill-bridge
title: Reopen the mill bridge
language: en
country: NO
place: Weston
categories: [Transport, Town Council]
headline: Bridge stays shut
outlet: The Weston Ledger
url: https://ledger.example/bridge
published_at: 2026-03-03T14:05:00+01:00
byline: Jane Doe
opinion_author: Charlie
petition: {addressees: [us-president, mayor], goal: 5000, closes_on: 2027-03-31}
---
# Article
The bridge has been closed
since May.

## Why it fell

Two of its *four* piers are broken.

# Opinion
Three winters are enough.

# Action
- Write.
- Come.

# To do
Two things.

## contact: Write to the mayor
Her [office](https://example.org/mayor) answers. Say #MendIt.

Organisations: Friends of the Bridge; Weston Walks

## event: Come to the hearing
17 March.

# Petition
Reopen the mill bridge
before winter.

It is closed to carts.

Sign today.

# Letter: To the mayor
Target: mayor
Subject: The mill bridge

{{ official.salutation }},

Please vote.

{{ sender.name }}
[Odd thing]

# Related
- [Engineers warn](https://ledger.example/warn) — The Weston Ledger, 2026-02-01
"""


def test_everything_a_campaign_file_says_is_read() -> None:
    page = campaign_file.read(FILE)
    assert (page.slug, page.title, page.headline) == ("mill-bridge", "Reopen the mill bridge", "Bridge stays shut")
    assert (page.country, page.place, page.language) == ("NO", "Weston", "en")  # Norway, not false
    assert page.categories == ["Transport", "Town Council"]
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2026-03-03T14:05:00+01:00"
    assert page.article == [
        Block("paragraph", "The bridge has been closed since May."),
        Block("subhead", "Why it fell"),
        Block("paragraph", "Two of its four piers are broken."),
    ]
    assert (page.opinion, page.action) == (["Three winters are enough."], ["- Write.\n- Come."])
    assert page.opinion_author == "Charlie"
    assert page.related == [
        Related("Engineers warn", "The Weston Ledger", "https://ledger.example/warn", date(2026, 2, 1))
    ]


def test_actions_have_a_kind_links_hashtags_and_organisations() -> None:
    page = campaign_file.read(FILE)
    assert page.todo_intro == "Two things."
    first, second = page.todo
    assert (first.kind, first.title) == ("contact", "Write to the mayor")
    assert first.body == "Her [office](https://example.org/mayor) answers. Say #MendIt."
    assert first.links == (Link("https://example.org/mayor", "office"),)
    assert first.hashtags == ("#MendIt",)
    assert first.organisations == ("Friends of the Bridge", "Weston Walks")
    assert (second.kind, second.title, second.body) == ("event", "Come to the hearing", "17 March.")


def test_the_petition_joins_its_text_and_its_head() -> None:
    assert campaign_file.read(FILE).petition == SamplePetition(
        "Reopen the mill bridge before winter.",
        "It is closed to carts.\n\nSign today.",
        ("us-president", "mayor"),
        5000,
        date(2027, 3, 31),
    )


def test_a_letter_has_target_subject_and_body() -> None:
    page = campaign_file.read(FILE)
    body = "{{ official.salutation }},\n\nPlease vote.\n\n{{ sender.name }}\n[Odd thing]"
    assert page.letters == [SampleLetter("To the mayor", body, "mayor", "The mill bridge")]
    assert [(warning.code, warning.where) for warning in page.warnings] == [("unknown-placeholder", "letter 1, line 6")]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_make_no_difference(end: str) -> None:
    assert campaign_file.is_one(FILE.replace("\n", end))
    assert campaign_file.read(FILE.replace("\n", end)) == campaign_file.read(FILE)


def test_reading_takes_no_longer_than_the_file_is_long() -> None:
    begun = time.process_time()
    for unit in ("\n", "Target: a\n", "# Letter: a\n\nb\n", "- a\n", "# Related\n- [a](https://b.example)\n", "```\n"):
        with suppress(BadCampaignFile):
            campaign_file.read(f"---\ntitle: Mend it\n---\n# Action\n{unit * 10_000}# Letter: a\n{unit * 10_000}b")
    assert time.process_time() - begun < 20


def test_a_title_is_enough() -> None:
    page = campaign_file.read("---\ntitle: Mend it\n---\n")
    assert (page.headline, page.title, page.article, page.petition) == ("Mend it", "Mend it", [], None)


@pytest.mark.parametrize(
    "text", ["A headline\n\nText.", "---\n\nText after a rule.", "--- a: b", "", "----\na: b\n----"]
)
def test_other_texts_are_no_campaign_files(text: str) -> None:
    assert not campaign_file.is_one(text)


@pytest.mark.parametrize(
    ("line", "field", "remedy"),
    [
        ("colour: red", "colour", "Use one of: slug, title"),
        ("published_at: 2025-08-15", "published_at", "2025-08-15T19:28:57-04:00"),
        ("published_at: 2025-08-15T19:28:57", "published_at", "zone"),
        ("published_at: 0001-01-01T00:00:00+14:00", "published_at", "date, time and zone"),
        ("published_at: yesterday", "published_at", "zone"),
        ("country: norway", "country", "US"),
        ("language: English", "language", "en"),
        ("url: javascript:alert(1)", "url", "https://"),
        ("slug: Mill Bridge", "slug", "mend-the-bridge"),
        ("place: [a, b]", "place", "one line of text"),
        ("categories: {a: b}", "categories", "list of texts"),
        ("byline: " + "x" * 400, "byline", "Shorten it"),
        ("petition: 5000", "petition", "key: value"),
        ("petition: {goal: many}", "petition.goal", "a number"),
        ("petition: {goal: 0}", "petition.goal", "a number"),
        ("petition: {closes_on: 31.03.2027}", "petition.closes_on", "2027-03-31"),
        ("petition: {closes_on: 2027-02-31}", "petition.closes_on", "2027-03-31"),
        ("petition: {deadline: 2027-03-31}", "petition.deadline", "addressees, goal, closes_on"),
        ("petition: {goal: 5}", "petition.demand", "# Petition"),
        ("place: a: b", "document", "key: value"),
        ("place: " + "[" * 15_000, "document", "key: value"),
        ("place: 'open", "document", "key: value"),
    ],
)
def test_a_mistake_in_the_head_names_the_key_and_the_remedy(line: str, field: str, remedy: str) -> None:
    with pytest.raises(BadCampaignFile) as caught:
        campaign_file.read(f"---\ntitle: Mend it\n{line}\n---\n# Article\nText.\n")
    assert caught.value.field == field
    assert remedy in caught.value.message


@pytest.mark.parametrize(
    ("body", "field", "remedy"),
    [
        ("# Weather\nRain.", "Weather", "# Article, # Key points"),
        ("Text above.", "document", "Begin with “# Article”"),
        ("# To do\n## Write to the mayor\nHer office.", "To do", "## contact: …"),
        ("# To do\n## shout: At the mayor\n", "To do", "accountability, contact"),
        ("# Petition\n", "petition.demand", "in one sentence"),
        ("# Letter\nSubject: A\n\nText.", "Letter", "# Letter: To the mayor"),
        ("# Letter: To her\nTarget: mayor\n\n", "Letter", "no text"),
        ("# Letter: To her\nSubject: " + "x" * 300 + "\n\nText.", "title", "Shorten it"),
    ],
)
def test_a_mistake_in_the_text_names_the_heading_and_the_remedy(body: str, field: str, remedy: str) -> None:
    with pytest.raises(BadCampaignFile) as caught:
        campaign_file.read(f"---\ntitle: Mend it\n---\n{body}")
    assert caught.value.field == field
    assert remedy in caught.value.message


def test_a_head_without_end_and_one_without_title_are_refused() -> None:
    with pytest.raises(BadCampaignFile, match="no end"):
        campaign_file.read("---\ntitle: Mend it\n")
    with pytest.raises(BadCampaignFile, match="Add “title"):
        campaign_file.read("---\nplace: Weston\n---\n")


def test_headings_inside_fences_are_text() -> None:
    page = campaign_file.read("---\ntitle: Mend it\n---\n# Action\n```\n# Not a heading\n```\n")
    assert page.action == ["```\n# Not a heading\n```"]


def test_the_example_in_the_documentation_is_true() -> None:
    example = (campaign_file.__doc__ or "").split("Example:")[1].replace("\n    ", "\n").strip()
    page = campaign_file.read(example)
    assert [todo.kind for todo in page.todo] == ["contact"]
    assert page.petition
    assert page.petition.goal == 500
