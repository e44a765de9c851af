"""books by office and proofs

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
