"""full-text index

Its rows come from campaigns, articles and offices, whose tables later versions change: `campaign db upgrade` puts them
in once all versions are there.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from campaign import text_tables
from campaign.db import UTCDateTime

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('indexed_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('marks', sa.String(length=500), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indexed_text')),
    sa.UniqueConstraint('kind', 'key', name=op.f('uq_indexed_text_kind_key'))
    )
    op.create_table('indexed_word',
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('word', name=op.f('pk_indexed_word'))
    )
    text_tables.create(op.get_bind())


def downgrade() -> None:
    text_tables.drop(op.get_bind())
    op.drop_table('indexed_word')
    op.drop_table('indexed_text')
