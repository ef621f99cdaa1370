"""How the company of those who are told the same ends: for one of them, and for all."""

import asyncio
from contextvars import ContextVar
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from server.graphql.answers import StatusKind
from tests.server.graphql.test_groups import KEY, SECOND_KEY, Count, sequence, until
from tests.server.graphql.toys import PERSON, STATES, Toys, make_engine


async def test_who_leaves_does_not_disturb_the_others_and_the_last_one_closes_the_source(listen):
    toys, count = Toys(), Count()
    before = asyncio.all_tasks()
    engine = make_engine(toys, figures=count)
    first, second, third = [await listen(engine, STATES, name="a") for _ in range(3)]
    assert [await sequence(each) for each in (first, second, third)] == [1, 1, 1]

    await first.stop()
    toys.pool().change()
    assert (await sequence(second), await sequence(third)) == (2, 2)
    await second.stop()
    toys.pool().change()
    assert await sequence(third) == 3
    assert (toys.cleaned_up, len(toys.observed)) == ([], 2)
    await third.stop()

    assert toys.cleaned_up == ["states a"]
    assert first.told.empty()
    assert not first.last.done()
    assert toys.observed == [("States", "subscription", ())] * 3
    assert (count.subscriptions, count.groups) == (0, 0)
    assert engine.subscriptions._groups == engine.subscriptions._shared == {}
    assert asyncio.all_tasks() == before


async def test_leaving_twice_is_leaving_once(listen):
    toys = Toys()
    engine = make_engine(toys)
    first, second = [await listen(engine, STATES, name="a") for _ in range(2)]
    await first.stop()
    await first.stop()
    toys.pool().change()

    assert await sequence(second) in {1, 2}
    assert len(toys.observed) == 1


async def test_after_the_last_one_left_the_next_one_begins_anew(listen):
    toys = Toys()
    engine = make_engine(toys)
    first = await listen(engine, STATES, name="a")
    await sequence(first)
    first.leave()

    second = await listen(engine, STATES, name="a")

    assert await sequence(second) == 1
    assert toys.sources == ["a", "a"]
    toys.pool().change()
    assert await sequence(second) == 2


async def test_when_the_source_ends_all_hear_it(listen):
    toys = Toys()
    engine = make_engine(toys)
    listeners = [await listen(engine, STATES, name="a") for _ in range(3)]
    assert [await sequence(each) for each in listeners] == [1, 1, 1]

    toys.pool().change(is_over=True)

    assert [await each.ended() for each in listeners] == [None, None, None]
    assert engine.subscriptions._groups == {}


async def test_who_joins_what_is_over_hears_so_at_once(listen):
    """The others hear it with the next news, of which there may be none for long."""
    toys = Toys()
    engine = make_engine(toys)
    early = await listen(engine, STATES, name="a")
    await sequence(early)
    toys.pool().is_over = True

    late = await listen(engine, STATES, name="a")

    assert await late.ended() is None
    assert not early.last.done()


async def test_a_source_that_fails_fails_for_all_and_the_next_one_begins_anew(listen):
    toys = Toys()
    engine = make_engine(toys)
    listeners = [await listen(engine, STATES, name="a") for _ in range(3)]
    assert [await sequence(each) for each in listeners] == [1, 1, 1]

    with capture_logs() as logs:
        toys.pool().change(failure=ValueError("password=hunter2"))
        ends = [await each.ended() for each in listeners]

    assert [end.codes for end in ends] == [("INTERNAL",)] * 3
    assert "hunter2" not in str(ends)
    assert [entry["event"] for entry in logs] == ["graphql_fault"]
    assert toys.observed == [("States", "subscription", ("INTERNAL",))] * 3
    toys.pool().failure = None
    assert await sequence(await listen(engine, STATES, name="a")) == 1


async def test_a_look_that_fails_fails_for_those_it_was_for(listen):
    toys = Toys()
    engine = make_engine(toys)
    early = await listen(engine, STATES, name="a")
    await sequence(early)
    toys.pool().failure = ValueError("password=hunter2")

    with capture_logs():
        late = await listen(engine, STATES, name="a")
        assert (await late.ended()).codes == ("INTERNAL",)

    toys.pool().change(failure=None, sequence=2)
    assert await sequence(early) == 2


async def test_who_may_not_subscribe_starts_nothing(listen):
    toys = Toys()
    powerless = replace(KEY, scopes=frozenset())
    listener = await listen(make_engine(toys), STATES, viewer=powerless, name="a")

    end = await listener.ended()

    assert (end.status_kind, end.codes) == (StatusKind.FORBIDDEN, ("FORBIDDEN",))
    assert end.errors[0]["path"] == ["states"]
    assert toys.sources == []


