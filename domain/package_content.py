"""The content of a version of a package, and what a sale of one must know."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain import partners
from domain.cancellation import NON_REFUNDABLE, CancellationPolicy, check_policy
from domain.discounts import DiscountRule, check_discounts
from domain.errors import InvalidInput, Refused
from domain.packages import LOCALE, MOST_IMAGES, Item, ItemKind, check_items
from domain.pricing import PriceRule, check_rules
from domain.texts import check_line

CODE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Content:
    """All that a version says. Texts are by BCP-47 locale, images in their order."""

    names: Mapping[str, str]
    items: Sequence[Item]
    price_rules: Sequence[PriceRule]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    regions: Sequence[str] = ()
    languages: Sequence[str] = ()
    is_dated: bool = False
    sold_from: dt.date | None = None
    sold_until: dt.date | None = None
    """The last day of a visit, included."""
    discount_rules: Sequence[DiscountRule] = ()
    cancellation_policy: CancellationPolicy = NON_REFUNDABLE
    image_ids: Sequence[UUID] = ()

    @property
    def is_bundle(self) -> bool:
        """Some of its items draw from the pools of other packages."""
        return any(item.component_id for item in self.items)


@dataclass(frozen=True, slots=True)
class SoldItem:
    """One part of a sale: what it is, whose, and in which proportion the price is its."""

    function_code: str
    kind: ItemKind
    supplier_id: UUID
    share_weight: int


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What another partner agrees to: what is sold of its own, and its part of the price (weight of the total)."""

    items: tuple[str, ...]
    """`BOARDING x2`: function codes with quantities, in order."""
    share_weight: int
    total_weight: int


def consents_needed(items: Sequence[Item], *, owner_id: UUID) -> dict[UUID, ConsentTerms]:
    """Return which other partners must agree to a version with these items, and to what."""
    total = sum(item.share_weight for item in items)
    by_partner: dict[UUID, list[Item]] = {}
    for item in items:
        if item.supplier_id is not None and item.supplier_id != owner_id:
            by_partner.setdefault(item.supplier_id, []).append(item)
    return {
        partner_id: ConsentTerms(
            tuple(sorted(f"{item.function_code} x{item.quantity}" for item in theirs)),
            sum(item.share_weight for item in theirs),
            total,
        )
        for partner_id, theirs in by_partner.items()
    }


def check_content(content: Content) -> Content:
    """Return the content as it is kept: texts trimmed, lists without repetitions. Refuses: InvalidInput."""
    if not content.names:
        raise Refused(InvalidInput("names", "needs at least one name"))
    for locale in content.names:
        if not LOCALE.fullmatch(locale):
            raise Refused(InvalidInput("names.locale", f"{locale!r} is not a BCP-47 tag"))
    for item in content.items:
        check_line("items.label", item.label)
    for rule in content.price_rules:
        check_line("price_rules.code", rule.code, longest=CODE_LENGTH)
        check_line("price_rules.label", rule.label)
    check_items(list(content.items))
    check_rules(list(content.price_rules))
    check_discounts(content.discount_rules)
    if content.sold_from and content.sold_until and content.sold_until < content.sold_from:
        raise Refused(InvalidInput("sold_until", "can not be before sold_from"))
    if len(content.image_ids) > MOST_IMAGES or len(set(content.image_ids)) < len(content.image_ids):
        raise Refused(InvalidInput("image_ids", f"must be {MOST_IMAGES} at most, each once"))
    return replace(
        content,
        names={locale: check_line(f"names.{locale}", text) for locale, text in content.names.items()},
        descriptions=partners.check_descriptions(dict(content.descriptions)),
        regions=partners.check_regions(list(content.regions)),
        languages=partners.check_languages(list(content.languages)),
        cancellation_policy=check_policy(content.cancellation_policy),
    )
