"""Work ends with its client, and only with it."""

import asyncio

import pytest

from server.graphql.exchanges import ClientGoneError, Exchange
from server.graphql.hang_ups import LISTEN_AFTER, HangUps
from tests.server.graphql.test_http import make_app
from tests.server.graphql.toys import Toys
from tests.server.graphql.wires import Wire

JSON = {"content-type": "application/json"}


class Line:
    """A client that says nothing, until it hangs up; counts who listens."""

    def __init__(self):
        self.gone = asyncio.Event()
        self.listeners = 0

    async def receive(self):
        self.listeners += 1
        await self.gone.wait()
        return {"type": "http.disconnect"}

    def exchange(self):
        scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": []}
        return Exchange(scope, self.receive, None)  # type: ignore[arg-type] # nobody is answered here


@pytest.fixture
def line():
    return Line()


async def in_time():
    await asyncio.sleep(0)
    return "done"


async def at_length(seconds=5.0):
    await asyncio.sleep(seconds)
    return "done"


async def test_work_that_ends_soon_is_not_listened_for(line):
    assert await HangUps().unless_gone(in_time(), line.exchange()) == "done"
    await asyncio.sleep(LISTEN_AFTER * 2)

    assert line.listeners == 0


async def test_work_that_takes_longer_is_and_leaves_nothing_running(line):
    before = asyncio.all_tasks()

    assert await HangUps().unless_gone(at_length(LISTEN_AFTER * 3), line.exchange()) == "done"

    assert line.listeners == 1
    assert asyncio.all_tasks() == before


async def test_who_hangs_up_before_anybody_listens_is_noticed_all_the_same(line):
    line.gone.set()

    with pytest.raises(ClientGoneError):
        await HangUps().unless_gone(at_length(), line.exchange())


async def test_who_hangs_up_later_too(line):
    hanging_up = asyncio.get_running_loop().call_later(LISTEN_AFTER * 2, line.gone.set)

    with pytest.raises(ClientGoneError):
        await HangUps().unless_gone(at_length(), line.exchange())

    task = asyncio.current_task()
    assert task is not None
    assert (hanging_up.cancelled(), task.cancelling()) == (False, 0)


async def test_work_that_takes_no_notice_answers_nobody(line):
    async def stubborn():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            return "done"

    line.gone.set()
    with pytest.raises(ClientGoneError):
        await HangUps().unless_gone(stubborn(), line.exchange())

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_server_that_stops_is_no_client_that_hangs_up(line):
    task = asyncio.create_task(HangUps().unless_gone(at_length(), line.exchange()))
    await asyncio.sleep(LISTEN_AFTER * 2)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_server_that_breaks_while_it_listens_is_a_client_that_is_gone(line):
    async def receive():
        raise RuntimeError

    line.receive = receive

    with pytest.raises(ClientGoneError):
        await HangUps().unless_gone(at_length(), line.exchange())


async def test_an_error_of_the_work_is_raised_as_it_is(line):
    async def fails():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await HangUps().unless_gone(fails(), line.exchange())


async def test_of_several_at_once_only_the_one_that_hung_up_ends():
    toys = Toys()
    app = make_app(toys)
    wires = [Wire(app, headers=JSON, pieces=[b'{"query": "{ slow }"}']) for _ in range(3)]
    running = [asyncio.create_task(wire.run()) for wire in wires]
    await toys.started.wait()

    wires[1].hang_up()
    gone = await running[1]
    toys.go_on.set()
    others = await asyncio.gather(running[0], running[2])

    assert gone.status == 0
    assert [reply.json["data"] for reply in others] == [{"slow": "done"}] * 2
    assert toys.cleaned_up == ["slow"] * 3
