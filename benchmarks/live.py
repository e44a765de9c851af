"""A site in processes of its own, as an installation runs it: on a throw-away instance, to be measured or killed."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import flask_migrate
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from campaign import create_app, db, migrating
from campaign.campaigns.models import Campaign
from campaign.cli import main as campaign_command
from campaign.petitions.models import Petition, PetitionText

HOST = "127.0.0.1"
SLUG = "bridge"
SECRET = "only-for-measuring-" + "x" * 32
READY = 30.0  # seconds after which a server that does not answer is given up
TICK = os.sysconf("SC_CLK_TCK")


class Forked(ForkServerProcess):
    """What a test needs of a subprocess."""

    def wait(self) -> None:
        self.join()


@dataclass
class Server:
    """One command and its children, in a process group of their own."""

    command: list[str]
    environ: dict[str, str]
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | Forked | None = field(default=None, init=False)

    def start(self, *, warm: bool = False) -> None:
        """warm: as a fork of a process that has read all modules (see `multiprocessing.set_forkserver_preload`)."""
        if warm:
            self.process = Forked(target=_begin, args=(self.command, self.environ, self.log))
            self.process.start()
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=os.environ | self.environ, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """As a power cut would: no process of the group gets to clean up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let requests that are under way finish."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        assert self.process.pid
        try:
            os.killpg(self.process.pid, how)
        except ProcessLookupError:  # a fork so young that it has no group yet; or it ended by itself
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, how)
        self.process.wait()
        self.process = None

    def wait_ready(self, path: str = "/health") -> float:
        """Seconds until the server answered 200."""
        started = time.perf_counter()
        while time.perf_counter() - started < READY:
            if self._answers(path):
                return time.perf_counter() - started
            time.sleep(0.01)
        raise RuntimeError(f"No answer after {READY} s:\n{self.log.read_text()[-3000:]}")

    def _answers(self, path: str) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=5) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
                return connection.recv(64).split(b" ")[1:2] == [b"200"]
        except OSError:
            return False

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        assert self.process and self.process.pid
        return [int(pid) for pid in children(self.process.pid)]

    def cpu(self) -> float:
        """Seconds of processor time that these have used so far."""
        return sum(_cpu(pid) for pid in self.workers())

    def memory(self) -> list[float]:
        """Of each of these, in MiB: its own pages, and its share of those it has in common with others."""
        return [_pss(pid) for pid in self.workers()]


@dataclass
class Site:
    """An installation: its folder, its database, its web server and its worker."""

    folder: Path
    database: str
    web: Server
    worker: Server
    engine: Engine

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of this installation, to its end."""
        command = [*self.web.command[:3], *arguments]
        return subprocess.run(command, env=os.environ | self.web.environ, capture_output=True, text=True, check=False)

    def close(self) -> None:
        for server in (self.web, self.worker):
            server.kill()
        self.engine.dispose()


@contextmanager
def site(database: str = "", *, workers: int = 2, name: str = "campaign", **settings: str) -> Iterator[Site]:
    """An installation with one open petition, not yet started.

    database: the URL of a PostgreSQL on which a database of this site's own may be made; default: an SQLite file.
    name: of that database, where one process has several sites
    settings: environment variables, e.g. CAMPAIGN_SIGN_LIMIT
    """
    with tempfile.TemporaryDirectory() as instance, own_database(database, Path(instance), name) as url:
        folder, port = Path(instance), free_port()
        environ = {
            "CAMPAIGN_INSTANCE": instance,
            "CAMPAIGN_ORGANISER_NAME": "Charlie",
            "CAMPAIGN_ORGANISER_EMAIL": "charlie@example.org",
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "BASE_URL": f"http://{HOST}:{port}",
            # Everybody comes from this machine; the limits shall see as many networks as there are people.
            "TRUSTED_PROXIES": "1",
            **settings,
        }
        command = [sys.executable, "-c", "from campaign.cli import main; main()"]
        web = Server([*command, "serve", f"--workers={workers}", f"--port={port}"], environ, folder / "web.log", port)
        worker = Server([*command, "worker"], environ, folder / "worker.log")
        made = Site(folder, url, web, worker, create_engine(url, execution_options={"only_reads": True}))
        _set_up(folder, environ)
        # Who ends a measurement early ends its servers, too.
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            yield made
        finally:
            made.close()
            signal.signal(signal.SIGTERM, before)


@contextmanager
def own_database(url: str, folder: Path, name: str = "campaign") -> Iterator[str]:
    """The URL of an empty database that goes when the block ends."""
    if not url:
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    own = f"{name}_live_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {own}"))
    try:
        yield f"{url.rpartition('/')[0]}/{own}"
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)"))
        server.dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _begin(command: list[str], environ: dict[str, str], log: Path) -> None:
    """In a fork: what the command does in a process that was just started."""
    os.setsid()
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(environ)
    sys.argv = ["campaign", *command[3:]]
    campaign_command()


def _set_up(folder: Path, environ: dict[str, str]) -> None:
    """All tables at once: a second, instead of the several that migrations take, for each of many sites."""
    app = create_app(folder, environ=environ, quiet=True)
    instant = db.now()
    with app.app_context(), Session(db.db.engine) as session:
        db.Base.metadata.create_all(db.db.engine)
        flask_migrate.stamp(directory=str(migrating.FOLDER))
        campaign = Campaign(
            slug=SLUG,
            state="published",
            title="Mend the bridge",
            created_at=instant,
            changed_at=instant,
            published_at=instant,
        )
        petition = Petition(
            campaign=campaign,
            goal=100_000,
            opens_at=instant - timedelta(days=1),
            closes_at=instant + timedelta(days=30),
        )
        petition.texts.append(PetitionText(version=1, demand="Mend the bridge before winter.", created_at=instant))
        session.add(petition)
        session.commit()
        db.db.engine.dispose()


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
