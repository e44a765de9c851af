"""Whoever sees what people told us leaves one entry in the audit trail: every page of the desk is opened."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from campaign import access
from campaign.accounts.models import AuditEntry
from campaign.officials import reporting
from tests import make
from tests.conftest import Visitor
from tests.test_access import address

SignInAs = Callable[..., Visitor]

# What only a signer knows of herself. Wherever one of these stands, somebody's data is shown.
NAME, COMMENT, MAILBOX = "Quorlixa", "Vexwold bridge, my bridge", "q.zanthrip@canary.example"


@pytest.fixture
def signed(session: Session, client: Visitor) -> None:
    """A signature with a comment that waits, one that is confirmed, the mail about the first, and a report."""
    campaign = make.campaign(session, slug="bridge")
    petition = make.petition(session, campaign)
    make.letter_template(session, campaign, slug="letter")
    make.signature(session, petition, given_name=NAME, comment=COMMENT, email=f"1{MAILBOX}", domain="canary.example")
    reporting.report(session, make.make_post(session), f"It is closed. Write to {MAILBOX}", now=make.NOW)
    session.commit()
    told = {"given_name": NAME, "email": MAILBOX, "country": "US", "postcode": "10001", "comment": COMMENT}
    client.submit("/campaigns/bridge/sign", told)


def kept(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def desk(app: Flask) -> list[tuple[Rule, str, str]]:
    """(rule, method, path) of every page that asks for a permission; signing out would end the walk."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in access.UNDECLARED_OK]
    asking = [rule for rule in rules if access.permission_of(app, rule.endpoint) != access.PUBLIC]
    staying = [rule for rule in asking if not rule.endpoint.startswith("accounts.sign_out")]
    return [
        (rule, method, address(app, rule, slug="bridge", letter="letter"))
        for method in ("GET", "POST")  # first all that changes nothing
        for rule in staying
        if method in (rule.methods or set())
    ]


def test_every_page_with_peoples_data_declares_it_and_leaves_one_entry(
    app: Flask, session: Session, signed: None, sign_in: SignInAs
) -> None:
    owner, before = sign_in("owner"), kept(session)
    shown, wrong = set(), []
    for rule, method, path in desk(app):
        answer = owner.open(path, method=method)
        body, after = answer.get_data(as_text=True), kept(session)
        answer.close()
        declared = access.personal_data_of(app, rule.endpoint)
        shows = any(word in body for word in (NAME, COMMENT, MAILBOX, "canary.example"))
        shown |= {rule.endpoint} if shows else set()
        is_page = answer.status_code in {200, 409, 422}
        if shows and not declared:
            wrong.append(f"{method} {path} shows people's data: add personal_data=… to @requires of {rule.endpoint}")
        if is_page and declared and after != before + 1:
            wrong.append(f"{method} {path} left {after - before} entries, not one")
        if method == "GET" and not declared and after != before:
            wrong.append(f"{path} shows nobody's data and left {after - before} entries")
        before = after
    assert wrong == []
    assert {"mail.outgoing", "delivery.comments", "officials.reports"} <= shown


def test_seeing_what_a_rule_would_take_out_leaves_one_entry(session: Session, signed: None, sign_in: SignInAs) -> None:
    owner, before = sign_in("owner"), kept(session)
    page = owner.submit("/desk/campaigns/bridge/waves", {"domain": "canary.example"}, status=200)
    assert NAME in page.text
    assert kept(session) == before + 1


def test_a_page_that_cannot_be_written_down_is_not_shown(
    app: Flask, session: Session, signed: None, sign_in: SignInAs
) -> None:
    owner = sign_in("owner")
    session.execute(text("ALTER TABLE audit_entry RENAME TO out_of_reach"))
    session.commit()
    app.testing = False
    try:
        answer = owner.get("/desk/mail")
    finally:
        app.testing = True
        session.execute(text("ALTER TABLE out_of_reach RENAME TO audit_entry"))
        session.commit()
    assert answer.status_code >= 500 and MAILBOX not in answer.text
    assert MAILBOX in owner.get("/desk/mail").text
