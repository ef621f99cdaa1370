"""Signing, trying again, giving up: the rules of webhooks."""

import base64
import datetime as dt
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import webhooks
from domain.errors import InvalidInput, Refused
from domain.events import EventType
from domain.webhooks import Answer, Circuit
from tests.factories.times import DAY, HOUR, MINUTE, NOW, SECOND

MIDDLE = 0.5
"""The chance that spreads nothing."""


def test_a_call_is_signed_as_standard_webhooks_says():
    # The example of the specification's reference libraries (standard-webhooks, 2024-11).
    secret = webhooks.secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    sent_at = dt.datetime.fromtimestamp(1614265330, dt.UTC)

    headers = webhooks.signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', secrets=[secret], now=sent_at
    )

    assert headers == {
        "content-type": "application/json",
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_during_a_rotation_both_secrets_sign():
    headers = webhooks.signed_headers("evt_1", b"{}", secrets=[b"new", b"old"], now=NOW)

    signed = f"evt_1.{int(NOW.timestamp())}.{{}}".encode()
    expected = [
        "v1," + base64.b64encode(hmac.new(each, signed, hashlib.sha256).digest()).decode()
        for each in (b"new", b"old")
    ]
    assert headers["webhook-signature"].split(" ") == expected


@given(st.binary(min_size=1, max_size=64))
def test_a_secret_is_read_as_it_was_written(secret):
    assert webhooks.secret_bytes(webhooks.secret_text(secret)) == secret


def test_a_body_has_type_time_and_data():
    at = dt.datetime(2026, 11, 18, 16, 0, 0, 123_456, tzinfo=dt.timezone(dt.timedelta(hours=8)))

    body = webhooks.body_of(EventType.BOOKING_CONFIRMED, at, {"units": 2, "reference": "Grüße"})

    assert body.decode() == (
        '{"type":"booking.confirmed","timestamp":"2026-11-18T08:00:00.123Z",'
        '"data":{"units":2,"reference":"Grüße"}}'
    )


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [
        (1, 5 * SECOND),
        (2, 30 * SECOND),
        (3, 2 * MINUTE),
        (4, 10 * MINUTE),
        (5, HOUR),
        (6, 3 * HOUR),
        (7, 6 * HOUR),
        (8, 12 * HOUR),
        (11, 12 * HOUR),
    ],
)
def test_a_failed_delivery_rests_longer_each_time(attempts, pause):
    assert webhooks.next_attempt_at(attempts, NOW, chance=MIDDLE) == NOW + pause


def test_after_the_last_attempt_a_delivery_is_dead():
    assert webhooks.MAX_ATTEMPTS == 12
    assert webhooks.next_attempt_at(webhooks.MAX_ATTEMPTS, NOW, chance=MIDDLE) is None


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 11))
def test_chance_moves_a_pause_by_a_fifth_at_most(chance, attempts):
    pause = webhooks.ATTEMPT_PAUSES[attempts - 1]

    at = webhooks.next_attempt_at(attempts, NOW, chance=chance)

    assert at is not None
    assert pause * 0.8 <= at - NOW <= pause * 1.2


def test_a_circuit_opens_at_the_fifth_failure_and_for_longer_each_time():
    circuit, pauses = Circuit(), []

    for _ in range(9):
        circuit = circuit.after_failure(NOW, chance=MIDDLE)
        pauses.append(circuit.open_until and circuit.open_until - NOW)

    assert pauses == [None] * 4 + [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, HOUR]
    assert (circuit.failures, circuit.failing_since) == (9, NOW)


def test_an_endpoint_is_hopeless_after_three_days_of_failures_only():
    failing = Circuit(failures=5, failing_since=NOW)

    assert not failing.is_hopeless(NOW + 3 * DAY - SECOND)
    assert failing.is_hopeless(NOW + 3 * DAY)
    assert not Circuit(failures=4, failing_since=NOW).is_hopeless(NOW + 3 * DAY)
    assert not Circuit().is_hopeless(NOW)


@pytest.mark.parametrize(
    ("status", "is_success", "is_gone"),
    [(200, True, False), (299, True, False), (301, False, False), (410, False, True), (500, False, False)],
)
def test_any_2xx_is_a_success(status, is_success, is_gone):
    answer = Answer(status)

    assert (answer.is_success, answer.is_gone, answer.text) == (is_success, is_gone, f"HTTP {status}")


def test_no_answer_is_a_failure():
    assert (Answer(None, "timed out").is_success, Answer(None, "timed out").text) == (False, "timed out")


def test_event_types_are_listed_once():
    types = [EventType.TICKET_VOIDED, EventType.BOOKING_CONFIRMED, EventType.TICKET_VOIDED]

    assert webhooks.check_event_types(types) == ["booking.confirmed", "ticket.voided"]


@pytest.mark.parametrize(
    "types", [[], [EventType.AVAILABILITY_CHANGED], [EventType.BOOKING_CONFIRMED, EventType.WEBHOOK_TEST]]
)
def test_not_every_event_type_can_be_subscribed_to(types):
    with pytest.raises(Refused) as refused:
        webhooks.check_event_types(types)

    assert isinstance(refused.value.reason, InvalidInput)
    assert refused.value.reason.field == "event_types"
