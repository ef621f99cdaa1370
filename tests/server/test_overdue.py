"""What takes too long is found, each thing once; what ends in time is never bothered."""

import asyncio

import pytest

from server.overdue import Deadlines, Overdue

pytestmark = pytest.mark.anyio


@pytest.fixture
def found():
    return []


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - it happens on a timer
            await asyncio.sleep(0.005)


async def test_what_is_still_there_is_acted_on_once_and_in_order(found):
    overdue = Overdue(0.02, found.append)
    for name in "abc":
        overdue.begin(name)

    await until(lambda: found == ["a", "b", "c"])
    await asyncio.sleep(0.05)

    assert found == ["a", "b", "c"]
    assert (overdue._due, overdue._timer) == ({}, None)


async def test_what_ended_is_not(found):
    overdue = Overdue(0.02, found.append)
    for name in "abc":
        overdue.begin(name)
    overdue.end("b")
    overdue.end("never begun")

    await until(lambda: found == ["a", "c"])


async def test_nothing_is_acted_on_before_its_time(found):
    loop = asyncio.get_running_loop()
    began = loop.time()
    overdue: Overdue[str] = Overdue(0.05, lambda name: found.append((name, loop.time() - began)))
    overdue.begin("first")
    await asyncio.sleep(0.03)
    overdue.begin("second")

    await until(lambda: len(found) == 2)

    assert found[0][1] >= 0.045
    assert found[1][1] >= 0.075


async def test_one_timer_serves_all(found):
    overdue = Overdue(60, found.append)
    overdue.begin("a")
    timer = overdue._timer
    overdue.end("a")
    overdue.begin("b")

    assert overdue._timer is timer
    assert timer is not None
    timer.cancel()


async def test_one_may_end_another_that_is_due_too(found):
    def act(name):
        found.append(name)
        overdue.end("b")

    overdue = Overdue(0.01, act)
    overdue.begin("a")
    overdue.begin("b")

    await until(lambda: found)
    await asyncio.sleep(0.03)

    assert found == ["a"]


async def test_a_block_that_takes_too_long_is_cancelled_and_raises_timeout_error():
    cleaned_up = []

    async def work():
        try:
            await asyncio.sleep(5)
        finally:
            cleaned_up.append("work")

    with pytest.raises(TimeoutError), Deadlines(0.02)() as deadline:
        await work()

    task = asyncio.current_task()
    assert task is not None
    assert (deadline.has_expired, cleaned_up, task.cancelling()) == (True, ["work"], 0)


async def test_a_block_that_ends_in_time_is_left_alone():
    deadlines = Deadlines(0.02)

    with deadlines() as deadline:
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)

    assert not deadline.has_expired


async def test_a_block_s_own_error_passes():
    with pytest.raises(TimeoutError, match="its own"), Deadlines(5)() as deadline:
        raise TimeoutError("its own")

    assert not deadline.has_expired


async def test_a_cancellation_from_outside_stays_one():
    started = asyncio.Event()

    async def work():
        with Deadlines(5)():
            started.set()
            await asyncio.sleep(5)

    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_inner_of_two_blocks_ends_first_and_alone():
    outer, inner = Deadlines(5), Deadlines(0.02)

    with outer() as long:
        with pytest.raises(TimeoutError), inner():
            await asyncio.sleep(5)
        await asyncio.sleep(0)

    assert not long.has_expired
