"""Dead letters somebody wants replayed go back to the queue."""

from jobs.work import Work
from services import dead_letters

BATCH = 100


async def requeue(work: Work) -> int:
    """Hand the replayed letters' jobs to the queue; return how many that were."""
    async with work.unit_of_work() as uow:
        letters = await dead_letters.take_replayed(uow, limit=BATCH, now=work.clock())
        for letter in letters:
            await work.queue.enqueue(letter.job, letter.payload, job_id=f"dead_letter:{letter.id.hex}")
    return len(letters)
