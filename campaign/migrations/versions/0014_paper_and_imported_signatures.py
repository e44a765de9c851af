"""paper and imported signatures

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'signature_batch',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('petition_id', sa.Integer(), nullable=False),
        sa.Column('source', sa.String(length=20), nullable=False),
        sa.Column('stage', sa.String(length=10), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('file_name', sa.String(length=200), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('header', sa.JSON(), nullable=False),
        sa.Column('fields', sa.JSON(), nullable=False),
        sa.Column('country', sa.String(length=2), nullable=False),
        sa.Column('signed_on', sa.Date(), nullable=True),
        sa.Column('petition_text_id', sa.Integer(), nullable=True),
        sa.Column('basis', sa.Text(), nullable=False),
        sa.Column('told', sa.JSON(), nullable=False),
        sa.Column('consent_wording_id', sa.Integer(), nullable=True),
        sa.Column('counts', sa.JSON(), nullable=False),
        sa.Column('percent', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.Column('applied_at', UTCDateTime(), nullable=True),
        sa.Column('undone_at', UTCDateTime(), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('due_at', UTCDateTime(), nullable=False),
        sa.Column('lease_until', UTCDateTime(), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('last_error', sa.String(length=500), nullable=False),
        sa.Column('done_at', UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ['petition_id'], ['petition.id'], name=op.f('fk_signature_batch_petition_id_petition'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_signature_batch_account_id_account'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['petition_text_id'],
            ['petition_text.id'],
            name=op.f('fk_signature_batch_petition_text_id_petition_text'),
        ),
        sa.ForeignKeyConstraint(
            ['consent_wording_id'],
            ['consent_wording.id'],
            name=op.f('fk_signature_batch_consent_wording_id_consent_wording'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signature_batch')),
    )
    with op.batch_alter_table('signature_batch') as batch:
        batch.create_index(batch.f('ix_signature_batch_petition_id'), ['petition_id'])
    op.create_table(
        'batch_problem',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('batch_id', sa.Integer(), nullable=False),
        sa.Column('row', sa.Integer(), nullable=False),
        sa.Column('line', sa.Integer(), nullable=False),
        sa.Column('column', sa.String(length=200), nullable=False),
        sa.Column('text', sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ['batch_id'],
            ['signature_batch.id'],
            name=op.f('fk_batch_problem_batch_id_signature_batch'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_problem')),
    )
    with op.batch_alter_table('batch_problem') as batch:
        batch.create_index(batch.f('ix_batch_problem_batch_id'), ['batch_id'])
    # Nothing but new columns: rebuilding the table would empty those below it on SQLite.
    op.add_column('signature', sa.Column('origin', sa.String(length=20), nullable=False, server_default='online'))
    op.add_column('signature', sa.Column('batch_id', sa.Integer(), nullable=True))
    op.add_column('signature', sa.Column('batch_row', sa.Integer(), nullable=True))
    there = sa.text('batch_id IS NOT NULL')
    op.create_index('ix_signature_batch', 'signature', ['batch_id'], sqlite_where=there, postgresql_where=there)
    op.add_column('petition', sa.Column('sheets_printed', sa.Integer(), nullable=False, server_default='0'))
    _count(('petition_id', 'day', 'country', 'area', 'origin', 'shard'), "'online'")


def downgrade() -> None:
    op.execute("DELETE FROM signature WHERE batch_id IS NOT NULL")
    op.execute("DELETE FROM signature_count WHERE origin <> 'online'")
    _count(('petition_id', 'day', 'country', 'area', 'shard'))
    op.drop_column('petition', 'sheets_printed')
    op.drop_index('ix_signature_batch', 'signature')
    for column in ('batch_row', 'batch_id', 'origin'):
        op.drop_column('signature', column)
    op.drop_table('batch_problem')
    op.drop_table('signature_batch')


def _count(key: tuple[str, ...], origin: str = "") -> None:
    """The counters' table anew, by this key. origin: of the counters there are, where the key grows by it."""
    op.execute("CREATE TEMPORARY TABLE old_count AS SELECT * FROM signature_count")
    op.drop_table('signature_count')
    columns = {
        'petition_id': sa.Column('petition_id', sa.Integer(), nullable=False),
        'day': sa.Column('day', sa.Date(), nullable=False),
        'country': sa.Column('country', sa.String(length=2), nullable=False),
        'area': sa.Column('area', sa.String(length=10), nullable=False),
        'origin': sa.Column('origin', sa.String(length=20), nullable=False),
        'shard': sa.Column('shard', sa.Integer(), autoincrement=False, nullable=False),
    }
    op.create_table(
        'signature_count',
        *(columns[name] for name in key),
        sa.Column('confirmed', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['petition_id'], ['petition.id'], name=op.f('fk_signature_count_petition_id_petition'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f('pk_signature_count')),
    )
    old = [origin if name == 'origin' else name for name in key]
    op.execute(
        f"INSERT INTO signature_count ({', '.join(key)}, confirmed) SELECT {', '.join(old)}, confirmed FROM old_count"
    )
    op.execute("DROP TABLE old_count")
