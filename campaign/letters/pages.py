"""The supporter's pages, put together: each gets what it shows, and what the next step needs."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, render_template, request

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.letters import following_up, forms, ledger, rendering
from campaign.letters.channels import offers
from campaign.letters.rendering import RenderedLetter
from campaign.letters.visits import Told, Visit, told
from campaign.officials import addressing, freshness, holding, naming, targets

Page = tuple[str, int]
Answer = TypeVar("Answer", bound="Page | Response")


def page(visit: Visit, part: str, *, form: Any = None, **values: Any) -> Page:
    """One step. part: which, as templates/letters/_<part>.html"""
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


def office(at_hand: Told, part: str, *, letter: RenderedLetter | None = None, **values: Any) -> Page:
    """A page about the letter to one office. It gets what the next step needs, except the text."""
    visit = at_hand.visit
    held = holding.holder(visit.session, at_hand.post, on=visit.on)
    return page(
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


def letter(at_hand: Told, letter: RenderedLetter, form: forms.TextForm | None = None, *, problem: str = "") -> Page:
    """The words, to change. form: as they were sent; None for those of the template."""
    if form is None:
        earlier = at_hand.visit.earlier(letter)
        body = rendering.following(letter, earlier) if earlier else letter.body
        form = forms.TextForm(formdata=None, data={"subject": letter.subject, "body": body})
    page, status = office(at_hand, "letter", form=form, letter=letter, problem=problem)
    return page, 422 if problem else status


def refused(at_hand: Told, why: Refused) -> Page:
    """There is no letter to this office today, and the page says why and what else there is."""
    return office(at_hand, "refused", why=why)[0], 422


def ready(
    at_hand: Told,
    letter: RenderedLetter,
    *,
    hint: str = "",
    problem: str = "",
    wish: forms.FollowUpForm | None = None,
    is_wished: bool = False,
) -> Page:
    """The finished letter and the ways it can go. letter: what rendering.finished returned.

    wish: to be asked for a reply, as it was sent; is_wished: and nothing was wrong with it.
    """
    visit = at_hand.visit
    stale = naming.contradictions(visit.session, f"{letter.subject}\n{letter.body}", on=visit.on)
    held = holding.holder(visit.session, at_hand.post, on=visit.on)
    ways = offers(letter, addressing.channels(held))
    row = ledger.own(visit.session, visit.template, mine=visit.mine).get(at_hand.post.id)
    page, status = office(
        at_hand,
        "ready",
        letter=letter,
        hint=hint,
        stale=stale,
        offers=ways,
        can_say=ledger.can_say(row) if row else set(),
        problem=problem,
        wish=wish or forms.FollowUpForm(formdata=None, data={"wish_email": letter.sender.email}),
        can_wish=row is not None and row.state in following_up.OPEN,
        is_wished=is_wished,
    )
    return page, 422 if problem or (wish and wish.errors) else status


def with_rendered(visit: Visit, act: Callable[[Told, RenderedLetter], Answer]) -> Page | Answer:
    """Do something with the letter as today's office gets it, the text that came along having been written to it.

    Else the page says why there is none, or shows the one to the new holder.
    """
    at_hand = told(visit, post_id=request.form.get("post", ""))
    rendered = at_hand.render()
    if isinstance(rendered, Refused):
        return refused(at_hand, rendered)
    if not is_still_for(rendered):
        problem = gettext("The holder of this office has changed since you opened the letter. Here it is anew.")
        return letter(at_hand, rendered, problem=problem)
    return act(at_hand, rendered)


def is_still_for(letter: RenderedLetter) -> bool:
    """False when the text that came with this request was written to somebody else."""
    return request.form.get("holder", "") == _holder_mark(letter)


def _is_old(visit: Visit, held: holding.Holding) -> bool:
    config = current_app.config
    days = {"warn_days": config["ROSTER_WARN_DAYS"], "block_days": config["ROSTER_BLOCK_DAYS"]}
    return freshness.of(visit.session, held, on=visit.on, **days).is_old


def _holder_mark(letter: RenderedLetter) -> str:
    """Whom a text was written to: the office, and who held it when the page was made."""
    return f"{letter.post.id} {letter.status} {letter.holder_name} {letter.holder_since or ''}".strip()
