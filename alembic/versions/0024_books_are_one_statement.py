"""books and audit are one statement; a sale is written before its booking

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

from db import functions

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


REFERRING = {'checkouts': 'fk_checkouts_booking_id', 'affiliate_conversions': 'fk_affiliate_conversions_booking_id'}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, constraint in REFERRING.items():
        op.execute(f'ALTER TABLE {table} ALTER CONSTRAINT {constraint} DEFERRABLE INITIALLY DEFERRED')
    op.create_index('ix_checkouts_token_hash', 'checkouts', ['token_hash'])
    functions.create(op.get_bind(), 'v24')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.drop(op.get_bind(), 'v24')
    op.drop_index('ix_checkouts_token_hash', table_name='checkouts')
    for table, constraint in REFERRING.items():
        op.execute(f'ALTER TABLE {table} ALTER CONSTRAINT {constraint} NOT DEFERRABLE')
