"""The catalog, and making what is in it."""

import dataclasses

import pytest

from domain.ids import global_id
from tests.factories.viewers import in_test

PRODUCTS = """
query Products($ids: [String!]) {
  products(productIds: $ids) {
    totalCount
    nodes {
      id productId name italian: name(locale: "it") currency timeZone createdAt
      partner { name }
      items { kind functionCode label quantity }
      priceRules {
        code label rank effect amountMinor customerTypes weekdays startsOn endsOn isFinal
      }
      allotments { channel available }
    }
  }
}
"""
CREATE = """
mutation Create($input: CreatePackageInput!) {
  createPackage(input: $input) {
    __typename
    ... on Refusal { code message hint }
    ... on InvalidInput { field problem }
    ... on SkuTaken { sku }
    ... on Package { productId name partner { name } items { functionCode } priceRules { code amountMinor } }
  }
}
"""


def creation(world, **facts):
    return {
        "partnerId": global_id("Partner", world.operator.id),
        "sku": "tea-1",
        "names": [{"locale": "en", "text": "Tea"}, {"locale": "it", "text": "Tè"}],
        "currency": "EUR",
        "timeZone": "Europe/Rome",
        "items": [{"kind": "EXTRA", "functionCode": "TEA_SET", "label": "Tea set"}],
        "priceRules": [{"code": "BASE", "label": "Base", "rank": 1, "effect": "SET", "amount": "12.50"}],
    } | facts


async def test_the_catalog_is_what_is_sold_by_sku(graph, world, reseller):
    catalog = await graph.data(reseller, PRODUCTS)

    assert catalog["totalCount"] == 2
    assert [each["productId"] for each in catalog["nodes"]] == ["106", "107"]
    assert catalog["nodes"][0] == {
        "id": global_id("Package", world.cruise.id),
        "productId": "106",
        "name": "Harbour Cruise",
        "italian": "Crociera nel porto",
        "currency": "HKD",
        "timeZone": "Asia/Hong_Kong",
        "createdAt": "2026-11-18T08:00:00.000Z",
        "partner": {"name": "Victoria Cruises"},
        "items": [
            {"kind": "TRANSPORT", "functionCode": "BOARDING", "label": "Ferry boarding", "quantity": 1},
            {"kind": "SERVICE", "functionCode": "PLAYGROUND", "label": "Tokens", "quantity": 10},
        ],
        "priceRules": [
            {
                "code": code,
                "label": code.capitalize(),
                "rank": rank,
                "effect": effect,
                "amountMinor": amount,
                "customerTypes": customers,
                "weekdays": weekdays,
                "startsOn": None,
                "endsOn": None,
                "isFinal": bool(customers),
            }
            for code, rank, effect, amount, customers, weekdays in (
                ("CONCESSION", 10, "SET", 18_800, ["CHILD", "ELDERLY"], []),
                ("BASE", 20, "SET", 28_800, [], []),
                ("WEEKEND", 30, "ADD", 3_000, [], [6, 7]),
            )
        ],
        "allotments": [{"channel": "OTA", "available": 100}],
    }


async def test_the_catalog_can_be_asked_for_some_products(graph, world, reseller):
    some = await graph.data(reseller, PRODUCTS, ids=["107", "999"])
    none = await graph.data(reseller, PRODUCTS, ids=[])

    assert [each["productId"] for each in some["nodes"]] == ["107"]
    assert (none["totalCount"], none["nodes"]) == (0, [])


async def test_each_environment_has_its_own_catalog(graph, world, reseller):
    catalog = await graph.data(in_test(reseller), PRODUCTS)

    assert [each["id"] for each in catalog["nodes"]] == [global_id("Package", world.test_cruise.id)]


@pytest.mark.parametrize(
    ("locales", "name"),
    [
        ((), "Harbour Cruise"),
        (("it-CH", "en"), "Crociera nel porto"),
        (("pt", "it"), "Crociera nel porto"),
        (("pt",), "Harbour Cruise"),
    ],
)
async def test_a_name_is_in_the_caller_s_language(graph, world, reseller, locales, name):
    caller = dataclasses.replace(reseller, locales=locales)

    catalog = await graph.data(caller, "{ products { nodes { name } } }")

    assert catalog["nodes"][0]["name"] == name


async def test_a_field_s_own_locale_goes_before_the_caller_s(graph, world, reseller):
    caller = dataclasses.replace(reseller, locales=("it",))

    catalog = await graph.data(caller, '{ products { nodes { name(locale: "en") } } }')

    assert catalog["nodes"][0]["name"] == "Harbour Cruise"


async def test_an_operator_makes_a_package(graph, world, owner):
    made = await graph.data(owner, CREATE, input=creation(world))

    assert made == {
        "__typename": "Package",
        "productId": "tea-1",
        "name": "Tea",
        "partner": {"name": "Victoria Cruises"},
        "items": [{"functionCode": "TEA_SET"}],
        "priceRules": [{"code": "BASE", "amountMinor": 1_250}],
    }


async def test_a_sku_is_taken_once(graph, world, owner):
    refused = await graph.data(owner, CREATE, input=creation(world, sku="106"))

    assert refused == {
        "__typename": "SkuTaken",
        "code": "SKU_TAKEN",
        "message": "The SKU '106' is taken.",
        "hint": None,
        "sku": "106",
    }


@pytest.mark.parametrize("amount", ["12.505", "NaN", "Infinity", "-Infinity", "1e40", "99999999999"])
async def test_an_amount_nobody_can_pay_is_refused(graph, world, owner, amount):
    rules = [{"code": "BASE", "label": "Base", "rank": 1, "effect": "SET", "amount": amount}]

    refused = await graph.data(owner, CREATE, input=creation(world, priceRules=rules))

    assert (refused["__typename"], refused["field"]) == ("InvalidInput", "price_rules")


async def test_a_package_in_a_currency_nobody_knows_is_refused(graph, world, owner):
    refused = await graph.data(owner, CREATE, input=creation(world, currency="XXX"))

    assert (refused["__typename"], refused["code"]) == ("InvalidInput", "INVALID_INPUT")


@pytest.mark.parametrize("partner_id", ["", "garbage", "rsv_" + "0" * 32, "par_" + "0" * 32])
async def test_a_package_of_no_partner_is_not_found(graph, world, owner, partner_id):
    refused = await graph.data(owner, CREATE, input=creation(world, partnerId=partner_id))

    assert (refused["__typename"], refused["code"]) == ("NotFound", "NOT_FOUND")
