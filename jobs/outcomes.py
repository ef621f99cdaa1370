"""What the clock does after demos: they are held when their time is over, and closed when nothing more is waited for."""

from jobs.work import Work
from services import outcomes

BATCH = 50


async def hold(work: Work) -> int:
    """Take introductions whose demo is over to HELD; return how many."""
    held = 0
    while True:
        async with work.unit_of_work() as uow:
            moved = await outcomes.hold_demos(uow, limit=BATCH, now=work.clock())
        held += moved
        if moved < BATCH:
            return held


async def close(work: Work) -> int:
    """Close introductions two weeks after their demo; return how many."""
    closed = 0
    while True:
        async with work.unit_of_work() as uow:
            moved = await outcomes.close_demos(uow, limit=BATCH, now=work.clock())
        closed += moved
        if moved < BATCH:
            return closed
