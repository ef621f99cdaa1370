"""One level of a statement: a type's objects over the rows of a table, and the holes only Python can fill."""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType
from sqlalchemy import FromClause, String, cast, func, literal_column

from db.questions import Outer
from executor.columns import Columns
from executor.running import Step
from executor.texts import Part

ROW, HOLE, END = "\x01", "\x02", "\x04"
"""`ROW level json END` carries a row, `HOLE number END` is to be filled; JSON has none of these characters."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A field to be filled in by its column, for the rows of a level."""

    level: int
    column: Step


@dataclass(slots=True, eq=False)
class Level:
    """Objects of a type, one for each row of a table."""

    number: int
    graph_type: GraphQLObjectType
    model: type
    table: FromClause
    holes: list[Hole]
    """Of the whole statement; a hole's place in it is its number."""
    row: Columns = field(init=False)
    has_holes: bool = False

    def __post_init__(self) -> None:
        self.row = Columns(self.model, self.table)

    def outer(self, column: Outer) -> Any:
        """Return what a read nested in this level takes of its rows."""
        return getattr(self.row, column.name)

    def hole(self, column: Step) -> Part:
        """Leave a hole for a column of Python's."""
        self.has_holes = True
        self.holes.append(Hole(self.number, column))
        return f"{HOLE}{len(self.holes) - 1}{END}"

    def carried(self) -> list[Part]:
        """Return the row itself, where there are holes to be filled from it."""
        if not self.has_holes:
            return []
        whole = func.row_to_json(literal_column(self.table.name))  # type: ignore[attr-defined] # an alias of ours
        return [f"{ROW}{self.number} ", cast(whole, String), END]
