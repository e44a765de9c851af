"""The hashes of a list's rows on disk, so that a path through its tree is found without the rows and in a moment.

The leaves one after the other, 32 bytes each, then the root of each full or last block of them: as blocks are full
trees, the tree above their roots is the tree above the leaves (RFC 6962).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from campaign.delivery import proofs, whole_files

BLOCK = 1024  # leaves; a power of two
_WIDTH = 32  # bytes of a hash


def place(folder: Path, root: str) -> Path:
    """Where the tree with this root lies. folder: that of the lists."""
    return folder / "trees" / f"{root}.tree"


def grow(leaves: Iterable[bytes], path: Path) -> bytes:
    """Write the tree above these leaves, taken as they come, and return its root. Nothing is left after an error."""
    roots: list[bytes] = []
    with whole_files.appearing(path) as unfinished, unfinished.open("wb") as file:
        for block in _blocks(leaves):
            file.write(b"".join(block))
            roots.append(proofs.root(block))
        file.write(b"".join(roots))
    return proofs.root(roots)


def path_to(path: Path, index: int) -> tuple[bytes, proofs.Path]:
    """A leaf and its way to the root. Raises IndexError when there is no such leaf, FileNotFoundError when no tree."""
    with path.open("rb") as file:
        size = _leaves(path.stat().st_size // _WIDTH)
        if not 0 <= index < size:
            raise IndexError(f"there is no leaf {index} among {size}")
        number, inside = divmod(index, BLOCK)
        block = _read(file, number * BLOCK, min(BLOCK, size - number * BLOCK))
        roots = _read(file, size, -(-size // BLOCK))
    hashes = (*proofs.path(block, inside).hashes, *proofs.path(roots, number).hashes)
    return block[inside], proofs.Path(index, size, hashes)


def _blocks(leaves: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for leaf in leaves:
        block.append(leaf)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def _leaves(hashes: int) -> int:
    """How many of the hashes in the file are leaves; the others are one for each block.

    >>> _leaves(0), _leaves(2), _leaves(1025), _leaves(1027)
    (0, 1, 1024, 1025)
    """
    return hashes - -(-hashes // (BLOCK + 1))


def _read(file: BinaryIO, first: int, count: int) -> list[bytes]:
    file.seek(first * _WIDTH)
    data = file.read(count * _WIDTH)
    return [data[start : start + _WIDTH] for start in range(0, len(data), _WIDTH)]
