"""Whatever is sent, a caller's mistake is a 4xx problem with a code, never a 500."""

import gzip

import pytest
from sqlalchemy import func, select

from db import models
from tests.rest.test_reservations import ADULTS

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
RESERVE = "/api/ota/reserve"


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"5",
        b'"x"',
        b"[]",
        b"[{}]",
        b"{",
        b"",
        b"{'lines': []}",
        b'{"lines": NaN}',
        b'{"lines": Infinity}',
        b'{"lines": [' + b"[" * 50_000 + b"]" * 50_000 + b"]}",
        b'{"hold_minutes": ' + b"9" * 5000 + b"}",
        b'{"lines": "\xff"}',
        b'{"lines": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"\x00",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
async def test_a_body_that_is_no_json_object_is_400(rest, body):
    answer = await rest.post(RESERVE, content=body, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/jsonp"},
        {**JSON, "Content-Encoding": "gzip"},
        {**JSON, "Content-Encoding": "deflate"},
    ],
)
async def test_another_type_or_encoding_is_415(rest, headers):
    answer = await rest.post(RESERVE, content=gzip.compress(b'{"lines": []}'), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_charset_of_utf_8_is_read(rest):
    headers = {"Content-Type": 'application/json; charset="UTF-8"'}

    answer = await rest.post(RESERVE, content=b'{"lines": []}', headers=headers)

    assert (answer.status_code, answer.json()["detail"]) == (422, "lines: at least one line is needed")


async def test_20_mb_are_413_whether_announced_or_not(rest):
    async def endless():
        for _ in range(320):
            yield b" " * 65_536

    announced = await rest.post(RESERVE, content=b" " * 20_000_000, headers=JSON)
    streamed = await rest.post(RESERVE, content=endless(), headers=JSON)

    for answer in (announced, streamed):
        assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
        assert answer.json()["max_bytes"] == 262_144


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "lines: is required"),
        ({"lines": None}, "lines: must not be null"),
        ({"lines": {}}, "lines: must be a list"),
        ({"lines": []}, "lines: at least one line is needed"),
        ({"lines": [None]}, "lines[0]: must not be null"),
        ({"lines": [5]}, "lines[0]: must be an object"),
        ({"lines": [ADULTS, {}]}, "lines[1].product_id: is required"),
        ({"lines": [{**ADULTS, "product_id": 1.5}]}, "lines[0].product_id: must be a string"),
        ({"lines": [{**ADULTS, "product_id": True}]}, "lines[0].product_id: must be a string"),
        (
            {"lines": [{**ADULTS, "product_id": "1\x00"}]},
            "lines[0].product_id: must not contain the character NUL",
        ),
        ({"lines": [{**ADULTS, "quantity": "2"}]}, "lines[0].quantity: must be an integer"),
        ({"lines": [{**ADULTS, "quantity": 2.0}]}, "lines[0].quantity: must be an integer"),
        ({"lines": [{**ADULTS, "quantity": True}]}, "lines[0].quantity: must be an integer"),
        ({"lines": [{**ADULTS, "quantity": 2**31}]}, "lines[0].quantity: must be an integer"),
        ({"lines": [{**ADULTS, "quantity": 10**25}]}, "lines[0].quantity: must be an integer"),
        ({"lines": [{**ADULTS, "quantity": 0}]}, "quantity: must be at least 1"),
        (
            {"lines": [{**ADULTS, "customer_type": "INFANT"}]},
            "lines[0].customer_type: must be one of ADULT, CHILD, ELDERLY",
        ),
        ({"lines": [{**ADULTS, "date": "2026-02-30"}]}, "lines[0].date: is not a Date"),
        ({"lines": [{**ADULTS, "date": 20261224}]}, "lines[0].date: is not a Date"),
        (
            {"lines": [{**ADULTS, "productId": "106"}]},
            "lines[0].productId: is not known here; known are: product_id, quantity, customer_type, date",
        ),
        (
            {"lines": [ADULTS], "holdMinutes": 5},
            "holdMinutes: is not known here; known are: lines, hold_minutes, reference",
        ),
        (
            {"lines": [ADULTS], "idempotency_key": "x"},
            "idempotency_key: is not known here; known are: lines, hold_minutes, reference",
        ),
        ({"lines": [ADULTS], "hold_minutes": 1441}, "hold_minutes: must be from 1 to 1440"),
        ({"lines": [ADULTS], "hold_minutes": "60"}, "hold_minutes: must be an integer"),
        ({"lines": [ADULTS], "reference": 5}, "reference: must be a string"),
    ],
)
async def test_a_wrong_member_is_422_and_named(rest, doors, body, detail):
    answer = await rest.post(RESERVE, json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    assert answer.json()["detail"] == detail
    assert answer.json()["field"] == detail.partition(": ")[0]
    assert await doors.acts.rows(select(func.count()).select_from(models.Reservation)) == [0]


async def test_an_idempotency_key_is_sent_once(rest):
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]

    answer = await rest.post(RESERVE, json={"lines": [ADULTS]}, headers=headers)

    assert (answer.status_code, answer.json()["detail"]) == (422, "Idempotency-Key: must be sent once")


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_an_idempotency_key_has_1_to_255_characters(rest, key):
    answer = await rest.post(RESERVE, json={"lines": [ADULTS]}, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["field"]) == (422, "idempotency_key")
