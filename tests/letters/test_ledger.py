import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.errors import NotFound
from campaign.letters import ledger
from campaign.letters.ledger import WrongState
from campaign.letters.models import SAID, TRANSITIONS, Letter, LetterTemplate
from campaign.letters.rendering import RenderedLetter, Sender, render
from campaign.officials.models import Post
from tests import make
from tests.letters import world


def test_every_state_can_be_reached_and_none_but_said_ones_by_saying_so() -> None:
    reached = {"prepared"} | {state for moves in TRANSITIONS.values() for state in moves}
    assert reached == set(TRANSITIONS)
    assert {"sent", "queued", "bounced"}.isdisjoint(SAID)


def test_only_what_we_sent_is_called_sent_by_us() -> None:
    counts = {"prepared": 5, "opened": 4, "printed": 1, "called": 2, "self-sent": 3, "asked": 1, "queued": 1}
    words = ledger.in_words(counts | {"unknown": 1, "bounced": 1})
    assert words == [
        "19 letters prepared",
        "4 people opened the form",
        "1 letter printed",
        "2 people said they called",
        "3 people said they sent it",
    ]
    assert ledger.in_words({"sent": 2})[-1] == "2 letters sent by us"
    assert ledger.in_words({}) == []


def test_a_letter_whose_holder_is_read_anew_is_prepared(session: Session) -> None:
    template, _ = prepared(session)
    made = letter(session, template)
    session.commit()  # all that was read is read again
    row = ledger.prepare(session, template, made, mine=[], now=make.NOW)
    assert row.person_id and row.text_sha256


def test_what_was_sent_keeps_its_row(session: Session) -> None:
    template, row = prepared(session)
    row.state = "sent"
    again = ledger.prepare(session, template, letter(session, template), mine=[row.id], now=make.NOW)
    assert again.id != row.id and ledger.own(session, template, mine=[row.id, again.id]) == {"us-president": again}
    assert ledger.tallies(session, [template.id]) == {template.id: {"sent": 1, "prepared": 1}}


def test_the_ledger_says_who_held_the_office_by_which_roster(session: Session) -> None:
    _, row = prepared(session)
    assert (row.holder_name, row.post_label) == ("Ada Ames", "President of the United States")
    assert (row.roster_source, row.roster_as_of) == ("example.org/roster", world.AS_OF)
    assert row.person_id and row.membership_id


def letter(session: Session, template: LetterTemplate) -> RenderedLetter:
    post = session.get(Post, "us-president")
    assert post
    sender = Sender("Suzie", "Signer")
    return render(session, template, post, sender=sender, campaign_title="T", campaign_url="U", on=world.AS_OF)


def prepared(session: Session) -> tuple[LetterTemplate, Letter]:
    world.build(session)
    template = world.letter(session)
    return template, ledger.prepare(session, template, letter(session, template), mine=[], now=make.NOW)


def test_the_ledger_keeps_a_hash_and_no_text(session: Session) -> None:
    _, row = prepared(session)
    assert (row.state, row.post_id, len(row.text_sha256)) == ("prepared", "us-president", 64)
    assert not any("Suzie" in str(value) for value in vars(row).values())


def test_preparing_again_is_the_same_letter(session: Session) -> None:
    template, row = prepared(session)
    again = ledger.prepare(session, template, letter(session, template), mine=[row.id], now=make.NOW)
    assert again is row
    ledger.prepare(session, template, letter(session, template), mine=[], now=make.NOW)
    assert len(session.scalars(select(Letter)).all()) == 2


@pytest.mark.parametrize(
    "path", ["opened self-sent", "printed self-sent", "opened printed opened called", "self-sent self-sent"]
)
def test_writers_say_how_far_they_are(session: Session, path: str) -> None:
    template, row = prepared(session)
    for state in path.split():
        ledger.report(session, template, "us-president", state, mine=[row.id], now=make.NOW)
    assert row.state == path.split()[-1]


@pytest.mark.parametrize("path", ["self-sent printed", "sent", "", "opened prepared"])
def test_no_letter_goes_back_or_anywhere_unknown(session: Session, path: str) -> None:
    template, row = prepared(session)
    with pytest.raises(WrongState):
        for state in path.split() or [""]:
            ledger.report(session, template, "us-president", state, mine=[row.id], now=make.NOW)


def test_only_ones_own_letters_can_be_reported(session: Session) -> None:
    template, _ = prepared(session)
    with pytest.raises(NotFound):
        ledger.report(session, template, "us-president", "printed", mine=[], now=make.NOW)
