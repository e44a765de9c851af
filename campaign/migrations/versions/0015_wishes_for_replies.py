"""wishes to be asked whether a reply came

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'follow_up',
        sa.Column('letter_id', sa.Integer(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('mailbox_key', sa.String(length=64), nullable=False),
        sa.Column('first_id', sa.Integer(), nullable=True),
        sa.Column('token_hash', sa.String(length=64), nullable=True),
        sa.Column('reply_token_hash', sa.String(length=64), nullable=True),
        sa.Column('asked_at', UTCDateTime(), nullable=False),
        sa.Column('confirmed_at', UTCDateTime(), nullable=True),
        sa.Column('mailed_at', UTCDateTime(), nullable=True),
        sa.Column('answer', sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(
            ['letter_id'], ['letter.id'], name=op.f('fk_follow_up_letter_id_letter'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['first_id'], ['follow_up.letter_id'], name=op.f('fk_follow_up_first_id_follow_up'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('letter_id', name=op.f('pk_follow_up')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_follow_up_token_hash')),
        sa.UniqueConstraint('reply_token_hash', name=op.f('uq_follow_up_reply_token_hash')),
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_mailbox_key'), ['mailbox_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_first_id'), ['first_id'], unique=False)
    # Whoever wished it with a letter that we send, and has not been asked yet. Links in questions that were mailed
    # before open nothing any more: what they were signed with is not known here.
    op.execute(
        sa.text(
            'INSERT INTO follow_up (letter_id, email, mailbox_key, asked_at, confirmed_at, answer) '
            "SELECT letter_id, reply_to, writer_key, asked_at, confirmed_at, '' FROM mailed_letter "
            "WHERE wants_follow_up AND followed_up_at IS NULL AND reply_to <> ''"
        )
    )
    with op.batch_alter_table('mailed_letter', schema=None) as batch_op:
        batch_op.drop_column('wants_follow_up')
        batch_op.drop_column('followed_up_at')
        batch_op.drop_column('reply')


def downgrade() -> None:
    with op.batch_alter_table('mailed_letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('wants_follow_up', sa.Boolean(), nullable=False, server_default=sa.text('false')))
        batch_op.add_column(sa.Column('followed_up_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('reply', sa.String(length=3), nullable=False, server_default=''))
    with op.batch_alter_table('mailed_letter', schema=None) as batch_op:
        batch_op.alter_column('wants_follow_up', server_default=None)
        batch_op.alter_column('reply', server_default=None)
    op.execute(
        sa.text(
            'UPDATE mailed_letter SET wants_follow_up = true '
            'WHERE letter_id IN (SELECT letter_id FROM follow_up WHERE mailed_at IS NULL)'
        )
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_first_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_mailbox_key'))
    op.drop_table('follow_up')
