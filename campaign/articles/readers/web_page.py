"""Reads the code of a web page."""

from campaign.articles import child
from campaign.articles.page import Page
from campaign.articles.readers import described


def read(text: str, *, url: str = "") -> Page:
    """The article in a page, and where it has them its opinion, action and to-do list. url: where the page is from.

    Raises child.Unreadable and NoHeadline.
    """
    return described.page(child.parse("page", text, url=url), source=text)
