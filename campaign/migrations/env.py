"""How Alembic reaches our tables: through the app's own engine, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from campaign.db import Base, db
from campaign.migrating import is_ours


def run() -> None:
    with db.engine.connect() as connection, rebuilding(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="",
            include_name=is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                astray = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if astray:
                    raise RuntimeError(f"Rows that refer to nothing: {astray[:5]}. Nothing was changed.")


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew. With foreign keys on, dropping the old one empties those below it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # a fresh connection has one
    driver.execute("PRAGMA foreign_keys = OFF")  # not possible within a transaction
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


run()
