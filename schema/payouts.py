"""Transfers, payouts and refunds as the graph shows them."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import refunds
from domain.checkouts import RefundReason
from domain.payments import PayoutStatus, RefundStatus, TransferStatus
from domain.payouts import PayoutInterval
from permissions.viewer import Scope
from resolvers import payouts as resolve
from schema.connections import Connection
from schema.money import CurrencyCode, Money, amount_of
from schema.nodes import Node
from schema.refusals import Forbidden, NotFound, Refusal, refuses
from schema.sources import represents, resolved_by
from services.payouts import PayoutSchedule as Schedule


@strawberry.type(description="A payee's part of one sale, handed to its account at the provider.")
class Transfer(Node):
    is_type_of = represents(models.Transfer)

    status: TransferStatus
    amount: Money = amount_of("amount_minor")
    reversed: Money = amount_of("reversed_minor")
    currency: CurrencyCode
    failure_reason: str | None = strawberry.field(description="In the provider's codes.")
    created_at: dt.datetime
    done_at: dt.datetime | None


@strawberry.type(description="What a payee is paid for a period, to its bank.")
class Payout(Node):
    is_type_of = represents(models.Payout)

    status: PayoutStatus
    amount: Money = amount_of("amount_minor")
    currency: CurrencyCode
    period_start: dt.date
    period_end: dt.date = strawberry.field(description="The last day of it, included.")
    failure_reason: str | None = strawberry.field(
        description="Why it came back, in the provider's codes: the money goes out with the next one."
    )
    arrives_on: dt.date | None
    created_at: dt.datetime
    ended_at: dt.datetime | None


@strawberry.type(description="Money on its way back to a buyer.")
class Refund(Node):
    is_type_of = represents(models.Refund)

    reason: RefundReason
    status: RefundStatus
    amount: Money = amount_of("amount_minor")
    currency: CurrencyCode
    failure_reason: str | None = strawberry.field(description="In the provider's codes.")
    created_at: dt.datetime
    ended_at: dt.datetime | None


@strawberry.type(description="How often a partner is paid, and when next.")
class PayoutSchedule:
    is_type_of = represents(Schedule)

    interval: PayoutInterval
    next_period_end: dt.date = strawberry.field(description="The last day of the period under way, in UTC.")


@refuses(refunds.NotFailed)
class NotFailed(Refusal):
    current_status: str


SetPayoutIntervalPayload = Annotated[
    PayoutSchedule | NotFound | Forbidden, strawberry.union("SetPayoutIntervalPayload")
]
RetryRefundPayload = Annotated[
    Refund | NotFound | Forbidden | NotFailed, strawberry.union("RetryRefundPayload")
]
RetryTransferPayload = Annotated[
    Transfer | NotFound | Forbidden | NotFailed, strawberry.union("RetryTransferPayload")
]


@strawberry.type
class PayoutQuery:
    payouts: Connection[Payout] = resolved_by(resolve.payouts_of, scope=Scope.READ_FINANCE)
    payout: Payout | None = resolved_by(resolve.payout, scope=Scope.READ_FINANCE)
    transfers: Connection[Transfer] = resolved_by(resolve.transfers_of, scope=Scope.READ_FINANCE)
    refunds: Connection[Refund] = resolved_by(resolve.refunds_of, scope=Scope.READ_FINANCE)


@strawberry.type
class PayoutMutation:
    set_payout_interval: SetPayoutIntervalPayload = resolved_by(
        resolve.set_payout_interval, scope=Scope.MANAGE_PAYOUTS
    )
    retry_refund: RetryRefundPayload = resolved_by(resolve.retry_refund, scope=Scope.MANAGE_PAYOUTS)
    retry_transfer: RetryTransferPayload = resolved_by(resolve.retry_transfer, scope=Scope.MANAGE_PAYOUTS)
