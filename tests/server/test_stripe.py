"""The door of the payment provider's webhooks."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from db import models
from domain.environments import Environment
from domain.errors import GatewayError
from server.middleware.body_sizes import MAX_BYTES
from server.middleware.origins import Origins
from server.middleware.passage import Passage
from server.routes.stripe import PATHS, StripeWebhooks, stripe_routes
from tests.factories.provider import (
    LIVE_SECRET,
    OLD_LIVE_SECRET,
    TEST_SECRET,
    event_body,
    signature_of,
    signing,
)
from tests.factories.times import NOW, SECOND
from tests.server.graphql.wires import Wire

BODY = event_body()
FOREIGN = "whsec_foreign"


@dataclasses.dataclass
class Door:
    """The door in front of a database, and how often it rang the worker."""

    sessions: Any
    rings: int = 0

    def _ring(self) -> None:
        self.rings += 1

    async def send(self, *pieces: bytes, path: str = PATHS[0], method: str = "POST", **headers: str):
        webhooks = StripeWebhooks(
            {each: signing(each) for each in Environment},
            self.sessions,
            ring=self._ring,
            public_url="https://api.example",
            clock=lambda: NOW,
        )
        app = Passage(Starlette(routes=stripe_routes(webhooks)), Origins(()))
        return await Wire(app, method, path, headers=headers, pieces=pieces).run()

    async def tell(self, body: bytes, *secrets: str, at: dt.datetime = NOW, path: str = PATHS[0]):
        return await self.send(body, path=path, **{"stripe-signature": signature_of(body, *secrets, at=at)})

    async def kept(self):
        async with self.sessions.read() as session:
            return list((await session.scalars(select(models.ProviderEvent))).all())


@pytest.fixture
def door(isolated) -> Door:
    return Door(isolated)


@pytest.mark.parametrize("path", PATHS)
async def test_a_signed_event_is_kept_and_the_worker_rung(door, path):
    reply = await door.tell(BODY, LIVE_SECRET, path=path)

    (event,) = await door.kept()
    assert (reply.status, reply.body, door.rings) == (200, b'{"received":true}', 1)
    assert (event.provider_event_id, event.type, event.object_id) == ("evt_1", "account.updated", "acct_1")
    assert (event.environment, event.payload, event.happened_at) == (Environment.LIVE, {"id": "acct_1"}, NOW)
    assert (event.attempts, event.next_attempt_at, event.processed_at) == (0, NOW, None)


async def test_an_event_that_comes_again_is_kept_once_and_answered_alike(door):
    replies = [await door.tell(BODY, LIVE_SECRET) for _ in range(3)]

    assert [each.status for each in replies] == [200, 200, 200]
    assert (len(await door.kept()), door.rings) == (1, 1)


async def test_the_secret_that_fits_tells_the_environment(door):
    await door.tell(event_body("evt_t", is_live=False), TEST_SECRET)
    await door.tell(event_body("evt_l"), OLD_LIVE_SECRET)

    assert {each.provider_event_id: each.environment for each in await door.kept()} == {
        "evt_t": Environment.TEST,
        "evt_l": Environment.LIVE,
    }


async def test_an_event_of_one_world_with_the_secret_of_the_other_is_refused(door):
    assert (await door.tell(event_body(is_live=True), TEST_SECRET)).status == 400
    assert await door.kept() == []


@pytest.mark.parametrize(
    ("sent", "signature"),
    [
        pytest.param(BODY.replace(b"acct_1", b"acct_2"), signature_of(BODY, LIVE_SECRET), id="tampered"),
        pytest.param(BODY, signature_of(BODY, FOREIGN), id="wrong secret"),
        pytest.param(BODY, signature_of(BODY, LIVE_SECRET, at=NOW - 301 * SECOND), id="stale"),
        pytest.param(BODY, signature_of(BODY, LIVE_SECRET, at=NOW + 301 * SECOND), id="early"),
        pytest.param(BODY, "", id="unsigned"),
        pytest.param(b"", signature_of(BODY, LIVE_SECRET), id="empty"),
        pytest.param(b"{}", signature_of(b"{}", LIVE_SECRET), id="no event"),
    ],
)
async def test_what_is_not_believed_leaves_nothing_behind(door, sent, signature):
    reply = await door.send(sent, **{"stripe-signature": signature})

    assert reply.status == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["code"] == "BAD_SIGNATURE"
    assert reply.json["type"] == "https://api.example/docs/errors#bad-signature"
    assert (await door.kept(), door.rings) == ([], 0)


async def test_an_event_may_come_in_pieces(door):
    reply = await door.send(BODY[:9], BODY[9:], **{"stripe-signature": signature_of(BODY, LIVE_SECRET)})

    assert (reply.status, len(await door.kept())) == (200, 1)


async def test_a_body_beyond_the_limit_is_not_read(door):
    reply = await door.send(b"x" * MAX_BYTES, b"x", **{"stripe-signature": signature_of(BODY, LIVE_SECRET)})

    assert (reply.status, await door.kept()) == (413, [])


async def test_what_nobody_wants_is_noted_without_its_content_and_done_with(door):
    reply = await door.tell(
        event_body(event_type="customer.created", email="vera@victoria.example"), LIVE_SECRET
    )

    (event,) = await door.kept()
    assert (reply.status, door.rings) == (200, 0)
    assert (event.type, event.payload, event.processed_at) == ("customer.created", {}, NOW)


async def test_only_post_is_a_webhook(door):
    assert (await door.send(method="GET")).status == 405


async def test_without_a_database_it_is_to_be_sent_again(door):
    class Away:
        async def fetch(self, *_: object) -> None:
            raise GatewayError("database", "gone", retryable=True)

    reply = await Door(Away()).tell(BODY, LIVE_SECRET)

    assert (reply.status, reply.json["code"]) == (503, "UNAVAILABLE")
