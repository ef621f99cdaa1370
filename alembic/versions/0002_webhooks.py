"""webhooks

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

EVENT_TYPES_BEFORE = (
    'reservation.created', 'reservation.extended', 'reservation.cancelled', 'reservation.expired',
    'reservation.activated', 'booking.confirmed', 'ticket.redeemed', 'ticket.voided',
    'availability.changed', 'webhook.test',
)


def allow_event_types(types: tuple[str, ...]) -> None:
    """Let events be of these types. Told events are purged weekly, so looking at all of them takes no time."""
    listed = ', '.join(f"'{each}'" for each in types)
    op.execute("ALTER TABLE events DROP CONSTRAINT ck_events_eventtype")
    op.execute(f"ALTER TABLE events ADD CONSTRAINT ck_events_eventtype CHECK (type IN ({listed}))")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    allow_event_types((*EVENT_TYPES_BEFORE, 'webhook.disabled'))
    op.create_table('dead_letters',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('job', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=True),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=True),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replayed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replayed_by', sa.String(length=64), nullable=True),
    sa.Column('requeued_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dead_letters'))
    )
    op.create_index('ix_dead_letters_partner', 'dead_letters', ['partner_id', 'environment', 'id'], unique=False)
    op.create_index('ix_dead_letters_requeue', 'dead_letters', ['replayed_at'], unique=False, postgresql_where='replayed_at IS NOT NULL AND requeued_at IS NULL')
    op.create_index('uq_dead_letters_open', 'dead_letters', ['job', 'key'], unique=True, postgresql_where='replayed_at IS NULL')
    op.create_table('webhook_endpoints',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('description', sa.String(length=200), nullable=True),
    sa.Column('event_types', postgresql.ARRAY(sa.String(length=40)), nullable=False),
    sa.Column('status', sa.Enum('ENABLED', 'DISABLED', name='endpointstatus', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('disabled_because', sa.Enum('BY_OWNER', 'GONE', 'FAILING', name='disabledbecause', native_enum=False, create_constraint=True, length=16), nullable=True),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('previous_secret_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('previous_secret_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consecutive_failures', sa.Integer(), nullable=False),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('circuit_open_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(status = 'DISABLED') = (disabled_because IS NOT NULL)", name=op.f('ck_webhook_endpoints_disabled_because')),
    sa.CheckConstraint('(consecutive_failures > 0) = (failing_since IS NOT NULL)', name=op.f('ck_webhook_endpoints_failing_since')),
    sa.CheckConstraint('(previous_secret_sealed IS NULL) = (previous_secret_until IS NULL)', name=op.f('ck_webhook_endpoints_previous_secret')),
    sa.ForeignKeyConstraint(['partner_id'], ['partners.id'], name=op.f('fk_webhook_endpoints_partner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoints')),
    postgresql_with={'fillfactor': 50}
    )
    op.create_index('ix_webhook_endpoints_partner', 'webhook_endpoints', ['partner_id', 'environment', 'id'], unique=False)
    op.create_table('webhook_deliveries',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('endpoint_id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('event_type', sa.Enum('reservation.created', 'reservation.extended', 'reservation.cancelled', 'reservation.expired', 'reservation.activated', 'booking.confirmed', 'ticket.redeemed', 'ticket.voided', 'availability.changed', 'webhook.test', 'webhook.disabled', name='eventtype', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('object_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('PENDING', 'DELIVERED', 'DEAD', name='deliverystatus', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_status', sa.Integer(), nullable=True),
    sa.Column('last_error', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'DELIVERED') = (delivered_at IS NOT NULL)", name=op.f('ck_webhook_deliveries_delivered_at')),
    sa.CheckConstraint('attempts >= 0', name=op.f('ck_webhook_deliveries_attempts')),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoints.id'], name=op.f('fk_webhook_deliveries_endpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries')),
    sa.UniqueConstraint('endpoint_id', 'event_id', name=op.f('uq_webhook_deliveries_endpoint_id_event_id'))
    )
    op.create_index('ix_webhook_deliveries_created_at', 'webhook_deliveries', ['created_at'], unique=False)
    op.create_index('ix_webhook_deliveries_due', 'webhook_deliveries', ['endpoint_id', 'next_attempt_at', 'id'], unique=False, postgresql_where="status = 'PENDING'")
    op.create_index('ix_webhook_deliveries_endpoint', 'webhook_deliveries', ['endpoint_id', 'id'], unique=False)
    op.create_index('ix_webhook_deliveries_event_id', 'webhook_deliveries', ['event_id'], unique=False)
    op.create_index('ix_webhook_deliveries_leased', 'webhook_deliveries', ['endpoint_id'], unique=False, postgresql_where="status = 'PENDING' AND leased_until IS NOT NULL")
    op.create_index('ix_webhook_deliveries_order', 'webhook_deliveries', ['endpoint_id', 'object_id', 'sequence'], unique=False, postgresql_where="status = 'PENDING'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_webhook_deliveries_order', table_name='webhook_deliveries', postgresql_where="status = 'PENDING'")
    op.drop_index('ix_webhook_deliveries_leased', table_name='webhook_deliveries', postgresql_where="status = 'PENDING' AND leased_until IS NOT NULL")
    op.drop_index('ix_webhook_deliveries_event_id', table_name='webhook_deliveries')
    op.drop_index('ix_webhook_deliveries_endpoint', table_name='webhook_deliveries')
    op.drop_index('ix_webhook_deliveries_due', table_name='webhook_deliveries', postgresql_where="status = 'PENDING'")
    op.drop_index('ix_webhook_deliveries_created_at', table_name='webhook_deliveries')
    op.drop_table('webhook_deliveries')
    op.drop_index('ix_webhook_endpoints_partner', table_name='webhook_endpoints')
    op.drop_table('webhook_endpoints')
    op.drop_index('uq_dead_letters_open', table_name='dead_letters', postgresql_where='replayed_at IS NULL')
    op.drop_index('ix_dead_letters_requeue', table_name='dead_letters', postgresql_where='replayed_at IS NOT NULL AND requeued_at IS NULL')
    op.drop_index('ix_dead_letters_partner', table_name='dead_letters')
    op.drop_table('dead_letters')
    op.execute("DELETE FROM events WHERE type = 'webhook.disabled'")
    allow_event_types(EVENT_TYPES_BEFORE)
