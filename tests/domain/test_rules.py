"""What holds of a property, what is suggested where it does not, and in which words."""

import csv
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.countries import countries, country_of, lies_in, nearest_zone, time_zones, zone_of
from domain.currencies import currencies, currency_of, decimals_of
from domain.geography import Point, countries_at, distance, is_in_country
from domain.money import EXPONENTS
from domain.partners import LOCALES
from domain.properties import Amenity, Contact, ContactKind, PropertyField, PropertyType, RoomType
from domain.property_texts import read
from domain.rules.engine import CHECKS, check, mended
from domain.rules.messages import label_of, message_of, suggestion_of, texts
from domain.rules.portfolio import Known, Portfolio, Prices, is_alike
from domain.rules.problems import Severity, blocking
from domain.rules.table import RULES, Kind
from tests.factories.properties import SOLE

F = PropertyField
LISTINGS = Path("shared", "data", "madrid_listings.csv")
MADRID = next((found for each in Path(__file__).parents if (found := each / LISTINGS).exists()), None)

WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "italia",
            "Itly",
            "€",
            "euro",
            "$",
            "Rome",
            "41,9",
            "41°54'10\"N",
            "★★★",
            "3 pm",
            "albergo",
            "wi-fi; piscina",
        ]
    ),
)
VALUES = st.dictionaries(
    st.sampled_from(PropertyField),
    st.one_of(
        WORDS,
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.lists(WORDS, max_size=3),
        st.dictionaries(WORDS, WORDS, max_size=2),
        st.lists(st.builds(RoomType, WORDS, WORDS, st.integers(), st.integers()), max_size=2),
        st.lists(
            st.builds(Contact, st.sampled_from(ContactKind), WORDS, st.none() | WORDS, st.none() | WORDS),
            max_size=2,
        ),
    ),
    max_size=12,
)
PLACED = st.fixed_dictionaries(
    {
        F.COUNTRY: st.sampled_from(["IT", "ES", "US", "FJ", "AQ", "XX"]),
        F.LATITUDE: st.floats(-200, 200) | st.integers(-(10**9), 10**9),
        F.LONGITUDE: st.floats(-200, 200) | st.integers(-(10**9), 10**9),
        F.TIME_ZONE: st.sampled_from(["Europe/Rome", "Asia/Tokyo", "rome", "CET"]),
    }
)


patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(values, **facts):
    return {each.rule: each.corrections for each in check(values, **facts)}


def test_a_whole_property_has_no_problems():
    assert check(SOLE) == []


def test_only_code_and_name_must_be_there():
    assert told({}) == {"EXTERNAL_CODE_REQUIRED": {}, "NAME_REQUIRED": {}}
    assert told({F.EXTERNAL_CODE: " ", F.NAME: ""}) == {
        "EXTERNAL_CODE_REQUIRED": {},
        "EXTERNAL_CODE_UNTIDY": {F.EXTERNAL_CODE: ""},
        "NAME_REQUIRED": {},
    }


