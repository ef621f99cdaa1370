"""Partners: the organizations on the platform; what one can do is separate profiles."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit

from domain.errors import InvalidInput, Refusal, Refused
from domain.texts import check_line, check_note


class PartnerType(StrEnum):
    """What an organization is; what it can do is its profiles."""

    TOUR_OPERATOR = "TOUR_OPERATOR"
    AGENCY = "AGENCY"
    HOTEL = "HOTEL"
    DMO = "DMO"
    OTA = "OTA"
    TRANSPORT = "TRANSPORT"
    TOURISM_BOARD = "TOURISM_BOARD"
    STRATEGIC = "STRATEGIC"


RATE_LIMITS = range(100, 1001)
"""Calls a minute a reseller may be given."""
DEFAULT_RATE_LIMIT = 300


class VerificationStatus(StrEnum):
    """Where the check of who a partner is stands (A-16)."""

    UNSUBMITTED = "UNSUBMITTED"
    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"
    SUSPENDED = "SUSPENDED"


class MemberRole(StrEnum):
    """What a person is to one partner; exactly one OWNER each (A-40)."""

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    FINANCE = "FINANCE"
    SUPPORT = "SUPPORT"
    READONLY = "READONLY"


LOCALES = ("en", "it", "de", "fr", "es")
"""The languages of the product; English is what every text falls back to."""

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])")
COUNTRY = re.compile(r"[A-Z]{2}")
REGION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
"""ISO 3166-1 alpha-2, or a subdivision of ISO 3166-2."""
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
RESERVED_SLUGS = frozenset(
    {"admin", "api", "app", "docs", "graphql", "help", "identity", "interline", "mail", "partner", "www"}
)
MOST_LINKS = 10
MOST_REGIONS = 100
MOST_LANGUAGES = 30
LINK_LENGTH = 500


@dataclass(frozen=True, slots=True)
class SlugTaken(Refusal):
    """Another partner has this short name."""

    code: ClassVar[str] = "SLUG_TAKEN"
    hint: ClassVar[str | None] = "Choose another short name, or leave it out to be given one."
    slug: str

    @property
    def message(self) -> str:
        return f"The short name {self.slug!r} is taken."


@dataclass(frozen=True, slots=True)
class StaleVersion(Refusal):
    """Somebody else changed it since the caller read it."""

    code: ClassVar[str] = "STALE_VERSION"
    hint: ClassVar[str | None] = (
        "Read it again, look at what changed, and send the change with the new version."
    )
    expected: int
    actual: int

    @property
    def message(self) -> str:
        return f"It is at version {self.actual} by now; the change was made for version {self.expected}."


def check_version(*, expected: int, actual: int) -> None:
    """Let a change pass that was made for what is there. Refuses: StaleVersion."""
    if expected != actual:
        raise Refused(StaleVersion(expected=expected, actual=actual))


def is_slug(slug: str) -> bool:
    """Tell whether a text can be a short name: fit for urls and mail addresses, and not ours."""
    return bool(SLUG.fullmatch(slug)) and "--" not in slug and slug not in RESERVED_SLUGS


def check_slug(slug: str) -> str:
    """Let a short name pass. Refuses: InvalidInput."""
    if slug in RESERVED_SLUGS:
        raise Refused(InvalidInput("slug", "is reserved"))
    if not is_slug(slug):
        problem = "must have 3 to 63 small letters, digits and single dashes, none at the ends"
        raise Refused(InvalidInput("slug", problem))
    return slug


def slug_of(name: str) -> str:
    """Return a short name made of a name; it may be taken, or too short to stand alone."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:48].strip("-")


def check_country(country: str) -> str:
    """Refuses: InvalidInput."""
    if not COUNTRY.fullmatch(country):
        raise Refused(InvalidInput("country", "must be an ISO 3166-1 code of two letters: `IT`"))
    return country


def check_locale(locale: str) -> str:
    """Refuses: InvalidInput."""
    if locale not in LOCALES:
        raise Refused(InvalidInput("locale", f"must be one of {', '.join(LOCALES)}"))
    return locale


def check_descriptions(texts: dict[str, str]) -> dict[str, str]:
    """Return descriptions by locale, each of one or several lines. Refuses: InvalidInput."""
    checked = {}
    for locale, text in texts.items():
        if locale not in LOCALES:
            raise Refused(InvalidInput("descriptions.locale", f"must be one of {', '.join(LOCALES)}"))
        checked[locale] = check_note(f"descriptions.{locale}", text)
    return {locale: text for locale, text in checked.items() if text}


def check_links(links: list[str]) -> list[str]:
    """Return https addresses of pages. Refuses: InvalidInput."""
    if len(links) > MOST_LINKS:
        raise Refused(InvalidInput("links", f"must be {MOST_LINKS} at most"))
    for link in links:
        parts = urlsplit(check_line("links", link, longest=LINK_LENGTH))
        if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or parts.username:
            raise Refused(InvalidInput("links", f"{link!r} is not an https address"))
    return list(dict.fromkeys(links))


def check_regions(regions: list[str]) -> list[str]:
    """Refuses: InvalidInput."""
    if len(regions) > MOST_REGIONS or not all(REGION.fullmatch(each) for each in regions):
        raise Refused(
            InvalidInput("regions", f"must be {MOST_REGIONS} ISO 3166 codes at most: `IT`, `IT-25`")
        )
    return list(dict.fromkeys(regions))


def check_languages(languages: list[str]) -> list[str]:
    """Refuses: InvalidInput."""
    if len(languages) > MOST_LANGUAGES or not all(LANGUAGE.fullmatch(each) for each in languages):
        raise Refused(
            InvalidInput("languages", f"must be {MOST_LANGUAGES} BCP-47 tags at most: `it`, `zh-HK`")
        )
    return list(dict.fromkeys(languages))
