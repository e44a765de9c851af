"""The desk's page of comments: which of them stand in the signature book."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.access import requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import audit
from campaign.campaigns import finding
from campaign.db import db, now
from campaign.delivery.books import comments as choosing
from campaign.delivery.books import making as book
from campaign.delivery.forms import CommentsForm
from campaign.delivery.views import blueprint
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.pagination import paginate
from campaign.petitions import finding as petitions

__all__ = ["blueprint"]

ON_ONE_PAGE = 50


@blueprint.route("/desk/campaigns/<slug>/comments", methods=["GET", "POST"])
@requires(permissions.EXPORT, personal_data="comments.look")
def comments(slug: str) -> ResponseReturnValue:
    campaign, form = finding.by_slug(db.session(), slug), CommentsForm()
    petition = petitions.of(db.session(), campaign)
    if petition is None:
        raise NotFound(gettext("This campaign has no petition."))
    number = request.args.get("page", 1, type=int)
    found = paginate(db.session(), choosing.of(petition), number=number, size=ON_ONE_PAGE)
    if form.validate_on_submit():
        wanted = form.wanted.data or []
        # Only those on the page as it was read: others have come meanwhile, unseen.
        if choosing.choose(db.session(), petition, shown=form.seen.data or [], wanted=wanted, now=now()):
            audit("comments.choose", "campaign", slug, chosen=len(wanted))
        db.session.commit()
        flash(gettext("The book will hold the comments you ticked."), "success")
        return redirect(url_for(".comments", slug=slug, page=number), 303)
    chosen = choosing.chosen(db.session(), petition)
    page = render_template(
        "delivery/comments.html",
        campaign=campaign,
        form=form,
        comments=found,
        mark=choosing.mark,
        chosen=chosen,
        most=book.MOST_COMMENTS,
    )
    return page, form.status
