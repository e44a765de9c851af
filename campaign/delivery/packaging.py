"""A package: one .zip with the lists, a manifest that says what they are, its signature, and how to check them.

Made of the same rows it is the same bytes, and every byte of it is known: nothing is packed, and whoever has the files
can make the archive again (see verifying.py).
"""

import hashlib
import hmac
import json
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from campaign import __version__, text
from campaign.delivery import choosing, laying_apart, listing, profiles, proofs, splitting, trees, whole_files
from campaign.delivery.choosing import Choice
from campaign.delivery.listing import Around, AsTyped, Listed
from campaign.delivery.members import Members
from campaign.delivery.splitting import Office
from campaign.i18n import gettext, speaking
from campaign.petitions.models import Petition

SOFTWARE = "campaign"
MANIFEST, SIGNATURE, SUMS, README = "manifest.json", "manifest.sig", "SHA256SUMS", "README.txt"
TREE = "rows.tree"  # never in a package
ALONGSIDE = (MANIFEST, SIGNATURE, SUMS, README)

Rows = Callable[[], Iterator[Any]]


@dataclass(frozen=True)
class Packed:
    """A finished package. root: of the tree of its rows, as hexadecimal digits; by_office: whose rows which gets."""

    listed: Listed
    root: str
    members: Members
    manifest: dict[str, Any]
    by_office: dict[str, Members]

    @property
    def manifest_sha256(self) -> str:
        """Of the file in the package, as hexadecimal digits."""
        return hashlib.sha256(as_bytes(self.manifest)).hexdigest()


@dataclass
class _Read:
    """What is learned of the rows before they are written."""

    rows: int = 0
    versions: Counter[int] = field(default_factory=Counter)
    members: Members = field(default_factory=Members)
    places: set[tuple[str, str]] = field(default_factory=set)  # where people live, for lists by office
    by_office: dict[str, Members] = field(default_factory=dict)
    root: str = ""


