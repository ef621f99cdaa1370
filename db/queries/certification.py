"""Questions about runs of the certification, and the evidence they are judged by."""

import datetime as dt
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, case, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.request_log import first_id
from db.questions import question, twin
from db.ready import ready
from db.rows import One, Visible
from domain import certification_guide
from domain.certification import CertificationStatus, Scenario
from domain.certification_judges import Hold
from domain.environments import Environment
from domain.request_log import Call
from domain.webhooks import EndpointStatus

NEWEST_FIRST = Keyset((models.CertificationRun.id,), is_descending=True)
MOST_CALLS = 5_000
"""Of a run, the newest ones; a partner has 1,000 a minute at most, and shows what it can in fewer."""

OPEN = ready(
    select(models.CertificationRun.id).where(models.CertificationRun.status == CertificationStatus.RUNNING)
).sql
"""The ids of the runs that are open."""


@question
def page_runs(*, visible: Visible, window: Window, partner_id: UUID | None) -> Page[models.CertificationRun]:
    """Describe runs, newest first; of one partner where it is named."""
    statement = select(models.CertificationRun).where(visible)
    if partner_id is not None:
        statement = statement.where(models.CertificationRun.partner_id == partner_id)
    return Page(statement, NEWEST_FIRST, window)


@question
def run_by_id(run_id: UUID, *, visible: Visible) -> One[models.CertificationRun]:
    """Describe one run."""
    return One(select(models.CertificationRun).where(visible, models.CertificationRun.id == run_id))


@twin(certification_guide.title_of, is_total=True)
def title_of(scenario: ColumnElement[str]) -> ColumnElement[str]:
    """What a scenario looks for."""
    return _told(scenario, certification_guide.title_of)


@twin(certification_guide.instructions_of, is_total=True)
def instructions_of(scenario: ColumnElement[str]) -> ColumnElement[str]:
    """What to call for a scenario."""
    return _told(scenario, certification_guide.instructions_of)


def _told(scenario: ColumnElement[str], words: Callable[[Scenario], str]) -> ColumnElement[str]:
    return case(*((scenario == each, literal(words(each))) for each in Scenario))


async def open_run(session: AsyncSession, partner_id: UUID) -> models.CertificationRun | None:
    """Load a partner's open run."""
    row = models.CertificationRun
    statement = select(row).where(row.partner_id == partner_id, row.status == CertificationStatus.RUNNING)
    return (await session.scalars(statement)).one_or_none()


async def lock_run(
    session: AsyncSession, run_id: UUID, *, visible: Visible | None = None
) -> models.CertificationRun | None:
    """Lock a run against other changes."""
    statement = select(models.CertificationRun).where(models.CertificationRun.id == run_id)
    if visible is not None:
        statement = statement.where(visible)
    # Not its partner: others refer to that all the time.
    locked = statement.with_for_update(of=models.CertificationRun)
    return (await session.scalars(locked)).one_or_none()


async def lock_open_run(session: AsyncSession, run_id: UUID) -> models.CertificationRun | None:
    """Lock a run that is open still; None where it is not, or another worker is busy with it."""
    row = models.CertificationRun
    statement = select(row).where(row.id == run_id, row.status == CertificationStatus.RUNNING)
    return (await session.scalars(statement.with_for_update(skip_locked=True))).one_or_none()


async def results_of(session: AsyncSession, run_id: UUID) -> Sequence[models.ScenarioResult]:
    """Load what the scenarios of a run came to, in their order."""
    row = models.ScenarioResult
    return (await session.scalars(select(row).where(row.run_id == run_id).order_by(row.position))).all()


async def calls_since(session: AsyncSession, partner_id: UUID, since: dt.datetime) -> list[Call]:
    """Load the calls of a partner in TEST since a moment: the newest MOST_CALLS, in no order."""
    row = models.ApiCall
    statement = (
        select(row)
        .where(row.partner_id == partner_id, row.environment == Environment.TEST, row.id >= first_id(since))
        .order_by(row.id.desc())
        .limit(MOST_CALLS)
    )
    return [
        Call(
            id=each.id,
            at=each.at,
            partner_id=each.partner_id,
            api_key_id=each.api_key_id,
            environment=each.environment,
            operation=each.operation,
            door=each.door,
            status=each.status,
            duration_ms=each.duration_ms,
            request_id=each.request_id,
            object_id=each.object_id,
            key_hash=each.key_hash,
        )
        for each in await session.scalars(statement)
    ]


async def holds_since(session: AsyncSession, partner_id: UUID, since: dt.datetime) -> list[Hold]:
    """Load the holds a partner made in TEST since a moment: the newest MOST_CALLS, in no order."""
    row = models.Reservation
    statement = (
        select(row.id, row.created_at, row.expires_at)
        .where(
            row.reseller_id == partner_id,
            row.environment == Environment.TEST,
            row.id >= first_id(since),
        )
        .order_by(row.id.desc())
        .limit(MOST_CALLS)
    )
    return [Hold(*found) for found in await session.execute(statement)]


async def test_endpoint(session: AsyncSession, partner_id: UUID) -> models.WebhookEndpoint | None:
    """Load the newest webhook endpoint of a partner in TEST that is enabled and has proved itself."""
    row = models.WebhookEndpoint
    statement = (
        select(row)
        .where(
            row.partner_id == partner_id,
            row.environment == Environment.TEST,
            row.status == EndpointStatus.ENABLED,
            row.verified_at.is_not(None),
        )
        .order_by(row.id.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()
