"""Properties of partners."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.models.properties import columns_of
from db.types import new_id
from domain.properties import CancellationPolicy, Contact, ContactKind, PropertyField, PropertyType, RoomType
from tests.factories.times import NOW

SOLE: dict[PropertyField, Any] = {
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
    PropertyField.STAR_RATING: 3.5,
    PropertyField.ROOM_TYPES: [RoomType("DBL", "Double; with | view", 2, 10)],
    PropertyField.AMENITIES: ["WIFI", "BAR"],
    PropertyField.CONTACTS: [Contact(ContactKind.GENERAL, "Anna Rossi", "anna@sole.example", None)],
    PropertyField.CHECK_IN_FROM: "15:00",
    PropertyField.CHECK_OUT_UNTIL: "10:30",
    PropertyField.CANCELLATION: CancellationPolicy.FLEXIBLE,
    PropertyField.IS_CHILD_FRIENDLY: True,
    PropertyField.IS_PET_FRIENDLY: False,
    PropertyField.DESCRIPTIONS: {"en": "Beside the Pantheon.\nSince 1467.", "it": "Accanto al Pantheon."},
    PropertyField.IMAGES: ["https://sole.example/1.jpg", "https://sole.example/2.jpg"],
}
"""A property that lacks nothing and breaks no rule."""


async def make_property(
    session: AsyncSession,
    partner: models.Partner,
    *,
    archived_at: datetime | None = None,
    **changes: Any,
) -> models.Property:
    """Make the Albergo del Sole, with `changes` by the fields' names."""
    values = SOLE | {PropertyField(name): value for name, value in changes.items()}
    row = models.Property(
        id=new_id(),
        partner_id=partner.id,
        created_at=NOW,
        updated_at=NOW,
        archived_at=archived_at,
        **columns_of(values),
    )
    session.add(row)
    await session.flush()
    return row
