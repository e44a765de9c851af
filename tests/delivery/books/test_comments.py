"""Comments for the book: read, ticked, and printed only as they were read."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.delivery.books import comments
from campaign.delivery.models import ChosenComment
from campaign.petitions import counting
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.conftest import Visitor

SignInAs = Callable[..., Visitor]


def commented(session: Session, petition: Petition, text: str = "I cross it.", **values: str) -> Signature:
    row = make.signature(session, petition, comment=text, **values)
    session.commit()
    return row


def test_exactly_what_was_ticked_on_the_page_is_chosen(session: Session) -> None:
    petition = make.petition(session)
    one, two, three = (commented(session, petition) for _ in range(3))
    commented(session, petition, state="pending")
    marks = [comments.mark(row) for row in (one, two)]
    assert comments.choose(session, petition, shown=marks, wanted=marks, now=make.NOW)
    assert comments.chosen(session, petition) == {one.id, two.id}
    # Another page: what stands on the first one stays.
    assert comments.choose(session, petition, shown=[comments.mark(three)], wanted=[comments.mark(three)], now=make.NOW)
    assert not comments.choose(session, petition, shown=marks, wanted=marks, now=make.NOW)
    assert comments.choose(session, petition, shown=marks, wanted=marks[:1], now=make.NOW)
    assert comments.chosen(session, petition) == {one.id, three.id}


def test_a_changed_or_erased_comment_is_chosen_no_more(session: Session) -> None:
    petition = make.petition(session)
    changed, erased = commented(session, petition), commented(session, petition)
    marks = [comments.mark(row) for row in (changed, erased)]
    comments.choose(session, petition, shown=marks, wanted=marks, now=make.NOW)
    changed.comment, erased.comment = "Something nobody read.", ""
    session.flush()
    assert comments.chosen(session, petition) == set()
    # Neither by the page as it was before the change.
    assert not comments.choose(session, petition, shown=marks, wanted=marks, now=make.NOW)
    comments.forget_gone(session)
    assert session.scalar(select(func.count()).select_from(ChosenComment)) == 1


def test_marks_that_are_none_and_those_of_others_choose_nothing(session: Session) -> None:
    petition, other = make.petition(session), make.petition(session)
    theirs = comments.mark(commented(session, other))
    bad = [theirs, "x", "1", "", "9" * 40 + ".0", "-1.0"]
    assert not comments.choose(session, petition, shown=bad, wanted=bad, now=make.NOW)
    assert comments.chosen(session, other) == set()


def test_comments_that_are_not_handed_over_are_not_offered(session: Session) -> None:
    petition = make.petition(session, asks={"comment": "no"})
    commented(session, petition)
    assert session.scalars(comments.of(petition)).all() == []


def test_charlie_ticks_what_the_book_prints(session: Session, sign_in: SignInAs) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    row = commented(session, petition, "<b>I cross it.</b>", given_name="Suzie")
    commented(session, petition, "Not this one.")
    counting.add(session, petition.id, day=make.TODAY, country="US", number=2)
    session.commit()
    charlie = sign_in("deliverer")
    url = "/desk/campaigns/bridge/comments"
    page = charlie.page(url)
    assert "<b>I cross it.</b>" in page.get_text() and "0 comments are chosen." in page.get_text()
    assert charlie.page("/desk/campaigns/bridge/signatures").select_one(f'a[href="{url}"]')
    seen = [field["value"] for field in page.select('input[name="seen"]')]
    charlie.submit(url, {"seen": seen, "wanted": [comments.mark(row)]})
    session.rollback()
    assert comments.chosen(session, petition) == {row.id}
    page = charlie.page(url)
    assert [field["value"] for field in page.select("input[checked]")] == [comments.mark(row)]
    assert "1 comment is chosen." in page.get_text()


def test_who_may_not_export_sees_no_comments(session: Session, sign_in: SignInAs) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    commented(session, petition, "Canary")
    assert "Canary" not in sign_in("viewer").get("/desk/campaigns/bridge/comments").text
