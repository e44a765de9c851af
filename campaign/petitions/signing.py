"""Signing: a row that waits for its confirmation, once per person, however many submits arrive at once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Row, Table, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from campaign import areas, dialects, waking
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.mail.mailboxes import deliverable
from campaign.mail.models import Email
from campaign.petitions import links, mailing
from campaign.petitions.models import Petition, PetitionText, Signature, SignatureLink
from campaign.petitions.signers import signer_key
from campaign.petitions.terms import Terms, TermsChanged
from campaign.petitions.terms import of as terms_of
from campaign.petitions.transitions import move
from campaign.statements import Statement
from campaign.text import fold

# One mail about one petition to one mailbox in this time, whoever types the address in how often.
MAIL_PAUSE = timedelta(hours=24)
# People who may share one mailbox, told apart by their names: a couple, a parent and a child.
SHARERS = 2

Mail = Literal["confirm", "already"]


_SIGNATURES = cast(Table, Signature.__table__)
_KNOWN = ("id", "slot", "state", "petition_text_id", "email", "given_name", "family_name", "language", "mailed_at")
_SHARERS = Statement(
    lambda _insert: (
        select(*(_SIGNATURES.c[name] for name in _KNOWN))
        .where(_SIGNATURES.c.petition_id == bindparam("id"), _SIGNATURES.c.signer_key == bindparam("key"))
        .order_by(_SIGNATURES.c.slot)
    )
)
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
_IF_DUE = Statement(
    lambda _insert: (
        update(_SIGNATURES)
        .where(_SIGNATURES.c.id == bindparam("known"), _SIGNATURES.c.state == bindparam("was"))
        .where(or_(_SIGNATURES.c.mailed_at.is_(None), _SIGNATURES.c.mailed_at <= bindparam("before")))
        .values(mailed_at=bindparam("now"))
        .returning(_SIGNATURES.c.id)
    )
)
# For whom there is nothing to do: see `_place`.
_LOOK = Statement(lambda _insert: select(_SIGNATURES.c.state).where(_SIGNATURES.c.id == bindparam("known")))
_LOOK_FOR_LINK = Statement(
    lambda _insert: select(SignatureLink.tries).where(SignatureLink.token_hash == bindparam("hash"))
)
_LOOK_FOR_MAIL = Statement(
    lambda _insert: select(func.count().label("mails")).where(Email.mailbox_key == bindparam("key"))
)


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
    older    the entry that what was typed replaces once that mail is queued (see `settle`); None when there is none
    typed    what replaces it
    """

    session: Session = field(repr=False)
    id: int
    mail: Mail | None
    to: mailing.Signer | None = None
    secrets: links.Secrets | None = None
    older: Row[Any] | None = field(default=None, repr=False)
    typed: dict[str, Any] = field(default_factory=dict, repr=False)

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
    secret: str,
    now: datetime,
) -> Signed:
    """Put somebody's name under the petition's newest text, to be counted once they confirm.

    answers: by the id of the question; consent_wording_id: what they agreed to when they asked for updates;
    network_key: stands for the network they came from (see networks.py); text_version: of the text they were shown,
    None when that is not known; secret: keys the hash by which the same mailbox is known again.

    Raises PetitionNotOpen, PetitionClosed, TextChanged when text_version is older than the newest, and TermsChanged
    when terms are given that no longer hold.
    """
    terms = _terms_to_sign(session, petition, now=now)
    if text_version is not None and text_version < terms.text_version:
        message = gettext("The text of this petition has changed. Read it again, then sign if you still agree.")
        raise TextChanged(message)
    values = {
        "petition_text_id": terms.text_id, "email": email, "given_name": given_name, "family_name": family_name,
        "country": country, "postcode": postcode, "city": city, "area": areas.of(country, postcode),
        "organisation": organisation, "phone": phone, "answers": answers or {}, "comment": comment,
        "show_name": show_name, "subscribe": subscribe, "subscribed_at": now if subscribe else None,
        "consent_wording_id": consent_wording_id if subscribe else None, "language": language,
        "domain": deliverable(email).rpartition("@")[2].lower(), "is_disposable": is_disposable,
        "network_key": network_key, "mailed_at": now, "created_at": now,
    }  # fmt: skip
    key = signer_key(secret, email)
    id, found, mail = _place(session, petition, key, values, now=now)
    if mail is None:
        _take_as_long(session, key)
        return Signed(session, id, None)
    if mail == "already" and found:
        known = _known_signer(session, found, terms)
        return Signed(session, id, mail, known, links.issue(session, id, secret=secret, has_code=False, now=now))
    issued = links.issue(session, id, secret=secret, now=now)
    return Signed(session, id, mail, _new_signer(id, values, terms), issued, older=found, typed=values)


def settle(session: Session, signed: Signed, *, is_mailed: bool, now: datetime) -> None:
    """Call it in the same transaction once the mail is queued, or could not be.

    What was typed replaces an older entry, and ends its links, only together with a mail. A link confirms what its
    reader was shown: were the entry changed without one, a stranger who knows the address could put words of theirs
    under it. And a mailbox that gets no more mail today keeps the link it has.
    """
    if signed.older is None or signed.secrets is None:
        return
    mine = update(Signature).where(Signature.id == signed.id).execution_options(synchronize_session=False)
    if not is_mailed:
        links.take_back(session, signed.secrets)
        session.execute(mine.values(mailed_at=signed.older.mailed_at))
        return
    if signed.older.state != "pending":
        move(session, signed.signature, "pending", now=now)
    session.execute(mine.values(**signed.typed))
    links.revoke(session, signed.id, but=signed.secrets)


