"""The last page of a book: what it can be checked against, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.i18n import figure, gettext

_GROUP = 8  # characters of a hash that people compare at a glance


@dataclass(frozen=True)
class Seal:
    """What a recipient checks a book against.

    root: of the Merkle tree over all rows of the instant, as hexadecimal digits; "" when there is none. total: how many
    those are, as a book may hold some of them. package: the name of the file that holds the book and its manifest;
    files: (name, SHA-256) of lists of the same rows beside the book.
    """

    root: str = ""
    total: int = 0
    package: str = ""
    files: Sequence[tuple[str, str]] = field(default=())


def page(seal: Seal, *, rows: int, number: str, slug: str) -> dict[str, Any]:
    """The page as plain values. rows, number: how many rows the list has, and the same as people write it."""
    package = seal.package or f"{slug}.zip"
    steps = [_extent(seal, rows, number)]
    if seal.root:
        steps.append(
            gettext(
                "The root below was made of every row: if one letter of one row were changed, or a row added, left out "
                "or moved, the root would be another one. It tells nothing about any row."
            )
        )
    if not seal.root:
        steps.append(
            gettext(
                "This book was made alone, without a package. Compare its SHA-256 with the one that whoever handed it "
                "over has on their page of lists; this command prints it:"
            )
        )
    else:
        steps.append(
            gettext(
                "The package that this book came in holds a manifest with the SHA-256 of every file, this book among "
                "them. The program that made it is free software; with it, this command checks the package:"
            )
        )
    found: dict[str, Any] = {
        "title": gettext("How to verify this book"),
        "steps": steps,
        "commands": [f"campaign verify {package}" if seal.root else f"sha256sum {slug}*.pdf"],
        "head": [gettext("What"), gettext("Value")],
        "facts": [[gettext("Rows"), number]],
        "after": "",
    }
    if seal.root:
        found["facts"].append([gettext("Merkle root (SHA-256, RFC 6962)"), grouped(seal.root)])
        found["commands"].append(f"campaign verify --proof PROOF.json --root {seal.root}")
        found["after"] = gettext(
            "The second command checks a proof that a signer downloaded from their own page: that their row is in this "
            "list, at its number, without anybody else’s row. Type the root from this page."
        )
    found["facts"] += [[gettext("SHA-256 of %(name)s", name=name), grouped(sha256)] for name, sha256 in seal.files]
    return found


def _extent(seal: Seal, rows: int, number: str) -> str:
    if not rows:
        return gettext("This list has no rows.")
    if seal.total > rows:
        return gettext(
            "This list has %(rows)s of the %(total)s signatures that were confirmed at the instant on the first page. "
            "Each row keeps the number it has among all of them.",
            rows=number,
            total=figure(seal.total),
        )
    return gettext(
        "This list has %(rows)s rows, numbered without a gap: every confirmed signature that was chosen for it, as it "
        "stood at the instant on the first page.",
        rows=number,
    )


def grouped(digits: str) -> str:
    """ "01234567 89abcdef …": a long number that two people can read to each other."""
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))
