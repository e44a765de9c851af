"""A small United States for the tests of letters: one state of each kind, with made-up officeholders."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from campaign.db import now
from campaign.letters.models import LetterTemplate
from campaign.officials.models import (
    Area,
    AreaPostcode,
    ContactDetail,
    Membership,
    Organization,
    Person,
    Post,
    RosterImport,
)
from tests import make
from tests.conftest import begin_with

US = "ocd-division/country:us"
# The pages ask who holds an office today, so these terms run round the day of the test.
AS_OF = now().date()
START, END = AS_OF - timedelta(days=500), AS_OF + timedelta(days=500)

BODY = """{{ official.salutation }},

I urge you to mend the bridge before winter.

Sincerely,
{{ sender.name }}
{{ sender.address_lines }}
{{ sender.city }}, {{ sender.region }} {{ sender.postcode }}
{{ sender.email }}"""


def build(session: Session) -> None:
    """The rows of `_states`, committed."""
    begin_with(session, _states)


def _states(session: Session) -> None:
    """President Ada Ames; Vermont with one district, New York with two, Delaware beside Maryland, DC, a vacant seat."""
    session.add_all(
        [
            Organization(id="us-white-house", name="The White House", classification="executive"),
            Organization(id="us-senate", name="United States Senate", classification="chamber"),
            Organization(id="us-house", name="U.S. House of Representatives", classification="chamber"),
            RosterImport(
                id=1,
                kind="legislators",
                filename="roster.yaml",
                source="example.org/roster",
                sha256="0" * 64,
                as_of=AS_OF,
                imported_at=make.NOW,
            ),
        ]
    )
    make.area(session, US)
    president = post(session, "us-president", "us-white-house", "President of the United States", "president", US)
    held(session, president, "Ada Ames")
    contact(session, president, "web_form", "https://whitehouse.example.org/contact")
    state(session, "vt", "Vermont", senators=("Bo Birch", "Cy Cole"), members={"at-large": "Di Dunn"})
    state(session, "ny", "New York", senators=("Ed Esk", "Fay Frost"), members={"1": "Gil Gray", "2": ""})
    state(session, "md", "Maryland", senators=("Hal Hay", "Ida Ives"), members={"1": "Jo Jay"})
    state(session, "de", "Delaware", senators=("Kit Kay", "Lu Lark"), members={"at-large": "Mo Moon"})
    state(session, "dc", "District of Columbia", members={"at-large": "Nan Noon"}, kind="district")
    postcodes = {
        "05401": ["vt/at-large"],
        "10001": ["ny/1", "ny/2"],
        "11111": ["ny/2"],
        "19973": ["md/1", "de/at-large"],
        "20001": ["dc/at-large"],
    }
    for postcode, places in postcodes.items():
        for place in places:
            session.add(AreaPostcode(country="US", postcode=postcode, area_id=district(place)))
    session.flush()


def district(place: str) -> str:
    """ "ny/1" → its Open Civic Data id."""
    code, _, number = place.partition("/")
    return f"{US}/{'district' if code == 'dc' else 'state'}:{code}/cd:{number}"


def state(
    session: Session,
    code: str,
    name: str,
    *,
    members: dict[str, str],
    senators: tuple[str, ...] = (),
    kind: str = "state",
) -> None:
    area = Area(id=f"{US}/{kind}:{code}", name=name, country="US", parent_id=US)
    area.classification = "state" if kind == "state" else "territory"
    session.add(area)
    for number, senator in enumerate(senators, start=1):
        seat = post(session, f"us-senate-{code}-{number}", "us-senate", f"U.S. Senator for {name}", "senator", area.id)
        seat.seat_key = str(number)
        held(session, seat, senator)
    role = "representative" if kind == "state" else "delegate"
    for number, member in members.items():
        place = Area(id=district(f"{code}/{number}"), name=f"{name} {number}", country="US", parent_id=area.id)
        place.classification = "cd"
        session.add(place)
        id = f"us-house-{code}-{number.replace('at-large', '0')}"
        seat = post(session, id, "us-house", f"{role.title()} for {name} {number}", role, place.id)
        if member:
            held(session, seat, member)
            contact(session, seat, "url", f"https://{code}.example.org")


def post(session: Session, id: str, organization: str, label: str, role: str, area: str) -> Post:
    title = role.replace("_", " ").title()
    row = Post(id=id, organization_id=organization, label=label, role=role, title=title, area_id=area)
    session.add(row)
    return row


def held(session: Session, post: Post, name: str, start: date = START, end: date = END) -> Membership:
    """The rows, not yet flushed: forty of them are sent at once."""
    given, _, family = name.rpartition(" ")
    person = Person(name=name, given_name=given, family_name=family, search_name=name.lower())
    term = Membership(person=person, post=post, start_date=start, end_date=end, import_id=1, last_seen_as_of=AS_OF)
    session.add(term)
    return term


def contact(session: Session, post: Post, type: str, value: str) -> None:
    session.add(ContactDetail(post_id=post.id, type=type, value=value))


def letter(session: Session, target: str = "us-president", body: str = BODY, **values: str) -> LetterTemplate:
    """A letter of the campaign /campaigns/bridge."""
    of = make.campaign(session, slug="bridge", country="US")
    return make.letter_template(session, of, slug="write", target=target, body=body, **values)
