"""The headers of a request answer as Starlette's do, only sooner."""

import pytest
from starlette.datastructures import Headers

from server.headers import RequestHeaders, headers_of

RAW = [(b"host", b"here"), (b"accept", b"a"), (b"x-api-key", b"k\xe4se"), (b"accept", b"b")]


@pytest.mark.parametrize("raw", [[], RAW, RAW[:3]])
@pytest.mark.parametrize("name", ["host", "Host", "accept", "x-api-key", "cookie"])
def test_every_question_has_the_answer_starlette_gives(raw, name):
    ours, theirs = RequestHeaders(raw), Headers(raw=raw)

    assert ours.get(name) == theirs.get(name)
    assert ours.get(name, "none") == theirs.get(name, "none")
    assert ours.getlist(name) == theirs.getlist(name)
    assert (name in ours) is (name in theirs)
    assert (ours.items(), len(ours)) == (theirs.items(), len(theirs))


def test_a_header_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        RequestHeaders(RAW)["cookie"]

    assert RequestHeaders(RAW)["Accept"] == "a"


def test_the_headers_of_a_request_are_read_once():
    scope = {"headers": RAW}

    assert headers_of(scope) is headers_of(scope)
    assert headers_of(scope) == Headers(raw=RAW)


def test_the_headers_of_a_socket_are_not_kept_for_its_whole_life():
    scope = {"type": "websocket", "headers": RAW}

    assert headers_of(scope) == Headers(raw=RAW)
    assert list(scope) == ["type", "headers"]


def test_headers_may_come_in_any_form_a_server_has():
    assert headers_of({"headers": (list(each) for each in RAW)}).getlist("accept") == ["a", "b"]
    assert headers_of({}).get("accept") is None
