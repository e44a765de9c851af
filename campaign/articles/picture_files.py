"""Where the copies of pictures lie: in the instance folder, each named by the SHA-256 of what is in it."""

import base64
import hashlib
import os
import re
import secrets
from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_DIGEST = re.compile(r"[0-9a-f]{64}")
YOUNG = timedelta(hours=1)  # a file may be there a moment before its row is


def folder(config: Mapping[str, Any]) -> Path:
    """The folder of this installation."""
    return Path(config["INSTANCE"]) / "pictures"


def path(folder: Path, digest: str) -> Path:
    """Where a picture lies. Two levels, since folders with a hundred thousand files are slow."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("no digest")
    return folder / digest[:2] / f"{digest}.webp"


def keep(folder: Path, data: str | int) -> str:
    """Write a picture, given in base64, whole or not at all; its digest. The same picture is kept once."""
    content = base64.b64decode(str(data))
    digest = hashlib.sha256(content).hexdigest()
    place = path(folder, digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        os.utime(place)  # young again, so that nobody sweeps it away while its new row is on the way
        return digest
    half = place.with_name(f".{digest}.{secrets.token_hex(4)}")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(place)
    return digest


def forget(folder: Path, *, but: Container[str], now: datetime) -> int:
    """Delete all files but those of these digests, and but young ones; returns how many."""
    before = (now - YOUNG).timestamp()
    old = [file for file in folder.glob("??/*") if file.stem not in but and file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
