"""Making what is sold: the package, its items, its price table."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from db import models
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.idempotency import idempotency
from domain.package_content import Content
from domain.packages import Item, ItemKind, SkuTaken
from domain.pricing import CustomerType, PriceRule, RuleEffect
from services import packages
from tests.factories.times import NOW
from tests.factories.viewers import in_test
from tests.fixtures.acts import line, refusal

BOARDING = Item(ItemKind.TRANSPORT, "BOARDING", "Ferry boarding", 1)
TEA = Item(ItemKind.EXTRA, "TEA_SET", "Tea set", 2)
BASE = PriceRule(code="BASE", label="Base", effect=RuleEffect.SET, amount_minor=10_000, rank=10)
EVENING = PriceRule(
    code="EVENING",
    label="Evening",
    effect=RuleEffect.ADD,
    amount_minor=-1_000,
    rank=20,
    customer_types=frozenset({CustomerType.CHILD}),
    weekdays=frozenset({1, 7}),
    starts_on=dt.date(2026, 11, 1),
    ends_on=dt.date(2026, 11, 30),
    is_final=True,
)
GOOD = {
    "sku": "tea-1",
    "names": {"en": "Tea", "it": "Tè"},
    "currency": "EUR",
    "time_zone": "Europe/Rome",
    "items": [BOARDING, TEA],
    "price_rules": [BASE, EVENING],
}
CONTENT = Content.__dataclass_fields__


async def create(acts, viewer, partner, *, key=None, is_draft=False, **facts):
    given = GOOD | facts
    async with acts.work() as uow:
        return await packages.create_package(
            uow,
            viewer,
            partner_id=partner.id,
            idempotency=idempotency(viewer.id, key, "create_package", **facts),
            now=acts.now,
            is_draft=is_draft,
            **{name: each for name, each in given.items() if name not in CONTENT},
            content=Content(**{name: each for name, each in given.items() if name in CONTENT}),
        )


def rule(**facts):
    return PriceRule(**{name: getattr(BASE, name) for name in PriceRule.__dataclass_fields__} | facts)


async def skus(acts):
    return await acts.rows(select(models.Package.sku).where(models.Package.sku.not_in(["106", "107"])))


async def test_a_package_is_made_with_its_items_and_prices(acts, world, owner):
    package = await create(acts, owner, world.operator)

    items = await acts.rows(
        select(models.PackageItem)
        .where(models.PackageItem.package_id == package.id)
        .order_by(models.PackageItem.position)
    )
    rules = await acts.rows(
        select(models.PriceRule)
        .where(models.PriceRule.package_id == package.id)
        .order_by(models.PriceRule.rank)
    )
    assert (package.sku, package.names, package.currency) == ("tea-1", {"en": "Tea", "it": "Tè"}, "EUR")
    assert (package.environment, package.partner_id, package.created_at) == ("LIVE", world.operator.id, NOW)
    assert [(each.kind, each.function_code, each.label, each.quantity) for each in items] == [
        ("TRANSPORT", "BOARDING", "Ferry boarding", 1),
        ("EXTRA", "TEA_SET", "Tea set", 2),
    ]
    assert [(each.code, each.amount_minor, each.customer_types, each.weekdays) for each in rules] == [
        ("BASE", 10_000, [], []),
        ("EVENING", -1_000, ["CHILD"], [1, 7]),
    ]
    assert (rules[1].starts_on, rules[1].ends_on, rules[1].is_final) == (
        dt.date(2026, 11, 1),
        dt.date(2026, 11, 30),
        True,
    )


async def test_a_new_package_is_sold_once_it_has_an_allotment(acts, world, owner, reseller):
    await create(acts, owner, world.operator)
    await acts.set_allotment(owner, 5, product_id="tea-1")

    hold = await acts.hold(reseller, line(1, "tea-1"))

    assert (hold.total_minor, hold.currency) == (10_000, "EUR")


async def test_making_a_package_is_audited(acts, world, owner):
    package = await create(acts, owner, world.operator)

    entry = (await acts.rows(select(models.AuditEntry)))[0]
    assert (entry.act, entry.object_id, entry.actor) == ("packages.create", f"pkg_{package.id.hex}", owner.id)
    assert entry.facts == {"sku": "tea-1", "environment": "LIVE", "currency": "EUR"}


async def test_a_sku_is_taken_once_in_an_environment(acts, world, owner):
    await create(acts, owner, world.operator)

    assert await refusal(create(acts, owner, world.operator)) == SkuTaken(sku="tea-1")
    assert (await create(acts, in_test(owner), world.operator)).environment == "TEST"


async def test_the_same_key_makes_one_package(acts, world, owner):
    first = await create(acts, owner, world.operator, key="k-1")

    again = await create(acts, owner, world.operator, key="k-1")
    refused = await refusal(create(acts, owner, world.operator, key="k-1", sku="tea-2"))

    assert again.id == first.id
    assert refused == IdempotencyConflict(idempotency_key="k-1")
    assert await acts.rows(select(func.count()).select_from(models.AuditEntry)) == [1]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"sku": "tea 1"}, "sku"),
        ({"sku": ""}, "sku"),
        ({"names": {}}, "names"),
        ({"names": {"en": " "}}, "names.en"),
        ({"names": {"en": "x" * 201}}, "names.en"),
        ({"names": {"en": "Tea\0"}}, "names.en"),
        ({"names": {"": "Tea"}}, "names.locale"),
        ({"names": {"<script>": "Tea"}}, "names.locale"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "hkd"}, "currency"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"time_zone": "x" * 10_000}, "time_zone"),
        ({"time_zone": "\0"}, "time_zone"),
        ({"items": []}, "items"),
        ({"items": [BOARDING, BOARDING]}, "items"),
        ({"items": [Item(ItemKind.EXTRA, "tea", "Tea", 1)]}, "items"),
        ({"items": [Item(ItemKind.EXTRA, "TEA", "Tea", 0)]}, "items"),
        ({"items": [Item(ItemKind.EXTRA, "TEA", "Tea", 1001)]}, "items"),
        ({"items": [Item(ItemKind.EXTRA, "TEA", "x" * 201, 1)]}, "items.label"),
        ({"price_rules": []}, "price_rules"),
        ({"price_rules": [EVENING]}, "price_rules"),
        ({"price_rules": [BASE, BASE]}, "price_rules"),
        ({"price_rules": [rule(amount_minor=-1)]}, "price_rules"),
        ({"price_rules": [rule(amount_minor=2**31)]}, "price_rules"),
        (
            {"price_rules": [BASE, rule(rank=11, effect=RuleEffect.ADD, amount_minor=-(2**31) - 1)]},
            "price_rules",
        ),
        ({"price_rules": [rule(weekdays=frozenset({0, 1}))]}, "price_rules"),
        ({"price_rules": [rule(weekdays=frozenset({8}))]}, "price_rules"),
        (
            {"price_rules": [rule(starts_on=dt.date(2026, 12, 2), ends_on=dt.date(2026, 12, 1))]},
            "price_rules",
        ),
        ({"price_rules": [rule(code="")]}, "price_rules.code"),
        ({"price_rules": [rule(label="x" * 201)]}, "price_rules.label"),
    ],
)
async def test_what_could_not_be_sold_or_kept_is_refused(acts, world, owner, facts, field):
    refused = await refusal(create(acts, owner, world.operator, **facts))

    assert isinstance(refused, InvalidInput)
    assert refused.field == field
    assert await skus(acts) == []


@pytest.mark.viewers("reseller key", "operator's finance", "reseller's owner", "analyst")
async def test_only_the_partner_s_own_people_make_its_packages(acts, world, viewer):
    refused = await refusal(create(acts, viewer, world.operator))

    assert refused == Forbidden("This needs the scope MANAGE_INVENTORY at the partner it belongs to.")
    assert await skus(acts) == []


async def test_a_package_of_nobody_is_refused(acts, world, owner):
    nobody = models.Partner(id=world.cruise.id)

    refused = await refusal(create(acts, owner, nobody))

    assert refused == NotFound(noun="partner", id=f"par_{nobody.id.hex}")
