"""What the rules look at in one field."""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from domain.countries import countries, country_of, nearest_zone, time_zones, zone_of
from domain.currencies import currencies, currency_of
from domain.partners import LOCALES
from domain.properties import FIELDS, Amenity, PropertyField, is_empty
from domain.property_texts import CHOICES, read
from domain.rules.problems import Problem
from domain.rules.readings import country_like, degrees_of, likely_point, member_of, stars_of, time_of
from domain.rules.subject import Subject, has_shape, problem, tidy
from domain.rules.table import Kind, Rule
from domain.texts import LAYOUT

Check = Callable[[Rule, Subject], Iterable[Problem]]
DEGREES_OF = (PropertyField.LATITUDE, PropertyField.LONGITUDE)


def required(rule: Rule, subject: Subject) -> Iterator[Problem]:
    value = subject.given.get(rule.field)
    if is_empty(value) or (isinstance(value, str) and not value.strip()):
        yield problem(rule)


def shape(rule: Rule, subject: Subject) -> Iterator[Problem]:
    value = subject.given.get(rule.field)
    if is_empty(value) or has_shape(rule.field, value):
        return
    # A text of the form is read once more here; what an import could read is no text any more.
    meant = _meant(rule.field, value, subject) if isinstance(value, str) else None
    is_meant = meant is not None and has_shape(rule.field, meant)
    yield problem(
        rule,
        f"SHAPE_{FIELDS[rule.field].shape}",
        currency=subject.given.get(PropertyField.CURRENCY),
        corrections={rule.field: meant} if is_meant else {},
    )


def _meant(field: PropertyField, text: str, subject: Subject) -> Any:
    if field in DEGREES_OF and (degrees := degrees_of(text)) is not None:
        return degrees
    if field is PropertyField.STAR_RATING and (stars := stars_of(text)) is not None:
        return stars
    return read(field, text, currency=subject.given.get(PropertyField.CURRENCY))


def is_tidy(rule: Rule, subject: Subject) -> Iterator[Problem]:
    text = subject.get(rule.field)
    if text != tidy(text):
        yield problem(rule, corrections={rule.field: tidy(text)})


def printable(rule: Rule, subject: Subject) -> Iterator[Problem]:
    value = subject.get(rule.field)
    texts = value if isinstance(value, dict) else {"": value}
    allowed = LAYOUT if isinstance(value, dict) else frozenset[str](" \t\n\r")
    for path, text in texts.items():
        # The second look is a slow one; most texts need none.
        is_printable = text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
        if not is_printable and not all(each.isprintable() or each in allowed for each in text):
            cleaned = {
                path: "".join(each if each.isprintable() or each in allowed else " " for each in text).strip()
                for path, text in texts.items()
            }
            whole: Any = cleaned if isinstance(value, dict) else tidy(cleaned[""])
            yield problem(rule, path=path, corrections={rule.field: whole} if whole else {})
            return


def length(rule: Rule, subject: Subject) -> Iterator[Problem]:
    value = subject.get(rule.field)
    for path, text in (value if isinstance(value, dict) else {"": value}).items():
        if len(text) > rule.bounds:
            yield problem(rule, path=path, length=len(text), longest=rule.bounds)


def pattern(rule: Rule, subject: Subject) -> Iterator[Problem]:
    text = subject.text(rule.field)
    if not text or re.fullmatch(rule.bounds, text):
        return
    if rule.field is PropertyField.EXTERNAL_CODE:
        meant = re.sub(r"[|;\s]+", "-", text).strip("-") or None
        yield problem(rule, "PATTERN_CODE", corrections={rule.field: meant} if meant else {})
        return
    meant = time_of(text)
    yield problem(rule, "PATTERN_TIME", corrections={rule.field: meant} if meant else {})


def in_range(rule: Rule, subject: Subject) -> Iterator[Problem]:
    value, (least, most) = subject.get(rule.field), rule.bounds
    if least <= value <= most:
        return
    corrections: dict[PropertyField, Any] = {}
    if rule.field is PropertyField.STAR_RATING:
        corrections = {rule.field: float(max(least, min(most, value)))}
    elif rule.field in DEGREES_OF:
        latitude, longitude = (subject.get(each) for each in DEGREES_OF)
        known = subject.country if subject.country in countries() else None
        if latitude is not None and longitude is not None:
            point = likely_point(known, float(latitude), float(longitude))
            if point is not None:
                corrections = dict(zip(DEGREES_OF, (point.latitude, point.longitude), strict=True))
    yield problem(rule, least=least, most=most, corrections=corrections)


