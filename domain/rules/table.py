"""Every rule. A rule's code is part of the API: it never changes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.properties import PropertyField as Field
from domain.rules.problems import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING


class Kind(StrEnum):
    """What a rule looks at."""

    REQUIRED = "REQUIRED"
    SHAPE = "SHAPE"
    TIDY = "TIDY"
    PRINTABLE = "PRINTABLE"
    LENGTH = "LENGTH"
    PATTERN = "PATTERN"
    RANGE = "RANGE"
    STEP = "STEP"
    CHOICE = "CHOICE"
    COUNTRY = "COUNTRY"
    CURRENCY = "CURRENCY"
    TIME_ZONE = "TIME_ZONE"
    LOCALES = "LOCALES"
    COUNT = "COUNT"
    AMENITIES = "AMENITIES"
    URLS = "URLS"
    ROOM_TYPES = "ROOM_TYPES"
    CONTACTS = "CONTACTS"
    TOGETHER = "TOGETHER"
    IN_COUNTRY = "IN_COUNTRY"
    ZONE_OF_COUNTRY = "ZONE_OF_COUNTRY"
    DUPLICATE = "DUPLICATE"
    OUTLIER = "OUTLIER"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `bounds` is what its kind compares with."""

    code: str
    field: Field
    kind: Kind
    severity: Severity
    bounds: Any = None


LONGEST = {
    Field.EXTERNAL_CODE: 64,
    Field.NAME: 200,
    Field.STREET: 200,
    Field.CITY: 100,
    Field.POSTAL_CODE: 20,
    Field.REGION: 100,
    Field.DESCRIPTIONS: 10_000,
}
"""Characters of a text; of each language's description."""
TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
EXTERNAL_CODE = r"[^\s|;](?:[^|;\t\r\n]*[^\s|;])?"

RULES: tuple[Rule, ...] = (
    Rule("EXTERNAL_CODE_REQUIRED", Field.EXTERNAL_CODE, Kind.REQUIRED, ERROR),
    Rule("NAME_REQUIRED", Field.NAME, Kind.REQUIRED, ERROR),
    *(Rule(f"{field.name}_UNREADABLE", field, Kind.SHAPE, ERROR) for field in Field),
    *(
        Rule(f"{field.name}_UNTIDY", field, Kind.TIDY, WARNING)
        for field in LONGEST
        if field is not Field.DESCRIPTIONS
    ),
    *(Rule(f"{field.name}_UNPRINTABLE", field, Kind.PRINTABLE, ERROR) for field in LONGEST),
    *(
        Rule(f"{field.name}_TOO_LONG", field, Kind.LENGTH, ERROR, longest)
        for field, longest in LONGEST.items()
    ),
    Rule("EXTERNAL_CODE_FORMAT", Field.EXTERNAL_CODE, Kind.PATTERN, ERROR, EXTERNAL_CODE),
    Rule("TYPE_UNKNOWN", Field.TYPE, Kind.CHOICE, ERROR),
    Rule("COUNTRY_UNKNOWN", Field.COUNTRY, Kind.COUNTRY, ERROR),
    Rule("LATITUDE_RANGE", Field.LATITUDE, Kind.RANGE, ERROR, (-90, 90)),
    Rule("LONGITUDE_RANGE", Field.LONGITUDE, Kind.RANGE, ERROR, (-180, 180)),
    Rule("LATITUDE_ALONE", Field.LATITUDE, Kind.TOGETHER, ERROR, Field.LONGITUDE),
    Rule("LONGITUDE_ALONE", Field.LONGITUDE, Kind.TOGETHER, ERROR, Field.LATITUDE),
    Rule("GEO_OUTSIDE_COUNTRY", Field.LATITUDE, Kind.IN_COUNTRY, ERROR),
    Rule("TIME_ZONE_UNKNOWN", Field.TIME_ZONE, Kind.TIME_ZONE, ERROR),
    Rule("TIME_ZONE_OF_ANOTHER_COUNTRY", Field.TIME_ZONE, Kind.ZONE_OF_COUNTRY, WARNING),
    Rule("CURRENCY_UNKNOWN", Field.CURRENCY, Kind.CURRENCY, ERROR),
    Rule("NIGHTLY_PRICE_RANGE", Field.NIGHTLY_PRICE, Kind.RANGE, ERROR, (1, 10**12)),
    Rule("NIGHTLY_PRICE_ALONE", Field.NIGHTLY_PRICE, Kind.TOGETHER, ERROR, Field.CURRENCY),
    Rule("NIGHTLY_PRICE_OUTLIER", Field.NIGHTLY_PRICE, Kind.OUTLIER, WARNING),
    Rule("STAR_RATING_RANGE", Field.STAR_RATING, Kind.RANGE, ERROR, (1, 5)),
    Rule("STAR_RATING_STEP", Field.STAR_RATING, Kind.STEP, ERROR, 0.5),
    Rule("ROOM_TYPES_TOO_MANY", Field.ROOM_TYPES, Kind.COUNT, ERROR, 200),
    Rule("ROOM_TYPES_INVALID", Field.ROOM_TYPES, Kind.ROOM_TYPES, ERROR),
    Rule("AMENITIES_TOO_MANY", Field.AMENITIES, Kind.COUNT, ERROR, 100),
    Rule("AMENITIES_UNKNOWN", Field.AMENITIES, Kind.AMENITIES, ERROR),
    Rule("CONTACTS_TOO_MANY", Field.CONTACTS, Kind.COUNT, ERROR, 20),
    Rule("CONTACTS_INVALID", Field.CONTACTS, Kind.CONTACTS, ERROR),
    Rule("CHECK_IN_FROM_FORMAT", Field.CHECK_IN_FROM, Kind.PATTERN, ERROR, TIME),
    Rule("CHECK_OUT_UNTIL_FORMAT", Field.CHECK_OUT_UNTIL, Kind.PATTERN, ERROR, TIME),
    Rule("CANCELLATION_UNKNOWN", Field.CANCELLATION, Kind.CHOICE, ERROR),
    Rule("DESCRIPTIONS_LOCALE", Field.DESCRIPTIONS, Kind.LOCALES, ERROR),
    Rule("IMAGES_TOO_MANY", Field.IMAGES, Kind.COUNT, ERROR, 100),
    Rule("IMAGES_NO_ADDRESS", Field.IMAGES, Kind.URLS, ERROR, 2_000),
    Rule("NAME_DUPLICATE", Field.NAME, Kind.DUPLICATE, WARNING),
)

MANY_FIELDS = frozenset(
    {Kind.TOGETHER, Kind.IN_COUNTRY, Kind.ZONE_OF_COUNTRY, Kind.DUPLICATE, Kind.OUTLIER, Kind.CURRENCY}
)
"""What looks at other fields too: a form that validates one sends those as well."""
