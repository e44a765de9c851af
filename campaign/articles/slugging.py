"""The slug an article, or what is made of it, would like to have: Latin words, whatever script its headline is in."""

from campaign import weblinks
from campaign.articles.page import Page
from campaign.text import fold, slug

_LONGEST_OUTLET = 40  # characters; the day stands behind it


def slug_of(headline: str, page: Page, *, fallback: str) -> str:
    """The headline's words; of one in another script the outlet and the day: “alghad-com-2026-11-08”.

    Addresses in other scripts would be carried by every route and feed, but mails and sheets of paper would show them
    as %D9%85%D9%8A, and spelling them out in Latin letters takes knowing each language.
    """
    return slug(headline if _is_latin(headline) else _outlet_and_day(page), fallback=fallback)


def _is_latin(headline: str) -> bool:
    """True when most of its letters are: what is left of the others, as “2030” or “G20”, says nothing."""
    letters = [character for character in fold(headline) if character.isalpha()]
    return 2 * sum(map(str.isascii, letters)) > len(letters)


def _outlet_and_day(page: Page) -> str:
    outlet = page.outlet if _is_latin(page.outlet) else weblinks.host(page.url)
    day = f"{page.published_at:%Y-%m-%d}" if page.published_at else ""
    return f"{slug(outlet, fallback='', length=_LONGEST_OUTLET)} {day}"
