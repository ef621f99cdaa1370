"""Search: what is looked for, what a package is found by, and why one hit stands before another."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.countries import countries
from domain.errors import InvalidInput, Refused
from domain.packages import DEFAULT_LOCALE, LOCALE, ItemKind
from domain.pricing import CustomerType, PriceRule, price_unit
from domain.search_words import CONFIGURATIONS, PLAIN, guesses, tokens
from domain.texts import folded

MOST_CANDIDATES = 1_000
"""Hits that are weighed against each other by relevance; what matches worse than all of them is not listed."""
LONGEST_TEXT = 200
MOST_DAYS = 62
"""Of the days asked about."""
MOST_UNITS = 100
MOST_MINOR = 10**15
"""No price is higher: the most that is asked for where nothing was."""
LONGEST_LANGUAGE = 35
PRICED_DAYS = 60
"""The price "from" is the lowest for an adult on so many days from today."""
POPULAR_DAYS = 30

VERIFIED_POINTS = 120
POPULARITY_POINTS = 150
AVAILABILITY_POINTS = 100
PRICE_POINTS = 100

REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


class SearchSort(StrEnum):
    """RELEVANCE: the highest score first. NEWEST and PRICE look at nothing else."""

    RELEVANCE = "RELEVANCE"
    NEWEST = "NEWEST"
    PRICE = "PRICE"


class Label(StrEnum):
    """How much a word of a document weighs: a name's most, a description's least."""

    NAME = "A"
    PLACE = "B"
    ITEM = "C"
    DESCRIPTION = "D"


@dataclass(frozen=True, slots=True)
class Party:
    """Who travels."""

    adults: int = 0
    children: int = 0
    elderly: int = 0

    @property
    def counts(self) -> dict[CustomerType, int]:
        """Return how many there are of each kind that there are any of."""
        counts = {
            CustomerType.ADULT: self.adults,
            CustomerType.CHILD: self.children,
            CustomerType.ELDERLY: self.elderly,
        }
        return {each: count for each, count in counts.items() if count}

    @property
    def units(self) -> int:
        return self.adults + self.children + self.elderly


class Terms(NamedTuple):
    """What is asked of the database, flat. None, and a truth, decide the statement; all else is passed on."""

    tokens: list[str] | None
    """All of them are to be found somewhere; None where no words were asked for."""
    owners: list[str]
    pieces: list[str]
    """With `owners`: `search_words.guesses` of the tokens."""
    place_tokens: list[str] | None
    """To be found in a name or place."""
    place_owners: list[str]
    place_pieces: list[str]
    first: dt.date | None
    last: dt.date | None
    """Days, both included, on one of which there is to be room for all `units`; None with `first` alone."""
    adults: int
    children: int
    elderly: int
    units: int
    currency: str | None
    """None where no price was asked for."""
    least_minor: int
    most_minor: int
    has_facets: bool
    """Something of what follows was asked for."""
    regions: list[str]
    kinds: list[str]
    languages: list[str]
    verified: int
    """1 for verified partners only, else 0."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one reason adds to a hit's score. Together the contributions are the score."""

    code: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A text a package is found by: how it is read, and how much its words weigh."""

    configuration: str
    label: Label
    text: str


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """All a package is found, filtered and ranked by."""

    passages: tuple[Passage, ...]
    words: tuple[str, ...]
    """What a misspelt word may have meant."""
    kinds: tuple[str, ...]
    regions: tuple[str, ...]
    languages: tuple[str, ...]
    from_minor: int | None


def search_document(
    *,
    names: Mapping[str, str],
    descriptions: Mapping[str, str],
    partner_name: str,
    labels: Sequence[str],
    kinds: Iterable[str],
    regions: Iterable[str],
    languages: Iterable[str],
    rules: Sequence[PriceRule],
    today: dt.date,
) -> SearchDocument:
    """Return what a package is found by. A region stands for the country around it too."""
    whole = tuple(dict.fromkeys(wide for each in regions for wide in (each, each[:2])))
    places = " ".join(name for each in whole for name in place_names(each))
    passages = [Passage(PLAIN, Label.PLACE, folded(places)), Passage(PLAIN, Label.ITEM, folded(partner_name))]
    for label, texts in ((Label.NAME, names), (Label.DESCRIPTION, descriptions)):
        for locale, text in sorted(texts.items()):
            configuration = CONFIGURATIONS.get(locale.partition("-")[0], PLAIN)
            passages.append(Passage(configuration, label, folded(text)))
            if label is Label.NAME:
                passages.append(Passage(PLAIN, label, folded(text)))
    items = folded(" ".join(labels))
    passages += [
        Passage(CONFIGURATIONS[DEFAULT_LOCALE], Label.ITEM, items),
        Passage(PLAIN, Label.ITEM, items),
    ]
    kept = tuple(dict.fromkeys(each for each in passages if each.text))
    guessable = [each.text for each in kept if each.label is not Label.DESCRIPTION]
    return SearchDocument(
        passages=kept,
        words=tuple(sorted(set(tokens(" ".join(guessable), most=1_000)))),
        kinds=tuple(sorted(set(kinds))),
        regions=whole,
        languages=tuple(dict.fromkeys(languages)),
        from_minor=price_from(rules, today),
    )


def place_names(region: str) -> tuple[str, ...]:
    """Return what a region's country is called in all languages, and the code itself."""
    country = countries().get(region[:2])
    return (region, *(country.names if country and len(region) == 2 else ()))


