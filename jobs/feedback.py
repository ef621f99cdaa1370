"""Asking for feedback by the clock."""

from jobs.work import Work
from services import feedback

BATCH = 20
"""Introductions of one unit of work: whoever says something about one of them waits for it."""


async def ask(work: Work) -> int:
    """Ask each side that gave no feedback on its demo, and return how many were asked.

    Killed at any point, nobody is forgotten or asked twice: each nudge is written and posted in one unit of work.
    """
    asked, place = 0, None
    while True:
        async with work.unit_of_work() as uow:
            done, place = await feedback.ask_for_feedback(uow, after=place, limit=BATCH, now=work.clock())
        asked += done
        if place is None:
            return asked
