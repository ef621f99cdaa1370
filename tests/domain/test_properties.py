"""Fields of a property, what is missing, and how cells are read and written."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.properties import (
    FIELDS,
    Contact,
    ContactKind,
    PropertyField,
    PropertyType,
    RoomType,
    completeness,
)
from domain.property_texts import COLUMNS, Column, read, read_number, read_row, write, write_row
from tests.factories.properties import SOLE

LINES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_every_field_has_its_facts_and_all_weights_are_100():
    assert list(FIELDS) == list(PropertyField)
    assert sum(each.weight for each in FIELDS.values()) == 100


def test_a_whole_property_lacks_nothing():
    assert completeness(SOLE).score == 100
    assert completeness(SOLE).is_complete


def test_what_is_missing_is_told_with_its_weight():
    told = completeness({**SOLE, PropertyField.CITY: "", PropertyField.STAR_RATING: None})

    assert told.score == 91
    assert [(each.field, each.weight, each.is_needed) for each in told.missing] == [
        (PropertyField.CITY, 6, True),
        (PropertyField.STAR_RATING, 3, False),
    ]
    assert not told.is_complete


def test_nothing_is_missing_that_going_live_does_not_need():
    needed = {field: value for field, value in SOLE.items() if FIELDS[field].is_needed}

    assert completeness(needed).is_complete
    assert completeness(needed).score == 85


def test_no_and_zero_say_something():
    told = completeness({PropertyField.IS_PET_FRIENDLY: False, PropertyField.LATITUDE: 0.0})

    assert told.score == 6


def test_a_row_is_read_as_it_was_written():
    cells = write_row(SOLE)

    assert len(cells) == len(COLUMNS) == 28
    assert read_row(dict(zip(COLUMNS, cells, strict=True))) == SOLE


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (PropertyField.TYPE, " bed and breakfast ", PropertyType.BED_AND_BREAKFAST),
        (PropertyField.TYPE, "castle", "castle"),
        (PropertyField.LATITUDE, "41,903", 41.903),
        (PropertyField.LATITUDE, "north", "north"),
        (PropertyField.IS_PET_FRIENDLY, "Sì", True),
        (PropertyField.IS_PET_FRIENDLY, "nein", False),
        (PropertyField.IS_PET_FRIENDLY, "perhaps", "perhaps"),
        (PropertyField.ROOM_TYPES, "DBL|Double|2", "DBL|Double|2"),
        (PropertyField.AMENITIES, "WIFI, POOL\nBAR", ["WIFI", "POOL", "BAR"]),
        (PropertyField.CITY, "  ", None),
    ],
)
def test_a_cell_is_a_value_or_stays_what_it_is(field, text, value):
    assert read(field, text) == value


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("80", "EUR", 8_000),
        ("80,5 €", "EUR", 8_050),
        ("1.234,50", "EUR", 123_450),
        ("1,234.50", "USD", 123_450),
        ("1,234", "USD", 123_400),
        ("1'234.5", "CHF", 123_450),
        ("1,234", "KWD", 1_234),
        ("12000", "JPY", 12_000),
        ("free", "EUR", "free"),
        ("1e5", "EUR", "1e5"),
        ("80-90", "EUR", "80-90"),
    ],
)
def test_a_price_is_read_in_minor_units_of_its_currency(text, currency, minor):
    assert read(PropertyField.NIGHTLY_PRICE, text, currency=currency) == minor


def test_the_currency_of_a_row_is_known_before_its_price():
    price = Column("nightly_price", PropertyField.NIGHTLY_PRICE)
    currency = Column("currency", PropertyField.CURRENCY)

    assert read_row({price: "12000", currency: "JPY"})[PropertyField.NIGHTLY_PRICE] == 12_000


@patiently
@given(st.text())
def test_any_text_can_be_read_as_any_field(text):
    for field in PropertyField:
        read(field, text)
    read_number(text, decimals=2)


@patiently
@given(
    st.lists(
        st.builds(RoomType, LINES, LINES, st.integers(1, 99), st.integers(1, 999)), min_size=1, max_size=3
    )
)
def test_room_types_survive_a_cell(rooms):
    assert read(PropertyField.ROOM_TYPES, write(PropertyField.ROOM_TYPES, rooms)) == rooms


@patiently
@given(
    st.lists(st.builds(Contact, st.sampled_from(ContactKind), LINES, LINES, LINES), min_size=1, max_size=3)
)
def test_contacts_survive_a_cell(contacts):
    assert read(PropertyField.CONTACTS, write(PropertyField.CONTACTS, contacts)) == contacts


@patiently
@given(st.floats(-180, 180).map(lambda each: round(each, 9)))
def test_degrees_survive_a_cell(degrees):
    assert read(PropertyField.LONGITUDE, write(PropertyField.LONGITUDE, degrees)) == degrees
