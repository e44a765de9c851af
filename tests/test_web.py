"""What holds for every request and response: headers, sizes, tokens, hosts, errors, and what the log may say."""

import json
import sys
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
import structlog
from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as some
from itsdangerous import BadSignature
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.routing.converters import NumberConverter

from campaign import access, logs, web
from campaign.accounts import permissions
from campaign.mail import composing
from campaign.mail.models import Email
from tests import make
from tests.conftest import FULL, Visitor, either_database, read
from tests.test_access import doors

SignInAs = Callable[..., Visitor]
CANARY = "Kanarienvogel"


@pytest.fixture
def errors(own_app: Flask) -> None:
    """Pages that go wrong in every way there is: /go-wrong/<code>, /break, /lock."""
    app = own_app

    @app.get("/go-wrong/<int:code>")
    @access.public
    def go_wrong(code: int) -> Response:
        abort(code)

    @app.route("/break", methods=["GET", "POST"])
    @access.public
    def break_down() -> str:
        raise ZeroDivisionError(f"the name was {CANARY}")

    @app.get("/lock")
    @access.public
    def lock() -> str:
        raise OperationalError(f"INSERT … '{CANARY}'", {}, Exception("database is locked"))

    @app.post("/upload")
    @access.requires(permissions.DESK)
    @web.takes_upload
    def upload() -> str:
        return str(len(request.form["text"]))

    app.testing = False  # errors are pages, as in production


def must_carry_the_headers(response: Any) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    for directive in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert directive in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    if response.headers.getlist("Set-Cookie"):
        assert "no-store" in response.headers["Cache-Control"]


def must_be_free_of_inline_code(response: Any) -> None:
    if response.mimetype != "text/html" or response.status_code in {301, 302, 303, 308}:
        return
    page = read(response, response.status_code)
    assert not page.select("style, [style], script:not([src])")
    attributes = [name for element in page.find_all(True) for name in element.attrs]
    assert not [name for name in attributes if name.startswith("on")]
    addresses = page.select("script[src], link[rel=stylesheet], link[rel=icon], img[src], iframe, object, embed")
    for element in addresses:
        assert (element.get("src") or element.get("href") or "").startswith(("/", "data:")), element


@either_database
class TestHeaders:
    def test_every_page_carries_them(self, app: Flask, session: Session, sign_in: SignInAs) -> None:
        all_doors = doors(app, session)
        owner, stranger = sign_in("owner"), app.test_client()
        for rule, method, path in all_doors:
            for browser in (owner, stranger):
                if method == "GET" and rule.endpoint != "petitions.embed":  # which is there to be framed
                    response = browser.get(path)
                    must_carry_the_headers(response)
                    must_be_free_of_inline_code(response)

    @pytest.mark.usefixtures("errors")
    @pytest.mark.parametrize("code", web.ERROR_PAGES)
    def test_every_error_page_carries_them(self, client: Visitor, code: int) -> None:
        response = client.get(f"/go-wrong/{code}")
        read(response, code)
        must_carry_the_headers(response)
        must_be_free_of_inline_code(response)

    @pytest.mark.usefixtures("errors")
    def test_our_own_mistakes_do_not_show_the_insides(self, client: Visitor) -> None:
        for path, status in (("/break", 500), ("/lock", 503)):
            response = client.get(path)
            read(response, status)
            must_carry_the_headers(response)
            assert CANARY not in response.text
            assert "Traceback" not in response.text
        assert int(response.headers["Retry-After"]) > 0

    def test_no_cache_keeps_a_page_that_does_not_say_so(self, app: Flask, session: Session) -> None:
        """Forms hold a token of one browser's session, whose cookie is set after everything else."""
        all_doors = doors(app, session)
        app.config["WTF_CSRF_ENABLED"] = True
        for _, method, path in all_doors:
            response = app.test_client().open(path, method=method)
            kept = response.headers["Cache-Control"]
            assert kept == "no-store" or (kept.startswith("public") and "Set-Cookie" not in response.headers), path
            assert kept == "no-store" or not path.startswith(("/desk", "/signatures")), path

    def test_desk_pages_are_never_kept(self, sign_in: SignInAs) -> None:
        for path in ("/desk/accounts", "/desk/mail", "/desk/audit", "/desk/password"):
            assert sign_in("owner", email=f"{path[6:]}@example.org").get(path).headers["Cache-Control"] == "no-store"


