"""What a person may have meant by what can not be taken as it is."""

import json
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from domain.countries import countries, lies_in
from domain.geography import Point
from domain.texts import folded

SOURCE = Path(__file__).parent / "aliases.json"
CLOSE = 0.8
"""How alike a misspelling and its word are, of 1."""

DEGREES = re.compile(
    r"""\s*(?P<before>[NSEWO])?\s*(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*[°º]\s*
    (?:(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*['’′]\s*)?(?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|'')\s*)?
    (?P<after>[NSEWO])?\s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
CLOCK = re.compile(
    r"\s*(\d{1,2})\s*(?:[:.h]\s*(\d{2})?)?(?::\d{2})?\s*(?:h|uhr|ore)?\s*([ap]\.?\s*m\.?)?\s*",
    re.IGNORECASE | re.ASCII,
)


@cache
def aliases(kind: str) -> dict[str, str]:
    """Return the member of everything it may be called, folded. `kind`: type, cancellation, amenities."""
    found: dict[str, str] = {}
    for member, names in json.loads(SOURCE.read_text("utf-8"))[kind].items():
        found |= {folded(name): member for name in (*names, member)}
    return found


def member_of(kind: str, text: str) -> str | None:
    """Return the member that was meant: `Albergo`, `Hotle` are HOTEL; None where it is anybody's guess."""
    return _close(text, aliases(kind))


def country_like(text: str) -> str | None:
    """Return the country of a misspelled name."""
    return _close(text, _country_names()) if len(text) > 3 else None


@cache
def _country_names() -> dict[str, str]:
    return {folded(name): country.code for country in countries().values() for name in country.names}


def _close(text: str, names: dict[str, str]) -> str | None:
    said = folded(text[:100])
    if said in names:
        return names[said]
    found = get_close_matches(said, names, n=1, cutoff=CLOSE)
    return names[found[0]] if found else None


def time_of(text: str) -> str | None:
    """Return a time of day as `HH:MM`: `3 pm`, `15h`, `9.30`."""
    found = CLOCK.fullmatch(text[:20])
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3].lower().startswith("p") else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def degrees_of(text: str) -> float | None:
    """Return the decimal degrees of `41°54'10"N`; south and west (W, O of ovest, oeste, ouest) are negative."""
    found = DEGREES.fullmatch(text[:60])
    if not found:
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")]
    side = (found["before"] or found["after"] or "").upper()
    degrees = round(parts[0] + parts[1] / 60 + parts[2] / 3600, 6)
    return -degrees if side in ("S", "W", "O") else degrees


def stars_of(text: str) -> float | None:
    """Return the number of stars drawn: `★★★★`, `****`."""
    drawn = text.strip()
    return float(len(drawn)) if 0 < len(drawn) <= 5 and set(drawn) <= set("*★⭐") else None


def likely_point(country: str | None, latitude: float, longitude: float) -> Point | None:
    """Return where a place that is not in its country was meant to be; without a country only on earth.

    The two were swapped, a minus was forgotten, or the point was lost on the way through a spreadsheet.
    """
    for point in _candidates(latitude, longitude, is_placed=country is not None):
        if point.is_on_earth and (country is None or lies_in(country, point)):
            return point
    return None


def _candidates(latitude: float, longitude: float, *, is_placed: bool) -> Iterator[Point]:
    yield Point(longitude, latitude)
    if not is_placed:
        # Any number is on earth with some sign and point.
        return
    for up, right in ((1, -1), (-1, 1), (-1, -1)):
        yield Point(up * latitude, right * longitude)
        yield Point(right * longitude, up * latitude)
    for degrees in _scaled(latitude, 90):
        for aside in _scaled(longitude, 180):
            yield Point(degrees, aside)


def _scaled(number: float, most: int) -> Collection[float]:
    """Return what a number without its point may have been."""
    if abs(number) <= most:
        return (number,)
    digits = (number / 10**power for power in range(1, 12))
    return [each for each in digits if 0.1 <= abs(each) <= most]
