"""What was packed for the way is unpacked in small portions."""

import gzip
import tracemalloc

import pytest

from campaign import unpacking


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
