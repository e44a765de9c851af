"""The search page."""

from sqlalchemy.orm import Session

from tests import make
from tests.conftest import Visitor


def world(session: Session) -> None:
    transport = make.category(session)
    article = make.article(
        session,
        headline="Engineers <b>warn</b> of rust",
        body=[{"kind": "paragraph", "text": f"Sentence {n} about rusty bolts & nuts."} for n in range(40)],
    )
    campaign = make.campaign(session, title="Gaol Ferry Bridge", article=article, categories=[transport])
    make.petition(session, campaign, post=make.make_post(session, id="gb-mayor", label="Mayor of Bristol"))
    make.campaign(session, title="Old ferry", state="closed", closed_at=make.NOW)
    make.campaign(session, title="Secret ferry", state="draft")
    session.commit()


def test_a_search_shows_kinds_days_outlets_and_marks(session: Session, client: Visitor) -> None:
    world(session)
    page = client.page("/search?q=rusty+bolts")
    assert [heading.text for heading in page.select("main h2")] == ["Campaigns", "Articles"]
    assert {mark.text for mark in page.find_all("mark")} == {"rusty", "bolts"}
    assert page.select_one(".list time") and "example.org" in page.select_one(".list .meta").text
