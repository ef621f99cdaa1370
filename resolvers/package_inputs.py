"""What a version of a package says, as it is asked for, and as the rules take it."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import strawberry

from domain import money
from domain.cancellation import CancellationPolicy, CancellationTier
from domain.discounts import DiscountKind, DiscountRule
from domain.errors import InvalidInput, NotFound, Refused
from domain.ids import local_id, optional_id
from domain.package_content import Content
from domain.packages import Item, ItemKind
from domain.pricing import CustomerType, PriceRule, RuleEffect
from resolvers import enums as _registered  # noqa: F401 - every input's enums, before any input


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
    supplier_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Whose part of the price it is; else the package's own partner. Another one must consent.",
    )
    share_weight: int = strawberry.field(
        default=1, description="The item's part of the price is in proportion to it."
    )
    component_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The package it is taken from: a unit of the bundle takes `quantity` of its units.",
    )


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


@strawberry.input(description="At least so many travelers of one kind.")
class LeastTravelersInput:
    customer_type: CustomerType
    least: int


@strawberry.input(
    description="One bundle discount, given when all conditions that are set hold; applied in the order of the list."
)
class DiscountRuleInput:
    code: str
    label: str
    kind: DiscountKind
    percent: Decimal | None = strawberry.field(
        default=None, description="Of what the rules before it left, two decimals at most: for PERCENT."
    )
    amount: Decimal | None = strawberry.field(
        default=None, description="In the package's currency: for FIXED."
    )
    min_travelers: int | None = None
    max_travelers: int | None = None
    least_travelers: list[LeastTravelersInput] = strawberry.field(
        default_factory=list, description="Two adults and a child are a family."
    )
    starts_on: dt.date | None = strawberry.field(default=None, description="Visits from this day.")
    ends_on: dt.date | None = strawberry.field(default=None, description="The last day, included.")
    weekdays: list[int] = strawberry.field(default_factory=list, description="ISO weekdays; empty: all.")
    min_lead_days: int | None = strawberry.field(
        default=None, description="Days from booking to visit at least."
    )
    max_lead_days: int | None = strawberry.field(default=None, description="Days to the visit at most.")
    item_kinds: list[ItemKind] = strawberry.field(
        default_factory=list, description="All of these must be in the package."
    )
    is_final: bool = strawberry.field(default=False, description="Rules after it are not looked at.")


@strawberry.input(description="Cancelled so many days before the visit or earlier, this part comes back.")
class CancellationTierInput:
    days_before: int
    refund_bps: int = strawberry.field(description="In basis points of what was paid: 10000 is all of it.")


@strawberry.input(description="All that a version of a package says.")
class PackageContentInput:
    names: list[LocalizedTextInput]
    descriptions: list[LocalizedTextInput] = strawberry.field(default_factory=list)
    regions: list[str] = strawberry.field(default_factory=list, description="Where it takes place: ISO 3166.")
    languages: list[str] = strawberry.field(default_factory=list, description="In which it is given: BCP-47.")
    image_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Uploads of the purpose PACKAGE_IMAGE that are READY, in order."
    )
    is_dated: bool = strawberry.field(default=False, description="Sold for a day; else open.")
    sold_from: dt.date | None = None
    sold_until: dt.date | None = strawberry.field(default=None, description="The last day, included.")
    items: list[PackageItemInput]
    price_rules: list[PriceRuleInput]
    discount_rules: list[DiscountRuleInput] = strawberry.field(default_factory=list)
    cancellation_policy: list[CancellationTierInput] = strawberry.field(
        default_factory=list, description="Tiers; empty: nothing comes back."
    )


def content_of(given: PackageContentInput, currency: str) -> Content:
    """Return the content as the rules take it. Refuses: InvalidInput, NotFound."""
    return Content(
        names={each.locale: each.text for each in given.names},
        items=[_item(each) for each in given.items],
        price_rules=[_price_rule(each, currency) for each in given.price_rules],
        descriptions={each.locale: each.text for each in given.descriptions},
        regions=given.regions,
        languages=given.languages,
        is_dated=given.is_dated,
        sold_from=given.sold_from,
        sold_until=given.sold_until,
        discount_rules=[_discount(each, currency) for each in given.discount_rules],
        cancellation_policy=CancellationPolicy(
            tuple(CancellationTier(each.days_before, each.refund_bps) for each in given.cancellation_policy)
        ),
        image_ids=[_upload(each) for each in given.image_ids],
    )


def _item(each: PackageItemInput) -> Item:
    return Item(
        each.kind,
        each.function_code,
        each.label,
        each.quantity,
        supplier_id=optional_id("Partner", each.supplier_id),
        share_weight=each.share_weight,
        component_id=optional_id("Package", each.component_id),
    )


def _upload(text: str) -> UUID:
    uuid = local_id("Upload", text)
    if uuid is None:
        raise Refused(NotFound(noun="upload", id=text))
    return uuid


def _price_rule(each: PriceRuleInput, currency: str) -> PriceRule:
    return PriceRule(
        code=each.code,
        label=each.label,
        effect=each.effect,
        amount_minor=_minor(each.amount, currency, "price_rules"),
        rank=each.rank,
        customer_types=frozenset(each.customer_types),
        weekdays=frozenset(each.weekdays),
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        is_final=each.is_final,
    )


def _discount(each: DiscountRuleInput, currency: str) -> DiscountRule:
    return DiscountRule(
        code=each.code,
        label=each.label,
        kind=each.kind,
        value=_discount_value(each, currency),
        min_travelers=each.min_travelers,
        max_travelers=each.max_travelers,
        min_counts={least.customer_type: least.least for least in each.least_travelers},
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        weekdays=frozenset(each.weekdays),
        min_lead_days=each.min_lead_days,
        max_lead_days=each.max_lead_days,
        item_kinds=frozenset(each.item_kinds),
        is_final=each.is_final,
    )


def _discount_value(each: DiscountRuleInput, currency: str) -> int:
    is_percent = each.kind is DiscountKind.PERCENT
    given, other = (each.percent, each.amount) if is_percent else (each.amount, each.percent)
    if given is None or other is not None:
        needed = "a percent and no amount" if is_percent else "an amount and no percent"
        raise Refused(InvalidInput("discount_rules", f"a {each.kind} discount has {needed}"))
    if not is_percent:
        return _minor(given, currency, "discount_rules")
    if not given.is_finite() or not 0 < given <= 100 or given * 100 != int(given * 100):
        raise Refused(
            InvalidInput("discount_rules", "a percent is above 0 and 100 at most, with two decimals")
        )
    return int(given * 100)


def _minor(amount: Decimal, currency: str, field: str) -> int:
    found = money.from_amount(amount, currency) if currency in money.EXPONENTS else None
    if found is None:
        raise Refused(InvalidInput(field, f"{amount} is not an amount in {currency}"))
    return found.minor
