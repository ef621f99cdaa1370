"""What the payment provider keeps of payments: the platform bears it."""

import datetime as dt
from collections.abc import Collection

from db.queries import provider_fees as queries
from db.unit_of_work import UnitOfWork
from domain import postings
from domain.environments import Environment
from domain.ledger import EntryKind
from domain.payments import ProviderPayment
from permissions.viewer import SYSTEM
from services import ledger


async def post(
    uow: UnitOfWork, told: Collection[ProviderPayment], *, environment: Environment, now: dt.datetime
) -> int:
    """Post the fees of payments of ours, each once, and return how many; what the provider does not tell is left."""
    fees = {each.id: each.fee for each in told if each.fee is not None and each.fee.minor}
    if not fees:
        return 0
    payments = await queries.payments_without_fee(uow.session, fees.keys(), environment)
    posted = 0
    for provider_id, payment in sorted(payments.items()):
        fee = fees[provider_id]
        entry_id = await ledger.post(
            uow,
            SYSTEM,
            kind=EntryKind.PROVIDER_FEE,
            environment=environment,
            currency=fee.currency,
            source_id=payment.id,
            postings=postings.provider_fee(fee.minor),
            checkout_id=payment.checkout_id,
            now=now,
        )
        posted += entry_id is not None
    return posted
