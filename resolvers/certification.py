"""The certification: started, called off, listed, followed."""

from collections.abc import AsyncIterator, Awaitable
from uuid import UUID

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import certification as queries
from db.questions import Asked
from domain.certification import CertificationEnded, CertificationUnderWay
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id, optional_id
from permissions.visibility import visible_certification_runs
from resolvers.context import Info
from resolvers.following import follow
from resolvers.refusals import answers
from services import certification


@strawberry.input(description="Whose system is to be looked at.")
class RunIntegrationTestsInput:
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Needed by callers with more than one partner only."
    )
    idempotency_key: str | None = None


@strawberry.input(description="The run to be called off.")
class CancelIntegrationTestsInput:
    id: strawberry.ID


def certification_runs(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.CertificationRun]]:
    """The certification runs of the caller's partners, newest first; all of them are kept."""
    return queries.page_runs(
        visible=visible_certification_runs(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
    )


def title(root: strawberry.Parent[models.ScenarioResult]) -> str:
    """What is looked for, in a few words."""
    return queries.title_of(root.scenario)


def instructions(root: strawberry.Parent[models.ScenarioResult]) -> str:
    """What to call, over REST and over GraphQL."""
    return queries.instructions_of(root.scenario)


@answers(NotFound, Forbidden, InvalidInput, CertificationUnderWay, IdempotencyConflict)
async def run_integration_tests(info: Info, input: RunIntegrationTestsInput) -> models.CertificationRun:
    """Open a run of the certification: from now on what the partner's system does in TEST is looked at."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await certification.start_run(
            uow,
            context.viewer,
            partner_id=input.partner_id,
            idempotency=context.idempotency(
                input.idempotency_key, "run_integration_tests", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, CertificationEnded)
async def cancel_integration_tests(info: Info, input: CancelIntegrationTestsInput) -> models.CertificationRun:
    """Call a run off; it stays in the list, and another one may be started."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await certification.cancel_run(
            uow, context.viewer, run_id=local_id("CertificationRun", input.id), now=context.now
        )


def certification_progress(
    info: Info, id: strawberry.ID, after: int | None = None
) -> AsyncIterator[models.CertificationRun]:
    """The run as it is now, then after every change; `after` skips what the caller has seen already."""
    context = info.context

    def load(uuid: UUID) -> Awaitable[models.CertificationRun | None]:
        return queries.run_by_id(uuid, visible=visible_certification_runs(context.viewer)).load(
            context.sessions
        )

    return follow(context.feed, local_id("CertificationRun", id), load, after)