def _terms_to_sign(session: Session, petition: Petition | Terms, *, now: datetime) -> Terms:
    """A look at state, times and text within this transaction, together with others who sign.

    Whoever closes, pauses or changes the text goes alone: once that is committed, no signature that still saw the
    petition as it was can follow.
    """
    dialects.go_together(session, petition.campaign_id)
    terms = terms_of(session, petition.id)
    if isinstance(petition, Terms) and petition != terms:
        raise TermsChanged
    if terms is not None and terms.is_ended(now=now):
        raise PetitionClosed(gettext("This petition is closed. It can no longer be signed."))
    if terms is not None and terms.paused_at:
        raise PetitionNotOpen(gettext("This petition is paused. It cannot be signed at the moment."))
    if terms is None or not terms.is_open(now=now):
        raise PetitionNotOpen(gettext("This petition is not open yet. Come back later."))
    return terms


def _place(
    session: Session, petition: Petition | Terms, key: str, values: dict[str, Any], *, now: datetime
) -> tuple[int, Row[Any] | None, Mail | None]:
    """The id of this person's row among those who share the mailbox, how it was if it was there, and the mail it takes.

    Looking comes first although most are new: so it takes as many steps for a new address as for one that has signed,
    and nobody can tell them apart by the clock. What decides is the unique key, never that look.
    """
    while True:
        sharers = _SHARERS.rows(session, {"id": petition.id, "key": key})
        mine = next((row for row in sharers if _is_same_person(row, values)), None)
        # A row without a name is of somebody who withdrew, or never confirmed.
        mine = mine or next((row for row in sharers if not row.given_name), None)
        if mine:
            return mine.id, mine, _sign_again(session, mine, now=now)
        free = [slot for slot in range(1, SHARERS + 1) if slot not in {row.slot for row in sharers}]
        if not free:
            return sharers[0].id, sharers[0], _tell_again(session, sharers[0], now=now)
        inserted = _insert(session, petition.id, key, free[0], values)
        if inserted:
            return inserted, None, "confirm"
        # Somebody was quicker, or said "this was not me" between the statements: look again.


def _insert(session: Session, petition_id: int, key: str, slot: int, values: dict[str, Any]) -> int | None:
    """The id of a new pending signature; None when the slot is taken."""
    place = {"petition_id": petition_id, "signer_key": key, "slot": slot, "state": "pending", "state_before": ""}
    row = _UNLESS_TAKEN.row(session, values | place)
    return row.id if row else None


def _new_signer(id: int, values: dict[str, Any], terms: Terms) -> mailing.Signer:
    """Who has just signed, by what they typed: the row holds nothing else."""
    typed = {name: values[name] for name in ("email", "given_name", "language")}
    return mailing.Signer(id, terms.id, **typed, demand=terms.demand, campaign_title=terms.title)


def _known_signer(session: Session, row: Row[Any], terms: Terms) -> mailing.Signer:
    """Who had signed, by what they typed then, and with the text they agreed to."""
    demand = terms.demand
    if row.petition_text_id != terms.text_id:
        demand = session.get_one(PetitionText, row.petition_text_id).demand
    known = {name: getattr(row, name) for name in ("email", "given_name", "language")}
    return mailing.Signer(row.id, terms.id, **known, demand=demand, campaign_title=terms.title)


def _is_same_person(row: Row[Any], values: dict[str, Any]) -> bool:
    """Spelling, order and accents aside: who signs twice from one mailbox rarely types their name alike."""
    return _name(row.given_name, row.family_name) == _name(values["given_name"], values["family_name"])


def _name(*names: str) -> list[str]:
    letters = "".join(char if char.isalnum() else " " for char in fold(" ".join(names)))
    return sorted(letters.split())


def _sign_again(session: Session, mine: Row[Any], *, now: datetime) -> Mail | None:
    """The older entry stays as it is until `settle`."""
    if mine.state == "confirmed":
        return _tell_again(session, mine, now=now)
    if mine.state == "invalidated":
        _LOOK.rows(session, {"known": mine.id})
        return None
    # Who withdrew or let it expire may change their mind at once.
    return "confirm" if _is_first(session, mine, pause=mine.state == "pending", now=now) else None


def _tell_again(session: Session, signed: Row[Any], *, now: datetime) -> Mail | None:
    """Nothing about the signature changes; its signer hears that somebody entered their address."""
    is_due = signed.state == "confirmed" and _is_first(session, signed, pause=True, now=now)
    return "already" if is_due else None


def _is_first(session: Session, signed: Row[Any], *, pause: bool, now: datetime) -> bool:
    """True for one of those who enter this address at once, and holds the row for them until they have committed.

    pause: False also when a mail went out just before.
    """
    before = now - MAIL_PAUSE if pause else now + MAIL_PAUSE
    values = {"known": signed.id, "was": signed.state, "before": before, "now": now}
    return _IF_DUE.row(session, values) is not None


def _take_as_long(session: Session, key: str) -> None:
    """Where no mail is due, take as many statements as queueing one takes (see `_place`), and wake as many workers."""
    _LOOK_FOR_LINK.rows(session, {"hash": links.token_hash(key)})
    dialects.take_turns(session, key)
    _LOOK_FOR_MAIL.rows(session, {"key": key})
    waking.soon(session, "mail")
