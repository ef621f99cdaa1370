"""Sponsored placement: what a place costs, how long a budget lasts, and how it is told from other hits."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import InvalidInput, Refusal, Refused

MOST_PLACES = 2
"""Sponsored hits beside one page of search."""
MOST_MINOR = 1_000_000_000
CAPS = range(1, 101)
MOST_ACTIVE = 20
"""Active sponsorships of one partner in one environment."""


class SponsorshipStatus(StrEnum):
    """An ACTIVE one is placed on its days while its budget lasts."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"


class ChargedBy(StrEnum):
    """What costs: being seen, or being opened."""

    VIEW = "VIEW"
    CLICK = "CLICK"


@dataclass(frozen=True, slots=True)
class AlreadySponsored(Refusal):
    """The package has an active sponsorship already."""

    code: ClassVar[str] = "ALREADY_SPONSORED"
    hint: ClassVar[str | None] = "Pause the other one first."
    package_id: str

    @property
    def message(self) -> str:
        return f"The package {self.package_id} has an active sponsorship already."


@dataclass(frozen=True, slots=True)
class SponsorshipLimit(Refusal):
    """The partner has as many active sponsorships as it may have."""

    code: ClassVar[str] = "SPONSORSHIP_LIMIT"
    hint: ClassVar[str | None] = "Pause one that is not needed any more."
    max: int

    @property
    def message(self) -> str:
        return f"A partner may have {self.max} active sponsorships in an environment."


def check_money(*, price_minor: int, daily_budget_minor: int) -> None:
    """Let a price and a budget pass that lasts for one view or click at least. Refuses: InvalidInput."""
    if not 0 < price_minor <= MOST_MINOR:
        raise Refused(
            InvalidInput("price", f"must be more than nothing, and at most {MOST_MINOR} minor units")
        )
    if not price_minor <= daily_budget_minor <= MOST_MINOR:
        raise Refused(
            InvalidInput("daily_budget", f"must be the price at least, and at most {MOST_MINOR} minor units")
        )


def check_days(starts_on: dt.date, ends_on: dt.date | None, *, today: dt.date) -> None:
    """Let days pass that are not over. Refuses: InvalidInput."""
    if starts_on < today:
        raise Refused(InvalidInput("starts_on", "must not lie in the past"))
    if ends_on is not None and ends_on < starts_on:
        raise Refused(InvalidInput("ends_on", "must not lie before `startsOn`"))


def check_cap(daily_cap: int) -> None:
    """Refuses: InvalidInput."""
    if daily_cap not in CAPS:
        raise Refused(InvalidInput("daily_cap", f"must be from {CAPS[0]} to {CAPS[-1]}"))
