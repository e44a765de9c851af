"""The supporter's pages, one step after the other: where do you live, who are you, your letter, ready to send.

Every step is a form posted to the letter's own address, so that no postcode ever stands in an address.
"""

from collections.abc import Callable, Sequence

from flask import Response, request
from flask import session as cookie

from campaign import countries
from campaign.errors import Refused
from campaign.i18n import gettext, language
from campaign.letters import afterwards, forms, ledger, pages, personal, places, previewing, rendering
from campaign.letters.pages import Page
from campaign.letters.rendering import RenderedLetter
from campaign.letters.visits import DetailsWrong, NobodyThere, PlaceUnknown, Told, Visit, told
from campaign.officials import lookup, targets
from campaign.officials.models import Area


def start(visit: Visit) -> Page:
    """The first question this letter needs: the place, the writer, or none."""
    try:
        return _settled(visit, None) if not targets.needs_area(visit.target) else _ask_place(visit)
    except NobodyThere:
        return pages.page(visit, "nobody", area=None)


def step(visit: Visit, name: str) -> Page | Response | None:
    """The page that follows a posted step; None when there is no step of this name."""
    act = STEPS.get(name)
    if act is None:
        return None
    try:
        return act(visit)
    except PlaceUnknown:
        return _ask_place(visit)[0], 422
    except NobodyThere as nobody:
        return pages.page(visit, "nobody", area=nobody.area)
    except DetailsWrong as wrong:
        return _ask_details(visit, wrong.area, wrong.form)


def place(visit: Visit) -> Page:
    """A country and a postcode: the places it may be."""
    form = forms.PlaceForm()
    if not form.validate():
        return pages.page(visit, "place", form=form)
    country, postcode = form.country.data, form.postcode.data or ""
    served = places.countries_served(visit.session)
    if lookup.represented_in(country) not in served:
        return pages.page(visit, "elsewhere", served_names=[countries.name(code, language()) for code in served])
    found = lookup.areas(visit.session, country, postcode, on=visit.on)
    if not found.areas:
        form.postcode.errors = [_lookup_problem(found)]
        return pages.page(visit, "place", form=form)
    return _choose(visit, found.areas, {"country": country, "postcode": postcode})


def by_hand(visit: Visit) -> Page:
    """No postcode, or none that we know: choose from everything."""
    served = places.countries_served(visit.session)
    country = lookup.represented_in(request.form.get("country", ""))
    if served and country not in served:
        country = served[0]
    return _choose(visit, places.everywhere(visit.session, country, on=visit.on), {"country": country})


def area(visit: Visit) -> Page:
    """A state or a district was chosen."""
    possible = _possible(visit)
    chosen = visit.session.get(Area, request.form.get("area", ""))
    within = targets.within(possible, chosen) if chosen else []
    if within:
        return _choose(visit, within, _said("country", "postcode"))
    left = places.narrowed(possible, visit.target)
    form = forms.areas(places.options(visit.session, left, on=visit.on), sent=True)
    form.area.errors = [gettext("Choose one.")]
    return _ask_area(visit, form, left, _said("country", "postcode"))


def details(visit: Visit) -> Page:
    """The writer said who they are: the first letter."""
    return _write(told(visit))


def letter(visit: Visit) -> Page:
    """The letter to one of several offices, or back from a finished one to its words."""
    return _write(told(visit, post_id=request.form.get("post", "")), keep="body" in request.form)


def check(visit: Visit) -> Page:
    """The writer is content: the finished letter and the ways to send it, or what is still wrong with it."""
    return pages.with_rendered(visit, _check)


def _check(at_hand: Told, rendered: RenderedLetter) -> Page:
    visit, form = at_hand.visit, forms.TextForm()
    form.validate()
    try:
        finished = rendering.finished(rendered, subject=form.subject.data or "", body=form.body.data or "")
    except rendering.LetterRefused as error:
        form[error.field].errors = [*form[error.field].errors, error.message]
    if form.errors:
        return pages.letter(at_hand, rendered, form)
    visit.remember(ledger.prepare(visit.session, visit.template, finished, mine=visit.mine, now=visit.now))
    return pages.ready(at_hand, finished, hint=personal.hint(rendered.body, finished.body))


