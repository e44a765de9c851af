"""What takes the worker long, in threads beside its rounds: a slow site or a long list must not keep mail waiting."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime

import structlog
from flask import Flask, current_app
from sqlalchemy.orm import sessionmaker

from campaign.db import db

log = structlog.get_logger()


class Beside:
    """A task of the worker's whose rows are claimed in its rounds, and worked on beside them."""

    PAUSE = 0.2  # seconds between two rounds while there is something in work

    def __init__(self, claim: Callable[..., list[int]], run: Callable[[Flask, int], None], *, at_once: int = 2) -> None:
        self._claim, self._run, self._at_once = claim, run, at_once
        self._running: set[Future[None]] = set()

    def work(self, now: datetime) -> int:
        """Take up what is due while there is room; returns how much is in work."""
        self._running -= wait(self._running, timeout=self.PAUSE if self._running else 0).done
        free = self._at_once - len(self._running)
        if free and (claimed := self._claim(sessionmaker(db.engine), limit=free, now=now)):
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            threads = ThreadPoolExecutor(len(claimed), thread_name_prefix="beside")
            self._running |= {threads.submit(self._tried, app, id) for id in claimed}
            threads.shutdown(wait=False)
        return len(self._running)

    def _tried(self, app: Flask, id: int) -> None:
        with app.app_context():
            try:
                self._run(app, id)
            except Exception as error:
                # The database is away. The lease runs out, and the row is taken up again.
                log.error("work beside the rounds failed", id=id, kind=type(error).__name__)
