"""Made-up signers by the hundred thousand, made by the database itself: a million take less than a minute."""

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, String, case, cast, func, insert, literal, select
from sqlalchemy.orm import Session, aliased

from campaign.petitions.models import Petition, Signature

PEOPLE = (
    ("Zoë", "Łukasiewicz", "US"),
    ("Ελένη", "Παπαδοπούλου", "FR"),
    ("Олександра", "Шевченко", "GR"),
    ("فاطمة", "الزهراء", "UA"),
    ("Suzie", "Signer", "EG"),
)
COMMENT = "I cross the bridge every day, and so do my children."


def sign(engine: Engine, petition_id: int, number: int, *, at: datetime) -> None:
    """Put so many confirmed signatures under a petition with one text; every fourth has a comment."""
    with Session(engine) as session, session.begin():
        petition = session.get_one(Petition, petition_id)
        # The first one is made as the program makes it, and all others after its model.
        first = Signature(
            petition=petition,
            petition_text=petition.text,
            signer_key="made-up 0",
            email="signer0@example.org",
            given_name=PEOPLE[0][0],
            family_name=f"{PEOPLE[0][1]} 0",
            country=PEOPLE[0][2],
            postcode="00000",
            comment=COMMENT,
            state="confirmed",
            created_at=at,
            confirmed_at=at,
        )
        session.add(first)
        session.flush()
        _multiply(session, first.id, number)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _multiply(session: Session, id: int, number: int) -> None:
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n + 1 < number))
    model, n = aliased(Signature), numbers.c.n
    word = cast(n, String)
    five = literal("0000").concat(cast(n % 100_000, String))
    different: dict[str, ColumnElement[str]] = {
        "signer_key": literal("made-up ").concat(word),
        "email": literal("signer").concat(word).concat("@example.org"),
        "given_name": _in_turn(n, 0),
        "family_name": _in_turn(n, 1).concat(" ").concat(word),
        "country": _in_turn(n, 2),
        "postcode": _last_five(five),
        "comment": case((n % 4 == 0, COMMENT), else_=""),
    }
    columns = [column.name for column in Signature.__table__.columns if column.name != "id"]
    values = [different.get(name, getattr(model, name)) for name in columns]
    made = select(*values).select_from(model).join(numbers, literal(True)).where(model.id == id, n < number)
    session.execute(insert(Signature).from_select(columns, made, include_defaults=False))


def _in_turn(n: ColumnElement[int], part: int) -> ColumnElement[str]:
    return case({place: person[part] for place, person in enumerate(PEOPLE)}, value=n % len(PEOPLE))


def _last_five(text: ColumnElement[str]) -> ColumnElement[str]:
    """Of both databases only one counts from the end."""
    return func.substr(text, func.length(text) - 4, 5)
