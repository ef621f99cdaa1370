"""the provider tells and payees are written to

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

TEMPLATES_BEFORE = (
    'INVITATION', 'PARTNER_LIVE', 'VERIFICATION_APPROVED', 'VERIFICATION_REJECTED', 'VERIFICATION_SUSPENDED',
    'INTEGRATION_ALERT', 'SUPPORT_MESSAGE', 'IMPORT_FINISHED', 'WEBHOOK_DISABLED',
    'PAYOUT_FAILED', 'RECEIPT_READY', 'STATEMENT_READY',
)
TEMPLATES_ADDED = ('PAYMENT_ACCOUNT_RESTRICTED',)


def allow_templates(templates: tuple[str, ...]) -> None:
    """Let mails be of these templates. They are purged after a month, so looking at all of them takes no time."""
    listed = ', '.join(f"'{each}'" for each in templates)
    op.execute("ALTER TABLE mails DROP CONSTRAINT ck_mails_mailtemplate")
    op.execute(f"ALTER TABLE mails ADD CONSTRAINT ck_mails_mailtemplate CHECK (template IN ({listed}))")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # The table is young: nothing was written to it before there was a door.
    op.create_index(
        'ix_provider_events_order', 'provider_events', ['object_id', 'id'],
        unique=False, postgresql_where=sa.text('processed_at IS NULL'),
    )
    allow_templates(TEMPLATES_BEFORE + TEMPLATES_ADDED)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM mails WHERE template = 'PAYMENT_ACCOUNT_RESTRICTED'")
    allow_templates(TEMPLATES_BEFORE)
    op.drop_index('ix_provider_events_order', table_name='provider_events')
