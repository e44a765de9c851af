"""rights, pictures, key points, and suggested categories

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'picture',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('article_id', sa.Integer(), nullable=False),
        sa.Column('url', sa.String(length=2000), nullable=False),
        sa.Column('caption', sa.String(length=1000), nullable=False),
        sa.Column('credit', sa.String(length=300), nullable=False),
        sa.Column('alt', sa.String(length=500), nullable=False),
        sa.Column('licence', sa.String(length=100), nullable=False),
        sa.Column('step', sa.String(length=10), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('due_at', UTCDateTime(), nullable=False),
        sa.Column('lease_until', UTCDateTime(), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('last_error', sa.String(length=500), nullable=False),
        sa.Column('done_at', UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_picture_account_id_account'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['article_id'], ['article.id'], name=op.f('fk_picture_article_id_article'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_picture')),
    )
    op.create_index(op.f('ix_picture_article_id'), 'picture', ['article_id'])
    op.create_index(op.f('ix_picture_digest'), 'picture', ['digest'])
    op.create_index('ix_picture_state_due_at', 'picture', ['state', 'due_at'])
    with op.batch_alter_table('article') as batch:
        batch.add_column(sa.Column('licence_reason', sa.String(length=500), server_default='', nullable=False))
        batch.add_column(sa.Column('archived_url', sa.String(length=2000), server_default='', nullable=False))
        batch.add_column(sa.Column('changed_at', UTCDateTime(), nullable=True))
    with op.batch_alter_table('campaign') as batch:
        batch.add_column(sa.Column('categories_from', sa.String(length=10), server_default='', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('campaign') as batch:
        batch.drop_column('categories_from')
    with op.batch_alter_table('article') as batch:
        batch.drop_column('changed_at')
        batch.drop_column('archived_url')
        batch.drop_column('licence_reason')
    op.drop_table('picture')
