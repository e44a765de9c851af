"""Hashes of rows on disk: the same root and the same paths as without a file."""

import hashlib
from pathlib import Path

import pytest

from campaign.delivery import proofs, trees


def hashes(count: int) -> list[bytes]:
    return [hashlib.sha256(str(number).encode()).digest() for number in range(count)]


def test_a_tree_on_disk_has_the_root_and_the_paths_of_its_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "BLOCK", 4)
    for count in (1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33):
        path, leaves = tmp_path / f"{count}.tree", hashes(count)
        root = trees.grow(iter(leaves), path)
        assert root == proofs.root(leaves)
        for index in range(count):
            leaf, way = trees.path_to(path, index)
            assert (leaf, way) == (leaves[index], proofs.path(leaves, index))
        with pytest.raises(IndexError):
            trees.path_to(path, count)


def test_a_large_tree_is_read_in_two_places(tmp_path: Path) -> None:
    path, leaves = tmp_path / "large.tree", hashes(3 * trees.BLOCK + 7)
    root = trees.grow(leaves, path)
    for index in (0, trees.BLOCK - 1, trees.BLOCK, len(leaves) - 1):
        leaf, way = trees.path_to(path, index)
        assert proofs.verify(leaf, way, root) and way.size == len(leaves)


def test_a_tree_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    def broken():  # type: ignore[no-untyped-def]
        yield b"x" * 32
        raise RuntimeError

    with pytest.raises(RuntimeError):
        trees.grow(broken(), tmp_path / "x.tree")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        trees.path_to(tmp_path / "x.tree", 0)


def test_no_rows_have_the_root_of_nothing(tmp_path: Path) -> None:
    assert trees.grow([], tmp_path / "empty.tree") == proofs.EMPTY
