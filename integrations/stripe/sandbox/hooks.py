"""Who is told of what: the endpoints of both generations, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.stripe.sandbox import times
from integrations.stripe.sandbox.store import Store
from integrations.stripe.sandbox.things import Thing

KINDS = ("webhook_endpoint", "v2.core.event_destination")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One receiver of events. `secrets`: newest first, with the second until which each is used."""

    id: str
    url: str
    live: bool
    is_connect: bool
    """Whether it is told of the connected accounts' events, or of the platform's own."""
    is_thin: bool
    types: frozenset[str]
    secrets: tuple[tuple[str, float | None], ...]

    def signing_secrets(self, now: float) -> list[str]:
        return [secret for secret, until in self.secrets if until is None or until > now]


class Hooks:
    """All enabled endpoints."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_id: dict[str, Endpoint] = {}
        self._takers: dict[tuple[str, bool, bool, bool], list[str]] = {}
        self.read()

    def read(self) -> None:
        """Read them anew, after one has changed."""
        self._by_id = {
            thing.id: _endpoint(thing)
            for kind in KINDS
            for thing in self._store.all_of(kind)
            if thing.fields.get("status", "enabled") == "enabled"
        }
        self._takers.clear()

    def get(self, id: str) -> Endpoint | None:
        return self._by_id.get(id)

    def takers(self, type: str, *, live: bool, is_connect: bool, is_thin: bool) -> Sequence[str]:
        """Return the ids of those who want to be told."""
        question = (type, live, is_connect, is_thin)
        if question not in self._takers:
            self._takers[question] = [
                each.id
                for each in self._by_id.values()
                if each.live == live
                and each.is_thin == is_thin
                and (each.is_connect == is_connect or is_thin)
                and (type in each.types or "*" in each.types)
            ]
        return self._takers[question]


def rolled(
    secrets: Sequence[tuple[str, float | None]], new: str, *, old_for: float
) -> list[tuple[str, float | None]]:
    """Return the secrets after a rotation: the newest of the old ones is used `old_for` seconds more."""
    until = times.now() + old_for
    return [(new, None), *((secret, until) for secret, _ in secrets[:1] if old_for > 0)]


def _endpoint(thing: Thing) -> Endpoint:
    fields = thing.fields
    return Endpoint(
        thing.id,
        fields["url"] if thing.kind == "webhook_endpoint" else fields["_url"],
        thing.live,
        fields.get("_connect", False),
        fields.get("_thin", False),
        frozenset(fields.get("enabled_events", ["*"])),
        tuple((secret, until) for secret, until in fields["_secrets"]),
    )
