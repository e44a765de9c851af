"""Reads schema.org NewsArticle objects in JSON."""

from campaign.articles import child
from campaign.articles.page import Page
from campaign.articles.readers import described


def read(text: str, *, url: str = "") -> list[Page]:
    """The reports in a JSON document, in order. url: where it is from. Raises child.Unreadable and NoHeadline."""
    found = child.parse("news-article", text)
    return [described.page(report | {"urls": [*report["urls"], url]}, source=text) for report in found]
