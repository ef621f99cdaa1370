"""acts on many

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

from db import functions

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.create(op.get_bind(), "v2")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.drop(op.get_bind(), "v2")
