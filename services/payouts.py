"""Paying payees what they have: once a period, recorded and posted first, then asked of the provider.

A payout is posted when it is recorded, so that no money is paid twice; one that comes back is posted as returned, and
what it was of goes out with the next.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db import models
from db.queries import attempts as attempt_queries
from db.queries import payouts as queries
from db.queries import transfers as transfer_queries
from db.queries.payouts import Balance
from db.unit_of_work import UnitOfWork
from domain import attempts, mail, postings
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.ledger import EntryKind
from domain.mail import MailTemplate
from domain.money import Money
from domain.partners import MemberRole
from domain.payments import PaymentRefused, PayoutStatus, ProviderPayout
from domain.payouts import (
    CAME_BACK,
    ENDED,
    PayoutInterval,
    Period,
    amount_due,
    is_news,
    last_closed,
    under_way,
)
from permissions import policies
from permissions.viewer import SYSTEM, Scope, Viewer
from services import audit, documents, events, ledger
from services.mail import post_to_team
from services.transfers import payee_of

ASK_AGAIN = dt.timedelta(hours=6)
"""When we ask after a payout that is on its way, if the provider does not tell by itself."""
PAYOUTS = "/payouts"
"""Where people look at their payouts."""
TOLD = (MemberRole.OWNER, MemberRole.ADMIN, MemberRole.FINANCE)


@dataclass(frozen=True, slots=True)
class PayoutSchedule:
    """How often a payee is paid, and the last day of the period under way."""

    interval: PayoutInterval
    next_period_end: dt.date


@dataclass(frozen=True, slots=True)
class PayoutCall:
    """One call to pay an account's bank, or, with the `provider_id` it has by now, to ask what became of it."""

    id: UUID
    environment: Environment
    account: str
    amount: Money
    key: str
    provider_id: str | None


async def due_balances(
    uow: UnitOfWork, interval: PayoutInterval, *, environments: Collection[Environment], now: dt.datetime
) -> list[Balance]:
    """Return the balances of which something is to be paid for the last closed period."""
    period = last_closed(interval, now)
    found = await queries.balances_of_period(uow.session, interval, period, environments=environments)
    return [each for each in found if amount_due(each.currency, at_close=each.at_close, now=each.now)]


async def close_period(
    uow: UnitOfWork, *, account_id: UUID, environments: Collection[Environment], now: dt.datetime
) -> int:
    """Record and post the payouts of a payee for its last closed period, one a currency; return how many.

    Locks the payee's account. A second call does nothing.
    """
    account = await queries.lock_account(uow.session, account_id)
    if account is None:
        return 0
    interval = account.payout_interval
    period = last_closed(interval, now)
    # Looked at again under the lock: what was seen before may be paid, taken back or switched by now.
    balances = await queries.balances_of_period(
        uow.session, interval, period, environments=environments, account_ids=[account_id]
    )
    return sum([await _pay(uow, account, balance, period, now) for balance in balances])


async def _pay(
    uow: UnitOfWork, account: models.PaymentAccount, balance: Balance, period: Period, now: dt.datetime
) -> int:
    amount = amount_due(balance.currency, at_close=balance.at_close, now=balance.now)
    if not amount:
        return 0
    payout_id = await queries.insert_payout(uow.session, balance, period, amount_minor=amount, now=now)
    if payout_id is None:
        return 0
    payout = await uow.session.get_one(models.Payout, payout_id)
    await _post(uow, payout, account, EntryKind.PAYOUT, postings.payout(payee_of(account), amount), now=now)
    _tell(uow, payout, account, now)
    return 1