@pytest.mark.parametrize(
    "variables", [{}, {"name": None}, {"name": "a", "after": "x"}, {"name": "a", "after": 2**31}]
)
async def test_wrong_variables_are_ones_own(listen, variables):
    toys = Toys()
    engine = make_engine(toys)
    good = await listen(engine, STATES, name="a")

    wrong = await listen(engine, STATES, **variables)

    end = await wrong.ended()
    assert (end.status_kind, end.codes) == (StatusKind.BAD_DOCUMENT, ("BAD_USER_INPUT",))
    assert await sequence(good) == 1
    assert toys.observed == [("States", "subscription", ("BAD_USER_INPUT",))]


async def test_an_execution_that_takes_too_long_is_told_as_such_and_the_stream_goes_on(listen):
    toys = Toys()
    engine = make_engine(toys, deadline_seconds=0.05)
    listeners = [await listen(engine, STATES, name="a") for _ in range(2)]
    assert [await sequence(each) for each in listeners] == [1, 1]
    toys.held = {"a 2"}

    toys.pool().change()
    assert [await each.next() for each in listeners] == [None, None]
    toys.pool().change()

    assert [await sequence(each) for each in listeners] == [3, 3]
    assert listeners[0].codes == ("TIMEOUT",)


async def test_a_revoked_key_is_told_no_more_and_the_others_are(listen):
    toys, revoked = Toys(), set()

    async def holds(viewer):
        return viewer.id not in revoked

    engine = make_engine(toys, holds=holds)
    good, ended = [await listen(engine, STATES, viewer=each, name="a") for each in (KEY, SECOND_KEY)]
    assert [await sequence(each) for each in (good, ended)] == [1, 1]

    revoked.add(SECOND_KEY.id)
    toys.pool().change()

    assert await sequence(good) == 2
    assert (await ended.ended()).codes == ("UNAUTHENTICATED",)
    assert ended.told.empty()
    assert toys.observed == [("States", "subscription", ("UNAUTHENTICATED",))]


async def test_a_revoked_key_that_is_the_last_one_ends_the_source(listen):
    toys = Toys()

    async def holds(viewer):
        return not toys.executed

    engine = make_engine(toys, holds=holds)
    ended = await listen(engine, STATES, viewer=KEY, name="a")

    assert (await ended.ended()).codes == ("UNAUTHENTICATED",)
    await until(lambda: toys.cleaned_up == ["states a"])


async def test_a_revoked_key_is_found_also_where_nothing_happens(listen):
    asked, revoked = [], set()
    is_away = False

    async def holds(viewer):
        asked.append(viewer.id)
        if is_away:
            raise OSError("The database is away.")
        return viewer.id not in revoked

    engine = make_engine(Toys(), holds=holds)
    good, ended = [await listen(engine, STATES, viewer=each, name="a") for each in (KEY, SECOND_KEY)]
    alone = await listen(engine, "subscription { forever }")
    for listener in (good, ended, alone):
        await listener.next()

    is_away = True
    asked.clear()
    with capture_logs():
        looking = asyncio.create_task(engine.subscriptions.run(every_seconds=0.01))
        await until(lambda: len(asked) > 3)
        is_away, revoked = False, {SECOND_KEY.id, PERSON.id}
        assert (await ended.ended()).codes == (await alone.ended()).codes == ("UNAUTHENTICATED",)
    looking.cancel()

    assert not good.last.done()


async def test_a_credential_that_can_not_be_looked_at_ends_the_stream(listen):
    async def holds(viewer):
        raise OSError("The database is away.")

    with capture_logs():
        listener = await listen(make_engine(Toys(), holds=holds), STATES, viewer=KEY, name="a")

        assert (await listener.ended()).codes == ("UNAVAILABLE",)


async def test_one_that_can_not_be_told_does_not_keep_the_others_from_it(listen):
    toys = Toys()
    engine = make_engine(toys)
    broken, good = [await listen(engine, STATES, name="a") for _ in range(2)]
    assert (await sequence(broken), await sequence(good)) == (1, 1)
    broken.told = None

    with capture_logs():
        toys.pool().change()
        assert await sequence(good) == 2

        assert (await broken.ended()).codes == ("INTERNAL",)


async def test_each_end_is_noted_where_the_subscription_began(listen):
    request = ContextVar("request", default="none")
    noted = []
    toys = Toys()
    engine = make_engine(toys)
    engine.subscriptions._observe = lambda *_: noted.append(request.get())
    listeners = []
    for name in ("one", "other"):
        token = request.set(name)
        listeners.append(await listen(engine, STATES, name="a"))
        request.reset(token)
    assert [await sequence(each) for each in listeners] == [1, 1]

    toys.pool().change(is_over=True)
    await listeners[0].ended()

    assert noted == ["one", "other"]


async def test_a_common_fault_names_a_request_of_its_own(listen):
    toys = Toys()
    engine = make_engine(toys)
    listener = await listen(engine, STATES, name="a", request_id="req_of_one")
    await sequence(listener)

    with capture_logs() as logs:
        toys.pool().change(failure=ValueError())
        end = await listener.ended()

    assert end.errors[0]["extensions"]["requestId"] == logs[0]["request_id"] != "req_of_one"
    assert {each.request_id for each in toys.opened} == {logs[0]["request_id"]}
