"""TEST and LIVE: two worlds that never touch; part of every key of inventory and of every credential."""

from enum import StrEnum


class Environment(StrEnum):
    """In TEST nothing is sold for real; the same rules hold in both."""

    TEST = "TEST"
    LIVE = "LIVE"
