"""What the payment provider keeps of payments comes into the books."""

from domain.environments import Environment
from domain.payments import ProviderPayment
from jobs.work import Work
from services import provider_fees, reconciliation
from services.ports import Payments

BATCH = 100
"""Fees posted in one unit of work."""


async def post(work: Work) -> int:
    """Post the fees of everything that is to be compared next, and of a day before; return how many were posted.

    Killed anywhere, or run beside another, each fee is posted once. One that is not known yet is by the next run.
    """
    return sum([await _post(work, environment, port) for environment, port in work.payments.items()])


async def _post(work: Work, environment: Environment, payments: Payments) -> int:
    span = await reconciliation.next_span(work.sessions, environment, now=work.clock())
    posted, batch = 0, list[ProviderPayment]()
    async for each in payments.list_payments(**span.exactly):
        if each.fee is not None:
            batch.append(each)
        if len(batch) == BATCH:
            posted += await _post_batch(work, environment, batch)
            batch = []
    return posted + await _post_batch(work, environment, batch)


async def _post_batch(work: Work, environment: Environment, batch: list[ProviderPayment]) -> int:
    if not any(each.fee and each.fee.minor for each in batch):
        return 0
    async with work.unit_of_work() as uow:
        return await provider_fees.post(uow, batch, environment=environment, now=work.clock())