class TestOverHttps:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"BASE_URL": "https://petitions.example.org"}

    def test_cookies_and_transport_are_strict(self, session: Session, app: Flask) -> None:
        make.account(session, email="charlie@example.org")
        session.commit()
        form = {"email": "charlie@example.org", "password": make.PASSWORD}
        response = app.test_client().post("/desk/sign-in", data=form, base_url="https://petitions.example.org")
        assert response.status_code == 303
        cookies = response.headers.getlist("Set-Cookie")
        assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-session", "__Host-device"}
        for cookie in cookies:
            assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie and "Domain" not in cookie
            assert "SameSite=Lax" in cookie or "SameSite=Strict" in cookie
        assert "max-age=31536000" in response.headers["Strict-Transport-Security"]


# Posted from pages that caches keep, or by programs; none of them knows who posts, or acts for whoever is signed in.
WITHOUT_TOKEN = {
    *("mail.stop", "mail.reports", "officials.find", "officials.report"),
    *("subscriptions.subscribe", "subscriptions.unsubscribe"),
}


class TestTokens:
    @either_database
    def test_no_door_opens_without_its_token(self, app: Flask, session: Session, sign_in: SignInAs) -> None:
        all_doors = doors(app, session)
        owner, other = sign_in("owner"), sign_in("owner", email="other@example.org")
        app.config["WTF_CSRF_ENABLED"] = True
        other.get("/desk/password")
        with other.session_transaction() as cookie:
            someone_elses = cookie["csrf_token"]
        tried = 0
        for rule, method, path in all_doors:
            if method in web.SAFE_METHODS or rule.endpoint in WITHOUT_TOKEN:
                continue
            for data in ({}, {"csrf_token": ""}, {"csrf_token": "guessed"}, {"csrf_token": someone_elses}):
                assert owner.open(path, method=method, data=data).status_code == 400, (method, path, data)
            as_text = owner.open(path, method=method, data='{"csrf_token": "x"}', content_type="text/plain")
            assert as_text.status_code == 400, (method, path)
            tried += 1
        assert tried > 5

    def test_a_form_with_its_token_is_taken(self, app: Flask, session: Session, client: Visitor) -> None:
        app.config["WTF_CSRF_ENABLED"] = True
        make.account(session, email="charlie@example.org")
        session.commit()
        token = client.page("/desk/sign-in").select_one("[name=csrf_token]")["value"]  # type: ignore[index]
        form = {"email": "charlie@example.org", "password": make.PASSWORD, "csrf_token": token}
        client.submit("/desk/sign-in", form)  # type: ignore[arg-type]

    @pytest.mark.usefixtures("errors")
    def test_an_upload_may_be_large_with_its_token_too(self, app: Flask, sign_in: SignInAs) -> None:
        """The CSRF guard reads the form before the view does."""
        owner = sign_in("owner")
        app.config["WTF_CSRF_ENABLED"] = True
        token = owner.page("/desk/password").select_one("[name=csrf_token]")["value"]  # type: ignore[index]
        response = owner.post("/upload", data={"text": "x" * 1_000_000, "csrf_token": token})
        assert (response.status_code, response.text) == (200, "1000000")


