"""A served site and a real browser, with and without JavaScript."""

import email
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as policy
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect, sync_playwright
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from campaign import create_app, seeding, worker
from campaign.db import db, now
from campaign.running import Quiet
from tests import make
from tests.conftest import COMPILED_TEMPLATES, FULL, skip

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VENDOR = Path(__file__).parent / "vendor"
PATIENCE = 60  # seconds: how long a page takes says more about what else the machine does than about the code


expect.set_options(timeout=PATIENCE * 1000)

_browsers: list[tuple[Playwright, Browser]] = []
_users = count()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One for this process: Playwright cannot be started twice, and modules outside this folder borrow this fixture."""
    if CHROMIUM is None:
        skip("no Chromium on this machine; apt install chromium")
    if not _browsers:
        _browsers.append(_launched())
    is_first = next(_users) == 0
    yield _browsers[0][1]
    if is_first:
        playwright, browser = _browsers[0]
        browser.close()
        playwright.stop()


def _launched() -> tuple[Playwright, Browser]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
    playwright = sync_playwright().start()
    return playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)


@dataclass
class Site:
    """A running site: its address, its database, and the mails it wrote."""

    url: str
    app: Flask
    instance: Path
    database_url: str

    @contextmanager
    def session(self) -> Iterator[Session]:
        engine = create_engine(self.database_url, execution_options={"only_reads": True})
        with Session(engine) as session:
            yield session
        engine.dispose()

    def mails(self) -> list[EmailMessage]:
        files = sorted((self.instance / "mail").glob("*.eml"))
        return [email.message_from_bytes(path.read_bytes(), policy=policy) for path in files]  # type: ignore[misc]

    def mail_to(self, address: str) -> EmailMessage:
        """The newest mail to this address; the worker needs a moment to write it."""
        return wait_for(lambda: next((m for m in reversed(self.mails()) if m["To"] == address), None))

    def link_in(self, message: EmailMessage, to: str = "signatures") -> str:
        body = message.get_body(("plain",))
        assert body
        found = re.search(rf"{re.escape(self.url)}/{to}/\S+", body.get_content())
        assert found, body.get_content()
        return found.group(0)


def wait_for(look: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What `look` returns once that is true."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing came within {seconds} seconds"
        time.sleep(0.03)
    return found


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site of this test's own."""
    with running(database_url, tmp_path) as site:
        yield site


@contextmanager
def running(database_url: str, instance: Path) -> Iterator[Site]:
    """The site with its seeds, an owner (owner@example.org), and the worker in the same process."""
    server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    overrides = {
        "DATABASE_URL": database_url,
        "BASE_URL": url,
        "SECRET_KEY": "only-for-tests-" + "x" * 32,
        "ORGANISER_NAME": "Charlie’s campaigns",
        "ORGANISER_EMAIL": "charlie@example.org",
        "LINK_CHECK_DAYS": 0,  # no test looks at the real web
        "WORKER_SECONDS": 0.1,
    }
    app = create_app(instance, environ={}, overrides=overrides, quiet=True)
    app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    site = Site(url, app, instance, database_url)
    with site.session() as session:
        seeding.load_reference(session, now=now())
        make.account(session, role="owner", email="owner@example.org", name="Charlie")
        session.commit()
    server.app = app
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    working = worker.start_in_thread(app)
    yield site
    working.stop()
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def _not_yet(environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []


WAYS = [True, False] if FULL else [True]


@pytest.fixture(params=WAYS, ids=["script", "no-script"][: len(WAYS)])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Both ways with FULL=1."""
    return bool(request.param)


@pytest.fixture
def browse(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """browse(scripted=False, width=390, …) → a page of a fresh browser that may only talk to the site."""
    contexts: list[BrowserContext] = []
    strays: list[str] = []

    def open_page(*, scripted: bool = True, width: int = 1280, height: int = 900, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=scripted,
            viewport={"width": width, "height": height},
            accept_downloads=True,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.on("request", lambda r: strays.append(r.url) if not r.url.startswith((site.url, "data:")) else None)
        page.on("console", lambda m: strays.append(m.text) if "Content Security Policy" in m.text else None)
        page.on("pageerror", lambda error: strays.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not strays, f"requests off the site, blocked scripts or script errors: {strays}"


def sign_in(page: Page, email_address: str = "owner@example.org") -> None:
    page.goto("/desk")
    page.get_by_label(re.compile("mail address")).fill(email_address)
    page.get_by_label("Password").fill(make.PASSWORD)
    press(page, "Sign in")


def press(page: Page, button: str) -> None:
    follow(page, page.get_by_role("button", name=button))


def follow(page: Page, to_click: Locator) -> None:
    """Click it and wait for the page it leads to: a click alone returns before the old page is gone."""
    with page.expect_navigation():
        to_click.click()
