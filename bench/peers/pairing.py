"""Cells, and what they tell together: everything is compared within a round, seconds apart, and never across."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.peers.servers import Server


@dataclass(frozen=True, slots=True)
class Cell:
    """One server under one operation for some seconds. CPU in milliseconds a call, of whole process trees."""

    server: Server
    operation: str
    round: int
    calls: int
    per_second: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    postgres_cpu_ms: float
    load_share: float
    """Of one core, taken by the load itself."""
    others_share: float
    """Of one core, taken by all that has no part in the cell."""
    failures: dict[str, int]

    @property
    def cpu_ms(self) -> float:
        """Server and PostgreSQL together."""
        return self.server_cpu_ms + self.postgres_cpu_ms


Figure = Callable[[Cell], float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours by another's, round by round: the median, and the lowest and the highest of them."""

    median: float
    lowest: float
    highest: float


def rotation(servers: Sequence[Server], number: int) -> list[Server]:
    """Return the order of a round: there and back again, so that nobody always has the same neighbor."""
    return list(servers) if number % 2 == 0 else list(reversed(servers))


def ratio(cells: Iterable[Cell], operation: str, other: Server, figure: Figure) -> Ratio | None:
    """Pair ours with another's; None where there is no round with both, or nothing to divide by."""
    by_round: dict[int, dict[Server, float]] = {}
    for cell in cells:
        if cell.operation == operation:
            by_round.setdefault(cell.round, {})[cell.server] = figure(cell)
    ratios = [
        figures[Server.OURS] / figures[other]
        for figures in by_round.values()
        if Server.OURS in figures and figures.get(other)
    ]
    return Ratio(median(ratios), min(ratios), max(ratios)) if ratios else None


def middle(cells: Iterable[Cell], operation: str, server: Server, figure: Figure) -> float | None:
    """Return the median of a figure over the rounds; None where nothing was measured."""
    figures = [figure(cell) for cell in cells if cell.operation == operation and cell.server is server]
    return median(figures) if figures else None
