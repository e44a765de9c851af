"""audit chain and download links

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sign_in') as batch_op:
        batch_op.add_column(sa.Column('proved_at', UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('sign_in') as batch_op:
        batch_op.drop_column('proved_at')
