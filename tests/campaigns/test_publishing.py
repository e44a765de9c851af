"""What must be right before a campaign is public, and its moves."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign.campaigns import guessing, overriding, parts, publishing
from campaign.campaigns.models import Campaign
from campaign.letters.part import LettersPart
from campaign.petitions.part import PetitionPart
from tests import make


@pytest.fixture(autouse=True)
def all_parts() -> None:
    parts.register(PetitionPart())
    parts.register(LettersPart())


def ready(session: Session, **values: Any) -> Campaign:
    """A draft with nothing missing."""
    campaign = make.campaign(session, state="draft", categories=[make.category(session)], **values)
    make.petition(session, campaign)
    make.todo(session, campaign, kind="petition", title="Sign it")
    return campaign


def blocking(session: Session, campaign: Campaign) -> list[tuple[str, str]]:
    found = publishing.check(session, campaign, now=make.NOW)
    return [(finding.code, finding.where) for finding in found if finding.blocks]


def advice(session: Session, campaign: Campaign) -> list[str]:
    return [finding.code for finding in publishing.check(session, campaign, now=make.NOW) if not finding.blocks]


def test_a_complete_draft_is_published(session: Session) -> None:
    campaign = ready(session)
    publishing.publish(session, campaign, now=make.NOW)
    assert (campaign.state, campaign.published_at) == ("published", make.NOW)


@pytest.mark.parametrize(
    ("values", "code", "where"),
    [
        ({"opinion_author": ""}, "missing-author", "opinion_author"),
        ({"action": "Act **now"}, "leftover-marks", "action"),
        ({"opinion": "Point one. ### Point two"}, "leftover-marks", "opinion"),
        ({"title": "The **bridge**"}, "leftover-marks", "title"),
        ({"todo_intro": "See [here](nowhere at all)"}, "leftover-marks", "todo_intro"),
    ],
)
def test_texts_that_are_not_right_block(session: Session, values: dict[str, str], code: str, where: str) -> None:
    campaign = ready(session, **values)
    assert blocking(session, campaign) == [(code, where)]
    with pytest.raises(publishing.NotReady) as refusal:
        publishing.publish(session, campaign, now=make.NOW)
    assert refusal.value.findings[0].code == code
    assert campaign.state == "draft"


def test_markdown_that_is_closed_is_no_leftover(session: Session) -> None:
    campaign = ready(session, action="Act **now**.\n\n### Why\n\n[Read](https://example.org/why) `it`.")
    assert blocking(session, campaign) == []


def test_without_a_category_nobody_would_find_it(session: Session) -> None:
    campaign = ready(session)
    campaign.categories = []
    assert blocking(session, campaign) == [("missing-category", "categories")]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"outlet": ""}, "missing-outlet"),
        ({"url": ""}, "missing-source"),
        ({"url": "javascript:alert(1)"}, "bad-source"),
        ({"body": []}, "missing-article"),
    ],
)
def test_an_article_needs_its_source(session: Session, values: dict[str, Any], code: str) -> None:
    campaign = ready(session, article=make.article(session, **values))
    assert [found for found, _ in blocking(session, campaign)] == [code]


def test_a_front_page_is_a_poor_source_but_one(session: Session) -> None:
    campaign = ready(session, article=make.article(session, url="https://example.org/", published_at=None))
    assert blocking(session, campaign) == []
    assert advice(session, campaign)[:2] == ["bare-source", "missing-date"]


def test_what_an_act_lacks_blocks_and_says_which_field_mends_it(session: Session) -> None:
    campaign = ready(session)
    action = make.todo(session, campaign, kind="event", title="Come to the vigil", details={"on": "2026-12-01"})
    assert blocking(session, campaign) == [("incomplete-event", "todo.2.place")]
    action.details = {"on": "2026-12-01", "place": "Market square"}
    assert blocking(session, campaign) == []


def test_a_letter_is_what_an_act_of_writing_needs(session: Session) -> None:
    campaign = ready(session)
    make.todo(session, campaign, kind="contact", title="Write")
    mayor = make.make_post(session, "mayor", label="Mayor of Exampleton")
    make.membership(session, make.person(session), mayor)
    make.letter_template(session, campaign, target="mayor")
    assert [code for code, where in blocking(session, campaign) if where.startswith("todo")] == []


def test_reading_without_a_link_is_only_worth_a_look(session: Session) -> None:
    campaign = ready(session)
    make.todo(session, campaign, kind="learn", links=[])
    assert blocking(session, campaign) == []
    assert "incomplete-learn" in advice(session, campaign)


def test_a_link_to_a_front_page_is_worth_a_look(session: Session) -> None:
    campaign = ready(session)
    make.todo(session, campaign, kind="learn", links=[{"url": "https://www.congress.gov/", "label": "Congress"}])
    assert "bare-link" in advice(session, campaign)


def test_a_link_that_leads_nowhere_blocks(session: Session) -> None:
    campaign = ready(session)
    make.todo(session, campaign, kind="learn", links=[{"url": "javascript:alert(1)", "label": "Read"}])
    assert blocking(session, campaign) == [("bad-link", "todo.2.links")]


def test_an_empty_list_of_acts_blocks(session: Session) -> None:
    campaign = ready(session)
    campaign.todo.clear()
    assert blocking(session, campaign) == [("missing-todo", "todo")]


@pytest.fixture
def presidents(session: Session) -> None:
    """Who was President, and who is on the day of the tests."""
    office = make.make_post(session, "us-president", label="President of the United States", role="president")
    biden = make.person(session, "Joseph Biden", nickname="Joe")
    trump = make.person(session, "Donald Trump")
    make.membership(session, biden, office, date(2021, 1, 20), date(2025, 1, 20))
    make.membership(session, trump, office, date(2025, 1, 20), date(2029, 1, 20))


@pytest.mark.usefixtures("presidents")
@pytest.mark.parametrize("field", ["opinion", "action", "todo_intro"])
def test_an_officeholder_of_yesterday_blocks(session: Session, field: str) -> None:
    campaign = ready(session, **{field: "We urge President Biden to act."})
    (found,) = [f for f in publishing.check(session, campaign, now=make.NOW) if f.blocks]
    assert (found.code, found.where) == ("stale-officeholder", field)
    assert "Donald Trump" in found.text


@pytest.mark.usefixtures("presidents")
def test_an_act_that_names_the_wrong_holder_blocks(session: Session) -> None:
    campaign = ready(session)
    make.todo(session, campaign, kind="social", title="Share", body="The former President Donald Trump said so.")
    assert blocking(session, campaign) == [("stale-officeholder", "todo.2")]


@pytest.mark.usefixtures("presidents")
def test_a_reason_lets_a_name_stand_until_the_words_change(session: Session) -> None:
    campaign = ready(session, opinion="We urge President Biden to act.")
    findings = publishing.check(session, campaign, now=make.NOW)
    (found,) = [found for found in findings if found.blocks]
    mark = overriding.mark(found)
    with pytest.raises(overriding.NotOverridable, match="sentence or two"):
        overriding.override(campaign, findings, mark, reason="So.", by="charlie@example.org", now=make.NOW)
    reason = "It is a quotation of 2022."
    overriding.override(campaign, findings, mark, reason=reason, by="charlie@example.org", now=make.NOW)
    assert blocking(session, campaign) == []
    assert campaign.overrides[0]["reason"] == reason
    campaign.opinion = "We urge former President Donald Trump to act."
    assert blocking(session, campaign) == [("stale-officeholder", "opinion")]


def test_no_reason_helps_against_what_is_missing(session: Session) -> None:
    campaign = ready(session, opinion_author="")
    findings = publishing.check(session, campaign, now=make.NOW)
    assert not any(overriding.can(found) for found in findings)
    with pytest.raises(overriding.NotOverridable):
        overriding.override(
            campaign, findings, overriding.mark(findings[0]), reason="Because I say so.", by="c", now=make.NOW
        )


@pytest.mark.parametrize(
    ("values", "code", "where"),
    [
        ({"opinion": "### Why\n\n✎ Say why."}, "leftover-prompt", "opinion"),
        ({"action": "### Why now\n\n### How\n\nBy writing."}, "empty-section", "action"),
        ({"todo_intro": "✎ Two sentences"}, "leftover-prompt", "todo_intro"),
        ({"opinion": "", "opinion_author": ""}, "missing-author", "action_author"),
    ],
)
def test_an_outline_is_not_published_unfilled(session: Session, values: dict[str, str], code: str, where: str) -> None:
    assert blocking(session, ready(session, **values)) == [(code, where)]


@pytest.mark.parametrize(("by", "code"), [("playbook", "unread-guess"), ("assistant", "unapproved-machine-text")])
def test_nothing_is_published_that_nobody_has_read(session: Session, by: str, code: str) -> None:
    campaign = ready(session)
    guessing.mark(campaign, "country", by="text", name="harmless")
    guessing.mark(campaign, "opinion", by=by, name="Foreign policy")
    assert blocking(session, campaign) == [(code, "preview")]
    assert "Foreign policy" in guessing.words(campaign, "opinion")
    guessing.settle(campaign, "opinion")
    assert blocking(session, campaign) == []


@pytest.mark.usefixtures("presidents")
def test_the_outlets_own_words_are_not_ours_to_mend(session: Session) -> None:
    body = [{"kind": "paragraph", "text": "President Biden said in 2022 that the bridge would be mended."}]
    assert blocking(session, ready(session, article=make.article(session, body=body))) == []


def test_what_the_parts_find_blocks_too(session: Session) -> None:
    campaign = make.campaign(session, state="draft", categories=[make.category(session)])
    make.todo(session, campaign, kind="petition", title="Sign it")
    assert {where.partition(".")[0] for _, where in blocking(session, campaign)} == {"petition"}


def test_a_campaign_is_closed_and_opened_again(session: Session) -> None:
    campaign = make.campaign(session)
    later = make.NOW + timedelta(days=1)
    publishing.close(session, campaign, now=later)
    assert (campaign.state, campaign.closed_at, campaign.is_readable) == ("closed", later, True)
    publishing.reopen(session, campaign, now=later)
    assert (campaign.state, campaign.closed_at) == ("published", None)


def test_a_campaign_taken_off_the_site_keeps_the_day_it_was_first_public(session: Session) -> None:
    campaign = ready(session)
    publishing.publish(session, campaign, now=make.NOW)
    publishing.unpublish(session, campaign, now=make.NOW)
    assert campaign.state == "draft"
    publishing.publish(session, campaign, now=make.NOW + timedelta(days=1))
    assert campaign.published_at == make.NOW


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (publishing.publish, "published"),
        (publishing.publish, "closed"),
        (publishing.unpublish, "draft"),
        (publishing.close, "draft"),
        (publishing.close, "closed"),
        (publishing.reopen, "published"),
        (publishing.reopen, "draft"),
    ],
)
def test_a_step_from_the_wrong_state_is_refused(session: Session, step: Any, state: str) -> None:
    campaign = make.campaign(session, state=state)
    with pytest.raises(publishing.WrongState):
        step(session, campaign, now=make.NOW)
    assert campaign.state == state


def test_of_two_organisers_who_close_at_once_one_is_told(session: Session, engine: Engine) -> None:
    id = make.campaign(session, state="published").id
    session.commit()
    with Session(engine, expire_on_commit=False) as his, Session(engine) as hers:
        seen_open = his.get_one(Campaign, id)
        his.commit()
        publishing.close(hers, hers.get_one(Campaign, id), now=make.NOW)
        hers.commit()
        with pytest.raises(publishing.WrongState):
            publishing.close(his, seen_open, now=make.NOW)
