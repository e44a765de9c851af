"""A list is handed out by a link of one account, which works once and not for long; everybody else gets nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from campaign import access
from campaign.accounts import sessions
from campaign.accounts.models import Account, AuditEntry, SignIn
from campaign.accounts.permissions import Role
from campaign.db import now
from campaign.delivery import exports, links
from campaign.delivery.links import LinkOver
from campaign.delivery.models import DownloadLink, Export
from campaign.delivery.profiles import PERMISSIONS
from campaign.errors import NotFound
from tests import make
from tests.conftest import FULL, Visitor, read

SignInAs = Callable[..., Visitor]
CANARY = "Quorlixa"
MINUTE = timedelta(minutes=1)


def made(session: Session, folder: Path | None = None, *, slug: str = "bridge", profile: str = "delivery") -> Export:
    """A finished list with a name in it."""
    campaign = make.campaign(session, slug=slug)
    make.petition(session, campaign)
    export = Export(campaign=campaign, format="csv", profile=profile, state="done", due_at=make.NOW, rows=1)
    export.created_at = export.snapshot_at = make.NOW
    export.filename, export.sha256 = f"{slug}.csv", "0" * 64
    session.add(export)
    session.flush()
    if folder:
        folder.mkdir(exist_ok=True)
        (folder / export.filename).write_text(CANARY, encoding="utf-8")
    return export


@pytest.fixture
def folder(app: Flask) -> Path:
    return exports.publisher(app.config).folder


def test_a_link_opens_one_list_once(session: Session) -> None:
    export, account = made(session), make.account(session)
    token = links.make(session, export, account=account, now=make.NOW)
    session.flush()
    assert len(token) >= 43 and token not in repr(session.scalars(select(DownloadLink)).one().__dict__)
    assert links.find(session, token, account=account, now=make.NOW).export is export
    assert links.use(session, token, account=account, now=make.NOW + 9 * MINUTE) is export
    for look in (links.find, links.use):
        with pytest.raises(LinkOver, match="has been used"):
            look(session, token, account=account, now=make.NOW)


def test_a_link_is_over_after_ten_minutes_and_forgotten_after_a_day(session: Session) -> None:
    export, account = made(session), make.account(session)
    token = links.make(session, export, account=account, now=make.NOW)
    session.flush()
    for look in (links.find, links.use):
        with pytest.raises(LinkOver, match="has expired"):
            look(session, token, account=account, now=make.NOW + 10 * MINUTE)
    assert links.forget_over(session, now=make.NOW + timedelta(days=1)) == 0
    assert links.forget_over(session, now=make.NOW + timedelta(days=1) + 10 * MINUTE) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\u0661", "' OR 1=1 --"])
def test_a_guess_and_anothers_link_are_the_same_nothing(session: Session, token: str) -> None:
    export, mallory = made(session), make.account(session, email="mallory@example.org")
    theirs = links.make(session, export, account=make.account(session), now=make.NOW)
    session.flush()
    said = set()
    for tried in (token, theirs):
        for look in (links.find, links.use):
            with pytest.raises(NotFound) as refusal:
                look(session, tried, account=mallory, now=make.NOW)
            said.add((type(refusal.value), refusal.value.message))
    assert len(said) == 1
    assert session.scalars(select(DownloadLink.used_at)).all() == [None]


def test_of_many_at_the_same_moment_one_gets_the_file(database_url: str, session: Session) -> None:
    export, account = made(session), make.account(session)
    token = links.make(session, export, account=account, now=make.NOW)
    session.commit()
    engine, start, number, got = create_engine(database_url), Barrier(6), account.id, []

    def take() -> None:
        start.wait()
        with Session(engine) as own, own.begin():
            try:
                links.use(own, token, account=own.get_one(Account, number), now=make.NOW)
                got.append("file")
            except LinkOver:
                got.append("over")

    threads = [Thread(target=take) for _ in range(6)]
    session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert sorted(got) == ["file", *["over"] * 5]


def test_the_page_of_a_link_has_a_button_and_only_that_uses_it_up(
    session: Session, folder: Path, sign_in: SignInAs
) -> None:
    export = made(session, folder)
    browser = sign_in("deliverer")
    link = browser.submit(f"/desk/exports/{export.id}/download", {}).location
    for _ in range(2):
        page = browser.page(link)
        assert page.select(f"form[action='{link}'] button") and CANARY not in page.text
    browser.head(link)
    taken = browser.submit(link, {}, status=200)
    assert taken.text == CANARY and taken.headers["Cache-Control"] == "no-store"
    taken.close()
    for answer in (browser.post(link), browser.get(link)):
        assert "has been used" in read(answer, 410).text and CANARY not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    session.rollback()
    kept = session.execute(select(AuditEntry.action, AuditEntry.object_id).order_by(AuditEntry.id)).tuples().all()
    assert kept == [("export.link", str(export.id)), ("export.download", str(export.id))]


def test_an_expired_link_says_what_to_do(session: Session, folder: Path, sign_in: SignInAs) -> None:
    export = made(session, folder)
    browser = sign_in("deliverer")
    link = browser.submit(f"/desk/exports/{export.id}/download", {}).location
    session.rollback()
    session.execute(update(DownloadLink).values(expires_at=now() - MINUTE))
    session.commit()
    page = read(browser.post(link), 410)
    assert "has expired" in page.text and page.select("a[href='/desk/campaigns/bridge/signatures']")


def test_a_full_copy_is_handed_out_to_owners_who_give_their_password(
    session: Session, folder: Path, sign_in: SignInAs
) -> None:
    export = made(session, folder, profile="backup")
    owner = sign_in("owner")
    ask = f"/desk/exports/{export.id}/download"
    sign_in("deliverer").submit(ask, {}, status=403)
    assert owner.submit(ask, {}).location.startswith("/desk/password/again")
    owner.submit("/desk/password/again", {"password": make.PASSWORD})
    answer = owner.submit(owner.submit(ask, {}).location, {}, status=200)
    assert answer.text == CANARY
    answer.close()


def test_whoever_lost_the_right_gets_nothing_by_an_old_link(session: Session, folder: Path, sign_in: SignInAs) -> None:
    export = made(session, folder)
    browser = sign_in("deliverer")
    link = browser.submit(f"/desk/exports/{export.id}/download", {}).location
    session.rollback()
    session.execute(update(Account).values(role=Role.VIEWER.value))
    session.commit()
    assert CANARY not in browser.submit(link, {}, status=403).text
    session.execute(update(Account).values(role=Role.DELIVERER.value, disabled_at=now()))
    session.commit()
    assert browser.submit(link, {}).location.startswith("/desk/sign-in")


RELATIONS = ("stranger", *Role, "demoted", "disabled", "signed out", "signed in elsewhere")


@pytest.mark.full
def test_no_role_gets_a_list_by_a_number_or_a_link_that_is_not_theirs(
    app: Flask, session: Session, folder: Path, sign_in: SignInAs
) -> None:
    """Every relation to the site × every export route × the lists and links of others."""
    profiles = list(PERMISSIONS) if FULL else ["backup"]
    lists = [made(session, folder, slug=f"c{n}", profile=profile) for n, profile in enumerate(profiles)]
    unfinished = made(session, folder, slug="unfinished")
    unfinished.state = "working"
    somebody = make.account(session, role="owner", email="somebody@example.org")
    tokens = [links.make(session, export, account=somebody, now=now()) for export in (*lists, unfinished)]
    numbers = [*(export.id for export in lists), unfinished.id, 0, 2**31 - 1, *(range(900, 1100) if FULL else [999])]
    session.commit()
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("delivery.")]
    desk = [rule for rule in rules if access.permission_of(app, rule.endpoint) != access.PUBLIC]
    tried, leaks = 0, []
    for relation in RELATIONS:
        browser = related(app, session, sign_in, relation)
        for rule in desk:
            values = numbers if "id" in rule.arguments else tokens if "token" in rule.arguments else ["c0", "nobody"]
            for value in values:
                path = re.sub("<.*>", str(value), rule.rule)
                for method in {"GET", "POST", "HEAD"} & (rule.methods or set()):
                    answer = browser.open(path, method=method)
                    tried += 1
                    if CANARY.encode() in answer.get_data() or answer.status_code >= 500:
                        leaks.append((relation, method, path, answer.status_code))
                    answer.close()
    session.rollback()
    assert leaks == [] and tried > 250
    assert session.scalars(select(DownloadLink.id).where(DownloadLink.used_at.is_not(None))).all() == []
    assert session.scalars(select(AuditEntry.id).where(AuditEntry.action == "export.download")).all() == []


def related(app: Flask, session: Session, sign_in: SignInAs, relation: str) -> Visitor:
    """The browser of somebody who stands in this relation to the site."""
    if relation == "stranger":
        app.test_client_class = Visitor
        return app.test_client()  # type: ignore[return-value]
    role = relation if relation in list(Role) else "owner"
    email = f"{relation.replace(' ', '-')}@example.org"
    browser = sign_in(role, email=email)
    session.rollback()
    account = session.scalars(select(Account).where(Account.email == email)).one()
    if relation == "demoted":
        account.role = Role.VIEWER.value
    elif relation == "disabled":
        account.disabled_at = now()
    elif relation == "signed out":
        session.execute(SignIn.__table__.delete().where(SignIn.account_id == account.id))  # type: ignore[attr-defined]
    elif relation == "signed in elsewhere":
        sessions.prove(session, sessions.start(session, account, now=now()), now=now())
    session.commit()
    return browser
