"""The properties of partners."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import strawberry

from db import models
from domain import properties as domain
from domain.properties import (
    Amenity,
    CancellationPolicy,
    ContactKind,
    PropertyField,
    PropertyType,
)
from domain.property_texts import Column
from domain.rules import problems, refusals
from domain.rules.problems import Severity
from permissions.viewer import Scope
from resolvers import properties as resolve
from schema.connections import Connection
from schema.money import CurrencyCode
from schema.nodes import Node
from schema.partners import LocalizedText, Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    NotFound,
    Refusal,
    StaleVersion,
    refuses,
)
from schema.sources import passed_by, related, represents, resolved_by


@strawberry.type(description="One kind of room of a property.")
class RoomType:
    is_type_of = represents(domain.RoomType)

    code: str
    name: str
    max_occupancy: int = strawberry.field(description="Guests in one room.")
    quantity: int = strawberry.field(description="How many rooms of it there are.")


@strawberry.type(description="Whom to ask at a property.")
class PropertyContact:
    is_type_of = represents(domain.Contact)

    kind: ContactKind
    name: str
    email: str | None
    phone: str | None


@strawberry.type(description="A value that helps to mend a problem.")
class PropertyCorrection:
    field: PropertyField = passed_by(resolve.correction_field)
    text: str = passed_by(resolve.correction_text)


@strawberry.type(description="One thing about a property that does not hold.")
class PropertyProblem:
    is_type_of = represents(problems.Problem)

    field: PropertyField
    path: str = strawberry.field(description="Where in a list: `0.max_occupancy`; empty for the whole field.")
    rule: str = strawberry.field(description="Stable; switch on it.")
    severity: Severity
    message: str = resolved_by(resolve.message)
    suggestion: str | None = passed_by(resolve.suggestion)
    corrections: list[PropertyCorrection] = passed_by(resolve.corrections)


@strawberry.type(description="A field that is not told yet.")
class MissingField:
    is_type_of = represents(domain.MissingField)

    field: PropertyField
    label: str = resolved_by(resolve.missing_label)
    weight: int = strawberry.field(description="What it adds to the completeness, of 100.")
    is_needed: bool = strawberry.field(description="Going live needs it.")


@strawberry.type(description="A column of the template.")
class PropertyColumn:
    is_type_of = represents(Column)

    header: str
    field: PropertyField
    locale: str | None = strawberry.field(description="The language of a description.")
    label: str = resolved_by(resolve.column_label)
    is_needed: bool = passed_by(resolve.column_is_needed)


@strawberry.type(description="What a spreadsheet of properties looks like.")
class PropertyTemplate:
    is_type_of = represents(resolve.Template)

    version: int = strawberry.field(description="Counts the changes of the columns.")
    file_name: str
    csv: str = strawberry.field(description="The header and an example row, in UTF-8.")
    columns: list[PropertyColumn]


@strawberry.type(description="A house of a partner.")
class Property(Node):
    is_type_of = represents(models.Property)

    external_code: str = strawberry.field(description="The partner's own code: unique among its properties.")
    name: str
    type: PropertyType | None
    street: str | None
    city: str | None
    postal_code: str | None
    region: str | None
    country: str | None = strawberry.field(description="ISO 3166-1 alpha-2.")
    latitude: float | None = strawberry.field(description="Degrees, WGS 84.")
    longitude: float | None = strawberry.field(description="Degrees, WGS 84.")
    time_zone: str | None = strawberry.field(description="IANA.")
    currency: CurrencyCode | None
    nightly_price: Decimal | None = passed_by(resolve.nightly_price)
    star_rating: float | None = strawberry.field(description="1 to 5, halves too.")
    room_types: list[RoomType] = passed_by(resolve.room_types)
    amenities: list[Amenity] = passed_by(resolve.amenities)
    contacts: list[PropertyContact] = passed_by(resolve.contacts)
    check_in_from: str | None = strawberry.field(description="Local time: `15:00`.")
    check_out_until: str | None = strawberry.field(description="Local time: `10:30`.")
    cancellation: CancellationPolicy | None
    is_child_friendly: bool | None
    is_pet_friendly: bool | None
    descriptions: list[LocalizedText] = passed_by(resolve.descriptions)
    images: list[str] = strawberry.field(description="https addresses.")
    completeness: int = strawberry.field(description="How much is told, of 100.")
    is_complete: bool = strawberry.field(description="Enough is told for going live.")
    missing: list[MissingField] = passed_by(resolve.missing)
    problems: list[PropertyProblem] = resolved_by(resolve.problems)
    version: int = strawberry.field(description="Counts the changes.")
    created_at: dt.datetime
    updated_at: dt.datetime
    archived_at: dt.datetime | None
    partner: Partner | None = related(models.Property.partner, description="Whose it is.")


@refuses(refusals.InvalidProperty)
class InvalidProperty(Refusal):
    problems: list[PropertyProblem]


@refuses(domain.ExternalCodeTaken)
class ExternalCodeTaken(Refusal):
    external_code: str


CreatePropertyPayload = Annotated[
    Property | NotFound | Forbidden | InvalidProperty | ExternalCodeTaken | IdempotencyConflict,
    strawberry.union("CreatePropertyPayload"),
]
UpdatePropertyPayload = Annotated[
    Property | NotFound | Forbidden | StaleVersion | InvalidProperty | ExternalCodeTaken,
    strawberry.union("UpdatePropertyPayload"),
]
ArchivePropertyPayload = Annotated[
    Property | NotFound | Forbidden, strawberry.union("ArchivePropertyPayload")
]
RestorePropertyPayload = Annotated[
    Property | NotFound | Forbidden, strawberry.union("RestorePropertyPayload")
]


@strawberry.type
class PropertyQuery:
    properties: Connection[Property] = resolved_by(resolve.page, scope=Scope.READ_PROPERTIES)
    property: Property | None = resolved_by(resolve.by_id, scope=Scope.READ_PROPERTIES)
    property_template: PropertyTemplate = resolved_by(resolve.template, scope=Scope.READ_PROPERTIES)
    validate_property: list[PropertyProblem] = resolved_by(resolve.validate, scope=Scope.READ_PROPERTIES)


@strawberry.type
class PropertyMutation:
    create_property: CreatePropertyPayload = resolved_by(
        resolve.create_property, scope=Scope.MANAGE_PROPERTIES
    )
    update_property: UpdatePropertyPayload = resolved_by(
        resolve.update_property, scope=Scope.MANAGE_PROPERTIES
    )
    archive_property: ArchivePropertyPayload = resolved_by(
        resolve.archive_property, scope=Scope.MANAGE_PROPERTIES
    )
    restore_property: RestorePropertyPayload = resolved_by(
        resolve.restore_property, scope=Scope.MANAGE_PROPERTIES
    )
