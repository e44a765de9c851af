"""signatures that count: links of their own, areas, fake waves; mails put into words as they leave; rosters, letters

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from campaign.db import UTCDateTime
from campaign.officials.models import EARLIEST

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('consent_wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_wording')),
    sa.UniqueConstraint('purpose', 'language', 'version', name=op.f('uq_consent_wording_purpose_language_version'))
    )
    op.create_table('daily_salt',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('salt', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_daily_salt'))
    )
    op.create_table('mail_switch',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('paused_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('paused_by', sa.String(length=320), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_switch'))
    )
    op.create_table('mail_tally',
    sa.Column('group', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sent', sa.Integer(), nullable=False),
    sa.Column('allowed', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('group', 'day', name=op.f('pk_mail_tally'))
    )
    op.create_table('suppression',
    sa.Column('mailbox_key', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=10), nullable=False),
    sa.Column('detail', sa.String(length=300), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('mailbox_key', name=op.f('pk_suppression'))
    )
    op.create_table('letter_objection',
    sa.Column('post_id', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_letter_objection_post_id_post')),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_letter_objection'))
    )
    op.create_table('erasure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('petition_id', sa.Integer(), nullable=False),
    sa.Column('listed_since', UTCDateTime(timezone=True), nullable=True),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_erasure_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasure_petition_id'), ['petition_id'], unique=False)

    op.create_table('invalidation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('petition_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('undone_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_invalidation_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_invalidation_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invalidation'))
    )
    with op.batch_alter_table('invalidation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invalidation_petition_id'), ['petition_id'], unique=False)

    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('petition_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('is_retired', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_question_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_petition_id'), ['petition_id'], unique=False)

    op.create_table('mailed_letter',
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.String(length=100), nullable=False),
    sa.Column('writer_key', sa.String(length=64), nullable=False),
    sa.Column('confirmed_key', sa.String(length=64), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('holder', sa.String(length=500), nullable=False),
    sa.Column('sender_name', sa.String(length=201), nullable=False),
    sa.Column('reply_to', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('asked_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('due_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(length=500), nullable=False),
    sa.Column('left_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('wants_follow_up', sa.Boolean(), nullable=False),
    sa.Column('followed_up_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('reply', sa.String(length=3), nullable=False),
    sa.Column('told_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_mailed_letter_campaign_id_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_mailed_letter_letter_id_letter'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_mailed_letter_post_id_post')),
    sa.PrimaryKeyConstraint('letter_id', name=op.f('pk_mailed_letter')),
    sa.UniqueConstraint('campaign_id', 'post_id', 'confirmed_key', name=op.f('uq_mailed_letter_campaign_id_post_id_confirmed_key')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_mailed_letter_token_hash'))
    )
    with op.batch_alter_table('mailed_letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailed_letter_due_at'), ['due_at'], unique=False)
        batch_op.create_index('ix_mailed_letter_pace', ['post_id', 'left_at'], unique=False)

    op.create_table('signature_link',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('signature_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('expires_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_signature_link_signature_id_signature'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_signature_link'))
    )
    with op.batch_alter_table('signature_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_link_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_signature_link_signature_id'), ['signature_id'], unique=False)

    with op.batch_alter_table('area_postcode', schema=None) as batch_op:
        batch_op.add_column(sa.Column('valid_from', sa.Date(), nullable=False, server_default=EARLIEST.isoformat()))
        batch_op.add_column(sa.Column('valid_to', sa.Date(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_area_postcode_country_postcode_area_id'), type_='unique')
        batch_op.create_index(batch_op.f('ix_area_postcode_import_id'), ['import_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_area_postcode_country_postcode_area_id_valid_from'), ['country', 'postcode', 'area_id', 'valid_from'])

    with op.batch_alter_table('contact_detail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('source', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('status', sa.String(length=10), nullable=False, server_default='ok'))

    _give_up_old_mails()
    with op.batch_alter_table('email', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mailbox_key', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('about', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('group', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('is_limited', sa.Boolean(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('context', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.drop_index(batch_op.f('ix_email_due_at'))
        batch_op.drop_index(batch_op.f('ix_email_state'))
        batch_op.create_index(batch_op.f('ix_email_about'), ['about'], unique=False)
        batch_op.create_index('ix_email_mailbox_key_created_at', ['mailbox_key', 'created_at'], unique=False)
        batch_op.create_index('ix_email_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.drop_column('text')
        batch_op.drop_column('html')

    with op.batch_alter_table('export', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_due_at'))
        batch_op.drop_index(batch_op.f('ix_export_state'))

    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('post_label', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('holder_name', sa.String(length=400), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('roster_source', sa.String(length=500), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('changed_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f('fk_letter_membership_id_membership'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_letter_person_id_person'), 'person', ['person_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_letter_membership_id_membership'), 'membership', ['membership_id'], ['id'], ondelete='SET NULL')
        batch_op.create_check_constraint(
            batch_op.f('ck_letter_letter_state'), "state IN ('prepared', 'opened', 'printed', 'called', 'self-sent', 'asked', 'queued', 'sending', 'held', 'sent', 'unknown', 'bounced')"
        )

    with op.batch_alter_table('letter_template', schema=None) as batch_op:
        batch_op.add_column(sa.Column('talking_points', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('requires', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('override_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('override_sha256', sa.String(length=64), nullable=False, server_default=''))

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_seen_as_of', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('needs_review', sa.Boolean(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('edited_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('edited_by', sa.String(length=254), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('edit_reason', sa.String(length=500), nullable=False, server_default=''))

    with op.batch_alter_table('petition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('raises_goal', sa.Boolean(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('paused_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('keep_until', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asks', sa.JSON(), nullable=False, server_default='{}'))

    with op.batch_alter_table('petition_text', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('is_material', sa.Boolean(), nullable=False, server_default='0'))

    with op.batch_alter_table('roster_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('imported_by', sa.String(length=254), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('report', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('undo', sa.JSON(), nullable=True))
        batch_op.create_index(batch_op.f('ix_roster_import_batch'), ['batch'], unique=False)

    _stash_links()
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slot', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('city', sa.String(length=100), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('organisation', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('phone', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('answers', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('area', sa.String(length=10), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('subscribed_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('consent_wording_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('domain', sa.String(length=255), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('network_key', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('is_disposable', sa.Boolean(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('reminded_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked_again_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('agreed_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('invalidation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('state_before', sa.String(length=12), nullable=False, server_default=''))
        batch_op.drop_constraint(batch_op.f('uq_signature_petition_id_signer_key'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_signature_token_hash'), type_='unique')
        batch_op.create_index(batch_op.f('ix_signature_invalidation_id'), ['invalidation_id'], unique=False)
        batch_op.create_index('ix_signature_petition_id_created_at', ['petition_id', 'created_at'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_signature_petition_id_signer_key_slot'), ['petition_id', 'signer_key', 'slot'])
        batch_op.create_foreign_key(batch_op.f('fk_signature_consent_wording_id_consent_wording'), 'consent_wording', ['consent_wording_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_signature_invalidation_id_invalidation'), 'invalidation', ['invalidation_id'], ['id'])
        batch_op.drop_column('token_hash')
    _restore_links()

    _count_by_area()


def _give_up_old_mails() -> None:
    """Mails are put into words as they leave now; one that waits in the old form cannot be. Reminders follow anyway."""
    reason = "Written by an older version of the program. Whoever has not confirmed gets a reminder."
    op.execute(f"UPDATE email SET state = 'failed', last_error = '{reason}' WHERE state IN ('waiting', 'working')")

def _stash_links() -> None:
    """Links that are in people's mailboxes stay good. Aside for now: rebuilding a table empties those below it."""
    op.execute("CREATE TEMPORARY TABLE old_link AS SELECT id, token_hash, mailed_at, created_at FROM signature")


