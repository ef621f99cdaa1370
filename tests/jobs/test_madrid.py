"""The report of a real file: lodging in Madrid as its hosts wrote it (Inside Airbnb, CC BY 4.0)."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from db import models
from domain.imports import ImportStatus
from domain.properties import PropertyField

LISTINGS = Path("shared", "data", "madrid_listings.csv")
CONSTANTS = {
    PropertyField.COUNTRY: "ES",
    PropertyField.CITY: "Madrid",
    PropertyField.CURRENCY: "EUR",
    PropertyField.TIME_ZONE: "Europe/Madrid",
}
"""What the file's columns can not say."""


def listings() -> bytes:
    """The file, from a folder above the project."""
    for folder in Path(__file__).resolve().parents:
        if (folder / LISTINGS).exists():
            return (folder / LISTINGS).read_bytes()
    pytest.skip(f"{LISTINGS} is not there")


@pytest.mark.slow
async def test_the_listings_of_madrid_come_in_without_mapping_by_hand(importing):
    content = listings()

    row = await importing.checked(content, file_name="madrid_listings.csv", constants=CONSTANTS)

    assert (row.status, row.row_count) == (ImportStatus.CHECKED, 1125)
    assert {each["name"]: (each["field"], each["part"]) for each in row.columns if each["field"]} == {
        "id": ("external_code", None),
        "name": ("name", None),
        "description": ("descriptions", "en"),
        "latitude": ("latitude", None),
        "longitude": ("longitude", None),
        "room_type": ("type", None),
        "price": ("nightly_price", None),
    }
    assert (row.accepted, row.corrected, row.rejected, row.unchanged) == (56, 1069, 0, 0)
    assert Counter(rule for _, _, rule, _, _ in await importing.problems(row)) == {
        "MARKUP": 1064,
        "NAME_UNTIDY": 64,
        "CONTROL_CHARACTERS": 7,
        "NAME_DUPLICATE": 35,
        "NIGHTLY_PRICE_OUTLIER": 13,
    }

    row = await importing.applied(row)

    assert (row.status, row.created, row.updated, row.left_out) == (ImportStatus.APPLIED, 1125, 0, 0)
    first = next(each for each in await importing.properties() if each.external_code == "6369")
    assert first.name == "Rooftop terrace room , ensuite bathroom"
    assert (first.type, first.nightly_price, first.currency) == ("ROOM", 6000, "EUR")
    assert first.descriptions["en"].startswith(
        "Excellent connection with the AIRPORT and EXHIBITION GROUNDS IFEMA\n\nLively neighboorhood"
    )
    assert "<" not in first.descriptions["en"]

    again = await importing.checked(content, constants=CONSTANTS)

    assert (again.accepted, again.corrected, again.rejected, again.unchanged) == (0, 0, 0, 1125)
    row = await importing.undone(row)
    assert (row.removed, row.kept, await importing.rows(select(models.Property.id))) == (1125, 0, [])
