"""Introductions: of a contractor to a partner, from the choice to what came of the demo."""

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from db import models
from domain import introduction_profiles, introductions, send_times
from domain.introductions import (
    IntroductionOutcome,
    IntroductionRole,
    IntroductionStage,
    IntroductionStatus,
    NoShowParty,
    ShowStatus,
)
from permissions.viewer import Scope, SharedBy
from resolvers import introduction_mail as resolve_mail
from resolvers import introductions as resolve
from resolvers import scheduling as resolve_scheduling
from schema.connections import Connection
from schema.contractors import Contractor
from schema.introduction_mail import IntroductionMailEvent, IntroductionMessage
from schema.nodes import Node
from schema.partners import Partner
from schema.predictions import IntroductionPrediction
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    StaleVersion,
    TimeTaken,
    refuses,
)
from schema.sources import attribute, related, represents, resolved_by, streamed_by

if TYPE_CHECKING:
    from schema.scheduling import DemoArrangement, DemoSlot


@refuses(introductions.InvalidIntroductionTransition)
class InvalidIntroductionTransition(Refusal):
    from_stage: IntroductionStage
    to_stage: IntroductionStage
    role: IntroductionRole


@refuses(introductions.AlreadySent)
class AlreadySent(Refusal):
    sent_at: dt.datetime


@refuses(introductions.AlreadyResponded)
class AlreadyResponded(Refusal):
    responded_at: dt.datetime


@refuses(introductions.PartnerHasNoInbox)
class PartnerHasNoInbox(Refusal):
    pass


@refuses(introductions.PartnerAtCapacity)
class PartnerAtCapacity(Refusal):
    capacity: int


@refuses(introductions.PartnerNotAccepting)
class PartnerNotAccepting(Refusal):
    pass


@refuses(introductions.IntroductionOpen)
class IntroductionOpen(Refusal):
    introduction_id: strawberry.ID


@refuses(introduction_profiles.SubdomainTaken)
class SubdomainTaken(Refusal):
    subdomain: str


@refuses(introduction_profiles.SubdomainReserved)
class SubdomainReserved(Refusal):
    subdomain: str


@strawberry.type(description="What a partner is introduced for, and how it has done so far.")
class IntroductionProfile:
    is_type_of = represents(models.IntroductionProfile)

    partner: Partner | None = related(models.IntroductionProfile.partner)
    subdomain: str = strawberry.field(description="Its mail is `partner@{subdomain}.…`.")
    intro_email: str | None = strawberry.field(description="The inbox behind that address.")
    industries: list[str] = strawberry.field(description="Codes: `TRAVEL_AGENCY`; none: any.")
    regions: list[str] = strawberry.field(description="ISO 3166; none: the partner's.")
    languages: list[str] = strawberry.field(description="BCP-47; none: the partner's.")
    needs: list[str] = strawberry.field(description="The needs it serves.")
    time_zone: str = strawberry.field(description="Of the IANA database.")
    capacity: int = strawberry.field(description="Open introductions at once.")
    preferred_demo_duration: int = strawberry.field(description="In minutes.")
    is_accepting: bool = strawberry.field(description="Whether it takes introductions at the moment.")
    avg_response_hours: Decimal | None = strawberry.field(description="Null before the first answer.")
    booking_conversion_rate: Decimal | None = strawberry.field(description="Of 100 introductions.")
    avg_show_rate: Decimal | None = strawberry.field(description="Of 100 demos; its own absences lower it.")
    total_bookings_completed: int
    response_time_score: Decimal | None = strawberry.field(description="0 to 100, as all scores.")
    show_rate_score: Decimal | None
    booking_conversion_score: Decimal | None
    outcome_success_score: Decimal | None
    overall_booking_score: Decimal | None = strawberry.field(description="PowerConfidence.")
    is_provisional: bool = strawberry.field(description="Whether there is too little behind a score yet.")
    version: int = strawberry.field(description="Counts the changes of what the partner says.")
    created_at: dt.datetime
    updated_at: dt.datetime


@strawberry.type(description="One step of an introduction; it is never changed.")
class IntroductionTransition:
    is_type_of = represents(models.IntroductionTransition)

    sequence: int = strawberry.field(description="That of the introduction at the step.")
    from_stage: IntroductionStage | None = strawberry.field(description="Null for the beginning.")
    to_stage: IntroductionStage
    role: IntroductionRole
    reason: str | None = strawberry.field(description="Of a step that staff took against the usual order.")
    at: dt.datetime


