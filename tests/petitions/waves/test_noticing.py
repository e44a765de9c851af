"""Fake waves on the desk: what is unusual, looking before taking out, and undoing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.db import now
from campaign.petitions import counting, forgetting, transitions
from campaign.petitions.models import Petition, Signature
from campaign.petitions.waves import noticing as waves
from campaign.petitions.waves.noticing import Share
from tests import make
from tests.conftest import Visitor, read

PATH = "/desk/campaigns/bridge/waves"
RULE = {"domain": "@Fake.example"}
MINUTE = timedelta(minutes=1)

SignIn = Callable[..., Visitor]

ACTS = {"signatures.preview", "signatures.invalidate", "signatures.restore"}  # looking besides is "signatures.look"


@pytest.fixture
def petition(session: Session) -> Petition:
    """Five fakes of the last minutes, one of them not confirmed, and four genuine ones of the last three days."""
    row = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + timedelta(days=9))
    for number in range(9):
        is_fake = number < 5
        signed_at = now() - (number * MINUTE if is_fake else timedelta(hours=20 * (number - 4)))
        signature = make.signature(
            session,
            row,
            state="pending",
            domain="fake.example" if is_fake else f"mail{number}.example",
            network_key="3f9a" + "0" * 60 if is_fake else f"{number:064x}",
            given_name="Bot" if is_fake else "Suzie",
            is_disposable=number == 0,
            created_at=signed_at,
            mailed_at=signed_at,
        )
        if number:
            transitions.move(session, signature, "confirmed", now=signed_at + timedelta(seconds=1 if is_fake else 90))
    session.commit()
    return row


def count(client: Visitor) -> Any:
    return client.get("/campaigns/bridge/count.json").json["confirmed"]


def preview(browser: Visitor, rule: dict[str, str] = RULE) -> tuple[BeautifulSoup, dict[str, str]]:
    """The page with the effect, and what its button sends."""
    page = read(browser.submit(PATH, rule, status=200))
    form = page.find("form", action=f"{PATH}/apply")
    return page, {one["name"]: one.get("value", "") for one in form.find_all("input")} if form else {}


def states(session: Session) -> list[str]:
    session.rollback()
    return sorted(session.scalars(select(Signature.state)))


# --- what is unusual


def test_domains_and_networks_that_many_share_stand_out(session: Session, petition: Petition) -> None:
    look = waves.look(session, petition, "day", now=now())
    assert (look.total, look.disposable, look.quick) == (6, 1, 4)
    assert [(one.key, one.pending, one.confirmed) for one in look.domains] == [("fake.example", 1, 4)]
    assert [(one.key[:4], one.number) for one in look.networks] == [("3f9a", 5)]
    assert isinstance(look.domains[0], Share) and look.domains[0].began_at < now() - 3 * MINUTE


def test_what_fewer_than_three_share_is_not_shown(session: Session, petition: Petition) -> None:
    assert all("mail" not in one.key for one in waves.look(session, petition, "all", now=now()).domains)


def test_the_moments_are_minutes_hours_and_lose_nobody(session: Session, petition: Petition) -> None:
    looks = {window: waves.look(session, petition, window, now=now()) for window in waves.WINDOWS}
    assert {window: look.total for window, look in looks.items()} == {"hour": 5, "day": 6, "all": 9}
    for window, look in looks.items():
        assert sum(moment.number for moment in look.moments) == look.total
        length = MINUTE if window == "hour" else 60 * MINUTE
        assert {moment.until - moment.at for moment in look.moments} == {length}
        assert all(moment.at.second == 0 for moment in look.moments)


# --- the desk


@pytest.mark.parametrize("window", ["hour", "day", "all", "nonsense"])
def test_the_page_shows_a_picture_and_tables(sign_in: SignIn, petition: Petition, window: str) -> None:
    page = sign_in("deliverer").page(f"{PATH}?window={window}")
    assert page.find("svg", attrs={"role": "img"})
    assert "Network 3f9a of" in page.main.text
    links = [link["href"] for link in page.find_all("a") if "#rule" in link["href"]]
    assert any("domain=fake.example" in link for link in links)
    assert any("since=" in link for link in links)


def test_a_link_in_a_table_fills_in_the_rule(sign_in: SignIn, petition: Petition) -> None:
    page = sign_in("owner").page(f"{PATH}?domain=fake.example&since=2026-11-22T10:00&until=x&network=3f9a")
    assert page.find(id="domain")["value"] == "fake.example"
    assert page.find(id="since")["value"] == "2026-11-22T10:00"
    assert page.find(id="network").find("option", selected=True)["value"] == "3f9a"


def test_charlie_looks_takes_out_and_undoes(
    sign_in: SignIn, session: Session, petition: Petition, client: Visitor
) -> None:
    charlie = sign_in("owner")
    everything = select(Signature.id, Signature.state, Signature.confirmed_at).order_by(Signature.id)
    before = session.execute(everything).all()

    page, sent = preview(charlie)
    shown = page.find(id="preview").text
    assert "from 8 to 4" in shown and "Take out 5 signatures" in shown and "Bot" in shown
    assert (count(client), states(session).count("invalidated")) == (8, 0)

    charlie.submit(f"{PATH}/apply", sent | {"note": "One network, five minutes."})
    assert (count(client), states(session).count("invalidated")) == (4, 5)
    assert counting.check(session) == []
    session.rollback()

    page = charlie.page(PATH)
    assert "One network, five minutes." in page.main.text and "owner@example.org" in page.main.text
    undo = next(form["action"] for form in page.find_all("form") if form.get("action", "").endswith("/undo"))
    charlie.submit(undo, {})
    charlie.submit(undo, {})
    assert count(client) == 8
    session.rollback()
    assert session.execute(everything).all() == before
    actions = session.execute(select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.id)).all()
    done = [(action, detail["number"]) for action, detail in actions if action in ACTS]
    assert done == [("signatures.preview", 5), ("signatures.invalidate", 5), ("signatures.restore", 5)]


def test_the_trail_which_is_kept_for_years_names_no_signer(
    sign_in: SignIn, session: Session, petition: Petition
) -> None:
    charlie = sign_in("owner")
    _, sent = preview(charlie, RULE | {"name": "Bot*"})
    charlie.submit(f"{PATH}/apply", sent | {"note": "Bot Botsson again."})
    details = session.scalars(select(AuditEntry.detail).where(AuditEntry.action.in_(ACTS))).all()
    assert len(details) == 2 and all(detail["by"] == ["domain", "name", "until"] for detail in details)
    assert "bot" not in str(details).lower() and "fake.example" not in str(details)


def test_the_page_opens_after_what_names_signers_was_forgotten(
    sign_in: SignIn, session: Session, petition: Petition
) -> None:
    charlie = sign_in("owner")
    _, sent = preview(charlie, RULE | {"name": "Bot*"})
    charlie.submit(f"{PATH}/apply", sent | {"note": "Bot Botsson again."})
    later = now() + timedelta(days=3000)
    assert forgetting.forget_ended(session, now=later, days=30) > 0
    session.commit()
    assert "5 signatures" in (page := charlie.page(PATH).main.text) and "Botsson" not in page


@pytest.mark.parametrize("seen_at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_an_instant_beyond_the_calendar_was_never_shown(sign_in: SignIn, petition: Petition, seen_at: str) -> None:
    sent = RULE | {"seen_at": seen_at, "expected": "5", "note": "x"}
    sign_in("owner").submit(f"{PATH}/apply", sent, status=303)


def test_another_number_than_the_one_shown_takes_nobody_out(
    sign_in: SignIn, session: Session, petition: Petition, client: Visitor
) -> None:
    charlie = sign_in("owner")
    _, sent = preview(charlie)
    make.signature(session, petition, domain="fake.example", created_at=now() - 9 * MINUTE)
    session.commit()

    page = read(charlie.submit(f"{PATH}/apply", sent | {"note": "x"}, status=409), 409)

    assert "Nothing was changed" in page.main.text and "Take out 6 signatures" in page.main.text
    assert states(session).count("invalidated") == 0


def test_who_signs_after_the_look_does_not_stop_it(sign_in: SignIn, session: Session, petition: Petition) -> None:
    charlie = sign_in("owner")
    _, sent = preview(charlie)
    make.signature(session, petition, domain="fake.example", state="pending", created_at=now())
    session.commit()
    charlie.submit(f"{PATH}/apply", sent | {"note": "still going on"})
    assert states(session).count("invalidated") == 5


BAD = [
    ({}, "domain"),
    ({"country": "US"}, "domain"),
    ({"name": "*"}, "name"),
    ({"name": "a*b*c*d*e*"}, "name"),
    ({"since": "yesterday"}, "since"),
    ({"since": "2026-11-22T10:00", "until": "2026-11-22T09:00"}, "until"),
    ({"domain": "x", "country": "XX"}, "country"),
    ({"network": "<b>"}, "network"),
    ({"domain": "x", "state": "withdrawn"}, "state"),
]


def test_a_rule_that_is_too_broad_or_broken_names_its_field(
    sign_in: SignIn, session: Session, petition: Petition
) -> None:
    charlie = sign_in("owner")
    for rule, field in BAD:
        page = read(charlie.submit(PATH, rule, status=422), 422)
        assert page.find(id=f"{field}-error"), rule
    charlie.submit(f"{PATH}/apply", {"seen_at": "soon", "note": "x", "expected": "1"})
    charlie.submit(f"{PATH}/apply", {"seen_at": now().isoformat(), "note": "x", "expected": "9"}, status=422)
    _, sent = preview(charlie)
    assert read(charlie.submit(f"{PATH}/apply", sent, status=422), 422).find(id="note-error")
    for unseen in ({"expected": ""}, {"expected": "0"}, {"seen_at": ""}, {"seen_at": "2026-11-22"}):
        charlie.submit(f"{PATH}/apply", sent | {"note": "x"} | unseen)
    assert states(session).count("invalidated") == 0


def test_a_rule_nobody_falls_under_has_no_button(sign_in: SignIn, petition: Petition) -> None:
    page, sent = preview(sign_in("owner"), {"domain": "nobody.example"})
    assert not sent and "No signature falls under this rule" in page.main.text


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_mallory_sees_no_signer_and_takes_nobody_out(sign_in: SignIn, petition: Petition, role: str) -> None:
    mallory = sign_in(role)
    assert mallory.get(PATH).status_code == 403
    for path in (PATH, f"{PATH}/apply", f"{PATH}/1/undo"):
        mallory.submit(path, RULE, status=403)


def test_an_invalidation_of_another_petition_is_not_undone_here(
    sign_in: SignIn, session: Session, petition: Petition
) -> None:
    charlie = sign_in("owner")
    _, sent = preview(charlie)
    charlie.submit(f"{PATH}/apply", sent | {"note": "x"})
    make.petition(session, make.campaign(session, slug="other"))
    session.commit()
    charlie.submit("/desk/campaigns/other/waves/1/undo", {}, status=404)
    assert states(session).count("invalidated") == 5
