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
    pass


def downgrade() -> None:
    pass
