"""Properties: the houses of partners, and what one must tell of itself before it can go live (A-35).

A property may be saved with a code, a name and gaps; what is there must be right (`domain.rules`), and what is missing
is told by its completeness. Values travel as a mapping from PropertyField to:

text fields                     str, trimmed; None or "" where there is none
TYPE, CANCELLATION              a member of the enum; while it is unread, any str
LATITUDE, LONGITUDE, STAR_RATING    float
NIGHTLY_PRICE                   int in minor units of CURRENCY
CHECK_IN_FROM, CHECK_OUT_UNTIL  str `HH:MM`
IS_CHILD_FRIENDLY, IS_PET_FRIENDLY  bool
AMENITIES, IMAGES               list[str]
ROOM_TYPES, CONTACTS            list[RoomType], list[Contact]
DESCRIPTIONS                    dict[locale, str]
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from domain.currencies import decimals_of
from domain.errors import Refusal


class PropertyType(StrEnum):
    """What kind of house it is."""

    HOTEL = "HOTEL"
    RESORT = "RESORT"
    HOSTEL = "HOSTEL"
    BED_AND_BREAKFAST = "BED_AND_BREAKFAST"
    GUEST_HOUSE = "GUEST_HOUSE"
    APARTMENT = "APARTMENT"
    APARTHOTEL = "APARTHOTEL"
    VILLA = "VILLA"
    HOLIDAY_HOME = "HOLIDAY_HOME"
    FARM_STAY = "FARM_STAY"
    CAMPSITE = "CAMPSITE"
    ROOM = "ROOM"
    OTHER = "OTHER"


class CancellationPolicy(StrEnum):
    """Until when a guest cancels for free: 1, 5 or 14 days before arrival, or never."""

    FLEXIBLE = "FLEXIBLE"
    MODERATE = "MODERATE"
    STRICT = "STRICT"
    NON_REFUNDABLE = "NON_REFUNDABLE"


class ContactKind(StrEnum):
    """What a contact is asked about."""

    GENERAL = "GENERAL"
    RESERVATIONS = "RESERVATIONS"
    FINANCE = "FINANCE"
    TECHNICAL = "TECHNICAL"
    EMERGENCY = "EMERGENCY"


class Amenity(StrEnum):
    """What a house may offer its guests."""

    AIR_CONDITIONING = "AIR_CONDITIONING"
    BAR = "BAR"
    BEACH_ACCESS = "BEACH_ACCESS"
    BREAKFAST = "BREAKFAST"
    CHARGING_STATION = "CHARGING_STATION"
    ELEVATOR = "ELEVATOR"
    FAMILY_ROOMS = "FAMILY_ROOMS"
    FITNESS_CENTER = "FITNESS_CENTER"
    GARDEN = "GARDEN"
    HEATING = "HEATING"
    KITCHEN = "KITCHEN"
    LAUNDRY = "LAUNDRY"
    MEETING_ROOMS = "MEETING_ROOMS"
    NON_SMOKING_ROOMS = "NON_SMOKING_ROOMS"
    PARKING = "PARKING"
    POOL = "POOL"
    RECEPTION_24H = "RECEPTION_24H"
    RESTAURANT = "RESTAURANT"
    ROOM_SERVICE = "ROOM_SERVICE"
    SAUNA = "SAUNA"
    SHUTTLE = "SHUTTLE"
    SPA = "SPA"
    TERRACE = "TERRACE"
    TV = "TV"
    WASHING_MACHINE = "WASHING_MACHINE"
    WHEELCHAIR_ACCESS = "WHEELCHAIR_ACCESS"
    WIFI = "WIFI"


@dataclass(frozen=True, slots=True)
class RoomType:
    """One kind of room: how many guests fit into one, and how many there are."""

    code: str
    name: str
    max_occupancy: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask at a property. Personal data: name, email, phone."""

    kind: ContactKind
    name: str
    email: str | None = None
    phone: str | None = None


class PropertyField(StrEnum):
    """The fields of a property, by the names of their columns; in the order of the template."""

    EXTERNAL_CODE = "external_code"
    NAME = "name"
    TYPE = "type"
    STREET = "street"
    CITY = "city"
    POSTAL_CODE = "postal_code"
    REGION = "region"
    COUNTRY = "country"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    TIME_ZONE = "time_zone"
    CURRENCY = "currency"
    NIGHTLY_PRICE = "nightly_price"
    STAR_RATING = "star_rating"
    ROOM_TYPES = "room_types"
    AMENITIES = "amenities"
    CONTACTS = "contacts"
    CHECK_IN_FROM = "check_in_from"
    CHECK_OUT_UNTIL = "check_out_until"
    CANCELLATION = "cancellation"
    IS_CHILD_FRIENDLY = "is_child_friendly"
    IS_PET_FRIENDLY = "is_pet_friendly"
    DESCRIPTIONS = "descriptions"
    IMAGES = "images"


Values = Mapping[PropertyField, Any]
"""What is told of a property, as the module says; a field that is not there is empty."""


class Shape(StrEnum):
    """What a field's value looks like."""

    TEXT = "TEXT"
    CHOICE = "CHOICE"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    FLAG = "FLAG"
    LIST = "LIST"
    TEXTS = "TEXTS"


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """The shape of a field, its share of the completeness, and whether going live needs it."""

    shape: Shape
    weight: int
    is_needed: bool


