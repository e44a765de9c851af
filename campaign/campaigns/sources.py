"""The reports a campaign rests on besides its own article: cited, proposed or left out, and which is newer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, defer

from campaign.articles import headlines, seen, spellings, stories
from campaign.articles.models import Article
from campaign.articles.spellings import Differences
from campaign.campaigns.models import READABLE, Campaign, CampaignSource
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext

COMPARED = 8  # reports; more would take readers' time without telling them more
MOST = 20  # reports that a draft cites by itself, and drafts that cite a new report
LISTED = 200  # reports on an organiser's page
NEWER = timedelta(hours=1)  # what comes sooner after a report is another outlet's version of it


class NotASource(Refused):
    """This article cannot be cited here."""


@dataclass(frozen=True)
class Report:
    """An article that others repeat nearly word for word. copies: those, the oldest first."""

    article: Article
    copies: list[Article]


@dataclass(frozen=True)
class Sources:
    """What an organiser decides about. proposed: reports of the same event about which nobody has decided."""

    cited: list[Report]
    proposed: list[Report]
    left_out: list[Report]


@dataclass(frozen=True)
class Newer:
    """A later report of the same event. has_page: readers find it on this site, with a campaign of its own."""

    article: Article
    has_page: bool


@dataclass(frozen=True)
class Shown:
    """What readers of a campaign are told of other reports. differences: between them and the campaign's own."""

    reports: list[Report]
    differences: Differences
    newer: Newer | None


@dataclass(frozen=True)
class Hints:
    """What an organiser should know of other reports. listed: what the outlet's page named, variants together."""

    newer: Newer | None
    proposed: list[Report]
    listed: list[list[dict[str, Any]]]


