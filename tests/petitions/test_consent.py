"""What people agreed to stays as they read it."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from campaign.i18n import speaking
from campaign.petitions import consent
from campaign.petitions.models import ConsentWording
from tests.make import NOW


def test_the_words_are_kept_once_for_each_language(app: Flask, session: Session) -> None:
    with app.app_context():
        for language in ("en", "en", "fr", "en"):
            with speaking(language):
                assert consent.agreed(session, language=language, now=NOW).wording == str(consent.WORDING)
    rows = session.scalars(select(ConsentWording).order_by(ConsentWording.id)).all()
    assert [(row.language, row.version) for row in rows] == [("en", 1), ("fr", 1)]


def test_other_words_are_a_new_version(app: Flask, session: Session) -> None:
    old = {"purpose": "updates", "language": "en", "version": 3, "wording": "Write to me", "created_at": NOW}
    session.add(ConsentWording(**old))
    session.flush()
    with app.app_context():
        assert consent.agreed(session, language="en", now=NOW).version == 4


def test_eight_who_are_first_at_once_agree_to_one_row(app: Flask, engine: Engine) -> None:
    def agree(_: int) -> int:
        with app.app_context(), Session(engine.execution_options(only_reads=False)) as session, session.begin():
            return consent.agreed(session, language="en", now=NOW).id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(agree, range(8)))) == 1
