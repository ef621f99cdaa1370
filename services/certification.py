"""What partners do with their certification: start a run, and call it off."""

import datetime as dt
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import certification as queries
from db.queries import partners as partner_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.certification import (
    ORDER,
    RUN_LASTS,
    CertificationEnded,
    CertificationStatus,
    CertificationUnderWay,
    ScenarioStatus,
)
from domain.certification_guide import LESSONS
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id, local_id
from permissions import policies
from permissions.viewer import Scope, Viewer
from permissions.visibility import visible_certification_runs, visible_partners
from services import audit, events, provisioning
from services.idempotency import claim


async def start_run(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.CertificationRun:
    """Open a run with every scenario PENDING, on a sandbox as full as on its first day; without `partner_id` for the caller's one partner.

    Refuses: NotFound, Forbidden, InvalidInput, CertificationUnderWay, IdempotencyConflict.
    """
    partner = await _partner(uow, viewer, partner_id)
    await locks.lock_name(uow.session, f"certification:{partner.id}")
    run_id = new_id()
    first = await claim(uow, idempotency, object_id=run_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.CertificationRun, first)
    under_way = await queries.open_run(uow.session, partner.id)
    if under_way is not None:
        raise Refused(CertificationUnderWay(run_id=global_id("CertificationRun", under_way.id)))
    run = models.CertificationRun(
        id=run_id,
        partner_id=partner.id,
        status=CertificationStatus.RUNNING,
        started_by=viewer.id,
        started_at=now,
        ends_at=now + RUN_LASTS,
        sequence=1,
        probe_due_at=now,
    )
    uow.session.add(run)
    await uow.session.flush()
    uow.session.add_all(
        models.ScenarioResult(
            run_id=run_id,
            position=position,
            scenario=scenario,
            status=ScenarioStatus.PENDING,
            expected=LESSONS[scenario].expected,
        )
        for position, scenario in enumerate(ORDER, 1)
    )
    await provisioning.restock(uow, partner_id=partner.id, now=now)
    await tell(uow, run, passed=0, now=now)
    await record(uow, viewer, run, "certification.start", facts={}, now=now)
    return run


async def cancel_run(
    uow: UnitOfWork, viewer: Viewer, *, run_id: UUID | None, now: dt.datetime
) -> models.CertificationRun:
    """End a run without a verdict; a second call answers as the first.

    Refuses: NotFound, Forbidden, CertificationEnded.
    """
    run = await _locked(uow, viewer, run_id)
    if run.status is CertificationStatus.CANCELLED:
        return run
    if run.status is not CertificationStatus.RUNNING:
        raise Refused(CertificationEnded(run_id=global_id("CertificationRun", run.id), outcome=run.status))
    run.status, run.ended_at = CertificationStatus.CANCELLED, now
    run.sequence += 1
    results = await queries.results_of(uow.session, run.id)
    await tell(uow, run, passed=passed_among(results), now=now)
    await record(uow, viewer, run, "certification.cancel", facts={}, now=now)
    return run


def passed_among(results: Any) -> int:
    """Count the scenarios that have passed."""
    return sum(each.status is ScenarioStatus.PASSED for each in results)


async def tell(uow: UnitOfWork, run: models.CertificationRun, *, passed: int, now: dt.datetime) -> None:
    """Tell of a run's change: that it went on, or that it has finished."""
    is_open = run.status is CertificationStatus.RUNNING
    await uow.session.flush()
    events.record_for_partner(
        uow,
        EventType.CERTIFICATION_PROGRESSED if is_open else EventType.CERTIFICATION_FINISHED,
        partner_id=run.partner_id,
        object_id=run.id,
        sequence=run.sequence,
        payload={
            "certification_run_id": global_id("CertificationRun", run.id),
            "partner_id": global_id("Partner", run.partner_id),
            "status": run.status.value,
            "passed": passed,
            "scenarios": len(ORDER),
        },
        now=now,
    )
    await uow.session.flush()


async def record(
    uow: UnitOfWork,
    viewer: Viewer,
    run: models.CertificationRun,
    act: str,
    *,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Append to the partner's audit chain what was done with a run."""
    await audit.record(
        uow,
        viewer,
        partner_id=run.partner_id,
        act=act,
        object_id=global_id("CertificationRun", run.id),
        facts=facts,
        now=now,
    )


async def _locked(uow: UnitOfWork, viewer: Viewer, run_id: UUID | None) -> models.CertificationRun:
    if run_id is not None:
        visible = visible_certification_runs(viewer)
        run = await queries.lock_run(uow.session, run_id, visible=visible)
        if run is not None:
            policies.may_certify(viewer, run.partner_id)
            return run
    shown = global_id("CertificationRun", run_id) if run_id else ""
    raise Refused(NotFound(noun="certification run", id=shown))


async def _partner(uow: UnitOfWork, viewer: Viewer, public_id: str | None) -> models.Partner:
    own = viewer.partners_with(Scope.CERTIFY)
    if public_id is None and len(own) != 1:
        raise Refused(InvalidInput("partner_id", "is needed by callers with more than one partner, or none"))
    partner_id = next(iter(own)) if public_id is None else local_id("Partner", public_id)
    if partner_id is not None:
        described = partner_queries.partners_by_ids([partner_id], visible=visible_partners(viewer))
        partner: models.Partner | None = (await uow.session.scalars(described.statement)).one_or_none()
        if partner is not None:
            policies.may_certify(viewer, partner.id)
            return partner
    raise Refused(NotFound(noun="partner", id=public_id or ""))
