"""What the provider's news of payouts and refunds lead to; see `payment_events` for how they are handled.

Both are asked after by jobs, too: news only make it sooner.
"""

import datetime as dt

import structlog

from db.queries import payouts as payout_queries
from db.queries import refunds as refund_queries
from domain.payments import ProviderEvent
from services import payouts, refunds
from services.payment_accounts import Units
from services.ports import Payments

log = structlog.get_logger(__name__)


async def look_at_payout(units: Units, payments: Payments, event: ProviderEvent, *, now: dt.datetime) -> None:
    """Note how a payout stands by now."""
    async with units() as uow:
        payout_id = await payout_queries.payout_by_provider_id(uow.session, event.object_id)
    if payout_id is None or event.account_id is None:
        log.info("payments.foreign_payout", type=event.type)
        return
    answer = await payments.payout(event.account_id, event.object_id)
    async with units() as uow:
        await payouts.note_answer(uow, payout_id=payout_id, answer=answer, now=now)


async def look_at_refund(units: Units, payments: Payments, event: ProviderEvent, *, now: dt.datetime) -> None:
    """Note how a refund stands by now."""
    async with units() as uow:
        refund_id = await refund_queries.refund_by_provider_id(uow.session, event.object_id)
    if refund_id is None:
        log.info("payments.foreign_refund", type=event.type)
        return
    answer = await payments.refund_of(event.object_id)
    async with units() as uow:
        await refunds.note_answer(uow, refund_id=refund_id, answer=answer, now=now)
