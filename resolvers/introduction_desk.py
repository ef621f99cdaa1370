"""The admin desk of introductions: what needs a human, and what staff does about it."""

import datetime as dt

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import interventions as queries
from db.questions import Asked
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id, optional_id
from domain.interventions import InterventionKind
from domain.introductions import (
    AlreadyResponded,
    IntroductionOpen,
    IntroductionStage,
    InvalidIntroductionTransition,
    PartnerAtCapacity,
    PartnerHasNoInbox,
    PartnerNotAccepting,
)
from domain.scheduling import TimeTaken
from permissions.viewer import NOBODY
from permissions.visibility import visible_interventions
from resolvers.context import Info
from resolvers.refusals import answers
from services import introduction_desk


@strawberry.input(description="Who sees to it.")
class TakeInterventionInput:
    id: strawberry.ID
    assignee_id: strawberry.ID | None = strawberry.field(
        default=None, description="An account manager or admin of the platform; left out: the caller."
    )


@strawberry.input(description="What was done about it.")
class ResolveInterventionInput:
    id: strawberry.ID
    resolution: str


@strawberry.input(description="Another partner for the same contractor.")
class ReassignIntroductionInput:
    id: strawberry.ID
    partner_id: strawberry.ID
    reason: str
    idempotency_key: str | None = None


@strawberry.input(description="The introduction whose mail is sent once more.")
class ResendIntroductionInput:
    id: strawberry.ID


@strawberry.input(description="Where an introduction belongs.")
class OverrideIntroductionInput:
    id: strawberry.ID
    stage: IntroductionStage = strawberry.field(description="Any but DRAFT.")
    reason: str = strawberry.field(description="Stays in its history.")
    starts_at: dt.datetime | None = strawberry.field(
        default=None, description="The time of the demo; needed for CONFIRMED where it has none."
    )
    duration_minutes: int | None = None


@strawberry.input(description="A line for the staff's notes.")
class NoteIntroductionInput:
    id: strawberry.ID
    text: str


def interventions(
    info: Info,
    *,
    kind: InterventionKind | None = None,
    is_open: bool | None = True,
    introduction_id: strawberry.ID | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Intervention]]:
    """What needs a human, what waits longest at the front; `isOpen: null` for what was seen to as well."""
    return queries.page_interventions(
        visible=visible_interventions(info.context.viewer),
        window=Window(first, after, last, before),
        kind=kind,
        is_open=is_open,
        introduction_id=None
        if introduction_id is None
        else local_id("Introduction", introduction_id) or NOBODY,
    )


@answers(NotFound)
async def take_intervention(info: Info, input: TakeInterventionInput) -> models.Intervention:
    """Give what needs a human to one of the staff."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_desk.take_intervention(
            uow,
            context.viewer,
            intervention_id=local_id("Intervention", input.id),
            assignee_id=optional_id("User", input.assignee_id),
            now=context.now,
        )


@answers(NotFound, InvalidInput)
async def resolve_intervention(info: Info, input: ResolveInterventionInput) -> models.Intervention:
    """Say what was done about it; a second call answers as the first."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_desk.resolve_intervention(
            uow,
            context.viewer,
            intervention_id=local_id("Intervention", input.id),
            resolution=input.resolution,
            now=context.now,
        )


@answers(
    NotFound,
    Forbidden,
    InvalidInput,
    PartnerNotAccepting,
    PartnerAtCapacity,
    IntroductionOpen,
    IdempotencyConflict,
)
async def reassign_introduction(info: Info, input: ReassignIntroductionInput) -> models.Introduction:
    """Choose another partner for the contractor: the old introduction is cancelled, the answer is a new draft."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_desk.reassign_introduction(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            partner_id=local_id("Partner", input.partner_id),
            reason=input.reason,
            entropy=context.entropy,
            idempotency=context.idempotency(
                input.idempotency_key, "reassign_introduction", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, PartnerHasNoInbox, AlreadyResponded, InvalidIntroductionTransition)
async def resend_introduction(info: Info, input: ResendIntroductionInput) -> models.Introduction:
    """Send the mail of an introduction once more, also to an address that was written to no more."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_desk.resend_introduction(
            uow, context.viewer, introduction_id=local_id("Introduction", input.id), now=context.now
        )


@answers(NotFound, Forbidden, InvalidInput, IntroductionOpen, TimeTaken)
async def override_introduction(info: Info, input: OverrideIntroductionInput) -> models.Introduction:
    """Put an introduction where it belongs, whatever the order of its stages; a reason is needed."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_desk.override_introduction(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            stage=input.stage,
            starts_at=input.starts_at,
            duration_minutes=input.duration_minutes,
            reason=input.reason,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput)
async def note_introduction(info: Info, input: NoteIntroductionInput) -> models.Introduction:
    """Add a line to the staff's notes, with its time and whose it is."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_desk.note_introduction(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            text=input.text,
            now=context.now,
        )
