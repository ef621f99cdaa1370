"""Calling endpoints of others: what is sent, what is trusted (nothing), what is refused."""

import asyncio
import socket
import ssl
from ipaddress import ip_address

import pytest
from starlette.responses import RedirectResponse, Response, StreamingResponse

from domain.webhooks import Answer, Message
from integrations import webhooks
from integrations.webhooks import HttpWebhookSender
from tests.factories.certificates import make_certificate

HEADERS = {"content-type": "application/json", "webhook-id": "evt_1"}


def message(url):
    return Message(url, HEADERS, b'{"type":"webhook.test"}')


def leading_to(*addresses):
    async def resolve(host, port):
        return [ip_address(each) for each in addresses]

    return resolve


@pytest.fixture
async def hasty():
    """Waits a quarter of a second for everything together."""
    sender = HttpWebhookSender(is_development=True, call_seconds=0.25)
    yield sender
    await sender.aclose()


async def test_a_message_arrives_as_it_was_signed(receiver, sender):
    answer = await sender.send(message(receiver.url + "?x=1"))

    assert answer == Answer(204)
    (call,) = receiver.calls
    assert call.body == b'{"type":"webhook.test"}'
    assert call.path == "/hooks"
    assert call.headers == {
        "host": receiver.url.removeprefix("http://").removesuffix("/hooks"),
        "user-agent": "Interline-Webhooks/1",
        "accept": "*/*",
        "accept-encoding": "identity",
        "connection": "keep-alive",
        "content-length": "23",
        "content-type": "application/json",
        "webhook-id": "evt_1",
    }


@pytest.mark.parametrize("status", [200, 400, 410, 429, 500, 503])
async def test_the_status_is_the_answer(receiver, sender, status):
    receiver.answer_with(status)

    assert await sender.send(message(receiver.url)) == Answer(status)


async def test_a_redirect_is_not_followed(receiver, sender):
    receiver.answer = lambda _: RedirectResponse(receiver.url + "/elsewhere")

    assert await sender.send(message(receiver.url)) == Answer(307)
    assert len(receiver.calls) == 1


async def test_a_name_is_called_by_its_checked_address(receiver):
    sender = HttpWebhookSender(is_development=True, resolve=leading_to("127.0.0.1"))

    answer = await sender.send(message(receiver.url.replace("127.0.0.1", "reseller.example")))

    assert answer == Answer(204)
    assert receiver.calls[0].headers["host"].startswith("reseller.example:")
    await sender.aclose()


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["169.254.169.254"],
        ["::1"],
        ["8.8.8.8", "10.0.0.7"],
        ["::ffff:127.0.0.1"],
    ],
)
async def test_a_name_that_leads_into_our_house_is_not_called(receiver, addresses):
    sender = HttpWebhookSender(is_development=False, resolve=leading_to(*addresses))

    answer = await sender.send(message(receiver.url.replace("127.0.0.1", "reseller.example")))

    assert answer == Answer(None, webhooks.NOT_ALLOWED)
    assert receiver.calls == []
    await sender.aclose()


async def test_the_second_address_is_called_when_the_first_is_not_reached(receiver):
    sender = HttpWebhookSender(is_development=True, resolve=leading_to("::1", "127.0.0.1"))

    assert await sender.send(message(receiver.url)) == Answer(204)
    await sender.aclose()


async def test_a_name_that_is_not_known_is_an_answer():
    async def unknown(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    sender = HttpWebhookSender(is_development=False, resolve=unknown)

    assert await sender.send(message("https://reseller.example/")) == Answer(None, webhooks.NAME_NOT_FOUND)
    await sender.aclose()


async def test_a_closed_port_is_an_answer(sender):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/"

        assert await sender.send(message(url)) == Answer(None, webhooks.NOT_REACHED)


async def test_a_slow_answer_is_not_waited_for(receiver, hasty):
    async def slowly(_):
        await asyncio.sleep(2)
        return Response()

    receiver.answer = slowly

    assert await hasty.send(message(receiver.url)) == Answer(None, webhooks.TIMED_OUT)


async def test_an_endless_answer_is_read_to_a_kilobyte_only(receiver, hasty):
    sent = 0

    async def pieces():
        nonlocal sent
        while True:
            sent += 512
            yield b"x" * 512
            await asyncio.sleep(0.001)

    receiver.answer = lambda _: StreamingResponse(pieces())

    assert await hasty.send(message(receiver.url)) == Answer(200)
    assert sent < 64 * 1024


async def test_an_answer_that_breaks_off_still_has_its_status(receiver, hasty):
    receiver.answer = lambda _: Response("short", headers={"content-length": "500"})

    assert (await hasty.send(message(receiver.url))).status == 200


async def test_something_that_is_no_http_is_an_answer(sender):
    async def babble(_, writer):
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    assert await sender.send(message(f"http://127.0.0.1:{port}/")) == Answer(None, webhooks.BROKEN_OFF)
    server.close()
    await server.wait_closed()


async def test_a_proxy_of_the_environment_is_not_used(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    sender = HttpWebhookSender(is_development=True)

    assert await sender.send(message(receiver.url)) == Answer(204)
    await sender.aclose()


@pytest.fixture
def certificate(tmp_path):
    return make_certificate("reseller.example", tmp_path / "certificate.pem")


@pytest.mark.parametrize(
    ("host", "answer"),
    [("reseller.example", Answer(204)), ("rival.example", Answer(None, webhooks.NOT_REACHED))],
)
async def test_tls_proves_the_name_although_the_address_is_called(certificate, host, answer):
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)

    async def take(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=served)
    port = server.sockets[0].getsockname()[1]
    sender = HttpWebhookSender(
        is_development=True,
        resolve=leading_to("127.0.0.1"),
        trusted=ssl.create_default_context(cafile=certificate),
    )

    assert await sender.send(message(f"https://{host}:{port}/hooks")) == answer
    await sender.aclose()
    server.close()
    await server.wait_closed()
