"""What is forgotten, when, and what is kept although it is old."""

from sqlalchemy import select

from db import models
from db.types import new_id
from domain.events import EventType
from domain.webhooks import DeliveryStatus
from jobs import retention
from services import retention as acts
from tests.factories.introduction_mail import make_introduced
from tests.factories.introductions import make_mail_event, make_partner_message
from tests.factories.partners import make_reseller
from tests.factories.times import DAY, NOW, SECOND
from tests.factories.webhooks import make_endpoint, make_event
from tests.fixtures.work import SEAL


async def left(work, column):
    async with work.sessions.read() as session:
        return set((await session.scalars(select(column))).all())


async def test_idempotency_keys_are_forgotten_after_thirty_days(work):
    async with work.unit_of_work() as uow:
        for key, age in (("old", 30 * DAY + SECOND), ("young", 30 * DAY)):
            row = models.IdempotencyKey(
                actor="key:1", key=key, request_hash=b"h", object_id=new_id(), created_at=NOW - age
            )
            uow.session.add(row)

    assert await retention.purge_idempotency_keys(work) == 1
    assert await left(work, models.IdempotencyKey.key) == {"young"}


async def test_told_events_are_forgotten_after_a_week_but_none_that_somebody_still_needs(work):
    week_ago = NOW - 7 * DAY - SECOND
    async with work.unit_of_work() as uow:
        partner = await make_reseller(uow.session)
        endpoint = await make_endpoint(uow.session, partner, SEAL)
        events = {
            name: await make_event(uow.session, partner, at=week_ago, relayed_at=relayed_at)
            for name, relayed_at in {
                "told": week_ago,
                "told lately": NOW - 7 * DAY,
                "untold": None,
                "pending": week_ago,
                "dead": week_ago,
                "delivered": week_ago,
            }.items()
        }
        for name in ("pending", "dead", "delivered"):
            status = DeliveryStatus(name.upper())
            uow.session.add(
                models.WebhookDelivery(
                    endpoint_id=endpoint.id,
                    event_id=events[name].id,
                    event_type=EventType.RESERVATION_CREATED,
                    object_id=events[name].object_id,
                    sequence=1,
                    status=status,
                    next_attempt_at=NOW,
                    created_at=NOW,
                    delivered_at=NOW if status is DeliveryStatus.DELIVERED else None,
                )
            )

    purged = await retention.purge_events(work)

    assert purged == 2
    assert await left(work, models.Event.id) == {
        events[name].id for name in ("told lately", "untold", "pending", "dead")
    }


async def test_ended_deliveries_are_forgotten_after_thirty_days(work):
    month_ago = NOW - 30 * DAY - SECOND
    async with work.unit_of_work() as uow:
        partner = await make_reseller(uow.session)
        endpoint = await make_endpoint(uow.session, partner, SEAL)
        for sequence, (status, created_at) in enumerate(
            [("DELIVERED", month_ago), ("DEAD", month_ago), ("PENDING", month_ago), ("DEAD", NOW - 30 * DAY)],
            1,
        ):
            uow.session.add(
                models.WebhookDelivery(
                    endpoint_id=endpoint.id,
                    event_id=new_id(),
                    event_type=EventType.RESERVATION_CREATED,
                    object_id=new_id(),
                    sequence=sequence,
                    status=DeliveryStatus(status),
                    next_attempt_at=NOW,
                    created_at=created_at,
                    delivered_at=created_at if status == "DELIVERED" else None,
                )
            )

    assert await retention.purge_deliveries(work) == 2
    assert await left(work, models.WebhookDelivery.sequence) == {3, 4}


async def test_batches_go_on_until_nothing_is_left(work, monkeypatch):
    monkeypatch.setattr(acts, "BATCH", 2)
    async with work.unit_of_work() as uow:
        for number in range(5):
            row = models.IdempotencyKey(
                actor="key:1",
                key=str(number),
                request_hash=b"h",
                object_id=new_id(),
                created_at=NOW - 31 * DAY,
            )
            uow.session.add(row)

    assert await retention.purge_idempotency_keys(work) == 5


async def test_what_became_of_mails_is_forgotten_after_400_days_and_what_strangers_wrote_after_180(work):
    async with work.unit_of_work() as uow:
        introduced = await make_introduced(uow.session)
        for age in (400 * DAY + SECOND, 400 * DAY, DAY):
            event = await make_mail_event(uow.session, introduced.introduction)
            event.received_at = NOW - age
        for age in (180 * DAY + SECOND, 180 * DAY, DAY):
            await make_partner_message(uow.session, introduced.partner, received_at=NOW - age)

    assert await retention.purge_mail_events(work) == 1
    assert await retention.purge_partner_messages(work) == 1
    assert await left(work, models.IntroductionMailEvent.received_at) == {NOW - 400 * DAY, NOW - DAY}
    assert await left(work, models.PartnerMessage.received_at) == {NOW - 180 * DAY, NOW - DAY}
