"""Checking a package without the site it comes from: with its own files, and the public key when there is one.

What is wrong is named as closely as can be: first the files against the manifest, then the manifest against its
signature, and last the archive itself, which is made again and compared, so that no byte of it can differ unseen.
"""

import csv
import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from campaign.delivery import packaging, signing_key
from campaign.delivery.packaging import ALONGSIDE, MANIFEST, SIGNATURE, SUMS

# A manifest of a million signatures is no longer than one of a hundred.
LARGEST_MANIFEST = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_LOCAL_HEADER = 30  # bytes before the name
_PLAIN_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Problem:
    """where: the file it is about; text: what is wrong with it."""

    where: str
    text: str


@dataclass
class Verified:
    """What was found. signature: "valid", "wrong", "missing", "not checked" or "none"."""

    problems: list[Problem] = field(default_factory=list)
    manifest: dict[str, Any] | None = None
    signature: str = "none"

    def add(self, where: str, text: str) -> None:
        self.problems.append(Problem(where, text))

    def sentence(self) -> str:
        """One line about a package that is in order."""
        manifest = self.manifest or {}
        words = {
            "valid": "signed with this key",
            "not checked": "signed, but the signature was not checked: name the site's public key with --key",
            "none": "not signed: whoever had it in their hands could have made it anew",
        }
        what = f"{manifest.get('campaign')}, {manifest.get('rows')} signatures as of {manifest.get('snapshot_at')}"
        return f"In order: {what}; {words[self.signature]}."

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        manifest = self.manifest or {}
        about = {name: manifest.get(name) for name in ("campaign", "rows", "snapshot_at", "profile", "merkle_root")}
        problems = [asdict(problem) for problem in self.problems]
        return {"ok": not problems, "signature": self.signature, "problems": problems, **about}


@dataclass(frozen=True)
class _File:
    size: int
    sha256: str
    rows: int | None  # None where they cannot be counted without opening it in a program


def verify(path: Path, *, key: Ed25519PublicKey | None = None) -> Verified:
    """Look at everything there is in a package; never raises for what is in it."""
    found = Verified()
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as bundle:
            _check(found, path, file, bundle, key)
    except OSError as error:
        found.add(path.name, f"cannot be read: {error.strerror or error}")
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError) as error:
        found.add(path.name, f"is no whole package: {error}")
    return found


def _check(found: Verified, path: Path, file: BinaryIO, bundle: zipfile.ZipFile, key: Ed25519PublicKey | None) -> None:
    names = bundle.namelist()
    for name in {name for name in names if names.count(name) > 1}:
        found.add(name, "is in the package twice")
    files = {info.filename: _looked_at(file, info) for info in bundle.infolist()}
    manifest = _manifest(found, file, bundle)
    if manifest is not None:
        found.manifest = manifest
        _check_files(found, manifest, files)
    _check_sums(found, file, bundle, files)
    _check_signature(found, file, bundle, key)
    if manifest is not None and not found.problems:
        _check_archive(found, path, file, bundle, manifest)


def _check_files(found: Verified, manifest: dict[str, Any], files: dict[str, _File]) -> None:
    listed = {str(entry["name"]): entry for entry in manifest["files"]}
    for name in files.keys() - listed.keys() - set(ALONGSIDE):
        found.add(name, "is not in the manifest")
    missing = [name for name in listed if name not in files]
    for name in missing:
        found.add(name, "is missing")
    differing = [name for name in listed if name in files and _differs(found, name, listed[name], files[name])]
    if (listed and len(missing) + len(differing) == len(listed) > 1) or (missing and len(missing) == len(listed)):
        about = f"“{manifest['campaign']}” as of {manifest['snapshot_at']}"
        found.add(MANIFEST, f"is of another package, that of {about}: none of its files is here as it says")


def _differs(found: Verified, name: str, entry: dict[str, Any], file: _File) -> bool:
    is_same = file.sha256 == entry["sha256"]
    if not is_same:
        sizes = f": {file.size} bytes instead of {entry['bytes']}" if file.size != entry["bytes"] else ""
        found.add(name, f"is not as it was made (SHA-256){sizes}")
    elif file.size != entry["bytes"]:
        found.add(MANIFEST, f"says {name} has {entry['bytes']} bytes; it has {file.size}")
    if file.rows is not None and file.rows != entry["rows"]:
        few = entry["rows"] - file.rows
        words = f"{abs(few)} row{'s' if abs(few) != 1 else ''} {'fewer' if few > 0 else 'more'} than the manifest says"
        found.add(name, f"has {words} ({file.rows}, not {entry['rows']})")
    return not is_same


