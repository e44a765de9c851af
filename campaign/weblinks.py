"""Addresses on the web: which may become links, whose they are, and whether they lead anywhere in particular."""

from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit


def is_page(url: str) -> bool:
    """True for a whole http(s) address of a host with a name. Nothing else is followed without being asked."""
    address = _split(url)
    if address is None or address.scheme not in ("http", "https") or len(url.split()) != 1:
        return False
    return "." in (address.hostname or "").strip(".")


def is_link(url: str) -> bool:
    """True for a page, or a mailbox as mailto:name@example.org."""
    name, at, host = url.removeprefix("mailto:").partition("@")
    is_mailbox = url.startswith("mailto:") and bool(name and at) and "." in host and len(url.split()) == 1
    return is_mailbox or is_page(url)


def is_front_page(url: str) -> bool:
    """True when the address only names a site: "https://www.example.org/"."""
    address = _split(url)
    return address is not None and bool(address.hostname) and not (address.path.strip("/") or address.query)


def host(url: str) -> str:
    """The name of the site an address leads to, as readers know it; the address itself when it names none."""
    address = _split(url)
    return ((address.hostname if address else None) or url.removeprefix("mailto:")).removeprefix("www.")


def archived(url: str, at: datetime) -> str:
    """Where the Internet Archive has the page as it was nearest to an instant."""
    return f"https://web.archive.org/web/{at.astimezone(UTC):%Y%m%d%H%M%S}/{url}"


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # half of an IPv6 address
        return None
