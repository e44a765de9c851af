"""Feeds of every kind: what each report says, and which are refused."""

import json
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

import pytest

from campaign.articles import child
from campaign.articles.page import Page, Picture
from campaign.articles.readers import feed
from campaign.articles.readers.feed import BadItem
from tests.articles.web_pages import FERRY

BODY = "".join(f"<p>{text}</p>" for text in FERRY)
AT = datetime(2026, 9, 1, 18, 30, tzinfo=timezone(timedelta(hours=2)))
URL = "https://harbour.example.org/news/ferry"
ITEM = (
    f"<item><title>The ferry stops</title><link>{URL}</link><guid>1</guid><category>Coast</category>"
    "<pubDate>Tue, 01 Sep 2026 18:30:00 +0200</pubDate><dc:creator>Jane Doe</dc:creator>"
    f"<content:encoded>{escape(BODY)}</content:encoded></item>"
)


def rss(*items: str, version: str = "2.0") -> str:
    return (
        f'<?xml version="1.0" encoding="ISO-8859-1"?><rss version="{version}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Harbour Press</title><link>'
        f"https://harbour.example.org/</link><language>en-gb</language>{''.join(items)}</channel></rss>"
    )


ATOM = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Press</title>
<entry xml:lang="en"><title type="html">The &lt;b&gt;ferry&lt;/b&gt; stops</title><id>urn:1</id><link href="{URL}"/>
<published>2026-09-01T18:30:00+02:00</published><updated>2026-09-02T18:30:00+02:00</updated><category term="Coast"/>
<author><name>Jane Doe</name></author><content type="html">{escape(BODY)}</content></entry></feed>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>
Harbour Press</title></channel><item><title>The ferry stops</title><link>{URL}</link><dc:date>2026-09-01T18:30:00+02:00
</dc:date><dc:creator>Jane Doe</dc:creator><dc:subject>Coast</dc:subject><content:encoded><![CDATA[{BODY}]]>
</content:encoded></item></rdf:RDF>"""
JSON_FEED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Harbour Press", "items": [
    {"id": "1", "title": "The ferry stops", "url": URL, "date_published": "2026-09-01T18:30:00+02:00",
     "authors": [{"name": "Jane Doe"}], "tags": ["Coast"], "content_html": BODY}]})  # fmt: skip


def read(text: str, *, skips_bad: bool = False) -> list[Page]:
    return feed.read(text, job="json-feed" if text.startswith("{") else "feed", skips_bad=skips_bad)


@pytest.mark.parametrize("text", [rss(ITEM), rss(ITEM, version="0.92"), ATOM, RDF, JSON_FEED],
                         ids=["RSS 2.0", "RSS 0.92", "Atom", "RSS 1.0", "JSON Feed"])  # fmt: skip
def test_a_report_is_read_from_any_kind_of_feed(text: str) -> None:
    [page] = read(text)
    assert (page.headline, page.outlet, page.url) == ("The ferry stops", "Harbour Press", URL)
    assert (page.published_at, page.byline, page.categories) == (AT, "Jane Doe", ["Coast"])
    assert page.published_at and page.published_at.utcoffset() == timedelta(hours=2), "the zone is kept"
    assert (page.paragraphs, page.language, page.warnings) == (FERRY, "en", [])


def test_pictures_come_with_their_credit() -> None:
    media = ('<media:content url="https://cdn.example.org/b.jpg" medium="image"><media:credit>AFP</media:credit>'
             "<media:description>The boat</media:description></media:content></item>")  # fmt: skip
    [page] = read(rss(ITEM.replace("</item>", media)))
    assert page.images == [Picture("The boat", "AFP", "https://cdn.example.org/b.jpg")]


def test_a_summary_is_said_to_be_only_that() -> None:
    short = ITEM.partition("<content:encoded>")[0] + "<description>The boat has failed its test …</description></item>"
    [page] = read(rss(short))
    assert page.paragraphs == ["The boat has failed its test …"]
    assert {"only-summary", "cut-paragraph"} <= {warning.code for warning in page.warnings}


def test_the_newest_report_stands_for_a_feed_of_many() -> None:
    old = ITEM.replace("01 Sep 2026", "01 Aug 2026").replace("ferry", "yacht").replace(">1<", ">2<")
    page = feed.newest(rss(old, ITEM), job="feed")
    assert page.headline == "The ferry stops"
    assert "The feed has 1 more report." in page.warnings[-1].text


BAD = [
    (ITEM.replace("<title>The ferry stops</title>", ""), "item 2: title", "has no title"),
    (ITEM.replace(f"<link>{URL}</link>", "").replace("<guid>1</guid>", ""), "item 2: link", "has no link"),
    (ITEM.replace("01 Sep 2026", "31/02/2026"), "item 2: date", "31/02/2026"),
    (ITEM, "item 2: id", "twice, first as number 1"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "field", "words"), BAD, ids=[field for _, field, _ in BAD])
def test_a_bad_report_is_named_and_may_be_skipped(item: str, field: str, words: str) -> None:
    other = item if field.endswith("id") else item.replace("<guid>1</guid>", "<guid>2</guid>")
    with pytest.raises(BadItem, match=words) as caught:
        read(rss(ITEM, other))
    assert caught.value.field == field
    assert len(read(rss(ITEM, other), skips_bad=True)) == 1


ONE = rss(ITEM)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ONE.replace("<rss", '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss'), "DTD"),
        (ONE.replace("<rss", '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss'), "DTD"),
        (ONE[: len(ONE) // 2], r"faulty at line 1, column \d+"),
        (rss(), "no reports"),
        ("<html><body><p>Hello</p></body></html>", "not a feed"),
        ('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "not a feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": []}', "no reports"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 7}', "not a feed"),
        ('{"version": "https://jsonfeed.org/version/1",\n "items": [}', "line 2, column 12"),
    ],
)
def test_what_is_no_sound_feed_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(child.Unreadable, match=words):
        read(text)


def test_five_hundred_reports_are_taken_and_the_rest_is_named() -> None:
    items = [f"<item><title>Report {n}</title><link>https://h.example.org/{n}</link></item>" for n in range(503)]
    pages = read(rss(*items))
    assert len(pages) == 500
    assert "3 older reports of the feed were left out" in pages[0].warnings[-1].text


def test_a_feed_is_never_taken_for_an_address_or_a_file() -> None:
    for text in ("/etc/passwd", "http://127.0.0.1:1/feed", "file:///etc/passwd"):
        with pytest.raises(child.Unreadable, match="not a feed"):
            read(text)
