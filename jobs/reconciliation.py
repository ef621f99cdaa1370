"""Our books are compared with the provider's, and the error rate is shown."""

import structlog

from domain.environments import Environment
from domain.reconciliation import count_wrong
from jobs.work import Work
from services import reconciliation
from services.ports import Payments
from services.reconciliation import Books

MOST_NAMED = 20

log = structlog.get_logger(__name__)


async def reconcile(work: Work) -> int:
    """Compare each environment's books with its provider's; return how many objects differ. LIVE's figure is shown.

    It changes nothing but its own report: whoever sees a difference knows what it is about.
    """
    return sum([await _reconcile(work, environment, port) for environment, port in work.payments.items()])


async def _reconcile(work: Work, environment: Environment, payments: Payments) -> int:
    span = await reconciliation.next_span(work.sessions, environment, now=work.clock())
    books = Books(work.sessions, payments, environment, span)
    found = await reconciliation.look(books)
    if found.differences:
        again = await reconciliation.look(books)
        found = reconciliation.lasting(found, again)
    async with work.unit_of_work() as uow:
        await reconciliation.note_run(uow, environment=environment, span=span, found=found, now=work.clock())
    wrong = count_wrong(found.differences)
    if environment is Environment.LIVE:
        work.meter.show_reconciliation(objects=found.objects, wrong=wrong)
    if found.differences:
        named = [f"{each.kind} {each.object} {each.reference}" for each in found.differences[:MOST_NAMED]]
        log.error("reconciliation.differs", environment=environment, wrong=wrong, differences=named)
    return wrong
