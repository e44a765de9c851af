"""The outbox: mails are rows, written in the transaction that caused them and sent by the worker."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any, cast

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from campaign import dialects, waking
from campaign.db import touched
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email, Suppression
from campaign.mail.transport import file_name
from campaign.statements import Statement
from campaign.text import hidden_characters

KEPT = timedelta(days=30)  # how long the desk can see that a mail was sent, and to whom
# Nearly every address. To read one as mail programs do takes thirty times as long.
PLAIN = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE
)
DAY, WEEK = timedelta(hours=24), timedelta(days=7)


class ImpossibleAddress(Refused):
    """Not one address that a mail can be sent to."""


def queue(
    session: Session,
    kind: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    about: str = "",
    group: str = "",
    limited: bool = False,
    now: datetime,
) -> int | None:
    """Put a mail in the outbox; it leaves when the caller's transaction is committed, and not otherwise.

    kind: the folder in templates/mail/ with its subject.txt, body.txt and body.html; context: what they need, plain
    values; about: the row it speaks of ("signature/12"), see `forget`; group: whose budget it draws on
    ("petition/3"); limited: a stranger can cause it, so a mailbox gets MAILBOX_DAY_LIMIT of such mails a day and
    MAILBOX_WEEK_LIMIT a week over the whole site, however its address is spelled.

    Returns the row's number, or None when nothing may be sent: no page may look different then. Raises
    ImpossibleAddress.
    """
    row = _row(kind, to=to, language=language, context=context, about=about, group=group, limited=limited, now=now)
    waking.soon(session, "mail")
    if not limited:
        return _id(_FREELY.row(session, row))
    # Two who ask at once would both see room for one more.
    dialects.take_turns(session, row["room_key"])
    return _id(_WITHIN_LIMITS.row(session, row))


def queue_unseen(
    session: Session,
    kind: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    about: str = "",
    group: str = "",
    now: datetime,
) -> None:
    """As `queue` with `limited`, for who need not know whether anything may be sent: nobody waits for the answer."""
    row = _row(kind, to=to, language=language, context=context, about=about, group=group, limited=True, now=now)
    waking.soon(session, "mail")
    dialects.take_turns(session, row["room_key"])
    _WITHIN_LIMITS.later(session, row)


def queue_nothing(session: Session, key: str) -> None:
    """For a mailbox that gets no mail, as many statements as `queue_unseen` takes, which find nothing. key: its own"""
    waking.soon(session, "mail")
    dialects.take_turns(session, key)
    _NOTHING.later(session, {"key": key})


def _row(
    kind: str, *, to: str, language: str, context: dict[str, Any], about: str, group: str, limited: bool, now: datetime
) -> dict[str, Any]:
    """What `_queueing` is run with."""
    refuse_impossible(to)
    config = current_app.config
    key = mailbox_key(config["SECRET_KEY"], to)
    values = {
        "kind": kind,
        # Made once and stored: a mail sent again after a crash has the same number, and mail programs show it once.
        "message_id": f"<{secrets.token_hex(16)}@{_domain(config['MAIL_FROM'])}>",
        "to_address": to,
        "mailbox_key": key,
        "about": about,
        "group": group,
        "is_limited": limited,
        "language": language,
        "context": context,
        "subject": "",
        "state": "waiting",
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        "last_error": "",
    }
    room = asked(key, most(), now=now) if limited else {"room_key": key}
    return {f"new_{name}": value for name, value in values.items()} | room


@dataclass(frozen=True)
class Most:
    """How many mails that strangers can cause one mailbox gets."""

    in_a_day: int
    in_a_week: int


ANY_NUMBER = Most(2**31 - 1, 2**31 - 1)


def most() -> Most:
    """By this installation's settings."""
    return Most(current_app.config["MAILBOX_DAY_LIMIT"], current_app.config["MAILBOX_WEEK_LIMIT"])


def has_room(*, limited: bool = True) -> ColumnElement[bool]:
    """For queries: whether `queue` would take a mail to a mailbox now. What it is asked with stands in `asked`.

    It holds as long as the caller has its turn (see `dialects.take_turns`), by the mailbox's key.
    """
    key = bindparam("room_key", type_=Email.mailbox_key.type)
    # A subquery takes its table from outside when it can; these must look for themselves.
    room = ~exists().where(Suppression.mailbox_key == key).correlate(None)
    if not limited:
        return room
    got = select(func.count()).where(Email.mailbox_key == key, Email.is_limited).correlate(None)
    for window in ("day", "week"):
        since = bindparam(f"room_{window}", type_=Email.created_at.type)
        lately = got.where(Email.created_at > since).scalar_subquery()
        room = room & (lately < bindparam(f"room_in_a_{window}", type_=Integer))
    return room


