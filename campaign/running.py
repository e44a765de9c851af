"""Commands that set up and run an installation: demo, serve, worker, db."""

import ctypes
import errno
import gc
import signal
import socket
import threading
from contextlib import suppress
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from campaign import create_app, migrating, seeding
from campaign import worker as working
from campaign.accounts import passwords
from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.db import db, now
from campaign.errors import Refused
from campaign.search import rebuilding

# Python runs one thread at a time: more heaps than two save nobody a wait. Both as <malloc.h> has them.
M_ARENA_MAX, ARENAS = -8, 2
DEMO_EMAIL = "demo@example.org"
DEMO_PASSWORD = "demo organiser"  # noqa: S105  # shown on purpose: the demo answers on this machine only
DEMO_ORGANISER = {"ORGANISER_NAME": "Campaign demo", "ORGANISER_EMAIL": DEMO_EMAIL}


class PortTaken(Refused):
    """Another program listens where we wanted to."""


@click.command()
@click.option("--setup-only", is_flag=True, help="Make and fill the database, then stop.")
@click.option("--port", default=5000, show_default=True, help="Where to listen on 127.0.0.1.")
@with_appcontext
def demo(setup_only: bool, port: int) -> None:
    """A loaded site on this machine. Sets up what is missing, keeps what is there, needs no other service."""
    if current_app.config["ENV"] == "production":
        raise Refused("The demo has a sign-in that everybody knows. In production use: campaign serve")
    listener = None if setup_only else listen(port)
    # No campaign is published, and no form shown, before somebody says who asks.
    organiser = {} if current_app.config["ORGANISER_NAME"] else DEMO_ORGANISER
    current_app.config.update(organiser)
    _set_up(current_app.config["INSTANCE"])
    if listener is None:
        click.echo(f"Ready in {current_app.config['INSTANCE']}. To serve it: campaign demo")
        return
    base_url = f"http://127.0.0.1:{port}"
    # Links in mails lead to the port that was asked for.
    overrides = {"BASE_URL": base_url} | organiser
    _serve_demo(create_app(overrides=overrides, quiet=True), listener, base_url)


@click.command()
@click.option("--workers", default=2, show_default=True, help="Processes; each serves 16 requests at a time.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; a proxy stands before it.")
@click.option("--port", default=8000, show_default=True)
@with_appcontext
def serve(workers: int, host: str, port: int) -> None:
    """The production server. Run `campaign worker` beside it: mail and exports are made there."""
    migrating.require_current()
    # A connection that a forked worker inherits and closes would take the locks of the worker's own with it.
    db.engine.dispose()
    listen(port, host).close()
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415  # does not exist on Windows

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in gunicorn_settings(workers, host, port).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            _share_memory()
            app = create_app()
            # What is there now stays: nothing is gained by looking through it for garbage again and again.
            gc.collect()
            gc.freeze()
            return app

    Server().run()


@click.command()
@click.option("--once", is_flag=True, help="Do all that is due, then stop.")
@with_appcontext
def worker(once: bool) -> None:
    """Send mail, make exports, clean up. Run one beside the server; more than one is safe."""
    migrating.require_current()
    stop = threading.Event()
    # Asked to end, it finishes the mails it has claimed: left behind, they would wait for their lease to end.
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        working.run(current_app._get_current_object(), once=once, stop=stop)  # type: ignore[attr-defined]
    finally:
        signal.signal(signal.SIGTERM, before)


@click.group("db")
def database() -> None:
    """The database's tables."""


@database.command()
@with_appcontext
def upgrade() -> None:
    """Bring the tables to the newest version, and load categories and offices that are not there yet."""
    migrating.upgrade()
    with db.session.begin():
        seeding.load_reference(db.session(), now=now())
    _fill_index()
    click.echo(f"The database is at version {migrating.version()}.")


@database.command()
@with_appcontext
def check() -> None:
    """Say whether the tables are what this program expects."""
    migrating.require_current()
    differences = migrating.differences()
    for difference in differences:
        click.echo(difference, err=True)
    if differences:
        raise Refused("The tables differ from what this program expects; see above.")
    click.echo(f"The database is at version {migrating.version()}, as this program expects.")


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A socket that listens there. Raises PortTaken, with what to do, when another program does already."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            other = f"Stop it, or choose another port: campaign demo --port {port + 1} (make demo PORT={port + 1})"
            raise PortTaken(f"Port {port} is taken by another program. {other}") from error
        raise Refused(f"Cannot listen on port {port}: {error.strerror}. Ports below 1024 need root.") from error
    listener.listen(128)
    return listener


def _set_up(instance: str) -> None:
    click.echo(f"Setting up {instance} …", err=True)
    migrating.upgrade()
    # The demo stands alone in its transaction: half a demo would never be completed.
    with db.session.begin():
        session = db.session()
        seeding.load_reference(session, now=now())
        seeding.load_demo(session, now=now())
        _make_demo_organiser(session)
    _fill_index()


def _fill_index() -> None:
    """A site from before there was an index has texts to put in."""
    with db.session.begin():
        if rebuilding.is_astray(db.session()):
            rebuilding.refresh(db.session(), now=now())


def _make_demo_organiser(session: Session) -> None:
    if session.scalar(select(Account).where(Account.email == DEMO_EMAIL)):
        return
    account = Account(email=DEMO_EMAIL, name="Demo organiser", role=Role.OWNER, created_at=now())
    account.password_hash = passwords.hashed(DEMO_PASSWORD)
    session.add(account)


def _serve_demo(app: Flask, listener: socket.socket, base_url: str) -> None:
    click.echo(
        f"\n  The site             {base_url}/"
        f"\n  The organiser’s desk {base_url}/desk   sign in as {DEMO_EMAIL}, password: {DEMO_PASSWORD}"
        f"\n  Outgoing mail        {base_url}/desk/mail"
        "\n\n  Stop with Ctrl+C. Everything stays; start again with the same command.\n"
    )
    mail_and_exports = working.start_in_thread(app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet, fd=listener.fileno())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        mail_and_exports.stop()
        listener.close()


class Quiet(WSGIRequestHandler):
    """Writes no line per request: addresses of pages hold tokens, and the app has a log of its own."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _share_memory() -> None:
    """Among threads. The C library gives each of sixteen a heap of its own, and keeps what they gave back: 20 MiB."""
    with suppress(OSError, AttributeError):  # another system than Linux, or another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def gunicorn_settings(workers: int, host: str, port: int) -> dict[str, Any]:
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        # Half-sent requests hold a thread each: a proxy in front reads them whole before passing them on.
        "threads": 16,
        "timeout": 30,
        "graceful_timeout": 10,
        "preload_app": False,
    }
