"""Currencies (ISO 4217), their decimals, and what people write for them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.texts import folded

SOURCE = Path(__file__).parent / "reference" / "currencies.json"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency, its number of decimals, and what it is called."""

    code: str
    decimals: int
    names: tuple[str, ...]


SHARED_SIGNS: dict[str, dict[str, str]] = {
    "$": {
        "": "USD",
        "AR": "ARS",
        "AU": "AUD",
        "CA": "CAD",
        "CL": "CLP",
        "CO": "COP",
        "HK": "HKD",
        "MX": "MXN",
        "NZ": "NZD",
        "SG": "SGD",
        "TW": "TWD",
    },
    "¥": {"": "JPY", "CN": "CNY"},
    "kr": {"DK": "DKK", "IS": "ISK", "NO": "NOK", "SE": "SEK", "FO": "DKK", "GL": "DKK"},
    "franc": {"CH": "CHF", "LI": "CHF"},
}
"""Signs of several currencies: by country, and under "" what is meant where the country is not known."""


@cache
def currencies() -> dict[str, Currency]:
    """Return every currency by its code."""
    return {
        code: Currency(code, each["decimals"], tuple(each["names"]))
        for code, each in json.loads(SOURCE.read_text("utf-8")).items()
    }


@cache
def _codes() -> dict[str, str]:
    """Return the code of everything a currency may be called: signs as they are, words without case."""
    found: dict[str, str] = {}
    for code, currency in currencies().items():
        for name in (*currency.names, code):
            found[_key(name)] = code
    return found


def _key(text: str) -> str:
    # Signs (€, zł, Kč) are no letters, or lose what they are told by.
    return folded(text) or text.strip()


def currency_of(text: str, country: str | None = None) -> str | None:
    """Return the code of what a person wrote: `€`, `euro`, `eur` are EUR; `$` depends on the country."""
    sign = text.strip()
    if sign in SHARED_SIGNS:
        return SHARED_SIGNS[sign].get(country or "") or SHARED_SIGNS[sign].get("")
    return _codes().get(_key(text))


def decimals_of(currency: object) -> int:
    """Return a currency's number of decimals; 2, as most have, for what is no currency."""
    known = currencies().get(currency) if isinstance(currency, str) else None
    return known.decimals if known else 2
