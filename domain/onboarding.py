"""The path of a partner from registration to LIVE: five steps, each entered by facts and never left backwards.

REGISTERED -> DATA_COLLECTION -> VALIDATING -> PROVISIONING -> TESTING -> READY_FOR_GO_LIVE -> LIVE   (S1-030, S1-031)

Verification (A-16) runs beside it and is one of the things that block going live.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal, Refused
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


MOST_MINUTES = 24 * 60
"""An account manager's time is noted day by day."""
BEST_SCORE = 10
PARTNER_PAGE = "/partners"
"""Where a partner looks after itself; its id follows."""


class ByHand(StrEnum):
    """What people may do in the machine's place, in a manual case."""

    CERTIFICATION = "CERTIFICATION"


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


ACTORS: dict[BlockerCode, Actor] = {
    code: Actor.PLATFORM
    if code
    in {
        BlockerCode.VERIFICATION_PENDING,
        BlockerCode.SANDBOX_UNDER_WAY,
        BlockerCode.PRODUCTION_UNDER_WAY,
        BlockerCode.MANUAL_PROCESS,
    }
    else Actor.PARTNER
    for code in BlockerCode
}
"""Whose turn it is."""

VERIFICATION_BLOCKERS: dict[VerificationStatus, BlockerCode] = {
    VerificationStatus.UNSUBMITTED: BlockerCode.DOCUMENTS_MISSING,
    VerificationStatus.PENDING: BlockerCode.VERIFICATION_PENDING,
    VerificationStatus.REJECTED: BlockerCode.VERIFICATION_REJECTED,
    VerificationStatus.SUSPENDED: BlockerCode.VERIFICATION_SUSPENDED,
}


def is_profile_complete(
    country: str | None,
    descriptions: Mapping[str, str],
    regions: Sequence[str],
    languages: Sequence[str],
) -> bool:
    """Tell whether a profile says where a partner is, what it does (in English at least), for whom, in which languages."""
    return bool(country and "en" in descriptions and regions and languages)


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


def blockers(stage: Stage, facts: Facts) -> tuple[BlockerCode, ...]:
    """Return what is in the way of the next stage and of going live, what the partner must do at the front."""
    if stage is Stage.LIVE:
        return ()
    found = [*_about_data(facts), *_about_verification(facts), *_about_integration(stage, facts)]
    if facts.is_manual:
        found.append(BlockerCode.MANUAL_PROCESS)
    return tuple(sorted(found, key=lambda each: ACTORS[each] is not Actor.PARTNER))


def _about_data(facts: Facts) -> list[BlockerCode]:
    found = []
    if not facts.is_profile_complete:
        found.append(BlockerCode.PROFILE_INCOMPLETE)
    if facts.partner_type in OWNS_PROPERTIES and not facts.properties:
        found.append(BlockerCode.PROPERTY_MISSING)
    if facts.incomplete_properties:
        found.append(BlockerCode.PROPERTIES_INCOMPLETE)
    return found


def _about_verification(facts: Facts) -> list[BlockerCode]:
    in_the_way = VERIFICATION_BLOCKERS.get(facts.verification)
    return [in_the_way] if in_the_way else []


def _about_integration(stage: Stage, facts: Facts) -> list[BlockerCode]:
    if stage is Stage.PROVISIONING and not facts.has_sandbox:
        return [BlockerCode.SANDBOX_UNDER_WAY]
    if stage is Stage.TESTING and not facts.is_certified:
        return [BlockerCode.CERTIFICATION_MISSING]
    if facts.may_go_live and not facts.is_go_live_requested:
        return [BlockerCode.GO_LIVE_NOT_REQUESTED]
    if facts.is_go_live_requested and not facts.has_production:
        return [BlockerCode.PRODUCTION_UNDER_WAY]
    return []


@dataclass(frozen=True, slots=True)
class NotManual(Refusal):
    """The case is in the machine's hands."""

    code: ClassVar[str] = "NOT_MANUAL"
    hint: ClassVar[str | None] = "Make it a manual case first, with the reason."

    @property
    def message(self) -> str:
        return "This case goes by itself; nothing is done by hand in it."


@dataclass(frozen=True, slots=True)
class NotReadyToGoLive(Refusal):
    """Something is still missing for going live."""

    code: ClassVar[str] = "NOT_READY_TO_GO_LIVE"
    hint: ClassVar[str | None] = "The case's blockers say what to do next, and whose turn it is."
    blockers: tuple[BlockerCode, ...]

    @property
    def message(self) -> str:
        return f"Still in the way: {', '.join(self.blockers)}."


NOT_THE_PARTNER_S = frozenset(
    {BlockerCode.GO_LIVE_NOT_REQUESTED, BlockerCode.PRODUCTION_UNDER_WAY, BlockerCode.MANUAL_PROCESS}
)
"""What is no reason to refuse a request to go live: the request itself answers it, or people do."""


def check_go_live(stage: Stage, facts: Facts) -> None:
    """Let a request to go live pass where nothing is missing for it. Refuses: NotReadyToGoLive."""
    if not facts.may_go_live or not facts.has_sandbox:
        missing = [each for each in blockers(stage, facts) if each not in NOT_THE_PARTNER_S]
        raise Refused(NotReadyToGoLive(tuple(missing)))


@dataclass(frozen=True, slots=True)
class NotLive(Refusal):
    """A partner that does not sell yet has nothing to pause."""

    code: ClassVar[str] = "NOT_LIVE"
    hint: ClassVar[str | None] = "Go live first."

    @property
    def message(self) -> str:
        return "This partner is not live."


@dataclass(frozen=True, slots=True)
class PartnerPaused(Refusal):
    """The caller's partner paused its sales in LIVE: no new holds, while those there are go on."""

    code: ClassVar[str] = "PARTNER_PAUSED"
    hint: ClassVar[str | None] = "Resume with resumePartner."
    partner_id: str

    @property
    def message(self) -> str:
        return f"The partner {self.partner_id} paused its sales."
