"""Who a partner is: which documents prove it, and the way from unknown to verified (A-16)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from domain.partners import VerificationStatus


class DocumentKind(StrEnum):
    """What a document proves."""

    BUSINESS_REGISTRATION = "BUSINESS_REGISTRATION"
    TAX_NUMBER = "TAX_NUMBER"
    SIGNATORY_IDENTITY = "SIGNATORY_IDENTITY"
    TRAVEL_LICENCE = "TRAVEL_LICENCE"
    INSOLVENCY_PROTECTION = "INSOLVENCY_PROTECTION"
    LIABILITY_INSURANCE = "LIABILITY_INSURANCE"
    LODGING_LICENCE = "LODGING_LICENCE"
    TRANSPORT_LICENCE = "TRANSPORT_LICENCE"
    OFFICIAL_MANDATE = "OFFICIAL_MANDATE"


class DocumentStatus(StrEnum):
    """SUBMITTED until somebody looked at it."""

    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


class RequirementState(StrEnum):
    """Where a required document stands: MISSING, or its status; EXPIRED once its day is past."""

    MISSING = "MISSING"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


class Step(StrEnum):
    """What somebody does to a verification."""

    SUBMIT = "SUBMIT"
    VERIFY = "VERIFY"
    REJECT = "REJECT"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"


UNSUBMITTED, PENDING, VERIFIED, REJECTED, SUSPENDED = VerificationStatus

STEPS: Mapping[tuple[VerificationStatus, Step], VerificationStatus] = MappingProxyType(
    {
        (UNSUBMITTED, Step.SUBMIT): PENDING,
        (REJECTED, Step.SUBMIT): PENDING,
        (PENDING, Step.VERIFY): VERIFIED,
        (PENDING, Step.REJECT): REJECTED,
        (VERIFIED, Step.SUSPEND): SUSPENDED,
        (SUSPENDED, Step.REINSTATE): VERIFIED,
    }
)
"""All there is; whatever is not here is refused."""

AIMS: Mapping[Step, VerificationStatus] = MappingProxyType({step: to for (_, step), to in STEPS.items()})
