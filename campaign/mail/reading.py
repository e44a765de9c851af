"""Looking into the outbox: what waits, what failed and why, and mails that became files."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.leases import STATES
from campaign.mail.models import Email
from campaign.mail.transport import file_name


@dataclass(frozen=True)
class Piece:
    """Part of a mail's text; `href` is "" except for links to this site."""

    text: str
    href: str = ""


# What the desk can be asked to show, and the states that means.
SHOWN: dict[str, tuple[str, ...]] = {
    "all": STATES,
    "waiting": ("waiting", "working"),
    "failed": ("failed",),
    "sent": ("done",),
}


@dataclass(frozen=True)
class Numbers:
    """How the outbox stands. oldest: since when the mail that has waited longest is due; None when none is."""

    by_state: dict[str, int]
    oldest: datetime | None

    def of(self, shown: str) -> int:
        """How many mails the desk shows under this word of SHOWN."""
        return sum(self.by_state.get(state, 0) for state in SHOWN[shown])


def newest(shown: str = "all") -> Select[tuple[Email]]:
    """The mails the desk shows under a word of SHOWN, the newest first; those that wait, the longest waiting first."""
    query = select(Email)
    if shown == "all":
        return query.order_by(Email.id.desc())
    query = query.where(Email.state.in_(SHOWN[shown]))
    return query.order_by(Email.due_at) if shown == "waiting" else query.order_by(Email.id.desc())


def numbers(session: Session, *, now: datetime) -> Numbers:
    """How many mails there are in each state, and how long the oldest has waited."""
    counted = session.execute(select(Email.state, func.count().label("number")).group_by(Email.state))
    oldest = session.scalar(select(func.min(Email.due_at)).where(Email.state == "waiting", Email.due_at <= now))
    return Numbers({row.state: row.number for row in counted}, oldest)


def get(session: Session, email_id: int) -> Email:
    """The mail with this number. Raises NotFound."""
    email = session.get(Email, email_id)
    if email is None:
        raise NotFound(gettext("There is no such mail."))
    return email


def text_of(email: Email, folder: Path) -> str:
    """The text of a mail that became a file in `folder`. Raises NotFound when the file is not, or no longer, there."""
    path = folder / file_name(email.message_id, email.created_at)
    try:
        message = message_from_bytes(path.read_bytes(), policy=default)
    except FileNotFoundError as error:
        raise NotFound(gettext("The file of this mail is not there. It may not be written yet.")) from error
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def pieces(text: str, base_url: str) -> list[Piece]:
    """The text cut into plain parts and links. Only addresses on this site become links.

    >>> [piece.text for piece in pieces("Open http://localhost/a.", "http://localhost") if piece.href]
    ['http://localhost/a']
    """
    link = re.compile(f'({re.escape(base_url.rstrip("/"))}/[^\\s<>"]*[^\\s<>".,;:!?)’”])')
    return [Piece(part, part if link.fullmatch(part) else "") for part in link.split(text) if part]
