"""Texts of cells read as values: numbers as five languages write them, truths, times, lists, words for choices."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from domain.currencies import currency_of
from domain.properties import Amenity, CancellationPolicy, PropertyType
from domain.property_texts import NO, YES
from domain.rules.readings import aliases
from domain.texts import folded

NUMBER = re.compile(r"[-+]?[0-9][0-9.,'’ \xa0\u202f]*|[-+]?[.,][0-9]+")
PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
TIME = re.compile(
    r"(?:ab |from |da |dalle |desde |a partir de |bis |until |fino a |hasta )?"
    r"([0-9]{1,2})(?:(?::|\.|h)([0-9]{2})?(?::[0-9]{2})?)?\s*(am|pm|a\.m\.|p\.m\.|uhr|h|hs|horas|ore)?",
    re.IGNORECASE,
)
DEGREES = re.compile(
    r"([0-9]{1,3})\s*°\s*([0-9]{1,2})\s*[′']\s*([0-9.,]+)?\s*[″\"]?\s*([NSEWO])", re.IGNORECASE
)
STARS = re.compile(r"[*★⭐]+")
SPLIT = re.compile(r"[;|\n]|,(?![0-9])")
TICKS = {
    "✓": True,
    "✔": True,
    "☑": True,
    "ok": True,
    "t": True,
    "✗": False,
    "✘": False,
    "☐": False,
    "f": False,
    "-": False,
}
ADDRESSES = re.compile(r"https?://[^\s;,|\"'<>]+")


def number_of(text: str, *, decimal: str | None = None) -> Decimal | None:
    """Read a number as it is written in five languages; None for anything else.

    `decimal` is the column's own decimal mark, where other cells show it. Without it one mark with exactly three
    digits behind it parts thousands: `1.250` and `1,250` are 1250, `12,5` and `12.50` are not.
    """
    text = text.strip().replace("\xa0", " ")
    if PLAIN.fullmatch(text) and decimal != ",":
        return Decimal(text)
    if not NUMBER.fullmatch(text):
        return None
    digits = re.sub(r"[ '’\u202f]", "", text)
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        mark = "." if point > comma else ","
    else:
        mark = "." if point >= 0 else ","
        only = max(point, comma)
        if decimal is None and only >= 0 and _parts_thousands(digits, mark):
            mark = "," if mark == "." else "."
        elif (decimal is not None and digits.count(mark) > 1) or (
            decimal is not None and only >= 0 and mark != decimal and _parts_thousands(digits, mark)
        ):
            mark = decimal
    digits = digits.replace("," if mark == "." else ".", "").replace(mark, ".")
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _parts_thousands(digits: str, mark: str) -> bool:
    first, *groups = digits.lstrip("+-").split(mark)
    return bool(groups) and 1 <= len(first) <= 3 and first != "0" and all(len(group) == 3 for group in groups)


def decimal_mark(texts: Iterable[str]) -> str | None:
    """Return the decimal mark that cells of one column show beyond doubt; None where none does, or both do."""
    shown = set()
    for text in texts:
        found = NUMBER.search(text.strip())
        if found is None:
            continue
        digits = re.sub(r"[ \xa0'’\u202f]", "", found[0])
        point, comma = digits.rfind("."), digits.rfind(",")
        if point >= 0 and comma >= 0:
            shown.add("." if point > comma else ",")
        elif max(point, comma) >= 0:
            mark = "." if point >= 0 else ","
            if digits.count(mark) == 1 and not _parts_thousands(digits, mark):
                shown.add(mark)
    return shown.pop() if len(shown) == 1 else None


def amount_of(text: str, *, decimal: str | None = None) -> tuple[Decimal, str | None] | None:
    """Read an amount with the currency beside it, if there is one: `€ 1.250,50`, `60.0`, `90 EUR`; None for no amount."""
    found = NUMBER.search(text)
    if found is None:
        return None
    number = number_of(found[0].rstrip(" .,'’\xa0"), decimal=decimal)
    if number is None:
        return None
    beside = (text[: found.start()] + " " + text[found.end() :]).strip().strip("-–—. ").strip()
    first = next(iter(beside.split("/")[0].split()), "")
    return number, currency_of(first) if first else None


def degrees_of(text: str, *, decimal: str | None = None) -> float | None:
    """Read a latitude or longitude: `40.45724`, `40,45724`, `3°40'12"W`; None for anything else."""
    text = text.strip()
    if found := DEGREES.fullmatch(text):
        whole, minutes, seconds, side = found.groups()
        value = int(whole) + int(minutes) / 60 + float((seconds or "0").replace(",", ".")) / 3600
        return round(-value if side.upper() in "SWO" else value, 7)
    # A degree has no thousands.
    number = number_of(text, decimal="," if "," in text and "." not in text else decimal or ".")
    return None if number is None else float(number)


def flag_of(text: str) -> bool | None:
    """Read yes or no in five languages, or a tick; None for anything else."""
    word = text.strip()
    if word in TICKS:
        return TICKS[word]
    word = folded(word)
    return True if word in YES else False if word in NO else None


def time_of(text: str) -> str | None:
    """Read a time of day as `HH:MM`: `3 pm`, `15h`, `15.00 Uhr`, `ab 14:00`; None for anything else."""
    found = TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2] or 0)
    half = (found[3] or "").lower().replace(".", "")
    if half in {"am", "pm"}:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None


def stars_of(text: str) -> float | None:
    """Read a number of stars: `4`, `4*`, `★★★★`, `4 stelle`; None for anything else."""
    text = text.strip()
    if STARS.fullmatch(text):
        return float(len(text))
    number = number_of(re.sub(r"[*★⭐a-zA-ZéÉ\s]+$", "", text), decimal="," if "," in text else ".")
    return None if number is None else float(number)


def type_of(text: str) -> PropertyType | None:
    """Read a kind of house by its name in five languages; None for a word we do not know."""
    known = aliases("type").get(folded(text))
    return PropertyType(known) if known else None


def cancellation_of(text: str) -> CancellationPolicy | None:
    """Read a policy by its name in five languages; None for a word we do not know."""
    known = aliases("cancellation").get(folded(text))
    return CancellationPolicy(known) if known else None


def amenity_of(text: str) -> Amenity | None:
    """Read an amenity by its name in five languages; None for a word we do not know."""
    known = aliases("amenities").get(folded(text))
    return Amenity(known) if known else None


def amenities_of(text: str) -> tuple[list[Amenity], list[str]]:
    """Read a list of amenities: what is known of it, in the order of the text, and the words that are not."""
    known: list[Amenity] = []
    unknown = []
    for word in listed(text.strip().strip("{}[]()")):
        amenity = amenity_of(word.strip("\"' "))
        if amenity is None:
            unknown.append(word.strip("\"' "))
        elif amenity not in known:
            known.append(amenity)
    return known, unknown


def listed(text: str) -> list[str]:
    """Part a list in one cell: by semicolons, bars, line breaks or commas."""
    return [each.strip() for each in SPLIT.split(text) if each.strip()]


def links_of(text: str) -> list[str]:
    """Return the web addresses of a cell."""
    return list(dict.fromkeys(ADDRESSES.findall(text)))


def joined(texts: Sequence[str], *, by: str = " ") -> str:
    """Put several cells into one text: empty ones leave no trace."""
    return by.join(each.strip() for each in texts if each.strip())
