"""What is sealed opens with the same key and about the same thing only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import GatewayError
from integrations.sealing import AesSeal

SEAL = AesSeal(b"k" * 32)


@given(st.binary(max_size=200), st.binary(max_size=16))
def test_what_was_sealed_is_read_again(secret, about):
    assert SEAL.open(SEAL.seal(secret, about), about) == secret


def test_the_same_secret_is_never_sealed_the_same_way():
    assert SEAL.seal(b"secret", b"row") != SEAL.seal(b"secret", b"row")


def test_nothing_of_a_secret_can_be_seen():
    assert b"secret" not in SEAL.seal(b"secret", b"row")


@pytest.mark.parametrize("about", [b"other row", b""])
def test_it_does_not_open_for_another_row(about):
    with pytest.raises(GatewayError):
        SEAL.open(SEAL.seal(b"secret", b"row"), about)


def test_it_does_not_open_with_another_key():
    with pytest.raises(GatewayError):
        AesSeal(b"j" * 32).open(SEAL.seal(b"secret", b"row"), b"row")


@given(st.binary(max_size=60))
def test_anything_else_does_not_open(text):
    with pytest.raises(GatewayError):
        SEAL.open(text, b"row")


@given(st.integers(0, 34), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place, change):
    sealed = bytearray(SEAL.seal(b"secret", b"row"))
    sealed[place] ^= change

    with pytest.raises(GatewayError):
        SEAL.open(bytes(sealed), b"row")
