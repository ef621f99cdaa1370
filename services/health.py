"""Alerts about integrations: opened once, closed when it is over, told both times."""

import datetime as dt
from uuid import UUID

from db import locks, models
from db.queries import health as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import health
from domain.environments import Environment
from domain.events import EventType
from domain.health import Figures, Verdict
from domain.ids import global_id
from domain.mail import LINK, MailTemplate
from domain.onboarding import PARTNER_PAGE
from services import events, mail


async def judge(
    uow: UnitOfWork, *, partner_id: UUID, environment: Environment, figures: Figures, now: dt.datetime
) -> int:
    """Open and close a partner's alerts by what was measured; return how many changes that were.

    Two workers do it one after the other, and the second finds nothing left to do.
    """
    await locks.lock_name(uow.session, f"alerts:{partner_id}:{environment}")
    opened = await queries.lock_open_alerts(uow.session, partner_id, environment)
    to_open, to_close = health.judge(figures, environment, now, opened=opened.keys())
    sequence = await queries.count_changes(uow.session, partner_id, environment)
    for signal in to_close:
        sequence += 1
        opened[signal].closed_at = now
        _tell(uow, opened[signal], EventType.INTEGRATION_ALERT_CLOSED, sequence, now)
    for verdict in to_open:
        sequence += 1
        alert = _alert(partner_id, environment, verdict, now)
        uow.session.add(alert)
        _tell(uow, alert, EventType.INTEGRATION_ALERT_OPENED, sequence, now)
        await _notify(uow, alert, now)
    await uow.session.flush()
    return len(to_open) + len(to_close)


def _alert(
    partner_id: UUID, environment: Environment, verdict: Verdict, now: dt.datetime
) -> models.IntegrationAlert:
    return models.IntegrationAlert(
        id=new_id(),
        partner_id=partner_id,
        environment=environment,
        signal=verdict.threshold.signal,
        value=verdict.value,
        threshold=verdict.threshold.opens_at,
        opened_at=now,
    )


def _tell(
    uow: UnitOfWork, alert: models.IntegrationAlert, event: EventType, sequence: int, now: dt.datetime
) -> None:
    events.record(
        uow,
        event,
        environment=alert.environment,
        partner_id=alert.partner_id,
        object_id=health.health_id(alert.partner_id, alert.environment),
        sequence=sequence,
        payload={
            "alert_id": global_id("IntegrationAlert", alert.id),
            "signal": alert.signal.value,
            "value": alert.value,
            "threshold": alert.threshold,
        },
        now=now,
    )


async def _notify(uow: UnitOfWork, alert: models.IntegrationAlert, now: dt.datetime) -> None:
    await mail.post_to_team(
        uow,
        template=MailTemplate.INTEGRATION_ALERT,
        partner_id=alert.partner_id,
        facts={
            "environment": alert.environment,
            "detail": f"{alert.signal}: {alert.value:g} (>= {alert.threshold:g})",
            LINK: f"{PARTNER_PAGE}/{global_id('Partner', alert.partner_id)}",
        },
        key=f"integration_alert:{alert.id.hex}",
        now=now,
    )
