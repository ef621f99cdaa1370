"""The sample integrator: its receiver is honest, and its way ends where it should."""

import hashlib
import hmac
import json
from base64 import b64encode

import httpx2
import pytest

from domain.webhooks import secret_text, signed_headers
from server.demo_certify import run
from server.demo_certify.receiver import Receiver, is_genuine
from tests.factories.times import NOW, SECOND

SECRET = b"s" * 32
BODY = b'{"type":"webhook.test","data":{}}'


def headers(*, secret=SECRET, body=BODY, at=NOW):
    return signed_headers("evt_1", body, secrets=[secret], now=at)


@pytest.mark.parametrize(
    ("sent", "genuine"),
    [
        (headers(), True),
        (headers(at=NOW - 300 * SECOND), True),
        (headers(at=NOW - 301 * SECOND), False),
        (headers(at=NOW + 301 * SECOND), False),
        (headers(secret=b"x" * 32), False),
        (headers(body=BODY + b" "), False),
        (headers() | {"webhook-id": "evt_2"}, False),
        (headers() | {"webhook-timestamp": "soon"}, False),
        ({}, False),
        (signed_headers("evt_1", BODY, secrets=[b"x" * 32, SECRET], now=NOW), True),
    ],
)
def test_the_receiver_takes_what_is_signed_for_it_and_of_now(sent, genuine):
    assert is_genuine(sent, BODY, secret=SECRET, now=NOW.timestamp()) is genuine


async def test_the_receiver_answers_over_http():
    receiver = Receiver(NOW.timestamp)
    receiver.learn(secret_text(SECRET))
    challenge = b'{"type":"webhook.challenge","data":{"challenge":"abc"}}'

    async with receiver.listening(), httpx2.AsyncClient() as http:
        told = [
            await http.post(receiver.url, content=BODY, headers=headers()),
            await http.post(receiver.url, content=BODY + b" ", headers=headers()),
            await http.post(receiver.url, content=challenge, headers=headers(body=challenge)),
        ]

    assert [(each.status_code, each.content) for each in told] == [
        (204, b""),
        (401, b""),
        (200, b'{"challenge": "abc"}'),
    ]
    assert (dict(receiver.took), receiver.refused) == ({"webhook.test": 1, "webhook.challenge": 1}, 1)


def test_the_receiver_reckons_as_the_specification_does():
    """The example of standardwebhooks.com: id.timestamp.body, HMAC-SHA-256, base64."""
    signed = b"evt_1.%d." % int(NOW.timestamp()) + BODY
    by_hand = b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()

    assert headers()["webhook-signature"] == f"v1,{by_hand}"


@pytest.mark.slow
def test_a_sample_integrator_comes_in_by_itself(capfd):
    code = run(["--json"])

    said = json.loads(capfd.readouterr().out)
    assert [each["scenario"] for each in said["run"]["results"] if each["status"] != "PASSED"] == []
    assert (code, said["run"]["status"]) == (0, "PASSED")
    assert [each["stage"] for each in said["stages"]] == [
        "REGISTERED",
        "DATA_COLLECTION",
        "VALIDATING",
        "PROVISIONING",
        "TESTING",
        "READY_FOR_GO_LIVE",
        "LIVE",
    ]