@pytest.mark.parametrize(
    ("field", "value", "rule", "correction"),
    [
        (F.NAME, " Sole  d'Oro ", "NAME_UNTIDY", "Sole d'Oro"),
        (F.NAME, "Sole\x07", "NAME_UNPRINTABLE", "Sole"),
        (F.NAME, "x" * 201, "NAME_TOO_LONG", None),
        (F.EXTERNAL_CODE, "a|b", "EXTERNAL_CODE_FORMAT", "a-b"),
        (F.TYPE, "Albergo", "TYPE_UNKNOWN", PropertyType.HOTEL),
        (F.TYPE, "Entire home/apt", "TYPE_UNKNOWN", PropertyType.APARTMENT),
        (F.TYPE, "Hotle", "TYPE_UNKNOWN", PropertyType.HOTEL),
        (F.TYPE, "castle in the air", "TYPE_UNKNOWN", None),
        (F.COUNTRY, "italia", "COUNTRY_UNKNOWN", "IT"),
        (F.COUNTRY, "it", "COUNTRY_UNKNOWN", "IT"),
        (F.COUNTRY, "ITA", "COUNTRY_UNKNOWN", "IT"),
        (F.COUNTRY, "Itally", "COUNTRY_UNKNOWN", "IT"),
        (F.COUNTRY, "Atlantis", "COUNTRY_UNKNOWN", None),
        (F.CURRENCY, "€", "CURRENCY_UNKNOWN", "EUR"),
        (F.CURRENCY, "BGN", "CURRENCY_UNKNOWN", "EUR"),
        (F.CURRENCY, "shells", "CURRENCY_UNKNOWN", None),
        (F.TIME_ZONE, "rome", "TIME_ZONE_UNKNOWN", "Europe/Rome"),
        (F.TIME_ZONE, "CET", "TIME_ZONE_UNKNOWN", "Europe/Rome"),
        (F.TIME_ZONE, "Asia/Tokyo", "TIME_ZONE_OF_ANOTHER_COUNTRY", "Europe/Rome"),
        (F.STAR_RATING, 7, "STAR_RATING_RANGE", 5.0),
        (F.STAR_RATING, 3.7, "STAR_RATING_STEP", 3.5),
        (F.STAR_RATING, "****", "STAR_RATING_UNREADABLE", 4.0),
        (F.LATITUDE, "41°53'57\"N", "LATITUDE_UNREADABLE", 41.899167),
        (F.NIGHTLY_PRICE, 0, "NIGHTLY_PRICE_RANGE", None),
        (F.NIGHTLY_PRICE, "180 €", "NIGHTLY_PRICE_UNREADABLE", 18_000),
        (F.CHECK_IN_FROM, "3 pm", "CHECK_IN_FROM_FORMAT", "15:00"),
        (F.CHECK_OUT_UNTIL, "10h30", "CHECK_OUT_UNTIL_FORMAT", "10:30"),
        (F.CHECK_OUT_UNTIL, "noon", "CHECK_OUT_UNTIL_FORMAT", None),
        (F.CANCELLATION, "non rimborsabile", "CANCELLATION_UNKNOWN", "NON_REFUNDABLE"),
        (F.AMENITIES, ["wi-fi", "WIFI", "moat"], "AMENITIES_UNKNOWN", ["WIFI"]),
        (F.IMAGES, ["http://sole.example/1.jpg"], "IMAGES_NO_ADDRESS", ["https://sole.example/1.jpg"]),
        (F.IMAGES, ["ftp://sole.example/1.jpg"], "IMAGES_NO_ADDRESS", None),
        (F.DESCRIPTIONS, {"it-IT": "Ciao"}, "DESCRIPTIONS_LOCALE", {"it": "Ciao"}),
        (F.DESCRIPTIONS, {"zh": "你好"}, "DESCRIPTIONS_LOCALE", None),
        (F.IS_PET_FRIENDLY, "sì", "IS_PET_FRIENDLY_UNREADABLE", True),
        (F.ROOM_TYPES, [RoomType("A", "A", 0, 1)], "ROOM_TYPES_INVALID", None),
        (F.ROOM_TYPES, [RoomType("A", "A", 1, 1), RoomType("A", "B", 1, 1)], "ROOM_TYPES_INVALID", None),
        (F.CONTACTS, [Contact(ContactKind.GENERAL, "Anna")], "CONTACTS_INVALID", None),
        (F.CONTACTS, [Contact(ContactKind.GENERAL, "Anna", "anna at home")], "CONTACTS_INVALID", None),
    ],
)
def test_each_rule_finds_what_does_not_hold_and_says_what_would(field, value, rule, correction):
    values = {**SOLE, field: value}

    found = told(values)

    assert found == {rule: {} if correction is None else {field: correction}}
    if correction is not None:
        assert check(mended(values, check(values))) == []


def test_swapped_coordinates_are_known_by_their_country():
    swapped = {**SOLE, F.LATITUDE: 12.4768, F.LONGITUDE: 41.8992}

    assert told(swapped) == {"GEO_OUTSIDE_COUNTRY": {F.LATITUDE: 41.8992, F.LONGITUDE: 12.4768}}


def test_a_lost_point_is_put_back_where_the_country_is():
    lost = {
        **SOLE,
        F.COUNTRY: "ES",
        F.TIME_ZONE: "Europe/Madrid",
        F.LATITUDE: 4_045_724,
        F.LONGITUDE: -367_688,
    }
    there = {F.LATITUDE: 40.45724, F.LONGITUDE: -3.67688}

    assert told(lost) == {"LATITUDE_RANGE": there, "LONGITUDE_RANGE": there}


