"""The desk is told of introductions that are likely to fail, once each, and of those that have recovered."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from db.queries import risks as queries
from db.queries.prediction_models import speaking_versions
from db.queries.risks import OnItsWay
from db.unit_of_work import UnitOfWork
from domain import predictions, risks
from domain.interventions import InterventionKind
from domain.predictions import Versions
from domain.risks import BEFORE_BOOKING, RiskNews, Situation
from services import interventions, matching


async def scan(
    uow: UnitOfWork, *, after: UUID | None, limit: int, now: dt.datetime
) -> tuple[int, UUID | None]:
    """Look at introductions on their way to a demo, from one on. Locks them until commit.

    Returns of how many something was told, and where to go on; None at the end.
    """
    versions = await speaking_versions(uow.session)
    found = await queries.lock_on_their_way(uow.session, now=now, after=after, limit=limit)
    told = 0
    for each in found:
        told += await _look(uow, each, versions, now)
    return told, found[-1].introduction.id if len(found) == limit else None


async def _look(uow: UnitOfWork, found: OnItsWay, versions: Versions, now: dt.datetime) -> bool:
    situation = _situation(found, now)
    outlook = risks.outlook(situation, versions)
    match risks.news_of(situation, outlook.chance):
        case RiskNews.AT_RISK:
            return await interventions.open_intervention(
                uow, found.introduction, InterventionKind.AT_RISK, reason=outlook.reason, now=now
            )
        case RiskNews.RECOVERED:
            await interventions.settle(
                uow,
                found.introduction,
                InterventionKind.AT_RISK,
                resolution=f"Recovered. {outlook.reason}",
                now=now,
            )
            return True
    return False


def _situation(found: OnItsWay, now: dt.datetime) -> Situation:
    introduction, profile = found.introduction, found.profile
    is_before_booking = introduction.stage in BEFORE_BOOKING
    asked_at = introduction.introduction_sent_at if is_before_booking else found.confirmed_at
    rate = profile.booking_conversion_rate if is_before_booking else profile.avg_show_rate
    known = predictions.known_of(
        matching.seeker_of(found.contractor),
        matching.offer_of(profile, found.partner, found.others),
        on=now.date(),
    )
    return Situation(
        stage=introduction.stage,
        features=predictions.features_of(known),
        own_rate=None if rate is None else float(rate / Decimal(100)),
        missed=found.missed,
        silent_for=now - found.last_step_at,
        is_open=found.is_told,
        was_told=found.last_told_at is not None and asked_at is not None and found.last_told_at >= asked_at,
    )
