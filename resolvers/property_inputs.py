"""What is told of a property, as it is asked for, and as the rules take it."""

from decimal import Decimal
from typing import Any

import strawberry

from domain.properties import (
    CancellationPolicy,
    Contact,
    ContactKind,
    PropertyField,
    PropertyType,
    RoomType,
    tidied,
)
from domain.property_texts import read
from resolvers import enums as _registered  # noqa: F401 - every input's enums, before any input
from resolvers.package_inputs import LocalizedTextInput


@strawberry.input(description="One kind of room.")
class RoomTypeInput:
    code: str
    name: str
    max_occupancy: int = strawberry.field(description="Guests in one room.")
    quantity: int = strawberry.field(description="How many rooms of it there are.")


@strawberry.input(description="Whom to ask; an email address or a phone number is needed.")
class ContactInput:
    kind: ContactKind
    name: str
    email: str | None = None
    phone: str | None = None


@strawberry.input(description="What is told of a property; what is left out is not told, or stays.")
class PropertyValuesInput:
    external_code: str | None = strawberry.field(default=None, description="The partner's own code: unique.")
    name: str | None = None
    type: PropertyType | None = None
    street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    country: str | None = strawberry.field(default=None, description="ISO 3166-1 alpha-2: `IT`.")
    latitude: float | None = strawberry.field(default=None, description="Degrees, WGS 84.")
    longitude: float | None = strawberry.field(default=None, description="Degrees, WGS 84.")
    time_zone: str | None = strawberry.field(default=None, description="IANA: `Europe/Rome`.")
    currency: str | None = strawberry.field(default=None, description="ISO 4217: `EUR`.")
    nightly_price: Decimal | None = strawberry.field(
        default=None, description="What a night costs at least, in whole units of `currency`: `80.50`."
    )
    star_rating: float | None = strawberry.field(default=None, description="1 to 5, halves too.")
    room_types: list[RoomTypeInput] | None = strawberry.field(default=None, description="All of them.")
    amenities: list[str] | None = strawberry.field(default=None, description="`Amenity`; all of them.")
    contacts: list[ContactInput] | None = strawberry.field(default=None, description="All of them.")
    check_in_from: str | None = strawberry.field(default=None, description="`15:00`, local time.")
    check_out_until: str | None = strawberry.field(default=None, description="`10:30`, local time.")
    cancellation: CancellationPolicy | None = None
    is_child_friendly: bool | None = None
    is_pet_friendly: bool | None = None
    descriptions: list[LocalizedTextInput] | None = strawberry.field(default=None, description="All of them.")
    images: list[str] | None = strawberry.field(default=None, description="https addresses; all of them.")


@strawberry.input(description="A new property of a partner.")
class CreatePropertyInput:
    partner_id: strawberry.ID
    values: PropertyValuesInput
    idempotency_key: str | None = None


@strawberry.input(description="What changes in a property.")
class UpdatePropertyInput:
    id: strawberry.ID
    version: int = strawberry.field(description="The version the change was made for.")
    values: PropertyValuesInput = strawberry.field(description="What is left out stays.")
    emptied: list[PropertyField] = strawberry.field(
        default_factory=list, description="Fields that are not to tell anything any more."
    )


@strawberry.input(description="The property to be taken out of use.")
class ArchivePropertyInput:
    id: strawberry.ID


@strawberry.input(description="The property to be taken into use again.")
class RestorePropertyInput:
    id: strawberry.ID


@strawberry.input(description="A field as a person has typed it.")
class PropertyTextInput:
    field: PropertyField
    text: str = strawberry.field(
        description="As a cell of a spreadsheet has it: `41,9`, `Italia`, `80,50 €`."
    )


@strawberry.input(description="What a form has so far.")
class ValidatePropertyInput:
    partner_id: strawberry.ID = strawberry.field(description="Whose other properties it is compared with.")
    external_code_before: str | None = strawberry.field(
        default=None, description="The code of the property that is edited: it is not compared with itself."
    )
    values: PropertyValuesInput | None = None
    texts: list[PropertyTextInput] = strawberry.field(
        default_factory=list, description="Fields as they were typed; each stands before its value."
    )
    fields: list[PropertyField] | None = strawberry.field(
        default=None, description="What to look at; null: everything. Other fields are looked at beside it."
    )


@strawberry.input(description="Which properties.")
class PropertyFilter:
    search: str | None = strawberry.field(default=None, description="A part of the name, code or city.")
    country: str | None = strawberry.field(default=None, description="ISO 3166-1 alpha-2: `IT`.")
    is_complete: bool | None = strawberry.field(default=None, description="Enough is told for going live.")
    is_archived: bool | None = strawberry.field(default=False, description="Null: both.")


def read_values(input: PropertyValuesInput) -> dict[PropertyField, Any]:
    """Return what is given, as the rules take it; the price still in whole units."""
    values: dict[PropertyField, Any] = {
        field: value for field in PropertyField if (value := getattr(input, field.value)) is not None
    }
    if input.room_types is not None:
        values[PropertyField.ROOM_TYPES] = [
            RoomType(each.code, each.name, each.max_occupancy, each.quantity) for each in input.room_types
        ]
    if input.contacts is not None:
        values[PropertyField.CONTACTS] = [
            Contact(each.kind, each.name, each.email, each.phone) for each in input.contacts
        ]
    if input.descriptions is not None:
        values[PropertyField.DESCRIPTIONS] = {each.locale: each.text for each in input.descriptions}
    return values


def values_to_check(input: ValidatePropertyInput) -> dict[PropertyField, Any]:
    """Return what a form has, with the price in minor units; what was typed is read like a cell."""
    values = read_values(input.values) if input.values else {}
    texts = {each.field: each.text for each in input.texts}
    currency = texts.get(PropertyField.CURRENCY, values.get(PropertyField.CURRENCY))
    typed = {field: read(field, text, currency=currency) for field, text in texts.items()}
    price = values.get(PropertyField.NIGHTLY_PRICE)
    if isinstance(price, Decimal):
        priced = tidied({PropertyField.NIGHTLY_PRICE: price, PropertyField.CURRENCY: currency})
        values[PropertyField.NIGHTLY_PRICE] = priced[PropertyField.NIGHTLY_PRICE]
    return values | typed
