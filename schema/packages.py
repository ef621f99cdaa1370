"""What is sold."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from db import models
from domain.packages import ItemKind
from domain.pricing import CustomerType, RuleEffect
from permissions.viewer import Scope
from resolvers import packages as resolve
from schema.connections import Connection
from schema.money import CurrencyCode
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    SkuTaken,
)
from schema.sources import attribute, related, represents, resolved_by

if TYPE_CHECKING:
    from schema.inventory import Allotment


@strawberry.type(description="One thing a unit of a package entitles to.")
class PackageItem:
    is_type_of = represents(models.PackageItem)

    kind: ItemKind
    function_code: str
    label: str
    quantity: int


@strawberry.type(description="One row of a price table: applied in rank order, empty lists mean all.")
class PriceRule:
    is_type_of = represents(models.PriceRule)

    code: str
    label: str
    rank: int
    effect: RuleEffect
    amount_minor: int = strawberry.field(description="In minor units of the package's currency.")
    customer_types: list[CustomerType]
    weekdays: list[int]
    starts_on: dt.date | None
    ends_on: dt.date | None
    is_final: bool


@strawberry.type(description="What is sold: a bundle of items with a price table.")
class Package(Node):
    is_type_of = represents(models.Package)

    product_id: str = attribute("sku", description="The SKU: unique in its environment.")
    name: str = resolved_by(resolve.name)
    currency: CurrencyCode
    time_zone: str
    created_at: dt.datetime
    partner: Partner | None = related(models.Package.partner, description="Who offers it.")
    items: list[PackageItem] = related(models.Package.items)
    price_rules: list[PriceRule] = related(models.Package.price_rules)
    allotments: list[Annotated["Allotment", strawberry.lazy("schema.inventory")]] = related(
        models.Package.allotments, scope=Scope.READ_INVENTORY, description="The pools the caller may see."
    )


CreatePackagePayload = Annotated[
    Package | NotFound | Forbidden | InvalidInput | SkuTaken | IdempotencyConflict,
    strawberry.union("CreatePackagePayload"),
]


@strawberry.type
class PackageQuery:
    products: Connection[Package] = resolved_by(resolve.products, scope=Scope.READ_CATALOG)


@strawberry.type
class PackageMutation:
    create_package: CreatePackagePayload = resolved_by(resolve.create_package, scope=Scope.MANAGE_INVENTORY)
