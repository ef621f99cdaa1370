"""Links that allow one thing for a while."""

import datetime as dt

import pytest

from domain.errors import Refused
from domain.signed_links import LinkEnded, MayFetch, MaySend, allowed_by, attachment, token_of

NOW = dt.datetime(2026, 11, 18, 8, 0, tzinfo=dt.UTC)
SECRET = b"s" * 32
SEND = MaySend("incoming/1", 10, "image/png")
FETCH = MayFetch("files/1", "Größe.png", "image/png")
UNTIL = NOW + dt.timedelta(minutes=5)


@pytest.mark.parametrize("allowed", [SEND, FETCH])
def test_a_link_allows_what_it_was_made_for(allowed):
    assert allowed_by(SECRET, type(allowed), token_of(SECRET, allowed, until=UNTIL), now=NOW) == allowed


@pytest.mark.parametrize(
    ("token", "kind", "now"),
    [
        (token_of(SECRET, SEND, until=UNTIL), MaySend, UNTIL),
        (token_of(SECRET, SEND, until=UNTIL), MayFetch, NOW),
        (token_of(SECRET, FETCH, until=UNTIL), MaySend, NOW),
        (token_of(b"t" * 32, SEND, until=UNTIL), MaySend, NOW),
        (token_of(SECRET, SEND, until=UNTIL)[:-4], MaySend, NOW),
        ("A" + token_of(SECRET, SEND, until=UNTIL)[1:], MaySend, NOW),
        ("", MaySend, NOW),
        ("%%%", MaySend, NOW),
        ("ä", MaySend, NOW),
        ("A" * 100_000, MaySend, NOW),
    ],
)
def test_any_other_link_has_ended(token, kind, now):
    with pytest.raises(Refused) as refused:
        allowed_by(SECRET, kind, token, now=now)

    assert refused.value.reason == LinkEnded()


def test_an_attachment_keeps_its_name_in_every_browser():
    assert attachment('Größe "1".pdf') == (
        "attachment; filename=\"Gr__e _1_.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.pdf"
    )
