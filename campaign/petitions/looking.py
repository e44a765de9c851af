"""What signing asks before it writes: the petition's terms, who signed from the mailbox, and room for a mail to it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, Table, bindparam, select, true
from sqlalchemy.orm import Session

from campaign.mail import outbox
from campaign.petitions import terms
from campaign.petitions.models import Petition, PetitionText, Signature
from campaign.petitions.terms import Terms
from campaign.statements import Statement

_OF_TERMS = len(fields(Terms))  # the first columns


class Known(NamedTuple):
    """Somebody whose signature is there. demand: of the text they agreed to"""

    id: int
    slot: int
    state: str
    petition_text_id: int
    email: str
    given_name: str
    family_name: str
    language: str
    demand: str


class Found(NamedTuple):
    """terms: None while the petition has no text; has_room: a mail to the mailbox can be queued; sharers: by slot"""

    terms: Terms | None
    has_room: bool
    sharers: list[Known]


@dataclass(frozen=True)
class Look:
    """For whom. key: the signer's; mailbox: the mailbox's, whose turn the caller has; most_mails: its limits"""

    session: Session
    petition_id: int
    key: str
    mailbox: str
    most_mails: outbox.Most

    def found(self, *, now: datetime) -> Found:
        """All with one statement: everybody who signs waits for it."""
        room = outbox.asked(self.mailbox, self.most_mails, now=now)
        rows = _LOOKED.rows(self.session, {"id": self.petition_id, "key": self.key, **room})
        if not rows:
            return Found(None, False, [])
        newest = Terms(*rows[0][:_OF_TERMS])
        known = [Known(*row[-len(Known._fields) :]) for row in rows if row.known_id is not None]
        return Found(newest, bool(rows[0].has_room), known)


def _looking() -> Select[Any]:
    """The petition's terms, whether the mailbox has room for a mail, and beside them everybody who signed from it."""
    petition, known = cast(Table, Petition.__table__), _known().subquery("known")
    rows = terms.by_id().add_columns(outbox.has_room().label("has_room"), *known.c)
    return rows.join_from(petition, known, true(), isouter=True).order_by(known.c.known_slot)


def _known() -> Select[Any]:
    """Its columns are Known's fields, in their order.

    Asked for in the order of the unique key, for PostgreSQL takes that one then: while it has not counted the rows of a
    new table yet, it may as well look through all who have signed the petition.
    """
    signature, agreed = cast(Table, Signature.__table__), cast(Table, PetitionText.__table__)
    columns = [signature.c[name].label(f"known_{name}") for name in Known._fields[:-1]]
    rows = select(*columns, agreed.c.demand.label("known_demand")).join_from(signature, agreed)
    is_mailboxs = (signature.c.petition_id == bindparam("id")) & (signature.c.signer_key == bindparam("key"))
    return rows.where(is_mailboxs).order_by(signature.c.slot)


_LOOKED = Statement(lambda _insert: _looking())
