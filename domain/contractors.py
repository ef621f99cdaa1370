"""Contractors: who looks for a partner, and what for."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import ClassVar
from zoneinfo import available_timezones

from domain.errors import InvalidInput, Refusal, Refused
from domain.partners import LANGUAGE, REGION


class ContractorSize(StrEnum):
    """How large a contractor is."""

    SOLO = "SOLO"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"


class Weekday(StrEnum):
    """A day of the week; `list(Weekday)[date.weekday()]` is a date's."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day, on the clock of a zone: from the beginning of one hour to the beginning of another."""

    from_hour: int
    to_hour: int


OFFICE_HOURS = Hours(9, 17)
WORKING_DAYS = tuple(list(Weekday)[:5])
CODE = re.compile(r"[A-Z][A-Z0-9_]{1,31}", re.ASCII)
MOST_CODES = 50
MOST_CONTRACTORS = 20
"""Of one person: who could make any number would fill the places of partners."""


@dataclass(frozen=True, slots=True)
class ContractorLimit(Refusal):
    """The person speaks for as many contractors as one may."""

    code: ClassVar[str] = "CONTRACTOR_LIMIT"
    hint: ClassVar[str | None] = "Change one of them with `updateContractor`, or erase one."
    max: int

    @property
    def message(self) -> str:
        return f"You speak for {self.max} contractors already."


def check_code(field: str, code: str) -> str:
    """Return a code in capitals: `BEACH_RESORTS`. Refuses: InvalidInput."""
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise Refused(InvalidInput(field, "must have 2 to 32 letters, digits and `_`, a letter first"))
    return code


def check_codes(field: str, codes: Sequence[str]) -> list[str]:
    """Return codes in capitals, each once. Refuses: InvalidInput."""
    if len(codes) > MOST_CODES:
        raise Refused(InvalidInput(field, f"must be {MOST_CODES} at most"))
    return list(dict.fromkeys(check_code(field, each) for each in codes))


def check_region(region: str) -> str:
    """Return a country of ISO 3166-1 or a subdivision of ISO 3166-2. Refuses: InvalidInput."""
    if not REGION.fullmatch(region):
        raise Refused(InvalidInput("region", "must be an ISO 3166 code: `IT`, `IT-25`"))
    return region


def check_spoken(languages: Sequence[str]) -> list[str]:
    """Return BCP-47 tags, one at least. Refuses: InvalidInput."""
    tags = list(dict.fromkeys(languages))
    if not 1 <= len(tags) <= MOST_CODES or not all(LANGUAGE.fullmatch(each) for each in tags):
        raise Refused(InvalidInput("languages", f"must be 1 to {MOST_CODES} BCP-47 tags: `it`, `zh-HK`"))
    return tags


def check_time_zone(time_zone: str) -> str:
    """Return a zone of the IANA database. Refuses: InvalidInput."""
    if time_zone not in _zones():
        raise Refused(InvalidInput("time_zone", "must be a zone of the IANA database: `Europe/Rome`"))
    return time_zone


def check_hours(from_hour: int, to_hour: int) -> Hours:
    """Return a part of the day. Refuses: InvalidInput."""
    if not 0 <= from_hour < to_hour <= 24:
        raise Refused(InvalidInput("preferred_hours", "must be from 0 to 24, the first before the last"))
    return Hours(from_hour, to_hour)


def check_days(days: Collection[Weekday]) -> list[Weekday]:
    """Return days in the order of the week, each once, one at least. Refuses: InvalidInput."""
    if not days:
        raise Refused(InvalidInput("preferred_days", "must be one at least"))
    return [each for each in Weekday if each in days]


@cache
def _zones() -> frozenset[str]:
    return frozenset(each for each in available_timezones() if "/" in each or each == "UTC")
