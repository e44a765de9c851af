"""Logs: one JSON line per event on stderr, without personal data (nothing is logged that is not named)."""

import logging
import sys

import structlog


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
