"""Cancelling what was bought: which units come back, and how much of the price with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.cancellation import WHOLE_BPS
from domain.errors import Refusal
from domain.splits import allocate


@dataclass(frozen=True, slots=True)
class NothingToCancel(Refusal):
    """Every unit that was named was cancelled or used before."""

    code: ClassVar[str] = "NOTHING_TO_CANCEL"
    order_id: str

    @property
    def message(self) -> str:
        return "There is nothing left of this booking that could be cancelled."


def shares_of(paid_minor: int, prices: Sequence[int]) -> list[int]:
    """Divide what was paid among the units, in their order, by their prices; the sum is what was paid.

    So parts that are cancelled one after the other give back together what all of them at once would.
    """
    return allocate(paid_minor, prices)


def refund_of(shares: Sequence[int], *, refund_bps: int) -> int:
    """Return what comes back for units with these shares of what was paid; each is rounded down."""
    return sum(share * refund_bps // WHOLE_BPS for share in shares)
