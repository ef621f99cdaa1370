"""Who guesses has ten tries a minute: each caller its own, each address without a credential its own."""

from contextlib import suppress
from typing import Any

import pytest

from domain.errors import Refused
from permissions.viewer import ANONYMOUS
from server.guard import Guard
from server.observability.requests import RequestLines
from server.rate_limits import RateLimiter
from services.ports import Guessed
from tests.factories.viewers import newcomer

pytestmark = pytest.mark.anyio


@pytest.fixture
def guard(redis):
    return Guard(RateLimiter(redis))


async def tries(guard, viewer, *, number, address="192.0.2.1", what=Guessed.COUPON):
    """How many of so many tries of a request's caller pass."""
    passed = 0

    async def app(_scope, _receive, _send):
        nonlocal passed
        for _ in range(number):
            with suppress(Refused):
                await guard.guess(viewer, what)
                passed += 1

    scope = {"type": "http", "path": "/graphql", "method": "POST", "headers": [], "client": (address, 1)}
    wire: Any = None
    await RequestLines(app, write=lambda *_: None)(scope, wire, wire)
    return passed


async def test_a_caller_has_ten_tries_a_minute(guard):
    assert await tries(guard, newcomer("nora"), number=12) == 10
    assert await tries(guard, newcomer("otto"), number=12) == 10
    assert await tries(guard, newcomer("nora"), number=1, address="192.0.2.9") == 0


async def test_who_has_no_credential_has_its_address_s(guard):
    assert await tries(guard, ANONYMOUS, number=12) == 10
    assert await tries(guard, ANONYMOUS, number=1, address="192.0.2.2") == 1


async def test_interest_has_a_minute_of_its_own(guard):
    assert await tries(guard, ANONYMOUS, number=62, what=Guessed.INTEREST) == 60
    assert await tries(guard, ANONYMOUS, number=1, what=Guessed.SEARCH) == 1


async def test_without_limits_everything_passes():
    assert await tries(Guard(), ANONYMOUS, number=12) == 12
