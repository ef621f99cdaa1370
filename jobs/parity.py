"""What the channels charge is compared, package by package, and what differs is told."""

import structlog

from domain.environments import Environment
from domain.ids import global_id
from jobs.work import Work
from services import parity

MOST_NAMED = 20

log = structlog.get_logger(__name__)


async def check_parity(work: Work) -> int:
    """Compare the next packages of LIVE on DIRECT and OTA; return how many prices differ, of which there is none."""
    now = work.clock()
    found = await parity.look(work.sessions, Environment.LIVE, now=now)
    async with work.unit_of_work() as uow:
        await parity.note_run(uow, environment=Environment.LIVE, found=found, now=now)
    wrong = len(found.differences)
    work.meter.show_parity(prices=found.prices, wrong=wrong)
    if wrong:
        named = [
            f"{global_id('Package', each.package_id)} {each.date}: {each.direct}, {each.ota}"
            for each in found.differences[:MOST_NAMED]
        ]
        log.error("prices.differ", wrong=wrong, differences=named)
    return wrong
