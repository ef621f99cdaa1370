"""what happens to money is told

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

EVENT_TYPES_BEFORE = (
    'reservation.created', 'reservation.extended', 'reservation.cancelled', 'reservation.expired',
    'reservation.activated', 'booking.confirmed', 'ticket.redeemed', 'ticket.voided',
    'availability.changed', 'onboarding.changed', 'verification.changed', 'partner.live', 'partner.paused',
    'partner.resumed', 'property_import.progressed', 'property_import.finished', 'support.message_posted',
    'support.thread_changed',
    'certification.progressed', 'certification.finished', 'integration_alert.opened', 'integration_alert.closed',
    'webhook.test', 'webhook.disabled',
)
EVENT_TYPES_ADDED = (
    'package.published', 'package.archived', 'checkout.changed', 'checkout.compensated', 'payment.succeeded',
    'payment.failed', 'booking.cancelled', 'refund.completed', 'refund.failed', 'dispute.changed', 'sale.recorded',
    'payment_account.changed', 'transfer.completed', 'payout.changed', 'document.ready', 'coupon.changed',
    'affiliate_conversion.changed', 'sponsorship.changed',
)


def listed(types: tuple[str, ...]) -> str:
    return ', '.join(f"'{each}'" for each in types)


def allow_event_types(types: tuple[str, ...]) -> None:
    """Let events and deliveries be of these types. Told events are purged weekly, so looking at all of them takes no time."""
    op.execute("ALTER TABLE events DROP CONSTRAINT ck_events_eventtype")
    op.execute(f"ALTER TABLE events ADD CONSTRAINT ck_events_eventtype CHECK (type IN ({listed(types)}))")
    op.execute("ALTER TABLE webhook_deliveries DROP CONSTRAINT ck_webhook_deliveries_eventtype")
    op.execute(
        "ALTER TABLE webhook_deliveries ADD CONSTRAINT ck_webhook_deliveries_eventtype"
        f" CHECK (event_type IN ({listed(types)}))"
    )


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    allow_event_types(EVENT_TYPES_BEFORE[:-2] + EVENT_TYPES_ADDED + EVENT_TYPES_BEFORE[-2:])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DELETE FROM webhook_deliveries WHERE event_type IN ({listed(EVENT_TYPES_ADDED)})")
    op.execute(f"DELETE FROM events WHERE type IN ({listed(EVENT_TYPES_ADDED)})")
    allow_event_types(EVENT_TYPES_BEFORE)
