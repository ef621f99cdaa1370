"""The doors of a small world."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from permissions.viewer import Role
from tests.factories.viewers import in_test, key_of, member_of, staff
from tests.factories.world import World
from tests.fixtures.acts import Acts
from tests.rest.doors import Doors


@pytest.fixture
def doors(acts: Acts, world: World) -> Doors:
    """REST and GraphQL for callers by name."""
    reseller = key_of(world.reseller)
    return Doors(
        acts,
        {
            "reseller": reseller,
            "reseller in test": in_test(reseller),
            "rival": key_of(world.rival),
            "without scopes": key_of(world.reseller, scopes=frozenset()),
            "owner": member_of(world.operator),
            "analyst": staff(Role.ANALYST),
        },
    )


@pytest.fixture
async def rest(doors: Doors) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the REST door with the reseller's key."""
    async with doors.client() as client:
        yield client
