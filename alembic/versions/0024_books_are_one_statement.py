"""books and audit are one statement; a sale is written before its booking

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0024
Revises: 0022
"""

from alembic import op

from db import functions

revision = '0024'
down_revision = '0022'
branch_labels = None
depends_on = None


REFERRING = {'checkouts': 'fk_checkouts_booking_id', 'affiliate_conversions': 'fk_affiliate_conversions_booking_id'}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, constraint in REFERRING.items():
        op.execute(f'ALTER TABLE {table} ALTER CONSTRAINT {constraint} DEFERRABLE INITIALLY DEFERRED')
    functions.create(op.get_bind(), 'v24')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.drop(op.get_bind(), 'v24')
    for table, constraint in REFERRING.items():
        op.execute(f'ALTER TABLE {table} ALTER CONSTRAINT {constraint} NOT DEFERRABLE')
