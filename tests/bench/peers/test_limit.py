"""The handler by hand answers what our graph answers, byte for byte: else it would be the limit of something else."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.database import verdict
from bench.peers.keys import Key, load_keys
from bench.peers.limit import Backend, connect
from bench.peers.limit_sql import statement_for
from bench.peers.operations import OPERATIONS, Operation
from bench.peers.seed import Size, fill
from db.session import Sessions
from integrations.feed import RedisFeed
from integrations.interests import RedisInterests
from server.context import Contexts
from server.graphql.answers import encode
from tests.factories.viewers import staff
from tests.fixtures.acts import Acts
from tests.fixtures.graphql import KEYS, Graph
from tests.fixtures.storage import STORAGE

pytestmark = pytest.mark.anyio

SMALL = Size(partners=40, resellers=5, packages=150, big_packages=110, reservations=250, calls=200)
FEW = 4
"""Keys of each operation that are asked here."""
NAMED = {operation.name: operation for operation in OPERATIONS}
NOBODY = "0" * 32


@pytest.fixture
async def filled(engine: AsyncEngine, sessions: Sessions) -> Sessions:
    await fill(engine, SMALL, dt.datetime.now(dt.UTC))
    return sessions


@pytest.fixture
async def by_hand(database_url: str) -> AsyncIterator[Backend]:
    backend = await connect(database_url.replace("+asyncpg", ""))
    yield backend
    await backend.close()


@pytest.fixture
def ours(filled: Sessions, redis: Redis, acts: Acts) -> Graph:
    contexts = Contexts(
        sessions=filled,
        feed=RedisFeed(redis),
        interests=RedisInterests(redis),
        keys=KEYS,
        storage=STORAGE,
        after_commit=lambda: None,
        clock=lambda: dt.datetime.now(dt.UTC),
    )
    return Graph(contexts, acts)


async def test_the_rows_agree_with_each_other(filled):
    assert (await verdict(filled)).is_clean


async def test_every_operation_has_its_keys(filled):
    keys = await load_keys(filled)

    assert {name: len(of_one) for name, of_one in keys.items()} == {
        operation.name: operation.keys for operation in OPERATIONS
    }


async def test_the_handler_by_hand_answers_every_operation_with_the_same_bytes(filled, ours, by_hand):
    keys_of = await load_keys(filled)
    for operation in OPERATIONS:
        keys = keys_of[operation.name]
        # The list from its very beginning too, which no key of the load asks for.
        beginnings = [Key(words=key.words) for key in keys[:1] if key.after]
        for key in [*beginnings, *keys[:: len(keys) // FEW]]:
            assert await both(operation, key.graph(), ours, by_hand)


async def test_what_is_not_there_is_null_for_both(filled, ours, by_hand):
    assert await both(NAMED["small"], {"id": f"rsv_{NOBODY}"}, ours, by_hand) == {"reservation": None}
    assert await both(NAMED["node"], {"id": f"pkg_{NOBODY}"}, ours, by_hand) == {"node": None}


async def test_a_page_that_is_not_empty_is_written_too(filled, ours, by_hand):
    skus = [f"PKG-{number:05}" for number in range(60)]

    data = await both(NAMED["empty"], {"productIds": skus}, ours, by_hand)

    assert len(data["products"]["nodes"]) == 20
    assert data["products"]["pageInfo"]["hasNextPage"]


async def both(operation: Operation, variables: Any, ours: Graph, by_hand: Backend) -> Any:
    """Return the data both answer; they must write it with the same bytes."""
    answer = await ours.run(staff(), operation.text, **variables)
    written = await by_hand.fetch(statement_for(operation.name, variables), variables)

    assert answer.errors == []
    assert written == encode({"data": answer.data})
    return answer.data
