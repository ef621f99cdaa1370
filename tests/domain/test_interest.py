"""Tokens of what was shown: nobody makes one up, alters one, or keeps one for ever."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.environments import Environment
from domain.interest import (
    NOBODY,
    Interest,
    InterestKind,
    Shown,
    answer_of,
    shown_by,
    token_of,
    visitor_of,
)
from tests.factories.times import NOW

KEY = b"k" * 32
SHOWN = Shown(
    Environment.LIVE, UUID(int=7), UUID(int=9), visitor_of("guest:a", key=KEY), answer_of("r1"), NOW
)


@pytest.mark.parametrize("shown", [SHOWN, replace(SHOWN, sponsorship_id=None, environment=Environment.TEST)])
def test_a_token_says_what_was_shown(shown):
    assert shown_by(token_of(shown, key=KEY), key=KEY, now=NOW) == shown


def test_a_token_of_another_key_or_another_day_is_none():
    token = token_of(SHOWN, key=KEY)

    assert shown_by(token, key=b"x" * 32, now=NOW) is None
    assert shown_by(token, key=KEY, now=NOW + dt.timedelta(hours=24, seconds=1)) is None
    assert shown_by(token, key=KEY, now=NOW - dt.timedelta(minutes=1)) is None


@given(st.integers(0, 107), st.sampled_from("ABCDEFabcdef0123456789-_"))
def test_a_token_that_was_altered_is_none(place, letter):
    token = token_of(SHOWN, key=KEY)
    altered = token[:place] + letter + token[place + 1 :]

    assert altered == token or shown_by(altered, key=KEY, now=NOW) in (None, SHOWN)


@given(st.text(max_size=150))
def test_what_nobody_signed_is_none(text):
    assert shown_by(text, key=KEY, now=NOW) is None


def test_a_view_has_one_key_and_a_click_another():
    view, click = Interest(InterestKind.VIEW, SHOWN, NOW), Interest(InterestKind.CLICK, SHOWN, NOW)
    later = replace(view, at=NOW + dt.timedelta(hours=1))
    elsewhere = replace(view, shown=replace(SHOWN, answer=answer_of("r2")))

    assert view.key == later.key
    assert len({view.key, click.key, elsewhere.key}) == 3


def test_about_one_of_a_hundred_is_sampled():
    shown = (replace(SHOWN, answer=answer_of(str(each))) for each in range(5_000))
    sampled = sum(Interest(InterestKind.VIEW, each, NOW).is_sampled for each in shown)

    assert 25 <= sampled <= 80


def test_a_visitor_is_no_name():
    assert visitor_of("user:7", key=KEY) != visitor_of("user:7", key=b"x" * 32)
    assert len(visitor_of("user:7", key=KEY)) == len(NOBODY) == 16
