"""The form of API keys, their comparison, and how long they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import api_keys
from domain.environments import Environment

PEPPER = b"p" * 32
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_key_is_written_from_its_random_bytes():
    key = api_keys.mint(Environment.LIVE, bytes(range(40)))

    assert key.text == "il_live_aaaqeayeauda_CAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJic"
    assert key.prefix == "aaaqeayeauda"
    assert key.environment is Environment.LIVE


def test_a_key_needs_exactly_forty_random_bytes():
    with pytest.raises(ValueError, match="40 random bytes, not 39"):
        api_keys.mint(Environment.TEST, bytes(39))


@given(st.sampled_from(Environment), st.binary(min_size=40, max_size=40))
def test_every_minted_key_is_parsed_back(environment, random_bytes):
    key = api_keys.mint(environment, random_bytes)

    assert api_keys.parse(key.text) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "il_live_",
        "il_live_aaaqeayeaudq_" + "A" * 42,
        "il_live_aaaqeayeaudq_" + "A" * 44,
        "il_live_aaaqeayeaudq_" + "A" * 42 + "=",
        "il_live_aaaqeayeaudq_" + "A" * 43 + "\n",
        " il_live_aaaqeayeaudq_" + "A" * 43,
        "il_live_AAAQEAYEAUDQ_" + "A" * 43,
        "il_live_aaaqeayeaud1_" + "A" * 43,
        "il_live_aaaqeayeaud_" + "A" * 43,
        "il_prod_aaaqeayeaudq_" + "A" * 43,
        "IL_LIVE_aaaqeayeaudq_" + "A" * 43,
        "il_live_aaaqeayeaudq_" + "Ä" * 43,
    ],
)
def test_a_text_that_is_not_exactly_a_key_is_none(text):
    assert api_keys.parse(text) is None


def test_the_secret_is_not_in_the_representation():
    key = api_keys.mint(Environment.LIVE, bytes(range(40)))

    assert key.text.rpartition("_")[2] not in repr(key)


def test_the_hash_is_hmac_sha256_under_the_pepper():
    assert api_keys.key_hash(b"Jefe", "what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"  # RFC 4231, test case 2
    )


def test_only_the_stored_key_under_the_same_pepper_matches():
    key = api_keys.mint(Environment.LIVE, bytes(range(40))).text
    stored = api_keys.key_hash(PEPPER, key)

    assert api_keys.is_key(PEPPER, key, stored) is True
    assert api_keys.is_key(PEPPER, key[:-1] + "d", stored) is False
    assert api_keys.is_key(PEPPER, key.replace("live", "test"), stored) is False
    assert api_keys.is_key(b"q" * 32, key, stored) is False
    assert api_keys.is_key(PEPPER, key, None) is False
    assert api_keys.is_key(PEPPER, key, api_keys.ABSENT_HASH) is False


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "usable"),
    [
        (None, None, True),
        (NOW + SECOND, None, True),
        (NOW, None, False),
        (None, NOW + SECOND, True),
        (None, NOW, False),
        (NOW + SECOND, NOW - SECOND, False),
        (NOW - SECOND, NOW + SECOND, False),
    ],
)
def test_a_key_holds_until_the_first_of_expiry_and_revocation(expires_at, revoked_at, usable):
    assert api_keys.is_usable(expires_at=expires_at, revoked_at=revoked_at, now=NOW) is usable


def test_a_key_ends_at_the_first_of_expiry_and_revocation():
    assert api_keys.holds_until(expires_at=None, revoked_at=None) is None
    assert api_keys.holds_until(expires_at=NOW + SECOND, revoked_at=NOW) == NOW
    assert api_keys.holds_until(expires_at=NOW, revoked_at=None) == NOW
