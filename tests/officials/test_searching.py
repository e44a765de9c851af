from sqlalchemy.orm import Session

from campaign.officials import searching
from tests import make


def test_offices_are_found_by_label_and_by_holder(session: Session) -> None:
    mayor = make.make_post(session, "mayor", label="Mayor of Exampleton")
    make.make_post(session, "clerk", label="Clerk of Exampleton")
    make.make_post(session, "sheriff", label="Sheriff of Exampleton", end_date=make.TODAY)
    make.membership(session, make.person(session, "José Ortega", search_name="jose ortega"), mayor, end=None)
    make.membership(session, make.person(session, "Old Hand", search_name="old hand"), mayor, end=make.TODAY)

    def found(text: str) -> list[str]:
        return [post.id for post in searching.posts(session, text, on=make.TODAY)]

    assert found("EXAMPLETON") == ["clerk", "mayor"]
    assert found("ortega mayor") == found("José") == ["mayor"]
    assert found("old hand") == found("%") == found("sheriff") == []


def test_who_finds_no_office_is_told_what_to_do(session: Session) -> None:
    make.make_post(session, "mayor", label="Mayor of Exampleton")
    assert searching.why_nothing(session, "exampleton", on=make.TODAY) is None
    for text, told in (("mairie", "Try one of them alone"), (" ", "Type a word")):
        problem = searching.why_nothing(session, text, on=make.TODAY)
        assert problem and told in problem.message and problem.field == "search"


def test_nothing_is_called_what_a_database_cannot_look_for(session: Session) -> None:
    make.make_post(session, "mayor", label="Mayor of Exampleton")
    for text in ("mayor\0", "\0", "mayor " * 10_000):
        assert searching.posts(session, text, on=make.TODAY) == []
