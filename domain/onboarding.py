"""The path of a partner from registration to LIVE: five steps, each entered by facts and never left backwards.

REGISTERED -> DATA_COLLECTION -> VALIDATING -> PROVISIONING -> TESTING -> READY_FOR_GO_LIVE -> LIVE   (S1-030, S1-031)

Verification (A-16) runs beside it and is one of the things that block going live.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal
from domain.partners import PartnerType, VerificationStatus


class Stage(StrEnum):
    """Where a case stands; in this order."""

    REGISTERED = "REGISTERED"
    DATA_COLLECTION = "DATA_COLLECTION"
    VALIDATING = "VALIDATING"
    PROVISIONING = "PROVISIONING"
    TESTING = "TESTING"
    READY_FOR_GO_LIVE = "READY_FOR_GO_LIVE"
    LIVE = "LIVE"


ORDER = tuple(Stage)
TARGET = dt.timedelta(days=14)
"""From registration to LIVE (S1-001); it was 45 days."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many days a stage took before partners did it themselves."""

    least_days: int
    most_days: int
    was: str


BASELINES: dict[Stage, Baseline] = {
    Stage.REGISTERED: Baseline(3, 5, "Sales handoff to account management"),
    Stage.DATA_COLLECTION: Baseline(10, 15, "Manual property data collection"),
    Stage.PROVISIONING: Baseline(15, 20, "Technical integration setup by engineering"),
    Stage.TESTING: Baseline(7, 10, "Testing and validation with the partner"),
    Stage.READY_FOR_GO_LIVE: Baseline(3, 5, "Go-live coordination"),
}
"""S1-005 … S1-009. VALIDATING was part of data collection, so it has none of its own."""

OWNS_PROPERTIES = frozenset({PartnerType.TOUR_OPERATOR, PartnerType.HOTEL})
"""Who can not go live without a property."""


class BlockerCode(StrEnum):
    """What keeps a case from going on."""

    PROFILE_INCOMPLETE = "PROFILE_INCOMPLETE"
    PROPERTY_MISSING = "PROPERTY_MISSING"
    PROPERTIES_INCOMPLETE = "PROPERTIES_INCOMPLETE"
    DOCUMENTS_MISSING = "DOCUMENTS_MISSING"
    VERIFICATION_PENDING = "VERIFICATION_PENDING"
    VERIFICATION_REJECTED = "VERIFICATION_REJECTED"
    VERIFICATION_SUSPENDED = "VERIFICATION_SUSPENDED"
    SANDBOX_UNDER_WAY = "SANDBOX_UNDER_WAY"
    CERTIFICATION_MISSING = "CERTIFICATION_MISSING"
    GO_LIVE_NOT_REQUESTED = "GO_LIVE_NOT_REQUESTED"
    PRODUCTION_UNDER_WAY = "PRODUCTION_UNDER_WAY"
    MANUAL_PROCESS = "MANUAL_PROCESS"


class Actor(StrEnum):
    """Whose turn it is."""

    PARTNER = "PARTNER"
    PLATFORM = "PLATFORM"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way, whose turn it is, and what to do."""

    code: BlockerCode
    actor: Actor
    todo: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a case is judged by."""

    partner_type: PartnerType
    is_profile_complete: bool
    verification: VerificationStatus
    properties: int
    """Not archived ones."""
    incomplete_properties: int
    has_sandbox: bool
    is_certified: bool
    is_go_live_requested: bool
    has_production: bool
    is_manual: bool = False

    @property
    def has_begun(self) -> bool:
        return self.is_profile_complete or self.properties > 0

    @property
    def has_data(self) -> bool:
        needs_property = self.partner_type in OWNS_PROPERTIES
        return self.is_profile_complete and (self.properties > 0 or not needs_property)

    @property
    def is_valid(self) -> bool:
        return self.has_data and self.incomplete_properties == 0

    @property
    def may_go_live(self) -> bool:
        return self.is_valid and self.is_certified and self.verification is VerificationStatus.VERIFIED


