"""Files that stand under their name only once they are whole and on disk."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

UNFINISHED = ".part"
# Nothing takes this long to write; what is older was left by a crash.
ABANDONED = timedelta(hours=6)


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to. At the end it takes the name; after an error nothing is left.

    Only its owner may read the file: it holds names.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        unfinished.touch(mode=0o600)
        yield unfinished
        unfinished.chmod(0o600)
        _to_disk(unfinished)
        unfinished.replace(path)
        _to_disk(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def discard_abandoned(folder: Path, *, now: datetime) -> int:
    """Remove what crashes left half-written: it holds names, and nobody will finish it. Returns how much."""
    oldest = (now - ABANDONED).timestamp()
    left = [path for path in folder.glob(f".*{UNFINISHED}") if path.stat().st_mtime < oldest]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return sum(not path.exists() for path in left)


def sha256(path: Path) -> str:
    """Of the whole file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return  # Windows lets nobody open a directory, and writes its entries through.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
