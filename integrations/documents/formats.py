"""Amounts, days and countries as people of a locale write them (CLDR, by Babel)."""

import datetime as dt
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_gmt
from babel.numbers import NumberPattern, format_decimal, parse_pattern

from domain.money import EXPONENTS

LOCALES = {"en": "en_GB", "it": "it_IT", "de": "de_DE", "fr": "fr_FR", "es": "es_ES"}
"""Our languages with the region whose ways of writing they follow."""
SHORT_NAMES = {"HK": "Hong Kong"}
"""What CLDR names at length ("Hong Kong SAR China"), as it is written in addresses."""


def amount_of(minor: int, currency: str) -> Decimal:
    """Return an amount in major units with all its decimals."""
    return Decimal(minor).scaleb(-EXPONENTS[currency])


def money(minor: int, currency: str, locale: str) -> str:
    """Write `€1,234.50`, `1.234,50 €`. The decimals are those of ISO 4217, not CLDR's, which differ for some."""
    pattern = _pattern(locale, EXPONENTS[currency])
    written: str = pattern.apply(
        amount_of(minor, currency), _locale(locale), currency=currency, currency_digits=False
    )
    return written


def figure(number: int, locale: str) -> str:
    return format_decimal(number, locale=_locale(locale))


def day(date: dt.date, locale: str) -> str:
    """Write `24 December 2026`, `24. Dezember 2026`."""
    return format_date(date, "long", _locale(locale))


def short_day(date: dt.date, locale: str) -> str:
    """Write `24 Dec 2026`, `24.12.2026`: for tables."""
    return format_date(date, "medium", _locale(locale))


def moment(at: dt.datetime, time_zone: str, locale: str) -> str:
    """Write a day and a time of a place, with its offset: in most languages zones have no short names."""
    zone = ZoneInfo(time_zone)
    local = at.astimezone(zone)
    time = format_datetime(local, "HH:mm", locale=_locale(locale))
    return f"{short_day(local.date(), locale)}, {time} ({get_timezone_gmt(local, 'long', locale=_locale(locale))})"


def country(code: str, locale: str) -> str:
    """Return a country's name; the code for one that has none."""
    name: str = SHORT_NAMES.get(code) or _locale(locale).territories.get(code, code)
    return name


@cache
def _locale(locale: str) -> Locale:
    return Locale.parse(LOCALES[locale])


@cache
def _pattern(locale: str, decimals: int) -> NumberPattern:
    pattern = parse_pattern(_locale(locale).currency_formats["standard"].pattern)
    pattern.frac_prec = (decimals, decimals)
    return pattern
