"""Looking into the outbox: what waits, what failed and why, and mails that became files."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.mail.models import Email
from campaign.mail.transport import file_name


@dataclass(frozen=True)
class Piece:
    """Part of a mail's text; `href` is "" except for links to this site."""

    text: str
    href: str = ""


def newest() -> Select[tuple[Email]]:
    """Every mail in the outbox, the newest first."""
    return select(Email).order_by(Email.id.desc())


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
