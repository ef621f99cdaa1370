"""Many callers, one statement: who is with whom, whose answer is whose, and who fails with whom."""

import asyncio
from typing import Any

import asyncpg
import orjson
import pytest

from db.batches import MOST_MEMBERS, Batches
from db.session import Sessions


class Script(Sessions):
    """Stands for the database: notes the batches, and answers each entry with what it asks, in its own time."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def fetch(self, sql: str, values: Any = ()) -> list[Any]:  # noqa: ARG002 - one script for every statement
        entries = orjson.loads(values[0])["asked"]
        self.batches.append([each["word"] for each in entries])
        await self.is_open.wait()
        for each in entries:
            if failure := FAILURES.get(each["word"]):
                raise failure
        return [(each["nth"], each["word"]) for each in entries if each["word"] != "silence"]


FAILURES = {
    "poison": asyncpg.CheckViolationError(),
    "the server is going": asyncpg.AdminShutdownError(),
    "the line is dead": asyncpg.InterfaceError("closed"),
    "no socket": FileNotFoundError(),
}


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def rings():
    return []


@pytest.fixture
def batches(script, rings):
    return Batches(script, after_commit=lambda: rings.append(1), workers=1)


def entry(*words):
    return {"asked": [{"word": each} for each in words]}


async def outcome(act):
    try:
        return [each[1] for each in await act]
    except Exception as failure:  # noqa: BLE001 - the test looks at it
        return type(failure).__name__


async def at_once(*acts):
    async with asyncio.timeout(5):
        return await asyncio.gather(*map(outcome, acts))


def acting(batches, *words, **more):
    return batches.do("act", entry(*words), **more)


async def begun(batches, script, word):
    """An act that is under way, and stays so until the script is opened."""
    script.is_open.clear()
    first = asyncio.create_task(outcome(acting(batches, word)))
    while not script.batches:  # noqa: ASYNC110 - the script has no bell
        await asyncio.sleep(0)
    return first


async def test_who_comes_alone_is_answered_alone(batches, script):
    assert await at_once(acting(batches, "a")) == [["a"]]
    assert await at_once(acting(batches, "b")) == [["b"]]

    assert script.batches == [["a"], ["b"]]


async def test_who_comes_while_a_batch_runs_is_in_the_next(batches, script):
    first = await begun(batches, script, "a")
    others = [asyncio.create_task(outcome(acting(batches, word))) for word in "bcd"]
    await asyncio.sleep(0)
    script.is_open.set()

    assert [await first, *await asyncio.gather(*others)] == [["a"], ["b"], ["c"], ["d"]]
    assert script.batches == [["a"], ["b", "c", "d"]]


async def test_each_is_told_its_own_whatever_their_number(batches):
    answers = await at_once(acting(batches, "a", "b"), acting(batches, "silence"), acting(batches, "c"))

    assert answers == [["a", "b"], [], ["c"]]


async def test_a_batch_has_a_most(batches, script):
    await at_once(*(acting(batches, number) for number in range(MOST_MEMBERS + 1)))

    assert [len(each) for each in script.batches] == [MOST_MEMBERS, 1]


async def test_several_batches_run_at_once_but_no_more_than_workers(script, rings):
    batches = Batches(script, after_commit=lambda: None, workers=2)
    first = await begun(batches, script, "a")
    others = []
    for word in "bcd":
        others.append(asyncio.create_task(outcome(acting(batches, word))))
        await asyncio.sleep(0.01)

    assert script.batches == [["a"], ["b"]]
    script.is_open.set()
    assert [await first, *await asyncio.gather(*others)] == [["a"], ["b"], ["c"], ["d"]]


async def test_who_comes_in_the_moment_a_batch_ends_is_not_forgotten(batches):
    async with asyncio.timeout(5):
        for number in range(100):
            assert await acting(batches, number) == [(0, number)]


async def test_who_asks_the_same_is_answered_with_it(batches, script):
    answers = await at_once(*(batches.ask("read", entry(word)) for word in "abaa"))

    assert answers == [["a"], ["b"], ["a"], ["a"]]
    assert script.batches == [["a", "b"]]


async def test_what_was_asked_before_a_read_began_is_not_answered_by_an_older_one(batches, script):
    script.is_open.clear()
    early = asyncio.create_task(outcome(batches.ask("read", entry("a"))))
    while not script.batches:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    late = asyncio.create_task(outcome(batches.ask("read", entry("a"))))
    await asyncio.sleep(0)
    script.is_open.set()

    assert [await early, await late] == [["a"], ["a"]]
    assert script.batches == [["a"], ["a"]]


async def test_who_has_something_in_common_comes_one_after_the_other(batches, script):
    answers = await at_once(
        acting(batches, "a", apart=["k"]),
        acting(batches, "b", apart=["k", "l"]),
        acting(batches, "c"),
        acting(batches, "d", apart=["k"]),
        acting(batches, "e", apart=["l"]),
    )

    assert answers == [["a"], ["b"], ["c"], ["d"], ["e"]]
    assert script.batches == [["a", "c", "e"], ["b"], ["d"]]


async def test_a_batch_that_fails_is_done_over_one_by_one(batches, script):
    answers = await at_once(acting(batches, "a"), acting(batches, "poison"), acting(batches, "b"))

    assert answers == [["a"], "CheckViolationError", ["b"]]
    assert script.batches == [["a", "poison", "b"], ["a"], ["poison"], ["b"]]


@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("the server is going", "AdminShutdownError"),
        ("the line is dead", "InterfaceError"),
        ("no socket", "FileNotFoundError"),
    ],
)
async def test_what_no_member_caused_is_told_to_all_and_not_tried_again(batches, script, word, failure):
    answers = await at_once(acting(batches, "a"), acting(batches, word))

    assert answers == [failure, failure]
    assert script.batches == [["a", word]]


async def test_after_a_failure_the_next_are_answered(batches):
    assert await at_once(acting(batches, "no socket")) == ["FileNotFoundError"]
    assert await at_once(acting(batches, "a")) == [["a"]]


async def test_who_goes_away_before_its_batch_is_not_in_it(batches, script):
    first = await begun(batches, script, "a")
    gone, stays = (asyncio.create_task(outcome(acting(batches, word))) for word in "bc")
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    script.is_open.set()

    assert [await first, await stays] == [["a"], ["c"]]
    assert script.batches == [["a"], ["c"]]


async def test_who_goes_away_during_its_batch_harms_nobody(batches, script, rings):
    script.is_open.clear()
    gone, stays = (asyncio.create_task(outcome(acting(batches, word))) for word in "ab")
    while not script.batches:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    script.is_open.set()

    assert await stays == ["b"]
    assert (script.batches, rings) == ([["a", "b"]], [1])


async def test_one_of_several_who_ask_the_same_may_go_away(batches, script):
    first = await begun(batches, script, "a")
    gone, stays = (asyncio.create_task(outcome(batches.ask("read", entry("b")))) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    script.is_open.set()

    assert [await first, await stays] == [["a"], ["b"]]


async def test_a_batch_of_acts_rings_once_and_a_read_or_a_failure_never(batches, rings):
    await at_once(acting(batches, "a"), acting(batches, "b"))
    await at_once(batches.ask("read", entry("a")), acting(batches, "no socket"))

    assert rings == [1]


async def test_settling_waits_for_what_is_under_way(batches, script, rings):
    gone = await begun(batches, script, "a")
    gone.cancel()
    settling = asyncio.create_task(batches.settle())
    await asyncio.sleep(0.01)
    assert not settling.done()

    script.is_open.set()
    async with asyncio.timeout(5):
        await settling

    assert rings == [1]
