"""environments are made by themselves

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0010
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('packages', sa.Column('is_sandbox', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_check_constraint(op.f('ck_packages_sandbox'), 'packages', "NOT is_sandbox OR environment = 'TEST'")
    op.add_column('reseller_profiles', sa.Column('live_at', sa.DateTime(timezone=True), nullable=True))
    # Whoever is a reseller by now sells already.
    op.execute("UPDATE reseller_profiles SET live_at = created_at")
    op.create_index('ix_onboarding_cases_to_provision', 'onboarding_cases', ['registered_at', 'id'], unique=False, postgresql_where="stage = 'PROVISIONING' OR stage = 'READY_FOR_GO_LIVE'")
    op.create_index('ix_onboarding_cases_paused', 'onboarding_cases', ['partner_id'], unique=False, postgresql_where='paused_at IS NOT NULL')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_onboarding_cases_paused', table_name='onboarding_cases', postgresql_where='paused_at IS NOT NULL')
    op.drop_index('ix_onboarding_cases_to_provision', table_name='onboarding_cases', postgresql_where="stage = 'PROVISIONING' OR stage = 'READY_FOR_GO_LIVE'")
    op.drop_column('reseller_profiles', 'live_at')
    op.drop_constraint(op.f('ck_packages_sandbox'), 'packages', type_='check')
    op.drop_column('packages', 'is_sandbox')