class TestSizes:
    def test_a_public_form_takes_64_kib(self, client: Visitor) -> None:
        fits = {"email": "charlie@example.org", "password": "x" * 100, "next": "x" * 1000}
        assert client.post("/desk/sign-in", data=fits).status_code == 422
        response = client.post("/desk/sign-in", data={"email": "x" * 65 * 1024, "password": "x"})
        read(response, 413)
        file = (BytesIO(b"x" * 100_000), "x.txt")
        assert client.post("/desk/sign-in", data={"email": "x", "file": file}).status_code == 413

    def test_a_letter_is_no_upload(self, app: Flask, client: Visitor, session: Session) -> None:
        make.letter_template(session, make.campaign(session, slug="bridge"), slug="letter")
        session.commit()
        app.config["WTF_CSRF_ENABLED"] = True  # whose guard reads the form before anything else
        path = "/campaigns/bridge/letters/letter"
        # 20,000 characters, nine bytes each once a browser has encoded them.
        assert client.post(path, data={"step": "check", "body": "文" * 20_000}).status_code != 413
        assert client.post(path, data={"step": "check", "body": "x" * 400_000}).status_code == 413

    @pytest.mark.parametrize("path", ["/desk/campaigns/bridge/petition", "/desk/campaigns/bridge/letters/letter/edit"])
    @pytest.mark.parametrize("text", ["\0", "x\0y", "x" * 60_000])
    def test_what_no_database_can_look_for_breaks_nothing(
        self, session: Session, sign_in: SignInAs, path: str, text: str
    ) -> None:
        campaign = make.campaign(session, slug="bridge")
        make.petition(session, campaign)
        make.letter_template(session, campaign, slug="letter")
        session.commit()
        owner = sign_in("owner")
        for form in ({"search": text, "find": "1"}, {"post_ids": text}, {"target": text}):
            assert owner.post(path, data={"demand": "Mend it", "title": "To the mayor", **form}).status_code < 500

    def test_a_lying_length_gets_no_further(self, client: Visitor) -> None:
        response = client.post("/desk/sign-in", data=b"email=x", environ_overrides={"CONTENT_LENGTH": str(10**9)})
        assert response.status_code == 413

    def test_too_many_parts_are_refused(self, client: Visitor) -> None:
        parts = {f"field{number}": "x" for number in range(50)}
        response = client.post("/desk/sign-in", data=parts, content_type="multipart/form-data")
        assert response.status_code == 413

    def test_a_field_sent_twice_is_named(self, client: Visitor) -> None:
        form = {"email": ["charlie@example.org", "mallory@example.org"], "password": "x"}
        page = read(client.post("/desk/sign-in", data=form), 422)
        assert "sent twice" in page.select_one("#email-error").text  # type: ignore[union-attr]

    def test_one_long_field_is_named(self, client: Visitor) -> None:
        page = read(client.post("/desk/sign-in", data={"email": "x" * 9000, "password": "x"}), 422)
        assert "too long" in page.select_one("#email-error").text  # type: ignore[union-attr]

    @pytest.mark.usefixtures("errors")
    def test_an_upload_has_its_own_measure(self, app: Flask, sign_in: SignInAs) -> None:
        owner = sign_in("owner")
        assert owner.post("/upload", data={"text": "x" * 1_000_000}).status_code == 200
        assert owner.post("/upload", data={"text": "x" * 3_000_000}).status_code == 413

    def test_fields_that_are_not_in_the_form_do_nothing(self, session: Session, sign_in: SignInAs) -> None:
        editor = sign_in("editor")
        form = {"current": make.PASSWORD, "password": "seven green turtles dance", "again": "seven green turtles dance"}
        editor.submit("/desk/password", form | {"role": "owner", "id": "1", "confirmed": "1"})
        assert editor.get("/desk/accounts").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": "localhost@evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "localhost:80@evil.example"},
    ],
)
def test_an_unknown_host_is_refused(client: Visitor, headers: dict[str, str]) -> None:
    response = client.get("/desk/sign-in", headers=headers)
    assert response.status_code == 400
    assert "evil.example" not in response.text
    assert "evil.example" not in str(response.headers)


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL", "X-Host"])
def test_a_forwarded_host_is_in_no_redirect_and_no_mail(
    app: Flask, session: Session, client: Visitor, name: str
) -> None:
    campaign = make.campaign(session, slug="bridge")
    make.petition(session, campaign)
    session.commit()
    poison = {name: "host=evil.example" if name == "Forwarded" else "evil.example"}
    response = client.get("/desk/mail", headers=poison)
    assert response.location.startswith("/desk/sign-in")
    form = {
        "given_name": "Suzie",
        "family_name": "Signer",
        "email": "suzie@example.org",
        "country": "US",
        "postcode": "99501",
    }
    client.post("/campaigns/bridge/sign", data=form, headers=poison)
    session.rollback()
    email = session.scalars(select(Email)).one()
    with app.app_context():
        words = composing.words(email)
    assert "evil.example" not in words.text + words.html
    assert "http://localhost/" in words.text


def test_health_says_that_rows_can_be_read(client: Visitor) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_numbers_that_no_row_can_have_are_not_looked_for(sign_in: SignInAs) -> None:
    owner = sign_in("owner")
    for number in ("2147483648", "9" * 30, "-1", "1;drop table account", "1%00"):
        assert owner.get(f"/desk/accounts/{number}").status_code == 404


