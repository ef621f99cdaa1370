"""What the journal says of an account."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.environments import Environment
from domain.postings import Account


async def credit_of(
    session: AsyncSession, account: Account, *, environment: Environment, currency: str
) -> int:
    """Return what an account is in credit now; less than 0 in debit."""
    row = models.LedgerAccount
    statement = (
        select(func.coalesce(-func.sum(models.Posting.amount_minor), 0))
        .join(row, row.id == models.Posting.account_id)
        .where(
            row.environment == environment,
            row.currency == currency,
            row.kind == account.kind,
            row.partner_id.is_not_distinct_from(account.partner_id),
            row.affiliate_id.is_not_distinct_from(account.affiliate_id),
        )
    )
    return int(await session.scalar(statement) or 0)
