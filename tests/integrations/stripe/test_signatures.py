"""Whose webhooks are believed."""

import datetime as dt

import orjson
import pytest
from stripe import WebhookSignature

from integrations.stripe.signatures import event_of, is_signed
from tests.factories.times import NOW, SECOND

NEW, OLD, FOREIGN = "whsec_new", "whsec_old", "whsec_foreign"
BODY = orjson.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": 1_795_600_000,
        "livemode": False,
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "amount": 18_800}},
    }
)


def header(*secrets: str, body: bytes = BODY, at: dt.datetime = NOW) -> str:
    """The header as the SDK writes it, one signature for each secret."""
    timestamp = int(at.timestamp())
    signed = [
        WebhookSignature.generate_signature_header(body.decode(), each, timestamp).partition(",")[2]
        for each in secrets
    ]
    return ",".join([f"t={timestamp}", *signed])


def test_what_our_secret_signed_is_believed():
    assert is_signed(BODY, header(NEW), [NEW], now=NOW)


def test_while_a_secret_is_rotated_either_side_may_be_ahead():
    assert is_signed(BODY, header(OLD), [NEW, OLD], now=NOW)
    assert is_signed(BODY, header(NEW, OLD), [OLD], now=NOW)


def test_a_secret_that_was_taken_out_counts_no_more():
    assert not is_signed(BODY, header(OLD), [NEW], now=NOW)


def test_one_changed_byte_is_one_too_many():
    tampered = BODY.replace(b"18800", b"18801")

    assert tampered != BODY
    assert not is_signed(tampered, header(NEW), [NEW], now=NOW)


def test_what_was_written_anew_is_not_what_was_signed():
    assert not is_signed(
        orjson.dumps(orjson.loads(BODY), option=orjson.OPT_INDENT_2), header(NEW), [NEW], now=NOW
    )


@pytest.mark.parametrize(("age", "is_believed"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_a_signature_holds_for_five_minutes(age, is_believed):
    assert is_signed(BODY, header(NEW, at=NOW - age * SECOND), [NEW], now=NOW) is is_believed


def test_the_time_is_part_of_what_is_signed():
    replayed = header(NEW, at=NOW - dt.timedelta(hours=1))
    forged = f"t={int(NOW.timestamp())},{replayed.partition(',')[2]}"

    assert not is_signed(BODY, forged, [NEW], now=NOW)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=,v1=",
        "v1=abc",
        "t=now,v1=abc",
        f"t={int(NOW.timestamp())}",
        "t=" + "9" * 40,
        "t=²,v1=é",
        ",,=,",
    ],
)
def test_nonsense_is_not_believed(signature):
    assert not is_signed(BODY, signature, [NEW], now=NOW)


def test_without_a_secret_nothing_is_believed():
    assert not is_signed(BODY, header(NEW), [], now=NOW)


def test_another_scheme_is_no_signature():
    assert not is_signed(BODY, header(NEW).replace("v1=", "v0="), [NEW], now=NOW)


def test_an_event_tells_of_its_object():
    event = event_of(BODY)

    assert event is not None
    assert (event.id, event.type, event.object_id) == ("evt_1", "payment_intent.succeeded", "pi_1")
    assert (event.account_id, event.is_live, event.data["amount"]) == (None, False, 18_800)
    assert event.created_at == dt.datetime.fromtimestamp(1_795_600_000, dt.UTC)


def test_a_thin_event_names_its_object():
    event = event_of(
        orjson.dumps(
            {
                "id": "evt_2",
                "object": "v2.core.event",
                "type": "v2.core.account[requirements].updated",
                "created": "2026-11-18T08:00:00.000Z",
                "livemode": True,
                "related_object": {
                    "id": "acct_1",
                    "type": "v2.core.account",
                    "url": "/v2/core/accounts/acct_1",
                },
            }
        )
    )

    assert event is not None
    assert (event.object_id, event.is_live, event.data) == ("acct_1", True, {})
    assert event.created_at == dt.datetime(2026, 11, 18, 8, tzinfo=dt.UTC)


def test_the_balance_has_no_id_and_is_named_by_its_kind():
    told = orjson.loads(BODY) | {
        "type": "balance.available",
        "data": {"object": {"object": "balance"}},
        "account": "acct_1",
    }

    event = event_of(orjson.dumps(told))

    assert event is not None
    assert (event.object_id, event.account_id) == ("balance", "acct_1")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b"\xff", BODY.replace(b'"created"', b'"made"')])
def test_what_is_no_event_is_none(body):
    assert event_of(body) is None
