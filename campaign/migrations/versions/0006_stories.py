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
    op.create_table('campaign_source',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('is_cited', sa.Boolean(), nullable=False),
    sa.Column('changed_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_campaign_source_article_id_article'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_source_campaign_id_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'article_id', name=op.f('pk_campaign_source'))
    )
    op.create_index('ix_campaign_source_article_id', 'campaign_source', ['article_id'], unique=False)
    with op.batch_alter_table('article') as batch:
        batch.add_column(sa.Column('story_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('copy_of_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('document_key', sa.String(length=64), server_default='', nullable=False))
        batch.add_column(sa.Column('url_key', sa.String(length=64), server_default='', nullable=False))
        batch.create_foreign_key(batch.f('fk_article_story_id_story'), 'story', ['story_id'], ['id'], ondelete='SET NULL')
        batch.create_foreign_key(batch.f('fk_article_copy_of_id_article'), 'article', ['copy_of_id'], ['id'], ondelete='SET NULL')
        batch.create_index('ix_article_story_id', ['story_id'], unique=False)
        batch.create_index('ix_article_copy_of_id', ['copy_of_id'], unique=False)
        batch.create_index('ix_article_document_key', ['document_key'], unique=False)
        batch.create_index('ix_article_url_key', ['url_key'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('article') as batch:
        batch.drop_index('ix_article_url_key')
        batch.drop_index('ix_article_document_key')
        batch.drop_index('ix_article_copy_of_id')
        batch.drop_index('ix_article_story_id')
        batch.drop_constraint(batch.f('fk_article_copy_of_id_article'), type_='foreignkey')
        batch.drop_constraint(batch.f('fk_article_story_id_story'), type_='foreignkey')
        batch.drop_column('url_key')
        batch.drop_column('document_key')
        batch.drop_column('copy_of_id')
        batch.drop_column('story_id')
    op.drop_table('campaign_source')
    op.drop_table('article_band')
    op.drop_table('story')
