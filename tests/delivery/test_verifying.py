"""Packages: the same bytes each time, and whatever is changed in one is named."""

import hashlib
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign.db import db
from campaign.delivery import exports, members, packaging, signing_key, verifying
from campaign.delivery.choosing import Choice
from campaign.delivery.cli import delivery, export, verify
from campaign.delivery.models import Export
from campaign.delivery.written import Written
from campaign.errors import NotFound, Refused
from tests import make

LATER = make.NOW + timedelta(minutes=1)
CHANGES = 1000 if os.environ.get("FULL") else 100

Pack = Callable[..., Written]


@pytest.fixture
def pack(app: Flask, session: Session, tmp_path: Path) -> Pack:
    """pack("one.zip") → a signed package of three signatures."""
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    for name in ("Zoë", "Ann", "Mia"):
        make.signature(session, petition, given_name=name, comment="line one\nline two" if name == "Ann" else "")
    session.commit()
    campaign_id = petition.campaign_id
    session.rollback()
    with app.app_context():
        signing_key.make(Path(app.config["INSTANCE"]))

    def pack(name: str, format: str = "csv,json", **values: object) -> Written:
        with app.app_context():
            return exports.write(
                sessionmaker(db.engine),
                campaign_id,
                format=format,
                path=tmp_path / name,
                publisher=exports.publisher(app.config),
                choice=Choice(**values),  # type: ignore[arg-type]
                is_package=True,
                now=LATER,
            )

    return pack


def said(path: Path, **kwargs: object) -> str:
    """Everything that is wrong with a package, as text."""
    problems = verifying.verify(path, **kwargs).problems  # type: ignore[arg-type]
    return "\n".join(f"{problem.where}: {problem.text}" for problem in problems)


def remade(path: Path, change: Callable[[dict[str, bytes]], None], *, sums: bool = True) -> Path:
    """The same package with some files changed, and put together as well as somebody without the key can."""
    with zipfile.ZipFile(path) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
        moment = bundle.infolist()[0].date_time
    change(files)
    if sums:
        lines = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != packaging.SUMS}
        files[packaging.SUMS] = "".join(f"{lines[name]}  {name}\n" for name in sorted(lines)).encode()
    other = path.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as bundle:
        for name in packaging.order(list(files)):
            bundle.writestr(zipfile.ZipInfo(name, moment), files[name])
    return other


@pytest.mark.stored
def test_two_packages_of_one_instant_are_the_same_bytes_and_in_order(pack: Pack) -> None:
    one, two = pack("one.zip", "csv,xlsx,json,machine-csv"), pack("two.zip", "csv,xlsx,json,machine-csv")
    assert one.path.read_bytes() == two.path.read_bytes()
    assert one.sha256 == hashlib.sha256(one.path.read_bytes()).hexdigest()
    found = verifying.verify(one.path)
    assert (found.problems, found.signature) == ([], "not checked")
    assert found.manifest is not None
    assert (found.manifest["rows"], found.manifest["campaign"], one.rows) == (3, "bridge", 3)
    assert found.manifest["merkle_root"] == one.root
    assert [file["rows"] for file in found.manifest["files"]] == [3, 3, 3, 3]
    names = [file["name"] for file in found.manifest["files"]]
    assert names == ["bridge.csv", "bridge.xlsx", "bridge.json", "bridge.machine-not-for-spreadsheets.csv"]


def test_a_book_names_the_hashes_of_the_tables_beside_it(pack: Pack) -> None:
    with zipfile.ZipFile(pack("one.zip", "pdf,csv").path) as bundle:
        table, book = bundle.read("bridge.csv"), PdfReader(io.BytesIO(bundle.read("bridge.pdf")))
    last = "".join("".join(page.extract_text() for page in book.pages[-1:]).split())
    assert hashlib.sha256(table).hexdigest() in last and "SHA-256ofbridge.csv" in last


