"""Amounts of money: integers in minor units with their ISO-4217 currency."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from domain.errors import Refusal, Refused

EXPONENTS: dict[str, int] = {
    "AUD": 2,
    "CHF": 2,
    "CNY": 2,
    "EUR": 2,
    "GBP": 2,
    "HKD": 2,
    "JPY": 0,
    "KWD": 3,
    "SGD": 2,
    "USD": 2,
}
"""The currencies offered, with their number of decimals (ISO 4217 list one, 2026-01)."""

LONGEST_AMOUNT = 12
"""Digits before the point: in minor units it fits a BIGINT, and a browser's number."""


@dataclass(frozen=True, slots=True)
class CurrencyMismatch(Refusal):
    """Two currencies met where one is needed: per package, booking and journal entry there is one."""

    code: ClassVar[str] = "CURRENCY_MISMATCH"
    expected: str
    found: str

    @property
    def message(self) -> str:
        return f"Everything here is in {self.expected}; {self.found} can not be mixed in."


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`Money(18800, "HKD")` is HKD 188.00."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in major units with all its decimals: 188.00, never 188."""
        return Decimal(self.minor).scaleb(-EXPONENTS[self.currency])

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts. Refuses: CurrencyMismatch."""
        if other.currency != self.currency:
            raise Refused(CurrencyMismatch(expected=self.currency, found=other.currency))
        return Money(self.minor + other.minor, self.currency)

    def times(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)


def from_amount(amount: Decimal, currency: str) -> Money | None:
    """Return the money of a decimal amount, or None if the currency can not write it, or nobody can pay it."""
    if not amount.is_finite() or amount.adjusted() >= LONGEST_AMOUNT:
        return None
    minor = amount.scaleb(EXPONENTS[currency])
    return Money(int(minor), currency) if minor == minor.to_integral_value() else None
