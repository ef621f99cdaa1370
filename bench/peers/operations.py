"""What everybody is asked: nine operations over one graph, and the same nine in PostGraphile's own words."""

from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).with_name("operations")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. Its text is `operations/<name>.graphql`."""

    name: str
    tells: str
    """What it is there for, as a reader of the table wants to know it."""
    keys: int
    """How many different variables it is asked with, in turn: no answer is that of the call before."""

    @property
    def text(self) -> str:
        return (TEXTS / f"{self.name}.graphql").read_text(encoding="utf-8")

    @property
    def postgraphile_text(self) -> str:
        return (TEXTS / "postgraphile" / f"{self.name}.graphql").read_text(encoding="utf-8")


OPERATIONS = (
    Operation("big", "50 packages, the partner and 3 items of each", 40),
    Operation("small", "one reservation by its id, with its reseller", 400),
    Operation("deep", "10 orders, their tickets, of each its entitlements, product, partner and items", 40),
    Operation("wide", "50 orders with every scalar column", 40),
    Operation("nulls", "50 open holds, most of whose columns and relations are null", 40),
    Operation("counted", "25 calls by two filters, with edges, cursors and the number of all", 40),
    Operation("node", "`node(id:)` on three types", 402),
    Operation("empty", "a page with nothing on it", 400),
    Operation("hundred_by_twenty", "100 packages with 20 items each", 12),
)
