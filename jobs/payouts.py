"""Periods are closed, what is due is paid out, and what became of it is asked after."""

from db.unit_of_work import UnitOfWork
from domain.payments import ProviderPayout
from domain.payouts import PayoutInterval
from jobs.calls import ask, make_all
from jobs.work import Work
from services import payouts
from services.payouts import PayoutCall


async def close_period(work: Work) -> int:
    """Record what is due of every period that is over, a unit of work a payee; return how many payouts that were."""
    environments = list(work.payments)
    recorded = 0
    for interval in PayoutInterval:
        async with work.unit_of_work() as uow:
            due = await payouts.due_balances(uow, interval, environments=environments, now=work.clock())
        for account_id in dict.fromkeys(each.account_id for each in due):
            async with work.unit_of_work() as uow:
                recorded += await payouts.close_period(
                    uow, account_id=account_id, environments=environments, now=work.clock()
                )
    if recorded:
        work.ring()
    return recorded


async def execute(work: Work) -> int:
    """Ask for every payout that is due, and after those on their way; return how many calls that were."""
    return await make_all(
        work, lambda uow, limit: payouts.take_due(uow, limit=limit, now=work.clock()), _make
    )


async def _make(work: Work, call: PayoutCall) -> None:
    payments = work.payments.get(call.environment)
    if payments is None:
        return

    async def done(uow: UnitOfWork, answer: ProviderPayout) -> None:
        await payouts.note_answer(uow, payout_id=call.id, answer=answer, now=work.clock())

    if call.provider_id is None:
        calling = payments.pay_out(call.account, call.amount, metadata={"payout": call.key}, key=call.key)
    else:
        calling = payments.payout(call.account, call.provider_id)
    await ask(
        work,
        calling,
        done=done,
        refused=lambda uow, reason: payouts.note_refusal(
            uow, payout_id=call.id, refused=reason, now=work.clock()
        ),
        failed=lambda uow: payouts.note_failure(
            uow, payout_id=call.id, chance=work.chance(), now=work.clock()
        ),
    )
