"""Merkle trees: against the definition in RFC 6962, and against whoever would bend a proof."""

import hashlib
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.delivery import proofs
from campaign.delivery.proofs import BadProof, Path

HASHES = st.binary(min_size=32, max_size=32)
LISTS = st.lists(HASHES, min_size=1, max_size=70)
QUICK = settings(max_examples=60, deadline=None)


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word: split at the largest power of two below n."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = by_definition(leaves[:middle]), by_definition(leaves[middle:])
    return hashlib.sha256(b"\1" + left + right).digest()


@QUICK
@given(st.lists(HASHES, max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert proofs.root(iter(leaves)) == by_definition(leaves)


def test_the_empty_root_and_a_leaf_are_those_of_the_rfc() -> None:
    assert proofs.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert proofs.leaf({"number": 1}, "00") == hashlib.sha256(b'\0{"number":1,"salt":"00"}').digest()


def test_every_leaf_of_every_small_tree_is_proven_and_nowhere_else() -> None:
    for size in range(1, 34):
        leaves = [hashlib.sha256(bytes([n])).digest() for n in range(size)]
        root = proofs.root(leaves)
        for index, other in itertools.product(range(size), repeat=2):
            path = proofs.path(iter(leaves), index)
            assert len(path.hashes) <= size.bit_length()
            assert proofs.verify(leaves[other], path, root) == (other == index)
            moved = replace(path, index=other)
            assert not proofs.verify(leaves[index], moved, root) or other == index


@QUICK
@given(LISTS, st.data())
def test_a_stranger_or_a_bent_path_proves_nothing(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = proofs.path(leaves, index), proofs.root(leaves)
    stranger = data.draw(HASHES.filter(lambda one: one not in leaves))
    assert proofs.verify(leaves[index], path, root)
    assert not proofs.verify(stranger, path, root)
    assert not proofs.verify(leaves[index], path, stranger)
    assert not proofs.verify(leaves[index], replace(path, hashes=(*path.hashes, stranger)), root)
    assert not proofs.verify(leaves[index], replace(path, hashes=(*path.hashes[:-1], stranger)), root)
    if path.hashes:
        assert not proofs.verify(leaves[index], replace(path, hashes=path.hashes[:-1]), root)


def test_a_root_takes_no_more_memory_for_more_leaves() -> None:
    peaks: list[tuple[int, bytes]] = []
    for number in range(5000):
        proofs._add(peaks, hashlib.sha256(str(number).encode()).digest())
        assert len(peaks) <= (number + 1).bit_length()


def test_a_leaf_depends_on_each_field_and_on_the_salt_but_not_on_the_order() -> None:
    row, secret = {"number": 1, "given_name": "Ada", "city": "Kraków"}, b"secret"
    salt = proofs.salt(secret, 1)
    one = proofs.leaf(row, salt)
    assert one == proofs.leaf(dict(reversed(row.items())), salt)
    assert one != proofs.leaf(row | {"number": 2}, salt)
    assert one != proofs.leaf(row | {"city": "Krakow"}, salt)
    assert one != proofs.leaf(row, proofs.salt(secret, 2))
    assert one != proofs.leaf(row, proofs.salt(b"other", 1))


def test_no_path_outside_the_list() -> None:
    for leaves, index in (([], 0), ([b"x" * 32], 1), ([b"x" * 32], -1)):
        with pytest.raises(IndexError):
            proofs.path(leaves, index)


@QUICK
@given(LISTS)
def test_a_path_survives_a_file(leaves: list[bytes]) -> None:
    path = proofs.path(leaves, len(leaves) - 1)
    assert proofs.from_json(proofs.as_json(path)) == path


def test_what_is_no_path_is_refused() -> None:
    good = proofs.as_json(Path(0, 2, (b"x" * 32,)))
    for bad in (
        {},
        good | {"hashes": ["zz"]},
        good | {"hashes": [1]},
        good | {"hashes": None},
        good | {"tree_size": "2"},
    ):
        with pytest.raises(BadProof):
            proofs.from_json(bad)
    assert not proofs.verify(b"x" * 32, Path(0, 2, (b"short",)), b"x" * 32)
