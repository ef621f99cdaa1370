"""Suggested bundles."""

from enum import StrEnum


class PartyType(StrEnum):
    """Who travels together."""

    SINGLE = "SINGLE"
    COUPLE = "COUPLE"
    FAMILY = "FAMILY"
    GROUP = "GROUP"
