"""Servers that mails are handed to: how we find them, what we say to them, what comes of their answers."""

import ssl

import pytest

from domain.errors import GatewayError
from integrations.mail.smtp import SmtpMailer, SmtpServer, Tls, server_of
from tests.factories.certificates import make_certificate
from tests.factories.mail import message
from tests.fixtures.mail_server import SENDER, MailServer, only


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:2525", SmtpServer("127.0.0.1", 2525, Tls.NONE)),
        ("smtp://a:b@localhost", SmtpServer("localhost", 587, Tls.NONE, "a", "b")),
        ("smtp://relay.example:25", SmtpServer("relay.example", 25, Tls.OFFERED)),
        ("smtp://relay.example?starttls=false", SmtpServer("relay.example", 587, Tls.NONE)),
        (
            "smtp://me%40x:p%2Fw@mail.example",
            SmtpServer("mail.example", 587, Tls.REQUIRED, "me@x", "p/w"),
        ),
        ("smtp://mail.example?starttls=true", SmtpServer("mail.example", 587, Tls.REQUIRED)),
        ("smtps://a:b@mail.example/", SmtpServer("mail.example", 465, Tls.IMPLICIT, "a", "b")),
        ("smtps://[::1]:1465", SmtpServer("::1", 1465, Tls.IMPLICIT)),
    ],
)
def test_a_servers_url_is_read(url, server):
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example/path",
        "smtp://mail.example?starttls=perhaps",
        "smtp://mail.example?tls=yes",
        "smtp://a:secret@mail.example?starttls=false",
    ],
)
def test_a_url_that_makes_no_sense_is_told_without_its_password(url):
    with pytest.raises(ValueError, match="mail server's") as told:
        server_of(url)

    assert "secret" not in str(told.value)
    assert "secret" not in repr(SmtpServer("a", 1, Tls.NONE, "a", "secret"))


@pytest.fixture
async def start():
    servers: list[MailServer] = []

    async def start(**facts):
        servers.append(MailServer(**facts))
        await servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        await server.stop()


def mailer_on(url, **options):
    return SmtpMailer(server_of(url), SENDER, call_seconds=2, send_seconds=2, **options)


async def trouble(mailer):
    with pytest.raises(GatewayError) as failed:
        await mailer.send(message())
    return failed.value.reference, failed.value.retryable


@pytest.fixture
def certificate(tmp_path):
    return make_certificate("localhost", tmp_path / "certificate.pem")


@pytest.fixture
def served(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate):
    return ssl.create_default_context(cafile=certificate)


async def test_starttls_is_used_with_a_certificate_we_trust(start, served, trusted):
    server = await start(options={"tls_context": served, "require_starttls": True})
    url = f"smtp://localhost:{server.port}?starttls=true"

    await mailer_on(url, trusted=trusted).send(message())

    assert [each.is_encrypted for each in server.received] == [True]
    assert await trouble(mailer_on(url)) == ("not reached", True)
    assert len(server.received) == 1


async def test_without_starttls_where_it_is_required_nothing_is_said(start):
    server = await start()

    reference, retryable = await trouble(mailer_on(f"{server.url}?starttls=true"))

    assert (reference.partition(":")[0], retryable) == ("broken off", True)
    assert server.received == []


async def test_tls_from_the_first_byte(start, served, trusted):
    server = await start(implicit_tls=served)

    await mailer_on(f"smtps://localhost:{server.port}", trusted=trusted).send(message())

    assert len(server.received) == 1


async def test_we_sign_in_and_a_wrong_password_costs_no_mail(start, served, trusted):
    server = await start(
        options={"authenticator": only(b"interline", b"p/w"), "auth_required": True, "tls_context": served}
    )
    there = f"localhost:{server.port}?starttls=true"

    await mailer_on(f"smtp://interline:p%2Fw@{there}", trusted=trusted).send(message())
    failed = await trouble(mailer_on(f"smtp://interline:wrong@{there}", trusted=trusted))

    assert failed == ("login refused: 535", True)
    assert len(server.received) == 1


async def test_what_a_server_says_of_a_recipient_is_not_repeated(start):
    server = await start(to_recipient=lambda to: f"550 {to} unknown")

    assert await trouble(mailer_on(server.url)) == ("recipient refused: 550", False)


async def test_nobody_there(start):
    server = await start()
    await server.stop()

    assert await trouble(mailer_on(server.url)) == ("not reached", True)
