"""Limits on how often something may be asked for: exact across threads, processes and machines.

Counts are rows of our own database, or of a Redis that many machines share; when that one is away, rows again.
"""

import hmac
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache, lru_cache, wraps
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request
from limits.errors import StorageError
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import String, bindparam, case, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import TooManyRequests

from campaign.acts import Act, Window, parsed
from campaign.config import SETTINGS
from campaign.db import Base, now, touched, writing
from campaign.errors import Refused
from campaign.statements import Statement
from campaign.web import SAFE_METHODS

log = structlog.get_logger()

View = TypeVar("View", bound=Callable[..., Any])
Answer = TypeVar("Answer")

# A Redis that does not answer costs each request this long, once in REDIS_REST.
REDIS_TIMEOUT = 0.25  # seconds
REDIS_REST = 10.0  # seconds

# What a network that many people share may do, as a multiple of what one household may.
SHARED_NETWORK = 50


class LimitCounter(Base):
    """How often somebody has asked for something since the window began. Who it was cannot be read from it."""

    __tablename__ = "limit_counter"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # keyed hash of limit and network address
    ends_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


def init_app(app: Flask) -> None:
    """Choose where to count. Raises Refused for a limit that cannot be read: it must not mean "no limit"."""
    for setting in SETTINGS:
        if setting.name.endswith("_LIMIT") and isinstance(setting.default, str):
            parsed(setting.name, app.config[setting.name])
    storage: Storage = DatabaseStorage()
    if app.config["REDIS_URL"]:
        storage = RedisFirst(app.config["REDIS_URL"], storage)
    app.extensions["limiting"] = FixedWindowRateLimiter(storage)
    _networks(tuple(app.config["SIGN_LIMIT_NETWORKS"]))