def _restore_links() -> None:
    later = "datetime(coalesce(mailed_at, created_at), '+30 days')"
    if op.get_bind().dialect.name == "postgresql":
        later = "coalesce(mailed_at, created_at) + interval '30 days'"
    op.execute(
        "INSERT INTO signature_link (token_hash, signature_id, code_hash, tries, expires_at) "
        f"SELECT token_hash, id, '', 0, {later} FROM old_link WHERE token_hash NOT LIKE 'forgotten-%'"
    )
    op.execute("DROP TABLE old_link")
    op.execute("UPDATE signature SET domain = lower(substr(email, strpos(email, '@') + 1)) WHERE email <> ''"
               if op.get_bind().dialect.name == "postgresql"
               else "UPDATE signature SET domain = lower(substr(email, instr(email, '@') + 1)) WHERE email <> ''")


def _count_by_area() -> None:
    """The counters' key grows by the area. Earlier signatures have none, so the numbers stand."""
    op.execute("CREATE TEMPORARY TABLE old_count AS SELECT * FROM signature_count")
    op.drop_table("signature_count")
    op.create_table(
        "signature_count",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_signature_count_petition_id_petition"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "petition_id", "day", "country", "area", "shard", name=op.f("pk_signature_count")
        ),
    )
    op.execute(
        "INSERT INTO signature_count (petition_id, day, country, area, shard, confirmed) "
        "SELECT petition_id, day, country, '', shard, confirmed FROM old_count"
    )
    op.execute("DROP TABLE old_count")
