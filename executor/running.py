"""What one execution of a compiled operation carries, and the steps it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from executor.variables import Variables
from permissions.viewer import Viewer


@dataclass(slots=True)
class Asking:
    """What a resolver is given for `info`: ours look at nothing but the context."""

    context: Any


@dataclass(slots=True)
class Run:
    """One execution: whose, with which variables."""

    context: Any
    """The operation's surroundings (`resolvers/context.py`)."""
    info: Asking
    variables: Variables

    @property
    def viewer(self) -> Viewer:
        viewer: Viewer = self.context.viewer
        return viewer

    @property
    def now(self) -> datetime:
        now: datetime = self.context.now
        return now


@dataclass(frozen=True, slots=True)
class Step:
    """Something done to all values of a level at once; `run` returns a list, or an awaitable one."""

    run: Any
    is_async: bool = False

    async def arrive(self, values: Sequence[Any], run: Run) -> list[Any]:
        """Do it, waiting where it must."""
        done: Any = self.run(values, run)
        result: list[Any] = await done if self.is_async else done
        return result
