"""letters that say nearly the same, letters that can be written anew, and what organisers were told

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('letter_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('sketch', sa.JSON(), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_letter_group_campaign_id_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_group'))
    )
    op.create_index('ix_letter_group_campaign_id', 'letter_group', ['campaign_id'], unique=False)
    op.create_table('letter_band',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('band', sa.String(length=20), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_letter_band_campaign_id_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['letter_group.id'], name=op.f('fk_letter_band_group_id_letter_group'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'band', 'group_id', name=op.f('pk_letter_band'))
    )
    with op.batch_alter_table('mailed_letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('group_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('made_from', sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_mailed_letter_group_id'), ['group_id'], unique=False)
        batch_op.create_index('ix_mailed_letter_writer_key', ['writer_key'], unique=False)
        batch_op.create_index('ix_mailed_letter_message_id', ['message_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_mailed_letter_group_id_letter_group'), 'letter_group', ['group_id'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('letter_template', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_sha256', sa.String(length=64), server_default='', nullable=False))
    # Officials: when a table of postcodes holds, files sent to the desk, what visitors report.
    with op.batch_alter_table('roster_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('country', sa.String(length=2), server_default='', nullable=False))
        batch_op.add_column(sa.Column('valid_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('valid_to', sa.Date(), nullable=True))
    op.execute(
        "UPDATE roster_import SET country = 'US', "
        "valid_from = (SELECT min(valid_from) FROM area_postcode WHERE import_id = roster_import.id), "
        "valid_to = (SELECT max(valid_to) FROM area_postcode WHERE import_id = roster_import.id) "
        "WHERE kind = 'postcodes'"
    )
    op.create_table('roster_job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('older', sa.Boolean(), nullable=False),
    sa.Column('dry_run', sa.Boolean(), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('due_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('lease_until', UTCDateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(length=500), nullable=False),
    sa.Column('done_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_roster_job_account_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_job'))
    )
    op.create_table('office_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.String(length=100), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_office_report_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_report'))
    )
    op.create_index('ix_office_report_post_id', 'office_report', ['post_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_office_report_post_id', table_name='office_report')
    op.drop_table('office_report')
    op.drop_table('roster_job')
    with op.batch_alter_table('roster_import', schema=None) as batch_op:
        batch_op.drop_column('valid_to')
        batch_op.drop_column('valid_from')
        batch_op.drop_column('country')
    with op.batch_alter_table('letter_template', schema=None) as batch_op:
        batch_op.drop_column('told_sha256')
    with op.batch_alter_table('mailed_letter', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_mailed_letter_group_id_letter_group'), type_='foreignkey')
        batch_op.drop_index('ix_mailed_letter_message_id')
        batch_op.drop_index('ix_mailed_letter_writer_key')
        batch_op.drop_index(batch_op.f('ix_mailed_letter_group_id'))
        batch_op.drop_column('made_from')
        batch_op.drop_column('group_id')
        batch_op.drop_column('confirmed_at')
    op.drop_table('letter_band')
    op.drop_index('ix_letter_group_campaign_id', table_name='letter_group')
    op.drop_table('letter_group')
