"""foundation

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db import functions

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('audit_log',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=True),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('act', sa.String(length=64), nullable=False),
    sa.Column('object_id', sa.String(length=64), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('previous_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_log')),
    sa.UniqueConstraint('partner_id', 'sequence', name=op.f('uq_audit_log_partner_id_sequence'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('events',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=True),
    sa.Column('type', sa.Enum('reservation.created', 'reservation.extended', 'reservation.cancelled', 'reservation.expired', 'reservation.activated', 'booking.confirmed', 'ticket.redeemed', 'ticket.voided', 'availability.changed', 'webhook.test', name='eventtype', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('object_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('relayed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    op.create_index('ix_events_object', 'events', ['object_id', 'sequence'], unique=False)
    op.create_index('ix_events_unrelayed', 'events', ['id'], unique=False, postgresql_where='relayed_at IS NULL')
    op.create_table('idempotency_keys',
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('request_hash', sa.LargeBinary(), nullable=False),
    sa.Column('object_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('actor', 'key', name=op.f('pk_idempotency_keys'))
    )
    op.create_index('ix_idempotency_keys_created_at', 'idempotency_keys', ['created_at'], unique=False)
    op.create_table('partners',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('type', sa.Enum('TOUR_OPERATOR', 'AGENCY', 'HOTEL', 'DMO', 'OTA', 'TRANSPORT', 'TOURISM_BOARD', 'STRATEGIC', name='partnertype', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partners'))
    )
    op.create_table('users',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('platform_roles', postgresql.ARRAY(sa.String(length=32)), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_users_issuer_subject'))
    )
    op.create_table('packages',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('partner_id', sa.Uuid(), nullable=False),
    sa.Column('sku', sa.String(length=64), nullable=False),
    sa.Column('names', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['partner_id'], ['partners.id'], name=op.f('fk_packages_partner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_packages')),
    sa.UniqueConstraint('environment', 'sku', name=op.f('uq_packages_environment_sku'))
    )
    op.create_index(op.f('ix_packages_partner_id'), 'packages', ['partner_id'], unique=False)
    op.create_table('partner_members',
    sa.Column('partner_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.CheckConstraint("role IN ('OWNER', 'ADMIN', 'FINANCE', 'SUPPORT', 'READONLY')", name=op.f('ck_partner_members_role')),
    sa.ForeignKeyConstraint(['partner_id'], ['partners.id'], name=op.f('fk_partner_members_partner_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_partner_members_user_id')),
    sa.PrimaryKeyConstraint('partner_id', 'user_id', name=op.f('pk_partner_members'))
    )
    op.create_index(op.f('ix_partner_members_user_id'), 'partner_members', ['user_id'], unique=False)
    op.create_index('uq_partner_members_owner', 'partner_members', ['partner_id'], unique=True, postgresql_where="role = 'OWNER'")
    op.create_table('reseller_profiles',
    sa.Column('partner_id', sa.Uuid(), nullable=False),
    sa.Column('rate_limit_per_minute', sa.Integer(), nullable=False),
    sa.Column('open_hold_cap', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('open_hold_cap > 0', name=op.f('ck_reseller_profiles_open_hold_cap')),
    sa.CheckConstraint('rate_limit_per_minute BETWEEN 100 AND 1000', name=op.f('ck_reseller_profiles_rate_limit')),
    sa.ForeignKeyConstraint(['partner_id'], ['partners.id'], name=op.f('fk_reseller_profiles_partner_id')),
    sa.PrimaryKeyConstraint('partner_id', name=op.f('pk_reseller_profiles'))
    )
    op.create_table('allotments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('package_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.Enum('OTA', 'DIRECT', name='channel', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('date', sa.Date(), nullable=True),
    sa.Column('reseller_id', sa.Uuid(), nullable=True),
    sa.Column('allocated', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('sold', sa.Integer(), nullable=False),
    sa.Column('is_closed', sa.Boolean(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reseller_id IS NULL OR channel = 'OTA'", name=op.f('ck_allotments_reseller_channel')),
    sa.CheckConstraint('held >= 0 AND sold >= 0 AND held + sold <= allocated', name=op.f('ck_allotments_counters')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_allotments_package_id')),
    sa.ForeignKeyConstraint(['reseller_id'], ['reseller_profiles.partner_id'], name=op.f('fk_allotments_reseller_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allotments')),
    postgresql_with={'fillfactor': 50}
    )
    op.create_index('uq_allotments_pool', 'allotments', ['package_id', 'channel', 'date', 'reseller_id'], unique=True, postgresql_nulls_not_distinct=True)
    op.create_table('api_keys',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reseller_id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('prefix', sa.String(length=32), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('scopes', postgresql.ARRAY(sa.String(length=32)), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rotated_from_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['reseller_id'], ['reseller_profiles.partner_id'], name=op.f('fk_api_keys_reseller_id')),
    sa.ForeignKeyConstraint(['rotated_from_id'], ['api_keys.id'], name=op.f('fk_api_keys_rotated_from_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('prefix', name=op.f('uq_api_keys_prefix'))
    )
    op.create_index(op.f('ix_api_keys_reseller_id'), 'api_keys', ['reseller_id'], unique=False)
    op.create_table('package_items',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('package_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('TOUR', 'SERVICE', 'TRANSPORT', 'EXTRA', 'LODGING', name='itemkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('function_code', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.CheckConstraint('quantity BETWEEN 1 AND 1000', name=op.f('ck_package_items_quantity')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_package_items_package_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_package_items')),
    sa.UniqueConstraint('package_id', 'function_code', name=op.f('uq_package_items_package_id_function_code'))
    )
    op.create_index(op.f('ix_package_items_package_id'), 'package_items', ['package_id'], unique=False)
    op.create_table('price_rules',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('package_id', sa.Uuid(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('effect', sa.Enum('SET', 'ADD', name='ruleeffect', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount_minor', sa.Integer(), nullable=False),
    sa.Column('customer_types', postgresql.ARRAY(sa.String(length=16)), nullable=False),
    sa.Column('weekdays', postgresql.ARRAY(sa.Integer()), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('is_final', sa.Boolean(), nullable=False),
    sa.CheckConstraint("effect <> 'SET' OR amount_minor >= 0", name=op.f('ck_price_rules_amount')),
    sa.CheckConstraint('starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_price_rules_days')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_price_rules_package_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_rules')),
    sa.UniqueConstraint('package_id', 'rank', name=op.f('uq_price_rules_package_id_rank'))
    )
    op.create_index(op.f('ix_price_rules_package_id'), 'price_rules', ['package_id'], unique=False)
    op.create_table('reseller_quotas',
    sa.Column('reseller_id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('open_units', sa.Integer(), nullable=False),
    sa.CheckConstraint('open_units >= 0', name=op.f('ck_reseller_quotas_open_units')),
    sa.ForeignKeyConstraint(['reseller_id'], ['reseller_profiles.partner_id'], name=op.f('fk_reseller_quotas_reseller_id')),
    sa.PrimaryKeyConstraint('reseller_id', 'environment', name=op.f('pk_reseller_quotas')),
    postgresql_with={'fillfactor': 50}
    )
    op.create_table('reservations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('channel', sa.Enum('OTA', 'DIRECT', name='channel', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('reseller_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.Enum('ACTIVE', 'ACTIVATED', 'CANCELLED', 'EXPIRED', name='reservationstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=True),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('extensions', sa.Integer(), server_default='0', nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(status = 'ACTIVE') = (ended_at IS NULL)", name=op.f('ck_reservations_ended_at')),
    sa.CheckConstraint('units BETWEEN 1 AND 100', name=op.f('ck_reservations_units')),
    sa.ForeignKeyConstraint(['reseller_id'], ['reseller_profiles.partner_id'], name=op.f('fk_reservations_reseller_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservations'))
    )
    op.create_index('ix_reservations_due', 'reservations', ['expires_at'], unique=False, postgresql_where="status = 'ACTIVE'")
    op.create_index('ix_reservations_reseller', 'reservations', ['reseller_id', 'environment', 'id'], unique=False)
    op.create_table('bookings',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reservation_id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('channel', sa.Enum('OTA', 'DIRECT', name='channel', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('reseller_id', sa.Uuid(), nullable=True),
    sa.Column('confirmation_code', sa.String(length=16), nullable=False),
    sa.Column('customer_name', sa.String(length=200), nullable=False),
    sa.Column('customer_email', sa.String(length=254), nullable=False),
    sa.Column('customer_phone', sa.String(length=32), nullable=False),
    sa.Column('payment_reference', sa.String(length=200), nullable=False),
    sa.Column('special_requests', sa.String(length=2000), nullable=True),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['reseller_id'], ['reseller_profiles.partner_id'], name=op.f('fk_bookings_reseller_id')),
    sa.ForeignKeyConstraint(['reservation_id'], ['reservations.id'], name=op.f('fk_bookings_reservation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookings')),
    sa.UniqueConstraint('confirmation_code', name=op.f('uq_bookings_confirmation_code')),
    sa.UniqueConstraint('reservation_id', name=op.f('uq_bookings_reservation_id'))
    )
    op.create_index('ix_bookings_reseller', 'bookings', ['reseller_id', 'environment', 'id'], unique=False)
    op.create_table('inventory_events',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('allotment_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Enum('ALLOTTED', 'CLOSED', 'REOPENED', 'HELD', 'SOLD', 'CANCELLED', 'EXPIRED', name='inventoryeventkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('allocated_change', sa.Integer(), nullable=False),
    sa.Column('held_change', sa.Integer(), nullable=False),
    sa.Column('sold_change', sa.Integer(), nullable=False),
    sa.Column('allocated', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('sold', sa.Integer(), nullable=False),
    sa.Column('is_closed', sa.Boolean(), nullable=False),
    sa.Column('reservation_id', sa.Uuid(), nullable=True),
    sa.Column('actor', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['allotment_id'], ['allotments.id'], name=op.f('fk_inventory_events_allotment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inventory_events')),
    sa.UniqueConstraint('allotment_id', 'sequence', name=op.f('uq_inventory_events_allotment_id_sequence'))
    )
    op.create_index('ix_inventory_events_reservation_id', 'inventory_events', ['reservation_id'], unique=False)
    op.create_table('reservation_lines',
    sa.Column('reservation_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('allotment_id', sa.Uuid(), nullable=False),
    sa.Column('package_id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.String(length=64), nullable=False),
    sa.Column('customer_type', sa.Enum('ADULT', 'CHILD', 'ELDERLY', name='customertype', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('date', sa.Date(), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('rules', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint('quantity BETWEEN 1 AND 100', name=op.f('ck_reservation_lines_quantity')),
    sa.ForeignKeyConstraint(['allotment_id'], ['allotments.id'], name=op.f('fk_reservation_lines_allotment_id')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_reservation_lines_package_id')),
    sa.ForeignKeyConstraint(['reservation_id'], ['reservations.id'], name=op.f('fk_reservation_lines_reservation_id')),
    sa.PrimaryKeyConstraint('reservation_id', 'position', name=op.f('pk_reservation_lines'))
    )
    op.create_index('ix_reservation_lines_allotment_id', 'reservation_lines', ['allotment_id'], unique=False)
    op.create_table('tickets',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('booking_id', sa.Uuid(), nullable=False),
    sa.Column('environment', sa.Enum('TEST', 'LIVE', name='environment', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('reseller_id', sa.Uuid(), nullable=True),
    sa.Column('package_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('customer_type', sa.Enum('ADULT', 'CHILD', 'ELDERLY', name='customertype', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('date', sa.Date(), nullable=True),
    sa.Column('status', sa.Enum('ISSUED', 'REDEEMED', 'VOID', name='ticketstatus', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_tickets_booking_id')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_tickets_package_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tickets')),
    sa.UniqueConstraint('code', name=op.f('uq_tickets_code'))
    )
    op.create_index('ix_tickets_booking_id', 'tickets', ['booking_id', 'position'], unique=False)
    op.create_table('ticket_entitlements',
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('function_code', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('remaining', sa.Integer(), nullable=False),
    sa.CheckConstraint('remaining BETWEEN 0 AND quantity', name=op.f('ck_ticket_entitlements_remaining')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_entitlements_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', 'function_code', name=op.f('pk_ticket_entitlements'))
    )
    functions.create(op.get_bind(), "v1")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.drop(op.get_bind(), "v1")
    op.drop_table('ticket_entitlements')
    op.drop_index('ix_tickets_booking_id', table_name='tickets')
    op.drop_table('tickets')
    op.drop_index('ix_reservation_lines_allotment_id', table_name='reservation_lines')
    op.drop_table('reservation_lines')
    op.drop_index('ix_inventory_events_reservation_id', table_name='inventory_events')
    op.drop_table('inventory_events')
    op.drop_index('ix_bookings_reseller', table_name='bookings')
    op.drop_table('bookings')
    op.drop_index('ix_reservations_reseller', table_name='reservations')
    op.drop_index('ix_reservations_due', table_name='reservations', postgresql_where="status = 'ACTIVE'")
    op.drop_table('reservations')
    op.drop_table('reseller_quotas')
    op.drop_index(op.f('ix_price_rules_package_id'), table_name='price_rules')
    op.drop_table('price_rules')
    op.drop_index(op.f('ix_package_items_package_id'), table_name='package_items')
    op.drop_table('package_items')
    op.drop_index(op.f('ix_api_keys_reseller_id'), table_name='api_keys')
    op.drop_table('api_keys')
    op.drop_index('uq_allotments_pool', table_name='allotments', postgresql_nulls_not_distinct=True)
    op.drop_table('allotments')
    op.drop_table('reseller_profiles')
    op.drop_index('uq_partner_members_owner', table_name='partner_members', postgresql_where="role = 'OWNER'")
    op.drop_index(op.f('ix_partner_members_user_id'), table_name='partner_members')
    op.drop_table('partner_members')
    op.drop_index(op.f('ix_packages_partner_id'), table_name='packages')
    op.drop_table('packages')
    op.drop_table('users')
    op.drop_table('partners')
    op.drop_index('ix_idempotency_keys_created_at', table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_index('ix_events_unrelayed', table_name='events', postgresql_where='relayed_at IS NULL')
    op.drop_index('ix_events_object', table_name='events')
    op.drop_table('events')
    op.drop_table('audit_log')