@strawberry.type(description="A contractor introduced to a partner.")
class Introduction(Node):
    is_type_of = represents(models.Introduction)

    contractor: Contractor | None = related(models.Introduction.contractor)
    partner: Partner | None = related(models.Introduction.partner)
    match_score: Decimal | None = strawberry.field(
        description="0 to 100, as it was when the partner was chosen."
    )
    status: IntroductionStatus
    stage: IntroductionStage
    scheduled_at: dt.datetime | None = strawberry.field(description="When the demo begins.")
    duration_minutes: int | None
    introduction_sent_at: dt.datetime | None
    mail_due_at: dt.datetime | None = strawberry.field(
        description="When its mail goes out, if that waits for a better time than when it was sent."
    )
    partner_responded_at: dt.datetime | None
    times_proposed_at: dt.datetime | None
    booking_confirmed_at: dt.datetime | None
    held_at: dt.datetime | None
    closed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    cancel_reason: str | None
    reminder_count: int = strawberry.field(description="How often the partner was reminded.")
    show_status: ShowStatus | None
    no_show_party: NoShowParty | None
    outcome: IntroductionOutcome | None
    outcome_note: str | None
    notes: str = attribute(
        "notes", scope=Scope.MANAGE_ONBOARDING, description="What the platform's staff notes for itself."
    )
    previous: Annotated["Introduction", strawberry.lazy("schema.introductions")] | None = related(
        models.Introduction.previous,
        description="The one it goes on from: reassigned to another partner, or proposed again.",
    )
    transitions: list[IntroductionTransition] = related(
        models.Introduction.transitions, description="Its steps, the first at the front."
    )
    predictions: list[IntroductionPrediction] = related(
        models.Introduction.predictions,
        scope=Scope.MANAGE_ONBOARDING,
        description="What was said of it when it was made, for the platform's staff; by target.",
    )
    slots: Connection[Annotated["DemoSlot", strawberry.lazy("schema.scheduling")]] = resolved_by(
        resolve_scheduling.slots_of
    )
    arrangement: Annotated["DemoArrangement", strawberry.lazy("schema.scheduling")] | None = related(
        models.Introduction.arrangement,
        description="What calendars were told of its demo, and its room; null before it was confirmed.",
    )
    calendar_url: str | None = resolved_by(resolve.calendar_url)
    messages: Connection[IntroductionMessage] = resolved_by(resolve_mail.messages)
    mail_events: Connection[IntroductionMailEvent] = resolved_by(
        resolve_mail.mail_events, scope=Scope.MANAGE_ONBOARDING
    )
    version: int = strawberry.field(description="Counts what people wrote into it.")
    sequence: int = strawberry.field(description="Counts all changes; resume a subscription with it.")
    created_at: dt.datetime
    updated_at: dt.datetime


@strawberry.type(description="When a draft is best mailed.")
class SuggestedSendTime:
    is_type_of = represents(send_times.SuggestedSendTime)

    at: dt.datetime
    rate: float = strawberry.field(description="How many of 1 are answered within a day, mailed then.")
    rate_now: float = strawberry.field(description="The same, mailed now.")
    mailed: int = strawberry.field(description="Mails that this rests on.")
    is_now: bool = strawberry.field(description="Whether nothing better is known than now.")


SetIntroductionProfilePayload = Annotated[
    IntroductionProfile
    | NotFound
    | Forbidden
    | InvalidInput
    | SubdomainTaken
    | SubdomainReserved
    | StaleVersion,
    strawberry.union("SetIntroductionProfilePayload"),
]
CreateIntroductionPayload = Annotated[
    Introduction
    | NotFound
    | PartnerNotAccepting
    | PartnerAtCapacity
    | IntroductionOpen
    | InvalidInput
    | IdempotencyConflict,
    strawberry.union("CreateIntroductionPayload"),
]
UpdateIntroductionPayload = Annotated[
    Introduction | NotFound | Forbidden | InvalidInput | InvalidIntroductionTransition | StaleVersion,
    strawberry.union("UpdateIntroductionPayload"),
]
SendIntroductionPayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | AlreadySent
    | PartnerHasNoInbox
    | PartnerNotAccepting
    | InvalidIntroductionTransition,
    strawberry.union("SendIntroductionPayload"),
]
ConfirmIntroductionPayload = Annotated[
    Introduction | NotFound | Forbidden | InvalidInput | InvalidIntroductionTransition | TimeTaken,
    strawberry.union("ConfirmIntroductionPayload"),
]
CancelIntroductionPayload = Annotated[
    Introduction | NotFound | Forbidden | InvalidInput | InvalidIntroductionTransition,
    strawberry.union("CancelIntroductionPayload"),
]
TriggerFollowUpPayload = Annotated[
    Introduction | NotFound | Forbidden | AlreadyResponded | InvalidIntroductionTransition,
    strawberry.union("TriggerFollowUpPayload"),
]


@strawberry.type
class IntroductionQuery:
    introduction: Introduction | None = resolved_by(resolve.introduction, scope=Scope.REGISTER)
    introductions: Connection[Introduction] = resolved_by(resolve.introductions, scope=Scope.REGISTER)
    suggested_send_time: SuggestedSendTime | None = resolved_by(
        resolve.suggested_send_time, scope=Scope.REGISTER
    )


@strawberry.type
class IntroductionMutation:
    set_introduction_profile: SetIntroductionProfilePayload = resolved_by(
        resolve.set_introduction_profile, scope=Scope.MANAGE_INTRODUCTIONS
    )
    create_introduction: CreateIntroductionPayload = resolved_by(
        resolve.create_introduction, scope=Scope.REGISTER
    )
    update_introduction: UpdateIntroductionPayload = resolved_by(
        resolve.update_introduction, scope=Scope.REGISTER
    )
    send_introduction: SendIntroductionPayload = resolved_by(resolve.send_introduction, scope=Scope.REGISTER)
    confirm_introduction: ConfirmIntroductionPayload = resolved_by(
        resolve.confirm_introduction, scope=Scope.REGISTER
    )
    cancel_introduction: CancelIntroductionPayload = resolved_by(
        resolve.cancel_introduction, scope=Scope.REGISTER
    )
    trigger_follow_up: TriggerFollowUpPayload = resolved_by(resolve.trigger_follow_up, scope=Scope.REGISTER)


@strawberry.type
class IntroductionSubscription:
    introduction_updated: AsyncIterator[Introduction] = streamed_by(
        resolve.introduction_updated, shared_by=SharedBy.NAME, scope=Scope.REGISTER
    )
