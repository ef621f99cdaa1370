"""What each party gives back of a sale that is refunded, in parts or as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain.errors import Refusal
from domain.splits import allocate


def refund_legs(legs: Sequence[tuple[int, int]], refund_minor: int) -> list[int]:
    """Return what each leg, (its amount, refunded so far), gives back now; the sum is the refund.

    Pro rata to what is left of each, by largest remainder: no leg gives back more than that, and a refund of all
    that is left leaves nothing. A negative leg (a coupon the platform paid for) gives back negative amounts.
    """
    left = [amount - refunded for amount, refunded in legs]
    total = sum(left)
    if not 0 <= refund_minor <= total:
        raise ValueError("more is given back than is left")
    if refund_minor == total:
        return left
    return allocate(refund_minor, left)


@dataclass(frozen=True, slots=True)
class RefundTooLarge(Refusal):
    """More was to be refunded than is left of what was paid."""

    code: ClassVar[str] = "REFUND_TOO_LARGE"
    left_minor: int
    currency: str

    @property
    def message(self) -> str:
        return f"At most {self.left_minor} minor units of {self.currency} are left to be refunded."


@dataclass(frozen=True, slots=True)
class NotFailed(Refusal):
    """Only what the provider refused is asked for again."""

    code: ClassVar[str] = "NOT_FAILED"
    current_status: str

    @property
    def message(self) -> str:
        return f"It has not failed: it is {self.current_status}."
