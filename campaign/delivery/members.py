"""Whose signatures a list holds, kept small: a bit for each number from the first signature's to the last's."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Protocol, TypeVar

_WIDTH = 8  # bytes of the first number
WORD = 63  # numbers that a database tells together: as many as a whole number of its own has bits
_ONE = ord("1")
_SPARSE = 64  # numbers further apart than that are added one by one


class HasSignature(Protocol):
    """A row of somebody’s."""

    @property
    def signature_id(self) -> int: ...


Signed = TypeVar("Signed", bound=HasSignature)


class Members:
    """Numbers of signatures, added in any order.

    >>> Members([5, 7]).pack() == Members([7, 5]).pack(), 7 in Members([5, 7]), 6 in Members([5, 7])
    (True, True, False)
    """

    def __init__(self, ids: Iterator[int] | list[int] | tuple[int, ...] = ()) -> None:
        self._first = 0
        self._bits = bytearray()
        for id in ids:
            self.add(id)

    def add(self, id: int) -> None:
        """Numbers mostly come in rising order: then nothing is moved."""
        if not self._bits:
            self._first = id - id % 8
        if id < self._first:
            first = id - id % 8
            self._bits[:0] = bytes((self._first - first) // 8)
            self._first = first
        place, bit = divmod(id - self._first, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << bit

    def extend(self, ids: Sequence[int]) -> None:
        """Many numbers at once, in rising order.

        >>> many = Members([3])
        >>> many.extend([5, 7])
        >>> many.pack() == Members([3, 5, 7]).pack()
        True
        """
        if not ids or ids[-1] - ids[0] > _SPARSE * len(ids):
            for id in ids:
                self.add(id)
            return
        first, last = ids[0], ids[-1]
        is_whole = last - first + 1 == len(ids)
        digits = bytearray(b"1" if is_whole else b"0") * (last - first + 1)
        if not is_whole:
            for id in ids:
                digits[last - id] = _ONE
        self._merge(first, int(digits, 2))

    def update(self, other: "Members") -> None:
        """The numbers of another, too.

        >>> both = Members([9])
        >>> both.update(Members([3, 70]))
        >>> both.pack() == Members([3, 9, 70]).pack()
        True
        """
        bits = int.from_bytes(other._bits, "little")
        if bits:
            self._merge(other._first, bits)

    def add_words(self, parts: Iterable[Sequence[tuple[int, int]]]) -> None:
        """Many numbers, some together, in any order.

        parts: of pairs of n and bits, the lowest for the number n * WORD; none is 0.

        >>> many = Members([64])
        >>> many.add_words([[(1, 0b11)], [(0, 0b101000)]])
        >>> many.pack() == Members([3, 5, 63, 64]).pack()
        True
        """
        for number, bits in chain.from_iterable(parts):
            self._merge(number * WORD, bits)

    def _merge(self, first: int, bits: int) -> None:
        """bits: the lowest stands for the number `first`; not 0."""
        unset = (bits & -bits).bit_length() - 1
        first, bits = first + unset, bits >> unset
        self.add(first)
        place, shift = divmod(first - self._first, 8)
        bits <<= shift
        length = -(-bits.bit_length() // 8)
        self._bits.extend(bytes(max(place + length - len(self._bits), 0)))
        bits |= int.from_bytes(self._bits[place : place + length], "little")
        self._bits[place : place + length] = bits.to_bytes(length, "little")

    def noting(self, rows: Iterable[Signed]) -> Iterator[Signed]:
        """The same rows; their numbers are added as they go by."""
        for row in rows:
            self.add(row.signature_id)
            yield row

    def __contains__(self, id: int) -> bool:
        place, bit = divmod(id - self._first, 8)
        return 0 <= place < len(self._bits) and bool(self._bits[place] >> bit & 1)

    def before(self, id: int) -> int:
        """How many smaller numbers there are: the place of this one, counted from 0."""
        place, bit = divmod(max(id - self._first, 0), 8)
        whole = int.from_bytes(self._bits[:place], "little").bit_count()
        part = self._bits[place] & ((1 << bit) - 1) if place < len(self._bits) else 0
        return whole + part.bit_count()

    def beyond(self, others: Iterable["Members"]) -> int:
        """How many are in none of these.

        >>> Members([1, 2, 900]).beyond([Members([2, 3]), Members([1000])])
        2
        """
        known = list(others)
        begin = min((one._first for one in (self, *known) if one._bits), default=0)
        rest = self._from(begin)
        for other in known:
            rest &= ~other._from(begin)
        return rest.bit_count()

    def _from(self, begin: int) -> int:
        return int.from_bytes(self._bits, "little") << (self._first - begin) if self._bits else 0

    def __len__(self) -> int:
        return sum(byte.bit_count() for byte in self._bits)

    @property
    def first(self) -> int:
        """The number that the first of the bits stands for."""
        return self._first

    @property
    def bits(self) -> bytes:
        """One for each number from `first` on; in each byte the lowest is the first."""
        return bytes(self._bits)

    def pack(self) -> bytes:
        """For a column of the database: a million signatures given one after the other take a few kilobytes."""
        return zlib.compress(self._first.to_bytes(_WIDTH, "big") + self._bits)


def unpack(packed: bytes | None) -> Members:
    """What was packed; nobody for None."""
    found = Members()
    if packed:
        data = zlib.decompress(packed)
        found._first, found._bits = int.from_bytes(data[:_WIDTH], "big"), bytearray(data[_WIDTH:])
    return found
