"""The code of web pages: the article without its frame, and what a page says about itself."""

import json
import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from campaign.articles import child
from campaign.articles.page import Block, Page, Picture
from campaign.articles.readers import web_page
from campaign.articles.readers.masthead import NoHeadline
from tests.articles import web_pages
from tests.articles.web_pages import FERRY, WebPage

PAGES = web_pages.pages()
URL = "https://www.harbour.example.org/news/ferry?utm=1"
AT = datetime(2026, 9, 1, 18, 30, tzinfo=timezone(timedelta(hours=2)))
BODY = "".join(f"<p>{text}</p>" for text in FERRY)
FIRST, REST = f"<p>{FERRY[0]}</p>", BODY[len(FERRY[0]) + 7 :]


def page(head: str = "", body: str = BODY, *, url: str = URL, lang: str = "en") -> Page:
    headed = body if "<h1" in body else f"<h1>The ferry stops</h1>{body}"
    html = f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body><article>{headed}</article></body></html>"
    return web_page.read(html, url=url)


def ld(**values: Any) -> str:
    report = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The ferry stops"} | values
    return f'<script type="application/ld+json">{json.dumps(report)}</script>'


def codes(read: Page) -> set[str]:
    return {warning.code for warning in read.warnings}


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[start : start + 4]) for start in range(len(words) - 3))


def f1(found: str, truth: str) -> float:
    """How well the four-word sequences of two texts agree."""
    one, other = shingles(found), shingles(truth)
    return 2 * (one & other).total() / (one.total() + other.total())


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_the_article_is_found_in_a_page_of_any_make(one: WebPage) -> None:
    read = web_page.read(one.html, url=one.url)
    assert read.headline == one.headline
    assert f1(" ".join(block.text for block in read.article), " ".join(one.paragraphs)) >= 0.96


def test_most_pages_come_out_exactly() -> None:
    exact = [one for one in PAGES if [block.text for block in web_page.read(one.html).article] == one.paragraphs]
    assert len(exact) >= len(PAGES) - 1


def test_json_ld_says_outlet_time_author_section_picture_and_address() -> None:
    read = page(
        ld(
            datePublished="2026-09-01T18:30:00+02:00",
            author=[{"@type": "Person", "name": "Jane Doe"}, {"@type": "Person", "name": "Ann Poe"}],
            publisher={"@type": "Organization", "name": "Harbour Press"},
            articleSection=["Coast", "Transport"],
            dateline="LITTLE ORME",
            inLanguage="en-GB",
            license="https://creativecommons.org/licenses/by-sa/4.0/",
            image={
                "@type": "ImageObject",
                "url": "/img/boat.jpg",
                "contentUrl": "https://cdn.example.org/boat.jpg",
                "caption": "The boat at the pier",
                "creditText": "Photo: AFP",
            },
        )
        + "<link rel='canonical' href='/news/ferry'>"
    )
    assert (read.headline, read.outlet, read.byline) == ("The ferry stops", "Harbour Press", "Jane Doe, Ann Poe")
    assert (read.published_at, read.dateline, read.language) == (AT, "LITTLE ORME", "en")
    assert (read.categories, read.licence) == (["Coast", "Transport"], "CC BY-SA 4.0")
    assert read.images == [Picture("The boat at the pier", "AFP", "https://cdn.example.org/boat.jpg")]
    assert read.url == "https://www.harbour.example.org/news/ferry"
    assert read.warnings == []
    assert read.paragraphs == FERRY


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda report: {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, report]},
        lambda report: [{"@type": "BreadcrumbList"}, report],
        lambda report: {"@type": "WebPage", "mainEntity": report},
        lambda report: report | {"@type": ["ReportageNewsArticle", "Thing"]},
        lambda report: report | {"@type": "http://schema.org/OpinionNewsArticle"},
    ],
)
def test_the_report_is_found_wherever_json_ld_puts_it(wrapped: Any) -> None:
    report = {"@type": "NewsArticle", "headline": "The ferry stops", "publisher": {"name": "Harbour Press"}}
    script = f'<script type="application/ld+json">\n<!-- {json.dumps(wrapped(report))} -->\n</script>'
    assert page(script).outlet == "Harbour Press"


