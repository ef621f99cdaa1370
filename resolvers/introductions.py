"""Introductions: choosing, sending, confirming, changing, following; and what partners are introduced for."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from uuid import UUID

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import introductions as queries
from db.questions import Asked
from db.rows import One
from domain.calendar_entries import LINK_LIFE
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.introduction_profiles import SubdomainReserved, SubdomainTaken
from domain.introductions import (
    WITH_DEMO,
    AlreadyResponded,
    AlreadySent,
    IntroductionOpen,
    IntroductionStage,
    IntroductionStatus,
    InvalidIntroductionTransition,
    PartnerAtCapacity,
    PartnerHasNoInbox,
    PartnerNotAccepting,
)
from domain.partners import StaleVersion
from domain.scheduling import TimeTaken
from domain.send_times import SendAt, SuggestedSendTime
from permissions import policies
from permissions.viewer import NOBODY
from permissions.visibility import visible_introductions
from resolvers.context import Info
from resolvers.following import follow
from resolvers.refusals import answers
from services import introducing, introduction_profiles, send_times


@strawberry.input(description="What a partner is introduced for; what is left out stays.")
class SetIntroductionProfileInput:
    version: int = strawberry.field(
        description="The version the change was made for; 0 where there is no profile yet."
    )
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Without it: the caller's only partner."
    )
    subdomain: str | None = strawberry.field(
        default=None, description="Its mail is `partner@{subdomain}.…`; needed for the first profile."
    )
    intro_email: str | None = strawberry.field(
        default=None, description="The inbox behind that address; empty to take it away."
    )
    industries: list[str] | None = strawberry.field(
        default=None, description="Codes in capitals: `TRAVEL_AGENCY`; none: any."
    )
    regions: list[str] | None = strawberry.field(default=None, description="ISO 3166; none: the partner's.")
    languages: list[str] | None = strawberry.field(default=None, description="BCP-47; none: the partner's.")
    needs: list[str] | None = strawberry.field(default=None, description="The needs it serves: `HOTELS`.")
    time_zone: str | None = strawberry.field(
        default=None, description="Of the IANA database; needed for the first profile."
    )
    capacity: int | None = strawberry.field(
        default=None, description="Open introductions at once: 1 to 1000."
    )
    preferred_demo_duration: int | None = strawberry.field(default=None, description="In minutes: 5 to 480.")
    is_accepting: bool | None = strawberry.field(
        default=None, description="Whether it takes introductions at the moment."
    )


@strawberry.input(description="The partner a contractor chooses.")
class CreateIntroductionInput:
    contractor_id: strawberry.ID
    partner_id: strawberry.ID
    idempotency_key: str | None = None


@strawberry.input(description="What changes of an introduction; what is left out stays.")
class UpdateIntroductionInput:
    id: strawberry.ID
    version: int = strawberry.field(description="The version the change was made for.")
    stage: IntroductionStage | None = strawberry.field(
        default=None, description="RESPONDED, HELD or CLOSED; every other stage has a mutation of its own."
    )
    outcome_note: str | None = None
    notes: str | None = strawberry.field(default=None, description="The platform's own; for its staff only.")


@strawberry.input(description="The draft to send.")
class SendIntroductionInput:
    id: strawberry.ID
    at: SendAt = strawberry.field(
        default=SendAt.NOW,
        description="When the mail goes out: SUGGESTED is what `suggestedSendTime` says. The clock runs from now on.",
    )


@strawberry.input(description="The time of a demo.")
class ConfirmIntroductionInput:
    id: strawberry.ID
    starts_at: dt.datetime = strawberry.field(description="With its offset; to come.")
    duration_minutes: int | None = strawberry.field(
        default=None, description="5 to 480; left out: as the partner prefers."
    )


@strawberry.input(description="The introduction that comes to nothing.")
class CancelIntroductionInput:
    id: strawberry.ID
    reason: str | None = None


@strawberry.input(description="The introduction whose partner is reminded.")
class TriggerFollowUpInput:
    id: strawberry.ID


def introduction(info: Info, id: strawberry.ID) -> Asked[One[models.Introduction]] | None:
    """One introduction; null where there is none, or none the caller may see."""
    uuid = local_id("Introduction", id)
    if uuid is None:
        return None
    return queries.introduction_by_id(uuid, visible=visible_introductions(info.context.viewer))


def introductions(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    contractor_id: strawberry.ID | None = None,
    status: IntroductionStatus | None = None,
    stage: IntroductionStage | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Introduction]]:
    """The introductions of the caller's contractors and partners, the newest first; the platform's staff sees all."""
    return queries.page_introductions(
        visible=visible_introductions(info.context.viewer),
        window=Window(first, after, last, before),
        # What is no id of such a thing has no introductions.
        partner_id=None if partner_id is None else local_id("Partner", partner_id) or NOBODY,
        contractor_id=None if contractor_id is None else local_id("Contractor", contractor_id) or NOBODY,
        status=status,
        stage=stage,
    )


async def suggested_send_time(info: Info, introduction_id: strawberry.ID) -> SuggestedSendTime | None:
    """When a draft is best mailed, by what partners answered before; null for what is no draft the caller sees."""
    context, uuid = info.context, local_id("Introduction", introduction_id)
    if uuid is None:
        return None
    async with context.sessions.read() as session:
        return await send_times.suggested(session, context.viewer, introduction_id=uuid, now=context.now)


async def calendar_url(root: strawberry.Parent[models.Introduction], info: Info) -> str | None:
    """Where its demo is a file for calendars, for a day, without a credential; null while it has no time."""
    if root.scheduled_at is None or root.stage not in WITH_DEMO:
        return None
    return info.context.calendar.link_to(root.id, until=info.context.now + LINK_LIFE)


@answers(NotFound, Forbidden, InvalidInput, SubdomainTaken, SubdomainReserved, StaleVersion)
async def set_introduction_profile(
    info: Info, input: SetIntroductionProfileInput
) -> models.IntroductionProfile:
    """Say what a partner is introduced for, how many contractors it takes at once, and where it is reached."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_profiles.set_profile(
            uow,
            context.viewer,
            partner_id=policies.only_partner(context.viewer)
            if input.partner_id is None
            else local_id("Partner", input.partner_id),
            version=input.version,
            changes=_changes(input),
            now=context.now,
        )


