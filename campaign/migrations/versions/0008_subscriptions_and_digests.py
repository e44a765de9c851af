"""subscriptions and digests

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('campaign_update',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('published_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_update_campaign_id_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_update'))
    )
    op.create_index('ix_campaign_update_campaign_id', 'campaign_update', ['campaign_id'], unique=False)
    op.create_index('ix_campaign_update_published_at', 'campaign_update', ['published_at'], unique=False)
    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mailbox_key', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('frequency', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('told_until', UTCDateTime(timezone=True), nullable=False),
    sa.Column('consent_wording_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('pending', 'active', 'paused', 'ended')", name=op.f('ck_subscription_known_state')),
    sa.ForeignKeyConstraint(['consent_wording_id'], ['consent_wording.id'], name=op.f('fk_subscription_consent_wording_id_consent_wording')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sa.UniqueConstraint('mailbox_key', name=op.f('uq_subscription_mailbox_key'))
    )
    op.create_index('ix_subscription_due', 'subscription', ['state', 'frequency', 'told_until'], unique=False)
    op.create_table('following',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.String(length=100), nullable=True),
    sa.Column('signature_id', sa.Integer(), nullable=True),
    sa.Column('consent_wording_id', sa.Integer(), nullable=True),
    sa.Column('since', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_following_subscription_id_subscription'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_following_category_id_category'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_following_campaign_id_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_following_post_id_post'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_following_signature_id_signature'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['consent_wording_id'], ['consent_wording.id'], name=op.f('fk_following_consent_wording_id_consent_wording')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_following')),
    sa.UniqueConstraint('subscription_id', 'category_id', name=op.f('uq_following_subscription_id_category_id')),
    sa.UniqueConstraint('subscription_id', 'campaign_id', name=op.f('uq_following_subscription_id_campaign_id')),
    sa.UniqueConstraint('subscription_id', 'post_id', name=op.f('uq_following_subscription_id_post_id'))
    )
    for column in ('category_id', 'campaign_id', 'post_id', 'signature_id'):
        op.create_index(f'ix_following_{column}', 'following', [column], unique=False)
    op.create_table('subscription_link',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('wish', sa.String(length=200), nullable=False),
    sa.Column('expires_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_subscription_link_subscription_id_subscription'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_subscription_link'))
    )
    op.create_index('ix_subscription_link_subscription_id', 'subscription_link', ['subscription_id'], unique=False)
    op.create_index('ix_subscription_link_expires_at', 'subscription_link', ['expires_at'], unique=False)
    # Subscribers who are erased are in no list of any petition.
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.alter_column('petition_id', existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute('DELETE FROM erasure WHERE petition_id IS NULL')
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.alter_column('petition_id', existing_type=sa.Integer(), nullable=False)
    op.drop_table('subscription_link')
    op.drop_table('following')
    op.drop_table('subscription')
    op.drop_table('campaign_update')
