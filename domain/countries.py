"""Countries (ISO 3166-1) and their time zones (IANA), and what people write for them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from domain.geography import Point, distance, is_in_country
from domain.texts import folded

SOURCE = Path(__file__).parent / "reference" / "countries.json"


@dataclass(frozen=True, slots=True)
class Country:
    """A country, what it is called, and its zones with their reference points."""

    code: str
    alpha3: str
    names: tuple[str, ...]
    zones: dict[str, Point]


@cache
def countries() -> dict[str, Country]:
    """Return every country by its code of two letters."""
    return {
        code: Country(
            code,
            each["alpha3"],
            tuple(each["names"]),
            {zone: Point(*point) for zone, point in each["zones"].items()},
        )
        for code, each in json.loads(SOURCE.read_text("utf-8")).items()
    }


@cache
def _codes() -> dict[str, str]:
    """Return the code of everything a country may be called, folded."""
    found: dict[str, str] = {}
    for code, country in countries().items():
        for name in (*country.names, country.alpha3, code):
            found[folded(name)] = code
    return found


def country_of(text: str) -> str | None:
    """Return the code of what a person wrote: `italia`, `ITA`, `it` are IT; None where it is no country."""
    return _codes().get(folded(text))


@cache
def time_zones() -> frozenset[str]:
    """Return the IANA zones that are places, and UTC; not the fixed offsets, whose signs are read wrongly."""
    places = {each for each in available_timezones() if "/" in each and not each.startswith("Etc/")}
    return frozenset(places | {"UTC"})


@cache
def _zone_names() -> dict[str, str]:
    named: dict[str, str] = {}
    # A place alone may name two zones; the one of a country's own list is meant.
    for zone in sorted(time_zones()):
        named.setdefault(folded(zone.rpartition("/")[2]), zone)
    for country in countries().values():
        for zone in country.zones:
            named[folded(zone.rpartition("/")[2])] = zone
    return named | {folded(zone): zone for zone in sorted(time_zones())}


def zone_of(text: str) -> str | None:
    """Return the zone of what a person wrote: `europe rome` and `Rome` are Europe/Rome."""
    return _zone_names().get(folded(text))


def nearest_zone(country: str, point: Point | None) -> str | None:
    """Return the country's zone whose reference point is nearest; without a point only where there is but one."""
    zones = countries()[country].zones if country in countries() else {}
    if point is None:
        return next(iter(zones)) if len(zones) == 1 else None
    return min(zones, key=lambda zone: distance(zones[zone], point), default=None)


AROUND = 100_000.0
"""Metres from a zone's reference point that are still its country: islands that the borders leave out."""


def lies_in(country: str, point: Point) -> bool:
    """Tell whether a point can be in a country; also where nothing is known that speaks against it."""
    zones = countries()[country].zones.values() if country in countries() else ()
    is_in = is_in_country(country, point)
    if is_in or any(distance(each, point) <= AROUND for each in zones):
        return True
    return is_in is None and not zones
