"""The database's shape: bringing it up to date, and saying when it is not."""

import shutil
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import Migrate
from flask_migrate import upgrade as run_migrations

from campaign import text_tables
from campaign.db import Base, db
from campaign.errors import Refused
from campaign.paths import PACKAGE

FOLDER = PACKAGE / "migrations"
migrate = Migrate(db=db, directory=str(FOLDER), render_as_batch=True, compare_type=True)


class OutdatedDatabase(Refused):
    """The tables are older or newer than the program."""


def init_app(app: Flask) -> None:
    migrate.init_app(app)


def upgrade() -> None:
    """Bring the database to the newest version. An SQLite file is copied first: its batch changes rebuild tables."""
    path = _sqlite_file()
    if path and path.exists() and version() not in (None, head()):
        shutil.copy2(path, path.with_suffix(f".before-{head()}"))
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    run_migrations()


def version() -> str | None:
    """The version the database has; None when it has none of our tables."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The version this program needs."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def require_current() -> None:
    """Raise OutdatedDatabase unless the database has the version this program needs."""
    found, needed = version(), head()
    if found == needed:
        return
    known = {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}
    if found is not None and found not in known:
        raise OutdatedDatabase("The database was made by a newer version of this program. Install that version.")
    raise OutdatedDatabase("The database is not up to date. Run: campaign db upgrade")


def differences() -> list[str]:
    """Where the tables differ from what the program expects; [] when they agree."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """False for the tables that each database makes in its own way (see `text_tables`): they are compared nowhere."""
    return not (kind == "table" and name and name.startswith(text_tables.NAME))


def _sqlite_file() -> Path | None:
    url = db.engine.url
    return Path(url.database) if current_app and url.get_backend_name() == "sqlite" and url.database else None
