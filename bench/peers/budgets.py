"""What we owe: figures of the same run, paired. A budget that is missed is told, not hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.peers.operations import OPERATIONS
from bench.peers.pairing import Cell, Figure, Ratio, ratio
from bench.peers.servers import Server


class What(StrEnum):
    """What is compared."""

    PER_SECOND = "req/s"
    CPU = "server + PG CPU"
    SERVER_CPU = "server CPU"

    @property
    def figure(self) -> Figure:
        return FIGURES[self]


FIGURES: dict[What, Figure] = {
    What.PER_SECOND: lambda cell: cell.per_second,
    What.CPU: lambda cell: cell.cpu_ms,
    What.SERVER_CPU: lambda cell: cell.server_cpu_ms,
}


@dataclass(frozen=True, slots=True)
class Budget:
    """Ours by another's: at least `bound` of requests a second, at most `bound` of CPU."""

    operation: str
    other: Server
    what: What
    bound: float

    @property
    def is_floor(self) -> bool:
        return self.what is What.PER_SECOND

    @property
    def words(self) -> str:
        sign = "≥" if self.is_floor else "≤"
        return f"`{self.operation}`: {self.what} {sign} {self.bound:g} × {self.other.label}"

    def holds(self, measured: float) -> bool:
        return measured >= self.bound if self.is_floor else measured <= self.bound


BUDGETS = (
    Budget("big", Server.MERCURIUS, What.PER_SECOND, 3.0),
    Budget("big", Server.POSTGRAPHILE, What.PER_SECOND, 3.0),
    Budget("big", Server.MERCURIUS, What.CPU, 0.6),
    Budget("small", Server.MERCURIUS, What.PER_SECOND, 1.2),
    Budget("small", Server.POSTGRAPHILE, What.PER_SECOND, 1.5),
    Budget("small", Server.YOGA, What.PER_SECOND, 1.5),
    *(Budget(operation.name, Server.LIMIT, What.SERVER_CPU, 1.25) for operation in OPERATIONS),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A budget, and what was measured."""

    budget: Budget
    measured: Ratio

    @property
    def is_met(self) -> bool:
        return self.budget.holds(self.measured.median)


def judge(cells: Sequence[Cell]) -> list[Verdict]:
    """Judge every budget that was measured."""
    verdicts = []
    for budget in BUDGETS:
        measured = ratio(cells, budget.operation, budget.other, budget.what.figure)
        if measured is not None:
            verdicts.append(Verdict(budget, measured))
    return verdicts
