"""What was packed for the way is unpacked in small portions."""

import gzip
import time
import tracemalloc
import zlib
from itertools import product

import pytest

from campaign import unpacking
from campaign.connecting import Limits
from tests.conftest import LARGEST

SIZE = (512 if LARGEST else 16) * 2**20  # bytes a bomb unpacks to
SLOWEST = 10  # seconds
MOST_MEMORY = 64 * 2**20


def test_a_bomb_is_stopped_before_it_takes_memory() -> None:
    bomb = gzip.compress(bytes(32 * 2**20), 6)
    unpacker = unpacking.Unpacker("gzip", most=2**20, ratio=10**6)
    tracemalloc.start()
    with pytest.raises(unpacking.TooMuch):
        unpacker.feed(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20


def test_exactly_as_much_as_allowed_is_taken() -> None:
    unpacker = unpacking.Unpacker("gzip", most=1000, ratio=100)
    assert len(unpacker.feed(gzip.compress(bytes(1000)))) == 1000
    assert unpacker.is_whole()
    with pytest.raises(unpacking.TooMuch):
        unpacking.Unpacker("gzip", most=999, ratio=100).feed(gzip.compress(bytes(1000)))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_it_may_come_in_pieces_of_any_size(size: int) -> None:
    packed = gzip.compress(b"The bridge ") + gzip.compress(b"is closed.")
    unpacker = unpacking.Unpacker("gzip", most=1000, ratio=100)
    pieces = [unpacker.feed(packed[at : at + size]) for at in range(0, len(packed), size)]
    assert b"".join(pieces) == b"The bridge is closed."
    assert unpacker.is_whole()


FILLINGS = {"zeros": b"\0", "letters": b"a", "markup": b"<div>", "spaces": b" \n", "entities": b"&amp;"}
WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS, "bare deflate": -zlib.MAX_WBITS}
# How many bytes of text come before, which grow as texts do.
SHAPES = {"at once": 0, "late": 400_000}
BOMBS = [*product(WINDOWS, FILLINGS, SHAPES), *product(["members"], FILLINGS, SHAPES)]


def packed(kind: str, filling: str, shape: str) -> bytes:
    """A bomb. Built of one packed piece over and over, so that a large one is soon there."""
    before = SHAPES[shape]
    head = (b"The council said that it would mend bridge number %d before winter. " * 9) % tuple(range(9))
    piece = FILLINGS[filling] * (2**20 // len(FILLINGS[filling]))
    if kind == "members":  # each small enough by itself
        return gzip.compress(head * (before // 600)) + gzip.compress(piece) * (SIZE // 2**20)
    stream = zlib.compressobj(wbits=WINDOWS[kind])
    start = stream.compress(head * (before // 600)) + stream.flush(zlib.Z_FULL_FLUSH)
    again = stream.compress(piece) + stream.flush(zlib.Z_FULL_FLUSH)
    return start + again * (SIZE // 2**20)


def test_there_are_as_many_bombs_as_the_claim_says() -> None:
    assert len(BOMBS) == 40


@pytest.mark.parametrize(("kind", "filling", "shape"), BOMBS, ids=["-".join(bomb) for bomb in BOMBS])
def test_no_bomb_takes_long_or_much_memory(kind: str, filling: str, shape: str) -> None:
    bomb, limits = packed(kind, filling, shape), Limits()
    unpacker = unpacking.Unpacker(kind.split()[-1].replace("members", "gzip"), most=limits.unpacked, ratio=limits.ratio)
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(unpacking.TooMuch):
        for start in range(0, len(bomb), 65_536):
            unpacker.feed(bomb[start : start + 65_536])
    assert time.monotonic() - started < SLOWEST
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_MEMORY
