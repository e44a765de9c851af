"""This feature's share in a campaign (see campaign.campaigns.parts)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import markup
from campaign.articles.page import Page, SamplePetition
from campaign.campaigns import checking, guessing
from campaign.campaigns.models import Campaign
from campaign.campaigns.playbooks import Playbook
from campaign.errors import Finding
from campaign.i18n import gettext, lazy_gettext
from campaign.officials import holding, searching, targets
from campaign.officials.models import Post
from campaign.officials.targets import needs_area
from campaign.petitions import asking, confirming, counting, finding, goals
from campaign.petitions.editing import end_of, set_addressees, set_text
from campaign.petitions.models import Addressee, Petition, PetitionText, Signature, SignatureCount
from campaign.petitions.origins import Origins

STATE_WORDS = {
    "waiting": lazy_gettext("Not yet open for signatures"),
    "open": lazy_gettext("Open for signatures"),
    "paused": lazy_gettext("Paused"),
    "closed": lazy_gettext("Closed for signatures"),
}
# Whom a petition goes to by a rule, as part of "to the Mayor and …".
RULE_WORDS = {
    targets.MY_REPRESENTATIVE: lazy_gettext("each signer’s own representative"),
    targets.MY_SENATORS: lazy_gettext("each signer’s own senators"),
    targets.MY_REPRESENTATIVE_AND_SENATORS: lazy_gettext("each signer’s own representative and senators"),
}


@dataclass(frozen=True)
class PetitionPanel:
    """The petition as a campaign's page shows it.

    state         waiting (not open yet), open, paused or closed; state_words says it to people
    goal          the one shown now, see goals.py; reached: the last that was, reached_on the day, None while none is
    origins       of the count: given here, on paper, with other tools
    versions      how many versions its text has
    confirm_until the end of the time in which signatures of an ended petition can be confirmed; None when that is over
    text          the demand people sign now; None while the organiser has not written it
    addressees    (office, name of who holds it today); the name is None while nobody is known for certain
    rule_words    to whom it goes besides, by where each signer lives; "" when to nobody
    recent_names  the newest signers who let their names be shown
    """

    petition: Petition
    text: PetitionText | None
    count: int
    origins: Origins
    goal: int | None
    reached: int | None
    reached_on: date | None
    versions: int
    opens_at: datetime | None
    closes_at: datetime | None
    confirm_until: datetime | None
    is_open: bool
    state: str
    state_words: str
    addressees: list[tuple[Post, str | None]]
    rule_words: str
    recent_names: list[str]


@dataclass(frozen=True)
class PetitionSummary:
    """The petition as a list of campaigns shows it."""

    count: int
    goal: int | None
    closes_at: datetime | None
    is_open: bool
    demand: str


class PetitionPart:
    """The demand, its addressees, its goal and times."""

    name = "petition"

    def __init__(self, has_owner: Callable[[], bool] = lambda: True) -> None:
        """has_owner: whether this site says who runs it, so that people know whom they give their names to."""
        self._has_owner = has_owner

    def draft(self, session: Session, campaign: Campaign, page: Page, playbook: Playbook, *, now: datetime) -> None:
        """The page's petition, else the playbook's, else an empty one whose checks say what is missing."""
        petition = Petition(campaign=campaign)
        session.add(petition)
        sample = page.petition or playbook.petition
        if sample is None:
            return
        petition.texts.append(PetitionText(version=1, demand=sample.demand, body=sample.body, created_at=now))
        petition.goal, petition.closes_at = sample.goal, end_of(sample.closes_on)
        _address(session, campaign, petition, sample)
        if page.petition is None:
            guessing.mark(campaign, "petition", by=guessing.PLAYBOOK, name=playbook.name)

    def pack(self, session: Session, campaign: Campaign, page: Page) -> None:
        """The demand as people sign it now, with its addressees, goal and last day."""
        petition = finding.of(session, campaign)
        if petition is None or petition.text is None:
            return
        page.petition = SamplePetition(
            demand=petition.text.demand,
            body=petition.text.body,
            addressees=(
                *(addressee.post_id for addressee in petition.addressees),
                *([petition.addressee_rule] if petition.addressee_rule else []),
            ),
            goal=petition.goal,
            closes_on=petition.closes_at.date() if petition.closes_at else None,
        )

    def check(self, session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
        """What a petition must have before people are asked to sign it."""
        petition = finding.of(session, campaign) or Petition(campaign_id=campaign.id)
        return [
            *_check_owner(self._has_owner()),
            *_check_text(petition),
            *_check_terms(petition, now=now),
            *_check_addressees(session, petition, now),
        ]

    def judge(self, session: Session, campaign: Campaign, page: Page, *, now: datetime) -> list[Finding]:
        """Nothing besides what is judged of every text."""
        return []

    def suggest(
        self, session: Session, campaign: Campaign, page: Page, *, by: str, name: str, now: datetime
    ) -> bool | None:
        """Demand, text and addressees of a petition that nobody has saved; its goal and days stay."""
        if page.petition is None:
            return None
        petition = finding.of(session, campaign)
        if petition is None or (petition.text and not guessing.is_guess(campaign, "petition")):
            return False
        sample = page.petition
        set_text(session, petition, demand=sample.demand, body=sample.body, now=now)
        if sample.addressees:
            set_addressees(session, petition, post_ids=[id for id in sample.addressees if not needs_area(id)], now=now)
        guessing.mark(campaign, "petition", by=by, name=name)
        return True

    def show(self, session: Session, campaign: Campaign, *, now: datetime) -> PetitionPanel | None:
        """The petition's panel; None for a campaign without a petition."""
        petition = finding.of(session, campaign)
        return panel(session, petition, now=now) if petition else None

    def summaries(
        self, session: Session, campaigns: Sequence[Campaign], *, now: datetime
    ) -> dict[int, PetitionSummary]:
        """By campaign id; campaigns without a petition are left out."""
        of_petition = SignatureCount.petition_id == Petition.id
        count = select(func.coalesce(func.sum(SignatureCount.confirmed), 0)).where(of_petition).scalar_subquery()
        demand = (
            select(PetitionText.demand)
            .where(PetitionText.petition_id == Petition.id)
            .order_by(PetitionText.version.desc())
            .limit(1)
            .scalar_subquery()
        )
        ids = [campaign.id for campaign in campaigns]
        found = session.execute(select(Petition, count, demand).where(Petition.campaign_id.in_(ids)))
        return {
            petition.campaign_id: PetitionSummary(
                count=int(number),
                goal=goals.goal(petition.goal, int(number), raises=petition.raises_goal).shown,
                closes_at=petition.ended_at,
                is_open=petition.is_open(now=now),
                demand=asked or "",
            )
            for petition, number, asked in found
        }

    def words(self, session: Session, campaign: Campaign) -> str:
        """The demand and its reasons, as people sign them now."""
        petition = finding.of(session, campaign)
        text = petition.text if petition else None
        return f"{text.demand}\n{markup.plain(text.body)}" if text else ""

    def numbers(self, session: Session, campaigns: Sequence[Campaign]) -> dict[int, dict[str, int | None]]:
        """Confirmed, pending and goal of every campaign; zeros and no goal for one without a petition."""
        waiting = select(func.count()).where(Signature.petition_id == Petition.id, Signature.state == "pending")
        petitions = select(Petition, waiting.scalar_subquery()).where(
            Petition.campaign_id.in_([campaign.id for campaign in campaigns])
        )
        found = {petition.campaign_id: (petition, pending) for petition, pending in session.execute(petitions)}
        confirmed = counting.confirmed(session, [petition.id for petition, _ in found.values()])
        numbers: dict[int, dict[str, int | None]] = {
            campaign.id: {"confirmed": 0, "pending": 0, "goal": None} for campaign in campaigns
        }
        for id, (petition, pending) in found.items():
            numbers[id] = {"confirmed": confirmed[petition.id], "pending": pending, "goal": petition.goal}
        return numbers


