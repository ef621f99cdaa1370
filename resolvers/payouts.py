"""Money on its way: to payees' accounts, to their banks, and back to buyers."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import payouts as queries
from db.queries import refunds as refund_queries
from db.queries import transfers as transfer_queries
from db.questions import Asked
from db.rows import One
from domain.errors import Forbidden, NotFound
from domain.ids import local_id, optional_id
from domain.payments import PayoutStatus, RefundStatus, TransferStatus
from domain.payouts import PayoutInterval
from domain.refunds import NotFailed
from permissions.visibility import refunds_of_sales, visible_payouts, visible_transfers
from resolvers.context import Info
from resolvers.refusals import answers
from services import payouts, refunds, transfers
from services.payouts import PayoutSchedule


@strawberry.input(description="How often a partner is paid, in the caller's environment.")
class SetPayoutIntervalInput:
    partner_id: strawberry.ID
    interval: PayoutInterval


@strawberry.input(description="The refund that has FAILED and is to be asked for anew.")
class RetryRefundInput:
    id: strawberry.ID


@strawberry.input(description="The transfer that has FAILED and is to be asked for anew.")
class RetryTransferInput:
    id: strawberry.ID


def payouts_of(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    status: PayoutStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Payout]]:
    """What was and is paid to one's own partners' banks, newest first; the platform's staff sees all."""
    return queries.page_payouts(
        visible=visible_payouts(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
        status=status,
    )


def payout(info: Info, id: strawberry.ID) -> Asked[One[models.Payout]] | None:
    """One payout; null where there is none, or none the caller may see."""
    uuid = local_id("Payout", id)
    if uuid is None:
        return None
    return queries.payout_by_id(uuid, visible=visible_payouts(info.context.viewer))


def transfers_of(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    status: TransferStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Transfer]]:
    """What was and is handed to one's own partners' accounts, newest first; the platform's staff sees all."""
    return transfer_queries.page_transfers(
        visible=visible_transfers(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
        status=status,
    )


def refunds_of(
    info: Info,
    *,
    status: RefundStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Refund]]:
    """What was and is given back to buyers of one's own partners, newest first; the platform's staff sees all."""
    return refund_queries.page_refunds(
        visible=refunds_of_sales(info.context.viewer),
        window=Window(first, after, last, before),
        status=status,
    )


@answers(NotFound, Forbidden)
async def set_payout_interval(info: Info, input: SetPayoutIntervalInput) -> PayoutSchedule:
    """Say how often a partner is paid; it holds from the next period on."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await payouts.set_interval(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            interval=input.interval,
            now=context.now,
        )


@answers(NotFound, Forbidden, NotFailed)
async def retry_refund(info: Info, input: RetryRefundInput) -> models.Refund:
    """Have the provider asked again for a refund it refused; within seconds."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await refunds.retry(
            uow, context.viewer, refund_id=local_id("Refund", input.id), now=context.now
        )


@answers(NotFound, Forbidden, NotFailed)
async def retry_transfer(info: Info, input: RetryTransferInput) -> models.Transfer:
    """Have the provider asked again for a transfer it refused; within seconds."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await transfers.retry(
            uow, context.viewer, transfer_id=local_id("Transfer", input.id), now=context.now
        )
