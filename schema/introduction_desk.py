"""The admin desk of introductions."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain.interventions import InterventionKind
from permissions.viewer import Scope
from resolvers import introduction_desk as resolve
from schema.connections import Connection
from schema.introductions import (
    AlreadyResponded,
    Introduction,
    IntroductionOpen,
    InvalidIntroductionTransition,
    PartnerAtCapacity,
    PartnerHasNoInbox,
    PartnerNotAccepting,
)
from schema.nodes import Node
from schema.refusals import Forbidden, IdempotencyConflict, InvalidInput, NotFound, TimeTaken
from schema.sources import related, represents, resolved_by


@strawberry.type(description="Why an introduction needs a human.")
class Intervention(Node):
    is_type_of = represents(models.Intervention)

    introduction: Introduction | None = related(models.Intervention.introduction)
    kind: InterventionKind
    reason: str
    opened_at: dt.datetime
    assignee_name: str | None = strawberry.field(description="Null while nobody sees to it.")
    resolved_at: dt.datetime | None = strawberry.field(description="Null while it is in the queue.")
    resolved_by: str | None = strawberry.field(description="`user:…`; `system` where it was over by itself.")
    resolution: str | None


TakeInterventionPayload = Annotated[Intervention | NotFound, strawberry.union("TakeInterventionPayload")]
ResolveInterventionPayload = Annotated[
    Intervention | NotFound | InvalidInput, strawberry.union("ResolveInterventionPayload")
]
ReassignIntroductionPayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | InvalidInput
    | PartnerNotAccepting
    | PartnerAtCapacity
    | IntroductionOpen
    | IdempotencyConflict,
    strawberry.union("ReassignIntroductionPayload"),
]
ResendIntroductionPayload = Annotated[
    Introduction
    | NotFound
    | Forbidden
    | PartnerHasNoInbox
    | AlreadyResponded
    | InvalidIntroductionTransition,
    strawberry.union("ResendIntroductionPayload"),
]
OverrideIntroductionPayload = Annotated[
    Introduction | NotFound | Forbidden | InvalidInput | IntroductionOpen | TimeTaken,
    strawberry.union("OverrideIntroductionPayload"),
]
NoteIntroductionPayload = Annotated[
    Introduction | NotFound | Forbidden | InvalidInput, strawberry.union("NoteIntroductionPayload")
]


@strawberry.type
class IntroductionDeskQuery:
    interventions: Connection[Intervention] = resolved_by(
        resolve.interventions, scope=Scope.MANAGE_ONBOARDING
    )


@strawberry.type
class IntroductionDeskMutation:
    take_intervention: TakeInterventionPayload = resolved_by(
        resolve.take_intervention, scope=Scope.MANAGE_ONBOARDING
    )
    resolve_intervention: ResolveInterventionPayload = resolved_by(
        resolve.resolve_intervention, scope=Scope.MANAGE_ONBOARDING
    )
    reassign_introduction: ReassignIntroductionPayload = resolved_by(
        resolve.reassign_introduction, scope=Scope.MANAGE_ONBOARDING
    )
    resend_introduction: ResendIntroductionPayload = resolved_by(
        resolve.resend_introduction, scope=Scope.MANAGE_ONBOARDING
    )
    override_introduction: OverrideIntroductionPayload = resolved_by(
        resolve.override_introduction, scope=Scope.MANAGE_ONBOARDING
    )
    note_introduction: NoteIntroductionPayload = resolved_by(
        resolve.note_introduction, scope=Scope.MANAGE_ONBOARDING
    )