def test_whatever_byte_is_changed_is_found(pack: Pack, tmp_path: Path) -> None:
    data, chance = pack("one.zip", "csv").path.read_bytes(), random.Random(6)
    changed = tmp_path / "changed.zip"
    for _ in range(CHANGES):
        at = chance.randrange(len(data))
        changed.write_bytes(data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :])
        assert said(changed), f"byte {at}"
    for at in (0, 1, len(data) // 2, len(data) - 1):
        changed.write_bytes(data[:at])
        assert said(changed), f"cut at {at}"
    changed.write_bytes(data + b"\0")
    assert said(changed)


def test_what_was_changed_is_named(pack: Pack, app: Flask) -> None:
    path = pack("one.zip").path
    public = signing_key.private_key(Path(app.config["INSTANCE"])).public_key()  # type: ignore[union-attr]
    stranger = Ed25519PrivateKey.generate().public_key()
    assert said(path, key=public) == ""
    assert "does not fit the manifest and this key" in said(path, key=stranger)

    def without_a_row(files: dict[str, bytes]) -> None:
        files["bridge.csv"] = files["bridge.csv"].rsplit(b"\r\n", 2)[0] + b"\r\n"

    problems = said(remade(path, without_a_row))
    assert "bridge.csv: has 1 row fewer than the manifest says (2, not 3)" in problems
    assert "bytes instead of" in problems

    def without_a_file(files: dict[str, bytes]) -> None:
        del files["bridge.json"]

    assert "bridge.json: is missing" in said(remade(path, without_a_file))

    def with_a_file(files: dict[str, bytes]) -> None:
        files["more.csv"] = b"number\r\n"

    assert "more.csv: is not in the manifest" in said(remade(path, with_a_file))

    def with_fewer_rows_and_the_manifest_made_to_fit(files: dict[str, bytes]) -> None:
        without_a_row(files)
        manifest = json.loads(files["manifest.json"])
        data = files["bridge.csv"]
        manifest["files"][0] |= {"rows": 2, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        files["manifest.json"] = packaging.as_bytes(manifest)

    forged = remade(path, with_fewer_rows_and_the_manifest_made_to_fit)
    assert "manifest.sig: does not fit" in said(forged, key=public)

    def without_signature(files: dict[str, bytes]) -> None:
        del files["manifest.sig"]

    assert "manifest.sig: is missing" in said(remade(path, without_signature), key=public)


def test_a_manifest_of_another_campaign_is_named(pack: Pack, tmp_path: Path) -> None:
    path = pack("one.zip").path

    def of_another(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        manifest["campaign"] = "tunnel"
        for file in manifest["files"]:
            file["name"] = file["name"].replace("bridge", "tunnel")
        files["manifest.json"] = packaging.as_bytes(manifest)

    problems = said(remade(path, of_another))
    assert "manifest.json: is of another package, that of “tunnel”" in problems


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert said(path)
    assert "cannot be read" in said(tmp_path / "nowhere.zip")


def test_the_commands_make_and_check_one(app: Flask, pack: Pack, session: Session, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    path, pem = tmp_path / "package.zip", tmp_path / "key.pem"
    result = runner.invoke(export, ["bridge", "--format", "csv,json", "-o", str(path), "--json"])
    assert result.exit_code == 0, result.output
    assert list(json.loads(result.stdout)) == ["path", "rows", "sha256", "snapshot_at", "profile"]
    row = session.scalars(select(Export)).one()
    assert (row.state, row.rows, row.filename, len(members.unpack(row.members))) == ("done", 3, "", 3)
    pem.write_bytes(signing_key.public_key(Path(app.config["INSTANCE"])))
    # Recipients have no installation: no app is made for this.
    result = CliRunner().invoke(verify, [str(path), "--key", str(pem)])
    assert (result.exit_code, "signed with this key" in result.stdout) == (0, True), result.output
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Ann", b"Eve", 1))
    result = CliRunner().invoke(verify, [str(path), "--key", str(pem), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"][0]["where"] == "bridge.csv"


def test_a_key_is_made_once_and_kept_to_its_owner(app: Flask, session: Session, tmp_path: Path) -> None:
    runner, instance = app.test_cli_runner(), Path(app.config["INSTANCE"])
    with pytest.raises(NotFound, match="signs no packages"):
        signing_key.public_key(instance)
    result = runner.invoke(delivery, ["key"])
    assert result.stdout.startswith("-----BEGIN PUBLIC KEY-----")
    assert (instance / signing_key.PRIVATE).stat().st_mode & 0o077 == 0
    assert isinstance(runner.invoke(delivery, ["key"]).exception, signing_key.KeyExists)
    for content in (b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", (b"\xff\xfe")):
        (tmp_path / "bad.pem").write_bytes(content)
        with pytest.raises(Refused, match="not a public key"):
            signing_key.read_public(tmp_path / "bad.pem")
    with pytest.raises(Refused, match="cannot be read"):
        signing_key.read_public(tmp_path / "nowhere.pem")
