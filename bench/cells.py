"""What is measured: every cell is one kind of work, through one door, at one load."""

from dataclasses import dataclass
from enum import StrEnum

CONNECTIONS = (1, 16, 64)
WIDE = (64, 128)
"""On two api processes."""


class Act(StrEnum):
    """What a caller does over and over. CHECKOUT is a hold and its activation."""

    AVAILABILITY = "availability"
    HOLD = "hold"
    CHECKOUT = "checkout"


class Door(StrEnum):
    """How it is asked for."""

    REST = "REST"
    GRAPHQL = "GraphQL"


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the table. `is_hot`: everybody wants the same product; else they are spread over many."""

    act: Act
    door: Door
    is_hot: bool
    connections: int
    workers: int

    @property
    def name(self) -> str:
        where = "hot" if self.is_hot else "spread"
        return f"{self.act} {self.door} {where}, {self.connections} connections, {self.workers} workers"


def plan(*, is_full: bool) -> list[Cell]:
    """Return the cells in the order of their measuring: those of one worker first.

    The short plan leaves out what the others tell already; the full one has every combination.
    """
    if is_full:
        return [
            Cell(act, door, is_hot, connections, workers)
            for workers in (1, 2)
            for door in Door
            for act in Act
            for is_hot in (True, False)
            for connections in CONNECTIONS
        ]
    rest = [
        Cell(act, Door.REST, is_hot, connections, 1)
        for act in Act
        for is_hot in (True, False)
        for connections in CONNECTIONS
    ]
    graphql = [Cell(act, Door.GRAPHQL, is_hot=True, connections=16, workers=1) for act in Act]
    wide = [
        Cell(act, Door.REST, is_hot, connections, 2)
        for connections in WIDE
        for act in Act
        for is_hot in (True, False)
    ]
    return [*rest, *graphql, *wide]
