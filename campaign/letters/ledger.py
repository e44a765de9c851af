"""What became of people's letters, in honest words. The text itself is never kept, only its hash."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.errors import NotFound, Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.letters.models import STATES, Letter, LetterTemplate
from campaign.letters.rendering import RenderedLetter

#: what may follow what: nothing goes back, and printing may follow opening a form
NEXT = {
    "prepared": {"opened", "printed", "self-sent"},
    "opened": {"printed", "self-sent"},
    "printed": {"opened", "self-sent"},
    "self-sent": set[str](),
}
WORDS = {
    "prepared": lazy_gettext("Prepared, not sent yet"),
    "opened": lazy_gettext("You opened the form"),
    "printed": lazy_gettext("You printed it"),
    "self-sent": lazy_gettext("You said you sent it"),
}
assert set(NEXT) == set(WORDS) == set(STATES)  # noqa: S101  # a state without words would print its code


class WrongState(Refused):
    """A letter in this state cannot go there."""


def prepare(
    session: Session, template: LetterTemplate, letter: RenderedLetter, *, mine: Collection[int], now: datetime
) -> Letter:
    """Record that somebody prepared this letter. Preparing it again changes their row instead of adding one.

    letter: what rendering.finished returned; mine: ids of the rows this browser made.
    """
    text = f"{letter.subject}\n\n{letter.body}"
    row = own(session, template, mine=mine).get(letter.post.id)
    if row is None:
        row = Letter(template_id=template.id, post_id=letter.post.id, created_at=now)
        session.add(row)
    row.membership_id = letter.membership.id if letter.membership else None
    row.roster_as_of = letter.as_of
    row.text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    session.flush()
    return row


def own(session: Session, template: LetterTemplate, *, mine: Collection[int]) -> dict[str, Letter]:
    """This browser's letters of this template, by post id."""
    query = select(Letter).where(Letter.template_id == template.id, Letter.id.in_(mine))
    return {row.post_id: row for row in session.scalars(query)}


def report(session: Session, template: LetterTemplate, post_id: str, state: str, *, mine: Collection[int]) -> Letter:
    """The writer says what they did. Saying it twice changes nothing. Raises NotFound and WrongState."""
    row = own(session, template, mine=mine).get(post_id)
    if row is None:
        raise NotFound(gettext("Prepare the letter first."))
    if state != row.state:
        if state not in NEXT[row.state]:
            raise WrongState(gettext("This letter cannot be marked like that any more."))
        row.state = state
    return row
