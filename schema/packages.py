"""What is sold."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db import models
from domain import cancellation, discounts, packages
from domain.discounts import DiscountKind
from domain.packages import ConsentStatus, ItemKind, PackageStatus
from domain.pricing import CustomerType, RuleEffect
from permissions.viewer import Scope
from resolvers import packages as resolve
from schema.connections import Connection
from schema.money import CurrencyCode
from schema.nodes import Node
from schema.partners import LocalizedText, Partner
from schema.refusals import (
    CurrencyMismatch,
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    SkuTaken,
    StaleVersion,
    UploadNotReady,
    refuses,
)
from schema.sources import attribute, passed_by, related, represents, resolved_by

if TYPE_CHECKING:
    from schema.inventory import Allotment
    from schema.uploads import Upload


@refuses(packages.ConsentMissing)
class ConsentMissing(Refusal):
    partner_ids: list[str]


@refuses(packages.ItemNotOwned)
class ItemNotOwned(Refusal):
    function_code: str
    component_id: str


@refuses(packages.NothingToPublish)
class NothingToPublish(Refusal):
    version: int


@strawberry.type(description="One thing a unit of a package entitles to.")
class PackageItem:
    is_type_of = represents(models.PackageItem)

    kind: ItemKind
    function_code: str
    label: str
    quantity: int
    share_weight: int = strawberry.field(description="Its part of the price is in proportion to it.")
    supplier: Partner | None = related(
        models.PackageItem.supplier, description="Whose part it is, where that is not the package's partner."
    )
    component: Annotated["Package", strawberry.lazy("schema.packages")] | None = related(
        models.PackageItem.component,
        description="The package it is taken from: `quantity` of its units for one of the bundle.",
    )


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


@strawberry.type(description="A picture.")
class PackageImage:
    is_type_of = represents(models.PackageImage)

    position: int
    upload: Annotated["Upload", strawberry.lazy("schema.uploads")] | None = related(
        models.PackageImage.upload
    )


def _of_least(name: str) -> Any:
    def read(root: strawberry.Parent[dict[str, Any]]) -> Any:
        return root[name]

    return passed_by(read)


@strawberry.type(description="At least so many travelers of one kind.")
class LeastTravelers:
    customer_type: CustomerType = _of_least("customer_type")
    least: int = _of_least("least")


@strawberry.type(description="One bundle discount: given when all conditions that are set hold.")
class DiscountRule:
    is_type_of = represents(discounts.DiscountRule)

    code: str
    label: str
    kind: DiscountKind
    percent_bps: int | None = passed_by(resolve.percent_bps)
    amount_minor: int | None = passed_by(resolve.amount_minor)
    min_travelers: int | None
    max_travelers: int | None
    least_travelers: list[LeastTravelers] = passed_by(resolve.least_travelers)
    starts_on: dt.date | None
    ends_on: dt.date | None
    weekdays: list[int]
    min_lead_days: int | None
    max_lead_days: int | None
    item_kinds: list[ItemKind]
    is_final: bool


@strawberry.type(description="Cancelled so many days before the visit or earlier, this part comes back.")
class CancellationTier:
    is_type_of = represents(cancellation.CancellationTier)

    days_before: int
    refund_bps: int = strawberry.field(description="In basis points of what was paid.")


@strawberry.interface(description="What a version of a package says.")
class PackageContent:
    name: str = resolved_by(resolve.name)
    names: list[LocalizedText] = resolved_by(resolve.names)
    description: str = resolved_by(resolve.description)
    descriptions: list[LocalizedText] = resolved_by(resolve.descriptions)
    regions: list[str] = strawberry.field(description="Where it takes place: ISO 3166.")
    languages: list[str] = strawberry.field(description="In which it is given: BCP-47.")
    is_dated: bool = strawberry.field(description="Sold for a day; else open.")
    sold_from: dt.date | None
    sold_until: dt.date | None = strawberry.field(description="The last day of a visit, included.")
    is_bundle: bool = strawberry.field(description="Some of its items are taken from other packages.")
    discount_rules: list[DiscountRule] = resolved_by(resolve.discount_rules)
    cancellation_policy: list[CancellationTier] = resolved_by(resolve.cancellation_policy)


@strawberry.type(
    description="What a package says from one publication to the next; once published it never changes."
)
class PackageVersion(PackageContent):
    is_type_of = represents(models.PackageVersion)

    number: int
    created_at: dt.datetime
    published_at: dt.datetime | None = strawberry.field(description="Null for the draft.")
    items: list[PackageItem] = related(models.PackageVersion.items)
    price_rules: list[PriceRule] = related(models.PackageVersion.price_rules)
    images: list[PackageImage] = related(models.PackageVersion.images)


@strawberry.type(description="Whether another partner lets a version sell what is its own.")
class PackageConsent(Node):
    is_type_of = represents(models.PackageConsent)

    package: Annotated["Package", strawberry.lazy("schema.packages")] | None = related(
        models.PackageConsent.package
    )
    version: int
    partner: Partner | None = related(models.PackageConsent.partner, description="Who is asked.")
    items: list[str] = strawberry.field(description="What is sold of its own: `BOARDING x2`.")
    share_weight: int = strawberry.field(description="Its part of the price is this of `totalWeight`.")
    total_weight: int
    status: ConsentStatus
    requested_at: dt.datetime
    answered_at: dt.datetime | None


@strawberry.type(description="How many of a package can be sold.")
class PackageAvailability:
    is_type_of = represents(models.Package)

    available: int = attribute("units_left")


@strawberry.type(
    description="What is sold: a bundle of items with a price table. Its content is that of the version on sale."
)
class Package(PackageContent, Node):
    is_type_of = represents(models.Package)

    product_id: str = attribute("sku", description="The SKU: unique in its environment.")
    status: PackageStatus
    version: int = strawberry.field(description="The number of the version on sale; 0 before there is one.")
    sequence: int = strawberry.field(description="Counts the changes, of drafts too.")
    currency: CurrencyCode
    time_zone: str
    created_at: dt.datetime
    partner: Partner | None = related(models.Package.partner, description="Who offers it.")
    items: list[PackageItem] = related(models.Package.items)
    price_rules: list[PriceRule] = related(models.Package.price_rules)
    images: list[PackageImage] = related(models.Package.images)
    versions: Connection[PackageVersion] = resolved_by(resolve.versions)
    consents: Connection[PackageConsent] = resolved_by(resolve.consents, scope=Scope.READ_CATALOG)
    availability: PackageAvailability | None = resolved_by(resolve.availability)
    allotments: list[Annotated["Allotment", strawberry.lazy("schema.inventory")]] = related(
        models.Package.allotments, scope=Scope.READ_INVENTORY, description="The pools the caller may see."
    )


CreatePackagePayload = Annotated[
    Package
    | NotFound
    | Forbidden
    | InvalidInput
    | SkuTaken
    | ItemNotOwned
    | CurrencyMismatch
    | ConsentMissing
    | UploadNotReady
    | IdempotencyConflict,
    strawberry.union("CreatePackagePayload"),
]
UpdatePackageDraftPayload = Annotated[
    Package
    | NotFound
    | Forbidden
    | StaleVersion
    | InvalidInput
    | ItemNotOwned
    | CurrencyMismatch
    | UploadNotReady,
    strawberry.union("UpdatePackageDraftPayload"),
]
PublishPackagePayload = Annotated[
    Package | NotFound | Forbidden | InvalidInput | NothingToPublish | ItemNotOwned | ConsentMissing,
    strawberry.union("PublishPackagePayload"),
]
ArchivePackagePayload = Annotated[
    Package | NotFound | Forbidden | InvalidInput, strawberry.union("ArchivePackagePayload")
]
AnswerPackageConsentPayload = Annotated[
    PackageConsent | NotFound | Forbidden, strawberry.union("AnswerPackageConsentPayload")
]


@strawberry.type
class PackageQuery:
    products: Connection[Package] = resolved_by(resolve.products, scope=Scope.READ_CATALOG)
    package: Package | None = resolved_by(resolve.package)
    package_consents: Connection[PackageConsent] = resolved_by(
        resolve.consents_to_answer, scope=Scope.READ_CATALOG
    )


@strawberry.type
class PackageMutation:
    create_package: CreatePackagePayload = resolved_by(resolve.create_package, scope=Scope.MANAGE_INVENTORY)
    update_package_draft: UpdatePackageDraftPayload = resolved_by(
        resolve.update_package_draft, scope=Scope.MANAGE_INVENTORY
    )
    publish_package: PublishPackagePayload = resolved_by(
        resolve.publish_package, scope=Scope.MANAGE_INVENTORY
    )
    archive_package: ArchivePackagePayload = resolved_by(
        resolve.archive_package, scope=Scope.MANAGE_INVENTORY
    )
    answer_package_consent: AnswerPackageConsentPayload = resolved_by(
        resolve.answer_package_consent, scope=Scope.MANAGE_INVENTORY
    )
