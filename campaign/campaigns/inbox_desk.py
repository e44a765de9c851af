"""The organiser's pages of feeds: what came in, a draft of it, and which feeds are followed."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from campaign.access import requires
from campaign.accounts.permissions import EDIT
from campaign.accounts.signing_in import acting_account, audit
from campaign.articles import feeds, inbox
from campaign.articles.models import Feed, FeedItem
from campaign.campaigns import from_web, sources
from campaign.campaigns.import_forms import PACE_WORDS, FeedForm
from campaign.campaigns.models import Fetch
from campaign.campaigns.views import blueprint
from campaign.db import db, now
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.pagination import paginate
from campaign.weblinks import host

AT_ONCE = 60  # reports on a page


@blueprint.get("/desk/inbox", endpoint="inbox")
@requires(EDIT)
def show_inbox() -> str:
    """What the feeds brought, reports of one event together."""
    session = db.session()
    page = paginate(session, feeds.new(), number=request.args.get("page", 1, type=int), size=AT_ONCE)
    groups = inbox.grouped(page.rows, inbox.newest_articles(session))
    return render_template(
        "campaigns/inbox.html",
        page=page,
        groups=groups,
        campaigns=sources.campaigns_of(session, [group.article for group in groups if group.article]),
        fetches=_fetches(page.rows),
        failing=[feed for feed in session.scalars(feeds.followed()) if feed.last_error],
        has_feeds=session.scalar(select(Feed.id).limit(1)) is not None,
    )


@blueprint.post("/desk/inbox/<int:id>/draft")
@requires(EDIT)
def draft_item(id: int) -> Answer:
    """Have a draft made of a report."""
    session = db.session()
    item = feeds.find_item(session, id)
    try:
        fetch = from_web.ask(session, item.url, account=acting_account(), now=now())
    except Refused as error:
        flash(error.message, "error")
        return redirect(url_for(".inbox"), 303)
    audit("campaign.fetch", "fetch", fetch.id, host=host(fetch.url))
    session.commit()
    return redirect(url_for(".imported", id=fetch.id), 303)


@blueprint.post("/desk/inbox/<int:id>/aside")
@requires(EDIT)
def put_aside(id: int) -> Answer:
    """Take a report out of the inbox."""
    item = feeds.find_item(db.session(), id)
    feeds.put_aside(item)
    audit("feed.item.aside", "feed", item.feed_id)
    db.session.commit()
    flash(gettext("Put aside."), "success")
    return redirect(url_for(".inbox"), 303)


@blueprint.route("/desk/feeds", methods=["GET", "POST"], endpoint="feeds")
@requires(EDIT)
def follow() -> tuple[str, int] | Answer:
    """The feeds that are followed; follow another."""
    session, form = db.session(), FeedForm()
    if form.validate_on_submit():
        try:
            feed = feeds.follow(session, form.url.data or "", minutes=form.minutes.data, now=now())
        except Refused as error:
            form.refuse(error)
        else:
            audit("feed.follow", "feed", feed.id, host=host(feed.url), minutes=feed.minutes)
            session.commit()
            flash(gettext("The feed is read within a minute. What it brings stands in the inbox."), "success")
            return redirect(url_for(".feeds"), 303)
    page = paginate(session, feeds.followed(), number=request.args.get("page", 1, type=int))
    return render_template("campaigns/feeds.html", form=form, page=page, paces=PACE_WORDS), form.status


@blueprint.post("/desk/feeds/<int:id>/again")
@requires(EDIT)
def read_feed(id: int) -> Answer:
    """Read a feed now."""
    session = db.session()
    feeds.again(session, feeds.find(session, id), now=now())
    audit("feed.again", "feed", id)
    session.commit()
    flash(gettext("The feed is read within a minute, unless that was done just now."), "success")
    return redirect(url_for(".feeds"), 303)


@blueprint.post("/desk/feeds/<int:id>/delete")
@requires(EDIT)
def delete_feed(id: int) -> Answer:
    """Follow a feed no more, and forget its reports."""
    session = db.session()
    feed = feeds.find(session, id)
    audit("feed.delete", "feed", id, host=host(feed.url))
    session.delete(feed)
    session.commit()
    flash(gettext("The feed is no longer read."), "success")
    return redirect(url_for(".feeds"), 303)


def _fetches(items: Sequence[FeedItem]) -> dict[str, Fetch]:
    """What was already asked for, by address; the newest where it was asked for twice."""
    urls = [item.url for item in items]
    found = db.session().scalars(select(Fetch).where(Fetch.url.in_(urls)).order_by(Fetch.id))
    return {fetch.url: fetch for fetch in found}
