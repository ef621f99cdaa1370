"""The doors of a small world."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from db.session import Sessions
from permissions.viewer import RESELLER_KEY_SCOPES, Role, Scope, Viewer
from tests.factories.viewers import in_test, key_of, member_of, staff
from tests.factories.world import World, make_world
from tests.fixtures.acts import Acts
from tests.rest.doors import Doors


def callers(world: World) -> dict[str, Viewer]:
    reseller = key_of(world.reseller)
    return {
        "reseller": reseller,
        "reseller in test": in_test(reseller),
        "rival": key_of(world.rival),
        "without scopes": key_of(world.reseller, scopes=frozenset()),
        "without personal data": key_of(
            world.reseller, scopes=RESELLER_KEY_SCOPES - {Scope.READ_PERSONAL_DATA}
        ),
        "owner": member_of(world.operator),
        "analyst": staff(Role.ANALYST),
    }


@pytest.fixture
def doors(acts: Acts, world: World) -> Doors:
    """REST and GraphQL for callers by name."""
    return Doors(acts, callers(world))


@pytest.fixture
async def durable_doors(sessions: Sessions) -> Doors:
    """The same on a pool of connections, with commits: for what is cancelled on the way."""
    async with sessions.write() as session:
        world = await make_world(session)
        await session.commit()
    return Doors(Acts(sessions), callers(world))


@pytest.fixture
async def rest(doors: Doors) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the REST door with the reseller's key."""
    async with doors.client() as client:
        yield client
