"""Many documents at once: the good ones are stored, the bad ones named."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.articles.models import Article
from campaign.articles.page import Page
from campaign.campaigns import bulk, drafting
from campaign.campaigns.models import Campaign
from campaign.errors import Refused
from tests.make import NOW

pytestmark = pytest.mark.stored


def page(number: int) -> Page:
    return Page(f"Report {number}", source_text=f"text {number}")


def refuse() -> list[Page]:
    raise Refused("It is a picture.")


def too_long_for_its_column() -> list[Page]:
    return [page(100), Page("Report", outlet="o" * 5000, language="x" * 5000)]


def run(session: Session, *documents: Callable[[], list[Page]]) -> list[bulk.Outcome]:
    named = ((str(number), read) for number, read in enumerate(documents))
    batches = bulk.run(session, named, tell=lambda imported: imported.campaign.slug, clock=lambda: NOW)
    return [outcome for batch in batches for outcome in batch]


def test_bad_documents_leave_nothing_and_the_others_go_on(session: Session) -> None:
    outcomes = run(session, lambda: [page(1)], refuse, lambda: [page(2), page(3)])
    assert [(one.name, one.lines, one.error and one.error.message) for one in outcomes] == [
        ("0", ["report-1"], None),
        ("1", [], "It is a picture."),
        ("2", ["report-2", "report-3"], None),
    ]
    session.rollback()
    assert session.scalar(select(func.count(Campaign.id))) == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite takes texts of any length
def test_a_document_the_database_does_not_take_is_named(session: Session) -> None:
    [bad, good] = run(session, too_long_for_its_column, lambda: [page(1)])
    assert bad.error and "could not be stored" in bad.error.message and bad.lines == []
    assert good.lines == ["report-1"]
    session.rollback()
    assert session.scalars(select(Article.headline)).all() == ["Report 1"]


def test_what_cannot_be_drafted_leaves_its_neighbours_alone(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = drafting.begin

    def choosy(session: Session, page: Page, *, now: datetime) -> drafting.Draft:
        if page.headline == "Report 2":
            raise Refused("Not this one.")
        return begin(session, page, now=now)

    monkeypatch.setattr(drafting, "begin", choosy)
    outcomes = run(session, lambda: [page(1)], lambda: [page(3), page(2)], lambda: [page(4)])
    assert [one.lines for one in outcomes] == [["report-1"], [], ["report-4"]]
    assert outcomes[1].error and outcomes[1].error.message == "Not this one."
    session.rollback()
    assert session.scalars(select(Campaign.slug).order_by(Campaign.id)).all() == ["report-1", "report-4"]


def test_what_is_given_back_is_on_disk_and_nothing_is_stored_for_long(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LONGEST", 0.0)
    named = ((str(number), lambda number=number: [page(number)]) for number in range(3))
    seen = 0
    for batch in bulk.run(session, named, tell=lambda imported: imported.campaign.slug, clock=lambda: NOW):
        assert not session.in_transaction()
        seen += len(batch)
        with Session(session.get_bind()) as other:
            assert other.scalar(select(func.count(Campaign.id))) == seen
    assert seen == 3


def test_the_same_document_twice_in_one_batch_is_one_campaign(session: Session) -> None:
    [first, second] = run(session, lambda: [page(1)], lambda: [page(1)])
    assert (first.lines, second.lines) == (["report-1"], ["report-1"])
    assert [first.imported[0].is_new, second.imported[0].is_new] == [True, False]
