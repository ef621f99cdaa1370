"""Times of demos: suggesting, proposing, countering, picking, moving, calling off; and what calendars get."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import follow_ups as follow_up_queries
from db.queries import scheduling as queries
from db.questions import Asked
from db.rows import One, Rows
from domain.calendar_entries import FILE_NAME, MEDIA_TYPE
from domain.contractors import Weekday
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound, Refused
from domain.ids import local_id
from domain.introductions import IntroductionRole, InvalidIntroductionTransition
from domain.scheduling import NotYourTurn, ProposedTime, SlotNotOpen, SlotStatus, TimeTaken
from domain.time_suggestions import MOST_SUGGESTIONS, SuggestedTime
from permissions import policies
from permissions.viewer import NOBODY
from permissions.visibility import (
    visible_demo_arrangements,
    visible_demo_slots,
    visible_follow_ups,
    visible_introductions,
    visible_meeting_hours,
)
from resolvers.context import Info
from resolvers.refusals import answers
from services import arrangements, scheduling, suggesting_times

DURATION = "15 to 240 minutes, in quarters of an hour; left out: as the partner prefers."
ZONE = "Of the IANA database, for local times; left out: that of whoever proposes."


@strawberry.input(description="A time: either an instant, or what a clock shows in the zone given with it.")
class ProposedTimeInput:
    starts_at: dt.datetime | None = strawberry.field(
        default=None, description="With its offset, at a quarter of an hour."
    )
    local_time: str | None = strawberry.field(
        default=None,
        description="`2026-11-25T10:30`; one that clocks skip when they are put forward is refused.",
    )
    is_later: bool = strawberry.field(
        default=False, description="Of a local time that clocks show twice, the second one."
    )

    def given(self) -> ProposedTime:
        """Return it as the rules take it."""
        return ProposedTime(self.starts_at, self.local_time, self.is_later)


@strawberry.input(description="Times that the partner proposes, in place of those proposed before.")
class ProposeTimesInput:
    introduction_id: strawberry.ID
    times: list[ProposedTimeInput] = strawberry.field(description="1 to 5 that do not overlap.")
    duration_minutes: int | None = strawberry.field(default=None, description=DURATION)
    time_zone: str | None = strawberry.field(default=None, description=ZONE)
    note: str | None = strawberry.field(default=None, description="At most 500 characters.")
    idempotency_key: str | None = None


@strawberry.input(description="Times that the contractor proposes instead of the partner's.")
class CounterTimesInput:
    introduction_id: strawberry.ID
    times: list[ProposedTimeInput] = strawberry.field(description="1 to 5 that do not overlap.")
    duration_minutes: int | None = strawberry.field(default=None, description=DURATION)
    time_zone: str | None = strawberry.field(default=None, description=ZONE)
    note: str | None = strawberry.field(default=None, description="At most 500 characters.")
    idempotency_key: str | None = None


@strawberry.input(description="The time that is taken.")
class PickTimeInput:
    slot_id: strawberry.ID
    idempotency_key: str | None = None


@strawberry.input(description="Other times for a demo that has one.")
class RescheduleDemoInput:
    introduction_id: strawberry.ID
    times: list[ProposedTimeInput] = strawberry.field(description="1 to 5 that do not overlap.")
    duration_minutes: int | None = strawberry.field(
        default=None, description="15 to 240 minutes, in quarters of an hour; left out: as long as before."
    )
    time_zone: str | None = strawberry.field(default=None, description=ZONE)
    note: str | None = strawberry.field(default=None, description="At most 500 characters.")
    is_agreed: bool = strawberry.field(
        default=False,
        description="Both agreed already, as the platform's staff knows: moved to the first time at once.",
    )
    idempotency_key: str | None = None


@strawberry.input(description="The demo that is called off.")
class CancelDemoInput:
    introduction_id: strawberry.ID
    reason: str | None = None


@strawberry.input(description="When a partner's people meet, on the clock of its introduction profile.")
class SetMeetingHoursInput:
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Without it: the caller's only partner."
    )
    opens: int = strawberry.field(description="Minutes of the day: 540 is 9:00.")
    closes: int = strawberry.field(description="Minutes of the day, itself excluded: 1020 is 17:00.")
    days: list[Weekday]
    are_reminders_within: bool = strawberry.field(
        default=False, description="Whether follow-ups of introductions wait for these hours."
    )


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A demo as calendars read it."""

    file_name: str
    media_type: str
    text: str


def demo_slots(
    info: Info,
    *,
    introduction_id: strawberry.ID,
    status: SlotStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.DemoSlot]]:
    """The times that were proposed for an introduction's demo, the newest first."""
    return queries.page_slots(
        visible=visible_demo_slots(info.context.viewer),
        window=Window(first, after, last, before),
        introduction_id=local_id("Introduction", introduction_id) or NOBODY,
        status=status,
    )


def slots_of(
    root: strawberry.Parent[models.Introduction],
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.DemoSlot]]:
    """The times that were proposed for its demo, the newest first."""
    return queries.page_slots_of(
        visible=visible_demo_slots(info.context.viewer),
        window=Window(first, after, last, before),
        introduction_id=root.id,
    )


def demo_arrangement(info: Info, introduction_id: strawberry.ID) -> Asked[One[models.DemoArrangement]] | None:
    """What calendars were told of an introduction's demo, and its room; null before it was confirmed."""
    uuid = local_id("Introduction", introduction_id)
    if uuid is None:
        return None
    return queries.arrangement_of(uuid, visible=visible_demo_arrangements(info.context.viewer))