def test_half_a_place_and_a_price_without_currency_are_none():
    found = told({F.EXTERNAL_CODE: "1", F.NAME: "Sole", F.LATITUDE: 1.0, F.NIGHTLY_PRICE: 100})

    assert list(found) == ["LATITUDE_ALONE", "NIGHTLY_PRICE_ALONE"]


def test_a_duplicate_has_about_the_same_name_nearby():
    near = Point(41.8995, 12.4770)
    portfolio = Portfolio(
        [Known("ROM-9", "Hotel Albergo del Sole", "Roma", near), Known("ROM-1", SOLE[F.NAME], "Roma", near)]
    )

    (found,) = check(SOLE, portfolio=portfolio)

    assert (found.rule, found.severity) == ("NAME_DUPLICATE", Severity.WARNING)
    assert message_of(found) == (
        "Hotel Albergo del Sole (ROM-9) has about the same name and is 37 m away: is it the same property?"
    )


def test_the_same_name_far_away_or_with_another_number_is_no_duplicate():
    far = Portfolio([Known("ROM-9", SOLE[F.NAME], "Roma", Point(41.95, 12.47))])

    assert check(SOLE, portfolio=far) == []
    assert not is_alike("bright room 1", "bright room 2")
    assert is_alike("hotel sole", "albergo hotel sole")


def test_without_a_place_the_same_name_in_the_same_city_is_a_duplicate():
    portfolio = Portfolio([Known("ROM-9", "ALBERGO DEL SOLE", "roma")])

    (found,) = check(SOLE, portfolio=portfolio)

    assert message_of(found, ["it"]) == (
        "ALBERGO DEL SOLE (ROM-9) ha lo stesso nome nella stessa città: è la stessa struttura?"
    )


def test_a_price_with_its_point_aside_is_an_outlier_among_ones_own():
    prices = [
        ("EUR", amount) for amount in (12_000, 13_500, 15_000, 18_000, 16_500, 14_000, 22_000, 17_500, 19_900)
    ]
    portfolio = Portfolio(prices=Prices.by_currency(prices))

    (found,) = check({**SOLE, F.NIGHTLY_PRICE: 1_800_000}, portfolio=portfolio)

    assert (found.rule, found.severity, found.corrections) == (
        "NIGHTLY_PRICE_OUTLIER",
        Severity.WARNING,
        {F.NIGHTLY_PRICE: 18_000},
    )
    assert suggestion_of(found) == "180.00"
    assert check(SOLE, portfolio=portfolio) == []
    assert (
        check(
            {**SOLE, F.NIGHTLY_PRICE: 1_800_000}, portfolio=Portfolio(prices=Prices.by_currency(prices[:7]))
        )
        == []
    )


@patiently
@given(VALUES | PLACED)
def test_no_value_of_any_kind_is_too_much_for_the_rules(values):
    for problem in check(values):
        for locale in LOCALES:
            assert message_of(problem, [locale])
        suggestion_of(problem)


@patiently
@given(st.sampled_from(PropertyField), st.text())
def test_no_text_is_too_much_for_the_rules(field, text):
    check({**SOLE, field: text})
    check({**SOLE, field: read(field, text)})


@patiently
@given(VALUES | PLACED)
def test_a_suggestion_applied_satisfies_its_rule(values):
    for problem in check(values):
        if problem.corrections:
            again = check({**values, **problem.corrections})
            assert problem.rule not in [each.rule for each in again]


@patiently
@given(VALUES | PLACED)
def test_a_single_field_is_told_the_same_as_in_the_whole(values):
    whole = check(values)
    for field in PropertyField:
        assert check(values, fields=[field]) == [each for each in whole if each.field is field]


def test_every_rule_has_one_code_and_a_check():
    codes = [each.code for each in RULES]

    assert len(set(codes)) == len(codes)
    assert {each.kind for each in RULES} == set(Kind) == set(CHECKS)


def test_every_sentence_and_label_is_in_every_language_with_the_same_facts():
    said = texts()["sentences"] | texts()["fields"]

    for key, by_locale in said.items():
        assert tuple(by_locale) == LOCALES, key
        facts = {
            frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
            for text in by_locale.values()
        }
        assert len(facts) == 1, key
    assert set(texts()["fields"]) == {each.value for each in PropertyField}
    assert label_of(F.CITY, ["de"]) == "Ort"


