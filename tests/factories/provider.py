"""A payment provider that does as it is told, and its webhooks."""

import asyncio
import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from stripe import WebhookSignature

from db import models
from db.types import new_id
from domain.environments import Environment
from domain.errors import GatewayError, Refused
from domain.payments import AccountStatus, AccountWish, PaymentRefused, ProviderAccount
from integrations.stripe.payments import StripePayments, open_connections
from tests.factories.times import NOW

TEST_SECRET, LIVE_SECRET, OLD_LIVE_SECRET = "whsec_test", "whsec_live", "whsec_live_old"


def signing(environment: Environment) -> StripePayments:
    """The provider of an environment, of whom only webhooks come: it is never called."""
    secrets = [TEST_SECRET] if environment is Environment.TEST else [LIVE_SECRET, OLD_LIVE_SECRET]
    return StripePayments(environment, key="sk_none", webhook_secrets=secrets, connections=open_connections())


def event_body(
    event_id: str = "evt_1",
    event_type: str = "account.updated",
    object_id: str = "acct_1",
    *,
    is_live: bool = True,
    **facts: Any,
) -> bytes:
    """The bytes of a webhook."""
    return orjson.dumps(
        {
            "id": event_id,
            "object": "event",
            "type": event_type,
            "created": int(NOW.timestamp()),
            "livemode": is_live,
            "data": {"object": {"id": object_id, **facts}},
        }
    )


def signature_of(body: bytes, *secrets: str, at: dt.datetime = NOW) -> str:
    """The header as the SDK writes it, one signature for each secret."""
    timestamp = int(at.timestamp())
    signed = [
        WebhookSignature.generate_signature_header(body.decode(), each, timestamp).partition(",")[2]
        for each in secrets
    ]
    return ",".join([f"t={timestamp}", *signed])


async def make_payment_account(
    session: AsyncSession,
    partner: models.Partner,
    *,
    environment: Environment = Environment.LIVE,
    **facts: Any,
) -> models.PaymentAccount:
    """An account a partner can be paid by."""
    account_id = new_id()
    account = models.PaymentAccount(
        **{
            "id": account_id,
            "environment": environment,
            "partner_id": partner.id,
            "provider_id": f"acct_{account_id.hex}",
            "status": AccountStatus.ENABLED,
            "missing": [],
            "created_at": NOW,
            "checked_at": NOW,
            **facts,
        }
    )
    session.add(account)
    await session.flush()
    return account


@dataclass
class PayeeProvider:
    """Accounts of payees, made once for each key. `fails_with` is raised by whatever is called next."""

    prefix: str = "acct_"
    accounts: dict[str, ProviderAccount] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    wishes: list[AccountWish] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    fails_with: list[Exception] = field(default_factory=list)
    calls: int = 0
    answers_when: asyncio.Event | None = None
    """What was asked before it is set is answered after it, as things stood when it was asked."""

    async def create_account(self, wish: AccountWish, *, key: str) -> ProviderAccount:
        self._begin()
        if key not in self.keys:
            self.keys[key] = f"{self.prefix}{len(self.keys) + 1}"
            self.wishes.append(wish)
            self.stand(self.keys[key], AccountStatus.PENDING, "identity.individual.given_name")
        return self.accounts[self.keys[key]]

    async def account(self, account_id: str) -> ProviderAccount:
        self._begin()
        found = self.accounts.get(account_id)
        if found is None:
            raise Refused(PaymentRefused("account_invalid"))
        if self.answers_when is not None:
            waited, self.answers_when = self.answers_when, None
            await waited.wait()
        return found

    async def account_link(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        self._begin()
        self.links.append((account_id, return_url, refresh_url))
        return f"https://connect.example/setup/{account_id}/{len(self.links)}"

    def stand(self, account_id: str, status: AccountStatus, *missing: str) -> None:
        """Let an account stand so from now on."""
        known = self.accounts.get(account_id, ProviderAccount(account_id, status))
        self.accounts[account_id] = replace(known, status=status, missing=missing)

    def _begin(self) -> None:
        self.calls += 1
        if self.fails_with:
            raise self.fails_with.pop(0)


AWAY = GatewayError("stripe", "not reached", retryable=True)
