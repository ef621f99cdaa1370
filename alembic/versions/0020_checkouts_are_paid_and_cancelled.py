"""checkouts are paid, and bookings cancelled

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from db import functions

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

KINDS_BEFORE = ('ALLOTTED', 'CLOSED', 'REOPENED', 'HELD', 'SOLD', 'CANCELLED', 'EXPIRED')
KINDS_NOW = (*KINDS_BEFORE, 'RETURNED')


def allow_kinds(kinds: tuple[str, ...]) -> None:
    """Let changes of pools be of these kinds. Not looked at again: every row that is there was checked before."""
    listed = ', '.join(f"'{each}'" for each in kinds)
    op.execute("ALTER TABLE inventory_events DROP CONSTRAINT ck_inventory_events_inventoryeventkind")
    op.execute(
        "ALTER TABLE inventory_events ADD CONSTRAINT ck_inventory_events_inventoryeventkind"
        f" CHECK (kind IN ({listed})) NOT VALID"
    )
    op.execute("ALTER TABLE inventory_events VALIDATE CONSTRAINT ck_inventory_events_inventoryeventkind")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('payments', sa.Column('payment_method', sa.String(length=100), nullable=True))
    op.add_column('payments', sa.Column('return_url', sa.String(length=500), nullable=True))
    op.add_column('payments', sa.Column('tries', sa.Integer(), server_default='0', nullable=False))
    op.add_column('payments', sa.Column('is_asked', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('payments', sa.Column('next_look_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('payments', sa.Column('client_secret_sealed', sa.LargeBinary(), nullable=True))
    op.add_column('payments', sa.Column('action_url', sa.String(length=2000), nullable=True))
    op.create_check_constraint(op.f('ck_payments_tries'), 'payments', "tries >= 0")
    op.create_check_constraint(
        op.f('ck_payments_asked'), 'payments', "NOT is_asked OR next_look_at IS NOT NULL"
    )
    op.create_index('ix_payments_next_look_at', 'payments', ['next_look_at'], unique=False, postgresql_where='next_look_at IS NOT NULL')
    op.add_column('reservation_lines', sa.Column('returned', sa.Integer(), server_default='0', nullable=False))
    op.execute(
        "ALTER TABLE reservation_lines ADD CONSTRAINT ck_reservation_lines_returned"
        " CHECK (returned BETWEEN 0 AND quantity) NOT VALID"
    )
    op.execute("ALTER TABLE reservation_lines VALIDATE CONSTRAINT ck_reservation_lines_returned")
    allow_kinds(KINDS_NOW)
    functions.create(op.get_bind(), 'v20')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.drop(op.get_bind(), 'v20')
    # What came back stays where it is: the counters are right, and the journal is not rewritten.
    op.execute(
        "ALTER TABLE inventory_events DROP CONSTRAINT ck_inventory_events_inventoryeventkind"
    )
    op.execute(
        "ALTER TABLE inventory_events ADD CONSTRAINT ck_inventory_events_inventoryeventkind"
        f" CHECK (kind IN ({', '.join(repr(each) for each in KINDS_BEFORE)})) NOT VALID"
    )
    op.drop_constraint(op.f('ck_reservation_lines_returned'), 'reservation_lines', type_='check')
    op.drop_column('reservation_lines', 'returned')
    op.drop_index('ix_payments_next_look_at', table_name='payments', postgresql_where='next_look_at IS NOT NULL')
    op.drop_constraint(op.f('ck_payments_asked'), 'payments', type_='check')
    op.drop_constraint(op.f('ck_payments_tries'), 'payments', type_='check')
    for column in (
        'action_url', 'client_secret_sealed', 'next_look_at', 'is_asked', 'tries', 'return_url', 'payment_method'
    ):
        op.drop_column('payments', column)
