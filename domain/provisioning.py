"""What a partner's TEST environment holds, so that its integration meets everything that happens in LIVE."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.environments import Environment
from domain.errors import Refusal
from domain.inventory import Channel
from domain.packages import Item, ItemKind
from domain.pricing import CustomerType, PriceRule, RuleEffect

SKU_PREFIX = "SANDBOX-"
"""What the SKUs of sandbox packages begin with, and no other's."""
CURRENCY = "EUR"
TIME_ZONE = "Europe/Rome"
SATURDAY, SUNDAY = 6, 7

ITEMS = (
    Item(ItemKind.TOUR, "ENTRY", "Entry", 1),
    Item(ItemKind.EXTRA, "DRINK", "Welcome drink", 2),
)


@dataclass(frozen=True, slots=True)
class SandboxPackage:
    """One package to try with. `code` ends its SKU; `pools`: how many units are free, by channel."""

    code: str
    names: dict[str, str]
    pools: dict[Channel, int]
    rules: tuple[PriceRule, ...]

    def sku(self, partner_id: UUID) -> str:
        """Return the SKU of a partner's own one: no two partners', whatever they are called."""
        return f"{SKU_PREFIX}{partner_id.hex}-{self.code}"


BASE = PriceRule("BASE", "Base price", RuleEffect.SET, 5_000, rank=20)
BY_DAY_AND_AGE = (
    PriceRule(
        "CHILD",
        "Child",
        RuleEffect.SET,
        2_500,
        rank=10,
        customer_types=frozenset({CustomerType.CHILD}),
        is_final=True,
    ),
    BASE,
    PriceRule("WEEKEND", "Weekend", RuleEffect.ADD, 1_000, rank=30, weekdays=frozenset({SATURDAY, SUNDAY})),
)

PLENTY = SandboxPackage(
    "PLENTY",
    {
        "en": "Sandbox: plenty of units",
        "it": "Prova: molte unità",
        "de": "Test: viele Einheiten",
        "fr": "Essai : beaucoup d’unités",
        "es": "Prueba: muchas unidades",
    },
    {Channel.OTA: 10_000, Channel.DIRECT: 10_000},
    (BASE,),
)
SCARCE = SandboxPackage(
    "SCARCE",
    {
        "en": "Sandbox: few units",
        "it": "Prova: poche unità",
        "de": "Test: wenige Einheiten",
        "fr": "Essai : peu d’unités",
        "es": "Prueba: pocas unidades",
    },
    {Channel.OTA: 2},
    (BASE,),
)
SOLD_OUT = SandboxPackage(
    "SOLD-OUT",
    {
        "en": "Sandbox: sold out",
        "it": "Prova: esaurito",
        "de": "Test: ausverkauft",
        "fr": "Essai : épuisé",
        "es": "Prueba: agotado",
    },
    {Channel.OTA: 0},
    (BASE,),
)
PRICED = SandboxPackage(
    "PRICED",
    {
        "en": "Sandbox: prices by day and age",
        "it": "Prova: prezzi per giorno ed età",
        "de": "Test: Preise nach Tag und Alter",
        "fr": "Essai : prix selon le jour et l’âge",
        "es": "Prueba: precios por día y edad",
    },
    {Channel.OTA: 1_000},
    BY_DAY_AND_AGE,
)
SANDBOX = (PLENTY, SCARCE, SOLD_OUT, PRICED)


def is_sandbox_sku(sku: str) -> bool:
    """Tell whether a SKU is one of those kept for sandboxes."""
    return sku.upper().startswith(SKU_PREFIX)


@dataclass(frozen=True, slots=True)
class EnvironmentNotReady(Refusal):
    """The partner does not have this environment yet."""

    code: ClassVar[str] = "ENVIRONMENT_NOT_READY"
    hint: ClassVar[str | None] = (
        "TEST is made when the partner's data is complete, LIVE when it goes live; the onboarding case tells what is left."
    )
    environment: Environment

    @property
    def message(self) -> str:
        return f"The {self.environment} environment of this partner is not made yet."
