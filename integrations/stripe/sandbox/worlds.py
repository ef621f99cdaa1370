"""The two worlds, test and live, and what happens in one: objects made, changed, told about."""

import os
from dataclasses import dataclass, field
from typing import Any

from integrations.stripe.sandbox import shapes, times
from integrations.stripe.sandbox.errors import no_such
from integrations.stripe.sandbox.hooks import Hooks
from integrations.stripe.sandbox.options import Options
from integrations.stripe.sandbox.store import Store
from integrations.stripe.sandbox.things import Delivery, Thing

PARAM_OF = {"payment_intent": "intent"}
"""Where an id in the address is called something else than `id` in complaints."""


def new_id(prefix: str) -> str:
    """Return an id that nothing else has; later ones sort behind earlier ones, as their index likes it."""
    return f"{prefix}_3{int(times.now() * 1_000_000):x}{chance(5)}"


_pool = memoryview(b"")


def chance(size: int) -> str:
    """Return random bytes in hexadecimal, of the system's randomness; it is asked once for many."""
    global _pool  # noqa: PLW0603 - the rest of the last draw
    if len(_pool) < size:
        _pool = memoryview(os.urandom(4_096))
    drawn, _pool = _pool[:size], _pool[size:]
    return drawn.hex()


@dataclass(slots=True)
class Desk:
    """What all calls share: one process, one thread."""

    store: Store
    options: Options
    platform: str
    hooks: Hooks
    base: str = ""
    """Where the pages are reached."""
    outbox: list[tuple[Delivery, Thing]] = field(default_factory=list)
    """Deliveries that the transaction under way has planned."""
    has_new_tasks: bool = False


class World:
    """One world as seen by one account, during one call or task."""

    __slots__ = ("account", "desk", "key", "live", "now", "request_id", "store")

    def __init__(
        self, desk: Desk, *, live: bool, account: str, request_id: str | None = None, key: str | None = None
    ) -> None:
        self.desk = desk
        self.store = desk.store
        self.live = live
        self.account = account
        self.request_id = request_id
        self.key = key
        self.now = times.now()

    def make(
        self,
        kind: str,
        prefix: str,
        fields: dict[str, Any],
        *,
        ref1: str | None = None,
        ref2: str | None = None,
        account: str | None = None,
    ) -> Thing:
        """Make an object; what stands in the form anyway is not kept."""
        template = shapes.TEMPLATES.get(kind, {})
        return self.store.insert(
            Thing(
                new_id(prefix),
                kind,
                self.live,
                account or self.account,
                int(self.now),
                {
                    name: value
                    for name, value in fields.items()
                    if name not in template or template[name] != value
                },
                ref1,
                ref2,
            )
        )

    def find(self, kind: str, id: str, *, param: str | None = None, account: str | None = None) -> Thing:
        """Return an object of this world and account. `param`: the parameter it was named in, if any."""
        thing = self.store.get(id)
        if thing is not None and thing.kind == kind and thing.account == (account or self.account):
            if thing.live == self.live:
                return thing
            ours, theirs = ("live", "test") if self.live else ("test", "live")
            hint = f"; a similar object exists in {theirs} mode, but a {ours} mode key was used to make this request."
        else:
            hint = ""
        raise no_such(kind, id, param or PARAM_OF.get(kind, "id"), status=400 if param else 404, hint=hint)

    def change(self, thing: Thing, **fields: Any) -> dict[str, Any]:
        """Change fields of an object; return what they were, as events tell it."""
        template = shapes.TEMPLATES.get(thing.kind, {})
        before = {
            name: thing.fields.get(name, template.get(name))
            for name, value in fields.items()
            if thing.fields.get(name, template.get(name)) != value
        }
        thing.fields.update(fields)
        self.store.save(thing)
        return {name: value for name, value in before.items() if name[0] != shapes.HIDDEN}

    def emit(
        self, type: str, thing: Thing, *, previous: dict[str, Any] | None = None, account: str | None = None
    ) -> None:
        """Tell of something as it is now. `account`: whose it is, if not the present one's."""
        owner = account or self.account
        fields: dict[str, Any] = {
            "type": type,
            "about": [thing.id, thing.kind, thing.created, thing.fields],
            "request": [self.request_id, self.key],
        }
        if previous is not None:
            fields["previous"] = previous
        event = self.store.insert(
            Thing(new_id("evt"), "event", self.live, owner, int(self.now), fields, type)
        )
        self._plan_deliveries(event, type, is_thin=False)

    def emit_thin(self, type: str, thing: Thing, *, changes: dict[str, Any] | None = None) -> None:
        """Tell of something by its address only, as the v2 resources do."""
        fields = {
            "type": type,
            "related": {"id": thing.id, "type": "v2.core.account", "url": f"/v2/core/accounts/{thing.id}"},
            "at": self.now,
            "changes": changes,
            "request": [self.request_id, self.key],
        }
        event = self.store.insert(
            Thing(new_id("evt"), "v2.core.event", self.live, self.desk.platform, int(self.now), fields, type)
        )
        self._plan_deliveries(event, type, is_thin=True)

    def plan(self, after: float, name: str, about: str) -> None:
        """Let something happen later."""
        self.store.plan(self.now + after, name, about)
        self.desk.has_new_tasks = True

    def shown(self, thing: Thing) -> dict[str, Any]:
        return shapes.shown(thing)

    def _plan_deliveries(self, event: Thing, type: str, *, is_thin: bool) -> None:
        is_connect = event.account != self.desk.platform
        for endpoint in self.desk.hooks.takers(type, live=self.live, is_connect=is_connect, is_thin=is_thin):
            self.desk.outbox.append((self.store.deliver(event.id, endpoint, self.now), event))
