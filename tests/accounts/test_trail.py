"""Reading the audit trail: by person, act, object and day, in words, and as a file."""

import ast
import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import access
from campaign.accounts import auditing, trail
from campaign.accounts.models import AuditEntry
from campaign.accounts.permissions import Role
from campaign.accounts.trail import Chosen
from campaign.paths import PACKAGE
from tests import make
from tests.conftest import Visitor, read

SignInAs = Callable[..., Visitor]
DAY = timedelta(days=1)


@pytest.fixture
def four(session: Session) -> None:
    """Four entries: two of Charlie's, one of Mallory's with traps in it, one of the worker's."""
    charlie = make.account(session, email="charlie@example.org")
    mallory = make.account(session, email="=mallory%@example.org")
    rows = {"campaign": "bridge", "rows": 2}
    auditing.record(
        session, "campaign.publish", account=charlie, object_kind="campaign", object_id="bridge", now=make.NOW - DAY
    )
    auditing.record(
        session, "export.download", account=charlie, object_kind="export", object_id=7, detail=rows, now=make.NOW
    )
    auditing.record(session, "campaign.edit", account=mallory, object_kind="campaign", object_id="@sum", now=make.NOW)
    auditing.record(
        session, "export.build", actor=auditing.WORKER, object_kind="export", object_id=8, now=make.NOW + DAY
    )
    session.commit()


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        (Chosen(), [4, 3, 2, 1]),
        (Chosen(who="Charlie"), [2, 1]),
        (Chosen(who="%"), [3]),  # no wild card
        (Chosen(action="export.build"), [4]),
        (Chosen(object="bridge"), [2, 1]),  # also what names the campaign beside the list
        (Chosen(object="campaign bridge"), [1]),
        (Chosen(object="7"), [2]),
        (Chosen(since=make.NOW.date()), [4, 3, 2]),
        (Chosen(until=make.NOW.date()), [3, 2, 1]),
        (Chosen(who="charlie", action="export.download", object="7", since=make.NOW.date()), [2]),
        (Chosen(who="nobody"), []),
    ],
)
def test_entries_are_chosen(session: Session, four: None, chosen: Chosen, numbers: list[int]) -> None:
    assert [entry.id for entry in session.scalars(trail.entries(chosen))] == numbers


def test_the_page_filters_pages_and_shows_the_head(session: Session, four: None, sign_in: SignInAs) -> None:
    owner = sign_in("owner")
    page = owner.page("/desk/audit?who=charlie&action=export.download")
    assert [cell.text for cell in page.select("tbody th")] == ["Downloaded a list of signatures"]
    assert page.select_one("code").text == auditing.head(session)  # type: ignore[union-attr]
    assert page.select_one("#who")["value"] == "charlie"  # type: ignore[index]
    for n in range(60):
        auditing.record(session, "campaign.edit", actor="charlie@example.org", object_id=n, now=make.NOW)
    session.commit()
    first = owner.page("/desk/audit?who=charlie")
    following = first.select_one("a[rel=next]")["href"]  # type: ignore[index]
    assert len(owner.page(str(following)).select("tbody tr")) == 12 and "who=charlie" in following


def test_an_empty_choice_and_a_wrong_day_say_so(sign_in: SignInAs, four: None) -> None:
    owner = sign_in("owner")
    assert "No entry is like this" in owner.page("/desk/audit?who=nobody").text
    wrong = read(owner.get("/desk/audit?since=yesterday"), 422)
    assert wrong.select_one("#since-error") and len(wrong.select("tbody tr")) == 5  # with the sign-in
    assert read(owner.get("/desk/audit?action=no.such&page=x"), 422)


@pytest.mark.parametrize("role", list(Role))
def test_only_owners_read_it(sign_in: SignInAs, four: None, role: Role) -> None:
    browser = sign_in(role)
    for path in ("/desk/audit", "/desk/audit.csv"):
        answer = browser.get(path)
        assert (answer.status_code == 200, "mallory" in answer.text) == (role == "owner",) * 2
        answer.close()


def test_the_file_has_what_was_chosen_and_no_formula(session: Session, four: None, sign_in: SignInAs) -> None:
    answer = sign_in("owner").get("/desk/audit.csv?object=@sum")
    [row] = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""))
    answer.close()
    assert (row["actor"], row["object_id"]) == ("'=mallory%@example.org", "'@sum")
    assert (row["words"], row["at"]) == ("Edited a campaign", "2026-11-22T12:00:00+00:00")
    assert answer.headers["Cache-Control"] == "no-store"
    session.rollback()
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1] == "audit.download"


def test_every_act_has_its_words(app: Flask) -> None:
    """Found in the code: what is handed to `audit` or `record`, and what routes declare."""
    named = {access.personal_data_of(app, rule.endpoint) for rule in app.url_map.iter_rules()} - {""}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in {"audit", "record", "_audit", "_done", "saved", "_saved"}:
                texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
                named |= {one for one in texts if isinstance(one, str) and re.fullmatch(r"[a-z]+(\.[a-z_]+)+", one)}
    assert len(named) > 30
    assert sorted(named - trail.WORDS.keys()) == []
