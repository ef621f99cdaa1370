"""The partner's other properties, as far as the rules ask for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import exp, floor, log
from statistics import median

from domain.geography import Point, distance
from domain.texts import folded

NEAR = 150.0
"""Metres within which two houses of about the same name are taken for one."""
CELL = 0.002
"""Degrees of a square of the grid: at most one square aside within 150 m, up to 47° of latitude; then more."""
ALIKE = 0.85
"""How much of two names must agree, of 1."""
WORDS_ALIKE = 0.6

FEWEST_PRICES = 8
"""With fewer prices nothing is an outlier."""
FAR = 3.5
"""Modified z-score from which a value is an outlier (Iglewicz and Hoaglin 1993)."""
LEAST_SPREAD = 0.1
"""Of logarithms: prices that hardly differ do not make one 10 % away an outlier."""


@dataclass(frozen=True, slots=True)
class Known:
    """A property that is there already."""

    external_code: str
    name: str
    city: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """What the partner's nights cost in one currency, in minor units: the middle, and how far half of them lie from it."""

    median: float
    spread: float
    """The median distance from the median, of natural logarithms."""

    @classmethod
    def of(cls, amounts: Iterable[int]) -> "Prices | None":
        """Return the facts of at least FEWEST_PRICES positive amounts."""
        logs = [log(each) for each in amounts if each > 0]
        if len(logs) < FEWEST_PRICES:
            return None
        middle = median(logs)
        return cls(exp(middle), max(LEAST_SPREAD, median(abs(each - middle) for each in logs)))

    @classmethod
    def by_currency(cls, amounts: Iterable[tuple[str, int]]) -> "dict[str, Prices]":
        """Return the facts of every currency with enough amounts, of (currency, amount in minor units)."""
        grouped: dict[str, list[int]] = defaultdict(list)
        for currency, amount in amounts:
            grouped[currency].append(amount)
        facts = {currency: cls.of(each) for currency, each in grouped.items()}
        return {currency: each for currency, each in facts.items() if each is not None}

    def score(self, amount: float) -> float:
        """Return how far an amount lies from the middle, as a modified z-score."""
        return 0.6745 * abs(log(amount) - log(self.median)) / self.spread

    def likely(self, amount: int) -> int | None:
        """Return what was meant, where the point is 1 to 3 digits aside; None where that explains nothing."""
        shifted = [amount * 10**digits for digits in (1, 2, 3)] + [
            amount // 10**digits for digits in (1, 2, 3) if amount % 10**digits == 0
        ]
        found = min((each for each in shifted if each > 0), key=self.score, default=None)
        return found if found is not None and self.score(found) < FAR else None


NOBODY: dict[str, tuple[Known, str]] = {}


class Portfolio:
    """Finds what is like a property; `prices` by currency."""

    def __init__(self, known: Iterable[Known] = (), prices: Mapping[str, Prices] | None = None) -> None:
        self._cells: dict[tuple[int, int, str], dict[str, tuple[Known, str]]] = defaultdict(dict)
        self._named: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._placeless: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._prices = prices or {}
        for each in known:
            self.add(each)

    def add(self, known: Known) -> None:
        """Know one property more: the rows of a file are compared with those above them."""
        name = folded(known.name)
        place = (name, folded(known.city))
        self._named[place].append(known)
        if known.point is None:
            self._placeless[place].append(known)
        else:
            row, column = _cell(known.point)
            for mark in _marks(name):
                self._cells[row, column, mark][known.external_code] = (known, name)

    def like(self, wanted: Known) -> tuple[Known, float | None] | None:
        """Return the nearest property that may be the same, and the metres to it; None for none.

        Without a point on both sides: one of the same name in the same city.
        """
        name = folded(wanted.name)
        if not name:
            return None
        if wanted.point is not None:
            near = [
                (away, known.external_code, known)
                for known, other in self._around(wanted.point, name)
                if known.external_code != wanted.external_code
                and (away := distance(wanted.point, known.point or wanted.point)) <= NEAR
                and is_alike(name, other)
            ]
            if near:
                away, _, known = min(near, key=lambda each: each[:2])
                return known, away
        alike = self._placeless if wanted.point is not None else self._named
        for known in alike.get((name, folded(wanted.city)), ()):
            if known.external_code != wanted.external_code:
                return known, None
        return None

    def prices(self, currency: str) -> Prices | None:
        """Return the facts of the prices in a currency, None where there are too few."""
        return self._prices.get(currency)

    def _around(self, point: Point, name: str) -> Iterable[tuple[Known, str]]:
        row, column = _cell(point)
        # Towards the poles degrees of longitude get short.
        aside = 1 if abs(point.latitude) < 45 else 4
        marks = _marks(name)
        for up in (-1, 0, 1):
            for right in range(-aside, aside + 1):
                for mark in marks:
                    yield from self._cells.get((row + up, column + right, mark), NOBODY).values()


def _marks(name: str) -> set[str]:
    """Return what a name is found by: how its two longest words begin. In a city, a square has hundreds of houses."""
    return {word[:3] for word in sorted(name.split(), key=len)[-2:]}


def is_alike(one: str, other: str) -> bool:
    """Tell whether two folded names may be those of one house. What differs in a number is not: Room 1, Room 2."""
    if one == other:
        return True
    words, others = set(one.split()), set(other.split())
    if {each for each in words if each.isdigit()} != {each for each in others if each.isdigit()}:
        return False
    common = len(words & others) / max(1, len(words | others))
    if common >= WORDS_ALIKE:
        return True
    letters = SequenceMatcher(None, one, other, autojunk=False)
    # The first two are upper bounds of the third, and cheap.
    return min(letters.real_quick_ratio(), letters.quick_ratio()) >= ALIKE and letters.ratio() >= ALIKE


def _cell(point: Point) -> tuple[int, int]:
    return floor(point.latitude / CELL), floor(point.longitude / CELL)
