"""delivery packages

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'notice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('petition_id', sa.Integer(), nullable=False),
        sa.Column('fields', sa.JSON(), nullable=False),
        sa.Column('since', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['petition_id'], ['petition.id'], name=op.f('fk_notice_petition_id_petition'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
        sa.UniqueConstraint('petition_id', 'since', name=op.f('uq_notice_petition_id_since')),
    )
    with op.batch_alter_table('export') as batch:
        batch.alter_column('format', existing_type=sa.String(length=10), type_=sa.String(length=100))
        batch.add_column(sa.Column('options', sa.JSON(), server_default='{}', nullable=False))
        batch.add_column(sa.Column('secret', sa.String(length=64), server_default='', nullable=False))
        batch.add_column(sa.Column('merkle_root', sa.String(length=64), server_default='', nullable=False))
        batch.add_column(sa.Column('members', sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column('delivered_at', UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('export') as batch:
        for column in ('delivered_at', 'members', 'merkle_root', 'secret', 'options'):
            batch.drop_column(column)
        batch.alter_column('format', existing_type=sa.String(length=100), type_=sa.String(length=10))
    op.drop_table('notice')
