"""The catalog, and how it grows."""

import datetime as dt
from typing import Any

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import packages as queries
from db.queries.texts import localized
from db.questions import Asked
from db.rows import One
from domain.cancellation import CancellationTier, policy_of
from domain.discounts import DiscountKind, DiscountRule, discounts_of
from domain.environments import Environment
from domain.errors import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
)
from domain.ids import local_id
from domain.inventory import Channel
from domain.money import CurrencyMismatch
from domain.packages import (
    ConsentMissing,
    ItemNotOwned,
    NothingToPublish,
    PackageStatus,
    SkuTaken,
)
from domain.partners import StaleVersion
from domain.uploads import UploadNotReady
from permissions.visibility import (
    packages_with_stock,
    visible_package_consents,
    visible_package_versions,
    visible_packages,
)
from resolvers.context import Info
from resolvers.package_inputs import PackageContentInput, content_of
from resolvers.refusals import answers
from services import package_consents, packages


@strawberry.input(description="A package to be sold in the caller's environment.")
class CreatePackageInput(PackageContentInput):
    partner_id: strawberry.ID
    sku: str
    currency: str
    time_zone: str = strawberry.field(description="IANA zone whose local day prices a sale.")
    is_draft: bool = strawberry.field(
        default=False, description="To be published later; else it is on sale at once."
    )
    idempotency_key: str | None = None


@strawberry.input(description="All of the next version's content.")
class UpdatePackageDraftInput(PackageContentInput):
    id: strawberry.ID
    sequence: int = strawberry.field(description="The package's, as it was read.")
    currency: str = strawberry.field(description="The package's: it never changes.")


@strawberry.input(description="Which package.")
class PackageInput:
    id: strawberry.ID


@strawberry.input(description="What a partner says to a package that sells something of its own.")
class AnswerPackageConsentInput:
    id: strawberry.ID
    is_granted: bool


def products(
    info: Info,
    *,
    product_ids: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Package]]:
    """The catalog of the caller's environment, what is on sale, by SKU."""
    window = Window(first, after, last, before)
    return queries.page_packages(
        visible=visible_packages(info.context.viewer), window=window, product_ids=product_ids
    )


def package(info: Info, id: strawberry.ID) -> Asked[One[models.Package]] | None:
    """One package; null where there is none, or none the caller may see. What everybody can buy, everybody sees."""
    uuid = local_id("Package", id)
    if uuid is None:
        return None
    return queries.package_by_id(uuid, visible=visible_packages(info.context.viewer))


def of_partner(
    root: strawberry.Parent[models.Partner],
    info: Info,
    status: PackageStatus | None = PackageStatus.PUBLISHED,
    first: int | None = None,
    after: str | None = None,
) -> Asked[Page[models.Package]]:
    """What it sells, newest first, as far as the caller may see; its own people ask for drafts, or (null) for all."""
    return queries.page_packages_of_partner(
        root.id,
        visible=visible_packages(info.context.viewer),
        window=Window(first, after),
        status=status,
    )


def consents_to_answer(
    info: Info, *, first: int | None = None, after: str | None = None
) -> Asked[Page[models.PackageConsent]]:
    """What packages need of other partners, as far as the caller's are concerned, newest first."""
    return queries.page_consents(
        visible=visible_package_consents(info.context.viewer), window=Window(first, after)
    )


def versions(
    root: strawberry.Parent[models.Package], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.PackageVersion]]:
    """What was published, newest first; its own people see the draft."""
    return queries.page_versions(
        root.id, visible=visible_package_versions(info.context.viewer), window=Window(first, after)
    )


def consents(
    root: strawberry.Parent[models.Package], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.PackageConsent]]:
    """What its versions need of other partners, newest first."""
    return queries.page_consents_of_package(
        root.id, visible=visible_package_consents(info.context.viewer), window=Window(first, after)
    )


def name(root: strawberry.Parent[Any], info: Info, locale: str | None = None) -> str:
    """The name in `locale`, else in the first language the caller accepts, else in English."""
    accepted = info.context.viewer.locales
    return localized(root.names, (locale, *accepted) if locale else accepted)


def description(root: strawberry.Parent[Any], info: Info, locale: str | None = None) -> str:
    """The description in `locale`, else in the first language the caller accepts, else in English."""
    accepted = info.context.viewer.locales
    return localized(root.descriptions, (locale, *accepted) if locale else accepted)