class TestLog:
    @pytest.fixture
    def log(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
        """What a host would see on stderr."""
        stderr = StringIO()
        monkeypatch.setattr(sys, "stderr", stderr)
        logs.init_logs()
        yield stderr
        structlog.reset_defaults()

    @pytest.mark.usefixtures("errors")
    def test_nobody_who_signs_or_signs_in_stands_in_it(
        self, session: Session, log: StringIO, client: Visitor, sign_in: SignInAs
    ) -> None:
        campaign = make.campaign(session, slug="bridge")
        make.petition(session, campaign)
        session.commit()
        person = {
            "given_name": CANARY,
            "family_name": CANARY,
            "email": f"{CANARY}@example.org",
            "password": CANARY,
            "comment": CANARY,
            "country": "US",
            "postcode": CANARY[:5],
        }
        agent = {"User-Agent": CANARY, "Referer": f"http://localhost/{CANARY}", "X-Forwarded-For": CANARY}
        requests = 0
        for path in ("/campaigns/bridge/sign", "/desk/sign-in", "/break", f"/signatures/{CANARY}", f"/{CANARY}"):
            client.post(path, data=person, headers=agent)
            client.get(path, query_string=person, headers=agent)
            requests += 2
        client.get("/lock", query_string=person, headers=agent)
        written = log.getvalue()
        assert written.count('"event": "request"') == requests + 1
        assert CANARY not in written
        assert CANARY.lower() not in written.lower()

    def test_a_line_break_in_a_request_is_no_line_in_the_log(self, log: StringIO, client: Visitor) -> None:
        client.get('/desk/sign-in?next=x%0d%0a{"event": "forged"}')
        client.get('/%0d%0a{"event": "forged"}')
        client.post("/desk/sign-in", data={"email": '\r\n{"event": "forged"}', "password": "x"})
        lines = log.getvalue().splitlines()
        assert [json.loads(line)["event"] for line in lines] == ["request"] * 3


WEIRD = some.one_of(
    some.text(max_size=40),
    some.sampled_from(
        ["", "x", "bridge", "'", "' OR 1=1 --", "1;drop table account", "..", "%", "\0", "\u202e", "\ud7ff", "🙈" * 20]
    ),
    some.integers().map(str),
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]


@effort(max_examples=150 if FULL else 40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_no_request_breaks_the_app(weird_visitors: tuple[Flask, list[FlaskClient]], data: some.DataObject) -> None:
    app, browsers = weird_visitors
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    rule = data.draw(some.sampled_from(rules))
    path = rule.rule
    for name in rule.arguments:
        number = isinstance(rule._converters[name], NumberConverter)
        value = data.draw(some.integers().map(str) if number else WEIRD)
        kind = path[path.rindex("<", 0, path.index(f"{name}>") + 1) : path.index(f"{name}>") + len(name) + 1]
        path = path.replace(kind, value.replace("?", "%3F"))  # the test's browser takes no query in both places
    browser = data.draw(some.sampled_from(browsers))
    method = data.draw(some.sampled_from(METHODS))
    fields = some.sampled_from(["email", "password", "next", "name", "role", "title", "slug", "page", "given_name"])
    form = data.draw(some.dictionaries(fields, some.lists(WEIRD, max_size=2), max_size=5))
    query = data.draw(some.dictionaries(fields | some.sampled_from(["lang", "_method", "q"]), WEIRD, max_size=3))
    try:
        response = browser.open("/" + path.lstrip("/"), method=method, query_string=query, data=form)
    except UnicodeEncodeError:
        return  # not even the test's browser can send this
    assert response.status_code < 500 or response.status_code == 501, (method, path, query, form)


@pytest.fixture
def weird_visitors(app: Flask, session: Session, sign_in: SignInAs) -> tuple[Flask, list[FlaskClient]]:
    """A stranger and an owner, on a site with one campaign, without any limit on how often they may ask."""
    app.config["SIGN_LIMIT"] = app.config["SIGN_IN_LIMIT"] = "1000000 per hour"
    make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    return app, [app.test_client(), sign_in("owner")]


def test_sessions_are_written_as_flask_writes_them(app: Flask) -> None:
    values = {"text": "x", "pair": ("info", "saved"), "markup": Markup("<b>"), "none": None, "more": {" t": "tag"}}
    interfaces: list[Any] = [app.session_interface, SecureCookieSessionInterface()]
    ours, theirs = (interface.get_signing_serializer(app) for interface in interfaces)
    assert ours.loads(theirs.dumps(values)) == theirs.loads(ours.dumps(values)) == values
    assert isinstance(theirs.loads(ours.dumps(values))["markup"], Markup)


def test_a_session_ends_with_its_key(app: Flask) -> None:
    interface: Any = app.session_interface
    kept = interface.get_signing_serializer(app).dumps({"a": "b"})
    before, app.secret_key = app.secret_key, "another key " * 4
    with pytest.raises(BadSignature):
        interface.get_signing_serializer(app).loads(kept)
    app.secret_key = before
    assert interface.get_signing_serializer(app).loads(kept) == {"a": "b"}
