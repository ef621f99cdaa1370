"""The doors of files that are kept on this machine."""

import asyncio
import datetime as dt
from typing import Any

import pytest
from obstore.store import MemoryStore
from starlette.applications import Starlette

from domain.errors import GatewayError
from domain.signed_links import MayFetch, MaySend, attachment, token_of
from integrations.storage.local import LocalStorage
from server.middleware.origins import Origins
from server.middleware.passage import Passage
from server.routes.uploads import file_routes
from tests.factories.files import LINKS, png
from tests.factories.times import NOW
from tests.fixtures.storage import in_pieces
from tests.server.graphql.wires import Reply, Wire

KEY, CAP = "incoming/1", 2 * 1024 * 1024
UNTIL = NOW + dt.timedelta(minutes=5)
SEND = token_of(LINKS, MaySend(KEY, CAP, "image/png"), until=UNTIL)
FETCH = token_of(LINKS, MayFetch(KEY, "Größe.png", "image/png"), until=UNTIL)


class Away(LocalStorage):
    """A storage whose disk is gone."""

    async def size(self, key: str) -> int | None:  # noqa: ARG002 - whatever the file
        raise GatewayError("storage", "size: Gone", retryable=True)

    async def write(self, *arguments: Any, **facts: Any) -> None:  # noqa: ARG002 - whatever the file
        raise GatewayError("storage", "write: Gone", retryable=True)


class HangingUp(Wire):
    """A client that goes away in the middle of its file."""

    async def receive(self) -> dict[str, Any]:
        message = await super().receive()
        return {**message, "more_body": True} if message["type"] == "http.request" else message


@pytest.fixture
def storage() -> LocalStorage:
    return LocalStorage(MemoryStore(), public_url="https://api.example", secret=LINKS)


def doors(storage: LocalStorage) -> Passage:
    routes = file_routes(storage, secret=LINKS, public_url="https://api.example", clock=lambda: NOW)
    return Passage(Starlette(routes=routes), Origins(()))


async def send(storage, *pieces: bytes, token: str = SEND, **headers: str) -> Reply:
    wire = Wire(doors(storage), "PUT", f"/uploads/{token}", headers=headers, pieces=pieces)
    return await wire.run()


async def fetch(storage, *, token: str = FETCH, method: str = "GET") -> Reply:
    return await Wire(doors(storage), method, f"/downloads/{token}").run()


async def test_a_file_is_sent_and_fetched(storage):
    sent = await send(storage, png()[:10], png()[10:])
    fetched = await fetch(storage)

    assert (sent.status, sent.body) == (204, b"")
    assert (fetched.status, fetched.body) == (200, png())
    wanted = {
        "content-type": "image/png",
        "content-length": str(len(png())),
        "content-disposition": attachment("Größe.png"),
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, no-store",
    }
    assert {name: fetched.headers[name] for name in wanted} == wanted


async def test_a_file_may_be_larger_than_any_other_body(storage):
    sent = await send(storage, *[b"x" * 100_000] * 15)

    assert (sent.status, await storage.size(KEY)) == (204, 1_500_000)


async def test_a_file_sent_again_takes_the_place_of_the_one_before(storage):
    await send(storage, b"first")
    await send(storage, b"second")

    assert (await fetch(storage)).body == b"second"


async def test_a_file_that_says_it_is_too_large_is_refused_before_a_byte_is_read(storage):
    wire = Wire(
        doors(storage),
        "PUT",
        f"/uploads/{SEND}",
        headers={"content-length": str(1024**3)},
        pieces=[b"x"],
    )

    reply = await wire.run()

    assert (reply.status, reply.json["code"], reply.json["max"]) == (413, "UPLOAD_TOO_LARGE", CAP)
    assert (reply.headers["connection"], wire.taken) == ("close", 0)


async def test_a_file_that_turns_out_too_large_is_not_kept(storage):
    reply = await send(storage, *[b"x" * 1_000_000] * 3)

    assert (reply.status, reply.json["code"]) == (413, "UPLOAD_TOO_LARGE")
    assert await storage.size(KEY) is None


async def test_a_file_that_breaks_off_is_not_kept(storage):
    wire = HangingUp(doors(storage), "PUT", f"/uploads/{SEND}", pieces=[b"x" * 1000])
    running = asyncio.create_task(wire.run())
    await asyncio.sleep(0)
    wire.hang_up()
    await running

    assert await storage.size(KEY) is None


@pytest.mark.parametrize(
    "token",
    [
        FETCH,
        SEND[:-3],
        token_of(LINKS, MaySend(KEY, CAP, "image/png"), until=NOW),
        token_of(b"of another house, with 32 bytes.", MaySend(KEY, CAP, "image/png"), until=UNTIL),
    ],
)
async def test_nothing_is_taken_by_a_link_that_does_not_hold(storage, token):
    reply = await send(storage, png(), token=token)

    assert (reply.status, reply.json["code"], reply.json["instance"]) == (403, "LINK_ENDED", "/uploads")
    assert await storage.size(KEY) is None


@pytest.mark.parametrize(
    "token", [SEND, token_of(LINKS, MayFetch(KEY, "a.png", "image/png"), until=NOW), "x"]
)
async def test_nothing_is_given_by_a_link_that_does_not_hold(storage, token):
    await storage.write(KEY, in_pieces(png()))

    reply = await fetch(storage, token=token)

    assert (reply.status, reply.json["code"], reply.json["instance"]) == (403, "LINK_ENDED", "/downloads")


async def test_a_head_has_the_headers_and_no_file(storage):
    await send(storage, png())

    reply = await fetch(storage, method="HEAD")

    assert (reply.status, reply.headers["content-length"], reply.body) == (200, str(len(png())), b"")


async def test_a_file_that_is_gone_is_not_found(storage):
    reply = await fetch(storage)

    assert (reply.status, reply.json["code"]) == (404, "NOT_FOUND")


async def test_a_storage_that_is_away_is_an_outage():
    away = Away(MemoryStore(), public_url="https://api.example", secret=LINKS)

    for reply in (await send(away, png()), await fetch(away)):
        assert (reply.status, reply.json["code"], reply.headers["retry-after"]) == (503, "UNAVAILABLE", "5")
