"""Limits on how often something may be asked for: exact across threads, processes and machines.

Counts are rows of our own database, or of a Redis that many machines share; when that one is away, rows again.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import String, case, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import TooManyRequests

from campaign.config import SETTINGS
from campaign.db import Base, db, now, writing
from campaign.dialects import insert
from campaign.errors import Refused
from campaign.web import SAFE_METHODS

log = structlog.get_logger()

View = TypeVar("View", bound=Callable[..., Any])
Answer = TypeVar("Answer")

# A Redis that does not answer costs each request this long, once in REDIS_REST.
REDIS_TIMEOUT = 0.25  # seconds
REDIS_REST = 10.0  # seconds


class LimitCounter(Base):
    """How often somebody has asked for something since the window began. Who it was cannot be read from it."""

    __tablename__ = "limit_counter"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # keyed hash of limit and network address
    ends_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


def init_app(app: Flask) -> None:
    """Choose where to count. Raises Refused for a limit that cannot be read: it must not mean "no limit"."""
    for setting in SETTINGS:
        if setting.name.endswith("_LIMIT"):
            _parsed(setting.name, app.config[setting.name])
    storage: Storage = DatabaseStorage()
    if app.config["REDIS_URL"]:
        storage = RedisFirst(app.config["REDIS_URL"], storage)
    app.extensions["limiting"] = FixedWindowRateLimiter(storage)


def limited(setting: str) -> Callable[[View], View]:
    """Answer 429 once a network address has sent a view more than this setting allows. Only unsafe methods count.

    Stands between @public or @requires and the function.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if request.method not in SAFE_METHODS:
                count(setting, f"{request.endpoint} {client()}")
            return view(*args, **kwargs)

        return counted  # type: ignore[return-value]

    return decorate


def count(setting: str, who: str) -> None:
    """One more try by `who`. Raises TooManyRequests beyond what the setting allows.

    Call it before the request's own transaction begins to write.
    """
    limiter: FixedWindowRateLimiter = current_app.extensions["limiting"]
    # The shortest window first: what it refuses does not use up the longer ones.
    for item in sorted(_parsed(setting, current_app.config[setting])):
        if not limiter.hit(item, setting, who):
            resets_at = limiter.get_window_stats(item, setting, who).reset_time
            raise TooManyRequests(retry_after=max(1, ceil(resets_at - time.time())))


def client() -> str:
    """The network this request came from, as far as TRUSTED_PROXIES lets us know."""
    return network(request.remote_addr or "")


def network(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 customer gets as a whole."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ip_network((parsed, 64), strict=False))
        parsed = parsed.ipv4_mapped
    return str(parsed)


def forget_ended(session: Session, *, now: datetime) -> int:
    """Delete the counts of windows that are over; returns how many."""
    deleted: int = session.execute(delete(LimitCounter).where(LimitCounter.ends_at <= now)).rowcount  # type: ignore[attr-defined]
    return deleted


class DatabaseStorage(Storage):
    """Counts in our database. Each is a short transaction of its own, so refused requests are counted too."""

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count and read in one statement: two requests can never see the same number."""
        moment = now()
        is_over = LimitCounter.ends_at <= moment
        with writing() as session:
            row = insert(session, LimitCounter).values(
                key=_hashed(key), ends_at=moment + timedelta(seconds=expiry), count=amount
            )
            statement = row.on_conflict_do_update(
                index_elements=[LimitCounter.key],
                set_={
                    "count": case((is_over, row.excluded.count), else_=LimitCounter.count + row.excluded.count),
                    "ends_at": case((is_over, row.excluded.ends_at), else_=LimitCounter.ends_at),
                },
            )
            counted: int = session.scalars(statement.returning(LimitCounter.count)).one()
        return counted

    def get(self, key: str) -> int:
        row = self._row(key)
        return row.count if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._row(key)
        return (row.ends_at if row else now()).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with writing() as session:
            deleted: int = session.execute(delete(LimitCounter)).rowcount  # type: ignore[attr-defined]
        return deleted

    def clear(self, key: str) -> None:
        with writing() as session:
            session.execute(delete(LimitCounter).where(LimitCounter.key == _hashed(key)))

    def _row(self, key: str) -> LimitCounter | None:
        with Session(db.engine, expire_on_commit=False) as session:
            query = select(LimitCounter).where(LimitCounter.key == _hashed(key), LimitCounter.ends_at > now())
            return session.scalar(query)


class RedisFirst(Storage):
    """Counts in Redis, and in the database for a while whenever Redis does not answer. Never "no limit"."""

    STORAGE_SCHEME = None

    def __init__(self, url: str, otherwise: Storage) -> None:
        super().__init__()
        self._redis = RedisStorage(
            url, wrap_exceptions=True, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT
        )
        self._otherwise = otherwise
        self._rests_until = 0.0

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return self._asked(lambda storage: storage.incr(_hashed(key), expiry, amount))

    def get(self, key: str) -> int:
        return self._asked(lambda storage: storage.get(_hashed(key)))

    def get_expiry(self, key: str) -> float:
        return self._asked(lambda storage: storage.get_expiry(_hashed(key)))

    def check(self) -> bool:
        return self._asked(lambda storage: storage.check())

    def reset(self) -> int | None:
        return self._asked(lambda storage: storage.reset())

    def clear(self, key: str) -> None:
        self._asked(lambda storage: storage.clear(_hashed(key)))

    def _asked(self, question: Callable[[Storage], Answer]) -> Answer:
        if time.monotonic() >= self._rests_until:
            try:
                return question(self._redis)
            except StorageError as error:
                self._rests_until = time.monotonic() + REDIS_REST
                log.warning("redis unavailable", kind=type(error.storage_error).__name__)
        return question(self._otherwise)


def _parsed(setting: str, text: str) -> list[RateLimitItem]:
    try:
        return parse_many(text)
    except ValueError as error:
        raise Refused(
            f"{setting} must look like “30 per minute; 300 per hour”, not “{text}”.", field=setting
        ) from error


def _hashed(key: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()