def test_messages_are_in_the_readers_language_else_in_english():
    (problem,) = check({**SOLE, F.STAR_RATING: 7})

    assert message_of(problem, ["it"]) == "Stelle: deve essere compreso tra 1 e 5."
    assert message_of(problem, ["de-AT"]) == "Sterne: muss zwischen 1 und 5 liegen."
    assert message_of(problem, ["pt"]) == message_of(problem) == "Star rating must be from 1 to 5."


def test_only_errors_block():
    problems = check({**SOLE, F.NAME: " Sole", F.STAR_RATING: 7})

    assert [each.rule for each in blocking(problems)] == ["STAR_RATING_RANGE"]


def test_the_decimals_of_currencies_are_those_of_the_offered_ones():
    assert {code: currencies()[code].decimals for code in EXPONENTS} == EXPONENTS
    by_decimals = {
        decimals: {c for c, each in currencies().items() if each.decimals == decimals} for decimals in (0, 3)
    }
    assert by_decimals == {
        0: {
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        },
        3: {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"},
    }
    assert {each.decimals for each in currencies().values()} == {0, 2, 3}
    assert (decimals_of("JPY"), decimals_of("???")) == (0, 2)


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("$", None, "USD"),
        ("$", "MX", "MXN"),
        ("kr", "SE", "SEK"),
        ("kr", None, None),
        ("zł", None, "PLN"),
        ("Euro", None, "EUR"),
    ],
)
def test_a_sign_is_of_its_country(text, country, code):
    assert currency_of(text, country) == code


def test_countries_are_those_of_iso_3166_and_kosovo():
    assert len(countries()) == 250
    assert len({each.alpha3 for each in countries().values()}) == 250
    assert [country_of(each) for each in ("Côte d’Ivoire", "UK", "Deutschland", "usa", "Kosovo", "")] == [
        "CI",
        "GB",
        "DE",
        "US",
        "XK",
        None,
    ]


def test_every_country_is_where_its_zones_are():
    assert [
        (country.code, zone)
        for country in countries().values()
        for zone, point in country.zones.items()
        if not lies_in(country.code, point) or zone not in time_zones()
    ] == []


def test_a_zone_is_known_by_its_place_and_by_the_nearest_point():
    assert zone_of("new york") == "America/New_York"
    assert zone_of("nowhere") is None
    assert nearest_zone("ES", Point(28.1, -15.4)) == "Atlantic/Canary"
    assert nearest_zone("IT", None) == "Europe/Rome"
    assert nearest_zone("US", None) is None


@pytest.mark.parametrize(
    ("country", "latitude", "longitude", "is_in"),
    [
        ("IT", 41.9, 12.48, True),
        ("IT", 35.5, 12.6, True),
        ("IT", 12.48, 41.9, False),
        ("FJ", -17.2, -178.95, True),
        ("RU", 66.0, -172.0, True),
        ("US", 52.9, 172.9, True),
        ("US", 40.7, 74.0, False),
        ("VA", 41.9022, 12.4533, True),
        ("DE", 49.75, 6.6, True),
        ("DE", 48.86, 2.35, False),
    ],
)
def test_a_place_is_in_its_country(country, latitude, longitude, is_in):
    assert is_in_country(country, Point(latitude, longitude)) is is_in


def test_a_place_is_in_one_country_at_a_time():
    assert list(countries_at(Point(-29.3, 27.5))) == ["LS"]
    assert round(distance(Point(41.9, 12.5), Point(40.4, -3.7))) == 1_364_543


@pytest.mark.skipif(MADRID is None, reason="the listings of Madrid are not beside this checkout")
def test_every_listing_of_madrid_is_in_spain():
    assert MADRID is not None
    with MADRID.open(encoding="utf-8", newline="") as file:
        rows = [
            {F.EXTERNAL_CODE: row["id"], F.NAME: row["name"], F.COUNTRY: "ES", F.TIME_ZONE: "Europe/Madrid"}
            | {F.LATITUDE: float(row["latitude"]), F.LONGITUDE: float(row["longitude"])}
            for row in csv.DictReader(file)
        ]

    found = [each.rule for row in rows for each in check(row, fields=[F.LATITUDE, F.LONGITUDE, F.TIME_ZONE])]

    assert (len(rows), found) == (1125, [])


def test_amenities_are_all_called_something():
    assert {read(F.AMENITIES, each)[0] for each in Amenity} == set(Amenity)
