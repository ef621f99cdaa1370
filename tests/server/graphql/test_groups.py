"""Those who ask alike are told the same: one source, one execution, and nobody else's rights."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.environments import Environment
from permissions.viewer import Scope
from tests.server.graphql.toys import OWN_STATES, PERSON, STATES, Toys, make_engine

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = replace(PERSON, id="key:1", user_id=None, api_key_id=UUID(int=1), reseller_id=UUID(int=10))
SECOND_KEY = replace(KEY, id="key:2", api_key_id=UUID(int=2), rate_limit_per_minute=7)


class Count:
    """The figures of an engine."""

    def __init__(self):
        self.subscriptions = self.groups = self.deliveries = 0

    def subscribed(self, change):
        self.subscriptions += change

    def grouped(self, change):
        self.groups += change

    def delivered(self, events):
        self.deliveries += events


async def sequence(listener, field="states"):
    return (await listener.next())[field]["sequence"]


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the toys have no event for it
            await asyncio.sleep(0)


async def test_what_many_ask_alike_is_executed_once_an_event(listen):
    toys, count = Toys(), Count()
    engine = make_engine(toys, figures=count)

    listeners = [await listen(engine, STATES, name="a") for _ in range(1000)]
    assert {await sequence(each) for each in listeners} == {1}
    for number in (2, 3, 4):
        toys.pool().change()
        assert {await sequence(each) for each in listeners} == {number}

    assert toys.sources == ["a"]
    assert toys.executed == ["a 1", "a 2", "a 3", "a 4"]
    assert (count.subscriptions, count.groups, count.deliveries) == (1000, 1, 4000)
    assert all(each.told.empty() for each in listeners)


async def test_for_all_who_join_at_once_the_state_is_read_once(listen):
    toys = Toys()
    engine = make_engine(toys)
    await sequence(await listen(engine, STATES, name="a"))

    listeners = [await listen(engine, STATES, name="a") for _ in range(1000)]
    assert {await sequence(each) for each in listeners} == {1}

    assert toys.sources == ["a", "a"]
    assert toys.executed == ["a 1", "a 1"]
    assert toys.cleaned_up == ["states a"]


async def test_what_is_told_is_written_once(listen):
    toys = Toys()
    engine = make_engine(toys)
    first = await listen(engine, STATES, name="a")
    await first.next()
    second = await listen(engine, STATES, name="a")
    await second.next()

    toys.pool().change()

    assert (await first.told.get()).body is (await second.told.get()).body


async def test_who_joins_late_is_told_what_is_now_and_then_what_comes(listen):
    toys = Toys()
    engine = make_engine(toys)
    early = await listen(engine, STATES, name="a")
    await sequence(early)
    toys.pool().change()
    assert await sequence(early) == 2

    late = await listen(engine, STATES, name="a")

    assert await sequence(late) == 2
    toys.pool().change()
    assert (await sequence(early), await sequence(late)) == (3, 3)
    assert early.told.empty()
    assert late.told.empty()


async def test_who_joins_is_not_told_of_a_state_that_was_read_before(listen):
    """A look that had begun read what was; who joined meanwhile is told what a look of its own finds."""
    toys = Toys()
    engine = make_engine(toys)
    await sequence(await listen(engine, STATES, name="a"))
    toys.reads.clear()
    first = await listen(engine, STATES, name="a")
    await until(lambda: len(toys.sources) == 2)
    # A change of which there is no news yet.
    toys.pool().sequence = 2
    second = await listen(engine, STATES, name="a")

    toys.reads.set()

    assert await sequence(first) == 1
    assert await sequence(second) == 2
    assert len(toys.sources) == 3
    await until(lambda: toys.cleaned_up == ["states a", "states a"])


async def test_news_come_to_a_joining_subscriber_too_and_nothing_older_after_them(listen):
    toys = Toys()
    engine = make_engine(toys)
    early = await listen(engine, STATES, name="a")
    await sequence(early)
    toys.held = {"a 1"}
    late = await listen(engine, STATES, name="a")
    await until(lambda: toys.executed == ["a 1", "a 1"])

    toys.pool().change()
    assert (await sequence(early), await sequence(late)) == (2, 2)
    toys.executes.set()
    await until(lambda: toys.cleaned_up == ["states a"])
    toys.pool().change()

    assert (await sequence(early), await sequence(late)) == (3, 3)


@pytest.mark.parametrize("name", ["after", "seen"])
async def test_each_skips_what_it_has_seen_and_all_share_a_source(listen, name):
    toys = Toys()
    toys.pool().sequence = 5
    engine = make_engine(toys)
    text = STATES.replace("$after", f"${name}")

    new = await listen(engine, text, name="a")
    assert await sequence(new) == 5
    behind = await listen(engine, text, name="a", **{name: 4})
    up_to_date = await listen(engine, text, name="a", **{name: 5})
    ahead = await listen(engine, text, name="a", **{name: 6})
    nothing = await listen(engine, text, name="a", **{name: None})
    assert [await sequence(each) for each in (behind, nothing)] == [5, 5]
    toys.pool().change()
    assert [await sequence(each) for each in (new, behind, nothing, up_to_date)] == [6, 6, 6, 6]
    toys.pool().change()
    assert [await sequence(each) for each in (new, behind, nothing, up_to_date, ahead)] == [7] * 5

    assert len(engine.subscriptions._groups) == 1
    assert len(toys.sources) == 2
    assert all(each.told.empty() for each in (new, behind, nothing, up_to_date, ahead))


async def test_the_order_of_variables_and_what_the_operation_does_not_know_make_no_difference(listen):
    toys = Toys()
    engine = make_engine(toys)

    for variables in ({"name": "a", "after": 0}, {"after": 0, "name": "a"}, {"name": "a", "more": 1}):
        await listen(engine, STATES, **variables)

    assert len(engine.subscriptions._groups) == 1


async def test_other_variables_and_other_texts_are_other_groups(listen):
    toys = Toys()
    engine = make_engine(toys)

    one = await listen(engine, STATES, name="a")
    other = await listen(engine, STATES, name="b")
    third = await listen(engine, 'subscription { states(name: "a") { sequence } }')
    assert [await sequence(each) for each in (one, other, third)] == [1, 1, 1]
    toys.pool("a").change()

    assert [await sequence(each) for each in (one, third)] == [2, 2]
    assert other.told.empty()
    assert sorted(toys.sources) == ["a", "a", "b"]


@pytest.mark.parametrize(
    "differing",
    [
        replace(KEY, environment=Environment.TEST),
        replace(KEY, reseller_id=UUID(int=11)),
        replace(KEY, scopes=KEY.scopes | {Scope.READ_CATALOG}),
        replace(KEY, scopes_by_partner={UUID(int=11): KEY.scopes}),
        replace(KEY, platform_scopes=KEY.scopes),
        replace(KEY, locales=("de",)),
        replace(KEY, api_key_id=None, user_id=UUID(int=1), id="user:1"),
    ],
    ids=["environment", "reseller", "scopes", "partners", "platform", "locales", "kind"],
)
async def test_other_rights_are_never_told_the_same(listen, differing):
    toys = Toys()
    engine = make_engine(toys)

    listeners = [await listen(engine, STATES, viewer=each, name="a") for each in (KEY, differing)]

    told = [(await each.next())["states"]["who"] for each in listeners]
    assert told == [f"shared {each.environment} {','.join(each.locales)}" for each in (KEY, differing)]
    assert len(toys.sources) == len(engine.subscriptions._groups) == 2


async def test_keys_of_the_same_rights_are_told_the_same_and_nothing_by_name(listen):
    toys = Toys()
    engine = make_engine(toys)

    listeners = [await listen(engine, STATES, viewer=each, name="a") for each in (KEY, SECOND_KEY)]

    assert [(await each.next())["states"]["who"] for each in listeners] == ["shared LIVE "] * 2
    assert len(engine.subscriptions._groups) == 1


async def test_what_shows_ones_own_by_name_is_shared_by_the_connections_of_one_caller(listen):
    toys = Toys()
    engine = make_engine(toys)

    listeners = [
        await listen(engine, OWN_STATES, viewer=each)
        for each in (KEY, SECOND_KEY, KEY, replace(KEY, expires_at=NOW))
    ]

    told = [(await each.next())["ownStates"]["who"] for each in listeners]
    assert told == ["key:1 LIVE ", "key:2 LIVE ", "key:1 LIVE ", "key:1 LIVE "]
    assert len(engine.subscriptions._groups) == 2
