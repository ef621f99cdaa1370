"""Which documents' streams are shared, and by which variable each sharer skips what it has seen."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from permissions.viewer import NOBODY, SharedBy, SignedIn, Viewer
from server.graphql.documents import Documents
from server.graphql.sharing import StreamPlan, sharing_key, variables_key, without_after
from tests.server.graphql.toys import KEY, OWN_STATES, PERSON, SCHEMA, STATES

RIGHTS = StreamPlan(SharedBy.RIGHTS)


def plan(text):
    return Documents(SCHEMA._schema).prepare(text).operations[0].stream


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ hello }", StreamPlan()),
        ("subscription { ticks { sequence } }", StreamPlan()),
        ("subscription($after: Int) { ticks(after: $after) { sequence } }", StreamPlan()),
        ("subscription { states { sequence } }", RIGHTS),
        ("subscription { s: states { sequence } }", RIGHTS),
        ("subscription { ... { states { sequence } } }", RIGHTS),
        (
            "subscription { ...F } fragment F on Subscription { ...G } fragment G on Subscription { states { who } }",
            RIGHTS,
        ),
        (OWN_STATES, StreamPlan(SharedBy.NAME)),
        (STATES, StreamPlan(SharedBy.RIGHTS, "after")),
        ("subscription($x: Int = 5) { states(after: $x) { sequence } }", StreamPlan(SharedBy.RIGHTS, "x")),
        (
            "subscription($x: Int) { ...F } fragment F on Subscription { states(after: $x) { who } }",
            StreamPlan(SharedBy.RIGHTS, "x"),
        ),
        # What can not be null, what is used elsewhere and what is written down stays where it is.
        ("subscription($x: Int!) { states(after: $x) { sequence } }", RIGHTS),
        ("subscription($x: Int) { states(after: $x) { who } states(after: $x) { sequence } }", RIGHTS),
        ("subscription { states(after: 5) { sequence } }", RIGHTS),
    ],
)
def test_a_document_says_how_its_stream_is_shared(text, expected):
    assert plan(text) == expected


def test_the_common_stream_skips_nothing():
    after = StreamPlan(SharedBy.RIGHTS, "after")

    assert without_after(after, {"after": 5, "name": "a"}) == {"after": None, "name": "a"}
    assert without_after(after, {"name": "a"}) == {"after": None, "name": "a"}
    assert without_after(RIGHTS, {"after": 5}) == {"after": 5}


def test_variables_are_the_same_in_any_order_and_null_is_not_absent():
    assert variables_key({"a": 1, "b": {"c": [1, 2], "d": "x"}}) == variables_key(
        {"b": {"d": "x", "c": [1, 2]}, "a": 1}
    )
    assert (
        len(
            {variables_key(each) for each in ({}, {"a": None}, {"a": 1}, {"a": "1"}, {"a": True}, {"a": [1]})}
        )
        == 6
    )


def test_a_shared_answer_is_made_in_nobodys_name():
    key, person = KEY.shared(SharedBy.RIGHTS), PERSON.shared(SharedBy.RIGHTS)

    assert (key.id, key.api_key_id, key.user_id) == ("shared", NOBODY, None)
    assert (person.id, person.api_key_id, person.user_id) == ("shared", None, NOBODY)
    assert not key.is_anonymous
    assert not person.is_anonymous
    assert KEY.shared(SharedBy.NAME).id == KEY.id


def test_every_fact_of_a_viewer_keeps_sharers_apart_but_for_those_that_are_taken_out():
    other: dict[str, Any] = {
        "id": "key:other",
        "api_key_id": UUID(int=99),
        "rate_limit_per_minute": 1,
        "expires_at": datetime(2026, 11, 21, tzinfo=UTC),
        "roles": frozenset({"OWNER"}),
        "environment": "TEST",
        "scopes": frozenset(),
        "scopes_by_partner": {UUID(int=1): frozenset()},
        "platform_scopes": KEY.scopes,
        "user_id": UUID(int=99),
        "reseller_id": None,
        "locales": ("it",),
        "secrets": (b"another",),
        "signed_in": SignedIn("https://issuer.example", "vera", "vera@victoria.example", "Vera"),
    }
    assert other.keys() == {each.name for each in fields(Viewer) if each.init}

    def apart(by):
        differs = {name: sharing_key(by, replace(KEY, **{name: value})) for name, value in other.items()}
        return {name for name, key in differs.items() if key != sharing_key(by, KEY)}

    taken_out = {"id", "api_key_id", "rate_limit_per_minute", "expires_at", "roles", "signed_in"}
    assert apart(SharedBy.RIGHTS) == other.keys() - taken_out
    assert apart(SharedBy.NAME) == other.keys() - {"rate_limit_per_minute", "expires_at"}
