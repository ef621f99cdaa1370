"""What uploads leave behind: files nobody confirmed, and copies nobody needs."""

from jobs.work import Work
from services import files


async def sweep(work: Work) -> int:
    """Sweep uploads whose url ended long ago and return how many that were.

    Files go first: killed in between, the same upload is swept again.
    """
    swept = 0
    while True:
        async with work.unit_of_work() as uow:
            batch = await files.unswept(uow, now=work.clock())
        for upload in batch:
            await files.clear(work.storage, upload)
            async with work.unit_of_work() as uow:
                await files.note_swept(uow, upload)
        swept += len(batch)
        if len(batch) < files.BATCH:
            return swept
