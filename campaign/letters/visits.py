"""What somebody who writes a letter has told us so far. It travels in hidden fields, so each step checks it anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import request
from flask import session as cookie
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.letters import forms, ledger, rendering
from campaign.letters.models import Letter, LetterTemplate
from campaign.letters.rendering import Earlier, RenderedLetter, Sender
from campaign.mergefields import fields_in
from campaign.officials import addressing, holding, targets
from campaign.officials.models import Area, Post

MOST_REMEMBERED = 40  # letters; a cookie has little room


@dataclass(frozen=True)
class Recipient:
    """One office of a letter, who holds it, and how far this browser's letter to it is ("" before it is written)."""

    post: Post
    name: str
    status: str
    state: str
    words: str


def remember_earlier(row: Letter) -> None:
    """Whoever uses this browser wrote that letter, and had no reply: the next one to it says so."""
    cookie["earlier"] = {
        "template": row.template_id,
        "post": row.post_id,
        "person": row.person_id,
        "on": ledger.at(row).date().isoformat(),
        "was_call": row.state == "called",
    }


class PlaceUnknown(Refused):
    """The letter needs a place, and none was given."""

    def __init__(self) -> None:
        super().__init__(gettext("Say where you live first."), field="area")


class NobodyThere(Refused):
    """The place has no office that this letter goes to."""

    def __init__(self, area: Area | None) -> None:
        super().__init__(gettext("This letter goes to no office of that place."), field="area")
        self.area = area


class DetailsWrong(Refused):
    """What the writer said about themselves is incomplete; the form knows where."""

    def __init__(self, form: forms.DetailsForm, area: Area | None) -> None:
        super().__init__(gettext("Something is missing. Look at the fields that are marked."))
        self.form = form
        self.area = area


@dataclass(frozen=True)
class Visit:
    """One request of somebody who writes. address: of the campaign's page, in full."""

    session: Session
    template: LetterTemplate
    address: str
    now: datetime

    @property
    def campaign(self) -> Campaign:
        return self.template.campaign

    @property
    def on(self) -> date:
        return self.now.date()

    @property
    def target(self) -> str:
        return self.template.target

    @property
    def asked(self) -> set[str]:
        """What this letter needs to know of its writer."""
        named = {name.removeprefix("sender.") for name in fields_in(self.template.subject + self.template.body)}
        if "name" in named:
            named |= {"given_name", "family_name"}
        return (named | self.required).intersection(forms.SENDER)

    @property
    def required(self) -> set[str]:
        """What its organiser insists on."""
        return set(self.template.requires)

    @property
    def mine(self) -> list[int]:
        """Ids of the ledger's rows that this browser made."""
        return [id for id in cookie.get("letters", []) if isinstance(id, int)]

    def remember(self, row: Letter) -> None:
        """This browser made that row."""
        cookie["letters"] = [*(id for id in self.mine if id != row.id), row.id][-MOST_REMEMBERED:]

    def earlier(self, letter: RenderedLetter) -> Earlier | None:
        """What this browser's writer wrote to the same person in the same office, without a reply; else None."""
        known = cookie.get("earlier", {})
        person = letter.membership.person_id if letter.membership else None
        wrote = (known.get("template"), known.get("post"), known.get("person"))
        is_same = person is not None and wrote == (self.template.id, letter.post.id, person)
        return Earlier(date.fromisoformat(known["on"]), bool(known.get("was_call"))) if is_same else None

    def area(self) -> Area | None:
        """The place that was settled. Raises PlaceUnknown when the letter needs one."""
        area = self.session.get(Area, request.form.get("area", ""))
        if area is None and targets.needs_area(self.target):
            raise PlaceUnknown
        return area

    def posts(self, area: Area | None) -> list[Post]:
        """The offices this letter goes to. Raises NobodyThere."""
        posts = targets.resolve(self.session, self.target, [area] if area else [], on=self.on)
        if not posts:
            raise NobodyThere(area)
        return posts

    def recipients(self, posts: Sequence[Post]) -> list[Recipient]:
        """How far this browser is with each office."""
        rows = ledger.own(self.session, self.template, mine=self.mine)
        held = holding.holders(self.session, posts, on=self.on)
        found = []
        for post in posts:
            state = rows[post.id].state if post.id in rows else ""
            words = str(ledger.WORDS[state]) if state else gettext("Not written yet")
            name = addressing.fields_of(held[post.id])["official.name"]
            found.append(Recipient(post, name, held[post.id].status, state, words))
        return found


@dataclass(frozen=True)
class Told:
    """A place and a writer, checked; `post` is the office whose letter is at hand."""

    visit: Visit
    area: Area | None
    sender: Sender
    posts: list[Post]
    post: Post
    form: forms.DetailsForm

    @property
    def carried(self) -> dict[str, str]:
        """What goes along in hidden fields to the next step."""
        said = {name: getattr(self.sender, name) for name in forms.SENDER if name in self.form}
        return {"area": self.area.id} | said if self.area else said

    @property
    def without_senators(self) -> str:
        """The name of the territory when this letter would go to senators and there are none; else ""."""
        if self.area is None or self.visit.target == targets.MY_REPRESENTATIVE:
            return ""
        state = targets.states_of([self.area])[0]
        return state.name if state.classification == "territory" else ""

    def render(self) -> RenderedLetter | Refused:
        """The letter to the office at hand, or why there is none."""
        visit = self.visit
        try:
            return rendering.render(
                visit.session,
                visit.template,
                self.post,
                sender=self.sender,
                campaign_title=visit.campaign.title,
                campaign_url=visit.address,
                on=visit.on,
            )
        except rendering.MissingSenderField as error:
            if error.field not in self.form:
                return error
            self.form[error.field].errors = [error.message]
            raise DetailsWrong(self.form, self.area) from error
        except Refused as error:
            return error


def told(visit: Visit, area: Area | None = None, *, post_id: str = "") -> Told:
    """What the request says, or `area` when it was settled just now. Raises PlaceUnknown, NobodyThere, DetailsWrong.

    The letter at hand is the one to `post_id`, else the first that this browser has not written yet.
    """
    area = area or visit.area()
    posts = visit.posts(area)
    form = forms.details(visit.asked, sent=bool(visit.asked), required=visit.required)
    if visit.asked and not form.validate():
        raise DetailsWrong(form, area)
    written = ledger.own(visit.session, visit.template, mine=visit.mine)
    wanted = next((post for post in posts if post.id == post_id), None)
    post = wanted or next((post for post in posts if post.id not in written), posts[0])
    return Told(visit, area, form.sender(), posts, post, form)
