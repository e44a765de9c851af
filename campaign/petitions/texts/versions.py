"""The versions of a petition's text: how they differ, how many agreed to which, and agreeing to the newest."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.petitions.models import Petition, PetitionText, Signature

Kind = Literal["same", "removed", "added"]

# Comparing everything takes the square of this. In longer passages words that come up again and again are no sign that
# two places belong together; leaving them out keeps a comparison of whole books below a second.
MOST_WORDS = 400


class TextChanged(Refused):
    """There is a newer text than the one somebody was shown."""


class CannotAgree(Refused):
    """This signature stays under the text it has."""


@dataclass(frozen=True)
class Piece:
    """A run of text that both versions have, or only the older (removed) or the newer (added)."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Version:
    """One version as people see it. demand, body: what differs from the version before; signed: who agreed to it."""

    text: PetitionText
    demand: list[Piece]
    body: list[Piece]
    signed: int
    is_first: bool


def history(petition: Petition, signed: Mapping[int, int]) -> list[Version]:
    """All versions, the newest first. signed: as `agreed` says."""
    older = None
    found = []
    for text in petition.texts:
        found.append(
            Version(
                text=text,
                demand=difference(older.demand if older else text.demand, text.demand),
                body=difference(older.body if older else text.body, text.body),
                signed=signed.get(text.id, 0),
                is_first=older is None,
            )
        )
        older = text
    return found[::-1]


def agreed(session: Session, petition: Petition) -> dict[int, int]:
    """Confirmed signatures by the id of the text they agreed to."""
    query = (
        select(Signature.petition_text_id, func.count())
        .where(Signature.petition_id == petition.id, Signature.state == "confirmed")
        .group_by(Signature.petition_text_id)
    )
    return dict(session.execute(query).tuples().all())


def difference(older: str, newer: str) -> list[Piece]:
    """What changed, word by word; together the pieces that are not removed are the newer text, character by character.

    Lines are compared first, then the words of those that changed. White space that changed is not marked.
    """
    return list(_difference(older, newer))


def newest(session: Session, petition: Petition) -> PetitionText | None:
    """The text people sign now, as the database has it."""
    query = select(PetitionText).where(PetitionText.petition_id == petition.id)
    return session.scalar(query.order_by(PetitionText.version.desc()).limit(1))


def agree(session: Session, signature: Signature, *, version: int, now: datetime) -> None:
    """Put a signature under the newest text. version: the one the signer was shown.

    Raises CannotAgree once the petition has ended or the signature does not count, and TextChanged.
    """
    # The organiser who changes the text holds this row, as in set_text.
    petition = session.get_one(Petition, signature.petition_id, with_for_update={"read": True}, populate_existing=True)
    held = select(Signature).where(Signature.id == signature.id).with_for_update()
    # In another window they may just have said that it was not them: then there is no row.
    found = session.scalar(held, execution_options={"populate_existing": True})
    if found is None or found.state not in ("pending", "confirmed") or petition.is_ended(now=now):
        raise CannotAgree(gettext("This petition is closed, or your signature is withdrawn. Nothing was changed."))
    text = newest(session, petition)
    if text is None or text.version != version:
        raise TextChanged(gettext("The text has changed once more. Please read it again before you agree."))
    if signature.petition_text_id != text.id:
        signature.petition_text_id, signature.agreed_at = text.id, now
        session.flush()


@lru_cache(maxsize=256)
def _difference(older: str, newer: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for same, old, new in _blocks(older.splitlines(keepends=True), newer.splitlines(keepends=True)):
        if same:
            pieces.append(Piece("same", new))
            continue
        for is_same, some_old, some_new in _blocks(_words(old), _words(new)):
            if is_same:
                pieces.append(Piece("same", some_new))
            else:
                pieces += [Piece("removed", some_old), Piece("added", some_new)]
    return tuple(piece for piece in pieces if piece.text)


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """(whether it is the same but for white space, the older part, the newer part)"""
    old, new = [part.strip() for part in before], [part.strip() for part in after]
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old_end, new_end = len(old) - end, len(new) - end
    yield True, "".join(before[:start]), "".join(after[:start])
    is_long = max(old_end, new_end) - start > MOST_WORDS
    matcher = SequenceMatcher(None, old[start:old_end], new[start:new_end], autojunk=is_long)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        older, newer = before[start + i1 : start + i2], after[start + j1 : start + j2]
        yield tag == "equal", "".join(older), "".join(newer)
    yield True, "".join(before[old_end:]), "".join(after[new_end:])


def _words(text: str) -> list[str]:
    """Words with the space that follows them: a space of its own would be the same everywhere and match anything."""
    return re.findall(r"\S+\s*|\s+", text)