@answers(
    NotFound, PartnerNotAccepting, PartnerAtCapacity, IntroductionOpen, InvalidInput, IdempotencyConflict
)
async def create_introduction(info: Info, input: CreateIntroductionInput) -> models.Introduction:
    """Choose a partner for a contractor: a draft, of which the partner does not hear before it is sent."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introducing.create_introduction(
            uow,
            context.viewer,
            contractor_id=local_id("Contractor", input.contractor_id),
            partner_id=local_id("Partner", input.partner_id),
            entropy=context.entropy,
            idempotency=context.idempotency(
                input.idempotency_key, "create_introduction", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition, StaleVersion)
async def update_introduction(info: Info, input: UpdateIntroductionInput) -> models.Introduction:
    """Change an introduction; a change made for another version is refused."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introducing.update_introduction(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            version=input.version,
            stage=input.stage,
            outcome_note=input.outcome_note,
            notes=input.notes,
            now=context.now,
        )


@answers(
    NotFound, Forbidden, AlreadySent, PartnerHasNoInbox, PartnerNotAccepting, InvalidIntroductionTransition
)
async def send_introduction(info: Info, input: SendIntroductionInput) -> models.Introduction:
    """Introduce the contractor to the partner by mail; from now on its answer is waited for."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introducing.send_introduction(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            at=input.at,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition, TimeTaken)
async def confirm_introduction(info: Info, input: ConfirmIntroductionInput) -> models.Introduction:
    """Write down the time of the demo that the two agreed on, or another one."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introducing.confirm_introduction(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            starts_at=input.starts_at,
            duration_minutes=input.duration_minutes,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidIntroductionTransition)
async def cancel_introduction(info: Info, input: CancelIntroductionInput) -> models.Introduction:
    """End an introduction before its demo; a second call answers as the first."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introducing.cancel_introduction(
            uow,
            context.viewer,
            introduction_id=local_id("Introduction", input.id),
            reason=input.reason,
            now=context.now,
        )


@answers(NotFound, Forbidden, AlreadyResponded, InvalidIntroductionTransition)
async def trigger_follow_up(info: Info, input: TriggerFollowUpInput) -> models.Introduction:
    """Remind the partner now, without waiting for the clock."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introducing.trigger_follow_up(
            uow, context.viewer, introduction_id=local_id("Introduction", input.id), now=context.now
        )


def introduction_updated(
    info: Info, id: strawberry.ID, after: int | None = None
) -> AsyncIterator[models.Introduction]:
    """The introduction as it is now, then after every change; `after` skips what the caller has seen already."""
    context = info.context

    def load(uuid: UUID) -> Awaitable[models.Introduction | None]:
        return queries.introduction_by_id(uuid, visible=visible_introductions(context.viewer)).load(
            context.sessions
        )

    return follow(context.feed, local_id("Introduction", id), load, after)


def _changes(input: SetIntroductionProfileInput) -> dict[str, Any]:
    given = {
        "subdomain": input.subdomain,
        "intro_email": input.intro_email,
        "industries": input.industries,
        "regions": input.regions,
        "languages": input.languages,
        "needs": input.needs,
        "time_zone": input.time_zone,
        "capacity": input.capacity,
        "preferred_demo_duration": input.preferred_demo_duration,
        "is_accepting": input.is_accepting,
    }
    return {name: value for name, value in given.items() if value is not None}