def names(root: strawberry.Parent[Any]) -> list[dict[str, str]]:
    """The name in every language it has one in."""
    return [{"locale": locale, "text": text} for locale, text in root.names.items()]


def descriptions(root: strawberry.Parent[Any]) -> list[dict[str, str]]:
    """The description in every language it has one in."""
    return [{"locale": locale, "text": text} for locale, text in root.descriptions.items()]


def discount_rules(root: strawberry.Parent[Any]) -> list[DiscountRule]:
    """The bundle discounts, in the order they are applied."""
    return list(discounts_of(root.discount_rules))


def percent_bps(root: strawberry.Parent[DiscountRule]) -> int | None:
    """What PERCENT takes, in basis points of what the rules before it left."""
    return root.value if root.kind is DiscountKind.PERCENT else None


def amount_minor(root: strawberry.Parent[DiscountRule]) -> int | None:
    """What FIXED takes, in minor units of the package's currency."""
    return root.value if root.kind is DiscountKind.FIXED else None


def least_travelers(root: strawberry.Parent[DiscountRule]) -> list[dict[str, Any]]:
    """At least so many travelers of each kind."""
    return [{"customer_type": each, "least": least} for each, least in root.min_counts.items()]


def cancellation_policy(root: strawberry.Parent[Any]) -> list[CancellationTier]:
    """What comes back for a cancellation, the earliest tier first; empty: nothing ever does."""
    return list(policy_of(root.cancellation_policy).tiers)


def availability(
    root: strawberry.Parent[models.Package],
    info: Info,
    channel: Channel = Channel.DIRECT,
    date: dt.date | None = None,
) -> Asked[One[models.Package]]:
    """How many are left on a channel for a day, of a bundle as many as its parts make; null for what is not on sale."""
    viewer = info.context.viewer
    return queries.availability_of(
        root.id,
        visible=packages_with_stock(viewer, channel),
        channel=channel,
        day=date,
        reseller_id=viewer.reseller_id,
        now=info.context.now,
    )


def environment(info: Info) -> Environment:
    """The environment this call is made in."""
    return info.context.viewer.environment


@answers(
    NotFound,
    Forbidden,
    InvalidInput,
    SkuTaken,
    ItemNotOwned,
    CurrencyMismatch,
    ConsentMissing,
    UploadNotReady,
    IdempotencyConflict,
)
async def create_package(info: Info, input: CreatePackageInput) -> models.Package:
    """Create a package, on sale at once or as a draft; it is sold once a channel has an allotment of it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await packages.create_package(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            sku=input.sku,
            currency=input.currency,
            time_zone=input.time_zone,
            content=content_of(input, input.currency),
            is_draft=input.is_draft,
            idempotency=context.idempotency(
                input.idempotency_key, "create_package", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, StaleVersion, InvalidInput, ItemNotOwned, CurrencyMismatch, UploadNotReady)
async def update_package_draft(info: Info, input: UpdatePackageDraftInput) -> models.Package:
    """Write the next version; what is on sale stays as it is until that is published."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await packages.update_package_draft(
            uow,
            context.viewer,
            package_id=local_id("Package", input.id),
            sequence=input.sequence,
            currency=input.currency,
            content=content_of(input, input.currency),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, NothingToPublish, ItemNotOwned, ConsentMissing)
async def publish_package(info: Info, input: PackageInput) -> models.Package:
    """Put the draft on sale, or what was archived on sale again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await packages.publish_package(
            uow, context.viewer, package_id=local_id("Package", input.id), now=context.now
        )


@answers(NotFound, Forbidden, InvalidInput)
async def archive_package(info: Info, input: PackageInput) -> models.Package:
    """Take a package off sale; what is held and sold goes on."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await packages.archive_package(
            uow, context.viewer, package_id=local_id("Package", input.id), now=context.now
        )


@answers(NotFound, Forbidden)
async def answer_package_consent(info: Info, input: AnswerPackageConsentInput) -> models.PackageConsent:
    """Let another partner's package sell what is one's own, or not; withdrawn, the package is off sale."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await package_consents.answer_package_consent(
            uow,
            context.viewer,
            consent_id=local_id("PackageConsent", input.id),
            is_granted=input.is_granted,
            now=context.now,
        )
