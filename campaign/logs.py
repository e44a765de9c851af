"""Logs: one JSON line per event on stderr, without personal data (nothing is logged that is not named)."""

import logging
import secrets
import sys
import time

import structlog

log = structlog.get_logger()


def init_logs(*, quiet: bool = False) -> None:
    """Set up the log. `quiet` keeps only warnings and worse, for commands that talk to a person."""
    level = logging.WARNING if quiet else logging.INFO
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def log_request(method: str, route: str | None, status: int, *, started: float, id: str = "") -> None:
    """One line for each request.

    route: the rule, not the path, for paths hold tokens (no address, no agent, no form either); started: by
    time.monotonic(); id: as other lines about this request have it.
    """
    took = round((time.monotonic() - started) * 1000, 1)
    log.info("request", id=id or secrets.token_hex(8), method=method, route=route, status=status, ms=took)
