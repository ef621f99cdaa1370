"""Times of demos: proposed, picked, arranged, suggested; and the clock of introductions."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import scheduling, time_suggestions
from domain.contractors import Weekday
from domain.follow_ups import FollowUpResult, FollowUpStep
from domain.scheduling import SlotSide, SlotStatus
from domain.time_suggestions import TimeSignal
from permissions.viewer import Scope
from resolvers import scheduling as resolve
from schema.connections import Connection
from schema.introductions import Introduction, InvalidIntroductionTransition
from schema.nodes import Node
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    TimeTaken,
    refuses,
)
from schema.sources import related, represents, resolved_by


@refuses(scheduling.SlotNotOpen)
class SlotNotOpen(Refusal):
    slot_status: SlotStatus


@refuses(scheduling.NotYourTurn)
class NotYourTurn(Refusal):
    waiting_for: SlotSide


@strawberry.type(description="A time that was proposed for a demo.")
class DemoSlot(Node):
    is_type_of = represents(models.DemoSlot)

    introduction: Introduction | None = related(models.DemoSlot.introduction)
    round: int = strawberry.field(description="Counts the proposals and counter-proposals, from 1 on.")
    side: SlotSide = strawberry.field(description="Who proposed it; the other side picks.")
    starts_at: dt.datetime
    duration_minutes: int
    time_zone: str = strawberry.field(description="In which it was proposed.")
    note: str | None
    status: SlotStatus
    proposed_at: dt.datetime
    decided_at: dt.datetime | None = strawberry.field(description="Null while it is OPEN.")


@strawberry.type(description="A demo as calendars know it.")
class DemoArrangement:
    is_type_of = represents(models.DemoArrangement)

    uid: str = strawberry.field(description="The same for good, however often the demo is moved.")
    sequence: int = strawberry.field(description="Raised whenever it is moved or called off (RFC 5545).")
    told_sequence: int = strawberry.field(description="What both sides were sent last; -1 for nothing yet.")
    starts_at: dt.datetime
    duration_minutes: int
    is_cancelled: bool
    room_url: str | None = strawberry.field(description="Where the two meet.")
    reminded_at: dt.datetime | None = strawberry.field(description="When both were reminded of it.")
    is_reminder_late: bool = strawberry.field(description="Whether that was less than a day before.")


@strawberry.type(description="A demo as a file for calendars.")
class CalendarFile:
    is_type_of = represents(resolve.CalendarFile)

    file_name: str
    media_type: str
    text: str = strawberry.field(description="RFC 5545.")


@strawberry.type(description="One step of the clock of an introduction that was not answered.")
class IntroductionFollowUp:
    is_type_of = represents(models.IntroductionFollowUp)

    step: FollowUpStep
    result: FollowUpResult
    due_at: dt.datetime
    taken_at: dt.datetime


@strawberry.type(description="When a partner's people meet, on the clock of its introduction profile.")
class MeetingHours:
    is_type_of = represents(models.MeetingHours)

    opens: int = strawberry.field(description="Minutes of the day: 540 is 9:00.")
    closes: int = strawberry.field(description="Minutes of the day, itself excluded.")
    days: list[Weekday] = resolved_by(resolve.days)
    are_reminders_within: bool = strawberry.field(description="Whether follow-ups wait for these hours.")
    updated_at: dt.datetime


@strawberry.type(description="What one signal adds to a time's score.")
class TimeReason:
    is_type_of = represents(time_suggestions.TimeReason)

    signal: TimeSignal
    points: int
    text: str = strawberry.field(description="The same in words, in English.")


@strawberry.type(description="A time that suits both sides.")
class SuggestedTime:
    is_type_of = represents(time_suggestions.SuggestedTime)

    starts_at: dt.datetime
    duration_minutes: int
    partner_time: str = resolved_by(resolve.partner_time)
    contractor_time: str = resolved_by(resolve.contractor_time)
    score: int = strawberry.field(description="The sum of the reasons, 0 to 100.")
    reasons: list[TimeReason]


ProposeTimesPayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | InvalidInput
    | InvalidIntroductionTransition
    | TimeTaken
    | IdempotencyConflict,
    strawberry.union("ProposeTimesPayload"),
]
CounterTimesPayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | InvalidInput
    | InvalidIntroductionTransition
    | TimeTaken
    | IdempotencyConflict,
    strawberry.union("CounterTimesPayload"),
]
PickTimePayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | InvalidInput
    | InvalidIntroductionTransition
    | SlotNotOpen
    | NotYourTurn
    | TimeTaken
    | IdempotencyConflict,
    strawberry.union("PickTimePayload"),
]
RescheduleDemoPayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | InvalidInput
    | InvalidIntroductionTransition
    | TimeTaken
    | IdempotencyConflict,
    strawberry.union("RescheduleDemoPayload"),
]
CancelDemoPayload = Annotated[
    Introduction | NotFound | Forbidden | InvalidInput | InvalidIntroductionTransition,
    strawberry.union("CancelDemoPayload"),
]
SetMeetingHoursPayload = Annotated[
    MeetingHours | NotFound | Forbidden | InvalidInput, strawberry.union("SetMeetingHoursPayload")
]


@strawberry.type
class SchedulingQuery:
    demo_slots: Connection[DemoSlot] = resolved_by(resolve.demo_slots, scope=Scope.REGISTER)
    demo_arrangement: DemoArrangement | None = resolved_by(resolve.demo_arrangement, scope=Scope.REGISTER)
    demo_calendar_file: CalendarFile | None = resolved_by(resolve.demo_calendar_file, scope=Scope.REGISTER)
    suggested_times: list[SuggestedTime] | None = resolved_by(resolve.suggested_times, scope=Scope.REGISTER)
    introduction_follow_ups: list[IntroductionFollowUp] = resolved_by(
        resolve.introduction_follow_ups, scope=Scope.READ_INTRODUCTIONS
    )
    meeting_hours: MeetingHours | None = resolved_by(resolve.meeting_hours, scope=Scope.READ_INTRODUCTIONS)


@strawberry.type
class SchedulingMutation:
    propose_times: ProposeTimesPayload = resolved_by(resolve.propose_times, scope=Scope.MANAGE_INTRODUCTIONS)
    counter_times: CounterTimesPayload = resolved_by(resolve.counter_times, scope=Scope.REGISTER)
    pick_time: PickTimePayload = resolved_by(resolve.pick_time, scope=Scope.REGISTER)
    reschedule_demo: RescheduleDemoPayload = resolved_by(resolve.reschedule_demo, scope=Scope.REGISTER)
    cancel_demo: CancelDemoPayload = resolved_by(resolve.cancel_demo, scope=Scope.REGISTER)
    set_meeting_hours: SetMeetingHoursPayload = resolved_by(
        resolve.set_meeting_hours, scope=Scope.MANAGE_INTRODUCTIONS
    )
