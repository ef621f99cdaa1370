"""The catalog, and how it grows."""

import datetime as dt
from decimal import Decimal

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import packages as queries
from db.queries.texts import localized
from db.questions import Asked
from domain import money
from domain.environments import Environment
from domain.errors import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refused,
)
from domain.ids import local_id
from domain.packages import Item, ItemKind, SkuTaken
from domain.pricing import CustomerType, PriceRule, RuleEffect
from permissions.visibility import visible_packages
from resolvers.context import Info
from resolvers.refusals import answers
from services import packages


@strawberry.input(description="A text in one language.")
class LocalizedTextInput:
    locale: str = strawberry.field(description="BCP-47: `en`, `it`, `zh-HK`.")
    text: str


@strawberry.input(description="One thing a unit of the package entitles to.")
class PackageItemInput:
    kind: ItemKind
    function_code: str = strawberry.field(description="What a scanner redeems: `BOARDING`.")
    label: str
    quantity: int = 1


@strawberry.input(
    description="One row of the price table. Rules apply in rank order; SET replaces, ADD adds."
)
class PriceRuleInput:
    code: str
    label: str
    rank: int
    effect: RuleEffect
    amount: Decimal = strawberry.field(description="In the package's currency.")
    customer_types: list[CustomerType] = strawberry.field(default_factory=list, description="Empty: all.")
    weekdays: list[int] = strawberry.field(default_factory=list, description="ISO weekdays; empty: all.")
    starts_on: dt.date | None = None
    ends_on: dt.date | None = strawberry.field(default=None, description="The last day, included.")
    is_final: bool = strawberry.field(default=False, description="Rules of higher rank are not looked at.")


@strawberry.input(description="A package to be sold in the caller's environment.")
class CreatePackageInput:
    partner_id: strawberry.ID
    sku: str
    names: list[LocalizedTextInput]
    currency: str
    time_zone: str = strawberry.field(description="IANA zone whose local day prices a sale.")
    items: list[PackageItemInput]
    price_rules: list[PriceRuleInput]
    idempotency_key: str | None = None


def products(
    info: Info,
    *,
    product_ids: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Package]]:
    """The catalog of the caller's environment, by SKU."""
    window = Window(first, after, last, before)
    return queries.page_packages(
        visible=visible_packages(info.context.viewer), window=window, product_ids=product_ids
    )


def name(root: strawberry.Parent[models.Package], info: Info, locale: str | None = None) -> str:
    """The name in `locale`, else in the first language the caller accepts, else in English."""
    accepted = info.context.viewer.locales
    return localized(root.names, (locale, *accepted) if locale else accepted)


@answers(NotFound, Forbidden, InvalidInput, SkuTaken, IdempotencyConflict)
async def create_package(info: Info, input: CreatePackageInput) -> models.Package:
    """Create a package; it is sold once a channel has an allotment of it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await packages.create_package(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            sku=input.sku,
            names={each.locale: each.text for each in input.names},
            currency=input.currency,
            time_zone=input.time_zone,
            items=[Item(each.kind, each.function_code, each.label, each.quantity) for each in input.items],
            rules=[_rule(each, input.currency) for each in input.price_rules],
            idempotency=context.idempotency(
                input.idempotency_key, "create_package", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


def _rule(each: PriceRuleInput, currency: str) -> PriceRule:
    amount = money.from_amount(each.amount, currency) if currency in money.EXPONENTS else None
    if amount is None:
        raise Refused(InvalidInput("price_rules", f"{each.amount} is not an amount in {currency}"))
    return PriceRule(
        code=each.code,
        label=each.label,
        effect=each.effect,
        amount_minor=amount.minor,
        rank=each.rank,
        customer_types=frozenset(each.customer_types),
        weekdays=frozenset(each.weekdays),
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        is_final=each.is_final,
    )


def environment(info: Info) -> Environment:
    """The environment this call is made in."""
    return info.context.viewer.environment
