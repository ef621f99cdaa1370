"""Cases of onboarding: where each stands, what is to do, who helps."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import onboarding as queries
from db.questions import Asked
from db.rows import One
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id, optional_id
from domain.onboarding import (
    ACTORS,
    BASELINES,
    TARGET,
    Actor,
    Baseline,
    BlockerCode,
    ByHand,
    NotManual,
    Stage,
)
from domain.packages import localized
from domain.todos import TODOS
from permissions.visibility import visible_onboarding_cases
from resolvers.context import Info
from resolvers.following import follow
from resolvers.refusals import answers
from services import onboarding


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way, whose turn it is, and what to do, in the caller's language."""

    code: BlockerCode
    actor: Actor
    todo: str


@strawberry.input(description="Whether the account manager may act on the partner's behalf.")
class SetAssistedModeInput:
    partner_id: strawberry.ID
    is_assisted: bool


@strawberry.input(description="Who looks after a case; without a person, nobody.")
class AssignAccountManagerInput:
    partner_id: strawberry.ID
    account_manager_id: strawberry.ID | None = None


@strawberry.input(description="Whether people take a case through, and why.")
class SetManualProcessInput:
    partner_id: strawberry.ID
    is_manual: bool
    reason: str


@strawberry.input(description="A step of a manual case that people did in the machine's place, and why.")
class CompleteByHandInput:
    partner_id: strawberry.ID
    step: ByHand
    reason: str


@strawberry.input(description="How long an account manager helped.")
class LogAccountManagerTimeInput:
    partner_id: strawberry.ID
    minutes: int
    note: str = ""
    idempotency_key: str | None = None


@strawberry.input(description="How satisfied a member is, 0 to 10.")
class SubmitSatisfactionInput:
    partner_id: strawberry.ID
    score: int
    comment: str = ""
    idempotency_key: str | None = None


def onboarding_case(info: Info, partner_id: strawberry.ID) -> Asked[One[models.OnboardingCase]] | None:
    """A partner's case; null where there is none, or none the caller may see."""
    uuid = local_id("Partner", partner_id)
    if uuid is None:
        return None
    return queries.case_of_partner(uuid, visible=visible_onboarding_cases(info.context.viewer))


def onboarding_cases(
    info: Info,
    *,
    stage: Stage | None = None,
    account_manager_id: strawberry.ID | None = None,
    is_open: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.OnboardingCase]]:
    """The cases the platform's staff looks after, those that began first at the front. Open: not LIVE yet."""
    return queries.page_cases(
        visible=visible_onboarding_cases(info.context.viewer),
        window=Window(first, after, last, before),
        stage=stage,
        manager_id=optional_id("User", account_manager_id),
        is_open=is_open,
    )


def blockers(root: strawberry.Parent[models.OnboardingCase], info: Info) -> list[Blocker]:
    """What is in the way, what the partner must do at the front; empty once LIVE."""
    locales = info.context.viewer.locales
    codes = map(BlockerCode, root.blocker_codes)
    return [Blocker(code, ACTORS[code], localized(TODOS[code], locales)) for code in codes]


def target_at(root: strawberry.Parent[models.OnboardingCase]) -> dt.datetime:
    """When it should be LIVE: fourteen days after registration."""
    return root.registered_at + TARGET


def baseline(root: strawberry.Parent[models.StageVisit]) -> Baseline | None:
    """What the stage took before; null for a stage that is new."""
    return BASELINES.get(root.stage)


def days(root: strawberry.Parent[models.StageVisit], info: Info) -> float:
    """How many days the case was at the stage, so far where it still is."""
    return ((root.left_at or info.context.now) - root.entered_at) / dt.timedelta(days=1)


@answers(NotFound, Forbidden)
async def set_assisted_mode(info: Info, input: SetAssistedModeInput) -> models.OnboardingCase:
    """Let the account manager act on the partner's behalf, or no more; all it does is audited."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await onboarding.set_assisted(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            is_assisted=input.is_assisted,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput)
async def assign_account_manager(info: Info, input: AssignAccountManagerInput) -> models.OnboardingCase:
    """Put a case into somebody's hands."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await onboarding.assign_manager(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            user_id=optional_id("User", input.account_manager_id),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput)
async def set_manual_process(info: Info, input: SetManualProcessInput) -> models.OnboardingCase:
    """Take a case out of the machine's hands, or give it back."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await onboarding.set_manual(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            is_manual=input.is_manual,
            reason=input.reason,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, NotManual)
async def complete_by_hand(info: Info, input: CompleteByHandInput) -> models.OnboardingCase:
    """Note that people did a step of a manual case."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await onboarding.complete_by_hand(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            step=input.step,
            reason=input.reason,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, IdempotencyConflict)
async def log_account_manager_time(info: Info, input: LogAccountManagerTimeInput) -> models.OnboardingCase:
    """Note how long an account manager helped."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await onboarding.log_time(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            minutes=input.minutes,
            note=input.note,
            idempotency=context.idempotency(
                input.idempotency_key, "log_account_manager_time", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, IdempotencyConflict)
async def submit_satisfaction(info: Info, input: SubmitSatisfactionInput) -> models.SatisfactionAnswer:
    """Say how satisfied one is; the newest answer of each person counts."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await onboarding.answer_satisfaction(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            score=input.score,
            comment=input.comment,
            idempotency=context.idempotency(
                input.idempotency_key, "submit_satisfaction", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


async def onboarding_status_changed(
    info: Info, partner_id: strawberry.ID, after: int | None = None
) -> AsyncIterator[models.OnboardingCase]:
    """The case as it is now, then after every change; `after` skips what the caller has seen already."""
    context = info.context
    uuid = local_id("Partner", partner_id)
    if uuid is None:
        return
    described = queries.case_of_partner(uuid, visible=visible_onboarding_cases(context.viewer))
    case = await described.load(context.sessions)

    def load(_: UUID) -> Awaitable[models.OnboardingCase | None]:
        return described.load(context.sessions)

    async with aclosing(follow(context.feed, case and case.id, load, after)) as states:
        async for state in states:
            yield state
