"""Support: what a partner asks us beside its onboarding, whose turn it is, and how long it waited (S1-024, A-33).

OPEN                 the platform's turn
WAITING_FOR_PARTNER  the partner's turn
RESOLVED             nobody's; a message of the partner opens the thread again
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import InvalidInput, Refused
from domain.texts import check_line, check_note


class SupportCategory(StrEnum):
    """What a thread is about."""

    ACCOUNT = "ACCOUNT"
    VERIFICATION = "VERIFICATION"
    PROPERTIES = "PROPERTIES"
    INTEGRATION = "INTEGRATION"
    CERTIFICATION = "CERTIFICATION"
    GO_LIVE = "GO_LIVE"
    BILLING = "BILLING"
    OTHER = "OTHER"


class SupportStatus(StrEnum):
    """Whose turn it is in a thread."""

    OPEN = "OPEN"
    WAITING_FOR_PARTNER = "WAITING_FOR_PARTNER"
    RESOLVED = "RESOLVED"


class SupportSide(StrEnum):
    """For whom somebody writes."""

    PARTNER = "PARTNER"
    PLATFORM = "PLATFORM"


class SupportAct(StrEnum):
    """What moves a thread."""

    PARTNER_WRITES = "PARTNER_WRITES"
    PLATFORM_WRITES = "PLATFORM_WRITES"
    RESOLVE = "RESOLVE"
    REOPEN = "REOPEN"


MOVES: dict[SupportStatus, dict[SupportAct, SupportStatus]] = {
    SupportStatus.OPEN: {
        SupportAct.PARTNER_WRITES: SupportStatus.OPEN,
        SupportAct.PLATFORM_WRITES: SupportStatus.WAITING_FOR_PARTNER,
        SupportAct.RESOLVE: SupportStatus.RESOLVED,
        SupportAct.REOPEN: SupportStatus.OPEN,
    },
    SupportStatus.WAITING_FOR_PARTNER: {
        SupportAct.PARTNER_WRITES: SupportStatus.OPEN,
        SupportAct.PLATFORM_WRITES: SupportStatus.WAITING_FOR_PARTNER,
        SupportAct.RESOLVE: SupportStatus.RESOLVED,
        SupportAct.REOPEN: SupportStatus.WAITING_FOR_PARTNER,
    },
    SupportStatus.RESOLVED: {
        SupportAct.PARTNER_WRITES: SupportStatus.OPEN,
        # A last word of ours is no question to the partner.
        SupportAct.PLATFORM_WRITES: SupportStatus.RESOLVED,
        SupportAct.RESOLVE: SupportStatus.RESOLVED,
        SupportAct.REOPEN: SupportStatus.OPEN,
    },
}
"""Every act is possible in every status; one that leads to the same status is no change but of its own doing."""

WRITES = {
    SupportSide.PARTNER: SupportAct.PARTNER_WRITES,
    SupportSide.PLATFORM: SupportAct.PLATFORM_WRITES,
}

SUBJECT_LENGTH = 200
TEXT_LENGTH = 10_000
EXCERPT_LENGTH = 300
MOST_ATTACHMENTS = 5
"""Files of one message."""

FIRST_RESPONSE = dt.timedelta(hours=8)
FIRST_RESPONSE_BY_CATEGORY: dict[SupportCategory, dt.timedelta] = {
    SupportCategory.GO_LIVE: dt.timedelta(hours=2),
    SupportCategory.CERTIFICATION: dt.timedelta(hours=4),
    SupportCategory.INTEGRATION: dt.timedelta(hours=4),
}
"""Sooner than FIRST_RESPONSE where the partner can not go on by itself."""

UNREAD_FOR = dt.timedelta(minutes=10)
"""How long a message may lie unread before the other side is written a mail."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a thread stands, and when it came there."""

    status: SupportStatus
    opened_side: SupportSide
    first_response_at: dt.datetime | None = None
    """When the platform first wrote in a thread that the partner opened; None for threads of its own."""
    resolved_at: dt.datetime | None = None
    """When it was resolved last; None while it is not."""

    def after(self, act: SupportAct, now: dt.datetime) -> "Progress":
        """Return where the thread stands after an act."""
        status = MOVES[self.status][act]
        is_response = act is SupportAct.PLATFORM_WRITES and self.opened_side is SupportSide.PARTNER
        resolved_at = None
        if status is SupportStatus.RESOLVED:
            resolved_at = self.resolved_at or now
        return replace(
            self,
            status=status,
            first_response_at=self.first_response_at or (now if is_response else None),
            resolved_at=resolved_at,
        )


def begun(side: SupportSide) -> Progress:
    """Return where a thread stands with its first message."""
    status = SupportStatus.OPEN if side is SupportSide.PARTNER else SupportStatus.WAITING_FOR_PARTNER
    return Progress(status, opened_side=side)


def first_response_due_at(
    category: SupportCategory, *, opened_side: SupportSide, opened_at: dt.datetime
) -> dt.datetime | None:
    """Return until when the partner is to be answered; None where the platform itself opened the thread."""
    if opened_side is SupportSide.PLATFORM:
        return None
    return opened_at + FIRST_RESPONSE_BY_CATEGORY.get(category, FIRST_RESPONSE)


def other_side(side: SupportSide) -> SupportSide:
    return SupportSide.PLATFORM if side is SupportSide.PARTNER else SupportSide.PARTNER


def unread(messages: int, read_to: int | None) -> int:
    """Return how many of a thread's messages come after the last one that was read."""
    return messages - (read_to or 0)


def check_subject(subject: str) -> str:
    """Refuses: InvalidInput."""
    return check_line("subject", subject, longest=SUBJECT_LENGTH)


def check_text(text: str) -> str:
    """Return a message's text, of one or several lines. Refuses: InvalidInput."""
    checked = check_note("text", text, longest=TEXT_LENGTH)
    if not checked:
        raise Refused(InvalidInput("text", "must not be empty"))
    return checked


def check_number(number: int, *, messages: int) -> int:
    """Return the number of a message there is. Refuses: InvalidInput."""
    if not 1 <= number <= messages:
        raise Refused(InvalidInput("number", f"must be from 1 to {messages}"))
    return number


def excerpt(text: str) -> str:
    """Return the beginning of a message, for a mail."""
    return text if len(text) <= EXCERPT_LENGTH else f"{text[: EXCERPT_LENGTH - 1].rstrip()}…"
