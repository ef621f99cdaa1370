"""The worker: arq's jobs, and beside them the relay that tells of what was committed.

`python -m server.worker`. Any number of them may run. Asked to stop, it takes up nothing new, lets what
runs come to its end, and hands back the rest.
"""

import asyncio
import datetime as dt
import logging
import os
import random
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import orjson
import structlog
from arq.connections import ArqRedis
from arq.worker import Worker
from redis.asyncio import Redis
from redis.exceptions import RedisError

from db.connections import Connections
from db.session import Sessions, create_engine
from domain.jobs import error_text
from integrations.bell import BellListener
from integrations.calendar.local import FiledCrm, LocalRooms
from integrations.feed import INBOX_BELL, RedisFeed
from integrations.interests import RedisInterests
from integrations.mail.sendgrid import SendGridMailer
from integrations.mail.smtp import SmtpMailer, server_of
from integrations.mail.writing import sender_of
from integrations.queue import ArqQueue, RedisGauge, open_queue
from integrations.sealing import AesSeal
from integrations.stripe.payments import open_connections
from integrations.webhooks import HttpWebhookSender
from jobs import events, payments, schedule, webhooks
from jobs.work import Work
from server.calendars import calendar_of
from server.context import utc_now
from server.keys import derive_keys
from server.observability import logging as structured
from server.observability.metrics import Metrics
from server.payments import payments_of
from server.rate_limits import RateLimiter
from server.settings import VERSION, Settings
from server.storage import storage_of

HEARTBEAT_KEY = "interline:worker:{}"
HEARTBEAT_EVERY = 5.0
HEARTBEAT_TTL = 20
LOOK_EVERY = 1.0
"""Seconds after which the relay looks by itself: a lost ring costs no more."""
REST_AFTER_TROUBLE = 1.0
BREATHE = 0.02
"""Seconds between two rounds: what happens meanwhile is told in one statement."""
COMPLETION_WAIT = 25
"""Seconds running jobs may take to end; `./interline up` gives the process 30 before it kills it."""
MAX_JOBS = 30
READY = 1
"""Connections for ready statements: here they only ask whether there is something to do."""

log = structlog.get_logger(__name__)


class Loops:
    """What runs beside arq for as long as the worker does: relay, deliveries, the provider's news, heartbeat."""

    def __init__(
        self, work: Work, bell: BellListener, redis: Redis, name: str, *, inbox: BellListener
    ) -> None:
        self._work = work
        self._bell = bell
        self._inbox = inbox
        self._redis = redis
        self._key = HEARTBEAT_KEY.format(name)
        self._stopping = asyncio.Event()
        self._told = asyncio.Event()

    def stop(self) -> None:
        """Let each loop end after what it is doing."""
        self._stopping.set()
        self._told.set()
        self._bell.ring()
        self._inbox.ring()

    async def run(self) -> None:
        """Run until stopped."""
        listening = [asyncio.create_task(each.run()) for each in (self._bell, self._inbox)]
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._relay())
                loops.create_task(self._deliver())
                loops.create_task(self._process())
                loops.create_task(self._beat())
        finally:
            for each in listening:
                each.cancel()

    async def _relay(self) -> None:
        while not self._stopping.is_set():
            await self._bell.wait(LOOK_EVERY)
            if await _carefully("worker.relay", lambda: events.relay(self._work)):
                self._told.set()
            await asyncio.sleep(BREATHE)

    async def _deliver(self) -> None:
        """Deliver what the relay just put on its way; the cron job looks after everything else."""
        while not self._stopping.is_set():
            await self._told.wait()
            self._told.clear()
            await _carefully("worker.deliver", lambda: webhooks.deliver(self._work))
            await asyncio.sleep(BREATHE)

    async def _process(self) -> None:
        """Process what the payment provider told the moment it came; the cron job looks after everything else."""
        while not self._stopping.is_set():
            await self._inbox.wait(LOOK_EVERY)
            await _carefully("worker.payments", lambda: payments.process_events(self._work))
            await asyncio.sleep(BREATHE)

    async def _beat(self) -> None:
        """Say that this worker is there, for readiness checks; take it back at the end."""
        while not self._stopping.is_set():
            with suppress(RedisError, OSError):
                await self._redis.set(self._key, utc_now().isoformat(), ex=HEARTBEAT_TTL)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), HEARTBEAT_EVERY)
        with suppress(RedisError, OSError):
            await self._redis.delete(self._key)


async def _carefully(name: str, act: Callable[[], Awaitable[int]]) -> int:
    """Do it; on trouble log, rest and return 0: the next round tries again, for as long as it takes."""
    try:
        return await act()
    except Exception as error:  # noqa: BLE001 - a database or network that is away must not end the worker
        log.warning(name, error=error_text(error))
        await asyncio.sleep(REST_AFTER_TROUBLE)
        return 0


def arq_worker(work: Work, queue: ArqRedis) -> Worker:
    """Return arq's worker on our jobs."""
    return Worker(
        functions=schedule.functions(work),
        cron_jobs=schedule.cron_jobs(work),
        redis_pool=queue,
        handle_signals=False,
        job_completion_wait=COMPLETION_WAIT,
        max_jobs=MAX_JOBS,
        job_timeout=schedule.LONGEST_JOB,
        keep_result=0,
        poll_delay=0.2,
        health_check_interval=15,
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        timezone=dt.UTC,
        log_results=False,
    )


