"""What all tests share: both databases, the app on them, and pages as objects."""

import gc
import multiprocessing
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from campaign import create_app, logs
from campaign import db as database
from campaign.accounts import sessions, signing_in
from campaign.db import Base, db, now
from tests import make

POSTGRES = os.environ.get("CAMPAIGN_TEST_POSTGRES", "postgresql+psycopg://127.0.0.1:5432/postgres")
SHARED = Path(__file__).parent.parent.parent / "shared"
# For the apps that are not shared (see `app`): compiling the templates for each would take most of the time.
COMPILED_TEMPLATES = FileSystemBytecodeCache()
NOTHING_SKIPS = bool(os.environ.get("CI"))
# `make test` is over within minutes; FULL=1, as in .ci/run, has crowds of the size that the claims name.
FULL = bool(os.environ.get("FULL"))
# FULL=2 has the numbers of the threat list besides; it takes an hour.
LARGEST = os.environ.get("FULL") == "2"
# For what the database has no part in: on one of them, or with FULL=1 on both.
EITHER = ["sqlite", "postgresql"] if FULL else ["sqlite"]
either_database = pytest.mark.parametrize("database_url", EITHER, indirect=True)
SLOW = (
    "tests/stories/",
    "tests/faults/test_killing.py",
    "tests/faults/test_disk.py",
    "tests/test_wheel.py",
    "tests/officials/test_real_data.py",
    "tests/petitions/test_secrecy.py",
)

# What tests fork from, to kill it: reading all modules takes most of the time of a start.
multiprocessing.set_forkserver_preload(["benchmarks.live"])

# How long an example takes says more about what else the machine does than about the code.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

# Many tests hold what happened on the fixed day of make.NOW against the clock, which is the real one on the day after
# and stands there from then on: as many whole days behind as have passed. Sites in processes of their own go with the
# real one.
DAYS_SINCE = timedelta(days=max(0, (datetime.now(UTC).date() - make.NOW.date()).days - 1))


class Clock(datetime):
    """What `campaign.db.now` asks."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return datetime.now(tz) - DAYS_SINCE


database.datetime = Clock  # type: ignore[misc]


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: stories, mail and killed processes spend half of their time waiting."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without FULL no long ones, and less on PostgreSQL; the slowest first, so that no process ends with them."""
    left_out = set() if FULL else {item for item in items if item.get_closest_marker("full")} | _left_to_sqlite(items)
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


