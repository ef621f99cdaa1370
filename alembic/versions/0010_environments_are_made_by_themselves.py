"""environments are made by themselves

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def allow_reasons(listed: str) -> None:
    """Let endpoints be disabled for these reasons."""
    op.execute("ALTER TABLE webhook_endpoints DROP CONSTRAINT ck_webhook_endpoints_disabledbecause")
    op.execute(
        "ALTER TABLE webhook_endpoints ADD CONSTRAINT ck_webhook_endpoints_disabledbecause"
        f" CHECK (disabled_because IN ({listed}))"
    )


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('packages', sa.Column('is_sandbox', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_check_constraint(op.f('ck_packages_sandbox'), 'packages', "NOT is_sandbox OR environment = 'TEST'")
    op.add_column('reseller_profiles', sa.Column('live_at', sa.DateTime(timezone=True), nullable=True))
    # Whoever is a reseller by now sells already.
    op.execute("UPDATE reseller_profiles SET live_at = created_at")
    op.create_index('ix_onboarding_cases_to_provision', 'onboarding_cases', ['registered_at', 'id'], unique=False, postgresql_where="stage = 'PROVISIONING' OR stage = 'READY_FOR_GO_LIVE'")
    op.create_index('ix_onboarding_cases_paused', 'onboarding_cases', ['partner_id'], unique=False, postgresql_where='paused_at IS NOT NULL')
    op.add_column('webhook_endpoints', sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('webhook_endpoints', sa.Column('challenge_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('webhook_endpoints', sa.Column('challenge_attempts', sa.Integer(), server_default='0', nullable=False))
    op.add_column('webhook_endpoints', sa.Column('challenge_error', sa.String(length=200), nullable=True))
    # Those of before have taken our calls, or were disabled for not doing so.
    op.execute("UPDATE webhook_endpoints SET verified_at = created_at")
    op.create_check_constraint(op.f('ck_webhook_endpoints_challenge_at'), 'webhook_endpoints', 'verified_at IS NULL OR challenge_at IS NULL')
    op.create_index('ix_webhook_endpoints_challenged', 'webhook_endpoints', ['challenge_at'], unique=False, postgresql_where='challenge_at IS NOT NULL')
    allow_reasons("'BY_OWNER', 'GONE', 'FAILING', 'UNVERIFIED'")
    op.create_table('integration_alerts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True, length=4), nullable=False),
    sa.Column('signal', sa.Enum('ERRORS', 'SLOW', 'WEBHOOKS_FAILING', 'STALE', name='healthsignal', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('threshold', sa.Float(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('closed_at IS NULL OR closed_at >= opened_at', name=op.f('ck_integration_alerts_closed_at')),
    sa.ForeignKeyConstraint(['partner_id'], ['partners.id'], name=op.f('fk_integration_alerts_partner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_integration_alerts'))
    )
    op.create_index('ix_integration_alerts_partner', 'integration_alerts', ['partner_id', 'id'], unique=False)
    op.create_index('uq_integration_alerts_open', 'integration_alerts', ['partner_id', 'environment', 'signal'], unique=True, postgresql_where='closed_at IS NULL')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('uq_integration_alerts_open', table_name='integration_alerts', postgresql_where='closed_at IS NULL')
    op.drop_index('ix_integration_alerts_partner', table_name='integration_alerts')
    op.drop_table('integration_alerts')
    op.execute("UPDATE webhook_endpoints SET disabled_because = 'FAILING' WHERE disabled_because = 'UNVERIFIED'")
    allow_reasons("'BY_OWNER', 'GONE', 'FAILING'")
    op.drop_index('ix_webhook_endpoints_challenged', table_name='webhook_endpoints', postgresql_where='challenge_at IS NOT NULL')
    op.drop_constraint(op.f('ck_webhook_endpoints_challenge_at'), 'webhook_endpoints', type_='check')
    for column in ('challenge_error', 'challenge_attempts', 'challenge_at', 'verified_at'):
        op.drop_column('webhook_endpoints', column)
    op.drop_index('ix_onboarding_cases_paused', table_name='onboarding_cases', postgresql_where='paused_at IS NOT NULL')
    op.drop_index('ix_onboarding_cases_to_provision', table_name='onboarding_cases', postgresql_where="stage = 'PROVISIONING' OR stage = 'READY_FOR_GO_LIVE'")
    op.drop_column('reseller_profiles', 'live_at')
    op.drop_constraint(op.f('ck_packages_sandbox'), 'packages', type_='check')
    op.drop_column('packages', 'is_sandbox')
