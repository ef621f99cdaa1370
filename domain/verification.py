"""Who a partner is: which documents prove it, and the way from unknown to verified (A-16)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from domain.errors import InvalidInput, Refusal, Refused
from domain.partners import PartnerType, VerificationStatus


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


PAGE = "/onboarding/verification"
"""Where the portal shows a partner what it must show."""
LONGEST_TEXT = 4_000
"""What a mail takes of reasons."""


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


@dataclass(frozen=True, slots=True)
class Requirement:
    """A document a partner must have, and why."""

    kind: DocumentKind
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom a requirement holds for: of these types, registered in these countries; None for all."""

    kind: DocumentKind
    why: str
    types: frozenset[PartnerType] | None = None
    countries: frozenset[str] | None = None

    def holds_for(self, partner_type: PartnerType, country: str | None) -> bool:
        return (self.types is None or partner_type in self.types) and (
            self.countries is None or country in self.countries
        )


EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
PUBLIC = frozenset({PartnerType.DMO, PartnerType.TOURISM_BOARD})
PRIVATE = frozenset(PartnerType) - PUBLIC
SELLERS = frozenset({PartnerType.TOUR_OPERATOR, PartnerType.AGENCY, PartnerType.OTA})
ORGANIZERS = frozenset({PartnerType.TOUR_OPERATOR, PartnerType.AGENCY})
LODGINGS = frozenset({PartnerType.HOTEL})
CARRIERS = frozenset({PartnerType.TRANSPORT})
_Kind = DocumentKind

RULES = (
    # What a country asks for itself stands before what holds everywhere: of one kind, the first rule counts.
    Rule(_Kind.TRAVEL_LICENCE, "France: the registration with Atout France.", SELLERS, frozenset({"FR"})),
    Rule(_Kind.TRAVEL_LICENCE, "Italy: the SCIA, or the licence of the region.", SELLERS, frozenset({"IT"})),
    Rule(_Kind.TRAVEL_LICENCE, "Spain: the title-licence of the region.", SELLERS, frozenset({"ES"})),
    # Directive (EU) 2015/2302, article 17, as each country has it.
    Rule(
        _Kind.INSOLVENCY_PROTECTION,
        "Italy: the insolvency cover of article 47, Codice del turismo.",
        ORGANIZERS,
        frozenset({"IT"}),
    ),
    Rule(
        _Kind.INSOLVENCY_PROTECTION,
        "Germany: the Sicherungsschein of § 651r BGB.",
        ORGANIZERS,
        frozenset({"DE"}),
    ),
    Rule(
        _Kind.INSOLVENCY_PROTECTION,
        "France: the garantie financière of article L211-18, Code du tourisme.",
        ORGANIZERS,
        frozenset({"FR"}),
    ),
    Rule(
        _Kind.INSOLVENCY_PROTECTION,
        "Spain: the guarantee of article 164, RDL 1/2007.",
        ORGANIZERS,
        frozenset({"ES"}),
    ),
    Rule(
        _Kind.LIABILITY_INSURANCE,
        "Italy and France: the professional liability insurance of travel sellers.",
        ORGANIZERS,
        frozenset({"IT", "FR"}),
    ),
    Rule(_Kind.LODGING_LICENCE, "Italy: the CIN of the lodging.", LODGINGS, frozenset({"IT"})),
    Rule(
        _Kind.LODGING_LICENCE,
        "Spain: the entry in the region's tourism register.",
        LODGINGS,
        frozenset({"ES"}),
    ),
    Rule(_Kind.BUSINESS_REGISTRATION, "Shows that the company exists.", PRIVATE),
    Rule(_Kind.TAX_NUMBER, "The VAT number, under which invoices within the EU are made.", PRIVATE, EU),
    Rule(_Kind.TRAVEL_LICENCE, "The licence to sell travel, where it is registered.", SELLERS),
    Rule(_Kind.LODGING_LICENCE, "The licence to take in guests.", LODGINGS),
    Rule(_Kind.TRANSPORT_LICENCE, "The licence to carry passengers.", CARRIERS),
    Rule(_Kind.OFFICIAL_MANDATE, "The act by which the public body was given its task.", PUBLIC),
    Rule(_Kind.SIGNATORY_IDENTITY, "Who signs for the organization: an identity card or a passport."),
)
"""Data: who must show what. Sources as of 2026-11; kinds are asked for in the order of `DocumentKind`."""


