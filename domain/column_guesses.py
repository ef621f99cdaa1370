"""Which column of a partner's sheet is which field of a property: guessed with a confidence and a reason, never silently.

A column's name counts most; what stands in its cells confirms or contradicts it. What stands in cells alone is a hint
for the person who decides, never a decision.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

from domain import cells, property_texts
from domain.header_words import LANGUAGES, WORDS
from domain.headers import Header, folded
from domain.mapping import Column, MappingReason, Plan, Target
from domain.properties import PropertyField
from domain.rules.readings import aliases

F = PropertyField

BY_NAME, BY_PART_OF_NAME, BY_LIKENESS, BY_VALUES = 95, 85, 80, 60
UNSURE = 45
APART = 15
"""How much more one of two columns for the same field must have to be taken without asking."""
LEAST_LIKENESS = 0.86
"""`Latitdue` is nearly a latitude; `host name` is not nearly a hotel name."""
SHORTEST_LIKE = 5
MOST_EXAMPLES = 3
LONGEST_EXAMPLE = 60

BESIDES = frozenset(
    [
        "the",
        "of",
        "a",
        "in",
        "per",
        "for",
        "my",
        "our",
        "full",
        "main",
        "official",
        "exact",
        "property",
        "hotel",
        "listing",
        "accommodation",
        "unit",
        "local",
        "decimal",
        "gps",
        "geo",
        "wgs84",
        "wgs",
        "eur",
        "usd",
        "gbp",
        "chf",
        "euro",
        "euros",
        "code",
        "text",
        "url",
        "urls",
        "link",
        "links",
        "iso",
        "night",
        "nightly",
        "struttura",
        "alloggio",
        "la",
        "il",
        "di",
        "del",
        "della",
        "der",
        "die",
        "das",
        "des",
        "de",
        "du",
        "le",
        "les",
        "l",
        "objekt",
        "unterkunft",
        "haus",
        "etablissement",
        "logement",
        "hebergement",
        "el",
        "los",
        "las",
        "alojamiento",
        "propiedad",
        "contact",
    ]
)
"""Words beside a known name that do not change what it means: `Precio por noche (EUR)`, but not `host id`."""

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[0-9][0-9 ()/.\-]{5,24}")
ZONE = re.compile(r"(?:[A-Z][A-Za-z]+/[A-Z][A-Za-z_/+\-0-9]+|UTC|GMT)")
IMAGE = re.compile(r"https?://\S+\.(?:jpe?g|png|webp|avif)\b", re.IGNORECASE)


def propose(
    header: Header,
    rows: Sequence[Sequence[str]],
    *,
    locale: str,
    remembered: Sequence[Target | None] | None = None,
) -> Plan:
    """Guess a plan from the header and some rows below it; `remembered` is what the partner chose for these columns."""
    columns = []
    for position, (name, is_named) in enumerate(zip(header.names, header.is_named, strict=True)):
        texts = [row[position].strip() for row in rows if position < len(row) and row[position].strip()]
        column = Column(
            position=position,
            name=name,
            target=None,
            confidence=0,
            reason=MappingReason.UNKNOWN,
            decimal=cells.decimal_mark(texts),
            examples=tuple(" ".join(text.split())[:LONGEST_EXAMPLE] for text in dict.fromkeys(texts))[
                :MOST_EXAMPLES
            ],
        )
        if remembered is not None:
            known = remembered[position]
            column = replace(column, target=known, confidence=100, reason=MappingReason.REMEMBERED)
        elif not is_named and _counts(texts):
            column = replace(column, reason=MappingReason.INDEX)
        else:
            column = _guess(column, texts, locale=locale, is_named=is_named)
        columns.append(column)
    if remembered is None:
        columns = _without_conflicts(columns)
    return Plan(tuple(columns), {}, locale)


def _guess(column: Column, texts: Sequence[str], *, locale: str, is_named: bool) -> Column:
    found = _by_name(folded(column.name), locale) if is_named else None
    if found is not None:
        target, confidence, reason = found
        fits = fit(target, texts)
        if fits is not None and fits < 0.5:
            confidence = UNSURE
        elif fits is None and reason is MappingReason.SIMILAR_HEADER:
            # Nothing in the cells speaks for it either.
            confidence = BY_VALUES
        elif fits is not None and fits < 0.9:
            confidence = max(min(confidence, 75), confidence - 15)
        return replace(column, target=target, confidence=confidence, reason=reason)
    guessed = _by_values(texts)
    if guessed is None:
        return column
    return replace(column, target=guessed, confidence=BY_VALUES, reason=MappingReason.VALUES)


def _by_name(name: str, locale: str) -> tuple[Target, int, MappingReason] | None:
    known = _names()
    if target := known.get(name):
        return _in(target, locale), BY_NAME, MappingReason.HEADER
    tokens = name.split()
    languages = [_languages()[token] for token in tokens if token in _languages()]
    named = known.get(" ".join(token for token in tokens if token not in _languages()))
    if languages and named == Target(F.DESCRIPTIONS):
        return Target(F.DESCRIPTIONS, languages[0]), BY_NAME, MappingReason.HEADER
    if languages and named == Target(F.NAME):
        return named, BY_NAME, MappingReason.HEADER
    spans = [(first, end) for first in range(len(tokens)) for end in range(first + 1, len(tokens) + 1)]
    # The longest known name counts: `room name` before `name`.
    for first, end in sorted(spans, key=lambda span: span[0] - span[1]):
        among = known.get(" ".join(tokens[first:end]))
        if among is not None and {*tokens[:first], *tokens[end:]} <= BESIDES:
            return _in(among, locale), BY_PART_OF_NAME, MappingReason.HEADER
    if len(name) >= SHORTEST_LIKE:
        near = [word for word in known if len(word) >= SHORTEST_LIKE and abs(len(word) - len(name)) <= 3]
        for nearest in get_close_matches(name, near, n=1, cutoff=LEAST_LIKENESS):
            return _in(known[nearest], locale), BY_LIKENESS, MappingReason.SIMILAR_HEADER
    return None


def _in(target: Target, locale: str) -> Target:
    return Target(F.DESCRIPTIONS, locale) if target == Target(F.DESCRIPTIONS) else target


def fit(target: Target, texts: Sequence[str]) -> float | None:
    """Return which part of the cells reads as the target; None where any text would, or where there is no cell."""
    test = TESTS.get((target.field, target.part)) or TESTS.get((target.field, "*" if target.part else None))
    if not texts or test is None:
        return None
    if target == Target(F.EXTERNAL_CODE):
        return len(set(texts)) / len(texts)
    return sum(test(text) for text in texts) / len(texts)


def _is_within(text: str, most: float) -> bool:
    value = cells.degrees_of(text)
    return value is not None and abs(value) <= most


def _is_count(text: str) -> bool:
    number = cells.number_of(text, decimal=".")
    return number is not None and 0 <= number <= 10_000 and number == number.to_integral_value()


def _is_price(text: str) -> bool:
    found = cells.amount_of(text)
    return found is not None and found[0] >= 0


TESTS: dict[tuple[PropertyField, str | None], Callable[[str], bool]] = {
    (F.EXTERNAL_CODE, None): lambda text: len(text) <= 64,
    (F.NAME, None): lambda text: not cells.NUMBER.fullmatch(text),
    (F.TYPE, None): lambda text: cells.type_of(text) is not None,
    (F.CITY, None): lambda text: not any(letter.isdigit() for letter in text),
    (F.COUNTRY, None): lambda text: len(text) <= 60 and not any(letter.isdigit() for letter in text),
    (F.POSTAL_CODE, None): lambda text: len(text) <= 12,
    (F.LATITUDE, None): lambda text: _is_within(text, 90),
    (F.LONGITUDE, None): lambda text: _is_within(text, 180),
    (F.TIME_ZONE, None): lambda text: ZONE.fullmatch(text) is not None,
    (F.CURRENCY, None): lambda text: len(text) <= 4 and not any(letter.isdigit() for letter in text),
    (F.NIGHTLY_PRICE, None): _is_price,
    (F.STAR_RATING, None): lambda text: 0 <= (cells.stars_of(text) or -1) <= 7,
    (F.ROOM_TYPES, None): lambda text: isinstance(property_texts.read(F.ROOM_TYPES, text), list),
    (F.ROOM_TYPES, "QUANTITY"): _is_count,
    (F.ROOM_TYPES, "MAX_OCCUPANCY"): _is_count,
    (F.AMENITIES, None): lambda text: bool(cells.amenities_of(text)[0]),
    (F.AMENITIES, "*"): lambda text: cells.flag_of(text) is not None,
    (F.CONTACTS, "EMAIL"): lambda text: EMAIL.fullmatch(text) is not None,
    (F.CONTACTS, "PHONE"): lambda text: PHONE.fullmatch(text) is not None,
    (F.CHECK_IN_FROM, None): lambda text: cells.time_of(text) is not None,
    (F.CHECK_OUT_UNTIL, None): lambda text: cells.time_of(text) is not None,
    (F.CANCELLATION, None): lambda text: cells.cancellation_of(text) is not None,
    (F.IS_CHILD_FRIENDLY, None): lambda text: cells.flag_of(text) is not None,
    (F.IS_PET_FRIENDLY, None): lambda text: cells.flag_of(text) is not None,
    (F.IMAGES, None): lambda text: bool(cells.links_of(text)),
}


def _by_values(texts: Sequence[str]) -> Target | None:
    """Return what most cells look like, of the fields whose values look like nothing else."""
    if not texts:
        return None
    for target, test in (
        (Target(F.CONTACTS, "EMAIL"), lambda text: EMAIL.fullmatch(text) is not None),
        (Target(F.IMAGES), lambda text: IMAGE.search(text) is not None),
        (Target(F.TIME_ZONE), lambda text: ZONE.fullmatch(text) is not None),
        (Target(F.CURRENCY), lambda text: text in CODES),
        (Target(F.TYPE), lambda text: cells.type_of(text) is not None),
        (Target(F.NIGHTLY_PRICE), lambda text: any(sign in text for sign in "€$£") and _is_price(text)),
    ):
        if sum(map(test, texts)) >= 0.9 * len(texts):
            return target
    return None


CODES = frozenset(
    [
        "AUD",
        "CHF",
        "CNY",
        "EUR",
        "GBP",
        "HKD",
        "JPY",
        "KWD",
        "SGD",
        "USD",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "MXN",
        "BRL",
        "CAD",
    ]
)
"""Currencies one meets often enough to know a column by them."""


def _counts(texts: Sequence[str]) -> bool:
    """Tell whether a column just counts its rows, as programs add it when they save a table."""
    numbers = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10]
    return (
        len(numbers) == len(texts)
        and bool(texts)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def _without_conflicts(columns: list[Column]) -> list[Column]:
    """Leave each target to one column: to the one that is clearly better, else the choice is for a person."""
    best: dict[Target, list[Column]] = {}
    for column in columns:
        if column.target is not None:
            best.setdefault(column.target, []).append(column)
    settled = list(columns)
    for rivals in best.values():
        first, *others = sorted(rivals, key=lambda each: -each.confidence)
        for other in others:
            is_clear = first.confidence - other.confidence >= APART
            settled[other.position] = replace(
                other,
                target=None if is_clear else other.target,
                confidence=0 if is_clear else UNSURE,
                reason=MappingReason.CONFLICT,
            )
    return settled


@cache
def _names() -> dict[str, Target]:
    names: dict[str, Target] = {}
    for (field, part), words in WORDS.items():
        for word in (
            (field.value.replace("_", " "), *words.split(", ")) if part is None else words.split(", ")
        ):
            names.setdefault(word, Target(field, part))
    for word, amenity in aliases("amenities").items():
        names.setdefault(word, Target(F.AMENITIES, amenity))
    return names


@cache
def _languages() -> dict[str, str]:
    return {word: locale for locale, words in LANGUAGES.items() for word in words.split(", ")}
