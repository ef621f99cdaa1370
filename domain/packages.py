"""Packages: what is sold; a bundle of items with a price table."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import InvalidInput, Refusal, Refused

SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FUNCTION_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,63}")
ITEM_QUANTITIES = range(1, 1001)
DEFAULT_LOCALE = "en"


class ItemKind(StrEnum):
    """What an item of a package is."""

    TOUR = "TOUR"
    SERVICE = "SERVICE"
    TRANSPORT = "TRANSPORT"
    EXTRA = "EXTRA"
    LODGING = "LODGING"


@dataclass(frozen=True, slots=True)
class Item:
    """What one unit of a package entitles to: `quantity` times `function_code`."""

    kind: ItemKind
    function_code: str
    label: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SkuTaken(Refusal):
    """Another package of this environment has the SKU."""

    code: ClassVar[str] = "SKU_TAKEN"
    sku: str

    @property
    def message(self) -> str:
        return f"The SKU {self.sku!r} is taken."


LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The shape of a BCP-47 tag."""


def localized(texts: dict[str, str], locales: tuple[str, ...]) -> str:
    """Pick the first locale there is a text for, then English, then any; empty where there is none.

    Chain of the glossary: requested → English → whatever exists; `zh-HK` falls back to `zh`.
    """
    for locale in (*locales, DEFAULT_LOCALE):
        for candidate in (locale, locale.partition("-")[0]):
            if candidate in texts:
                return texts[candidate]
    return next(iter(texts.values()), "")


def check_items(items: list[Item]) -> None:
    """Let a package's items pass if they can be told apart and counted. Refuses: InvalidInput."""
    codes = [item.function_code for item in items]
    if not items or len(set(codes)) < len(codes) or not all(map(FUNCTION_CODE.fullmatch, codes)):
        raise Refused(InvalidInput("items", "needs at least one item, each with a function code of its own"))
    if any(item.quantity not in ITEM_QUANTITIES for item in items):
        raise Refused(InvalidInput("items", f"a quantity must be from 1 to {ITEM_QUANTITIES[-1]}"))
