"""A script's answers come to those who asked, whatever becomes of the others and of the connection."""

import asyncio
import secrets
from contextlib import asynccontextmanager, suppress

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NotConnectedError
from redis.exceptions import ResponseError

from integrations.scripts import Script

pytestmark = pytest.mark.anyio

ECHO = "return {KEYS[1], ARGV[1]}"


@asynccontextmanager
async def script_on(redis_url, text=ECHO, **options):
    redis = Redis.from_url(redis_url, **options)
    script = Script(redis, text)
    yield script
    script.close()
    await redis.aclose()


@pytest.fixture
def name():
    """What the connections of a test are called: the server lists those of all test processes."""
    return f"test-{secrets.token_hex(8)}"


@pytest.fixture
async def echo(redis_url, redis, name):
    async with script_on(redis_url, client_name=name) as script:
        yield script


@pytest.fixture
def connections(redis, name):
    async def listed():
        return [each["id"] for each in await redis.client_list() if each["name"] == name]

    return listed


async def test_a_script_gets_its_keys_and_arguments(echo):
    assert await echo.run(["key"], ["ärgument"]) == [b"key", "ärgument".encode()]
    assert await echo.run(["key"], [5]) == [b"key", b"5"]


async def test_a_script_that_redis_has_never_seen_is_sent_to_it_once(redis_url, redis):
    text = f"return '{secrets.token_hex(8)}'"

    async with script_on(redis_url, text) as script:
        first = await script.run([], [])
        known = await redis.script_exists(script._name)
        again = await script.run([], [])

    assert (first, known) == (again, [True])


async def test_many_at_once_share_one_connection_and_each_gets_its_own_answer(echo, connections):
    answers = await asyncio.gather(*(echo.run([f"k{n}"], [n]) for n in range(500)))

    assert answers == [[b"k%d" % n, b"%d" % n] for n in range(500)]
    assert len(await connections()) == 1


async def test_who_stops_waiting_leaves_the_others_their_answers(echo):
    await echo.run(["warm"], [0])
    tasks = [asyncio.create_task(echo.run([f"k{n}"], [n])) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()

    answers = await asyncio.gather(*tasks[1::2])

    assert answers == [[b"k%d" % n, b"%d" % n] for n in range(1, 20, 2)]


async def test_an_error_of_the_script_is_raised_where_it_was_asked_for(redis_url, redis):
    async with script_on(redis_url, "return redis.error_reply('SOLD_OUT ' .. ARGV[1])") as script:
        answers = await asyncio.gather(script.run([], [1]), script.run([], [2]), return_exceptions=True)

    assert [(type(each), str(each)) for each in answers] == [
        (ResponseError, "SOLD_OUT 1"),
        (ResponseError, "SOLD_OUT 2"),
    ]


async def test_a_lost_connection_is_opened_again(echo, redis, connections):
    await echo.run(["a"], [1])
    (lost,) = await connections()

    await redis.client_kill_filter(_id=lost)
    async with asyncio.timeout(5):
        while not echo._line.is_lost:  # noqa: ASYNC110 - it is noticed when the loop reads
            await asyncio.sleep(0.005)

    assert await echo.run(["a"], [2]) == [b"a", b"2"]
    assert lost not in await connections()


async def test_who_waits_on_a_connection_that_is_lost_is_told(redis_url, redis):
    async with script_on(redis_url, "return redis.call('PING')") as script:
        await script.run([], [])
        asked = asyncio.create_task(script.run([], []))
        await asyncio.sleep(0)

        script.close()

        with pytest.raises(NotConnectedError):
            await asked
        assert await script.run([], []) == b"PONG"


async def test_a_redis_that_is_not_there_is_an_error_for_everybody(tmp_path):
    script = Script(Redis.from_url(f"unix://{tmp_path}/nobody.sock"), ECHO)

    answers = await asyncio.gather(*(script.run(["k"], [n]) for n in range(5)), return_exceptions=True)

    assert [type(each) for each in answers] == [NotConnectedError] * 5


async def test_who_stops_waiting_for_the_connection_leaves_it_to_the_next(echo):
    impatient = asyncio.create_task(echo.run(["a"], [1]))
    await asyncio.sleep(0)
    impatient.cancel()
    with suppress(asyncio.CancelledError):
        await impatient

    assert await echo.run(["a"], [2]) == [b"a", b"2"]


async def test_what_is_no_redis_is_given_up(tmp_path):
    async def nonsense(reader, writer):
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(nonsense, f"{tmp_path}/http.sock")
    redis = Redis.from_url(f"unix://{tmp_path}/http.sock")
    script = Script(redis, ECHO)

    with pytest.raises((ResponseError, NotConnectedError)):
        await script.run(["k"], [1])

    script.close()
    await redis.aclose()
    server.close()
