"""A petition as a part of its campaign: drafted, checked, shown, listed."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from campaign.articles.page import Page, SamplePetition
from campaign.campaigns.playbooks import Playbook
from campaign.petitions import counting, finding
from campaign.petitions.part import PetitionPart
from tests import make

PART = PetitionPart()
DAY = timedelta(days=1)


def codes(session: Session, petition_campaign: make.Campaign) -> dict[str, bool]:
    """Each finding's code, and whether it blocks."""
    return {found.code: found.blocks for found in PART.check(session, petition_campaign, now=make.NOW)}


def test_a_draft_takes_the_pages_petition(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    make.make_post(session, "mayor")
    sample = SamplePetition("Mend it.", "Soon.", ("mayor", "emperor"), goal=50, closes_on=date(2027, 3, 31))

    PART.draft(session, campaign, Page("x", petition=sample), Playbook(), now=make.NOW)
    session.flush()

    petition = finding.of(session, campaign)
    assert petition is not None and petition.text is not None
    assert (petition.text.demand, petition.text.body, petition.goal) == ("Mend it.", "Soon.", 50)
    assert petition.closes_at == datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC)
    assert [addressee.post_id for addressee in petition.addressees] == ["mayor"]
    assert [warning["code"] for warning in campaign.warnings] == ["unknown-office"]


def test_a_draft_falls_back_on_the_playbook(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    PART.draft(session, campaign, Page("x"), Playbook(petition=SamplePetition("Act.")), now=make.NOW)
    session.flush()
    petition = finding.of(session, campaign)
    assert petition is not None and petition.text is not None and petition.text.demand == "Act."


def test_an_empty_draft_says_all_that_is_missing(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    PART.draft(session, campaign, Page("x"), Playbook(), now=make.NOW)
    session.flush()
    missing = {"missing-demand": True, "missing-addressee": True, "missing-closing-date": True, "missing-goal": False}
    assert codes(session, campaign) == missing
    assert codes(session, make.campaign(session, state="draft")) == missing


def test_a_complete_petition_only_lacks_a_known_holder(session: Session) -> None:
    petition = make.petition(session)
    assert codes(session, petition.campaign) == {"no-known-holder": False}
    make.membership(session, make.person(session), petition.addressees[0].post, end=None)
    assert codes(session, petition.campaign) == {}


def test_a_closing_date_must_lie_ahead(session: Session) -> None:
    petition = make.petition(session, closes_at=make.NOW)
    assert codes(session, petition.campaign)["closing-date-over"]


def test_the_panel_names_offices_and_who_holds_them_today(session: Session) -> None:
    petition = make.petition(session)
    post = petition.addressees[0].post
    make.membership(session, make.person(session, "Old Hand"), post, end=date(2026, 1, 1), start=date(2020, 1, 1))

    before = PART.show(session, petition.campaign, now=make.NOW)
    make.membership(session, make.person(session, "Ada Lovelace"), post, start=date(2026, 1, 1), end=None)
    after = PART.show(session, petition.campaign, now=make.NOW)

    assert before is not None and after is not None
    assert (before.addressees, after.addressees) == ([(post, None)], [(post, "Ada Lovelace")])


def test_the_panel_shows_only_names_that_may_be_shown(session: Session) -> None:
    petition = make.petition(session)
    for number, (state, show) in enumerate([("confirmed", True), ("confirmed", False), ("pending", True)]):
        make.signature(session, petition, state=state, show_name=show, family_name=f"No{number}")
    panel = PART.show(session, petition.campaign, now=make.NOW)
    assert panel is not None and panel.recent_names == ["Suzie No0"]


def test_the_panel_says_how_the_petition_stands(session: Session) -> None:
    states = []
    kinds = ({}, {"opens_at": make.NOW + DAY}, {"closes_at": make.NOW}, {"paused_at": make.NOW})
    for values in (*kinds, {"paused_at": make.NOW, "closes_at": make.NOW}):
        panel = PART.show(session, make.petition(session, **values).campaign, now=make.NOW)
        assert panel is not None
        states.append((panel.state, panel.is_open))
    assert states == [("open", True), ("waiting", False), ("closed", False), ("paused", False), ("closed", False)]


def test_the_panel_says_when_a_goal_was_reached_and_which_is_next(session: Session) -> None:
    petition = make.petition(session, goal=100)
    for day, number in ((0, 60), (1, 60), (2, 60)):
        counting.add(session, petition.id, day=make.TODAY + day * DAY, country="US", number=number)
    panel = PART.show(session, petition.campaign, now=make.NOW)
    assert panel is not None
    assert (panel.goal, panel.reached, panel.reached_on) == (250, 100, make.TODAY + DAY)
    assert PART.summaries(session, [petition.campaign], now=make.NOW)[petition.campaign_id].goal == 250
    assert PART.numbers(session, [petition.campaign])[petition.campaign_id]["goal"] == 100


def test_the_panel_says_how_long_signatures_of_an_ended_petition_can_be_confirmed(session: Session) -> None:
    petition = make.petition(session, closes_at=make.NOW)
    shown = [PART.show(session, petition.campaign, now=make.NOW + days * DAY) for days in (-1, 0, 2, 3)]
    until = make.NOW + 3 * DAY
    assert [panel.confirm_until if panel else None for panel in shown] == [None, until, until, None]


def test_a_campaign_without_a_petition_shows_none(session: Session) -> None:
    assert PART.show(session, make.campaign(session), now=make.NOW) is None


def test_a_list_of_campaigns_takes_one_query(session: Session) -> None:
    petitions = [make.petition(session, demand=f"Demand {number}.") for number in range(3)]
    counting.add(session, petitions[1].id, day=make.TODAY, country="US", number=2)
    counting.add(session, petitions[1].id, day=make.TODAY - DAY, country="FR", number=3)
    campaigns = [petition.campaign for petition in petitions] + [make.campaign(session)]
    statements: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: statements.append(args[2]))

    summaries = PART.summaries(session, campaigns, now=make.NOW)

    assert sorted((row.demand, row.count, row.is_open) for row in summaries.values()) == [
        ("Demand 0.", 0, True),
        ("Demand 1.", 5, True),
        ("Demand 2.", 0, True),
    ]
    assert (len(summaries), len(statements)) == (3, 1)


def test_nobody_signs_for_a_site_that_does_not_say_whose_it_is(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    make.petition(session, campaign)
    found = PetitionPart(has_owner=lambda: False).check(session, campaign, now=make.NOW)
    assert [one.code for one in found if one.blocks] == ["missing-owner"]


def test_a_prompt_is_no_demand(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    make.petition(session, campaign, demand="✎ Who should do what, and by when?")
    assert "leftover-prompt" in codes(session, campaign)


def test_a_rule_is_an_addressee_in_files_and_asks_for_postcodes(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    sample = SamplePetition("Mend it.", "Soon.", ("my_representative_and_senators",), closes_on=date(2027, 3, 31))
    PART.draft(session, campaign, Page("x", petition=sample), Playbook(), now=make.NOW)
    session.flush()
    petition = finding.of(session, campaign)
    assert petition and petition.addressee_rule == "my_representative_and_senators" and not petition.addressees
    assert not {"missing-addressee", "rule-without-postcode"} & codes(session, campaign).keys()
    petition.asks = {"postcode": "no"}
    assert codes(session, campaign)["rule-without-postcode"]
    packed = Page("x")
    PART.pack(session, campaign, packed)
    assert packed.petition and packed.petition.addressees == sample.addressees
