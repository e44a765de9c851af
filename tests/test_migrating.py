"""A database made by the migrations is the one the program expects."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade as run_downgrades
from flask_migrate import upgrade as run_migrations
from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.exc import DatabaseError

from campaign import create_app, migrating
from campaign.accounts import auditing
from campaign.db import Base, db
from campaign.delivery.models import Delivery
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import FollowUp, Letter
from campaign.migrating import OutdatedDatabase
from campaign.petitions import confirming, counting, links
from tests import make


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Flask:
    """The app on a database without tables."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            Base.metadata.drop_all(connection)
    engine.dispose()
    return create_app(tmp_path, environ={}, overrides={"DATABASE_URL": database_url}, quiet=True)


def shape(connection: Any) -> dict[str, Any]:
    """Everything about the tables that two databases could differ in."""
    seen = inspect(connection)
    return {
        name: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)),
            "unique": sorted((u["name"], tuple(u["column_names"])) for u in seen.get_unique_constraints(name)),
            "indexes": sorted((i["name"], tuple(i["column_names"])) for i in seen.get_indexes(name)),
            "keys": sorted((k["name"], k["referred_table"]) for k in seen.get_foreign_keys(name)),
            "checks": sorted(c["name"] for c in seen.get_check_constraints(name)),
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def test_a_migrated_database_equals_a_new_one(empty: Flask, tmp_path: Path) -> None:
    with empty.app_context():
        migrating.upgrade()
        assert migrating.differences() == []
        with db.engine.connect() as connection:
            migrated = shape(connection)
        with db.engine.begin() as connection:
            Base.metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
            if connection.dialect.name == "postgresql":
                connection.execute(text("DROP FUNCTION IF EXISTS refuse_audit_change CASCADE"))
        Base.metadata.create_all(db.engine)
        with db.engine.connect() as connection:
            assert shape(connection) == migrated
        db.engine.dispose()


@pytest.mark.full
def test_all_steps_but_the_first_two_can_be_taken_back(empty: Flask) -> None:
    with empty.app_context():
        migrating.upgrade()
        with db.engine.connect() as connection:
            newest = shape(connection)
        run_downgrades(revision="0002")
        assert migrating.differences() != []
        migrating.upgrade()
        with db.engine.connect() as connection:
            assert shape(connection) == newest
        assert migrating.differences() == []
        db.engine.dispose()


def test_the_migrated_audit_trail_is_append_only(empty: Flask) -> None:
    with empty.app_context():
        migrating.upgrade()
        insert = (
            "INSERT INTO audit_entry (id, at, actor, action, object_kind, object_id, detail, hash)"
            " VALUES (1, '2026-11-22 12:00:00', 'Charlie', 'campaign.publish', '', '', '{}', '')"
        )
        with db.engine.begin() as connection:
            connection.execute(text(insert))
        for statement in ("UPDATE audit_entry SET actor = 'Mallory'", "DELETE FROM audit_entry"):
            with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
                connection.execute(text(statement))
        db.engine.dispose()


def test_an_existing_audit_trail_is_chained(empty: Flask) -> None:
    with empty.app_context():
        run_migrations(revision="0010")
        with db.engine.begin() as connection:
            zone = "+00" if connection.dialect.name == "postgresql" else ""
            for n in range(3):
                insert = (
                    "INSERT INTO audit_entry (at, actor, action, object_kind, object_id, detail)"
                    f" VALUES ('2026-11-2{n} 12:00:00.000000{zone}', 'Charlie', 'campaign.publish', '', '', :detail)"
                )
                connection.execute(text(insert), {"detail": f'{{"n":{n}}}'})
        migrating.upgrade()
        session = db.session()
        assert (auditing.verify(session).entries, auditing.verify(session).broken) == (3, None)
        auditing.record(session, "campaign.edit", actor="Charlie", now=make.NOW)
        session.commit()
        assert auditing.verify(session).entries == 4 and auditing.verify(session).broken is None
        session.close()
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text("UPDATE audit_entry SET actor = 'Mallory'"))
        db.engine.dispose()


def test_commands_say_when_the_database_is_not_up_to_date(empty: Flask) -> None:
    with empty.app_context():
        with pytest.raises(OutdatedDatabase, match="campaign db upgrade"):
            migrating.require_current()
        migrating.upgrade()
        migrating.require_current()
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
        with pytest.raises(OutdatedDatabase, match="newer version"):
            migrating.require_current()
        db.engine.dispose()


def test_upgrading_twice_changes_nothing(empty: Flask) -> None:
    with empty.app_context():
        migrating.upgrade()
        first = migrating.version()
        migrating.upgrade()
        assert migrating.version() == first == migrating.head()
        db.engine.dispose()


