"""Payees' accounts at the payment provider: who may have one, when it counts, and what is said where it does not."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.errors import Refusal
from domain.payments import AccountStatus

PAGE = "/payouts/account"
"""Where the portal shows a payee its account; the provider sends it back there."""

FRESH = dt.timedelta(hours=1)
SETTLED_FRESH = dt.timedelta(hours=24)
"""How long what the provider said is believed without asking again; events come sooner, where none is lost."""
UNFINISHED = dt.timedelta(minutes=2)
"""After which an account that was to be made, and was not, is made by a job."""

SETTLED = frozenset({AccountStatus.ENABLED, AccountStatus.DISABLED})
TROUBLED = frozenset({AccountStatus.RESTRICTED, AccountStatus.DISABLED})
"""What a payee is written to about."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Whose account it is: exactly one of the two."""

    partner_id: UUID | None = None
    affiliate_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.partner_id is None) == (self.affiliate_id is None):
            raise ValueError("A payee is a partner or an affiliate.")


@dataclass(frozen=True, slots=True)
class PartnerNotVerified(Refusal):
    """The partner is not verified, and money goes to verified ones alone."""

    code: ClassVar[str] = "PARTNER_NOT_VERIFIED"
    hint: ClassVar[str | None] = "Have the partner verified first: submitVerification."
    partner_id: str

    @property
    def message(self) -> str:
        return f"The partner {self.partner_id} is not verified."


@dataclass(frozen=True, slots=True)
class PartnerNotPayable(Refusal):
    """Somebody who has a part in the sale could not be paid, so nobody is charged."""

    code: ClassVar[str] = "PARTNER_NOT_PAYABLE"
    hint: ClassVar[str | None] = "The partner has to finish startConnectOnboarding."
    partner_id: str

    @property
    def message(self) -> str:
        return f"The partner {self.partner_id} can not be paid yet."


@dataclass(frozen=True, slots=True)
class ProviderError(Refusal):
    """The payment provider did not do it; nothing is lost, and the same call goes on where this one ended."""

    code: ClassVar[str] = "PROVIDER_ERROR"
    hint: ClassVar[str | None] = "Try again in a moment; where it is not temporary, write to our support."
    reason: str
    """`unavailable`, or the provider's code."""
    is_temporary: bool

    @property
    def message(self) -> str:
        return f"The payment provider did not do it: {self.reason}."


UNAVAILABLE = "unavailable"


def status_of(told: AccountStatus, before: AccountStatus) -> AccountStatus:
    """Return the status of an account of which the provider says `told`.

    Whoever could be paid once and can not any more is RESTRICTED, not at the beginning again.
    """
    if told is AccountStatus.PENDING and before in {AccountStatus.ENABLED, AccountStatus.RESTRICTED}:
        return AccountStatus.RESTRICTED
    return told
