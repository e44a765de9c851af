import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.officials import sync
from campaign.officials.holding import holder
from campaign.officials.models import Post, RosterImport
from tests import make
from tests.officials.documents import LEGISLATORS, ZIPS, written
from tests.officials.test_cli import run


class Publisher(SimpleHTTPRequestHandler):
    """Serves files; some addresses misbehave."""

    def do_GET(self) -> None:
        if self.path.startswith("/cut-off"):
            self._answer({"Content-Length": "1000"}, b"- id: {bioguide: A000001}\n")
        elif self.path.startswith("/declared-large"):
            self._answer({"Content-Length": str(41 * 2**20)}, b"x")
        elif self.path.startswith("/large"):
            self._answer({}, b"x" * (41 * 2**20))
        elif self.path.startswith("/elsewhere"):
            self.send_response(302)
            self.send_header("Location", "http://example.org/roster.yaml")
            self.end_headers()
        else:
            super().do_GET()

    def _answer(self, headers: dict[str, str], body: bytes) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Publisher, directory=str(folder)))
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # we hang up on the large one
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def published(tmp_path: Path) -> Iterator[str]:
    """A server with two small rosters."""
    folder = tmp_path / "published"
    folder.mkdir()
    written(folder, legislators_yaml=LEGISLATORS, zips_csv=ZIPS)
    yield from serve(folder)


def test_sync_downloads_and_imports(app: Flask, session: Session, published: str) -> None:
    app.config["ROSTER_SOURCES"] = [f"{published}/legislators.yaml", f"{published}/zips.csv"]

    first, again = run(app, "sync", "--as-of", "2026-06-15"), run(app, "sync", "--as-of", "2026-06-15")

    assert first.exit_code == 0, first.output
    assert "legislators.yaml: legislators, as of 2026-06-15" in first.output
    assert "Changed 0 rows." in again.output
    assert holder(session, session.get_one(Post, "us-house-vt-0"), on=make.TODAY).status == "held"
    assert set(session.scalars(select(RosterImport.imported_by))) == {"command line"}
    assert set(session.scalars(select(AuditEntry.action))) == {"officials.sync"}


# That the network can fail does not depend on the database.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/gone.yaml", "/gone.yaml: the server answered 404"),
        ("/cut-off.yaml", "/cut-off.yaml: no complete answer (127.0.0.1 broke off in the middle). Check this"),
        ("/declared-large.yaml", "is larger than 40 MB"),
        ("/large.yaml", "is larger than 40 MB"),
        ("/elsewhere.yaml", "http://example.org/roster.yaml: only https addresses are fetched"),
    ],
)
def test_what_cannot_be_fetched_is_named_and_nothing_is_written(
    app: Flask, session: Session, published: str, path: str, expected: str
) -> None:
    app.config["ROSTER_SOURCES"] = [f"{published}/legislators.yaml", published + path]

    result = run(app, "sync")

    assert isinstance(result.exception, sync.SyncFailed)
    assert expected in str(result.exception)
    assert session.scalars(select(RosterImport)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_web_page_in_place_of_a_roster_is_called_one(
    app: Flask, session: Session, published: str, tmp_path: Path
) -> None:
    (tmp_path / "published" / "moved.yaml").write_text("<!DOCTYPE html><title>404</title>")
    app.config["ROSTER_SOURCES"] = [f"{published}/legislators.yaml", f"{published}/moved.yaml"]

    result = run(app, "sync")

    assert "moved.yaml: It is a web page. Download the raw file" in str(result.exception)
    assert session.scalars(select(RosterImport)).all() == []


def test_offline_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(sync.SyncFailed, match=r"no complete answer .* Check this machine’s connection"):
        sync.download(["http://127.0.0.1:9/legislators.yaml"], tmp_path, timeout=2)


@pytest.mark.parametrize(
    "address", ["http://example.org/a.yaml", "file:///etc/passwd", "ftp://127.0.0.1/a", "nonsense", "https://[::1"]
)
def test_only_https_and_this_machine_are_fetched(tmp_path: Path, address: str) -> None:
    with pytest.raises(sync.SyncFailed, match="only https addresses are fetched"):
        sync.download([address], tmp_path, timeout=2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_real_files_are_fetched_in_the_same_way(app: Flask, session: Session, shared: Path) -> None:
    served = serve(shared / "data")
    address = next(served)
    app.config["ROSTER_SOURCES"] = [
        f"{address}/congress-legislators/executive.yaml",
        f"{address}/ocd-division-ids/us_congressional_districts.csv",
    ]

    result = run(app, "sync")

    next(served, None)
    assert result.exit_code == 0, result.output
    assert holder(session, session.get_one(Post, "us-president"), on=date(2026, 11, 22)).person