def _check_sums(found: Verified, file: BinaryIO, bundle: zipfile.ZipFile, files: dict[str, _File]) -> None:
    if SUMS not in files:
        found.add(SUMS, "is missing")
        return
    lines = _content(file, bundle.getinfo(SUMS)).decode("utf-8", "replace").splitlines()
    sums = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    for name in sorted(files.keys() - {SUMS} - sums.keys()):
        found.add(SUMS, f"does not name {name}")
    for name, sha256 in sums.items():
        if name not in files:
            found.add(SUMS, f"names {name[:80]!r}, which is not here")
        elif files[name].sha256 != sha256:
            found.add(name, f"does not fit its line in {SUMS}: this file or that line was changed")


def _check_signature(found: Verified, file: BinaryIO, bundle: zipfile.ZipFile, key: Ed25519PublicKey | None) -> None:
    is_signed = SIGNATURE in bundle.namelist()
    if key is None:
        found.signature = "not checked" if is_signed else "none"
        return
    if not is_signed:
        found.signature = "missing"
        found.add(SIGNATURE, "is missing: this package was not signed, or its signature was taken out")
        return
    if MANIFEST not in bundle.namelist():
        return
    signature, data = (_content(file, bundle.getinfo(name)) for name in (SIGNATURE, MANIFEST))
    found.signature = "valid" if signing_key.fits(key, signature, data) else "wrong"
    if found.signature == "wrong":
        found.add(SIGNATURE, "does not fit the manifest and this key: one of the three is not the one it was made with")


def _check_archive(
    found: Verified, path: Path, file: BinaryIO, bundle: zipfile.ZipFile, manifest: dict[str, Any]
) -> None:
    """Make the archive again from its files. Dates, rights, gaps and comments in it are bytes as well."""
    names = packaging.order(bundle.namelist())
    unsafe = [name for name in names if not _PLAIN_NAME.fullmatch(name) or name.startswith(".")]
    if unsafe:
        found.add(unsafe[0][:80], "is no name of a file in a package")
        return
    with tempfile.TemporaryDirectory(prefix="campaign-verify-") as name:
        folder = Path(name)
        for info in bundle.infolist():
            with (folder / info.filename).open("wb") as target:
                for chunk in _chunks(file, info):
                    target.write(chunk)
        again = folder / "again.zip"
        packaging.bind(folder, names, again, instant=datetime.fromisoformat(manifest["snapshot_at"]))
        place = _first_difference(path, again)
    if place is not None:
        found.add(path.name, f"the archive around the files was changed (byte {place}), though the files are as made")


def _first_difference(one: Path, other: Path) -> int | None:
    place = 0
    with one.open("rb") as first, other.open("rb") as second:
        while True:
            ours, theirs = first.read(_CHUNK), second.read(_CHUNK)
            if ours != theirs:
                pairs = zip(ours, theirs, strict=False)
                return place + next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
            if not ours:
                return None
            place += len(ours)


def _manifest(found: Verified, file: BinaryIO, bundle: zipfile.ZipFile) -> dict[str, Any] | None:
    if MANIFEST not in bundle.namelist():
        found.add(MANIFEST, "is missing: this is no package, or it was taken out")
        return None
    info = bundle.getinfo(MANIFEST)
    if info.file_size > LARGEST_MANIFEST:
        found.add(MANIFEST, f"has {info.file_size} bytes; no manifest is that long")
        return None
    try:
        manifest = json.loads(_content(file, info))
        datetime.fromisoformat(manifest["snapshot_at"])
        known = {"campaign", "rows", "profile", "merkle_root"} <= manifest.keys()
        for entry in manifest["files"]:
            known = known and {"name", "bytes", "sha256", "rows"} <= entry.keys()
            known = known and isinstance(entry["rows"], int) and isinstance(entry["bytes"], int)
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        found.add(MANIFEST, "cannot be read: it was changed, or is of another program")
        return None
    return dict(manifest)


def _looked_at(file: BinaryIO, info: zipfile.ZipInfo) -> _File:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(file, info):
        digest.update(chunk)
        size += len(chunk)
    return _File(size, digest.hexdigest(), _rows(file, info))


def _rows(file: BinaryIO, info: zipfile.ZipInfo) -> int | None:
    if not info.filename.endswith(".csv"):
        return None
    text = (line.decode("utf-8", "replace") for line in _lines(file, info))
    try:
        return sum(1 for _ in csv.reader(text)) - 1
    except csv.Error:
        return None


def _lines(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    rest = b""
    for chunk in _chunks(file, info):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


def _content(file: BinaryIO, info: zipfile.ZipInfo) -> bytes:
    return b"".join(_chunks(file, info))


def _chunks(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes as they lie there. zipfile would refuse a changed file before anybody can say which and how."""
    file.seek(info.header_offset + _LOCAL_HEADER - 4)
    lengths = file.read(4)
    if len(lengths) < 4:
        return
    place = info.header_offset + _LOCAL_HEADER
    place += int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    left = info.file_size
    while left > 0:
        file.seek(place)
        chunk = file.read(min(_CHUNK, left))
        if not chunk:
            return
        place, left = place + len(chunk), left - len(chunk)
        yield chunk