def panel(session: Session, petition: Petition, *, now: datetime) -> PetitionPanel:
    """A petition with its count, and with the holders of its addressees today."""
    posts = [addressee.post for addressee in petition.addressees]
    holders = holding.holders(session, posts, on=now.date())
    people = [(post, holders[post.id].person) for post in posts]
    origins = counting.origins(session, [petition.id])[petition.id]
    count = sum(origins.by_source.values())
    goal = goals.goal(petition.goal, count, raises=petition.raises_goal)
    by_day = counting.by_day(session, petition) if goal.reached else []
    state = finding.state(petition, now=now)
    return PetitionPanel(
        petition=petition,
        text=petition.text,
        count=count,
        origins=origins,
        goal=goal.shown,
        reached=goal.reached,
        reached_on=goals.reached_on(by_day, goal.reached) if goal.reached else None,
        versions=len(petition.texts),
        opens_at=petition.opens_at,
        closes_at=petition.ended_at,
        confirm_until=_confirm_until(petition, now=now),
        is_open=petition.is_open(now=now),
        state=state,
        state_words=str(STATE_WORDS[state]),
        addressees=[(post, person.name if person else None) for post, person in people],
        rule_words=str(RULE_WORDS.get(petition.addressee_rule, "")),
        recent_names=finding.recent_names(session, petition),
    )


