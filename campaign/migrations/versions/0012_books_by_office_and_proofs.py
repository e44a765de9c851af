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
    with op.batch_alter_table("petition") as batch:
        batch.add_column(sa.Column("addressee_rule", sa.String(40), nullable=False, server_default=""))
        batch.add_column(sa.Column("addressee_rule_since", UTCDateTime()))
    op.create_table(
        "chosen_comment",
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("comment_sha256", sa.String(64), nullable=False),
        sa.Column("chosen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signature_id"],
            ["signature.id"],
            name=op.f("fk_chosen_comment_signature_id_signature"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_chosen_comment")),
    )


def downgrade() -> None:
    op.drop_table("chosen_comment")
    with op.batch_alter_table("petition") as batch:
        batch.drop_column("addressee_rule_since")
        batch.drop_column("addressee_rule")
