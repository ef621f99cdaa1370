"""Who is asking."""

import dataclasses

from domain.ids import global_id
from permissions.viewer import ANONYMOUS, RESELLER_KEY_SCOPES, Role
from tests.factories.times import DAY, NOW
from tests.factories.viewers import in_test, member_of, staff

VIEWER = "{ viewer { id environment scopes roles rateLimitPerMinute expiresAt partners { id name type } } }"


async def test_a_key_is_its_reseller(graph, world, reseller):
    assert await graph.data(dataclasses.replace(reseller, expires_at=NOW + DAY), VIEWER) == {
        "id": reseller.id,
        "environment": "LIVE",
        "scopes": sorted(RESELLER_KEY_SCOPES),
        "roles": [],
        "rateLimitPerMinute": 300,
        "expiresAt": "2026-11-19T08:00:00.000Z",
        "partners": [
            {"id": global_id("Partner", world.reseller.id), "name": "Harbour Travel", "type": "OTA"}
        ],
    }


async def test_a_person_is_all_its_partners_by_name(graph, world):
    person = in_test(member_of(world.rival, world.operator, role=Role.READONLY))

    answer = await graph.data(person, VIEWER)

    assert (answer["environment"], answer["roles"], answer["expiresAt"]) == ("TEST", ["READONLY"], None)
    assert [each["name"] for each in answer["partners"]] == ["Island Trips", "Victoria Cruises"]


async def test_staff_belongs_to_no_partner(graph, world):
    answer = await graph.data(staff(Role.ANALYST), VIEWER)

    assert (answer["roles"], answer["partners"]) == (["ANALYST"], [])


async def test_nobody_is_anonymous(graph, world):
    assert await graph.data(ANONYMOUS, VIEWER) == {
        "id": "anonymous",
        "environment": "LIVE",
        "scopes": [],
        "roles": [],
        "rateLimitPerMinute": 60,
        "expiresAt": None,
        "partners": [],
    }
