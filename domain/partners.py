"""Partners: the organizations on the platform; what one can do is separate profiles."""

from enum import StrEnum


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
