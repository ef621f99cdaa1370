"""What is taken for granted, for how long, and how it ends before that."""

from uuid import UUID

import pytest

from permissions.viewer import Viewer
from server.known import KNOWN_SECONDS, Known, fingerprint

KEY, OTHER_KEY, RESELLER = (UUID(int=n) for n in range(1, 4))
VIEWER = Viewer(id="key:1", api_key_id=KEY, reseller_id=RESELLER)
OTHER = Viewer(id="key:2", api_key_id=OTHER_KEY, reseller_id=RESELLER)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def known(clock):
    return Known(clock=clock, most=3)


def put(known, name, viewer=VIEWER, about=(KEY, RESELLER)):
    known.put(name, viewer, about=about, news=known.news)


def test_nothing_is_known_for_longer_than_five_seconds():
    assert KNOWN_SECONDS <= 5


def test_what_is_put_is_known_until_its_seconds_are_over(known, clock):
    put(known, "a")

    clock.now += KNOWN_SECONDS - 0.001
    assert known.get("a") is VIEWER

    clock.now += 0.001
    assert known.get("a") is None


def test_being_asked_for_prolongs_nothing(known, clock):
    put(known, "a")
    for _ in range(4):
        clock.now += KNOWN_SECONDS / 4
        known.get("a")

    assert known.get("a") is None


def test_being_put_again_does(known, clock):
    put(known, "a")
    clock.now += KNOWN_SECONDS - 1
    put(known, "a", OTHER, about=(OTHER_KEY,))
    clock.now += KNOWN_SECONDS - 1

    assert known.get("a") is OTHER
    known.forget([KEY])
    assert known.get("a") is OTHER


@pytest.mark.parametrize("about", [KEY, RESELLER])
def test_news_of_what_it_is_about_ends_it_at_once(known, about):
    put(known, "a")
    put(known, "b")

    known.forget([about])

    assert (known.get("a"), known.get("b")) == (None, None)


def test_news_of_another_key_ends_nothing_else(known):
    put(known, "a")
    put(known, "b", OTHER, about=(OTHER_KEY, RESELLER))

    known.forget([OTHER_KEY])

    assert (known.get("a"), known.get("b")) == (VIEWER, None)


def test_where_news_may_have_been_missed_everything_ends(known):
    put(known, "a")

    known.forget(None)

    assert known.get("a") is None


@pytest.mark.parametrize("objects", [[KEY], [OTHER_KEY], None])
def test_what_was_read_before_the_news_is_not_put_after_it(known, objects):
    before = known.news
    known.forget(objects)

    known.put("a", VIEWER, about=(KEY,), news=before)

    assert known.get("a") is None


def test_the_least_asked_for_gives_way(known):
    for name in "abc":
        put(known, name)
    known.get("a")

    put(known, "d")

    assert [name for name in "abcd" if known.get(name)] == ["a", "c", "d"]


def test_ten_thousand_strangers_leave_no_trace_beyond_the_bound(known):
    for number in range(10_000):
        put(known, number, about=(UUID(int=number),))

    assert (len(known._facts), len(known._about)) == (3, 3)


def test_the_text_of_a_credential_is_kept_nowhere(known):
    put(known, fingerprint(b"il_live_secret", b"TEST"))

    assert known.get(fingerprint(b"il_live_secret", b"TEST")) is VIEWER
    assert "secret" not in repr(vars(known))
