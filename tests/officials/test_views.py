from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from campaign import logs
from campaign.officials import reporting, roster
from campaign.officials.models import ContactDetail, OfficeReport, Post
from tests import make
from tests.conftest import Visitor, begin_with, either_database, read
from tests.officials.documents import LEGISLATORS, OFFICES, ZIPS, written

MORE_ZIPS = ZIPS + "30,MT,57717,2\r\n56,WY,57717,0\r\n11,DC,20001,0\r\n"


@pytest.fixture
def directory(session: Session, tmp_path: Path) -> Session:
    def small_roster(session: Session) -> None:
        files = written(tmp_path, legislators_yaml=LEGISLATORS, zips_csv=MORE_ZIPS, town_csv=OFFICES)
        roster.load(session, files, as_of=date(2026, 6, 15), now=make.NOW)

    begin_with(session, small_roster)
    return session


def offices(client: Visitor, query: str) -> list[str]:
    page = client.page(f"/officials?{query}")
    return [link.text.strip() for link in page.select(".official-list a")]


def test_an_empty_directory_says_so(client: Visitor) -> None:
    assert "No offices are in the directory yet" in client.page("/officials").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=alvarez", ["U.S. Senator for Vermont"]),  # without the accent
        ("q=%C3%81LVAREZ+ada", ["U.S. Senator for Vermont"]),
        ("q=mayor", ["Mayor of Exampleton"]),
        ("q=us-house-ny-14", ["Representative for New York’s 14th congressional district"]),
        ("q=nobody+of+this+name", []),
        ("q=" + "x" * 300, []),
        ("q=%E2%80%AE", []),
        ("place=ocd-division/country:us/state:vt&kind=house", ["Representative for Vermont"]),
        (
            "place=ocd-division/country:us/state:vt&kind=senate",
            ["U.S. Senator for Vermont", "U.S. Senator for Vermont"],
        ),
        ("kind=nonsense&q=mayor", ["Mayor of Exampleton"]),
    ],
)
def test_offices_are_found_by_name_place_and_kind(
    client: Visitor, directory: Session, query: str, expected: list[str]
) -> None:
    assert offices(client, query) == expected


def test_districts_come_in_the_order_of_their_numbers_page_by_page(client: Visitor, directory: Session) -> None:
    query = "place=ocd-division/country:us/state:ca&kind=house"
    first, third = offices(client, query), offices(client, query + "&page=3")

    assert (len(first), len(third)) == (20, 12)
    assert first[1].endswith("2nd congressional district")
    assert third[-1].endswith("52nd congressional district")


