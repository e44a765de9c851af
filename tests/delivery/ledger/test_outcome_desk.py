"""Charlie says what came of it; it stands where the sign button stood, in lists, feeds and data."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.db import now
from tests import make
from tests.conftest import Visitor
from tests.delivery.ledger.test_desk import text_of

SignIn = Callable[..., Visitor]
PAGE = "/desk/campaigns/bridge/outcome"
WON = {"outcome": "won", "text": "The bridge **opens** again.", "on": now().date().isoformat(), "by": "Charlie"}


@pytest.fixture
def campaign(session: Session) -> Campaign:
    campaign = make.campaign(session, slug="bridge")
    make.petition(session, campaign)
    session.commit()
    return campaign


def test_a_won_campaign_says_so_in_place_of_the_button(
    session: Session, campaign: Campaign, sign_in: SignIn, client: Visitor
) -> None:
    sign_in("editor").submit(PAGE, WON | {"closes": "y"})
    page = client.page("/campaigns/bridge")
    outcome = page.select_one(".panel .outcome")
    assert outcome and outcome.get_text(" ", strip=True).startswith("Won")
    assert "by Charlie" in outcome.text and outcome.select("time") and not page.select("a[href$='/sign']")
    assert "Won" in text_of(client.page("/"), ".card, article")
    assert "Won" in text_of(client.page("/campaigns/bridge/sign"), ".outcome")
    found = client.get("/campaigns/bridge.json").get_json()["outcome"]
    assert (found["kind"], found["by"]) == ("won", "Charlie")
    feed = client.get("/campaigns/bridge/feed.atom").text
    assert "Won: Mend the bridge" in feed and 'term="outcome"' in feed


@pytest.mark.parametrize("lacking", ["outcome", "text", "on", "by"])
def test_an_outcome_needs_text_day_and_who_says_so(
    campaign: Campaign, sign_in: SignIn, client: Visitor, lacking: str
) -> None:
    answer = sign_in("editor").submit(PAGE, WON | {lacking: ""}, status=422)
    assert f'id="{lacking}-error"' in answer.text
    assert lacking == "text" or "The bridge **opens** again." in answer.text
    assert not client.page("/campaigns/bridge").select(".outcome")


def test_what_was_said_before_stays_readable(
    session: Session, campaign: Campaign, sign_in: SignIn, client: Visitor
) -> None:
    editor = sign_in("editor")
    editor.submit(PAGE, WON)
    editor.submit(PAGE, WON | {"outcome": "lost", "text": "It stays shut.", "note": "The vote was counted again."})
    assert text_of(client.page("/campaigns/bridge"), ".panel .outcome").startswith("Lost")
    editor.submit(f"{PAGE}/take-back", {"note": ""}, status=422)
    editor.submit(f"{PAGE}/take-back", {"note": "Nothing is decided yet."})
    shown = text_of(client.page("/campaigns/bridge/timeline"))
    assert "The vote was counted again." in shown and "Nothing is decided yet." in shown
    assert not client.page("/campaigns/bridge").select(".panel .outcome")
    editor.page(f"{PAGE}/take-back", status=404)


def test_deliverers_and_viewers_do_not_say_what_came_of_it(campaign: Campaign, sign_in: SignIn) -> None:
    for role in ("deliverer", "viewer"):
        sign_in(role).submit(PAGE, WON, status=403)