def test_broken_json_ld_leaves_it_to_the_rest_of_the_page() -> None:
    read = page('<script type="application/ld+json">{"@type": "NewsArticle", </script><meta property="og:site_name" '
                'content="Harbour Press">')  # fmt: skip
    assert read.outlet == "Harbour Press"


def test_opengraph_and_other_metas_say_the_same() -> None:
    read = page(
        """<title>The ferry stops | Harbour Press</title>
        <meta property="og:title" content="The ferry stops | Harbour Press">
        <meta property="og:site_name" content="Harbour Press"><meta property="og:locale" content="de_AT">
        <meta property="og:url" content="https://www.harbour.example.org/news/ferry">
        <meta property="article:published_time" content="2026-09-01T16:30:00Z">
        <meta property="article:section" content="Coast"><meta name="author" content="Jane Doe">
        <meta property="og:image" content="/img/boat.jpg"><meta property="og:image:alt" content="The boat">"""
    )
    assert (read.headline, read.outlet, read.byline) == ("The ferry stops", "Harbour Press", "Jane Doe")
    assert (read.published_at, read.categories, read.language) == (AT, ["Coast"], "de")
    assert read.url == "https://www.harbour.example.org/news/ferry"
    assert read.images == [Picture("The boat", "", "https://www.harbour.example.org/img/boat.jpg")]
    assert codes(read) == {"missing-credit"}


def test_microdata_say_the_same() -> None:
    read = page(
        body=f"""<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">The ferry stops</h1>
        <span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Jane Doe</b></span>
        <div itemprop="publisher" itemscope itemtype="https://schema.org/Organization"><meta itemprop="name"
        content="Harbour Press"></div><time itemprop="datePublished" datetime="2026-09-01T18:30+02:00">Tuesday</time>
        <div itemprop="articleBody">{BODY}</div></div>"""
    )
    assert (read.headline, read.outlet, read.byline) == ("The ferry stops", "Harbour Press", "Jane Doe")
    assert read.published_at == AT


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"datePublished": "2026-09-01"}, {"missing-time"}),
        ({"datePublished": "2026-09-01T18:30:00"}, {"missing-zone"}),
        ({"datePublished": "1 September 2026, 18:30 CEST"}, set()),
        ({"datePublished": "Tue, 01 Sep 2026 18:30:00 +0200"}, set()),
        ({"datePublished": "31/02/2026"}, {"impossible-date"}),
        ({"datePublished": "9999-12-31T23:59:59-12:00"}, {"missing-zone"}),
        ({}, {"missing-year", "missing-time"}),
    ],
)
def test_what_is_missing_in_the_time_is_a_warning(said: dict[str, str], missing: set[str]) -> None:
    read = page(ld(publisher={"name": "Harbour Press"}, **said))
    assert missing <= codes(read) <= missing | {"missing-time"}
    assert (read.published_at == AT) == (not missing)


def test_a_second_account_of_the_time_adds_what_the_first_lacks() -> None:
    meta = '<meta property="article:published_time" content="2026-09-01T18:30:00+02:00">'
    assert page(ld(datePublished="2026-09-01") + meta).published_at == AT
    assert page(ld(datePublished="2024-01-05") + meta).published_at is None, "they contradict each other"


def test_without_an_outlet_the_host_is_named() -> None:
    assert page().outlet == "harbour.example.org"
    assert (page(url="").outlet, "missing-outlet" in codes(page(url=""))) == ("", True)


def test_captions_and_credits_leave_the_text() -> None:
    figure = """<figure><img src="/boat-800x600.jpg"><figcaption>The boat at the pier last week.
        <span class="photo-credit">Photo: Ann Poe</span></figcaption></figure>"""
    read = page(ld(image="https://cdn.example.org/x/boat-1200x900.jpg"), FIRST + figure + REST)
    assert read.images == [
        Picture("The boat at the pier last week.", "Ann Poe", "https://cdn.example.org/x/boat-1200x900.jpg")
    ]
    assert read.paragraphs == FERRY


def test_a_credit_in_the_caption_is_one() -> None:
    read = page(
        body="<figure><img src=/b.jpg><figcaption>The boat at the pier. (Photo: AFP)</figcaption></figure>" + BODY
    )
    assert [(image.caption, image.credit) for image in read.images] == [("The boat at the pier.", "AFP")]


