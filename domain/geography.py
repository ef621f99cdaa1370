"""Where things lie: distances, and whether a point is in a country."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path

SHAPES = Path(__file__).parent / "reference" / "shapes.json"

EARTH = 6_371_000.0
"""The mean radius in metres."""
DEGREE = EARTH * radians(1)
"""Metres of a degree of latitude."""
TOLERANCE = 25_000.0
"""How far from a border a point still is in its country: coasts, islands and the simplified borders."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in degrees (WGS 84)."""

    latitude: float
    longitude: float

    @property
    def is_on_earth(self) -> bool:
        return -90 <= self.latitude <= 90 and -180 <= self.longitude <= 180


def distance(one: Point, other: Point) -> float:
    """Return the metres between two points, along the sphere."""
    height = sin(radians(other.latitude - one.latitude) / 2) ** 2
    width = sin(radians(other.longitude - one.longitude) / 2) ** 2
    spread = height + cos(radians(one.latitude)) * cos(radians(other.latitude)) * width
    return 2 * EARTH * asin(sqrt(min(1.0, spread)))


@dataclass(frozen=True, slots=True)
class Shape:
    """A ring of longitudes and latitudes, and the box around it: west, south, east, north."""

    ring: tuple[tuple[float, float], ...]
    box: tuple[float, float, float, float]


@cache
def _borders() -> dict[str, list[list[int]]]:
    borders: dict[str, list[list[int]]] = json.loads(SHAPES.read_text("utf-8"))
    return borders


def countries_with_shapes() -> frozenset[str]:
    """Return the codes of the countries whose borders are known."""
    return frozenset(_borders())


@cache
def _shapes(country: str) -> tuple[Shape, ...]:
    return tuple(map(_shape, _borders().get(country, ())))


def _shape(differences: list[int]) -> Shape:
    points, east, north = [], 0, 0
    for right, up in zip(differences[::2], differences[1::2], strict=True):
        east, north = east + right, north + up
        points.append((east / 100, north / 100))
    # Closed: the last edge leads back to the first point.
    points.append(points[0])
    longitudes, latitudes = [each[0] for each in points], [each[1] for each in points]
    return Shape(tuple(points), (min(longitudes), min(latitudes), max(longitudes), max(latitudes)))


def is_in_country(country: str, point: Point, *, tolerance: float = TOLERANCE) -> bool | None:
    """Tell whether a point lies in a country or at most `tolerance` metres from its border; None: not known."""
    shapes = _shapes(country)
    if not shapes:
        return None
    up = tolerance / DEGREE
    aside = up / max(cos(radians(point.latitude)), 0.01)
    near = [
        (shape, point.longitude + turn)
        for shape in shapes
        if shape.box[1] - up <= point.latitude <= shape.box[3] + up
        if (turn := _turn(shape.box, point.longitude, aside)) is not None
    ]
    # Even and odd: a ring within a ring is a hole, or another country in this one.
    if sum(_is_within(shape.ring, east, point.latitude) for shape, east in near) % 2:
        return True
    return tolerance > 0 and any(_edge_distance(shape.ring, point) <= tolerance for shape, _ in near)


def countries_at(point: Point) -> Iterator[str]:
    """Tell the countries a point lies in, without tolerance."""
    for country in _borders():
        if is_in_country(country, point, tolerance=0):
            yield country


def _turn(box: tuple[float, float, float, float], longitude: float, aside: float) -> int | None:
    """Return by how many degrees a point is to be turned to lie in a box or `aside` of it; None where it is far from it.

    A ring that crosses the 180th meridian goes on beyond it.
    """
    west, east = box[0] - aside, box[2] + aside
    for turn in (0, 360, -360):
        if west <= longitude + turn <= east:
            return turn
    return None


def _is_within(ring: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    is_within = False
    x1, y1 = ring[0]
    was_above = y1 > y
    for x2, y2 in ring:
        is_above = y2 > y
        if is_above is not was_above:
            if x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                is_within = not is_within
            was_above = is_above
        x1, y1 = x2, y2
    return is_within


def _edge_distance(ring: tuple[tuple[float, float], ...], point: Point) -> float:
    """Return the metres to the nearest edge, on a plane at the point: exact enough for some tens of km."""
    east = DEGREE * cos(radians(point.latitude))

    def flat(corner: tuple[float, float]) -> tuple[float, float]:
        turned = (corner[0] - point.longitude + 540) % 360 - 180
        return turned * east, (corner[1] - point.latitude) * DEGREE

    corners = [flat(each) for each in ring]
    return min(_from_origin(*one, *other) for one, other in pairwise(corners))


def _from_origin(x1: float, y1: float, x2: float, y2: float) -> float:
    right, up = x2 - x1, y2 - y1
    length = right * right + up * up
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(x1 * right + y1 * up) / length))
    return hypot(x1 + along * right, y1 + along * up)
