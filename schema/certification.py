"""The certification of a partner's system."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from db import models
from domain import certification
from domain.certification import CertificationStatus, Scenario, ScenarioStatus
from permissions.viewer import Scope, SharedBy
from resolvers import certification as resolve
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
from schema.sources import passed_by, related, represents, resolved_by, streamed_by


@refuses(certification.CertificationUnderWay)
class CertificationUnderWay(Refusal):
    run_id: strawberry.ID


@refuses(certification.CertificationEnded)
class CertificationEnded(Refusal):
    run_id: strawberry.ID
    outcome: CertificationStatus


@strawberry.type(description="What one scenario came to in a run.")
class ScenarioResult:
    is_type_of = represents(models.ScenarioResult)

    scenario: Scenario
    title: str = passed_by(resolve.title)
    instructions: str = passed_by(resolve.instructions)
    status: ScenarioStatus
    expected: str
    seen: str | None = strawberry.field(description="What decided; null while PENDING.")
    request_id: str | None = strawberry.field(
        description="The call that decided, as in `X-Request-Id`; of a webhook, its `webhook-id`."
    )
    mend: str | None = strawberry.field(description="What to change; null unless FAILED.")
    at: dt.datetime | None = strawberry.field(description="When it was judged so.")


@strawberry.type(
    description="A partner's attempt to show that its system sells rightly; judged while it goes on."
)
class CertificationRun(Node):
    is_type_of = represents(models.CertificationRun)

    partner: Partner | None = related(models.CertificationRun.partner)
    status: CertificationStatus
    started_at: dt.datetime
    ends_at: dt.datetime = strawberry.field(description="When it is over at the latest.")
    ended_at: dt.datetime | None
    results: list[ScenarioResult] = related(
        models.CertificationRun.results,
        description="Every scenario, in the order of building an integration.",
    )
    sequence: int = strawberry.field(description="Counts the changes; resume a subscription with it.")


RunIntegrationTestsPayload = Annotated[
    CertificationRun | NotFound | Forbidden | InvalidInput | CertificationUnderWay | IdempotencyConflict,
    strawberry.union("RunIntegrationTestsPayload"),
]
CancelIntegrationTestsPayload = Annotated[
    CertificationRun | NotFound | Forbidden | CertificationEnded,
    strawberry.union("CancelIntegrationTestsPayload"),
]


@strawberry.type
class CertificationQuery:
    certification_runs: Connection[CertificationRun] = resolved_by(
        resolve.certification_runs, scope=Scope.CERTIFY
    )


@strawberry.type
class CertificationMutation:
    run_integration_tests: RunIntegrationTestsPayload = resolved_by(
        resolve.run_integration_tests, scope=Scope.CERTIFY
    )
    cancel_integration_tests: CancelIntegrationTestsPayload = resolved_by(
        resolve.cancel_integration_tests, scope=Scope.CERTIFY
    )


@strawberry.type
class CertificationSubscription:
    certification_progress: AsyncIterator[CertificationRun] = streamed_by(
        resolve.certification_progress, scope=Scope.CERTIFY, shared_by=SharedBy.RIGHTS
    )