def test_dateline_agency_and_key_points_are_read_as_in_a_text() -> None:
    points = (
        "<ul><li>The ferry stops on the first of November.</li><li>Everybody is happy with the owner's loan.</li></ul>"
    )
    first = f"<p>LITTLE ORME (AP) — {FERRY[0]}</p>"
    read = page(body=f"<h2>Key points</h2><ul>{points}</ul><p>AI generated</p>{first}{REST}")
    assert (read.dateline, read.agency, read.paragraphs) == ("LITTLE ORME", "AP", FERRY)
    assert [(point.anchored, point.label) for point in read.key_points] == [
        (True, "AI generated"),
        (False, "AI generated"),
    ]
    assert "unanchored-key-point" in codes(read)


def test_paragraphs_cut_off_and_sentences_repeated_are_warnings() -> None:
    read = page(body=f"{BODY}<p>{FERRY[1]}</p><p>The county has had internal discussions about the winter and the</p>")
    assert {"cut-paragraph", "repeated-sentence"} <= codes(read)


def test_the_words_of_a_page_stay_as_they_are() -> None:
    text = (
        "The file __init__.py has 5 * 3 * 2 lines &amp; a <b>bold</b> [note](x), said its author in a long interview."
    )
    read = page(body=f"{FIRST}<p>{text}</p>{REST}")
    shown = "The file __init__.py has 5 * 3 * 2 lines & a bold [note](x), said its author in a long interview."
    assert read.paragraphs == [FERRY[0], shown, *FERRY[1:]]


def test_an_advocacy_page_gives_its_opinion_and_to_do_list() -> None:
    read = page(
        body=f"""{BODY}<h2>Opinion</h2><p>A county that lets people row to hospital has its priorities wrong, and it
        knows it. The money is there.</p><h2>Action</h2><p>Write to the committee before it meets in December, and ask
        for a second boat for this winter.</p><h2>To Do</h2><ol><li>Contact the county: write to the transport office
        at <a href="https://county.example.org/contact">county.example.org/contact</a>.</li><li>Sign our petition: it
        takes a minute of your time.</li></ol>"""
    )
    assert read.paragraphs == FERRY
    assert (len(read.opinion), len(read.action)) == (1, 1)
    assert [todo.kind for todo in read.todo] == ["contact", "petition"]


def test_a_newspapers_subhead_of_that_name_is_none_of_it() -> None:
    read = page(body=f"{BODY}<h2>What to do</h2><p>{web_pages.WELLS[0]}</p>")
    assert read.article[-2] == Block("subhead", "What to do")
    assert (read.todo, read.action) == ([], [])


def test_a_subhead_comments_and_a_page_of_nothing_but_answers_stay() -> None:
    read = page(body=f"{FIRST}<h2>Comments</h2>{REST}")
    assert read.paragraphs == FERRY
    answers = "".join(f"<div><p>{part}</p><div><a href=#>Reply</a></div></div>" for part in FERRY[:3])
    assert page(body=answers).paragraphs == FERRY[:3]


def test_the_original_is_kept_inert_and_whole() -> None:
    html = f"<html><body><script>alert(1)</script><h1>The ferry stops</h1>{BODY}</body></html>"
    assert web_page.read(html).source_text == html


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><body></body></html>", "No readable text"),
        ("<html><script>document.write('Hello')</script></html>", "No readable text"),
        ("<!-- " * 1000, "No readable text"),
        ("<div>" * 100_000, "too deeply nested: more than 256"),
        ("<p>x</p>" * 50_001, "more than 50000 elements"),
        (f"<p {' '.join(f'a{n}=1' for n in range(201))}>x</p>", "more than 200 attributes"),
        ('<!DOCTYPE html [<!ENTITY a "b">]><p>&a;</p>', "a DTD, which is not allowed"),
    ],
)
def test_a_page_that_cannot_be_read_says_why(html: str, words: str) -> None:
    with pytest.raises(child.Unreadable) as caught:
        web_page.read(html)
    assert words in caught.value.message
    assert caught.value.field == "document"


def test_a_page_without_any_headline_is_refused() -> None:
    with pytest.raises(NoHeadline, match="names no headline"):
        web_page.read(f"<html><body>{BODY}</body></html>")
