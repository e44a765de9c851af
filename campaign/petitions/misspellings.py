"""Slips of the finger in the addresses of big mail providers: "did you mean gmail.com?". Offered, never forced."""

from functools import lru_cache

COMMON = (
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "proton.me",
    "protonmail.com",
    "orange.fr",
    "laposte.net",
    "yahoo.fr",
    "hotmail.fr",
    "yahoo.co.uk",
    "hotmail.co.uk",
)
# Nearly a common one, or too short to guess from, yet providers of their own.
REAL = frozenset(
    [
        *("aol.com", "email.com", "fmail.com", "mail.com", "mail.de", "me.com", "web.de", "ymail.com"),
        *("gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.fr", "gmx.net", "gmx.us"),
        *("hotmail.de", "hotmail.es", "hotmail.it", "outlook.de", "outlook.es", "outlook.fr"),
        *("yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.de", "yahoo.es", "yahoo.in", "yahoo.it"),
    ]
)
# There are no such endings, or hardly anyone reads mail there.
ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "xom": "com", "cpm": "com"}


def better_address(address: str) -> str | None:
    """The address that was probably meant; None when this one looks right.

    >>> better_address("ann@gmial.con")
    'ann@gmail.com'
    """
    local, _, domain = address.rpartition("@")
    meant = _meant(domain.lower())
    return f"{local}@{meant}" if meant else None


@lru_cache(maxsize=4096)
def _meant(typed: str) -> str | None:
    if typed in COMMON or typed in REAL:
        return None
    stem, _, ending = typed.rpartition(".")
    mended = f"{stem}.{ENDINGS.get(ending, ending)}"
    if mended not in COMMON and mended not in REAL:
        mended = next((common for common in COMMON if _is_one_slip(mended, common)), mended)
    return mended if mended != typed else None


def _is_one_slip(typed: str, meant: str) -> bool:
    """One letter too many, too few, wrong, or two swapped."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    rest, wanted = typed[at:], meant[at:]
    is_swapped = rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:]
    return rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:] or is_swapped
