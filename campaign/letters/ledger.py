"""What became of people's letters, in honest words. The text itself is never kept, only its hash."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.errors import NotFound, Refused
from campaign.i18n import gettext, lazy_gettext, ngettext
from campaign.letters.models import SAID, STATES, TRANSITIONS, Letter, LetterTemplate
from campaign.letters.rendering import RenderedLetter

#: what a writer reads about their own letter
WORDS = {
    "prepared": lazy_gettext("Prepared, not sent yet"),
    "opened": lazy_gettext("You opened the form"),
    "printed": lazy_gettext("You printed it"),
    "called": lazy_gettext("You said you called"),
    "self-sent": lazy_gettext("You said you sent it"),
    "asked": lazy_gettext("Not sent yet: open the link we mailed you"),
    "queued": lazy_gettext("Waiting for its turn: it leaves from here soon"),
    "sending": lazy_gettext("Leaving at this moment"),
    "held": lazy_gettext("Not sent: the office cannot be written to from here any more. Choose another way."),
    "sent": lazy_gettext("Sent by us"),
    "bounced": lazy_gettext("It came back: the office’s mailbox did not take it"),
    "unknown": lazy_gettext("It may have been sent; we stopped in the middle and do not send it twice"),
}
assert set(WORDS) == set(STATES)  # noqa: S101  # a state without words would print its code
# For queries: when a letter became what it is.
last_at = func.coalesce(Letter.changed_at, Letter.created_at)


class WrongState(Refused):
    """A letter in this state cannot go there."""


def prepare(
    session: Session, template: LetterTemplate, letter: RenderedLetter, *, mine: Collection[int], now: datetime
) -> Letter:
    """Record that somebody prepared this letter. Preparing it again changes their row instead of adding one.

    letter: what rendering.finished returned; mine: ids of the rows this browser made.
    """
    row = own(session, template, mine=mine).get(letter.post.id)
    if row is None or row.state not in ("prepared", *SAID):
        # What we sent, or are to send, stays in the ledger as it was.
        row = Letter(template_id=template.id, post_id=letter.post.id, created_at=now)
    describe(row, letter)
    session.add(row)
    session.flush()
    return row


def describe(row: Letter, letter: RenderedLetter) -> None:
    """Write down what the letter says, and on what knowledge it rests."""
    row.membership_id = letter.membership.id if letter.membership else None
    row.person_id = letter.membership.person_id if letter.membership else None
    row.post_label, row.holder_name = letter.post.label, letter.holder_name
    row.roster_as_of, row.roster_source = letter.as_of, letter.source
    row.text_sha256 = text_sha256(letter.subject, letter.body)


def text_sha256(subject: str, body: str) -> str:
    """What the ledger keeps of a text: enough to prove which one it was, for those who have it."""
    return hashlib.sha256(f"{subject}\n\n{body}".encode()).hexdigest()


def own(session: Session, template: LetterTemplate, *, mine: Collection[int]) -> dict[str, Letter]:
    """This browser's letters of this template, by post id; the newest to each."""
    query = select(Letter).where(Letter.template_id == template.id, Letter.id.in_(mine)).order_by(Letter.id)
    return {row.post_id: row for row in session.scalars(query)}


def report(
    session: Session,
    template: LetterTemplate,
    post_id: str,
    state: str,
    *,
    mine: Collection[int],
    now: datetime,
) -> Letter:
    """The writer says what they did. Saying it twice changes nothing. Raises NotFound and WrongState."""
    row = own(session, template, mine=mine).get(post_id)
    if row is None:
        raise NotFound(gettext("Prepare the letter first."))
    if state != row.state:
        if state not in SAID:
            raise WrongState(gettext("This letter cannot be marked like that any more."))
        move(row, state, now=now)
    return row


def can_say(row: Letter) -> set[str]:
    """What the writer of this letter may still say they did."""
    return set(SAID).intersection(TRANSITIONS[row.state])


def move(row: Letter, to: str, *, now: datetime) -> None:
    """Change the state. Raises WrongState."""
    if to not in TRANSITIONS[row.state]:
        raise WrongState(gettext("This letter cannot be marked like that any more."))
    row.state, row.changed_at = to, now


def at(row: Letter) -> datetime:
    """When the letter became what it is: was prepared, printed, sent …"""
    return row.changed_at or row.created_at


def tallies(session: Session, template_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many letters of each of these templates are in each state; every letter counts once, where it is now."""
    query = select(Letter.template_id, Letter.state, func.count().label("number"))
    query = query.where(Letter.template_id.in_(template_ids)).group_by(Letter.template_id, Letter.state)
    found: dict[int, dict[str, int]] = {id: {} for id in template_ids}
    for row in session.execute(query):
        found[row.template_id][row.state] = row.number
    return found


def in_words(counts: Mapping[str, int]) -> list[str]:
    """A tally for people: "12 letters prepared", "7 forms opened". Only what a mail server took is called sent by us.

    Letters under way to that are prepared, and so is whatever may or may not have arrived.
    """
    prepared = sum(counts.values())
    sentences = [
        (prepared, ngettext("%(num)s letter prepared", "%(num)s letters prepared", prepared)),
        *((counts.get(state, 0), _phrase(state, counts.get(state, 0))) for state in ("opened", "printed", "called")),
        *((counts.get(state, 0), _phrase(state, counts.get(state, 0))) for state in ("self-sent", "sent")),
    ]
    return [words for number, words in sentences if number]


def _phrase(state: str, n: int) -> str:
    match state:
        case "opened":
            return ngettext("%(num)s person opened the form", "%(num)s people opened the form", n)
        case "printed":
            return ngettext("%(num)s letter printed", "%(num)s letters printed", n)
        case "called":
            return ngettext("%(num)s person said they called", "%(num)s people said they called", n)
        case "self-sent":
            return ngettext("%(num)s person said they sent it", "%(num)s people said they sent it", n)
        case _:
            return ngettext("%(num)s letter sent by us", "%(num)s letters sent by us", n)
