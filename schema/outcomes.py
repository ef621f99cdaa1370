"""What is said after a demo, and how introductions went by it."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import strawberry

from db import models
from domain import booking_stats, confidence, outcomes
from domain.confidence import Factor
from domain.outcomes import FeedbackSide
from permissions.viewer import Scope
from resolvers import booking_stats as resolve_stats
from resolvers import confidence as resolve_confidence
from resolvers import outcomes as resolve
from schema.connections import Connection
from schema.introductions import Introduction, InvalidIntroductionTransition
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import Forbidden, IdempotencyConflict, InvalidInput, NotFound, Refusal, refuses
from schema.sources import related, represents, resolved_by


@refuses(outcomes.TooEarly)
class TooEarly(Refusal):
    over_at: dt.datetime | None


@refuses(outcomes.AlreadySubmitted)
class AlreadySubmitted(Refusal):
    submitted_at: dt.datetime


@strawberry.type(description="What one side thought of an introduction.")
class IntroductionFeedback(Node):
    is_type_of = represents(models.IntroductionFeedback)

    introduction: Introduction | None = related(models.IntroductionFeedback.introduction)
    side: FeedbackSide
    satisfaction: int = strawberry.field(description="With the match: 1 to 5.")
    experience: int = strawberry.field(description="Of the way to the demo: 1 to 5.")
    partner_quality: int | None = strawberry.field(description="1 to 5; of contractors alone.")
    likelihood: int = strawberry.field(description="To recommend it: 0 to 10.")
    created_at: dt.datetime
    updated_at: dt.datetime


@strawberry.type(description="One of the four factors of PowerConfidence.")
class ConfidenceFactor:
    is_type_of = represents(confidence.FactorScore)

    factor: Factor
    weight: int = strawberry.field(description="Of 100.")
    observations: int
    measured: Decimal | None = strawberry.field(
        description="Hours, percent, or mean points; null before the first observation."
    )
    score: Decimal | None = strawberry.field(description="0 to 100; null before the first observation.")


@strawberry.type(description="A score as it was from a moment on.")
class ConfidenceScore:
    is_type_of = represents(models.ConfidenceScore)

    factor: Factor | None = strawberry.field(description="Null for PowerConfidence, of all together.")
    score: Decimal | None = strawberry.field(description="0 to 100; null where nothing is known any more.")
    measured: Decimal | None = strawberry.field(
        description="Hours, percent, or mean points; null of all together."
    )
    observations: int
    is_provisional: bool
    introduction: Introduction | None = related(
        models.ConfidenceScore.introduction,
        description="What it changed by; null where several were counted at once, or all anew.",
    )
    at: dt.datetime


@strawberry.type(description="Introductions that were sent, by how far they came.")
class IntroductionCounts:
    is_type_of = represents(booking_stats.Counts)

    introduced: int
    responded: int
    confirmed: int
    showed: int
    positive: int
    deals: int
    lost: int
    cancelled: int
    open: int
    missed_by_partner: int = strawberry.field(description="Demos it did not come to.")
    missed_by_contractor: int
    reminders: int
    feedback: int = strawberry.field(description="Introductions the contractor gave feedback on.")


@strawberry.type(description="How a partner's introductions went.")
class BookingStats:
    is_type_of = represents(booking_stats.BookingStats)

    counts: IntroductionCounts
    hours_to_booking: Decimal | None = strawberry.field(description="Mean of confirmed − sent.")
    power_confidence: Decimal | None = strawberry.field(description="0 to 100; null without any observation.")
    is_provisional: bool = strawberry.field(description="Whether a factor has no observation yet.")
    factors: list[ConfidenceFactor] = strawberry.field(description="The four, always in the same order.")


@strawberry.type(description="A partner at its place, from 1.")
class RankedPartner:
    is_type_of = represents(resolve_stats.RankedPartner)

    rank: int
    partner: Partner
    stats: BookingStats


@strawberry.type(description="How many introductions came so far.")
class FunnelStep:
    is_type_of = represents(booking_stats.FunnelStep)

    name: str = strawberry.field(description="INTRODUCED, RESPONDED, CONFIRMED, SHOWED, POSITIVE.")
    number: int
    of_before: Decimal | None = strawberry.field(description="Of the step before; 1 is all.")
    of_all: Decimal | None = strawberry.field(description="Of all that were sent.")


RecordOutcomePayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | InvalidInput
    | TooEarly
    | AlreadySubmitted
    | InvalidIntroductionTransition
    | IdempotencyConflict,
    strawberry.union("RecordOutcomePayload"),
]
SubmitFeedbackPayload = Annotated[
    IntroductionFeedback
    | NotFound
    | Forbidden
    | InvalidInput
    | TooEarly
    | AlreadySubmitted
    | InvalidIntroductionTransition
    | IdempotencyConflict,
    strawberry.union("SubmitFeedbackPayload"),
]


@strawberry.type
class OutcomeQuery:
    confidence_history: Connection[ConfidenceScore] = resolved_by(
        resolve_confidence.confidence_history, scope=Scope.READ_INTRODUCTIONS
    )
    booking_stats: BookingStats | None = resolved_by(resolve_stats.stats_of, scope=Scope.READ_INTRODUCTIONS)
    partner_ranking: list[RankedPartner] = resolved_by(
        resolve_stats.partner_ranking, scope=Scope.READ_INTRODUCTIONS
    )
    introduction_funnel: list[FunnelStep] = resolved_by(
        resolve_stats.introduction_funnel, scope=Scope.REGISTER
    )


@strawberry.type
class OutcomeMutation:
    record_outcome: RecordOutcomePayload = resolved_by(resolve.record_outcome, scope=Scope.REGISTER)
    submit_feedback: SubmitFeedbackPayload = resolved_by(resolve.submit_feedback, scope=Scope.REGISTER)
