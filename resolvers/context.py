"""What a resolver is given: the caller, the time, and the few things it may call."""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import strawberry

from dataloaders.relations import Loaders
from db import unit_of_work
from db.batches import Batches
from db.session import Sessions
from domain.checkouts import token_hash
from domain.environments import Environment
from domain.errors import Refused
from domain.guides import Guides
from domain.idempotency import Idempotency, idempotency
from domain.payment_accounts import UNAVAILABLE, ProviderError
from permissions.viewer import Viewer
from resolvers import answered
from resolvers import enums as _registered  # noqa: F401 - every input's enums, before any input
from services.ports import Calendar, Entropy, Feed, Guard, Interests, Payments, Seal, Storage


# Not frozen: of so many fields, that would take longest of all that is done for an operation here.
@dataclass(slots=True)
class Context:
    """One operation's surroundings; never shared by two operations."""

    viewer: Viewer
    request_id: str
    now: dt.datetime
    sessions: Sessions
    loaders: Loaders
    feed: Feed
    interests: Interests
    entropy: Entropy
    qr_key: bytes
    pepper: bytes
    seal: Seal
    storage: Storage
    is_development: bool
    clock: Callable[[], dt.datetime]
    after_commit: Callable[[], None]
    acts: Batches
    guides: Guides
    guard: Guard
    payments: Mapping[Environment, Payments]
    public_url: str
    fee_bps: int
    calendar: Calendar

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[unit_of_work.UnitOfWork]:
        """Open the mutation's one unit of work; what was loaded before it is forgotten after it."""
        async with unit_of_work.unit_of_work(self.sessions, self.after_commit) as uow:
            yield uow
        self.loaders.clear()

    @asynccontextmanager
    async def batched(self) -> AsyncIterator[Batches]:
        """Hand in the mutation's one act, which is done together with others; then as after a unit of work."""
        yield self.acts
        self.loaders.clear()

    def provider(self) -> Payments:
        """Return the payment provider of the caller's environment. Refuses: ProviderError where there is none."""
        payments = self.payments.get(self.viewer.environment)
        if payments is None:
            raise Refused(ProviderError(UNAVAILABLE, is_temporary=False))
        return payments

    def show_secret(self, token: str) -> None:
        """Let the caller see the checkout whose secret it has, for the rest of the operation."""
        self.viewer = replace(self.viewer, secrets=(*self.viewer.secrets, token_hash(token)))
        self.loaders.see_as(self.viewer)

    def idempotency(self, key: str | None, act: str, **request: object) -> Idempotency | None:
        """Bind the caller's key to this request; keys of TEST and LIVE never meet. Refuses: InvalidInput."""
        answered.keyed(key)
        return idempotency(f"{self.viewer.id}:{self.viewer.environment}", key, act, **request)


Info = strawberry.Info[Context, None]
