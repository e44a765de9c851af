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


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
