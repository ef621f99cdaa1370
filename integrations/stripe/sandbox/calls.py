"""One call as the resources see it."""

from dataclasses import dataclass
from typing import Any

from integrations.stripe.sandbox.parameters import Parameters
from integrations.stripe.sandbox.things import Thing
from integrations.stripe.sandbox.worlds import World


@dataclass(slots=True)
class Call:
    """`ids`: those in the address, from left to right."""

    world: World
    parameters: Parameters
    ids: tuple[str, ...]
    path: str
    client_secret: str | None = None
    """Of a caller with a publishable key, who may touch this one payment only."""


Answer = Thing | dict[str, Any]
"""What a resource answers: an object, or a form that is ready."""
