"""Whatever kind of document it is, an editor is warned of the same things."""

import json
from datetime import date

import pytest
from sqlalchemy.orm import Session

from campaign.articles import reading
from campaign.articles.page import Page
from tests import make

HEADLINE = "Council of Exampleton votes on the mill bridge"
FIRST = (
    "The council of Exampleton voted on Monday to keep the mill bridge closed until the arches have been mended, "
    "said President Biden in a long speech to the residents of the lower town."
)
TWICE = "Engineers found deep cracks in two of the three arches of the old bridge in October."
CUT = "The county is going to pay for half of the work on the bridge, and the"
PARAGRAPHS = [
    FIRST,
    TWICE + " Nobody was hurt, and all carts have been sent round by the upper ford since that day.",
    CUT,
    TWICE + " The work will take until spring, when the river is low enough for the masons to stand in it.",
]
IMAGE = "https://example.org/mill.jpg"

TEXT = f"{HEADLINE}\n\n" + "\n\n".join(PARAGRAPHS) + "\n\nCaption: The mill bridge seen from the lower town at dawn.\n"
HTML = (
    f"<!doctype html><html lang=en><head><title>{HEADLINE}</title><meta charset=utf-8>"
    f'<meta property="og:image" content="{IMAGE}"></head><body><article><h1>{HEADLINE}</h1>'
    f'<figure><img src="{IMAGE}"><figcaption>The mill bridge.</figcaption></figure>'
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    + "</article></body></html>"
)
JSON = json.dumps(
    {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "articleBody": "\n\n".join(PARAGRAPHS),
        "image": {"@type": "ImageObject", "url": IMAGE, "caption": "The mill bridge."},
    }
)
FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title><link>https://example.org/</link>'
    f"<item><title>{HEADLINE}</title><link>https://example.org/mill</link>"
    f'<media:content url="{IMAGE}" medium="image"/><content:encoded><![CDATA['
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    + "]]></content:encoded></item></channel></rss>"
)
FILE = f"---\ntitle: {HEADLINE}\n---\n# Article\n\n" + "\n\n".join(PARAGRAPHS) + f"\n\n# Image\n\nAddress: {IMAGE}\n"
KINDS = {"text": TEXT, "html": HTML, "json-ld": JSON, "feed": FEED, "campaign file": FILE}


def read(session: Session, document: bytes) -> Page:
    office = {"label": "President of the United States", "role": "president", "title": "President"}
    post = make.make_post(session, "us-president", **office)
    make.membership(session, make.person(session, "Joe Biden"), post, date(2021, 1, 20), date(2025, 1, 20))
    make.membership(session, make.person(session, "Donald Trump"), post)
    return reading.read(document, session=session, most=10**6, now=make.NOW)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_reader_warns_of_the_same(session: Session, kind: str) -> None:
    document = KINDS[kind].encode().replace(b"Nobody was hurt", b"Nobody was hurt \xff\xfe here")
    codes = {finding.code for finding in read(session, document).warnings}
    expected = {"cut-paragraph", "repeated-sentence", "missing-time", "missing-credit", "stale-officeholder"}
    assert expected <= codes, expected - codes
    assert codes & {"lost-characters", "guessed-characters", "wrong-charset"}, codes