def stage_of(facts: Facts) -> Stage:
    """Return how far the facts reach, whatever was before."""
    reached = (
        (Stage.DATA_COLLECTION, facts.has_begun),
        (Stage.VALIDATING, facts.has_data),
        (Stage.PROVISIONING, facts.is_valid),
        (Stage.TESTING, facts.has_sandbox),
        (Stage.READY_FOR_GO_LIVE, facts.is_certified),
        (Stage.LIVE, facts.is_go_live_requested and facts.may_go_live and facts.has_production),
    )
    stage = Stage.REGISTERED
    for next_stage, holds in reached:
        if not holds:
            break
        stage = next_stage
    return stage


def steps(stage: Stage, facts: Facts) -> tuple[Stage, ...]:
    """Return the stages a case enters now, in order; none where nothing changes. It never goes back."""
    return ORDER[ORDER.index(stage) + 1 : ORDER.index(stage_of(facts)) + 1]


def blockers(stage: Stage, facts: Facts) -> list[Blocker]:
    """Return what is in the way of the next stage and of going live, the partner's own things first."""
    if stage is Stage.LIVE:
        return []
    found = [*_about_data(facts), *_about_verification(facts), *_about_integration(stage, facts)]
    if facts.is_manual:
        found.append(_platform(BlockerCode.MANUAL_PROCESS, "Your account manager handles this case by hand."))
    return sorted(found, key=lambda each: each.actor is not Actor.PARTNER)


def _about_data(facts: Facts) -> list[Blocker]:
    found = []
    if not facts.is_profile_complete:
        found.append(
            _partner(
                BlockerCode.PROFILE_INCOMPLETE,
                "Complete the profile: country, an English description, a region and a language.",
            )
        )
    if facts.partner_type in OWNS_PROPERTIES and not facts.properties:
        found.append(_partner(BlockerCode.PROPERTY_MISSING, "Add a property, by form or by spreadsheet."))
    if facts.incomplete_properties:
        todo = f"Complete {facts.incomplete_properties} properties; each says what it lacks."
        found.append(_partner(BlockerCode.PROPERTIES_INCOMPLETE, todo))
    return found


def _about_verification(facts: Facts) -> list[Blocker]:
    match facts.verification:
        case VerificationStatus.UNSUBMITTED:
            todo = "Upload the documents of your type and country, and submit them."
            return [_partner(BlockerCode.DOCUMENTS_MISSING, todo)]
        case VerificationStatus.REJECTED:
            todo = "Replace the documents that were rejected, and submit again."
            return [_partner(BlockerCode.VERIFICATION_REJECTED, todo)]
        case VerificationStatus.PENDING:
            return [_platform(BlockerCode.VERIFICATION_PENDING, "Your documents are being looked at.")]
        case VerificationStatus.SUSPENDED:
            todo = "Verification was suspended: write to us in a support thread."
            return [_partner(BlockerCode.VERIFICATION_SUSPENDED, todo)]
        case VerificationStatus.VERIFIED:
            return []


def _about_integration(stage: Stage, facts: Facts) -> list[Blocker]:
    if stage is Stage.PROVISIONING and not facts.has_sandbox:
        return [_platform(BlockerCode.SANDBOX_UNDER_WAY, "Your test environment is being made.")]
    if stage is Stage.TESTING and not facts.is_certified:
        todo = "Run the certification from your own system until every scenario passes."
        return [_partner(BlockerCode.CERTIFICATION_MISSING, todo)]
    if facts.may_go_live and not facts.is_go_live_requested:
        return [_partner(BlockerCode.GO_LIVE_NOT_REQUESTED, "Everything is there: go live.")]
    if facts.is_go_live_requested and not facts.has_production:
        return [_platform(BlockerCode.PRODUCTION_UNDER_WAY, "Your production environment is being made.")]
    return []


def _partner(code: BlockerCode, todo: str) -> Blocker:
    return Blocker(code, Actor.PARTNER, todo)


def _platform(code: BlockerCode, todo: str) -> Blocker:
    return Blocker(code, Actor.PLATFORM, todo)


@dataclass(frozen=True, slots=True)
class NotReadyToGoLive(Refusal):
    """Something is still missing for going live."""

    code: ClassVar[str] = "NOT_READY_TO_GO_LIVE"
    hint: ClassVar[str | None] = "The case's blockers say what to do next, and whose turn it is."
    blockers: tuple[BlockerCode, ...]

    @property
    def message(self) -> str:
        return f"Still in the way: {', '.join(self.blockers)}."
