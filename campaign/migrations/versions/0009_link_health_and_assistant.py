"""link health and assistant

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def _leased() -> list[sa.Column]:
    return [
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('due_at', UTCDateTime(timezone=True), nullable=False),
        sa.Column('lease_until', UTCDateTime(timezone=True), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('last_error', sa.String(length=500), nullable=False),
        sa.Column('done_at', UTCDateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    op.add_column('campaign', sa.Column('action_author', sa.String(length=200), server_default='', nullable=False))
    op.add_column('campaign', sa.Column('machine_made', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('campaign', sa.Column('guesses', sa.JSON(), server_default='{}', nullable=False))
    op.add_column('campaign', sa.Column('overrides', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('todo_action', sa.Column('details', sa.JSON(), server_default='{}', nullable=False))
    op.create_table('link_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('health', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('moved_to', sa.String(length=2000), nullable=False),
    sa.Column('tried_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('checked_at', UTCDateTime(timezone=True), nullable=True),
    *_leased(),
    sa.ForeignKeyConstraint(['action_id'], ['todo_action.id'], name=op.f('fk_link_check_action_id_todo_action'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_check')),
    sa.UniqueConstraint('action_id', 'key', name=op.f('uq_link_check_action_id_key'))
    )
    op.create_index('ix_link_check_state_due_at', 'link_check', ['state', 'due_at'], unique=False)
    op.create_index('ix_link_check_key', 'link_check', ['key'], unique=False)
    op.create_index('ix_link_check_host', 'link_check', ['host'], unique=False)
    op.create_table('suggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('open_key', sa.Integer(), nullable=True),
    sa.Column('step', sa.String(length=10), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('saved', sa.JSON(), nullable=False),
    sa.Column('refused', sa.JSON(), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    *_leased(),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_suggestion_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_suggestion_campaign_id_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion')),
    sa.UniqueConstraint('open_key', name=op.f('uq_suggestion_open_key'))
    )
    op.create_index('ix_suggestion_campaign_id', 'suggestion', ['campaign_id'], unique=False)


def downgrade() -> None:
    op.drop_table('suggestion')
    op.drop_table('link_check')
    op.drop_column('todo_action', 'details')
    op.drop_column('campaign', 'overrides')
    op.drop_column('campaign', 'guesses')
    op.drop_column('campaign', 'machine_made')
    op.drop_column('campaign', 'action_author')
