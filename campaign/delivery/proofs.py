"""Proof that one row is in a list without showing another: a Merkle tree as in RFC 6962, and paths through it.

A leaf is made of a row and a salt that only whoever holds the list, and the signer of that row, can know. Without the
salt somebody could try names until one fits a neighbour's hash.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Told apart, or an inner node could be passed off as a row (RFC 6962, section 2.1).
_LEAF, _NODE = b"\0", b"\1"
_SALT_BYTES = 16
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_HASH_BYTES = 32

# The root of no rows at all, as the RFC has it.
EMPTY = hashlib.sha256(b"").digest()


class BadProof(ValueError):
    """This is no proof of ours, or parts of it are missing."""


@dataclass(frozen=True)
class Path:
    """The way from a leaf to the root: the hashes it is joined with, nearest first.

    index: of the leaf, from 0; size: how many leaves the tree has.
    """

    index: int
    size: int
    hashes: tuple[bytes, ...]


def salt(secret: bytes, number: int) -> str:
    """The salt of the row of this number, as hexadecimal digits. secret: of the list, known to nobody else."""
    return hmac.digest(secret, f"row {number}".encode(), "sha256")[:_SALT_BYTES].hex()


def leaf(row: Mapping[str, Any], salt: str) -> bytes:
    """The hash of a row as it was handed over. The order of its fields does not matter.

    >>> leaf({"number": 1, "name": "Ada"}, "00") == leaf({"name": "Ada", "number": 1}, "00")
    True
    """
    salted = {**row, "salt": salt}
    return hashlib.sha256(_LEAF + _JSON.encode(salted).encode("utf-8", "surrogatepass")).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaves, taken as they come: memory grows with the logarithm of their number."""
    peaks: list[tuple[int, bytes]] = []
    for one in leaves:
        _add(peaks, one)
    return _folded(peaks)


def path(leaves: Iterable[bytes], index: int) -> Path:
    """The way from the leaf at `index` to the root, again in one pass. Raises IndexError when there is no such leaf."""
    peaks: list[tuple[int, bytes]] = []
    hashes: list[bytes] = []
    size = 0
    for one in leaves:
        _add(peaks, one, target=index, hashes=hashes, place=size)
        size += 1
    if not 0 <= index < size:
        raise IndexError(f"there is no leaf {index} among {size}")
    _folded(peaks, target=index, hashes=hashes)
    return Path(index, size, tuple(hashes))


def verify(leaf: bytes, path: Path, root: bytes) -> bool:
    """True when this leaf stands at the path's index in the tree with this root (RFC 9162, section 2.1.3.2)."""
    place, last = path.index, path.size - 1
    if not 0 <= place <= last or any(len(one) != _HASH_BYTES for one in path.hashes):
        return False
    found = leaf
    for one in path.hashes:
        if last == 0:
            return False  # longer than the way to the root
        if place % 2 or place == last:
            found = _node(one, found)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and hmac.compare_digest(found, root)


def as_json(path: Path) -> dict[str, Any]:
    """A path for a file."""
    return {"leaf_index": path.index, "tree_size": path.size, "hashes": [one.hex() for one in path.hashes]}


def from_json(data: Mapping[str, Any]) -> Path:
    """A path from a file. Raises BadProof."""
    try:
        index, size, hashes = data["leaf_index"], data["tree_size"], data["hashes"]
        found = Path(index, size, tuple(bytes.fromhex(one) for one in hashes))
    except (KeyError, TypeError, ValueError) as error:
        raise BadProof("the path to the root is missing or damaged") from error
    if not (isinstance(index, int) and isinstance(size, int)):
        raise BadProof("the path to the root is damaged")
    return found


def _add(
    peaks: list[tuple[int, bytes]], leaf: bytes, *, target: int = -1, hashes: list[bytes] | None = None, place: int = 0
) -> None:
    """Join full trees of equal height as counting in binary does.

    peaks: (leaves below, hash), the largest tree first; place: the leaf's; hashes: gets the neighbours of `target`.
    """
    width, found = 1, leaf
    while peaks and peaks[-1][0] == width:
        _, left = peaks.pop()
        middle = place + 1 - width
        if hashes is not None and middle - width <= target < middle + width:
            hashes.append(left if target >= middle else found)
        width, found = 2 * width, _node(left, found)
    peaks.append((width, found))


def _folded(peaks: list[tuple[int, bytes]], *, target: int = -1, hashes: list[bytes] | None = None) -> bytes:
    """The root above trees of different heights: the smaller ones are joined first."""
    if not peaks:
        return EMPTY
    start = sum(width for width, _ in peaks) - peaks[-1][0]
    found = peaks[-1][1]
    for width, left in reversed(peaks[:-1]):
        if hashes is not None and target >= start - width:
            hashes.append(left if target >= start else found)
        start -= width
        found = _node(left, found)
    return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
