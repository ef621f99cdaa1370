"""What every job has in common, run by arq in burst mode."""

import asyncio
import dataclasses
import signal

from arq.constants import default_queue_name
from sqlalchemy import select

from db import models
from domain.errors import NotFound, Refused
from jobs.tasks import Task
from tests.factories.times import NOW
from tests.fixtures.work import burst_worker, run_queued

JOB = "tests.greet"


def task(run, **facts):
    return Task(JOB, run, **facts)


def failing(*problems):
    """A job that fails with these in turn, then succeeds; and the list of what it was given."""
    left, given = list(problems), []

    async def run(work, **payload):
        given.append(payload)
        if left:
            raise left.pop(0)

    return run, given


async def letters(work):
    async with work.sessions.read() as session:
        return list((await session.scalars(select(models.DeadLetter))).all())


async def test_a_job_is_run_with_its_payload(work, queue, meter):
    run, given = failing()
    await queue.enqueue_job(JOB, name="Mei", times=2)

    arq = await run_queued(work, queue, task(run))

    assert given == [{"name": "Mei", "times": 2}]
    assert (arq.jobs_complete, arq.jobs_failed, arq.jobs_retried) == (1, 0, 0)
    assert meter.runs == [(JOB, "done")]


async def test_a_failed_job_is_tried_again_after_a_pause(work, queue, meter):
    run, given = failing(ValueError("mei@example.com"))
    await queue.enqueue_job(JOB, _job_id="greeting", name="Mei")
    before = await queue.zscore(default_queue_name, "greeting")

    arq = await run_queued(work, queue, task(run), runs=1)

    pause = await queue.zscore(default_queue_name, "greeting") - before
    assert (arq.jobs_retried, len(given)) == (1, 1)
    assert 2_000 <= pause < 3_000
    assert meter.runs == [(JOB, "retried")]
    assert await letters(work) == []


async def test_after_the_last_try_there_is_a_dead_letter(work, queue, meter):
    run, _ = failing(ValueError("mei@example.com"))
    await queue.enqueue_job(JOB, _job_try=5, greeting_id="grt_1")

    await run_queued(work, queue, task(run, key="greeting_id"))

    (letter,) = await letters(work)
    assert (letter.job, letter.key, letter.payload) == (JOB, "grt_1", {"greeting_id": "grt_1"})
    assert (letter.error, letter.attempts, letter.times) == ("ValueError", 5, 1)
    assert (letter.first_at, letter.partner_id, letter.environment) == (NOW, None, None)
    assert await queue.queued_jobs() == []
    assert meter.runs == [(JOB, "dead")]


async def test_failing_again_adds_to_the_open_letter(work, queue):
    run, _ = failing(ValueError(), KeyError(), OSError())
    for greeting in ("grt_1", "grt_1", "grt_2"):
        await queue.enqueue_job(JOB, _job_try=5, greeting_id=greeting)
        await run_queued(work, queue, task(run, key="greeting_id"))

    found = {each.key: (each.error, each.attempts, each.times) for each in await letters(work)}
    assert found == {"grt_1": ("KeyError", 10, 2), "grt_2": ("OSError", 5, 1)}


async def test_a_refusal_is_not_tried_again(work, queue, meter):
    run, given = failing(Refused(NotFound(noun="greeting", id="grt_1")))
    await queue.enqueue_job(JOB, greeting_id="grt_1")

    await run_queued(work, queue, task(run))

    (letter,) = await letters(work)
    assert (letter.error, letter.attempts, len(given)) == ("NOT_FOUND", 1, 1)


async def test_a_job_that_takes_too_long_is_tried_again(work, queue, meter):
    async def endless(work):
        await asyncio.sleep(60)

    await queue.enqueue_job(JOB)

    arq = await run_queued(work, queue, task(endless, seconds=0.05), runs=1)

    assert arq.jobs_retried == 1
    assert meter.runs == [(JOB, "retried")]


async def test_without_a_database_a_job_stays_in_the_queue(work, queue):
    class Away:
        def write(self):
            raise OSError("no route")

    run, _ = failing(ValueError())
    await queue.enqueue_job(JOB, _job_id="greeting", _job_try=5)

    await run_queued(dataclasses.replace(work, sessions=Away()), queue, task(run), runs=1)

    (queued,) = await queue.queued_jobs()
    assert queued.job_id == "greeting"
    assert await letters(work) == []


async def test_a_job_cut_off_by_a_stop_goes_back_to_the_queue(work, queue):
    began = asyncio.Event()

    async def long(work):
        began.set()
        await asyncio.sleep(60)

    await queue.enqueue_job(JOB, _job_id="greeting")
    arq = burst_worker(work, queue, task(long))
    running = asyncio.create_task(arq.async_run())
    await began.wait()
    arq.handle_sig(signal.SIGTERM)
    await asyncio.gather(running, *arq.tasks.values(), return_exceptions=True)

    (queued,) = await queue.queued_jobs()
    assert queued.job_id == "greeting"


async def test_the_same_job_waits_once(work, queue):
    assert await queue.enqueue_job(JOB, _job_id="greeting") is not None
    assert await queue.enqueue_job(JOB, _job_id="greeting") is None