def _confirm_until(petition: Petition, *, now: datetime) -> datetime | None:
    if not petition.is_ended(now=now) or petition.ended_at is None:
        return None
    until = petition.ended_at + confirming.GRACE
    return until if now < until else None


def _address(session: Session, campaign: Campaign, petition: Petition, sample: SamplePetition) -> None:
    """Offices that this site does not know are left out, with a warning for the editor."""
    rules = [one for one in sample.addressees if one in targets.RULES]
    petition.addressee_rule = rules[0] if rules else ""
    wanted = list(dict.fromkeys(one for one in sample.addressees if one not in rules))
    known = searching.posts_by_id(session, wanted)
    for position, post_id in enumerate([id for id in wanted if id in known], start=1):
        petition.addressees.append(Addressee(post=known[post_id], position=position))
    for post_id in wanted:
        if post_id not in known:
            text = gettext("The petition is addressed to “%(id)s”, an office this site does not know.", id=post_id)
            warning = {"code": "unknown-office", "text": str(text), "where": "petition.addressees"}
            campaign.warnings = [*(campaign.warnings or []), warning]


def _check_owner(has_owner: bool) -> Iterator[Finding]:
    if not has_owner:
        text = gettext(
            "Nobody says who collects these signatures. Whoever runs this site sets ORGANISER_NAME and ORGANISER_EMAIL."
        )
        yield Finding("missing-owner", text, "petition")


def _check_text(petition: Petition) -> Iterator[Finding]:
    if petition.text is None or not petition.text.demand:
        text = gettext("Write the petition’s demand: one sentence that says what should happen.")
        yield Finding("missing-demand", text, "petition.demand")
        return
    yield from checking.unfinished(petition.text.demand, "petition.demand")
    yield from checking.unfinished(petition.text.body, "petition.body")


def _check_terms(petition: Petition, *, now: datetime) -> Iterator[Finding]:
    if petition.closes_at is None:
        text = gettext("Set the petition’s last day. It also decides how long names and addresses are kept.")
        yield Finding("missing-closing-date", text, "petition.closes_at")
    elif petition.closes_at <= now:
        text = gettext("The petition’s last day is over. Choose one to come.")
        yield Finding("closing-date-over", text, "petition.closes_at")
    if petition.goal is None:
        text = gettext("The petition has no goal. People like to see how far it has come.")
        yield Finding("missing-goal", text, "petition.goal", blocks=False)


def _check_addressees(session: Session, petition: Petition, now: datetime) -> Iterator[Finding]:
    if petition.addressee_rule and asking.ways(petition)["postcode"] == asking.NO:
        text = gettext("Ask for the postcode, or nobody’s own representative is known when the petition is delivered.")
        yield Finding("rule-without-postcode", text, "petition.addressees")
    if not petition.addressees and not petition.addressee_rule:
        text = gettext("Choose at least one office that the petition is addressed to.")
        yield Finding("missing-addressee", text, "petition.addressees")
    posts = [addressee.post for addressee in petition.addressees]
    for held in holding.holders(session, posts, on=now.date()).values():
        if not held.confirmed:
            text = gettext(
                "Nobody is known for certain to be %(office)s today; no name will be shown.", office=held.post.label
            )
            yield Finding("no-known-holder", text, "petition.addressees", blocks=False)