STEPS: dict[str, Callable[[Visit], Page | Response]] = {
    "place": place,
    "by_hand": by_hand,
    "area": area,
    "details": details,
    "letter": letter,
    "check": check,
    "report": afterwards.report,
    "pdf": afterwards.pdf,
    "ask": afterwards.ask,
    "follow_up": afterwards.follow_up,
}


def _ask_place(visit: Visit) -> Page:
    known = cookie.get("sender", {})
    country = known.get("country") or visit.campaign.country
    if not country:
        country = next(iter(places.countries_served(visit.session)), "")
    data = {"country": country, "postcode": known.get("postcode", "")}
    return pages.page(visit, "place", form=forms.PlaceForm(formdata=None, data=data))


def _choose(visit: Visit, areas: Sequence[Area], said: dict[str, str]) -> Page:
    """The one place that is left, or a list to choose from."""
    left = places.narrowed(areas, visit.target)
    if len(left) == 1:
        return _settled(visit, left[0])
    if not left:
        return pages.page(visit, "nobody", area=None)
    form = forms.areas(places.options(visit.session, left, on=visit.on))
    return _ask_area(visit, form, left, said)


def _ask_area(visit: Visit, form: forms.AreaForm, left: Sequence[Area], said: dict[str, str]) -> Page:
    return pages.page(visit, "area", form=form, carried=said, states=left == targets.states_of(left))


def _possible(visit: Visit) -> list[Area]:
    """The areas the list was made from: those of the postcode, else all of the country."""
    said = _said("country", "postcode")
    if said.get("postcode"):
        found = lookup.areas(visit.session, said.get("country", ""), said["postcode"], on=visit.on)
        if found.areas:
            return list(found.areas)
    return places.everywhere(visit.session, lookup.represented_in(said.get("country", "")), on=visit.on)


def _settled(visit: Visit, area: Area | None) -> Page:
    """We know where, or need not: who writes?"""
    visit.posts(area)
    if not visit.asked:
        return _write(told(visit, area))
    known = {name: value for name, value in cookie.get("sender", {}).items() if name in forms.SENDER}
    known |= _said("country", "postcode")
    if area is not None:
        known["region"] = targets.states_of([area])[0].name
    return _ask_details(visit, area, forms.details(visit.asked, sent=False, known=known, required=visit.required))


def _ask_details(visit: Visit, area: Area | None, form: forms.DetailsForm) -> Page:
    carried = {"area": area.id} if area else {}
    posts = visit.posts(area)
    preview = previewing.pieces(visit.session, visit.template, posts[0], campaign_url=visit.address, on=visit.on)
    return pages.page(visit, "details", form=form, carried=carried, recipients=visit.recipients(posts), preview=preview)


def _write(at_hand: Told, *, keep: bool = False) -> Page:
    rendered = at_hand.render()
    if isinstance(rendered, Refused):
        return pages.refused(at_hand, rendered)
    return pages.letter(at_hand, rendered, forms.TextForm() if keep and pages.is_still_for(rendered) else None)


def _lookup_problem(found: lookup.Lookup) -> str:
    if found.status == "invalid":
        text = gettext("“%(postcode)s” is not a postcode of this country. Check it for slips.")
    elif found.status == "not_found":
        text = gettext(
            "We do not know the postcode %(postcode)s; post boxes have their own. Choose your place by hand."
        )
    else:
        text = gettext("We have no list of postcodes for this country. Choose your place by hand.")
    return text % {"postcode": found.postcode}


def _said(*names: str) -> dict[str, str]:
    """What was said before and goes along. A field that was not sent is not invented."""
    return {name: request.form[name] for name in names if request.form.get(name)}
