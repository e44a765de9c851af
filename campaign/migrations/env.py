"""How Alembic reaches our tables: through the app's own engine, in one transaction."""

from alembic import context

from campaign.db import Base, db


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
