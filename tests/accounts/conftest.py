"""Here organisers sign in by the form."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import make
from tests.conftest import Visitor


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[..., Visitor]:
    """sign_in(role="owner") → a browser in which an account of that role signed in."""

    def sign_in(role: str = "owner", email: str = "") -> Visitor:
        address = email or f"{role}@example.org"
        make.account(session, role=role, email=address)
        session.commit()
        app.test_client_class = Visitor
        browser = app.test_client()
        browser.submit("/desk/sign-in", {"email": address, "password": make.PASSWORD})
        return browser  # type: ignore[return-value]

    return sign_in
