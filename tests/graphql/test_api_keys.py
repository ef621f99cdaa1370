"""A reseller's keys through the graph."""

import pytest
from sqlalchemy import select

from db import models
from domain import api_keys
from domain.environments import Environment
from domain.ids import global_id
from permissions.viewer import RESELLER_KEY_SCOPES
from tests.factories.times import HOUR
from tests.factories.viewers import member_of
from tests.fixtures.graphql import KEYS

ISSUE = """
mutation Issue($input: IssueApiKeyInput!) {
  issueApiKey(input: $input) {
    __typename
    ... on Refusal { code message }
    ... on InvalidInput { field }
    ... on IssuedApiKey {
      text
      apiKey { id name prefix environment scopes createdAt expiresAt revokedAt lastUsedAt }
    }
  }
}
"""
ROTATE = """
mutation Rotate($id: ID!, $hours: Int! = 24) {
  rotateApiKey(input: {id: $id, overlapHours: $hours}) {
    __typename
    ... on Refusal { code message }
    ... on IssuedApiKey { text apiKey { id } }
  }
}
"""
REVOKE = """
mutation Revoke($id: ID!) {
  revokeApiKey(input: {id: $id}) {
    __typename
    ... on Refusal { code message }
    ... on ApiKey { id revokedAt }
  }
}
"""
KEYS_OF_MINE = "{ apiKeys { totalCount nodes { id revokedAt } } }"


@pytest.fixture
def manager(world):
    return member_of(world.reseller)


def wanted(world, **more):
    return {
        "resellerId": global_id("Partner", world.reseller.id),
        "environment": "TEST",
        "name": "Shop",
    } | more


async def test_a_key_is_shown_once(graph, acts, world, manager):
    issued = await graph.data(manager, ISSUE, input=wanted(world))

    row = (await acts.rows(select(models.ApiKey)))[0]
    assert issued["apiKey"] == {
        "id": global_id("ApiKey", row.id),
        "name": "Shop",
        "prefix": row.prefix,
        "environment": "TEST",
        "scopes": sorted(RESELLER_KEY_SCOPES),
        "createdAt": "2026-11-18T08:00:00.000Z",
        "expiresAt": None,
        "revokedAt": None,
        "lastUsedAt": None,
    }
    assert api_keys.parse(issued["text"]) == api_keys.ApiKeyText(Environment.TEST, row.prefix, issued["text"])
    assert api_keys.is_key(KEYS.pepper, issued["text"], row.key_hash)


async def test_a_key_is_rotated_and_revoked(graph, acts, world, manager):
    old = (await graph.data(manager, ISSUE, input=wanted(world)))["apiKey"]["id"]

    new = await graph.data(manager, ROTATE, id=old, hours=2)
    acts.later(HOUR)
    revoked = await graph.data(manager, REVOKE, id=old)

    assert new["__typename"] == "IssuedApiKey"
    assert revoked == {"__typename": "ApiKey", "id": old, "revokedAt": "2026-11-18T09:00:00.000Z"}
    assert await graph.data(manager, KEYS_OF_MINE) == {
        "totalCount": 2,
        "nodes": [
            {"id": new["apiKey"]["id"], "revokedAt": None},
            {"id": old, "revokedAt": "2026-11-18T09:00:00.000Z"},
        ],
    }


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["MANAGE_KEYS"]}, "scopes"),
        ({"expiresAt": "2026-11-18T08:00:00Z"}, "expires_at"),
        ({"expiresAt": "0001-01-01T00:00:00+14:00"}, "expires_at"),
    ],
)
async def test_a_key_with_bad_facts_is_refused(graph, acts, world, manager, facts, field):
    refused = await graph.data(manager, ISSUE, input=wanted(world, **facts))

    assert (refused["__typename"], refused["field"]) == ("InvalidInput", field)
    assert await acts.rows(select(models.ApiKey)) == []


@pytest.mark.parametrize("reseller_id", ["", "garbage", "par_" + "0" * 32])
async def test_nobody_gets_no_key(graph, world, manager, reseller_id):
    refused = await graph.data(manager, ISSUE, input=wanted(world, resellerId=reseller_id))

    assert (refused["__typename"], refused["code"]) == ("NotFound", "NOT_FOUND")


async def test_a_rival_s_key_is_not_found(graph, world, manager):
    key = (await graph.data(manager, ISSUE, input=wanted(world)))["apiKey"]["id"]
    stranger = member_of(world.rival)

    rotated = await graph.data(stranger, ROTATE, id=key)
    revoked = await graph.data(stranger, REVOKE, id=key)

    assert (rotated["code"], revoked["code"]) == ("NOT_FOUND", "NOT_FOUND")
    assert await graph.data(stranger, KEYS_OF_MINE) == {"totalCount": 0, "nodes": []}
