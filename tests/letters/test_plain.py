import pytest
from sqlalchemy.orm import Session

from campaign.officials.targets import MY_SENATORS
from tests.conftest import Visitor
from tests.letters import world

URL = "/campaigns/bridge/letters/write/sheet.txt"


@pytest.mark.parametrize(
    ("target", "start"), [("us-president", "Dear President Ames,"), (MY_SENATORS, "… (the greeting")]
)
def test_a_sheet_to_fill_in_by_hand_says_what_belongs_on_each_line(
    session: Session, client: Visitor, target: str, start: str
) -> None:
    world.build(session)
    world.letter(session, target)
    session.commit()
    answer = client.get(URL)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    head, _, body = answer.get_data(as_text=True).partition("\n\n")
    assert head == "Subject: The bridge" and start in body.partition("\n")[0]
    assert "… (the writer’s full name)" in body and "{{" not in body


def test_a_letter_that_is_being_mended_has_no_sheet(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, body="Dear [Name], please act. {{ sender.name }}")
    session.commit()
    client.page(URL, 404)
