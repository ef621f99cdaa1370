"""Faults on demand: what a caller must be able to live with."""

import random
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from integrations.stripe.sandbox.errors import invalid_parameter


@dataclass(slots=True)
class Faults:
    """Shares are of all calls, 0 to 1; what is zero does not happen."""

    error_before: float = 0.0
    """Answered 500, and nothing was done."""
    error_after: float = 0.0
    """Answered 500, but it was done: a repetition with the same key gets the true answer."""
    reset_before: float = 0.0
    """The connection is cut, and nothing was done."""
    reset_after: float = 0.0
    """The connection is cut, but it was done."""
    rate_limited: float = 0.0
    """Answered 429."""
    latency_ms: float = 0.0
    latency_jitter_ms: float = 0.0
    webhook_twice: float = 0.0
    webhook_shuffled: float = 0.0
    """Held back for up to `shuffle_ms`, so that later ones come first."""
    webhook_dropped: float = 0.0
    """Never sent at its first try, and sent at the second."""
    shuffle_ms: float = 200.0
    only: str = ""
    """Calls whose path begins so; empty: all."""
    seed: int = 0
    _random: random.Random = field(default_factory=lambda: random.Random(0), repr=False)  # noqa: S311

    def change(self, values: dict[str, Any]) -> None:
        """Set some of them; the others stay. Refuses what is none."""
        names = {each.name: each.type for each in fields(self) if each.name[0] != "_"}
        for name, value in values.items():
            if name not in names:
                raise invalid_parameter(f"There is no fault named {name}.", name)
            if name == "only":
                self.only = str(value)
            elif isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
                setattr(self, name, int(value) if name == "seed" else float(value))
            else:
                raise invalid_parameter(f"{name} is a number from 0 on.", name)
        if "seed" in values:
            self._random = random.Random(self.seed)  # noqa: S311 - faults must be repeatable

    def clear(self) -> None:
        """Let everything work again."""
        for each in fields(self):
            if each.name[0] != "_":
                setattr(self, each.name, each.default)

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name[0] != "_"}

    def happens(self, share: float) -> bool:
        return share > 0 and self._random.random() < share

    def of_call(self, path: str) -> str | None:
        """Return which fault this call meets, if any."""
        total = (
            self.error_before + self.error_after + self.reset_before + self.reset_after + self.rate_limited
        )
        if total <= 0 or not path.startswith(self.only):
            return None
        drawn = self._random.random()
        for name in ("error_before", "error_after", "reset_before", "reset_after", "rate_limited"):
            drawn -= getattr(self, name)
            if drawn < 0:
                return name
        return None

    def latency(self, path: str) -> float:
        """Return how many seconds this call is kept waiting."""
        if self.latency_ms + self.latency_jitter_ms <= 0 or not path.startswith(self.only):
            return 0.0
        return (self.latency_ms + self._random.random() * self.latency_jitter_ms) / 1000

    def hold_back(self) -> float:
        """Return how many seconds a delivery is held back."""
        return self._random.random() * self.shuffle_ms / 1000 if self.happens(self.webhook_shuffled) else 0.0