def introduction_follow_ups(
    info: Info, introduction_id: strawberry.ID
) -> Asked[Rows[models.IntroductionFollowUp]]:
    """How an introduction that was not answered was followed up: three steps at most, in their order."""
    return follow_up_queries.follow_ups_of(
        local_id("Introduction", introduction_id) or NOBODY,
        visible=visible_follow_ups(info.context.viewer),
    )


def meeting_hours(info: Info, partner_id: strawberry.ID) -> Asked[One[models.MeetingHours]] | None:
    """When a partner's people meet; null where they never said: 9 to 17 on workdays then."""
    uuid = local_id("Partner", partner_id)
    if uuid is None:
        return None
    return queries.meeting_hours_of(uuid, visible=visible_meeting_hours(info.context.viewer))


async def suggested_times(
    info: Info, introduction_id: strawberry.ID, first: int = 5
) -> Sequence[SuggestedTime] | None:
    """Times of the next two weeks that suit both sides, the best first, at most 10, each with its reasons.

    Null for an introduction the caller does not see.
    """
    if not 1 <= first <= MOST_SUGGESTIONS:
        raise Refused(InvalidInput("first", f"must be from 1 to {MOST_SUGGESTIONS}"))
    context, uuid = info.context, local_id("Introduction", introduction_id)
    if uuid is None:
        return None
    async with context.sessions.read() as session:
        return await suggesting_times.suggested_times(
            session, context.viewer, introduction_id=uuid, most=first, now=context.now
        )


async def demo_calendar_file(info: Info, introduction_id: strawberry.ID) -> CalendarFile | None:
    """A demo as a file of RFC 5545, as it was sent last; null before it was confirmed."""
    context, uuid = info.context, local_id("Introduction", introduction_id)
    if uuid is None:
        return None
    async with context.sessions.read() as session:
        meeting = await queries.meeting_of(session, uuid, visible=visible_introductions(context.viewer))
        asked = queries.arrangement_of(uuid, visible=visible_demo_arrangements(context.viewer))
        row = (await session.scalars(asked.statement)).one_or_none()
    if meeting is None or row is None:
        return None
    entry = arrangements.entry_of(row, meeting, context.calendar)
    return CalendarFile(FILE_NAME, MEDIA_TYPE, context.calendar.file_of(entry))


def days(root: strawberry.Parent[models.MeetingHours]) -> list[Weekday]:
    """The days, in the order of the week."""
    return [list(Weekday)[each - 1] for each in root.days]


def partner_time(root: strawberry.Parent[SuggestedTime]) -> str:
    """On the partner's clock: `2026-11-25T10:30`."""
    return root.partner_time.isoformat(timespec="minutes")


def contractor_time(root: strawberry.Parent[SuggestedTime]) -> str:
    """On the contractor's clock."""
    return root.contractor_time.isoformat(timespec="minutes")


@answers(NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition, TimeTaken, IdempotencyConflict)
async def propose_times(info: Info, input: ProposeTimesInput) -> models.Introduction:
    """Propose times for the demo, for the partner; it has answered by that."""
    return await _propose(info, input, scheduling.PROPOSE, act="propose_times")


@answers(NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition, TimeTaken, IdempotencyConflict)
async def counter_times(info: Info, input: CounterTimesInput) -> models.Introduction:
    """Propose other times than the partner's, for the contractor."""
    return await _propose(info, input, scheduling.COUNTER, act="counter_times")


@answers(
    NotFound,
    Forbidden,
    InvalidInput,
    InvalidIntroductionTransition,
    SlotNotOpen,
    NotYourTurn,
    TimeTaken,
    IdempotencyConflict,
)
async def pick_time(info: Info, input: PickTimeInput) -> models.Introduction:
    """Take one of the other side's times: the demo is confirmed, or moved to it, and both calendars hear of it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await scheduling.pick_time(
            uow,
            context.viewer,
            slot_id=local_id("DemoSlot", input.slot_id),
            idempotency=context.idempotency(
                input.idempotency_key, "pick_time", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition, TimeTaken, IdempotencyConflict)
async def reschedule_demo(info: Info, input: RescheduleDemoInput) -> models.Introduction:
    """Propose other times for a confirmed demo; it keeps its time until the other side picks one."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await scheduling.reschedule(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.introduction_id),
            times=[each.given() for each in input.times],
            duration_minutes=input.duration_minutes,
            time_zone=input.time_zone,
            note=input.note,
            is_agreed=input.is_agreed,
            idempotency=context.idempotency(
                input.idempotency_key, "reschedule_demo", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition)
async def cancel_demo(info: Info, input: CancelDemoInput) -> models.Introduction:
    """Call a confirmed demo off; its time is free again, and both calendars are told."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await scheduling.cancel_demo(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.introduction_id),
            reason=input.reason,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput)
async def set_meeting_hours(info: Info, input: SetMeetingHoursInput) -> models.MeetingHours:
    """Say when a partner's people meet; suggested times and, if wished, follow-ups keep to that."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await suggesting_times.set_meeting_hours(
            uow,
            context.viewer,
            partner_id=policies.only_partner(context.viewer)
            if input.partner_id is None
            else local_id("Partner", input.partner_id),
            opens=input.opens,
            closes=input.closes,
            days=input.days,
            are_reminders_within=input.are_reminders_within,
            now=context.now,
        )


async def _propose(
    info: Info, given: ProposeTimesInput | CounterTimesInput, side: IntroductionRole, *, act: str
) -> models.Introduction:
    context = info.context
    async with context.unit_of_work() as uow:
        return await scheduling.propose_times(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", given.introduction_id),
            side=side,
            times=[each.given() for each in given.times],
            duration_minutes=given.duration_minutes,
            time_zone=given.time_zone,
            note=given.note,
            idempotency=context.idempotency(given.idempotency_key, act, input=strawberry.asdict(given)),
            now=context.now,
        )