def write(
    session: Session,
    petition: Petition,
    rows: Rows,
    path: Path,
    *,
    formats: tuple[str, ...],
    choice: Choice,
    around: Around,
    salts: bytes,
    key: Ed25519PrivateKey | None,
    lists: Path | None = None,
    as_typed: AsTyped | None = None,
) -> Packed:
    """Write a package of these lists. Needs an app context for the words.

    rows: gives the same rows from the first on, each time it is called; salts: what each row's salt is made of, see
    proofs.py; key: None to leave the manifest unsigned; lists: the folder where the hashes of the rows are kept for
    proofs, None to keep none; as_typed: as for listing.write.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=whole_files.UNFINISHED) as name:
        folder = Path(name)
        files: list[dict[str, Any]] = []
        read = _read(petition, rows, choice, salts, folder / TREE)
        listed = Listed(read.rows)
        offices: list[tuple[Office | None, Rows, Callable[[Any], str]]] = [(None, rows, lambda row: "")]
        if choice.by_office:
            on = around.snapshot_at.date()
            offices[:] = _offices(session, petition, rows, read, choice, folder / ".apart", on=on)
        for office, chosen, reason_of in offices:
            # A book prints the hashes of the tables beside it, so it is made after them.
            for format in sorted(formats, key=lambda one: one == "pdf"):
                file = folder / _filename(petition, office, format)
                part = listing.write(
                    session, petition, chosen, file, format=format, choice=choice, around=around,
                    office=office, reason_of=reason_of, root=read.root, beside=_beside(files, office),
                    as_typed=None if office else as_typed,
                )  # fmt: skip
                file = next(folder.glob(f"{file.stem}.*")) if not file.exists() else file
                files.append(_described(file, part, office))
                listed = listed.joined(part)
        manifest = _manifest(petition, read, choice, around, files)
        _write_alongside(folder, petition, manifest, key)
        names = [name for name in ALONGSIDE if (folder / name).exists()] + [file["name"] for file in files]
        bind(folder, names, path, instant=around.snapshot_at)
        if lists:
            kept = trees.place(lists, read.root)
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / TREE).replace(kept)
    return Packed(listed, read.root, read.members, manifest, read.by_office)


def bind(folder: Path, names: list[str], path: Path, *, instant: datetime) -> None:
    """Put these files into a .zip, one after the other as they are: the same files make the same bytes."""
    moment = instant.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for name in names:
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, bundle.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)


def as_bytes(manifest: dict[str, Any]) -> bytes:
    """The manifest as it is signed."""
    return (json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def order(names: list[str]) -> list[str]:
    """The order in which these files stand in a package."""
    return [name for name in ALONGSIDE if name in names] + [name for name in names if name not in ALONGSIDE]


def salts(secret: str, petition: Petition, choice: Choice, *, snapshot_at: datetime) -> str:
    """What the salts of a list's rows are made of: the same for the same list, and known to nobody else.

    secret: the installation's.
    """
    about = json.dumps([petition.campaign_id, snapshot_at.isoformat(), choosing.as_json(choice)], sort_keys=True)
    return hmac.digest(secret.encode(), f"campaign package\0{about}".encode(), "sha256").hex()


def _read(petition: Petition, rows: Rows, choice: Choice, salts: bytes, tree: Path) -> _Read:
    read, table = _Read(), profiles.table(petition, choice)

    def leaves() -> Iterator[bytes]:
        for row in rows():
            cells = table.cells(row)
            read.rows += 1
            if choice.by_office:
                read.places.add((row.country, row.home))
            read.members.add(row.signature_id)
            read.versions[profiles.text_version(row)] += 1
            yield proofs.leaf(dict(zip(table.columns, cells, strict=True)), proofs.salt(salts, row.number))

    read.root = trees.grow(leaves(), tree).hex()
    return read


def _offices(
    session: Session, petition: Petition, rows: Rows, read: _Read, choice: Choice, folder: Path, *, on: date
) -> list[tuple[Office, Rows, Callable[[Any], str]]]:
    """Each office, its rows, and why one is listed apart. The rows are laid apart once for all of them.

    Nobody gets a list of nothing new.
    """
    split = splitting.split(session, petition, on=on, places=read.places)
    folder.mkdir()
    is_for = choosing.is_for(session, petition, choice)
    rows_of = laying_apart.lay_apart(rows(), split, folder, whose=read.by_office, is_for=is_for)
    gets = [office for office in split.offices if not choice.new_only or office.post_id in read.by_office]
    read.by_office.pop(splitting.UNKNOWN, None)
    return [(office, partial(rows_of, office.post_id), split.reason_of) for office in gets]


def _beside(files: list[dict[str, Any]], office: Office | None) -> list[tuple[str, str]]:
    """The files of this office that are made already."""
    label = office.post_id if office else None
    return [(file["name"], file["sha256"]) for file in files if (file["office"] or {}).get("post") == label]


def _filename(petition: Petition, office: Office | None, format: str) -> str:
    place = f"-{text.slug(office.post_id, fallback='office')}" if office else ""
    return f"{petition.campaign.slug}{place}{listing.ENDINGS[format]}"


def _described(file: Path, part: Listed, office: Office | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": file.name,
        "rows": part.rows,
        "bytes": file.stat().st_size,
        "sha256": whole_files.sha256(file),
        "office": {"post": office.post_id, "label": office.label} if office else None,
    }
    if part.shortened:
        found["shortened"] = part.shortened
    return found


def _manifest(
    petition: Petition, read: _Read, choice: Choice, around: Around, files: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "software": SOFTWARE,
        "version": __version__,
        "campaign": petition.campaign.slug,
        "petition": {"title": petition.campaign.title, "address": around.address},
        "profile": choice.profile,
        "name_form": choice.name_form,
        "filter": choice.filter(),
        "snapshot_at": around.snapshot_at.isoformat(),
        "text_versions": [
            {
                "version": one.version,
                "rows": read.versions[one.version],
                "demand": one.demand,
                "sha256": _hash(one.body),
            }
            for one in petition.texts
            if read.versions[one.version]
        ],
        "rows": read.rows,
        "merkle_root": read.root,
        "files": files,
    }


def _write_alongside(folder: Path, petition: Petition, manifest: dict[str, Any], key: Ed25519PrivateKey | None) -> None:
    data = as_bytes(manifest)
    (folder / MANIFEST).write_bytes(data)
    if key:
        (folder / SIGNATURE).write_bytes(key.sign(data))
    with speaking(petition.campaign.language):
        (folder / README).write_text(_readme(petition, manifest, is_signed=key is not None), encoding="utf-8")
    sums = {file["name"]: file["sha256"] for file in manifest["files"]}
    for name in (MANIFEST, SIGNATURE, README):
        if (folder / name).exists():
            sums[name] = whole_files.sha256(folder / name)
    (folder / SUMS).write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), encoding="utf-8")


def _readme(petition: Petition, manifest: dict[str, Any], *, is_signed: bool) -> str:
    lines = [
        petition.campaign.title,
        "",
        gettext("%(rows)s signatures as of %(instant)s.", rows=manifest["rows"], instant=manifest["snapshot_at"]),
        gettext("manifest.json says what each file is, how many rows it has, and its SHA-256."),
        "",
        gettext("To check that nothing was changed:"),
        "  sha256sum -c SHA256SUMS",
        "  campaign verify PACKAGE.zip" + (" --key PUBLIC.pem" if is_signed else ""),
    ]
    if is_signed:
        lines += [
            "  openssl pkeyutl -verify -pubin -inkey PUBLIC.pem -rawin -in manifest.json -sigfile manifest.sig",
            gettext("Take the public key from the site that made this package, not from whoever handed it to you."),
        ]
    return "\n".join(lines) + "\n"


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