def old_signature(connection: Connection, *, token: str) -> None:
    """A confirmed signature, as version 0001 kept it."""
    at = "'2026-11-20 12:00:00.000000'"
    connection.execute(
        text(
            "INSERT INTO campaign (id, slug, state, title, language, country, place, opinion, opinion_author, action,"
            " todo_intro, warnings, created_at, changed_at)"
            f" VALUES (1, 'bridge', 'published', 'Bridge', 'en', 'US', '', '', '', '', '', '[]', {at}, {at})"
        )
    )
    connection.execute(text("INSERT INTO petition (id, campaign_id) VALUES (1, 1)"))
    connection.execute(
        text(
            "INSERT INTO petition_text (id, petition_id, version, demand, body, created_at)"
            f" VALUES (1, 1, 1, 'Mend it.', '', {at})"
        )
    )
    connection.execute(
        text(
            "INSERT INTO signature (id, petition_id, petition_text_id, signer_key, email, given_name, family_name,"
            " country, postcode, comment, show_name, subscribe, language, state, token_hash, mailed_at, created_at,"
            " confirmed_at) VALUES (1, 1, 1, 'key', 'suzie@example.org', 'Suzie', '', 'US', '', '', false, false, 'en',"
            f" 'confirmed', :token_hash, {at}, {at}, {at})"
        ),
        {"token_hash": links.token_hash(token)},
    )
    connection.execute(text("INSERT INTO signature_count VALUES (1, '2026-11-20', 'US', 0, 1)"))


def test_links_and_counts_survive_the_second_migration(empty: Flask) -> None:
    with empty.app_context():
        run_migrations(revision="0001")
        with db.engine.begin() as connection:
            old_signature(connection, token="mailed long before")
        migrating.upgrade()
        session = db.session()
        found = confirming.find(session, "mailed long before", now=make.NOW)
        assert (found.email, found.domain, found.slot, found.area) == ("suzie@example.org", "example.org", 1, "")
        assert counting.confirmed(session, [1]) == {1: 1}
        assert counting.check(session) == []
        session.close()
        db.engine.dispose()


def test_lists_that_were_marked_as_handed_over_stand_in_the_ledger(empty: Flask) -> None:
    with empty.app_context():
        run_migrations(revision="0001")
        with db.engine.begin() as connection:
            old_signature(connection, token="mailed long before")
        run_migrations(revision="0012")
        at = "'2026-11-20 12:00:00.000000'"
        with db.engine.begin() as connection:
            for id, delivered_at in ((1, at), (2, "NULL")):
                connection.execute(
                    text(
                        "INSERT INTO export (id, campaign_id, format, profile, created_at, snapshot_at, rows, sha256,"
                        " filename, state, due_at, attempts, last_error, delivered_at) VALUES"
                        f" ({id}, 1, 'csv', 'delivery', {at}, {at}, 7, 'f', '', 'done', {at}, 1, '', {delivered_at})"
                    )
                )
        migrating.upgrade()
        session = db.session()
        [entry] = session.scalars(select(Delivery)).all()
        assert (entry.export_id, entry.handed_over_on, entry.signatures) == (1, date(2026, 11, 20), 7)
        assert (entry.office, entry.corrections, entry.removed_at) == ("", [], None)
        session.close()
        db.engine.dispose()


def test_who_wanted_to_be_asked_for_a_reply_still_is(empty: Flask) -> None:
    with empty.app_context():
        migrating.upgrade()
        session = db.session()
        template = make.letter_template(session, make.campaign(session, slug="bridge"), slug="letter")
        post = make.make_post(session)
        for number in (1, 2):
            row = Letter(template_id=template.id, post_id=post.id, state="sent", text_sha256="", created_at=make.NOW)
            session.add(row)
            session.flush()
            values = {"letter_id": row.id, "campaign_id": template.campaign_id, "post_id": post.id, "holder": ""}
            values |= {"writer_key": f"key {number}", "reply_to": f"a{number}@example.org", "sender_name": "Ann"}
            values |= {"subject": "S", "body": "B", "language": "en", "message_id": f"<{number}>"}
            session.add(MailedLetter(**values, asked_at=make.NOW, due_at=make.NOW, confirmed_at=make.NOW))
        session.commit()
        run_downgrades(revision="0014")
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE mailed_letter SET wants_follow_up = true WHERE letter_id = 1"))
        migrating.upgrade()
        [kept] = session.scalars(select(FollowUp)).all()
        assert (kept.letter_id, kept.email, kept.mailbox_key) == (1, "a1@example.org", "key 1")
        assert (kept.asked_at, kept.confirmed_at, kept.mailed_at, kept.answer) == (make.NOW, make.NOW, None, "")
        assert len(session.scalars(select(MailedLetter)).all()) == 2
        session.close()
        db.engine.dispose()