NEEDED, WELCOME = True, False

FIELDS: dict[PropertyField, FieldFacts] = {
    PropertyField.EXTERNAL_CODE: FieldFacts(Shape.TEXT, 4, NEEDED),
    PropertyField.NAME: FieldFacts(Shape.TEXT, 8, NEEDED),
    PropertyField.TYPE: FieldFacts(Shape.CHOICE, 6, NEEDED),
    PropertyField.STREET: FieldFacts(Shape.TEXT, 6, NEEDED),
    PropertyField.CITY: FieldFacts(Shape.TEXT, 6, NEEDED),
    PropertyField.POSTAL_CODE: FieldFacts(Shape.TEXT, 2, WELCOME),
    PropertyField.REGION: FieldFacts(Shape.TEXT, 2, WELCOME),
    PropertyField.COUNTRY: FieldFacts(Shape.TEXT, 6, NEEDED),
    PropertyField.LATITUDE: FieldFacts(Shape.NUMBER, 5, NEEDED),
    PropertyField.LONGITUDE: FieldFacts(Shape.NUMBER, 5, NEEDED),
    PropertyField.TIME_ZONE: FieldFacts(Shape.TEXT, 4, NEEDED),
    PropertyField.CURRENCY: FieldFacts(Shape.TEXT, 4, NEEDED),
    PropertyField.NIGHTLY_PRICE: FieldFacts(Shape.MONEY, 1, WELCOME),
    PropertyField.STAR_RATING: FieldFacts(Shape.NUMBER, 3, WELCOME),
    PropertyField.ROOM_TYPES: FieldFacts(Shape.LIST, 10, NEEDED),
    PropertyField.AMENITIES: FieldFacts(Shape.LIST, 5, WELCOME),
    PropertyField.CONTACTS: FieldFacts(Shape.LIST, 6, NEEDED),
    PropertyField.CHECK_IN_FROM: FieldFacts(Shape.TEXT, 2, NEEDED),
    PropertyField.CHECK_OUT_UNTIL: FieldFacts(Shape.TEXT, 2, NEEDED),
    PropertyField.CANCELLATION: FieldFacts(Shape.CHOICE, 3, NEEDED),
    PropertyField.IS_CHILD_FRIENDLY: FieldFacts(Shape.FLAG, 1, WELCOME),
    PropertyField.IS_PET_FRIENDLY: FieldFacts(Shape.FLAG, 1, WELCOME),
    PropertyField.DESCRIPTIONS: FieldFacts(Shape.TEXTS, 4, NEEDED),
    PropertyField.IMAGES: FieldFacts(Shape.LIST, 4, NEEDED),
}
"""Every field; the weights add up to 100."""


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that is empty, what it would add to the score, and whether going live needs it."""

    field: PropertyField
    weight: int
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a property is told: 100 is everything; `is_complete` is enough for going live."""

    score: int
    missing: tuple[MissingField, ...]

    @property
    def is_complete(self) -> bool:
        return not any(each.is_needed for each in self.missing)


def is_empty(value: object) -> bool:
    """Tell whether a field says nothing; zero and False say something."""
    return value is None or (not value and isinstance(value, Collection))


def completeness(values: Values) -> Completeness:
    """Return what the values add up to; what is missing comes in the order of the fields."""
    missing = tuple(
        MissingField(field, facts.weight, facts.is_needed)
        for field, facts in FIELDS.items()
        if is_empty(values.get(field))
    )
    return Completeness(100 - sum(each.weight for each in missing), missing)


def tidied(values: Values) -> dict[PropertyField, Any]:
    """Return the values as they are kept: texts without what is around them, nothing empty but False and zero.

    A price may come as a Decimal in whole units; it becomes minor units of the currency, and stays what it is where
    the currency can not write it.
    """
    kept = {field: _tidied(field, value) for field, value in values.items()}
    price = kept.get(PropertyField.NIGHTLY_PRICE)
    if isinstance(price, Decimal):
        kept[PropertyField.NIGHTLY_PRICE] = _minor(price, kept.get(PropertyField.CURRENCY))
    return {field: value for field, value in kept.items() if not is_empty(value)}


def _tidied(field: PropertyField, value: Any) -> Any:
    if isinstance(value, str) and FIELDS[field].shape is Shape.TEXT:
        return " ".join(value.split())
    if isinstance(value, dict):
        texts = {key: text.strip() if isinstance(text, str) else text for key, text in value.items()}
        return {key: text for key, text in texts.items() if text}
    return value


def _minor(price: Decimal, currency: object) -> int | str:
    minor = price.scaleb(decimals_of(currency))
    return int(minor) if minor == minor.to_integral_value() else str(price)


def amount_of(minor: int, currency: object) -> Decimal:
    """Return a price in whole units, with all the decimals of its currency."""
    return Decimal(minor).scaleb(-decimals_of(currency))


@dataclass(frozen=True, slots=True)
class ExternalCodeTaken(Refusal):
    """Another property of the partner has this code."""

    code: ClassVar[str] = "EXTERNAL_CODE_TAKEN"
    hint: ClassVar[str | None] = "Use the code of one property once; an archived property keeps its code."
    external_code: str

    @property
    def message(self) -> str:
        return f"Another property has the code {self.external_code!r}."
