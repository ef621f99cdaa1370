"""The worker as a process: it comes up, relays, delivers, is killed, comes again, drains."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.responses import Response

from db import models
from domain.reservations import ReservationStatus
from domain.webhooks import DeliveryStatus
from integrations.sealing import AesSeal
from server.keys import derive_keys
from server.settings import ROOT
from server.worker import Loops, arq_worker
from tests.factories.mail import post_mail
from tests.factories.partners import make_reseller
from tests.factories.times import MINUTE
from tests.factories.viewers import key_of
from tests.factories.webhooks import SECRET_TEXT, make_endpoint, make_event
from tests.factories.world import make_world

SECRET = "a secret of the tests, 32 characters"
SEAL = AesSeal(derive_keys(SECRET).seal)


@pytest.fixture
def started(database_url, redis_url, redis, work):
    """Start a worker process and wait for its first heartbeat; it is killed at the end, if it still runs."""

    @asynccontextmanager
    async def started(**settings):
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "INTERLINE_SECRET": SECRET,
            "INTERLINE_DEVELOPMENT": "true",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-m", "server.worker", env=environment, cwd=ROOT
        )
        try:
            await until(lambda: redis.keys("interline:worker:*"))
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return started


async def until(ask, *, seconds=20):
    """Ask again and again until the answer is true, and return it."""
    async with asyncio.timeout(seconds):
        while not (answer := await ask()):  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.02)
        return answer


async def made(work, make, *arguments, **facts):
    async with work.unit_of_work() as uow:
        return await make(uow.session, *arguments, **facts)


def delivered(work):
    async def ask():
        async with work.sessions.read() as session:
            statement = select(models.WebhookDelivery.attempts)
            return (
                await session.scalars(
                    statement.where(models.WebhookDelivery.status == DeliveryStatus.DELIVERED)
                )
            ).all()

    return ask


async def test_it_delivers_what_happens_and_drains_when_asked_to(work, started, receiver, redis):
    partner = await made(work, make_reseller)
    await made(work, make_endpoint, partner, SEAL, url=receiver.url)
    async with started() as process:
        await made(work, make_event, partner)
        await until(delivered(work))
        slow = asyncio.Event()

        async def slowly(_):
            slow.set()
            await asyncio.sleep(0.5)
            return Response()

        receiver.answer = slowly
        await made(work, make_event, partner)
        await slow.wait()
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 15)

    assert code == 0
    assert await delivered(work)() == [1, 1], "the call under way came to its end"
    assert all(call.is_signed_with(SECRET_TEXT) for call in receiver.calls)
    assert await redis.keys("interline:worker:*") == []


async def test_killed_during_a_call_the_next_one_makes_it_again(work, started, receiver, redis):
    partner = await made(work, make_reseller)
    await made(work, make_endpoint, partner, SEAL, url=receiver.url)
    called = asyncio.Event()

    async def never(_):
        called.set()
        await asyncio.sleep(5)
        return Response()

    receiver.answer = never
    async with started() as process:
        await made(work, make_event, partner)
        await called.wait()
        process.kill()
        await process.wait()
    await redis.flushdb()
    receiver.answer_with(204)
    async with work.unit_of_work() as uow:
        # A minute goes by.
        lease = models.WebhookDelivery.leased_until
        await uow.session.execute(update(models.WebhookDelivery).values(leased_until=lease - MINUTE))

    async with started():
        attempts = await until(delivered(work))

    first, second = receiver.calls
    assert attempts == [2]
    assert (first.id, first.body) == (second.id, second.body)


async def test_holds_run_out_by_themselves(work, started, real_acts, clock):
    world = await made(work, make_world)
    await real_acts.hold(key_of(world.reseller), minutes=10)
    async with work.unit_of_work() as uow:
        # The process has its own clock: the hold is moved into the past.
        past = models.Reservation.created_at - 7 * 24 * 60 * MINUTE
        await uow.session.execute(update(models.Reservation).values(expires_at=past))

    async def expired():
        statuses = await real_acts.rows(select(models.Reservation.status))
        return statuses == [ReservationStatus.EXPIRED]

    async with started():
        assert await until(expired)


async def test_mails_wait_for_a_server_and_go_out_when_there_is_one(work, started, mail_server):
    async with work.unit_of_work() as uow:
        await post_mail(uow)

    async with started():
        await asyncio.sleep(0)
    async with started(
        INTERLINE_SMTP_URL=mail_server.url,
        INTERLINE_MAIL_FROM="Interline <hello@interline.example>",
        INTERLINE_PUBLIC_URL="https://interline.example",
    ):
        await until(lambda: asyncio.sleep(0, mail_server.received))

    (received,) = mail_server.received
    assert received.mail["From"] == "Interline <hello@interline.example>"
    assert "https://interline.example/onboarding" in received.part("plain")


async def test_arq_is_set_up_to_lose_nothing(work, queue):
    arq = arq_worker(work, queue)

    assert arq.keep_result_s == 0, "an id can be used again at once"
    assert arq.in_progress_timeout_s == 70, "how long a killed worker's job waits"
    assert arq.job_timeout_s == 60
    assert {each.name for each in arq.cron_jobs} == {
        "affiliates.make_due",
        "affiliates.purge_events",
        "affiliates.sum_up",
        "certification.look",
        "checkouts.expire",
        "checkouts.resume",
        "confidence.count",
        "confidence.recompute",
        "dead_letters.requeue",
        "documents.generate",
        "feedback.ask",
        "health.watch",
        "imports.advance",
        "interest.count",
        "interest.purge",
        "introductions.arrange_demos",
        "introductions.chase",
        "introductions.follow_up",
        "introductions.remind_of_demos",
        "inventory.check_drift",
        "mail.deliver",
        "mail.look_at_backlog",
        "outcomes.close",
        "outcomes.hold",
        "payments.look_at_accounts",
        "payments.post_fees",
        "payments.process_events",
        "payments.reconcile",
        "payouts.close_period",
        "payouts.execute",
        "prices.check_parity",
        "provisioning.provision",
        "refunds.execute",
        "request_log.purge",
        "reservations.expire",
        "retention.purge_deliveries",
        "retention.purge_events",
        "retention.purge_idempotency_keys",
        "retention.purge_mail_events",
        "retention.purge_mails",
        "retention.purge_partner_messages",
        "retention.purge_provider_events",
        "search.index",
        "search.roll_up_popularity",
        "search.roll_up_trips",
        "sponsorships.post_charges",
        "support.mail_unread",
        "transfers.release",
        "uploads.sweep",
        "webhooks.challenge",
        "webhooks.deliver",
        "webhooks.sweep",
    }


class Away:
    """A bell and a redis that can not be reached."""

    async def wait(self, _):
        await asyncio.sleep(0.01)

    async def run(self):
        await asyncio.sleep(60)

    def ring(self):
        pass

    async def set(self, *_, **__):
        raise ConnectionError

    async def delete(self, *_):
        raise ConnectionError


async def test_trouble_with_redis_does_not_end_the_loops(work):
    away: Any = Away()
    loops = Loops(work, away, away, "tests", inbox=away)
    running = asyncio.create_task(loops.run())
    await asyncio.sleep(0.1)

    assert not running.done()
    loops.stop()
    async with asyncio.timeout(5):
        await running
