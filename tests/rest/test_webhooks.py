"""Webhook endpoints over REST, with a reseller's key."""

import pytest

pytestmark = pytest.mark.anyio

WEBHOOKS = "/api/ota/webhooks"
ENDPOINT = {
    "url": "https://93.184.215.14/interline",
    "event_types": ["BOOKING_CONFIRMED", "RESERVATION_EXPIRED"],
}


async def create(rest):
    answer = await rest.post(WEBHOOKS, json=ENDPOINT)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_endpoint_is_made_with_a_secret_that_is_shown_once(rest):
    made = await create(rest)

    secret = made.pop("secret")
    listed = (await rest.get(WEBHOOKS)).json()
    assert secret.startswith("whsec_")
    assert listed == {"webhooks": [made], "total_count": 1, "next": None}
    assert {name: made[name] for name in ENDPOINT} == ENDPOINT
    assert made["status"] == "ENABLED"


async def test_what_is_not_sent_stays(rest):
    made = await create(rest)

    answer = await rest.patch(f"{WEBHOOKS}/{made['webhook_id']}", json={"description": "Orders"})

    assert answer.status_code == 200
    assert (answer.json()["description"], answer.json()["url"]) == ("Orders", ENDPOINT["url"])
    assert answer.json()["event_types"] == ENDPOINT["event_types"]


async def test_a_rotation_answers_another_secret(rest):
    made = await create(rest)

    answer = await rest.post(f"{WEBHOOKS}/{made['webhook_id']}/rotate", json={"overlap_hours": 2})

    assert answer.status_code == 200
    assert answer.json()["secret"] != made["secret"]
    assert answer.json()["previous_secret_until"] == "2026-11-18T10:00:00.000Z"


async def test_a_test_event_is_on_its_way_and_a_replay_does_not_double_it(rest):
    path = f"{WEBHOOKS}/{(await create(rest))['webhook_id']}"

    sent = await rest.post(f"{path}/test")
    listed = (await rest.get(f"{path}/deliveries?status=PENDING")).json()
    replayed = await rest.post(f"{path}/replay", json={"delivery_ids": [sent.json()["delivery_id"]]})

    assert (sent.status_code, sent.json()["event_type"]) == (200, "WEBHOOK_TEST")
    assert [each["delivery_id"] for each in listed["deliveries"]] == [sent.json()["delivery_id"]]
    assert (replayed.status_code, replayed.json()) == (200, {"replayed": 0})


async def test_a_deleted_endpoint_is_told_nothing_any_more(rest):
    path = f"{WEBHOOKS}/{(await create(rest))['webhook_id']}"

    answer = await rest.delete(path)
    refused = await rest.post(f"{path}/test")

    assert (answer.status_code, answer.content) == (204, b"")
    assert (refused.status_code, refused.json()["code"]) == (409, "WEBHOOK_ENDPOINT_DISABLED")


async def test_a_rival_finds_none_of_it(rest, doors):
    path = f"{WEBHOOKS}/{(await create(rest))['webhook_id']}"

    async with doors.client("rival") as rival:
        answers = [
            await rival.patch(path, json={"description": "mine"}),
            await rival.post(f"{path}/rotate", json={}),
            await rival.post(f"{path}/test"),
            await rival.post(f"{path}/replay", json={"since": "2026-11-18T07:00:00Z"}),
            await rival.delete(path),
        ]
        deliveries = await rival.get(f"{path}/deliveries")

    assert [each.status_code for each in answers] == [404] * 5
    assert deliveries.json() == {"deliveries": [], "total_count": 0, "next": None}


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "ftp://x.example/", "https://", "nonsense"])
async def test_an_address_we_will_not_call_is_422(rest, url):
    answer = await rest.post(WEBHOOKS, json={**ENDPOINT, "url": url})

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        "INVALID_INPUT",
        "url",
    )
