"""The template of a spreadsheet of properties, and the rows an export writes into it."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from domain.properties import (
    FIELDS,
    CancellationPolicy,
    Contact,
    ContactKind,
    PropertyField,
    PropertyType,
    RoomType,
    Shape,
)
from domain.property_texts import COLUMNS, TEMPLATE_VERSION, write_row
from domain.texts import neutral

FILE_NAME = f"properties-v{TEMPLATE_VERSION}.csv"

EXAMPLE: dict[PropertyField, Any] = {
    PropertyField.EXTERNAL_CODE: "ROM-1",
    PropertyField.NAME: "Albergo del Sole",
    PropertyField.TYPE: PropertyType.HOTEL,
    PropertyField.STREET: "Piazza della Rotonda 63",
    PropertyField.CITY: "Roma",
    PropertyField.POSTAL_CODE: "00186",
    PropertyField.REGION: "Lazio",
    PropertyField.COUNTRY: "IT",
    PropertyField.LATITUDE: 41.8992,
    PropertyField.LONGITUDE: 12.4768,
    PropertyField.TIME_ZONE: "Europe/Rome",
    PropertyField.CURRENCY: "EUR",
    PropertyField.NIGHTLY_PRICE: 18_050,
    PropertyField.STAR_RATING: 4.0,
    PropertyField.ROOM_TYPES: [RoomType("DBL", "Double room", 2, 10), RoomType("SGL", "Single room", 1, 4)],
    PropertyField.AMENITIES: ["WIFI", "BREAKFAST"],
    PropertyField.CONTACTS: [
        Contact(ContactKind.RESERVATIONS, "Anna Rossi", "anna@sole.example", "+39 06 1234567")
    ],
    PropertyField.CHECK_IN_FROM: "15:00",
    PropertyField.CHECK_OUT_UNTIL: "10:30",
    PropertyField.CANCELLATION: CancellationPolicy.FLEXIBLE,
    PropertyField.IS_CHILD_FRIENDLY: True,
    PropertyField.IS_PET_FRIENDLY: False,
    PropertyField.DESCRIPTIONS: {"en": "Beside the Pantheon.", "it": "Accanto al Pantheon."},
    PropertyField.IMAGES: ["https://sole.example/1.jpg"],
}
"""The row of the template that shows how each cell is written; it breaks no rule."""

NUMBERS = frozenset(
    position
    for position, column in enumerate(COLUMNS)
    if FIELDS[column.field].shape in (Shape.NUMBER, Shape.MONEY)
)
"""Columns whose cells are numbers."""


def header() -> list[str]:
    """Return the first row."""
    return [column.header for column in COLUMNS]


def export_row(values: Mapping[PropertyField, Any]) -> list[str | float]:
    """Return a property as a row of an export: numbers as numbers, everything else as an import reads it."""
    return [
        float(cell) if cell and position in NUMBERS else cell
        for position, cell in enumerate(write_row(values))
    ]


def template_csv() -> str:
    """Return the template with its example, as a CSV."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerows([header(), [neutral(cell) for cell in write_row(EXAMPLE)]])
    return file.getvalue()
