"""To whom a letter goes: one office, or a rule that yields the offices of whoever writes."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from campaign.errors import Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.officials.models import Area, Post

MY_SENATORS = "my_senators"
MY_REPRESENTATIVE = "my_representative"
MY_REPRESENTATIVE_AND_SENATORS = "my_representative_and_senators"

RULES = (MY_SENATORS, MY_REPRESENTATIVE, MY_REPRESENTATIVE_AND_SENATORS)

LABELS = {
    MY_SENATORS: lazy_gettext("My senators"),
    MY_REPRESENTATIVE: lazy_gettext("My representative"),
    MY_REPRESENTATIVE_AND_SENATORS: lazy_gettext("My representative and my senators"),
}

# A delegate or a resident commissioner is a territory's one member of the House.
SENATORS = ("senator",)
REPRESENTATIVES = ("representative", "delegate", "resident_commissioner", "mp")


class AmbiguousArea(Refused):
    """The areas lie in several states, and nobody has senators of two."""


def needs_area(target: str) -> bool:
    """True when we must know where the writer lives."""
    return target in RULES


def exists(session: Session, target: str) -> bool:
    """True for a rule and for the id of an office we know."""
    return needs_area(target) or session.get(Post, target) is not None


def describe(session: Session, target: str) -> str:
    """The target as people say it; the target itself when we do not know it."""
    if needs_area(target):
        return str(LABELS[target])
    post = session.get(Post, target)
    return post.label if post else target


def resolve(session: Session, target: str, areas: Sequence[Area] = (), *, on: date) -> list[Post]:
    """The offices a letter goes to; senators follow the representative. [] when there is none, e.g. senators of DC.

    areas: districts the writer may live in. Several districts of one state yield each one's representative, to
    choose from. Raises AmbiguousArea when senators are asked for and the districts lie in several states.
    """
    if not needs_area(target):
        post = session.get(Post, target)
        return [post] if post else []
    posts: list[Post] = []
    if target != MY_SENATORS:
        posts += posts_of(session, REPRESENTATIVES, [area.id for area in areas], on=on)
    if target != MY_REPRESENTATIVE:
        states = states_of(areas)
        if len(states) > 1:
            text = gettext("This postcode lies in several states. Choose yours first.")
            raise AmbiguousArea(text, field="area")
        posts += posts_of(session, SENATORS, [state.id for state in states], on=on)
    return posts


def states_of(areas: Iterable[Area]) -> list[Area]:
    """The states (or the like) these areas are or lie in, each once, by name."""
    states = {}
    for area in areas:
        around = area.parent
        state = around if around is not None and around.classification != "country" else area
        states[state.id] = state
    return sorted(states.values(), key=lambda state: state.name)


def within(areas: Iterable[Area], state: Area) -> list[Area]:
    """Those of these areas that are this state or lie in it."""
    return [area for area in areas if state.id in (area.id, area.parent_id)]


def posts_of(session: Session, roles: Sequence[str], area_ids: Sequence[str], *, on: date) -> list[Post]:
    """The offices of these roles that decide for these areas and exist on that day, by state and district number."""
    found = session.scalars(_POSTS, {"roles": roles, "areas": area_ids, "on": on})
    return sorted(found, key=_by_state_and_number)


# Put together anew each time, it would take as long again as the database does.
_POSTS = (
    select(Post)
    .where(
        Post.role.in_(bindparam("roles", expanding=True)),
        Post.area_id.in_(bindparam("areas", expanding=True)),
        or_(Post.start_date.is_(None), Post.start_date <= bindparam("on")),
        or_(Post.end_date.is_(None), Post.end_date > bindparam("on")),
    )
    .options(joinedload(Post.organization), joinedload(Post.area).joinedload(Area.parent))
)


def _by_state_and_number(post: Post) -> tuple[str, str]:
    state = states_of([post.area])[0].name if post.area else ""
    return (state, post.seat_key.zfill(4))
