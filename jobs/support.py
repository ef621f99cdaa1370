"""What was written in support threads and not read is told by mail."""

from jobs.work import Work
from services import support_mail

BATCH = 20
"""Threads of one unit of work: whoever writes in one of them waits for it."""


async def mail_unread(work: Work) -> int:
    """Post the mails that are due and return how many threads that were.

    Killed at any point, nothing is told twice: a thread is looked at and noted in one unit of work.
    """
    looked_at = 0
    while True:
        async with work.unit_of_work() as uow:
            threads = await support_mail.mail_unread(uow, limit=BATCH, now=work.clock())
        looked_at += threads
        if threads < BATCH:
            return looked_at