def step(rule: Rule, subject: Subject) -> Iterator[Problem]:
    value = subject.get(rule.field)
    if value % rule.bounds:
        yield problem(rule, corrections={rule.field: round(value / rule.bounds) * rule.bounds})


def choice(rule: Rule, subject: Subject) -> Iterator[Problem]:
    choices: type[StrEnum] = CHOICES[rule.field]
    value = subject.get(rule.field)
    if value in choices.__members__:
        return
    meant = member_of(rule.field.value, value)
    yield problem(
        rule,
        choices=", ".join(choices),
        corrections={rule.field: choices(meant)} if meant else {},
    )


def country(rule: Rule, subject: Subject) -> Iterator[Problem]:
    text = subject.get(rule.field)
    if text not in countries():
        meant = country_of(text) or country_like(text)
        yield problem(rule, corrections={rule.field: meant} if meant else {})


def currency(rule: Rule, subject: Subject) -> Iterator[Problem]:
    text = subject.get(rule.field)
    if text not in currencies():
        meant = currency_of(text, subject.country)
        yield problem(rule, corrections={rule.field: meant} if meant else {})


def time_zone(rule: Rule, subject: Subject) -> Iterator[Problem]:
    text = subject.get(rule.field)
    if text not in time_zones():
        meant = zone_of(text) or nearest_zone(subject.country or "", subject.point)
        yield problem(rule, corrections={rule.field: meant} if meant else {})


def locales(rule: Rule, subject: Subject) -> Iterator[Problem]:
    texts: dict[str, str] = subject.get(rule.field)
    unknown = sorted(set(texts) - set(LOCALES))
    if not unknown:
        return
    meant = {_locale_of(each): text for each, text in texts.items()}
    is_meant = len(meant) == len(texts) and set(meant) <= set(LOCALES)
    yield problem(
        rule,
        path=unknown[0],
        choices=", ".join(LOCALES),
        corrections={rule.field: meant} if is_meant else {},
    )


def _locale_of(tag: str) -> str:
    return re.split("[-_]", tag.strip().lower())[0]


def count(rule: Rule, subject: Subject) -> Iterator[Problem]:
    number = len(subject.get(rule.field))
    if number > rule.bounds:
        yield problem(rule, count=number, most=rule.bounds)


def amenities(rule: Rule, subject: Subject) -> Iterator[Problem]:
    """Find what is none; the suggestion leaves out what nobody knows."""
    given: list[str] = subject.get(rule.field)
    unknown = [position for position, each in enumerate(given) if each not in Amenity.__members__]
    if unknown:
        meant = [each if each in Amenity.__members__ else member_of("amenities", each) for each in given]
        known = list(dict.fromkeys(each for each in meant if each))
        yield problem(
            rule,
            path=str(unknown[0]),
            unknown=", ".join(given[position][:50] for position in unknown[:5]),
            corrections={rule.field: known} if known else {},
        )


def urls(rule: Rule, subject: Subject) -> Iterator[Problem]:
    given: list[str] = subject.get(rule.field)
    wrong = [position for position, each in enumerate(given) if not _is_url(each, rule.bounds)]
    if wrong:
        meant = [_secured(each) for each in given]
        is_meant = all(_is_url(each, rule.bounds) for each in meant)
        yield problem(rule, path=str(wrong[0]), corrections={rule.field: meant} if is_meant else {})


def _is_url(text: str, longest: int) -> bool:
    if len(text) > longest or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in (parts.hostname or "") and parts.username is None


def _secured(url: str) -> str:
    url = url.strip()
    if url.startswith("http://"):
        return f"https://{url.removeprefix('http://')}"
    return url if "://" in url else f"https://{url.lstrip('/')}"


CHECKS: dict[Kind, Check] = {
    Kind.REQUIRED: required,
    Kind.SHAPE: shape,
    Kind.TIDY: is_tidy,
    Kind.PRINTABLE: printable,
    Kind.LENGTH: length,
    Kind.PATTERN: pattern,
    Kind.RANGE: in_range,
    Kind.STEP: step,
    Kind.CHOICE: choice,
    Kind.COUNTRY: country,
    Kind.CURRENCY: currency,
    Kind.TIME_ZONE: time_zone,
    Kind.LOCALES: locales,
    Kind.COUNT: count,
    Kind.AMENITIES: amenities,
    Kind.URLS: urls,
}
