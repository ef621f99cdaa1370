"""The way to LIVE as the graph shows it."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from db import models
from domain import onboarding
from domain.onboarding import Actor, BlockerCode, Stage
from permissions.viewer import Scope, SharedBy
from resolvers import onboarding as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    refuses,
)
from schema.sources import related, represents, resolved_by, streamed_by
from schema.team import User


@refuses(onboarding.NotManual)
class NotManual(Refusal):
    pass


@strawberry.type(description="One thing in the way of going on, whose turn it is, and what to do.")
class Blocker:
    is_type_of = represents(resolve.Blocker)

    code: BlockerCode
    actor: Actor
    todo: str = strawberry.field(description="In the caller's language.")


@strawberry.type(description="How many days a stage took before partners did it themselves.")
class StageBaseline:
    is_type_of = represents(onboarding.Baseline)

    least_days: int
    most_days: int
    was: str


@strawberry.type(description="When a case was at a stage.")
class StageVisit:
    is_type_of = represents(models.StageVisit)

    stage: Stage
    entered_at: dt.datetime
    left_at: dt.datetime | None
    days: float = resolved_by(resolve.days)
    baseline: StageBaseline | None = resolved_by(resolve.baseline)


@strawberry.type(description="A partner's way from registration to LIVE.")
class OnboardingCase(Node):
    is_type_of = represents(models.OnboardingCase)

    partner: Partner | None = related(models.OnboardingCase.partner)
    stage: Stage
    stages: list[StageVisit] = related(
        models.OnboardingCase.visits, description="Where it has been, in order."
    )
    blockers: list[Blocker] = resolved_by(resolve.blockers)
    is_assisted: bool = strawberry.field(description="The account manager may act on the partner's behalf.")
    is_manual: bool = strawberry.field(
        description="People take it through; it is too unusual for the machine."
    )
    account_manager: User | None = related(models.OnboardingCase.account_manager)
    registered_at: dt.datetime
    target_at: dt.datetime = resolved_by(resolve.target_at)
    sandbox_at: dt.datetime | None = strawberry.field(description="When the TEST environment was made.")
    certified_at: dt.datetime | None
    go_live_requested_at: dt.datetime | None
    production_at: dt.datetime | None = strawberry.field(description="When the LIVE environment was made.")
    live_at: dt.datetime | None
    paused_at: dt.datetime | None
    sequence: int = strawberry.field(description="Counts the changes; resume a subscription with it.")


@strawberry.type(description="How satisfied a member was.")
class SatisfactionAnswer:
    is_type_of = represents(models.SatisfactionAnswer)

    score: int
    comment: str
    at: dt.datetime


SetAssistedModePayload = Annotated[
    OnboardingCase | NotFound | Forbidden, strawberry.union("SetAssistedModePayload")
]
AssignAccountManagerPayload = Annotated[
    OnboardingCase | NotFound | Forbidden | InvalidInput, strawberry.union("AssignAccountManagerPayload")
]
SetManualProcessPayload = Annotated[
    OnboardingCase | NotFound | Forbidden | InvalidInput, strawberry.union("SetManualProcessPayload")
]
CompleteByHandPayload = Annotated[
    OnboardingCase | NotFound | Forbidden | InvalidInput | NotManual,
    strawberry.union("CompleteByHandPayload"),
]
LogAccountManagerTimePayload = Annotated[
    OnboardingCase | NotFound | Forbidden | InvalidInput | IdempotencyConflict,
    strawberry.union("LogAccountManagerTimePayload"),
]
SubmitSatisfactionPayload = Annotated[
    SatisfactionAnswer | NotFound | Forbidden | InvalidInput | IdempotencyConflict,
    strawberry.union("SubmitSatisfactionPayload"),
]


@strawberry.type
class OnboardingQuery:
    onboarding_case: OnboardingCase | None = resolved_by(resolve.onboarding_case, scope=Scope.READ_PARTNER)
    onboarding_cases: Connection[OnboardingCase] = resolved_by(
        resolve.onboarding_cases, scope=Scope.MANAGE_ONBOARDING
    )


@strawberry.type
class OnboardingMutation:
    set_assisted_mode: SetAssistedModePayload = resolved_by(
        resolve.set_assisted_mode, scope=Scope.MANAGE_TEAM
    )
    assign_account_manager: AssignAccountManagerPayload = resolved_by(
        resolve.assign_account_manager, scope=Scope.MANAGE_ONBOARDING
    )
    set_manual_process: SetManualProcessPayload = resolved_by(
        resolve.set_manual_process, scope=Scope.MANAGE_ONBOARDING
    )
    complete_by_hand: CompleteByHandPayload = resolved_by(
        resolve.complete_by_hand, scope=Scope.MANAGE_ONBOARDING
    )
    log_account_manager_time: LogAccountManagerTimePayload = resolved_by(
        resolve.log_account_manager_time, scope=Scope.MANAGE_ONBOARDING
    )
    submit_satisfaction: SubmitSatisfactionPayload = resolved_by(
        resolve.submit_satisfaction, scope=Scope.READ_PARTNER
    )


@strawberry.type
class OnboardingSubscription:
    onboarding_status_changed: AsyncIterator[OnboardingCase] = streamed_by(
        resolve.onboarding_status_changed, scope=Scope.READ_PARTNER, shared_by=SharedBy.RIGHTS
    )
