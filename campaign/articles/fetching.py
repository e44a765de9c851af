"""Fetches what somebody wants to make a campaign of: a page, a text, a feed."""

from collections.abc import Callable

from campaign import fetching
from campaign.fetching import PUBLIC, USUAL, Fetched, Limits, Reach

DOCUMENTS = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
        "application/feed+json",
        "application/ld+json",
        "application/json",
    }
)


def document(
    url: str,
    *,
    site: str,
    etag: str = "",
    last_modified: str = "",
    limits: Limits = USUAL,
    reach: Reach = PUBLIC,
    watch: Callable[[int], None] = lambda _bytes: None,
) -> Fetched:
    """As fetching.fetch. site: the address of this site, so that whoever is asked can see who asks."""
    return fetching.fetch(
        url,
        agent=f"Campaign (+{site})",
        kinds=DOCUMENTS,
        etag=etag,
        last_modified=last_modified,
        limits=limits,
        reach=reach,
        watch=watch,
    )