async def take_due(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> Sequence[PayoutCall]:
    """Take the payouts to be asked for, or asked after; each is this worker's for LEASE."""
    rows = await attempt_queries.take_due(
        uow.session, models.Payout, queries.is_to_be_asked_for(), now=now, limit=limit
    )
    accounts = await transfer_queries.accounts_by_id(uow.session, {row.account_id for row in rows})
    return [
        PayoutCall(
            row.id,
            row.environment,
            accounts[row.account_id].provider_id or "",
            Money(row.amount_minor, row.currency),
            attempts.key_of("Payout", row.id, row.refusals),
            row.provider_id,
        )
        for row in rows
    ]


async def note_answer(uow: UnitOfWork, *, payout_id: UUID, answer: ProviderPayout, now: dt.datetime) -> None:
    """Note what the provider says of a payout; the same news again, or older, does nothing.

    A partner gets the statement of what was paid, which its team is mailed when it is made. One that came back, even after it was paid, is posted as returned; the team is told by mail.
    """
    payout = await attempt_queries.lock_row(uow.session, models.Payout, payout_id)
    payout.provider_id, payout.arrives_on = answer.id, answer.arrives_on
    if payout.status not in ENDED:
        payout.next_attempt_at = now + ASK_AGAIN
    if not is_news(payout.status, answer.status):
        return
    account = (await transfer_queries.accounts_by_id(uow.session, [payout.account_id]))[payout.account_id]
    if answer.status in CAME_BACK:
        await _return(uow, payout, account, answer.status, answer.failure_reason or "unknown", now=now)
    else:
        payout.status = answer.status
        if answer.status in ENDED:
            payout.ended_at, payout.next_attempt_at = now, None
        payout.sequence += 1
        await uow.session.flush()
        _tell(uow, payout, account, now)
        if answer.status is PayoutStatus.PAID and account.partner_id is not None:
            partner = await uow.session.get_one(models.Partner, account.partner_id)
            await documents.request_for_payout(
                uow, payout=payout, partner_id=partner.id, locale=partner.locale, now=now
            )


async def note_refusal(
    uow: UnitOfWork, *, payout_id: UUID, refused: PaymentRefused, now: dt.datetime
) -> None:
    """Note that the provider refused: for want of money it is asked again, otherwise the payout has FAILED."""
    payout = await attempt_queries.lock_row(uow.session, models.Payout, payout_id)
    if payout.status is not PayoutStatus.PENDING or payout.provider_id is not None:
        return
    payout.refusals += 1
    payout.failure_reason = attempts.reason_text(refused)
    payout.next_attempt_at = attempts.after_refusal(refused, payout.refusals, now)
    if payout.next_attempt_at is None:
        account = (await transfer_queries.accounts_by_id(uow.session, [payout.account_id]))[payout.account_id]
        await _return(uow, payout, account, PayoutStatus.FAILED, payout.failure_reason, now=now)


async def note_failure(uow: UnitOfWork, *, payout_id: UUID, chance: float, now: dt.datetime) -> None:
    """Note that nobody answered: it is asked again after a pause."""
    payout = await attempt_queries.lock_row(uow.session, models.Payout, payout_id)
    if payout.status not in ENDED:
        payout.next_attempt_at = attempts.after_failure(payout.attempts, now, chance=chance)


async def set_interval(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    interval: PayoutInterval,
    now: dt.datetime,
) -> PayoutSchedule:
    """Say how often a partner is paid; a second call with the same does nothing. Audited.

    Refuses: NotFound, Forbidden.
    """
    account = None
    if partner_id is not None and viewer.may_at(partner_id, Scope.READ_FINANCE):
        account = await queries.lock_visible_account(uow.session, partner_id, viewer.environment)
    if account is None or partner_id is None:
        shown = global_id("Partner", partner_id) if partner_id else ""
        raise Refused(NotFound(noun="payment account of the partner", id=shown))
    policies.may_manage_payouts(viewer, partner_id)
    if account.payout_interval is not interval:
        account.payout_interval = interval
        account.sequence += 1
        await uow.session.flush()
        facts = {"environment": account.environment, "interval": interval}
        await audit.record(
            uow,
            viewer,
            partner_id=partner_id,
            act="payouts.set_interval",
            object_id=global_id("Partner", partner_id),
            facts=facts,
            now=now,
        )
    return PayoutSchedule(interval, under_way(interval, now).ends_on)


async def _return(
    uow: UnitOfWork,
    payout: models.Payout,
    account: models.PaymentAccount,
    status: PayoutStatus,
    reason: str,
    *,
    now: dt.datetime,
) -> None:
    payout.status, payout.ended_at, payout.next_attempt_at = status, now, None
    payout.failure_reason = reason[: attempts.LONGEST_REASON]
    payout.sequence += 1
    await uow.session.flush()
    returned = postings.payout_returned(payee_of(account), payout.amount_minor)
    await _post(uow, payout, account, EntryKind.PAYOUT_RETURNED, returned, now=now)
    _tell(uow, payout, account, now)
    if account.partner_id is not None:
        await post_to_team(
            uow,
            template=MailTemplate.PAYOUT_FAILED,
            partner_id=account.partner_id,
            facts={
                "amount": f"{Money(payout.amount_minor, payout.currency).amount} {payout.currency}",
                "starts_on": payout.period_start.isoformat(),
                "ends_on": payout.period_end.isoformat(),
                "environment": payout.environment,
                "reason": payout.failure_reason,
                mail.LINK: PAYOUTS,
            },
            key=f"payout_failed:{payout.id.hex}",
            roles=TOLD,
            now=now,
        )


async def _post(
    uow: UnitOfWork,
    payout: models.Payout,
    account: models.PaymentAccount,
    kind: EntryKind,
    booked: Sequence[postings.Booked],
    *,
    now: dt.datetime,
) -> None:
    await ledger.post(
        uow,
        SYSTEM,
        kind=kind,
        environment=payout.environment,
        currency=payout.currency,
        source_id=payout.id,
        postings=booked,
        partner_id=account.partner_id,
        now=now,
    )


def _tell(uow: UnitOfWork, payout: models.Payout, account: models.PaymentAccount, now: dt.datetime) -> None:
    payload: dict[str, Any] = {
        "payout_id": global_id("Payout", payout.id),
        "status": payout.status,
        "amount": str(Money(payout.amount_minor, payout.currency).amount),
        "currency": payout.currency,
        "period_start": payout.period_start.isoformat(),
        "period_end": payout.period_end.isoformat(),
    }
    events.record(
        uow,
        EventType.PAYOUT_CHANGED,
        environment=payout.environment,
        partner_id=account.partner_id,
        object_id=payout.id,
        sequence=payout.sequence,
        payload=payload,
        now=now,
    )