def price_from(rules: Sequence[PriceRule], today: dt.date) -> int | None:
    """Return the lowest price of an adult on the next PRICED_DAYS days; None where there is none on any."""
    found: list[int] = []
    for each in range(PRICED_DAYS):
        try:
            day = today + dt.timedelta(days=each)
            unit = price_unit(rules, product_id="", customer_type=CustomerType.ADULT, day=day)
        except Refused:
            continue
        found.append(unit.amount_minor)
    return min(found, default=None)


def price_of_party(rules: Sequence[PriceRule], party: Party, day: dt.date) -> int | None:
    """Return what a party pays on a day before any discount, by the engine; None where it has no price."""
    try:
        return sum(
            count * price_unit(rules, product_id="", customer_type=kind, day=day).amount_minor
            for kind, count in party.counts.items()
        )
    except Refused:
        return None


def popularity_points(clicks: int, bookings: int) -> int:
    """Return what the last POPULAR_DAYS days are worth: a booking as much as ten clicks, doubled for 25 points."""
    return min(POPULARITY_POINTS, round(25 * math.log2(1 + clicks + 10 * bookings)))


def region_of(destination: str) -> str | None:
    """Return the code where a destination is one, `IT` or `it-25`; None where it is words."""
    code = destination.strip().upper()
    return code if REGION.fullmatch(code) else None


def terms(
    *,
    text: str | None,
    destination: str | None,
    first: dt.date | None,
    last: dt.date | None,
    party: Party,
    price: tuple[str, int, int] | None,
    kinds: Sequence[ItemKind],
    language: str | None,
    is_verified_only: bool,
) -> Terms:
    """Return what is asked of the database. Refuses: InvalidInput.

    `price` is a currency with the least and the most in minor units. A destination is a code or words.
    """
    region = None if destination is None else region_of(destination)
    words = _words("text", text)
    place = None if region else _words("destination", destination)
    days = _days(first, last)
    party = check_party(party)
    owners, pieces = guesses(words or ())
    place_owners, place_pieces = guesses(place or ())
    currency, least, most = price or (None, 0, 0)
    return Terms(
        tokens=words,
        owners=owners,
        pieces=pieces,
        place_tokens=place,
        place_owners=place_owners,
        place_pieces=place_pieces,
        first=days[0],
        last=days[1],
        adults=party.adults,
        children=party.children,
        elderly=party.elderly,
        units=party.units,
        currency=currency,
        least_minor=least,
        most_minor=most,
        has_facets=bool(region or kinds or language or is_verified_only),
        regions=[region] if region else [],
        kinds=sorted({each.value for each in kinds}),
        languages=[check_language(language)] if language else [],
        verified=int(is_verified_only),
    )


def _words(field: str, text: str | None) -> list[str] | None:
    """Return the words of what was asked; None where nothing was."""
    if text is None or not text.strip():
        return None
    if len(text) > LONGEST_TEXT:
        raise Refused(InvalidInput(field, f"must have at most {LONGEST_TEXT} characters"))
    found = tokens(text)
    if not found:
        raise Refused(InvalidInput(field, "has no word to look for"))
    return found


def _days(first: dt.date | None, last: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    """Return the days asked about; one alone is a single day."""
    first, last = first or last, last or first
    if first is not None and last is not None:
        # PostgreSQL keeps these two as endless, and a series of days up to one has no end.
        if dt.date.min in (first, last) or dt.date.max in (first, last):
            raise Refused(InvalidInput("from", "is no day somebody travels on"))
        if last < first:
            raise Refused(InvalidInput("to", "must not lie before `from`"))
        if (last - first).days >= MOST_DAYS:
            raise Refused(InvalidInput("to", f"at most {MOST_DAYS} days are searched at once"))
    return first, last


def check_language(language: str) -> str:
    """Refuses: InvalidInput."""
    if not LOCALE.fullmatch(language) or len(language) > LONGEST_LANGUAGE:
        raise Refused(InvalidInput("language", "must be a BCP-47 tag: `it`"))
    return language


def check_party(party: Party) -> Party:
    """Return the party; one adult where nobody is named. Refuses: InvalidInput."""
    if min(party.adults, party.children, party.elderly) < 0 or party.units > MOST_UNITS:
        raise Refused(InvalidInput("party", f"must be of 1 to {MOST_UNITS}, none of a kind below 0"))
    return party if party.units else Party(adults=1)


REASONS = {
    "TEXT": "The words asked for stand in its name, place, items or description.",
    "VERIFIED": "Its partner is verified.",
    "POPULARITY": "Travellers chose it in the last 30 days.",
    "AVAILABILITY": "It has units left on the days asked about.",
    "PRICE": "Its price lies well within the budget.",
}
"""Code -> what it means, in the order in which contributions are told."""


def contributions(points: Mapping[str, int]) -> list[Contribution]:
    """Return what made a score, in a fixed order; what added nothing is left out."""
    return [Contribution(code, points[code], reason) for code, reason in REASONS.items() if points.get(code)]