def test_the_directory_may_be_kept_and_sets_no_cookie(client: Visitor, directory: Session) -> None:
    for path in ("/officials", "/officials/us-senate-vt-1"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers
        assert "public" in response.headers["Cache-Control"]
        assert client.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_an_office_tells_its_holder_since_when_and_how_we_know(client: Visitor, directory: Session) -> None:
    page = client.page("/officials/us-senate-vt-1")

    text = " ".join(page.text.split())
    assert "Ada Álvarez" in text
    assert "In office since January 3, 2025" in text
    assert "As of June 15, 2026 · Source: github.com" in text
    assert "This list is " in text, "of June, and it is November"
    links = {link["href"] for link in page.select("dl a")}
    assert links == {"https://alvarez.example.org/contact", "https://alvarez.example.org", "tel:202-555-0100"}
    assert page.select_one('a[href="/officials/us-senate-vt-1/report"]')


@pytest.mark.parametrize(
    ("post_id", "words"),
    [
        ("us-senate-oh-3", "We cannot confirm who holds this office today"),
        ("us-house-ga-13", "Nobody holds this office at the moment"),
    ],
)
def test_no_name_stands_where_nobody_is_certain(client: Visitor, directory: Session, post_id: str, words: str) -> None:
    page = client.page(f"/officials/{post_id}")

    assert words in page.text
    assert "As of June 15, 2026 · Source: github.com" in " ".join(page.text.split())
    assert page.select_one(".lead") is None


def test_former_holders_are_listed(client: Visitor, directory: Session) -> None:
    table = client.page("/officials/us-house-vt-0").select_one("table")

    assert table
    assert "Ada Álvarez January 3, 2019 – January 3, 2025 recorded" in " ".join(table.text.split())


def test_a_channel_that_bounced_or_objected_is_not_shown(client: Visitor, directory: Session) -> None:
    mailbox = directory.query(ContactDetail).filter_by(value="office@example.org").one()
    mailbox.status = "opted_out"
    directory.commit()

    assert "office@example.org" not in client.page("/officials/mayor-of-exampleton").text


@either_database
@pytest.mark.parametrize("id", ["us-king", "x" * 300, "..", "%F0%9F%92%A9"])
def test_an_office_that_does_not_exist(client: Visitor, directory: Session, id: str) -> None:
    client.page(f"/officials/{id}", status=404)


def test_a_postcode_finds_seats_and_is_in_no_address(client: Visitor, directory: Session) -> None:
    response = client.post("/officials", data={"country": "US", "postcode": "05401"})
    page = read(response)

    assert [link.text for link in page.select("section a")] == [
        "Representative for Vermont",
        "U.S. Senator for Vermont",
        "U.S. Senator for Vermont",
    ]
    assert "05401" not in " ".join(str(link.get("href", "")) for link in page.select("a, link, form"))
    assert (response.headers["Cache-Control"], response.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "Set-Cookie" not in response.headers


@either_database
@pytest.mark.parametrize(
    ("postcode", "country", "status", "words"),
    [
        ("10001", "US", 200, "This postcode lies in 2 districts"),
        ("57717", "US", 200, "Choose your state first. Nobody has members of two."),
        ("20001", "US", 200, "and no senators"),
        ("20500", "US", 200, "This postcode is not in our table"),
        ("5401", "US", 422, "This is not a postcode of that country"),
        ("", "US", 422, "Enter your postcode"),
        ("00601", "PR", 200, "and no senators"),  # a country of its own in the list, and its postcodes are ZIP codes
        ("7500", "FR", 422, "This is not a postcode of that country. Check it for slips."),
        ("75001", "FR", 200, "We have no table of postcodes for that country"),
        ("05401", "XX", 422, "Choose a country from the list"),
    ],
)
def test_each_answer_to_a_postcode_says_what_to_do(
    client: Visitor, directory: Session, postcode: str, country: str, status: int, words: str
) -> None:
    page = read(client.post("/officials", data={"country": country, "postcode": postcode}), status)

    assert words in " ".join(page.text.split())
    assert page.select_one("select#place"), "choosing by hand stays open"


def test_a_postcode_in_two_states_shows_nobody_before_the_state_is_chosen(client: Visitor, directory: Session) -> None:
    asked = {"country": "US", "postcode": "57717"}
    first = read(client.post("/officials", data=asked))
    unanswered = read(client.post("/officials", data=asked | {"chosen": "yes"}), 422)
    wyoming = "ocd-division/country:us/state:wy"
    answered = read(client.post("/officials", data=asked | {"chosen": "yes", "state": wyoming}))

    assert [box["value"] for box in first.select("input[type=radio]")] == ["ocd-division/country:us/state:mt", wyoming]
    assert first.select("section .official-list") == []
    assert "Choose one." in unanswered.select_one("#state-error").text  # type: ignore[union-attr]
    assert [link.text for link in answered.select("section .official-list a")] == [
        "Representative for Wyoming",
        "U.S. Senator for Wyoming",
        "U.S. Senator for Wyoming",
    ]


def test_a_state_that_is_none_of_the_postcode_s_is_no_answer(client: Visitor, directory: Session) -> None:
    elsewhere = {"country": "US", "postcode": "57717", "chosen": "yes", "state": "ocd-division/country:us/state:ny"}

    assert read(client.post("/officials", data=elsewhere), 422).select("section .official-list") == []


def test_no_postcode_is_written_to_the_log(client: Visitor, directory: Session) -> None:
    logs.init_logs()  # commands and tests are quieter than a server
    with capture_logs() as lines:
        client.post("/officials", data={"country": "US", "postcode": "57717"})

    assert lines
    assert "57717" not in str(lines)


def test_an_error_is_reported_without_a_cookie_and_waits_for_the_organisers(
    client: Visitor, directory: Session
) -> None:
    page = client.page("/officials/us-house-vt-0/report")
    assert page.select_one("textarea#text")

    response = client.post("/officials/us-house-vt-0/report", data={"text": "He resigned: https://clerk.example.gov"})

    assert "Thank you. The organisers of this site see what you wrote" in read(response).text
    assert "Set-Cookie" not in response.headers
    [kept] = directory.scalars(reporting.unsettled()).all()
    assert (kept.post_id, kept.text) == ("us-house-vt-0", "He resigned: https://clerk.example.gov")


@pytest.mark.parametrize(("text", "words"), [(" ", "Say what is wrong."), ("x" * 1001, "1001 characters, and 1000")])
def test_a_report_that_says_nothing_or_too_much_is_refused(
    client: Visitor, directory: Session, text: str, words: str
) -> None:
    page = read(client.post("/officials/us-house-vt-0/report", data={"text": text}), 422)

    assert words in page.select_one("#text-error").text  # type: ignore[union-attr]
    assert directory.scalars(reporting.unsettled()).all() == []


def test_of_one_office_only_so_many_reports_are_kept(client: Visitor, directory: Session) -> None:
    post = directory.get_one(Post, "us-house-vt-0")
    for number in range(reporting.MOST):
        assert reporting.report(directory, post, f"Report {number}", now=make.NOW)
    directory.commit()

    page = read(client.post("/officials/us-house-vt-0/report", data={"text": "One more"}))

    assert "so this is not kept" in page.text
    assert reporting.waiting(directory) == reporting.MOST


def test_of_all_offices_only_so_many_reports_are_kept(directory: Session) -> None:
    """Many networks together must not fill the disk, nor the desk."""
    post, other = directory.get_one(Post, "us-house-vt-0"), directory.get_one(Post, "us-house-ny-14")
    values = {"post_id": other.id, "text": "Spam", "created_at": make.NOW}
    directory.execute(insert(OfficeReport), [values] * (reporting.MOST_IN_ALL - 1))

    kept = [reporting.report(directory, post, "He resigned", now=make.NOW) for _ in range(2)]

    assert kept == [True, False]


def test_one_network_sends_so_many_reports(app: Flask, client: Visitor, directory: Session) -> None:
    """Those that are refused for their words use nothing up."""
    app.config["REPORT_LIMIT"] = "3 per hour"
    texts = ["", "", *["He resigned"] * 4]
    answers = [client.post("/officials/us-house-vt-0/report", data={"text": text}).status_code for text in texts]
    assert answers == [422, 422, 200, 200, 200, 429]
    assert reporting.waiting(directory) == 3


def test_an_office_of_another_country_is_found_by_its_country(client: Visitor, session: Session) -> None:
    jordan = make.area(session, "jo", name="Jordan", country="JO")
    make.make_post(session, "jo-minister", label="Minister of Water", area_id=jordan.id)
    session.commit()

    make.make_post(session, "x-ministre", label="Ministère de l’eau")
    session.commit()

    assert offices(client, "country=jo") == ["Minister of Water"]
    assert offices(client, "q=minist%C3%A8re") == ["Ministère de l’eau"]
    assert "Jordan" in client.page("/officials").select_one("select#place").text  # type: ignore[union-attr]
    assert session.get(Post, "jo-minister")
