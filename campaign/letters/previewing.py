"""A letter as a supporter would see it today, with a made-up writer."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.letters import rendering
from campaign.letters.models import LetterTemplate
from campaign.letters.rendering import RenderedLetter, Sender
from campaign.officials import targets
from campaign.officials.models import Area, Post

_MARK = re.compile("\ue000([a-z_]+)\ue001")

# Nobody lives there and nobody reads mail there.
SAMPLE = Sender(
    given_name="Sam",
    family_name="Sample",
    address_lines="12 Example Street",
    city="Exampleton",
    region="Example State",
    postcode="00000",
    country="US",
    email="sam@example.org",
    phone="555-0100",
)


class NoOffice(Refused):
    """The letter goes to no office that this site knows."""


@dataclass(frozen=True)
class Preview:
    """A sample of a letter. place: whose offices a letter by rule was tried on; "" for one to a single office."""

    letter: RenderedLetter
    place: str


def preview(session: Session, template: LetterTemplate, *, campaign_url: str, on: date) -> Preview:
    """The letter to today's holder. Raises NoOffice, and whatever rendering.render raises."""
    place = _some_place(session, template, on) if targets.needs_area(template.target) else None
    posts = targets.resolve(session, template.target, [place] if place else [], on=on)
    if not posts:
        raise NoOffice(gettext("Choose who this letter goes to, and its preview appears here."), field="target")
    letter = rendering.render(
        session,
        template,
        posts[0],
        sender=SAMPLE,
        campaign_title=template.campaign.title,
        campaign_url=campaign_url,
        on=on,
    )
    return Preview(letter, place.name if place else "")


@dataclass(frozen=True)
class Piece:
    """A part of a letter that is being filled in: words, or the place of a field of the writer's form.

    field: its name in the form, "name" for both names; "" for words.
    """

    text: str
    field: str = ""


def pieces(session: Session, template: LetterTemplate, post: Post, *, campaign_url: str, on: date) -> list[Piece]:
    """The letter to this office with the places of what its writer is yet to say, for the page to fill in while they
    type; [] when there is no letter to it today.
    """
    # Each of the writer's fields stands for itself in the text: a mark no template can contain, for it is no letter.
    marks = {name: f"\ue000{name}\ue001" for name in Sender.__dataclass_fields__}
    sender = Sender(**marks)
    try:
        letter = rendering.render(
            session,
            template,
            post,
            sender=sender,
            campaign_title=template.campaign.title,
            campaign_url=campaign_url,
            on=on,
        )
    except Refused:
        return []
    text = letter.body.replace(sender.name, "\ue000name\ue001")
    found = [Piece(part, "") if number % 2 == 0 else Piece("", part) for number, part in enumerate(_MARK.split(text))]
    return [piece for piece in found if piece.text or piece.field]


def _some_place(session: Session, template: LetterTemplate, on: date) -> Area | None:
    """A district, or for letters to senators a state, that has what the letter asks for."""
    roles = targets.SENATORS if template.target == targets.MY_SENATORS else targets.REPRESENTATIVES
    query = (
        select(Area)
        .join(Post, Post.area_id == Area.id)
        .where(Post.role.in_(roles), (Post.end_date.is_(None)) | (Post.end_date > on))
        .order_by(Post.role != roles[0], Area.id)
    )
    return session.scalars(query.limit(1)).first()
