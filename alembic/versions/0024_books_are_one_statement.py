"""books and audit are one statement

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


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.create(op.get_bind(), 'v24')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.drop(op.get_bind(), 'v24')
