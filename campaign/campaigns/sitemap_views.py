"""What search engines ask for: the sitemap, and which pages are none of their business."""

from datetime import datetime

from flask import Response, abort

from campaign.access import public
from campaign.campaigns import lately, sitemap
from campaign.campaigns.views import blueprint
from campaign.copies import kept_briefly
from campaign.db import db
from campaign.web import absolute

__all__ = ["blueprint"]

FRESH_SECONDS = 600
LISTS = ("campaigns.home", "campaigns.categories")  # change with their campaigns
# The names of the desk's pages, of pages behind mailed links, and of what is asked in vain without a form.
CLOSED = ("/desk", "/signatures/", "/subscriptions/", "/unsubscribe/", "/mail/", "/embed/")


@blueprint.get("/sitemap.xml")
@public
@kept_briefly
def sitemap_index() -> Response:
    """All addresses, or the index of the files with them when one file is too small."""
    session = db.session()
    files = -(-_total() // sitemap.MOST)
    if files == 1:
        return _answer(sitemap.written(_rows(1)))
    addresses = [absolute("campaigns.sitemap_part", number=number) for number in range(1, files + 1)]
    changed_at = lately.touched_at(session)
    return _answer(sitemap.written([(address, changed_at) for address in addresses], is_index=True))


@blueprint.get("/sitemap/<int:number>.xml")
@public
@kept_briefly
def sitemap_part(number: int) -> Response:
    """One of those files, counted from 1."""
    if number < 1 or (number - 1) * sitemap.MOST >= _total():
        abort(404)
    return _answer(sitemap.written(_rows(number)))


@blueprint.get("/robots.txt")
@public
@kept_briefly
def robots() -> Response:
    """What search engines leave out, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "",
        f"Sitemap: {absolute('campaigns.sitemap_index')}",
    ]
    return _answer(("\n".join(lines) + "\n").encode(), kind="text/plain; charset=utf-8")


def _total() -> int:
    return len(LISTS) + sitemap.count(db.session())


def _rows(number: int) -> list[tuple[str, datetime | None]]:
    """Of the file with this number; the lists of campaigns stand at the head of the first."""
    session = db.session()
    fresh = lately.freshness(session).changed_at
    heads = [(absolute(endpoint), fresh) for endpoint in LISTS] if number == 1 else []
    first = max(0, (number - 1) * sitemap.MOST - len(LISTS))
    found = sitemap.addresses(session, first=first, most=sitemap.MOST - len(heads))
    return heads + [(_url(address), address.changed_at) for address in found]


def _url(address: sitemap.Address) -> str:
    name = "id" if address.endpoint == "officials.show" else "slug"
    return absolute(address.endpoint, **{name: address.name})


def _answer(body: bytes, *, kind: str = "application/xml; charset=utf-8") -> Response:
    response = Response(body, content_type=kind)
    response.cache_control.public = True
    response.cache_control.max_age = FRESH_SECONDS
    response.add_etag()
    return response
