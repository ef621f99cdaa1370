"""What a resolver is given: the caller, the time, and the few things it may call."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry

from dataloaders.relations import Loaders
from db import unit_of_work
from db.batches import Batches
from db.session import Sessions
from domain.guides import Guides
from domain.idempotency import Idempotency, idempotency
from permissions.viewer import Viewer
from resolvers import answered
from resolvers import enums as _registered  # noqa: F401 - every input's enums, before any input
from services.ports import Entropy, Feed, Interests, Seal, Storage


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

    def idempotency(self, key: str | None, act: str, **request: object) -> Idempotency | None:
        """Bind the caller's key to this request; keys of TEST and LIVE never meet. Refuses: InvalidInput."""
        answered.keyed(key)
        return idempotency(f"{self.viewer.id}:{self.viewer.environment}", key, act, **request)


Info = strawberry.Info[Context, None]