def cite_story(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Cite the reports of a new draft's event, and its own report in the other drafts; organisers look at drafts.

    What readers see already is not changed behind an organiser's back: there the new report is only proposed.
    """
    own = campaign.article
    if own is None or own.story_id is None:
        return
    session.flush()
    in_story = Article.story_id == own.story_id
    newest = select(Article.id).where(in_story, Article.copy_of_id.is_(None)).order_by(Article.id.desc()).limit(MOST)
    members = session.scalars(newest).all()
    drafts = select(Campaign).where(Campaign.id == campaign.id)
    if own.copy_of_id is None:  # a copy tells nobody anything new
        others = select(Campaign).join(Campaign.article).where(in_story, Campaign.state == "draft")
        drafts = others.order_by(Campaign.id.desc()).limit(MOST)
    for draft in session.scalars(drafts):
        wanted = set(members if draft is campaign else [own.id]) - {draft.article_id}
        decided = select(CampaignSource.article_id).where(CampaignSource.campaign_id == draft.id)
        for id in sorted(wanted - set(session.scalars(decided))):
            session.add(CampaignSource(campaign_id=draft.id, article_id=id, is_cited=True, changed_at=now))
    session.flush()


def cited(session: Session, campaign: Campaign) -> list[Report]:
    """The other reports that readers are shown, the oldest first."""
    found = session.scalars(
        _listed()
        .join(CampaignSource, CampaignSource.article_id == Article.id)
        .where(CampaignSource.campaign_id == campaign.id, CampaignSource.is_cited, Article.id != campaign.article_id)
    )
    return folded(found.all())


def shown(session: Session, campaign: Campaign) -> Shown:
    """The other reports with where they differ, and the newer one."""
    reports = cited(session, campaign)
    own = [campaign.article] if campaign.article else []
    compared = [*own, *(report.article for report in reports)] if reports else []
    return Shown(reports, spellings.compare(compared[:COMPARED]), newer(session, campaign, for_readers=True))


def hints(session: Session, campaign: Campaign) -> Hints:
    """What the overview of a campaign says of other reports."""
    listed = campaign.article.related if campaign.article else []
    return Hints(
        newer(session, campaign, for_readers=False),
        decisions(session, campaign).proposed,
        headlines.folded(listed, lambda other: str(other["headline"])),
    )


def beside(session: Session, article: Article, campaigns: Sequence[Campaign]) -> list[Report]:
    """The reports that these campaigns rest on besides this article, the oldest first."""
    ids = [campaign.id for campaign in campaigns]
    cited = select(CampaignSource.article_id).where(CampaignSource.campaign_id.in_(ids), CampaignSource.is_cited)
    return folded(session.scalars(_listed().where(Article.id.in_(cited), Article.id != article.id)).all())


def campaigns_of(session: Session, articles: Sequence[Article]) -> dict[int, Campaign]:
    """The first campaign that was made of each article, or else of another report of its event; by the article's id."""
    stories_of = {article.story_id for article in articles if article.story_id}
    ids = [article.id for article in articles]
    query = select(Campaign, Article.story_id).join(Campaign.article).order_by(Campaign.id)
    query = query.where(or_(Article.id.in_(ids), Article.story_id.in_(stories_of)))
    made = session.execute(query).tuples().all() if ids else []
    found: dict[int, Campaign] = {}
    for article in articles:
        own = [campaign for campaign, _ in made if campaign.article_id == article.id]
        near = [campaign for campaign, story in made if story and story == article.story_id]
        if own or near:
            found[article.id] = (own or near)[0]
    return found


def decisions(session: Session, campaign: Campaign) -> Sources:
    """All reports of the campaign's event but its own article, by what was decided about them."""
    rows = session.execute(
        select(CampaignSource.article_id, CampaignSource.is_cited).where(CampaignSource.campaign_id == campaign.id)
    )
    decided = dict(rows.tuples().all())
    is_near: list[ColumnElement[bool]] = [Article.id.in_(decided)]
    if campaign.article and campaign.article.story_id:
        is_near.append(Article.story_id == campaign.article.story_id)
    query = _listed().where(or_(*is_near), Article.id != campaign.article_id)
    articles = session.scalars(query.order_by(Article.id.desc()).limit(LISTED)).all()
    of = {state: [one for one in articles if decided.get(one.id) is state] for state in (True, None, False)}
    return Sources(folded(of[True]), folded(of[None]), folded(of[False]))


def folded(articles: Sequence[Article]) -> list[Report]:
    """The articles with copies of one text together, the oldest first."""
    reports: dict[int, Report] = {}
    for article in sorted(articles, key=lambda one: (one.copy_of_id is not None, stories.appeared_at(one), one.id)):
        text = article.copy_of_id or article.id
        if text in reports:
            reports[text].copies.append(article)
        else:
            reports[text] = Report(article, [])
    return sorted(reports.values(), key=lambda report: (stories.appeared_at(report.article), report.article.id))


def add(session: Session, campaign: Campaign, address: str, *, now: datetime) -> Article:
    """Cite an article by its address: the outlet's, or that of our own page of it. Raises NotASource."""
    article = _at(session, address.strip())
    if article is None:
        message = gettext("No article of this address is here. Import it first, then cite it.")
        raise NotASource(message, field="address")
    if article.id == campaign.article_id:
        raise NotASource(gettext("The campaign starts from this article. Name another one."), field="address")
    cite(session, campaign, article, now=now)
    if campaign.article:
        stories.unite(session, campaign.article, article, now=now)
    return article


def cite(session: Session, campaign: Campaign, article: Article, *, now: datetime) -> None:
    """Name this report among the sources."""
    _decide(session, campaign, article, is_cited=True, now=now)


def leave_out(session: Session, campaign: Campaign, article: Article, *, now: datetime) -> None:
    """Name it no more, and do not propose it again. It can be cited again at any time."""
    _decide(session, campaign, article, is_cited=False, now=now)


def lead(session: Session, campaign: Campaign, article: Article, *, now: datetime) -> None:
    """Start the campaign from this report; the one it started from becomes one of its sources."""
    before = campaign.article
    if before is article:
        return
    row = session.get(CampaignSource, (campaign.id, article.id))
    if row is not None:
        session.delete(row)
    campaign.article, campaign.changed_at = article, now
    session.flush()
    if before is not None:
        cite(session, campaign, before, now=now)


def find(session: Session, campaign: Campaign, id: int) -> Article:
    """One of the reports of the campaign's event, by its number. Raises NotFound for all others."""
    article = session.get(Article, id) if 0 < id < 2**31 else None
    if article is not None:
        story = campaign.article.story_id if campaign.article else None
        is_near = article.id == campaign.article_id or (story is not None and article.story_id == story)
        if is_near or session.get(CampaignSource, (campaign.id, id)) is not None:
            return article
    raise NotFound(gettext("This report is not one of the campaign’s event."))


def newer(session: Session, campaign: Campaign, *, for_readers: bool) -> Newer | None:
    """The newest later report of the event, unless it was left out; None when the campaign's own is the newest.

    for_readers: only what they may know of: reports the campaign cites, and those of published campaigns.
    """
    own = campaign.article
    if own is None or own.published_at is None:
        return None
    decided = select(CampaignSource.article_id).where(CampaignSource.campaign_id == campaign.id)
    cited, left_out = decided.where(CampaignSource.is_cited), decided.where(~CampaignSource.is_cited)
    published = select(Campaign.article_id).where(Campaign.state.in_(READABLE), Campaign.article_id == Article.id)
    is_near: list[ColumnElement[bool]] = [Article.id.in_(cited)]
    if own.story_id:
        is_near.append((Article.story_id == own.story_id) & (published.exists() if for_readers else true()))
    article = session.scalars(
        _listed()
        .where(or_(*is_near), Article.id.not_in(left_out), Article.published_at > own.published_at + NEWER)
        .where(Article.copy_of_id.is_(None) | (Article.copy_of_id != (own.copy_of_id or own.id)))
        .order_by(Article.copy_of_id.is_not(None), Article.published_at.desc(), Article.id)
        .limit(1)
    ).one_or_none()
    if article is None:
        return None
    has_page = session.scalar(select(published.where(Article.id == article.id).exists())) or False
    return Newer(article, has_page)


def _listed() -> Select[tuple[Article]]:
    """Articles without what lists do not show."""
    return select(Article).options(defer(Article.source_text))


def _decide(session: Session, campaign: Campaign, article: Article, *, is_cited: bool, now: datetime) -> None:
    row = session.get(CampaignSource, (campaign.id, article.id))
    if row is None:
        row = CampaignSource(campaign_id=campaign.id, article_id=article.id)
        session.add(row)
    row.is_cited, row.changed_at = is_cited, now
    campaign.changed_at = now
    session.flush()


def _at(session: Session, address: str) -> Article | None:
    key = seen.url_key(address)
    theirs = key and session.scalar(select(Article).where(Article.url_key == key).order_by(Article.id).limit(1))
    _, is_ours, slug = address.rstrip("/").rpartition("/articles/")
    return theirs or (session.scalar(select(Article).where(Article.slug == slug)) if is_ours else None)