def asked(key: str, most: Most, *, now: datetime) -> dict[str, Any]:
    """The parameters of `has_room`. key: the mailbox's (see mailboxes.py)"""
    return {
        "room_key": key,
        "room_day": now - DAY,
        "room_week": now - WEEK,
        "room_in_a_day": most.in_a_day,
        "room_in_a_week": most.in_a_week,
    }


def is_plain(address: str) -> bool:
    """True for an address that needs no closer look: nearly every one."""
    return bool(PLAIN.fullmatch(address)) and "=?" not in address


def refuse_impossible(to: str) -> None:
    """Raise ImpossibleAddress unless a mail can be queued to this address."""
    if is_plain(to):
        return
    try:
        address = Address(addr_spec=to)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise ImpossibleAddress(gettext("Enter one complete e-mail address."), field="email") from error
    if address.addr_spec != to or "." not in address.domain or "=?" in to or hidden_characters(to):
        raise ImpossibleAddress(gettext("Enter one complete e-mail address."), field="email")


def forget(session: Session, *, about: str) -> int:
    """Erase from the outbox what speaks of a row that is being forgotten; returns how many mails that concerned.

    Mails that have not left never will. Of those that have, only the mailbox's key stays, until `forget_sent`: else
    whoever erases themselves could be written to without limit. Files of mails go at the worker's next round.
    """
    unsent = delete(Email).where(Email.about == about, Email.state.in_(("waiting", "working", "failed")))
    sent = update(Email).where(Email.about == about).values(to_address="", subject="", about="", context={})
    statements = (statement.execution_options(synchronize_session=False) for statement in (unsent, sent))
    return sum(touched(session.execute(statement)) for statement in statements)


def withhold(session: Session, abouts: Select[tuple[str]]) -> int:
    """Delete the mails about these rows that have not left; returns how many. abouts: a query of `about` values."""
    unsent = delete(Email).where(Email.about.in_(abouts), Email.state.in_(("waiting", "failed")))
    statement = unsent.execution_options(synchronize_session=False)
    return touched(session.execute(statement))


def forget_sent(session: Session, *, now: datetime) -> int:
    """Delete mails that left a month ago: whom we wrote to is nobody's business for ever. Returns how many."""
    is_old = Email.state.in_(("done", "dropped")) & (Email.done_at <= now - KEPT)
    return touched(session.execute(delete(Email).where(is_old)))


def files(session: Session) -> set[str]:
    """The names of all files that mails with an address became, or are about to."""
    query = select(Email.message_id, Email.created_at).where(Email.to_address != "")
    return {file_name(message_id, created_at) for message_id, created_at in session.execute(query)}


def retry_failed(session: Session, *, now: datetime) -> int:
    """Somebody mended the cause: all failed mails start afresh. Returns how many."""
    values = {"state": "waiting", "due_at": now, "attempts": 0, "last_error": ""}
    statement = update(Email).where(Email.state == "failed").values(values)
    return touched(session.execute(statement))


def _domain(address: str) -> str:
    return address.rpartition("@")[2].rstrip(">") or "localhost"


def _id(row: Any) -> int | None:
    return row.id if row else None


def _queueing(*, limited: bool) -> Insert:
    """INSERT … SELECT … WHERE it may be sent: looking and writing in one go, since each sign waits for it."""
    columns = [column for column in Email.__table__.columns if column.name not in {"id", "lease_until", "done_at"}]
    # Not called as the columns are: those names are SQLAlchemy's own in an INSERT.
    row = select(*(bindparam(f"new_{column.name}", type_=column.type) for column in columns))
    row = row.where(has_room(limited=limited))
    table = cast(Table, Email.__table__)
    return insert(table).from_select([column.name for column in columns], row).returning(table.c.id)


# A mailbox has mails, but none with this number.
_NOTHING = Statement(lambda _insert: delete(Email).where(Email.mailbox_key == bindparam("key"), Email.id == 0))
_FREELY = Statement(lambda _insert: _queueing(limited=False))
_WITHIN_LIMITS = Statement(lambda _insert: _queueing(limited=True))
