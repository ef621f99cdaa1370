"""request log

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('request_log',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=False),
    sa.Column('api_key_id', sa.Uuid(), nullable=True),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('operation', sa.String(length=100), nullable=False),
    sa.Column('door', sa.Enum('GRAPHQL', 'REST', 'WS', 'SSE', name='door', native_enum=False, create_constraint=True, length=8), nullable=False),
    sa.Column('status', sa.String(length=48), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.CheckConstraint('duration_ms >= 0', name=op.f('ck_request_log_duration_ms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_log'))
    )
    op.create_index('ix_request_log_partner', 'request_log', ['partner_id', 'environment', 'id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_request_log_partner', table_name='request_log')
    op.drop_table('request_log')
