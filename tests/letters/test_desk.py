"""Charlie looks after the letters of a campaign."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.letters.models import LetterTemplate
from tests import make
from tests.conftest import Visitor, read
from tests.letters import world

LIST = "/desk/campaigns/bridge/letters"
EDIT = f"{LIST}/write/edit"


def arranged(session: Session, state: str = "draft", **values: Any) -> LetterTemplate:
    world.build(session)
    letter = world.letter(session, **values)
    letter.campaign.state = state
    session.commit()
    return letter


def form(page: BeautifulSoup) -> dict[str, str]:
    data = {box["name"]: box.get("value", "") for box in page.select("main input[type=text]")}
    data |= {box["name"]: box["value"] for box in page.select("main input[type=radio][checked]")}
    return data | {"body": page.select_one("textarea[name=body]").text.removeprefix("\r\n")}


def test_a_letter_is_added_with_the_blocks_an_office_needs(session: Session, sign_in: Callable[..., Visitor]) -> None:
    campaign = make.campaign(session, slug="bridge", state="draft", language="fr")
    session.commit()
    charlie = sign_in("editor")
    answer = charlie.submit(LIST, {"title": "Lettre à la maire"})
    assert answer.location == f"{LIST}/lettre-a-la-maire/edit"
    letter = session.scalars(select(LetterTemplate)).one()
    assert (letter.campaign_id, letter.language, letter.target) == (campaign.id, "fr", "")
    assert "{{ official.salutation }}" in letter.body
    assert "Lettre à la maire" in charlie.page(LIST).main.text
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("letter.%"))).all() == ["letter.add"]


def test_a_letter_is_changed(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session)
    charlie = sign_in("editor")
    data = form(charlie.page(EDIT)) | {
        "title": "New",
        "target": "my_senators",
        "subject": "S",
        "body": "Please act now.",
    }
    charlie.submit(EDIT, data)
    session.expire_all()
    letter = session.scalars(select(LetterTemplate)).one()
    assert (letter.title, letter.target, letter.subject, letter.body) == ("New", "my_senators", "S", "Please act now.")
    assert letter.slug == "write"


def test_offices_are_found_and_chosen(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session)
    charlie = sign_in("editor")
    data = form(charlie.page(EDIT)) | {"search": "vermont", "find": "yes", "title": "Not saved"}
    page = read(charlie.post(EDIT, data=data))
    assert {"us-senate-vt-1", "us-house-vt-0", "us-president"} <= {box["value"] for box in page.select("[name=target]")}
    charlie.submit(EDIT, data | {"target": "us-house-vt-0", "title": "Saved"} | {"find": ""}, status=200)
    missed = read(charlie.submit(EDIT, data | {"search": "sheriff"}, status=422), 422)
    assert "No office here" in missed.find(id="search-error").text
    del data["find"]
    charlie.submit(EDIT, data | {"target": "us-house-vt-0"})
    session.expire_all()
    assert session.scalars(select(LetterTemplate.target)).one() == "us-house-vt-0"


def test_a_target_that_is_not_offered_is_refused(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session)
    charlie = sign_in("editor")
    charlie.submit(EDIT, form(charlie.page(EDIT)) | {"target": "us-emperor"}, status=422)


def test_a_stale_greeting_is_mended_with_one_button(session: Session, sign_in: Callable[..., Visitor]) -> None:
    world.build(session)
    post = make.make_post(session, "mayor", role="mayor", title="Mayor")
    world.contact(session, post, "url", "https://mayor.example.org")
    make.membership(session, make.person(session, "Old Oak"), post, make.TODAY.replace(year=2001), world.START)
    make.membership(session, make.person(session, "New Nut"), post, world.START, None)
    letter = world.letter(session, "mayor", "Dear Mayor Oak,\n\nplease act, Mayor Oak.\n\n{{ sender.name }}")
    letter.campaign.state = "draft"
    session.commit()
    charlie = sign_in("editor")
    page = charlie.page(EDIT)
    assert len(page.select("button[name=mend]")) == 1
    assert "New Nut has held the office since" in page.main.text
    charlie.submit(EDIT, form(page) | {"mend": "1"})
    session.expire_all()
    body = session.scalars(select(LetterTemplate.body)).one()
    assert body.startswith("{{ official.salutation }},\n\nplease act, Mayor Oak.")


def test_findings_stand_beside_their_line(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session, body="Dear friend,\n[your story]\n{{ mp_nam }} please act\n{{ sender.name }}")
    tags = [tag.text for tag in sign_in("editor").page(EDIT).select(".list .tag")]
    assert tags == ["Line 2", "Line 3"]


@pytest.mark.parametrize(
    ("target", "start"),
    [
        ("us-president", "Dear President Ames,"),
        ("my_senators", "Dear Senator "),
        ("my_representative", "Dear Representative "),
        ("my_representative_and_senators", "Dear Representative "),
    ],
)
def test_the_preview_is_a_marked_sample_for_todays_holder(
    session: Session, sign_in: Callable[..., Visitor], target: str, start: str
) -> None:
    arranged(session, target=target)
    page = sign_in("editor").page(EDIT)
    assert page.select_one(".letter").text.startswith(start)
    assert "Sam Sample" in page.select_one(".letter").text
    assert "the writer is made up" in page.main.text


@pytest.mark.parametrize("values", [{"target": ""}, {"body": "{{ mp_nam }} please act"}])
def test_a_letter_without_a_preview_says_why(session: Session, sign_in: Callable[..., Visitor], values: Any) -> None:
    arranged(session, **values)
    page = sign_in("editor").page(EDIT)
    assert not page.select(".letter") and page.select(".notice-warning")


def test_a_public_letter_cannot_be_broken(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session, state="published")
    charlie = sign_in("editor")
    page = read(charlie.post(EDIT, data=form(charlie.page(EDIT)) | {"body": "Dear [Name], please act."}), 422)
    assert "“[Name]” is a blank" in page.select_one(".error-summary").text
    assert page.select_one("textarea[name=body]").text.strip() == "Dear [Name], please act."
    session.expire_all()
    assert session.scalars(select(LetterTemplate.body)).one() == world.BODY


def test_a_public_letter_that_names_a_former_holder_is_paused(session: Session, client: Visitor) -> None:
    world.build(session)
    post = make.make_post(session, "mayor", role="mayor", title="Mayor")
    world.contact(session, post, "url", "https://mayor.example.org")
    make.membership(session, make.person(session, "Old Oak"), post, make.TODAY.replace(year=2001), world.START)
    make.membership(session, make.person(session, "New Nut"), post, world.START, None)
    world.letter(session, body="Dear Mayor Oak, please act. {{ sender.name }}")
    session.commit()
    url = "/campaigns/bridge/letters/write"
    assert "correcting this letter" in client.page(url).main.text
    client.submit(url, {"step": "details", "given_name": "Suzie"}, status=409)


def test_deleting_asks_once(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session)
    charlie, url = sign_in("editor"), f"{LIST}/write/delete"
    charlie.page(url)
    assert session.scalars(select(LetterTemplate)).all(), "looking deletes nothing"
    session.rollback()
    assert charlie.submit(url, {}).location == LIST
    session.expire_all()
    assert not session.scalars(select(LetterTemplate)).all()


@pytest.mark.parametrize("path", [LIST, EDIT, f"{LIST}/write/delete"])
@pytest.mark.parametrize("role", ["deliverer", "viewer"])
def test_mallory_without_the_role_sees_nothing(
    session: Session, sign_in: Callable[..., Visitor], path: str, role: str
) -> None:
    arranged(session)
    sign_in(role).page(path, 403)


def test_unknown_letters_are_not_found(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session)
    charlie = sign_in("editor")
    charlie.page(f"{LIST}/nothing/edit", 404)
    charlie.page("/desk/campaigns/nothing/letters", 404)


def test_a_judgement_is_overruled_with_a_reason_that_is_kept(session: Session, sign_in: Callable[..., Visitor]) -> None:
    arranged(session, body="{{ official.salutation }}, the weather is good.\n{{ sender.name }}")
    charlie = sign_in("editor")
    page = charlie.page(EDIT)
    assert page.select(".tag-bad") and page.select_one("input[name=override_reason]")
    charlie.submit(EDIT, form(page) | {"override_reason": "The first line asks."})
    page = charlie.page(EDIT)
    assert not page.select(".tag-bad") and page.select(".tag-warning")
    session.expire_all()
    assert session.scalars(select(LetterTemplate.override_reason)).one() == "The first line asks."
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "letter.edit")).one()
    assert entry.detail["changed"] == ["override_reason"]
