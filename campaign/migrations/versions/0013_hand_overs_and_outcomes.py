"""hand-overs and outcomes

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

OUTCOME = ("outcome", "outcome_text", "outcome_by", "outcome_on", "outcome_at", "earlier_outcomes", "silence_told_on")


def upgrade() -> None:
    with op.batch_alter_table("campaign") as batch:
        batch.add_column(sa.Column("outcome", sa.String(10), nullable=False, server_default=""))
        batch.add_column(sa.Column("outcome_text", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("outcome_by", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("outcome_on", sa.Date()))
        batch.add_column(sa.Column("outcome_at", UTCDateTime()))
        batch.add_column(sa.Column("earlier_outcomes", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("silence_told_on", sa.Date()))
    with op.batch_alter_table("campaign_update") as batch:
        batch.add_column(sa.Column("is_mailed", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("export") as batch:
        batch.add_column(sa.Column("manifest_sha256", sa.String(64), nullable=False, server_default=""))
    _create_ledger()
    _create_mailings()
    _take_over_hand_overs()
    with op.batch_alter_table("export") as batch:
        batch.drop_column("delivered_at")


def downgrade() -> None:
    with op.batch_alter_table("export") as batch:
        batch.add_column(sa.Column("delivered_at", UTCDateTime()))
    op.execute(
        "UPDATE export SET delivered_at = (SELECT min(created_at) FROM delivery"
        " WHERE delivery.export_id = export.id AND delivery.removed_at IS NULL)"
    )
    for table in ("mailing_signature", "mailing", "office_reply", "delivery", "export_part"):
        op.drop_table(table)
    with op.batch_alter_table("export") as batch:
        batch.drop_column("manifest_sha256")
    with op.batch_alter_table("campaign_update") as batch:
        batch.drop_column("is_mailed")
    with op.batch_alter_table("campaign") as batch:
        for column in reversed(OUTCOME):
            batch.drop_column(column)


def _create_ledger() -> None:
    op.create_table(
        "export_part",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.String(100), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("members", sa.LargeBinary()),
        _key("export_part", "export_id", "export", "CASCADE"),
        sa.PrimaryKeyConstraint("export_id", "post_id", name=op.f("pk_export_part")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer()),
        sa.Column("post_id", sa.String(100)),
        sa.Column("office", sa.String(200), nullable=False),
        sa.Column("membership_id", sa.Integer()),
        sa.Column("handed_over_on", sa.Date(), nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.Column("new_signatures", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("is_package", sa.Boolean(), nullable=False),
        sa.Column("proof_digest", sa.String(64), nullable=False),
        sa.Column("proof_alt", sa.String(500), nullable=False),
        sa.Column("next_step", sa.String(200), nullable=False),
        sa.Column("next_on", sa.Date()),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("removed_at", UTCDateTime()),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _key("delivery", "campaign_id", "campaign", "CASCADE"),
        _key("delivery", "export_id", "export", "SET NULL"),
        _key("delivery", "post_id", "post", "SET NULL"),
        _key("delivery", "membership_id", "membership", "SET NULL"),
        _key("delivery", "account_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    for column in ("campaign_id", "post_id", "proof_digest"):
        op.create_index(op.f(f"ix_delivery_{column}"), "delivery", [column])
    standing = sa.text("removed_at IS NULL")
    op.create_index(
        "uq_delivery_export_id_post_id",
        "delivery",
        ["export_id", "post_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "office_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=False),
        sa.Column("removed_at", UTCDateTime()),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        _key("office_reply", "delivery_id", "delivery", "CASCADE"),
        _key("office_reply", "account_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_reply")),
    )
    op.create_index(op.f("ix_office_reply_delivery_id"), "office_reply", ["delivery_id"])


def _create_mailings() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(40)),
        sa.Column("update_id", sa.Integer()),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tested_at", UTCDateTime()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("started_at", UTCDateTime()),
        sa.Column("ended_at", UTCDateTime()),
        _key("mailing", "campaign_id", "campaign", "CASCADE"),
        _key("mailing", "update_id", "campaign_update", "SET NULL"),
        _key("mailing", "account_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("campaign_id", "about", name=op.f("uq_mailing_campaign_id_about")),
        sa.UniqueConstraint("update_id", name=op.f("uq_mailing_update_id")),
    )
    op.create_index(op.f("ix_mailing_state"), "mailing", ["state"])
    op.create_table(
        "mailing_signature",
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        _key("mailing_signature", "mailing_id", "mailing", "CASCADE"),
        _key("mailing_signature", "signature_id", "signature", "CASCADE"),
        sa.PrimaryKeyConstraint("mailing_id", "signature_id", name=op.f("pk_mailing_signature")),
    )
    op.create_index(op.f("ix_mailing_signature_signature_id"), "mailing_signature", ["signature_id"])


def _take_over_hand_overs() -> None:
    """To which office a list went was not noted until now; it is known where the petition has only one."""
    op.execute(
        "INSERT INTO delivery (campaign_id, export_id, post_id, office, handed_over_on, signatures, new_signatures,"
        " sha256, is_package, proof_digest, proof_alt, next_step, corrections, note, created_at)"
        " SELECT export.campaign_id, export.id, only_one.post_id, COALESCE(post.label, ''),"
        f" {_day('export.delivered_at')}, COALESCE(export.rows, 0), COALESCE(export.rows, 0),"
        " export.sha256, false, '', '', '', '[]', '', export.delivered_at FROM export"
        " LEFT JOIN (SELECT petition.campaign_id, MIN(addressee.post_id) AS post_id FROM petition"
        " JOIN addressee ON addressee.petition_id = petition.id WHERE petition.addressee_rule = ''"
        " GROUP BY petition.campaign_id HAVING COUNT(*) = 1) AS only_one"
        " ON only_one.campaign_id = export.campaign_id LEFT JOIN post ON post.id = only_one.post_id"
        " WHERE export.delivered_at IS NOT NULL"
    )


def _day(column: str) -> str:
    return f"date({column})" if op.get_bind().dialect.name == "sqlite" else f"CAST({column} AT TIME ZONE 'UTC' AS date)"


def _key(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
