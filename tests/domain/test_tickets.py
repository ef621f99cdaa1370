"""QR payloads: genuine, forged, cut, of the other environment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tickets import qr_payload, verified_code

KEY = b"k" * 32
CODE = "7ABCDEFGHJKLMNPQ"


def test_a_payload_says_version_environment_code_and_signature():
    payload = qr_payload(KEY, ticket_code=CODE, environment="LIVE")

    assert payload == "IL1.LIVE.7ABCDEFGHJKLMNPQ.L6YSS4OVro2KRik_M3qb0A"


def test_a_genuine_payload_gives_its_code():
    payload = qr_payload(KEY, ticket_code=CODE, environment="LIVE")

    assert verified_code(KEY, payload, environment="LIVE") == CODE


def test_a_payload_of_the_other_environment_gives_nothing():
    payload = qr_payload(KEY, ticket_code=CODE, environment="TEST")

    assert verified_code(KEY, payload, environment="LIVE") is None


def test_a_payload_signed_with_another_key_gives_nothing():
    payload = qr_payload(b"x" * 32, ticket_code=CODE, environment="LIVE")

    assert verified_code(KEY, payload, environment="LIVE") is None


def test_no_character_of_a_payload_can_be_changed():
    payload = qr_payload(KEY, ticket_code=CODE, environment="LIVE")

    forged = [payload[:at] + "~" + payload[at + 1 :] for at in range(len(payload))]

    assert [verified_code(KEY, each, environment="LIVE") for each in forged] == [None] * len(payload)


def test_no_part_of_a_payload_can_be_left_out():
    payload = qr_payload(KEY, ticket_code=CODE, environment="LIVE")

    cut = [payload[:length] for length in range(len(payload))]

    assert [verified_code(KEY, each, environment="LIVE") for each in cut] == [None] * len(payload)


@pytest.mark.parametrize(
    "payload", ["", ".", "...", "IL1.LIVE..", "\0", "\ud800", "IL1.LIVE.A.\udfff", "é" * 400]
)
def test_garbage_gives_nothing(payload):
    assert verified_code(KEY, payload, environment="LIVE") is None


@given(st.text())
def test_no_text_is_a_ticket_by_accident(payload):
    assert verified_code(KEY, payload, environment="LIVE") is None