def mailer_of(settings: Settings) -> SmtpMailer | SendGridMailer | None:
    """Return what sends mails; None where no mail server is set. Raises ValueError for settings that make no sense."""
    sender = sender_of(
        settings.mail_from,
        public_url=settings.public_url,
        reply_to=settings.mail_reply_to,
        mail_domain=settings.mail_domain,
        key=derive_keys(settings.secret.get_secret_value()).links,
        admin=settings.mail_admin,
    )
    key = settings.sendgrid_key.get_secret_value()
    if key:
        return SendGridMailer(
            key, sender, api_base=settings.sendgrid_api_base, counts_opens=settings.mail_opens
        )
    url = settings.smtp_url.get_secret_value()
    if not url:
        log.warning("worker.no_mail_server", setting="INTERLINE_SMTP_URL")
        return None
    return SmtpMailer(server_of(url), sender)


@dataclass(frozen=True, slots=True)
class Process:
    """What a worker process has: what its jobs are given, and what wakes them."""

    work: Work
    redis: Redis
    queue: ArqRedis
    bell: BellListener
    inbox: BellListener


@asynccontextmanager
async def opened(
    settings: Settings, *, clock: Callable[[], dt.datetime] = utc_now, metrics: Metrics | None = None
) -> AsyncIterator[Process]:
    """Put a worker together, without running anything; `clock` is the time that jobs happen at.

    `metrics`: those of the process, where it has some already.
    """
    async with AsyncExitStack() as stack:
        engine = create_engine(
            settings.database_url,
            pool_size=settings.pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
        )
        stack.push_async_callback(engine.dispose)
        connections = Connections(
            settings.database_url, size=READY, statement_timeout_ms=settings.statement_timeout_ms
        )
        stack.push_async_callback(connections.close)
        redis: Redis = Redis.from_url(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        sender = HttpWebhookSender(is_development=settings.development)
        stack.push_async_callback(sender.aclose)
        if metrics is None:
            metrics = Metrics(version=VERSION, operations=())
            metrics.watch_pool(engine, size=settings.pool_size)
            stack.callback(metrics.leave)
        queue = open_queue(settings.redis_url)
        stack.push_async_callback(queue.aclose, close_connection_pool=True)
        bell, inbox = BellListener(redis), BellListener(redis, INBOX_BELL)
        stripe = open_connections()
        stack.push_async_callback(stripe.close_async)
        limiter = RateLimiter(redis)
        mailer = mailer_of(settings)
        if isinstance(mailer, SendGridMailer):
            stack.push_async_callback(mailer.aclose)
        stack.callback(limiter.close)
        keys = derive_keys(settings.secret.get_secret_value())
        storage = storage_of(settings, keys)
        work = Work(
            sessions=Sessions(engine, connections),
            feed=RedisFeed(redis),
            interests=RedisInterests(redis, name=secrets.token_hex(8)),
            sender=sender,
            mailer=mailer,
            payments=payments_of(settings, stripe),
            seal=AesSeal(keys.seal),
            storage=storage,
            queue=ArqQueue(queue),
            gauge=RedisGauge(redis),
            brake=limiter,
            meter=metrics,
            clock=clock,
            entropy=secrets.token_bytes,
            chance=random.random,
            ring=bell.ring,
            request_log_days=settings.request_log_days,
            calendar=calendar_of(settings, keys),
            video=LocalRooms(settings.public_url, secret=keys.links),
            crm=FiledCrm(storage),
        )
        yield Process(work, redis, queue, bell, inbox)


async def run(settings: Settings) -> None:
    """Run one worker until SIGTERM or SIGINT."""
    async with opened(settings) as process:
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        loops = Loops(process.work, process.bell, process.redis, name, inbox=process.inbox)
        await _until_stopped(arq_worker(process.work, process.queue), loops)


async def _until_stopped(worker: Worker, loops: Loops) -> None:
    loop = asyncio.get_running_loop()

    def drain(signum: signal.Signals) -> None:
        log.info("worker.draining", signal=signum.name)
        loops.stop()
        worker.handle_sig_wait_for_completion(signum)

    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, drain, signum)
    log.info("worker.started")
    beside = asyncio.create_task(loops.run())
    jobs = asyncio.create_task(worker.async_run())
    try:
        # Whichever ends first by itself ends the process: it is started again by whoever watches it.
        await asyncio.wait((beside, jobs), return_when=asyncio.FIRST_COMPLETED)
        if not jobs.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(jobs), COMPLETION_WAIT + 1)
    finally:
        loops.stop()
        with suppress(asyncio.CancelledError):
            await beside
        # Jobs that did not end in time are cancelled by now, and go back to the queue.
        await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
        with suppress(RedisError, OSError):
            await worker.pool.delete(worker.health_check_key)
    if not jobs.cancelled():
        jobs.result()
    log.info("worker.stopped")


def main() -> None:
    """Run one worker with the settings of the environment."""
    settings = Settings()
    structured.configure(settings.log_format)
    # arq says two lines for every run of every job; ours says what matters.
    logging.getLogger("arq").setLevel(logging.WARNING)
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
