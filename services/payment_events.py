"""What each kind of the provider's news leads to.

News may be late, come twice, and overtake one another: a handler asks the provider how its object stands now, or
changes nothing that was changed already; it never believes the order. It opens its own units of work, none of them
around a call to the provider.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import structlog

from domain.environments import Environment
from domain.payments import ProviderEvent
from services import payment_accounts, payment_news, payout_news
from services.payment_accounts import Units
from services.ports import Entropy, Payments

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a handler may use: the provider of the event's environment, units of work, the time."""

    environment: Environment
    payments: Payments
    units: Units
    clock: Callable[[], dt.datetime]
    entropy: Entropy


Handler = Callable[[Surroundings, ProviderEvent], Awaitable[None]]


async def account_changed(surroundings: Surroundings, event: ProviderEvent) -> None:
    """Note how a payee's account stands by now."""
    is_ours = await payment_accounts.refresh(
        surroundings.units,
        surroundings.payments,
        provider_id=event.account_id or event.object_id,
        environment=surroundings.environment,
        clock=surroundings.clock,
    )
    if not is_ours:
        log.info("payments.foreign_account", type=event.type)


async def payment_changed(surroundings: Surroundings, event: ProviderEvent) -> None:
    """Note how a buyer's payment stands by now, and settle the sale where it has succeeded."""
    await payment_news.look_at_payment(
        surroundings.units,
        surroundings.payments,
        event,
        environment=surroundings.environment,
        entropy=surroundings.entropy,
        now=surroundings.clock(),
    )


async def dispute_changed(surroundings: Surroundings, event: ProviderEvent) -> None:
    """Note how a dispute stands by now."""
    await payment_news.look_at_dispute(
        surroundings.units,
        surroundings.payments,
        event,
        environment=surroundings.environment,
        now=surroundings.clock(),
    )


async def payout_changed(surroundings: Surroundings, event: ProviderEvent) -> None:
    """Note how a payout stands by now."""
    await payout_news.look_at_payout(
        surroundings.units, surroundings.payments, event, now=surroundings.clock()
    )


async def refund_changed(surroundings: Surroundings, event: ProviderEvent) -> None:
    """Note how a refund stands by now."""
    await payout_news.look_at_refund(
        surroundings.units, surroundings.payments, event, now=surroundings.clock()
    )


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "payment_intent.succeeded": payment_changed,
        "payment_intent.processing": payment_changed,
        "payment_intent.payment_failed": payment_changed,
        "payment_intent.requires_action": payment_changed,
        "payment_intent.canceled": payment_changed,
        "charge.dispute.created": dispute_changed,
        "charge.dispute.updated": dispute_changed,
        "charge.dispute.closed": dispute_changed,
        "payout.updated": payout_changed,
        "payout.paid": payout_changed,
        "payout.failed": payout_changed,
        "payout.canceled": payout_changed,
        "refund.updated": refund_changed,
        "refund.failed": refund_changed,
        "account.updated": account_changed,
        "account.application.deauthorized": account_changed,
        "v2.core.account.updated": account_changed,
        "v2.core.account.closed": account_changed,
        "v2.core.account[requirements].updated": account_changed,
        "v2.core.account[configuration.recipient].updated": account_changed,
        "v2.core.account[configuration.recipient].capability_status_updated": account_changed,
    }
)
"""Type of the provider's -> what it leads to. What is not here is noted, and nothing comes of it."""


def is_wanted(event_type: str) -> bool:
    """Tell whether anything comes of events of this type."""
    return event_type in HANDLERS
