"""What a package is found by, what a question is made of, and what a score is the sum of."""

import datetime as dt

import pytest

from domain.errors import Refused
from domain.packages import ItemKind
from domain.pricing import CustomerType, PriceRule, RuleEffect
from domain.search import (
    POPULARITY_POINTS,
    Label,
    Party,
    Passage,
    contributions,
    popularity_points,
    price_from,
    price_of_party,
    region_of,
    search_document,
    terms,
)

TODAY = dt.date(2026, 11, 25)
BASE = PriceRule("BASE", "Base", RuleEffect.SET, 10_000, 10)
WEEKEND = PriceRule("WEEKEND", "Weekend", RuleEffect.ADD, 500, 20, weekdays=frozenset({6, 7}))
CHRISTMAS = PriceRule(
    "XMAS",
    "Christmas",
    RuleEffect.SET,
    8_000,
    15,
    starts_on=dt.date(2026, 12, 24),
    ends_on=dt.date(2026, 12, 26),
)


def asked(**facts):
    nothing = {
        "text": None,
        "destination": None,
        "first": None,
        "last": None,
        "party": Party(),
        "price": None,
        "kinds": (),
        "language": None,
        "is_verified_only": False,
    }
    return terms(**(nothing | facts))


def test_a_document_has_names_places_and_items_each_in_its_language():
    document = search_document(
        names={"en": "The Château", "fr": "Le château"},
        descriptions={"fr": "Près de Paris"},
        partner_name="Loire Travel",
        labels=["Guided tour"],
        kinds=["TOUR", "LODGING", "TOUR"],
        regions=["FR-75"],
        languages=["fr", "en", "fr"],
        rules=[BASE],
        today=TODAY,
    )

    assert Passage("french", Label.NAME, "le chateau") in document.passages
    assert Passage("english", Label.NAME, "the chateau") in document.passages
    assert Passage("french", Label.DESCRIPTION, "pres de paris") in document.passages
    assert "frankreich" in next(each.text for each in document.passages if each.label is Label.PLACE)
    assert document.regions == ("FR-75", "FR")
    assert (document.kinds, document.languages) == (("LODGING", "TOUR"), ("fr", "en"))
    assert {"chateau", "france", "loire", "guided"} <= set(document.words)
    assert "pres" not in document.words


def test_the_price_from_is_the_lowest_of_sixty_days():
    assert price_from([BASE, WEEKEND, CHRISTMAS], TODAY) == 8_000
    assert price_from([BASE, WEEKEND, CHRISTMAS], dt.date(2027, 1, 1)) == 10_000
    assert price_from([], TODAY) is None


def test_a_party_is_priced_by_the_engine_or_not_at_all():
    adults_only = PriceRule(
        "BASE", "Base", RuleEffect.SET, 10_000, 10, customer_types=frozenset({CustomerType.ADULT})
    )

    assert price_of_party([BASE, WEEKEND], Party(2, 1), dt.date(2026, 11, 28)) == 31_500
    assert price_of_party([adults_only], Party(2, 1), TODAY) is None


@pytest.mark.parametrize(
    ("clicks", "bookings", "points"),
    [(0, 0, 0), (1, 0, 25), (0, 1, 86), (3, 0, 50), (10, 5, 148), (10**6, 10**6, POPULARITY_POINTS)],
)
def test_popularity_grows_slower_and_slower_and_ends(clicks, bookings, points):
    assert popularity_points(clicks, bookings) == points


@pytest.mark.parametrize(
    ("destination", "region"),
    [("IT", "IT"), ("it-25", "IT-25"), (" fr ", "FR"), ("Rome", None), ("ITA", None), ("IT-", None)],
)
def test_a_destination_is_a_code_or_words(destination, region):
    assert region_of(destination) == region


def test_terms_are_flat_and_say_what_decides_the_statement():
    found = asked(
        text="Rome rome!",
        destination="it",
        first=TODAY,
        party=Party(2, 1),
        kinds=[ItemKind.TOUR],
        language="it",
    )

    assert (found.tokens, found.place_tokens, found.regions) == (["rome"], None, ["IT"])
    assert (found.first, found.last, found.units) == (TODAY, TODAY, 3)
    assert (found.has_facets, found.kinds, found.languages, found.verified) == (True, ["TOUR"], ["it"], 0)
    assert asked().units == 1
    assert asked().has_facets is False


@pytest.mark.parametrize(
    "facts",
    [
        {"text": "!!"},
        {"text": "x" * 201},
        {"first": TODAY, "last": TODAY - dt.timedelta(days=1)},
        {"first": TODAY, "last": TODAY + dt.timedelta(days=62)},
        {"party": Party(101)},
        {"party": Party(2, -1)},
        {"language": "not a tag"},
    ],
)
def test_what_makes_no_sense_is_refused(facts):
    with pytest.raises(Refused):
        asked(**facts)


def test_contributions_come_in_one_order_and_only_where_they_add_something():
    found = contributions({"PRICE": 7, "TEXT": 400, "VERIFIED": 0})

    assert [(each.code, each.points) for each in found] == [("TEXT", 400), ("PRICE", 7)]
