"""The first page of a book: a letter to the office whose list it is, or to all the petition is addressed to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy.orm import Session

from campaign.delivery import splitting
from campaign.delivery.splitting import Office
from campaign.delivery.tallying import Tally
from campaign.i18n import figure, gettext, language, ngettext
from campaign.officials import addressing, holding
from campaign.officials.holding import Holding
from campaign.officials.models import Area, Post
from campaign.petitions.models import Petition


@dataclass(frozen=True)
class Scope:
    """Whose list a book is. office: None for one book of all signatures."""

    office: Office | None = None

    @property
    def is_apart(self) -> bool:
        """True for the list of those who cannot be placed, which goes to nobody."""
        return self.office is not None and self.office.post_id == splitting.UNKNOWN


def letter(
    session: Session, petition: Petition, scope: Scope, found: Tally, *, organiser: str, snapshot_at: datetime
) -> dict[str, Any]:
    """The letter as plain values. Who holds an office is looked up for the day of the snapshot; no holder, no name."""
    holdings = [] if scope.is_apart else _holdings(session, petition, scope, on=snapshot_at.date())
    return {
        "envelopes": [addressing.envelope(one).splitlines() for one in holdings],
        "dated": format_date(snapshot_at.astimezone(UTC), format="long", locale=language()),
        "subject": gettext("Petition “%(title)s”", title=petition.campaign.title),
        "salutation": _salutation(holdings),
        "opening": [_apart()] if scope.is_apart else [_opening(session, scope, found)],
        "reasons": _reasons(found) if scope.is_apart else [],
        "demand": _demand(petition, found),
        "closing": [] if scope.is_apart else _closing(found),
        "sign_off": gettext("Yours sincerely,") if holdings and organiser else "",
        "organiser": organiser,
    }


def signed_between(found: Tally) -> str:
    """ "Signed between 1 and 22 November." as a sentence; "" for an empty list."""
    if not found.by_day:
        return ""
    first, last = (format_date(day, format="long", locale=language()) for day in (min(found.by_day), max(found.by_day)))
    if first == last:
        return gettext("Signed on %(day)s.", day=first)
    return gettext("Signed between %(first)s and %(last)s.", first=first, last=last)


def _holdings(session: Session, petition: Petition, scope: Scope, *, on: date) -> list[Holding]:
    posts = [addressee.post for addressee in petition.addressees]
    if scope.office is not None:
        posts = [session.get_one(Post, scope.office.post_id)]
    held = holding.holders(session, posts, on=on)
    return [held[post.id] for post in posts]


def _salutation(holdings: list[Holding]) -> str:
    """One office is greeted as it wishes; several, whose envelopes stand above, together."""
    if len(holdings) == 1:
        return f"{addressing.salutation(holdings[0])},"
    return gettext("To the offices named above,") if holdings else ""


def _opening(session: Session, scope: Scope, found: Tally) -> str:
    areas = scope.office.areas if scope.office else None
    place = session.get_one(Area, areas[0]).name if areas else ""
    number = figure(found.count)
    if place:
        return ngettext(
            "With this book %(number)s person from %(place)s puts this demand before you:",
            "With this book %(number)s people from %(place)s put this demand before you:",
            found.count,
            number=number,
            place=place,
        )
    return ngettext(
        "With this book %(number)s person puts this demand before you:",
        "With this book %(number)s people put this demand before you:",
        found.count,
        number=number,
    )


def _demand(petition: Petition, found: Tally) -> str:
    """As most of those in the list agreed to it."""
    texts = [text for text in petition.texts if text.version in found.by_version] or petition.texts
    most = max(texts, key=lambda text: (found.by_version[text.version], text.version), default=None)
    return most.demand if most else ""


def _closing(found: Tally) -> list[str]:
    others = found.count - max(found.by_version.values(), default=0)
    versions = ngettext(
        "%(number)s of them agreed to another version of the text; every version follows.",
        "%(number)s of them agreed to another version of the text; every version follows.",
        others,
        number=figure(others),
    )
    said = gettext(
        "Each of them confirmed by e-mail that the signature is theirs; whoever did not, or has withdrawn, is left "
        "out. E-mail addresses are not handed over. The text they agreed to, the numbers and the names follow. The "
        "last page says how to check that nothing was added or left out. We ask you to consider the demand and to "
        "answer."
    )
    return [versions, said] if others else [said]


def _apart() -> str:
    return gettext(
        "The people in this list cannot be placed in the district of one office for certain. Nobody’s district is "
        "guessed, so they stand apart, and in no list of an office that represents a district. Of them:"
    )


def _reasons(found: Tally) -> list[str]:
    return [
        gettext("%(number)s %(reason)s", number=figure(number), reason=str(words))
        for reason, words in splitting.REASONS.items()
        if (number := found.reasons[reason])
    ]
