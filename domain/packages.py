"""Packages: what is sold; a bundle of items with a price table."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.errors import InvalidInput, Refusal, Refused

SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FUNCTION_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,63}")
ITEM_QUANTITIES = range(1, 1001)
COMPONENT_QUANTITIES = range(1, 21)
"""Units of another package that one unit takes."""
SHARE_WEIGHTS = range(1_000_001)
MOST_COMPONENTS = 10
MOST_IMAGES = 20
DEFAULT_LOCALE = "en"


class ItemKind(StrEnum):
    """What an item of a package is."""

    TOUR = "TOUR"
    SERVICE = "SERVICE"
    TRANSPORT = "TRANSPORT"
    EXTRA = "EXTRA"
    LODGING = "LODGING"


class PackageStatus(StrEnum):
    """DRAFT was never sold, PUBLISHED is on sale, ARCHIVED no longer: what was sold of it stays as it is."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class ConsentStatus(StrEnum):
    """What another partner says to a package that sells what is its own."""

    REQUESTED = "REQUESTED"
    GRANTED = "GRANTED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class Item:
    """What one unit of a package entitles to: `quantity` times `function_code`.

    With a component, one unit takes `quantity` units of that package from its pools.
    """

    kind: ItemKind
    function_code: str
    label: str
    quantity: int
    supplier_id: UUID | None = None
    """Whose part of the price it is; None for the package's own partner."""
    share_weight: int = 1
    """Its part of the price is in proportion to it."""
    component_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SkuTaken(Refusal):
    """Another package of this environment has the SKU."""

    code: ClassVar[str] = "SKU_TAKEN"
    sku: str

    @property
    def message(self) -> str:
        return f"The SKU {self.sku!r} is taken."


@dataclass(frozen=True, slots=True)
class PackageUnavailable(Refusal):
    """The package is not on sale now, or not for this day."""

    code: ClassVar[str] = "PACKAGE_UNAVAILABLE"
    product_id: str
    date: dt.date | None

    @property
    def message(self) -> str:
        return f"{self.product_id} is not on sale" + (f" for {self.date}." if self.date else ".")


@dataclass(frozen=True, slots=True)
class ConsentMissing(Refusal):
    """Other partners, whose things the package sells, have not agreed to it."""

    code: ClassVar[str] = "CONSENT_MISSING"
    hint: ClassVar[str | None] = (
        "They answer with `answerPackageConsent`; publish again when all have granted it."
    )
    partner_ids: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{len(self.partner_ids)} partner(s) have not agreed to this package."


@dataclass(frozen=True, slots=True)
class ItemNotOwned(Refusal):
    """An item is a part of another package which the caller can not see, or which can not be a part of this one."""

    code: ClassVar[str] = "ITEM_NOT_OWNED"
    function_code: str
    component_id: str

    @property
    def message(self) -> str:
        return f"{self.function_code} can not be sold as a part of this package."


@dataclass(frozen=True, slots=True)
class NothingToPublish(Refusal):
    """The package has no draft, and is on sale as it is."""

    code: ClassVar[str] = "NOTHING_TO_PUBLISH"
    version: int

    @property
    def message(self) -> str:
        return f"Version {self.version} is on sale, and there is no draft of a next one."


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
    for item in items:
        allowed = COMPONENT_QUANTITIES if item.component_id else ITEM_QUANTITIES
        if item.quantity not in allowed:
            raise Refused(InvalidInput("items", f"a quantity must be from 1 to {allowed[-1]}"))
        if item.share_weight not in SHARE_WEIGHTS:
            raise Refused(InvalidInput("items", f"a share weight must be from 0 to {SHARE_WEIGHTS[-1]}"))
    components = [item.component_id for item in items if item.component_id]
    if len(components) > MOST_COMPONENTS or len(set(components)) < len(components):
        raise Refused(InvalidInput("items", f"must have {MOST_COMPONENTS} components at most, each once"))


def is_sold_for(day: dt.date, *, sold_from: dt.date | None, sold_until: dt.date | None) -> bool:
    """Tell whether a visit on a local day is within the days a package is sold for."""
    return (sold_from is None or sold_from <= day) and (sold_until is None or day <= sold_until)
