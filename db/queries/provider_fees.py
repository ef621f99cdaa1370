"""Questions about what the payment provider keeps of payments."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.environments import Environment
from domain.ledger import EntryKind
from domain.payments import PaymentStatus


async def payments_without_fee(
    session: AsyncSession, provider_ids: Collection[str], environment: Environment
) -> dict[str, models.Payment]:
    """Load those of these payments that succeeded and whose fee is not in the books, by the provider's ids."""
    payment, entry = models.Payment, models.JournalEntry
    statement = select(payment).where(
        payment.environment == environment,
        payment.provider_id.in_(provider_ids),
        payment.status == PaymentStatus.SUCCEEDED,
        ~exists().where(entry.kind == EntryKind.PROVIDER_FEE, entry.source_id == payment.id),
    )
    return {each.provider_id or "": each for each in await session.scalars(statement)}
