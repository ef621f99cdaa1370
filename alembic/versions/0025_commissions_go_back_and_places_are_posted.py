"""commissions go back, and paid places are posted

Expand first, backfill in batches, contract in a later deploy; never edit a merged revision.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    'SALE',
    'TRANSFER',
    'REFUND',
    'REVERSAL',
    'PAYOUT',
    'PAYOUT_RETURNED',
    'DISPUTE',
    'DISPUTE_WON',
    'DISPUTE_LOST',
    'PROVIDER_FEE',
    'ROUNDING',
    'ADJUSTMENT',
)
KINDS_NOW = (*KINDS_BEFORE, 'SPONSORSHIP')


def allow_kinds(kinds: tuple[str, ...]) -> None:
    """Let entries be of these kinds. NOT VALID: locks the journal for a moment only."""
    listed = ', '.join(f"'{each}'" for each in kinds)
    op.execute("ALTER TABLE journal_entries DROP CONSTRAINT ck_journal_entries_entrykind")
    op.execute(
        f"ALTER TABLE journal_entries ADD CONSTRAINT ck_journal_entries_entrykind CHECK (kind IN ({listed})) NOT VALID"
    )


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    allow_kinds(KINDS_NOW)
    op.execute("ALTER TABLE journal_entries VALIDATE CONSTRAINT ck_journal_entries_entrykind")
    op.add_column('transfers', sa.Column('position', sa.Integer(), server_default='1', nullable=False))
    op.drop_index('uq_transfers_payee', table_name='transfers')
    op.create_index('uq_transfers_payee', 'transfers', ['checkout_id', 'account_id', 'position'], unique=True)
    op.add_column('affiliates', sa.Column('country', sa.String(length=2), nullable=True))
    for table in ('ledger_accounts', 'payment_accounts'):
        op.create_index(
            f'ix_{table}_affiliate_id', table, ['affiliate_id'], unique=False, postgresql_where='affiliate_id IS NOT NULL'
        )
    op.add_column('sponsorship_charges', sa.Column('posted_with', sa.Uuid(), nullable=True))
    # Nobody posted charges until now; one that says it was has itself for its entry's source.
    op.execute("UPDATE sponsorship_charges SET posted_with = id WHERE posted_at IS NOT NULL")
    op.create_check_constraint(
        op.f('ck_sponsorship_charges_posted'), 'sponsorship_charges', "(posted_with IS NULL) = (posted_at IS NULL)"
    )
    op.drop_index('ix_sponsorship_charges_unposted', table_name='sponsorship_charges')
    op.create_index('ix_sponsorship_charges_unposted', 'sponsorship_charges', ['charged_on', 'sponsorship_id', 'id'], unique=False, postgresql_where='posted_at IS NULL')
    op.create_index('ix_sponsorship_charges_posted', 'sponsorship_charges', ['posted_at'], unique=False, postgresql_where='posted_at IS NOT NULL')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ('ledger_accounts', 'payment_accounts'):
        op.drop_index(f'ix_{table}_affiliate_id', table_name=table)
    op.drop_column('affiliates', 'country')
    op.drop_index('ix_sponsorship_charges_posted', table_name='sponsorship_charges')
    op.drop_index('ix_sponsorship_charges_unposted', table_name='sponsorship_charges')
    op.create_index('ix_sponsorship_charges_unposted', 'sponsorship_charges', ['id'], unique=False, postgresql_where='posted_at IS NULL')
    op.drop_constraint(op.f('ck_sponsorship_charges_posted'), 'sponsorship_charges', type_='check')
    op.drop_column('sponsorship_charges', 'posted_with')
    # The journal is not rewritten: what was posted for paid places stays, and the constraint is not looked at again.
    allow_kinds(KINDS_BEFORE)
    op.drop_index('uq_transfers_payee', table_name='transfers')
    op.create_index('uq_transfers_payee', 'transfers', ['checkout_id', 'account_id'], unique=True)
    op.drop_column('transfers', 'position')
