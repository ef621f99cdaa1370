"""who sells directly has no quota

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

from db import functions

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.create(op.get_bind(), 'v22')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    functions.restore(op.get_bind(), 'v2', 'make_quotas')
