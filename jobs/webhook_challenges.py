"""Endpoints prove themselves: take, call, note; the call outside any unit of work."""

import asyncio

from domain.errors import GatewayError
from jobs.work import Work
from services import webhook_challenges, webhook_deliveries
from services.webhook_challenges import Challenge

BATCH = 20


async def challenge(work: Work) -> int:
    """Challenge every endpoint that is due and return how many that were.

    Killed at any point, nothing is lost: who was not noted is challenged again when its lease ends.
    """
    made = 0
    while True:
        async with work.unit_of_work() as uow:
            challenges = await webhook_challenges.take_due(
                uow, limit=BATCH, entropy=work.entropy, now=work.clock()
            )
        await asyncio.gather(*(_make(work, each) for each in challenges))
        made += len(challenges)
        if len(challenges) < BATCH:
            return made


async def _make(work: Work, challenge: Challenge) -> None:
    try:
        message = challenge.message(work.seal, work.clock())
    except GatewayError as problem:
        answer = webhook_deliveries.answer_of(problem)
    else:
        answer = await work.sender.send(message)
    async with work.unit_of_work() as uow:
        await webhook_challenges.note_answer(
            uow, challenge=challenge, answer=answer, chance=work.chance(), now=work.clock()
        )
