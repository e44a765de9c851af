"""Signing: a row that waits for its confirmation, once per person, however many submits arrive at once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from campaign import areas, dialects
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.mail import outbox
from campaign.mail.mailboxes import deliverable, mailbox_key
from campaign.petitions import links, mailing
from campaign.petitions.looking import Found, Known, Look
from campaign.petitions.models import Petition, Signature
from campaign.petitions.signers import signer_key
from campaign.petitions.terms import Terms, TermsChanged
from campaign.statements import Statement
from campaign.text import fold

# One mail about one petition to one mailbox in this time, whoever types the address in how often.
MAIL_PAUSE = timedelta(hours=24)
# People who may share one mailbox, told apart by their names: a couple, a parent and a child.
SHARERS = 2

Mail = Literal["confirm", "already"]


_SIGNATURES = cast(Table, Signature.__table__)


_TYPED = (
    *("petition_text_id", "email", "given_name", "family_name", "country", "postcode", "city", "area", "organisation"),
    *("phone", "answers", "comment", "show_name", "subscribe", "subscribed_at", "consent_wording_id", "language"),
    *("domain", "is_disposable", "network_key", "mailed_at", "created_at"),
)
_UNLESS_TAKEN = Statement(
    lambda insert: (
        insert(_SIGNATURES)
        .on_conflict_do_nothing(index_elements=["petition_id", "signer_key", "slot"])
        .returning(_SIGNATURES.c.id)
    ),
    *("petition_id", "signer_key", "slot", "state", "state_before", *_TYPED),
)


def _if_due(**values: Any) -> Any:
    """Of those who enter an address at once one finds it due, and the row is theirs until they have committed."""
    is_long_ago = or_(_SIGNATURES.c.mailed_at.is_(None), _SIGNATURES.c.mailed_at <= bindparam("before"))
    # By the number alone: else PostgreSQL may look through all rows of that state, while it has not counted them yet.
    is_due = case((_SIGNATURES.c.state == bindparam("was"), is_long_ago), else_=False)
    return (
        update(_SIGNATURES)
        .where(_SIGNATURES.c.id == bindparam("known_id"), is_due)
        .values(mailed_at=bindparam("new_mailed_at"), **values)
        .returning(_SIGNATURES.c.id)
    )


_TELL_AGAIN = Statement(lambda _insert: _if_due())
_SIGN_ANEW = Statement(
    lambda _insert: _if_due(
        state="pending",
        confirmed_at=None,
        **{name: bindparam(f"new_{name}") for name in _TYPED if name != "mailed_at"},
    )
)
# For whom there is nothing to do: see `_place`.
_LOOK = Statement(lambda _insert: select(_SIGNATURES.c.state).where(_SIGNATURES.c.id == bindparam("known_id")))


class PetitionNotOpen(Refused):
    """Nobody can sign yet."""


class PetitionClosed(Refused):
    """Nobody can sign any more."""


class TextChanged(Refused):
    """There is a newer text than the one this person read. Show it to them, and ask again."""


@dataclass(frozen=True)
class Signed:
    """What became of a submit. The person must be shown the same page in every case.

    id       of the signature
    mail     the mail to send: a confirmation, "you have signed already", or none as one went out just before
    to       whom that mail goes to; None without a mail
    secrets  what it holds to open the signature's page; None without a mail
    """

    session: Session = field(repr=False)
    id: int
    mail: Mail | None
    to: mailing.Signer | None = None
    secrets: links.Secrets | None = None

    @property
    def signature(self) -> Signature:
        """The row, read when somebody asks for it: who signs does not."""
        return self.session.get_one(Signature, self.id, populate_existing=True)


def sign(
    session: Session,
    petition: Petition | Terms,
    *,
    given_name: str,
    family_name: str = "",
    email: str,
    country: str,
    postcode: str = "",
    city: str = "",
    organisation: str = "",
    phone: str = "",
    answers: dict[str, str] | None = None,
    comment: str = "",
    show_name: bool = False,
    subscribe: bool = False,
    consent_wording_id: int | None = None,
    is_disposable: bool = False,
    network_key: str = "",
    text_version: int | None = None,
    language: str,
    most_mails: outbox.Most = outbox.ANY_NUMBER,
    secret: str,
    now: datetime,
) -> Signed:
    """Put somebody's name under the petition's newest text, to be counted once they confirm.

    answers: by the id of the question; consent_wording_id: what they agreed to when they asked for updates;
    network_key: stands for the network they came from (see networks.py); text_version: of the text they were shown,
    None when not known; most_mails: of one mailbox; secret: keys the hash by which the same mailbox is known again.

    What was typed replaces an older entry, and ends its links, only when a mail can follow: queue it in the same
    transaction. A link confirms what its reader was shown: were the entry changed without one, a stranger who knows
    the address could put words of theirs under it. And a mailbox that gets no more mail today keeps the link it has.

    Raises PetitionNotOpen, PetitionClosed, TextChanged when text_version is older than the newest, and TermsChanged
    when terms are given that no longer hold.
    """
    look = Look(session, petition.id, signer_key(secret, email), mailbox_key(secret, deliverable(email)), most_mails)
    # Whoever closes, pauses or changes the text goes alone: then no signature that saw the petition as it was follows.
    dialects.go_together(session, petition.campaign_id, turn=look.mailbox)
    found = look.found(now=now)
    newest = _to_sign(found.terms, petition, text_version, now=now)
    values = {
        "petition_text_id": newest.text_id, "email": email, "given_name": given_name, "family_name": family_name,
        "country": country, "postcode": postcode, "city": city, "area": areas.of(country, postcode),
        "organisation": organisation, "phone": phone, "answers": answers or {}, "comment": comment,
        "show_name": show_name, "subscribe": subscribe, "subscribed_at": now if subscribe else None,
        "consent_wording_id": consent_wording_id if subscribe else None, "language": language,
        "domain": deliverable(email).rpartition("@")[2].lower(), "is_disposable": is_disposable,
        "network_key": network_key, "mailed_at": now, "created_at": now,
    }  # fmt: skip
    id, known, mail = _place(look, found, values, now=now)
    if mail is None:
        _take_as_long(look)
        return Signed(session, id, None)
    told = known if mail == "already" else None
    issued = links.replace(session, id, secret=secret, has_code=not told, instead=not told, now=now)
    return Signed(session, id, mail, _known_signer(told, newest) if told else _new_signer(id, values, newest), issued)


def _to_sign(terms: Terms | None, petition: Petition | Terms, text_version: int | None, *, now: datetime) -> Terms:
    if isinstance(petition, Terms) and petition != terms:
        raise TermsChanged
    if terms is not None and terms.is_ended(now=now):
        raise PetitionClosed(gettext("This petition is closed. It can no longer be signed."))
    if terms is not None and terms.paused_at:
        raise PetitionNotOpen(gettext("This petition is paused. It cannot be signed at the moment."))
    if terms is None or not terms.is_open(now=now):
        raise PetitionNotOpen(gettext("This petition is not open yet. Come back later."))
    if text_version is not None and text_version < terms.text_version:
        message = gettext("The text of this petition has changed. Read it again, then sign if you still agree.")
        raise TextChanged(message)
    return terms


def _place(look: Look, found: Found, values: dict[str, Any], *, now: datetime) -> tuple[int, Known | None, Mail | None]:
    """The id of this person's row among those who share the mailbox, how it was if it was there, and the mail it takes.

    Looking came first although most are new: so it takes as many steps for a new address as for one that has signed,
    and nobody can tell them apart by the clock. What decides is the unique key, never that look.
    """
    while True:
        sharers = found.sharers
        mine = next((known for known in sharers if _is_same_person(known, values)), None)
        # A row without a name is of somebody who withdrew, or never confirmed.
        mine = mine or next((known for known in sharers if not known.given_name), None)
        if mine:
            return mine.id, mine, _sign_again(look.session, mine, values, has_room=found.has_room, now=now)
        free = [slot for slot in range(1, SHARERS + 1) if slot not in {known.slot for known in sharers}]
        if not free:
            first = sharers[0]
            return first.id, first, _tell_again(look.session, first, has_room=found.has_room, now=now)
        inserted = _insert(look, free[0], values)
        if inserted:
            return inserted, None, "confirm" if found.has_room else None
        # Somebody was quicker, or said "this was not me" between the statements: look again.
        found = look.found(now=now)


def _insert(look: Look, slot: int, values: dict[str, Any]) -> int | None:
    """The id of a new pending signature; None when the slot is taken."""
    place = {"petition_id": look.petition_id, "signer_key": look.key, "slot": slot}
    row = _UNLESS_TAKEN.row(look.session, values | place | {"state": "pending", "state_before": ""})
    return row.id if row else None


def _new_signer(id: int, values: dict[str, Any], terms: Terms) -> mailing.Signer:
    """Who has just signed, by what they typed: the row holds nothing else."""
    typed = {name: values[name] for name in ("email", "given_name", "language")}
    return mailing.Signer(id, terms.id, **typed, demand=terms.demand, campaign_title=terms.title)


def _known_signer(known: Known, terms: Terms) -> mailing.Signer:
    """Who had signed, by what they typed then, and with the text they agreed to."""
    then = {name: getattr(known, name) for name in ("email", "given_name", "language", "demand")}
    return mailing.Signer(known.id, terms.id, **then, campaign_title=terms.title)


def _is_same_person(known: Known, values: dict[str, Any]) -> bool:
    """Spelling, order and accents aside: who signs twice from one mailbox rarely types their name alike."""
    return _name(known.given_name, known.family_name) == _name(values["given_name"], values["family_name"])


def _name(*names: str) -> list[str]:
    letters = "".join(char if char.isalnum() else " " for char in fold(" ".join(names)))
    return sorted(letters.split())


def _sign_again(session: Session, mine: Known, values: dict[str, Any], *, has_room: bool, now: datetime) -> Mail | None:
    if mine.state == "confirmed":
        return _tell_again(session, mine, has_room=has_room, now=now)
    if not has_room or mine.state == "invalidated":
        _LOOK.rows(session, {"known_id": mine.id})
        return None
    # Who withdrew or let it expire may change their mind at once.
    pause = MAIL_PAUSE if mine.state == "pending" else -MAIL_PAUSE
    typed = {f"new_{name}": values[name] for name in _TYPED}
    due = _SIGN_ANEW.row(session, typed | {"known_id": mine.id, "was": mine.state, "before": now - pause})
    return "confirm" if due else None


def _tell_again(session: Session, known: Known, *, has_room: bool, now: datetime) -> Mail | None:
    """Nothing about the signature changes; its signer hears that somebody entered their address."""
    if not has_room or known.state != "confirmed":
        _LOOK.rows(session, {"known_id": known.id})
        return None
    values = {"known_id": known.id, "was": known.state, "before": now - MAIL_PAUSE, "new_mailed_at": now}
    return "already" if _TELL_AGAIN.row(session, values) else None


def _take_as_long(look: Look) -> None:
    """Where no mail is due, take as many statements as queueing one takes (see `_place`), and wake as many workers."""
    links.replace_nobodys(look.session, look.key)
    outbox.queue_nothing(look.session, look.mailbox)
