"""stories: articles of several outlets about one event

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('story',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('began_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story'))
    )
    op.create_table('article_band',
    sa.Column('band', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('article_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('band', 'article_id', name=op.f('pk_article_band')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('article') as batch:
        batch.add_column(sa.Column('story_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('copy_of_id', sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f('fk_article_story_id_story'), 'story', ['story_id'], ['id'], ondelete='SET NULL')
        batch.create_foreign_key(batch.f('fk_article_copy_of_id_article'), 'article', ['copy_of_id'], ['id'], ondelete='SET NULL')
        batch.create_index('ix_article_story_id', ['story_id'], unique=False)
        batch.create_index('ix_article_copy_of_id', ['copy_of_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('article') as batch:
        batch.drop_index('ix_article_copy_of_id')
        batch.drop_index('ix_article_story_id')
        batch.drop_constraint(batch.f('fk_article_copy_of_id_article'), type_='foreignkey')
        batch.drop_constraint(batch.f('fk_article_story_id_story'), type_='foreignkey')
        batch.drop_column('copy_of_id')
        batch.drop_column('story_id')
    op.drop_table('article_band')
    op.drop_table('story')
