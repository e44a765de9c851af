"""Signatures on paper and from other tools: they come in as a batch, are counted apart, and go as a batch."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign.petitions import confirming, counting, forgetting, links, signing, telling, wishes
from campaign.petitions.batches import receiving as batches
from campaign.petitions.batches import work as batch_work
from campaign.petitions.batches.reading import BadFile
from campaign.petitions.batches.receiving import BatchRefused, TypedRefused
from campaign.petitions.models import Batch, ConsentWording, Signature
from campaign.petitions.signers import signer_key
from campaign.petitions.waves import invalidating
from tests import make

SECRET = "batches"
BASIS = "They signed at our stall on the market, below the same text."
PAPER = "given_name,family_name,postcode\nAda,Lovelace,10001\nGrace,Hopper,10001\n"


class Upload:
    """What a form has of a file."""

    def __init__(self, text: str | bytes, name: str = "sheet.csv") -> None:
        self.filename, self._bytes = name, text.encode() if isinstance(text, str) else text

    def save(self, dst: Path) -> None:
        dst.write_bytes(self._bytes)


class Desk:
    """An organiser and a worker on one petition."""

    def __init__(self, engine: Engine, session: Session, folder: Path, **values: Any) -> None:
        self.sessions = sessionmaker(engine)
        self.session, self.folder = session, folder
        self.petition = make.petition(session, **values)
        self.petition.campaign.country = "US"
        session.commit()

    def send(self, text: str | bytes, *, source: str = "other", fields: list[str] | None = None) -> Batch:
        """Looked through."""
        batch = batches.receive(
            self.session, self.petition, Upload(text), folder=self.folder, account=None, now=make.NOW
        )
        if batch.stage == "new":
            batches.set_columns(
                self.session, batch, source=source, fields=fields or batch.fields, country=batch.country,
                signed_on=make.TODAY, now=make.NOW,
            )  # fmt: skip
        return self.work(batch)

    def take_in(self, batch: Batch, *, now: datetime = make.NOW, **values: Any) -> Batch:
        said: dict[str, Any] = {"basis": BASIS, "text_version": 1, "told": [], "account": None, "kept_until": None}
        batches.apply(self.session, batch, **said | values, now=now)
        return self.work(batch, now=now)

    def undo(self, batch: Batch) -> Batch:
        batches.undo(self.session, batch, now=make.NOW)
        return self.work(batch)

    def work(self, batch: Batch, *, now: datetime = make.NOW) -> Batch:
        self.session.commit()
        desk = batch_work.Desk(self.folder, SECRET)
        for id in batch_work.claim(self.sessions, limit=10, now=now):
            batch_work.run(self.sessions, id, desk=desk, clock=lambda: now)
        self.session.expire_all()
        return batch

    def signatures(self) -> list[Signature]:
        self.session.rollback()
        return list(self.session.scalars(select(Signature).order_by(Signature.batch_row, Signature.id)))

    def counted(self) -> dict[str, int]:
        self.session.rollback()
        assert counting.check(self.session) == []
        found = dict(counting.origins(self.session, [self.petition.id])[self.petition.id].by_source)
        self.session.rollback()
        return found


@pytest.fixture
def desk(engine: Engine, session: Session, tmp_path: Path) -> Desk:
    return Desk(engine, session, tmp_path / "batches")


def test_a_file_is_looked_through_and_nothing_is_written(desk: Desk) -> None:
    batch = desk.send(PAPER, source="paper")
    assert (batch.stage, batch.counts["rows"], batch.counts["new"], batch.counts["refused"]) == ("checked", 2, 2, 0)
    assert desk.signatures() == [] and desk.counted() == {}


def test_a_batch_counts_apart_from_what_was_signed_here(desk: Desk) -> None:
    make.signature(desk.session, desk.petition)
    counting.check(desk.session, fix=True)
    batch = desk.take_in(desk.send(PAPER, source="paper"))
    assert (batch.stage, batch.counts["new"], batch.applied_at) == ("applied", 2, make.NOW)
    assert desk.counted() == {"online": 1, "paper": 2}
    ada = next(one for one in desk.signatures() if one.batch_row == 1)
    assert (ada.given_name, ada.origin, ada.state, ada.email, ada.area) == ("Ada", "paper", "confirmed", "", "US-NY")
    assert not list(desk.folder.iterdir())


def test_the_same_file_again_brings_nobody_new(desk: Desk) -> None:
    desk.take_in(desk.send(PAPER, source="paper"))
    again = desk.send(PAPER, source="paper")
    assert (again.counts["new"], again.counts["earlier"]) == (0, 2)
    with pytest.raises(BatchRefused):
        desk.take_in(again)
    assert desk.counted() == {"paper": 2}


def test_who_was_erased_does_not_come_back_with_the_same_file(desk: Desk) -> None:
    desk.take_in(desk.send(PAPER, source="paper"))
    forgetting.erase(desk.session, desk.signatures()[0], now=make.NOW)
    desk.session.commit()
    assert desk.counted() == {"paper": 1}
    assert desk.send(PAPER, source="paper").counts["new"] == 0


def test_undoing_takes_out_exactly_that_batch(desk: Desk) -> None:
    make.signature(desk.session, desk.petition)
    counting.check(desk.session, fix=True)
    desk.take_in(desk.send(PAPER, source="paper"))
    second = desk.take_in(desk.send("given_name,postcode\nAlan,10001\n", source="other"))
    desk.undo(second)
    assert (second.stage, second.undone_at) == ("undone", make.NOW)
    assert desk.counted() == {"online": 1, "paper": 2}
    assert len(desk.signatures()) == 3
    assert desk.send("given_name,postcode\nAlan,10001\n", source="other").counts["new"] == 1


def test_whoever_signed_here_is_not_counted_twice_and_stays(desk: Desk) -> None:
    key = signer_key(SECRET, "ada@gmail.com")
    make.signature(desk.session, desk.petition, signer_key=key, email="ada@gmail.com")
    counting.check(desk.session, fix=True)
    batch = desk.send("given_name,email\nAda,A.d.a+x@googlemail.com\nGrace,grace@example.org\n", source="other")
    assert (batch.counts["new"], batch.counts["here"]) == (1, 1)
    desk.undo(desk.take_in(batch))
    assert desk.counted() == {"online": 1}


def test_people_without_an_address_are_known_by_name_and_place(desk: Desk) -> None:
    desk.take_in(desk.send(PAPER, source="paper"))
    rows = "given_name,family_name,postcode\nADA,  lovelacé,10001\nAda,Lovelace,10002\nada,lovelace,10002\n"
    counts = desk.send(rows, source="paper").counts
    assert (counts["new"], counts["earlier"]) == (1, 2)


def test_nobody_in_a_batch_gets_mail_but_those_who_agreed_get_news(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[str] = []
    news = {"news": lambda session, signature, now: followed.append(signature.email)}
    monkeypatch.setattr(wishes, "BEGUN", news)
    rows = "given_name,email,ok\nAda,ada@example.org,yes\nGrace,grace@example.org,\nAlan,alan@example.org,no\n"
    batch = desk.send(rows, fields=["given_name", "email", "subscribe"])
    assert batch.counts["consents"] == 1
    with pytest.raises(BatchRefused) as refused:
        desk.take_in(batch)
    assert refused.value.field == "wording"
    desk.session.rollback()
    desk.take_in(batch, wording="Send me news of the bridge")
    ada, grace, _ = desk.signatures()
    assert followed == ["ada@example.org"] and (ada.subscribe, grace.subscribe) == (True, False)
    assert ada.mailed_at is None and ada.subscribed_at
    assert desk.session.get_one(ConsentWording, ada.consent_wording_id).wording == "Send me news of the bridge"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("=cmd|' /C calc'!A0,x,10001,", "first", "cannot begin"),
        ("@SUM(1),x,10001,", "first", "cannot begin"),
        ("A" * 10_000 + ",x,10001,", "first", "10000 characters"),
        ("Ada\u202egro,x,10001,", "first", "hidden"),
        ("https://evil.example,x,10001,", "first", "links"),
        (",x,10001,", "first", "Enter your name"),
        ("Ada,x,1,", "postcode", ""),
        ("Ada,x,,", "postcode", "postcode"),
        ("Ada,x,10001,ada@", "email", "complete address"),
        ("Ada,x,10001,,one,two", "", "6 cells"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_signature_is_named(desk: Desk, row: str, column: str, said: str) -> None:
    batch = desk.send(
        f"first,family_name,postcode,email\n{row}\nGrace,Hopper,10001,\n",
        fields=["given_name", "family_name", "postcode", "email"],
    )
    assert (batch.counts["refused"], batch.counts["new"]) == (1, 1)
    (problem,) = batches.problems(desk.session, batch)
    assert (problem.row, problem.line, problem.column) == (1, 2, column) and said in problem.text


def test_formulas_in_comments_are_only_text(desk: Desk) -> None:
    desk.take_in(
        desk.send("given_name,postcode,comment\nAda,10001,=cmd|' /C calc'!A0\nBo,10001,\t=1\n", source="other")
    )
    assert [one.comment for one in desk.signatures()] == ["=cmd|' /C calc'!A0", "=1"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("", "empty"),
        ("given_name,postcode\n", "no rows"),
        ('given_name,postcode\nAda,"10001\n', "line 2 (byte 24)"),
        ("given_name,postcode\nAda\0,10001\n", "NUL byte in line 2 (byte 23)"),
        ("given_name,postcode\r\nAda,10001\nBo,10001\n", "line ends change in line 2"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(desk: Desk, file: str, said: str) -> None:
    try:
        batch = desk.send(file)
    except BadFile as error:
        message = error.message
    else:
        message = batch.last_error
        assert batch.stage == "refused"
    assert said in message
    assert desk.signatures() == []


def test_a_worker_that_dies_halfway_leaves_nothing_that_counts_and_another_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_work, "PORTION", 2)
    rows = "given_name,postcode\n" + "".join(f"Ada{letter},10001\n" for letter in "abcde")
    batch = desk.send(rows, source="paper")

    class Killed(BaseException):
        pass

    def die(done: int, size: int) -> None:
        raise Killed

    batches.apply(
        desk.session, batch, basis=BASIS, text_version=1, told=[], account=None, kept_until=None, now=make.NOW
    )
    desk.session.commit()
    (id,) = batch_work.claim(desk.sessions, limit=1, now=make.NOW)
    with pytest.raises(Killed):
        batch_work.run(desk.sessions, id, desk=batch_work.Desk(desk.folder, SECRET, die), clock=lambda: make.NOW)
    assert len(desk.signatures()) == 2 and desk.counted() == {}

    desk.work(batch, now=make.NOW + timedelta(hours=1))
    assert (batch.stage, batch.counts["new"], batch.counts["earlier"]) == ("applied", 5, 0)
    assert desk.counted() == {"paper": 5}


def test_who_signs_here_after_an_import_hears_that_they_have_signed(desk: Desk) -> None:
    desk.take_in(desk.send("given_name,email\nAda,ada@example.org\n", source="other"))
    signed = signing.sign(
        desk.session, desk.petition, given_name="Ada", email="ada@example.org", country="US", postcode="10001",
        language="en", secret=SECRET, now=make.NOW,
    )  # fmt: skip
    assert signed.mail == "already"


def test_rows_typed_from_a_sheet_count_at_once(desk: Desk) -> None:
    desk.petition.sheets_printed = 3
    account = make.account(desk.session)
    rows = [
        {"given_name": "Ada", "family_name": "Lovelace", "postcode": "10001"},
        {"given_name": "", "family_name": "", "postcode": ""},
        {"given_name": "Ada", "family_name": "Lovelace", "postcode": "10001"},
    ]
    values: dict[str, Any] = {
        "country": "US", "signed_on": make.TODAY, "basis": BASIS, "text_version": 1, "account": account,
        "secret": SECRET, "kept_until": None, "now": make.NOW,
    }  # fmt: skip
    batch = batches.type_in(desk.session, desk.petition, rows, sheet=3, **values)
    desk.session.commit()
    assert (batch.counts["new"], batch.counts["earlier"], batch.file_name) == (1, 1, "Sheet 3")
    assert desk.counted() == {"paper": 1}
    with pytest.raises(BatchRefused, match="No sheet"):
        batches.type_in(desk.session, desk.petition, rows, sheet=4, **values)
    rows[1] = {"given_name": "=1", "family_name": "", "postcode": "10001"}
    with pytest.raises(TypedRefused) as refused:
        batches.type_in(desk.session, desk.petition, rows, sheet=3, **values)
    assert list(refused.value.problems) == [(1, "given_name")]


def test_a_field_that_they_were_not_told_of_is_not_handed_over(desk: Desk) -> None:
    batch = desk.take_in(desk.send(PAPER, source="paper"), told=["family_name"])
    assert batch.told == ["given_name", "family_name", "country"]
    everybody = Signature.petition_id == desk.petition.id
    fields = ("given_name", "family_name", "postcode")
    (untold,) = telling.untold(desk.session, desk.petition, fields, told_now=fields, chosen=everybody)
    assert (untold.field, untold.number) == ("postcode", 2)


def test_a_signer_who_was_taken_in_can_make_the_signature_their_own(desk: Desk) -> None:
    batch = desk.take_in(desk.send("given_name,email\nAda,ada@example.org\n", source="other"))
    (ada,) = desk.signatures()
    token = links.issue(desk.session, ada.id, secret=SECRET, now=make.NOW).token
    confirming.adopt(desk.session, token, now=make.NOW)
    desk.session.commit()
    assert desk.counted() == {"online": 1}
    desk.undo(batch)
    assert desk.counted() == {"online": 1}


def test_a_rule_against_fake_waves_takes_out_signatures_of_a_batch_and_brings_them_back(desk: Desk) -> None:
    desk.take_in(desk.send(PAPER, source="paper"))
    rule = invalidating.Rule(name="ada*")
    taken = invalidating.invalidate(desk.session, desk.petition, rule, note="", now=make.NOW)
    desk.session.commit()
    assert desk.counted() == {"paper": 1}
    invalidating.undo(desk.session, taken, now=make.NOW)
    desk.session.commit()
    assert desk.counted() == {"paper": 2}


def test_names_of_a_batch_are_forgotten_on_the_promised_day(desk: Desk) -> None:
    batch = desk.take_in(desk.send(PAPER, source="paper"))
    forgetting.forget_ended(desk.session, now=make.NOW + timedelta(days=400), days=90)
    desk.session.commit()
    assert {(one.given_name, one.postcode, one.batch_row) for one in desk.signatures()} == {("", "", None)}
    assert desk.counted() == {"paper": 2}
    again = desk.send("given_name,postcode\nBo,10001\n")
    with pytest.raises(BatchRefused, match="deleted as promised"):
        desk.take_in(again, kept_until=make.NOW)
    assert batch.basis == BASIS


def test_nothing_is_taken_in_for_somebody_who_may_no_longer(desk: Desk) -> None:
    account = make.account(desk.session, role="deliverer")
    batch = desk.send(PAPER, source="paper")
    batches.apply(
        desk.session, batch, basis=BASIS, text_version=1, told=[], account=account, kept_until=None, now=make.NOW
    )
    account.role = "viewer"
    desk.work(batch)
    assert batch.stage == "refused" and "may no longer" in batch.last_error
    assert desk.signatures() == [] and list(desk.folder.iterdir()) == []


def test_a_file_that_nobody_decides_about_is_deleted_after_a_week(desk: Desk) -> None:
    batch = desk.send(PAPER, source="paper")
    id = batch.id
    desk.session.rollback()
    for days, kept in ((6, True), (8, False)):
        batch_work.forget(desk.sessions, folder=desk.folder, now=make.NOW + timedelta(days=days))
        assert (desk.folder / f"{id}.csv").exists() is kept
    desk.session.rollback()
    assert desk.session.scalars(select(Batch)).all() == []
