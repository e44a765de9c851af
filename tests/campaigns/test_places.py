"""From a finding to the page that mends it, and back to what else is missing."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from tests import make
from tests.campaigns.test_desk import form_of
from tests.conftest import Visitor

OVERVIEW = "/desk/campaigns/mill"
BACK = "?back=missing"


@pytest.fixture
def mill(session: Session) -> Campaign:
    campaign = make.campaign(session, slug="mill", state="draft", categories=[make.category(session)])
    make.petition(session, campaign, closes_at=make.NOW.replace(year=2100))
    make.letter_template(session, campaign, slug="to-the-mayor")
    make.todo(session, campaign, kind="petition", title="Sign it")
    session.commit()
    return campaign


@pytest.fixture
def charlie(sign_in: Callable[..., Visitor], mill: Campaign) -> Visitor:
    return sign_in("editor")


def mended_at(mill: Campaign) -> list[str]:
    todo = f"{OVERVIEW}/todo/{mill.todo[0].id}"
    return [
        f"{OVERVIEW}/edit",
        f"{OVERVIEW}/source",
        f"{OVERVIEW}/article",
        f"{OVERVIEW}/petition",
        f"{OVERVIEW}/letters/to-the-mayor/edit",
        todo,
    ]


def test_what_is_saved_leads_back_to_what_is_missing(charlie: Visitor, mill: Campaign) -> None:
    for path in mended_at(mill):
        page = charlie.page(path + BACK)
        assert page.find("a", string="Back to what is missing"), path
        assert charlie.submit(path + BACK, form_of(page)).location == f"{OVERVIEW}#main", path


def test_who_came_another_way_stays_there_and_nobody_is_sent_elsewhere(charlie: Visitor, mill: Campaign) -> None:
    path = f"{OVERVIEW}/todo/{mill.todo[0].id}"
    form = form_of(charlie.page(path))
    for back in ("", "?back=https://elsewhere.example", "?back=//elsewhere.example", "?back=missing.example"):
        page = charlie.page(path + back)
        assert not page.find("a", string="Back to what is missing")
        assert charlie.submit(path + back, form).location == f"{OVERVIEW}/todo"


def test_a_list_that_is_put_in_order_knows_the_way_back(charlie: Visitor, session: Session, mill: Campaign) -> None:
    make.todo(session, mill, kind="learn", title="Read it", position=2)
    session.commit()
    page = charlie.page(f"{OVERVIEW}/todo{BACK}")
    assert page.select_one(f'a[href="{OVERVIEW}/todo/new{BACK}"]')
    up = page.select_one('form[action*="/up"]')
    assert up and str(up["action"]).endswith(BACK)
    assert charlie.submit(str(up["action"]), {}).location == f"{OVERVIEW}/todo{BACK}"
