"""Parts are released to payees when they are due, and taken back when they were refunded."""

from db import models
from db.unit_of_work import UnitOfWork
from domain.payments import ProviderReversal, ProviderTransfer
from jobs.calls import ask, make_all
from jobs.work import Work
from services import transfers
from services.transfers import ReversalCall, TransferCall

RELEASED = 200
"""Checkouts looked at in one unit of work."""
ROUNDS = 20
"""After so many of them a run goes on to the calls; the next one goes on with the rest."""


async def release(work: Work) -> int:
    """Record every transfer that is due, suppliers' and affiliates', and ask for it; return how many were asked for.

    Killed anywhere, nothing is lost or done twice: what was recorded is asked for again, by the same key.
    """
    for _ in range(ROUNDS):
        async with work.unit_of_work() as uow:
            looked_at = await transfers.release_due(uow, limit=RELEASED, now=work.clock())
        if looked_at < RELEASED:
            break
    for _ in range(ROUNDS):
        async with work.unit_of_work() as uow:
            commissions = await transfers.release_commissions(uow, limit=RELEASED, now=work.clock())
        if commissions < RELEASED:
            break
    return await make_all(
        work, lambda uow, limit: transfers.take_transfers(uow, limit=limit, now=work.clock()), _transfer
    )


async def reverse(work: Work) -> int:
    """Take back what was refunded after it was transferred; return how many reversals were asked for."""
    return await make_all(
        work, lambda uow, limit: transfers.take_reversals(uow, limit=limit, now=work.clock()), _reverse
    )


async def _transfer(work: Work, call: TransferCall) -> None:
    payments = work.payments.get(call.environment)
    if payments is None:
        return

    async def done(uow: UnitOfWork, answer: ProviderTransfer) -> None:
        await transfers.note_transfer(uow, transfer_id=call.id, provider_id=answer.id, now=work.clock())

    calling = payments.transfer(
        call.account,
        call.amount,
        charge_id=call.charge_id,
        group=call.group,
        metadata={"transfer": call.key},
        key=call.key,
    )
    await ask(
        work,
        calling,
        done=done,
        refused=lambda uow, reason: transfers.note_refusal(
            uow, models.Transfer, call.id, reason, now=work.clock()
        ),
        failed=lambda uow: transfers.note_failure(
            uow, models.Transfer, call.id, chance=work.chance(), now=work.clock()
        ),
    )


async def _reverse(work: Work, call: ReversalCall) -> None:
    payments = work.payments.get(call.environment)
    if payments is None:
        return

    async def done(uow: UnitOfWork, answer: ProviderReversal) -> None:
        await transfers.note_reversal(uow, reversal_id=call.id, provider_id=answer.id, now=work.clock())

    await ask(
        work,
        payments.reverse_transfer(call.transfer, call.amount, key=call.key),
        done=done,
        refused=lambda uow, reason: transfers.note_refusal(
            uow, models.TransferReversal, call.id, reason, now=work.clock()
        ),
        failed=lambda uow: transfers.note_failure(
            uow, models.TransferReversal, call.id, chance=work.chance(), now=work.clock()
        ),
    )
