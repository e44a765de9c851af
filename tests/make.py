"""Makes rows. Each function fills in what a test does not care about, and never commits."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from campaign.accounts.models import Account
from campaign.articles.models import Article
from campaign.campaigns.models import Campaign, Category, ToDoAction
from campaign.letters.models import LetterTemplate
from campaign.officials.models import Area, Membership, Organization, Person, Post
from campaign.petitions.models import Addressee, Petition, PetitionText, Signature

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "correct horse battery staple"

_number = count(1)


@cache
def _password_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


def account(session: Session, *, role: str = "owner", email: str = "", **values: Any) -> Account:
    email = email or f"account{next(_number)}@example.org"
    row = Account(email=email, role=role, password_hash=_password_hash(), created_at=NOW, **values)
    session.add(row)
    session.flush()
    return row


def article(session: Session, **values: Any) -> Article:
    number = next(_number)
    defaults: dict[str, Any] = {
        "slug": f"article-{number}",
        "headline": "Council votes on the bridge",
        "outlet": "example.org",
        "url": "https://example.org/bridge",
        "published_at": NOW - timedelta(days=1),
        "published_offset": 0,
        "language": "en",
        "body": [{"kind": "paragraph", "text": f"Paragraph {n} about the bridge."} for n in range(1, 6)],
        "imported_at": NOW,
    }
    row = Article(**(defaults | values))
    session.add(row)
    session.flush()
    return row


def category(session: Session, slug: str = "transport", name: str = "Transport") -> Category:
    row = Category(slug=slug, name=name)
    session.add(row)
    session.flush()
    return row


def campaign(session: Session, *, slug: str = "", state: str = "published", **values: Any) -> Campaign:
    defaults: dict[str, Any] = {
        "slug": slug or f"campaign-{next(_number)}",
        "state": state,
        "title": "Mend the bridge",
        "opinion": "The bridge has waited long enough.",
        "opinion_author": "Charlie",
        "action": "Ask the council to act.",
        "created_at": NOW,
        "changed_at": NOW,
        "published_at": NOW if state != "draft" else None,
    }
    row = Campaign(**(defaults | values))
    if row.article is None:
        row.article = article(session)
    session.add(row)
    session.flush()
    return row


def todo(session: Session, campaign: Campaign, **values: Any) -> ToDoAction:
    defaults: dict[str, Any] = {"position": len(campaign.todo) + 1, "kind": "learn", "title": "Read the report"}
    row = ToDoAction(**(defaults | values))
    campaign.todo.append(row)
    session.flush()
    return row


def petition(session: Session, of: Campaign | None = None, *, post: Post | None = None, **values: Any) -> Petition:
    """An open petition with one text and one addressee."""
    of = of or campaign(session)
    demand = values.pop("demand", "Mend the bridge before winter.")
    defaults: dict[str, Any] = {"goal": 100, "opens_at": NOW - timedelta(days=1), "closes_at": NOW + timedelta(days=30)}
    row = Petition(campaign=of, **(defaults | values))
    row.texts.append(PetitionText(version=1, demand=demand, body="It is closed to carts.", created_at=NOW))
    row.addressees.append(Addressee(post=post or make_post(session), position=1))
    session.add(row)
    session.flush()
    return row


def signature(session: Session, petition: Petition, *, state: str = "confirmed", **values: Any) -> Signature:
    """A signature row as it stands; counters are not touched."""
    number = next(_number)
    assert petition.text
    defaults: dict[str, Any] = {
        "petition": petition,
        "petition_text": petition.text,
        "signer_key": f"{number:064x}",
        "email": f"signer{number}@example.org",
        "given_name": "Suzie",
        "family_name": f"Signer{number}",
        "country": "US",
        "postcode": "99501",
        "state": state,
        "created_at": NOW,
        "confirmed_at": NOW if state == "confirmed" else None,
    }
    row = Signature(**(defaults | values))
    session.add(row)
    session.flush()
    return row


def area(session: Session, id: str = "ocd-division/country:us", **values: Any) -> Area:
    row = session.get(Area, id)
    if row is None:
        defaults: dict[str, Any] = {"name": "United States", "classification": "country", "country": "US"}
        row = Area(id=id, **(defaults | values))
        session.add(row)
        session.flush()
    return row


def make_post(session: Session, id: str = "", **values: Any) -> Post:
    number = next(_number)
    organization = session.get(Organization, "council") or Organization(
        id="council", name="Town Council", classification="council"
    )
    defaults: dict[str, Any] = {"label": "Mayor of Exampleton", "role": "mayor", "title": "Mayor"}
    row = Post(id=id or f"post-{number}", **({"organization": organization} | defaults | values))
    session.add(row)
    session.flush()
    return row


def person(session: Session, name: str = "Ada Lovelace", **values: Any) -> Person:
    given, _, family = name.rpartition(" ")
    defaults: dict[str, Any] = {"name": name, "given_name": given, "family_name": family, "search_name": name.lower()}
    row = Person(**(defaults | values))
    session.add(row)
    session.flush()
    return row


def membership(
    session: Session,
    person: Person,
    post: Post,
    start: date = date(2025, 1, 20),
    end: date | None = date(2029, 1, 20),
    **values: Any,
) -> Membership:
    row = Membership(person=person, post=post, start_date=start, end_date=end, **values)
    session.add(row)
    session.flush()
    return row


def letter_template(session: Session, of: Campaign, **values: Any) -> LetterTemplate:
    defaults: dict[str, Any] = {
        "slug": f"letter-{next(_number)}",
        "title": "Write to the mayor",
        "target": "us-president",
        "subject": "The bridge",
        "body": "{{ official.salutation }},\n\nI urge you to mend the bridge.\n\n{{ sender.name }}",
    }
    row = LetterTemplate(campaign=of, **(defaults | values))
    session.add(row)
    session.flush()
    return row
