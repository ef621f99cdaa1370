"""Refunds are asked for at the provider, and asked after until it has decided."""

from db.unit_of_work import UnitOfWork
from domain.payments import ProviderRefund
from jobs import transfers
from jobs.calls import ask, make_all
from jobs.work import Work
from services import refunds
from services.refunds import RefundCall


async def execute(work: Work) -> int:
    """Ask for every refund that is due; return how many that were.

    What is to be taken back from payees is asked for first, so that the money is there; the buyer does not wait for
    it, though. Killed anywhere, a refund happens once: it is asked for again by the same key.
    """
    await transfers.reverse(work)
    return await make_all(
        work, lambda uow, limit: refunds.take_due(uow, limit=limit, now=work.clock()), _make
    )


async def _make(work: Work, call: RefundCall) -> None:
    payments = work.payments.get(call.environment)
    if payments is None:
        return

    async def done(uow: UnitOfWork, answer: ProviderRefund) -> None:
        await refunds.note_answer(uow, refund_id=call.id, answer=answer, now=work.clock())

    if call.provider_id is None:
        calling = payments.refund(call.payment, call.amount, metadata={"refund": call.key}, key=call.key)
    else:
        calling = payments.refund_of(call.provider_id)
    await ask(
        work,
        calling,
        done=done,
        refused=lambda uow, reason: refunds.note_refusal(
            uow, refund_id=call.id, refused=reason, now=work.clock()
        ),
        failed=lambda uow: refunds.note_failure(
            uow, refund_id=call.id, chance=work.chance(), now=work.clock()
        ),
    )
