"""Opens the surroundings of one operation out of what the process has."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dataloaders.relations import Loaders
from db.batches import Batches
from db.session import Sessions
from domain.environments import Environment
from domain.guides import Guides
from domain.splits import DEFAULT_FEE_BPS
from integrations.sealing import AesSeal
from permissions.viewer import Viewer
from resolvers.context import Context
from server.calendars import UNSET
from server.guard import Guard
from server.keys import Keys
from services.ports import Calendar, Feed, Interests, Payments, Seal, Storage


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Contexts:
    """What every operation of the process shares; calling it opens the context of one."""

    sessions: Sessions
    feed: Feed
    interests: Interests
    keys: Keys
    after_commit: Callable[[], None]
    storage: Storage
    clock: Callable[[], datetime] = utc_now
    is_development: bool = False
    guides: Guides = field(default_factory=Guides)
    guard: Guard = field(default_factory=Guard)
    payments: Mapping[Environment, Payments] = field(default_factory=dict)
    public_url: str = "http://127.0.0.1:8000"
    fee_bps: int = DEFAULT_FEE_BPS
    calendar: Calendar = UNSET
    seal: Seal = field(init=False)
    acts: Batches = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "acts", Batches(self.sessions, after_commit=self.after_commit))
        object.__setattr__(self, "seal", AesSeal(self.keys.seal))

    def __call__(self, viewer: Viewer, request_id: str) -> Context:
        now = self.clock()
        return Context(
            viewer=viewer,
            request_id=request_id,
            now=now,
            sessions=self.sessions,
            loaders=Loaders(self.sessions, viewer, now),
            feed=self.feed,
            interests=self.interests,
            entropy=secrets.token_bytes,
            qr_key=self.keys.qr,
            pepper=self.keys.pepper,
            seal=self.seal,
            storage=self.storage,
            is_development=self.is_development,
            clock=self.clock,
            after_commit=self.after_commit,
            acts=self.acts,
            guides=self.guides,
            guard=self.guard,
            payments=self.payments,
            public_url=self.public_url,
            fee_bps=self.fee_bps,
            calendar=self.calendar,
        )
