import csv
from datetime import date

from sqlalchemy.orm import Session

from campaign.officials import addressing, lookup, naming, seeds
from campaign.officials.holding import holder
from campaign.officials.models import Post
from campaign.paths import SEEDS
from tests import make

OFFICES = SEEDS / "offices"
TODAY = make.TODAY


def load_seeds(session: Session) -> int:
    report = seeds.load(session, OFFICES, now=make.NOW)
    session.commit()
    return report.changes


def test_loading_again_changes_nothing(session: Session) -> None:
    assert load_seeds(session) > 0
    assert load_seeds(session) == 0


def test_the_offices_of_the_demo_are_there(session: Session) -> None:
    load_seeds(session)

    letters = {
        "us-president": "Dear President Trump",
        "us-vice-president": "Dear Vice President Vance",
        "icc-prosecutor": "To the Office of the Prosecutor of the International Criminal Court",
        "fr-ministre-transports": "Madame, Monsieur",
        "gb-bristol-city-council-leader": "To the Office of the Leader of Bristol City Council",
        "jo-ministry-water": "إلى مكتب معالي وزير المياه والري",
        "us-senate-vt-1": "Dear Senator Sanders",
        "us-house-dc-0": "Dear Delegate Norton",
    }
    posts = {id: session.get_one(Post, id) for id in letters}
    found = {id: addressing.fields_of(holder(session, post, on=TODAY)) for id, post in posts.items()}
    assert {id: values["official.salutation"] for id, values in found.items()} == letters
    assert "{" not in "".join(value for values in found.values() for value in values.values())


def test_every_address_of_another_country_says_where_it_was_read() -> None:
    with (OFFICES / "elsewhere.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["post_id"] for row in rows if row["postal"] and not row["source"]] == []
    assert {row["post_id"] for row in rows if "none is given" in row["source"] and row["postal"]} == set()


def test_the_prosecutor_is_not_guessed(session: Session) -> None:
    load_seeds(session)
    post = session.get_one(Post, "icc-prosecutor")

    at_the_summit = addressing.fields_of(holder(session, post, on=date(2025, 8, 15)))

    assert at_the_summit["official.salutation"] == "Dear Deputy Prosecutors Khan and Niang"
    assert holder(session, post, on=date(2024, 1, 1)).status == "held"
    assert holder(session, post, on=TODAY).status == "unconfirmed"


def test_each_kind_of_postcode_can_be_tried(session: Session) -> None:
    load_seeds(session)
    found = {
        code: lookup.areas(session, "US", code, on=TODAY) for code in ("05401", "10001", "57717", "20001", "99501")
    }

    assert {code: entry.status for code, entry in found.items()} == {
        "05401": "found",
        "10001": "ambiguous",
        "57717": "ambiguous",
        "20001": "found",
        "99501": "found",
    }
    for entry in found.values():
        seats = lookup.seats(session, entry.areas, on=TODAY)
        assert {seat.status for seat in [*seats.candidates, *seats.senators]} == {"filled"}
        assert entry.as_of == date(2024, 11, 12)


def test_the_seeds_are_enough_to_find_stale_names(session: Session) -> None:
    load_seeds(session)
    text = "Dear President Biden, the former President Donald Trump met Russian President Vladimir Putin."

    found = naming.contradictions(session, text, on=date(2025, 8, 15))

    assert [stale.text for stale in found] == ["President Biden", "former President Donald Trump"]
    assert {stale.holder_name for stale in found} == {"Donald Trump"}
