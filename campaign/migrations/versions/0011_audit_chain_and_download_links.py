"""audit chain and download links

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from campaign.accounts import auditing
from campaign.accounts.models import APPEND_ONLY
from campaign.db import UTCDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sign_in') as batch_op:
        batch_op.add_column(sa.Column('proved_at', UTCDateTime(timezone=True), nullable=True))
    op.add_column('audit_entry', sa.Column('hash', sa.String(length=64), nullable=False, server_default=''))
    _chain()
    op.create_table('download_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('export_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_download_link_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['export_id'], ['export.id'], name=op.f('fk_download_link_export_id_export'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_download_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_download_link_token_hash'))
    )
    for column in ('export_id', 'account_id', 'expires_at'):
        op.create_index(f'ix_download_link_{column}', 'download_link', [column], unique=False)


def downgrade() -> None:
    op.drop_table('download_link')
    with op.batch_alter_table('sign_in') as batch_op:
        batch_op.drop_column('proved_at')
    op.execute('ALTER TABLE audit_entry DROP COLUMN hash')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('CREATE SEQUENCE audit_entry_id_seq OWNED BY audit_entry.id')
        op.execute("SELECT setval('audit_entry_id_seq', coalesce(max(id), 0) + 1, false) FROM audit_entry")
        op.execute("ALTER TABLE audit_entry ALTER COLUMN id SET DEFAULT nextval('audit_entry_id_seq')")


def _chain() -> None:
    """Give every entry its hash; for that moment only, entries can be changed."""
    connection = op.get_bind()
    if connection.dialect.name == 'postgresql':
        op.execute('ALTER TABLE audit_entry ALTER COLUMN id DROP DEFAULT')
        op.execute('DROP SEQUENCE IF EXISTS audit_entry_id_seq')
        op.execute('ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only')
        auditing.chain_existing(connection)
        op.execute('ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only')
    else:
        op.execute('DROP TRIGGER audit_entry_no_update')
        auditing.chain_existing(connection)
        op.execute(APPEND_ONLY['sqlite'][0])
