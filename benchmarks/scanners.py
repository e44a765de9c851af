"""What mail scanners do to confirmation links: `python -m benchmarks.scanners [--people 1000] [--database URL]`.

Each link is fetched by HEAD, by GET three times and by a Chromium that runs scripts, and nobody may be confirmed by it.
Then everybody presses the button twice, and everybody is confirmed once; then "this was not me", and nobody is.
"""

import argparse
import shutil
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from playwright.sync_api import sync_playwright
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import visiting
from benchmarks.live import HOST, SECRET, Site, site
from benchmarks.visiting import Connection
from campaign.petitions import counting, links
from campaign.petitions.models import Petition, Signature


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=1000)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: an SQLite file")
    chosen = options.parse_args()
    with site(chosen.database) as made:
        addresses = pending(made, chosen.people)
        made.web.start()
        made.web.wait_ready()
        passed = [
            step(made, "HEAD", lambda: each(addresses, lambda path: head(made, path)), expected=0),
            step(made, "GET x 3", lambda: ask(made, addresses * 3, Connection.get), expected=0),
            step(made, "Chromium with scripts", lambda: browse(made, addresses), expected=0),
            step(made, "POST x 2", lambda: ask(made, addresses * 2, partial(press, act="confirm")),
                 expected=chosen.people),
            step(made, "this was not me", lambda: ask(made, addresses, partial(press, act="disown")),
                 expected=0),
        ]  # fmt: skip
    sys.exit(0 if all(passed) else 1)


def pending(made: Site, people: int) -> list[str]:
    """Their signatures, and the addresses in their mails, without the host."""
    now = datetime.now(UTC)
    with Session(made.engine) as session:
        petition = session.scalars(select(Petition)).one()
        text = petition.text
        assert text
        addresses = []
        for number in range(people):
            person = Signature(
                petition_id=petition.id, petition_text_id=text.id, signer_key=f"{number:064x}",
                email=f"person{number}@example.org", given_name="Suzie", country="US", state="pending",
                mailed_at=now, created_at=now,
            )  # fmt: skip
            session.add(person)
            session.flush()
            addresses.append(f"/signatures/{links.issue(session, person.id, secret=SECRET, now=now).token}")
        session.commit()
    return addresses


def step(made: Site, name: str, act: Callable[[], None], *, expected: int) -> bool:
    """Do it, and print how many are confirmed now by rows and by counter."""
    act()
    with Session(made.engine) as session:
        petition = session.scalars(select(Petition)).one()
        rows = session.scalar(select(func.count()).where(Signature.state == "confirmed")) or 0
        counted = counting.confirmed(session, [petition.id])[petition.id]
    is_right = rows == counted == expected
    print(f"{name:24} confirmed {rows:5}  counter {counted:5}  expected {expected:5}  {'ok' if is_right else 'WRONG'}")
    return is_right


def each(paths: list[str], act: Callable[[str], object]) -> None:
    for path in paths:
        act(path)


def ask(made: Site, paths: list[str], act: Callable[[Connection, str], object]) -> None:
    """Over one connection: the server hangs up on those that wait longer than for the next request."""
    connection = Connection(made.web.port)
    for path in paths:
        act(connection, path)
    connection.close()


def head(made: Site, path: str) -> None:
    request = urllib.request.Request(f"http://{HOST}:{made.web.port}{path}", method="HEAD")  # our own
    with urllib.request.urlopen(request) as response:
        assert response.status == 200


def browse(made: Site, paths: list[str]) -> None:
    """As scanners that run the page's scripts, and press nothing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for path in paths:
            page.goto(f"http://{HOST}:{made.web.port}{path}")
        page.wait_for_timeout(500)
        browser.close()


def press(connection: Connection, path: str, act: str) -> None:
    """The button on the page of the link, if it is still there."""
    shown = visiting.visit(connection, path, address=HOST)
    said = connection.post(path, shown.fields | {"act": act}, shown.headers)
    if said.status not in (200, 303):
        raise visiting.UnexpectedAnswer(f"POST {path}: {said.status}")


if __name__ == "__main__":
    main()
