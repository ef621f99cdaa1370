"""Two answers agree, or it is told where they do not."""

import json
from uuid import UUID

import pytest

from bench.http1 import Reply
from bench.peers.agreement import disagreement, first_difference, plain
from bench.peers.servers import Server
from domain.ids import global_id

SOME = UUID("01a1abfb-580c-7fde-aa27-72c1e636d774")


def reply(data, **more):
    return Reply(200, json.dumps({"data": data, **more}, separators=(",", ":")).encode())


OURS = reply({"a": [{"b": 1}, {"b": 2}]}, extensions={"cost": {"requested": 3}})


def test_the_handler_by_hand_must_answer_the_same_bytes():
    assert disagreement(Server.LIMIT, OURS, reply({"a": [{"b": 1}, {"b": 2}]})) is None
    assert disagreement(Server.LIMIT, OURS, reply({"a": [{"b": 1}, {"b": 3}]})) is not None
    spaced = Reply(200, b'{"data": {"a":[{"b":1},{"b":2}]}}')
    assert disagreement(Server.LIMIT, OURS, spaced) is not None


def test_the_others_may_write_it_as_they_like():
    assert disagreement(Server.APOLLO, OURS, Reply(200, b'{"data": {"a":[{"b":1},{"b":2}]}}\n')) is None


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"a": [{"b": 1}, {"b": 3}]}, "data.a[1].b is 3 for 2"),
        ({"a": [{"b": 1}]}, "data.a has 1 rows for 2"),
        ({"a": [{"b": 1}, {"c": 2}]}, "data.a[1] has ['c'] for ['b']"),
        ({"a": None}, "data.a is None for [{'b': 1}, {'b': 2}]"),
        ({"a": [{"b": 1}, {"b": 2}]}, None),
    ],
)
def test_the_first_difference_is_told_with_its_place(found, told):
    assert first_difference({"a": [{"b": 1}, {"b": 2}]}, found) == told


def test_both_graphs_have_one_notation():
    ours = {
        "id": global_id("Booking", SOME),
        "total": {"amount": "1.234", "currency": "KWD"},
        "createdAt": "2026-11-25T13:30:54.303Z",
        "pageInfo": {"hasPreviousPage": True, "hasNextPage": True, "endCursor": "abc"},
        "reference": None,
        "tickets": [{"total": {"amount": "12", "currency": "JPY"}}],
    }
    theirs = {
        "id": str(SOME),
        "totalMinor": "1234",
        "currency": "KWD",
        "createdAt": "2026-11-25T13:30:54.303000+00:00",
        "pageInfo": {"hasPreviousPage": False, "hasNextPage": True, "endCursor": "WyJ4Il0="},
        "reference": None,
        "tickets": [{"totalMinor": "12", "currency": "JPY"}],
    }

    assert plain(ours) == plain(theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"endCursor": "abc"}, {"endCursor": None}),
        ({"total": {"amount": "1.23", "currency": "EUR"}}, {"totalMinor": "124", "currency": "EUR"}),
        ({"total": {"amount": "1.23", "currency": "EUR"}}, {"totalMinor": "123", "currency": "USD"}),
        ({"id": global_id("Booking", SOME)}, {"id": str(UUID(int=SOME.int + 1))}),
        ({"at": "2026-11-25T13:30:54.303Z"}, {"at": "2026-11-25T13:30:54.304000+00:00"}),
        ({"at": "2026-11-25T13:30:54.303Z"}, {"at": None}),
    ],
)
def test_one_notation_hides_no_difference(ours, theirs):
    assert plain(ours) != plain(theirs)
