"""What paid places cost comes into the books."""

from jobs.work import Work
from services import sponsorships


async def post_charges(work: Work) -> int:
    """Post what every day that is over cost, a unit of work each; return how many days were posted.

    Killed anywhere, or run beside another, each charge is in the books once: its mark and its entry are one commit.
    """
    posted = 0
    while True:
        async with work.unit_of_work() as uow:
            days = await sponsorships.unposted_days(uow, now=work.clock())
        for sponsorship_id, day in days:
            async with work.unit_of_work() as uow:
                amount = await sponsorships.post_day(
                    uow, sponsorship_id=sponsorship_id, day=day, now=work.clock()
                )
            posted += amount > 0
        if len(days) < sponsorships.DAYS_AT_ONCE:
            return posted
