"""Teams of partners: who may be invited, as what, and for how long."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import ClassVar

from domain.errors import Refusal, Refused
from domain.mail import check_address
from domain.partners import MemberRole

INVITATION_LASTS = dt.timedelta(days=7)
CODE_BYTES = 32
MOST_MEMBERS = 500
MOST_INVITATIONS = 100
INVITATION_PAGE = "/invitations"
"""Where an invitation's mail leads. The code stands behind the `#`, so that no log of ours ever has it."""


@dataclass(frozen=True, slots=True)
class InvitationNotOpen(Refusal):
    """There is no such invitation, or it was used, taken back, or its time is over: the four are never told apart."""

    code: ClassVar[str] = "INVITATION_NOT_OPEN"
    hint: ClassVar[str | None] = "Ask whoever invited you for a new one."

    @property
    def message(self) -> str:
        return "This invitation does not hold any more."


@dataclass(frozen=True, slots=True)
class AlreadyMember(Refusal):
    """The person belongs to the partner already."""

    code: ClassVar[str] = "ALREADY_MEMBER"
    role: MemberRole

    @property
    def message(self) -> str:
        return f"This person is a member already, as {self.role}."


@dataclass(frozen=True, slots=True)
class OwnerNeeded(Refusal):
    """A partner has exactly one owner at all times."""

    code: ClassVar[str] = "OWNER_NEEDED"
    hint: ClassVar[str | None] = "Hand the ownership over first: `transferOwnership`."

    @property
    def message(self) -> str:
        return "The owner can neither leave nor become something else; the ownership can be handed over."


@dataclass(frozen=True, slots=True)
class TeamFull(Refusal):
    """No more people, or open invitations, fit into the team."""

    code: ClassVar[str] = "TEAM_FULL"
    max: int

    @property
    def message(self) -> str:
        return f"There are {self.max} already."


def check_email(email: str) -> str:
    """Return an address in small letters, as people are known by it; mails arrive there. Refuses: InvalidInput."""
    return check_address(email).lower()


def check_role(role: MemberRole) -> MemberRole:
    """Let a role pass that can be given: the owner's can only be handed over. Refuses: OwnerNeeded."""
    if role is MemberRole.OWNER:
        raise Refused(OwnerNeeded())
    return role


def code_hash(code: str) -> bytes:
    """Return what is kept of an invitation's code; it has 256 bits of chance, so a plain hash is enough."""
    return hashlib.sha256(code.encode()).digest()
