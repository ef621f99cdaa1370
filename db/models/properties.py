"""The properties of partners."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    and_,
    case,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner
from db.types import Base, Id, enum_type
from domain.properties import (
    FIELDS,
    CancellationPolicy,
    Contact,
    ContactKind,
    PropertyField,
    PropertyType,
    RoomType,
    completeness,
)


class Property(Base):
    """A house of a partner, in both environments; the columns of its fields have the names of `PropertyField`.

    What is not told is NULL, or an empty list. `nightly_price` is in minor units of `currency`. Personal data: contacts.
    """

    __tablename__ = "properties"
    __table_args__ = (
        UniqueConstraint("partner_id", "external_code"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place"),
        CheckConstraint(
            "nightly_price IS NULL OR nightly_price > 0 AND currency IS NOT NULL", name="nightly_price"
        ),
        CheckConstraint(
            "'' NOT IN (external_code, name, street, city, postal_code, region, country, time_zone, currency,"
            " check_in_from, check_out_until)",
            name="texts",
        ),
        CheckConstraint(
            "jsonb_typeof(room_types) = 'array' AND jsonb_typeof(contacts) = 'array'"
            " AND jsonb_typeof(descriptions) = 'object'",
            name="documents",
        ),
        Index("ix_properties_partner_name", "partner_id", "name", "id"),
        Index("ix_properties_partner_place", "partner_id", "latitude"),
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    external_code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[PropertyType | None] = mapped_column(enum_type(PropertyType))
    street: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(100))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    region: Mapped[str | None] = mapped_column(String(100))
    country: Mapped[str | None] = mapped_column(String(2))
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    time_zone: Mapped[str | None] = mapped_column(String(64))
    currency: Mapped[str | None] = mapped_column(String(3))
    nightly_price: Mapped[int | None] = mapped_column(BigInteger)
    star_rating: Mapped[float | None] = mapped_column(Double)
    room_types: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    amenities: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default="{}")
    contacts: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    check_in_from: Mapped[str | None] = mapped_column(String(5))
    check_out_until: Mapped[str | None] = mapped_column(String(5))
    cancellation: Mapped[CancellationPolicy | None] = mapped_column(enum_type(CancellationPolicy))
    is_child_friendly: Mapped[bool | None] = mapped_column(Boolean)
    is_pet_friendly: Mapped[bool | None] = mapped_column(Boolean)
    descriptions: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    images: Mapped[list[str]] = mapped_column(ARRAY(String(2000)), default=list, server_default="{}")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(lazy="raise")

    @hybrid_property
    def completeness(self) -> int:
        """How much is told, of 100."""
        return completeness(_columns(self)).score

    @completeness.inplace.expression
    @classmethod
    def _completeness(cls) -> ColumnElement[int]:
        return sum(
            (case((_is_told(cls, field), facts.weight), else_=0) for field, facts in FIELDS.items()),
            start=literal_column("0", Integer),
        )

    @hybrid_property
    def is_complete(self) -> bool:
        """Enough is told for going live."""
        return completeness(_columns(self)).is_complete

    @is_complete.inplace.expression
    @classmethod
    def _is_complete(cls) -> ColumnElement[bool]:
        return and_(*(_is_told(cls, field) for field, facts in FIELDS.items() if facts.is_needed))


def _columns(row: Property) -> dict[PropertyField, Any]:
    """Return the columns as they are: whether something is there needs no reading."""
    return {field: getattr(row, field.value) for field in PropertyField}


def _is_told(row: Any, field: PropertyField) -> ColumnElement[bool]:
    """Tell in SQL that a field says something: texts are NULL where they would be empty, lists are never NULL."""
    column = getattr(row, field.value)
    match NOTHING.get(field):
        case None:
            told: ColumnElement[bool] = column.is_not(None)
        case list() if field not in MEMBERS:
            told = func.cardinality(column) > 0
        case nothing:
            told = column != literal_column("'[]'::jsonb" if nothing == [] else "'{}'::jsonb", JSONB)
    return told


MEMBERS: dict[PropertyField, Any] = {
    PropertyField.ROOM_TYPES: lambda each: RoomType(**each),
    PropertyField.CONTACTS: lambda each: Contact(**{**each, "kind": ContactKind(each["kind"])}),
}
"""How the objects of a list are read."""

NOTHING: dict[PropertyField, Any] = {
    PropertyField.ROOM_TYPES: [],
    PropertyField.AMENITIES: [],
    PropertyField.CONTACTS: [],
    PropertyField.DESCRIPTIONS: {},
    PropertyField.IMAGES: [],
}
"""What stands where nothing is told; NULL everywhere else."""


def values_of(row: Property) -> dict[PropertyField, Any]:
    """Return what a row tells, as the rules take it."""
    values = _columns(row)
    for field, read in MEMBERS.items():
        values[field] = [read(each) for each in values[field]]
    return values


def columns_of(values: Mapping[PropertyField, Any]) -> dict[str, Any]:
    """Return the columns of a whole property: those of fields that are not there are emptied."""
    columns: dict[str, Any] = {}
    for field in PropertyField:
        value = values.get(field)
        if value is None:
            value = NOTHING.get(field)
        columns[field.value] = [asdict(each) for each in value] if field in MEMBERS and value else value
    return columns
