"""The supporter's pages, one step after the other: where do you live, who are you, your letter, ready to send.

Every step is a form posted to the letter's own address, so that no postcode ever stands in an address.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, TypeVar

from flask import Response, current_app, render_template, request, send_file
from flask import session as cookie

from campaign import countries
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext, language
from campaign.letters import forms, ledger, personal, places, previewing, rendering
from campaign.letters.channels import offers
from campaign.letters.channels.email import asking
from campaign.letters.channels.printing import paper
from campaign.letters.rendering import RenderedLetter
from campaign.letters.visits import DetailsWrong, NobodyThere, PlaceUnknown, Told, Visit, told
from campaign.mail import messages
from campaign.officials import addressing, freshness, holding, lookup, naming, targets
from campaign.officials.models import Area
from campaign.web import absolute

Page = tuple[str, int]
Answer = TypeVar("Answer", bound="Page | Response")


def start(visit: Visit) -> Page:
    """The first question this letter needs: the place, the writer, or none."""
    try:
        return _settled(visit, None) if not targets.needs_area(visit.target) else _ask_place(visit)
    except NobodyThere:
        return _page(visit, "nobody", area=None)


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
        return _page(visit, "nobody", area=nobody.area)
    except DetailsWrong as wrong:
        return _ask_details(visit, wrong.area, wrong.form)


def place(visit: Visit) -> Page:
    """A country and a postcode: the places it may be."""
    form = forms.PlaceForm()
    if not form.validate():
        return _page(visit, "place", form=form)
    country, postcode = form.country.data, form.postcode.data or ""
    served = places.countries_served(visit.session)
    if lookup.represented_in(country) not in served:
        return _page(visit, "elsewhere", served_names=[countries.name(code, language()) for code in served])
    found = lookup.areas(visit.session, country, postcode, on=visit.on)
    if not found.areas:
        form.postcode.errors = [_lookup_problem(found)]
        return _page(visit, "place", form=form)
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
    at_hand = told(visit, post_id=request.form.get("post", ""))
    rendered = at_hand.render()
    if isinstance(rendered, Refused):
        return _refused(at_hand, rendered)
    if not _is_still_for(rendered):
        return _letter(at_hand, rendered, problem=_changed())
    form = forms.TextForm()
    form.validate()
    try:
        finished = rendering.finished(rendered, subject=form.subject.data or "", body=form.body.data or "")
    except rendering.LetterRefused as error:
        form[error.field].errors = [*form[error.field].errors, error.message]
    if form.errors:
        return _letter(at_hand, rendered, form)
    visit.remember(ledger.prepare(visit.session, visit.template, finished, mine=visit.mine, now=visit.now))
    return _ready(at_hand, finished, hint=personal.hint(rendered.body, finished.body))


def report(visit: Visit) -> Page:
    """ "I printed it", "I sent it": in the ledger, and the same page again."""

    def said(at_hand: Told, finished: RenderedLetter) -> Page:
        did = request.form.get("did", "")
        ledger.report(visit.session, visit.template, at_hand.post.id, did, mine=visit.mine, now=visit.now)
        return _ready(at_hand, finished)

    return _with_finished(visit, said)


def pdf(visit: Visit) -> Page | Response:
    """The letter to print, as a file. Nothing is counted by it: who printed it says so."""

    def made(at_hand: Told, finished: RenderedLetter) -> Page | Response:
        size = request.form.get("paper", "")
        try:
            content = paper.pdf(finished, paper=size if size in paper.PAPERS else "a4", now=visit.now)
        except paper.NotPrintable as error:
            return _ready(at_hand, finished, problem=error.message)
        name = f"letter-{at_hand.post.id}.pdf"
        file = send_file(BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
        file.headers["Cache-Control"] = "no-store"
        return file

    return _with_finished(visit, made)


def ask(visit: Visit) -> Page:
    """The writer wants us to send it: they get a mail with a link, and nothing leaves before they press its button."""

    def asked(at_hand: Told, finished: RenderedLetter) -> Page:
        address = (request.form.get("reply_to") or "").strip()
        row = ledger.own(visit.session, visit.template, mine=visit.mine).get(at_hand.post.id)
        if row is None:
            raise NotFound(gettext("Prepare the letter first."))
        try:
            with visit.session.begin_nested():
                token = asking.ask(
                    visit.session, row, finished, email=address, follow_up="follow_up" in request.form, now=visit.now
                )
        except Refused as error:
            return _ready(at_hand, finished, problem=error.message)
        messages.confirm_letter(
            visit.session,
            to=address,
            language=visit.campaign.language,
            given_name=at_hand.sender.given_name,
            post_label=at_hand.post.label,
            campaign_title=visit.campaign.title,
            link=absolute("letters.confirm", token=token),
            about=f"letter/{row.id}",
            group=f"letters/{visit.campaign.id}",
            now=visit.now,
        )
        return _ready(at_hand, finished)

    return _with_finished(visit, asked)


def _with_finished(visit: Visit, act: Callable[[Told, RenderedLetter], Answer]) -> Page | Answer:
    """Do something with the finished letter that came along; else the letter again, with what is wrong."""
    at_hand = told(visit, post_id=request.form.get("post", ""))
    rendered = at_hand.render()
    if isinstance(rendered, Refused):
        return _refused(at_hand, rendered)
    if not _is_still_for(rendered):
        return _letter(at_hand, rendered, problem=_changed())
    form = forms.TextForm()
    try:
        finished = rendering.finished(rendered, subject=form.subject.data or "", body=form.body.data or "")
        return act(at_hand, finished)
    except Refused as error:
        return _letter(at_hand, rendered, form, problem=error.message)


STEPS: dict[str, Callable[[Visit], Page | Response]] = {
    "place": place,
    "by_hand": by_hand,
    "area": area,
    "details": details,
    "letter": letter,
    "check": check,
    "report": report,
    "pdf": pdf,
    "ask": ask,
}


def _ask_place(visit: Visit) -> Page:
    known = cookie.get("sender", {})
    country = known.get("country") or visit.campaign.country
    if not country:
        country = next(iter(places.countries_served(visit.session)), "")
    data = {"country": country, "postcode": known.get("postcode", "")}
    return _page(visit, "place", form=forms.PlaceForm(formdata=None, data=data))


def _choose(visit: Visit, areas: Sequence[Area], said: dict[str, str]) -> Page:
    """The one place that is left, or a list to choose from."""
    left = places.narrowed(areas, visit.target)
    if len(left) == 1:
        return _settled(visit, left[0])
    if not left:
        return _page(visit, "nobody", area=None)
    form = forms.areas(places.options(visit.session, left, on=visit.on))
    return _ask_area(visit, form, left, said)


def _ask_area(visit: Visit, form: forms.AreaForm, left: Sequence[Area], said: dict[str, str]) -> Page:
    return _page(visit, "area", form=form, carried=said, states=left == targets.states_of(left))


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
    return _page(visit, "details", form=form, carried=carried, recipients=visit.recipients(posts), preview=preview)


def _write(at_hand: Told, *, keep: bool = False) -> Page:
    rendered = at_hand.render()
    if isinstance(rendered, Refused):
        return _refused(at_hand, rendered)
    return _letter(at_hand, rendered, forms.TextForm() if keep and _is_still_for(rendered) else None)


def _refused(at_hand: Told, why: Refused) -> Page:
    """There is no letter to this office today, and the page says why and what else there is."""
    return _office_page(at_hand, "refused", why=why)[0], 422


def _letter(at_hand: Told, letter: RenderedLetter, form: forms.TextForm | None = None, *, problem: str = "") -> Page:
    if form is None:
        earlier = at_hand.visit.earlier(letter)
        body = rendering.following(letter, earlier) if earlier else letter.body
        form = forms.TextForm(formdata=None, data={"subject": letter.subject, "body": body})
    page, status = _office_page(at_hand, "letter", form=form, letter=letter, problem=problem)
    return page, 422 if problem else status


def _ready(at_hand: Told, letter: RenderedLetter, *, hint: str = "", problem: str = "") -> Page:
    visit = at_hand.visit
    stale = naming.contradictions(visit.session, f"{letter.subject}\n{letter.body}", on=visit.on)
    held = holding.holder(visit.session, at_hand.post, on=visit.on)
    ways = offers(letter, addressing.channels(held))
    row = ledger.own(visit.session, visit.template, mine=visit.mine).get(at_hand.post.id)
    page, status = _office_page(
        at_hand,
        "ready",
        letter=letter,
        hint=hint,
        stale=stale,
        offers=ways,
        can_say=ledger.can_say(row) if row else set(),
        problem=problem,
    )
    return page, 422 if problem else status


def _office_page(at_hand: Told, part: str, *, letter: RenderedLetter | None = None, **values: Any) -> Page:
    """A page about the letter to one office. It gets what the next step needs, except the text."""
    visit = at_hand.visit
    held = holding.holder(visit.session, at_hand.post, on=visit.on)
    return _page(
        visit,
        part,
        letter=letter,
        post=at_hand.post,
        contacts=addressing.channels(held),
        is_old=_is_old(visit, held),
        carried=at_hand.carried,
        holder=_holder_mark(letter) if letter else "",
        recipients=visit.recipients(at_hand.posts),
        without_senators=at_hand.without_senators,
        **values,
    )


def _is_old(visit: Visit, held: holding.Holding) -> bool:
    config = current_app.config
    days = {"warn_days": config["ROSTER_WARN_DAYS"], "block_days": config["ROSTER_BLOCK_DAYS"]}
    return freshness.of(visit.session, held, on=visit.on, **days).is_old


def _holder_mark(letter: RenderedLetter) -> str:
    """Whom a text was written to: the office, and who held it when the page was made."""
    return f"{letter.post.id} {letter.status} {letter.holder_name} {letter.holder_since or ''}".strip()


def _is_still_for(letter: RenderedLetter) -> bool:
    """False when the text that came with this request was written to somebody else."""
    return request.form.get("holder", "") == _holder_mark(letter)


def _changed() -> str:
    return gettext("The holder of this office has changed since you opened the letter. Here it is anew.")


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


def _page(visit: Visit, part: str, *, form: Any = None, **values: Any) -> Page:
    page = render_template(
        "letters/write.html",
        campaign=visit.campaign,
        template=visit.template,
        target_label=targets.describe(visit.session, visit.target),
        part=part,
        form=form,
        **{"carried": {}, **values},
    )
    return page, form.status if form is not None else 200
