"""What the rules look at in several fields, and beside the partner's other properties."""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

from domain.countries import countries, lies_in, nearest_zone, time_zones
from domain.currencies import currencies
from domain.properties import PropertyField
from domain.property_texts import write
from domain.rules.portfolio import FAR, Known
from domain.rules.problems import Problem
from domain.rules.readings import likely_point
from domain.rules.subject import Subject, problem
from domain.rules.table import Rule

MOMENTS = tuple(dt.datetime(2026, month, 1, 12, tzinfo=dt.UTC) for month in (1, 7))
"""In winter and in summer: two zones that agree then keep the same time."""


def together(rule: Rule, subject: Subject) -> Iterator[Problem]:
    other: PropertyField = rule.bounds
    if subject.given.get(other) in (None, ""):
        yield problem(rule, other=other)


def in_country(rule: Rule, subject: Subject) -> Iterator[Problem]:
    country, point = subject.country, subject.point
    if country not in countries() or point is None or lies_in(country, point):
        return
    meant = likely_point(country, point.latitude, point.longitude)
    corrections = (
        {PropertyField.LATITUDE: meant.latitude, PropertyField.LONGITUDE: meant.longitude} if meant else {}
    )
    yield problem(rule, country=country, corrections=corrections)


def zone_of_country(rule: Rule, subject: Subject) -> Iterator[Problem]:
    country, zone = subject.country, subject.get(rule.field)
    if country not in countries() or zone not in time_zones():
        return
    zones = countries()[country].zones
    if not zones or zone in zones or any(_offsets(zone) == _offsets(each) for each in zones):
        return
    meant = nearest_zone(country, subject.point)
    yield problem(rule, country=country, corrections={rule.field: meant} if meant else {})


@cache
def _offsets(zone: str) -> tuple[dt.timedelta | None, ...]:
    place = ZoneInfo(zone)
    return tuple(each.astimezone(place).utcoffset() for each in MOMENTS)


def duplicate(rule: Rule, subject: Subject) -> Iterator[Problem]:
    wanted = Known(
        subject.text(PropertyField.EXTERNAL_CODE),
        subject.text(PropertyField.NAME),
        subject.text(PropertyField.CITY),
        subject.point,
    )
    found = subject.portfolio.like(wanted)
    if found is not None:
        known, away = found
        sentence = "DUPLICATE_NAME" if away is None else "DUPLICATE"
        yield problem(rule, sentence, code=known.external_code, name=known.name, metres=round(away or 0))


def outlier(rule: Rule, subject: Subject) -> Iterator[Problem]:
    amount, currency = subject.get(rule.field), subject.get(PropertyField.CURRENCY)
    if amount <= 0 or currency not in currencies():
        return
    prices = subject.portfolio.prices(currency)
    if prices is None or prices.score(amount) <= FAR:
        return
    meant = prices.likely(amount)
    yield problem(
        rule,
        currency=currency,
        price=f"{write(rule.field, amount, currency=currency)} {currency}",
        median=f"{write(rule.field, round(prices.median), currency=currency)} {currency}",
        corrections={rule.field: meant} if meant else {},
    )
