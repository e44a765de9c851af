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
    pass


def downgrade() -> None:
    pass
