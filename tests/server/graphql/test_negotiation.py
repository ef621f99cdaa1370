"""The media type of an answer."""

import pytest

from server.graphql.negotiation import accepts_events, negotiate

NEW, OLD = "application/graphql-response+json", "application/json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, OLD),
        ("", OLD),
        ("*/*", OLD),
        ("application/*", OLD),
        (OLD, OLD),
        (NEW, NEW),
        (f"{NEW}; charset=utf-8, {OLD}; charset=utf-8", NEW),
        (f"{OLD}, {NEW}", NEW),
        (f"{NEW};q=0.5, {OLD}", OLD),
        (f"{NEW};q=0.9, {OLD};q=0.8", NEW),
        (f"{NEW};q=0, {OLD}", OLD),
        (f"{NEW};q=0, */*", OLD),
        (f"{OLD}, */*", OLD),
        (f"{OLD};q=0.1, */*", OLD),
        ("APPLICATION/GraphQL-Response+JSON", NEW),
        (f"{NEW}, {OLD}, text/event-stream, multipart/mixed", NEW),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", OLD),
        ("text/html", None),
        ("text/event-stream", None),
        (f"{OLD};q=0", None),
        (f"{OLD};q=0, */*", None),
        ("*/*;q=0", None),
        (f"{NEW};q=two", None),
        (f"{NEW};q=1.5", None),
        (",;,", None),
    ],
)
def test_the_newer_type_goes_to_those_who_name_it(accept, expected):
    assert negotiate(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, True),
        ("*/*", True),
        ("text/event-stream", True),
        ("text/*", True),
        (OLD, False),
        ("text/event-stream;q=0", False),
    ],
)
def test_events_go_to_those_who_take_them(accept, expected):
    assert accepts_events(accept) is expected