def required_documents(partner_type: PartnerType, country: str | None) -> tuple[Requirement, ...]:
    """Return what a partner must show, each kind once, in a fixed order."""
    found: dict[DocumentKind, Requirement] = {}
    for rule in RULES:
        if rule.holds_for(partner_type, country):
            found.setdefault(rule.kind, Requirement(rule.kind, rule.why))
    return tuple(found[kind] for kind in DocumentKind if kind in found)


def state_of(
    status: DocumentStatus | None, expires_on: dt.date | None, *, today: dt.date
) -> RequirementState:
    """Return where a required document stands, by the newest one there is (None where there is none)."""
    if status is None:
        return RequirementState.MISSING
    if status is not DocumentStatus.REJECTED and expires_on is not None and expires_on < today:
        return RequirementState.EXPIRED
    return RequirementState(status.value)


@dataclass(frozen=True, slots=True)
class InvalidTransition(Refusal):
    """From where the verification stands there is no way to where the call wants it."""

    code: ClassVar[str] = "INVALID_TRANSITION"
    hint: ClassVar[str | None] = "Read the partner's verificationStatus again: somebody may have been faster."
    from_status: VerificationStatus
    to_status: VerificationStatus

    @property
    def message(self) -> str:
        return f"A verification that is {self.from_status} can not become {self.to_status}."


@dataclass(frozen=True, slots=True)
class MissingDocuments(Refusal):
    """Required documents are not there, were rejected, or have expired."""

    code: ClassVar[str] = "MISSING_DOCUMENTS"
    hint: ClassVar[str | None] = "Upload one of each kind with uploadPartnerDocument."
    kinds: tuple[DocumentKind, ...]

    @property
    def message(self) -> str:
        return f"Still needed: {', '.join(self.kinds)}."


@dataclass(frozen=True, slots=True)
class DocumentsUnderReview(Refusal):
    """The documents are being looked at: none changes under the reviewer's eyes."""

    code: ClassVar[str] = "DOCUMENTS_UNDER_REVIEW"
    hint: ClassVar[str | None] = "Wait for the decision."

    @property
    def message(self) -> str:
        return "The documents are under review; they can be changed when it has ended."


def next_status(status: VerificationStatus, step: Step) -> VerificationStatus:
    """Return where a step leads. Refuses: InvalidTransition."""
    found = STEPS.get((status, step))
    if found is None:
        raise Refused(InvalidTransition(from_status=status, to_status=AIMS[step]))
    return found


def check_documents(required: Iterable[Requirement], states: Mapping[DocumentKind, RequirementState]) -> None:
    """Let a verification pass that has all it needs. Refuses: MissingDocuments."""
    fine = {RequirementState.SUBMITTED, RequirementState.ACCEPTED}
    missing = tuple(each.kind for each in required if states.get(each.kind) not in fine)
    if missing:
        raise Refused(MissingDocuments(kinds=missing))


def reasons_text(documents: Mapping[str, str], reason: str | None) -> str:
    """Return why a partner was sent back as it reads in a mail: a line a document, cut where it is endless."""
    lines = [f"{kind.replace('_', ' ').capitalize()}: {why}" for kind, why in documents.items()]
    return "\n".join([*([reason] if reason else []), *lines])[:LONGEST_TEXT]


def check_expiry(expires_on: dt.date | None, *, today: dt.date) -> None:
    """Let a document pass that holds today. Refuses: InvalidInput."""
    if expires_on is not None and expires_on < today:
        raise Refused(InvalidInput("expires_on", "lies in the past"))