def pytest_collection_finish() -> None:
    """Modules and tests are there to stay: looking through them for garbage time and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _left_to_sqlite(items: list[pytest.Item]) -> set[pytest.Item]:
    """Pages, and of a test with many cases all but the first.

    What a page does with rows is tested where it is done, on both; that the page calls it shows on either. So does
    each further case of statements that have run on both.
    """
    found, seen = set(), set()
    for item in items:
        call = getattr(item, "callspec", None)
        if call and call.params.get("database_url") == "postgresql":
            name = item.nodeid.partition("[")[0]
            if {"app", "site"} & set(getattr(item, "fixturenames", ())) or name in seen:
                found.add(item)
            seen.add(name)
    return found


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not FULL:
        terminalreporter.write_line(
            "FULL=1 runs pages and all cases on PostgreSQL too, in crowds, in all browsers’ ways, and the wheel."
        )


def skip(reason: str) -> None:
    """Skip on a user's machine; fail where everything must run."""
    if NOTHING_SKIPS:
        pytest.fail(f"must not be skipped here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real articles and data."""
    if not SHARED.is_dir():
        skip("the folder with real articles and data is not here")
    return SHARED


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """A database of this test process's own, with all tables."""
    name = f"campaign_test_{worker_id}_{os.getpid()}"
    try:
        server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
            # Nothing here must survive a power cut.
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    except Exception as error:
        skip(f"no PostgreSQL at {POSTGRES} ({type(error).__name__}); set CAMPAIGN_TEST_POSTGRES")
    url = POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(emptying())
    engine.dispose()
    yield url
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database with all tables; every test that uses it runs once on each kind.

    The address is the same for all tests of this process, so that engines and apps can be, too.
    """
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = template.with_name("campaign.sqlite3")
        for old in template.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("postgres_url")
    yield url
    empty(url)


def empty(url: str) -> None:
    """Take all rows out again, and number from 1."""
    with shared_engine(url).begin() as connection:
        connection.exec_driver_sql("SELECT emptying.take_all_out()")


def emptying() -> str:
    """The function that takes all rows out, as SQL: one question to the server, whose plans it keeps.

    Most tables are empty, and asking costs less than emptying. TRUNCATE would make new files for each table and index,
    which takes PostgreSQL ten times as long as deleting a few rows.
    """
    steps = []
    for table in reversed(Base.metadata.sorted_tables):  # those that refer to others first
        name, column = f'"{table.name}"', table.autoincrement_column
        delete = f"DELETE FROM {name};"
        if table.name == "audit_entry":  # it refuses deletions
            delete = f"ALTER TABLE {name} DISABLE TRIGGER USER; {delete} ALTER TABLE {name} ENABLE TRIGGER USER;"
        steps.append(f"IF EXISTS (SELECT 1 FROM {name}) THEN {delete} END IF;")
        if column is not None:  # also of tables whose rows the test took out itself
            steps.append(f"PERFORM setval(pg_get_serial_sequence('{name}', '{column.name}'), 1, false);")
    body = " ".join(steps)
    # In a schema of its own: what tests of migrations drop is the other one.
    begin = "CREATE SCHEMA emptying; CREATE FUNCTION emptying.take_all_out()"
    return f"{begin} RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


@event.listens_for(Engine, "connect")
def hurry(connection: Any, _record: Any) -> None:
    """Nothing here must survive a power cut, and waiting for the disk would take longer than all the rest."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@cache
def shared_engine(url: str) -> Engine:
    """One for all tests: an engine remembers the SQL of each statement it has made."""
    return create_engine(url, execution_options={"only_reads": True})


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """For arranging rows and looking at them. Its transactions take SQLite's lock only when they write."""
    engine = shared_engine(database_url)
    yield engine
    if engine.dialect.name == "sqlite":  # the next test has another file
        engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A plain session. Commit what you arranged before you call the app."""
    with Session(engine, expire_on_commit=True) as session:
        yield session


_begun: dict[str, tuple[bytes, bytes]] = {}  # by what arranged them: an SQLite file before and after


def begin_with(session: Session, arrange: Callable[[Session], None]) -> None:
    """Arrange and commit rows that many tests begin with. On SQLite, arranged once and then copied.

    arrange: the same function gives the same rows each time. Anything else must come after it.
    """
    address = session.get_bind().engine.url
    path = Path(address.database or "")
    name = f"{arrange.__module__}.{arrange.__qualname__}"
    is_new = address.get_backend_name() == "sqlite" and not session.in_transaction()
    is_new = is_new and not path.with_name(f"{path.name}-wal").exists()
    before = path.read_bytes() if is_new else b""
    if is_new and _begun.get(name, (b"", b""))[0] == before:
        path.write_bytes(_begun[name][1])
        return
    arrange(session)
    session.commit()
    if is_new:
        session.get_bind().engine.dispose()  # the last connection brings all into the file itself
        _begun[name] = before, path.read_bytes()


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings a test may change before it asks for `app`."""
    return {"ORGANISER_NAME": "Charlie’s campaigns", "ORGANISER_EMAIL": "charlie@example.org"}


_apps: dict[str, tuple[Flask, dict[str, Any]]] = {}
_connected: list[Flask] = []  # the app of the test before, when it may keep its connections to PostgreSQL


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str, tmp_path: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    """The app, with these settings and an instance folder of this test's own.

    Making one takes longer than most tests: whoever asks for the same settings gets the same app, its settings as they
    were. Tests that add pages to it ask for `own_app`.
    """
    overrides = {
        "TESTING": True,
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-tests-" + "x" * 32,
        "BASE_URL": "http://localhost",
        "WTF_CSRF_ENABLED": False,
        "KEEP_SECONDS": 0.0,
        "LINK_CHECK_DAYS": 0,  # no test looks at the real web
        **settings,
    }
    key = repr(sorted(overrides.items()))
    is_shared = "own_app" not in request.fixturenames
    if _connected and (key not in _apps or _apps[key][0] is not _connected[0]):
        disconnect(_connected.pop())
    if is_shared and key in _apps:
        app, as_made = _apps[key]
        app.config.clear()
        app.config.update(as_made)
        app.instance_path = app.config["INSTANCE"] = str(tmp_path)
        logs.init_logs(quiet=True)
    else:
        app = create_app(tmp_path, environ={}, overrides=overrides, quiet=True)
        app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
        if is_shared:
            _apps[key] = app, dict(app.config)
    yield app
    with app.app_context():
        db.session.remove()
    if is_shared and not database_url.startswith("sqlite"):
        _connected[:] = [app]
    else:
        disconnect(app)


def disconnect(app: Flask) -> None:
    with app.app_context():
        for bound in db.engines.values():
            bound.dispose()


@pytest.fixture
def own_app(app: Flask) -> Flask:
    """`app`, made for this test alone, which may change more than settings."""
    return app


class Visitor(FlaskClient):
    """A browser: pages come back as parsed HTML that was checked for what every page must have."""

    def page(self, path: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """GET a page."""
        return read(self.get(path, **kwargs), status)

    def submit(self, path: str, data: dict[str, Any], status: int = 303, **kwargs: Any) -> TestResponse:
        """POST a form and check the status it answers with."""
        response = self.post(path, data=data, **kwargs)
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:3000])
        return response


def read(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """A response as parsed HTML."""
    assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:3000])
    html = response.get_data(as_text=True)
    page = BeautifulSoup(html, "lxml")
    assert page.title and page.title.text.strip(), "every page has a title"
    assert page.html and page.html.get("lang"), "every page says its language"
    assert len(page.find_all("h1")) == 1, "every page has one h1"
    return page


@pytest.fixture
def client(app: Flask) -> Visitor:
    """Suzie's browser."""
    app.test_client_class = Visitor
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[..., Visitor]:
    """sign_in(role="owner") → a browser in which an account of that role is signed in.

    As signing in by the form leaves it, without the work of checking a password (tests/accounts has that).
    """
    from tests import make  # noqa: PLC0415

    def sign_in(role: str = "owner", email: str = "") -> Visitor:
        account = make.account(session, role=role, email=email or f"{role}@example.org")
        app.test_client_class = Visitor
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie[signing_in.TOKEN] = sessions.start(session, account, now=now())
        session.commit()
        return browser  # type: ignore[return-value]

    return sign_in