def limited(setting: str) -> Callable[[View], View]:
    """Answer 429 once a network address has sent a view more than this setting allows. Only unsafe methods count.

    Stands between @public or @requires and the function.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if request.method not in SAFE_METHODS:
                with writing() as session:
                    count_client_within(session, setting)
            return view(*args, **kwargs)

        return counted  # type: ignore[return-value]

    return decorate


def count(setting: str, who: str) -> None:
    """One more try by `who`, in a transaction of its own. Raises TooManyRequests beyond what the setting allows.

    Call it before the request's own transaction begins to write.
    """
    with writing() as session:
        count_within(session, setting, who)


def count_within(session: Session, setting: str, who: str, *, times: int = 1) -> None:
    """One more act by `who`, counted when the caller's transaction is committed and not otherwise.

    times: how many times as much as the setting says they may do. Raises TooManyRequests, as `count` does. On
    PostgreSQL others with the same `who` wait until the transaction ends.
    """
    count_all_within(session, [Act(setting, who, times)])


def count_all_within(session: Session, acts: Sequence[Act]) -> None:
    """As `count_within`, several limits at once, in one statement: everybody who signs waits for it."""
    token = _session.set(session)
    try:
        _count(acts)
    finally:
        _session.reset(token)


def count_client_within(session: Session, setting: str) -> None:
    """One more act of the network this request came from, as `count_within` counts."""
    count_all_within(session, [by_client(setting)])


def by_client(setting: str) -> Act:
    """An act of the network this request came from. One of SIGN_LIMIT_NETWORKS counts as a whole, and may do more."""
    address = client()
    shared = _shared_network(address) if setting == "SIGN_LIMIT" else None
    return Act(setting, f"{request.endpoint} {shared or address}", SHARED_NETWORK if shared else 1)


def client() -> str:
    """The network this request came from, as far as TRUSTED_PROXIES lets us know."""
    _warn_of_proxy()
    return network(request.remote_addr or "")


@lru_cache(maxsize=256)  # a request asks several times
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
    return touched(session.execute(delete(LimitCounter).where(LimitCounter.ends_at <= now)))


# The transaction in which to count; without one, the database gets a short one for each number.
_session: ContextVar[Session | None] = ContextVar("session", default=None)


@contextmanager
def _transaction() -> Iterator[Session]:
    session = _session.get()
    if session is not None:
        yield session
        return
    with writing() as own:
        yield own


class Windows(Storage):
    """What we ask of a place to count, besides what `limits` asks."""

    def first_full(self, windows: list[Window]) -> Window | None:
        """One more in each window; the first that has no room for it, if any.

        windows: of each act the shortest first, so that what it refuses does not use up the longer ones.
        """
        full = (window for window in windows if self.incr(window.key, window.item.get_expiry()) > window.item.amount)
        return next(full, None)


class DatabaseStorage(Windows):
    """Counts in our database."""

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return self._count([(_hashed(key), expiry)], amount)[0]

    def first_full(self, windows: list[Window]) -> Window | None:
        """All in one statement. Who is refused rolls back the rest."""
        counted = self._count([(_hashed(window.key), window.item.get_expiry()) for window in windows], 1)
        full = (window for window, number in zip(windows, counted, strict=True) if number > window.item.amount)
        return next(full, None)

    def _count(self, keys: list[tuple[str, int]], amount: int) -> list[int]:
        """Count and read in one statement: two requests can never see the same number. keys: and their seconds."""
        moment = now()
        values: dict[str, Any] = {"now": moment, "amount": amount}
        for number, (key, expiry) in enumerate(keys):
            length = timedelta(seconds=expiry)
            # A window that ends later than any can was begun before the clock was put back: nobody waits for it.
            times = {f"ends_at_{number}": moment + length, f"latest_{number}": moment + 2 * length}
            values |= times | {f"key_{number}": key}
        with _transaction() as session:
            counted = dict(_one_more(len(keys)).rows(session, values))
        return [counted[key] for key, _ in keys]

    def get(self, key: str) -> int:
        row = self._row(key)
        return row.count if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._row(key)
        return (row.ends_at if row else now()).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with _transaction() as session:
            return touched(session.execute(delete(LimitCounter)))

    def clear(self, key: str) -> None:
        with _transaction() as session:
            session.execute(delete(LimitCounter).where(LimitCounter.key == _hashed(key)))

    def _row(self, key: str) -> LimitCounter | None:
        query = select(LimitCounter).where(LimitCounter.key == _hashed(key), LimitCounter.ends_at > now())
        with _transaction() as session:
            row = session.scalar(query)
            if row is not None:
                session.expunge(row)
            return row


@cache
def _one_more(keys: int) -> Statement:
    """For so many keys at once."""

    def build(insert: Any) -> Any:
        def sent(name: str, column: Any) -> Any:
            return bindparam(name, type_=column.type)

        row = insert(LimitCounter).values(
            [
                {
                    LimitCounter.key: sent(f"key_{number}", LimitCounter.key),
                    LimitCounter.ends_at: sent(f"ends_at_{number}", LimitCounter.ends_at),
                    LimitCounter.count: sent("amount", LimitCounter.count),
                }
                for number in range(keys)
            ]
        )
        latest = case(
            *(
                (
                    row.excluded.key == sent(f"key_{number}", LimitCounter.key),
                    sent(f"latest_{number}", LimitCounter.ends_at),
                )
                for number in range(keys)
            )
        )
        is_over = or_(LimitCounter.ends_at <= sent("now", LimitCounter.ends_at), LimitCounter.ends_at > latest)
        return row.on_conflict_do_update(
            index_elements=[LimitCounter.key],
            set_={
                "count": case((is_over, row.excluded.count), else_=LimitCounter.count + row.excluded.count),
                "ends_at": case((is_over, row.excluded.ends_at), else_=LimitCounter.ends_at),
            },
        ).returning(LimitCounter.key, LimitCounter.count)

    return Statement(build)


class RedisFirst(Windows):
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


def _shared_network(address: str) -> str | None:
    networks = _networks(tuple(current_app.config["SIGN_LIMIT_NETWORKS"]))
    if not networks or address == "unknown":
        return None
    first = ip_network(address, strict=False).network_address
    return next((str(shared) for shared in networks if first in shared), None)


@cache
def _networks(written: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(text) for text in written)
    except ValueError as error:
        message = f"SIGN_LIMIT_NETWORKS: {error}. Write each like 192.0.2.0/24 or 2001:db8::/48."
        raise Refused(message, field="SIGN_LIMIT_NETWORKS") from error


def _warn_of_proxy() -> None:
    """Once: behind a proxy that nobody told us of, all visitors share one limit."""
    is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if is_forwarded and not current_app.config["TRUSTED_PROXIES"] and "warned of proxy" not in current_app.extensions:
        current_app.extensions["warned of proxy"] = True
        log.warning("forwarded header ignored", remedy="Is there a proxy of yours? Then set TRUSTED_PROXIES=1.")


def _count(acts: Sequence[Act]) -> None:
    windows = [window for act in acts for window in act.windows()]
    if not windows:
        return
    limiter: FixedWindowRateLimiter = current_app.extensions["limiting"]
    storage: Windows = limiter.storage  # type: ignore[assignment]
    full = storage.first_full(windows)
    if full is not None:
        resets_at = limiter.get_window_stats(full.item, *full.whose).reset_time
        raise TooManyRequests(retry_after=max(1, ceil(resets_at - time.time())))


def _hashed(key: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(secret, key.encode(), "sha256").hex()
